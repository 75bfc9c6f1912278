"""From checked tables to the plain values of ``settings_values``, with every problem told at once on the way."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path as FilePath
from typing import Any
from zoneinfo import ZoneInfo

from consentry.app.settings_checks import as_json, hazard_settings, site_faults
from consentry.app.settings_consent_checks import consent_doubts
from consentry.app.settings_faults import Fault
from consentry.app.settings_gates import GateEventsTable
from consentry.app.settings_lines import Path
from consentry.app.settings_tables import CameraTable, HazardTable, SiteFile
from consentry.app.settings_values import CameraSettings, Site, WatchedHazard, is_path
from consentry.backends.crowd_area import reach
from consentry.core.addresses import without_credentials
from consentry.core.errors import Problem
from consentry.core.geometry import FloorPlan, Tripwire, Zone
from consentry.core.schedule import Schedule, parse_span
from consentry.hazards.catalogue import CATALOGUE
from consentry.hazards.crowd import CrowdSettings, CrushSettings

Where = Callable[[Path], str]
"""Tells the place of a key to a person."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading settings."""

    site: Site | None
    """None: there are problems."""
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()
    """What can be watched as it stands and is probably not meant."""


def build(raw: Mapping[str, Any], where: Where, folder: FilePath | None = None) -> Reading:
    """Check tables and turn them into a site.

    Args:
        raw: as ``tomllib`` reads them.
        where: names a key's place.
        folder: where relative paths of sources begin; None: left as they are.
    """
    faults = site_faults(raw)
    if faults:
        return Reading(None, told(faults, where))
    file = SiteFile.model_validate_json(as_json(raw))
    zone = ZoneInfo(file.site.timezone)
    cameras = tuple(_camera(camera, zone, folder) for camera in file.camera)
    site = Site(
        name=file.site.name,
        timezone=zone,
        profile=file.site.profile,
        language=file.site.language,
        models=file.models,
        retention=file.retention,
        evidence=file.evidence,
        cameras=cameras,
        consent=file.consent,
        touchpoints=file.touchpoint,
        gate_events=_gate_events(file, folder),
    )
    return Reading(site, (), told(_doubts(site), where))


def told(faults: Iterator[Fault] | list[Fault], where: Where) -> tuple[Problem, ...]:
    """Faults with their places in words, each once."""
    return tuple(dict.fromkeys(Problem(where(fault.path), fault.why, fault.remedy) for fault in faults))


def _camera(table: CameraTable, zone: ZoneInfo, folder: FilePath | None) -> CameraSettings:
    source = table.source
    if folder is not None and is_path(source):
        source = str(folder / source)
    return CameraSettings(
        name=table.name,
        source=source,
        rate=table.rate,
        width=table.width,
        recorded_at=None if table.recorded_at is None else _instant(table.recorded_at, zone),
        neighbours=table.neighbours,
        floor=None if table.floor is None else FloorPlan(table.floor.picture, table.floor.metres),
        places=(
            *(Zone(place.name, place.corners) for place in table.zone),
            *(Tripwire(place.name, place.start, place.end) for place in table.tripwire),
        ),
        hazards=tuple(_hazard(hazard, table.name, zone) for hazard in table.hazard),
    )


def _gate_events(file: SiteFile, folder: FilePath | None) -> GateEventsTable | None:
    table = file.gate_events
    if table is None or folder is None:
        return table
    paths = {key: getattr(table, key) for key in ("token_file", "file")}
    return table.model_copy(update={key: str(folder / path) for key, path in paths.items() if path is not None})


def _instant(moment: datetime, zone: ZoneInfo) -> float:
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).timestamp()


def _hazard(table: HazardTable, camera: str, zone: ZoneInfo) -> WatchedHazard:
    settings = hazard_settings(CATALOGUE[table.kind], table.options)
    return WatchedHazard(
        table.kind, table.place or camera, settings, Schedule(tuple(map(parse_span, table.schedule)), zone)
    )


def _doubts(site: Site) -> Iterator[Fault]:
    """What is probably not meant, and no reason to refuse the file: a clip may still be on its way."""
    yield from consent_doubts(site)
    yield from _unheard(site)
    for number, camera in enumerate(site.cameras):
        path: Path = ("camera", number)
        lacking = _lacking(camera.source) if is_path(camera.source) else ""
        if lacking:
            yield Fault(
                (*path, "source"),
                f"expected a clip or a folder at {without_credentials(camera.source)}, {lacking}",
                "correct the path, or put the clip there before the watch begins",
            )
        if not camera.hazards:
            yield Fault(path, "nothing is watched for on this camera", "add a [[camera.hazard]]")
        used = {hazard.place for hazard in camera.hazards}
        for place in camera.places:
            if place.name not in used:
                kind = "zone" if isinstance(place, Zone) else "tripwire"
                yield Fault(path, f"{kind} {place.name!r} is used by no hazard", "name it as the place of one")
        yield from _out_of_reach(camera, path)


def _unheard(site: Site) -> Iterator[Fault]:
    """Events of gates that nobody watches, and a token that is not there."""
    if site.gate_events is None:
        return
    path: Path = ("gate_events",)
    if not any(getattr(hazard.settings, "gate", "") for camera in site.cameras for hazard in camera.hazards):
        yield Fault(path, "no hazard names a gate, so nothing is listened to", "set gate on a tailgating hazard")
    token = site.gate_events.token_file
    lacking = "" if token is None else _lacking(token)
    if lacking:
        why = f"expected a file with the token at {token}, {lacking}"
        yield Fault((*path, "token_file"), why, "make one before the watch begins: openssl rand -hex 32")


def _out_of_reach(camera: CameraSettings, path: Path) -> Iterator[Fault]:
    """Limits of density that this camera can never read: people in front hide those behind."""
    zones = {zone.name: zone for zone in camera.zones()}
    for number, hazard in enumerate(camera.hazards):
        limit = hazard.settings.density if isinstance(hazard.settings, CrowdSettings | CrushSettings) else None
        highest = reach(zones[hazard.place], camera.view()) if limit is not None and camera.floor is not None else None
        if limit is not None and highest is not None and limit > highest:
            yield Fault(
                (*path, "hazard", number),
                f"{hazard.kind} asks for {limit:g} persons/m2 in {hazard.place!r}, and from where this camera hangs at "
                f"most about {highest:.1f} can be read there: it may never be told",
                "hang the camera higher above the place or closer to it, or lower the limit",
            )


def _lacking(source: str) -> str:
    """Why nothing can be read at a path, in words; empty if something is there."""
    try:
        return "" if FilePath(source).exists() else "nothing is there now"
    except OSError as error:  # a name that is too long, a folder that may not be looked into
        return (error.strerror or "it cannot be looked at").lower()
