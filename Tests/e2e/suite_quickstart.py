"""The story of examples/quickstart with the example's own files: real Envoy, an issuer we did not write, a real API.
Only ports and folders differ from what a reader of its README does by hand."""

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests
import yaml

from harness.process import Child, free_port, wait_for_port
from harness.server import Server
from harness.suite import Suite, environment, equal, holds
from harness.witness import Witness

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "quickstart"
HOST = "orders.shop.example"


class World:
    """The parts of the example, and what the story has learnt so far."""

    def __init__(self, scratch, server, stack):
        self.scratch = scratch
        self.server = server
        self.stack = stack
        self.ports = {name: free_port() for name in ("ISSUER", "ORDERS", "ENVOY")}
        self.run = scratch / "run"
        self.run.mkdir(mode=0o700)
        self.env = {f"QUICKSTART_{name}_PORT": str(port) for name, port in self.ports.items()}
        self.env["QUICKSTART_RUN"] = str(self.run)
        self.decisions = {}
        self.parts = {}
        self.session = requests.Session()
        self.session.trust_env = False

    def connect(self):
        self.env["SAFECONDUCT_URL"] = self.server.url
        if self.server.ca_file:
            self.env["SAFECONDUCT_CA_FILE"] = self.server.ca_file

    def start(self, name):
        child = Child([EXAMPLE / "start", "--foreground", name], self.scratch / f"{name}.log", env=self.env)
        self.stack.callback(child.stop)
        wait_for_port(self.ports[name.upper()], child)
        self.parts[name] = child

    def script(self, name, *arguments):
        run = subprocess.run(
            [EXAMPLE / name, *arguments], capture_output=True, text=True, timeout=30, env={**os.environ, **self.env}
        )
        equal(run.returncode, 0, f"./{name} {' '.join(arguments)}: {run.stderr}")
        return run.stdout.strip()

    def call(self, workload, method, path, body=None, **headers):
        """One request through Envoy, as ./call makes it."""
        headers = {"Host": HOST, **headers}
        if workload:
            headers["Authorization"] = f"Bearer {self.script('token', workload)}"
        url = f"http://127.0.0.1:{self.ports['ENVOY']}{path}"
        return self.session.request(method, url, json=body, headers=headers, timeout=10)


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(Server(scratch / "safeconduct", "--allow-http-issuers", tls="auto"))
        world = World(scratch, server, stack)
        world.connect()
        yield world


suite = Suite("quickstart", world)
# What Envoy has to hand on beside the example's own policies: which features are on, and how much is left.
LIMITED = """\
permit (principal, action, resource in Api::"orders");

@id("small")
@remedy("limit:2/hour limit:features=list,show")
forbid (principal, action, resource) when { principal.name == "orders-worker" }
unless { context.met.containsAll(["limit:2/hour", "limit:features=list,show"]) };
"""
APPLY = "apply: team, API, issuer, workloads and policies; a second time nothing changes"
POINT = "pep create: the token is in a 0600 file, and is not shown again"
PARTS = "the issuer, the API and Envoy start"


def decision_id(response):
    value = response.headers.get("safeconduct-decision-id", "")
    holds(re.fullmatch(r"dec_[0-9A-HJKMNP-TV-Z]{26}", value), f"a decision id: {value!r} {response.text[:300]}")
    return value


def refused(response, status):
    """A problem that the caller can act on and that tells no policy."""
    equal(response.status_code, status, f"status ({response.text[:300]})")
    equal(response.headers.get("content-type", "").split(";")[0], "application/problem+json", "content type")
    members = response.json()
    holds(isinstance(members.get("code"), str), f"a code: {members}")
    for secret in ("order-desk", "reporting-reads", "policy0", "principal"):
        holds(secret not in response.text, f"callers do not read policies: {response.text}")
    return members


