"""Decode portraits in a process of their own (``portrait_worker``), which is ended and begun anew when it breaks.

A picture that breaks the worker, or keeps it too long, is refused like one that is no picture: the document is then not
called genuine, and the next document finds a fresh worker.
"""

import os
import selectors
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from consentry.core.errors import BackendError
from consentry.document.picture_header import PictureError, read_header
from consentry.document.portrait import PortraitSample

_WORKER = Path(__file__).with_name("portrait_worker.py")
_ANSWER_S = 5.0
"""s until a picture is given up: twice the computing that the worker allows itself, on a machine that is busy."""
_START_S = 30.0
"""s until the worker must have said how it is locked: it takes 0.2 s on an idle core."""
_MOST_BYTES = 1 << 20
"""Of a picture; a data group may have as many."""


class PortraitDecoder:
    """Decodes portraits. Use it as a context, or ``close`` it. Safe from several threads, one picture at a time."""

    def __init__(self, answer_s: float = _ANSWER_S) -> None:
        self._answer_s = answer_s
        self._worker: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self.confined = ""
        """How the worker is locked: ``seccomp``, or ``limits`` where libseccomp is missing; empty before the first."""
        self.started = 0
        """Workers so far: more than one means that a picture broke one."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def decode(self, picture: bytes) -> PortraitSample:
        """Decode a picture.

        Raises:
            PictureError: it is none that may be decoded, or the decoder refused it, broke or took too long.
            BackendError: no worker could be started.
        """
        header = read_header(picture)  # a picture that says it is too large never reaches the worker
        if len(picture) > _MOST_BYTES:
            raise PictureError(f"expected a picture of at most {_MOST_BYTES} bytes, came {len(picture)}")
        with self._lock:
            pixels = self._ask(picture, header.width * header.height * 3)
        image = np.frombuffer(pixels, np.uint8).reshape(header.height, header.width, 3)[:, :, ::-1]
        return PortraitSample(np.ascontiguousarray(image), header.format)

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._end()

    def _ask(self, picture: bytes, expected: int) -> bytes:
        worker = self._running()
        deadline = time.monotonic() + self._answer_s
        try:
            _write(worker, len(picture).to_bytes(4, "big") + picture)
            kind = _read(worker, 1, deadline)
            if kind == b"\1":
                length = int.from_bytes(_read(worker, 4, deadline), "big")
                raise PictureError(
                    f"expected a picture that decodes: {_told(_read(worker, min(length, 200), deadline))}"
                )
            sides = _read(worker, 8, deadline)
            size = int.from_bytes(sides[:4], "big") * int.from_bytes(sides[4:], "big") * 3
            if kind != b"\0" or size != expected:
                self._end()
                raise PictureError("expected a picture of the size that its header says, another one came out")
            return _read(worker, expected, deadline)
        except (TimeoutError, OSError) as error:
            self._end()
            how = "took too long" if isinstance(error, TimeoutError) else "broke"
            raise PictureError(f"expected a picture that decodes: the decoder {how} on it and was ended") from error

    def _running(self) -> subprocess.Popen[bytes]:
        if self._worker is not None and self._worker.poll() is None:
            return self._worker
        self._end()
        # Isolated: neither the environment nor the folder it is started in has a say in what it loads.
        command = [sys.executable, "-I", str(_WORKER)]
        try:
            worker = subprocess.Popen(  # noqa: S603 - our own script by our own interpreter
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                close_fds=True,
            )
        except OSError as error:
            raise BackendError(f"the decoder of portraits did not start: {error.strerror or error}") from error
        self._worker = worker
        self.started += 1
        try:
            self.confined = _line(worker, time.monotonic() + _START_S)
        except (TimeoutError, OSError) as error:
            self._end()
            raise BackendError("the decoder of portraits did not start: expected it to say how it is locked") from error
        return worker

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        worker.wait()
        for pipe in (worker.stdin, worker.stdout):
            with suppress(BrokenPipeError):  # what is still in the buffer of a worker that is gone is lost on purpose
                if pipe is not None:
                    pipe.close()


def _write(worker: subprocess.Popen[bytes], data: bytes) -> None:
    assert worker.stdin is not None  # noqa: S101 - opened as a pipe; this tells the type checker
    worker.stdin.write(data)
    worker.stdin.flush()


def _read(worker: subprocess.Popen[bytes], length: int, deadline: float) -> bytes:
    """So many bytes.

    Raises:
        TimeoutError: they did not come in time.
        OSError: the worker is gone.
    """
    assert worker.stdout is not None  # noqa: S101 - opened as a pipe; this tells the type checker
    number, data = worker.stdout.fileno(), bytearray()
    with selectors.DefaultSelector() as ready:
        ready.register(number, selectors.EVENT_READ)
        while len(data) < length:
            if not ready.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            piece = os.read(number, length - len(data))
            if not piece:
                raise BrokenPipeError
            data += piece
    return bytes(data)


def _line(worker: subprocess.Popen[bytes], deadline: float) -> str:
    text = b""
    while not text.endswith(b"\n") and len(text) < 100:
        text += _read(worker, 1, deadline)
    return text.decode("ascii", "replace").strip()


def _told(text: bytes) -> str:
    """What the decoder says, without characters that a terminal obeys."""
    return "".join(character for character in text.decode("ascii", "replace") if character.isprintable())
