"""A similarity is found again from what it did; a face is never mirrored, sheared or stretched."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from consentry.core.errors import MalformedError
from consentry.face.alignment import ARCFACE, OPEN_MODEL_ZOO, Pose, scale_of, similarity

POSES = {"Open Model Zoo": OPEN_MODEL_ZOO, "ArcFace": ARCFACE}
PLACES = st.floats(-2000, 2000)
FIVE = arrays(np.float32, (5, 2), elements=st.floats(0, 4096, width=32))


def moved(points: np.ndarray, angle: float, scale: float, shift: tuple[float, float]) -> np.ndarray:
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return points @ turn.T + shift


def applied(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    return points @ matrix[:, :2].T + matrix[:, 2]


@pytest.mark.parametrize("pose", POSES.values(), ids=POSES)
@given(angle=st.floats(-np.pi, np.pi), scale=st.floats(0.1, 20), shift=st.tuples(PLACES, PLACES))
def test_a_known_similarity_is_undone(pose: Pose, angle: float, scale: float, shift: tuple[float, float]) -> None:
    matrix = similarity(moved(pose.points, angle, scale, shift).astype(np.float64), pose)
    assert scale_of(matrix) == pytest.approx(1 / scale, rel=1e-6)
    assert applied(matrix, moved(pose.points, angle, scale, shift)) == pytest.approx(pose.points, abs=1e-5)


@pytest.mark.parametrize("pose", POSES.values(), ids=POSES)
@given(landmarks=FIVE)
def test_whatever_the_landmarks_nothing_is_mirrored_or_sheared(pose: Pose, landmarks: np.ndarray) -> None:
    try:
        matrix = similarity(landmarks, pose)
    except MalformedError:
        assert landmarks.var(axis=0).sum() < 1e-3
        return
    (a, b), (c, d) = matrix[:, :2]
    size = max(abs(a), abs(b), 1e-12)
    assert (a, b) == pytest.approx((d, -c), abs=1e-6 * size)
    assert a * d - b * c >= 0


def test_a_mirrored_face_is_turned_and_not_mirrored_back() -> None:
    """As the back camera's picture of a mirror: the best mirroring would fit perfectly, and is not taken."""
    mirrored = ARCFACE.points * (-1, 1) + (112, 0)
    matrix = similarity(mirrored, ARCFACE)
    assert np.linalg.det(matrix[:, :2]) > 0
    assert np.abs(applied(matrix, mirrored) - ARCFACE.points).max() > 5


@given(landmarks=FIVE, angle=st.floats(-3, 3), scale=st.floats(0.8, 1.25), shift=st.tuples(PLACES, PLACES))
def test_no_other_similarity_comes_nearer(
    landmarks: np.ndarray, angle: float, scale: float, shift: tuple[float, float]
) -> None:
    """Umeyama's solution is the least squared distance: any turned, scaled or moved one leaves at least as much."""
    if landmarks.var(axis=0).sum() < 1:
        return
    best = applied(similarity(landmarks, ARCFACE), landmarks.astype(np.float64))
    other = moved(best - best.mean(axis=0), angle, scale, (0, 0)) + best.mean(axis=0) + np.array(shift) / 100
    least, more = (((there - ARCFACE.points) ** 2).sum() for there in (best, other))
    assert least <= more + 1e-6


NO_FACE = {
    "four landmarks": np.zeros((4, 2)),
    "one point five times": np.full((5, 2), 7.0),
    "not a number": np.full((5, 2), np.nan),
    "infinity": np.full((5, 2), np.inf),
    "three coordinates": np.zeros((5, 3)),
}


@pytest.mark.parametrize("landmarks", NO_FACE.values(), ids=NO_FACE)
def test_what_is_no_face_is_told(landmarks: np.ndarray) -> None:
    with pytest.raises(MalformedError, match="expected five landmarks"):
        similarity(landmarks, ARCFACE)


@pytest.mark.parametrize("pose", POSES.values(), ids=POSES)
def test_reference_points_stand_as_a_face_does(pose: Pose) -> None:
    left_eye, right_eye, nose, left_mouth, right_mouth = pose.points
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_mouth[0] < right_mouth[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < min(left_mouth[1], right_mouth[1])
    assert (pose.points > 0).all()
    assert (pose.points < (pose.width, pose.height)).all()
