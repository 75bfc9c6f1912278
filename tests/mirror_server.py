"""A mirror on loopback that misbehaves as told: a real HTTP server, in threads."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep


@dataclass
class Asked:
    """One request, as it came."""

    path: str
    range: str | None
    if_range: str | None
    authorization: str | None


@dataclass
class Mirror:
    """Files by path, and how each is served."""

    files: dict[str, bytes]
    ways: dict[str, list[str]] = field(default_factory=dict)
    """Manners of a path, one for each request in turn; the last one holds. Without any, it is served well."""
    asked: list[Asked] = field(default_factory=list)
    etag: str | None = '"v1"'
    address: str = ""

    def way(self, path: str) -> str:
        left = self.ways.get(path, [""])
        return left.pop(0) if len(left) > 1 else left[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        mirror: Mirror = self.server.mirror
        path = self.path.split("?")[0]
        self.close_connection = True
        heads = (self.headers.get(key) for key in ("Range", "If-Range", "Authorization"))
        mirror.asked.append(Asked(self.path, *heads))
        way, _, value = mirror.way(path).partition(" ")
        content = mirror.files.get(path)
        if way == "status":
            self._answer(int(value), b"")
        elif way == "redirect":
            self._answer(302, b"", Location=value)
        elif way == "heavy-redirect":  # announces a body that never comes
            self._answer(302, b"", 1 << 30, Location=value)
            mirror_ended.wait(5)
        elif way == "reset":
            self.connection.close()
        elif way == "silent":
            mirror_ended.wait(float(value))
        elif content is None:
            self._answer(404, b"")
        else:
            self._serve(mirror, content, way, value)

    def _serve(self, mirror: Mirror, content: bytes, way: str, value: str) -> None:
        if way == "altered":
            content = content[:-1] + bytes([content[-1] ^ 1])
        head = {"ETag": mirror.etag} if mirror.etag else {}
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        fresh = self.headers.get("If-Range") in {None, mirror.etag}
        begin = int(asked[1]) if asked and fresh and way != "no-ranges" else 0
        if way == "shifted" and begin:  # claims to give what was asked for and gives what stands before
            self._answer(206, content[begin - 1 :], **head, Content_Range=f"bytes {begin - 1}-{len(content) - 1}/*")
        elif way == "cut":  # the connection ends in the middle of what was announced
            self._answer(206 if begin else 200, content[begin : begin + int(value)], len(content) - begin,
                         **head, **self._range(begin, content))  # fmt: skip
        elif way == "whole-but-short":  # announces and gives less than there should be
            self._answer(200, content[: int(value)], **head)
        elif way == "unannounced":  # no length at all; the end of the connection is the end of the file
            self._answer(200, content[: int(value)] if value else content, -1, **head)
        elif way == "endless":
            self._answer(200, content * 50, -1, **head)
        elif way == "slow":
            self._answer(200, content, pause=float(value), **head)
        elif way == "stall":
            self._answer(200, content[: len(content) // 2], len(content), **head)
            mirror_ended.wait(float(value))
        elif begin >= len(content):
            self._answer(416, b"")
        else:
            self._answer(206 if begin else 200, content[begin:], **head, **self._range(begin, content))

    @staticmethod
    def _range(begin: int, content: bytes) -> dict[str, str]:
        return {"Content_Range": f"bytes {begin}-{len(content) - 1}/{len(content)}"} if begin else {}

    def _answer(self, status: int, body: bytes, length: int | None = None, pause: float = 0, **head: str) -> None:
        self.send_response(status)
        for key, value in head.items():
            self.send_header(key.replace("_", "-"), value)
        if length != -1:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            for at in range(0, len(body), 4096):
                self.wfile.write(body[at : at + 4096])
                sleep(pause)
            self.wfile.flush()
        except OSError:
            pass  # the asker has had enough


mirror_ended = threading.Event()
"""Set while no server runs, so that stalling threads end with their test."""


@contextmanager
def serving(mirror: Mirror) -> Iterator[Mirror]:
    """Serve on a free port of loopback until the context ends."""
    mirror_ended.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.mirror = mirror
    mirror.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield mirror
    finally:
        mirror_ended.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
