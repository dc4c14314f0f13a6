"""Who asks, and about whom: tokens of every bad kind, replays, key sets that are down, hostile, endless or slow, and
enforcement points that overstep. Each gets a precise refusal, and other callers notice nothing."""

import concurrent.futures
import contextlib
import json
import time
from pathlib import Path

import requests

from harness.crowd import Crowd
from harness.issuer import Issuer, SigningKey, b64
from harness.process import free_port
from harness.raw import Raw, request
from harness.scene import Scene, identity
from harness.server import Server, problem
from harness.suite import Suite, environment, equal, holds


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    with Issuer() as issuer, Server(scratch / "safeconduct", "--allow-http-issuers") as server:
        yield Crowd(scratch, Scene(server, issuer).build())


suite = Suite("tokens", world)

# --- tokens -----------------------------------------------------------------------------------------------------


def unproven(world, token, what):
    """A token that proves nothing: Envoy's check is a 401 with a problem, AuthZEN's answer a no with a reason class."""
    check = world.scene.check("GET", "/orders", token)
    members = problem(check, 401)
    holds(check.headers.get("www-authenticate", "").startswith("Bearer"), f"{what}: WWW-Authenticate")
    answer = world.scene.ask_proven(token)
    if answer.status_code == 200:
        equal(answer.json()["decision"], False, f"{what}: decision")
        holds(answer.json()["context"]["reason"]["class"], f"{what}: a reason class")
    else:
        problem(answer, 400)
    for text in (check.text, answer.text):
        for part in token.split("."):
            holds(len(part) < 16 or part not in text, f"{what}: the token comes back in the refusal")
    return members


def bad_tokens(issuer):
    """What is wrong with it -> token."""
    now = int(time.time())
    stranger = SigningKey("key-1")
    good = issuer.token("worker")
    head, payload, signature = good.split(".")

    def spoilt(claims=None, header=None):
        return issuer.key.token({**issuer.claims("worker"), **(claims or {})}, header)

    none = b64(json.dumps({"alg": "none", "typ": "JWT"}).encode()) + f".{payload}."
    return {
        "not a token": "hello",
        "two parts": f"{head}.{payload}",
        "four parts": good + ".e30",
        "five empty parts": "....",
        "no signature": f"{head}.{payload}.",
        "algorithm none": none,
        "a changed signature": f"{head}.{payload}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}",
        "a changed payload": f"{head}.{b64(json.dumps(issuer.claims('reader')).encode())}.{signature}",
        "padding": good + "=",
        "a foreign alphabet": good.replace("-", "+").replace("_", "/") + "+",
        "another key of the same kid": issuer.token("worker", key=stranger),
        "a kid that does not exist": issuer.token("worker", header={"kid": "key-9"}),
        "an algorithm the key does not have": issuer.token("worker", header={"alg": "RS256"}),
        "a symmetric algorithm": issuer.token("worker", header={"alg": "HS256"}),
        "a critical header nobody knows": issuer.token("worker", header={"crit": ["x"], "x": 1}),
        "an unencoded payload": issuer.token("worker", header={"crit": ["b64"], "b64": False}),
        "a key of its own": issuer.token("worker", key=stranger, header={"jwk": stranger.jwk(), "kid": None}),
        "another type": issuer.token("worker", header={"typ": "logout+jwt"}),
        "an expired one": issuer.token("worker", iat=now - 400, exp=now - 200),
        "one that never expires": issuer.token("worker", exp=None),
        "one without iat": issuer.token("worker", iat=None),
        "one from the future": issuer.token("worker", iat=now + 4000, exp=now + 4200),
        "one that is not valid yet": issuer.token("worker", nbf=now + 4000),
        "one that lives too long": issuer.token("worker", exp=now + 100_000),
        "another audience": issuer.token("worker", aud="https://other.test"),
        "no audience": issuer.token("worker", aud=None),
        "an empty list of audiences": issuer.token("worker", aud=[]),
        "an unknown issuer": issuer.token("worker", iss="https://nobody.test"),
        "the issuer with a slash": issuer.token("worker", iss=issuer.url + "/"),
        "no issuer": issuer.token("worker", iss=None),
        "no subject": issuer.token("worker", sub=None),
        "a subject that is a number": issuer.token(7),
        "a subject that nobody registered": issuer.token("stranger"),
        "a time that is a string": spoilt({"exp": str(now + 100)}),
        "a time beyond all bounds": spoilt({"exp": 10**30}),
        "a payload that is an array": issuer.key.token(["worker"]),
        "a header of 100 kB": issuer.token("worker", header={"x": "y" * 100_000}),
    }


