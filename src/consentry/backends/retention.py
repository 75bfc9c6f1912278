"""What fell due is removed: pictures first, then the rows that name them, then alarms and what was seen.

In this order a process killed half-way leaves rows that name pictures already gone, which the next run removes; never
a picture that no row names. A picture that lost its row in another way (its disk was full when it was to be named) is
found by its file's time.

Ages count from the capture, or from the beginning of the watch that told it where that is later: a clip may be years
old, or have no date at all, on the day that somebody first looks at it.
"""

import contextlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, exists, func, or_, select

from consentry.backends import store_schema as schema
from consentry.backends.store import SqlStore

FOLDERS: Final = ("stills", "clips")
"""The only folders, within the watch's output folder, in which anything is ever removed."""
_DAY_S: Final = 86_400.0
_BATCH: Final = 2_000
"""Rows removed in one transaction, for which an alarm may have to wait: 14 to 48 ms here (``bench/store.py``, 2 busy
cores)."""
_GRACE_S: Final = 3_600.0
"""A picture that no row names is left alone for so long after its last writing: a clip is named when it is whole."""
_FOUND: Final = 100_000
"""Rows found at a time: an hour of 139 cameras; the numbers of as many are 4 MB."""
_BEGINNING: Final = float("-inf")


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was removed, and what was not."""

    pictures: int = 0
    """Files of evidence removed."""
    alarms: int = 0
    observations: int = 0
    heat: int = 0
    """Heat maps of one day of one camera."""
    watches: int = 0
    """Records of watches of which nothing else is kept."""
    refused: tuple[str, ...] = ()
    """Names of evidence that were not touched because they lead out of the folders of evidence."""
    stuck: tuple[str, ...] = ()
    """Files of evidence that the system would not remove, and why; they are tried again next time."""


def clear(
    store: SqlStore, folder: Path, now: float, *, alarms_days: float, evidence_days: float, observations_days: float
) -> Cleared:
    """Remove what fell due. May be called while a watch writes, and again after it was killed half-way.

    Args:
        store: the events of the watch.
        folder: its output folder, which holds ``stills/`` and ``clips/``.
        now: s UTC.
        alarms_days: how long alarms are kept.
        evidence_days: how long pictures are kept; no longer than their alarms.
        observations_days: how long what was seen is kept.

    Raises:
        StorageError: the database refused; what was removed until then stays removed.
    """
    evidence_due = now - min(evidence_days, alarms_days) * _DAY_S
    alarms_due = now - alarms_days * _DAY_S
    seen_due = now - observations_days * _DAY_S
    # 1. Pictures that fell due, then the rows that name them.
    pictures = _Pictures(folder, _names(store))
    for named in _evidence_due(store, evidence_due):
        _remove_evidence(store, pictures, named)
    # 2. Pictures that no row names.
    pictures.remove_strays(min(evidence_due, now - _GRACE_S))
    # 3. Alarms, and what was seen.
    alarms = _remove_rows(store, schema.alarms, _told_before(schema.alarms, schema.alarms.c.at, alarms_due))
    seen = schema.observations
    observations = _remove_rows(store, seen, _told_before(seen, seen.c.ended, seen_due))
    heat = _remove_rows(store, schema.heat, _told_before(schema.heat, (schema.heat.c.day + 1) * _DAY_S, seen_due))
    # 4. Watches of which nothing is left; the newest may be running.
    watches = _remove_rows(store, schema.watches, _empty_watches(min(alarms_due, seen_due)))
    # 5. The log still holds what was removed.
    store.file.shrink_log()
    return Cleared(
        pictures.removed, alarms, observations, heat, watches, tuple(pictures.refused), tuple(pictures.stuck)
    )


class _Pictures:
    """The files of evidence, and what became of them so far."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self._folder = folder
        self._rows = Counter(map(_plain, names))
        self.removed = 0
        self.refused: list[str] = []
        self.stuck: list[str] = []

    def remove(self, name: str) -> bool:
        """Remove the file that a row names, if no other row does; whether the row may go now."""
        # A second watch of the same clip may have written the same file anew; its own row keeps it.
        if self._rows[_plain(name)] > 1 or self._unlink(name):
            self._rows[_plain(name)] -= 1
            return True
        return False

    def remove_strays(self, due: float) -> None:
        """Remove files that no row names, last written before due (s UTC)."""
        for name, modified in self._files():
            if modified < due and not self._rows[name]:
                self._unlink(name)

    def _unlink(self, name: str) -> bool:
        path = inside(self._folder, name)
        if path is None:
            self.refused.append(name)
            return True
        try:
            path.unlink()
        except FileNotFoundError:
            return True  # removed by a run that was killed before it removed the row
        except OSError as error:
            self.stuck.append(f"{name}: {error.strerror}")
            return False
        self.removed += 1
        return True

    def _files(self) -> Iterator[tuple[str, float]]:
        """Every file, relative to the folder, and when it was last written, s UTC. Links are not followed."""
        for top in FOLDERS:
            for at, _, names in os.walk(self._folder / top):
                for name in names:
                    path = Path(at, name)
                    with contextlib.suppress(FileNotFoundError):
                        yield path.relative_to(self._folder).as_posix(), path.lstat().st_mtime


