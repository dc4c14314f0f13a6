"""Tasks: an identity declares, spends and ends its own with its key or its issuer's token; others get nowhere near them."""

import contextlib
import json
import time
from pathlib import Path

from harness.issuer import Issuer
from harness.scene import Scene, identity
from harness.server import Server, problem
from harness.suite import Suite, environment, equal, holds


class World:
    def __init__(self, scratch, scene):
        self.scratch = scratch
        self.scene = scene
        self.server = scene.server

    def as_identity(self, name, *arguments, code=0):
        """The command line with the identity's key."""
        return self.server.cli("task", *arguments, "--key-file", self.scratch / f"{name}.key", code=code)

    def create(self, name, *more, code=0):
        arguments = ("create", "--purpose", "report", "--operation", "orders/list", *more)
        said = self.as_identity(name, *arguments, "-o", "json", code=code)
        return json.loads(said) if code == 0 else None

    def show(self, task):
        return self.server.api("GET", f"/v1/tasks/{task}", status=200).json()


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with Issuer() as issuer, Server(scratch / "safeconduct", "--allow-http-issuers") as server:
        scene = Scene(server, issuer).build()
        for name in ("worker", "reader"):
            server.cli("credential", "register", "--identity", name, "--new-key", scratch / f"{name}.key")
        yield World(scratch, scene)


suite = Suite("tasks", world)
TASK = {"purpose": "report", "apis": [{"api": "orders", "operations": ["list"]}], "expires_in": "1h"}


@suite.test("the key file of an identity is its owner's alone, and is not written over")
def key_file(world):
    file = world.scratch / "worker.key"
    equal(file.stat().st_mode & 0o777, 0o600, "mode")
    equal(json.loads(file.read_text())["identity"], "worker", "whose it is")
    world.server.cli("credential", "register", "--identity", "worker", "--new-key", file, code=1)


@suite.test("an identity declares with its key, sees, spends and completes its own")
def own(world):
    made = world.create("worker", "--budget", "calls=3", "--expires-in", "30m", "--reference", "ci/7")
    equal((made["state"], made["identity_name"], made["budget"]), ("open", "worker", {"calls": 3}), "what was made")
    listed = json.loads(world.as_identity("worker", "list", "--state", "open", "-o", "json"))["items"]
    holds(made["id"] in [task["id"] for task in listed], "it is in its own list")
    world.as_identity("worker", "spend", made["id"], "--amount", "calls=2")
    world.as_identity("worker", "spend", made["id"], "--amount", "calls=2", code=5)
    holds("1 calls left" in world.server.last_stderr, world.server.last_stderr)
    world.as_identity("worker", "complete", made["id"])
    shown = world.show(made["id"])
    equal((shown["state"], shown["spent"]), ("completed", {"calls": 2}), "afterwards")
    equal(shown["ended"], {"state": "completed", "by": shown["identity"]}, "who ended it")
    world.as_identity("worker", "cancel", made["id"], code=5)


@suite.test("a part has no more than the whole, and ends with it")
def parts(world):
    whole = world.create("worker", "--budget", "calls=3", "--expires-in", "30m")
    world.create("worker", "--parent", whole["id"], "--budget", "calls=4", "--expires-in", "10m", code=1)
    world.create("worker", "--parent", whole["id"], "--expires-in", "2h", code=1)
    part = world.create("worker", "--parent", whole["id"], "--expires-in", "10m")
    world.as_identity("worker", "spend", part["id"], "--amount", "calls=3")
    world.as_identity("worker", "spend", whole["id"], "--amount", "calls=1", code=5)
    world.as_identity("worker", "cancel", whole["id"])
    equal(world.show(part["id"])["state"], "cancelled", "the part")


@suite.test("another identity is refused, and told nothing")
def others(world):
    mine = world.create("worker", "--expires-in", "30m")
    for verb in ("complete", "cancel"):
        world.as_identity("reader", verb, mine["id"], code=3)
    world.as_identity("reader", "spend", mine["id"], "--amount", "calls=1", code=3)
    world.as_identity("reader", "show", mine["id"], code=4)
    listed = json.loads(world.as_identity("reader", "list", "-o", "json"))["items"]
    equal([task for task in listed if task["id"] == mine["id"]], [], "another's list")
    world.create("reader", "--identity", "worker", "--expires-in", "30m", code=3)
    equal(world.show(mine["id"])["state"], "open", "it goes on")
    world.server.cli("identity", "list", "--key-file", world.scratch / "worker.key", code=3)
    # What an operator does about it.
    world.server.cli("task", "cancel", mine["id"])
    equal(world.show(mine["id"])["state"], "cancelled", "an operator ended it")


