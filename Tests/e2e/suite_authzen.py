"""AuthZEN 1.0 against the stand-alone decision point (`safeconduct dev --policies`), over TLS, as a stranger's
conformance run would ask: the certification scenario's Basic, Batch and Search levels and Discovery, the published
interoperability payloads, how values arrive in Cedar, and every protocol error."""

import contextlib
import json
import os
from pathlib import Path

import requests

from harness.server import Server, problem
from harness.suite import Skipped, Suite, environment, equal, holds

HERE = Path(__file__).resolve().parent / "authzen"
SHARED = Path(os.environ.get("SAFECONDUCT_DATA") or HERE.parents[2].parent / "shared" / "data") / "policy" / "authzen"
EVALUATION = "/access/v1/evaluation"
EVALUATIONS = "/access/v1/evaluations"
SEARCH = "/access/v1/search/"
ALICE_READS = {
    "subject": {"type": "user", "id": "alice"},
    "action": {"name": "read"},
    "resource": {"type": "record", "id": "record-1"},
}


class World:
    """The decision points of this suite, each started when first asked for."""

    def __init__(self, stack):
        self._stack = stack
        self._servers = {}
        self._scratch = Path(environment("SAFECONDUCT_SCRATCH"))

    def point(self, name, *arguments, tls="auto"):
        key = (name, *arguments)
        if key not in self._servers:
            server = Server(
                self._scratch / f"{name}{len(self._servers)}",
                "--policies", HERE / name / "policies", "--entities", HERE / name / "entities.json", *arguments,
                tls=tls, store=False,
            )  # fmt: skip
            self._servers[key] = self._stack.enter_context(server)
        return self._servers[key]

    def ask(self, body, path=EVALUATION, name="certification", **more):
        server = self.point(name)
        return server.session.post(server.url + path, json=body, timeout=10, **more)

    def send(self, data, headers, path=EVALUATION):
        server = self.point("certification")
        return server.session.post(server.url + path, data=data, headers=headers, timeout=10)


@contextlib.contextmanager
def world():
    with contextlib.ExitStack() as stack:
        yield World(stack)


suite = Suite("authzen", world)


def decision_of(response):
    """The decision of a well-formed single answer."""
    equal(response.status_code, 200, f"status ({response.text[:300]})")
    equal(response.headers["content-type"].split(";")[0], "application/json", "content type")
    return check_decision(response.json())


def check_decision(answer):
    holds(isinstance(answer, dict), f"an answer is an object: {answer!r}")
    holds(isinstance(answer.get("decision"), bool), f"decision is a boolean: {answer!r}")
    holds(isinstance(answer.get("context", {}), dict), f"context is an object: {answer!r}")
    return answer["decision"]


def decisions_of(response):
    equal(response.status_code, 200, f"status ({response.text[:300]})")
    equal(response.headers["content-type"].split(";")[0], "application/json", "content type")
    answers = response.json().get("evaluations")
    holds(isinstance(answers, list), f"evaluations is an array: {response.text[:300]}")
    return [check_decision(answer) for answer in answers]


# --- the certification scenario ---------------------------------------------------------------------------------


def certify(case):
    def run(world):
        response = world.ask(case["body"], case["path"])
        if case.get("status"):
            problem(response, case["status"])
        elif "decision" in case:
            equal(decision_of(response), case["decision"], "decision")
        else:
            decisions = decisions_of(response)
            equal(len(decisions), len(case["decisions"]), "number of answers")
            for index, (actual, expected) in enumerate(zip(decisions, case["decisions"])):
                if expected is not None:
                    equal(actual, expected, f"decision {index}")
            for index in case.get("errors", []):
                error = response.json()["evaluations"][index].get("context", {}).get("error")
                holds(isinstance(error, dict), f"answer {index} says what was wrong with its question: {response.text}")

    return run


for case in json.loads((HERE / "certification" / "requests.json").read_text()):
    suite.add(f"certification, {case['level']}: {case['title']}", certify(case), seconds=20)


@suite.test("certification: the same question gets the same answer, again and again")
def idempotent(world):
    equal({decision_of(world.ask(ALICE_READS)) for _ in range(20)}, {True}, "answers")


