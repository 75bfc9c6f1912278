"""The pixel facts of one camera, from one small grey picture: cheap enough to read for every picture."""

import cv2
import numpy as np

from consentry.backends.crowd_area import CrowdArea
from consentry.backends.fire_facts import FireFacts
from consentry.backends.stirring import Stirring
from consentry.backends.tamper_facts import Grey, TamperFacts
from consentry.core.frames import Frame, Image
from consentry.core.geometry import View, Zone
from consentry.core.scene import CrowdReading, Detections, FireReading, Signals

_WIDTH = 320
"""px, width of the small picture: a person of a seventh of its height is 25 px tall in it."""
_NO_FLOOR = View()
_ODD = 1.0
"""``change`` where there is no last picture to compare with, or one of another size."""


class PixelSignals:
    """The port ``SignalReader``."""

    def __init__(self, zones: tuple[Zone, ...] = (), view: View = _NO_FLOOR, *, fire: bool = False) -> None:
        """A reader for one camera.

        Args:
            zones: those that want crowd readings.
            view: the floor plan is all that is asked of it; the picture's shape is taken from the pictures.
            fire: whether to look for flames and smoke too; what is not asked for costs nothing.
        """
        self._area = CrowdArea(zones, view)
        self._green: Grey | None = None
        self._small: Grey | None = None
        self._facts, self._stirring = TamperFacts(), Stirring()
        self._fire = FireFacts() if fire else None

    def read(self, frame: Frame, /) -> Signals:
        """Facts of one picture. Pictures may change their size; what is usual is then learnt anew."""
        green, small = shrink(frame.image)
        if self._green is not None and self._green.shape != green.shape:
            self._facts, self._stirring = TamperFacts(), Stirring()
        change = self._change(green, small)
        mean, deviation = cv2.meanStdDev(small)
        contrast = float(deviation[0, 0])
        facts = self._facts.read(frame.at, small, contrast)
        motion = self._stirring.read(frame.at, small, change)
        self._green, self._small = green, small
        self._area.see(frame.at, frame.image)
        fire = None if self._fire is None else self._fire.read(frame.at, frame.image)
        return Signals(
            brightness=float(mean[0, 0]),
            contrast=contrast,
            sharpness=facts.sharpness,
            edges=facts.edges,
            shift=facts.shift,
            change=change,
            motion=motion if fire is None else max(motion, self._stir(fire)),
            fire=fire,
        )

    def _change(self, green: Grey, small: Grey) -> float:
        """Mean difference from the last picture; 0 only where every pixel of the analysed picture is the same."""
        if self._green is None or self._small is None or self._green.shape != green.shape:
            return _ODD
        change = float(cv2.norm(small, self._small, cv2.NORM_L1)) / small.size
        if change == 0 and not np.array_equal(green, self._green):
            return 0.5 / small.size  # less than one grey level in one small pixel, and yet another picture
        return change

    @staticmethod
    def _stir(fire: FireReading) -> float:
        """Slow smoke does not stir enough to wake a resting camera, so that what may be fire counts as motion."""
        return fire.flame_share * (fire.flame > 0) + fire.smoke_share * (fire.smoke > 0)

    def crowd(self, persons: Detections, /) -> tuple[CrowdReading, ...]:
        """How full the zones are in the picture last read."""
        return self._area.read(persons)


def shrink(image: Image) -> tuple[Grey, Grey]:
    """The green channel, which carries most of the luma, in full and 320 px wide.

    Returns:
        uint8 (H, W), an array of its own, and uint8 (h, 320).
    """
    rows, columns = image.shape[:2]
    green = np.asarray(cv2.extractChannel(image, 1), np.uint8)
    height = max(2, round(_WIDTH * rows / columns))
    small = cv2.resize(green, (_WIDTH, height), interpolation=cv2.INTER_AREA)
    return green, np.asarray(small, np.uint8)
