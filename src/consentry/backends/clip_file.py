"""The file beneath a muxer, so that a clip plays whatever ends its writing.

The muxer's ``hybrid_fragmented`` MP4 is written fragment by fragment; at the end an index is appended and the first
bytes are changed, which turns the fragments into one plain MP4. A full disk may leave half a fragment, or first bytes
that point to an index which is not there. So the former is cut off again, and the latter are changed only after the
index is safe on the disk.
"""

import os
from dataclasses import dataclass, field
from typing import BinaryIO


@dataclass(slots=True)
class ClipFile:
    """What PyAV writes a clip to."""

    raw: BinaryIO
    good: int = 0
    """Bytes up to the end of the last whole fragment."""
    error: OSError | None = None
    """Why nothing more is written."""
    finishing: bool = False
    """The index is being appended; changes to what is already whole wait in ``changes`` until that has worked."""
    changes: list[tuple[int, bytes]] = field(default_factory=list)
    _at: int = 0

    def write(self, block: bytes) -> int:
        """Called by the muxer. After a failure it swallows everything, so that the muxer can be let go."""
        if self.error is None:
            self._put(bytes(block))
        self._at += len(block)
        return len(block)

    def _put(self, block: bytes) -> None:
        if self.finishing and self._at < self.good:
            self.changes.append((self._at, block))
            return
        try:
            self._write_at(self._at, block)
        except OSError as error:
            self.error = error

    def _write_at(self, at: int, block: bytes) -> None:
        rest = memoryview(block)
        while rest:
            written = os.pwrite(self.raw.fileno(), rest, at)
            at, rest = at + written, rest[written:]

    def seek(self, offset: int, whence: int = 0) -> int:
        """Called by the muxer, from the start or from the end of the file."""
        base = {0: 0, 1: self._at, 2: os.fstat(self.raw.fileno()).st_size}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """Called by the muxer."""
        return self._at

    def settle(self) -> None:
        """All that was written so far is whole.

        Raises:
            OSError: a write had failed; the file is cut back to what was whole before it.
        """
        if self.error is not None:
            os.ftruncate(self.raw.fileno(), self.good)
            raise self.error
        self.good = os.fstat(self.raw.fileno()).st_size

    def begin_index(self) -> None:
        """What comes now is the index."""
        self.finishing = True

    def give_up(self) -> None:
        """Nothing more is written, whatever the muxer still wants."""
        self.error = self.error or OSError("closed")

    def close(self) -> None:
        """Let go of the file."""
        self.raw.close()

    def sync(self) -> None:
        """Make sure that what was written outlives a power failure."""
        os.fdatasync(self.raw.fileno())

    def finish(self) -> None:
        """Make the index count, now that it is there.

        Raises:
            OSError: it is not; the file still plays as fragments.
        """
        self.settle()
        self.sync()
        for at, block in self.changes:
            self._write_at(at, block)
        self.sync()
