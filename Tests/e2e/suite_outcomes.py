"""What came of decisions: reported one by one and in batches, by the point that asked and by nobody else, once; listed,
counted, kept over a kill; and shipped out of access logs that are cut, renamed and half written."""

import concurrent.futures
import contextlib
import json
import os
import random
import re
import time
from pathlib import Path

from harness.issuer import Issuer
from harness.process import Child
from harness.scene import Scene
from harness.server import Server, problem
from harness.suite import Suite, environment, equal, holds

SEED = int(os.environ.get("SAFECONDUCT_SEED") or random.SystemRandom().randrange(1 << 32))
# Long enough to see what is open, short enough to wait for what is not.
WINDOW = 4


class World:
    def __init__(self, scratch, scene, stack):
        self.scratch = scratch
        self.scene = scene
        self.server = scene.server
        self.stack = stack
        self.token = scratch / "point.token"
        self.token.write_text(scene.point)

    def decide(self, subject="worker", operation="orders/list", action="read"):
        return self.scene.ask(subject, operation, action).json()["context"]["decision_id"]

    def tell(self, decision, body, token=None, **more):
        path = f"/v1/decisions/{decision}/outcome"
        return self.server.api("POST", path, body, token=token or self.scene.point, **more)

    def batch(self, data, type="application/json", token=None):
        return self.server.session.post(
            self.server.url + "/v1/outcomes", data=data, timeout=20,
            headers={"Authorization": f"Bearer {token or self.scene.point}", "Content-Type": type},
        )  # fmt: skip

    def show(self, decision):
        return self.server.api("GET", f"/v1/decisions/{decision}", status=200).json()

    def metric(self, name):
        text = self.server.api("GET", "/metrics", status=200).text
        found = re.search(rf"^{re.escape(name)} (\d+)$", text, re.M)
        holds(found, f"there is a metric {name}")
        return int(found[1])

    def listed(self, **query):
        items, token = [], None
        for _ in range(100):
            page = self.server.api("GET", "/v1/decisions", params={**query, **({"page_token": token} if token else {})},
                                   status=200).json()  # fmt: skip
            items += page["items"]
            token = page.get("next_page_token")
            if not token:
                return items
        raise AssertionError("a list without an end")

    def shipper(self, log, *arguments, name="shipper"):
        child = Child(
            [self.server.binary, "outcomes", "ship", "--file", log, "--token-file", self.token, *arguments],
            self.scratch / f"{name}.log",
            env={"SAFECONDUCT_URL": self.server.url},
        )
        self.stack.callback(child.stop)
        return child


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    os.environ["SAFECONDUCT_OUTCOME_WINDOW"] = f"{WINDOW}s"
    with contextlib.ExitStack() as stack:
        issuer = stack.enter_context(Issuer())
        server = stack.enter_context(Server(scratch / "safeconduct", "--allow-http-issuers"))
        suite.note(f"seed {SEED} (SAFECONDUCT_SEED repeats it)")
        yield World(scratch, Scene(server, issuer).build(), stack)


suite = Suite("outcomes", world)


@suite.test("a leaf names service, credential, purpose and window, and who the token says it is")
def leaf(world):
    token = world.scene.issuer.token("worker")
    decision = world.scene.ask_proven(token).json()["context"]["decision_id"]
    shown = world.show(decision)
    equal(shown["service"], {"name": "worker", "kind": "service"}, "service")
    equal((shown["identity_name"], shown["api_name"], shown["pep_name"]), ("worker", "orders", "proving"), "names")
    holds(re.fullmatch(r"sha256:[0-9a-f]{64}", shown["workload"]), f"workload: {shown['workload']}")
    holds(shown["window"]["not_before"] <= shown["at"] < shown["window"]["expires_at"], f"window: {shown['window']}")
    equal((shown["purpose"], len(shown["credential"])), ("testing", 64), "purpose and credential")


@suite.test("one outcome closes a decision; the same again is taken for it, another is refused")
def once(world):
    decision = world.decide()
    equal(world.show(decision)["outcome_report"], {"state": "open"}, "before")
    report = {"passed": True, "status": 200, "bytes": 512, "rows": 3, "amount": 1999, "latency_ms": 12, "data_class": "internal"}
    answer = world.tell(decision, report, status=204)
    equal(answer.content, b"", "body")
    world.tell(decision, report, status=204)
    problem(world.tell(decision, {**report, "rows": 4}), 409, "outcome_differs")
    problem(world.tell(decision, {}), 409, "outcome_differs")
    shown = world.show(decision)["outcome_report"]
    equal({key: shown[key] for key in report}, report, "as told")
    equal((shown["state"], shown["result"], shown["enforced"]), ("reported", "succeeded", True), "as understood")
    body = world.server.cli("decision", "show", decision)
    holds("outcome_report.status" in body and "200" in body, body)


