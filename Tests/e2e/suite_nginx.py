"""The nginx of examples/nginx, with the example's own files: what nginx's `auth_request` makes of every answer, what a
hostile caller can do to it, and that its access log tells what came of each call."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import time
from pathlib import Path

import requests

from harness.issuer import Issuer
from harness.process import Child, free_port, wait_for_port
from harness.scene import Scene
from harness.server import Server
from harness.suite import Skipped, Suite, environment, equal, holds
from harness.witness import Witness

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "nginx"
HOST = "orders.test"

POLICIES = """\
permit (principal, action == Action::"read", resource in Api::"orders");

@id("writes-within-a-limit")
@remedy("limit:2/hour")
permit (principal, action == Action::"write", resource in Api::"orders")
when { principal.labels.contains("worker") && context.met.contains("limit:2/hour") };
"""
# What nginx has to hand on: which features are on, and how much is left.
LIMITED = """\
permit (principal, action == Action::"read", resource in Api::"orders");

@id("small")
@remedy("limit:20/hour limit:features=list,show")
forbid (principal, action, resource) when { principal.name == "worker" }
unless { context.met.containsAll(["limit:20/hour", "limit:features=list,show"]) };
"""


class World:
    def __init__(self, scratch, server, issuer, stack):
        self.scratch = scratch
        self.server = server
        self.issuer = issuer
        self.stack = stack
        self.run = scratch / "run"
        self.run.mkdir(mode=0o700)
        self.port, self.api_port = free_port(), free_port()
        self.log = self.run / "access.log"
        self.decisions = {}
        self.session = requests.Session()
        self.session.trust_env = False

    def start_api(self):
        program = [ROOT / ".venv" / "bin" / "python", ROOT / "examples" / "quickstart" / "orders_api.py"]
        self.api = Child([*program, str(self.api_port)], self.scratch / "api.log")
        self.stack.callback(self.api.stop)
        wait_for_port(self.api_port, self.api)

    def start_nginx(self):
        self.env = {
            "SAFECONDUCT_URL": self.server.url, "SAFECONDUCT_CA_FILE": self.server.ca_file, "NGINX_RUN": str(self.run),
            "NGINX_PORT": str(self.port), "QUICKSTART_ORDERS_PORT": str(self.api_port),
        }  # fmt: skip
        self.nginx = Child([EXAMPLE / "start"], self.scratch / "nginx.log", env=self.env)
        self.stack.callback(self.nginx.stop)
        wait_for_port(self.port, self.nginx)

    def call(self, method, path, subject="worker", body=None, host=HOST, **headers):
        headers = {"Host": host, **headers}
        if subject:
            headers["Authorization"] = f"Bearer {self.issuer.token(subject)}"
        return self.session.request(method, f"http://127.0.0.1:{self.port}{path}", json=body, headers=headers, timeout=10)

    def ship(self, *arguments):
        self.server.cli("outcomes", "ship", "--file", self.log, "--token-file", self.run / "nginx.token", *arguments)
        return self.server.last_stderr

    def report(self, decision):
        return self.server.cli_json("decision", "show", decision).get("outcome_report")

    def await_log(self, *decisions):
        deadline = time.monotonic() + 10
        while any(decision not in self.log.read_text() for decision in decisions):
            holds(time.monotonic() < deadline, f"nginx's log has {decisions}: {self.log.read_text()[-1000:]}")
            time.sleep(0.05)


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with contextlib.ExitStack() as stack:
        issuer = stack.enter_context(Issuer())
        server = stack.enter_context(Server(scratch / "safeconduct", "--allow-http-issuers", tls="auto"))
        scene = Scene(server, issuer).build()
        files = [{"name": "shop.cedar", "text": POLICIES}]
        server.api("PUT", "/v1/policies/active", {"files": files}, status=200)
        yield World(scratch, server, issuer, stack)


suite = Suite("nginx", world)
STARTS = "the example's nginx starts with a token of its own, in files that are its user's alone"


def decision_id(response):
    value = response.headers.get("safeconduct-decision-id", "")
    holds(value.startswith("dec_"), f"a decision id: {response.status_code} {response.headers} {response.text[:300]}")
    return value


@suite.test(STARTS)
def starts(world):
    if not (shutil.which("nginx") or Path("/usr/sbin/nginx").exists()):
        raise Skipped("nginx is not installed (scripts/setup brings it)")
    world.server.cli(
        "pep", "create", "--name", "shop-nginx", "--owner", "team", "--purpose", "gateway", "--boundary", "shop",
        "--expires", "90d", "--api", "orders", "--token-file", world.run / "nginx.token",
    )  # fmt: skip
    world.start_api()
    world.start_nginx()
    equal(oct((world.run / "nginx.conf").stat().st_mode & 0o777), oct(0o600), "mode of nginx's configuration")


@suite.test("a permitted call passes, with the verified caller and not the one it claims to be", needs=[STARTS])
def allowed(world):
    response = world.call("GET", "/orders?x=1", **{"Safeconduct-Identity": "admin", "Safeconduct-Decision-Id": "dec_forged"})
    equal(response.status_code, 200, f"status ({response.text[:300]})")
    equal(response.json()["caller"], "worker", "the caller that the API saw")
    world.decisions["allowed"] = decision_id(response)
    response = world.call("GET", "/orders/404", "reader")
    equal((response.status_code, response.json()["caller"]), (404, "reader"), "the API's own answer")
    world.decisions["rejected"] = decision_id(response)


@suite.test("denials are 403 and unproven callers 401 with a challenge: nginx passes both on", needs=[STARTS])
def refused(world):
    response = world.call("POST", "/orders", "reader", {"item": "tea", "quantity": 1})
    equal(response.status_code, 403, "a call that no policy permits")
    world.decisions["denied"] = decision_id(response)
    equal(world.call("DELETE", "/orders").status_code, 403, "an operation that nobody registered")
    for response in (world.call("GET", "/orders", None), world.call("GET", "/orders", None, Authorization="Bearer a.b.c"),
                     world.call("GET", "/orders", "stranger")):  # fmt: skip
        equal(response.status_code, 401, "an unproven caller")
        holds(response.headers.get("www-authenticate", "").startswith("Bearer"), f"a challenge: {response.headers}")


@suite.test("a used-up limit is a 403, too, which nginx would make a 500 of anything else", needs=[STARTS])
def limited(world):
    answers = [world.call("POST", "/orders", "worker", {"item": "tea", "quantity": 1}) for _ in range(4)]
    statuses = [answer.status_code for answer in answers]
    equal(statuses[:2], [201, 201], "within the limit")
    equal(statuses[-1], 403, "beyond it")
    holds("ratelimit" in answers[0].headers and "retry-after" not in answers[0].headers, f"{answers[0].headers}")
    holds(int(answers[-1].headers["retry-after"]) > 0, f"when to come again: {answers[-1].headers}")


@suite.test("what a caller sends under nginx's own names changes nothing", needs=[STARTS])
def forged(world):
    token = (world.run / "nginx.token").read_text().strip()
    forged = {
        "X-Original-URI": "/orders", "X-Original-Method": "GET", "X-Original-Host": HOST,
        "Safeconduct-Enforcement-Point": token, "Safeconduct-Reason": "x",
    }  # fmt: skip
    equal(world.call("POST", "/orders", "reader", {"item": "x", "quantity": 1}, **forged).status_code, 403, "a write")
    equal(world.call("GET", "/orders", None, **forged).status_code, 401, "without a token of its own")
    equal(world.call("GET", "/_safeconduct", "reader").status_code, 404, "the subrequest's own place")
    holds(world.call("GET", "/orders", "reader", host="other.test").status_code in (403, 404), "another host")


@suite.test("what the answer grants reaches the API as it was granted, and nothing that a caller claims", needs=[STARTS])
def granted(world):
    claims = {
        "Safeconduct-Features": "admin, write", "Safeconduct-Remaining": "9999", "Safeconduct-Identity": "admin",
        "Safeconduct-Decision-Id": "dec_forged", "Safeconduct-Policy-Digest": "f" * 64, "Safeconduct-Rev": "1",
        "Safeconduct-Enforcement-Point": "x", "Safeconduct_Identity": "admin", "safeconduct_features": "admin",
    }  # fmt: skip
    activate = lambda text: world.server.api(
        "PUT", "/v1/policies/active", {"files": [{"name": "shop.cedar", "text": text}]}, status=200
    )
    activate(LIMITED)
    world.api.stop()
    try:
        with Witness(world.api_port) as witness:
            for headers, left in (({}, "19"), (claims, "18")):
                response = world.call("GET", "/orders", "worker", **headers)
                equal(witness.told(), {
                    "safeconduct-identity": "worker", "safeconduct-decision-id": decision_id(response),
                    "safeconduct-features": "list, show", "safeconduct-remaining": left,
                }, f"what the API reads beside {headers}")  # fmt: skip
                holds(f"r={left}" in response.headers["ratelimit"], f"{response.headers}")
            response = world.call("GET", "/orders", "reader", **claims)
            equal(witness.told(), {"safeconduct-identity": "reader", "safeconduct-decision-id": decision_id(response)},
                  "what the API reads of a call without limits")  # fmt: skip
    finally:
        world.start_api()
        activate(POLICIES)


@suite.test("a caller can't say what the enforcement point runs with", needs=[STARTS])
def point(world):
    forged = {"Safeconduct-Policy-Digest": "f" * 64, "Safeconduct-Rev": "1"}
    for subject, status in (("reader", 200), (None, 401)):
        equal(world.call("GET", "/orders", subject, **forged).status_code, status, f"{subject}")
    known = world.server.cli_json("pep", "show", "shop-nginx")
    holds("last_seen" in known and "runs_with" not in known, f"what is known of the point: {known}")


@suite.test("nobody can tell what came of another's decision through the access log", needs=[STARTS])
def unforgeable(world):
    other = decision_id(world.call("GET", "/orders", "reader"))
    for line in ("GET /orders%00 HTTP/1.1", "GET /../.. HTTP/1.1", "GET * HTTP/1.1", "GET /orders HTTP/1.1"):
        with socket.create_connection(("127.0.0.1", world.port), timeout=10) as connection:
            connection.sendall(
                f"{line}\r\nHost: {HOST}\r\nConnection: close\r\nSafeconduct-Decision-Id: {other}\r\n\r\n".encode()
            )
            holds(int(connection.recv(65536).split(b" ")[1]) in (400, 401), line)
    last = decision_id(world.call("GET", "/orders", "reader"))
    world.await_log(other, last)
    lines = [json.loads(line) for line in world.log.read_text().splitlines()]
    equal([line["status"] for line in lines if line["decision"] == other], ["200"], "lines about the other's decision")


@suite.test("a path is decided in the one spelling in which it is called", needs=[STARTS])
def spelling(world):
    token = world.issuer.token("worker")
    for path in ("/x/../orders", "//orders", "/orders%2f", "/%6frders/..", "/orders/", "/orders;x", "/Orders", "/orders%00",
                 "/orders/..%2f..%2f", "/./orders"):  # fmt: skip
        connection = http.client.HTTPConnection("127.0.0.1", world.port, timeout=10)
        connection.request("POST", path, "{}", {"Host": HOST, "Authorization": f"Bearer {token}"})
        status = connection.getresponse().status
        connection.close()
        holds(status in (400, 403, 404), f"{path}: {status}")


SHIPPED = "outcomes ship: nginx's access log tells what came of each decision"


@suite.test(SHIPPED, needs=[STARTS])
def shipped(world):
    world.api.stop()
    response = world.call("GET", "/orders")
    equal(response.status_code, 502, "the API is gone")
    world.decisions["failed"] = decision_id(response)
    world.start_api()
    world.await_log(*world.decisions.values())
    told = world.ship()
    holds("refused 0" in told and "unreadable 0" in told and "told 0," not in told, told)
    expected = {
        "allowed": ("reported", "succeeded", 200, True), "rejected": ("reported", "rejected", 404, True),
        "denied": ("reported", "stopped", 403, False), "failed": ("failed", "failed", 502, True),
    }  # fmt: skip
    for name, (state, result, status, passed) in expected.items():
        report = world.report(world.decisions[name])
        seen = tuple(report[key] for key in ("state", "result", "status", "passed"))
        equal(seen, (state, result, status, passed), f"{name}: {report}")
        holds(report["enforced"] and report["bytes"] > 0 and report["latency_ms"] >= 0, f"{name}: {report}")
    failed = world.server.cli("decision", "list", "--outcome", "failed", "--since", "10m")
    holds(world.decisions["failed"] in failed and world.decisions["allowed"] not in failed, failed)


@suite.test("--follow goes on over a rotation while nginx writes", needs=[SHIPPED])
def rotation(world):
    shipper = Child(
        [world.server.binary, "outcomes", "ship", "--file", world.log, "--follow", "--token-file", world.run / "nginx.token"],
        world.scratch / "shipper.log",
        env={"SAFECONDUCT_URL": world.server.url, "SAFECONDUCT_CA_FILE": world.server.ca_file},
    )
    world.stack.callback(shipper.stop)
    decisions = []
    for round in range(30):
        decisions.append(decision_id(world.call("GET", "/orders/7", "reader")))
        if round in (8, 20):
            world.log.rename(world.log.with_suffix(f".log.{round}"))
        if round in (12, 22):
            # nginx goes on in the renamed file until it is told to begin a new one.
            os.kill(int((world.run / "nginx.pid").read_text()), signal.SIGUSR1)
            deadline = time.monotonic() + 5
            while not world.log.exists():
                holds(time.monotonic() < deadline, "nginx begins a new log")
                time.sleep(0.02)
    deadline = time.monotonic() + 20
    while missing := [decision for decision in decisions if world.report(decision)["state"] != "reported"]:
        holds(time.monotonic() < deadline, f"{len(missing)} of {len(decisions)} are not told: {shipper.tail()}")
        time.sleep(0.3)
    holds(shipper.alive(), f"the shipper goes on: {shipper.tail()}")
    shipper.stop()


@suite.test("a suspended workload is refused from the next call on", needs=[STARTS])
def suspended(world):
    equal(world.call("GET", "/orders", "reader").status_code, 200, "before")
    world.server.cli("identity", "suspend", "reader", "--reason", "test")
    equal(world.call("GET", "/orders", "reader").status_code, 403, "after")


@suite.test("without Safeconduct nothing passes", needs=[STARTS])
def fail_closed(world):
    world.server.child.stop()
    equal(world.call("GET", "/orders").status_code, 500, "status")
    lines = [json.loads(line) for line in world.log.read_text().splitlines()]
    equal((lines[-1]["decision"], lines[-1]["upstream"]), ("", ""), "the line of a call without a decision")


if __name__ == "__main__":
    suite.main()
