"""The memory of pass numbers that were shown, shared by the lanes of a touchpoint: one SQLite file, no network.

It holds a hash of each number with its touchpoint until the pass ends, and nothing else: no receipt, no time.
A number is on disk before the answer is given, so that a pulled plug lets nobody pass twice.
"""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Lock

from consentry.core.errors import StorageError

LATE_S = 120.0
"""s that a number is remembered beyond its pass's end: the lanes' clocks drift apart, and a lane whose clock is behind
still takes the pass (``pass_.SKEW_S`` is the same)."""
_BUSY_S = 5.0
"""s that a lane waits for another one's entry, which takes some 10 ms."""


class ReplayGuard:
    """Remembers which pass was shown where. Safe from several threads and processes."""

    def __init__(self, path: Path) -> None:
        """Open a memory, or begin one.

        Args:
            path: of the file; its folder is made if it is not there.

        Raises:
            StorageError: it cannot be used.
        """
        self._path, self._lock = path, Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
            path.chmod(0o600)
            # EXTRA: the folder is synced too, so that a journal that was removed does not come back.
            for words in ("journal_mode = DELETE", "synchronous = EXTRA", "secure_delete = ON"):
                self._file.execute(f"PRAGMA {words}").fetchall()
            self._file.execute("CREATE TABLE IF NOT EXISTS shown (what BLOB PRIMARY KEY, until REAL) WITHOUT ROWID")
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"the memory of passes in {path} cannot be used: {error}") from error

    def first_use(self, id: bytes, touchpoint: str, at: float, end: float) -> bool:  # noqa: A002 - the port's word
        """Whether a number is shown here for the first time; remembered on disk when it returns.

        Args:
            id: number of the pass.
            touchpoint: where.
            at: now, s UTC; numbers whose passes have ended are forgotten.
            end: of the pass, s UTC.

        Raises:
            StorageError: the disk did not take it; nobody may pass then.
        """
        what = hashlib.sha256(b"consentry shown\n" + len(id).to_bytes(4, "big") + id + touchpoint.encode()).digest()
        try:
            with self._lock, closing(self._file.cursor()) as cursor:
                cursor.execute("BEGIN IMMEDIATE")
                try:
                    cursor.execute("DELETE FROM shown WHERE until < ?", (at - LATE_S,))
                    cursor.execute("INSERT OR IGNORE INTO shown VALUES (?, ?)", (what, end))
                    first = cursor.rowcount == 1
                    cursor.execute("COMMIT")
                except sqlite3.Error:
                    cursor.execute("ROLLBACK")
                    raise
        except sqlite3.Error as error:
            raise StorageError(f"the memory of passes in {self._path} did not take an entry: {error}") from error
        return first

    def remembered(self) -> int:
        """How many numbers it holds.

        Raises:
            StorageError: it cannot be read.
        """
        try:
            with self._lock:
                return int(self._file.execute("SELECT count(*) FROM shown").fetchone()[0])
        except sqlite3.Error as error:
            raise StorageError(f"the memory of passes in {self._path} cannot be read: {error}") from error

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        self._file.close()
