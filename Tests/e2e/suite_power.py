"""Power failures in the middle of concurrent decisions and commands, again and again over one data folder.

A kill -9 leaves the page cache; a power failure does not. The layer of Tests/faults keeps what each file was at its last
sync, and after the kill takes back a part that the seed chooses: `lost` drops writes, `torn` leaves some of their
512-byte sectors; names that were not synced with their directory may vanish or come back. Then the server is started
again, and everything that was ever acknowledged is looked for, as the `crash` suite does.
"""

import contextlib
import os
import random
import shutil
import time
from pathlib import Path

import suite_crash as crash
from harness import faults
from harness.issuer import Issuer
from harness.scene import Scene
from harness.server import Server
from harness.suite import Skipped, Suite, environment, equal, holds

SOAK = int(os.environ.get("SAFECONDUCT_SOAK") or 0)
SEEDS = SOAK or 15
STARTS = max(3, SEEDS // 5)
FIRST = int(os.environ.get("SAFECONDUCT_SEED") or 1)
KINDS = ("lost", "torn")


class World(crash.World):
    def __init__(self, scene, below):
        super().__init__(scene)
        self.below = below
        self.lost = {kind: {} for kind in KINDS}

    def note(self, kind, counts):
        for name, count in counts.items():
            self.lost[kind][name] = self.lost[kind].get(name, 0) + count


@contextlib.contextmanager
def world():
    if not faults.compiler():
        raise Skipped("there is no C compiler for the fault layer")
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with Issuer() as issuer:
        server = Server(scratch / "safeconduct", "--allow-http-issuers")
        below = faults.Faults(server, latency=4000)
        with server:
            yield World(Scene(server, issuer).build(), below)


suite = Suite("power", world)


def fsck(server):
    """What the files say about themselves, with no server in between."""
    return server.cli_json("log", "fsck", "--data", server.data)


def round_of(kind, seed):
    def run(world):
        rng = random.Random(f"{kind} {seed}")
        if not world.server.child.alive():
            world.server.start()
        loads = crash.loads(world, rng, f"{kind}-{seed}")
        crash.run_loads(loads, rng)
        world.note(kind, world.below.fail(kind, rng))
        crash.end_loads(loads)
        fresh = crash.note_acknowledged(world, loads)
        report = fsck(world.server)
        world.server.start()
        status = world.server.api("GET", "/v1/status", status=200).json()
        if status["rev"] == report["rev"]:
            equal(status["state_digest"], report["state_digest"], "the state, folded twice")
        crash.check_logs(world, fresh, loads)
        crash.check_decisions(world, fresh, rng)
        crash.check_commands(world, rng)
        equal(world.scene.ask("reader").json()["decision"], True, "a decision after the restart")

    return run


def first_start(kind, seed):
    """The power fails while a data folder is made: the next start makes it, or goes on."""

    def run(world):
        rng = random.Random(f"first {kind} {seed}")
        folder = Path(environment("SAFECONDUCT_SCRATCH")) / f"first-{kind}-{seed}"
        server = Server(folder)
        below = faults.Faults(server)
        server.launch()
        with contextlib.suppress(RuntimeError):
            # Somewhere between the first file and the first request; the journal grows all the while.
            deadline = time.monotonic() + 20
            wanted = int(rng.uniform(1, 400_000))
            journal = below.journal / f"journal.{server.child.process.pid}"
            while time.monotonic() < deadline and not server.ready():
                if journal.exists() and journal.stat().st_size > wanted:
                    break
                time.sleep(0.001)
        world.note(kind, below.fail(kind, rng))
        with server:
            server.api("GET", "/v1/status", status=200)
        shutil.rmtree(folder)

    return run


@suite.test("a disk that only pretends to sync loses what was acknowledged: the layer would show it")
def pretended(world):
    server = Server(Path(environment("SAFECONDUCT_SCRATCH")) / "pretended")
    below = faults.Faults(server)
    with server:
        below.pretending()
        for number in range(20):
            server.api("POST", "/v1/cuts", {"scope": {"kind": "key", "id": f"task-{number}"}}, status=201)
        # The first seed that keeps little: which one that is, is a matter of the generator.
        below.fail("lost", random.Random(1))
        below.well()
        server.start()
        left = len(server.api("GET", "/v1/cuts", status=200).json()["items"])
        holds(left < 20, "nothing was lost: the layer is not below the server")
    suite.note(f"pretended syncs: {left} of 20 acknowledged cuts were left")


for kind in KINDS:
    for seed in range(FIRST, FIRST + SEEDS):
        suite.add(f"{kind}, seed {seed}: nothing acknowledged is gone, logs whole and consistent", round_of(kind, seed), 90)
    for seed in range(FIRST, FIRST + STARTS):
        suite.add(f"{kind}, first start {seed}: the folder can be used", first_start(kind, seed), 60)


@suite.test("something was lost, and the load ran (figures below)")
def figures(world):
    for kind in KINDS:
        lost = world.lost[kind]
        suite.note(f"{kind}: {lost['lost']} of {lost['pending']} unsynced writes lost, {lost['names_lost']} of {lost['names']} names")
        holds(lost["pending"] > 0 and lost["lost"] > 0, f"{kind}: no write was pending at any failure")
    counts = world.counts
    suite.note(f"{counts['decisions']} decisions and {counts['commands']} commands acknowledged over {2 * SEEDS} failures")
    holds(counts["decisions"] > 0 and counts["commands"] > 0, "the load ran")


if __name__ == "__main__":
    suite.main()
