"""Put a face where a network expects it: the similarity that brings five landmarks nearest to five reference points.

A similarity turns, scales and moves; it never mirrors and never shears, so the face keeps its shape.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.core.errors import MalformedError
from consentry.face.sample import Landmarks

Matrix = NDArray[np.float64]
"""float64 (2, 3): a point (x, y, 1) of the picture times it gives the point of the aligned sample, px."""

_SPREAD = 1e-6
"""Mean square distance of the landmarks from their middle, px^2, below which they are one point: no face has that."""


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """Where an embedder wants a face: the aligned sample's size, and the five landmarks in it."""

    width: int
    """px."""
    height: int
    """px."""
    points: NDArray[np.float64]
    """float64 (5, 2), px, in the order of ``Landmarks``."""


OPEN_MODEL_ZOO = Pose(
    128,
    128,
    128
    * np.array(
        [
            [0.31556875, 0.46157411],
            [0.68262292, 0.46157411],
            [0.50026250, 0.64050536],
            [0.34947188, 0.82469196],
            [0.65343646, 0.82469196],
        ]
    ),
)
"""Of face-reidentification-retail-0095: the fractions of its page in Open Model Zoo, times 128 px."""

ARCFACE = Pose(
    112,
    112,
    np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]),
)
"""Of networks trained as ArcFace was (arXiv:1801.07698): its authors' five points in 112 x 112 px."""


def similarity(landmarks: Landmarks, pose: Pose) -> Matrix:
    """The similarity from a picture to an aligned sample that leaves the least squared distance between the landmarks.

    By S. Umeyama, "Least-squares estimation of transformation parameters between two point patterns", IEEE TPAMI 13(4),
    1991: the rotation comes from the singular vectors of the covariance of both patterns, with the last one turned
    where it would mirror (eq. 39-43); scale and shift follow.

    Args:
        landmarks: float32 (5, 2), px of the picture.
        pose: where they should come to lie.

    Raises:
        MalformedError: they are not five points, are not numbers, or are all one point: no face can be aligned by them.

    >>> similarity(2 * ARCFACE.points.astype(np.float32) + 10, ARCFACE).round(3) + 0.0
    array([[ 0.5,  0. , -5. ],
           [ 0. ,  0.5, -5. ]])
    """
    source, target = np.asarray(landmarks, np.float64), pose.points
    if source.shape != target.shape or not np.isfinite(source).all():
        raise MalformedError(f"expected five landmarks with finite places, came an array of shape {source.shape}")
    middle, aim = source.mean(axis=0), target.mean(axis=0)
    away, wanted = source - middle, target - aim
    spread = float((away**2).sum(axis=1).mean())
    if spread < _SPREAD:
        raise MalformedError("expected five landmarks of a face, came five times the same point")
    left, strength, right = np.linalg.svd(wanted.T @ away / len(source))
    sign = np.array([1.0, 1.0 if np.linalg.det(left) * np.linalg.det(right) > 0 else -1.0])
    rotation = left * sign @ right
    scale = float((strength * sign).sum()) / spread
    turned = scale * rotation
    return np.column_stack([turned, aim - turned @ middle])


def scale_of(matrix: Matrix) -> float:
    """How many px of the aligned sample one px of the picture becomes."""
    return float(np.hypot(matrix[0, 0], matrix[1, 0]))
