"""The face turned upright and brought to one size: what the measures of quality look at.

The place of the five landmarks is that of ISO/IEC 29794-5:2025 as OFIQ has it: a picture of 616 x 616 px in which the
eyes lie 113 px apart. Everything is given in those px, so that the formulas of the standard hold as they are.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from consentry.core.frames import Image
from consentry.face.alignment import Matrix, Pose

SIDE = 616
EYES = 113.0
"""px between the eyes."""
PLACES: NDArray[np.float64] = np.array([[251, 272], [364, 272], [308, 336], [262, 402], [355, 402]], np.float64)
"""px: where the landmarks go, in the order of ``Landmarks``."""
UPRIGHT = Pose(SIDE, SIDE, PLACES)
CHIN = 220.0
"""px from between the eyes to the chin: the mean over 100 frontal photos of 50 people, by the lower edge of YuNet's box
(standard deviation 7)."""
TALL = CHIN / 130.0
"""The same in distances from between the eyes to the middle of the mouth. The standard's measure T of a head's size
needs a chin, and five landmarks have none."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Upright:
    """A face in its place. It does not print itself."""

    image: Image
    """uint8 (616, 616, 3), blue green red; black where the sample has no pixels."""
    back: Matrix
    """From here to the sample's picture."""
    height: int
    """Of the sample's picture, px."""
    width: int

    def inside(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which points of this picture the sample's picture has pixels for."""
        there_x = self.back[0, 0] * x + self.back[0, 1] * y + self.back[0, 2]
        there_y = self.back[1, 0] * x + self.back[1, 1] * y + self.back[1, 2]
        across: NDArray[np.bool_] = (there_x >= 0) & (there_x <= self.width - 1)
        down: NDArray[np.bool_] = (there_y >= 0) & (there_y <= self.height - 1)
        return across & down


def inverse(matrix: Matrix) -> Matrix:
    """The way back of a similarity.

    >>> inverse(np.array([[0.5, 0, -2], [0, 0.5, 4]])).tolist()
    [[2.0, 0.0, 4.0], [0.0, 2.0, -8.0]]
    """
    turn = np.asarray(np.linalg.inv(matrix[:, :2]), np.float64)
    return np.column_stack([turn, 0 - turn @ matrix[:, 2]])


FACE = (slice(240, 496), slice(196, 420))
"""Rows and columns around the face, from the brows to the chin."""


@cache
def face_mask() -> NDArray[np.bool_]:
    """Which px within ``FACE`` are face: bool (256, 224).

    The standard takes the hull of 98 landmarks. Here it is an ellipse from the brows to the chin, a little narrower
    than the mean face, so that hair and background stay out.
    """
    y, x = np.mgrid[FACE].astype(np.float64)
    mask: NDArray[np.bool_] = ((x - 308) / 108) ** 2 + ((y - 325) / 160) ** 2 <= 1
    mask.setflags(write=False)
    return mask


@cache
def grid() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The px within ``FACE``: x and y, float64 (256, 224) each."""
    y, x = np.mgrid[FACE].astype(np.float64)
    return x, y
