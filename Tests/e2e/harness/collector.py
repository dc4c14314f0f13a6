"""An OTLP/HTTP collector that keeps what it is sent, and can be told to refuse or to be slow."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Collector:
    def __init__(self):
        self.received = []
        self.refuse = None
        self.delay = 0
        collector = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(collector.delay)
                status = collector.refuse or 200
                if status == 200:
                    collector.received.append((self.path, dict(self.headers), json.loads(body)))
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        class Listener(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self._server = Listener(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def spans(self):
        found = []
        for path, _, body in list(self.received):
            if path == "/v1/traces":
                for resource in body["resourceSpans"]:
                    for scope in resource["scopeSpans"]:
                        found += scope["spans"]
        return found

    def metrics(self):
        """The newest of each name."""
        found = {}
        for path, _, body in list(self.received):
            if path == "/v1/metrics":
                for resource in body["resourceMetrics"]:
                    for scope in resource["scopeMetrics"]:
                        found.update({metric["name"]: metric for metric in scope["metrics"]})
        return found


def attributes(item):
    """The attributes of a span or a data point as a dictionary."""
    return {one["key"]: next(iter(one["value"].values())) for one in item.get("attributes", [])}
