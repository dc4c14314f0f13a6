"""A production installation from nothing: its first owner, other roles, a program with a key of its own, what each may do,
what is tried with links and assertions, and how owners come back when they are gone. No bearer token, no dev server."""

import concurrent.futures
import contextlib
import json
import os
import re
import secrets
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from harness.issuer import b64
from harness.process import Child, free_port
from harness.server import problem
from harness.suite import Suite, environment, equal, holds

ROOT = Path(__file__).resolve().parents[2]


class Production:
    """`safeconduct init`, `serve` and the operators' command lines, as a user would run them."""

    def __init__(self, folder):
        self.folder = folder
        self.binary = Path(environment("SAFECONDUCT_BIN")).resolve()
        self.etc = folder / "etc"
        self.data = folder / "data"
        self.port = free_port()
        self.url = f"https://localhost:{self.port}"
        self.ca = self.data / "tls/ca.pem"
        self.child = None
        self.session = requests.Session()
        self.session.trust_env = False

    def run(self, *arguments, code=0, key=None, stdin=None):
        known = {k: v for k, v in os.environ.items() if not k.startswith("SAFECONDUCT_")}
        known |= {"NO_COLOR": "1", "XDG_STATE_HOME": str(self.folder / "state")}
        if key:
            known["SAFECONDUCT_KEY_FILE"] = str(self.folder / f"{key}.key")
        run = subprocess.run(
            [self.binary, *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=60, env=known,
            stdin=subprocess.DEVNULL if stdin is None else None, cwd=self.folder,
        )  # fmt: skip
        self.stderr = run.stderr
        if run.returncode != code:
            raise AssertionError(f"{arguments}: exit {run.returncode}, not {code}: {run.stderr} {run.stdout[-500:]}")
        return run.stdout

    def json(self, *arguments, key):
        return json.loads(self.run(*arguments, "-o", "json", key=key))

    def init(self, *more, code=0):
        return self.run(
            "init", "--config-dir", self.etc, "--data", self.data, "--listen", f"127.0.0.1:{self.port}",
            "--host", "localhost", "--origin", "trust.example/e2e", "--owner", "alice", *more, code=code,
        )  # fmt: skip

    def start(self):
        ready = self.folder / "ready.json"
        ready.unlink(missing_ok=True)
        self.child = Child(
            [self.binary, "serve", "--config", self.etc / "safeconduct.yaml", "--ready-file", ready],
            self.folder / "server.log",
            env={"XDG_STATE_HOME": str(self.folder / "state")},
        )
        deadline = time.monotonic() + 30
        while not ready.exists():
            if not self.child.alive() or time.monotonic() > deadline:
                raise RuntimeError(f"the server does not start: {self.child.tail()}")
            time.sleep(0.02)
        self.connection = json.loads(ready.read_text())
        self.session.verify = str(self.ca)
        return self

    def stop(self):
        if self.child:
            self.child.stop()

    def enrol(self, name, link=None):
        if link is None:
            link = self.folder / f"{name}.{secrets.token_hex(2)}.link"
            self.run("operator", "invite", name, "--link-file", link, key="alice")
        (self.folder / f"{name}.key").unlink(missing_ok=True)
        self.run("operator", "enroll", "--link-file", link, "--key", self.folder / f"{name}.key", "--ca-file", self.ca)

    # --- what others' programs do ---------------------------------------------------------------------------------

    def api(self, method, path, name, body=None, **changes):
        token = assertion(self.folder / f"{name}.key", **changes)
        return self.raw(method, path, token, body)

    def raw(self, method, path, token, body=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.session.request(method, self.url + path, json=body, headers=headers, timeout=20)


def private(jwk):
    return ec.derive_private_key(int.from_bytes(unb64(jwk["d"]), "big"), ec.SECP256R1())


def unb64(text):
    import base64

    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sign(key, header, claims):
    text = b64(json.dumps(header).encode()) + "." + b64(json.dumps(claims).encode())
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return text + "." + b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def assertion(file, alg="ES256", kid=None, drop=(), **changes):
    held = json.loads(Path(file).read_text())
    now = int(time.time())
    claims = {
        "iss": held["operator"], "sub": held["operator"], "aud": held["audience"], "iat": now, "exp": now + 60,
        "jti": secrets.token_hex(16), **changes,
    }  # fmt: skip
    claims = {name: value for name, value in claims.items() if name not in drop}
    token = sign(private(held["key"]), {"alg": alg, "typ": "JWT", "kid": kid or held["key"]["kid"]}, claims)
    return token.rsplit(".", 1)[0] + "." if alg == "none" else token


IDENTITY = {"kind": "service", "owner": "alice", "purpose": "orders", "boundary": "prod/eu", "expires_in": "30d"}


@contextlib.contextmanager
def world():
    production = Production(Path(environment("SAFECONDUCT_SCRATCH")).resolve())
    try:
        yield production
    finally:
        production.stop()


suite = Suite("operators", world)


@suite.test("init makes an installation, shows nothing secret and goes over nothing")
def init(world):
    shown = world.init() + world.stderr
    link = (world.etc / "owner.link").read_text()
    secret = link.strip().split("#")[1]
    holds(link.startswith(f"https://localhost:{world.port}/enroll#scenr_"), link.split("#")[0])
    holds(secret not in shown and "scenr_" not in shown, "the secret is not shown")
    for name in ("safeconduct.yaml", "master.key", "owner.link"):
        equal(stat.S_IMODE((world.etc / name).stat().st_mode), 0o600, name)
    for folder in (world.etc, world.data):
        equal(stat.S_IMODE(folder.stat().st_mode), 0o700, folder.name)
    holds(not (world.data / "master.key").exists(), "the master key does not lie with the data")
    before = {p: p.read_bytes() for p in world.etc.iterdir() if p.is_file()}
    world.init(code=5)
    equal({p: p.read_bytes() for p in world.etc.iterdir() if p.is_file()}, before, "after the refusal")
    holds("safeconduct recover --config" in world.stderr and str(world.data) in world.stderr, world.stderr)
    # What was killed halfway names what it left, and begins anew once that is gone.
    killed = world.folder / "killed"
    again = ["init", "--config-dir", killed / "etc", "--data", killed / "data", "--owner", "alice"]
    (killed / "etc").mkdir(parents=True, mode=0o700)
    (killed / "data" / "tls").mkdir(parents=True, mode=0o700)
    (killed / "data").chmod(0o700)
    (killed / "etc" / "safeconduct.yaml").touch(0o600)
    world.run(*again, code=5)
    holds("recover" not in world.stderr and "begin anew" in world.stderr, world.stderr)
    named = next(line.split() for line in world.stderr.splitlines() if str(killed / "data") in line)
    equal(named, [str(killed / "etc" / "safeconduct.yaml"), str(killed / "data")], "what is to be removed")
    (killed / "etc" / "safeconduct.yaml").unlink()
    world.run(*again, code=5)
    holds("begin anew" in world.stderr and str(killed / "data") in world.stderr, world.stderr)
    shutil.rmtree(killed / "data")
    world.run(*again)
    # What fails halfway leaves nothing.
    other = world.folder / "other"
    world.run(
        "init", "--config-dir", other / "etc", "--data", other / "data", "--owner", "Not A Name", code=1,
    )  # fmt: skip
    holds(not (other / "etc").exists() and not (other / "data").exists(), "nothing is left behind")
    world.run("init", "--config-dir", other / "x", "--data", other / "x", "--owner", "a", code=2)


@suite.test("a configuration that was cut short, or leads where no control plane is, starts nothing and makes nothing")
def cut_short(world):
    text = (world.etc / "safeconduct.yaml").read_text()
    file = world.folder / "cut.yaml"
    state = world.folder / "state"

    def refused(content, words, code, *more):
        file.write_text(content)
        world.run("serve", "--config", file, *more, code=code)
        holds(words in world.stderr, f"{content!r}: {world.stderr}")
        holds(not state.exists(), "something was made in the default place")

    lines = text.splitlines(keepends=True)
    ends = [sum(map(len, lines[:n])) for n in range(len(lines))]
    # At the end of each line and within each.
    for end in ends + [end + len(line) // 2 for end, line in zip(ends, lines)] + [len(text) - 1]:
        refused(text[:end], f"{file}:", 1)

    def files():
        passing = ("lock", "-wal", "-shm")
        return {path.name for path in world.data.iterdir() if not path.name.endswith(passing)}

    before = files()
    nowhere = world.folder / "nowhere"
    refused(text.replace(str(world.data), str(nowhere)), "holds no control plane", 4)
    refused(text, "holds no control plane", 4, "--data", nowhere)
    holds(not nowhere.exists(), "a data directory was made")
    nowhere.mkdir()
    refused(text, "holds no control plane", 4, "--data", nowhere)
    equal(list(nowhere.iterdir()), [], "what was made in an empty directory")
    # A database that lost all it held is no beginning, and the master key is not made anew either.
    (nowhere / "control.db").touch(mode=0o600)
    nowhere.chmod(0o700)
    refused(text, "the control log has no entries", 1, "--data", nowhere)
    elsewhere = world.folder / "elsewhere.key"
    refused(text.replace(str(world.etc / "master.key"), str(elsewhere)), "is not there", 1)
    holds(not elsewhere.exists(), "a master key was made")
    equal(files(), before, "the files of the data directory")


@suite.test("serve makes no token, and the first owner enrols with the link, once", needs=())
def first_owner(world):
    world.start()
    equal(world.connection["token_file"], None, "the token file")
    holds(not (world.data / "operator.token").exists(), "no token is made")
    world.enrol("alice", world.etc / "owner.link")
    equal(stat.S_IMODE((world.folder / "alice.key").stat().st_mode), 0o600, "the key's mode")
    equal(world.json("operator", "show", "alice", key="alice")["roles"], ["owner"], "the roles")
    world.run(
        "operator", "enroll", "--link-file", world.etc / "owner.link", "--key", world.folder / "again.key",
        "--ca-file", world.ca, code=4,
    )  # fmt: skip
    holds(not (world.folder / "again.key").exists(), "no key is left of a refused enrolment")
    # Nobody without a key gets anywhere.
    problem(world.raw("GET", "/v1/status", None), 401, "unauthenticated")
    problem(world.raw("GET", "/v1/status", "scopr_" + "A" * 43), 401, "invalid_credential")


@suite.test("each role does its own and nothing else", needs=("serve makes no token, and the first owner enrols with the link, once",))
def roles(world):
    # fmt: off
    for role in ("trust-office", "security", "auditor", "finance", "product-owner"):
        world.run("operator", "create", "--name", role, "--role", role, "--purpose", "work", "--boundary", "prod",
                  "--expires", "30d", key="alice")
        world.enrol(role)
    world.run("operator", "create", "--name", "deploy", "--kind", "automation", "--role", "automation", "--owner",
              "alice", "--purpose", "deployment", "--boundary", "prod", "--expires", "30d", key="alice")
    world.enrol("deploy")
    # fmt: on
    own = {**IDENTITY, "owner": "product-owner"}
    drafted = {"files": [{"name": "a.cedar", "text": "permit (principal is Identity, action, resource);"}]}
    table = [
        # who, method, path, body, status
        ("trust-office", "PUT", "/v1/identities/bot", IDENTITY, 201),
        ("security", "PUT", "/v1/identities/bot2", IDENTITY, 403),
        ("auditor", "PUT", "/v1/identities/bot2", IDENTITY, 403),
        ("auditor", "GET", "/v1/identities/bot", None, 200),
        ("finance", "GET", "/v1/identities/bot", None, 403),
        ("finance", "GET", "/v1/operators", None, 200),
        # A review parses and tests what an activation does: reading is not enough for it.
        ("trust-office", "POST", "/v1/policies/review", drafted, 200),
        ("auditor", "POST", "/v1/policies/review", drafted, 403),
        ("auditor", "POST", "/v1/policies/simulate", drafted, 200),
        ("trust-office", "POST", "/v1/policies/review", {**drafted, "realm": "commands"}, 403),
        ("finance", "GET", "/metrics", None, 200),
        ("finance", "GET", "/log/keys", None, 403),
        ("product-owner", "PUT", "/v1/identities/mine", own, 201),
        ("product-owner", "PUT", "/v1/identities/bot", own, 403),
        ("product-owner", "PUT", "/v1/identities/mine", {**own, "owner": "alice"}, 403),
        ("product-owner", "DELETE", "/v1/identities/bot", None, 403),
        ("deploy", "PUT", "/v1/identities/deployed", IDENTITY, 201),
        ("deploy", "PUT", "/v1/identities/elsewhere", {**IDENTITY, "boundary": "lab"}, 403),
        ("deploy", "PUT", "/v1/operators/mallory", {"kind": "human", "purpose": "x", "boundary": "prod", "expires_in": "1d"}, 403),
        ("deploy", "POST", "/v1/operators/alice/enrolment", None, 403),
        ("trust-office", "POST", "/v1/operators/alice/enrolment", None, 403),
        ("trust-office", "POST", "/v1/cuts", {"scope": {"kind": "all"}}, 403),
        ("security", "POST", "/v1/holds", {"scope": {"kind": "identity", "id": "bot"}}, 201),
        ("security", "POST", "/v1/cuts", {"scope": {"kind": "identity", "id": "bot"}}, 201),
        ("trust-office", "PUT", "/v1/policies/active", {"files": [{"name": "a", "text": "permit (principal, action, resource);"}]}, 200),
        ("trust-office", "PUT", "/v1/policies/active", {"realm": "commands", "files": [{"name": "a", "text": "permit (principal, action, resource);"}]}, 403),
    ]  # fmt: skip
    for who, method, path, body, status in table:
        answer = world.api(method, path, who, body)
        equal(answer.status_code, status, f"{who} {method} {path}: {answer.text[:300]}")
        if status == 403:
            denied = problem(answer, 403, "denied")
            holds(denied["reason"] in ("not_permitted", "forbidden"), f"{denied}")
            equal("decision_id" in denied, method != "GET", f"{who} {method} {path}: evidence")


@suite.test("a denied command is evidence that can be made again; an allowed one says who let it in", needs=("each role does its own and nothing else",))
def evidence(world):
    world.run("identity", "retire", "deployed", code=3, key="auditor")
    holds("[denied]" in world.stderr, world.stderr)
    newest = world.json("decision", "list", "--limit", "1", key="auditor")["items"][0]
    equal((newest["kind"], newest["action"], newest["outcome"]), ("command", "identity.retire", "deny"), "the newest")
    row = world.run("decision", "list", "--limit", "1", key="auditor")
    holds("auditor" in row and "identity.retire Identity deployed" in row, row)
    shown = world.run("decision", "explain", newest["id"], key="auditor")
    holds("auditor commanding identity.retire on Identity deployed" in shown, shown)
    holds("the decision is the same" in shown, shown)
    holds("turn it round:" in shown and "No policy permits." in shown and "Nearest: `" in shown, shown)
    # Every command that was denied so far can be made again.
    for decision in world.json("decision", "list", "--limit", "100", key="auditor")["items"]:
        explained = world.api("GET", f"/v1/decisions/{decision['id']}/explanation", "auditor").json()
        equal(explained["replay"]["identical"], True, decision["id"])
        equal(explained["explanation"]["decision"], "deny", decision["id"])
    rev = world.api("GET", "/v1/identities/mine", "auditor").json()["rev"]
    entry = world.json("log", "show", "--rev", rev, key="auditor")
    equal(entry["auth"]["determining"], ["product-owner-changes"], "who let it in")
    problem(world.api("GET", "/v1/entries/99999999", "auditor"), 404, "not_found")
    receipt = world.api("GET", f"/v1/decisions/{newest['id']}/receipt", "auditor")
    equal(receipt.status_code, 200, "the receipt of a denied command")


@suite.test("assertions: nothing but a fresh one by a live key of that operator", needs=("each role does its own and nothing else",))
def assertions(world):
    now = int(time.time())
    key = world.folder / "auditor.key"
    good = assertion(key)
    equal(world.raw("GET", "/v1/status", good).status_code, 200, "a good one")
    bad = {
        "replayed": good,
        "alg none": assertion(key, alg="none"),
        "another audience": assertion(key, aud="https://elsewhere.example"),
        "a second audience": assertion(key, aud=[json.loads(key.read_text())["audience"], "x"]),
        "expired": assertion(key, iat=now - 120, exp=now - 60),
        "too long": assertion(key, exp=now + 301),
        "from the future": assertion(key, iat=now + 120, exp=now + 180),
        "no jti": assertion(key, drop=("jti",)),
        "no exp": assertion(key, drop=("exp",)),
        "another's name": assertion(key, iss="alice", sub="alice"),
        "another subject": assertion(key, sub="alice"),
        "another's kid": assertion(key, kid=json.loads((world.folder / "alice.key").read_text())["key"]["kid"]),
        "no such kid": assertion(key, kid="x"),
    }
    for what, token in bad.items():
        answer = world.raw("GET", "/v1/status", token)
        equal(answer.status_code, 401, what)
        problem(answer, 401, "invalid_credential")
    twice = assertion(key, jti="one")
    equal(world.raw("GET", "/v1/status", twice).status_code, 200, "a jti")
    equal(world.raw("GET", "/v1/status", assertion(key, jti="one")).status_code, 401, "the same jti in another token")
    # The public half of a key, hashed like a token would be, is no token.
    jwk = json.loads(key.read_text())["key"]
    canonical = json.dumps({n: jwk[n] for n in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    equal(world.raw("GET", "/v1/status", canonical).status_code, 401, "the public key")


@suite.test("a lost key is cut, by its holder or by security, and a new link brings a new one", needs=("each role does its own and nothing else",))
def lost_key(world):
    old = shutil.copy(world.folder / "auditor.key", world.folder / "auditor.old.key")
    mine = [c for c in world.json("credential", "list", key="auditor")["items"] if c["holder_name"] == "auditor"]
    equal(len(mine), 1, "the auditor's keys")
    world.run("credential", "cut", mine[0]["id"], code=3, key="product-owner")
    world.run("operator", "invite", "auditor", "--link-file", world.folder / "own.link", key="auditor")
    world.run("credential", "cut", mine[0]["id"], "--reason", "laptop lost", key="auditor")
    world.run("identity", "list", code=3, key="auditor")
    equal(world.raw("GET", "/v1/status", assertion(old)).status_code, 401, "the cut key")
    world.enrol("auditor", world.folder / "own.link")
    world.run("identity", "list", key="auditor")
    # The last owner's key may be cut, too; recovery is for that.


@suite.test("links: used, replaced, wrong and raced ones all sound the same", needs=("each role does its own and nothing else",))
def links(world):
    def secret():
        answer = world.api("POST", "/v1/operators/auditor/enrolment", "alice")
        equal(answer.status_code, 201, answer.text[:200])
        return answer.json()["secret"]

    def redeem(text, key=None, over=None):
        key = key or ec.generate_private_key(ec.SECP256R1())
        public = key.public_key().public_numbers()
        jwk = {"kty": "EC", "crv": "P-256", "x": b64(public.x.to_bytes(32, "big")), "y": b64(public.y.to_bytes(32, "big"))}
        digest = hashes.Hash(hashes.SHA256())
        digest.update((over or text).encode())
        proof = sign(key, {"alg": "ES256", "typ": "safeconduct-enrolment+jwt"}, {"enrolment": digest.finalize().hex()})
        return world.raw("POST", "/v1/enrolments/redeem", None, {"secret": text, "jwk": jwk, "proof": proof})

    replaced, used = secret(), secret()
    equal(redeem(used, over="another").status_code, 422, "a proof over another link")
    equal(redeem(used).status_code, 201, "a good one")
    unknown = "scenr_" + b64(secrets.token_bytes(32))
    answers = [redeem(text) for text in (replaced, used, unknown, "scenr_x", "")]
    bodies = [problem(answer, 404, "not_found") for answer in answers]
    equal(len({(b["title"], b["detail"]) for b in bodies}), 1, "one answer to all")
    raced = secret()
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        statuses = sorted(a.status_code for a in pool.map(lambda _: redeem(raced), range(12)))
    equal(statuses.count(201), 1, f"one wins: {statuses}")
    holds(set(statuses) <= {201, 404, 429}, f"the others are refused: {statuses}")
    # Trying goes slowly, and keeps nobody out who has a link.
    tried = [redeem("scenr_" + b64(secrets.token_bytes(32))).status_code for _ in range(40)]
    holds(429 in tried and set(tried) <= {404, 429}, f"{tried}")
    equal(redeem(secret()).status_code, 201, "a good one meanwhile")


@suite.test("two operators who change one thing at once leave it whole", needs=("each role does its own and nothing else",))
def two(world):
    def put(who, number):
        body = {**IDENTITY, "labels": [f"{who}-{number}"]}
        return world.api("PUT", "/v1/identities/shared", who, body)

    equal(put("trust-office", 0).status_code, 201, "the first")
    before = world.api("GET", "/v1/status", "alice").json()["rev"]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: put("trust-office" if n % 2 else "deploy", n), range(40)))
    equal({a.status_code for a in answers}, {200}, "the answers")
    revs = sorted(a.json()["rev"] for a in answers)
    # What committed together is answered with the newest; each change has an entry of its own all the same.
    after = world.api("GET", "/v1/status", "alice").json()["rev"]
    holds(40 <= after - before <= 43, f"{after - before} entries for 40 changes")
    last = world.api("GET", "/v1/identities/shared", "alice").json()
    equal(last["rev"], revs[-1], "the last one stands")
    by = {world.json("log", "show", "--rev", r, key="alice")["by"] for r in range(after - 20, after)}
    equal(len(by), 2, "both are named")


@suite.test("the last owner stays, and policies of commands that would lock everybody out are refused", needs=("each role does its own and nothing else",))
def last_owner(world):
    world.run("operator", "roles", "alice", "--remove", "owner", code=5, key="alice")
    holds("last live owner" in world.stderr, world.stderr)
    world.run("operator", "retire", "alice", code=5, key="alice")
    text = world.json("policy", "show", "--realm", "commands", key="alice")
    names = [file["name"] for file in text["files"]]
    for file in text["files"]:
        (world.folder / file["name"]).write_text(file["text"])
    # The same again changes nothing.
    world.run("policy", "activate", *names, "--realm", "commands", key="alice")
    holds("nothing changed" in world.stderr, world.stderr)
    (world.folder / "roles.cedar").write_text("permit (principal, action == Action::\"read\", resource);\n")
    world.run("policy", "activate", *names, "--realm", "commands", code=5, key="alice")
    (world.folder / "roles.cedar").write_text("permit (principal\n")
    world.run("policy", "activate", *names, "--realm", "commands", code=1, key="alice")


@suite.test("the Python program of the guide works as it stands", needs=("each role does its own and nothing else",))
def guide(world):
    text = (ROOT / "docs/operators.md").read_text()
    program = re.search(r"```python\n(.*?)```", text, re.S).group(1)
    world.run("operator", "invite", "deploy", "--link-file", world.folder / "deploy.link", key="alice")
    run = subprocess.run(
        [sys.executable, "-c", program, "deploy.link", "python.key", world.ca],
        capture_output=True, text=True, timeout=60, cwd=world.folder,
    )  # fmt: skip
    equal(run.returncode, 0, run.stderr[-800:])
    holds("201 nightly-report" in run.stdout, run.stdout)
    equal(stat.S_IMODE((world.folder / "python.key").stat().st_mode), 0o600, "the key's mode")
    # The command line takes the same file.
    world.run("identity", "show", "nightly-report", "--key-file", world.folder / "python.key")


@suite.test("recovery needs the files, leaves its entries, and works when every owner is gone", needs=("each role does its own and nothing else",))
def recovery(world):
    arguments = ["recover", "--config", world.etc / "safeconduct.yaml", "--owner", "carol"]
    world.run(*arguments, "--link-file", world.folder / "no.link", code=5)
    holds("uses the data directory" in world.stderr, world.stderr)
    equal(world.api("POST", "/v1/cuts", "security", {"scope": {"kind": "all"}}).status_code, 201, "a cut of everything")
    equal(world.api("GET", "/v1/status", "alice").status_code, 401, "the owner's key afterwards")
    world.stop()
    world.run("recover", "--data", world.data, "--owner", "carol", "--link-file", world.folder / "no.link", code=1)
    holds("master key" in world.stderr and not (world.folder / "no.link").exists(), world.stderr)
    link = world.folder / "carol.link"
    shown = world.run(*arguments, "--link-file", link) + world.stderr
    holds("scenr_" not in shown, "the secret is not shown")
    equal(stat.S_IMODE(link.stat().st_mode), 0o600, "the link's mode")
    world.start()
    world.enrol("carol", link)
    carol = world.json("operator", "show", "carol", key="carol")
    equal(carol["roles"], ["owner"], "the roles")
    entry = world.json("log", "show", "--rev", carol["rev"], key="carol")
    holds(entry["by"].startswith("nod_") and "auth" not in entry, f"by the node: {entry['by']}")
    metrics = world.api("GET", "/metrics", "carol").text
    for line in ('safeconduct_enrolments_total{outcome="redeemed"} 1', "safeconduct_owners 1"):
        holds(line in metrics, f"the metrics lack {line}")
    world.run("identity", "list", key="carol")


@suite.test("a restored backup takes no key of before; recovery, then a confirmation, bring it back", needs=("recovery needs the files, leaves its entries, and works when every owner is gone",))
def restored(world):
    config, master = world.etc / "safeconduct.yaml", world.etc / "master.key"
    world.run("operator", "invite", "carol", "--link-file", world.folder / "old.link", key="carol")
    world.run("backup", "--data", world.data, "--to", world.folder / "backup", "--master-key", master)
    world.stop()
    shutil.move(world.data, world.folder / "lost")
    world.run("restore", "--from", world.folder / "backup", "--data", world.data, "--verify", "--master-key", master)
    world.start()
    # Neither a key nor a link of before counts; the log has another origin, which is the audience of assertions.
    equal(world.raw("GET", "/v1/status", assertion(world.folder / "carol.key")).status_code, 401, "the key of before")
    world.run(
        "operator", "enroll", "--link-file", world.folder / "old.link", "--key", world.folder / "old.key", "--ca-file",
        world.ca, code=4,
    )  # fmt: skip
    world.stop()
    link = world.folder / "dora.link"
    world.run("recover", "--config", config, "--owner", "dora", "--link-file", link)
    world.start()
    world.enrol("dora", link)
    status = world.api("GET", "/v1/status", "dora").json()
    equal((status["generation"], status["confirmed"]), (2, False), "the generation")
    world.run("log", "confirm", key="dora")
    equal(world.api("GET", "/v1/status", "dora").json()["confirmed"], True, "confirmed")
    entry = world.json("log", "show", "--rev", world.api("GET", "/v1/status", "dora").json()["rev"], key="dora")
    equal((entry["kind"], entry["auth"]["determining"]), ("generation.confirm", ["owner"]), "who confirmed")


@suite.test("every command of the guide works as it stands", seconds=90)
def walkthrough(world):
    home = world.folder / "guide"
    home.mkdir()
    (home / "safeconduct").symlink_to(world.binary)
    port = free_port()
    changes = [
        ("/etc/safeconduct", str(home / "etc")), ("/var/lib/safeconduct", str(home / "data")),
        ("0.0.0.0:8470", f"127.0.0.1:{port}"), ("trust.example.com", "localhost"),
    ]  # fmt: skip
    text = (ROOT / "docs/operators.md").read_text()
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    known = {k: v for k, v in os.environ.items() if not k.startswith("SAFECONDUCT_")}
    known |= {"PATH": f"{home}:{known['PATH']}", "NO_COLOR": "1", "XDG_STATE_HOME": str(home / "state")}

    def sh(block):
        for old, new in changes:
            block = block.replace(old, new)
        run = subprocess.run(
            ["bash", "-euc", block], capture_output=True, text=True, timeout=60, cwd=home, env=known,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        equal(run.returncode, 0, f"{block}\n{run.stderr[-800:]}")
        return run.stdout

    def serve():
        ready = home / "ready.json"
        ready.unlink(missing_ok=True)
        env = {"XDG_STATE_HOME": str(home / "state"), "SAFECONDUCT_READY_FILE": str(ready)}
        child = Child([world.binary, "serve", "--config", home / "etc/safeconduct.yaml"], home / "log", env=env)
        deadline = time.monotonic() + 30
        while not ready.exists():
            if not child.alive() or time.monotonic() > deadline:
                raise RuntimeError(f"the server does not start: {child.tail()}")
            time.sleep(0.02)
        return child

    # The server runs beside the shell, and what the guide makes up is replaced by what is there.
    lines = blocks[0].replace("\\\n", " ").splitlines()
    first = [line for line in lines if line.startswith("safeconduct init")]
    rest = [line for line in lines if not line.startswith(("safeconduct init", "safeconduct serve"))]
    equal(len(lines) - len(rest), 2, "the start of the guide")
    sh("\n".join(first))
    child = serve()
    try:
        sh("\n".join(rest))
        known["SAFECONDUCT_KEY_FILE"] = str(home / "alice.key")
        done = 1
        for block in blocks[1:-1]:
            if "crd_" in block:
                sh("safeconduct operator enroll --link-file bob.link --key bob.key --ca-file data/tls/ca.pem")
                keys = json.loads(sh("safeconduct credential list -o json"))["items"]
                mine = next(c["id"] for c in keys if c["holder_name"] == "bob")
                changes.append((re.search(r"crd_\w+", block).group(), mine))
            if "dec_" in block:
                denied(sh)
                newest = json.loads(sh("safeconduct decision list --limit 1 -o json"))["items"][0]["id"]
                changes.append((re.search(r"dec_\w+", block).group(), newest))
                changes.append(("--rev 42", "--rev 3"))
            sh(block)
            done += 1
        child.stop()
        sh(blocks[-1])
        equal(done + 1, len(blocks), "blocks")
    finally:
        child.stop()


def denied(sh):
    """Somebody who may only read tries to change something."""
    sh(
        "safeconduct operator create --name carl --role auditor --purpose audits --boundary prod --expires 30d\n"
        "safeconduct operator invite carl --link-file carl.link\n"
        "safeconduct operator enroll --link-file carl.link --key carl.key --ca-file data/tls/ca.pem\n"
        "SAFECONDUCT_KEY_FILE=$PWD/carl.key safeconduct operator retire alice || [ $? = 3 ]"
    )


suite.main()
