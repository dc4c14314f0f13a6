"""Clients that others wrote, unmodified, and a resource server that others wrote: what they do by themselves is enough."""

import asyncio
import base64
import contextlib
import hashlib
import json
import os
import secrets
import shutil
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import google.auth.transport.requests
import httpx2
import id as ambient
import requests
import yaml
from google.auth import identity_pool
from harness.issuer import Issuer
from harness.process import Child, free_port, wait_for_port
from harness.resource import Resource
from harness.scene import EXPIRES, Scene, custody, identity
from harness.server import Server
from harness.suite import Skipped, Suite, environment, equal, holds
from jwskate import Jwk
from mcp.client.auth.extensions.client_credentials import PrivateKeyJWTOAuthProvider, SignedJWTParameters
from mcp.client.auth.extensions.identity_assertion import IdentityAssertionOAuthProvider
from oauthlib.oauth2 import BackendApplicationClient
from oauthlib.oauth2.rfc6749.errors import OAuth2Error
from requests_oauth2client import DPoPKey, OAuth2Client
from requests_oauth2client.exceptions import AccessDenied, InvalidClient
from requests_oauthlib import OAuth2Session

ROOT = Path(__file__).resolve().parents[2]
JWT = "urn:ietf:params:oauth:token-type:jwt"
SECRET = secrets.token_urlsafe(40)

POLICIES = """\
permit (principal, action, resource in Api::"orders")
when { principal.labels.contains("worker") };

permit (principal, action, resource in Api::"tools")
when { principal.labels.contains("agent") };

// What a client secret proves is not enough to write.
@id("secrets-read")
permit (principal, action, resource == Operation::"orders/list")
when { principal.labels.contains("legacy") };

@id("secret-of-the-vault")
permit (principal, action, resource == Operation::"vault/read-payroll")
when { principal.labels.contains("payroll") };
"""
# Only the role, and only for a while: nobody has the right for good.
DEPLOYMENT = """\
@id("deployers-in-their-window")
permit (principal, action, resource in Api::"deployment")
when {{
    principal.labels.contains("deployer") &&
    context.now >= datetime("{begin}") && context.now < datetime("{end}")
}};
"""


def instant(offset):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + offset))