@suite.test(APPLY)
def apply(world):
    story = world.scratch / "story"
    shutil.copytree(EXAMPLE / "policies", story / "policies")
    text = (EXAMPLE / "safeconduct.yaml").read_text()
    holds("http://127.0.0.1:9400" in text, "the example names its issuer")
    world.story = story / "safeconduct.yaml"
    world.story.write_text(text.replace("http://127.0.0.1:9400", f"http://127.0.0.1:{world.ports['ISSUER']}"))
    world.server.cli("apply", "-f", world.story, "--dry-run")
    equal(world.server.api("GET", "/v1/identities", status=200).json()["items"], [], "a dry run changes nothing")
    world.server.cli("apply", "-f", world.story)
    before = world.server.api("GET", "/v1/status", status=200).headers["x-trust-revision"]
    world.server.cli("apply", "-f", world.story)
    after = world.server.api("GET", "/v1/status", status=200).headers["x-trust-revision"]
    equal(after, before, "revision after the second apply")
    names = {item["name"] for item in world.server.api("GET", "/v1/identities", status=200).json()["items"]}
    equal(names, {"orders-worker", "reports-bot"}, "identities")
    shown = world.server.cli("identity", "show", "orders-worker")
    holds("orders-worker" in shown and "shop-team" in shown, f"identity show: {shown}")


@suite.test(POINT, needs=[APPLY])
def create_point(world):
    token = world.run / "envoy.token"
    shown = world.server.cli(
        "pep", "create", "--name", "shop-envoy", "--owner", "shop-team", "--purpose", "gateway", "--boundary", "shop",
        "--expires", "90d", "--api", "orders", "--token-file", token,
    )  # fmt: skip
    secret = token.read_text().strip()
    holds(len(secret) >= 32, "a token worth the name")
    equal(oct(token.stat().st_mode & 0o777), oct(0o600), "mode of the token file")
    holds(secret not in shown + world.server.last_stderr, "the token went to the file only")
    holds(secret not in world.server.cli("pep", "show", "shop-envoy", "-o", "json"), "pep show has no token")


@suite.test(PARTS, needs=[POINT])
def start_parts(world):
    for name in ("issuer", "orders", "envoy"):
        world.start(name)
    equal(oct((world.run / "envoy.yaml").stat().st_mode & 0o777), oct(0o600), "mode of Envoy's configuration")


@suite.test("a workload's call is allowed, and the API learns who called", needs=[PARTS])
def allowed(world):
    response = world.call("orders-worker", "GET", "/orders/7", **{"safeconduct-identity": "forged"})
    equal(response.status_code, 200, f"status ({response.text[:300]})")
    equal(response.json()["item"], "tea", "the order")
    equal(response.json()["caller"], "orders-worker", "the caller that the API saw")
    world.decisions["allowed"] = decision_id(response)
    created = world.call("orders-worker", "POST", "/orders", {"item": "kettle", "quantity": 1})
    equal(created.status_code, 201, f"status ({created.text[:300]})")


@suite.test("./call prints it", needs=[PARTS])
def call_script(world):
    shown = world.script("call", "orders-worker", "GET", "/orders/8?fields=all")
    holds(shown.startswith("200 OK") and "cups" in shown and "dec_" in shown, shown)


@suite.test("another workload may read, and is denied a write with a reason class; the operator gets the reasons",
            needs=[PARTS])  # fmt: skip
def denied(world):
    equal(world.call("reports-bot", "GET", "/orders").status_code, 200, "reading")
    response = world.call("reports-bot", "POST", "/orders", {"item": "kettle", "quantity": 1})
    members = refused(response, 403)
    world.decisions["denied"] = decision_id(response)
    equal(members["decision_id"], world.decisions["denied"], "decision id in the body")
    explained = world.server.cli("decision", "explain", world.decisions["denied"])
    holds("reports-bot" in explained and "deny" in explained.lower(), f"decision explain: {explained}")
    shown = world.server.cli_json("decision", "show", world.decisions["denied"])
    equal(shown["outcome"], "deny", "outcome")


@suite.test("what needs an approval says so", needs=[PARTS])
def approval(world):
    response = world.call("orders-worker", "POST", "/orders/7/refund")
    members = refused(response, 403)
    holds("approve:shop-finance" in json.dumps(members), f"the remedy is named: {members}")
    world.decisions["approval"] = decision_id(response)
    equal(world.server.cli_json("decision", "show", world.decisions["approval"])["outcome"], "approve", "outcome")
    holds(not world.call("orders-worker", "GET", "/orders/7").json()["refunded"], "nothing was refunded")


