"""The API to protect: orders in memory. It knows nothing of tokens; who calls is in the headers that Envoy adds."""

import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ORDERS = {
    "7": {"id": "7", "item": "tea", "quantity": 2, "refunded": False},
    "8": {"id": "8", "item": "cups", "quantity": 6, "refunded": False},
}
LOCK = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.drain()
        path = self.path.split("?")[0]
        if path == "/orders":
            return self.answer(200, {"orders": list(ORDERS.values())})
        order = re.fullmatch(r"/orders/(\w+)", path)
        if order and order[1] in ORDERS:
            return self.answer(200, ORDERS[order[1]])
        self.answer(404, {"error": "no such order"})

    def do_POST(self):
        body = self.drain()
        path = self.path.split("?")[0]
        with LOCK:
            if path == "/orders":
                try:
                    wish = json.loads(body or b"{}")
                    item, quantity = str(wish["item"]), int(wish["quantity"])
                except (ValueError, KeyError, TypeError):
                    return self.answer(400, {"error": "an order needs item and quantity"})
                number = str(max(map(int, ORDERS)) + 1)
                ORDERS[number] = {"id": number, "item": item, "quantity": quantity, "refunded": False}
                return self.answer(201, ORDERS[number])
            refund = re.fullmatch(r"/orders/(\w+)/refund", path)
            if refund and refund[1] in ORDERS:
                ORDERS[refund[1]]["refunded"] = True
                return self.answer(200, ORDERS[refund[1]])
        self.answer(404, {"error": "no such thing"})

    def drain(self):
        """Reads the body, so that the connection can be used again."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status, value):
        value = {**value, "caller": self.headers.get("safeconduct-identity")}
        data = json.dumps(value).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format, *arguments):
        print(self.headers.get("safeconduct-identity"), format % arguments, flush=True)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
