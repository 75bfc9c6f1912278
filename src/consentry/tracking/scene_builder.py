"""From tracked boxes to a scene: where each stands, and how fast each moves, in seconds and metres."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from consentry.core.geometry import Points, View
from consentry.core.scene import Detections, Scene, Signals

WINDOW_S = 0.8
"""Speeds are taken over this time: about two steps of a walk, so that the swing of legs in a box evens out."""


class SceneBuilder:
    """Builds the scenes of one camera. What it remembers of a track goes when the track ends."""

    def __init__(self, camera: str, view: View) -> None:
        self._camera, self._view = camera, view
        self._past: dict[int, deque[tuple[float, Points]]] = {}

    def build(
        self, at: float, detections: Detections, ids: NDArray[np.int64], ended: frozenset[int], signals: Signals
    ) -> Scene:
        """The scene of one moment.

        Args:
            at: s UTC; times never run backwards.
            detections: those of confirmed tracks.
            ids: int64 (n,), the track of each.
            ended: tracks that will not come back.
            signals: the pixel facts.
        """
        for number in ended:
            self._past.pop(number, None)
        boxes = detections.boxes
        feet = np.column_stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]]).astype(np.float32)
        floor = None if self._view.floor is None else self._view.floor.to_floor(feet)
        places = feet if floor is None else np.hstack([feet, floor]).astype(np.float32)
        speeds = self._speeds(at, ids, places)
        return Scene(
            camera=self._camera,
            at=at,
            ids=ids,
            labels=detections.labels,
            boxes=boxes,
            feet=feet,
            drift=speeds[:, :2],
            floor=floor,
            velocity=None if floor is None else speeds[:, 2:],
            ended=ended,
            signals=signals,
        )

    def _speeds(self, at: float, ids: NDArray[np.int64], places: Points) -> Points:
        speeds = np.zeros(places.shape, np.float32)
        for row, number in enumerate(ids.tolist()):
            past = self._past.setdefault(number, deque())
            past.append((at, places[row]))
            while len(past) > 2 and at - past[1][0] >= WINDOW_S:
                past.popleft()
            begin, where = past[0]
            if at > begin:
                speeds[row] = (places[row] - where) / (at - begin)
        return speeds