@suite.test("an operation that nobody registered is denied", needs=[PARTS])
def unregistered(world):
    for method, path in (("DELETE", "/orders/7"), ("GET", "/admin"), ("GET", "/orders/7/"), ("OPTIONS", "/orders")):
        refused(world.call("orders-worker", method, path), 403)


@suite.test("outcomes ship: Envoy's access log tells what came of each decision, and nothing twice", needs=[PARTS])
def outcomes(world):
    log, token = world.run / "access.log", world.run / "envoy.token"
    # Envoy writes in order: with the last call's line all those before are there.
    last = decision_id(world.call("orders-worker", "GET", "/orders/7"))
    deadline = time.monotonic() + 10
    while any(decision not in log.read_text() for decision in [*world.decisions.values(), last]):
        holds(time.monotonic() < deadline, f"every decision is in Envoy's log: {log.read_text()[-1500:]}")
        time.sleep(0.05)
    world.server.cli("outcomes", "ship", "--file", log, "--token-file", token)
    told = world.server.last_stderr
    holds("refused 0" in told and "unreadable 0" in told and "told 0," not in told, told)
    report = world.server.cli_json("decision", "show", world.decisions["allowed"])["outcome_report"]
    equal([report[name] for name in ("state", "result", "status", "passed", "enforced")],
          ["reported", "succeeded", 200, True, True], f"what came of the allowed call: {report}")  # fmt: skip
    holds(report["bytes"] > 0 and report["latency_ms"] >= 0, f"bytes and time: {report}")
    for name in ("denied", "approval"):
        report = world.server.cli_json("decision", "show", world.decisions[name])["outcome_report"]
        equal([report[name] for name in ("state", "result", "status", "passed", "enforced")],
              ["reported", "stopped", 403, False, True], f"what came of the refused call: {report}")  # fmt: skip
    world.server.cli("outcomes", "ship", "--file", log, "--token-file", token)
    holds(world.server.last_stderr.startswith("told 0, told before 0"), world.server.last_stderr)
    (world.run / "access.log.shipped").unlink()
    world.server.cli("outcomes", "ship", "--file", log, "--token-file", token)
    holds(world.server.last_stderr.startswith("told 0, told before"), world.server.last_stderr)
    listed = world.server.cli("decision", "list", "--outcome", "reported", "--identity", "orders-worker")
    holds(world.decisions["allowed"] in listed and "orders/show" in listed and " 200 " in listed, listed)


@suite.test("nobody can tell what came of another's decision through the access log", needs=[PARTS])
def unforgeable(world):
    log, token = world.run / "access.log", world.run / "envoy.token"
    other = decision_id(world.call("reports-bot", "GET", "/orders"))
    # Envoy turns these away before any filter runs, and logs them with the headers as they came.
    for path in ("/orders%2f7", "/orders/%00", "/a%2fb"):
        with socket.create_connection(("127.0.0.1", world.ports["ENVOY"]), timeout=10) as connection:
            connection.sendall(
                f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n"
                f"safeconduct-decision-id: {other}\r\n\r\n".encode()
            )
            equal(int(connection.recv(65536).split(b" ")[1]), 400, path)
    world.call(None, "GET", "/orders", **{"safeconduct-decision-id": other})
    last = decision_id(world.call("reports-bot", "GET", "/orders"))
    deadline = time.monotonic() + 10
    while last not in log.read_text():
        holds(time.monotonic() < deadline, f"Envoy's log has the last call: {log.read_text()[-1500:]}")
        time.sleep(0.05)
    lines = [json.loads(line) for line in log.read_text().splitlines() if other in line]
    equal([line["status"] for line in lines], [200], f"the lines that name the other's decision: {lines}")
    holds(sum(line.count('"status":400') for line in log.read_text().splitlines()) >= 3, "the others are logged, too")
    world.server.cli("outcomes", "ship", "--file", log, "--token-file", token)
    report = world.server.cli_json("decision", "show", other)["outcome_report"]
    equal((report["result"], report["status"], report["passed"]), ("succeeded", 200, True), f"{report}")


