"""What must hold between the keys of ``site.toml``. Every table is judged by itself: one wrong key hides no other."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from consentry.app.settings_consent_checks import consent_faults
from consentry.app.settings_faults import OFF_PICTURE, ON_PICTURE, Fault, faults_of, nearest, shown
from consentry.app.settings_gates import gate_faults
from consentry.app.settings_hazards import options_of
from consentry.app.settings_lines import Path
from consentry.app.settings_places import beyond_horizon, floor_faults, tripwire_faults, zone_faults
from consentry.app.settings_tables import FloorTable, HazardTable, RetentionTable, SiteFile, TripwireTable, ZoneTable
from consentry.app.settings_values import has_own_clock
from consentry.core.geometry import FloorPlan, Tripwire, WholePicture, Zone
from consentry.core.schedule import Schedule, parse_span
from consentry.hazards.catalogue import CATALOGUE, Row
from consentry.hazards.rule import HazardSettings

Table = Mapping[str, Any]
M = TypeVar("M", bound=BaseModel)

_KINDS: dict[type, str] = {Zone: "zone", Tripwire: "tripwire"}


def as_json(table: Table) -> str:
    """The table as JSON text: read from it, pydantic is strict about types and still takes lists and times."""
    return json.dumps(table, default=str)


def site_faults(raw: Table) -> list[Fault]:
    """Everything wrong with a settings file: first each key by itself, then what must hold between them."""
    faults: list[Fault] = []
    try:
        SiteFile.model_validate_json(as_json(raw))
    except ValidationError as error:
        faults += faults_of(error, SiteFile)
    known = {fault.path for fault in faults}
    faults += [fault for fault in _bare_times(raw) if fault.path not in known]
    faults += _retention_faults(raw)
    faults += consent_faults(raw)
    faults += gate_faults(raw)
    cameras = list(_tables(raw, "camera"))
    names = [camera["name"] for _, camera in cameras if isinstance(camera.get("name"), str)]
    faults += _twice([(path, camera) for path, camera in cameras], "camera")
    for path, camera in cameras:
        faults += _neighbour_faults(path, camera, names)
        faults += _CameraCheck(path, camera).faults()
    return faults


def _bare_times(raw: object, path: Path = ()) -> Iterator[Fault]:
    """Dates and times where a text should stand: as JSON (``as_json``) they would pass for one."""
    if isinstance(raw, date | time) and not (isinstance(raw, datetime) and path[-1:] == ("recorded_at",)):
        yield Fault(path, f"expected no bare date or time, came {raw}", "if a text is meant, put it in quotes")
    inner = raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ()
    for key, value in inner:
        yield from _bare_times(value, (*path, key))


def _tables(raw: Table, key: str, path: Path = ()) -> Iterator[tuple[Path, Table]]:
    """The tables of a list that are tables; what else stands there was told before."""
    found = raw.get(key)
    for number, table in enumerate(found if isinstance(found, list) else []):
        if isinstance(table, dict):
            yield (*path, key, number), table


def _read(model: type[M], raw: object) -> M | None:
    """A table by itself, or None if something is wrong within it, which was told before."""
    try:
        return model.model_validate_json(json.dumps(raw, default=str))
    except ValidationError:
        return None


def _retention_faults(raw: Table) -> Iterator[Fault]:
    kept = _read(RetentionTable, raw.get("retention", {}))
    if kept is not None and kept.evidence_days > kept.alarms_days:
        yield Fault(
            ("retention", "evidence_days"),
            f"expected evidence to be kept no longer than its alarms ({kept.alarms_days:g} days), "
            f"came {kept.evidence_days:g}",
            "lower evidence_days or raise alarms_days",
        )


def _twice(tables: list[tuple[Path, Table]], what: str) -> Iterator[Fault]:
    seen: dict[str, Path] = {}
    for path, table in tables:
        name = table.get("name")
        if not isinstance(name, str):
            continue
        if name in seen:
            yield Fault((*path, "name"), f"expected a name of its own, another {what} is {name!r} too", "rename one")
        seen[name] = path


def _neighbour_faults(path: Path, camera: Table, names: list[str]) -> Iterator[Fault]:
    listed = camera.get("neighbours")
    for number, name in enumerate(listed if isinstance(listed, list) else []):
        here = (*path, "neighbours", number)
        if isinstance(name, str) and name not in names:
            yield Fault(here, f"expected the name of a camera, came {shown(name)}", nearest(name, names))
        elif isinstance(name, str) and name == camera.get("name"):
            yield Fault(here, "expected another camera, came this one's own name", "leave it out")


def hazard_settings(row: Row, options: Table) -> HazardSettings:
    """The hazard's options as the rule takes them.

    Raises:
        ValidationError: an option is unknown, missing or of a wrong type.
        ValueError: the hazard itself refuses them.
    """
    read = options_of(row).model_validate_json(as_json(options))
    return row.settings(**{field.name: getattr(read, field.name) for field in fields(row.settings)})


def option_faults(row: Row, options: Table, path: Path) -> list[Fault]:
    """What is wrong with a hazard's own options."""
    try:
        read = hazard_settings(row, options)
    except ValidationError as error:
        return faults_of(error, options_of(row), path, HazardTable.model_fields)
    except ValueError as error:
        key, colon, why = str(error).partition(": ")
        if colon and key in options:
            return [Fault((*path, key), why, f"see what {key!r} means: consentry check --schema")]
        return [Fault(path, str(error), "correct the options of this hazard")]
    return [fault for key in sorted(ON_PICTURE & set(options)) for fault in _off_picture(read, key, path)]


