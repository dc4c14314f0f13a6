"""Policy sets from the draft to their retirement: checked and tested without a server, tried in shadow, activated, taken back;
requests held to their schema, points that lag, and the shipped zero-trust set."""

import contextlib
import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree

from harness.issuer import Issuer
from harness.scene import Scene, custody
from harness.server import Server, problem
from harness.suite import Suite, environment, equal, holds

ROOT = Path(__file__).resolve().parents[2]

POLICIES = """\
@id("workers")
permit (principal, action, resource in Api::"orders")
when { principal.labels.contains("worker") };

@id("readers")
permit (principal, action == Action::"read", resource in Api::"orders")
when { principal.labels.contains("reader") };

@id("large")
@remedy("approve:finance")
forbid (principal, action == Action::"write", resource)
when { context.request has total && context.request.total > 100 }
unless { context.met.contains("approve:finance") };
"""
SCHEMA = "type RequestAttributes = { total?: Long };\n"
TESTS = """\
defaults:
  principal: { labels: [worker] }
  resource: orders/create
  action: write
cases:
  - name: workers write
    expect: allow
    policies: [workers]
  - name: much is approved
    context: { request: { total: 101 } }
    expect: approve
    remedies: ["approve:finance"]
  - name: readers read
    principal: { labels: [reader] }
    action: read
    expect: allow
"""


class World:
    def __init__(self, scratch, scene):
        self.scratch, self.scene, self.server = scratch, scene, scene.server

    def folder(self, name, policies=POLICIES, tests=TESTS, schema=SCHEMA):
        folder = self.scratch / name
        folder.mkdir(exist_ok=True)
        (folder / "shop.cedar").write_text(policies)
        (folder / "shop.policytest.yaml").write_text(tests)
        (folder / "shop.cedarschema").write_text(schema)
        return folder

    def states(self):
        return {item["id"]: item["state"] for item in self.server.cli_json("policy", "list")["items"]}

    def metric(self, name):
        text = self.server.api("GET", "/metrics", status=200).text
        return {m[1] or "": int(m[2]) for m in re.finditer(rf"^{name}(\{{[^}}]*\}})? (\d+)$", text, re.M)}

    def ask(self, name, operation="orders/list", **context):
        action = "write" if operation.endswith("create") else "read"
        return self.scene.ask(name, operation, action, context=context)


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with Issuer() as issuer, Server(scratch / "safeconduct", "--allow-http-issuers") as server:
        scene = Scene(server, issuer).build()
        operations = [
            {"name": "list", "method": "GET", "path": "/orders"},
            {"name": "create", "method": "POST", "path": "/orders", "attributes": ["total", "colour"]},
        ]
        scene.put("apis", {"name": "orders", **custody(), "hosts": ["orders.test"], "operations": operations})
        yield World(scratch, scene)


suite = Suite("policies", world)


@suite.test("check and test need no server, and say file, line and column; exit codes 1 and 3")
def offline(world):
    server, good = world.server, world.folder("good")
    none = {"SAFECONDUCT_URL": "http://127.0.0.1:1"}
    equal(server.cli("policy", "check", good, env=none), "")
    holds("3 tests passed, 0 failed" in server.last_stderr, server.last_stderr)
    holds("ok " in server.cli("policy", "test", good, "--all", env=none), "the tests that passed")
    bad = world.folder("bad", POLICIES.replace("principal.labels", "principal.label", 1))
    text = server.cli("policy", "check", bad, code=1)
    holds(f"{bad}/shop.cedar:3:8: " in text and "labels" in text and "[unknown_attribute]" in text, text)
    findings = [f for f in json.loads(server.cli("policy", "check", bad, "-o", "json", code=1))["findings"] if f["severity"] == "error"]
    equal([(f["code"], f["line"], f["column"], f["policy"]) for f in findings], [("unknown_attribute", 3, 8, "workers")])
    failing = world.folder("failing", tests=TESTS.replace("expect: approve", "expect: allow"))
    junit = world.scratch / "junit.xml"
    text = server.cli("policy", "test", failing, "--junit", junit, code=3)
    holds(f"failed {failing}/shop.policytest.yaml:9: much is approved: expected allow, got approve" in text, text)
    xml = junit.read_text()
    holds('tests="3" failures="1"' in xml and '<testcase classname="' in xml and "<failure message=" in xml, xml)
    broad = world.folder("broad", "permit (principal, action, resource);", tests=TESTS)
    text = server.cli("policy", "check", broad, "--strict", code=1)
    holds("it permits everything to everybody" in text and "[over_broad]" in text, text)


