"""Cameras that speak HTTP, on loopback: each connection is given what the test says, part by part."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BOUNDARY = b"--picture"
MULTIPART = "multipart/x-mixed-replace;boundary=picture"

Body = Callable[[], Iterator[bytes | float]]
"""What a connection is given: bytes to send, and s to wait."""


def multipart(jpeg: bytes) -> bytes:
    """One picture of a stream of JPEG pictures."""
    return b"%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n" % (BOUNDARY, len(jpeg), jpeg)


@contextmanager
def camera(kind: str, body: Body, password: str | None = None) -> Iterator[str]:
    """A camera's address; ``password`` is wanted as the query's ``pwd`` if given."""
    ending = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if password is not None and f"pwd={password}" not in self.path:
                self.send_error(401)
                return
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            try:
                for part in body():
                    if ending.is_set():
                        return
                    if isinstance(part, bytes):
                        self.wfile.write(part)
                        self.wfile.flush()
                    else:
                        ending.wait(part)
            except OSError:
                return  # whoever watched has gone

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        ending.set()
        server.shutdown()
        thread.join()
        server.server_close()


def steadily(parts: Iterator[bytes], spacing: float) -> Iterator[bytes | float]:
    """Parts at their own pace, not later for the time that sending takes."""
    start = time.monotonic()
    for number, part in enumerate(parts):
        yield part
        yield max(start + (number + 1) * spacing - time.monotonic(), 0.0)
