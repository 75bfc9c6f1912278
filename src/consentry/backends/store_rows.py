"""Rows of the event store, and the values that they stand for."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from math import isnan, nan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consentry.core.events import Alarm, AlarmState, Incident
from consentry.core.frames import SourceTally
from consentry.core.observation import HEAT_SHAPE, Observation, PlaceObservation
from consentry.ports import CameraRecord, KeptAlarm

Row = Mapping[Any, Any]
"""A row by the names of its columns."""
_HEAT: Final = np.dtype("<f4")
"""float32 holds a cell's person-seconds of a day (below 1e6 for ten persons) to 0.06 s: 9 KB a map and day."""
_USUAL: Final = {field.name: field.default for field in fields(PlaceObservation) if field.name != "place"}


def alarm_row(alarm: Alarm, incident: Incident, watch: int | None) -> dict[str, Any]:
    """An alarm as a row."""
    return {
        "watch": watch,
        "hazard": alarm.hazard,
        "camera": alarm.camera,
        "place": alarm.place,
        "episode": alarm.episode,
        "state": alarm.state.value,
        "at": alarm.at,
        "tracks": json.dumps(alarm.tracks),
        "score": None if isnan(alarm.score) else alarm.score,
        "why": alarm.why,
        "incident": incident.id,
    }


def kept_alarm(row: Row) -> KeptAlarm:
    """An alarm from its row, its evidence and how long it lasted.

    Raises:
        ValueError, TypeError: the row was not written by us.
    """
    alarm = Alarm(
        hazard=row["hazard"],
        camera=row["camera"],
        place=row["place"],
        episode=row["episode"],
        state=AlarmState(row["state"]),
        at=row["at"],
        tracks=tuple(json.loads(row["tracks"])),
        score=nan if row["score"] is None else row["score"],
        why=row["why"],
    )
    return KeptAlarm(
        number=row["number"],
        alarm=alarm,
        incident=row["incident"],
        still=row["still"],
        clip=row["clip"],
        watch=row["watch"],
        lasted=row["lasted"],
    )


def observation_row(seen: Observation, watch: int | None) -> dict[str, Any]:
    """An observation as a row; what is as by default at a place is left out."""
    places = [
        {"place": place.place} | {name: value for name in _USUAL if (value := getattr(place, name)) != _USUAL[name]}
        for place in seen.places
    ]
    return {
        "watch": watch,
        "camera": seen.camera,
        "began": seen.begin,
        "ended": seen.end,
        "looked": seen.looked,
        "people": seen.people,
        "most": seen.most,
        "places": json.dumps(places, separators=(",", ":"), ensure_ascii=False),
    }


def observation(row: Row) -> Observation:
    """An observation from its row.

    Raises:
        ValueError, TypeError: the row was not written by us.
    """
    return Observation(
        camera=row["camera"],
        begin=row["began"],
        end=row["ended"],
        looked=row["looked"],
        people=row["people"],
        most=row["most"],
        places=tuple(PlaceObservation(**place) for place in json.loads(row["places"])),
    )


def heat_bytes(seconds: NDArray[np.float32]) -> bytes:
    """A heat map as bytes.

    Raises:
        ValueError: it has not the shape of a heat map.
    """
    if seconds.shape != HEAT_SHAPE:
        raise ValueError(f"expected a heat map of {HEAT_SHAPE} cells, came {seconds.shape}")
    return seconds.astype(_HEAT).tobytes()


def heat_cells(stored: bytes) -> NDArray[np.float32]:
    """A heat map, float32 ``HEAT_SHAPE``, person-seconds.

    Raises:
        ValueError: the bytes are no heat map.
    """
    return np.frombuffer(stored, _HEAT).reshape(HEAT_SHAPE).astype(np.float32)


def camera_row(watch: int, record: CameraRecord) -> dict[str, Any]:
    """A camera's record as a row."""
    return {
        "watch": watch,
        "camera": record.camera,
        "source": record.source,
        "began": record.began,
        "ended": record.ended,
        "tally": json.dumps(asdict(record.tally)),
        "looked": record.looked,
        "rested": record.rested,
        "floor": record.floor,
    }


def camera_record(row: Row) -> CameraRecord:
    """A camera's record from its row.

    Raises:
        ValueError, TypeError: the row was not written by us.
    """
    return CameraRecord(
        camera=row["camera"],
        source=row["source"],
        began=row["began"],
        ended=row["ended"],
        tally=SourceTally(**json.loads(row["tally"])),
        looked=row["looked"],
        rested=row["rested"],
        floor=row["floor"],
    )
