"""Two nodes over one data directory: what one of them commits holds at the other, whatever is killed or stopped.

Figures are printed, and one is asserted because it is an invariant: a cut at one node is refused at the other within one
second. SAFECONDUCT_SOAK makes the last part long: 100,000 random commands at both nodes with kills in between.
"""

import contextlib
import datetime
import http.client
import json
import os
import random
import signal
import threading
import time
from pathlib import Path

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from harness.issuer import Issuer
from harness.logs import Logs
from harness.raw import Raw, request
from harness.scene import Scene, identity
from harness.server import Server, problem
from harness.suite import Suite, environment, equal, holds

SOAK = int(os.environ.get("SAFECONDUCT_SOAK") or 0)
COMMANDS = 100_000 if SOAK else 1000
SEED = int(os.environ.get("SAFECONDUCT_SEED") or 1)


class World:
    def __init__(self, scene, two):
        self.scene = scene
        self.one = scene.server
        self.two = two
        self.nodes = (self.one, two)
        self.other = Scene(two, scene.issuer)
        self.other.point, self.other.proving = scene.point, scene.proving

    def scenes(self):
        return (self.scene, self.other)

    def agree(self):
        """Waits until both nodes stand at one revision, and compares their states there."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            first, second = (node.api("GET", "/v1/status", status=200).json() for node in self.nodes)
            if first["rev"] == second["rev"]:
                equal(first["state_digest"], second["state_digest"], f"the states at revision {first['rev']}")
                return first["rev"]
            time.sleep(0.02)
        raise AssertionError(f"the nodes stay at {first['rev']} and {second['rev']}")


def second(one, folder, number=2):
    node = Server(folder, "--allow-http-issuers", "--node", str(number), "--data", one.data, store=False)
    node.data = one.data
    return node


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with Issuer() as issuer, Server(scratch / "one", "--allow-http-issuers") as one, second(one, scratch / "two") as two:
        scene = Scene(one, issuer).build()
        result = World(scene, two)
        result.agree()
        yield result


suite = Suite("nodes", world)


@suite.test("the second node joins with a key of its own, and both know both")
def joins(world):
    for node in world.nodes:
        listed = node.cli_json("node", "list")["items"]
        equal([item["number"] for item in listed], [1, 2], "numbers")
        equal(len({item["verifying_key"] for item in listed}), 2, "different keys")
        equal([item["number"] for item in listed if item["answering"]], [1 if node is world.one else 2], "who answers")
        metrics = node.api("GET", "/metrics", status=200).text
        holds("safeconduct_nodes 2" in metrics, "safeconduct_nodes")
        staleness = float(metrics.split("\nsafeconduct_staleness_seconds ")[1].split()[0])
        holds(0 <= staleness <= 2, f"safeconduct_staleness_seconds is {staleness}")
        holds("\nsafeconduct_log_lag_revisions 0" in metrics, "safeconduct_log_lag_entries")
        equal(node.session.get(node.url + "/readyz", timeout=10).status_code, 200, "readyz")
    holds((world.one.data / "connection-2.json").exists(), "connection-2.json")


@suite.test("three nodes that start together on an empty directory make one control plane")
def together(world):
    scratch = Path(environment("SAFECONDUCT_SCRATCH")) / "together"
    first = Server(scratch / "1")
    nodes = [first, second(first, scratch / "2", 2), second(first, scratch / "3", 3)]
    try:
        for node in nodes:
            node.launch()
        for node in nodes:
            node.wait()
        equal(len({node.api("GET", "/v1/status", status=200).json()["origin"] for node in nodes}), 1, "one origin")
        equal(len({node.token for node in nodes}), 1, "one local operator")
        # Each knows the joins of the others once it stands where all of them do.
        rev = max(node.api("GET", "/v1/status", status=200).json()["rev"] for node in nodes)
        for node in nodes:
            items = node.api("GET", "/v1/nodes", headers={"At-Least-Revision": str(rev)}, status=200).json()["items"]
            equal([item["number"] for item in items], [1, 2, 3], "nodes")
    finally:
        for node in nodes:
            node.child.stop()


@suite.test("a node's place is taken once")
def places(world):
    third = second(world.one, Path(environment("SAFECONDUCT_SCRATCH")) / "twice")
    try:
        third.start()
    except RuntimeError as error:
        holds("ended with 5" in str(error), f"exit code 5: {error}")
        holds(f"(process {world.two.child.process.pid}) is node 2" in str(error), str(error))
    else:
        third.child.stop()
        raise AssertionError("a second node 2 started")


@suite.test("what one node commits the other shows, decides by and proves")
def follows(world):
    waits = []
    for number in range(20):
        here, there = world.nodes if number % 2 else world.nodes[::-1]
        world_scene = world.scene if here is world.one else world.other
        world_scene.put("identities", identity(f"seen-{number}", "reader"))
        began = time.monotonic()
        while there.api("GET", f"/v1/identities/seen-{number}").status_code != 200:
            holds(time.monotonic() - began < 5, f"seen-{number} is not seen")
        waits.append(time.monotonic() - began)
    suite.note(f"seen at the other node after {1000 * max(waits):.0f} ms at most, {1000 * sum(waits) / 20:.0f} ms on average")
    decisions = [scene.ask("worker").json()["context"]["decision_id"] for scene in world.scenes() for _ in range(3)]
    for node in world.nodes:
        logs = Logs(node)
        names = {log.name for log in logs.all()}
        equal(len(names), 3, f"a control log and two evidence logs: {names}")
        for log in logs.all():
            log.check()
        for decision in decisions:
            receipt, body = logs.open_receipt(decision)
            receipt.check(body)
            equal(node.api("GET", f"/v1/decisions/{decision}", status=200).json()["outcome"], "allow", decision)
            equal(node.api("GET", f"/v1/decisions/{decision}/explanation", status=200).json()["replay"]["identical"], True, decision)
        listed = node.cli_json("decision", "list", "--limit", "6")["items"]
        equal([item["id"] for item in listed], decisions[::-1], "the newest of both nodes first")
    world.agree()


class Asker(threading.Thread):
    """Asks one node about one identity again and again; remembers when each question was sent and what came when."""

    def __init__(self, node, name, point):
        super().__init__(daemon=True)
        self.node, self.name_asked, self.point = node, name, point
        self.answers = []  # (sent, received, status, allowed)
        self.halt = False

    def run(self):
        connection = http.client.HTTPConnection(self.node.url.removeprefix("http://"), timeout=10)
        body = json.dumps(question(self.name_asked))
        headers = {"Authorization": f"Bearer {self.point}", "Content-Type": "application/json"}
        while not self.halt:
            sent = time.monotonic()
            connection.request("POST", "/access/v1/evaluation", body, headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
            self.answers.append((sent, time.monotonic(), response.status, answer.get("decision")))
        connection.close()


def question(name):
    return {
        "subject": {"type": "identity", "id": name}, "action": {"name": "read"},
        "resource": {"type": "operation", "id": "orders/list"},
    }  # fmt: skip


def hold(node, name, status=201):
    return node.api("POST", "/v1/holds", {"scope": {"kind": "identity", "id": name}, "reason": "test"}, status=status)


@suite.test("a cut at one node is refused at the other within a second", seconds=90)
def cuts(world):
    longest = 0
    allowed = 0
    for number in range(60 if SOAK else 10):
        here, there = world.nodes if number % 2 else world.nodes[::-1]
        name = f"cut-{number}"
        world.scene.put("identities", identity(name, "reader"))
        world.agree()
        askers = [Asker(there, name, world.scene.point) for _ in range(3)]
        for asker in askers:
            asker.start()
        while any(len(asker.answers) < 5 for asker in askers):
            time.sleep(0.002)
        hold(here, name)
        committed = time.monotonic()
        time.sleep(0.3)
        for asker in askers:
            asker.halt = True
        for asker in askers:
            asker.join(timeout=15)
            holds(any(answer[3] for answer in asker.answers), "nothing was allowed before the hold")
            equal(asker.answers[-1][2:], (200, False), "the last answer")
            for sent, received, _, decision in asker.answers:
                if decision and received > committed:
                    longest = max(longest, received - committed)
                    allowed += sent > committed
    suite.note(f"last permission {1000 * longest:.1f} ms after the hold was answered; {allowed} of questions sent after it")
    holds(longest <= 1, f"a permission came {longest:.3f} s after the hold")
    equal(allowed, 0, "questions that were sent after the hold's answer, and permitted")


@suite.test("a node that stood still for five seconds allows nothing that was cut meanwhile", seconds=90)
def stopped(world):
    for name in ("frozen", "thawed"):
        world.scene.put("identities", identity(name, "reader"))
    leaving = world.scene.create_point("leaving", ["proven", "asserted"])
    world.agree()
    equal(world.other.ask("frozen").json()["decision"], True, "before the stop")
    equal(world.other.ask("frozen", point=leaving).json()["decision"], True, "the point that will be let go of")
    pid = world.two.child.process.pid
    body = json.dumps(question("frozen")).encode()

    def queue(point, count):
        lines = [f"Authorization: Bearer {point}", "Content-Type: application/json", f"Content-Length: {len(body)}"]
        raws = [Raw(world.two, seconds=20) for _ in range(count)]
        for raw in raws:
            raw.send(request("POST", "/access/v1/evaluation", body, lines))
        return raws

    with contextlib.ExitStack() as stack:
        askers = [Asker(world.two, "frozen", world.scene.point) for _ in range(3)]
        for asker in askers:
            asker.start()
        while any(len(asker.answers) < 5 for asker in askers):
            time.sleep(0.002)
        os.kill(pid, signal.SIGSTOP)
        try:
            stopped = time.monotonic()
            # In the socket before the cut, and after it.
            early = queue(world.scene.point, 20)
            hold(world.one, "frozen")
            rotated = world.one.api("POST", "/v1/enforcement-points/leaving/credential", status=201).json()["token"]
            late = queue(world.scene.point, 20)
            gone = queue(leaving, 10)
            for raw in early + late + gone:
                stack.enter_context(raw)
            time.sleep(max(0, 5 - (time.monotonic() - stopped)))
        finally:
            os.kill(pid, signal.SIGCONT)
        continued = time.monotonic()
        outcomes = {}
        for raw in early + late:
            status, _, answer = raw.answer()
            what = "allowed" if json.loads(answer).get("decision") else f"{status}"
            outcomes[what] = outcomes.get(what, 0) + 1
        for raw in gone:
            equal(raw.answer()[0], 401, "a credential that was ended while the node stood still")
        time.sleep(0.3)
        for asker in askers:
            asker.halt = True
        late_answers = 0
        for asker in askers:
            asker.join(timeout=15)
            for sent, received, _, decision in asker.answers:
                if received > continued and decision:
                    # Decided before the stop and sent after it: whoever asked must not act on so late an answer.
                    holds(sent < stopped, "a question of the time when the node stood still was permitted")
                    late_answers += 1
    suite.note(f"40 queued questions: {outcomes}; {late_answers} of 3 in flight at the stop came out after it")
    equal(outcomes.get("allowed", 0), 0, "queued questions that were permitted")
    equal(world.other.ask("thawed").json()["decision"], True, "who was not cut")
    equal(world.other.ask("thawed", point=rotated).json()["decision"], True, "the point's new token")
    equal(world.two.session.get(world.two.url + "/readyz", timeout=10).status_code, 200, "readyz")
    world.agree()


@suite.test("a one-time token counts once at both nodes, also after both were killed")
def one_time(world):
    with Issuer() as issuer:
        world.scene.put("issuers", {**world.scene.issuer_object("once", issuer), "one_time": True})
        world.scene.put("identities", identity("once", "reader", issuer="once"))
        world.agree()
        time.sleep(1)
        tokens = [issuer.token("once") for _ in range(12)]
        unspent = issuer.token("once")

        def ask(scene, token, results):
            results.append(scene.ask_proven(token).json()["decision"])

        for token in tokens:
            results = []
            threads = [threading.Thread(target=ask, args=(scene, token, results)) for scene in world.scenes() * 2]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            equal(sorted(results), [False, False, False, True], "four questions with one token")
        for node in world.nodes:
            node.child.kill()
        for node in world.nodes:
            node.start()
        for scene in world.scenes():
            for token in tokens:
                answer = scene.ask_proven(token).json()
                equal((answer["decision"], answer["context"]["reason"]["class"]), (False, "token_replayed"), "after the kill")
        equal(world.other.ask_proven(unspent).json()["decision"], True, "a token from before the kill that was not used")
        equal(world.scene.ask_proven(unspent).json()["decision"], False, "the same again")


@suite.test("one outcome closes a decision, whichever nodes are told at the same moment")
def outcomes(world):
    decisions = [
        (world.scene, world.other)[number % 2].ask("worker").json()["context"]["decision_id"] for number in range(80)
    ]
    answers = {decision: [] for decision in decisions}

    def tell(node, decision, status, barrier):
        barrier.wait()
        response = node.session.post(
            f"{node.url}/v1/decisions/{decision}/outcome", json={"status": status}, timeout=20,
            headers={"Authorization": f"Bearer {world.scene.point}"},
        )  # fmt: skip
        answers[decision].append((status, response.status_code))

    for decision in decisions:
        barrier = threading.Barrier(2)
        threads = [
            threading.Thread(target=tell, args=(node, decision, status, barrier))
            for node, status in zip(world.nodes, (201, 202))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for decision, told in answers.items():
        equal(sorted(code for _, code in told), [204, 409], "one is recorded, one is told that it differs")
        kept = next(status for status, code in told if code == 204)
        for node in world.nodes:
            shown = node.api("GET", f"/v1/decisions/{decision}", status=200).json()["outcome_report"]
            equal(shown["status"], kept, "every node shows the one that was recorded")
    firsts = [next(status for status, code in told if code == 204) for told in answers.values()]
    suite.note(f"{firsts.count(201)} of 80 were closed at the first node, {firsts.count(202)} at the second")


@suite.test("a node killed while it closes decisions leaves nothing that others wait for")
def closing(world):
    decisions = [world.scene.ask("worker").json()["context"]["decision_id"] for _ in range(60)]
    stop = threading.Event()

    def tell():
        session = requests.Session()
        session.trust_env = False
        while not stop.is_set():
            for decision in decisions:
                try:
                    session.post(
                        f"{url}/v1/decisions/{decision}/outcome", json={"status": 200}, timeout=5,
                        headers={"Authorization": f"Bearer {world.scene.point}"},
                    )  # fmt: skip
                except requests.RequestException:
                    return

    url = world.two.url
    threads = [threading.Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.05)
    world.two.child.kill()
    stop.set()
    for thread in threads:
        thread.join()
    began = time.monotonic()
    for decision in decisions:
        response = world.one.session.post(
            f"{world.one.url}/v1/decisions/{decision}/outcome", json={"status": 200}, timeout=20,
            headers={"Authorization": f"Bearer {world.scene.point}"},
        )  # fmt: skip
        equal(response.status_code, 204, "told at the other node")
    holds(time.monotonic() - began < 8, "nobody waited for the turn of the dead")
    world.two.start()
    world.agree()


@suite.test("what was ended at one node reads and reports nothing at the other from the next request on")
def ended(world):
    for number in range(12):
        point = world.scene.create_point(f"ending-{number}", ["proven", "asserted"])
        world.agree()
        decision = world.other.ask("worker", point=point).json()["context"]["decision_id"]
        world.one.api("POST", f"/v1/enforcement-points/ending-{number}/credential", status=201)
        told = world.two.session.post(
            f"{world.two.url}/v1/decisions/{decision}/outcome", json={"status": 200}, timeout=20,
            headers={"Authorization": f"Bearer {point}"},
        )  # fmt: skip
        problem(told, 401, "invalid_credential")
        # What was put at one is read at the other, without a header that asks for it.
        world.scene.put("identities", identity(f"seen-{number}", "reader"))
        world.two.api("GET", f"/v1/identities/seen-{number}", status=200)
        shown = world.two.api("GET", f"/v1/decisions/{decision}", status=200).json()["outcome_report"]
        equal(shown["state"], "open", "nothing was recorded")


def keyed(node, key, method, path, body=None, **headers):
    return node.api(method, path, body, headers={"Idempotency-Key": key, **headers})


@suite.test("a key is for one command at both nodes, also after both were killed")
def keys(world):
    one, two = world.nodes
    body = {**identity("keyed", "reader")}
    path = "/v1/identities/keyed"
    first = keyed(one, "key-1", "PUT", path, body)
    equal(first.status_code, 201, first.text)
    # At once at the other node, which may not have heard of it: the head tells.
    again = keyed(two, "key-1", "PUT", path, body)
    equal((again.status_code, again.content), (201, first.content), "the same at the other node")
    equal(again.headers["ETag"], first.headers["ETag"], "its version")
    other = keyed(two, "key-1", "PUT", path, {**body, "labels": ["another"]})
    problem(other, 422, "idempotency_key_reused")
    token = keyed(one, "key-2", "POST", "/v1/enforcement-points/leaving/credential")
    equal(token.status_code, 201, token.text)
    problem(keyed(two, "key-2", "POST", "/v1/enforcement-points/leaving/credential"), 409, "already_done")
    for node in world.nodes:
        node.child.kill()
    for node in world.nodes:
        node.start()
    rev = world.agree()
    for node in world.nodes:
        again = keyed(node, "key-1", "PUT", path, body)
        equal((again.status_code, again.content), (201, first.content), "the same after the kill")
        problem(keyed(node, "key-1", "DELETE", path), 422, "idempotency_key_reused")
    equal(world.agree(), rev, "nothing was written for what was sent again")


@suite.test("one key sent to both nodes at once: one command, one answer, or in_progress")
def racing(world):
    before = world.agree()
    bodies, refused = {}, 0
    for number in range(20):
        results = []

        def send(node, name=f"race-{number}", results=results):
            # Its own connection: sessions are no place for many threads.
            headers = {"Authorization": f"Bearer {node.token}", "Idempotency-Key": name}
            url = f"{node.url}/v1/identities/{name}"
            results.append(requests.put(url, json=identity(name, "reader"), headers=headers, timeout=20))

        threads = [threading.Thread(target=send, args=(node,)) for node in world.nodes * 3]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal(len(results), 6, "answers")
        for result in results:
            if result.status_code == 409:
                problem(result, 409, "in_progress")
                refused += 1
            else:
                equal(result.status_code, 201, result.text)
                bodies.setdefault(number, set()).add(result.content)
        equal(len(bodies[number]), 1, "the answers are one")
    suite.note(f"120 requests of 20 keys: {refused} in progress")
    holds(world.agree() - before <= 21, "an entry for each key, and a digest of the state at most")


@suite.test("what was written at one node is read at the other when its revision is asked for")
def revisions(world):
    for number in range(20):
        here, there = world.nodes if number % 2 else world.nodes[::-1]
        put = here.api("PUT", f"/v1/identities/own-{number}", identity(f"own-{number}", "reader"), status=201)
        wanted = {"At-Least-Revision": put.headers["X-Trust-Revision"]}
        got = there.api("GET", f"/v1/identities/own-{number}", headers=wanted, status=200)
        equal(got.headers["ETag"], put.headers["ETag"], "one version at both nodes")
        tag = got.headers["ETag"]
        change = {**identity(f"own-{number}", "reader"), "labels": ["changed"]}
        there.api("PUT", f"/v1/identities/own-{number}", change, headers={"If-Match": tag}, status=200)
        late = here.api("PUT", f"/v1/identities/own-{number}", change, headers={"If-Match": tag})
        problem(late, 412, "precondition_failed")


class Commands(threading.Thread):
    """Random commands at one node until told to stop, or until the node is gone."""

    def __init__(self, node, seed, budget):
        super().__init__(daemon=True)
        self.node, self.random, self.budget = node, random.Random(seed), budget
        self.done = []  # paths of objects that were acknowledged
        self.count = 0
        self.unexpected = []

    def make(self):
        choose = self.random
        name = f"bot-{choose.randrange(200)}"
        kind = choose.randrange(100)
        if kind < 60:
            value = identity(name, choose.choice(("reader", "worker", "other")))
            value["labels"] = sorted({choose.choice(("a", "b", "c", "d")) for _ in range(3)})
            return "PUT", f"/v1/identities/{name}", value
        if kind < 68:
            return "POST", "/v1/holds", {"scope": {"kind": "identity", "id": name}, "reason": "random"}
        if kind < 74:
            return "POST", "/v1/cuts", {"scope": {"kind": "identity", "id": name}}
        if kind < 78:
            text = f'permit (principal, action, resource) when {{ principal.labels.contains("{choose.choice("abcd")}") }};'
            return "PUT", "/v1/policies/active", {"files": [{"name": "random.cedar", "text": text}]}
        if kind < 86:
            team = {**identity(f"team-{choose.randrange(100)}", "x"), "kind": "team"}
            del team["federation"], team["labels"], team["owner"]
            return "PUT", f"/v1/operators/{team['name']}", team
        if kind < 90:
            return "DELETE", f"/v1/operators/team-{choose.randrange(100)}", None
        if kind < 96:
            return "PUT", f"/v1/identities/{name}", {"name": name, "kind": "service"}  # lacks what it must have
        return "POST", f"/v1/enforcement-points/{choose.choice(('spare', 'nobody'))}/credential", None

    def run(self):
        connection = http.client.HTTPConnection(self.node.url.removeprefix("http://"), timeout=20)
        headers = {"Authorization": f"Bearer {self.node.token}", "Content-Type": "application/json"}
        while self.count < self.budget:
            method, path, body = self.make()
            try:
                connection.request(method, path, None if body is None else json.dumps(body), headers)
                response = connection.getresponse()
                data = response.read()
            except (OSError, http.client.HTTPException):
                break
            self.count += 1
            if response.status >= 500:
                self.unexpected.append((response.status, path, data[:300]))
            elif response.status in (200, 201) and method == "PUT" and path.startswith("/v1/identities/"):
                self.done.append((path, json.loads(data)["rev"]))
        connection.close()


@suite.test("random commands at both nodes with kills: the states stay the same, nothing acknowledged is lost", seconds=3000)
def storm(world):
    chance = random.Random(SEED)
    world.scene.create_point("spare", ["asserted"])
    total = kills = rounds = 0
    began = time.monotonic()
    while total < COMMANDS:
        rounds += 1
        budget = 250 if SOAK else 100
        threads = [Commands(node, chance.random(), budget) for node in world.nodes for _ in range(3)]
        for thread in threads:
            thread.start()
        victims = chance.choice([(), world.nodes[:1], world.nodes[1:], world.nodes])
        if victims:
            wanted = chance.randrange(20, 6 * budget * 9 // 10)
            while sum(thread.count for thread in threads) < wanted and any(thread.is_alive() for thread in threads):
                time.sleep(0.001)
            for node in victims:
                node.child.kill()
                kills += 1
        for thread in threads:
            thread.join(timeout=60)
            holds(not thread.is_alive(), "a client hangs")
            equal(thread.unexpected, [], "answers of 500 and above")
        for node in victims:
            node.start()
        total += sum(thread.count for thread in threads)
        rev = world.agree()
        newest = {}
        for thread in threads:
            for path, at in thread.done:
                newest[path] = max(at, newest.get(path, 0))
        holds(all(at <= rev for at in newest.values()), "an acknowledged revision is missing")
        for path, at in chance.sample(sorted(newest.items()), min(5, len(newest))):
            for node in world.nodes:
                holds(node.api("GET", path, status=200).json()["rev"] >= at, f"{path} is older than what was acknowledged")
    seconds = time.monotonic() - began
    suite.note(f"seed {SEED}: {total} commands in {rounds} rounds, {kills} kills, {seconds:.0f} s; states equal after each, at revision {rev} last")
    holds(kills > 0, "nothing was killed")
    for node in world.nodes:
        for log in Logs(node).all():
            log.check()
    equal(world.one.child.stop(), 0, "exit code")
    equal(world.two.child.stop(), 0, "exit code")
    for node in world.nodes:
        node.start()
    equal(world.agree() >= rev, True, "what a start folds is what was served")


def certificate(folder, seconds):
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(seconds=seconds)).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    file = folder / "key.pem"
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    file.chmod(0o600)


@suite.test("a certificate that expires while the node runs makes it unready, and a renewed one is taken up at the start")
def expiring(world):
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    certificate(scratch / "tls", 3)
    with Server(scratch / "expiring", tls=str(scratch / "tls")) as server:
        server.session.verify = False
        equal(server.session.get(server.url + "/readyz", timeout=10).status_code, 200, "readyz before")
        time.sleep(3.5)
        members = problem(server.session.get(server.url + "/readyz", timeout=10), 503, "not_ready")
        checks = {check["name"]: check["ready"] for check in members["checks"]}
        equal(checks["certificate"], False, "the certificate's check")
        holds(all(ready for name, ready in checks.items() if name != "certificate"), f"the others are ready: {checks}")
        server.session.close()
        server.child.stop()
        certificate(scratch / "tls", 3600)
        server.start()
        server.session.verify = False
        equal(server.session.get(server.url + "/readyz", timeout=10).status_code, 200, "readyz after")
        # An idle TLS connection keeps a stopping server waiting for its goodbye.
        server.session.close()
        # The certificate names no authority that a replay of its decisions, of which there are none, could trust.
        server.child.stop()


if __name__ == "__main__":
    suite.main()