@suite.test("tokens of every bad kind: a 401 that says which, an AuthZEN no with a reason class", seconds=90)
def tokens(world):
    issuer = world.scene.issuer
    equal(world.scene.check("GET", "/orders", issuer.token("worker")).status_code, 200, "a good token")
    problem(world.scene.check("GET", "/orders"), 401)
    said = {}
    for what, token in bad_tokens(issuer).items():
        if len(token) > 30_000:
            response = world.scene.check("GET", "/orders", token)
            holds(response.status_code in (400, 401, 431), f"{what}: {response.status_code}")
            continue
        try:
            members = unproven(world, token, what)
        except AssertionError as error:
            raise AssertionError(f"{what}: {error}") from None
        said[what] = (members["code"], members.get("detail"))
    holds(len(set(said.values())) >= 5, f"refusals tell causes apart: {set(said.values())}")
    head = issuer.token("reader").split(".")[0]
    twice = json.dumps(issuer.claims("reader"))[:-1] + ', "sub": "worker"}'
    signed = f"{head}.{b64(twice.encode())}"
    unproven(world, f"{signed}.{b64(issuer.key.sign(signed.encode()))}", "a claim twice")
    world.alive()


@suite.test("a header may not send us elsewhere for keys")
def jku(world):
    with Issuer() as trap:
        token = world.scene.issuer.token("worker", key=trap.key, header={"jku": f"{trap.url}/jwks", "x5u": f"{trap.url}/x"})
        unproven(world, token, "jku")
        equal(trap.requests, [], "requests at the address in the token")


@suite.test("a one-time token is good once, also for eight at the same moment")
def replay(world):
    with Issuer() as issuer:
        subject = world.add_issuer(issuer, one_time=True)
        # One-time tokens from before the node's start do not count, and `iat` has whole seconds.
        time.sleep(2)
        token = issuer.token(subject)
        equal(world.scene.ask_proven(token).json()["decision"], True, "the first use")
        unproven(world, token, "the second use")
        token = issuer.token(subject)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:

            def use(_):
                with requests.Session() as session:
                    session.trust_env = False
                    response = world.scene.ask_proven(token, session=session)
                    return response.status_code == 200 and response.json()["decision"]

            equal(sum(pool.map(use, range(8))), 1, "uses that were accepted")
        unproven(world, issuer.token(subject, jti=None), "a one-time token without an id")


@suite.test("an id that disagrees with the credential is refused")
def disagreement(world):
    token = world.scene.issuer.token("worker")
    equal(world.scene.ask_proven(token, id="worker").json()["decision"], True, "the right name")
    response = world.scene.ask_proven(token, id="reader")
    holds(response.status_code != 200 or response.json()["decision"] is False, f"another name: {response.text[:200]}")