def digest(token):
    """What a proof says of its token (RFC 9449 section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.access_token.encode()).digest()).rstrip(b"=").decode()


def decoded(token):
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


class World:
    def __init__(self, scratch, scene, resource, github):
        self.scratch, self.scene, self.server, self.resource, self.github = scratch, scene, scene.server, resource, github
        self.issuer = scene.issuer
        self.policies()
        self.tools = self.put_api("tools", [resource.host], "use", base="/mcp")
        self.put_api("vault", ["vault.test"], "read-payroll")
        self.put_api("deployment", ["deploy.test"], "deploy")
        self.put_api("gateway", [resource.host], "list", base="/orders")
        for name, label in (("agent", "agent"), ("person", "agent"), ("old-batch", "legacy"), ("payer", "payroll")):
            scene.put("identities", identity(name, label))
        resource.server = scene.server
        resource.point = ("mcp-gate", scene.create_point("mcp-gate", ["proven"], apis=["tools"]))
        resource.proving = scene.create_point("gateway", ["proven"], apis=["gateway"])
        self.keys = {}

    def put_api(self, name, hosts, operation, base=""):
        operations = [{"name": operation, "method": "GET", "path": "/" if base else f"/{operation}"}]
        api = {"name": name, **custody(), "hosts": hosts, "base_path": base, "operations": operations}
        return self.scene.put("apis", api).json()["id"]

    def policies(self, more=""):
        text = POLICIES + 'permit (principal, action, resource in Api::"gateway") when { principal.labels.contains("worker") };\n'
        files = [{"name": "shop.cedar", "text": text}] + ([{"name": "more.cedar", "text": more}] if more else [])
        self.server.api("PUT", "/v1/policies/active", {"files": files}, status=200)

    def key(self, name):
        """The key of an identity, registered as its operator does it."""
        if name not in self.keys:
            key = Jwk.generate(alg="ES256").with_kid_thumbprint()
            file = self.scratch / f"{name}.pub.json"
            file.write_text(json.dumps(dict(key.public_jwk().minimize())))
            self.server.cli("credential", "register", "--identity", name, "--jwk", file, "--expires-in", "30d")
            self.keys[name] = key
        return self.keys[name]

    def client(self, name, **more):
        """requests-oauth2client, which is told the issuer and finds the rest."""
        return OAuth2Client.from_discovery_endpoint(
            issuer=self.server.url, client_id=name, private_key=self.key(name), testing=True, **more
        )

    def point_client(self, name="point", token=None):
        """The same library at an enforcement point."""
        return OAuth2Client.from_discovery_endpoint(
            issuer=self.server.url, auth=requests.auth.HTTPBasicAuth(name, token or self.scene.point), testing=True
        )

    def decision(self, **wanted):
        """The newest decision with these members."""
        for item in self.server.cli_json("decision", "list", "--limit", "40")["items"]:
            if all(item.get(name) == value for name, value in wanted.items()):
                return item
        raise AssertionError(f"no decision with {wanted}")


@contextlib.contextmanager
def world():
    scratch = Path(environment("SAFECONDUCT_SCRATCH"))
    # Nobody's proxy, and no credentials of the machine.
    os.environ.update({"NO_PROXY": "127.0.0.1", "OAUTHLIB_INSECURE_TRANSPORT": "1"})
    with Issuer() as issuer, Issuer() as github, Resource() as resource:
        with Server(scratch / "one", "--allow-http-issuers") as server:
            scene = Scene(server, issuer)
            kinds = ["JWT", "oauth-id-jag+jwt"]
            scene.issuer_object = lambda name, one, **more: Scene.issuer_object(scene, name, one, token_types=kinds, **more)
            yield World(scratch, scene.build(), resource, github)


suite = Suite("oauthclients", world)


# --- requests-oauth2client --------------------------------------------------------------------------------------


@suite.test("requests-oauth2client: private_key_jwt, DPoP with its nonce, introspection, revocation")
def own_token(world):
    client, point = world.client("worker"), world.point_client()
    token = client.client_credentials(scope="list show", audience="orders", dpop=True)
    equal(token.token_type, "DPoP", "type")
    told = point.introspect_token(token.access_token)
    equal((told["active"], told["scope"], told["cnf"]["jkt"]), (True, "list show", token.dpop_key.dpop_jkt), "told")
    equal(client.revoke_access_token(token.access_token), True, "revoked")
    equal(point.introspect_token(token.access_token), {"active": False}, "after it")
    equal(client.revoke_access_token("unknown"), True, "an unknown one")
    # It names the endpoint as the audience of its assertions, which is noted.
    found = [item for item in world.server.cli_json("finding", "list")["items"] if item["kind"] == "client.legacy_audience"]
    holds(found and found[0]["identity"] == "worker" and found[0]["calls"] >= 3, f"{found}")
    leaf = world.server.cli_json("decision", "show", world.decision(identity_name="worker")["id"])
    equal((leaf["client_method"], leaf["client_audience"]), ("private_key_jwt", "legacy"), "its leaf")


@suite.test("requests-oauth2client: token exchange with an actor, and the chain stays")
def exchange(world):
    client, point = world.client("worker"), world.point_client()
    subject, actor = world.issuer.token("reader"), world.issuer.token("worker")
    token = client.token_exchange(
        subject_token=subject, subject_token_type=JWT, actor_token=actor, actor_token_type=JWT, audience="orders", scope="list"
    )
    told = point.introspect_token(token.access_token)
    ids = {name: world.server.api("GET", f"/v1/identities/{name}").json()["id"] for name in ("reader", "worker")}
    equal((told["sub"], told["act"]["sub"]), (ids["reader"], ids["worker"]), "for whom, by whom")
    equal(token.as_dict()["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token", "type")
    # Once more, narrower: nobody is lost.
    again = client.token_exchange(subject_token=token.access_token, subject_token_type=JWT, scope="list")
    equal(decoded(again.access_token)["act"], told["act"], "the chain")
    client.revoke_access_token(token.access_token)
    equal(point.introspect_token(again.access_token), {"active": False}, "what descends from it")


@suite.test("a clean token replayed in another context is refused")
def replayed(world):
    token = world.client("worker").client_credentials(scope="list", audience="gateway", dpop=True)
    place = world.resource.url + "/orders/"
    equal(requests.get(place, auth=token, timeout=10).status_code, 200, "its holder")
    # The same token, whole and genuine, with a key of the thief's.
    thief = DPoPKey.generate("ES256")
    hashed = digest(token)
    headers = {"Authorization": f"DPoP {token.access_token}", "DPoP": str(thief.proof("GET", place, hashed))}
    answer = requests.get(place, headers=headers, timeout=10)
    equal((answer.status_code, answer.json()["reason"]), (401, "proof_refused"), answer.text)
    # And as a bearer token, and with the holder's proof for another place.
    answer = requests.get(place, headers={"Authorization": f"Bearer {token.access_token}"}, timeout=10)
    equal((answer.status_code, answer.json()["reason"]), (401, "proof_missing"), answer.text)
    headers["DPoP"] = str(token.dpop_key.proof("GET", "https://elsewhere.test/orders", hashed))
    equal(requests.get(place, headers=headers, timeout=10).status_code, 401, "for another place")
    equal(requests.get(place, auth=token, timeout=10).status_code, 200, "its holder goes on")


@suite.test("a service account asks whether it may have a secret: allowed, denied, both explained and logged")
def may_have(world):
    payer, worker = world.client("payer"), world.client("worker")
    token = payer.client_credentials(scope="read-payroll", audience="vault")
    equal(token.scope, "read-payroll", "allowed")
    try:
        worker.client_credentials(scope="read-payroll", audience="vault")
        raise AssertionError("the worker got the secret's token")
    except AccessDenied as refusal:
        denied = refusal.response.json()["decision_id"]
    allowed = world.decision(identity_name="payer", api_name="vault")["id"]
    for decision, outcome, words in ((allowed, "allow", "secret-of-the-vault"), (denied, "deny", "read-payroll")):
        shown = world.server.cli_json("decision", "show", decision)
        equal((shown["outcome"], shown["kind"]), (outcome, "issue"), "logged")
        equal(shown["grant"], "client_credentials", "how")
        explained = world.server.cli("decision", "explain", decision)
        holds(words in explained, explained)
        receipt = world.server.api("GET", f"/v1/decisions/{decision}/receipt", status=200)
        holds(receipt.text, "a receipt")


# --- mcp --------------------------------------------------------------------------------------------------------


class Storage:
    """What the SDK keeps its tokens in."""

    tokens = info = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.info

    async def set_client_info(self, info):
        self.info = info


def call(world, provider):
    """One message to the resource, with all that the provider does before."""

    async def run():
        async with httpx2.AsyncClient(auth=provider, trust_env=False) as client:
            message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
            return await client.post(world.resource.url + "/mcp", json=message, headers={"mcp-protocol-version": "2025-06-18"})

    return asyncio.run(run())


@suite.test("mcp: PrivateKeyJWTOAuthProvider finds the server by the resource's own metadata")
def mcp_key(world):
    signing = SignedJWTParameters(
        issuer="agent", subject="agent", signing_key=world.key("agent").to_pem(), signing_algorithm="ES256"
    )
    provider = PrivateKeyJWTOAuthProvider(
        server_url=world.resource.url + "/mcp", storage=Storage(), client_id="agent", issuer=world.server.url,
        assertion_provider=signing.create_assertion_provider(),
    )  # fmt: skip
    answer = call(world, provider)
    equal(answer.status_code, 200, answer.text)
    caller = answer.json()["result"]["caller"]
    equal((caller["scope"], caller["aud"]), ("use", world.tools), "its token")


@suite.test("mcp: IdentityAssertionOAuthProvider brings an identity assertion (ID-JAG), for its own client alone")
def mcp_assertion(world):
    secret = secrets.token_urlsafe(40)
    world.server.api("POST", "/v1/credentials", {"holder": "agent", "secret": secret}, status=201)
    made = []

    async def assertion(audience, resource):
        claims = world.issuer.claims("person", aud=audience, client_id="agent", resource=resource, scope="use")
        made.append(world.issuer.key.token(claims, {"typ": "oauth-id-jag+jwt"}))
        return made[-1]

    def provider(assertions):
        return IdentityAssertionOAuthProvider(
            server_url=world.resource.url + "/mcp", storage=Storage(), client_id="agent", client_secret=secret,
            issuer=world.server.url, assertion_provider=assertions, scope="use",
        )  # fmt: skip

    answer = call(world, provider(assertion))
    equal(answer.status_code, 200, answer.text)
    caller = answer.json()["result"]["caller"]
    ids = {name: world.server.api("GET", f"/v1/identities/{name}").json()["id"] for name in ("person", "agent")}
    equal((caller["sub"], caller["act"]["sub"], caller["client_id"]), (ids["person"], ids["agent"], ids["agent"]), "chain")

    async def other(audience, resource):
        claims = world.issuer.claims("person", aud=audience, client_id="worker", resource=resource, scope="use")
        return world.issuer.key.token(claims, {"typ": "oauth-id-jag+jwt"})

    try:
        raise AssertionError(f"an assertion for another client was taken: {call(world, provider(other)).text}")
    except Exception as error:
        holds("invalid_grant" in str(error), f"{error}")


# --- google-auth, requests-oauthlib -----------------------------------------------------------------------------


@suite.test("google-auth: an external account exchanges its own token and proves itself by nothing else")
def external_account(world):
    file = world.scratch / "workload.jwt"
    file.write_text(world.issuer.token("worker"))
    info = {
        "type": "external_account", "audience": "orders", "subject_token_type": JWT,
        "token_url": world.server.url + "/oauth2/token", "credential_source": {"file": str(file)},
    }  # fmt: skip
    account = identity_pool.Credentials.from_info(info, scopes=["list", "show"])
    account.refresh(google.auth.transport.requests.Request())
    told = world.point_client().introspect_token(account.token)
    equal((told["active"], told["scope"], "act" in told), (True, "list show", False), f"{told}")
    holds(account.valid and not account.expired, "what the library makes of it")
    file.write_text(world.issuer.token("stranger"))
    try:
        account.refresh(google.auth.transport.requests.Request())
        raise AssertionError("a stranger's token was exchanged")
    except google.auth.exceptions.OAuthError as error:
        holds("invalid_grant" in str(error), f"{error}")


@suite.test("requests-oauthlib: a client secret that was imported, and every use of it a finding")
def legacy(world):
    file = world.scratch / "old-batch.secret"
    file.write_text(SECRET + "\n")
    shown = world.server.cli_json("credential", "import-secret", "--identity", "old-batch", "--secret-file", file)
    equal((shown["kind"], shown["fingerprint"]), ("secret", hashlib.sha256(SECRET.encode()).hexdigest()), "what is kept")
    endpoint = world.server.url + "/oauth2/token"
    session = OAuth2Session(client=BackendApplicationClient(client_id="old-batch"))
    token = session.fetch_token(endpoint, auth=requests.auth.HTTPBasicAuth("old-batch", SECRET), audience="orders", scope="list")
    told = world.point_client().introspect_token(token["access_token"])
    equal((told["active"], told["token_type"]), (True, "Bearer"), "its token")
    # In the form, too; the SDKs differ.
    again = session.fetch_token(
        endpoint, client_secret=SECRET, include_client_id=True, audience="orders", scope="list", auth=False
    )
    found = [item for item in world.server.cli_json("finding", "list")["items"] if item.get("identity") == "old-batch"]
    equal([(item["kind"], item["calls"]) for item in found], [("client.secret", 2)], "findings")
    leaf = world.server.cli_json("decision", "show", world.decision(identity_name="old-batch")["id"])
    equal((leaf["client_method"], leaf["assurance"]), ("client_secret_post", 300), "its leaf")
    # What is had by a secret is worth no more than it, at whatever point.
    equal(world.scene.ask_proven(again["access_token"], action="read").json()["decision"], True, "a call with it")
    equal(world.decision(identity_name="old-batch")["assurance"], 300, "the call's assurance")
    for name, secret in (("old-batch", "x" * 43), ("worker", SECRET), ("nobody", SECRET)):
        try:
            session.fetch_token(endpoint, auth=requests.auth.HTTPBasicAuth(name, secret), audience="orders", scope="list")
            raise AssertionError(f"{name} got a token")
        except OAuth2Error as error:
            equal(error.error, "invalid_client", name)
    for weak in ("short", "x" * 64, "0123456789" * 3 + "01", "password" * 8, SECRET + " "):
        answer = world.server.api("POST", "/v1/credentials", {"holder": "old-batch", "secret": weak})
        equal((answer.status_code, weak in answer.text), (422, False), f"{answer.text}")
    # Ended by whoever has it, as any client may.
    revoked = requests.post(
        world.server.url + "/oauth2/revoke", data={"token": token["access_token"]}, auth=("old-batch", SECRET), timeout=10
    )
    equal(revoked.status_code, 200, revoked.text)
    equal(world.point_client().introspect_token(token["access_token"]), {"active": False}, "after it")
    # The credential is cut; what was had by it goes with it.
    world.server.cli("cut", "create", "--scope", f"credential:{shown['id']}", "--reason", "moved to a key")
    equal(world.point_client().introspect_token(again["access_token"]), {"active": False}, "after the cut")
    logs = (world.scratch / "one" / "server.log").read_text()
    holds(SECRET not in logs, "the secret is in the server's log")


# --- GitHub Actions ---------------------------------------------------------------------------------------------


class Actions:
    """GitHub's part: a token service that tells the job of a workflow who it is, as its documentation says."""

    request_token = "ghs_" + secrets.token_hex(12)

    def __init__(self, world):
        self.world, self.job = world, {}
        world.github.misbehave = self.answer
        os.environ.update({
            "GITHUB_ACTIONS": "true", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": self.request_token,
            "ACTIONS_ID_TOKEN_REQUEST_URL": world.github.url + "/token?api-version=2.0",
        })  # fmt: skip

    def answer(self, handler):
        url = urlsplit(handler.path)
        if url.path != "/token":
            return False
        if handler.headers["Authorization"].lower() != f"bearer {self.request_token}":
            Issuer.answer(handler, {}, 401)
            return True
        token = self.world.github.token(self.job["sub"], aud=parse_qs(url.query)["audience"][0], **self.job["claims"])
        Issuer.answer(handler, {"value": token})
        return True

    def run(self, repository_id="4711", ref="refs/heads/main", deployment="production"):
        """What the job of that repository, branch and environment gets for its token."""
        self.job = {
            "sub": f"repo:acme/shop:environment:{deployment}",
            "claims": {
                "repository": "acme/shop", "repository_id": repository_id, "repository_owner": "acme", "ref": ref,
                "environment": deployment, "actor": "octocat", "run_id": str(secrets.randbelow(10**9)),
            },
        }  # fmt: skip
        token = ambient.detect_credential("https://safeconduct.shop.example")
        client = OAuth2Client.from_discovery_endpoint(issuer=self.world.server.url, client_id="ci", testing=True)
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token": token,
            "subject_token_type": JWT, "audience": "deployment", "scope": "deploy",
        }  # fmt: skip
        return requests.post(client.token_endpoint, data=form, timeout=10)