@suite.test("why: asked for, the answer says which clause is missing and what would turn it round")
def why(world):
    denied = ALICE_READS | {"subject": {"type": "user", "id": "bob"}, "action": {"name": "write"}, "options": {"explain": True}}
    response = world.ask(denied)
    equal(decision_of(response), False, "the decision")
    explanation = response.json()["context"]["explanation"]
    equal(explanation["decision"], "deny", "what is explained")
    holds(explanation["text"].count("\n") >= 1, explanation["text"])
    holds(explanation["nearest"] or explanation["determining"], explanation)
    holds(explanation["change"]["status"] in ("verified", "needs", "impossible", "not_found"), explanation["change"])
    quiet = world.ask({key: value for key, value in denied.items() if key != "options"}).json()
    holds("explanation" not in quiet["context"], quiet)
    equal(world.ask(denied | {"options": {"explain": "yes"}}).status_code, 400, "no Bool")
    batch = world.ask({"evaluations": [{}, {"options": {"explain": False}}]} | denied, EVALUATIONS).json()["evaluations"]
    equal(["explanation" in answer["context"] for answer in batch], [True, False], "item by item")


@suite.test("certification, discovery: the metadata document")
def discovery(world):
    server = world.point("certification")
    response = server.session.get(server.url + "/.well-known/authzen-configuration", timeout=10)
    equal(response.status_code, 200, "status")
    equal(response.headers["content-type"].split(";")[0], "application/json", "content type")
    metadata = response.json()
    equal(metadata["policy_decision_point"].rstrip("/"), server.url, "policy_decision_point")
    equal(metadata["access_evaluation_endpoint"], server.url + EVALUATION, "access_evaluation_endpoint")
    equal(metadata["access_evaluations_endpoint"], server.url + EVALUATIONS, "access_evaluations_endpoint")
    for sought in ("subject", "resource", "action"):
        equal(metadata[f"search_{sought}_endpoint"], server.url + SEARCH + sought, f"search_{sought}_endpoint")
    for name, value in metadata.items():
        if name.endswith("_endpoint"):
            holds(value.startswith("https://"), f"{name} is an https URL: {value}")
    holds(all(isinstance(c, str) for c in metadata.get("capabilities", [])), "capabilities are strings")


# --- searches ---------------------------------------------------------------------------------------------------

USER, RECORD = {"type": "user"}, {"type": "record"}
ALICE, BOB = {**USER, "id": "alice"}, {**USER, "id": "bob"}
FIRST, SECOND = {**RECORD, "id": "record-1"}, {**RECORD, "id": "record-2"}
READ, WRITE = {"name": "read"}, {"name": "write"}
ADMIN, ARCHIVED = {"properties": {"role": "admin"}}, {"properties": {"status": "archived"}}
SEARCHES = [
    ("core", "who reads record-1", "subject", (USER, READ, FIRST), ["alice", "bob"]),
    ("core", "what alice reads", "resource", (ALICE, READ, RECORD), ["record-1", "record-2"]),
    ("core", "what alice may do with record-1", "action", (ALICE, None, FIRST), ["read", "write"]),
    ("core", "the id of what is sought is ignored", "subject", (BOB, READ, FIRST), ["alice", "bob"]),
    ("core", "an id nobody has", "action", ({**USER, "id": "nonexistent-user"}, None, FIRST), []),
    ("core", "a type nobody has", "subject", ({"type": "spaceship"}, READ, FIRST), []),
    ("core", "an action nobody knows", "subject", (USER, {"name": "fly"}, FIRST), []),
    ("core", "no action", "subject", (USER, None, FIRST), 400),
    ("core", "no subject", "resource", (None, READ, RECORD), 400),
    ("core", "no resource", "action", (ALICE, None, None), 400),
    ("core", "no resource.id", "subject", (USER, READ, RECORD), 400),
    ("core", "no subject.id", "resource", (USER, READ, RECORD), 400),
    ("properties", "who writes the archive", "subject", (USER, WRITE, {**SECOND, **ARCHIVED}), ["bob"]),
    ("properties", "what an administrator writes", "resource", ({**BOB, **ADMIN}, WRITE, RECORD), ["record-2"]),
    ("properties", "what an administrator may do", "action", ({**BOB, **ADMIN}, None, {**SECOND, **ARCHIVED}),
     ["read", "write"]),
]  # fmt: skip


