"""Events of gates by HTTP, on a loopback address: ``POST /authorisations`` with a token.

A gate's controller, or a proxy with TLS before it, sends one event or a list as JSON. The answer is 202, or says what
was expected. Pages cannot use it: a request that names an origin is refused, and no answer invites one.
"""

import socket
import threading
import time
from collections.abc import Callable, Collection
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from consentry.backends.gate_events import read_authorisations
from consentry.core.errors import BackendError, MalformedError
from consentry.core.gates import Authorisation
from consentry.ports import Clock

PATH: Final = "/authorisations"
_LONGEST: Final = 65_536
"""bytes of a request's body: 100 events have about 7,000."""
_MOST: Final = 100
"""Events of one request."""
_SLOW_S: Final = 10.0
"""s that one request may take in all, however busily it drips: on one machine it takes milliseconds."""
_CROWDED: Final = 32
"""Connections at once; a controller needs one for each of its gates."""
_OFF_S: Final = 60.0
"""s by which a gate's clock may differ from this machine's when its word comes: beyond, no rule's tolerance would
cover it, and every passage would be told. Clocks by NTP are within 0.1 s."""
_PARTING_S: Final = 0.5
"""s without a byte after which a refused sender is left; and at most so many reads of 64 KiB."""
_PARTING: Final = 16
_SWEEP_S: Final = 0.2
"""How often connections are looked over."""


class GateListener:
    """Takes events until it is closed."""

    def __init__(
        self,
        address: tuple[str, int],
        token: str,
        gates: Collection[str],
        report: Callable[[Authorisation], object],
        clock: Clock,
    ) -> None:
        """Begin to listen, in threads.

        Args:
            address: loopback host and port; port 0: any that is free.
            token: what a sender must show.
            gates: names that are known; others are refused, so that a slip is seen by whoever sets the gate up.
            report: takes each event; called from several threads.
            clock: the time of day, for events without a time and for clocks that are off.

        Raises:
            BackendError: the address cannot be listened at.
        """
        host, port = address
        try:
            self._server = _Server(address, token, frozenset(gates), report, clock)
        except OSError as error:
            raise BackendError(
                f"events of gates cannot be heard at {host}:{port}: {error.strerror}; name another port in "
                "gate_events.listen"
            ) from error
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_SWEEP_S,), name="gate events", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = _CROWDED

    def __init__(
        self,
        address: tuple[str, int],
        token: str,
        gates: frozenset[str],
        report: Callable[[Authorisation], object],
        clock: Clock,
    ) -> None:
        self.secret = token.encode()
        self.gates, self.report, self.clock = gates, report, clock
        self._begun: dict[socket.socket, float] = {}
        self._guard = threading.Lock()
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def verify_request(self, request: object, client_address: object) -> bool:
        """Whether there is room for one more."""
        del client_address
        with self._guard:
            if len(self._begun) >= _CROWDED:
                return False
            if isinstance(request, socket.socket):
                self._begun[request] = time.monotonic()
        return True

    def shutdown_request(self, request: object) -> None:
        """A connection ends; its place is free again."""
        with self._guard:
            self._begun.pop(request, None)  # type: ignore[call-overload]
        super().shutdown_request(request)  # type: ignore[arg-type]

    def service_actions(self) -> None:
        """Let go of whoever takes too long, by the whole request and not by the byte."""
        now = time.monotonic()
        with self._guard:
            slow = [one for one, begun in self._begun.items() if now - begun > _SLOW_S]
        for one in slow:
            try:
                one.shutdown(socket.SHUT_RDWR)  # its thread reads the end, and closes it
            except OSError:
                continue  # it has ended by itself

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that went away is no event."""


class _Handler(BaseHTTPRequestHandler):
    timeout = _SLOW_S
    server: _Server
    server_version, sys_version = "Consentry", ""

    def do_POST(self) -> None:
        """Take events, or say what was expected. Nothing is read before the token was shown."""
        said = self.headers.get("Content-Length", "")
        shown = self.headers.get("Authorization", "")
        if self.headers.get("Origin") is not None:
            self._say(HTTPStatus.FORBIDDEN, "pages cannot send events of gates")
        elif not compare_digest(shown.encode("latin-1", "replace"), b"Bearer " + self.server.secret):
            self._say(HTTPStatus.UNAUTHORIZED, "expected Authorization: Bearer and the token of gate_events.token_file")
        elif self.path != PATH:
            self._say(HTTPStatus.NOT_FOUND, f"expected {PATH}")
        elif self.headers.get_content_type() != "application/json":
            self._say(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "expected Content-Type: application/json")
        elif not (said.isascii() and said.isdecimal()):
            self._say(HTTPStatus.LENGTH_REQUIRED, "expected a Content-Length")
        elif len(said) > 9 or int(said) > _LONGEST:
            self._say(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"expected a body of at most {_LONGEST} bytes")
        else:
            self._take(self.rfile.read(int(said)), int(said))

    def _take(self, content: bytes, length: int) -> None:
        if len(content) < length:
            return  # it went away, or was too slow
        now = self.server.clock()
        try:
            events = read_authorisations(content, now, _MOST)
        except MalformedError as error:
            self._say(HTTPStatus.BAD_REQUEST, str(error))
            return
        known = ", ".join(sorted(self.server.gates)) or "none"
        off = max((abs(one.at - now) for one in events), default=0.0)
        if any(one.gate not in self.server.gates for one in events):
            self._say(HTTPStatus.UNPROCESSABLE_ENTITY, f"no tailgating hazard watches that gate; known: {known}")
        elif off > _OFF_S:
            why = f"its time is {off:.0f} s off this machine's clock; expected at most {_OFF_S:.0f}: set the clocks"
            self._say(HTTPStatus.UNPROCESSABLE_ENTITY, why)
        else:
            for one in events:
                self.server.report(one)
            self._say(HTTPStatus.ACCEPTED, f"{len(events)} taken")

    def _say(self, status: HTTPStatus, words: str) -> None:
        body = f"{words}\n".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        if status >= HTTPStatus.BAD_REQUEST:
            self._leave()

    def _leave(self) -> None:
        """Read on for a moment: a connection closed with bytes unread is cut, and its sender never sees the answer."""
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(_PARTING_S)
        for _ in range(_PARTING):
            if not self.rfile.read1(_LONGEST):
                return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Nothing is logged: when a gate opened is nobody's business."""