def _off_picture(read: HazardSettings, key: str, path: Path) -> Iterator[Fault]:
    point = getattr(read, key)
    if point is not None and not all(0 <= number <= 1 for number in point):
        yield Fault((*path, key), f"expected a point of the picture, 0 to 1, came {shown(point)}", OFF_PICTURE)


@dataclass(frozen=True)
class _CameraCheck:
    """What must hold within one camera."""

    path: Path
    raw: Table

    def faults(self) -> Iterator[Fault]:
        places = [*_tables(self.raw, "zone", self.path), *_tables(self.raw, "tripwire", self.path)]
        yield from _twice(places, "zone or tripwire")
        yield from self._drawn("zone", ZoneTable, zone_faults)
        yield from self._drawn("tripwire", TripwireTable, tripwire_faults)
        if "floor" in self.raw:
            floor = _read(FloorTable, self.raw["floor"])
            if floor is not None:
                yield from floor_faults(floor, (*self.path, "floor"))
        for path, table in _tables(self.raw, "hazard", self.path):
            row = CATALOGUE.get(str(table.get("kind")))
            if row is not None:
                yield from self._hazard(path, table, row)
        yield from self._same_at_once()

    def _drawn(self, key: str, model: type[M], check: Callable[[M, Path], Iterator[Fault]]) -> Iterator[Fault]:
        for path, table in _tables(self.raw, key, self.path):
            place = _read(model, table)
            if place is not None:
                yield from check(place, path)

    def _names(self, kind: str) -> list[str]:
        return [str(table["name"]) for _, table in _tables(self.raw, kind) if "name" in table]

    def _hazard(self, path: Path, table: Table, row: Row) -> Iterator[Fault]:
        options = {key: value for key, value in table.items() if key not in HazardTable.model_fields}
        yield from option_faults(row, options, path)
        yield from self._place(path, table.get("place"), row)
        if row.needs_floor and "floor" not in self.raw:
            yield Fault(
                path,
                f"{row.name} is told in metres and needs a floor plan, this camera has none",
                "add [camera.floor] with four points in the picture and the same in metres",
            )
        if row.needs_crowd:
            yield from self._on_floor(path, table.get("place"))
        clock = has_own_clock(str(self.raw.get("source", ""))) and "recorded_at" not in self.raw
        if table.get("kind") == "tailgating" and table.get("gate") and clock:
            yield Fault(
                (*path, "gate"),
                "a clip does not say at what time it was taken, so what a gate said cannot be held against it",
                "add recorded_at to the camera, or leave gate out",
            )
        if table.get("schedule") and clock:
            yield Fault(
                (*path, "schedule"),
                "a clip does not say at what time of day it was taken, so its hours of duty cannot be judged",
                "add recorded_at to the camera, or leave the schedule out",
            )

    def _place(self, path: Path, place: object, row: Row) -> Iterator[Fault]:
        here = (*path, "place")
        if row.place is WholePicture:
            if place is not None and place != self.raw.get("name"):
                yield Fault(
                    here, f"{row.name} concerns the whole picture, came the place {shown(place)}", "leave it out"
                )
            return
        kind = _KINDS[row.place]
        names, others = self._names(kind), self._names("tripwire" if kind == "zone" else "zone")
        if place is None:
            yield Fault(here, f"{row.name} is watched at a {kind}, none is named", f"add place; {nearest('', names)}")
        elif place in others and place not in names:
            yield Fault(here, f"{row.name} is watched at a {kind}, {shown(place)} is none", nearest(str(place), names))
        elif isinstance(place, str) and place not in names:
            yield Fault(
                here, f"expected the name of a {kind} of this camera, came {shown(place)}", nearest(place, names)
            )

    def _on_floor(self, path: Path, place: object) -> Iterator[Fault]:
        floor = _read(FloorTable, self.raw["floor"]) if "floor" in self.raw else None
        if floor is None or list(floor_faults(floor, ())):
            return
        plan = FloorPlan(floor.picture, floor.metres)
        for _, table in _tables(self.raw, "zone"):
            zone = _read(ZoneTable, table)
            if zone is not None and zone.name == place and beyond_horizon(zone, plan):
                yield Fault(
                    (*path, "place"),
                    f"persons/m2 are asked of zone {zone.name!r}, which reaches beyond the horizon of the floor plan",
                    "draw the zone on the floor only, or measure the floor's four points anew",
                )

    def _same_at_once(self) -> Iterator[Fault]:
        """The same hazard twice at one place in the same hour: it would tell everything twice."""
        seen: dict[tuple[str, str], set[int]] = {}
        for path, table in _tables(self.raw, "hazard", self.path):
            hazard = _read(HazardTable, table)
            if hazard is None:
                continue
            minutes = _minutes(Schedule(tuple(map(parse_span, hazard.schedule))))
            place = hazard.place or str(self.raw.get("name"))
            before = seen.setdefault((hazard.kind, place), set())
            if before & minutes:
                yield Fault(
                    path,
                    f"{hazard.kind} at {place!r} is already watched by another entry in the same hours",
                    "remove one, or give both a schedule so that they do not meet",
                )
            before |= minutes


@lru_cache(maxsize=256)  # 10 ms each: a large site has the same few hours on every camera
def _minutes(schedule: Schedule) -> frozenset[int]:
    """The minutes of the week, counted from Monday's midnight, that a schedule covers. Spans begin and end on one."""
    monday = datetime(2024, 1, 1)  # noqa: DTZ001 - any Monday, local by meaning
    week = ((minute, monday + timedelta(minutes=minute)) for minute in range(7 * 24 * 60))
    return frozenset(m for m, at in week if not schedule.spans or any(span.covers(at) for span in schedule.spans))