def refused(answer, error):
    equal((answer.status_code, answer.json()["error"]), (400, error), answer.text)


@suite.test("CI gets a deployment token only by role plus a just-in-time grant")
def deployment(world):
    issuer = world.scene.issuer_object("github", world.github, audiences=["https://safeconduct.shop.example"], one_time=True)
    world.scene.put("issuers", {**issuer, "token_types": ["JWT"]})
    shop = identity("shop-deployment", "deployer", subject="repo:acme/shop:environment:production", issuer="github")
    # Names of repositories can be taken over by others; their numbers can't.
    claims = {"repository_id": "4711", "ref": "refs/heads/main", "environment": "production"}
    shop["kind"], shop["federation"][0]["claims"] = "ci", claims
    world.scene.put("identities", shop)
    # One-time tokens from before the node's start do not count, and `iat` has whole seconds.
    time.sleep(2)
    actions = Actions(world)
    refused(actions.run(), "access_denied")
    # The grant: a version of the policies that permits it to the role for ten minutes. (That a person approves it comes with
    # approvals; whoever activates a policy is an operator, and named in the log.)
    world.policies(DEPLOYMENT.format(begin=instant(-60), end=instant(540)))
    answer = actions.run()
    equal(answer.status_code, 200, answer.text)
    token = decoded(answer.json()["access_token"])
    equal((token["scope"], answer.json()["token_type"]), ("deploy", "Bearer"), "the token")
    # Another repository of the same name, another branch, another environment: not the identity.
    for job in ({"repository_id": "4712"}, {"ref": "refs/heads/feature"}, {"deployment": "staging"}):
        refused(actions.run(**job), "invalid_grant")
    # The window is over, and later the grant is gone: the role alone is not enough.
    world.policies(DEPLOYMENT.format(begin=instant(-600), end=instant(-60)))
    refused(actions.run(), "access_denied")
    world.policies()
    refused(actions.run(), "access_denied")
    # The grant without the role.
    world.policies(DEPLOYMENT.format(begin=instant(-60), end=instant(540)))
    shop["labels"] = ["builder"]
    world.scene.put("identities", shop)
    refused(actions.run(), "access_denied")
    world.policies()


