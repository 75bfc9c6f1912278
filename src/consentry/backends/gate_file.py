"""Events of gates from a file of JSON lines that another program appends to: read to its end, and followed.

What is read is not changed, moved or kept. A file that was replaced or emptied (rotated) is read from its beginning.
"""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Final

from consentry.backends.gate_events import read_authorisations
from consentry.core.errors import MalformedError, SourceError
from consentry.core.gates import Authorisation

_LINE: Final = 4096
"""bytes of a line at most: an event has about 70."""
_CHUNK: Final = 1 << 20
"""bytes read at once."""


class GateFile:
    """Follows one file. Safe from several threads."""

    def __init__(self, path: Path, report: Callable[[Authorisation], object], trouble: Callable[[str], None]) -> None:
        """Read what is there; ``poll`` reads what comes.

        Args:
            path: of the file; it may come later.
            report: takes each event.
            trouble: told once of lines that are none, and of a file that cannot be read.

        Raises:
            SourceError: there is something else than a file.
        """
        self._path, self._report, self._trouble = path, report, trouble
        self._lock = Lock()
        self._place = self._lines = self._wrong = 0
        self._file: tuple[int, int] | None = None
        self._rest = b""
        self._told = False
        if path.exists() and not path.is_file():
            raise SourceError(
                f"{path}: expected a file of JSON lines with the events of gates, there is something else"
            )
        self.poll()

    def poll(self) -> None:
        """Read what was appended since the last call; nothing new costs one question to the disk."""
        if not self._lock.acquire(blocking=False):
            return  # another camera's thread is reading: its news are everybody's
        try:
            self._read()
            self._told = False
        except FileNotFoundError:
            self._file = None  # not there yet, or between two of a rotation
        except OSError as error:
            if not self._told:
                self._trouble(f"{self._path} cannot be read: {error.strerror}; its gates' events are missing")
            self._told = True
        finally:
            self._lock.release()

    def _read(self) -> None:
        status = self._path.stat()
        own = (status.st_dev, status.st_ino)
        if own != self._file or status.st_size < self._place:
            self._file, self._place, self._rest, self._lines = own, 0, b"", 0
        if status.st_size == self._place:
            return
        with self._path.open("rb") as file:
            file.seek(self._place, os.SEEK_SET)
            while chunk := file.read(_CHUNK):
                self._place += len(chunk)
                *lines, self._rest = (self._rest + chunk).split(b"\n")
                for line in lines:
                    self._take(line)
                if len(self._rest) > _LINE:
                    self._rest = self._rest[: _LINE + 1]  # told as too long when its end comes

    def _take(self, line: bytes) -> None:
        self._lines += 1
        if not line.strip():
            return
        try:
            events = _events(line)
        except MalformedError as error:
            self._wrong += 1
            if self._wrong == 1:
                self._trouble(f"{self._path}, line {self._lines}: {error}; it and others like it are passed over")
            return
        for one in events:
            self._report(one)


def _events(line: bytes) -> list[Authorisation]:
    """The event, or the list of them, of one line.

    Raises:
        MalformedError: it is none.
    """
    if len(line) > _LINE:
        raise MalformedError(f"expected a line of at most {_LINE} bytes")
    return read_authorisations(line, None, _LINE)
