"""Backups of a running server, restores that open a new generation, and what checks find: nothing that was revoked lives
again, and nothing damaged passes for whole."""

import contextlib
import json
import os
import shutil
import sqlite3
import time
from pathlib import Path

from harness.issuer import Issuer
from harness.logs import Logs
from harness.scene import Scene
from harness.server import Server, problem
from harness.suite import Suite, environment, equal, holds


class World:
    def __init__(self, scene, scratch):
        self.scene, self.server, self.scratch = scene, scene.server, scratch
        self.backup = scratch / "backup"
        self.key = scratch / "master.key"

    def tool(self, *arguments, code=0):
        return self.server.cli(*arguments, code=code)

    def copy(self, name):
        """A copy of the stopped server's data, to be damaged."""
        folder = self.scratch / name
        shutil.rmtree(folder, ignore_errors=True)
        return shutil.copytree(self.server.data, folder)


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with Issuer() as issuer, Server(scratch / "safeconduct", "--allow-http-issuers") as server:
        world = World(Scene(server, issuer).build(), scratch)
        shutil.copy(server.data / "master.key", world.key)
        yield world


suite = Suite("backup", world)

MADE = "a backup is made while the server runs, is whole, and holds no master key"


@suite.test(MADE)
def made(world):
    world.old = world.scene.ask("worker").json()["context"]["decision_id"]
    for _ in range(20):
        world.scene.ask("reader")
    world.tool("backup", "--data", world.server.data, "--to", world.backup)
    manifest = json.loads((world.backup / "manifest.json").read_text())
    names = {file["name"] for file in manifest["files"]}
    holds({"control.db", "sealed.db"} < names, f"files: {names}")
    equal({path.name for path in world.backup.iterdir()}, names | {"manifest.json", "manifest.note"}, "what lies there")
    key = world.key.read_bytes()
    holds(all(key not in path.read_bytes() for path in world.backup.iterdir()), "the master key is in the backup")
    world.tool("restore", "--from", world.backup, "--check", "--master-key", world.key)
    # A second one does not go into the first.
    world.tool("backup", "--data", world.server.data, "--to", world.backup, code=1)


@suite.test("a backup that was altered, is incomplete, or is another's is refused, and nothing is put anywhere", needs=[MADE])
def altered(world):
    target = world.scratch / "target"

    def refused(name, change, words, key=world.key):
        folder = world.scratch / "altered"
        shutil.rmtree(folder, ignore_errors=True)
        (world.scratch / "aside").unlink(missing_ok=True)
        shutil.copytree(world.backup, folder)
        change(folder)
        world.tool("restore", "--from", folder, "--data", target, "--master-key", key, code=1)
        holds(words in world.server.last_stderr, f"{name}: {world.server.last_stderr}")
        holds(not target.exists() and not Path(f"{target}.restoring").exists(), f"{name}: something was left")

    def flip(path):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)

    for path in sorted(world.backup.glob("*.db")):
        refused(path.name, lambda folder, name=path.name: flip(folder / name), "not the one that was signed")
    refused("missing", lambda folder: (folder / "control.db").unlink(), "missing")
    refused("manifest", lambda folder: flip(folder / "manifest.json"), "manifest")
    refused("no manifest", lambda folder: (folder / "manifest.json").unlink(), "manifest")
    other = world.scratch / "other.key"
    other.write_bytes(bytes(32))
    other.chmod(0o600)
    refused("another master key", lambda folder: None, "master key", key=other)
    refused("no master key", lambda folder: None, "master key", key=world.scratch / "nowhere.key")
    def replaced(name, make):
        def change(folder):
            (folder / name).rename(world.scratch / "aside")
            make(folder / name)

        return change

    for name in ("control.db", "manifest.json"):
        refused(f"a pipe as {name}", replaced(name, os.mkfifo), "no regular file")
        refused(f"a link as {name}", replaced(name, lambda path: path.symlink_to(world.scratch / "aside")), "symbolic link")
        refused(f"an endless {name}", replaced(name, lambda path: path.symlink_to("/dev/zero")), "symbolic link")
    # Nothing goes into what it is a copy of.
    world.tool("backup", "--data", world.server.data, "--to", world.server.data / "backup", code=1)
    holds("one in the other" in world.server.last_stderr, world.server.last_stderr)
    world.tool("restore", "--from", world.backup, "--data", world.backup / "data", "--master-key", world.key, code=1)
    holds("one in the other" in world.server.last_stderr, world.server.last_stderr)
    holds(not list(world.backup.glob("data*")) and not list(world.server.data.glob("backup*")), "something was left")
    # Nor is anything put where something is.
    world.tool("restore", "--from", world.backup, "--data", world.server.data, "--master-key", world.key, code=1)
    holds("not empty" in world.server.last_stderr, world.server.last_stderr)