@suite.test("what was cut, held or retired stays so, whatever is registered for the subject next")
def successors(world):
    scene, server = world.scene, world.scene.server

    def decided(token):
        return scene.ask_proven(token).json()["decision"]

    def put(name, subject, issuer, status, **claims):
        value = identity(name, "worker", subject=subject, issuer=issuer)
        value["federation"] = [{"issuer": issuer, "subject": subject, "claims": claims}] if subject else []
        answer = server.api("PUT", f"/v1/identities/{name}", value)
        equal(answer.status_code, status, f"{name}: {answer.text[:200]}")

    with Issuer() as issuer:
        subject = world.add_issuer(issuer)
        name = f"issuer-{world.issuers}"
        token = issuer.token(subject)
        equal(decided(token), True, "before")
        # No second identity that a token of the subject could prove as well, whoever registers it.
        put("shadow", subject, name, 409)
        put("shadow", subject, name, 409, sub=subject)
        hold = server.api("POST", "/v1/holds", {"scope": {"kind": "identity", "id": subject}}, status=201).json()
        put(subject, None, name, 409)
        server.api("DELETE", f"/v1/identities/{subject}", status=200)
        put("heir", subject, name, 409)
        equal(decided(token), False, "retired under a hold")
        server.api("POST", f"/v1/holds/{hold['id']}/lift", status=200)
        put("heir", subject, name, 201)
        equal(decided(token), False, "a token of the one before")
        now = int(time.time())
        equal(decided(issuer.token(subject, iat=now + 25, exp=now + 300)), False, "within the clock skew")
        other = issuer.token("second")
        put("first-of-two", "second", name, 201)
        equal(decided(other), True, "a subject that nobody had before")
        server.api("POST", "/v1/cuts", {"scope": {"kind": "identity", "id": "first-of-two"}}, status=201)
        put("first-of-two", None, name, 200)
        put("second-of-two", "second", name, 201)
        equal(decided(other), False, "the cut went with the subject")
        third = issuer.token("third")
        put("third", "third", name, 201)
        equal(decided(third), True, "a third")
        server.api("DELETE", f"/v1/issuers/{name}", status=200)
        scene.put("issuers", scene.issuer_object(f"{name}-again", issuer))
        put("third-again", "third", f"{name}-again", 409)
        put("third", "third", f"{name}-again", 200)
        equal(decided(third), False, "of the issuer before")
        again = scene.issuer_object(f"{name}-again", issuer, url="https://elsewhere.test")
        equal(server.api("PUT", f"/v1/issuers/{name}-again", again).status_code, 409, "another URL")


# --- key sets ---------------------------------------------------------------------------------------------------


