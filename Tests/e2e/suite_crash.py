"""kill -9 in the middle of concurrent decisions and commands, again and again over one data folder.

Each seed restarts the server, runs decision and command threads, and kills the process at a moment that the seed
chooses. Before the next start, the write-ahead logs are read as the crash left them; after it, everything that was
ever acknowledged is looked for. How many kills landed inside a commit is counted in two ways:

  torn       a write-ahead log ends in pages that no commit record follows: the kill hit the writing itself
  unanswered a request that was in flight at the kill, and never answered, is in the log: the kill came between the
             commit and the answer

The page cache survives kill -9, so this shows the order of commit and answer, and recovery; it says nothing about
power loss.
"""

import contextlib
import http.client
import json
import os
import random
import struct
import threading
import time
from pathlib import Path

from harness import tlog
from harness.issuer import Issuer
from harness.logs import Logs
from harness.scene import Scene, identity
from harness.server import Server
from harness.suite import Suite, environment, equal, holds

SOAK = int(os.environ.get("SAFECONDUCT_SOAK") or 0)
SEEDS = SOAK or 15
# A run is repeatable as far as the machine's scheduling is; the first seed can be moved to look elsewhere.
FIRST = int(os.environ.get("SAFECONDUCT_SEED") or 1)


class World:
    def __init__(self, scene):
        self.scene = scene
        self.server = scene.server
        self.decisions = {}  # id -> allowed, acknowledged in any round
        self.commands = {}  # path -> members that the object must show
        self.checkpoints = {}  # origin -> checkpoint of the last round
        self.entries = {}  # origin -> entries of the last round
        self.counts = {"torn": 0, "unanswered": 0, "inside": 0, "decisions": 0, "commands": 0}
        self.cut = set()  # identities whose hold was acknowledged


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with Issuer() as issuer:
        server = Server(scratch / "safeconduct", "--allow-http-issuers")
        with server:
            yield World(Scene(server, issuer).build())


suite = Suite("crash", world)


class Load(threading.Thread):
    """Sends requests over one connection until the server is gone; remembers what was acknowledged."""

    def __init__(self, server, make, token):
        super().__init__(daemon=True)
        self.host = server.url.removeprefix("http://")
        self.make = make
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.acknowledged = []  # (request, status, body)
        self.in_flight = None
        self.halt = False

    def run(self):
        connection = http.client.HTTPConnection(self.host, timeout=10)
        while not self.halt:
            request = self.make()
            self.in_flight = request
            method, path, body = request
            try:
                connection.request(method, path, json.dumps(body), self.headers)
                response = connection.getresponse()
                data = response.read()
            except (OSError, http.client.HTTPException):
                return
            self.acknowledged.append((request, response.status, json.loads(data)))
            self.in_flight = None


def decisions(world, random):
    def make():
        writes = random.random() < 0.5
        name = random.choice(("worker", "reader"))
        return "POST", "/access/v1/evaluation", {
            "subject": {"type": "identity", "id": name},
            "action": {"name": "write" if writes else "read"},
            "resource": {"type": "operation", "id": "orders/create" if writes else "orders/list"},
        }  # fmt: skip

    return make


def batches(world, random):
    def make():
        return "POST", "/access/v1/evaluations", {
            "subject": {"type": "identity", "id": "reader"},
            "resource": {"type": "operation", "id": "orders/list"},
            "evaluations": [{"action": {"name": "read"}} for _ in range(random.randint(2, 9))],
        }  # fmt: skip

    return make


def commands(world, random, seed, thread):
    number = 0
    made = []

    def make():
        nonlocal number
        if made and random.random() < 0.3:
            name = made.pop()
            return "POST", "/v1/holds", {"scope": {"kind": "identity", "id": name}, "reason": f"seed {seed}"}
        number += 1
        name = f"c{seed}-{thread}-{number}"
        if number > 1:
            # Only a name whose creation was answered; each thread has one request at a time.
            made.append(f"c{seed}-{thread}-{number - 1}")
        return "PUT", f"/v1/identities/{name}", identity(name, random.choice(("worker", "reader")))

    return make


# --- the write-ahead log as the crash left it -------------------------------------------------------------------