def search_for(world, sought, body, **more):
    return world.ask(body, SEARCH + sought, **more)


def found(response):
    """The names in a well-formed page."""
    equal(response.status_code, 200, f"status ({response.text[:300]})")
    equal(response.headers["content-type"].split(";")[0], "application/json", "content type")
    answer = response.json()
    holds(isinstance(answer["results"], list), "results is an array")
    page = answer.get("page", {"next_token": ""})
    holds(isinstance(page["next_token"], str), f"next_token is a string: {page}")
    return [result.get("id", result.get("name")) for result in answer["results"]]


def search_case(sought, parts, expected):
    def run(world):
        body = {name: part for name, part in zip(("subject", "action", "resource"), parts) if part}
        response = search_for(world, sought, body)
        if expected == 400:
            problem(response, 400)
            return
        names = found(response)
        equal(names, expected, "results")
        for name in names:
            # Everything that is found is permitted when it is asked about.
            filled = {"name": name} if sought == "action" else {**body[sought], "id": name}
            holds(decision_of(world.ask({**body, sought: filled})), f"{name} evaluates to true")
        for more in ({"page": {"limit": 5}}, {"page": {}}):
            page = search_for(world, sought, {**body, **more}).json()["page"]
            equal(page, {"next_token": "", "count": len(expected)}, "page")
        if sought != "action":
            with_context = search_for(world, sought, {**body, "context": {"time": "now"}})
            equal(found(with_context), expected, "a context changes nothing")

    return run


for level, title, sought, parts, expected in SEARCHES:
    suite.add(f"certification, search {level}: {title}", search_case(sought, parts, expected), seconds=20)


@suite.test("search: pages of one follow each other, and a token goes with its parameters alone")
def search_pages(world):
    body = {"subject": USER, "action": READ, "resource": FIRST}
    first = search_for(world, "subject", {**body, "page": {"limit": 1}}).json()
    token = first["page"]["next_token"]
    holds(token, "there is more")
    rest = search_for(world, "subject", {**body, "page": {"token": token}})
    equal(found(rest), ["bob"], "the rest")
    equal(rest.json()["page"]["next_token"], "", "the end")
    for other in ({"action": WRITE}, {"resource": SECOND}, {"context": {"a": 1}}):
        problem(search_for(world, "subject", {**body, **other, "page": {"token": token}}), 400)
    problem(search_for(world, "subject", {**body, "page": {"token": "made-up"}}), 400)


@suite.test("search: malformed requests are a 400, as they are for evaluations")
def search_refusals(world):
    for sought in ("subject", "resource", "action"):
        for data, headers in ((GOOD, {}), (b"", JSON), (GOOD[:-3], JSON), (b"[]", JSON)):
            problem(world.send(data, headers, SEARCH + sought), 400)


# --- the published interoperability payloads --------------------------------------------------------------------


def interoperate(world, name, document):
    asked = 0
    for case in document["evaluation"]:
        response = world.ask(case["request"], name=name)
        equal(decision_of(response), case["expected"], f"{name} {json.dumps(case['request'])}")
        asked += 1
    for case in document.get("evaluations", []):
        response = world.ask(case["request"], EVALUATIONS, name=name)
        expected = [answer["decision"] for answer in case["expected"]]
        equal(decisions_of(response), expected, f"{name} {json.dumps(case['request'])}")
        asked += 1
    suite.note(f"{name}: {asked} payloads")


for name, shared in (("todo", "todo-1.0-02.json"), ("gateway", "api-gateway.json")):

    def sample(world, name=name):
        interoperate(world, name, json.loads((HERE / name / "sample.json").read_text()))

    def published(world, name=name, shared=shared):
        if not (SHARED / shared).exists():
            raise Skipped(f"the published payloads are not at {SHARED} (SAFECONDUCT_DATA)")
        interoperate(world, name, json.loads((SHARED / shared).read_text()))

    suite.add(f"interoperability: {name}, our sample", sample)
    suite.add(f"interoperability: {name}, the published payloads", published)


