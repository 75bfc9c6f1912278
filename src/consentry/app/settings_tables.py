"""The tables of ``site.toml`` as they are written, key by key. What holds between them stands in ``settings_checks``.

pydantic is used here and nowhere below: everything else gets the plain values of ``settings``.
"""

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from consentry.app.settings_consent import ConsentTable, TouchpointTable
from consentry.app.settings_gates import GateEventsTable
from consentry.app.settings_keys import TABLE, Days, Name
from consentry.backends.manifest import Role, manifest
from consentry.core.schedule import parse_span
from consentry.hazards.catalogue import CATALOGUE

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*")
"""A date and a time of day. pydantic would also take a number in quotes, as seconds since 1970."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HOURS = r"^\s*(?:[A-Za-z,-]+\s+)?[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2}\s*$"
"""How hours look, for editors (JSON Schema); ``parse_span`` decides."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def _timezone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError("expected the name of a time zone such as 'Europe/Zurich' or 'UTC'")
    return text


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError("expected a language tag such as 'en' or 'pt-BR'")
    return text


def checked_source(text: str) -> str:
    """A source as it may stand in the settings.

    Raises:
        ValueError: it has control characters.
    """
    if _CONTROL.search(text):
        raise ValueError("expected an address or a path without control characters")
    return text


def _moment(written: object) -> object:
    if not (isinstance(written, str) and _MOMENT.fullmatch(written)):
        raise ValueError("expected a time such as 2026-11-23T10:00:00+01:00")
    return written


def _in_calendar(moment: datetime) -> datetime:
    # Seconds UTC count from 1970, before which nothing was recorded digitally; at the calendar's end a time zone's
    # offset could lead beyond it.
    if not 1970 <= moment.year <= 9998:
        raise ValueError("expected a time from 1970 to 9998")
    return moment


def _span(text: str) -> str:
    parse_span(text)
    return text


def _kind(text: str) -> str:
    if text not in CATALOGUE:
        raise ValueError(f"expected one of {', '.join(CATALOGUE)}")
    return text


def person_networks() -> tuple[str, ...]:
    """Names that ``models.person`` may have."""
    return (*(name for name, supply in manifest().items() if supply.role is Role.PERSONS), "motion")


def _person(text: str) -> str:
    if text not in person_networks():
        raise ValueError(f"expected one of {', '.join(person_networks())}")
    return text


PersonNetwork = Annotated[str, AfterValidator(_person), Field(json_schema_extra={"enum": list(person_networks())})]
Hours = Annotated[str, AfterValidator(_span), Field(json_schema_extra={"pattern": _HOURS})]
Point = tuple[float, float]
Fraction = Annotated[float, Field(ge=0, le=1)]
PicturePoint = tuple[Fraction, Fraction]
Seconds = Annotated[float, Field(ge=0)]
Moment = Annotated[datetime, Field(strict=False), BeforeValidator(_moment), AfterValidator(_in_calendar)]
"""Not strict: behind a validator of ours pydantic no longer knows that its text came from JSON."""


class SiteTable(BaseModel):
    """The site as a whole."""

    model_config = TABLE

    name: Name = "consentry"
    """What the site is called in the live view and the report."""
    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"
    """IANA name of the time zone in which schedules and reports are told, such as `Europe/Zurich`."""
    profile: Literal["wallet", "sealed", "gallery", "lab"] = "wallet"
    """Legal profile: where a consenting traveller's template may live. The anonymous watch is the same in all."""
    language: Annotated[str, AfterValidator(_language)] = "en"
    """Language tag of what the site's people read, such as `en` or `pt-BR`. The kiosk speaks English and Korean (`ko`);
    all other texts are English so far."""


class ModelsTable(BaseModel):
    """Which neural networks look."""

    model_config = TABLE

    set: Literal["auto", "standard", "basic"] = "auto"
    """`standard`: the networks of a mirror or pulled from upstream. `basic`: only what the dependencies carry.
    `auto`: standard where its files are at hand, else basic, and says which."""
    person: PersonNetwork | None = None
    """Name of the person network in the manifest, or `motion`; without it the set's own."""


class RetentionTable(BaseModel):
    """How long what was kept is kept. 0: not beyond the next clearing."""

    model_config = TABLE

    alarms_days: Days = 90.0
    """days that alarms are kept: a quarter, for one review with the airport's own report."""
    evidence_days: Days = 3.0
    """days that blurred stills and clips are kept. EDPB Guidelines 3/2019 on video devices (paragraph 121) ask a reason
    beyond 72 hours. Not longer than the alarms that they belong to."""
    observations_days: Days = 365.0
    """days that counts, densities and dwell times are kept: a year, so that one season can be held against the last."""


