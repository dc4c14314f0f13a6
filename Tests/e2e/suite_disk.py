"""A disk that is full or read-only: decisions are refused and nothing is half-done, cuts and holds go on, and when there
is room again everything does. The layer of Tests/faults plays the disk."""

import contextlib
import random
import time
from pathlib import Path

from harness import faults
from harness.issuer import Issuer
from harness.logs import Logs
from harness.scene import Scene, identity
from harness.server import Server, problem
from harness.suite import Skipped, Suite, environment, equal, holds


class World:
    def __init__(self, scene, below):
        self.scene, self.server, self.below = scene, scene.server, below

    def ask_until_refused(self, most=5000):
        """Asks until there is no room for the answer; returns the problem and how many were answered."""
        for number in range(most):
            response = self.scene.ask("reader")
            if response.status_code != 200:
                return problem(response, 503, "unavailable"), number
        raise AssertionError(f"{most} decisions found room on a full disk")

    def until_ready(self, seconds=20):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.server.session.get(self.server.url + "/readyz", timeout=10).status_code == 200:
                return
            time.sleep(0.05)
        raise AssertionError(f"not ready {seconds} s after the disk was well: {self.unready()}")

    def unready(self):
        return self.server.session.get(self.server.url + "/readyz", timeout=10).text

    def whole(self):
        for log in Logs(self.server).all():
            log.check()


@contextlib.contextmanager
def world():
    if not faults.compiler():
        raise Skipped("there is no C compiler for the fault layer")
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with Issuer() as issuer:
        server = Server(scratch / "safeconduct", "--allow-http-issuers")
        below = faults.Faults(server)
        with server:
            yield World(Scene(server, issuer).build(), below)


suite = Suite("disk", world)


@suite.test("a full disk: decisions are refused with evidence_unavailable, readiness says so, commands are refused")
def full(world):
    equal(world.scene.ask("reader").json()["decision"], True, "before")
    world.below.full()
    refused, answered = world.ask_until_refused()
    equal(refused["reason"], "evidence_unavailable", "the reason")
    holds("full" in refused["detail"], refused["detail"])
    holds("evidence" in world.unready(), world.unready())
    suite.note(f"{answered} decisions found room in what was allocated already")
    problem(world.server.api("PUT", "/v1/identities/late", identity("late", "reader")), 503, "unavailable")


@suite.test("cuts and holds are carried out on the full disk, from the space kept for them")
def urgent(world):
    dropped = 0
    for number in range(40):
        cut = {"scope": {"kind": "key", "id": f"task-{number}"}, "reason": "r" * 4000}
        made = world.server.api("POST", "/v1/cuts", cut, status=201).json()
        dropped += made.get("reason_dropped", False)
        equal("reason" in made, not made.get("reason_dropped", False), "a reason is kept or said to be dropped")
    hold = {"scope": {"kind": "identity", "id": "worker"}, "reason": "disk"}
    world.server.api("POST", "/v1/holds", hold, status=201)
    suite.note(f"{dropped} of 40 reasons found no room")
    holds((world.server.data / "reserve").stat().st_size < 8 << 20, "nothing was taken from the reserve: the disk was not full")
    equal(world.ask_until_refused(1)[0]["reason"], "evidence_unavailable", "what is left is not for decisions")


@suite.test("room again: it is ready, decides, and says how many it could not answer")
def room(world):
    world.below.well()
    world.until_ready()
    equal(world.scene.ask("reader").json()["decision"], True, "after")
    equal(world.scene.ask("worker").json()["context"]["reason"]["class"], "identity_suspended", "the hold")
    lines = [line for item in world.server.api("GET", "/v1/refusals", status=200).json()["items"] for line in item["counts"]]
    holds(any(line["reason"] == "evidence_unavailable" for line in lines), f"counted: {lines}")
    equal(world.server.api("GET", "/v1/cuts?page_size=1000", status=200).json()["items"][-1]["scope"]["kind"], "key", "cuts")
    equal((world.server.data / "reserve").stat().st_size, 8 << 20, "the reserve is whole again")
    world.whole()


@suite.test("kill -9 while the disk is full: it starts again, and the cuts of the full disk are there")
def killed(world):
    world.below.full()
    world.ask_until_refused()
    made = world.server.api("POST", "/v1/cuts", {"scope": {"kind": "key", "id": "last"}}, status=201).json()
    world.server.child.kill()
    world.below.well()
    world.server.start()
    world.server.api("GET", f"/v1/cuts/{made['id']}", status=200)
    world.until_ready()
    equal(world.scene.ask("reader").json()["decision"], True, "after")
    world.whole()


@suite.test("a read-only disk: nothing is answered and nothing half-done; it goes on when it may write")
def read_only(world):
    before = world.server.api("GET", "/v1/status", status=200).json()
    world.below.read_only()
    equal(world.ask_until_refused(1)[0]["reason"], "evidence_unavailable", "the reason")
    problem(world.server.api("POST", "/v1/cuts", {"scope": {"kind": "all"}}), 503, "unavailable")
    holds("evidence" in world.unready(), world.unready())
    equal(world.server.api("GET", "/v1/status", status=200).json()["state_digest"], before["state_digest"], "the state")
    world.below.well()
    world.until_ready()
    equal(world.scene.ask("reader").json()["decision"], True, "after")
    world.whole()


@suite.test("a disk that fills up anywhere in between: whatever was answered is there", seconds=90)
def anywhere(world):
    seed = random.randrange(1 << 32)
    suite.note(f"seed {seed}")
    rng = random.Random(seed)
    answered, made = [], []
    for _ in range(12):
        world.below.full(rng.randrange(64 << 10))
        for _ in range(rng.randrange(1, 12)):
            if rng.random() < 0.6:
                response = world.scene.ask("reader")
                if response.status_code == 200:
                    answered.append(response.json()["context"]["decision_id"])
                else:
                    equal(problem(response, 503)["reason"], "evidence_unavailable", "the reason")
            else:
                name = f"n{rng.randrange(10**9)}"
                response = world.server.api("PUT", f"/v1/identities/{name}", identity(name, "reader"))
                if response.status_code in (200, 201):
                    made.append(name)
                else:
                    problem(response, 503, "unavailable")
        world.below.well()
        world.until_ready()
    for decision in answered:
        world.server.api("GET", f"/v1/decisions/{decision}", status=200)
    for name in made:
        world.server.api("GET", f"/v1/identities/{name}", status=200)
    world.whole()
    suite.note(f"{len(answered)} decisions and {len(made)} commands were answered")


if __name__ == "__main__":
    suite.main()
