"""Whatever may arrive at a server that faces networks: any bytes, huge and slow senders, objects, policies and
configurations with mistakes. Each gets a precise refusal, nobody else is slowed down, and nothing is lost."""

import concurrent.futures
import contextlib
import http.client
import json
import os
import random
import resource
import subprocess
import time
from pathlib import Path

import requests

from harness.crowd import Crowd
from harness.issuer import Issuer
from harness.logs import Logs
from harness.process import free_port
from harness.raw import Raw, request
from harness.scene import Scene, custody, identity
from harness.server import Server, problem
from harness.suite import Suite, environment, equal, holds

SOAK = int(os.environ.get("SAFECONDUCT_SOAK") or 0)
ROUNDS = 10 if SOAK else 1
SEED = int(os.environ.get("SAFECONDUCT_SEED") or random.SystemRandom().randrange(1 << 32))


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    # Some tests hold more connections than a shell's usual limit of open files allows.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8192), most))
    with Issuer() as issuer, Server(scratch / "safeconduct", "--allow-http-issuers") as server:
        suite.note(f"seed {SEED} (SAFECONDUCT_SEED repeats it)")
        yield Crowd(scratch, Scene(server, issuer).build())


suite = Suite("badinput", world)

# --- bytes ------------------------------------------------------------------------------------------------------

QUESTION = {
    "subject": {"type": "identity", "id": "worker"},
    "action": {"name": "read"},
    "resource": {"type": "operation", "id": "orders/list"},
    "context": {"note": "é", "list": [1, 2.5, None, True], "deep": {"er": {"": -0}}},
}


def bodies(world):
    """(method, path, token, good body) of every endpoint that takes one."""
    operator, point = world.server.token, world.scene.point
    return [
        ("POST", "/access/v1/evaluation", point, QUESTION),
        ("POST", "/access/v1/evaluations", point, {**QUESTION, "evaluations": [{}, {"action": {"name": "write"}}]}),
        ("PUT", "/v1/identities/fuzzed", operator, identity("fuzzed", "reader")),
        ("PUT", "/v1/operators/fuzzed-team", operator, {"name": "fuzzed-team", "kind": "team", **custody()}),
        ("PUT", "/v1/apis/fuzzed-api", operator, {"name": "fuzzed-api", **custody(), "hosts": ["fuzzed.test"], "operations": [
            {"name": "list", "method": "GET", "path": "/things/{id}", "attributes": ["a"]}]}),
        ("PUT", "/v1/issuers/fuzzed-issuer", operator, world.scene.issuer_object("fuzzed-issuer", world.scene.issuer)),
        ("POST", "/v1/enforcement-points", operator, {"name": "fuzzed-point", **custody(), "apis": ["orders"], "subjects": ["proven"]}),
        ("POST", "/v1/holds", operator, {"scope": {"kind": "credential", "id": "zzz"}, "reason": "fuzz"}),
    ]  # fmt: skip


def mutated(rng, data):
    data = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        kind = rng.randrange(7)
        at = rng.randrange(len(data) + 1)
        if kind == 0 and data:
            del data[at : at + rng.randint(1, 8)]
        elif kind == 1:
            data[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 8)))
        elif kind == 2 and data:
            data[at - 1] ^= 1 << rng.randrange(8)
        elif kind == 3:
            data[at:at] = rng.choice((b"null", b"{}", b"[]", b'"', b"\\u0000", b"1e999", b"-", b"9" * 30, b"\xed\xa0\x80"))
        elif kind == 4:
            data[at:at] = data[at : at + rng.randint(1, 60)]
        elif kind == 5:
            data[at:at] = b"[" * rng.randint(1, 300)
        else:
            data = data[:at]
    return bytes(data)