# --- values -----------------------------------------------------------------------------------------------------


def value_question(action, context=None, resource=None):
    question = {
        "subject": {"type": "Shop::Customer", "id": "ann"},
        "action": {"name": action},
        "resource": resource or {"type": "Shop::Order", "id": "7"},
    }
    return question if context is None else {**question, "context": context}


VALUES = [
    ("a fraction of four digits is a decimal", value_question("small", {"amount": 9.9999}), True),
    ("a fraction that is too large to pass", value_question("small", {"amount": 10.5}), False),
    ("a fraction of five digits is refused", value_question("small", {"amount": 9.99999}), 400),
    ("an integer beyond 53 bits keeps its last digit", value_question("whole", {"count": 9007199254740993}), True),
    ("and is not its neighbour", value_question("whole", {"count": 9007199254740992}), False),
    ("an integer beyond 64 bits is refused", value_question("whole", {"count": 2**63}), 400),
    ("a null member is not there", value_question("nothing", {"gone": None}), True),
    ("a member that is there", value_question("nothing", {"gone": 0}), False),
    (
        "arrays are sets and objects are records, at any depth",
        value_question("nested", {"list": [{"a": 2}, {"a": 1}, {"a": 1}], "record": {"inner": {"flag": True}}}),
        True,
    ),
    ("a policy that fails spoils no other", value_question("own", {}, {
        "type": "Shop::Order", "id": "7", "properties": {"owner": "ann"}}), True),
    ("a question about what nobody stored", value_question("own"), False),
]  # fmt: skip


def evaluate_value(question, expected):
    def run(world):
        response = world.ask(question, name="values")
        if expected == 400:
            problem(response, 400)
        else:
            equal(decision_of(response), expected, "decision")

    return run


for title, question, expected in VALUES:
    suite.add(f"values: {title}", evaluate_value(question, expected))


# --- the protocol -----------------------------------------------------------------------------------------------

GOOD = json.dumps(ALICE_READS).encode()
JSON = {"Content-Type": "application/json"}
REFUSED = [
    ("no content type", GOOD, {}),
    ("text/plain", GOOD, {"Content-Type": "text/plain"}),
    ("application/xml", GOOD, {"Content-Type": "application/xml"}),
    ("application/jsonx", GOOD, {"Content-Type": "application/jsonx"}),
    ("an empty body", b"", JSON),
    ("white space", b" \n ", JSON),
    ("half an object", GOOD[:-3], JSON),
    ("something after the object", GOOD + b"x", JSON),
    ("a second object", GOOD + GOOD, JSON),
    ("an array", b"[" + GOOD + b"]", JSON),
    ("null", b"null", JSON),
    ("a number", b"1", JSON),
    ("a member twice", b'{"subject":{"type":"user","id":"bob"},' + GOOD[1:], JSON),
    ("single quotes", GOOD.replace(b'"', b"'"), JSON),
    ("a trailing comma", GOOD[:-1] + b",}", JSON),
    ("NaN", GOOD[:-1] + b',"context":{"x":NaN}}', JSON),
    ("bytes that are not UTF-8", GOOD.replace(b"alice", b"al\xffce"), JSON),
    ("half a surrogate pair", GOOD.replace(b"alice", b"\\ud800"), JSON),
    ("a raw control character", GOOD.replace(b"alice", b"al\x01ce"), JSON),
    ("a thousand levels", b'{"context":' + b"[" * 1000 + b"]" * 1000 + b"," + GOOD[1:], JSON),
    ("a thousand levels that never close", b"[" * 1000, JSON),
]


def refuse(data, headers):
    def run(world):
        for path in (EVALUATION, EVALUATIONS):
            problem(world.send(data, headers, path), 400)

    return run


for title, data, headers in REFUSED:
    suite.add(f"protocol: {title} is a 400", refuse(data, headers), seconds=20)


