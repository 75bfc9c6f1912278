"""Who crosses a line, which way and when: feet that step over it and get clear of it."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from consentry.core.geometry import Points, Tripwire
from consentry.core.scene import Label, Scene
from consentry.hazards.episode import EPSILON_S, GAP_S
from consentry.hazards.memory import TrackMemory

Foot = tuple[float, float]


class Direction(StrEnum):
    """Which crossings are a danger. Forward: from the left to the right hand of somebody looking from start to end."""

    FORWARD = "forward"
    BACKWARD = "backward"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Crossed:
    """One crossing."""

    way: int
    """+1 forward, -1 backward."""
    at: float
    """When the straight step met the line, the rule's time, s; told later, once the feet are clear of it."""


@dataclass(slots=True)
class _Step:
    at: float
    foot: Foot
    net: int = 0
    """Crossings within the line's length since the last one that counted: +1 forward, -1 backward, 0 none."""
    met: float = 0.0
    """When the step met the line that made ``net``."""


class Crossings:
    """The crossings of one line."""

    def __init__(self, wire: Tripwire, aspect: float, beyond: float) -> None:
        """Watch a line.

        Args:
            wire: the line.
            aspect: width of the picture divided by its height.
            beyond: body heights that feet must get beyond the line before a crossing counts.
        """
        self._wire, self._aspect, self._beyond = wire, aspect, beyond
        self._steps: TrackMemory[_Step] = TrackMemory(GAP_S)

    def forget(self) -> None:
        """Forget every track."""
        self._steps = TrackMemory(GAP_S)

    def step(self, scene: Scene, now: float) -> dict[int, Crossed]:
        """The tracks whose step completes a crossing in this scene."""
        self._steps.forget(now, scene.ended)
        people = scene.labels == Label.PERSON
        tracks, feet, boxes = scene.ids[people].tolist(), scene.feet[people], scene.boxes[people]
        steps = [self._steps.get(track) for track in tracks]
        before = np.array([foot if s is None else s.foot for s, foot in zip(steps, feet, strict=True)], np.float32)
        before = before.reshape(-1, 2)
        ways = self._wire.crossings(before, feet).tolist()
        distances, earlier = self.distances(feet).tolist(), self.distances(before).tolist()
        limits = (self._beyond * (boxes[:, 3] - boxes[:, 1])).tolist()
        crossed: dict[int, Crossed] = {}
        for row, (track, step, way) in enumerate(zip(tracks, steps, ways, strict=True)):
            recent = step is not None and now - step.at <= GAP_S + EPSILON_S
            net = max(-1, min(1, step.net + way)) if step is not None and recent else 0
            met = 0.0 if step is None else step.met
            if step is not None and way:
                met = step.at + (now - step.at) * _share(earlier[row], distances[row])
            clear = abs(distances[row]) >= limits[row]
            if clear and net * distances[row] > 0:
                crossed[track] = Crossed(net, met)
            # Clear of the line, an old crossing is either counted or was undone around the line's end.
            self._steps[track] = _Step(now, (float(feet[row, 0]), float(feet[row, 1])), 0 if clear else net, met)
        return crossed

    def distances(self, feet: Points) -> NDArray[np.float64]:
        """From the line's straight to each point, in picture heights; positive beyond it in the forward direction."""
        (x0, y0), (x1, y1) = self._wire.start, self._wire.end
        along = ((x1 - x0) * self._aspect, y1 - y0)
        to = (feet.astype(np.float64) - (x0, y0)) * (self._aspect, 1.0)
        length = float(np.hypot(*along)) or 1.0
        beyond: NDArray[np.float64] = (along[0] * to[:, 1] - along[1] * to[:, 0]) / length
        return beyond


def _share(before: float, after: float) -> float:
    """Which share of a step lies before the line.

    >>> _share(-0.1, 0.3)
    0.25
    """
    return abs(before) / max(abs(before) + abs(after), 1e-12)