@suite.test("any bytes as a body, on every endpoint that takes one: never a failure of the server", seconds=120 * ROUNDS)
def fuzz_bodies(world):
    rng = random.Random(SEED)
    statuses = {}
    for method, path, token, good in bodies(world):
        connection = http.client.HTTPConnection(world.server.url.removeprefix("http://"), timeout=20)
        for number in range(60 * ROUNDS):
            body = mutated(rng, json.dumps(good, ensure_ascii=False).encode())
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            data = response.read()
            holds(response.status < 500, f"{method} {path} #{number}: {response.status} {data[:200]} for {body!r}")
            if response.status >= 400:
                media = response.headers.get_content_type()
                equal(media, "application/problem+json", f"{method} {path} {response.status} for {body!r}")
                members = json.loads(data)
                holds(members["status"] == response.status and members["code"] and members["title"], str(members))
            statuses[response.status] = statuses.get(response.status, 0) + 1
    suite.note(f"answers: {dict(sorted(statuses.items()))}")
    world.alive()


@suite.test("any bytes on the wire", seconds=90 * ROUNDS)
def fuzz_wire(world):
    rng = random.Random(SEED + 1)
    good = request("POST", "/access/v1/evaluation", json.dumps(QUESTION).encode(), (
        f"Authorization: Bearer {world.scene.point}", "Content-Type: application/json",
        f"Content-Length: {len(json.dumps(QUESTION))}"))  # fmt: skip
    seen = {}
    # Made before the threads start, so that the seed alone decides what is sent.
    wires = [rng.randbytes(rng.randint(1, 2000)) if n % 3 == 0 else mutated(rng, good) for n in range(150 * ROUNDS)]

    def send(data):
        with Raw(world.server, seconds=2) as raw:
            raw.send(data)
            with contextlib.suppress(OSError):
                raw.socket.shutdown(1)
            try:
                return data, raw.answer()
            except TimeoutError:
                # A request that never became whole: the server still waits for the rest, as it may.
                return data, None
            except (ValueError, IndexError):
                raise AssertionError(f"not HTTP after {data!r}") from None

    with world.bystander(), concurrent.futures.ThreadPoolExecutor(16) as pool:
        for data, answer in pool.map(send, wires):
            status = answer[0] if answer else None
            holds(status is None or status < 500, f"{status} for {data!r}")
            seen[status] = seen.get(status, 0) + 1
    suite.note(f"answers: {({str(k): v for k, v in seen.items()})}")
    world.alive()


WIRE = [
    ("two lengths", ("Content-Length: 3", "Content-Length: 4"), b"{}  "),
    ("a length and chunks", ("Content-Length: 2", "Transfer-Encoding: chunked"), b"0\r\n\r\n"),
    ("a negative length", ("Content-Length: -1",), b""),
    ("a length that is no number", ("Content-Length: 0x10",), b""),
    ("a length beyond 64 bits", ("Content-Length: 99999999999999999999",), b""),
    ("an unknown transfer coding", ("Transfer-Encoding: gzip",), b"x"),
    ("a chunk that is no chunk", ("Transfer-Encoding: chunked",), b"zz\r\n{}\r\n"),
    ("a header without a colon", ("Content-Length: 0", "nonsense"), b""),
    ("a header with a space before the colon", ("Content-Length : 2",), b"{}"),
    ("a folded header", ("X-A: b", " c", "Content-Length: 0"), b""),
    ("a control byte in a header", ("X-A: b\x01c", "Content-Length: 0"), b""),
    ("a header of 100 kB", ("X-A: " + "b" * 100_000, "Content-Length: 0"), b""),
    ("five hundred headers", tuple(f"X-{n}: 1" for n in range(500)) + ("Content-Length: 0",), b""),
]


def wire_case(headers, body):
    def run(world):
        with Raw(world.server, seconds=8) as raw:
            raw.send(request("POST", "/access/v1/evaluation", body, headers))
            try:
                answer = raw.answer()
            except TimeoutError:
                raise AssertionError("the server neither answered nor hung up") from None
        holds(answer is None or 400 <= answer[0] < 500 or answer[0] == 501, f"{answer}")
        world.alive()

    return run


for title, headers, body in WIRE:
    suite.add(f"on the wire: {title}", wire_case(headers, body), seconds=20)


