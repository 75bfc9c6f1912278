"""A file on its way into the store: checked as it comes, there only when it is whole and right.

The bytes go to ``NAME.part`` beside their place. A pull that is broken off leaves the part, the next one goes on from
there. What turns out to be something else than the manifest names is removed. Nobody ever loads a part.
"""

import errno
import fcntl
import hashlib
import json
import os
from io import FileIO
from pathlib import Path
from typing import Self

from consentry.backends.manifest import SupplyFile
from consentry.core.errors import StorageError, SupplyError

_BLOCK = 1 << 20
"""bytes read at once when a part that is there is hashed anew."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class UnfitError(SupplyError):
    """What came is not the file that the manifest names. It was removed."""


class Landing:
    """One file on its way. Use it as a context; only one process at a time can.

    Raises (all methods):
        StorageError: the disk did not take it; the text says what to do.
    """

    def __init__(self, folder: Path, file: SupplyFile) -> None:
        self.file = file
        self.path = folder / file.name
        self.size = 0
        """bytes that have come."""
        self.validator = ""
        """What the server called the state of its file (an ETag or a date), to ask whether it is still the same."""
        self._part = folder / f"{file.name}.part"
        self._origin_note = folder / f"{file.name}.part.from"
        self._hash = hashlib.sha256()

    def __enter__(self) -> Self:
        with _Storage(self):
            self._part.parent.mkdir(parents=True, exist_ok=True)
            self._handle = self._locked()
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if not self._there() and self._ours(self._handle):
                self._part.unlink()  # while it is locked: afterwards it may be another process's
        finally:
            self._handle.close()

    def _there(self) -> int:
        """Bytes of the part on disk: of this pull, or still of a former one from another place."""
        return os.fstat(self._handle.fileno()).st_size

    def _ours(self, handle: FileIO) -> bool:
        """Whether the part at its place is the file that we hold."""
        return self._part.exists() and os.fstat(handle.fileno()).st_ino == self._part.stat().st_ino

    def _locked(self) -> FileIO:
        while True:
            # Unbuffered: an error of the disk comes where it happens, and not again when the file is closed.
            handle = FileIO(os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644), "r+")
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                handle.close()
                raise StorageError(
                    f"{self.file.name} is being pulled by another process; wait for it, then try again"
                ) from None
            if self._ours(handle):
                return handle
            handle.close()  # the other process has just put it in its place: what we locked is that file

    def resume(self, origin: str) -> int:
        """How many bytes of a former pull from the same place can be kept.

        Those from another place stay on disk until bytes come from this one (``restart``): it may not answer.

        Args:
            origin: the place; its hash alone is noted on disk, for it may hold credentials.
        """
        with _Storage(self):
            try:
                note = json.loads(self._origin_note.read_text("utf-8"))
                known = isinstance(note, dict) and note.get("origin") == _hashed(origin)
            except (OSError, ValueError):
                note, known = {}, False
            self._hash, self.size, self.validator = hashlib.sha256(), 0, ""
            if not known or self._there() > self.file.size:
                return 0
            self._handle.seek(0)
            self.validator = str(note.get("validator", ""))
            while block := self._handle.read(_BLOCK):
                self._hash.update(block)
                self.size += len(block)
        return self.size

    def restart(self, origin: str, validator: str) -> None:
        """Begin anew: what came so far is dropped."""
        with _Storage(self):
            self._handle.seek(0)
            if self._there():
                self._handle.truncate(0)
            self._hash, self.size, self.validator = hashlib.sha256(), 0, validator
            self._origin_note.write_text(json.dumps({"origin": _hashed(origin), "validator": validator}), "utf-8")

    def write(self, block: bytes) -> None:
        """Take the next bytes.

        Raises:
            UnfitError: they are more than the file has. Not one of them was written.
        """
        if self.size + len(block) > self.file.size:
            self.discard()
            raise UnfitError(f"expected {self.file.size:,} bytes, more came")
        with _Storage(self):
            rest = memoryview(block)
            while rest:
                rest = rest[self._handle.write(rest) :]
        self._hash.update(block)
        self.size += len(block)

    def finish(self) -> Path:
        """Put the file in its place, if it is whole and right.

        Raises:
            UnfitError: it is not. It was removed.
        """
        trouble = ""
        if self.size != self.file.size:
            trouble = f"expected {self.file.size:,} bytes, came {self.size:,}"
        elif self._hash.hexdigest() != self.file.sha256:
            trouble = f"expected SHA-256 {self.file.sha256[:12]}..., came {self._hash.hexdigest()[:12]}..."
        if trouble:
            self.discard()
            raise UnfitError(trouble)
        with _Storage(self):
            os.fsync(self._handle.fileno())
            self._part.replace(self.path)
            self._origin_note.unlink(missing_ok=True)
        return self.path

    def discard(self) -> None:
        """Drop what came. The empty part itself goes when the context ends."""
        with _Storage(self):
            self._origin_note.unlink(missing_ok=True)
            if self._there():
                self._handle.truncate(0)
        self._hash, self.size = hashlib.sha256(), 0


class _Storage:
    """Translates what a disk may refuse."""

    def __init__(self, landing: Landing) -> None:
        self._landing = landing

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if not isinstance(error, OSError):
            return
        folder, file = self._landing.path.parent, self._landing.file
        what = "make room" if error.errno in _FULL else "make it writable"
        raise StorageError(
            f"{file.name} ({file.size:,} bytes) cannot be kept in {folder}: {error.strerror or error}; {what}, or set "
            "CONSENTRY_HOME to another folder"
        ) from error


def _hashed(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()
