"""The event store's file: connections, what makes a write durable, and SQLite's errors in our own words.

What stands on disk when a durable write returns: SQLite keeps a write-ahead log (``journal_mode = WAL``), and with
``synchronous = FULL`` the commit returns only after fsync of that log. A process killed at any moment, or a power cut,
loses the transaction at hand and no earlier one (https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html).
Quick writes (``NORMAL``) are not fsynced: a killed process loses none, a power cut may lose the last ones, and the next
durable write carries all earlier ones with it, since both go to the same log.

Readers see the state of their first read and wait for nobody; one writer writes at a time.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool, StaticPool

from consentry.core.errors import StorageError

_BUSY_S: Final = 5.0
"""How long a write waits for another process's: the longest of ours, a batch of retention, takes 48 ms on a busy
machine. What is still refused then stays with the relay, which offers it again."""

_REMEDIES: Final = {
    "SQLITE_FULL": "make room on that disk; what was refused is offered again",
    "SQLITE_READONLY": "make the file and its folder writable, or choose another output folder",
    "SQLITE_CANTOPEN": "make the folder readable and writable, or choose another output folder",
    "SQLITE_BUSY": "another process is writing to it for long; end it, or choose another output folder",
    "SQLITE_NOTADB": "move the file away, or name the folder that a watch wrote to",
    "SQLITE_CORRUPT": "move the file away and keep it: `sqlite3 FILE .recover` saves what can still be read",
    "SQLITE_IOERR": "look after that disk, and whether it is full",
}
_FAULT: Final = "this is a fault of Consentry's: please report it"


class StoreFile:
    """One file of events, opened by one process and shared by its threads."""

    def __init__(self, path: Path, *, create: bool) -> None:
        """Open nothing yet; the first read or write does.

        Args:
            path: the file.
            create: whether writing may create it.
        """
        self.path = path
        self._create = create
        self._lock = Lock()
        self._inode: tuple[int, int] | None = None
        # One connection each, kept open and shared under the lock: a connection's pragmas hold as long as it lives.
        self._durable = self._engine(self._writer("FULL"), "BEGIN IMMEDIATE")
        self._quick = self._engine(self._writer("NORMAL"), "BEGIN IMMEDIATE")
        self._readers = create_engine("sqlite://", creator=self._reader, poolclass=NullPool, hide_parameters=True)
        event.listen(self._readers, "begin", _begin("BEGIN"))

    @contextmanager
    def writing(self, what: str, *, durable: bool = True) -> Iterator[Connection]:
        """One transaction, alone among the writers; it is kept when the block ends without an error.

        Args:
            what: what was to be done, for the error's sentence.
            durable: whether it is on disk when the block has ended, or soon after.

        Raises:
            StorageError: it was not kept; names the file, what SQLite said and what to do.
        """
        with self._lock, self._told(what):
            self._stay()
            with (self._durable if durable else self._quick).begin() as connection:
                yield connection

    @contextmanager
    def reading(self, what: str) -> Iterator[Connection]:
        """One consistent view of the file, from any thread, while others write.

        Raises:
            StorageError: as for ``writing``.
        """
        with self._told(what), self._readers.begin() as connection:
            yield connection

    def shrink_log(self) -> None:
        """Move the log's content to its place in the file and empty the log, unless somebody reads the old state."""
        with self._lock, self._told("to empty the log"), self._durable.connect() as connection:
            connection.rollback()
            raw = connection.connection.cursor()
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.close()

    def close(self) -> None:
        """Let go of the file; a later write opens it again."""
        with self._lock:
            for engine in (self._durable, self._quick, self._readers):
                engine.dispose()
            self._inode = None

    def _engine(self, creator: Callable[[], sqlite3.Connection], begin: str) -> Engine:
        engine = create_engine("sqlite://", creator=creator, poolclass=StaticPool, hide_parameters=True)
        event.listen(engine, "begin", _begin(begin))
        return engine

    def _writer(self, synchronous: str) -> Callable[[], sqlite3.Connection]:
        def connect() -> sqlite3.Connection:
            connection = self._connect("rwc" if self._create else "rw")
            # WAL: where the system cannot share memory, SQLite stays with a rollback journal: slower, as durable.
            # secure_delete: what retention removes is overwritten with zeros, not only unlinked within the file.
            try:
                for pragma in ("journal_mode = WAL", f"synchronous = {synchronous}", "foreign_keys = ON"):
                    connection.execute(f"PRAGMA {pragma}").close()
                connection.execute("PRAGMA secure_delete = ON").close()
            except sqlite3.Error:
                connection.close()
                raise
            return connection

        return connect

    def _reader(self) -> sqlite3.Connection:
        connection = self._connect("rw")
        try:
            connection.execute("PRAGMA query_only = ON").close()
            connection.execute("SELECT count(*) FROM sqlite_master").close()
        except sqlite3.Error:
            connection.close()
            log = self.path.with_name(f"{self.path.name}-wal")
            if os.access(self.path.parent, os.W_OK) or (log.exists() and log.stat().st_size):
                raise
            # A copy on a read-only disk: WAL wants to write beside the file even to read, unless told that nothing
            # can change. That is only true where no log is left to read too.
            return self._connect("ro&immutable=1")
        return connection

    def _connect(self, mode: str) -> sqlite3.Connection:
        # isolation_level None: transactions begin where we say, not where Python's sqlite3 guesses.
        # as_uri() quotes what a path may hold and an address may not.
        address = f"{self.path.absolute().as_uri()}?mode={mode}"
        return sqlite3.connect(address, uri=True, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)

    def _stay(self) -> None:
        """Refuse to write into a file that was deleted or moved: SQLite would go on, and all would be lost.

        Raises:
            StorageError: the file at the path is not the one that was opened.
        """
        try:
            status = self.path.stat()
        except FileNotFoundError:
            here = None
        else:
            here = (status.st_dev, status.st_ino)
        if self._inode is not None and here != self._inode:
            raise StorageError(f"expected {self.path} to stay where it is, it was deleted or moved; put it back")
        self._inode = here

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except StorageError:
            raise
        except SQLAlchemyError as error:
            cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
            raise StorageError(self._sentence(what, cause)) from error
        except (sqlite3.Error, OSError) as error:
            raise StorageError(self._sentence(what, error)) from error
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            # A row that somebody else wrote, or a number that no column holds.
            raise StorageError(f"expected {what}, {self.path} does not fit: {error}") from error

    def _sentence(self, what: str, cause: BaseException) -> str:
        name = getattr(cause, "sqlite_errorname", "")
        remedy = next((words for code, words in _REMEDIES.items() if name.startswith(code)), _FAULT)
        return f"expected {what} in {self.path}, SQLite said: {cause}; {remedy}"


def _begin(statement: str) -> Callable[[Connection], None]:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return begin