@suite.test("a denied call that was let through all the same is told as what it is")
def contradicting(world):
    before = world.metric("safeconduct_outcomes_contradicting_total")
    denied, kept = (world.decide("reader", "orders/create", "write") for _ in range(2))
    holds("outcome_report" not in world.show(denied), "of a stopped call nobody has to tell")
    world.tell(denied, {"passed": True, "status": 201}, status=204)
    world.tell(kept, {"status": 403}, status=204)
    equal((world.show(denied)["outcome_report"]["state"], world.show(denied)["outcome_report"]["enforced"]),
          ("contradicting", False), "let through")  # fmt: skip
    equal(world.show(kept)["outcome_report"]["enforced"], True, "stopped")
    equal(world.metric("safeconduct_outcomes_contradicting_total") - before, 1, "metric")
    equal([item["id"] for item in world.listed(outcome="contradicting")], [denied], "listed")


@suite.test("only the point that asked may tell, and only of what there is")
def hostile(world):
    decision = world.decide()
    problem(world.tell(decision, {}, token=world.scene.proving), 403, "forbidden")
    problem(world.tell(decision, {}, token=world.server.token), 403)
    problem(world.tell(decision, {}, token="nonsense"), 401)
    digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    for forged in (decision[:-1] + digits[(digits.index(decision[-1]) + 7) % 32], "dec_" + "0" * 26, "dec_7" + "Z" * 25,
                   decision.replace("dec_", "nhi_"), "x", decision.lower()):  # fmt: skip
        status = world.tell(forged, {}).status_code
        holds(status in (400, 404), f"{forged}: {status}")
    for body in ({"status": 99}, {"bytes": -1}, {"rows": 1.5}, {"amount": 1 << 63}, {"latency_ms": "3"}, {"passed": 1},
                 {"error": "Ann's card was declined"}, {"data_class": "Secret!"}, {"enforced": False}, [], "x"):  # fmt: skip
        holds("errors" in problem(world.tell(decision, body), 400, "invalid_request"), f"{body}")
    equal(world.show(decision)["outcome_report"]["state"], "open", "nothing of it closed the decision")
    huge = json.dumps({"error": "x" * 20_000})
    equal(world.server.session.post(f"{world.server.url}/v1/decisions/{decision}/outcome", data=huge, timeout=10, headers={
        "Authorization": f"Bearer {world.scene.point}", "Content-Type": "application/json"}).status_code, 413, "huge")  # fmt: skip


@suite.test("batches: JSON arrays and lines, each item answered on its own")
def batches(world):
    decisions = [world.decide() for _ in range(6)]
    alien = world.scene.ask_proven(world.scene.issuer.token("worker")).json()["context"]["decision_id"]
    items = [{"decision": decision, "status": 200} for decision in decisions[:3]]
    items += [items[0], {"decision": alien}, {"decision": "dec_" + "0" * 26}, {"decision": decisions[3], "rows": -1}, 7, {}]
    answer = world.batch(json.dumps(items))
    equal(answer.status_code, 200, answer.text[:300])
    told = answer.json()
    equal([item["result"] for item in told["items"]], ["recorded"] * 3 + ["repeated"] + ["refused"] * 5, "results")
    equal([item.get("code") for item in told["items"][4:]], ["forbidden", "not_found"] + ["invalid_request"] * 3, "codes")
    equal([told[key] for key in ("recorded", "repeated", "refused", "failed")], [3, 1, 5, 0], "counts")
    lines = [json.dumps({"decision": decision, "status": 500}) for decision in decisions[2:]]
    lines[1:1] = ["", "   ", "{broken", "[" * 5000]
    told = world.batch("\r\n".join(lines), "application/x-ndjson").json()
    equal([item["result"] for item in told["items"]], ["refused", "refused", "refused"] + ["recorded"] * 3, "lines")
    equal([item["code"] for item in told["items"][:3]], ["outcome_differs", "invalid_json", "invalid_request"], "codes")


