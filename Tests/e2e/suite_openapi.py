"""The OpenAPI document against the running server: the document is one, every route is in it, and thousands of valid and
invalid requests made of it get no answer that it does not state. The requests come from schemathesis."""

import contextlib
import copy
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from openapi_spec_validator import OpenAPIV31SpecValidator

from harness.issuer import Issuer
from harness.scene import Scene, custody, identity
from harness.server import Server
from harness.suite import Suite, environment, equal, holds

HERE = Path(__file__).resolve().parent
# Always the same requests, so that what fails here fails again; another seed asks others.
SEED = int(os.environ.get("SAFECONDUCT_SEED") or 1)
FORMS = re.compile("^/oauth2/(token|introspect|revoke)$")
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


class World:
    def __init__(self, scene, scratch):
        self.scene = scene
        self.server = scene.server
        self.scratch = scratch
        self.known = self.places()
        self.document = self.server.session.get(self.server.url + "/openapi.json", timeout=20).json()

    def operations(self):
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                if method in METHODS:
                    yield path, method, operation

    def places(self):
        """What there is to ask about, by noun: of everything something, made to be changed and retired."""
        scene, places = self.scene, {"log": ["control"]}
        api = self.server.api
        for number in range(3):
            scene.put("operators", {"name": f"spare-{number}", "kind": "team", **custody()})
            scene.put("identities", identity(f"spare-{number}", "worker"))
            scene.put("apis", {"name": f"spare-{number}", **custody(), "operations": []})
            scene.put("issuers", {**scene.issuer_object(f"spare-{number}", scene.issuer), "url": f"https://i{number}.test"})
            scene.create_point(f"spare-{number}", ["proven"])
            scope = {"kind": "key", "id": f"task-{number}"}
            places.setdefault("holds", []).append(api("POST", "/v1/holds", {"scope": scope}, status=201).json()["id"])
            places.setdefault("cuts", []).append(api("POST", "/v1/cuts", {"scope": scope}, status=201).json()["id"])
            places.setdefault("decisions", []).append(scene.ask("worker").json()["context"]["decision_id"])
        for noun in ("operators", "identities", "apis", "issuers", "enforcement-points"):
            places[noun] = [f"spare-{number}" for number in range(3)]
        for noun in ("credentials", "policies"):
            places[noun] = [item["id"] for item in api("GET", f"/v1/{noun}", status=200).json()["items"]]
        return places

    def narrowed(self):
        """The document with what a schema can't say: which page tokens there are. A revision that is not there yet is waited
        for, which is another suite's business."""
        document = copy.deepcopy(self.document)
        for path, method, operation in self.operations():
            kept = []
            for parameter in operation.get("parameters", []):
                if parameter["name"] == "page_token":
                    if "{" in path:
                        continue
                    first = self.server.api("GET", path + "?page_size=1", status=200).json()
                    if "next_page_token" not in first:
                        continue
                    parameter = {**parameter, "schema": {"enum": [first["next_page_token"]]}}
                if parameter["name"] != "At-Least-Revision":
                    kept.append(parameter)
            document["paths"][path][method]["parameters"] = kept
        return document

    def drive(self, name, headers, *arguments, expected=(), ignoring=()):
        """Lets schemathesis ask; its findings are the failure's message."""
        folder = self.scratch / name
        folder.mkdir()
        config = [
            f"seed = {SEED}",
            "color = false",
            "request-timeout = 10.0",
            "max-stream-events = 1",
            "continue-on-failure = true",
            f'hooks = "{HERE / "openapi" / "hooks.py"}"',
            # CredentialWalkTests try them all.
            "[phases.coverage]",
            "unexpected-methods = []",
            "[checks.positive_data_acceptance]",
            # Valid by the schema, and refused by a rule of the domain or for the state it meets: said in as many words.
            f"expected-statuses = {json.dumps(['2xx', '304', '404', '409', '412', '422', *expected])}",
            "[checks.negative_data_rejection]",
            "expected-statuses = ['4xx']",
            *(f"[checks.{check}]\nenabled = false" for check in ignoring),
            "[headers]",
            *(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in headers.items()),
            # What is wrong with one report of many is told in its place, and the others are taken.
            "[[operations]]",
            'include-path = "/v1/outcomes"',
            "checks.negative_data_rejection.enabled = false",
        ]
        (folder / "schemathesis.toml").write_text("\n".join(config) + "\n")
        (folder / "openapi.json").write_text(json.dumps(self.narrowed()))
        run = subprocess.run(
            [
                Path(sys.executable).parent / "schemathesis", "--config-file", folder / "schemathesis.toml", "run",
                folder / "openapi.json", "--url", self.server.url, "--phases", "examples,coverage,fuzzing",
                "--max-examples", os.environ.get("SAFECONDUCT_EXAMPLES", "8"), "--no-shrink", "--workers", "1",
                *arguments,
            ],
            capture_output=True, text=True, cwd=folder, timeout=85,
            env={**os.environ, "NO_COLOR": "1", "SAFECONDUCT_PLACES": json.dumps(self.known)},
        )  # fmt: skip
        (folder / "log").write_text(run.stdout + run.stderr)
        cases = [line.strip() for line in run.stdout.splitlines() if "generated, " in line]
        suite.note(f"{name}: {cases[0] if cases else 'no cases'} (seed {SEED})")
        if run.returncode != 0:
            found = run.stdout.find("= FAILURES =")
            raise AssertionError(f"see {folder}/log: {run.stdout[found if found > 0 else -3000:][:6000]} {run.stderr[-800:]}")


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with Issuer() as issuer, Server(scratch / "safeconduct", "--allow-http-issuers") as server:
        yield World(Scene(server, issuer).build(), scratch)


