"""The pixel facts of one camera, from a small grey picture: cheap enough to read for every picture."""

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from consentry.core.frames import Frame
from consentry.core.geometry import Zone
from consentry.core.scene import CrowdReading, Detections, Signals

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SIZE = (160, 90)
_NOISE = 12.0
"""Luma steps that count as a change: three standard deviations of a small sensor's noise by day (about 4)."""
_BACKGROUND_S = 10.0
"""Time constant of the background: long against a walk through the picture, short against daylight."""
_USUAL_S = 60.0
"""Time constant of a camera's usual sharpness."""


class PixelSignals:
    """The port ``SignalReader``. Crowds are counted by the persons found; it measures no area yet."""

    def __init__(self, zones: tuple[Zone, ...] = ()) -> None:
        self._zones = zones
        self._background: NDArray[np.float32] | None = None
        self._last: NDArray[np.float32] | None = None
        self._at = 0.0
        self._usual = 0.0

    def read(self, frame: Frame, /) -> Signals:
        """Facts of one picture; ``edges`` and ``shift`` are not measured yet and stay as usual."""
        full = frame.image[:, :, 1]  # green carries most of the luma
        grey = cv2.resize(full, _SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)
        step = max(frame.at - self._at, 0.0)
        background = grey if self._background is None else self._background
        # A lamp that is switched on brightens everything alike: that is no motion.
        apart = grey - background
        motion = float(np.mean(np.abs(apart - np.median(apart)) > _NOISE))
        self._background = background + apart * np.float32(1 - math.exp(-step / _BACKGROUND_S))
        change = 255.0 if self._last is None else float(np.mean(np.abs(grey - self._last)))
        contrast = float(grey.std())
        # Divided by the contrast, so that lamps going out do not look like a lens out of focus.
        raw = float(cv2.Laplacian(grey, cv2.CV_32F).std()) / max(contrast, 1.0)
        self._usual = raw if self._usual == 0 else self._usual + (raw - self._usual) * (1 - math.exp(-step / _USUAL_S))
        self._last, self._at = grey, frame.at
        return Signals(
            brightness=float(grey.mean()),
            contrast=contrast,
            sharpness=raw / max(self._usual, 1e-6),
            change=change,
            motion=motion,
        )

    def crowd(self, persons: Detections, /) -> tuple[CrowdReading, ...]:
        """Persons found in each zone, one by one."""
        feet = np.column_stack([(persons.boxes[:, 0] + persons.boxes[:, 2]) / 2, persons.boxes[:, 3]])
        counts = [int(np.count_nonzero(zone.contains(feet.astype(np.float32)))) for zone in self._zones]
        return tuple(CrowdReading(zone.name, float(n)) for zone, n in zip(self._zones, counts, strict=True))
