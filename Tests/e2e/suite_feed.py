"""The feed of the control log: readers that crash with their server, readers that come and go, readers that sleep. None may
miss an entry, and none may be given one under two ids."""

import contextlib
import json
import os
import random
import socket
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import requests

from harness.issuer import Issuer
from harness.scene import Scene, identity
from harness.server import Server
from harness.suite import Suite, environment, equal, holds

SEED = int(os.environ.get("SAFECONDUCT_SEED") or random.randrange(1 << 31))


class World:
    def __init__(self, scene, scratch):
        self.scene = scene
        self.server = scene.server
        self.scratch = scratch
        self.random = random.Random(SEED)

    def size(self):
        return self.server.api("GET", "/v1/status", status=200).json()["rev"] + 1

    def change(self, number):
        return self.scene.put("identities", identity(f"bot-{number % 5}", f"label-{number}"))


def events(server, last, path="/v1/feed", token=None, seconds=10):
    """Yields (id, event, data) until the connection ends; ends itself when the server is gone."""
    headers = {"Authorization": f"Bearer {token or server.token}", "Last-Event-ID": str(last)}
    try:
        with requests.get(server.url + path, headers=headers, stream=True, timeout=seconds) as response:
            if response.status_code != 200:
                raise AssertionError(f"{response.status_code}: {response.text}")
            event = {}
            for line in response.iter_lines(chunk_size=1, decode_unicode=True):
                if line:
                    name, _, value = line.partition(": ")
                    event[name] = value
                elif event.get("data"):
                    yield int(event["id"]), event["event"], json.loads(event["data"])
                    event = {}
    except requests.RequestException:
        return


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with Issuer() as issuer, Server(scratch / "safeconduct", "--allow-http-issuers") as server:
        yield World(Scene(server, issuer).build(), scratch)


suite = Suite("feed", world)


@suite.test("a feed from the first entry is the log, entry by entry")
def whole(world):
    size = world.size()
    seen = []
    for id, kind, data in events(world.server, -1):
        seen.append((id, data["rev"], data["kind"] == kind))
        if id == size - 1:
            break
    equal(seen, [(rev, rev, True) for rev in range(size)])
    listed = []
    path = "/v1/entries?page_size=7"
    while path:
        page = world.server.api("GET", path, status=200)
        listed += page.json()["items"]
        path = page.links["next"]["url"] if "next" in page.links else None
    equal([entry["rev"] for entry in listed], list(range(size)), "the pages of /v1/entries")
    text = json.dumps(listed)
    holds("sealed" not in text and world.server.token not in text and world.scene.point not in text, "no secret in it")


@suite.test("kill -9 while readers follow: no gap, nothing twice", seconds=60)
def crash(world):
    suite.note(f"seed {SEED}")
    start = world.size()
    written = threading.Event()
    seen = {name: [] for name in ("one", "two", "three")}

    def follow(name):
        last = start - 1
        while not (written.is_set() and last >= end[0] - 1):
            try:
                for id, kind, _ in events(world.server, last, seconds=3):
                    if kind != "revision":
                        seen[name].append(id)
                    last = max(last, id)
                    if (written.is_set() and last >= end[0] - 1) or (name == "two" and world.random.random() < 0.05):
                        break
            except AssertionError:
                # A server that starts is behind for a moment, or not ready yet.
                pass
            time.sleep(0.01)

    end = [1 << 62]
    readers = [threading.Thread(target=follow, args=(name,), daemon=True) for name in seen]
    for reader in readers:
        reader.start()
    number = 0
    for _ in range(3):
        for _ in range(world.random.randrange(15, 40)):
            number += 1
            world.change(number)
        world.server.child.kill()
        world.server.start()
    world.change(number + 1)
    end[0] = world.size()
    written.set()
    for reader in readers:
        reader.join(timeout=20)
        holds(not reader.is_alive(), "every reader reaches the end")
    for name, ids in seen.items():
        equal(ids, list(range(start, end[0])), f"what reader {name} saw")


