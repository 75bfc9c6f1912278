"""The event store: what was told and seen, in one SQLite file in the watch's output folder."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
from sqlalchemy import and_, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from consentry.backends import store_schema as schema
from consentry.backends.store_file import StoreFile
from consentry.backends.store_open import open_file
from consentry.backends.store_queries import told
from consentry.backends.store_rows import (
    alarm_row,
    camera_record,
    camera_row,
    heat_bytes,
    heat_cells,
    kept_alarm,
    observation,
    observation_row,
)
from consentry.core.errors import StorageError
from consentry.core.events import Alarm, Incident
from consentry.core.observation import HeatMap, Observation
from consentry.ports import AlarmQuery, CameraRecord, KeptAlarm, WatchRecord

STORE_FILE: Final = "events.sqlite"
_DAY_S: Final = 86_400
_PAGE: Final = 500
"""Rows fetched at a time: about 0.5 MB of alarms, however many there are."""


def open_store(folder: Path, *, create: bool = False) -> "SqlStore":
    """Open the event store of a watch.

    Args:
        folder: the watch's output folder.
        create: to write: make folder and file if they are missing, and be sure that they can be written to.

    Raises:
        StorageError: there is none, it is no database or another program's, a newer Consentry wrote it, or it cannot
            be written to; names the file and what to do.
    """
    return SqlStore(open_file(folder / STORE_FILE, create=create))


class SqlStore:
    """An ``EventStore`` on disk, safe from several threads; other processes may read it at the same time."""

    def __init__(self, file: StoreFile) -> None:
        """Take an open file of this program's version: ``open_store`` gives one."""
        self.file = file
        self._watch: int | None = None
        self._day: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()

    def report(self, alarm: Alarm, incident: Incident, /) -> None:
        """Keep one alarm; when this returns it is on disk (see ``store_file``). Told twice, it is kept once.

        Raises:
            StorageError: it could not be kept.
        """
        row = alarm_row(alarm, incident, self._watch)
        with self.file.writing("to keep an alarm") as connection:
            # Passes over what is told already, and over nothing else: any other fault is still an error.
            connection.execute(upsert(schema.alarms).values(row).on_conflict_do_nothing())

    def attach(self, episode: str, *, still: str | None = None, clip: str | None = None) -> None:
        """Name the evidence of an episode of the watch at hand; what is None stays as it was.

        Raises:
            StorageError: it could not be kept.
        """
        named = {name: where for name, where in (("still", still), ("clip", clip)) if where is not None}
        if not named:
            return
        table = schema.evidence
        with self.file.writing("to name evidence") as connection:
            mine = and_(table.c.episode == episode, table.c.watch.is_not_distinct_from(self._watch))
            if not connection.execute(update(table).where(mine).values(named)).rowcount:
                connection.execute(insert(table).values(watch=self._watch, episode=episode, **named))

    def observe(self, observations: tuple[Observation, ...]) -> None:
        """Keep what was seen; a power cut may lose the last seconds of it, a killed process does not.

        Raises:
            StorageError: it could not be kept.
        """
        if not observations:
            return
        with self.file.writing("to keep what was seen", durable=False) as connection:
            connection.execute(
                insert(schema.observations), [observation_row(seen, self._watch) for seen in observations]
            )
        for seen in observations:
            self._day[seen.camera] = int(seen.end // _DAY_S)

    def add_heat(self, heat: HeatMap) -> None:
        """Add person-seconds to the camera's map of the day of its last observation.

        Raises:
            StorageError: it could not be kept.
        """
        table = schema.heat
        day = self._day.get(heat.camera, 0)
        with self.file.writing("to keep a heat map", durable=False) as connection:
            new = heat_bytes(heat.seconds)
            mine = and_(
                table.c.camera == heat.camera, table.c.day == day, table.c.watch.is_not_distinct_from(self._watch)
            )
            old = connection.execute(select(table.c.seconds).where(mine)).scalar_one_or_none()
            if old is None:
                connection.execute(insert(table).values(watch=self._watch, camera=heat.camera, day=day, seconds=new))
            else:
                total = heat_bytes(heat_cells(old) + heat.seconds)
                connection.execute(update(table).where(mine).values(seconds=total))

    def begin_watch(self, began: float, settings: str, models: str) -> int:
        """Note that a watch begins; returns its number. What is told and seen from now on belongs to it.

        Raises:
            StorageError: it could not be kept.
        """
        with self.file.writing("to note that a watch begins") as connection:
            begun = connection.execute(insert(schema.watches).values(began=began, settings=settings, models=models))
            number = int(begun.lastrowid)
        self._watch = number
        return number

    def note_camera(self, watch: int, record: CameraRecord) -> None:
        """Write or overwrite what became of a camera's stream.

        Raises:
            StorageError: it could not be kept, or there is no such watch.
        """
        row = camera_row(watch, record)
        with self.file.writing(f"to note camera {record.camera} of watch {watch}", durable=False) as connection:
            connection.execute(
                upsert(schema.cameras).values(row).on_conflict_do_update(index_elements=["watch", "camera"], set_=row)
            )

    def end_watch(self, watch: int, ended: float) -> None:
        """Note that a watch ended by itself.

        Raises:
            StorageError: it could not be kept, or there is no such watch.
        """
        table = schema.watches
        with self.file.writing(f"to note that watch {watch} ended") as connection:
            if not connection.execute(update(table).where(table.c.number == watch).values(ended=ended)).rowcount:
                raise StorageError(f"expected the number of a watch in {self.file.path}, came {watch}")

    def alarms(self, query: AlarmQuery) -> tuple[KeptAlarm, ...]:
        """Alarms in order of capture time; with a limit, the newest.

        Raises:
            StorageError: they cannot be read.
        """
        return tuple(self.each(query))

    def each(self, query: AlarmQuery) -> Iterator[KeptAlarm]:
        """Alarms in order of capture time, a page of them in memory at a time: for exports of any length.

        Raises:
            StorageError: they cannot be read.
        """
        with self.file.reading("alarms") as connection:
            found = connection.execution_options(yield_per=_PAGE).execute(told(query))
            yield from map(kept_alarm, found.mappings())

    def observations(self, camera: str) -> tuple[Observation, ...]:
        """What a camera saw, in order of time.

        Raises:
            StorageError: it cannot be read.
        """
        table = schema.observations
        wanted = select(table).where(table.c.camera == camera).order_by(table.c.began, table.c.number)
        with self.file.reading("what was seen") as connection:
            return tuple(map(observation, connection.execute(wanted).mappings()))

    def heat(self, camera: str) -> HeatMap | None:
        """A camera's heat map, its days added up, if anybody was seen.

        Raises:
            StorageError: it cannot be read.
        """
        table = schema.heat
        with self.file.reading("a heat map") as connection:
            days = connection.execute(select(table.c.seconds).where(table.c.camera == camera)).scalars().all()
            return HeatMap(camera, np.sum([heat_cells(day) for day in days], axis=0)) if days else None

    def watches(self) -> tuple[WatchRecord, ...]:
        """All watches, oldest first.

        Raises:
            StorageError: they cannot be read.
        """
        table, cameras = schema.watches, schema.cameras
        with self.file.reading("the watches") as connection:
            noted: dict[int, list[CameraRecord]] = {}
            for row in connection.execute(select(cameras).order_by(cameras.c.camera)).mappings():
                noted.setdefault(row["watch"], []).append(camera_record(row))
            return tuple(
                WatchRecord(**row, cameras=tuple(noted.get(row["number"], ())))
                for row in connection.execute(select(table).order_by(table.c.number)).mappings()
            )