@suite.test("batches without shape or bounds are refused whole")
def hostile_batches(world):
    decision = world.decide()
    problem(world.batch(""), 400, "empty_body")
    problem(world.batch("{}"), 400, "invalid_request")
    problem(world.batch("[}"), 400, "invalid_json")
    problem(world.batch("[]", "text/plain"), 415, "unsupported_media_type")
    problem(world.batch(json.dumps([{"decision": decision}] * 5001)), 400, "invalid_request")
    problem(world.batch("{}\n" * 5001, "application/x-ndjson"), 400, "invalid_request")
    problem(world.batch(b"x" * ((4 << 20) + 1), "application/x-ndjson"), 413, "body_too_large")
    problem(world.batch("[]", token=world.server.token), 403)
    equal(world.batch("[]").json()["items"], [], "no report is no fault")
    equal(world.show(decision)["outcome_report"]["state"], "open", "nothing of it closed the decision")


@suite.test("many points of time and many threads: each decision is closed exactly once")
def race(world):
    decisions = [world.decide() for _ in range(20)]
    tellings = [(decision, status) for decision in decisions for status in (200, 201, 202)] * 2
    random.Random(SEED).shuffle(tellings)
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(lambda told: world.tell(told[0], {"status": told[1]}).status_code, tellings))
    for decision in decisions:
        kept = world.show(decision)["outcome_report"]["status"]
        for (told, status), answer in zip(tellings, statuses):
            if told == decision:
                equal(answer, 204 if status == kept else 409, f"{decision} told as {status}, kept as {kept}")


UNKNOWN = "what nobody tells in time is unknown: listed, counted, and still to be told"


@suite.test(UNKNOWN)
def unknown(world):
    decision = world.decide()
    holds(world.metric("safeconduct_decisions_open") >= 1, "open")
    before = world.metric("safeconduct_outcomes_unknown_total")
    deadline = time.monotonic() + WINDOW + 10
    while world.metric("safeconduct_outcomes_unknown_total") == before or world.metric("safeconduct_decisions_open"):
        holds(time.monotonic() < deadline, "it is counted")
        time.sleep(0.2)
    equal(world.show(decision)["outcome_report"]["state"], "unknown", "state")
    holds(decision in [item["id"] for item in world.listed(outcome="unknown")], "listed")
    late = world.metric("safeconduct_outcomes_overdue_total")
    world.tell(decision, {"status": 200}, status=204)
    equal(world.metric("safeconduct_outcomes_overdue_total") - late, 1, "told late")
    holds(decision not in [item["id"] for item in world.listed(outcome="unknown")], "listed no more")


@suite.test("lists are narrowed by identity, API, answer, outcome and time, on pages of any size")
def filters(world):
    begin = world.show(world.decide())["at"]
    for subject, operation, action in (("worker", "orders/create", "write"), ("reader", "orders/create", "write")) * 3:
        world.decide(subject, operation, action)
    everything = world.listed()
    for size in (1, 7, 1000):
        equal(world.listed(page_size=size), everything, f"pages of {size}")
    named = [item for item in everything if item.get("identity_name") == "reader"]
    equal(world.listed(identity="reader", page_size=2), named, "of an identity")
    denied = [item for item in named if item["outcome"] == "deny" and item["at"] >= begin]
    equal(world.listed(identity="reader", outcome="deny", since=begin, api="orders", page_size=2), denied, "and an answer")
    equal(len(denied), 3, "denials")
    equal(world.listed(until=begin) + [item for item in world.listed(since=begin)], [
        *[item for item in everything if item["at"] < begin], *[item for item in everything if item["at"] >= begin]], "time")  # fmt: skip
    for query in ({"outcome": "unknwon"}, {"identity": "nobody"}, {"since": "yesterday"}, {"api": "reader"}, {"colour": "x"},
                  {"page_token": "x"}, {"page_token": "202611.1"}):  # fmt: skip
        unknown = next(iter(query)) in ("identity", "api")
        expected = (404, "not_found") if unknown else (400, "invalid_request")
        problem(world.server.api("GET", "/v1/decisions", params=query), *expected)
    listed = world.server.cli("decision", "list", "--identity", "reader", "--outcome", "deny", "--since", "1h", "--limit", "2")
    equal(len(listed.splitlines()), 3, listed)
    holds("reader" in listed and "orders/create" in listed, listed)
    world.server.cli("decision", "list", "--since", "yesterday", code=2)


KEPT = "after a kill what was told is told, and nothing else"


@suite.test(KEPT)
def kept(world):
    told, untold = world.decide(), world.decide()
    world.tell(told, {"status": 200}, status=204)
    world.server.child.kill()
    world.server.start()
    equal(world.show(told)["outcome_report"]["state"], "reported", "told")
    world.tell(told, {"status": 200}, status=204)
    problem(world.tell(told, {"status": 201}), 409, "outcome_differs")
    world.tell(untold, {"status": 200}, status=204)
    world.server.cli("log", "fsck", "--data", world.server.data)