class EvidenceTable(BaseModel):
    """Stills and clips of an episode, always redacted."""

    model_config = TABLE

    before_s: Annotated[float, Field(ge=0, le=60)] = 5.0
    """s of pictures before the alarm. They wait in memory, hence at most a minute."""
    after_s: Annotated[float, Field(ge=0, le=600)] = 5.0
    """s of pictures after the alarm."""
    width: Annotated[int, Field(ge=64, le=7680)] = 960
    """pixels that a kept picture is wide at most: enough to see what somebody does, a quarter of 1080p."""
    codec: Literal["h264", "mpeg4"] = "h264"
    """Codec of the clips."""


class ZoneTable(BaseModel):
    """An area of the picture."""

    model_config = TABLE

    name: Name
    """Its name, unique among the camera's zones and tripwires."""
    corners: Annotated[tuple[PicturePoint, ...], Field(min_length=3)]
    """Three or more corners in order, each [x, y] as fractions of the picture's width and height from its top left."""


class TripwireTable(BaseModel):
    """A line that is crossed forward (from its left to its right hand, seen from start to end) or backward."""

    model_config = TABLE

    name: Name
    """Its name, unique among the camera's zones and tripwires."""
    start: PicturePoint
    """[x, y] as fractions of the picture."""
    end: PicturePoint
    """[x, y] as fractions of the picture."""


class FloorTable(BaseModel):
    """The ground plane: four points of the floor, in the picture and on the floor, in the same order."""

    model_config = TABLE

    picture: Annotated[tuple[PicturePoint, ...], Field(min_length=4, max_length=4)]
    """Four points, each [x, y] as fractions of the picture."""
    metres: Annotated[tuple[Point, ...], Field(min_length=4, max_length=4)]
    """The same four points on the floor, each [x, y] in m from a corner of your choice."""


class HazardTable(BaseModel):
    """A danger to watch for, at one place. Further keys are the hazard's own options."""

    model_config = ConfigDict(**TABLE | {"extra": "allow"})

    kind: Annotated[str, AfterValidator(_kind)]
    """Name of the hazard in the catalogue."""
    place: str | None = None
    """Name of the zone or tripwire; hazards of the whole picture need none."""
    schedule: tuple[Hours, ...] = ()
    """Hours in which it is on duty, such as `["mon-fri 22:00-05:00"]`, in the site's time zone; without it always."""

    @property
    def options(self) -> dict[str, Any]:
        """The hazard's own options, not checked."""
        return dict(self.model_extra or {})


class CameraTable(BaseModel):
    """A camera, or a clip in its stead."""

    model_config = TABLE

    name: Name
    """Its name, unique in the site."""
    source: Annotated[str, Field(min_length=1), AfterValidator(checked_source)]
    """Address of a stream (`rtsp://`, `http://`, `https://`), device (`/dev/video0`), clip, folder of pictures or
    simulation (`sim:hall`). A path without a leading slash begins at the settings file's folder."""
    rate: Annotated[float, Field(gt=0, le=60)] = 5.0
    """Pictures analysed a second."""
    width: Annotated[int, Field(ge=64, le=7680)] | None = None
    """pixels that an analysed picture is wide; without it 640, more than any network here looks at."""
    recorded_at: Moment | None = None
    """When a clip's first picture was taken (RFC 3339); without an offset, in the site's time zone."""
    neighbours: tuple[str, ...] = ()
    """Names of cameras beside this one, whose alarms at the same time belong to the same incident."""
    floor: FloorTable | None = None
    """Where points of the picture are on the floor."""
    zone: tuple[ZoneTable, ...] = ()
    """Areas of the picture."""
    tripwire: tuple[TripwireTable, ...] = ()
    """Lines across the picture."""
    hazard: tuple[HazardTable, ...] = ()
    """What to watch for."""


class SiteFile(BaseModel):
    """Settings of a site that Consentry watches."""

    model_config = TABLE

    site: SiteTable = SiteTable()
    """The site as a whole."""
    models: ModelsTable = ModelsTable()
    """Which neural networks look."""
    retention: RetentionTable = RetentionTable()
    """How long what was kept is kept."""
    evidence: EvidenceTable = EvidenceTable()
    """Stills and clips of an episode."""
    consent: ConsentTable | None = None
    """What travellers agree to; without it nobody can be compared."""
    touchpoint: tuple[TouchpointTable, ...] = ()
    """Places where travellers who agreed to it are compared."""
    gate_events: GateEventsTable | None = None
    """Where gates say that they let somebody in."""
    camera: Annotated[tuple[CameraTable, ...], Field(min_length=1)]
    """Cameras, at least one."""
