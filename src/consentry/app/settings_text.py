"""Settings as text for the record: TOML with every value that was in force, without credentials."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from consentry.app.settings_values import CameraSettings, Site, WatchedHazard
from consentry.core.addresses import without_credentials
from consentry.core.geometry import Zone
from consentry.core.schedule import DAYS, Span

if TYPE_CHECKING:
    from pydantic import BaseModel

    from consentry.app.settings_consent import ConsentTable


def describe(site: Site) -> str:
    """The settings in force as TOML, defaults written out, so that a report years later says what was asked for.

    Read again with ``parse_site`` it gives the same site, except for credentials in addresses, which are left out.
    """
    general = {key: str(getattr(site, key)) for key in ("name", "timezone", "profile", "language")}
    lines = [*_table("[site]", general)]
    sections: tuple[tuple[str, BaseModel], ...] = (
        ("[models]", site.models), ("[retention]", site.retention), ("[evidence]", site.evidence),
    )  # fmt: skip
    for header, section in sections:
        lines += _table(header, section.model_dump())
    if site.consent is not None:
        lines += _consent(site.consent)
    for touchpoint in site.touchpoints:
        lines += _table("\n[[touchpoint]]", touchpoint.model_dump())
    if site.gate_events is not None:
        lines += _table("\n[gate_events]", site.gate_events.model_dump())
    for camera in site.cameras:
        lines += _camera(camera)
    return "\n".join(lines) + "\n"


def _consent(consent: "ConsentTable") -> Iterator[str]:
    yield from _table("\n[consent]", consent.model_dump(exclude={"authority", "processor"}))
    if consent.authority is not None:
        yield from _table("[consent.authority]", consent.authority.model_dump())
    for processor in consent.processor:
        yield from _table("[[consent.processor]]", processor.model_dump())


def _camera(camera: CameraSettings) -> Iterator[str]:
    taken = None if camera.recorded_at is None else datetime.fromtimestamp(camera.recorded_at, UTC)
    general = {
        "name": camera.name, "source": without_credentials(camera.source), "rate": camera.rate, "width": camera.width,
        "recorded_at": taken, "neighbours": camera.neighbours or None,
    }  # fmt: skip
    yield from _table("\n[[camera]]", general)
    if camera.floor is not None:
        yield from _table("[camera.floor]", {"picture": camera.floor.picture, "metres": camera.floor.metres})
    for place in camera.places:
        if isinstance(place, Zone):
            yield from _table("[[camera.zone]]", {"name": place.name, "corners": place.corners})
        else:
            yield from _table("[[camera.tripwire]]", {"name": place.name, "start": place.start, "end": place.end})
    for hazard in camera.hazards:
        yield from _table("[[camera.hazard]]", _hazard(hazard))


def _hazard(hazard: WatchedHazard) -> dict[str, object]:
    return {
        "kind": hazard.kind,
        "place": hazard.place,
        "schedule": [_span(span) for span in hazard.schedule.spans] or None,
        **{field.name: getattr(hazard.settings, field.name) for field in fields(hazard.settings)},
    }


def _span(span: Span) -> str:
    return f"{','.join(DAYS[day] for day in sorted(span.days))} {span.begin:%H:%M}-{span.end:%H:%M}"


def _table(header: str, values: Mapping[str, object]) -> Iterator[str]:
    yield header
    for key, value in values.items():
        if value is not None:  # TOML has no null: what is not set is not written
            yield f"{key} = {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return repr(value)


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's too; DEL alone may stand in JSON as it is and not in TOML.
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")