@suite.test("a stopped reader holds nothing up, and goes on where it was", seconds=60)
def slow(world):
    address = urlsplit(world.server.url)
    last = world.size() - 1
    with socket.socket() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.connect((address.hostname, address.port))
        lazy.sendall(
            f"GET /v1/feed?since_rev={last} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {world.server.token}\r\n\r\n".encode()
        )
        for number in range(50):
            began = time.monotonic()
            world.change(1000 + number)
            holds(time.monotonic() - began < 5, "a command does not wait for a reader")
        size = world.size()
        ids = []
        for id, kind, _ in events(world.server, last):
            ids.append(id)
            if id == size - 1:
                break
        equal([id for id in ids if id > last], list(range(last + 1, size)), "another reader sees everything")


@suite.test("an enforcement point is told of cuts within a second, of itself nothing more")
def points(world):
    got = []
    ready = threading.Event()

    def follow():
        headers = {"Authorization": f"Bearer {world.scene.proving}"}
        with requests.get(world.server.url + "/access/v1/feed", headers=headers, stream=True, timeout=15) as response:
            for line in response.iter_lines(chunk_size=1, decode_unicode=True):
                ready.set()
                if line.startswith("data: "):
                    got.append((time.monotonic(), json.loads(line[6:])))

    reader = threading.Thread(target=follow, daemon=True)
    reader.start()
    holds(ready.wait(5), "the feed begins at once")
    worker = world.server.api("GET", "/v1/identities/worker", status=200).json()["id"]
    began = time.monotonic()
    world.server.api("POST", "/v1/cuts", {"scope": {"kind": "identity", "id": worker}, "reason": "odd"}, status=201)
    while not any(data.get("kind") == "cut" for _, data in got):
        holds(time.monotonic() - began < 5, f"the cut is told: {got}")
        time.sleep(0.005)
    cut = next((at, data) for at, data in got if data.get("kind") == "cut")
    suite.note(f"told {1000 * (cut[0] - began):.1f} ms after the command was sent")
    holds(cut[0] - began < 1, "within a second")
    equal(cut[1]["scope"], {"kind": "identity", "id": worker})
    holds("reason" not in json.dumps(cut[1]), "the reason is for operators")
    own = world.server.api("GET", "/v1/enforcement-points/proving", status=200).json()["id"]
    world.server.api("POST", "/v1/cuts", {"scope": {"kind": "identity", "id": own}}, status=201)
    reader.join(timeout=5)
    holds(not reader.is_alive(), "a cut reader's feed ends")


@suite.test("log follow goes on over a restart", seconds=60)
def command(world):
    first = world.size()
    env = {"SAFECONDUCT_URL": world.server.url, "SAFECONDUCT_TOKEN_FILE": world.server.token_file}
    out = (world.scratch / "follow.out").open("wb")
    follower = subprocess.Popen(
        [world.server.binary, "log", "follow", "--from", str(first), "--count", "30", "-o", "json"],
        stdout=out, stderr=subprocess.DEVNULL, env={**os.environ, **env},
    )  # fmt: skip
    try:
        for number in range(12):
            world.change(2000 + number)
        port = urlsplit(world.server.url).port
        world.server.child.kill()
        arguments = world.server._arguments
        # The follower knows one address: the server comes back under it.
        world.server._arguments = [f"127.0.0.1:{port}" if a == "127.0.0.1:0" else a for a in arguments]
        world.server.start()
        world.server._arguments = arguments
        for number in range(18):
            world.change(3000 + number)
        equal(follower.wait(timeout=30), 0, "it ends by itself")
    finally:
        follower.kill()
        out.close()
    lines = [json.loads(line) for line in (world.scratch / "follow.out").read_text().splitlines()]
    equal([line["rev"] for line in lines], list(range(first, first + 30)))


@suite.test("a server that stops does not wait for readers")
def stop(world):
    for _ in range(5):
        reader = threading.Thread(target=lambda: list(events(world.server, 0)), daemon=True)
        reader.start()
    time.sleep(0.3)
    began = time.monotonic()
    equal(world.server.child.stop(), 0, "exit code")
    holds(time.monotonic() - began < 8, f"it took {time.monotonic() - began:.1f} s")
    world.server.start()


if __name__ == "__main__":
    suite.main()
