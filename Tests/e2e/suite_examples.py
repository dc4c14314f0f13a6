"""The examples in Swift, Python and curl, run as their READMEs say against a real server: the Swift service enforces its
decisions by itself and fails closed when Safeconduct is slow, gone or no longer knows its token."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import requests

from harness.issuer import Issuer
from harness.process import Child
from harness.server import Server, problem
from harness.suite import Skipped, Suite, environment, equal, holds

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
SERVICE = "the service starts with its own token"
POINT = ("pep", "create", "--name", "orders-service", "--owner", "shop-team", "--purpose", "self-enforcement",
         "--boundary", "shop", "--expires", "90d", "--api", "service-orders")  # fmt: skip


class World:
    def __init__(self, scratch, server, issuer, stack):
        self.scratch, self.server, self.issuer, self.stack = scratch, server, issuer, stack
        self.session = requests.Session()
        self.session.trust_env = False
        self.env = {"SAFECONDUCT_URL": server.url, "SAFECONDUCT_CA_FILE": server.ca_file}

    def run(self, *command):
        run = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, timeout=60,
            env={**os.environ, **self.env, "SAFECONDUCT_TOKEN_FILE": self.server.token_file},
        )  # fmt: skip
        equal(run.returncode, 0, f"{command[-1]}: {run.stdout[-500:]} {run.stderr[-500:]}")
        return run.stdout

    def call(self, workload, method, path, token=None, **headers):
        if token is None and workload:
            token = self.issuer.token(workload)
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.session.request(method, self.url + path, headers=headers, timeout=20)


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with contextlib.ExitStack() as stack:
        issuer = stack.enter_context(Issuer("RS256"))
        issuer.audience = "https://orders.shop.example"
        server = stack.enter_context(Server(scratch / "safeconduct", "--allow-http-issuers", tls="auto"))
        yield World(scratch, server, issuer, stack)


suite = Suite("examples", world)


@suite.test("the Python walk-through, twice")
def python(world):
    for _ in range(2):
        shown = world.run(sys.executable, EXAMPLES / "python" / "walkthrough.py")
        for line in (
            r"walk-reader GET /orders: yes \(permitted, dec_\w+\)", r"walk-reader POST /orders: no \(not_permitted,",
            r"walk-stranger GET /orders: no \(not_permitted,", "   yes, no\n",
            r"walk-reader GET /orders: no \(identity_suspended\)", r"dec_\w+ deny: identity_suspended",
        ):  # fmt: skip
            holds(re.search(line, shown), f"{line!r} in {shown}")


@suite.test("the curl walk-through, twice; no token on a command line")
def curl(world):
    for _ in range(2):
        shown = world.run(EXAMPLES / "curl" / "walkthrough.sh")
        equal(re.findall(r'"decision":(\w+)', shown), ["true", "false", "false"], f"decisions in {shown}")
        holds('"outcome":"deny"' in shown, f"the list: {shown}")
    text = (EXAMPLES / "curl" / "walkthrough.sh").read_text()
    holds("--header" not in text and "-H " not in text, "tokens go through files")


@suite.test("apply and pep create, as the README says")
def register(world):
    readme = (EXAMPLES / "service" / "README.md").read_text()
    holds("safeconduct apply -f safeconduct.yaml" in readme, "README: apply")
    holds(" ".join(POINT) in re.sub(r"\s*\\\n\s*", " ", readme), "README: pep create")
    story = world.scratch / "service"
    shutil.copytree(EXAMPLES / "service" / "policies", story / "policies")
    text = (EXAMPLES / "service" / "safeconduct.yaml").read_text()
    holds("http://127.0.0.1:9400" in text, "the example names its issuer")
    (story / "safeconduct.yaml").write_text(text.replace("http://127.0.0.1:9400", world.issuer.url))
    world.server.cli("apply", "-f", story / "safeconduct.yaml")
    world.token_file = world.scratch / "orders.token"
    world.server.cli(*POINT, "--token-file", world.token_file)


@suite.test(SERVICE)
def start(world):
    binary = Path(environment("SAFECONDUCT_BIN")).parent / "SafeconductExampleService"
    if not binary.exists():
        raise Skipped(f"{binary} is not built (swift build --product SafeconductExampleService)")
    log = world.scratch / "service.log"
    env = {**world.env, "SAFECONDUCT_TOKEN_FILE": str(world.token_file), "PORT": "0", "SWIFT_BACKTRACE": "enable=no"}
    world.service = Child([binary], log, env=env)
    world.stack.callback(world.service.stop)
    deadline = time.monotonic() + 20
    while not (found := re.search(r"service at (http://127\.0\.0\.1:\d+)", log.read_text())):
        holds(world.service.alive() and time.monotonic() < deadline, f"the service starts: {world.service.tail()}")
        time.sleep(0.02)
    world.url = found[1]
    equal(world.call(None, "GET", "/healthz").text, "ok\n", "what stands before the middleware")


@suite.test("the README's calls: permitted, unproven, not permitted, too much", needs=[SERVICE])
def calls(world):
    if not hasattr(world, "url"):
        raise Skipped("the service is not built")
    listed = world.call("stock-reader", "GET", "/orders")
    equal(listed.status_code, 200, listed.text)
    holds(re.fullmatch(r"dec_\w+", listed.headers["safeconduct-decision-id"]), "the decision's id")
    equal([order["id"] for order in listed.json()], [7, 8], "orders")
    world.decision = listed.headers["safeconduct-decision-id"]
    world.listed_bytes = len(listed.content)
    refund = world.call("refund-desk", "POST", "/orders/7/refund?amount=900")
    equal((refund.status_code, refund.text), (200, "refunded 900\n"), "refund")
    world.refund = refund.headers["safeconduct-decision-id"]
    unproven = world.call(None, "GET", "/orders")
    problem(unproven, 401, "unauthenticated")
    holds(unproven.headers["www-authenticate"].startswith("Bearer"), "a challenge")
    for who, path in (("stock-reader", "/orders/7/refund?amount=900"), ("refund-desk", "/orders/8/refund?amount=9000"),
                      ("refund-desk", "/orders/8/refund")):  # fmt: skip
        refused = problem(world.call(who, "POST", path), 403, "denied")
        equal(refused["reason"], "not_permitted", f"{who} {path}")
        world.refused = refused["decision_id"]
        holds("desk-refunds" not in str(refused), "callers do not read policies")
    shown = world.server.cli("decision", "list")
    holds(world.decision in shown, f"decision list: {shown}")
    readme = (EXAMPLES / "service" / "README.md").read_text()
    for path in ("/orders/7/refund?amount=900", "/orders/8/refund?amount=9000", "safeconduct decision list"):
        holds(path in readme, f"README: {path}")


@suite.test("what came of the calls was told by the service itself", needs=[SERVICE])
def told(world):
    if not hasattr(world, "url"):
        raise Skipped("the service is not built")

    def report(decision):
        return world.server.cli_json("decision", "show", decision).get("outcome_report") or {"state": None}

    deadline = time.monotonic() + 20
    while any(report(decision)["state"] != "reported" for decision in (world.decision, world.refund, world.refused)):
        holds(time.monotonic() < deadline, f"the calls are reported: {world.service.tail()}")
        time.sleep(0.1)
    for decision, result, status in (
        (world.decision, "succeeded", 200), (world.refund, "succeeded", 200), (world.refused, "stopped", 403),
    ):  # fmt: skip
        shown = report(decision)
        equal((shown["result"], shown["status"], shown["enforced"]), (result, status, True), f"{decision}: {shown}")
        equal(shown["passed"], result == "succeeded", f"passed: {shown}")
    equal(report(world.decision)["bytes"], world.listed_bytes, "bytes")
    for decision in (world.decision, world.refund):
        holds(report(decision)["latency_ms"] >= 0, "a time")
    listed = world.server.cli("decision", "list", "--outcome", "reported", "--identity", "stock-reader")
    holds(world.decision in listed, f"decision list: {listed}")


@suite.test("tokens that prove nobody, and paths with two readings", needs=[SERVICE])
def bad(world):
    if not hasattr(world, "url"):
        raise Skipped("the service is not built")
    now = int(time.time())
    for what, token in (
        ("expired", world.issuer.token("stock-reader", iat=now - 900, exp=now - 600)), ("garbage", "a.b.c"),
        ("for another audience", world.issuer.token("stock-reader", aud="https://elsewhere.example")),
        ("of a stranger", world.issuer.token("stranger")),
    ):  # fmt: skip
        answer = world.call(None, "GET", "/orders", token=token)
        equal(answer.status_code, 401, f"{what}: {answer.text}")
        holds("invalid_token" in answer.headers.get("www-authenticate", ""), f"{what}: {answer.headers}")
        holds(token not in answer.text, f"{what}: the token comes back")
    reader = world.issuer.token("stock-reader")
    for path, status in (("/orders%2f7", 404), ("/orders//7", 400), ("/orders/7?amount=1", 200)):
        prepared = world.session.prepare_request(
            requests.Request("GET", world.url + path, headers={"Authorization": f"Bearer {reader}"})
        )
        prepared.url = world.url + path
        equal(world.session.send(prepared, timeout=20).status_code, status, path)


@suite.test("a suspended identity's next call is refused", needs=[SERVICE])
def suspend(world):
    if not hasattr(world, "url"):
        raise Skipped("the service is not built")
    token = world.issuer.token("stock-reader")
    equal(world.call(None, "GET", "/orders", token=token).status_code, 200, "before")
    world.server.cli("identity", "suspend", "stock-reader", "--reason", "testing")
    refused = problem(world.call(None, "GET", "/orders", token=token), 403)
    equal(refused["reason"], "identity_suspended", "why")


@suite.test("a new token of the service's own is noticed without a restart", needs=[SERVICE])
def rotate(world):
    if not hasattr(world, "url"):
        raise Skipped("the service is not built")
    world.token_file.unlink()
    world.server.cli("pep", "rotate", "orders-service", "--token-file", world.token_file)
    for _ in range(3):
        equal(world.call("refund-desk", "GET", "/orders").status_code, 200, "with the new token")


@suite.test("a Safeconduct that stands still or is gone permits nothing", needs=[SERVICE])
def gone(world):
    if not hasattr(world, "url"):
        raise Skipped("the service is not built")
    token = world.issuer.token("refund-desk")
    process = world.server.child.process
    os.kill(process.pid, signal.SIGSTOP)
    try:
        late = world.call(None, "GET", "/orders", token=token)
    finally:
        os.kill(process.pid, signal.SIGCONT)
    problem(late, 503, "unavailable")
    equal(late.headers["retry-after"], "1", "Retry-After")
    equal(world.call(None, "GET", "/orders", token=token).status_code, 200, "going on")
    world.server.child.stop()
    problem(world.call(None, "GET", "/orders", token=token), 503, "unavailable")


@suite.test("the service stops by itself, and its log holds no secret", needs=[SERVICE])
def stop(world):
    if not hasattr(world, "url"):
        raise Skipped("the service is not built")
    secret = world.token_file.read_text().strip()
    equal(world.service.stop(), 0, "exit code")
    log = (world.scratch / "service.log").read_text()
    holds(secret not in log and "eyJ" not in log, "no token in the log")
    holds("no decision, so the call is refused" in log and "decision.id=dec_" in log, f"what it logs: {log[-2000:]}")


if __name__ == "__main__":
    suite.main()