def uncommitted_frames(path):
    """How many valid frames of a SQLite write-ahead log stand behind its last commit record (file format, section 4)."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return 0
    if len(data) < 32:
        return 0
    magic, _, page, _, salt1, salt2, check1, check2 = struct.unpack(">8I", data[:32])
    if magic not in (0x377F0682, 0x377F0683):
        return 0
    order = ">" if magic & 1 else "<"

    def checksum(chunk, first, second):
        words = struct.unpack(f"{order}{len(chunk) // 4}I", chunk)
        for at in range(0, len(words), 2):
            first = (first + words[at] + second) & 0xFFFFFFFF
            second = (second + words[at + 1] + first) & 0xFFFFFFFF
        return first, second

    running = (check1, check2)
    behind = 0
    for at in range(32, len(data) - 23, 24 + page):
        header = data[at : at + 24]
        _, commit, frame1, frame2, sum1, sum2 = struct.unpack(">6I", header)
        if (frame1, frame2) != (salt1, salt2):
            break
        content = data[at + 24 : at + 24 + page]
        if len(content) < page:
            return behind + 1
        running = checksum(content, *checksum(header[:8], *running))
        if running != (sum1, sum2):
            break
        behind = 0 if commit else behind + 1
    return behind


# --- one round --------------------------------------------------------------------------------------------------


def loads(world, rng, seed):
    """The threads of one round."""
    loads = []
    for _ in range(rng.randint(2, 4)):
        loads.append(Load(world.server, decisions(world, random.Random(rng.random())), world.scene.point))
    loads.append(Load(world.server, batches(world, random.Random(rng.random())), world.scene.point))
    for thread in range(rng.randint(1, 3)):
        loads.append(Load(world.server, commands(world, random.Random(rng.random()), seed, thread), world.server.token))
    return loads


def run_loads(loads, rng):
    """Runs them until the seed's moment."""
    for load in loads:
        load.start()
    # The load must be running before the seed's moment counts.
    deadline = time.monotonic() + 20
    while any(len(load.acknowledged) < 2 for load in loads) and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(rng.uniform(0, 0.15))


def end_loads(loads):
    for load in loads:
        load.halt = True
        load.join(timeout=15)
        holds(not load.is_alive(), "a client hangs although the server is dead")


def round_of(seed):
    def run(world):
        rng = random.Random(seed)
        if not world.server.child.alive():
            world.server.start()
        threads = loads(world, rng, seed)
        run_loads(threads, rng)
        world.server.child.kill()
        end_loads(threads)
        torn = sum(1 for wal in world.server.data.glob("*.db-wal") if uncommitted_frames(wal))
        round_decisions = note_acknowledged(world, threads)
        world.server.start()
        unanswered = check_logs(world, round_decisions, threads)
        check_decisions(world, round_decisions, rng)
        check_commands(world, rng)
        equal(world.scene.ask("reader").json()["decision"], True, "a decision after the restart")
        world.counts["torn"] += bool(torn)
        world.counts["unanswered"] += bool(unanswered)
        world.counts["inside"] += bool(torn or unanswered)

    return run


def note_acknowledged(world, loads):
    """Files what was answered; returns the decision ids of this round."""
    fresh = []
    for load in loads:
        for (_, path, body), status, answer in load.acknowledged:
            if path.startswith("/access/"):
                equal(status, 200, f"{path}: {answer}")
                for item in answer.get("evaluations", [answer]):
                    fresh.append(item["context"]["decision_id"])
                    world.decisions[fresh[-1]] = item["decision"]
            elif path == "/v1/holds":
                holds(status in (200, 201), f"{path}: {status} {answer}")
                world.commands[f"/v1/holds/{answer['id']}"] = {"id": answer["id"]}
                world.cut.add(body["scope"]["id"])
            else:
                holds(status in (200, 201), f"{path}: {status} {answer}")
                world.commands[path] = {"name": body["name"], "id": answer["id"], "labels": body["labels"]}
                world.counts["commands"] += 1
    world.counts["decisions"] += len(fresh)
    equal(len(set(fresh)), len(fresh), "every decision has an id of its own")
    return fresh


