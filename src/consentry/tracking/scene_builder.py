"""From the tracks of one picture to the scene that rules read: places, velocities, numbers that survive occlusion."""

import numpy as np
from numpy.typing import NDArray

from consentry.core.geometry import Points, View
from consentry.core.scene import Detections, Scene, Signals
from consentry.tracking.course import Course
from consentry.tracking.stitch import BODY_M, Sight, Stitcher

STITCH_S = 4.0
"""s that somebody may be out of sight and keep his number: 5 m behind a pillar or a parked trolley at walking pace. In
longer gaps another person is as likely to come out as the one who went in."""
_EDGE = 0.01
"""Boxes nearer than this to an edge of the picture, as a fraction of it, touch it: detectors leave some px."""


class SceneBuilder:
    """Builds the scenes of one camera. It remembers tracks until they are over, hence one for each camera."""

    def __init__(self, camera: str, view: View, *, stitch_s: float = STITCH_S) -> None:
        self._camera, self._view = camera, view
        self._stitcher = Stitcher(stitch_s)
        self._courses: dict[int, Course] = {}

    def build(
        self,
        at: float,
        detections: Detections,
        ids: NDArray[np.int64],
        ended: frozenset[int],
        signals: Signals,
    ) -> Scene:
        """The scene of one picture.

        Args:
            at: s UTC; times never run backwards.
            detections: those of confirmed tracks.
            ids: int64 (n,), the tracker's number of each.
            ended: the tracker's numbers of tracks that will not come back.
            signals: facts of the pixels.
        """
        boxes = detections.boxes
        feet = np.column_stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]]).astype(np.float32)
        floor = None if self._view.floor is None else self._view.floor.to_floor(feet)
        # 1. Where each goes, by the tracker's numbers: a course never leads through a time out of sight.
        for track in ended:
            self._courses.pop(track, None)
        drift, velocity = self._velocities(at, ids, feet, floor)
        # 2. Who is who.
        moving = (feet, drift) if floor is None or velocity is None else (floor, velocity)
        sights = self._sights(at, detections, ids, moving)
        numbers, over = self._stitcher.step(at, sights, ended)
        return Scene(
            camera=self._camera,
            at=at,
            ids=np.array([numbers[int(track)] for track in ids], np.int64),
            labels=detections.labels,
            boxes=boxes,
            feet=feet,
            drift=drift,
            floor=floor,
            velocity=velocity,
            ended=over,
            signals=signals,
        )

    def _velocities(
        self, at: float, ids: NDArray[np.int64], feet: Points, floor: Points | None
    ) -> tuple[Points, Points | None]:
        """Fractions/s and m/s of each track, its new place noted first."""
        places = feet if floor is None else np.concatenate([feet, floor], axis=1)
        speeds = np.zeros(places.shape, np.float32)
        for row, track in enumerate(ids):
            course = self._courses.setdefault(int(track), Course(places.shape[1]))
            course.add(at, places[row])
            speeds[row] = course.velocity()
        return speeds[:, :2], None if floor is None else speeds[:, 2:]

    def _sights(
        self, at: float, detections: Detections, ids: NDArray[np.int64], moving: tuple[Points, Points]
    ) -> dict[int, Sight]:
        """What stitching may know, by the tracker's number: place and velocity in m, or in picture heights."""
        boxes = detections.boxes.astype(np.float64)
        heights = boxes[:, 3] - boxes[:, 1]
        metric = self._view.floor is not None
        unit = np.array([1.0 if metric else self._view.aspect, 1.0])
        inner = np.minimum(boxes[:, :2].min(axis=1), 1 - boxes[:, 2:].max(axis=1))
        return {
            int(track): Sight(
                at=at,
                label=int(detections.labels[row]),
                place=moving[0][row] * unit,
                velocity=moving[1][row] * unit,
                metre=1.0 if metric else max(float(heights[row]), _EDGE) / BODY_M,
                height=max(float(heights[row]), _EDGE),
                edge=bool(inner[row] < _EDGE),
            )
            for row, track in enumerate(ids)
        }