@suite.test("what the answer grants reaches the API as it was granted, and nothing that a caller claims", needs=[PARTS])
def granted(world):
    claims = {
        "Safeconduct-Features": "admin, write", "Safeconduct-Remaining": "9999", "Safeconduct-Identity": "admin",
        "Safeconduct-Decision-Id": "dec_forged", "Safeconduct-Policy-Digest": "f" * 64, "Safeconduct-Rev": "1",
        "Safeconduct-Enforcement-Point": "x",
    }  # fmt: skip
    files = [{"name": "limited.cedar", "text": LIMITED}]
    world.server.api("PUT", "/v1/policies/active", {"files": files}, status=200)
    world.parts["orders"].stop()
    try:
        with Witness(world.ports["ORDERS"]) as witness:
            for headers, left in (({}, "1"), (claims, "0")):
                response = world.call("orders-worker", "GET", "/orders", **headers)
                equal(response.status_code, 200, f"status ({response.text[:300]})")
                equal(witness.told(), {
                    "safeconduct-identity": "orders-worker", "safeconduct-decision-id": decision_id(response),
                    "safeconduct-features": "list, show", "safeconduct-remaining": left,
                }, f"what the API reads beside {headers}")  # fmt: skip
                holds(f"r={left}" in response.headers["ratelimit"], f"what is left: {response.headers}")
                holds("q=2" in response.headers["ratelimit-policy"], f"of what: {response.headers}")
            response = world.call("orders-worker", "GET", "/orders")
            refused(response, 429)
            holds("r=0" in response.headers["ratelimit"] and int(response.headers["retry-after"]) > 0,
                  f"what a caller reads that has used it up: {response.headers}")  # fmt: skip
            response = world.call("reports-bot", "GET", "/orders", **claims)
            equal(witness.told(),
                  {"safeconduct-identity": "reports-bot", "safeconduct-decision-id": decision_id(response)},
                  "what the API reads of a call without limits")  # fmt: skip
            count = len(witness.heard)
            for name in ("safeconduct_identity", "Safeconduct_Features"):
                response = world.call("reports-bot", "GET", "/orders", **{name: "admin"})
                equal(response.status_code, 400, f"a caller that says {name}")
            equal(len(witness.heard), count, "calls that reached the API")
    finally:
        world.start("orders")
        world.server.cli("apply", "-f", world.story)


@suite.test("no token, a broken token and an unknown workload get no further than the door", needs=[PARTS])
def unproven(world):
    for response in (
        world.call(None, "GET", "/orders"),
        world.call(None, "GET", "/orders", Authorization="Bearer not.a.token"),
        world.call(None, "GET", "/orders", Authorization="Basic eDp5"),
        world.call("stranger", "GET", "/orders"),
    ):
        refused(response, 401)
        holds(response.headers.get("www-authenticate", "").startswith("Bearer"), "WWW-Authenticate")


@suite.test("a path is decided in the one spelling in which it is called", needs=[PARTS])
def spelling(world):
    token = world.script("token", "reports-bot")
    # Not with `requests`, which would mend the paths before they leave.
    for path in ("/x/../orders", "//orders", "/orders%2f", "/%6frders", "/orders/", "/orders;x", "/Orders", "/orders%00"):
        connection = http.client.HTTPConnection("127.0.0.1", world.ports["ENVOY"], timeout=10)
        connection.request("POST", path, "{}", {"Host": HOST, "Authorization": f"Bearer {token}"})
        status = connection.getresponse().status
        connection.close()
        holds(status in (400, 403, 404), f"{path}: {status}")


SUSPEND = "identity suspend: the very next call is refused, with a token that is new"


