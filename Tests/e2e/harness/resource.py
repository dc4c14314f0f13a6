"""An API behind a gateway, on loopback: it hands its metadata on from Safeconduct, has every call decided there as nginx
does it, and one place takes MCP's messages and asks about tokens by introspection instead."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests


class Resource:
    """`server` and the tokens of its enforcement points may be set once it is known where the resource listens."""

    def __init__(self):
        self.server = self.proving = None
        self.point = ("", "")
        self.challenge_scope = "use"
        self.seen = []
        resource = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_GET(self):
                if self.path.startswith("/.well-known/oauth-protected-resource"):
                    headers = {"Host": self.headers["Host"]}
                    found = requests.get(resource.server.url + self.path, headers=headers, timeout=10)
                    return self.answer(found.status_code, found.content)
                return self.decided()

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.path == "/mcp":
                    return self.message(json.loads(body))
                return self.decided()

            def decided(self):
                """What nginx's `auth_request` asks."""
                told = {
                    "Safeconduct-Enforcement-Point": resource.proving, "X-Original-Method": self.command,
                    "X-Original-URI": self.path, "X-Original-Host": self.headers["Host"], "X-Original-Scheme": "http",
                }  # fmt: skip
                for name in ("Authorization", "DPoP"):
                    if name in self.headers:
                        told[name] = self.headers[name]
                found = requests.get(resource.server.url + "/nginx/v1/auth", headers=told, timeout=10)
                resource.seen.append((self.command, self.path, found.status_code, found.headers))
                passed = {name: found.headers[name] for name in ("WWW-Authenticate", "DPoP-Nonce") if name in found.headers}
                self.answer(200 if found.status_code == 204 else found.status_code, found.content or b"{}", passed)

            def message(self, body):
                """A message of the Model Context Protocol, for who has a token of the scope."""
                host = self.headers["Host"]
                scheme, _, token = self.headers.get("Authorization", "").partition(" ")
                if scheme != "Bearer":
                    place = f"http://{host}/.well-known/oauth-protected-resource/mcp"
                    challenge = f'Bearer resource_metadata="{place}", scope="{resource.challenge_scope}"'
                    return self.answer(401, b"{}", {"WWW-Authenticate": challenge})
                told = requests.post(
                    resource.server.url + "/oauth2/introspect", data={"token": token}, auth=resource.point, timeout=10
                ).json()
                if not told["active"] or resource.challenge_scope not in told["scope"].split():
                    return self.answer(401, b"{}", {"WWW-Authenticate": 'Bearer error="invalid_token"'})
                result = {"jsonrpc": "2.0", "id": body["id"], "result": {"caller": told}}
                return self.answer(200, json.dumps(result).encode())

            def answer(self, status, body, headers=None):
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
