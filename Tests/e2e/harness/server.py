"""A Safeconduct under test: the given binary, started as a user would start it, on loopback, in a throw-away folder."""

import json
import os
import subprocess
import time
from pathlib import Path

import requests

from .process import Child
from .suite import environment


class Server:
    """`safeconduct dev` with its own data folder. `start` and `kill` may be called again and again."""

    def __init__(self, folder, *arguments, tls="off", store=True):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data = self.folder / "data"
        self.binary = Path(environment("SAFECONDUCT_BIN")).resolve()
        self._ready = self.folder / "ready.json"
        self._arguments = ["dev", "--listen", "127.0.0.1:0", "--tls", tls, "--ready-file", self._ready, *arguments]
        if store:
            self._arguments += ["--data", self.data]
        # More for the server's environment; read at each start.
        self.environment = {}
        self.child = None
        self.url = self.token = self.token_file = self.ca_file = None
        self.session = requests.Session()
        # Neither a proxy nor a .netrc of the machine may take part.
        self.session.trust_env = False

    def launch(self):
        """Starts the process and waits for nothing."""
        self._ready.unlink(missing_ok=True)
        self.child = Child(
            [self.binary, *self._arguments],
            self.folder / "server.log",
            env={"SWIFT_BACKTRACE": "enable=no", "XDG_STATE_HOME": str(self.folder / "state"), **self.environment},
        )

    def ready(self):
        """Whether it answers; raises with its last words when it ended."""
        if not self.child.alive():
            raise RuntimeError(f"safeconduct ended with {self.child.process.returncode}: {self.child.tail()}")
        return self._ready.exists()

    def start(self, seconds=30):
        self.launch()
        return self.wait(seconds)

    def wait(self, seconds=30):
        """Waits until what was launched answers."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.ready():
                # Written whole (rename), or this parse says that it was not.
                connection = json.loads(self._ready.read_text())
                self.url = connection["url"].rstrip("/")
                self.token_file = connection.get("token_file")
                self.ca_file = connection.get("ca_file")
                self.token = Path(self.token_file).read_text().strip() if self.token_file else None
                self.session.verify = self.ca_file or True
                return self
            time.sleep(0.02)
        raise RuntimeError(f"no ready file after {seconds} s: {self.child.tail()}")

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        try:
            if kind is None and self.child and self.child.alive() and self.token:
                self.replay_all()
        finally:
            if self.child:
                self.child.stop()

    def replay_all(self):
        """Every decision that a suite leaves behind, made again from the logs, gives the identical answer."""
        if self.api("GET", "/v1/status").status_code == 401:
            # A cut of everything ended the local operator's token, too; a start makes another.
            self.child.stop()
            self.start()
        total = self.cli_json("decision", "replay", "--all")
        if total["different"] or total["decisions"] != total["identical"] + sum(total["not_replayed"].values()):
            raise AssertionError(f"decisions do not replay to the identical answer: {total}")
        print(f"     replayed {total['decisions']} decisions to the identical answer", flush=True)

    # --- the operator's side -----------------------------------------------------------------------------------

    def cli(self, *arguments, code=0, stdin=None, env=None):
        """Runs the command line against this server; checks the exit code and returns standard output."""
        known = {"SAFECONDUCT_URL": self.url, "SAFECONDUCT_TOKEN_FILE": self.token_file, "NO_COLOR": "1"}
        if self.ca_file:
            known["SAFECONDUCT_CA_FILE"] = self.ca_file
        run = subprocess.run(
            [self.binary, *map(str, arguments)],
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, **known, **(env or {})},
        )
        if code is not None and run.returncode != code:
            raise AssertionError(
                f"safeconduct {' '.join(map(str, arguments))}: exit {run.returncode} instead of {code}: "
                f"{run.stderr.strip()} {run.stdout.strip()[-500:]}"
            )
        self.last_stderr = run.stderr
        return run.stdout

    def cli_json(self, *arguments):
        return json.loads(self.cli(*arguments, "-o", "json"))

    def api(self, method, path, body=None, token=None, status=None, **more):
        """One request with the operator's bearer token (or another); returns the response."""
        headers = {"Authorization": f"Bearer {token or self.token}", **more.pop("headers", {})}
        response = self.session.request(method, self.url + path, json=body, headers=headers, timeout=20, **more)
        if status is not None and response.status_code != status:
            raise AssertionError(f"{method} {path}: {response.status_code} instead of {status}: {response.text[:600]}")
        return response


def problem(response, status, code=None):
    """Checks that a response is a precise problem (RFC 9457) and returns its members."""
    if response.status_code != status:
        raise AssertionError(f"status {response.status_code} instead of {status}: {response.text[:400]}")
    media = response.headers.get("content-type", "").split(";")[0]
    if media != "application/problem+json":
        raise AssertionError(f"content type {media!r} instead of application/problem+json: {response.text[:400]}")
    members = response.json()
    for name, kind in (("type", str), ("title", str), ("status", int), ("code", str)):
        if not isinstance(members.get(name), kind):
            raise AssertionError(f"the problem lacks {name}: {members}")
    if members["status"] != status:
        raise AssertionError(f"the problem's own status is {members['status']} on a {status}")
    if code is not None and members["code"] != code:
        raise AssertionError(f"problem code {members['code']!r} instead of {code!r}: {members}")
    return members
