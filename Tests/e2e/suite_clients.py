"""Clients of the token endpoint: found by metadata, proven by keys, bound by proofs; what counts once counts once.

A client of a page, and Authlib's, which knows nothing of this server but what its metadata say.
"""

import base64
import contextlib
import hashlib
import json
import time
import uuid
from pathlib import Path

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from harness.issuer import Issuer
from harness.scene import Scene
from harness.server import Server
from harness.suite import Suite, environment, equal, holds
from joserfc.jwk import ECKey

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """A P-256 key that signs."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        numbers = self.key.public_key().public_numbers()
        x, y = (encoded(value.to_bytes(32, "big")) for value in (numbers.x, numbers.y))
        self.jwk = {"crv": "P-256", "kty": "EC", "x": x, "y": y}
        members = json.dumps(self.jwk, separators=(",", ":"), sort_keys=True).encode()
        self.thumbprint = encoded(hashlib.sha256(members).digest())

    @property
    def pem(self):
        encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(encoding, form, serialization.NoEncryption()).decode()

    def sign(self, claims, **header):
        head = encoded(json.dumps({"alg": "ES256", **header}).encode())
        body = head + "." + encoded(json.dumps(claims).encode())
        r, s = decode_dss_signature(self.key.sign(body.encode(), ec.ECDSA(hashes.SHA256())))
        return body + "." + encoded(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


class Client:
    """An identity with a key, and what it found out about its server."""

    def __init__(self, server, name):
        self.name, self.key, self.bound = name, Key(), Key()
        server.api("POST", "/v1/credentials", {"holder": name, "jwk": self.key.jwk}, status=201)
        self.find(server.url)

    def find(self, url):
        self.metadata = requests.get(url + "/.well-known/oauth-authorization-server", timeout=10).json()
        equal(self.metadata["issuer"], url, "issuer")

    def assertion(self, **changes):
        now = int(time.time())
        claims = {"iss": self.name, "sub": self.name, "aud": self.metadata["issuer"], "iat": now, "exp": now + 60}
        return self.key.sign({**claims, "jti": str(uuid.uuid4()), **changes})

    def proof(self, nonce=None, **changes):
        claims = {"jti": str(uuid.uuid4()), "htm": "POST", "htu": self.metadata["token_endpoint"], "iat": int(time.time())}
        if nonce:
            claims["nonce"] = nonce
        return self.bound.sign({**claims, **changes}, typ="dpop+jwt", jwk=self.bound.jwk)

    def post(self, endpoint, form, assertion=None, **headers):
        form = {**form, "client_assertion_type": ASSERTION, "client_assertion": assertion or self.assertion()}
        return requests.post(self.metadata[endpoint], data=form, headers=headers, timeout=10)

    def ask(self, scope="list", audience="orders", **more):
        wish = {"grant_type": "client_credentials", "scope": scope, "audience": audience}
        return self.post("token_endpoint", wish, **more)

    def token(self, **more):
        answer = self.ask(**more)
        equal(answer.status_code, 200, answer.text)
        return answer.json()["access_token"]


def refused(answer, error, status=400):
    equal((answer.status_code, answer.json()["error"]), (status, error), answer.text)
    equal(answer.headers["Cache-Control"], "no-store", "cached")


def introspect(scene, client, token):
    answer = requests.post(client.metadata["introspection_endpoint"], data={"token": token}, auth=("point", scene.point), timeout=10)
    equal(answer.status_code, 200, answer.text)
    return answer.json()


@contextlib.contextmanager
def world():
    folder = Path(environment("SAFECONDUCT_SCRATCH"))
    with Issuer() as issuer, Server(folder / "one", "--allow-http-issuers") as server:
        yield Scene(server, issuer).build(), Client(server, "worker")


suite = Suite("clients", world)


@suite.test("a client finds the server, gets a bound token, and ends it")
def story(world):
    scene, client = world
    assertion = client.assertion()
    first = client.ask(assertion=assertion, DPoP=client.proof())
    refused(first, "use_dpop_nonce")
    # Nothing was spent: the same assertion, with a proof that has the nonce.
    answer = client.ask(assertion=assertion, DPoP=client.proof(first.headers["DPoP-Nonce"]))
    equal((answer.status_code, answer.json()["token_type"]), (200, "DPoP"), answer.text)
    token = answer.json()["access_token"]
    head, body = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    keys = requests.get(client.metadata["jwks_uri"], timeout=10).json()["keys"]
    holds(head["typ"] == "at+jwt" and head["kid"] in [key["kid"] for key in keys], f"{head}")
    equal(body["cnf"]["jkt"], client.bound.thumbprint, "bound to")
    told = introspect(scene, client, token)
    equal((told["active"], told["scope"], told["cnf"]["jkt"]), (True, "list", client.bound.thumbprint), "introspection")
    equal(client.post("revocation_endpoint", {"token": token}).status_code, 200, "revocation")
    equal(introspect(scene, client, token), {"active": False}, "after it")
    equal(client.post("revocation_endpoint", {"token": "unknown"}).status_code, 200, "of an unknown token")


@suite.test("policies decide, and clients that prove nothing learn nothing")
def denied(world):
    scene, client = world
    reader = Client(scene.server, "reader")
    refused(reader.ask(scope="create"), "access_denied")
    holds("decision_id" in reader.ask(scope="create").json(), "a decision is named")
    reader.key = Key()
    refused(reader.ask(), "invalid_client", 401)
    refused(client.ask(audience="nobody"), "invalid_target")
    refused(client.ask(scope="drop"), "invalid_scope")
    for claims in ({"aud": "https://other.example"}, {"exp": int(time.time()) + 400}, {"sub": "reader"}):
        refused(client.ask(assertion=client.assertion(**claims)), "invalid_client", 401)
    counted = scene.server.api("GET", "/v1/refusals", status=200).json()["items"][0]["counts"]
    holds(any(line.get("route") == "POST /oauth2/token" for line in counted), f"{counted}")


@suite.test("an assertion and a proof count once, at all nodes and after kill -9")
def once(world):
    scene, client = world
    assertion = client.assertion()
    client.token(assertion=assertion)
    refused(client.ask(assertion=assertion), "invalid_client", 401)
    nonce = client.ask(DPoP="x").headers["DPoP-Nonce"]
    proof = client.proof(nonce)
    client.token(DPoP=proof)
    refused(client.ask(DPoP=proof), "invalid_dpop_proof")
    scene.server.child.kill()
    scene.server.start()
    client.find(scene.server.url)
    # It listens elsewhere now, so what names the place is refused for that; the assertion is refused for its `jti` alone.
    again = client.assertion()
    client.token(assertion=again)
    scene.server.child.kill()
    arguments = scene.server._arguments
    port = scene.server.url.rsplit(":", 1)[1]
    scene.server._arguments = [f"127.0.0.1:{port}" if value == "127.0.0.1:0" else value for value in arguments]
    scene.server.start()
    refused(client.ask(assertion=again), "invalid_client", 401)
    client.token(DPoP=client.proof(nonce))


@suite.test("Authlib's client gets a token by what the metadata say")
def authlib(world):
    scene, client = world
    session = OAuth2Session("worker", ECKey.import_key(client.key.pem), token_endpoint_auth_method="private_key_jwt")
    endpoint = client.metadata["token_endpoint"]
    # Its assertions last an hour unless told otherwise; five minutes is the most that is taken here.
    session.register_client_auth_method(PrivateKeyJWT(endpoint, alg="ES256", claims={"exp": int(time.time()) + 120}))
    token = session.fetch_token(endpoint, grant_type="client_credentials", scope="list show", audience="orders")
    equal(introspect(scene, client, token["access_token"])["active"], True, "its token")


@suite.test("the keys that sign are listed and rotated")
def keys(world):
    scene, client = world
    token = client.token()
    states = [key["state"] for key in scene.server.cli_json("token", "keys")["items"]]
    equal(states, ["signing"], "keys")
    made = scene.server.cli_json("token", "rotate-keys")
    equal(made["state"], "announced", "the next key")
    equal(scene.server.cli_json("token", "rotate-keys")["id"], made["id"], "there is one that waits")
    published = [key["kid"] for key in requests.get(client.metadata["jwks_uri"], timeout=10).json()["keys"]]
    holds(made["thumbprint"] in published and len(published) == 2, f"{published}")
    signing = next(key for key in scene.server.cli_json("token", "keys")["items"] if key["state"] == "signing")
    scene.server.cli("cut", "create", "--scope", f"key:{signing['thumbprint']}", "--reason", "stolen")
    equal(introspect(scene, client, token), {"active": False}, "what a cut key signed")
    equal(introspect(scene, client, client.token())["active"], True, "what the next one signs")


if __name__ == "__main__":
    suite.main()
