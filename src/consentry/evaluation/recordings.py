"""What is held against each other: the truth of recordings, and the alarms that were told of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from consentry.evaluation.alarms import Event, Told


@dataclass(frozen=True, slots=True)
class TruthClip:
    """What a person saw in one recording."""

    name: str
    """Of the recording, and of the camera whose alarms are meant."""
    events: tuple[Event, ...]
    """Times in s from the recording's beginning."""
    watched_s: float | None
    """s that it lasts; None: not told."""
    recorded_at: float | None = None
    """s UTC of its first picture; None: not told, and alarms carry positions."""


@dataclass(frozen=True, slots=True)
class CameraTold:
    """An alarm with the camera that told it."""

    camera: str
    told: Told


@dataclass(frozen=True, slots=True)
class Heard:
    """All alarms that came."""

    alarms: tuple[CameraTold, ...]
    watched: frozenset[str] | None = None
    """Cameras that are known to have been watched, also those that told nothing; None: not known."""


def without_places(clips: Iterable[TruthClip], heard: Heard) -> tuple[tuple[TruthClip, ...], Heard]:
    """Both sides without places, for where one of them has none: only the hazard is then compared."""
    bare = tuple(replace(clip, events=tuple(replace(event, place="") for event in clip.events)) for clip in clips)
    return bare, replace(heard, alarms=tuple(replace(one, told=replace(one.told, place="")) for one in heard.alarms))


def names_places(clips: Iterable[TruthClip], heard: Heard) -> bool:
    """Whether every event and every alarm says where."""
    return all(event.place for clip in clips for event in clip.events) and all(one.told.place for one in heard.alarms)
