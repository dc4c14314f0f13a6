"""A small shop made over the HTTP surface: a team, an API, an issuer, workloads, policies and enforcement points."""

import time

from .server import Server

EXPIRES = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 90 * 86400))

POLICIES = """\
permit (principal, action, resource in Api::"orders")
when { principal.labels.contains("worker") };

permit (principal, action == Action::"read", resource in Api::"orders")
when { principal.labels.contains("reader") };
"""


def custody(purpose="testing"):
    return {"owner": "team", "purpose": purpose, "boundary": "shop", "expires_at": EXPIRES}


def identity(name, label, subject=None, issuer="login"):
    return {
        "name": name, "kind": "service", **custody(), "labels": [label],
        "federation": [{"issuer": issuer, "subject": subject or name}],
    }  # fmt: skip


class Scene:
    """What the suites talk to. `point` may assert subjects, `proving` may not."""

    def __init__(self, server: Server, issuer):
        self.server = server
        self.issuer = issuer

    def build(self):
        team = {"name": "team", "kind": "team", **custody()}
        del team["owner"]
        self.put("operators", team)
        for name, path in (("orders", "/orders"), ("ledger", "/ledger")):
            operations = [
                {"name": "list", "method": "GET", "path": path},
                {"name": "show", "method": "GET", "path": path + "/{id}"},
                {"name": "create", "method": "POST", "path": path},
            ]
            self.put("apis", {"name": name, **custody(), "hosts": [f"{name}.test"], "operations": operations})
        self.put("issuers", self.issuer_object("login", self.issuer))
        self.put("identities", identity("worker", "worker"))
        self.put("identities", identity("reader", "reader"))
        self.server.api("PUT", "/v1/policies/active", {"files": [{"name": "shop.cedar", "text": POLICIES}]}, status=200)
        self.point = self.create_point("point", ["proven", "asserted"])
        self.proving = self.create_point("proving", ["proven"])
        return self

    def issuer_object(self, name, issuer, **changes):
        return {
            "name": name, "url": issuer.url, "audiences": [issuer.audience], "algorithms": ["ES256", "RS256"],
            "token_types": ["JWT"], "maximum_token_seconds": 600, "one_time": False, **custody(), **changes,
        }  # fmt: skip

    def put(self, noun, value, status=(200, 201)):
        response = self.server.api("PUT", f"/v1/{noun}/{value['name']}", value)
        if response.status_code not in status:
            raise AssertionError(f"PUT {noun}/{value['name']}: {response.status_code} {response.text[:500]}")
        return response

    def create_point(self, name, subjects, apis=("orders",)):
        point = {"name": name, **custody("gateway"), "apis": list(apis), "subjects": subjects}
        return self.server.api("POST", "/v1/enforcement-points", point, status=201).json()["token"]

    # --- questions ---------------------------------------------------------------------------------------------

    def ask(self, subject, operation="orders/list", action="read", point=None, session=None, **more):
        """An evaluation; `subject` is a name (asserted) or a dictionary."""
        if isinstance(subject, str):
            subject = {"type": "identity", "id": subject}
        body = {
            "subject": subject, "action": {"name": action}, "resource": {"type": "operation", "id": operation}, **more,
        }  # fmt: skip
        return (session or self.server.session).post(
            self.server.url + "/access/v1/evaluation", json=body, timeout=20,
            headers={"Authorization": f"Bearer {point or self.point}"},
        )  # fmt: skip

    def ask_proven(self, token, operation="orders/list", action="read", point=None, id="", **more):
        subject = {"type": "identity", "id": id, "properties": {"credential": {"type": "jwt", "value": token}}}
        return self.ask(subject, operation, action, point or self.proving, **more)

    def check(self, method, path, token=None, host="orders.test", point=None, **headers):
        """What Envoy would ask."""
        headers = {"Host": host, "Safeconduct-Enforcement-Point": point or self.proving, **headers}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return self.server.session.request(
            method, f"{self.server.url}/envoy/v1/check{path}", headers=headers, timeout=20
        )
