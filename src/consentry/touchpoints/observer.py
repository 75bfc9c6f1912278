"""What a camera saw, added up over stretches of a few seconds: for plots, not for anybody in particular."""

from collections.abc import Sequence

import numpy as np

from consentry.core.geometry import Points
from consentry.core.observation import HEAT_SHAPE, HeatMap, Observation, PlaceObservation
from consentry.core.scene import Label, Scene, StreamState
from consentry.hazards.rule import Readable, Rule

STRETCH_S = 5.0
"""Length of a stretch: 720 points an hour, fine enough to see a queue grow and coarse enough to keep for months."""
_LONGEST_STEP_S = 2.0
"""Person-seconds are not counted across a longer silence between two scenes."""


class Observer:
    """Adds up the scenes of one camera."""

    def __init__(self, camera: str, rules: Sequence[Rule]) -> None:
        self._camera = camera
        self._readable = [rule for rule in rules if isinstance(rule, Readable)]
        self._heat = np.zeros(HEAT_SHAPE, np.float32)
        self._begin = 0.0
        self._before: float | None = None
        self._counts: list[int] = []

    def see(self, scene: Scene) -> tuple[Observation, ...]:
        """Add a scene; gives the stretch that it completes, if it completes one."""
        if scene.stream is not StreamState.LIVE:
            return ()
        done = self.finish() if self._counts and scene.at - self._begin >= STRETCH_S else ()
        if not self._counts:
            self._begin = scene.at
        persons = scene.labels == Label.PERSON
        self._counts.append(int(np.count_nonzero(persons)))
        step = 0.0 if self._before is None else scene.at - self._before
        self._warm(scene.feet[persons], min(max(step, 0.0), _LONGEST_STEP_S))
        self._before = scene.at
        return done

    def finish(self) -> tuple[Observation, ...]:
        """The stretch so far."""
        if not self._counts or self._before is None:
            return ()
        counts, self._counts = self._counts, []
        end = self._before
        return (
            Observation(
                camera=self._camera,
                begin=self._begin,
                end=end,
                looked=len(counts),
                people=float(np.mean(counts)),
                most=max(counts),
                places=_merge(tuple(rule.reading(end) for rule in self._readable)),
            ),
        )

    def take_heat(self) -> HeatMap | None:
        """The heat since the last call, if anybody was there."""
        if not self._heat.any():
            return None
        heat, self._heat = self._heat, np.zeros(HEAT_SHAPE, np.float32)
        return HeatMap(self._camera, heat)

    def _warm(self, feet: Points, seconds: float) -> None:
        rows, columns = HEAT_SHAPE
        row = np.clip((feet[:, 1] * rows).astype(np.intp), 0, rows - 1)
        column = np.clip((feet[:, 0] * columns).astype(np.intp), 0, columns - 1)
        np.add.at(self._heat, (row, column), seconds)


def _merge(readings: tuple[PlaceObservation, ...]) -> tuple[PlaceObservation, ...]:
    """One observation a place: several rules may watch the same zone and each know another part."""
    merged: dict[str, PlaceObservation] = {}
    for new in readings:
        old = merged.get(new.place, PlaceObservation(new.place))
        merged[new.place] = PlaceObservation(
            place=new.place,
            people=max(old.people, new.people),
            density=new.density if old.density is None else old.density,
            dwell_s=max(old.dwell_s, new.dwell_s),
            waiting_s=new.waiting_s if old.waiting_s is None else old.waiting_s,
            forward=max(old.forward, new.forward),
            backward=max(old.backward, new.backward),
        )
    return tuple(merged.values())
