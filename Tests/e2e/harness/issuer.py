"""A throw-away token issuer that can be asked to misbehave: its discovery document and key set come from here, its
tokens are made here. For the well-behaved, foreign one see examples/quickstart."""

import base64
import contextlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value, size):
    return b64(value.to_bytes(size, "big"))


class SigningKey:
    """An ES256 or RS256 key with a kid."""

    def __init__(self, kid, algorithm="ES256"):
        self.kid = kid
        self.algorithm = algorithm
        if algorithm == "ES256":
            self.private = ec.generate_private_key(ec.SECP256R1())
        else:
            self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwk(self):
        public = self.private.public_key().public_numbers()
        jwk = {"kid": self.kid, "use": "sig", "alg": self.algorithm}
        if self.algorithm == "ES256":
            return {**jwk, "kty": "EC", "crv": "P-256", "x": _number(public.x, 32), "y": _number(public.y, 32)}
        return {**jwk, "kty": "RSA", "n": _number(public.n, 256), "e": _number(public.e, 3)}

    def sign(self, data):
        if self.algorithm == "RS256":
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def token(self, claims, header=None):
        head = {"typ": "JWT", "alg": self.algorithm, "kid": self.kid, **(header or {})}
        head = {name: value for name, value in head.items() if value is not None}
        signed = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(claims).encode())}"
        return f"{signed}.{b64(self.sign(signed.encode()))}"


class Issuer:
    """Serves discovery and keys on loopback. `misbehave` takes a function that gets the raw HTTP handler."""

    audience = "https://api.test"

    def __init__(self, algorithm="ES256"):
        self.key = SigningKey("key-1", algorithm)
        self.keys = [self.key]
        self.misbehave = None
        self.requests = []
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_GET(self):
                issuer.requests.append(self.path)
                # The client may hang up in the middle of what it should not read to its end.
                with contextlib.suppress(OSError):
                    if issuer.misbehave and issuer.misbehave(self):
                        self.close_connection = True
                        return
                    if self.path == "/.well-known/openid-configuration":
                        issuer.answer(self, {"issuer": issuer.url, "jwks_uri": f"{issuer.url}/jwks"})
                    elif self.path == "/jwks":
                        issuer.answer(self, {"keys": [key.jwk() for key in issuer.keys]})
                    else:
                        self.send_error(404)

            def log_message(self, *_):
                pass

        class Listener(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self._server = Listener(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @staticmethod
    def answer(handler, value, status=200, content_type="application/json"):
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def claims(self, subject, **changes):
        now = int(time.time())
        claims = {
            "iss": self.url, "sub": subject, "aud": self.audience, "iat": now, "exp": now + 300,
            "jti": secrets.token_hex(8), **changes,
        }  # fmt: skip
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, subject, header=None, key=None, **changes):
        """A token; a claim or header member that is None is left out."""
        return (key or self.key).token(self.claims(subject, **changes), header)
