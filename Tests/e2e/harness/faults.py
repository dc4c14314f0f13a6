"""The layer of Tests/faults below a server: power failures, full and read-only disks."""

import mmap
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

from .suite import environment

FAULTS = Path(__file__).resolve().parents[2] / "faults"
sys.path.insert(0, str(FAULTS))

import power_loss  # noqa: E402

LIMITED, READ_ONLY, PRETENDING = 1, 2, 4


def compiler():
    """A C compiler of this machine; nil when it has none."""
    return next((found for found in map(shutil.which, ("cc", "clang", "gcc")) if found), None)


def library():
    """The layer, compiled once for each suite."""
    built = Path(environment("SAFECONDUCT_SCRATCH")) / "unsynced.so"
    if not built.exists():
        command = [compiler(), "-O2", "-shared", "-fPIC", "-o", built, FAULTS / "unsynced.c", "-ldl", "-lpthread"]
        subprocess.run(list(map(str, command)), check=True)
    return built


class Faults:
    """What is below one server's data folder. Ends with the folder."""

    def __init__(self, server, latency=0):
        self.server = server
        self.journal = server.folder / "journal"
        self.journal.mkdir(exist_ok=True)
        self._space = server.folder / "space"
        self._space.write_bytes(struct.pack("<qq", 0, 0))
        with open(self._space, "r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 16)
        server.environment = {
            "LD_PRELOAD": str(library()),
            "SAFECONDUCT_FAULT_DATA": str(server.data.resolve()),
            "SAFECONDUCT_FAULT_JOURNAL": str(self.journal.resolve()),
            "SAFECONDUCT_FAULT_LATENCY": str(latency),
            "SAFECONDUCT_FAULT_SPACE": str(self._space.resolve()),
        }

    # --- the disk ----------------------------------------------------------------------------------------------

    def full(self, left=0):
        """From now on the folder may grow by `left` bytes in all."""
        self._shared[0:16] = struct.pack("<qq", LIMITED, left)

    def read_only(self):
        self._shared[0:16] = struct.pack("<qq", READ_ONLY, 0)

    def pretending(self):
        """Syncs are answered and not done."""
        self._shared[0:16] = struct.pack("<qq", PRETENDING, 0)

    def well(self):
        self._shared[0:16] = struct.pack("<qq", 0, 0)

    # --- the power ---------------------------------------------------------------------------------------------

    def fail(self, kind, rng):
        """The power fails: the server is killed, and what it had not synced may be lost or torn."""
        process = self.server.child.process.pid
        self.server.child.kill()
        if not (self.journal / f"journal.{process}").exists():
            raise AssertionError("the layer kept no journal: it was not below the server")
        return power_loss.lose_power(self.server.data, self.journal, process, kind, rng)
