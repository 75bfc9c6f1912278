"""What touchpoints count: per hour how many comparisons were made and how they ended, and how long people waited.

One SQLite file, shared by the lanes of a site. Counts alone: no receipt, no time finer than an hour, nothing that could
be joined with who walked by. They are on disk before a lane says go, so that a killed lane leaves none untold.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from math import floor
from pathlib import Path
from threading import Lock
from typing import Any

from consentry.core.errors import StorageError

HOUR = 3_600
"""s."""
KEPT_S = 90 * 86_400
"""s that waiting times are kept: a quarter shows seasons and changes of staff, and more tells nothing new."""
_BUSY_S = 5.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS counted (touchpoint TEXT, purpose TEXT, hour INTEGER, comparisons INTEGER, people INTEGER,
  go INTEGER, compared INTEGER, nobody INTEGER, PRIMARY KEY (touchpoint, purpose, hour)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS waited (touchpoint TEXT, lane TEXT, hour INTEGER, seconds REAL);
CREATE INDEX IF NOT EXISTS of_touchpoint ON waited (touchpoint, lane, hour);
"""
_SUMS = ("comparisons", "people", "go", "compared", "nobody")


class LaneKind(StrEnum):
    """Which lane of a touchpoint."""

    BIOMETRIC = "biometric"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class HourCount:
    """One hour of one touchpoint."""

    touchpoint: str
    purpose: str
    hour: int
    """s UTC at which it begins."""
    comparisons: int
    """References that faces were compared with, each time."""
    people: int
    """Travellers decided on."""
    go: int
    compared: int
    """Of these, those of whose face a template was made."""
    nobody: int
    """Of these, those who are nobody in a gallery."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long people waited in one lane."""

    people: int
    median: float
    """s; not a number where nobody did."""
    late: float
    """s: nine of ten waited no longer."""


class LaneCounts:
    """The counts of a site's touchpoints. Safe from several threads and processes."""

    def __init__(self, path: Path) -> None:
        """Open them, or begin.

        Raises:
            StorageError: the file cannot be used.
        """
        self._path, self._lock = path, Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
            self._file.execute("PRAGMA synchronous = FULL")
            self._file.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"the counts of touchpoints in {path} cannot be used: {error}") from error

    def add(self, one: HourCount) -> None:
        """Add to an hour; on disk when it returns.

        Args:
            one: what is to be added; its hour is any time within it, s UTC.

        Raises:
            StorageError: the disk did not take it.
        """
        sums = ", ".join(f"{name} = {name} + excluded.{name}" for name in _SUMS)
        self._write(
            "INSERT INTO counted VALUES (?, ?, ?, ?, ?, ?, ?, ?) "  # noqa: S608 - the names are those above
            f"ON CONFLICT (touchpoint, purpose, hour) DO UPDATE SET {sums}",
            (one.touchpoint, one.purpose, one.hour // HOUR * HOUR, *(getattr(one, name) for name in _SUMS)),
        )

    def over(self, at: float) -> tuple[HourCount, ...]:
        """Hours that have ended by now, s UTC, and were not told to the log yet, in order."""
        rows = self._read(
            f"SELECT touchpoint, purpose, hour, {', '.join(_SUMS)} FROM counted WHERE hour + ? <= ? "  # noqa: S608
            "ORDER BY hour, touchpoint, purpose",
            (HOUR, at),
        )
        return tuple(HourCount(*row) for row in rows)

    def told(self, one: HourCount) -> None:
        """Take out an hour that is in the log now; what was added since stays.

        Raises:
            StorageError: the disk did not do it; the hour is told again, which can be seen by its time.
        """
        left = ", ".join(f"{name} = {name} - ?" for name in _SUMS)
        which = (one.touchpoint, one.purpose, one.hour)
        self._write(
            f"UPDATE counted SET {left} WHERE touchpoint = ? AND purpose = ? AND hour = ?",  # noqa: S608 - likewise
            (*(getattr(one, name) for name in _SUMS), *which),
        )
        empty = " AND ".join(f"{name} <= 0" for name in _SUMS)
        self._write(f"DELETE FROM counted WHERE touchpoint = ? AND purpose = ? AND hour = ? AND {empty}", which)  # noqa: S608

    def waited(self, touchpoint: str, lane: LaneKind, at: float, seconds: float) -> None:
        """Keep how long somebody waited; only the hour is kept with it.

        Raises:
            StorageError: the disk did not take it.
        """
        hour = floor(at / HOUR) * HOUR
        self._write("DELETE FROM waited WHERE hour < ?", (at - KEPT_S,))
        self._write("INSERT INTO waited VALUES (?, ?, ?, ?)", (touchpoint, lane.value, hour, max(0.0, seconds)))

    def waiting(self, touchpoint: str, lane: LaneKind, since: float) -> Waiting:
        """How long people waited in a lane since a time, s UTC, whole hours."""
        rows = self._read(
            "SELECT seconds FROM waited WHERE touchpoint = ? AND lane = ? AND hour + ? > ? ORDER BY seconds",
            (touchpoint, lane.value, HOUR, since),
        )
        seconds = [float(row[0]) for row in rows]
        return Waiting(len(seconds), _quantile(seconds, 0.5), _quantile(seconds, 0.9))

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        self._file.close()

    def _write(self, words: str, values: tuple[object, ...]) -> None:
        try:
            with self._lock, closing(self._file.cursor()) as cursor:
                cursor.execute(words, values)
        except sqlite3.Error as error:
            raise StorageError(f"the counts of touchpoints in {self._path} were not written: {error}") from error

    def _read(self, words: str, values: tuple[object, ...]) -> list[Any]:
        try:
            with self._lock, closing(self._file.cursor()) as cursor:
                return list(cursor.execute(words, values))
        except sqlite3.Error as error:
            raise StorageError(f"the counts of touchpoints in {self._path} cannot be read: {error}") from error


def _quantile(ordered: list[float], share: float) -> float:
    """The least value that at least this share does not exceed.

    >>> _quantile([1.0, 2.0, 3.0, 4.0], 0.5), _quantile([], 0.5)
    (2.0, nan)
    """
    if not ordered:
        return float("nan")
    return ordered[max(0, -floor(-share * len(ordered)) - 1)]
