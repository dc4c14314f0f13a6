"""What policies ask for besides yes and no: limits and their header fields, challenges, approvals, alerts, shadow mode;
what a change of policies weakens, drift of enforcement points, and decisions made again, one, all, and under others."""

import contextlib
import json
import re
from pathlib import Path

from harness.issuer import Issuer
from harness.scene import Scene, custody, identity
from harness.server import Server, problem
from harness.suite import Suite, environment, equal, holds

POLICIES = """\
@id("reads")
permit (principal, action == Action::"read", resource in Api::"orders");

@id("creates")
@remedy("limit:3/hour limit:features=draft,list")
permit (principal, action == Action::"write", resource == Operation::"orders/create")
when { context.met.containsAll(["limit:3/hour", "limit:features=draft,list"]) };

@id("transfers")
@remedy("limit:100amount(total)/day")
permit (principal, action, resource == Operation::"orders/pay")
when { context.met.contains("limit:100amount(total)/day") };

@id("large-transfers")
@remedy("approve:finance")
@binds("total")
@alert("fraud-team")
forbid (principal, action, resource == Operation::"orders/pay")
when { context.request has total && context.request.total > 50 }
unless { context.met.contains("approve:finance") };

@id("exports-bound")
@remedy("challenge:dpop challenge:fresh")
permit (principal, action, resource == Operation::"orders/export")
when { context.met.containsAll(["challenge:dpop", "challenge:fresh"]) };

@id("own-orders")
permit (principal, action, resource == Operation::"orders/mine")
when {
    context.request has owner && context.request.owner == principal.name && context.request.method == "POST"
};

@id("broken")
permit (principal, action, resource) when { principal.name == "x" || resource.sensitivity * 9223372036854775807 == 1 };

@id("trial")
@mode("shadow")
@alert("rollout")
forbid (principal == Identity::"reader", action, resource);
"""

SCHEMA = "type RequestAttributes = { total?: Long, owner?: String, path?: String };\n"


class World:
    def __init__(self, scratch, scene):
        self.scratch = scratch
        self.scene = scene
        self.server = scene.server
        self.issuer = scene.issuer

    def token(self, name="worker"):
        return self.issuer.token(name)

    def check(self, method, path, name="worker", **headers):
        return self.scene.check(method, path, self.token(name), **headers)

    def activate(self, text, status=200, **more):
        files = [{"name": "shop.cedar", "text": text}, {"name": "shop.cedarschema", "text": SCHEMA}]
        body = {"files": files, **more}
        return self.server.api("PUT", "/v1/policies/active", body, status=status).json()

    def metric(self, name):
        text = self.server.api("GET", "/metrics", status=200).text
        return {m[1] or "": int(m[2]) for m in re.finditer(rf"^{name}(\{{[^}}]*\}})? (\d+)$", text, re.M)}


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with Issuer() as issuer, Server(scratch / "safeconduct", "--allow-http-issuers") as server:
        scene = Scene(server, issuer).build()
        operations = [
            {"name": "list", "method": "GET", "path": "/orders"},
            {"name": "show", "method": "GET", "path": "/orders/{id}"},
            {"name": "create", "method": "POST", "path": "/orders"},
            {"name": "pay", "method": "POST", "path": "/orders/{id}/payment", "attributes": ["total"]},
            {"name": "export", "method": "POST", "path": "/export"},
            {"name": "mine", "method": "POST", "path": "/of/{owner}", "attributes": ["owner", "path"]},
        ]
        scene.put("apis", {"name": "orders", **custody(), "hosts": ["orders.test"], "operations": operations})
        made = World(scratch, scene)
        made.activate(POLICIES)
        yield made


suite = Suite("remedies", world)


def items(field):
    """A List of Items (RFC 9651) as far as it is used here: [(name, {parameter: value})]."""
    found = []
    for item in re.findall(r'"[^"]*"(?:;[a-z]+=(?:"[^"]*"|\d+))*', field):
        name, *parameters = re.findall(r'"[^"]*"|;[a-z]+=(?:"[^"]*"|\d+)', item)
        pairs = (parameter[1:].split("=", 1) for parameter in parameters)
        found.append((name.strip('"'), {key: int(v) if v.isdigit() else v.strip('"') for key, v in pairs}))
    return found


