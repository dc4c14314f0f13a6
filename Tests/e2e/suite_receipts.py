"""What a decision leaves behind, checked by programs that share nothing with the server: PyPI's pymerkle recomputes the
roots, a page of standard-library Python checks the notes and paths, and our own reader compares bodies with leaves."""

import contextlib
import json
import subprocess
import sys
from pathlib import Path

import requests

from harness import tlog
from harness.issuer import Issuer
from harness.logs import Logs
from harness.scene import Scene, identity
from harness.server import Server, problem
from harness.suite import Suite, environment, equal, holds

CHECKERS = Path(__file__).resolve().parents[1] / "python"


class World:
    def __init__(self, scratch, scene):
        self.scratch = scratch
        self.scene = scene
        self.server = scene.server
        self.logs = Logs(scene.server)
        self.decisions = {}


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with Issuer() as issuer, Server(scratch / "safeconduct", "--allow-http-issuers", "--public-log") as server:
        yield World(scratch, Scene(server, issuer).build())


suite = Suite("receipts", world)
DECIDE = "decisions of every kind are made"


@suite.test(DECIDE)
def decide(world):
    scene = world.scene
    answers = {
        "asserted allow": scene.ask("worker", "orders/create", "write"),
        "asserted deny": scene.ask("reader", "orders/create", "write"),
        "proven allow": scene.ask_proven(scene.issuer.token("worker")),
        "proven deny": scene.ask_proven(scene.issuer.token("reader"), "orders/create", "write"),
    }
    for name, response in answers.items():
        equal(response.status_code, 200, f"{name} ({response.text[:300]})")
        equal(response.json()["decision"], name.endswith("allow"), name)
        world.decisions[name] = response.json()["context"]["decision_id"]
    envoy = scene.check("GET", "/orders/7", scene.issuer.token("worker"))
    equal(envoy.status_code, 200, f"Envoy's check ({envoy.text[:300]})")
    world.decisions["Envoy's check"] = envoy.headers["safeconduct-decision-id"]
    batch = requests.post(
        f"{world.server.url}/access/v1/evaluations",
        headers={"Authorization": f"Bearer {scene.point}"},
        json={
            "subject": {"type": "identity", "id": "reader"},
            "resource": {"type": "operation", "id": "orders/list"},
            "evaluations": [{"action": {"name": "read"}}, {"action": {"name": "read"}}],
        },
        timeout=20,
    )
    equal(batch.status_code, 200, f"a batch ({batch.text[:300]})")
    for index, answer in enumerate(batch.json()["evaluations"]):
        world.decisions[f"item {index} of a batch"] = answer["context"]["decision_id"]
    # More than one tile's worth, so that full tiles, partial tiles and real paths take part.
    for _ in range(300):
        scene.ask("worker")
    equal(len(set(world.decisions.values())), len(world.decisions), "different decisions")


def run(*arguments):
    return subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True, timeout=60)