@suite.test("the shipped zero-trust set is sound")
def zero_trust(world):
    folder = ROOT / "policies" / "zero-trust"
    equal(world.server.cli("policy", "check", folder, "--strict"), "")
    world.server.cli("policy", "test", folder)
    equal(world.server.cli("policy", "fmt", "--check", folder, ROOT / "examples/quickstart/policies"), "")
    readme = (folder / "README.md").read_text()
    for file in folder.glob("*.cedar"):
        holds(file.name in readme, f"{file.name} is in the README")


@suite.test("an activation whose tests fail, or that is not valid, is refused and changes nothing")
def refused(world):
    server = world.server
    before = server.cli_json("policy", "list")["items"]
    failing = world.folder("failing", tests=TESTS.replace("expect: approve", "expect: allow"))
    server.cli("policy", "activate", failing, code=1)
    holds("1 of 3 policy tests fail" in server.last_stderr and "much is approved" in server.last_stderr, server.last_stderr)
    files = [{"name": "a.cedar", "text": "permit (principal, action, resource) when { principal.x };"}]
    members = problem(server.api("PUT", "/v1/policies/active", {"files": files}), 422)
    equal([(e["pointer"], e["code"]) for e in members["errors"]], [("/files", "policy_invalid"), ("/files/0/text", "unknown_attribute")])
    files += [{"name": "a.policytest.yaml", "text": "cases: [*a]"}]
    files[0]["text"] = "permit (principal is Identity, action, resource);"
    problem(server.api("PUT", "/v1/policies/active", {"files": files}), 422)
    equal(server.cli_json("policy", "list")["items"], before)


@suite.test("what can't be read as files is told and not waited for; results for continuous integration are well-formed")
def unreadable(world):
    server, folder = world.server, world.folder("odd")
    none = {"SAFECONDUCT_URL": "http://127.0.0.1:1"}
    os.mkfifo(folder / "pipe.cedar")
    for verb in (["check"], ["test"], ["fmt", "--check"]):
        server.cli("policy", *verb, folder, env=none, code=1)
        holds("pipe.cedar: of a directory only regular files are read" in server.last_stderr, server.last_stderr)
    (folder / "pipe.cedar").unlink()
    (folder / "shop.policytest.yaml").rename(folder / "shop.policytest.yml")
    server.cli("policy", "check", folder, env=none, code=1)
    holds("end in .policytest.yaml" in server.last_stderr, server.last_stderr)
    (folder / "shop.policytest.yml").unlink()
    (folder / "shop.cedar").write_text("\ufeff" + POLICIES)
    holds("shop.cedar:1:1: a byte order mark" in server.cli("policy", "check", folder, env=none, code=1), "it is named")
    named = world.folder("named", tests=TESTS.replace("workers write", '"\\uFFFE\\x85"').replace("expect: allow", "expect: deny"))
    junit = world.scratch / "named.xml"
    server.cli("policy", "test", named, "--junit", junit, env=none, code=3)
    names = [case.get("name") for case in ElementTree.parse(junit).iter("testcase")]
    equal(names[0], "\\u{FFFE}\\u{85}")


@suite.test("annotations that can't come true are errors, and tests that say nothing are none")
def hollow(world):
    server = world.server
    none = {"SAFECONDUCT_URL": "http://127.0.0.1:1"}
    nine = " ".join(f"approve:g{i}" for i in range(9))
    for old, new, code in (
        ('@remedy("approve:finance")', "@remedy", "annotation"),
        ('@remedy("approve:finance")', f'@remedy("{nine}")', "unmeetable"),
        ('@remedy("approve:finance")', '@remedy("approve:finance") @binds("totl")', "annotation"),
        ('@remedy("approve:finance")', '@remedy("approve:finance limit:5amount/day")', "limit_unmeasured"),
    ):
        text = server.cli("policy", "check", world.folder("hollow", POLICIES.replace(old, new)), env=none, code=1)
        holds(f"[{code}]" in text and "error: " in text, text)
    for old, new, place in (
        ("defaults:\n", "defaults: []\nunused:\n", ":1:1: "),
        ("{ total: 101 }", "{ total: 101, method: PUT }", ":10:39: "),
        ("{ total: 101 }", "{ total: 1e3 }", ":10:27: "),
        ("readers read", "workers write", ":13:5: "),
        ("[worker] }", "[worker], kind: robot }", ":2:34: "),
    ):
        text = server.cli("policy", "check", world.folder("hollow", tests=TESTS.replace(old, new)), env=none, code=1)
        holds(f"shop.policytest.yaml{place}" in text and "[test_file]" in text, f"{place}: {text}")
    empty = world.folder("hollow", "// nothing\n", tests=TESTS.replace("allow", "deny").replace("approve\n", "deny\n"))
    holds("[no_policies]" in server.cli("policy", "check", empty, env=none, code=1), "it permits nothing")