@suite.test("paths: long, encoded, climbing, unknown")
def paths(world):
    for path in ("/" + "a" * 20_000, "/v1/identities/%zz", "/v1/identities/%00", "/v1/../v1/identities", "/%2e%2e/etc/passwd",
                 "//v1/identities", "/v1//identities", "/v1/identities/", "/V1/identities", "/v1/identities?limit=-1",
                 "/v1/identities?page_token=zzz", "/v1/identities?limit=99999999999999999999",
                 "/v1/identities/" + "x" * 300):  # fmt: skip
        with Raw(world.server) as raw:
            raw.send(request("GET", path, b"", (f"Authorization: Bearer {world.server.token}", "Connection: close")))
            answer = raw.answer()
        holds(answer is not None and answer[0] in (400, 404, 414, 431), f"{path[:60]}: {answer and answer[0]}")
        holds("application/problem+json" in answer[1], f"{path[:60]}: a problem")
    world.alive()


# --- large and slow ---------------------------------------------------------------------------------------------


@suite.test("10 MB bodies: refused as too large, with and without a length; another caller goes on", seconds=90)
def large(world):
    ten = b'{"a":"' + b"x" * 10_000_000 + b'"}'
    with world.bystander():
        for method, path, token, _ in bodies(world):
            if path == "/v1/policies/active":
                continue
            headers = (f"Authorization: Bearer {token}", "Content-Type: application/json")
            with Raw(world.server, seconds=20) as raw:
                raw.send(request(method, path, ten, (*headers, f"Content-Length: {len(ten)}")))
                answer = raw.answer()
            holds(answer is not None and answer[0] in (400, 413), f"{path} with a length: {answer}")
            holds("application/problem+json" in answer[1], f"{path}: a problem")
            with Raw(world.server, seconds=20) as raw:
                raw.send(request(method, path, b"", (*headers, "Transfer-Encoding: chunked")))
                for at in range(0, len(ten), 100_000):
                    piece = ten[at : at + 100_000]
                    if not raw.send(b"%x\r\n%b\r\n" % (len(piece), piece)):
                        break
                else:
                    raw.send(b"0\r\n\r\n")
                answer = raw.answer()
            # The server may hang up while a sender without end is still sending; that is an answer, too.
            holds(answer is None or answer[0] in (400, 413), f"{path} in chunks: {answer}")
        with Raw(world.server) as raw:
            raw.send(request("POST", "/access/v1/evaluation", b"", (
                f"Authorization: Bearer {world.scene.point}", "Content-Type: application/json", "Expect: 100-continue",
                "Content-Length: 1000000000000")))  # fmt: skip
            answer = raw.answer()
            holds(answer is not None and answer[0] == 413, f"a terabyte is refused before it is sent: {answer}")
    world.alive()


@suite.test("without a credential a body is not even read")
def unread(world):
    with Raw(world.server) as raw:
        raw.send(request("POST", "/access/v1/evaluation", b"", (
            "Content-Type: application/json", "Content-Length: 900000")))  # fmt: skip
        answer = raw.answer()
    holds(answer is not None and answer[0] == 401, f"{answer}")


@suite.test("three hundred slow clients: another caller goes on, and each is ended", seconds=60)
def slow(world):
    head = request("POST", "/access/v1/evaluation", b"", (
        f"Authorization: Bearer {world.scene.point}", "Content-Type: application/json", "Content-Length: 200"))  # fmt: skip
    with contextlib.ExitStack() as stack:
        heads = [stack.enter_context(Raw(world.server)) for _ in range(150)]
        lengths = [stack.enter_context(Raw(world.server)) for _ in range(150)]
        with world.bystander() as bystander:
            for raw in lengths:
                raw.send(head)
            began = time.monotonic()
            open_heads = list(heads)
            step = 0
            while open_heads and time.monotonic() - began < 25:
                for raw in list(open_heads):
                    if not raw.send(head[step % 40 : step % 40 + 1]):
                        open_heads.remove(raw)
                for raw in lengths:
                    raw.send(b" ")
                step += 1
                time.sleep(0.5)
            suite.note(f"{bystander.count} answers meanwhile, the slowest after {bystander.slowest * 1000:.0f} ms")
        equal(len(open_heads), 0, "clients that dribble a header and are still connected after 25 s")
    world.alive()