@suite.test("a limit is told in RateLimit fields, and a used-up one with the time to wait")
def limits(world):
    for left in (2, 1, 0):
        response = world.check("POST", "/orders")
        equal(response.status_code, 200, response.text)
        equal(items(response.headers["RateLimit-Policy"]), [("3/hour", {"q": 3, "w": 3600})])
        (name, state), = items(response.headers["RateLimit"])
        equal((name, state["r"]), ("3/hour", left))
        holds(0 < state["t"] <= 3600, f"t={state['t']}")
        equal(response.headers["safeconduct-features"], "draft, list")
        equal(response.headers["safeconduct-remaining"], str(left))
    response = world.check("POST", "/orders")
    members = problem(response, 429, "too_many_requests")
    equal(members["reason"], "limit_exceeded")
    wait = int(response.headers["Retry-After"])
    holds(0 < wait <= 1201, f"Retry-After {wait}")
    equal(items(response.headers["RateLimit"])[0][1]["r"], 0)
    # Somebody else has a bucket of their own.
    equal(world.check("POST", "/orders", "reader").status_code, 200)


@suite.test("an amount is taken from a named attribute; AuthZEN tells the same as the header fields")
def amounts(world):
    def pay(total):
        return world.scene.ask_proven(world.token(), "orders/pay", "write", context={"total": total}).json()

    first = pay(40)
    context = first["context"]
    equal((first["decision"], context["outcome"], context["remaining"]), (True, "limit", 60))
    limit, = context["rate_limits"]
    equal((limit["policy"], limit["unit"], limit["quota"]), ("100amount(total)/day", "total", 100))
    fields = {field["name"]: field["value"] for field in context["response_headers"]}
    equal(items(fields["RateLimit"])[0][1]["r"], 60)
    equal(items(fields["RateLimit-Policy"]), [("100amount(total)/day", {"q": 100, "qu": "total", "w": 86400})])
    equal(pay(45)["context"]["remaining"], 15)
    # The policies' schema says that it is a whole number: no policy is asked about another.
    equal(pay(4.5)["context"]["reason"]["class"], "request_invalid")
    over = pay(20)["context"]
    equal((over["outcome"], over["reason"]["class"]), ("deny", "limit_exceeded"))
    holds(over["retry_after_ms"] > 0, str(over))
    equal(pay(None)["context"]["reason"]["class"], "limit_unmeasured")


@suite.test("an approval names the groups and the decision; what it would be bound to is recorded")
def approvals(world):
    answer = world.scene.ask_proven(world.token("reader"), "orders/pay", "write", context={"total": 60, "note": "x"}).json()
    context = answer["context"]
    equal((answer["decision"], context["outcome"]), (False, "approve"))
    equal(context["remedies"], ["limit:100amount(total)/day", "approve:finance"])
    equal(context["access_request"], {"groups": ["finance"], "decision_id": context["decision_id"]})
    record = world.server.api("GET", f"/v1/decisions/{context['decision_id']}", status=200).json()
    binding, = record["bindings"]
    equal((binding["policy"], binding["remedy"], binding["attributes"]), ("large-transfers", "approve:finance", ["total"]))

    def digest(**more):
        again = world.scene.ask_proven(world.token("reader"), "orders/pay", "write", context=more).json()
        one = world.server.api("GET", f"/v1/decisions/{again['context']['decision_id']}", status=200).json()
        return one["bindings"][0]["digest"]

    equal(digest(total=60, note="another"), binding["digest"], "what @binds does not name")
    holds(digest(total=61) != binding["digest"], "another amount has the same binding")


@suite.test("a challenge is told as RFC 9470 does: 401, and what to prove")
def challenges(world):
    response = world.check("POST", "/export")
    members = problem(response, 401, "challenge_required")
    equal(members["remedies"], ["challenge:dpop", "challenge:fresh"])
    told = response.raw.headers.getlist("WWW-Authenticate")
    equal(len(told), 2, str(told))
    for field in told:
        holds('error="insufficient_user_authentication"' in field, field)
    holds(told[0].startswith("DPoP ") and "algs=" in told[0], told[0])
    holds(told[1].startswith("Bearer ") and 'max_age="0"' in told[1], told[1])
    context = world.scene.ask_proven(world.token(), "orders/export", "write").json()["context"]
    equal(context["challenges"], ["dpop", "fresh"])
    equal([field["name"] for field in context["response_headers"]], ["WWW-Authenticate"] * 2)