RESTORED = "an old backup beside a node that knows newer cuts and holds: nothing is un-revoked"


@suite.test(RESTORED, seconds=90, needs=[MADE])
def restored(world):
    server = world.server
    # After the backup: a hold, a cut and a retirement that it does not know.
    hold = server.api("POST", "/v1/holds", {"scope": {"kind": "identity", "id": "worker"}}, status=201).json()["id"]
    cut = server.api("POST", "/v1/cuts", {"scope": {"kind": "key", "id": "t1"}}, status=201).json()["id"]
    server.api("DELETE", "/v1/identities/reader", status=200)
    late = world.scene.ask("worker").json()["context"]["decision_id"]
    # The folder is lost under the running node, and the old backup put in its place.
    lost = server.data.rename(world.scratch / "lost")
    world.tool("restore", "--from", world.backup, "--data", server.data, "--master-key", world.key, "--verify")
    deadline = time.monotonic() + 20
    while not list(server.data.glob("carried-*.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    carried = list(server.data.glob("carried-*.json"))
    equal(len(carried), 1, "files of carried revocations")
    holds(b"worker" not in carried[0].read_bytes() and b"scope" not in carried[0].read_bytes(), "they are sealed")
    problem(world.scene.ask("worker"), 503)
    server.child.kill()
    shutil.copy(world.key, server.data / "master.key")
    server.start()
    equal(list(server.data.glob("carried-*.json")), [], "the file was taken up")
    equal(server.api("GET", f"/v1/holds/{hold}", status=200).json()["retired"], False, "the hold")
    server.api("GET", f"/v1/cuts/{cut}", status=200)
    equal(server.api("GET", "/v1/identities/reader", status=200).json()["retired"], True, "the retirement")
    # Everything issued before is cut: the enforcement point's token, too.
    problem(world.scene.ask("worker"), 401)
    world.scene.point = server.api("POST", "/v1/enforcement-points/point/credential").json()["token"]
    equal(world.scene.ask("worker").json()["context"]["reason"]["class"], "identity_suspended", "the reason")
    equal(world.scene.ask("reader").json()["context"]["reason"]["class"], "identity_retired", "the reason")
    # The decision from after the backup is gone, and its id names nothing else.
    equal(server.api("GET", f"/v1/decisions/{late}").status_code, 404, "a lost decision")
    receipt, body = Logs(server).open_receipt(world.old)
    receipt.check(body)
    shutil.rmtree(lost)


@suite.test("elevated operations wait until an operator confirms the generation", needs=[RESTORED])
def confirmed(world):
    server = world.server
    server.api("PUT", "/v1/identities/fresh", {**fresh()}, status=201)
    equal(world.scene.ask("fresh", "orders/list").json()["decision"], True, "a reading operation")
    denied = world.scene.ask("fresh", "orders/create", "write").json()
    equal(denied["context"]["reason"]["class"], "generation_unconfirmed", "a writing operation")
    status = server.api("GET", "/v1/status", status=200).json()
    equal((status["generation"], status["confirmed"]), (2, False), "status")
    problem(server.api("POST", "/v1/generation/confirm", {"generation": 3}), 409)
    world.tool("log", "confirm")
    equal(server.api("GET", "/v1/status", status=200).json()["confirmed"], True, "confirmed")
    equal(world.scene.ask("fresh", "orders/create", "write").json()["decision"], True, "a writing operation")
    world.tool("log", "confirm", "--generation", "2")
    for log in Logs(server).all():
        log.check()
    world.tool("log", "fsck", "--data", server.data)


def fresh():
    from harness.scene import identity

    return identity("fresh", "worker")


@suite.test("a backup of the second generation restores as the third, after a restart without one", needs=[RESTORED])
def third(world):
    world.server.child.stop()
    world.server.start()
    equal(world.scene.ask("fresh", "orders/list").json()["decision"], True, "after a restart")
    second = world.scratch / "second"
    world.tool("backup", "--data", world.server.data, "--to", second)
    target = world.scratch / "third"
    target.mkdir()
    shutil.copy(world.key, target / "master.key")
    world.tool("restore", "--from", second, "--data", target, "--verify")
    report = json.loads(world.tool("log", "fsck", "--data", target, "-o", "json"))
    equal(report["clean"], True, "fsck")
    with Server(world.scratch / "server3", "--allow-http-issuers") as server:
        server.child.stop()
        shutil.rmtree(server.data)
        shutil.copytree(target, server.data)
        server.start()
        status = server.api("GET", "/v1/status", status=200).json()
        equal((status["generation"], status["confirmed"]), (3, False), "status")


# --- what checks find ---------------------------------------------------------------------------------------------


# Another letter eight from the end, which is in the signature whatever that is.
SIGNED_OTHERWISE = """
    UPDATE head SET checkpoint = CAST(substr(CAST(checkpoint AS TEXT), 1, length(CAST(checkpoint AS TEXT)) - 8)
        || iif(substr(CAST(checkpoint AS TEXT), -8, 1) = 'A', 'B', 'A') || substr(CAST(checkpoint AS TEXT), -7) AS BLOB)
"""


@suite.test("log fsck finds what was changed, in every log and table", needs=[MADE])
def damage(world):
    world.server.child.stop()
    evidence = sorted(world.server.data.glob("evidence-*.db"))[-1].name
    for name, file, sql in [
        ("a body", "control.db", "UPDATE leaves SET body = CAST(body || x'20' AS BLOB) WHERE idx = 3"),
        ("a commitment", evidence, "UPDATE leaves SET commitment = zeroblob(32) WHERE idx = 0"),
        ("a tile", "control.db", "UPDATE tiles SET hashes = zeroblob(length(hashes)) WHERE level = 0"),
        ("a leaf too many", evidence, "INSERT INTO leaves SELECT idx + 1, commitment, erased, salt, body FROM leaves ORDER BY idx DESC LIMIT 1"),
        ("a leaf too few", evidence, "DELETE FROM leaves WHERE idx = (SELECT max(idx) FROM leaves)"),
        ("the size", "control.db", "UPDATE head SET size = size - 1"),
        ("the root", evidence, "UPDATE head SET root = zeroblob(32)"),
        ("the checkpoint", "control.db", SIGNED_OTHERWISE),
        ("an erased entry", "control.db", "UPDATE leaves SET erased = 1, salt = zeroblob(32), body = zeroblob(8) WHERE idx = 4"),
        ("an erased leaf", evidence, "UPDATE leaves SET erased = 1, salt = NULL, body = NULL WHERE idx = 0"),
        ("all erased", evidence, "UPDATE leaves SET erased = 1, salt = zeroblob(length(salt)), body = zeroblob(length(body))"),
        ("all taken away", evidence, "UPDATE leaves SET salt = NULL, body = NULL"),
        ("no leaves", evidence, "DELETE FROM leaves"),
    ]:
        folder = world.copy("damaged")
        with contextlib.closing(sqlite3.connect(folder / file)) as database, database:
            equal(database.execute(sql).rowcount > 0, True, f"{name}: rows changed")
        world.tool("log", "fsck", "--data", folder, code=1)
        holds("do not fit together" in world.server.last_stderr, f"{name}: {world.server.last_stderr}")
    folder = world.copy("damaged")
    for path in folder.glob(f"{evidence}*"):
        path.unlink()
    world.tool("log", "fsck", "--data", folder, code=1)
    folder = world.copy("damaged")
    (folder / "sealed.db").write_bytes(b"x" * 8192)
    world.tool("log", "fsck", "--data", folder, code=1)
    world.tool("log", "fsck", "--data", world.scratch / "nowhere", code=4)
    world.tool("log", "fsck", "--data", world.server.data)


@suite.test("log verify says of a damaged log that it does not hold, and of a whole one that its bodies do", needs=[MADE])
def verify(world):
    world.server.start()
    # More than a start looks back over: what is damaged here is found by those who look at all of it.
    for _ in range(80):
        world.scene.ask("fresh")
    shown = json.loads(world.tool("log", "verify", "-o", "json"))
    holds(all(item["holds"] and item["bodies_checked"] for item in shown["items"]), f"{shown}")
    evidence = sorted(world.server.data.glob("evidence-*.db"))[-1]
    for path, condition in ((evidence, "1"), (evidence, "idx = 3"), (world.server.data / "control.db", "idx = 5")):
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            kept = database.execute(f"SELECT salt, body, idx FROM leaves WHERE {condition}").fetchall()
            database.execute(f"UPDATE leaves SET erased = 1, salt = zeroblob(32), body = zeroblob(length(body)) WHERE {condition}")
        items = json.loads(world.tool("log", "verify", "-o", "json", code=1))["items"]
        faults = [item["fault"] for item in items if not item["holds"]]
        equal(len(faults), 1, f"faults: {items}")
        holds(faults[0].startswith(f"{len(kept)} of ") and "have lost their bodies: " in faults[0], f"{faults}")
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            database.executemany("UPDATE leaves SET erased = 0, salt = ?, body = ? WHERE idx = ?", kept)
        world.tool("log", "verify")
    world.server.child.stop()
    with contextlib.closing(sqlite3.connect(evidence)) as database, database:
        database.execute("UPDATE leaves SET body = CAST(body || x'20' AS BLOB) WHERE idx = 0")
    world.server.start()
    world.tool("log", "verify", code=1)
    holds("does not hold" in world.server.last_stderr, world.server.last_stderr)
    # Nothing is left to be replayed: what was damaged can't be.
    world.server.child.stop()


if __name__ == "__main__":
    suite.main()