suite = Suite("openapi", world)


@suite.test("the document is OpenAPI 3.1 and says of every operation what it takes and answers")
def document(world):
    OpenAPIV31SpecValidator(world.document).validate()
    names = set()
    for path, method, operation in world.operations():
        where = f"{method} {path}"
        holds(operation["operationId"] not in names, f"{where}: its name is its own")
        names.add(operation["operationId"])
        holds(operation["summary"] and operation["tags"] and operation["x-audience"], where)
        holds(any(status[0] in "23" for status in operation["responses"]), f"{where}: it succeeds somehow")
        holds("400" in operation["responses"], f"{where}: it refuses what is malformed")
        public = operation["x-audience"] == "public"
        equal(operation["security"] == [], public, f"{where}: its security is that of its audience")
        # Clients of OAuth prove themselves to public routes.
        proven = not public or FORMS.match(path) is not None
        equal("401" in operation["responses"], proven, f"{where}: strangers are refused")


@suite.test("the command line prints the same document without a server")
def offline(world):
    equal(json.loads(world.server.cli("openapi")), world.document)


@suite.test("docs/api.md lists the routes of the document, no more and no fewer")
def guide(world):
    text = (HERE.parents[1] / "docs" / "api.md").read_text()
    listed = set()
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 3 and cells[1].startswith("`") and cells[1].split("`")[1].split(" ")[0] in METHOD_NAMES:
            for route in cells[1].split("`")[1::2]:
                listed.add(route)
    served = set()
    for path, method, operation in world.operations():
        served.add(f"{'ANY' if '_' in operation['operationId'] else method.upper()} {path}")
    equal(sorted(listed - served), [], "listed, but not there")
    equal(sorted(served - listed), [], "there, but not listed")


# What enforcement points ask and tell.
POINTS = "^/(access|envoy|nginx)/|^/v1/(decisions/.*/)?outcomes?$"
METHOD_NAMES = {method.upper() for method in METHODS} | {"ANY"}


@suite.test("enforcement points: no answer that the document does not state", seconds=90)
def points(world):
    world.drive(
        "points", {"Safeconduct-Enforcement-Point": world.scene.point},
        "--include-path-regex", POINTS,
        # A call that is denied is denied whatever its schema says.
        expected=("401", "403", "400"),
        # It takes away the one header that may hold a token and finds the other; RouteWalkTests do without both.
        ignoring=("ignored_auth",),
    )  # fmt: skip


@suite.test("operators: no answer that the document does not state", seconds=90)
def operators(world):
    world.drive(
        "operators", {"Authorization": f"Bearer {world.server.token}"},
        "--exclude-path-regex", POINTS + "|^/v1/cuts|^/v1/holds$|" + FORMS.pattern,
        # Authorization is the one header that is required, and is sent always; CredentialWalkTests leave it out everywhere.
        ignoring=("missing_required_header",),
    )  # fmt: skip


@suite.test("clients of OAuth: no answer that the document does not state", seconds=90)
def clients(world):
    world.drive(
        "clients", {"Authorization": f"Bearer {world.scene.point}"}, "--include-path-regex", FORMS.pattern,
        # No schema makes an assertion, or a text that every reader of forms takes.
        expected=("400", "401"),
    )  # fmt: skip


# At a server of its own: what is cut here is everything, the operator included.
@suite.test("cuts and holds: no answer that the document does not state", seconds=90)
def revocations(world):
    with Server(world.scratch / "cut", "--allow-http-issuers") as server:
        other = World(Scene(server, world.scene.issuer).build(), world.scratch)
        other.drive(
            "revocations", {"Authorization": f"Bearer {server.token}"},
            "--include-path-regex", "^/v1/cuts|^/v1/holds$", expected=("401", "403"),
        )  # fmt: skip
        # There is nobody left who could ask for a replay.
        server.child.stop()


if __name__ == "__main__":
    suite.main()
