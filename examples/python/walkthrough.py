#!/usr/bin/env python3
"""Safeconduct from Python, with nothing but the standard library.

    make run                                # in another terminal
    python3 examples/python/walkthrough.py

It registers a small API and two identities, becomes an enforcement point, asks for decisions one by one and in a batch,
suspends an identity, and reads why it was refused. It can be run again and again.
"""

import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path


class Safeconduct:
    """One server, spoken to with one bearer token."""

    def __init__(self, url, token, ca_file):
        self.url, self.token = url, token
        context = ssl.create_default_context(cafile=ca_file) if url.startswith("https:") else None
        handlers = [urllib.request.ProxyHandler({})]
        if context:
            handlers.append(urllib.request.HTTPSHandler(context=context))
        self.opener = urllib.request.build_opener(*handlers)

    def call(self, method, path, body=None, seconds=10):
        """The status and the JSON of the answer. A refusal is an answer, too."""
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with self.opener.open(request, data, timeout=seconds) as response:
                return response.status, json.loads(response.read() or b"null")
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.loads(refusal.read() or b"null")

    def done(self, method, path, body=None):
        """The JSON of an answer that has to be a success."""
        status, answer = self.call(method, path, body)
        if status >= 300:
            raise SystemExit(f"{method} {path}: {status} {answer.get('detail')}")
        return answer

    def permits(self, question):
        """Whether a call may happen. Only a yes that came in time is one: a missing answer is a no."""
        try:
            status, answer = self.call("POST", "/access/v1/evaluation", question, seconds=1)
        except (OSError, ValueError):
            return False, None
        if status != 200 or answer.get("decision") is not True:
            return False, answer
        return True, answer


def connection():
    """Where the server is: from the environment, or from what `safeconduct dev` left for the command line."""
    if os.environ.get("SAFECONDUCT_URL"):
        return {
            "url": os.environ["SAFECONDUCT_URL"],
            "token_file": os.environ["SAFECONDUCT_TOKEN_FILE"],
            "ca_file": os.environ.get("SAFECONDUCT_CA_FILE"),
        }
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    file = state / "safeconduct" / "connection.json"
    if not file.exists():
        raise SystemExit("Safeconduct is not running; start it first: make run")
    return json.loads(file.read_text())


def custody(purpose):
    """Nothing exists without an owner, a purpose, a boundary and an expiry."""
    expires = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() + 30 * 86400))
    return {"owner": "walk-team", "purpose": purpose, "boundary": "walk", "expires_at": expires}


POLICIES = """\
@id("readers-read")
permit (principal, action == Action::"read", resource in Api::"walk-orders")
when { principal.labels.contains("reader") };
"""


def question(identity, method, path):
    """What an enforcement point asks about a call, here vouching itself for who calls."""
    return {
        "subject": {"type": "identity", "id": identity},
        "action": {"name": "call"},
        "resource": {"type": "route", "id": path, "properties": {"method": method, "host": "orders.walk.example"}},
    }


def main():
    found = connection()
    token = Path(found["token_file"]).read_text().strip()
    operator = Safeconduct(found["url"], token, found.get("ca_file"))

    print("1. Register who answers for it, what is protected and who calls")
    team = {"name": "walk-team", "kind": "team", **custody("walking")}
    del team["owner"]
    operator.done("PUT", "/v1/operators/walk-team", team)
    operations = [
        {"name": "list", "method": "GET", "path": "/orders"},
        {"name": "create", "method": "POST", "path": "/orders"},
    ]
    api = {"name": "walk-orders", **custody("orders"), "hosts": ["orders.walk.example"], "operations": operations}
    operator.done("PUT", "/v1/apis/walk-orders", api)
    for name, labels in (("walk-reader", ["reader"]), ("walk-stranger", [])):
        identity = {"name": name, "kind": "service", **custody("walking"), "labels": labels}
        operator.done("PUT", f"/v1/identities/{name}", identity)
    operator.done("PUT", "/v1/policies/active", {"files": [{"name": "walk.cedar", "text": POLICIES}]})

    print("2. Become an enforcement point for that API; its token is shown once")
    point = {"name": "walk-point", **custody("gateway"), "apis": ["walk-orders"], "subjects": ["asserted"]}
    operator.done("PUT", "/v1/enforcement-points/walk-point", point)
    secret = operator.done("POST", "/v1/enforcement-points/walk-point/credential")["token"]
    gateway = Safeconduct(found["url"], secret, found.get("ca_file"))

    print("3. Ask")
    for identity, method in (("walk-reader", "GET"), ("walk-reader", "POST"), ("walk-stranger", "GET")):
        permitted, answer = gateway.permits(question(identity, method, "/orders"))
        context = answer["context"]
        print(f"   {identity} {method} /orders: {'yes' if permitted else 'no'}", end="")
        print(f" ({context['reason']['class']}, {context['decision_id']})")

    print("4. Ask about several calls at once")
    batch = [question("walk-reader", "GET", "/orders"), question("walk-stranger", "POST", "/orders")]
    answers = gateway.done("POST", "/access/v1/evaluations", {"evaluations": batch})["evaluations"]
    print("   " + ", ".join("yes" if answer["decision"] else "no" for answer in answers))

    print("5. Suspend the reader: the very next question is a no")
    scope = {"kind": "identity", "id": "walk-reader"}
    hold = operator.done("POST", "/v1/holds", {"scope": scope, "reason": "a walk-through"})
    permitted, answer = gateway.permits(question("walk-reader", "GET", "/orders"))
    refused = answer["context"]
    print(f"   walk-reader GET /orders: {'yes' if permitted else 'no'} ({refused['reason']['class']})")
    operator.done("POST", f"/v1/holds/{hold['id']}/lift", {})

    print("6. Operators learn why")
    record = operator.done("GET", f"/v1/decisions/{refused['decision_id']}")
    print(f"   {record['id']} {record['outcome']}: {record['reason']}")
    return 0 if not permitted else 1


if __name__ == "__main__":
    sys.exit(main())
