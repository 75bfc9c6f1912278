"""Dangers of going somewhere: a line crossed."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from consentry.core.events import Alarm
from consentry.core.geometry import Tripwire, View
from consentry.core.observation import PlaceObservation
from consentry.core.scene import Label, Scene
from consentry.hazards.rule import EPSILON_S, GAP_S, Danger, Episode, HazardSettings, SceneRule, TrackMemory
from consentry.hazards.tally import PlaceTally
from consentry.hazards.words import persons

Foot = tuple[float, float]


class Direction(StrEnum):
    """Which crossings are a danger. Forward: from the left to the right hand of somebody looking from start to end."""

    FORWARD = "forward"
    BACKWARD = "backward"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCrossingSettings(HazardSettings):
    """Somebody crosses a line in a direction. Both directions are counted, whichever is a danger."""

    direction: Direction = Direction.BOTH
    """Which way is a danger: ``forward``, ``backward`` or ``both``."""
    beyond: float = 0.25
    """Body heights that the feet must get beyond the line before the crossing counts. The lower edge of a box jitters
    by some hundredths of its height from look to look, and by more where legs swing; a quarter is a short step."""


@dataclass(slots=True)
class _Step:
    at: float
    foot: Foot
    net: int = 0
    """Crossings within the line's length since the last one that counted: +1 forward, -1 backward, 0 none."""


class LineCrossing(SceneRule):
    """D2: the feet of a track cross the tripwire and get clear of it."""

    def __init__(self, camera: str, place: Tripwire, settings: LineCrossingSettings, view: View) -> None:
        super().__init__(camera, place.name)
        self._wire, self._settings, self._aspect = place, settings, view.aspect
        self._steps: TrackMemory[_Step] = TrackMemory(GAP_S)
        self._tally = PlaceTally(place.name)
        self._episode = Episode("line_crossing", camera, place.name, settings)
        self.episodes = (self._episode,)
        self.forward = 0
        """Crossings forward since the rule began."""
        self.backward = 0
        """Crossings backward since the rule began."""

    def look(self, scene: Scene, now: float) -> tuple[Alarm, ...]:
        """Who crossed, which way."""
        self._steps.forget(now, scene.ended)
        crossed: dict[int, int] = {}
        for index in np.flatnonzero(scene.labels == Label.PERSON):
            track = int(scene.ids[index])
            height = float(scene.boxes[index, 3] - scene.boxes[index, 1])
            way = self._cross(track, now, (float(scene.feet[index, 0]), float(scene.feet[index, 1])), height)
            if way:
                crossed[track] = way
        forward, backward = sum(w > 0 for w in crossed.values()), sum(w < 0 for w in crossed.values())
        self.forward, self.backward = self.forward + forward, self.backward + backward
        self._tally.see(now)
        self._tally.cross(forward=forward, backward=backward)
        return self._episode.step(scene.at, self._danger(crossed), now)

    def forget(self) -> None:
        """Forget every track; the counts stay."""
        self._steps = TrackMemory(GAP_S)

    def reading(self, at: float) -> PlaceObservation:
        """Crossings since the last call."""
        del at  # the scenes brought their own times
        return self._tally.take()

    def _cross(self, track: int, now: float, foot: Foot, height: float) -> int:
        """+1 or -1 when this step completes a crossing, else 0."""
        before = self._steps.get(track)
        net = 0
        if before is not None and now - before.at <= GAP_S + EPSILON_S:
            step = self._wire.crossings(np.array([before.foot]), np.array([foot]))
            net = int(np.clip(before.net + int(step[0]), -1, 1))
        distance = self._distance(foot)
        clear = abs(distance) >= self._settings.beyond * height
        counted = net if clear and net * distance > 0 else 0
        # Clear of the line, an old crossing is either counted or was undone around the line's end.
        self._steps[track] = _Step(now, foot, 0 if clear else net)
        return counted

    def _distance(self, foot: Foot) -> float:
        """From the line's straight to a point, in picture heights; positive beyond it in the forward direction."""
        (x0, y0), (x1, y1) = self._wire.start, self._wire.end
        along = ((x1 - x0) * self._aspect, y1 - y0)
        to = ((foot[0] - x0) * self._aspect, foot[1] - y0)
        length = float(np.hypot(*along))
        return (along[0] * to[1] - along[1] * to[0]) / length if length > 0 else 0.0

    def _danger(self, crossed: dict[int, int]) -> Danger | None:
        wanted = self._settings.direction
        ways = {Direction.FORWARD: (1,), Direction.BACKWARD: (-1,), Direction.BOTH: (1, -1)}[wanted]
        tracks = tuple(sorted(track for track, way in crossed.items() if way in ways))
        if not tracks:
            return None
        told = {"forward" if crossed[track] > 0 else "backward" for track in tracks}
        return Danger(
            tracks,
            1.0,
            f"{persons(len(tracks))} crossed {self.place} {' and '.join(sorted(told, reverse=True))}, "
            f"watched for {wanted.value}; {self.forward} forward and {self.backward} backward so far",
        )