@suite.test("protocol: a charset on the content type is fine")
def charset(world):
    holds(decision_of(world.send(GOOD, {"Content-Type": "application/json; charset=utf-8"})), "allowed")
    holds(decision_of(world.send(GOOD, {"Content-Type": "Application/JSON"})), "media types know no case")


@suite.test("protocol: escapes in member names mean the member")
def escapes(world):
    holds(decision_of(world.send(GOOD.replace(b'"subject"', b'"\\u0073ubject"'), JSON)), "allowed")


@suite.test("protocol: X-Request-ID comes back as it was, on answers and on refusals")
def request_id(world):
    for value in ("bfe9eb29-ab87-4ca3-be83-a1d5d8305716", "A-b_c.9", "x" * 64):
        response = world.ask(ALICE_READS, headers={"X-Request-ID": value})
        equal(response.headers.get("x-request-id"), value, "on an answer")
        response = world.send(b"{", {**JSON, "X-Request-ID": value})
        equal(response.status_code, 400, "status")
        equal(response.headers.get("x-request-id"), value, "on a refusal")
    holds(decision_of(world.ask(ALICE_READS)), "without one the question is answered all the same")


@suite.test("protocol: other methods and other paths")
def methods(world):
    server = world.point("certification")
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        response = server.session.request(method, server.url + EVALUATION, timeout=10)
        holds(response.status_code in (404, 405), f"{method}: {response.status_code}")
        problem(response, response.status_code)
    problem(server.session.post(server.url + "/access/v1/nothing", json={}, timeout=10), 404)
    problem(server.session.post(server.url + "/access/v2/evaluation", json={}, timeout=10), 404)


@suite.test("protocol: with a token only its bearer may ask, and nobody reads it off the list of processes")
def token(world):
    file = Path(environment("SAFECONDUCT_SCRATCH")) / "point.token"
    file.write_text("s3cret-of-the-point\n")
    server = world.point("certification", "--token-file", file)
    command = Path(f"/proc/{server.child.process.pid}/cmdline").read_bytes()
    holds(b"point.token" in command and b"s3cret" not in command, f"{command}")

    def ask(authorization=None):
        headers = {"Authorization": authorization} if authorization else {}
        return requests.post(server.url + EVALUATION, json=ALICE_READS, headers=headers, verify=server.ca_file, timeout=10)

    for authorization in (None, "Bearer wrong", "Bearer s3cret-of-the-poin", "Bearer s3cret-of-the-pointx", "Basic eDp5"):
        response = ask(authorization)
        problem(response, 401)
        holds("bearer" in response.headers.get("www-authenticate", "").lower(), f"WWW-Authenticate after {authorization}")
    holds(decision_of(ask("Bearer s3cret-of-the-point")), "the right token")
    holds(decision_of(ask("bearer s3cret-of-the-point")), "the scheme's name knows no case (RFC 9110 11.1)")
    metadata = requests.get(server.url + "/.well-known/authzen-configuration", verify=server.ca_file, timeout=10)
    equal(metadata.status_code, 200, "metadata is public")


@suite.test("protocol: without a token anybody may ask, whatever they carry")
def no_token(world):
    holds(decision_of(world.ask(ALICE_READS, headers={"Authorization": "Bearer anything"})), "allowed")


@suite.test("start: a policy that does not parse is named with file, line and column")
def bad_policy(world):
    folder = Path(environment("SAFECONDUCT_SCRATCH")) / "broken"
    folder.mkdir()
    (folder / "good.cedar").write_text("permit (principal, action, resource);\n")
    (folder / "broken.cedar").write_text("permit (principal, action,\n  resource) when { 1 + };\n")
    server = Server(folder / "run", "--policies", folder, "--entities", HERE / "values" / "entities.json", store=False)
    try:
        server.start(seconds=10)
    except RuntimeError as error:
        said = str(error)
    else:
        server.child.stop()
        raise AssertionError("it started with a policy that does not parse")
    server.child.stop()
    holds("broken.cedar" in said and "2" in said, f"the message names file and line: {said}")
    holds(server.child.process.returncode in (1, 2), f"exit code {server.child.process.returncode}")


if __name__ == "__main__":
    suite.main()