@suite.test("nine hundred idle connections do not keep the next one out", seconds=60)
def idle(world):
    with contextlib.ExitStack() as stack:
        for _ in range(900):
            stack.enter_context(Raw(world.server))
        with world.bystander():
            time.sleep(0.5)
    world.alive()


# --- media types ------------------------------------------------------------------------------------------------


@suite.test("wrong content types")
def content_types(world):
    for method, path, token, good in bodies(world):
        expected = (400,) if path.startswith("/access/") else (400, 415)
        for media in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp", ""):
            response = world.server.session.request(
                method, world.server.url + path, data=json.dumps(good), timeout=10,
                headers={"Authorization": f"Bearer {token}", "Content-Type": media},
            )  # fmt: skip
            holds(response.status_code in expected, f"{method} {path} as {media!r}: {response.status_code}")
            problem(response, response.status_code)
    coded = world.server.session.post(
        world.server.url + "/access/v1/evaluation", data=json.dumps(QUESTION), timeout=10,
        headers={"Authorization": f"Bearer {world.scene.point}", "Content-Type": "application/json", "Content-Encoding": "gzip"},
    )  # fmt: skip
    holds(coded.status_code in (400, 415), f"a coded body: {coded.status_code}")


# --- the operator's side ----------------------------------------------------------------------------------------


