"""Many callers at once: the shop of `scene`, and a well-behaved caller that must notice nothing of the others."""

import threading
import time

import requests

from .scene import identity
from .suite import equal, holds


class Crowd:
    """A shop, its server, and the callers that use it at the same time."""

    def __init__(self, scratch, scene):
        self.scratch = scratch
        self.scene = scene
        self.server = scene.server
        self.issuers = 0

    def alive(self):
        holds(self.server.child.alive(), f"the server ended: {self.server.child.tail()}")
        good = self.scene.ask("worker")
        equal((good.status_code, good.json().get("decision")), (200, True), "another caller's question")

    def bystander(self):
        return Bystander(self)

    def add_issuer(self, issuer, **changes):
        """Registers `issuer` under a fresh name with one identity; returns the subject's name."""
        self.issuers += 1
        name = f"issuer-{self.issuers}"
        self.scene.put("issuers", self.scene.issuer_object(name, issuer, **changes))
        self.scene.put("identities", identity(f"of-{name}", "worker", issuer=name))
        return f"of-{name}"


class Bystander(threading.Thread):
    """A well-behaved caller that keeps asking while others misbehave. Every question must be answered."""

    def __init__(self, world):
        super().__init__(daemon=True)
        self.world = world
        self.slowest = 0.0
        self.count = 0
        self.trouble = None
        self._done = threading.Event()

    def run(self):
        with requests.Session() as session:
            session.trust_env = False
            while not self._done.is_set():
                began = time.monotonic()
                try:
                    response = self.world.scene.ask("worker", session=session)
                    if response.status_code != 200 or response.json()["decision"] is not True:
                        self.trouble = f"{response.status_code} {response.text[:200]}"
                        return
                except requests.RequestException as error:
                    self.trouble = repr(error)
                    return
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.count += 1

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, *_):
        self._done.set()
        self.join(timeout=25)
        if kind is None:
            holds(self.trouble is None, f"another caller was disturbed: {self.trouble}")
            holds(self.count > 0, "another caller got no answer at all")
            # A bound far above what a loaded machine needs: it fails when a caller waits for another one's time-out.
            holds(self.slowest < 5, f"another caller waited {self.slowest:.1f} s")
