"""Join detections of successive pictures of one camera: ByteTrack (arXiv:2110.06864), by the library ``trackers``.

Why this one and why these figures: docs/adr/0005-tracking-and-crowds.md.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consentry.core.geometry import View
from consentry.core.scene import Detections
from consentry.ports import Tracked

LOST_S = 3.0
"""s that a track which no box continues is kept: people pass behind a pillar or one another within 1-3 s; later it is
for the stitching by place (``tracking.stitch``) to say who came back."""
_HEIGHT = 720.0
"""px of the picture as the tracker is given it. Its filter's noise was tuned on pictures of about this size."""
_RATE = 10.0
"""Pictures/s that the filter's noise is meant for. The library's 30 takes 5 pictures/s for six steps at once and lets
tracks bend after every box: 87 tracks instead of 36 on 80 s of the pedestrian clip."""
_OVERLAP = 0.1
"""Least intersection over union of a box with where its track is expected: at 5 pictures/s who walks across moves by
half of his width between two pictures, and 0.3 made 62 tracks instead of 36 on the same clip."""
_LOOKS = 2
"""Boxes in a row that make a track: one alone may be a reflection."""
_SURE = 0.0
"""Score from which a box is sure. Each detector's own threshold was measured (docs/adr/0002-person-network.md) and
nothing below it comes here, so that a second threshold would only hide persons whom the first one meant to be told."""
_TICK = 1e-3
"""s: two pictures are at least so far apart to the tracker, which refuses a time that stands still or runs back."""


class ByteTrack:
    """The tracks of one camera. Numbers begin at 0 in every instance and are never given twice."""

    def __init__(self, view: View, *, lost_s: float = LOST_S) -> None:
        self._width = _HEIGHT * view.aspect
        self._boxes, tracker = _library()
        self._tracker = tracker(
            lost_track_buffer=round(lost_s * 30),  # the library counts in thirtieths of a second whatever the rate
            frame_rate=_RATE,
            track_activation_threshold=_SURE,
            minimum_consecutive_frames=_LOOKS,
            minimum_iou_threshold=_OVERLAP,
            high_conf_det_threshold=_SURE,
        )
        self._alive: frozenset[int] = frozenset()
        self._at = float("-inf")

    def step(self, at: float, detections: Detections, /) -> Tracked:
        """Only detections that belong to a confirmed track come back.

        Args:
            at: s UTC. A time that does not grow counts as a millisecond after the last one.
            detections: of this picture; boxes of different labels are never joined.
        """
        self._at = max(at, self._at + _TICK)
        places = np.arange(len(detections))
        given = self._boxes(self._pixels(detections), confidence=detections.scores, class_id=places)
        found = self._tracker.update(given, timestamp=self._at)
        ids, places = np.asarray(found.tracker_id, np.int64), np.asarray(found.class_id, np.intp)
        confirmed = ids >= 0
        order = np.argsort(ids[confirmed])
        alive = frozenset(int(track.tracker_id) for track in self._tracker.tracks if track.tracker_id >= 0)
        ended, self._alive = self._alive - alive, alive
        return Tracked(detections.where(places[confirmed][order]), ids[confirmed][order], ended)

    def _pixels(self, detections: Detections) -> NDArray[np.float32]:
        """Boxes in px, each label's in a row of its own that no other label's box can overlap."""
        scaled = detections.boxes * np.array([self._width, _HEIGHT, self._width, _HEIGHT], np.float32)
        apart: NDArray[np.float32] = detections.labels[:, None].astype(np.float32) * 4 * _HEIGHT
        scaled[:, 1::2] += apart
        return scaled.astype(np.float32)


@cache
def _library() -> tuple[Any, Any]:
    """The library's class of boxes and its tracker. It takes 0.6 s to import, which only a watch should wait for."""
    from supervision import Detections as Boxes  # noqa: PLC0415 - see above
    from trackers import ByteTrackTracker  # noqa: PLC0415 - see above

    return Boxes, ByteTrackTracker
