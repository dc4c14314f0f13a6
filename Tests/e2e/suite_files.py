"""What stands in files: the configuration, many documents applied and compared, completions and the manual page."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import threading
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from harness.issuer import Issuer
from harness.scene import EXPIRES, Scene
from harness.server import Server, problem
from harness.suite import Suite, environment, equal, holds

CUSTODY = {"owner": "team", "purpose": "testing", "boundary": "shop", "expires_at": EXPIRES}


class World:
    def __init__(self, scratch, server, scene):
        self.scratch = scratch
        self.server = server
        self.scene = scene

    def file(self, name, content):
        path = self.scratch / name
        path.write_text(content if isinstance(content, str) else yaml.safe_dump_all(content, sort_keys=False))
        return path

    def revision(self):
        return self.server.api("GET", "/v1/status", status=200).json()["rev"]


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with Server(scratch / "safeconduct", "--allow-http-issuers") as server, Issuer() as issuer:
        yield World(scratch, server, Scene(server, issuer).build())


suite = Suite("files", world)


# --- the configuration -----------------------------------------------------------------------------------------------

GOOD = """\
listen: 127.0.0.1:8471
tls: off
data: /nowhere/data
master_key: /nowhere/master.key
outbound:
  allow: [10.20.0.0/16]
"""


@suite.test("config check: a good file is good, a half-written one says where")
def check(world):
    world.server.cli("config", "check", world.file("good.yaml", GOOD))
    world.server.cli("config", "check", world.file("empty.yaml", "# nothing yet\n"), env={"SAFECONDUCT_DATA_DIR": "/nowhere"})
    for text, words in {
        "listen: 127.0.0.1:8471\ndata:\n": ":2:1: data: the key has no value",
        "listen: 127.0.0.1:8471\noutbound: {allow: [\n": ":3:1: ",
        "listn: 127.0.0.1:8471\n": ":1:1: listn: unknown member; did you mean 'listen'?",
        "listen: 8471\n": ":1:1: listen: ",
        "tls: /nowhere/certificates\ndata: /nowhere\n": "/nowhere/certificates",
        "tls: off\ntls: auto\n": "twice",
        "": ":1:1: the file is empty",
        "data: /nowhere/da": ":1:1: the file ends within its last line",
        "# nothing yet\n": ": data: no data directory is named",
        "listen: 127.0.0.1:8471\ntls: off\n": ": data: no data directory is named",
    }.items():
        path = world.file("bad.yaml", text)
        world.server.cli("config", "check", path, code=1)
        holds(words in world.server.last_stderr, f"{text!r}: {world.server.last_stderr}")
    # The beginning of a file is a file that somebody has not finished: it is whole up to the end of a line that says
    # where the data lie (and opens nothing), or told where it ends.
    for length in range(0, len(GOOD), 2):
        world.file("cut.yaml", GOOD[:length])
        run = subprocess.run([world.server.binary, "config", "check", world.scratch / "cut.yaml"], capture_output=True, text=True,
                             timeout=20, env={"PATH": os.environ["PATH"], "HOME": str(world.scratch)})  # fmt: skip
        whole = GOOD[:length].endswith("\n") and "data:" in GOOD[:length] and not GOOD[:length].endswith(":\n")
        holds(run.returncode == 0 or not whole, f"{GOOD[:length]!r}: {run.stderr}")
        holds(whole or (run.returncode == 1 and "cut.yaml:" in run.stderr), f"{GOOD[:length]!r}: {run.stderr}")
    world.server.cli("config", "check", world.file("good.yaml", GOOD), env={"SAFECONDUCT_LOG_LEVEL": "lod"}, code=2)
    holds("SAFECONDUCT_LOG_LEVEL" in world.server.last_stderr, world.server.last_stderr)


@suite.test("config print: what counts, and who said so")
def printed(world):
    good = world.file("good.yaml", GOOD)
    said = yaml.safe_load(world.server.cli("config", "print", good, "-o", "yaml").replace("tls: off", "tls: 'off'"))
    equal(said["listen"], "127.0.0.1:8471", "listen")
    holds("log_level" not in said, "a default is not what somebody said")
    rows = {line.split()[0]: line.split() for line in world.server.cli(
        "config", "print", good, "--effective", env={"SAFECONDUCT_LISTEN": "127.0.0.1:9"}).splitlines()}  # fmt: skip
    equal(rows["listen"][1:], ["127.0.0.1:9", "environment"], "the environment wins")
    equal(rows["master_key"][1:], ["/nowhere/master.key", "file"], "the file")
    equal(rows["log_level"][1:], ["notice", "default"], "the default")
    holds("/nowhere/master.key" not in world.server.cli("config", "print", good, "--effective", "--redacted"), "redacted")
    again = world.file("again.yaml", world.server.cli("config", "print", good, "--effective", "-o", "yaml"))
    world.server.cli("config", "check", again)


@suite.test("config schema: what it describes is what is read")
def schema(world):
    schema = json.loads(world.server.cli("config", "schema"))
    equal(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "dialect")
    holds({"listen", "tls", "data", "master_key", "outbound"} <= set(schema["properties"]), "the keys")
    for name, value in schema["properties"].items():
        if "default" in value:
            world.server.cli("config", "check", world.file("one.yaml", json.dumps({name: value["default"]})), env={"SAFECONDUCT_DATA_DIR": "/nowhere"})
        world.server.cli("config", "check", world.file("one.yaml", json.dumps({name: {"unknown": 1}})), code=1)


# --- apply and diff --------------------------------------------------------------------------------------------------

MANY = "many documents are one command, in the order of what they refer to"


def documents(count):
    for number in reversed(range(count)):
        yield {"kind": "Identity", "name": f"worker-{number}", "type": "service", **CUSTODY, "owner": f"team-{number % 5}"}
    for number in reversed(range(5)):
        # Each team is owned by the one before it, and stands before that in the file.
        yield {"kind": "Operator", "name": f"team-{number}", "type": "team", **CUSTODY,
               "owner": f"team-{number - 1}" if number else "team-0"}  # fmt: skip


@suite.test(MANY)
def many(world):
    world.many = world.file("many.yaml", documents(300))
    dry = world.server.cli("apply", "-f", world.many, "--dry-run").splitlines()
    equal(len(dry), 305, "lines of the dry run")
    before = world.revision()
    done = world.server.cli("apply", "-f", world.many).splitlines()
    equal(done[:2] + done[5:6], ["operator/team-0 created", "operator/team-1 created", "identity/worker-299 created"], "order")
    equal([line.replace("would create", "created") for line in dry], done, "the dry run said so")
    holds(world.revision() >= before + 305, "each object is an entry")
    equal(len(done), 305, "results")
    equal(len(world.server.api("GET", "/v1/identities?page_size=1000", status=200).json()["items"]), 302, "identities")
    before = world.revision()
    holds(all(line.endswith("unchanged") for line in world.server.cli("apply", "-f", world.many).splitlines()), "again")
    equal(world.revision(), before, "revision after the second apply")


@suite.test("diff: nothing for what is so, each member for what is not; nothing is written", needs=[MANY])
def diff(world):
    equal(world.server.cli("diff", "-f", world.many), "", "no difference")
    changed = list(documents(300))
    changed[0] |= {"labels": ["night"], "purpose": "shipping"}
    changed.append({"kind": "Identity", "name": "newcomer", "type": "ci", **CUSTODY})
    path = world.file("changed.yaml", changed)
    before = world.revision()
    shown = world.server.cli("diff", "-f", path, code=1).splitlines()
    equal(shown[:3], ["identity/worker-299 would change", '  ~ purpose: "testing" -> "shipping"', '  ~ labels: [] -> ["night"]'],
          "the change")  # fmt: skip
    equal(shown[3], "identity/newcomer would create", "the new one")
    holds(any(line.startswith('  + owner: "team"') for line in shown), f"names, not ids: {shown}")
    items = json.loads(world.server.cli("diff", "-f", path, "-o", "json", code=1))["items"]
    equal([item["name"] for item in items], ["worker-299", "newcomer"], "for scripts")
    equal(items[0]["changes"][1], {"member": "labels", "before": [], "after": ["night"]}, "a change for scripts")
    equal(world.revision(), before, "revision after diff")
    world.server.cli("apply", "-f", path)
    equal(world.server.cli("diff", "-f", path), "", "after apply")


@suite.test("diff of an API and of policies goes by the names of operations and files")
def diff_lists(world):
    api = world.server.api("GET", "/v1/apis/orders", status=200).json()
    wanted = {"kind": "Api", "name": "orders", **CUSTODY, "expires_at": api["expires_at"], "hosts": api["hosts"],
              "operations": [{"name": "list", "method": "GET", "path": "/orders", "sensitivity": 900}]}  # fmt: skip
    lines = world.server.cli("diff", "-f", world.file("api.yaml", [wanted]), code=1).splitlines()
    holds("  + operations.list.sensitivity: 900" in lines, f"{lines}")
    holds(any(line.startswith("  - operations.create: ") for line in lines), f"{lines}")
    policies = {"kind": "PolicySet", "files": [{"name": "shop.cedar", "text": "permit (principal, action, resource);"}]}
    lines = world.server.cli("diff", "-f", world.file("policies.yaml", [policies]), code=1).splitlines()
    holds(lines[1].startswith("  ~ files.shop.cedar: "), f"{lines}")


@suite.test("all or none: one refused object, at its place, keeps the others from being written")
def refusal(world):
    before = world.revision()
    content = [{"kind": "Identity", "name": f"late-{n}", "type": "service", **CUSTODY, "description": "x"} for n in range(60)]
    for member, value, words, code in (
        ("owner", "nobody-here", "no operator has this name or id", 1),
        # Only the server knows these two: when it is, and whom the claims prove already.
        ("expires_at", "2099-01-01T00:00:00Z", "400 days", 1),
        ("federation", [{"issuer": "login", "subject": "worker"}], "could prove the identity", 5),
    ):
        changed = [dict(item) for item in content]
        changed[30][member] = value
        world.server.cli("apply", "-f", world.file("refused.yaml", changed), code=code)
        for text in ("refused.yaml:", "document 31", words, f"(/{member}"):
            holds(text in world.server.last_stderr, f"{text}: {world.server.last_stderr}")
        holds("were done" not in world.server.last_stderr, world.server.last_stderr)
        equal(world.revision(), before, f"revision after {member}")


@suite.test("policies that the server refuses keep the objects beside them from being written")
def policies(world):
    before = world.revision()
    newcomer = {"kind": "Identity", "name": "beside", "type": "ci", **CUSTODY}
    forbid = '@id("stop") forbid (principal, action, resource) when { principal == resource };'

    def document(text, **more):
        file = {"name": "shop.cedar", "text": "permit (principal, action, resource);\n" + text}
        return {"kind": "PolicySet", **more, "files": [file]}

    bad = document('@remedy("dance") forbid (principal, action, resource);')
    for words in ((), ("--dry-run",)):
        world.server.cli("apply", "-f", world.file("policies.yaml", [newcomer, bad]), *words, code=1)
        holds("policies.yaml:" in world.server.last_stderr and "dance" in world.server.last_stderr, world.server.last_stderr)
    equal(world.revision(), before, "revision")
    world.server.cli("apply", "-f", world.file("policies.yaml", [document(forbid)]))
    before = world.revision()
    shadow = '@mode("shadow") ' + forbid
    world.server.cli("apply", "-f", world.file("policies.yaml", [newcomer, document(shadow)]), code=1)
    holds("stop" in world.server.last_stderr and "(/confirm)" in world.server.last_stderr, world.server.last_stderr)
    equal(world.revision(), before, "revision")
    world.server.cli("apply", "-f", world.file("policies.yaml", [newcomer, document(shadow, confirm=["stop"])]))
    holds(world.revision() >= before + 2, "confirmed")


@suite.test("POST /v1/objects says what is wrong where")
def objects(world):
    one = {"kind": "identity", "name": "one", "object": {"kind": "ci", **CUSTODY}}
    for body, pointer, code in (
        ({}, "/objects", 400),
        ({"objects": {}}, "/objects", 400),
        ({"objects": [1]}, "/objects/0", 400),
        ({"objects": [{**one, "kind": "policy"}]}, "/objects/0/kind", 400),
        ({"objects": [{**one, "more": 1}]}, "/objects/0/more", 400),
        ({"objects": [one], "mode": "some"}, "/mode", 400),
        ({"objects": [one, one]}, "/objects/1", 409),
        ({"objects": [{**one, "object": 7}]}, "/objects/0/object", 400),
        ({"objects": [one] * 1001}, "/objects", 422),
    ):
        found = problem(world.server.api("POST", "/v1/objects", body), code)
        equal(found["errors"][0]["pointer"], pointer, f"the place in {str(body)[:80]}")
    items = world.server.api("POST", "/v1/objects", {"objects": [one]}, status=200).json()["items"]
    shown = world.server.api("GET", "/v1/identities/one", status=200).json()
    equal(items, [{"kind": "identity", "name": "one", "id": shown["id"], "result": "created", "rev": shown["rev"]}], "answer")
    one["object"]["purpose"] = "shipping"
    results = [world.server.api("POST", "/v1/objects", {"objects": [one]}, status=200).json()["items"][0]["result"] for _ in (1, 2)]
    equal(results, ["changed", "unchanged"], "results")


@suite.test("more than a command takes: parts, each all or none, and what is wrong in the last is seen before the first")
def parts(world):
    before = world.revision()
    content = [{"kind": "Identity", "name": f"mass-{n}", "type": "device", **CUSTODY} for n in range(1100)]
    content[1050]["owner"] = "nobody-here"
    path = world.file("parts.yaml", content)
    world.server.cli("apply", "-f", path, code=1)
    holds("document 1051" in world.server.last_stderr and "(/owner)" in world.server.last_stderr, world.server.last_stderr)
    equal(world.revision(), before, "revision after what could be seen")
    content[1050] |= {"owner": "team", "expires_at": "2099-01-01T00:00:00Z"}
    world.file("parts.yaml", content)
    world.server.cli("apply", "-f", path, code=1)
    holds("document 1051" in world.server.last_stderr, world.server.last_stderr)
    holds("1000 of 1100 were done before this" in world.server.last_stderr, world.server.last_stderr)
    content[1050]["expires_at"] = EXPIRES
    world.file("parts.yaml", content)
    lines = world.server.cli("apply", "-f", path).splitlines()
    equal([sum(line.endswith(word) for line in lines) for word in (" created", " unchanged")], [100, 1000], "the rest")


@suite.test("huge files are told to be split, and nothing is written")
def huge(world):
    before = world.revision()
    line = "kind: Identity\nname: n{}\ntype: device\nowner: team\npurpose: p\nboundary: b\nexpires_in: 90d\n---\n"
    world.file("huge.yaml", "".join(line.format(n) for n in range(60_000)))
    world.server.cli("apply", "-f", world.scratch / "huge.yaml", code=1)
    holds("more than 4 MiB" in world.server.last_stderr, world.server.last_stderr)
    world.file("values.yaml", "a: [" + "1," * 300_000 + "1]\n")
    world.server.cli("apply", "-f", world.scratch / "values.yaml", code=1)
    holds("values.yaml:1:" in world.server.last_stderr and "200000 values" in world.server.last_stderr, world.server.last_stderr)
    folder = world.scratch / "folder"
    folder.mkdir()
    for n in range(11):
        (folder / f"{n}.yaml").write_text(f"kind: Api\nname: a{n}\ndescription: {'x' * (3 << 20)}\n")
    world.server.cli("apply", "-f", folder, code=1)
    holds("more than 32 MiB together" in world.server.last_stderr, world.server.last_stderr)
    equal(world.revision(), before, "revision")


@suite.test("what was retired is not applied again, and a dry run says so")
def retired(world):
    path = world.file("gone.yaml", [{"kind": "Identity", "name": "gone", "type": "ci", **CUSTODY}])
    world.server.cli("apply", "-f", path)
    world.server.cli("identity", "retire", "gone")
    for words in (("apply", "-f", path), ("apply", "-f", path, "--dry-run"), ("diff", "-f", path)):
        world.server.cli(*words, code=5)
        holds("gone.yaml:2:1: document 1: this object was retired" in world.server.last_stderr, world.server.last_stderr)


@suite.test("a misspelt member is named, at its line")
def misspelt(world):
    text = "kind: Api\nname: x\nowner: team\npurpose: p\nboundary: b\nexpires_in: 90d\noperations:\n  - {name: a, metod: GET, path: /a}\n"
    world.server.cli("apply", "-f", world.file("misspelt.yaml", text), code=1)
    for words in ("misspelt.yaml:8:", "'method' is required; is 'metod' meant to be it?"):
        holds(words in world.server.last_stderr, world.server.last_stderr)


class Cutting:
    """Stands before a server and cuts off the first answer to one kind of request: it is carried out and nobody hears."""

    def __init__(self, server, method, path):
        self.target = ("127.0.0.1", urlsplit(server.url).port)
        self.line = f"{method} {path} ".encode()
        self.keys = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.socket.accept()
                threading.Thread(target=self.pass_on, args=(client,), daemon=True).start()

    def pass_on(self, client):
        with client, socket.create_connection(self.target) as server:
            while (sent := self.message(client)) is not None:
                server.sendall(sent)
                answer = self.message(server)
                if sent.startswith(self.line):
                    self.keys.append(re.search(rb"(?i)\r\nidempotency-key: *(\S+)", sent)[1])
                    if len(self.keys) == 1:
                        return
                client.sendall(answer)

    @staticmethod
    def message(source):
        data = b""
        while b"\r\n\r\n" not in data:
            if not (chunk := source.recv(65536)):
                return None
            data += chunk
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", data)
        whole = data.index(b"\r\n\r\n") + 4 + int(length[1] if length else 0)
        while len(data) < whole:
            data += source.recv(65536)
        return data

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def policy_set(text):
    return {"kind": "PolicySet", "files": [{"name": "shop.cedar", "text": text}]}


@suite.test("an apply whose answer is lost is sent again and carried out once")
def lost_answers(world):
    newcomer = {"kind": "Identity", "name": "lost-answer", "type": "service", **CUSTODY}
    for method, path, document, kind in (
        ("POST", "/v1/objects", newcomer, "identity.put"),
        ("PUT", "/v1/policies/active", policy_set("permit (principal, action, resource) when { true };"), "policy.activate"),
    ):
        before = world.revision()
        with Cutting(world.server, method, path) as proxy:
            out = world.server.cli("apply", "-f", world.file("lost.yaml", [document]), env={"SAFECONDUCT_URL": proxy.url})
        equal((len(proxy.keys), len(set(proxy.keys))), (2, 1), f"{path}: sent twice under one key")
        holds("unchanged" not in out, f"{path}: told what it did: {out}")
        entries = world.server.api("GET", f"/v1/entries?since_rev={before}", status=200).json()["items"]
        equal([entry["kind"] for entry in entries if entry["kind"] == kind], [kind], f"{path}: carried out once")


@suite.test("apply --at writes over nothing that was changed since it was compared")
def compared(world):
    def one(label, name="contested"):
        return {"kind": "Identity", "name": name, "type": "service", **CUSTODY, "labels": [label]}

    def compare():
        world.server.cli("diff", "-f", mine, code=1)
        return re.search(r"compared with (g1-r[0-9]+)", world.server.last_stderr)[1]

    def labels():
        return world.server.api("GET", "/v1/identities/contested", status=200).json()["labels"]

    world.server.cli("apply", "-f", world.file("first.yaml", [one("a")]))
    mine = world.file("mine.yaml", [one("mine")])
    version = compare()
    world.server.cli("apply", "-f", world.file("theirs.yaml", [one("theirs")]))
    world.server.cli("apply", "-f", mine, "--at", version, code=5)
    holds("mine.yaml:" in world.server.last_stderr and "contested" in world.server.last_stderr, world.server.last_stderr)
    equal(labels(), ["theirs"], "what the other wrote")
    version = compare()
    # What happens to other objects is no matter.
    world.server.cli("apply", "-f", world.file("other.yaml", [one("x", "uncontested")]))
    world.server.cli("apply", "-f", mine, "--at", version)
    equal(labels(), ["mine"], "what was compared")
    policies = world.file("late.yaml", [policy_set("permit (principal, action, resource) unless { false };")])
    version = f"g1-r{world.revision()}"
    theirs = {"files": [{"name": "shop.cedar", "text": "permit (principal, action, resource) when { 1 == 1 };"}]}
    world.server.api("PUT", "/v1/policies/active", theirs, status=200)
    world.server.cli("apply", "-f", policies, "--at", version, code=5)
    world.server.cli("apply", "-f", policies, "--at", f"g1-r{world.revision()}")
    world.server.cli("apply", "-f", policies, "--at", "r1", code=2)


# --- cuts ------------------------------------------------------------------------------------------------------------


@suite.test("a cut says how much it covers; a scope that nothing has is not found")
def cuts(world):
    def covers(scope):
        return world.server.cli_json("cut", "create", "--scope", scope)["covers"]

    equal(covers("identity:worker"), {"identities": 1, "credentials": 0}, "an identity")
    equal(covers("pep:proving"), {"identities": 1, "credentials": 1}, "an enforcement point and its token")
    equal(covers("pep:proving"), {"identities": 1, "credentials": 0}, "again: its token is dead")
    equal(covers("issuer:login"), {"identities": 2, "credentials": 0}, "an issuer's identities")
    equal(covers("key:abc"), {"identities": 0, "credentials": 0}, "a key that nobody has")
    world.server.cli("cut", "create", "--scope", "key:abc")
    holds("covers 0 identities and 0 registered credentials: nothing" in world.server.last_stderr, world.server.last_stderr)
    before = world.revision()
    for scope in ("identity:nobody", "issuer:nobody", "pep:nobody", "credential:crd_01J00000000000000000000000"):
        world.server.cli("cut", "create", "--scope", scope, code=4)
        world.server.cli("hold", "place", "--scope", scope, code=4)
    equal(world.revision(), before, "nothing was cut or held")


# --- the shell -------------------------------------------------------------------------------------------------------


@suite.test("completions are scripts that their shell reads, and the manual page is one")
def shell(world):
    script = world.file("completion.bash", world.server.cli("completions", "bash"))
    subprocess.run(["bash", "-n", script], check=True, timeout=20)
    completed = subprocess.run(
        ["bash", "-c", f'source {script}; COMP_WORDS=(safeconduct config ""); COMP_CWORD=2; COMP_LINE="safeconduct config "; '
         f'COMP_POINT=${{#COMP_LINE}}; $(complete -p safeconduct | sed "s/.*-F //; s/ .*//") safeconduct "" config; '
         'echo "${COMPREPLY[@]}"'],
        capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    holds({"check", "print", "schema"} <= set(completed.stdout.split()), f"{completed.stdout} {completed.stderr}")
    for name in ("zsh", "fish"):
        holds("safeconduct" in world.server.cli("completions", name), name)
    world.server.cli("completions", "tcsh", code=2)
    page = world.server.cli("manual")
    holds(page.startswith(".TH SAFECONDUCT 1") and ".SS safeconduct api scan\n" in page, page[:200])
    if shutil.which("groff"):
        formatted = subprocess.run(["groff", "-man", "-Tascii", "-ww"], input=page, capture_output=True, text=True, timeout=20)
        equal((formatted.returncode, formatted.stderr), (0, ""), "groff has nothing to say about the page")


@suite.test("the commands of the guide work as they stand")
def guide(world):
    folder = world.scratch / "guide"
    folder.mkdir()
    (folder / "safeconduct.yaml").write_text(GOOD)
    (folder / "safeconduct").symlink_to(world.server.binary)
    text = (Path(__file__).resolve().parents[2] / "docs" / "operating.md").read_text()
    commands = re.findall(r"^safeconduct (?:config|completions|manual)\b.*$", text, re.MULTILINE)
    equal(len(commands), 6, "commands in the guide")
    for command in commands:
        run = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, timeout=20,
                             env={"PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(folder)})  # fmt: skip
        equal((run.returncode, "/nowhere/master.key" in run.stdout), (0, "print" in command and "redacted" not in command),
              f"{command}: {run.stderr}")  # fmt: skip
    for name in ("safeconduct.schema.json", "safeconduct.bash", "safeconduct.1"):
        holds((folder / name).stat().st_size > 1000, name)


if __name__ == "__main__":
    suite.main()
