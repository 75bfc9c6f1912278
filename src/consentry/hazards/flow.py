"""Dangers of going against the stream: counter-flow."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.core.events import Alarm
from consentry.core.geometry import View, Zone
from consentry.core.observation import PlaceObservation
from consentry.core.scene import Label, Scene
from consentry.hazards.rule import GAP_S, Danger, Episode, HazardSettings, SceneRule, TrackMemory, over_limit
from consentry.hazards.tally import PlaceTally
from consentry.hazards.ways import Vector, Way, laid_out, position
from consentry.hazards.words import persons, seconds

_AGAINST = 0.5
"""Cosine of 60 degrees: whoever walks more than 60 degrees off the opposite direction crosses the stream rather than
meets it."""
_MOVES = 0.2
"""m/s above which somebody counts for the counter-flow index: the value that the index was measured with on real
trajectories (median 0.92 in a bidirectional corridor, at most 0.21 at the 95th percentile in one-way streams)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterFlowSettings(HazardSettings):
    """Somebody moves against the direction of a zone."""

    direction: tuple[float, float]
    """The way everybody should go: an arrow in the picture as it is shown (x to the right, y down; only its direction
    counts). It has no default, because no guess is better than another. With a floor plan it is laid on the floor."""
    seconds: float = 3.0
    """s over which the movement is measured: several steps, so that swaying and stepping aside do not count."""
    metres: float = 2.0
    """m that somebody must come against the direction within ``seconds``, with a floor plan: a slow walk of 0.7 m/s
    does, shuffling in a queue (below 0.4 m/s) does not."""
    heights: float = 0.75
    """Body heights instead of metres where there is no floor plan: about 1.3 m across the picture; along the line of
    sight of a camera that looks down by 30 degrees, two metres of floor show as 0.6 of a height."""

    def check(self) -> None:
        """The direction must be one.

        Raises:
            ValueError: it has no length.
        """
        if not (np.isfinite(self.direction).all() and np.hypot(*self.direction) > 0):
            raise ValueError(f"direction: expected two numbers, not both 0, came {self.direction!r}")


class CounterFlow(SceneRule):
    """D4: a track in the zone has come ``metres`` (or ``heights``) against the direction within ``seconds``."""

    def __init__(self, camera: str, place: Zone, settings: CounterFlowSettings, view: View) -> None:
        super().__init__(camera, place.name)
        self._zone, self._settings, self._view = place, settings, view
        self._along = laid_out(place, settings.direction, view)
        self._paths: TrackMemory[Way] = TrackMemory(GAP_S)
        self._tally = PlaceTally(place.name)
        self._episode = Episode("counter_flow", camera, place.name, settings)
        self.episodes = (self._episode,)

    def look(self, scene: Scene, now: float) -> tuple[Alarm, ...]:
        """Who comes the wrong way."""
        self._paths.forget(now, scene.ended)
        inside = self._zone.contains(scene.feet) & (scene.labels == Label.PERSON)
        against: dict[int, float] = {}
        for index in np.flatnonzero(scene.labels == Label.PERSON):
            track = int(scene.ids[index])
            path = self._paths.get(track, Way())
            path.add(now, position(scene, int(index), self._view), self._settings.seconds)
            self._paths[track] = path
            share = self._against(path, scene, int(index)) if inside[index] else 0.0
            if share >= 1:
                against[track] = share
        self._tally.see(now, people=int(np.count_nonzero(inside)))
        return self._episode.step(scene.at, self._danger(against, scene, inside), now)

    def forget(self) -> None:
        """Forget every track."""
        self._paths = TrackMemory(GAP_S)

    def reading(self, at: float) -> PlaceObservation:
        """People since the last call."""
        del at  # the scenes brought their own times
        return self._tally.take()

    def _against(self, path: Way, scene: Scene, index: int) -> float:
        """How far somebody came against the direction, divided by the limit; 0 when not against it."""
        moved = path.moved(self._settings.seconds)
        length = float(np.hypot(*moved))
        if length == 0 or -float(np.dot(moved, self._along)) < _AGAINST * length:
            return 0.0
        limit = self._settings.metres
        if self._view.floor is None:
            limit = self._settings.heights * float(scene.boxes[index, 3] - scene.boxes[index, 1])
        return length / limit if limit > 0 else np.inf

    def _danger(self, against: dict[int, float], scene: Scene, inside: NDArray[np.bool_]) -> Danger | None:
        if not against:
            return None
        settings, furthest = self._settings, max(against.values())
        limit, unit = (settings.metres, "m") if self._view.floor else (settings.heights, "body heights")
        why = (
            f"{persons(len(against))} came up to {min(furthest, 1e3) * limit:.1f} {unit} against the direction of "
            f"{self.place} within {seconds(settings.seconds)}, limit {limit:g}"
        )
        if self._view.floor is not None and scene.velocity is not None:
            index = counter_flow_index(scene.velocity[inside].astype(np.float64), self._along)
            why += f"; counter-flow index {index:.2f} (0 one stream, 1 two equal streams)"
        return Danger(tuple(sorted(against)), over_limit(furthest, 1.0) if np.isfinite(furthest) else 1.0, why)


def counter_flow_index(velocity: Vector, along: Vector) -> float:
    """Twice the share of the smaller of two opposite streams: 0 one stream, 1 two equal ones.

    Args:
        velocity: float (n, 2), m/s.
        along: float (2,), the axis.

    >>> counter_flow_index(np.array([[1.0, 0], [1, 0], [1, 0], [-1, 0]]), np.array([1.0, 0]))
    0.5
    """
    speed = velocity @ along
    moving = speed[np.abs(speed) > _MOVES]
    if len(moving) == 0:
        return 0.0
    forward = float(np.count_nonzero(moving > 0)) / len(moving)
    return 2 * min(forward, 1 - forward)