@suite.test("a dry run says that an activation would be refused, and why")
def reviews(world):
    server = world.server
    before = server.cli_json("policy", "list")["items"]
    server.cli("policy", "activate", world.folder("next"), "--dry-run")
    failing = world.folder("failing", tests=TESTS.replace("expect: approve", "expect: allow"))
    server.cli("policy", "activate", failing, "--dry-run", code=1)
    holds("1 of 3 policy tests fail" in server.last_stderr, server.last_stderr)
    body = {"files": [{"name": file.name, "text": file.read_text()} for file in sorted(failing.iterdir())]}
    review = server.api("POST", "/v1/policies/review", body, status=200).json()
    equal((review["refusal"]["code"], review["refusal"]["pointer"], review["tests"]["failed"]), ("policy_tests_failed", "/files", 1))
    equal(server.cli_json("policy", "list")["items"], before)


@suite.test("a draft is put, tried in shadow beside what decides, activated and taken back")
def life(world):
    server = world.server
    old = server.cli_json("policy", "show")["id"]
    draft = server.cli_json("policy", "put", world.folder("next"), "--note", "finance approves")
    equal((draft["state"], draft["tests"]["passed"], world.states()[draft["id"]]), ("validated", 3, "validated"))
    failing = world.folder("failing", tests=TESTS.replace("expect: approve", "expect: allow"))
    bad = server.cli_json("policy", "put", failing)
    equal(bad["state"], "draft")
    server.cli("policy", "shadow", bad["id"], code=1)
    server.cli("policy", "activate", bad["id"], code=1)
    server.cli("policy", "retire", bad["id"])

    shadow = server.cli_json("policy", "shadow", draft["id"], "--reason", "a week")
    equal((shadow["state"], shadow["id"]), ("shadow", draft["id"]))
    same = world.ask("worker").json()
    other = world.ask("worker", "orders/create", total=500).json()
    equal((same["decision"], other["decision"]), (True, True))
    decision = server.cli_json("decision", "show", other["context"]["decision_id"])
    equal((decision["shadow_set"]["policies"], decision["shadow_set"]["outcome"]), (draft["id"], "approve"))
    equal("shadow_set" in server.cli_json("decision", "show", same["context"]["decision_id"]), False)
    counts = world.metric("safeconduct_shadow_set_decisions_total")
    equal(counts, {'{answer="same"}': 1, '{answer="other"}': 1})

    active = server.cli_json("policy", "activate", draft["id"], "--note", "good")
    equal((active["state"], world.states()[old]), ("active", "replaced"))
    answer = world.ask("worker", "orders/create", total=500).json()
    equal((answer["decision"], answer["context"]["outcome"]), (False, "approve"))
    back = server.cli_json("policy", "rollback", "--reason", "orders fail")
    equal((back["id"], back["state"], world.states()[draft["id"]]), (old, "active", "rolled_back"))
    equal(world.ask("worker", "orders/create", total=500).json()["decision"], True)
    listed = {item["id"]: item for item in server.cli_json("policy", "list")["items"]}[draft["id"]]
    equal((listed["last_step"], listed["changed_by_name"], listed["reason"]), ("policy.rollback", "local", "orders fail"))
    text = server.cli("policy", "list")
    holds("rolled_back" in text and "orders fail" in text and "local" in text, text)
    server.cli("policy", "rollback", code=5)
    server.cli("policy", "retire", old, code=5)
    server.cli("policy", "activate", "pol_00000000000000000000000000", code=4)
    holds("finance" in server.cli("policy", "show", draft["id"]), "its text")