@suite.test(SUSPEND, needs=[PARTS])
def suspend(world):
    token = world.script("token", "orders-worker")
    url = f"http://127.0.0.1:{world.ports['ENVOY']}/orders/7"
    headers = {"Host": HOST, "Authorization": f"Bearer {token}"}
    equal(world.session.get(url, headers=headers, timeout=10).status_code, 200, "before")
    world.server.cli("identity", "suspend", "orders-worker", "--reason", "strange orders at night")
    response = world.session.get(url, headers=headers, timeout=10)
    refused(response, 403)
    world.decisions["suspended"] = decision_id(response)
    refused(world.call("orders-worker", "GET", "/orders/7"), 403)
    explained = world.server.cli("decision", "explain", world.decisions["suspended"])
    holds("hold" in explained.lower() or "suspend" in explained.lower(), f"decision explain: {explained}")
    equal(world.call("reports-bot", "GET", "/orders").status_code, 200, "the other workload")
    world.old_token = token


@suite.test("identity resume: a later token works again, an earlier one does not", seconds=90, needs=[SUSPEND])
def resume(world):
    # The issuer's times are whole seconds, so a token of the second of the cut itself counts as earlier.
    world.server.cli("identity", "resume", "orders-worker")
    url = f"http://127.0.0.1:{world.ports['ENVOY']}/orders/7"
    old = world.session.get(url, headers={"Host": HOST, "Authorization": f"Bearer {world.old_token}"}, timeout=10)
    holds(old.status_code in (401, 403), f"an earlier token: {old.status_code}")
    deadline = time.monotonic() + 75
    while True:
        response = world.call("orders-worker", "GET", "/orders/7")
        if response.status_code == 200 or time.monotonic() > deadline:
            break
        time.sleep(1)
    equal(response.status_code, 200, f"a later token ({response.text[:300]})")


@suite.test("every decision of the story has a receipt that verifies offline, and a changed body does not",
            needs=[SUSPEND])  # fmt: skip
def receipts(world):
    folder = world.scratch / "receipt"
    checker = ROOT / "Tests" / "python" / "tlog_note_check.py"
    for name, decision in world.decisions.items():
        world.server.cli("decision", "receipt", decision, "--out", folder)
        body, proof = folder / f"{decision}.json", folder / f"{decision}.tlog-proof"
        key = (folder / f"{decision}.vkey").read_text().strip()
        offline = {"SAFECONDUCT_URL": "http://127.0.0.1:1"}
        world.server.cli("log", "verify", "--receipt", proof, "--body", body, "--key", key, env=offline)
        check = [sys.executable, checker, "receipt", key, body, proof]
        ran = subprocess.run(check, capture_output=True, text=True, timeout=30)
        equal(ran.returncode, 0, f"{name}: {ran.stderr}")
        forged = folder / "forged.json"
        forged.write_bytes(body.read_bytes().replace(b"deny", b"allow") + b" ")
        check[-2] = forged
        equal(subprocess.run(check, capture_output=True, timeout=30).returncode, 1, f"{name}: a forged body")
        world.server.cli("log", "verify", "--receipt", proof, "--body", forged, "--key", key, code=1, env=offline)


@suite.test("without Safeconduct nothing passes")
def fail_closed(world):
    token = world.script("token", "reports-bot")
    world.server.child.stop()
    url = f"http://127.0.0.1:{world.ports['ENVOY']}/orders"
    response = world.session.get(url, headers={"Host": HOST, "Authorization": f"Bearer {token}"}, timeout=10)
    equal(response.status_code, 503, "status")


@suite.test("the example's files say what the story did")
def files(world):
    kinds = [document["kind"] for document in yaml.safe_load_all((EXAMPLE / "safeconduct.yaml").read_text())]
    equal(sorted(set(kinds)), ["Api", "Identity", "Issuer", "Operator", "PolicySet"], "kinds")
    readme = (EXAMPLE / "README.md").read_text()
    for command in ("apply -f safeconduct.yaml", "pep create --name shop-envoy", "identity suspend orders-worker",
                    "decision receipt", "log verify --receipt"):  # fmt: skip
        holds(command in readme, f"the README has: {command}")


if __name__ == "__main__":
    suite.main()
