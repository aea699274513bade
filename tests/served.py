"""A server of one file on this machine, as well or badly behaved as a test wants it."""
import base64
import contextlib
import re
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
           "Sec-WebSocket-Key": base64.b64encode(b"0123456789abcdef").decode()}


def shake_hands(port, headers):
    """Return the status with which the app at this port answers a websocket's handshake."""
    lines = [f"{name}: {value}" for name, value in {"Host": f"127.0.0.1:{port}", **UPGRADE, **headers}.items()]
    with socket.create_connection(("127.0.0.1", port), timeout=20) as way:
        way.sendall(("GET /_stcore/stream HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n").encode())
        return int(way.recv(200).split()[1])


class Served:
    """What the server does with its next requests, and what it was asked for."""

    def __init__(self, content):
        self.content = content
        self.ranges = True          # whether it honours Range
        self.cuts = []              # after how many bytes it ends each of the next answers
        self.status = None          # another answer than the file, such as 404
        self.pause = 0.0            # seconds before each thousand bytes
        self.length = True          # whether it says how long the file is
        self.asked = []             # the Range header of every request, or None
        self.address = None


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        served, wanted = self.server.served, self.headers["Range"]
        served.asked.append(wanted)
        if served.status:
            return self.send_error(served.status)
        start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted and served.ranges else 0
        if start and start >= len(served.content):
            return self.send_error(416)
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(served.content) - 1}/{len(served.content)}")
        if served.length:
            self.send_header("Content-Length", str(len(served.content) - start))
        self.end_headers()
        end = start + served.cuts.pop(0) if served.cuts else len(served.content)
        for at in range(start, end, 1000):
            time.sleep(served.pause)
            self.wfile.write(served.content[at:min(at + 1000, end)])

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *_):
        """A client that has gone is what some tests are about."""


@contextlib.contextmanager
def serve(content):
    """Serve these bytes under `served.address` until the end of the with."""
    server = Server(("127.0.0.1", 0), Handler)
    server.served = Served(content)
    server.served.address = f"http://127.0.0.1:{server.server_port}/mnist.npz"
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield server.served
    finally:
        server.shutdown()
        server.server_close()
