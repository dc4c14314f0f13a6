"""Child processes that cannot outlive the test run."""

import ctypes
import os
import signal
import socket
import subprocess
import time

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def _die_with_parent():
    # The kernel kills the child when the thread that made it ends: start children on the main thread only.
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Child:
    """A process in its own group, its output in a file."""

    def __init__(self, arguments, log, env=None, cwd=None):
        self.log = log
        self._output = open(log, "ab")
        self.process = subprocess.Popen(
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )

    def alive(self):
        return self.process.poll() is None

    def kill(self):
        """kill -9 for the whole group, and wait until it is gone."""
        self._signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def stop(self, seconds=10):
        """SIGTERM, then SIGKILL for whatever is left. Returns the exit code."""
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            pass
        self._signal(signal.SIGKILL)
        self.process.wait(timeout=10)
        self._output.close()
        return self.process.returncode

    def tail(self, lines=15):
        with open(self.log, "rb") as file:
            return b"\n".join(file.read().splitlines()[-lines:]).decode(errors="replace")

    def _signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass


def free_port():
    """A loopback port nobody listens on just now (for programs that cannot be given port 0)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, child, seconds=20):
    """Waits until something accepts on 127.0.0.1:port; raises with the child's last words when it ends first."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not child.alive():
            raise RuntimeError(f"{child.process.args[0]} ended: {child.tail()}")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port} after {seconds} s: {child.tail()}")