def _plain(name: str) -> str:
    return PurePosixPath(name).as_posix()


class _Named(NamedTuple):
    """A row of evidence that fell due."""

    number: int
    still: str | None
    clip: str | None


def _told_before(rows: Table, at: ColumnElement[Any], due: float) -> ColumnElement[bool]:
    """Whether a row is older than due, by its capture and by the beginning of its watch."""
    began = select(schema.watches.c.began).where(schema.watches.c.number == rows.c.watch).scalar_subquery()
    return and_(at < due, func.coalesce(began, _BEGINNING) < due)


def _evidence_due(store: SqlStore, due: float) -> list[_Named]:
    """Evidence of which the last alarm is old enough; of an alarm that was not kept, by the watch alone."""
    table, alarms = schema.evidence, schema.alarms
    same = and_(alarms.c.episode == table.c.episode, alarms.c.watch.is_not_distinct_from(table.c.watch))
    last = select(func.max(alarms.c.at)).where(same).scalar_subquery()
    wanted = select(table.c.number, table.c.still, table.c.clip).where(
        _told_before(table, func.coalesce(last, _BEGINNING), due)
    )
    with store.file.reading("evidence that fell due") as connection:
        return [_Named(*row) for row in connection.execute(wanted)]


def _names(store: SqlStore) -> list[str]:
    table = schema.evidence
    with store.file.reading("the names of evidence") as connection:
        rows = connection.execute(select(table.c.still, table.c.clip)).all()
    return [name for row in rows for name in row if name is not None]


def _remove_evidence(store: SqlStore, pictures: _Pictures, named: _Named) -> None:
    gone = [pictures.remove(name) for name in (named.still, named.clip) if name is not None]
    if all(gone):  # a row without any name may go too
        with store.file.writing("to forget evidence", durable=False) as connection:
            connection.execute(delete(schema.evidence).where(schema.evidence.c.number == named.number))


def inside(folder: Path, name: str) -> Path | None:
    """The file of evidence that a row names; None if it is not within the folders of evidence.

    A row may have been tampered with. A link at the end of the name is itself the file; links on the way are followed
    before it is asked whether the way leads out.

    >>> inside(Path("/srv/out"), "stills/e1.jpg")
    PosixPath('/srv/out/stills/e1.jpg')
    >>> [inside(Path("/srv/out"), name) for name in ("stills/../events.sqlite", "/etc/passwd", "events.sqlite")]
    [None, None, None]
    """
    parts = PurePosixPath(name).parts
    if len(parts) < 2 or parts[0] not in FOLDERS or ".." in parts or "\0" in name:
        return None
    top = (folder / parts[0]).resolve()
    parent = folder.joinpath(*parts[:-1]).resolve()
    return parent / parts[-1] if parent.is_relative_to(top) else None


def _remove_rows(store: SqlStore, table: Table, due: ColumnElement[bool]) -> int:
    """Remove rows batch by batch, so that no alarm waits long; returns how many."""
    removed = 0
    one = delete(table).where(table.c.number == bindparam("due"))
    while True:
        # Found while others may write; only the removal itself keeps them waiting.
        with store.file.reading(f"{table.name} that fell due") as connection:
            numbers = connection.execute(select(table.c.number).where(due).limit(_FOUND)).scalars().all()
        for start in range(0, len(numbers), _BATCH):
            batch = [{"due": number} for number in numbers[start : start + _BATCH]]
            with store.file.writing(f"to remove {table.name}", durable=False) as connection:
                connection.execute(one, batch)
        removed += len(numbers)
        if len(numbers) < _FOUND:
            return removed


def _empty_watches(due: float) -> ColumnElement[bool]:
    table = schema.watches
    kept_rows = (schema.alarms, schema.evidence, schema.observations, schema.heat)
    still_named = [exists().where(rows.c.watch == table.c.number) for rows in kept_rows]
    newest = select(func.max(table.c.number)).scalar_subquery()
    return and_(table.c.began < due, table.c.number < newest, ~or_(*still_named))