@suite.test("a step that is sent again is answered as it was, whatever came after it")
def again(world):
    server = world.server
    before = server.cli_json("policy", "show")["id"]
    text = '@id("p") permit (principal is Identity, action, resource);\n@id("f") forbid (principal, action, resource) when { resource.sensitivity > 900 };'

    def files(text):
        return {"files": [{"name": "a.cedar", "text": text}]}

    def step(key, method, path, body):
        answer = server.api(method, path, body, headers={"Idempotency-Key": key})
        return answer.status_code, answer.headers.get("ETag"), answer.json()

    weaker = files(text.replace('@id("f")', '@id("f") @mode("shadow")')) | {"confirm": ["f"]}
    steps = [("again-1", "POST", "/v1/policies", files(text))]
    answers = [step(*steps[0])]
    path = f"/v1/policies/{answers[0][2]['id']}"
    steps += [("again-2", "POST", f"{path}/shadow", None), ("again-3", "POST", f"{path}/enforce", {"realm": "calls"})]
    steps += [("again-4", "PUT", "/v1/policies/active", weaker), ("again-5", "POST", "/v1/policies/rollback", {})]
    answers += [step(*each) for each in steps[1:]]
    equal([answer["state"] for _, _, answer in answers], ["validated", "shadow", "active", "active", "active"])
    equal(answers[3][2]["change"]["forbids_weakened"], ["f"])
    server.cli("policy", "rollback", "--to", before)
    equal([step(*each) for each in steps], answers)


@suite.test("a set of another realm than the one that is stated is refused")
def realms(world):
    server = world.server
    commands = server.cli_json("policy", "show", "--realm", "commands")["id"]
    problem(server.api("POST", f"/v1/policies/{commands}/enforce", {"realm": "calls"}), 422)
    problem(server.api("POST", "/v1/policies/rollback", {"to": commands}), 422)
    server.cli("policy", "activate", commands, "--realm", "calls", code=1)
    holds("is about commands" in server.last_stderr, server.last_stderr)


@suite.test("diff: which policies differ, and which tests are answered otherwise")
def diff(world):
    server = world.server
    one, two = world.folder("one"), world.folder("two", POLICIES.replace("> 100", "> 1000").replace('@id("readers")', '@id("read")'))
    text = server.cli("policy", "diff", one, two, env={"SAFECONDUCT_URL": "http://127.0.0.1:1"})
    for line in ("changed large", "added read", "removed readers", "  + when { context.request has total && context.request.total > 1000 }"):
        holds(line in text, f"{line}: {text}")
    found = server.cli_json("policy", "diff", one, two)
    equal([(a["test"], a["before"], a["after"]) for a in found["answers"]], [("much is approved", "approve", "allow")])
    # Of one name and with another call it is another test.
    other = world.folder("other", tests=TESTS.replace("[worker]", "[reader]").replace("much is approved", "much"))
    equal(server.cli_json("policy", "diff", one, other)["tests"], 5)
    equal(server.cli_json("policy", "diff", one, one)["tests"], 3)
    active = server.cli_json("policy", "show")["id"]
    equal(server.cli_json("policy", "diff", "active", active)["policies"], [])
    server.cli("policy", "diff", one, "pol_00000000000000000000000000", code=4)


ENTITIES = [
    {"uid": {"type": "User", "id": "ann"}, "attrs": {}, "parents": []},
    {"uid": {"type": "Doc", "id": "1"}, "attrs": {"open": False}, "parents": []},
]
ASKED = {"principal": {"type": "User", "id": "ann"}, "action": {"type": "Action", "id": "view"}, "resource": {"type": "Doc", "id": "1"}}