@suite.test("a token of its issuer will do; another's, a bad one and a cut one will not")
def tokens(world):
    scene, server = world.scene, world.server
    server.session.headers.pop("Authorization", None)
    token = scene.issuer.token("worker")
    made = server.api("POST", "/v1/tasks", TASK, token=token, status=201).json()
    equal(made["identity_name"], "worker", "whose it is")
    equal(server.api("GET", f"/v1/tasks/{made['id']}", token=scene.issuer.token("reader")).status_code, 404, "another's")
    reader = server.api("POST", f"/v1/tasks/{made['id']}/complete", token=scene.issuer.token("reader"))
    problem(reader, 403, "denied")
    for bad in (
        scene.issuer.token("stranger"), token[:-4] + "AAAA", "a.b.c",
        scene.issuer.token("worker", iat=int(time.time()) - 900, exp=int(time.time()) - 600),
    ):  # fmt: skip
        answer = server.api("POST", "/v1/tasks", TASK, token=bad)
        problem(answer, 401)
        holds(bad not in answer.text, "the token comes back in the refusal")
    problem(server.api("POST", "/v1/tasks", TASK, token=scene.point), 403)
    scene.put("identities", identity("leaver", "worker"))
    leaver = scene.issuer.token("leaver")
    task = server.api("POST", "/v1/tasks", TASK, token=leaver, status=201).json()["id"]
    server.cli("cut", "create", "--scope", "identity:leaver")
    problem(server.api("POST", f"/v1/tasks/{task}/complete", token=leaver), 401)


@suite.test("declared again under its key it is one task, also after a restart")
def idempotency(world):
    server, token = world.server, world.scene.issuer.token("worker")
    key = {"Idempotency-Key": "run-7"}
    first = server.api("POST", "/v1/tasks", TASK, token=token, status=201, headers=key).json()
    server.child.stop()
    server.start()
    again = server.api("POST", "/v1/tasks", TASK, token=world.scene.issuer.token("worker"), headers=key)
    equal((again.status_code, again.json()["id"]), (201, first["id"]), "the same again")
    other = server.api("POST", "/v1/tasks", {**TASK, "purpose": "other"}, token=token, headers=key)
    problem(other, 422, "idempotency_key_reused")


@suite.test("its window ends it by itself, and never lasts beyond a day")
def expiry(world):
    task = world.create("worker", "--expires-in", "2s")
    equal(task["state"], "open", "at first")
    deadline = time.time() + 20
    while world.show(task["id"])["state"] == "open" and time.time() < deadline:
        time.sleep(0.1)
    equal(world.show(task["id"])["state"], "expired", "after its window")
    world.as_identity("worker", "complete", task["id"], code=5)
    world.as_identity("worker", "spend", task["id"], "--amount", "calls=1", code=5)
    world.create("worker", "--expires-in", "25h", code=1)
    refused = world.server.api("POST", "/v1/tasks", {**TASK, "identity": "worker", "expires_in": "25h"})
    problem(refused, 422, "refused")


@suite.test("a cut of its scope ends it; the log says who ended what, and by which policy")
def feed(world):
    server = world.server
    task = world.create("worker", "--expires-in", "30m")
    server.cli("cut", "create", "--scope", f"task:{task['id']}")
    equal(world.show(task["id"])["state"], "cancelled", "after a cut")
    server.cli("cut", "create", "--scope", "task:tsk_01M7YXN63C7M08H2XHPFZTAZMK", code=4)
    other = world.create("worker", "--expires-in", "30m")
    world.as_identity("worker", "complete", other["id"])
    entries = server.api("GET", "/v1/entries?since_rev=0&page_size=1000", status=200).json()["items"]
    ends = [entry for entry in entries if entry["kind"] == "task.end" and entry["subject"] == other["id"]]
    equal([entry["by_name"] for entry in ends], ["worker"], "who gave the command")
    holds(ends[0]["auth"]["determining"] == ["identity-tasks"], "which policy let it in")


@suite.test("afterwards the log holds no token and no key")
def afterwards(world):
    said = world.server.child.log.read_text(errors="replace")
    for secret in ("eyJ", json.loads((world.scratch / "worker.key").read_text())["key"]["d"]):
        holds(secret not in said, "a secret is in the server's log")


if __name__ == "__main__":
    suite.main()