@suite.test("policies see the path's parameters and the method, whatever the caller says of them")
def parameters(world):
    equal(world.check("POST", "/of/worker").status_code, 200)
    problem(world.check("POST", "/of/reader"), 403, "denied")
    route = {"type": "route", "id": "/of/reader", "properties": {"method": "POST", "host": "orders.test"}}
    body = {
        "subject": {"type": "identity", "id": "worker"}, "action": {"name": "call"}, "resource": route,
        "context": {"owner": "worker", "method": "POST"},
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {world.scene.point}"}
    answer = world.server.session.post(world.server.url + "/access/v1/evaluation", json=body, headers=headers, timeout=20)
    equal(answer.json()["decision"], False)


@suite.test("alerts and policies in shadow mode are recorded, counted, listed, and change nothing")
def shadows(world):
    answer = world.scene.ask("reader").json()
    equal(answer["decision"], True)
    record = world.server.api("GET", f"/v1/decisions/{answer['context']['decision_id']}", status=200).json()
    equal((record["outcome"], record["alerts"]), ("allow", ["rollout"]))
    equal((record["shadow"]["outcome"], record["shadow"]["determining"]), ("deny", ["trial"]))
    listed = world.server.api("GET", "/v1/alerts?channel=rollout&page_size=1", status=200).json()["items"]
    equal([alert["decision"] for alert in listed], [record["id"]])
    equal(world.server.cli_json("alert", "list", "--channel", "fraud-team")["items"][0]["policies"], ["large-transfers"])
    found = world.server.cli_json("decision", "list", "--channel", "rollout", "--since", "1h")["items"]
    holds(record["id"] in [decision["id"] for decision in found], "the decision is found by its alert")
    holds(all("rollout" in decision["alerts"] for decision in found), "no decision without the alert")
    equal(world.server.api("GET", "/v1/decisions?channel=nobody", status=200).json()["items"], [])
    counts = world.metric("safeconduct_alerts_total")
    holds(counts['{channel="rollout"}'] >= 1 and counts['{channel="fraud-team"}'] >= 1, str(counts))
    holds(world.metric("safeconduct_shadow_decisions_total")['{outcome="deny"}'] >= 1, "shadow decisions are counted")
    lines = [line for line in world.server.child.log.read_text().splitlines() if "alert" in line and "rollout" in line]
    holds(any(record["id"] in line for line in lines), "the log has a line of the alert")
    problem(world.server.api("GET", "/v1/alerts?chanel=x"), 400)


@suite.test("policies that fail are counted and listed with their last decision")
def failures(world):
    answer = world.scene.ask("worker").json()
    errors = world.server.api("GET", "/v1/policies/errors", status=200).json()
    error, = [item for item in errors["items"] if item["policy"] == "broken"]
    equal((error["error"], error["effect"], error["last_decision"]), ("overflow", "permit", answer["context"]["decision_id"]))
    holds(error["count"] >= 2 and errors["others"] == 0, str(errors))
    holds(world.metric("safeconduct_policy_errors_total")['{effect="permit"}'] >= error["count"], "the metric counts them")
    holds("broken" in world.server.cli("policy", "errors"), "the command lists them")


@suite.test("putting an enforced forbid into shadow mode has to be confirmed by its name")
def weakening(world):
    weak = POLICIES.replace('@id("large-transfers")', '@id("large-transfers")\n@mode("shadow")')
    files = {"files": [{"name": "shop.cedar", "text": weak}, {"name": "shop.cedarschema", "text": SCHEMA}]}
    review = world.server.api("POST", "/v1/policies/review", files, status=200).json()
    equal(review["change"]["forbids_weakened"], ["large-transfers"])
    members = problem(world.server.api("PUT", "/v1/policies/active", files), 422)
    equal(members["errors"][0]["code"], "confirmation_required")
    holds("large-transfers" in members["detail"], members["detail"])
    folder = world.scratch / "weak"
    folder.mkdir()
    (folder / "shop.cedar").write_text(weak)
    (folder / "shop.cedarschema").write_text(SCHEMA)
    world.server.cli("policy", "activate", folder, code=1)
    holds("large-transfers" in world.server.cli("policy", "activate", folder, "--dry-run", code=1), "the review names it")
    world.server.cli("policy", "activate", folder, "--confirm", "large-transfers")
    answer = world.scene.ask("reader", "orders/pay", "write", context={"total": 51}).json()
    equal(answer["context"]["outcome"], "limit", "no longer enforced")
    back = world.activate(POLICIES)
    equal(back["change"], {"forbids_weakened": [], "forbids_removed": [], "forbids_changed": []})


@suite.test("a policy that could deny by a remedy that is met is refused with file, line and column")
def lint(world):
    for text, place, words in (
        ('permit (principal, action, resource)\nwhen { !context.met.contains("challenge:dpop") };', "2:9", "may stop the permit"),
        ('forbid (principal, action, resource)\nwhen { context.met == [] };', "2:8", "contains, containsAll or containsAny"),
        ('permit (principal, action, resource)\nwhen { context.met.contains("limit:5/week") };', "2:29", "unknown remedy"),
        ('@mode("dark") permit (principal, action, resource);', "1:1", "unknown mode"),
        ('@alert("The Team") permit (principal, action, resource);', "1:1", "@alert"),
    ):
        body = {"files": [{"name": "a.cedar", "text": text}]}
        members = problem(world.server.api("PUT", "/v1/policies/active", body), 422)
        holds(f"a.cedar:{place}: " in members["detail"] and words in members["detail"], members["detail"])
    odd = world.activate(POLICIES + '@remdy("x") permit (principal, action, resource == Operation::"orders/none");')
    lines = [warning["line"] for warning in odd["warnings"] if warning["code"] == "annotation"]
    equal(lines, [POLICIES.count("\n") + 1])
    world.activate(POLICIES)


@suite.test("an enforcement point that runs with other policies than the active ones is seen to drift")
def drift(world):
    active = world.server.api("GET", "/v1/policies/active", status=200).json()
    rev = world.server.api("GET", "/v1/status", status=200).json()["rev"]

    def shown():
        return world.server.api("GET", "/v1/enforcement-points/proving", status=200).json()

    world.check("GET", "/orders", **{"Safeconduct-Policy-Digest": active["digest"], "Safeconduct-Rev": str(rev)})
    runs = shown()["runs_with"]
    equal((runs["policy_digest"], runs["rev"], "drifting_since" in runs), (active["digest"], rev, False))
    holds(runs["age_ms"] >= 0 and "last_seen" in shown(), str(runs))
    old = world.activate(POLICIES.replace("limit:3/hour", "limit:4/hour"))
    holds("drifting_since" in shown()["runs_with"], "it runs with the old ones")
    equal(shown()["runs_with"]["drifting_since"], old["changed_at"])
    holds("drifting since" in world.server.cli("pep", "list"), "the command shows it")
    context = {"enforcement_point": {"policy_digest": old["digest"], "rev": old["rev"]}}
    world.scene.ask_proven(world.token(), context=context)
    holds("drifting_since" not in shown()["runs_with"], "it has caught up")
    world.activate(POLICIES)
    holds("safeconduct_enforcement_point_drift_seconds" in world.server.api("GET", "/metrics").text, "the metric")
    world.check("GET", "/orders", **{"Safeconduct-Policy-Digest": "nonsense", "Safeconduct-Rev": "-1"})
    equal(shown()["runs_with"]["policy_digest"], old["digest"], "nonsense changes nothing")


@suite.test("decisions are made again to the identical answer, and explained")
def replays(world):
    newest = world.server.cli_json("decision", "list", "--limit", "50")["items"]
    for decision in newest[:5]:
        replay = world.server.cli_json("decision", "replay", decision["id"])
        equal((replay["identical"], replay["recorded"]["outcome"]), (True, decision["outcome"]))
    limited = next(decision for decision in newest if decision["outcome"] == "limit")
    text = world.server.cli("decision", "explain", limited["id"])
    holds("in shadow mode" in text or "limits" in text, text)
    world.server.cli("decision", "replay", "dec_06E7S21K400040000000000002", code=4)
    world.server.cli("decision", "replay", code=2)
    total = world.server.cli_json("decision", "replay", "--all")
    equal((total["different"], total["not_replayed"]), ([], {}))
    holds(total["decisions"] == total["identical"] >= 20, str(total))
    problem(world.server.api("GET", "/v1/decisions/replay?page_token=evidence-1-202611:0"), 400)
    suite.note(f"replayed: {total['decisions']} decisions, {total['unasked']} refused before any policy")


@suite.test("simulate: what other policies would have answered to what was asked")
def simulate(world):
    folder = world.scratch / "next"
    folder.mkdir()
    (folder / "shop.cedar").write_text(POLICIES)
    (folder / "shop.cedarschema").write_text(SCHEMA)
    since = world.server.api("GET", "/v1/status", status=200).json()["time"]
    for name in ("worker", "reader", "worker"):
        world.scene.ask(name)
    world.scene.ask("worker", "orders/nothing-there")
    # Who proves nothing is counted and leaves no decision, so there is nothing to simulate.
    equal("decision_id" in world.scene.ask("nobody").json()["context"], False)
    same = world.server.cli_json("policy", "simulate", "--policies", folder, "--since", since)
    equal((same["changed"], same["changes"], same["not_replayed"]), (0, [], {}))
    equal((same["decisions"], same["replayed"], same["unasked"]), (4, 3, 1))
    (folder / "shop.cedar").write_text(POLICIES.replace('@mode("shadow")', ""))
    other = world.server.cli_json("policy", "simulate", "--policies", folder, "--examples", "2")
    changes = {(change["from"], change["to"]): change for change in other["changes"]}
    equal(set(changes), {("allow", "deny"), ("limit", "deny"), ("approve", "deny")})
    example = changes[("allow", "deny")]["examples"][0]
    equal((example["identity_name"], example["api_name"], example["determining"]), ("reader", "orders", ["trial"]))
    equal([item["identity_name"] for item in other["by_identity"]], ["reader"])
    holds(other["replayed"] == other["decisions"] - other["unasked"] > 20, str(other))
    equal(sum(change["count"] for change in other["changes"]), other["changed"])
    text = world.server.cli("policy", "simulate", "--policies", folder)
    holds("allow -> deny" in text and "reader" in text, text)
    few = world.server.cli_json("policy", "simulate", "--policies", folder, "--limit", "3")
    equal(few["decisions"], 3)
    none = world.server.cli_json("policy", "simulate", "--policies", folder, "--since", "2099-01-01T00:00:00Z")
    equal((none["decisions"], none["changes"]), (0, []))
    for bad in ({"files": [], "limit": 0}, {"files": [], "limit": 100001}, {"files": [], "since": "now"}, {"limit": 5}, {"filez": []}):
        problem(world.server.api("POST", "/v1/policies/simulate", bad), 400)
    broken = {"files": [{"name": "a.cedar", "text": "permit (principal"}]}
    problem(world.server.api("POST", "/v1/policies/simulate", broken), 422)


@suite.test("two policies that ask for one limit have a bucket each, and the caller is told of the emptier")
def shared_limit(world):
    limited = '@remedy("limit:4/hour")\n{} when {{ context.met.contains("limit:4/hour") }};\n'
    lists = limited.format('permit (principal, action, resource == Operation::"orders/list")')
    shows = limited.format('permit (principal, action, resource == Operation::"orders/show")')
    every = '@remedy("limit:4/hour")\nforbid (principal, action, resource) unless { context.met.contains("limit:4/hour") };\n'
    world.activate(lists + shows + every)
    try:
        for path, left in (("/orders", 3), ("/orders", 2), ("/orders/7", 1), ("/orders/7", 0)):
            response = world.check("GET", path)
            equal(response.status_code, 200, response.text)
            equal(items(response.headers["RateLimit-Policy"]), [("4/hour", {"q": 4, "w": 3600})])
            (name, state), = items(response.headers["RateLimit"])
            equal((name, state["r"], response.headers["safeconduct-remaining"]), ("4/hour", left, str(left)))
        for path in ("/orders", "/orders/7"):
            problem(world.check("GET", path), 429, "too_many_requests")
    finally:
        world.activate(POLICIES)


if __name__ == "__main__":
    suite.main()
