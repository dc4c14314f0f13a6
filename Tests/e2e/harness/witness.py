"""An API that says what reached it: in place of a real one, behind a proxy."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Witness:
    """Listens on `port` until it is left; `heard` are the requests it got, each a (request line, header fields) pair with
    the fields in the order in which they came and their names in small letters."""

    def __init__(self, port):
        self.heard = []
        witness = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                witness.heard.append((self.requestline, [(name.lower(), value) for name, value in self.headers.items()]))
                self.send_response(200)
                self.send_header("Content-Length", "3")
                self.end_headers()
                self.wfile.write(b"ok\n")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def told(self):
        """What the last request said under Safeconduct's own names, however they were spelt."""
        _, fields = self.heard[-1]
        return {name: value for name, value in fields if name.replace("_", "-").startswith("safeconduct-")}