@suite.test("each has a body and a receipt, and the note checker accepts them", needs=[DECIDE])
def note_checker(world):
    folder = world.scratch / "receipts"
    folder.mkdir()
    for name, decision in world.decisions.items():
        body, proof = folder / f"{decision}.body", folder / f"{decision}.tlog-proof"
        body.write_bytes(world.logs.body(decision))
        proof.write_bytes(world.logs.receipt(decision))
        key = world.logs.key_of(proof.read_bytes())
        ran = run(CHECKERS / "tlog_note_check.py", "receipt", key, body, proof)
        equal(ran.returncode, 0, f"{name}: {ran.stderr}")
        content = json.loads(body.read_bytes())
        holds(isinstance(content, dict), f"{name}: the body is JSON")
        for position in (0, len(body.read_bytes()) // 2, -1):
            forged = bytearray(body.read_bytes())
            forged[position] ^= 1
            other = folder / "forged"
            other.write_bytes(forged)
            equal(run(CHECKERS / "tlog_note_check.py", "receipt", key, other, proof).returncode, 1,
                  f"{name}: byte {position} changed")  # fmt: skip


@suite.test("a receipt belongs to one decision only", needs=[DECIDE])
def exchanged(world):
    folder = world.scratch / "exchanged"
    folder.mkdir()
    first, second, *_ = world.decisions.values()
    (folder / "body").write_bytes(world.logs.body(first))
    (folder / "proof").write_bytes(world.logs.receipt(second))
    key = world.logs.key_of((folder / "proof").read_bytes())
    equal(run(CHECKERS / "tlog_note_check.py", "receipt", key, folder / "body", folder / "proof").returncode, 1, "exit")


@suite.test("the decision id is the address of its leaf, and the leaf commits to the body", needs=[DECIDE])
def addresses(world):
    for name, decision in world.decisions.items():
        receipt, body = world.logs.open_receipt(decision)
        equal(tlog.decision_leaf(decision)[2], receipt.index, f"{name}: leaf index")
        entry = receipt.check(body)
        equal(world.logs.log(receipt.checkpoint.origin).entries(receipt.index + 1)[receipt.index], entry, f"{name}: leaf")


@suite.test("nothing of a caller's credential is in any body", needs=[DECIDE])
def no_secrets(world):
    token = world.scene.issuer.token("worker")
    response = world.scene.ask_proven(token, context={"note": "private-remark-of-the-caller"})
    equal(response.status_code, 200, f"status ({response.text[:300]})")
    body = world.logs.body(response.json()["context"]["decision_id"])
    for part in token.split("."):
        holds(part.encode() not in body, "a part of the token is in the body")
    holds(b"private-remark-of-the-caller" not in body, "an attribute that no operation lists is in the body in clear")
    for secret in (world.scene.point, world.server.token):
        holds(secret.encode() not in body, "a bearer token is in the body")


@suite.test("pymerkle finds the same roots, for every log", needs=[DECIDE])
def pymerkle(world):
    checked = 0
    for log in world.logs.all():
        checkpoint, entries = log.check()
        note, leaves = world.scratch / "checkpoint", world.scratch / "entries.hex"
        note.write_bytes(checkpoint.note)
        leaves.write_text("".join(entry.hex() + "\n" for entry in entries))
        ran = run(CHECKERS / "pymerkle_check.py", note, "hex", leaves)
        equal(ran.returncode, 0, f"{log.name}: {ran.stderr}")
        leaves.write_text("".join(entry.hex() + "\n" for entry in entries[:-1] + [bytes(32)]))
        equal(run(CHECKERS / "pymerkle_check.py", note, "hex", leaves).returncode, 1, f"{log.name}: another leaf")
        ran = run(CHECKERS / "tlog_note_check.py", "checkpoint", log.vkey, note)
        equal(ran.returncode, 0, f"{log.name}: {ran.stderr}")
        suite.note(f"{log.name}: {checkpoint.size} leaves")
        checked += 1
    holds(checked >= 2, f"control and evidence: {checked} logs")


@suite.test("an older checkpoint is a prefix of a newer one", needs=[DECIDE])
def consistent(world):
    for log in world.logs.all():
        old = log.checkpoint()
        world.scene.ask("worker")
        world.scene.put("identities", identity(f"later-{log.name[:7]}", "reader"))
        new = log.checkpoint()
        holds(new.size >= old.size, f"{log.name} shrank from {old.size} to {new.size}")
        equal(tlog.root_of(log.leaf_hashes(new.size)[: old.size]), old.root, f"{log.name}: the old root")


@suite.test("names and free text do not stand in the control log in clear", needs=[DECIDE])
def sealed(world):
    world.scene.put("identities", {**identity("sealed-one", "reader"), "description": "Belongs to Ms Example of 4 Elm St"})
    control = next(log for log in world.logs.all() if log.name == "control")
    entries = b"".join(control.entries(control.checkpoint().size))
    holds(b"Elm St" not in entries, "bundles hold commitments only")
    shown = world.server.api("GET", "/v1/identities/sealed-one", status=200).json()
    equal(shown["description"], "Belongs to Ms Example of 4 Elm St", "who may read it still can")
    for file in world.server.data.rglob("*"):
        if file.is_file():
            holds(b"Elm St" not in file.read_bytes(), f"{file.name} has free text in clear")


@suite.test("the public log needs no token; bodies and receipts do", needs=[DECIDE])
def audiences(world):
    anonymous = requests.Session()
    anonymous.trust_env = False
    equal(anonymous.get(f"{world.server.url}/log/control/checkpoint", timeout=10).status_code, 200, "checkpoint")
    equal(anonymous.get(f"{world.server.url}/log/keys", timeout=10).status_code, 200, "keys")
    decision = next(iter(world.decisions.values()))
    for path in (f"/v1/decisions/{decision}", f"/v1/decisions/{decision}/body", f"/v1/decisions/{decision}/receipt",
                 "/v1/decisions", "/v1/identities", "/v1/status", "/metrics"):  # fmt: skip
        problem(anonymous.get(world.server.url + path, timeout=10), 401)
        refused = world.server.api("GET", path, token=world.scene.point)
        holds(refused.status_code in (401, 403), f"{path} with a point's token: {refused.status_code}")
        problem(refused, refused.status_code)


@suite.test("tiles and decisions that do not exist are not found", needs=[DECIDE])
def absent(world):
    for path in ("/log/control/tile/0/999", "/log/control/tile/0/000.p/255", "/log/control/tile/7/000", "/log/nothing/checkpoint",
                 "/log/control/tile/0/x000/000", "/log/control/tile/entries/999",
                 "/v1/decisions/dec_00000000000000000000000000", "/v1/decisions/dec_7ZZZZZZZZZZZZZZZZZZZZZZZZZ/receipt",
                 "/v1/decisions/nothing/body"):  # fmt: skip
        response = world.server.api("GET", path)
        holds(response.status_code in (400, 404), f"{path}: {response.status_code}")
        problem(response, response.status_code)


if __name__ == "__main__":
    suite.main()