@suite.test("fmt lays files out and refuses what it can't; explain and diff answer about files, without a server")
def files(world):
    server, folder = world.server, world.scratch / "plain"
    folder.mkdir()
    none = {"SAFECONDUCT_URL": "http://127.0.0.1:1"}
    crooked = "// why\npermit(principal,action,resource)when{resource.open}; // so\n"
    straight = "// why\npermit (principal, action, resource)\nwhen { resource.open }; // so\n"
    old, new = folder / "old.cedar", folder / "new.cedar"
    old.write_text(crooked)
    equal(server.cli("policy", "fmt", old, env=none), straight)
    equal(server.cli("policy", "fmt", "--check", folder, env=none, code=1).split(), [str(old)])
    new.write_text("permit (")
    server.cli("policy", "fmt", "--write", folder, env=none, code=1)
    holds(f"{new}:1:9: " in server.last_stderr, server.last_stderr)
    equal((old.read_text(), new.read_text()), (crooked, "permit ("))
    new.write_text("permit (principal, action, resource) when { resource.open == false };")
    server.cli("policy", "fmt", "--write", folder, env=none)
    equal(old.read_text(), straight)
    equal(server.cli("policy", "fmt", "--check", folder, env=none), "")
    server.cli("policy", "fmt", "--write", "--check", folder, env=none, code=2)

    entities, asked = folder / "entities.json", folder / "asked.json"
    entities.write_text(json.dumps(ENTITIES))
    asked.write_text(json.dumps(ASKED))
    about = ["--policies", old, "--entities", entities, "--request", asked]
    text = server.cli("policy", "explain", *about, env=none)
    holds("No policy permits." in text and "It would be allowed if resource.open were true." in text, text)
    explanation = json.loads(server.cli("policy", "explain", *about, "-o", "json", env=none))
    equal((explanation["decision"], explanation["text"] + "\n"), ("deny", text))
    server.cli("policy", "explain", "--policies", old, "--entities", asked, "--request", asked, env=none, code=1)
    server.cli("policy", "explain", "--policies", old, "--entities", entities, env=none, code=2)

    asked.write_text(json.dumps([ASKED]))
    sample = ["--requests", asked, "--entities", entities]
    text = server.cli("policy", "diff", old, new, *sample, env=none)
    holds("deny -> allow" in text and "1 of 1 requests are answered otherwise, 1 of them" in text, text)
    found = json.loads(server.cli("policy", "diff", old, new, *sample, "-o", "json", env=none))
    equal([(p["change"], p["extent"]) for p in found["policies"]], [("changed", "meaning")])
    equal([(a["request"], a["before"], a["after"]) for a in found["answers"]], [(0, "deny", "allow")])
    # What is in the log stands on either side.
    found = server.cli_json("policy", "diff", "active", old, *sample)
    equal((found["requests"], len(found["answers"])), (1, 0))
    server.cli("policy", "diff", old, new, "--entities", entities, env=none, code=2)


@suite.test("an enforcement point that may ask why is told, in single questions and batches; others get their answer alone")
def reasons(world):
    server = world.server
    server.cli("policy", "activate", world.folder("why"))
    before = world.metric("safeconduct_explanations_total")
    more = {"options": {"explain": True}, "context": {"total": 500}}
    plain = world.scene.ask("worker", "orders/create", "write", **more).json()["context"]
    equal((plain["reason"]["class"], "explanation" in plain), ("approval_required", False))
    named = ["--owner", "team", "--purpose", "gateway", "--boundary", "shop", "--expires", "9d", "--api", "orders"]
    token = server.cli("pep", "create", "--name", "told", *named, "--asserted", "--explanations").strip()
    shown = server.cli_json("pep", "show", "told")
    equal(shown["explanations"], True)
    equal("explanations" in server.cli_json("pep", "show", "point"), False)
    told = world.scene.ask("worker", "orders/create", "write", point=token, **more).json()["context"]
    equal((told["outcome"], told["explanation"]["determining"]), ("approve", ["large"]))
    holds("context.request.total" in told["explanation"]["text"], told["explanation"]["text"])
    # The same that an operator is told of the decision: these policies look at nothing that points do not see.
    equal(told["explanation"], server.cli_json("decision", "explain", told["decision_id"])["explanation"])
    quiet = world.scene.ask("worker", "orders/create", "write", point=token, context={"total": 500}).json()["context"]
    equal("explanation" in quiet, False)
    items = [{}, {"context": {"total": 1}}, {"options": {"explain": False}}, {"subject": {"type": "identity", "id": "nobody"}}]
    body = {"subject": {"type": "identity", "id": "worker"}, "action": {"name": "write"}, "resource": {"type": "operation", "id": "orders/create"}, **more}
    response = server.session.post(
        server.url + "/access/v1/evaluations", json={**body, "evaluations": items}, timeout=20, headers={"Authorization": f"Bearer {token}"}
    )
    answers = response.json()["evaluations"]
    equal([answer["decision"] for answer in answers], [False, True, False, False])
    equal([answer["context"].get("explanation", {}).get("decision") for answer in answers], ["deny", "allow", None, None])
    counts = world.metric("safeconduct_explanations_total")
    equal({key: counts[key] - before[key] for key in counts}, {'{answer="told"}': 3, '{answer="omitted"}': 0, '{answer="not_granted"}': 1})
    # Taken again by registering the point without it.
    point = {key: shown[key] for key in ("purpose", "boundary", "expires_at", "apis", "subjects", "owner")}
    server.api("PUT", "/v1/enforcement-points/told", point, status=200)
    again = world.scene.ask("worker", "orders/create", "write", point=token, **more).json()["context"]
    equal("explanation" in again, False)