def stream(handler, size, seconds=0.0):
    """Sends `size` bytes of a never-ending JSON string."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    handler.wfile.write(b'{"keys":[],"x":"')
    piece = b"x" * (1 if seconds else 65536)
    sent = 0
    while sent < size:
        handler.wfile.write(piece)
        handler.wfile.flush()
        sent += len(piece)
        time.sleep(seconds)
    return True


def instead(value, status=200, media="application/json", path="/jwks"):
    def answer(handler):
        if handler.path != path:
            return False
        Issuer.answer(handler, value, status, media)
        return True

    return answer


def redirect(handler):
    if handler.path != "/jwks":
        return False
    handler.send_response(302)
    handler.send_header("Location", "/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()
    return True


def elsewhere(url):
    def answer(handler):
        if handler.path.startswith("/.well-known"):
            Issuer.answer(handler, {"issuer": f"http://{handler.headers['Host']}", "jwks_uri": url})
            return True
        return False

    return answer


def only_keys(handler, function):
    return handler.path == "/jwks" and function(handler)


def hostile():
    key = SigningKey("key-1")
    many = [{**key.jwk(), "kid": f"k{n}"} for n in range(20_000)]
    return {
        "answers 500": instead(b"oops", 500),
        "answers 404": instead(b"", 404),
        "answers HTML": instead(b"<html>hello</html>", 200, "text/html"),
        "answers half a JSON": instead(b'{"keys":['),
        "answers an array": instead([]),
        "answers keys that are a number": instead({"keys": 5}),
        "answers keys of nonsense": instead({"keys": [1, None, {}, {"kty": "EC"}, {"kty": "RSA", "n": "AQAB", "e": "AQAB"}]}),
        "answers a member twice": instead(b'{"keys":[],"keys":[]}'),
        "answers a symmetric key": instead({"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "key-1"}]}),
        "answers a point that is not on the curve": instead({"keys": [{**key.jwk(), "y": key.jwk()["x"]}]}),
        "answers twenty thousand keys": instead({"keys": many}),
        "answers ten thousand levels": instead(b"[" * 10_000),
        "redirects": redirect,
        "never ends": lambda handler: only_keys(handler, lambda h: stream(h, 200_000_000)),
        "drips": lambda handler: only_keys(handler, lambda h: stream(h, 400, 0.1)),
        "says nothing": lambda handler: only_keys(handler, lambda h: time.sleep(25) or True),
        "hangs up": lambda handler: True,
        "calls itself somebody else": instead({"issuer": "https://else.test", "jwks_uri": "x"}, path="/.well-known/openid-configuration"),
        "points at a file": elsewhere("file:///etc/passwd"),
        "points at a private address": elsewhere("http://10.0.0.1/jwks"),
        "points at the metadata address": elsewhere("http://169.254.169.254/latest"),
        "points at a port of nobody": elsewhere(f"http://127.0.0.1:{free_port()}/jwks"),
    }  # fmt: skip


@suite.test("key sets that are down, hostile, endless or slow: refused each, all at once, and nobody else waits", seconds=90)
def key_sets(world):
    cases = hostile()
    with contextlib.ExitStack() as stack:
        prepared = []
        for what, misbehave in cases.items():
            issuer = stack.enter_context(Issuer())
            issuer.misbehave = misbehave
            prepared.append((what, issuer, world.add_issuer(issuer)))

        def use(case):
            what, issuer, subject = case
            began = time.monotonic()
            with requests.Session() as session:
                session.trust_env = False
                response = session.get(
                    f"{world.server.url}/envoy/v1/check/orders", timeout=40,
                    headers={"Host": "orders.test", "Safeconduct-Enforcement-Point": world.scene.proving,
                             "Authorization": f"Bearer {issuer.token(subject)}"},
                )  # fmt: skip
            return what, response, time.monotonic() - began

        with world.bystander() as bystander, concurrent.futures.ThreadPoolExecutor(len(prepared)) as pool:
            for what, response, seconds in pool.map(use, prepared):
                holds(response.status_code in (401, 503), f"{what}: {response.status_code} {response.text[:200]}")
                members = problem(response, response.status_code)
                holds(seconds < 20, f"{what}: an answer after {seconds:.1f} s")
                holds("/etc/passwd" not in response.text and "10.0.0.1" not in response.text, f"{what}: {members}")
        suite.note(f"{len(prepared)} key sets; {bystander.count} answers meanwhile, "
                   f"the slowest after {bystander.slowest * 1000:.0f} ms")  # fmt: skip
    world.alive()


@suite.test("an issuer that is not there at all")
def absent_issuer(world):
    with Issuer() as issuer:
        subject = world.add_issuer(issuer)
        token = issuer.token(subject)
    response = world.scene.check("GET", "/orders", token)
    holds(response.status_code in (401, 503), f"{response.status_code}")
    problem(response, response.status_code)


@suite.test("twenty first callers cost the issuer one fetch, and unknown kids cost it next to none")
def single_flight(world):
    with Issuer() as issuer, concurrent.futures.ThreadPoolExecutor(20) as pool:
        subject = world.add_issuer(issuer)
        tokens = [issuer.token(subject) for _ in range(20)]

        def use(token):
            with requests.Session() as session:
                session.trust_env = False
                return world.scene.ask_proven(token, session=session).json()["decision"]

        equal(list(pool.map(use, tokens)), [True] * 20, "answers")
        equal(issuer.requests.count("/jwks"), 1, "fetches of the key set")
        for number in range(60):
            unproven(world, issuer.token(subject, header={"kid": f"no-{number}"}), "an unknown kid")
        fetched = issuer.requests.count("/jwks")
        holds(fetched <= 4, f"60 tokens with unknown kids made {fetched} fetches")


@suite.test("an issuer that goes down after its keys are known: known keys go on", seconds=30)
def outage(world):
    with Issuer() as issuer:
        subject = world.add_issuer(issuer)
        equal(world.scene.ask_proven(issuer.token(subject)).json()["decision"], True, "before")
        issuer.misbehave = instead(b"", 503)
        equal(world.scene.ask_proven(issuer.token(subject)).json()["decision"], True, "while it is down")


@suite.test("a new key of the issuer is found; without a kid only a single key will do", seconds=40)
def rotation(world):
    with Issuer() as issuer:
        subject = world.add_issuer(issuer)
        equal(world.scene.ask_proven(issuer.token(subject, header={"kid": None})).json()["decision"], True, "one key, no kid")
        issuer.keys = [issuer.key, SigningKey("key-2")]
        # How soon a changed key set is read again is the server's choice; half a minute is what this test grants.
        deadline = time.monotonic() + 30
        accepted = False
        while not accepted and time.monotonic() < deadline:
            response = world.scene.ask_proven(issuer.token(subject, key=issuer.keys[1]))
            accepted = response.status_code == 200 and response.json()["decision"]
            time.sleep(0 if accepted else 0.5)
        holds(accepted, "the second key is accepted within half a minute")
        unproven(world, issuer.token(subject, header={"kid": None}), "two keys and no kid")


# --- enforcement points -----------------------------------------------------------------------------------------


@suite.test("a point asks about what it was granted, and nothing else")
def grants(world):
    scene = world.scene
    token = scene.issuer.token("worker")
    equal(scene.ask_proven(token).json()["decision"], True, "its own API")
    problem(scene.ask("worker", point=scene.proving), 403)
    problem(scene.ask("worker", "ledger/list"), 403)
    problem(scene.ask_proven(token, "ledger/list"), 403)
    problem(scene.check("GET", "/ledger", token, host="ledger.test"), 403)
    unknown = scene.ask("worker", "orders/nothing")
    holds(unknown.status_code in (200, 403), f"an operation that does not exist: {unknown.status_code}")
    holds(unknown.status_code == 403 or unknown.json()["decision"] is False, "it is not allowed")
    nobody = scene.ask("nobody-of-that-name")
    holds(nobody.status_code != 200 or nobody.json()["decision"] is False, "an identity that does not exist")


@suite.test("a batch with one question too many for its point")
def batch_grants(world):
    response = world.server.session.post(
        f"{world.server.url}/access/v1/evaluations", timeout=10,
        headers={"Authorization": f"Bearer {world.scene.point}"},
        json={"subject": {"type": "identity", "id": "worker"}, "action": {"name": "read"}, "evaluations": [
            {"resource": {"type": "operation", "id": "orders/list"}},
            {"resource": {"type": "operation", "id": "ledger/list"}}]},
    )  # fmt: skip
    if response.status_code == 200:
        equal([item["decision"] for item in response.json()["evaluations"]], [True, False], "decisions")
    else:
        problem(response, 403)


@suite.test("tokens of points and operators: wrong, exchanged, rotated, retired")
def point_tokens(world):
    scene = world.scene
    for token in ("", "x", scene.point[:-1], scene.point + "x", "é"):
        with Raw(world.server) as raw:
            raw.send(request("POST", "/access/v1/evaluation", b"{}", (
                f"Authorization: Bearer {token}", "Content-Type: application/json", "Content-Length: 2")))  # fmt: skip
            answer = raw.answer()
        holds(answer is not None and answer[0] in (400, 401), f"token {token[:4]!r}: {answer and answer[0]}")
    problem(scene.check("GET", "/orders", scene.issuer.token("worker"), point="wrong"), 401)
    as_operator = world.server.api("GET", "/v1/identities", token=scene.point)
    holds(as_operator.status_code in (401, 403), f"a point's token on /v1: {as_operator.status_code}")
    problem(as_operator, as_operator.status_code)
    as_point = scene.ask("worker", point=world.server.token)
    holds(as_point.status_code in (401, 403), f"an operator's token on /access: {as_point.status_code}")
    old = scene.create_point("short-lived", ["asserted"])
    equal(scene.ask("worker", point=old).json()["decision"], True, "a new point")
    shown = world.server.api("GET", "/v1/enforcement-points/short-lived", status=200).json()
    rotated = world.server.api("POST", f"/v1/enforcement-points/{shown['id']}/credential")
    holds(rotated.status_code in (200, 201), f"rotation: {rotated.status_code} {rotated.text[:200]}")
    problem(scene.ask("worker", point=old), 401)
    new = rotated.json()["token"]
    equal(scene.ask("worker", point=new).json()["decision"], True, "after the rotation")
    held = world.server.api("POST", "/v1/holds", {"scope": {"kind": "identity", "id": shown["id"]}, "reason": "test"})
    if held.status_code in (200, 201):
        after = scene.ask("worker", point=new)
        holds(after.status_code in (401, 403), f"a point on hold: {after.status_code}")
    world.server.api("DELETE", "/v1/enforcement-points/short-lived")
    after = scene.ask("worker", point=new)
    holds(after.status_code in (401, 403), f"a retired point: {after.status_code}")


# --- afterwards -------------------------------------------------------------------------------------------------


@suite.test("after all of it the server has the same process, and its log holds no token")
def afterwards(world):
    world.alive()
    said = world.server.child.log.read_text(errors="replace")
    for secret in (world.scene.point, world.scene.proving, world.server.token, "eyJ"):
        holds(secret not in said, "a token is in the server's log")


if __name__ == "__main__":
    suite.main()
