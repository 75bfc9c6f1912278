"""The server under the officer's page: GET on a loopback address, for pages of its own address, and no more."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from consentry.core.errors import BackendError

_SLOW_S: Final = 5.0
"""s after which a silent connection is closed: a browser on the same machine takes milliseconds."""
_NOTHING: Final = "default-src 'none'"
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Pragma": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Connection": "close",
}
"""Of every answer: it may not be stored, framed, guessed at, or used by a page from elsewhere; the secret in its
address goes to nobody."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent."""

    status: int
    kind: str
    """Media type."""
    body: bytes | memoryview
    policy: str = _NOTHING
    """Content security policy."""
    sent: Callable[[], None] | None = None
    """Called once it was sent, or could not be."""


def not_found() -> Reply:
    """There is no such thing, or the secret is wrong."""
    return Reply(404, "text/plain; charset=utf-8", b"There is nothing here.\n")


def gone() -> Reply:
    """There was such a picture."""
    return Reply(410, "text/plain; charset=utf-8", b"Decided: the pictures are gone.\n")


class DeskServer:
    """Serves answers until it is closed."""

    def __init__(self, host: str, port: int, answer: Callable[[str], Reply]) -> None:
        """Begin to serve, in threads.

        Args:
            host: a loopback address.
            port: 0: any that is free.
            answer: what a path asks for; called from several threads.

        Raises:
            BackendError: the address cannot be served at.
        """
        kind = type("_DeskHandler", (_Handler,), {"answer": staticmethod(answer)})
        try:
            self._server = _Server((host, port), kind)
        except OSError as error:
            raise BackendError(
                f"the officer's page cannot be served at {host}:{port}: {error.strerror}; name another port"
            ) from error
        self.authority = f"{f'[{host}]' if ':' in host else host}:{self._server.server_address[1]}"
        self._server.hosts = frozenset({self.authority, f"localhost:{self._server.server_address[1]}"})
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="officer's page")
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    hosts: frozenset[str] = frozenset()
    """By which names it may be asked: a page of another name that points here (DNS rebinding) is refused."""

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away is no event."""


class _Handler(BaseHTTPRequestHandler):
    timeout = _SLOW_S
    server: _Server
    server_version, sys_version = "Consentry", ""

    @staticmethod
    def answer(path: str) -> Reply:
        """Replaced by the server's own."""
        raise NotImplementedError(path)

    def do_GET(self) -> None:
        """Answer."""
        asked = self.headers.get("Host", "")
        own = self.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
        reply = self.answer(self.path.partition("?")[0]) if own and asked in self.server.hosts else not_found()
        try:
            self.send_response(reply.status)
            for name, value in _HEADERS.items():
                self.send_header(name, value)
            self.send_header("Content-Security-Policy", f"{reply.policy}; frame-ancestors 'none'")
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)
        finally:
            if reply.sent is not None:
                reply.sent()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Nothing is logged: the address is a secret."""