@suite.test("a request that the schema does not know is denied with its pointer; what it does not type is withheld")
def requests(world):
    server = world.server
    server.cli("policy", "activate", world.folder("next"))
    for total, reason in ((5, "permitted"), ("5", "request_invalid"), (5.5, "request_invalid"), (None, "permitted")):
        context = world.ask("worker", "orders/create", total=total).json()["context"]
        equal(context["reason"]["class"], reason, str(total))
        equal("request/total" in context["reason"]["message"], reason == "request_invalid")
    context = world.ask("worker", "orders/create", colour=7).json()["context"]
    equal(context["reason"]["class"], "permitted")
    decision = server.cli_json("decision", "show", context["decision_id"])
    holds("withheld" in decision, str(decision))
    invalid = server.cli_json("decision", "list", "--outcome", "deny", "--limit", "1")["items"][0]
    equal((invalid["reason"], server.cli_json("decision", "replay", invalid["id"])["identical"]), ("request_invalid", True))


@suite.test("answers say by which policies; a point that sends an old version back is seen to drift")
def drift(world):
    server = world.server
    server.cli("policy", "activate", world.folder("next"))
    first = world.scene.check("GET", "/orders", world.scene.issuer.token("worker"))
    version = first.headers["safeconduct-policy"]
    digest, rev = re.fullmatch(r"([0-9a-f]{64});rev=(\d+)", version).groups()
    equal(digest, server.cli_json("policy", "show")["digest"])
    answer = world.ask("worker")
    equal(answer.headers["safeconduct-policy"].split(";")[0], digest)
    equal((answer.json()["context"]["policy_digest"], answer.json()["context"]["rev"] >= int(rev)), (digest, True))

    def again(version):
        world.scene.check("GET", "/orders", world.scene.issuer.token("worker"), **{"Safeconduct-Policy": version})
        return server.api("GET", "/v1/enforcement-points/proving", status=200).json()["runs_with"]

    equal((again(version)["policy_digest"], "drifting_since" in again(version)), (digest, False))
    server.cli("policy", "activate", world.folder("more", POLICIES + "// more\n"))
    holds("drifting_since" in again(version), "it was answered under old policies")
    equal(world.metric("safeconduct_points_drifting"), {"": 1})
    holds("drifting since" in server.cli("enforcement-point", "list"), "the command shows it")
    newest = world.scene.check("GET", "/orders", world.scene.issuer.token("worker")).headers["safeconduct-policy"]
    equal("drifting_since" in again(newest), False)
    equal(world.metric("safeconduct_points_drifting"), {"": 0})
    equal(again("nonsense")["policy_digest"], newest.split(";")[0])


@suite.test("every command that the guide shows is one, and its files are what it says")
def guide(world):
    text = (ROOT / "docs" / "policies.md").read_text()
    commands = {line.split("#")[0].strip() for block in re.findall(r"```sh\n(.*?)```", text, re.S) for line in block.splitlines()}
    verbs = {command.split()[2] for command in commands if command.startswith("safeconduct policy ")}
    for verb in verbs:
        world.server.cli("policy", verb, "--help")
    holds(verbs >= {"check", "fmt", "explain", "test", "list", "show", "diff", "put", "shadow", "activate", "rollback", "retire", "simulate"}, str(verbs))
    schema = re.search(r"```cedarschema\n(.*?)```", text, re.S)[1]
    test = re.search(r"```yaml\n(# orders.policytest.yaml.*?)```", text, re.S)[1]
    policies = """
        @id("desk") permit (principal, action, resource in Api::"orders") when { principal.labels.contains("order-desk") };
        @id("refund") @remedy("approve:shop-finance")
        forbid (principal, action, resource == Operation::"orders/refund")
        unless { context.met.contains("approve:shop-finance") };
        """
    folder = world.scratch / "guide"
    folder.mkdir()
    for name, content in (("orders.cedar", policies), ("orders.cedarschema", schema), ("orders.policytest.yaml", test)):
        (folder / name).write_text(content)
    world.server.cli("policy", "check", folder)


if __name__ == "__main__":
    suite.main()
