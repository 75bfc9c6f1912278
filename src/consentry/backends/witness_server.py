"""A witness as a small server: an NGO, a workers' council or another airport runs it (C2SP tlog-witness v1.0.0).

It keeps one small file for each log, on disk before a signature leaves: a witness that forgot what it signed would sign
a fork.
"""

import base64
import json
import threading
from collections.abc import Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from consentry.backends.log_file import replaced
from consentry.core.errors import MalformedError, ProofError, StorageError
from consentry.ledger.checkpoint import Checkpoint
from consentry.ledger.note import SigningKey, VerifierKey
from consentry.ledger.witness import ConflictError, Request, UnknownLogError, UnsignedError, Watched, consider
from consentry.ports import Clock

_LONGEST = 1_100_000
"""bytes of a request: a note of at most 1,000,000, 63 hashes."""
_STALL_S = 10.0
"""s without a byte after which a client is let go."""


class WitnessKeeper:
    """What a witness knows, on disk, and its key. Any thread may ask."""

    def __init__(self, folder: Path, key: SigningKey, logs: Iterable[VerifierKey], clock: Clock) -> None:
        """Open, or begin.

        Raises:
            StorageError: the folder cannot be used, or what it holds is not readable.
        """
        self._folder, self._key, self._clock = folder, key, clock
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._logs = {one.name: self._known(one) for one in logs}
        except OSError as error:
            raise StorageError(f"the witness's folder {folder} cannot be used: {error.strerror}") from error

    def answer(self, content: bytes) -> tuple[HTTPStatus, str, bytes]:
        """Status, kind and body of the answer to one request."""
        try:
            request = Request.parse(content)
            origin = Checkpoint.parse(request.checkpoint.text).origin
            with self._lock:
                return self._signed(origin, request)
        except (ProofError, MalformedError, StorageError) as error:
            return _refusal(error)

    def _signed(self, origin: str, request: Request) -> tuple[HTTPStatus, str, bytes]:
        if origin not in self._logs:
            raise UnknownLogError(f"this witness does not watch {origin}")
        watched, signature = consider(self._logs[origin], request, self._key, self._clock())
        content = {"size": watched.size, "root": base64.b64encode(watched.root).decode()}
        try:
            replaced(self._path(watched.key), json.dumps(content).encode())
        except OSError as error:
            raise StorageError(f"{self._folder}: {error.strerror}") from error
        self._logs[origin] = watched
        return HTTPStatus.OK, _TEXT, f"{signature}\n".encode()

    def _known(self, key: VerifierKey) -> Watched:
        path = self._path(key)
        if not path.is_file():
            return Watched(key)
        try:
            told = json.loads(path.read_bytes())
            return Watched(key, int(told["size"]), base64.b64decode(told["root"], validate=True))
        except (ValueError, KeyError, TypeError) as error:
            raise StorageError(f"{path}: expected a size and a root; without it a fork could be signed") from error

    def _path(self, key: VerifierKey) -> Path:
        return self._folder / f"{key.id.hex()}.json"


_TEXT = "text/plain; charset=utf-8"
_REFUSALS: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (UnknownLogError, HTTPStatus.NOT_FOUND),
    (UnsignedError, HTTPStatus.FORBIDDEN),
    (ConflictError, HTTPStatus.CONFLICT),
    (MalformedError, HTTPStatus.BAD_REQUEST),
    (ProofError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (StorageError, HTTPStatus.INTERNAL_SERVER_ERROR),
)
"""As the specification has them; the first that fits."""


def _refusal(error: Exception) -> tuple[HTTPStatus, str, bytes]:
    if isinstance(error, ConflictError):
        return HTTPStatus.CONFLICT, "text/x.tlog.size", f"{error.size}\n".encode()
    status = next(status for kind, status in _REFUSALS if isinstance(error, kind))
    return status, _TEXT, f"{error}\n".encode()


class _Answers(BaseHTTPRequestHandler):
    server: "WitnessServer"
    timeout = _STALL_S

    def do_POST(self) -> None:
        if urlsplit(self.path).path.rstrip("/").rsplit("/", 1)[-1] != "add-checkpoint":
            self._send(HTTPStatus.NOT_FOUND, _TEXT, b"expected /add-checkpoint\n")
            return
        said = self.headers.get("Content-Length", "")
        if not said.isdecimal() or int(said) > _LONGEST:
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TEXT, b"expected a body of at most 1,100,000 bytes\n")
            return
        self._send(*self.server.keeper.answer(self.rfile.read(int(said))))

    def _send(self, status: HTTPStatus, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing: who asks is nobody's business."""


class WitnessServer(ThreadingHTTPServer):
    """The server; ``serve_forever`` runs it."""

    daemon_threads = True

    def __init__(self, keeper: WitnessKeeper, host: str, port: int) -> None:
        self.keeper = keeper
        super().__init__((host, port), _Answers)