# --- Apache -----------------------------------------------------------------------------------------------------

APACHE = """\
ServerRoot "{run}"
PidFile "{run}/httpd.pid"
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
ErrorLog "{run}/error.log"
LogLevel warn
{modules}
DocumentRoot "{run}/htdocs"
<Location /introspected>
    AuthType oauth2
    OAuth2TokenVerify introspect {url}/oauth2/introspect introspect.auth=client_secret_basic&client_id=apache&client_secret={secret}&verify.cache=no
    Require oauth2_claim scope:list
</Location>
<Location /signed>
    AuthType oauth2
    OAuth2TokenVerify jwks_uri {url}/oauth2/jwks verify.iss={url}
    Require oauth2_claim scope:list
</Location>
<Location /bound>
    AuthType oauth2
    OAuth2AcceptTokenIn header name=Authorization&type=DPoP
    OAuth2TokenVerify jwks_uri {url}/oauth2/jwks type=dpop
    Require oauth2_claim scope:list
</Location>
"""


@contextlib.contextmanager
def apache(world):
    """Apache with mod_oauth2, which knows nothing of us but two URLs."""
    modules = Path("/usr/lib/apache2/modules")
    if not (shutil.which("apache2") and (modules / "mod_oauth2.so").exists()):
        raise Skipped("apache2-bin and libapache2-mod-oauth2 are not installed (scripts/setup installs them)")
    run = world.scratch / "apache"
    for place in ("introspected", "signed", "bound"):
        (run / "htdocs" / place).mkdir(parents=True)
        (run / "htdocs" / place / "index.txt").write_text("orders\n")
    port, secret = free_port(), world.scene.create_point("apache", ["proven"])
    names = ["mpm_event", "authn_core", "authz_core", "oauth2"]
    loads = "\n".join(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in names)
    (run / "httpd.conf").write_text(
        APACHE.format(run=run, port=port, modules=loads, url=world.server.url, secret=secret)
    )
    child = Child([shutil.which("apache2"), "-X", "-f", run / "httpd.conf"], run / "start.log", cwd=run)
    try:
        wait_for_port(port, child)
        yield f"http://127.0.0.1:{port}", run
    finally:
        child.stop()