def check_logs(world, fresh, loads):
    """Gapless, prefix of what was there before, and as long as what was acknowledged. Returns unanswered leaves."""
    unanswered = 0
    logs = Logs(world.server).all()
    origins = {log.vkey.split("+", 1)[0] for log in logs}
    holds(set(world.checkpoints) <= origins, f"a log is gone: {set(world.checkpoints) - origins}")
    for log in logs:
        origin = log.vkey.split("+", 1)[0]
        checkpoint, entries = log.check()
        equal(checkpoint.origin, origin, "origin")
        before = world.entries.get(origin, [])
        holds(len(entries) >= len(before), f"{log.name} shrank from {len(before)} to {len(entries)}")
        equal(entries[: len(before)] == before, True, f"{log.name}: what stood in the log still stands there")
        if origin in world.checkpoints:
            old = world.checkpoints[origin]
            hashes = [tlog.leaf_hash(entry) for entry in entries[: old.size]]
            equal(tlog.root_of(hashes), old.root, f"{log.name}: the old checkpoint's root")
        acknowledged = {tlog.decision_leaf(decision)[2] for decision in fresh} if log.name != "control" else set()
        if acknowledged and max(acknowledged) >= len(before):
            holds(max(acknowledged) < checkpoint.size, f"{log.name} has {checkpoint.size} leaves, {max(acknowledged)} was answered")
            # Leaves of this round that no answer named: evaluations in flight at the kill.
            in_flight = sum(
                len(load.in_flight[2].get("evaluations", [0])) for load in loads
                if load.in_flight and load.in_flight[1].startswith("/access/")
            )  # fmt: skip
            new = set(range(min(acknowledged), checkpoint.size))
            extra = len(new - acknowledged)
            holds(extra <= in_flight, f"{log.name}: {extra} leaves that nobody asked for ({in_flight} were in flight)")
            unanswered += extra
        world.checkpoints[origin], world.entries[origin] = checkpoint, entries
    # Unanswered commands whose effect is there.
    for load in loads:
        if load.in_flight and load.in_flight[0] == "PUT":
            unanswered += world.server.api("GET", load.in_flight[1]).status_code == 200
    return unanswered


def check_decisions(world, fresh, rng):
    """Every acknowledged decision of the round is in the log; bodies and receipts of the last and of a sample fit."""
    logs = Logs(world.server)
    older = rng.sample(sorted(world.decisions), min(5, len(world.decisions)))
    for decision in fresh[-15:] + rng.sample(fresh, min(15, len(fresh))) + older:
        receipt, body = logs.open_receipt(decision)
        entry = receipt.check(body)
        equal(receipt.index, tlog.decision_leaf(decision)[2], f"{decision}: leaf index")
        equal(world.entries[receipt.checkpoint.origin][receipt.index], entry, f"{decision}: leaf")
        shown = world.server.api("GET", f"/v1/decisions/{decision}", status=200).json()
        equal(shown["outcome"] in ("allow", "limit"), world.decisions[decision], f"{decision}: outcome")


def check_commands(world, rng):
    """Every acknowledged command's effect is there."""
    for path, members in list(world.commands.items())[-60:] + rng.sample(
        sorted(world.commands.items()), min(10, len(world.commands))
    ):
        shown = world.server.api("GET", path, status=200).json()
        equal({name: shown.get(name) for name in members}, members, path)
    for name in sorted(world.cut)[-5:]:
        response = world.scene.ask(name)
        holds(response.status_code != 200 or response.json()["decision"] is False, f"{name} is held and was allowed")


for seed in range(FIRST, FIRST + SEEDS):
    suite.add(f"seed {seed}: nothing acknowledged is lost, logs are gapless, checkpoints consistent", round_of(seed), 90)


@suite.test("some kills landed inside a commit (figures below)")
def figures(world):
    counts = world.counts
    suite.note(
        f"{SEEDS} kills: {counts['inside']} inside a commit ({counts['torn']} torn, {counts['unanswered']} unanswered); "
        f"{counts['decisions']} decisions and {counts['commands']} commands acknowledged"
    )
    holds(counts["decisions"] > 0 and counts["commands"] > 0, "the load ran")
    holds(counts["inside"] > 0, "no kill landed inside a commit; the run shows nothing about it")


@suite.test("a clean stop after all of it: everything closes, and starts once more")
def clean(world):
    code = world.server.child.stop()
    equal(code, 0, "exit code after SIGTERM")
    world.server.start()
    for log in Logs(world.server).all():
        checkpoint, entries = log.check()
        origin = log.vkey.split("+", 1)[0]
        equal(entries[: len(world.entries[origin])] == world.entries[origin], True, f"{log.name} after a clean stop")


if __name__ == "__main__":
    suite.main()
