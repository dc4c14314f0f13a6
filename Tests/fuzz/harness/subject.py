"""The engine under test: `PROGRAM policy evaluate --batch` and its like, asked line by line."""

import json
import os
import subprocess
import threading

class Raw(str):
    """A text that goes into a line as it is, not as a string: JSON, or what should have been."""


def encoded(line):
    """The line's bytes, with a line feed only at the end."""
    members = [
        f"{json.dumps(key)}:" + (value.replace("\n", " ") if isinstance(value, Raw) else json.dumps(value, ensure_ascii=False))
        for key, value in line.items()
    ]
    return ("{" + ",".join(members) + "}\n").encode()


CRASHED = {"crashed": True}
HUNG = {"hung": True}


class Subject:
    """One program with its words, started when it is first asked and again when it dies."""

    def __init__(self, program, words, seconds=60):
        self.command = [str(program), *words, "--batch"]
        self.seconds = seconds
        self.process = None

    def start(self):
        # A crash is found by the answer that is missing; its trace costs half a second each time.
        environment = os.environ | {"SWIFT_BACKTRACE": "enable=no"}
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )

    def send(self, lines):
        """Asks; `receive` waits for the answers. In between the caller may work."""
        return _Exchange(self, [encoded(line) for line in lines])

    def ask(self, lines):
        return self.send(lines).receive()

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


class _Exchange:
    def __init__(self, subject, lines):
        self.subject, self.lines = subject, lines
        self.answers = []
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def receive(self):
        self.thread.join()
        return self.answers

    def _run(self):
        while len(self.answers) < len(self.lines):
            if not self._talk(self.lines[len(self.answers):]):
                # The first line without an answer is the one it died of.
                self.subject.stop()

    # Writes all lines and reads their answers; false when the program ends or hangs before the last one.
    def _talk(self, lines):
        subject = self.subject
        if subject.process is None:
            subject.start()
        process, timed_out = subject.process, []

        def write():
            try:
                for line in lines:
                    process.stdin.write(line)
                process.stdin.flush()
            except (BrokenPipeError, OSError):
                pass

        def give_up():
            timed_out.append(True)
            process.kill()

        writer = threading.Thread(target=write)
        writer.start()
        whole = True
        for _ in lines:
            watch = threading.Timer(subject.seconds, give_up)
            watch.start()
            answer = process.stdout.readline()
            watch.cancel()
            if not answer.endswith(b"\n"):
                self.answers.append(HUNG if timed_out else CRASHED)
                whole = False
                break
            self.answers.append(json.loads(answer))
        writer.join()
        return whole
