"""What the system tells: alarms, and the incidents that they belong to."""

from dataclasses import dataclass
from enum import StrEnum


class AlarmState(StrEnum):
    """An episode is one danger from opened to cleared."""

    OPENED = "opened"
    CLEARED = "cleared"


HEALTH = "health"
"""The hazard of alarms about Consentry itself: redaction, evidence or storage failed, or a rule cannot be trusted."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A danger, or its end, told once."""

    hazard: str
    """Name in the catalogue of hazards, or ``health``."""
    camera: str
    place: str
    """Name of the zone or tripwire, or of the camera where the whole picture is meant."""
    episode: str
    """The same from opened to cleared, and again if the danger resumes within the cooldown."""
    state: AlarmState
    at: float
    """s UTC, capture time of the picture that decided it."""
    tracks: tuple[int, ...]
    """Numbers of this camera's tracks that it is about."""
    score: float
    """0-1: how far beyond its limit the danger is (0.5 at the limit), not a probability."""
    why: str
    """The rule and its numbers, in words."""


@dataclass(frozen=True, slots=True)
class Incident:
    """Alarms that belong together: one thing for one person to deal with."""

    id: str
    opened: float
    """s UTC."""
    episodes: tuple[str, ...]
