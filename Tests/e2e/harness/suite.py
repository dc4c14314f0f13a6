"""A test suite that runs in order, prints one line for each test, and always ends by itself."""

import argparse
import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path


class Skipped(Exception):
    """Raised by a test that cannot run here; its message says why."""


class TookTooLong(BaseException):
    """Raised inside a test whose time is over. Not an Exception: no test can swallow it by accident."""


class Suite:
    """Tests in the order in which they stand, each given the world that `world` (a context manager) yields."""

    def __init__(self, name, world, seconds_for_world=60):
        self.name = name
        self._world = world
        self._seconds_for_world = seconds_for_world
        self._tests = []
        self._passed = 0
        self._skipped = []
        self._failures = []
        self.notes = []

    def test(self, title, seconds=60, needs=()):
        """Registers a test. `needs` names titles without whose success this one would only repeat their failure."""

        def register(function):
            self._tests.append((title, seconds, needs, function))
            return function

        return register

    def add(self, title, function, seconds=60):
        """Registers a test made from data."""
        self._tests.append((title, seconds, (), function))

    def note(self, text):
        """A line for the reader (figures, seeds); it changes no result."""
        self.notes.append(text)
        print(f"     {text}", flush=True)

    def main(self):
        parser = argparse.ArgumentParser(description=self._tests[0][3].__globals__.get("__doc__"))
        parser.add_argument("--results", type=Path, help="folder for the machine-readable result")
        parser.add_argument("--only", help="run only tests whose title contains this")
        options = parser.parse_args()
        tests = [t for t in self._tests if not options.only or options.only in t[0]]

        started = time.monotonic()
        # A polite stop unwinds the world, so that no child of ours outlives us.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            self._run(tests)
        finally:
            self._report(options, time.monotonic() - started, len(tests))
        sys.exit(1 if self._failures or not self._passed else 0)

    def _run(self, tests):
        titles = iter(tests)
        try:
            with _Deadline(self._seconds_for_world) as deadline, self._world() as world:
                deadline.cancel()
                for test in titles:
                    self._run_one(world, *test)
        except (Exception, TookTooLong) as error:
            why = f"the suite's world broke: {type(error).__name__}: {error}"
            traceback.print_exc()
            self._fail("the suite's world", why)
            for title, *_ in titles:
                self._fail(title, "not run, because the suite's world broke")

    def _run_one(self, world, title, seconds, needs, function):
        missing = [need for need in needs if need in self._failures]
        if missing:
            self._fail(title, f"not run, because this failed: {missing[0]}")
            return
        began = time.monotonic()
        try:
            with _Deadline(seconds):
                function(world)
        except Skipped as skip:
            self._skipped.append(title)
            print(f"skip {title}: {skip}", flush=True)
        except (Exception, TookTooLong) as error:
            where = _frame_in_suite(error)
            self._fail(title, f"{where}{type(error).__name__}: {error}" if str(error) else f"{where}{error!r}")
        else:
            self._passed += 1
            print(f"ok   {title} ({time.monotonic() - began:.2f} s)", flush=True)

    def _fail(self, title, why):
        self._failures.append(title)
        print(f"FAIL {title}\n     {why}", flush=True)

    def _report(self, options, seconds, expected):
        # Tests never reached (the process was told to stop) are failures, not silence.
        unreached = expected - self._passed - len(self._failures) - len(self._skipped)
        for _ in range(max(0, unreached)):
            self._failures.append("a test that was never reached")
        print(f"{self.name}: {len(self._skipped)} skipped, {seconds:.1f} s")
        print(f"{self._passed} passed, {len(self._failures)} failed", flush=True)
        if options.results:
            options.results.mkdir(parents=True, exist_ok=True)
            (options.results / f"{self.name}.json").write_text(
                json.dumps(
                    {
                        "suite": self.name,
                        "passed": self._passed,
                        "failed": len(self._failures),
                        "skipped": len(self._skipped),
                        "failures": self._failures,
                        "seconds": round(seconds, 1),
                        "notes": self.notes,
                    },
                    indent=1,
                )
            )


class _Deadline:
    """SIGALRM after so many seconds, raised in the main thread."""

    def __init__(self, seconds):
        self._seconds = seconds

    def __enter__(self):
        def fire(*_):
            raise TookTooLong(f"not finished after {self._seconds} s")

        signal.signal(signal.SIGALRM, fire)
        signal.alarm(self._seconds)
        return self

    def cancel(self):
        signal.alarm(0)

    def __exit__(self, *_):
        signal.alarm(0)


def _frame_in_suite(error):
    """`file:line: ` of the deepest frame in a suite's own file."""
    where = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if os.path.basename(frame.filename).startswith("suite_"):
            where = f"{os.path.basename(frame.filename)}:{frame.lineno}: "
    return where


def equal(actual, expected, what=""):
    """An assertion whose message shows both sides."""
    if actual != expected:
        raise AssertionError(f"{what + ': ' if what else ''}expected {expected!r}, got {actual!r}")


def holds(condition, message):
    """An assertion that `python -O` cannot remove."""
    if not condition:
        raise AssertionError(message)


def environment(name):
    """A required environment variable, set by Tests/e2e/run."""
    value = os.environ.get(name)
    if not value:
        raise RuntimeError(f"{name} is not set; start suites with Tests/e2e/run")
    return value
