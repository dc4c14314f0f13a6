"""Thousands of idle connections and a burst of calls without a credential that counts, beside one good caller: how long
that one waits is printed, and the strangers take no room on the disk.

The short form keeps `make test` quick; `make soak` runs 10,000 connections and 100,000 calls.
"""

import contextlib
import json
import os
import resource
import socket
import threading
import time
from pathlib import Path

from harness.issuer import Issuer
from harness.logs import Logs
from harness.scene import Scene
from harness.server import Server
from harness.suite import Suite, environment, equal, holds

SOAK = int(os.environ.get("SAFECONDUCT_SOAK") or 0)
IDLE, CALLS = (10_000, 100_000) if SOAK else (500, 6_000)


@contextlib.contextmanager
def world():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # The server takes the limit over from here.
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 3 * IDLE)), hard))
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with Issuer() as issuer, Server(scratch / "safeconduct", "--allow-http-issuers") as server:
        yield Scene(server, issuer).build()


suite = Suite("flood", world)


def connect(server):
    host, port = server.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=30)


def strangers(server, point):
    """The requests of strangers, a few of each kind, as bytes to be sent one after the other."""
    question = json.dumps({
        "subject": {"type": "identity", "id": "", "properties": {"credential": {"type": "jwt", "value": "a.b.c"}}},
        "action": {"name": "read"}, "resource": {"type": "operation", "id": "orders/list"},
    }).encode()  # fmt: skip

    def request(method, path, *headers, body=b""):
        lines = [f"{method} {path} HTTP/1.1", "Host: orders.test", *headers, f"Content-Length: {len(body)}"]
        return "\r\n".join(lines if body else lines[:-1]).encode() + b"\r\n\r\n" + body

    return [
        request("GET", "/v1/identities"),
        request("GET", "/v1/cuts", "Authorization: Bearer scopr_guess"),
        request("POST", "/access/v1/evaluation", "Content-Type: application/json", body=question),
        # Those that an honest enforcement point asks about on their behalf.
        request("GET", "/envoy/v1/check/orders", f"Safeconduct-Enforcement-Point: {point}"),
        request("GET", "/envoy/v1/check/orders", f"Safeconduct-Enforcement-Point: {point}", "Authorization: Bearer x.y.z"),
    ]


class Flood(threading.Thread):
    """Sends `count` requests over one connection, some dozens at a time."""

    def __init__(self, server, requests, count):
        super().__init__(daemon=True)
        self.server, self.requests, self.count = server, requests, count
        self.answered = 0

    def run(self):
        with contextlib.closing(connect(self.server)) as wire:
            buffered = b""
            while self.answered < self.count:
                batch = min(50, self.count - self.answered)
                wire.sendall(b"".join(self.requests[index % len(self.requests)] for index in range(batch)))
                wanted = self.answered + batch
                while self.answered < wanted:
                    piece = wire.recv(1 << 16)
                    if not piece:
                        raise AssertionError("the server hung up on a stranger")
                    buffered += piece
                    count = buffered.count(b"HTTP/1.1 ")
                    # The last answer may not be whole yet: its first bytes stay for the next look.
                    cut = buffered.rfind(b"HTTP/1.1 ")
                    self.answered += count
                    buffered = buffered[cut + 9 :][-8:] if count else buffered[-8:]


def good_calls(scene, until):
    """The seconds that each of the good caller's calls took, one after the other."""
    times = []
    while not until():
        began = time.perf_counter()
        response = scene.ask("reader")
        times.append(time.perf_counter() - began)
        equal(response.status_code, 200, "the good caller is answered")
        equal(response.json()["decision"], True, "the good caller's decision")
    return times


def p99(times):
    return sorted(times)[int(len(times) * 0.99)] * 1000


def leaves(server):
    return sum(log.check()[0].size for log in Logs(server).all() if log.name != "control")


def room(server):
    return sum(path.stat().st_size for path in server.data.iterdir() if path.is_file())


@suite.test("idle connections and a burst of strangers: the good caller is answered, the disk holds counts alone", seconds=900)
def flood(scene):
    server = scene.server
    end = time.monotonic() + 1.5
    quiet = good_calls(scene, lambda: time.monotonic() > end)
    with contextlib.ExitStack() as stack:
        for _ in range(IDLE):
            stack.enter_context(contextlib.closing(connect(server)))
        end = time.monotonic() + 1.5
        idle = good_calls(scene, lambda: time.monotonic() > end)
        before, began = leaves(server), time.monotonic()
        room_before = room(server)
        requests = strangers(server, scene.proving)
        floods = [Flood(server, requests, CALLS // 4) for _ in range(4)]
        for each in floods:
            each.start()
        busy = good_calls(scene, lambda: not any(each.is_alive() for each in floods))
        seconds = time.monotonic() - began
        equal(sum(each.answered for each in floods), CALLS // 4 * 4, "every stranger was answered")
    if not busy:
        raise AssertionError("the good caller got no turn")
    suite.note(f"{IDLE} idle connections, {CALLS} calls of strangers in {seconds:.1f} s ({CALLS / seconds:.0f}/s)")
    suite.note(
        f"good caller p99: {p99(quiet):.1f} ms alone, {p99(idle):.1f} ms beside the idle, {p99(busy):.1f} ms in the burst"
    )
    # One leaf for each answer to the good caller, one for each minute of strangers.
    added = leaves(server) - before - len(busy)
    holds(added <= 2 + seconds / 60, f"{added} leaves for {CALLS} strangers")
    suite.note(f"{(room(server) - room_before) >> 10} KiB more on the disk, {added} leaves for the strangers")
    holds(room(server) - room_before < (24 << 20) + len(busy) * 8192, "the disk")
    counted = sum(
        line["count"]
        for item in server.api("GET", "/v1/refusals?page_size=1000", status=200).json()["items"]
        for line in item["counts"]
    )
    holds(counted >= CALLS // 4 * 4, f"{counted} of {CALLS} strangers were counted")


@suite.test("the counts are listed, by route and by enforcement point, and no decision is among them")
def listed(scene):
    table = scene.server.cli("decision", "refusals")
    for words in ("GET /v1/identities", "proving", "token_missing", "unauthenticated"):
        holds(words in table, f"{words}: {table}")
    decisions = scene.server.cli_json("decision", "list", "--limit", "1000")["items"]
    holds(all(decision["outcome"] == "allow" for decision in decisions), "a stranger is in the list of decisions")
    metrics = scene.server.api("GET", "/metrics", status=200).text
    holds('safeconduct_refusals_total{reason="token_missing"}' in metrics, "the metric")
    # At the stop the counts become a leaf.
    scene.server.child.stop()
    scene.server.start()
    items = scene.server.api("GET", "/v1/refusals", status=200).json()["items"]
    holds(items and "log" in items[0], f"written at the stop: {items[:1]}")


if __name__ == "__main__":
    suite.main()
