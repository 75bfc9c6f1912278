"""The reader of quality: a face turned upright by OpenCV, measured by ``face/quality_*``, its pitch by a small network.

Without the network everything else is measured, and the pitch comes from the landmarks, coarsely; each measure of the
pose says in ``how`` which way it came. Yaw and roll come from the landmarks in any case: of faces turned by drawing, 30
degrees of yaw are read as 30 by them, whose scale was set by it, and as 10 by the network; 25 degrees of pitch are read
as 8 by them and as 17 by the network (docs/quality.md).
"""

import cv2
import numpy as np

from consentry.backends.embedders import align
from consentry.backends.networks import Pixels, load_network
from consentry.backends.supplies import at_hand
from consentry.core.frames import Image
from consentry.face.alignment import similarity
from consentry.face.quality import Component, Measure, Quality
from consentry.face.quality_background import background
from consentry.face.quality_geometry import roll, size, turn
from consentry.face.quality_light import light
from consentry.face.quality_limits import LIVE, Limits
from consentry.face.quality_mapping import of_angle
from consentry.face.quality_measured import Measured
from consentry.face.quality_parts import parts
from consentry.face.quality_sharpness import sharpness
from consentry.face.quality_unified import unified
from consentry.face.sample import FaceSample
from consentry.face.upright import UPRIGHT, Upright, inverse
from consentry.ports import Network

HEAD_POSE = "head-pose-estimation-adas-0001"
_HEAD = (slice(170, 490), slice(148, 468))
"""Rows and columns of the upright picture that the network is shown: of seven cuts, the one whose reading of yaw
changes least but for its sign when the face is mirrored (0.8 degrees on average over 100 shared photos)."""
_HEAD_SIDE = 60
_LEVEL = -4.2
"""degrees: what the network says, downwards positive, of faces that look ahead: mean of 100 shared photos."""


class FaceQuality:
    """Reads quality after ISO/IEC 29794-5:2025, as far as it can be had without heavy networks."""

    def __init__(self, limits: Limits = LIVE, *, network: bool = True) -> None:
        """A reader for one place.

        Args:
            limits: from which value on a component is good there.
            network: whether the network for the pitch is used where it is at hand.

        Raises:
            SupplyError: the network's file is altered.
            NetworkError: the runtime refused it.
        """
        self.limits = limits
        self._network: Network | None = None
        if network and at_hand(HEAD_POSE):
            self._network = load_network(HEAD_POSE, pixels=Pixels())
            self._network.run(np.zeros((1, _HEAD_SIDE, _HEAD_SIDE, 3), np.uint8))  # what cannot run is told now

    @property
    def how(self) -> str:
        """What measures the pitch: a network by its name, or ``landmarks``."""
        return "landmarks" if self._network is None else HEAD_POSE

    def read(self, sample: FaceSample, faces: int, /) -> Quality:
        """Every component that can be measured on this sample. The upright picture is overwritten before this returns.

        Raises:
            MalformedError: the landmarks are those of no face.
            NetworkError: the runtime refused.
        """
        height, width = sample.image.shape[:2]
        upright = Upright(align(sample, UPRIGHT), inverse(similarity(sample.landmarks, UPRIGHT)), height, width)
        try:
            yaw, pitch = turn(sample.landmarks)
            if self._network is not None:
                pitch = _pitch(self._network, upright.image)
            found = [
                *light(upright),
                *sharpness(upright),
                *background(upright),
                *parts(upright),
                *size(faces, sample.landmarks, yaw.native, height, width),
                *(yaw, pitch, roll(sample.landmarks)),
            ]
        finally:
            upright.image.fill(0)
        return judged((unified(tuple(found)), *found), self.limits)

    def forget(self) -> None:
        """Leave nothing of the last sample in this thread's buffers."""
        if self._network is not None:
            self._network.forget()


def _pitch(network: Network, image: Image) -> Measured:
    """Head pose, pitch: degrees, upwards, by the network."""
    head = np.asarray(cv2.resize(image[_HEAD], (_HEAD_SIDE, _HEAD_SIDE), interpolation=cv2.INTER_AREA), np.uint8)
    try:
        said = network.run(head[None])["angle_p_fc"]
    finally:
        head.fill(0)
    angle = _LEVEL - float(said.item())
    return Measured(Component.PITCH, of_angle(angle), angle, "degrees", HEAD_POSE)


def judged(found: tuple[Measured, ...], limits: Limits) -> Quality:
    """What was measured, beside what a place asks for, in the order of the standard."""
    order = list(Component)
    return Quality(
        tuple(
            Measure(one.component, one.value, one.native, one.unit, one.value >= limits.least(one.component), one.how)
            for one in sorted(found, key=lambda one: order.index(one.component))
        )
    )
