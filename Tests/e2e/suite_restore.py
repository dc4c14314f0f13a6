"""An old copy of one log put back, or one log lost: the server must not start, because what was revoked would live again
and the same keys would sign a second history."""

import contextlib
import shutil
from pathlib import Path

from harness.issuer import Issuer
from harness.scene import Scene
from harness.server import Server
from harness.suite import Suite, environment, equal, holds


class World:
    def __init__(self, scene, before, after):
        self.scene = scene
        self.server = scene.server
        self.before = before
        self.after = after

    def refused(self, change, words):
        """Puts the state after the suspension back, changes it, and expects a refusal to start."""
        shutil.rmtree(self.server.data)
        shutil.copytree(self.after, self.server.data)
        change(self.server.data)
        try:
            self.server.start()
        except RuntimeError as error:
            holds("ended with 1" in str(error), f"exit code 1: {error}")
            holds(words in str(error), f"'{words}' is said: {error}")
        else:
            self.server.child.stop()
            raise AssertionError("the server started")


def remove(folder, pattern):
    for path in folder.glob(pattern):
        path.unlink()


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with Issuer() as issuer, Server(scratch / "safeconduct", "--allow-http-issuers") as server:
        scene = Scene(server, issuer).build()
        equal(scene.ask("worker").json()["decision"], True, "before the suspension")
        server.child.stop()
        before = shutil.copytree(server.data, scratch / "before")
        server.start()
        server.cli("identity", "suspend", "worker", "--reason", "test")
        equal(scene.ask("worker").json()["decision"], False, "after the suspension")
        server.child.stop()
        yield World(scene, before, shutil.copytree(server.data, scratch / "after"))


suite = Suite("restore", world)


@suite.test("an older control log beside newer evidence is refused")
def older(world):
    def change(data):
        remove(data, "control.db*")
        shutil.copy(world.before / "control.db", data)

    world.refused(change, "older than the evidence")


@suite.test("a missing control log is not begun anew")
def missing(world):
    world.refused(lambda data: remove(data, "control.db*"), "is missing")

    def both(data):
        remove(data, "control.db*")
        remove(data, "evidence-*")

    world.refused(both, "is missing")


@suite.test("missing, older or emptied evidence is refused")
def evidence(world):
    world.refused(lambda data: remove(data, "evidence-*"), "is missing")

    def change(data):
        remove(data, "evidence-*")
        for path in world.before.glob("evidence-*"):
            shutil.copy(path, data)

    world.refused(change, "not a continuation")


@suite.test("what was left alone starts, and the suspension holds")
def intact(world):
    shutil.rmtree(world.server.data)
    shutil.copytree(world.after, world.server.data)
    world.server.start()
    equal(world.scene.ask("worker").json()["context"]["reason"]["class"], "identity_suspended", "the reason")


if __name__ == "__main__":
    suite.main()