def line(decision, status=200):
    return json.dumps({"decision": decision, "status": str(status), "request_time": "0.012", "upstream": "127.0.0.1:1"}) + "\n"


@suite.test("outcomes ship tells a log once, with what is no line of it", needs=[KEPT])
def ship(world):
    log = world.scratch / "once.log"
    decisions = [world.decide() for _ in range(25)]
    text = "".join(line(decision) for decision in decisions)
    log.write_text('not json\n{"status": 200}\n{"decision":"-"}\n' + "x" * 100_000 + "\n" + text + line(world.decide())[:-9])
    arguments = ("outcomes", "ship", "--file", log, "--token-file", world.token, "--batch", "7")
    world.server.cli(*arguments)
    equal(world.server.last_stderr.strip(), "told 25, told before 0, refused 0; without a decision 2, unreadable 2", "talk")
    report = world.show(decisions[0])["outcome_report"]
    equal((report["status"], report["latency_ms"], report["passed"]), (200, 12, True), "as the log has it")
    world.server.cli(*arguments)
    holds(world.server.last_stderr.startswith("told 0, told before 0"), world.server.last_stderr)
    world.server.cli("outcomes", "ship", "--file", log, "--cursor", world.scratch / "other", "--token-file", world.token)
    holds(world.server.last_stderr.startswith("told 0, told before 25"), world.server.last_stderr)
    # A token of another kind is no outage that passes, and a foreign decision is no reason to stop.
    world.server.cli("outcomes", "ship", "--file", log, "--cursor", world.scratch / "third", code=3)
    alien = world.scene.ask_proven(world.scene.issuer.token("worker")).json()["context"]["decision_id"]
    log.write_text(line(alien) + line(world.decide()))
    world.server.cli("outcomes", "ship", "--file", log, "--cursor", world.scratch / "fourth", "--token-file", world.token, code=1)
    holds("told 1, told before 0, refused 1" in world.server.last_stderr, world.server.last_stderr)
    world.server.cli("outcomes", "ship", "--file", world.scratch / "none.log", "--token-file", world.token, code=1)
    world.server.cli("outcomes", "ship", "--file", log, "--field", "colour=x", "--token-file", world.token, code=2)


@suite.test("outcomes ship --follow loses nothing over rotation, truncation, its own death and the server's", needs=[KEPT], seconds=90)
def follow(world):
    rng = random.Random(SEED)
    log = world.scratch / "follow.log"
    log.touch()
    decisions = []

    def write(count):
        with open(log, "a") as file:
            for _ in range(count):
                decision = world.decide()
                decisions.append(decision)
                text = line(decision)
                cut = rng.randrange(len(text))
                # In two pieces: what is half written is no line yet.
                for part in (text[:cut], text[cut:]):
                    file.write(part)
                    file.flush()

    def untold():
        return [decision for decision in decisions if world.show(decision)["outcome_report"]["state"] != "reported"]

    def settle(shipper, what):
        deadline = time.monotonic() + 20
        while missing := untold():
            holds(time.monotonic() < deadline, f"{what}: {len(missing)} of {len(decisions)} untold: {shipper.tail()}")
            time.sleep(0.2)

    shipper = world.shipper(log, "--follow")
    write(10)
    settle(shipper, "as it grows")
    log.rename(world.scratch / "follow.log.1")
    write(10)
    settle(shipper, "renamed and begun anew")
    # Killed, and the log renamed while it is away.
    write(3)
    shipper.kill()
    write(5)
    log.rename(world.scratch / "follow.log.2")
    write(5)
    shipper = world.shipper(log, "--follow", name="shipper2")
    settle(shipper, "after its death")
    # Cut short where it stands.
    with open(log, "r+") as file:
        file.truncate(0)
    time.sleep(0.5)
    write(5)
    settle(shipper, "cut short")
    write(2)
    world.server.child.kill()
    with open(log, "a") as file:
        file.write("{}\n")
    time.sleep(0.6)
    address = world.server.url.removeprefix("http://")
    world.server._arguments[world.server._arguments.index("--listen") + 1] = address
    world.server.start()
    write(5)
    settle(shipper, "while the server was away")
    holds(shipper.alive(), "it goes on")
    before = world.metric('safeconduct_outcomes_total{result="succeeded"}')
    shipper.stop()
    world.server.cli("outcomes", "ship", "--file", log, "--token-file", world.token)
    equal(world.metric('safeconduct_outcomes_total{result="succeeded"}'), before, "nothing is told twice")


if __name__ == "__main__":
    suite.main()