@suite.test("objects with mistakes: the pointer says where, the message what")
def objects(world):
    good = identity("mistaken", "reader")
    cases = [
        ({name: value for name, value in good.items() if name != "owner"}, "/owner"),
        ({name: value for name, value in good.items() if name != "purpose"}, "/purpose"),
        ({name: value for name, value in good.items() if name != "boundary"}, "/boundary"),
        ({name: value for name, value in good.items() if name != "expires_at"}, "/expires_at"),
        ({**good, "owner": "nobody"}, "/owner"),
        ({**good, "expires_at": "soon"}, "/expires_at"),
        ({**good, "expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({**good, "kind": "robot"}, "/kind"),
        ({**good, "labels": "reader"}, "/labels"),
        ({**good, "federation": [{"issuer": "nobody", "subject": "x"}]}, "/federation/0/issuer"),
    ]
    for body, pointer in cases:
        response = world.server.api("PUT", "/v1/identities/mistaken", body)
        holds(response.status_code in (400, 422), f"{pointer}: {response.status_code} {response.text[:200]}")
        members = problem(response, response.status_code)
        holds(pointer in [error.get("pointer") for error in members.get("errors", [])], f"{pointer} in {members}")
    response = world.server.api("PUT", "/v1/identities/mistaken", {**good, "purpos": "testing"})
    members = problem(response, response.status_code)
    holds("purpose" in json.dumps(members), f"an unknown member names the nearest: {members}")
    problem(world.server.api("GET", "/v1/identities/mistaken"), 404)
    for name in ("Mistaken", "-x", "a" * 64, "a b"):
        response = world.server.api("PUT", f"/v1/identities/{requests.utils.quote(name)}", {**good, "name": name})
        holds(response.status_code in (400, 404, 422), f"the name {name!r}: {response.status_code}")
    other = world.server.api("PUT", "/v1/identities/mistaken", {**good, "name": "somebody-else"})
    holds(other.status_code in (400, 409, 422), f"a name that is not the path's: {other.status_code}")


@suite.test("a policy with a mistake is refused with file, line and column, and the old one stays")
def bad_policies(world):
    before = world.server.api("GET", "/v1/policies/active", status=200).json()
    files = [{"name": "ok.cedar", "text": "permit(principal, action, resource);"},
             {"name": "bad.cedar", "text": "permit (principal, action, resource)\nwhen { 1 + };"}]  # fmt: skip
    response = world.server.api("PUT", "/v1/policies/active", {"files": files})
    holds(response.status_code in (400, 422), f"{response.status_code}")
    members = problem(response, response.status_code)
    text = json.dumps(members)
    holds("bad.cedar" in text and "2" in text, f"file and line: {members}")
    equal(world.server.api("GET", "/v1/policies/active", status=200).json(), before, "the active policies")


@suite.test("a retired name is not used again")
def retired(world):
    world.scene.put("identities", identity("once", "reader"))
    world.server.api("DELETE", "/v1/identities/once")
    response = world.server.api("PUT", "/v1/identities/once", identity("once", "reader"))
    holds(response.status_code in (409, 422), f"{response.status_code}")
    problem(response, response.status_code)


@suite.test("methods that a path does not have say which it has")
def methods(world):
    for method, path in (("DELETE", "/v1/status"), ("POST", "/livez"), ("PATCH", "/v1/identities"), ("GET", "/access/v1/evaluation")):
        response = world.server.api(method, path)
        problem(response, 405)
        holds(response.headers.get("allow"), f"{method} {path}: Allow")


@suite.test("a configuration with an unknown key names the nearest known one, and nothing starts", seconds=60)
def configuration(world):
    cases = [
        ("listn: 127.0.0.1:0\n", ("listn", "listen")),
        ("listen: 127.0.0.1:0\npublic-log: true\n", ("public-log", "public_log")),
        ("listen: 127.0.0.1:0\noutbound:\n  http_isuers: never\n", ("http_isuers", "http_issuers")),
        ("listen: 127.0.0.1:0\noutbound:\n  http_issuers: alwys\n", ("http_issuers",)),
        ("listen: [1, 2]\n", ("listen",)),
        ("listen: 127.0.0.1:0\nlisten: 127.0.0.1:0\n", ("listen",)),
        ("listen: 127.0.0.1:0\n\tx: y\n", ("2",)),
        ("- listen\n", ()),
    ]
    for number, (text, words) in enumerate(cases):
        file = world.scratch / f"config-{number}.yaml"
        file.write_text(text)
        run = subprocess.run(
            [environment("SAFECONDUCT_BIN"), "serve", "--config", file], capture_output=True, text=True, timeout=15,
            stdin=subprocess.DEVNULL, cwd=world.scratch,
        )  # fmt: skip
        holds(run.returncode in (1, 2), f"{text!r}: exit {run.returncode}")
        for word in words:
            holds(word in run.stderr, f"{text!r}: {word!r} is not in {run.stderr!r}")
    world.server.cli("serve", "--config", world.scratch / "absent.yaml", code=1)
    holds("absent.yaml" in world.server.last_stderr, "the missing file is named")


@suite.test("apply with a mistake names document, field and the nearest name; nothing is changed")
def bad_apply(world):
    file = world.scratch / "bad.yaml"
    file.write_text("kind: Identity\nname: applied\nowner: team\npurpos: testing\nboundary: shop\nexpires_in: 90d\n")
    world.server.cli("apply", "-f", file, code=1)
    holds("purpos" in world.server.last_stderr and "purpose" in world.server.last_stderr, world.server.last_stderr)
    problem(world.server.api("GET", "/v1/identities/applied"), 404)
    file.write_text("kind: Identty\nname: applied\n")
    world.server.cli("apply", "-f", file, code=1)
    holds("Identity" in world.server.last_stderr, world.server.last_stderr)


@suite.test("exit codes: usage 2, not found 4, unavailable 6")
def exit_codes(world):
    world.server.cli("nonsense", code=2)
    world.server.cli("identity", "show", "nobody-of-that-name", code=4)
    world.server.cli("identity", "list", code=6, env={"SAFECONDUCT_URL": f"http://127.0.0.1:{free_port()}"})


# --- afterwards -------------------------------------------------------------------------------------------------


@suite.test("after all of it the server has the same process, whole logs and bounded memory")
def afterwards(world):
    world.alive()
    for log in Logs(world.server).all():
        log.check()
    status = Path(f"/proc/{world.server.child.process.pid}/status").read_text()
    resident = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
    suite.note(f"resident memory {resident // 1024} MiB")
    holds(resident < 1 << 20, f"resident memory {resident // 1024} MiB")
    tail = world.server.child.log.read_text(errors="replace")
    for secret in (world.scene.point, world.scene.proving, world.server.token):
        holds(secret not in tail, "a bearer token is in the server's log")


if __name__ == "__main__":
    suite.main()
