"""The logs of a running server, found and read over HTTP."""

import re

from . import tlog


class Logs:
    def __init__(self, server):
        self.server = server

    def _get(self, path):
        response = self.server.api("GET", path, status=200)
        return response.content

    def keys(self):
        """{key name: verifier key}; a log's key is named by its origin."""
        return tlog.verifier_keys(self._get("/log/keys").decode())

    def log(self, origin):
        name = origin.rsplit("/", 1)[1]
        return tlog.Log(name, self.keys()[origin], lambda path: self._get(f"/log/{name}/{path}"))

    def all(self):
        """Every log whose key the server lists: control first, then evidence by name."""
        origins = [o for o in self.keys() if re.search(r"/(control|evidence-[0-9A-Za-z_]+-\d{6})$", o)]
        return [self.log(origin) for origin in sorted(origins, key=lambda o: (not o.endswith("/control"), o))]

    def body(self, decision):
        return self._get(f"/v1/decisions/{decision}/body")

    def receipt(self, decision):
        return self._get(f"/v1/decisions/{decision}/receipt")

    def key_of(self, receipt):
        """The verifier key for a receipt's checkpoint."""
        origin = receipt.partition(b"\n\n")[2].split(b"\n")[0].decode()
        return self.keys()[origin]

    def open_receipt(self, decision):
        """(receipt with a checked signature, body)."""
        text = self.receipt(decision)
        return tlog.Receipt(text, self.key_of(text)), self.body(decision)
