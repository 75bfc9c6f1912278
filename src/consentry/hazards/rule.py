"""What a hazard's author needs, in one import: the rule, its settings, its episodes, its time and its memory.

Time is the scene's own, in seconds; a rule never counts frames. So the same walk at 2 and at 30 pictures a second
gives the same alarm, within one sampling interval. While the camera gives no pictures a rule's time stands still:
nobody is cleared because nobody could look, and nobody's dwell grows unseen.
"""

from abc import ABC, abstractmethod
from typing import Protocol, runtime_checkable

from consentry.core.events import Alarm
from consentry.core.observation import PlaceObservation
from consentry.core.scene import Scene, Wish
from consentry.hazards.episode import EPSILON_S, GAP_S, Danger, Episode, HazardSettings, Lasting, Phase
from consentry.hazards.memory import TrackMemory
from consentry.hazards.sight import Sight

__all__ = [
    "BLIND_KEEP_S",
    "EPSILON_S",
    "GAP_S",
    "Curious",
    "Danger",
    "Episode",
    "HazardSettings",
    "Lasting",
    "Phase",
    "Readable",
    "Rule",
    "SceneRule",
    "Sight",
    "TrackMemory",
    "over_limit",
]

BLIND_KEEP_S = 60.0
"""After a longer silence of the camera tracks are forgotten: a number that comes back then may be anybody's. A stream
that drops and is opened again with a growing back-off is away for a few to some tens of seconds."""


class Rule(Protocol):
    """One hazard at one place of one camera."""

    def step(self, scene: Scene) -> tuple[Alarm, ...]:
        """Look at the next scene (times never run backwards); tell what opens and what clears."""
        ...

    def finish(self, at: float, why: str) -> tuple[Alarm, ...]:
        """End the watch at a time: clear what is open. The rule may be stepped again later and begins anew."""
        ...


@runtime_checkable
class Readable(Protocol):
    """A rule that has something to show between alarms."""

    def reading(self, at: float) -> PlaceObservation:
        """What was at its place since the last call, and begin the next stretch. One reader only: the plots."""
        ...


@runtime_checkable
class Curious(Protocol):
    """A rule that boxes alone cannot serve: it wishes for dearer looks while it is in doubt, and for few."""

    def wishes(self, at: float) -> tuple[Wish, ...]:
        """Where to look more closely in the picture of a time, s UTC; the answers come in that picture's scene."""
        ...


class SceneRule(ABC):
    """A rule over what is seen: knows its camera, its time and its episodes, so a hazard is little but ``look``."""

    def __init__(self, camera: str, place: str) -> None:
        self.camera, self.place = camera, place
        self.episodes: tuple[Episode, ...] = ()
        self._sight = Sight()

    @abstractmethod
    def look(self, scene: Scene, now: float) -> tuple[Alarm, ...]:
        """Look at a live scene at the rule's time."""

    @abstractmethod
    def forget(self) -> None:
        """Forget every track and everything half seen."""

    def step(self, scene: Scene) -> tuple[Alarm, ...]:
        """Look at the next scene.

        Raises:
            ValueError: it is another camera's; numbers of tracks mean nothing there.
        """
        if scene.camera != self.camera:
            raise ValueError(f"a rule for camera {self.camera!r} was given a scene of camera {scene.camera!r}")
        now = self._sight.step(scene)
        if now is None:
            return ()
        if self._sight.blind_s > BLIND_KEEP_S:
            self.forget()
        return self.look(scene, now)

    def finish(self, at: float, why: str) -> tuple[Alarm, ...]:
        """End the watch."""
        self.forget()
        return tuple(alarm for e in self.episodes for alarm in e.finish(at, why, self._sight.now))


def over_limit(value: float, limit: float) -> float:
    """How far beyond its limit a value is, as a score: 0.5 at the limit, towards 1 far beyond, towards 0 far below.

    >>> over_limit(20, 20), over_limit(60, 20)
    (0.5, 0.75)
    """
    if limit <= 0:
        return 1.0
    return value / (value + limit)
