"""A face in a picture, as the screening side knows it. The watching side never makes one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.core.frames import Image

Landmarks = NDArray[np.float32]
"""float32 (5, 2), px: the eye at the left of the picture, the one at its right, tip of the nose, the corner of the
mouth at the left of the picture, the one at its right (the order of Open Model Zoo and of OpenCV's FaceDetectorYN)."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class FaceSample:
    """One face with the picture around it (sample: ISO/IEC 2382-37, 37.03.21). It does not print itself."""

    at: float
    """Time of capture, s UTC; of a portrait from a document, when it was read."""
    image: Image
    """uint8, H x W x 3, blue green red: the picture, or a part that leaves what quality and attack cues look at."""
    box: NDArray[np.float32]
    """float32 (4,), px of ``image``: left, top, right, bottom of the face."""
    landmarks: Landmarks
    """px of ``image``."""
    score: float
    """Of the face finder, 0-1."""

    def __repr__(self) -> str:
        """Sizes, no pixels and no places."""
        height, width = self.image.shape[:2]
        return f"FaceSample(at={self.at:.3f}, face {self.width:.0f} px wide in {width}x{height})"

    @property
    def width(self) -> float:
        """Of the face, px."""
        return float(self.box[2] - self.box[0])

    @property
    def eye_distance(self) -> float:
        """Between the centres of the eyes, px (IED of ISO/IEC 29794-5, 7.4.6; within a pixel or two of it)."""
        return float(np.hypot(*(self.landmarks[1] - self.landmarks[0])))

    def wipe(self) -> None:
        """Overwrite the pixels and the places, as far as they are this sample's to overwrite."""
        for part in (self.image, self.box, self.landmarks):
            if part.flags.writeable:
                part.fill(0)