@suite.test("Apache's mod_oauth2: no token 401, with one 200, after its end 401")
def resource_server(world):
    client = world.client("worker")
    with apache(world) as (url, run):

        def status(place, token=None, **headers):
            if token:
                headers.setdefault("Authorization", f"Bearer {token}")
            return requests.get(f"{url}/{place}/index.txt", headers=headers, timeout=10).status_code

        token = client.client_credentials(scope="list", audience="orders").access_token
        narrow = client.client_credentials(scope="show", audience="orders").access_token
        log = run / "error.log"
        for place in ("introspected", "signed"):
            equal(status(place), 401, f"{place}: no token")
            equal(status(place, token), 200, f"{place}: a token; {log.read_text()[-800:]}")
            holds(status(place, narrow) in (401, 403), f"{place}: another scope")
            equal(status(place, token[:-8] + "AAAAAAAA"), 401, f"{place}: a changed one")
        client.revoke_access_token(token)
        equal(status("introspected", token), 401, "after its end")
        # Who verifies by keys alone learns of an end with the token's own: minutes.
        bound = client.client_credentials(scope="list", audience="orders", dpop=True)
        equal(requests.get(f"{url}/bound/index.txt", auth=bound, timeout=10).status_code, 200, f"bound; {log.read_text()[-800:]}")
        thief = DPoPKey.generate("ES256")
        proof = thief.proof("GET", f"{url}/bound/index.txt", digest(bound))
        headers = {"Authorization": f"DPoP {bound.access_token}", "DPoP": str(proof)}
        equal(status("bound", None, **headers), 401, "another key")


# --- documents --------------------------------------------------------------------------------------------------


@suite.test("the issuers that the documents show are ones that can be applied")
def documents(world):
    pages = (ROOT / "docs" / "issuers.md").read_text().split("```yaml\n")[1:]
    owner = {
        "kind": "Operator", "name": "platform-team", "type": "team", "purpose": "platform", "boundary": "shop",
        "expires_in": "300d",
    }  # fmt: skip
    names = []
    for index, page in enumerate(pages):
        text = page.split("```")[0]
        names += [document["name"] for document in yaml.safe_load_all(text)]
        file = world.scratch / f"issuer-{index}.yaml"
        file.write_text(yaml.safe_dump(owner) + "---\n" + text)
        told = world.server.cli("apply", "-f", file, "--dry-run")
        holds("create" in told or "+" in told, told)
    equal(len(names), 8, f"an issuer and an identity of each of four: {names}")


if __name__ == "__main__":
    suite.main()
