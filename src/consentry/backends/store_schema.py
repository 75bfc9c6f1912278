"""The tables of the event store, and how a file of any earlier version becomes one of this version.

``STEPS`` is history: step n brings a file from version n to n + 1, and is never changed once it was released. The
tables below it are what the steps add up to (a test holds the two together).
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    inspect,
)

from consentry.core.errors import StorageError

APPLICATION: Final = 0x43534E54
"""``CSNT`` in the file's header (SQLite's application_id): a database of somebody else is never taken for a store."""

STEPS: Final[Sequence[str]] = (
    """
    CREATE TABLE watches (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        began REAL NOT NULL, ended REAL, settings TEXT NOT NULL, models TEXT NOT NULL
    );
    CREATE TABLE cameras (
        watch INTEGER NOT NULL REFERENCES watches (number) ON DELETE CASCADE, camera TEXT NOT NULL,
        source TEXT NOT NULL, began REAL NOT NULL, ended REAL, tally TEXT NOT NULL,
        looked INTEGER NOT NULL, rested INTEGER NOT NULL, floor BOOLEAN NOT NULL,
        PRIMARY KEY (watch, camera)
    );
    CREATE TABLE alarms (
        number INTEGER PRIMARY KEY AUTOINCREMENT, watch INTEGER REFERENCES watches (number),
        hazard TEXT NOT NULL, camera TEXT NOT NULL, place TEXT NOT NULL, episode TEXT NOT NULL, state TEXT NOT NULL,
        at REAL NOT NULL, tracks TEXT NOT NULL, score REAL, why TEXT NOT NULL, incident TEXT NOT NULL
    );
    CREATE UNIQUE INDEX alarms_told_once ON alarms (episode, state, at, coalesce(watch, 0));
    CREATE INDEX alarms_by_time ON alarms (at, number);
    CREATE INDEX alarms_of_watch ON alarms (watch);
    CREATE TABLE evidence (
        number INTEGER PRIMARY KEY, watch INTEGER REFERENCES watches (number), episode TEXT NOT NULL,
        still TEXT, clip TEXT
    );
    CREATE UNIQUE INDEX evidence_of_episode ON evidence (episode, coalesce(watch, 0));
    CREATE TABLE observations (
        number INTEGER PRIMARY KEY, watch INTEGER REFERENCES watches (number), camera TEXT NOT NULL,
        began REAL NOT NULL, ended REAL NOT NULL, looked INTEGER NOT NULL, people REAL NOT NULL,
        most INTEGER NOT NULL, places TEXT NOT NULL
    );
    CREATE INDEX observations_by_time ON observations (camera, began);
    CREATE INDEX observations_of_watch ON observations (watch);
    CREATE TABLE heat (
        number INTEGER PRIMARY KEY, watch INTEGER REFERENCES watches (number), camera TEXT NOT NULL,
        day INTEGER NOT NULL, seconds BLOB NOT NULL
    );
    CREATE UNIQUE INDEX heat_of_day ON heat (camera, day, coalesce(watch, 0));
    """,
)
"""SQL of each version, oldest first."""


class Words(TypeDecorator[str]):
    """Any text, also one with half a character in it, as a file name in an old encoding gives: kept escaped.

    SQLite takes UTF-8 alone; an alarm must not be refused because the name of a clip is not UTF-8.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Escape what has no UTF-8."""
        del dialect
        return None if value is None else value.encode("utf-8", "backslashreplace").decode("utf-8")


_META = MetaData()


def _watch() -> Column[int]:
    """The watch at hand when a row was written; None outside any."""
    return Column("watch", Integer, ForeignKey("watches.number"))


watches = Table(
    "watches",
    _META,
    Column("number", Integer, primary_key=True),
    Column("began", Float),  # s UTC, of this machine
    Column("ended", Float),  # s UTC; NULL: killed, or still running
    Column("settings", Words),
    Column("models", Words),
)
cameras = Table(
    "cameras",
    _META,
    Column("watch", Integer, ForeignKey("watches.number"), primary_key=True),
    Column("camera", Words, primary_key=True),
    Column("source", Words),
    Column("began", Float),  # s UTC, of capture
    Column("ended", Float),
    Column("tally", Words),  # SourceTally as a JSON object
    Column("looked", Integer),
    Column("rested", Integer),
    Column("floor", Boolean),
)
alarms = Table(
    "alarms",
    _META,
    Column("number", Integer, primary_key=True),
    _watch(),
    Column("hazard", Words),
    Column("camera", Words),
    Column("place", Words),
    Column("episode", Words),
    Column("state", Words),
    Column("at", Float),  # s UTC, of capture
    Column("tracks", Words),  # JSON list
    Column("score", Float),  # NULL: not a number, a fault of ours that must not keep the alarm from being kept
    Column("why", Words),
    Column("incident", Words),
)
evidence = Table(
    "evidence",
    _META,
    Column("number", Integer, primary_key=True),
    _watch(),
    Column("episode", Words),
    Column("still", Words),  # relative to the folder
    Column("clip", Words),
)
observations = Table(
    "observations",
    _META,
    Column("number", Integer, primary_key=True),
    _watch(),
    Column("camera", Words),
    Column("began", Float),  # s UTC, of capture
    Column("ended", Float),
    Column("looked", Integer),
    Column("people", Float),
    Column("most", Integer),
    Column("places", Words),  # JSON list of objects, what is as by default left out
)
heat = Table(
    "heat",
    _META,
    Column("number", Integer, primary_key=True),
    _watch(),
    Column("camera", Words),
    Column("day", Integer),  # days since 1970 UTC, of capture, so that old heat can fall due
    Column("seconds", LargeBinary),  # float32 little-endian, row by row
)
TABLES: Final = _META


def version(connection: Connection) -> int | None:
    """The file's version; None: there is nothing in it yet.

    Raises:
        StorageError: it is a database of something else.
    """
    if _pragma(connection, "application_id") == APPLICATION:
        return _pragma(connection, "user_version")
    if inspect(connection).get_table_names() or _pragma(connection, "user_version"):
        raise StorageError("it is an SQLite database of another program")
    return None


def bring_up(connection: Connection) -> None:
    """Bring a file to the newest version, within the transaction at hand: all steps or none.

    Raises:
        StorageError: it is a database of something else.
    """
    now = version(connection) or 0
    if now >= len(STEPS):
        return
    for step in STEPS[now:]:
        # Not executescript(): that would commit the transaction at hand before it begins.
        for statement in step.split(";"):
            if statement.strip():
                connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION}")
    connection.exec_driver_sql(f"PRAGMA user_version = {len(STEPS)}")


def _pragma(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
