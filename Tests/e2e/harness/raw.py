"""HTTP as no library would send it."""

import re
import socket


class Raw:
    """One TCP connection to the server under test."""

    def __init__(self, server, seconds=15):
        host, port = server.url.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """Sends what the server will take; False when it hung up before the end."""
        try:
            self.socket.sendall(data)
            return True
        except (BrokenPipeError, ConnectionResetError):
            return False

    def answer(self, limit=1 << 20):
        """(status, head, body) of one answer, or None when the connection ended without one."""
        data = b""
        try:
            while b"\r\n\r\n" not in data and len(data) < limit:
                chunk = self.socket.recv(65536)
                if not chunk:
                    return None
                data += chunk
            head, body = data.split(b"\r\n\r\n", 1)
            length = re.search(rb"(?i)^content-length: *(\d+)", head, re.M)
            while length and len(body) < int(length[1]):
                chunk = self.socket.recv(65536)
                if not chunk:
                    break
                body += chunk
        except ConnectionResetError:
            return None
        return int(head.split(b" ")[1]), head.decode("latin-1").lower(), body


def request(method, path, body=b"", headers=()):
    """The bytes of a request; `headers` are lines."""
    lines = [f"{method} {path} HTTP/1.1", "Host: orders.test", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
