"""A site's settings as plain values, checked: what the wiring builds from."""

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from consentry.app.settings_consent import ConsentTable, TouchpointTable
from consentry.app.settings_gates import GateEventsTable
from consentry.app.settings_tables import EvidenceTable, ModelsTable, RetentionTable
from consentry.core.geometry import FloorPlan, Tripwire, View, Zone
from consentry.core.schedule import Schedule
from consentry.hazards.rule import HazardSettings

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
SIMULATION = "sim:"
"""Beginning of the address of a simulated place, such as ``sim:hall``."""


def is_path(source: str) -> bool:
    """Whether a source is a clip or a folder on this machine, rather than a stream, a device or a simulation.

    >>> [is_path(s) for s in ("clips/hall.mp4", "rtsp://10.0.0.7/1", "/dev/video0", "sim:hall")]
    [True, False, False, False]
    """
    return not _SCHEME.match(source) and not source.startswith("/dev/")


def has_own_clock(source: str) -> bool:
    """Whether a source's pictures come without the time of day, as those of clips do."""
    return is_path(source) or source.startswith(SIMULATION)


@dataclass(frozen=True, slots=True)
class WatchedHazard:
    """One danger watched for at one place."""

    kind: str
    """Name in the catalogue."""
    place: str
    """Name of a zone or tripwire of the camera, or of the camera for hazards of the whole picture."""
    settings: HazardSettings
    """Of the class that the catalogue's row names."""
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """One camera, or a clip in its stead."""

    name: str
    source: str
    """Address or path. May hold credentials: show it through ``without_credentials`` only."""
    rate: float = 5.0
    """Pictures analysed a second."""
    width: int | None = None
    """pixels that an analysed picture is wide; None: as it comes."""
    recorded_at: float | None = None
    """When a clip's first picture was taken, s UTC."""
    neighbours: tuple[str, ...] = ()
    """Cameras whose alarms at the same time belong to the same incident."""
    floor: FloorPlan | None = None
    places: tuple[Zone | Tripwire, ...] = ()
    hazards: tuple[WatchedHazard, ...] = ()

    def zones(self) -> tuple[Zone, ...]:
        """The areas of the picture."""
        return tuple(place for place in self.places if isinstance(place, Zone))

    def tripwires(self) -> tuple[Tripwire, ...]:
        """The lines across the picture."""
        return tuple(place for place in self.places if isinstance(place, Tripwire))

    def view(self) -> View:
        """How the camera looks at its place; whoever sees the first picture fills in its aspect."""
        return View(floor=self.floor)


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that is set for one site."""

    name: str
    timezone: ZoneInfo
    profile: str
    language: str
    models: ModelsTable
    retention: RetentionTable
    evidence: EvidenceTable
    cameras: tuple[CameraSettings, ...]
    consent: ConsentTable | None = None
    """None: nobody can agree to anything, hence nobody is compared."""
    touchpoints: tuple[TouchpointTable, ...] = ()
    gate_events: GateEventsTable | None = None
    """None: no gate is heard."""
