"""Dangers of going somewhere: a line crossed."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from consentry.core.events import Alarm
from consentry.core.geometry import Boxes, Points, Tripwire, View
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

    def check(self) -> None:
        """The direction must be one of three.

        Raises:
            ValueError: it is not.
        """
        if self.direction not in tuple(Direction):
            raise ValueError(f"direction: expected one of {', '.join(Direction)}, came {self.direction!r}")


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
        self._direction = Direction(settings.direction)
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
        people = scene.labels == Label.PERSON
        crossed = self._cross(now, scene.ids[people].tolist(), scene.feet[people], scene.boxes[people])
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

    def _cross(self, now: float, tracks: list[int], feet: Points, boxes: Boxes) -> dict[int, int]:
        """The tracks whose step completes a crossing: +1 forward, -1 backward."""
        steps = [self._steps.get(track) for track in tracks]
        before = np.array([foot if s is None else s.foot for s, foot in zip(steps, feet, strict=True)], np.float32)
        ways = self._wire.crossings(before.reshape(-1, 2), feet).tolist()
        distances = self._distances(feet).tolist()
        limits = (self._settings.beyond * (boxes[:, 3] - boxes[:, 1])).tolist()
        crossed: dict[int, int] = {}
        for track, foot, step, way, distance, limit in zip(tracks, feet, steps, ways, distances, limits, strict=True):
            recent = step is not None and now - step.at <= GAP_S + EPSILON_S
            net = max(-1, min(1, step.net + way)) if step is not None and recent else 0
            clear = abs(distance) >= limit
            if clear and net * distance > 0:
                crossed[track] = net
            # Clear of the line, an old crossing is either counted or was undone around the line's end.
            self._steps[track] = _Step(now, (float(foot[0]), float(foot[1])), 0 if clear else net)
        return crossed

    def _distances(self, feet: Points) -> NDArray[np.float64]:
        """From the line's straight to each point, in picture heights; positive beyond it in the forward direction."""
        (x0, y0), (x1, y1) = self._wire.start, self._wire.end
        along = ((x1 - x0) * self._aspect, y1 - y0)
        to = (feet.astype(np.float64) - (x0, y0)) * (self._aspect, 1.0)
        length = float(np.hypot(*along)) or 1.0
        beyond: NDArray[np.float64] = (along[0] * to[:, 1] - along[1] * to[:, 0]) / length
        return beyond

    def _danger(self, crossed: dict[int, int]) -> Danger | None:
        wanted = self._direction
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
