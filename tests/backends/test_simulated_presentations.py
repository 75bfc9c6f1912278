"""Simulated presentations: the same for the same seed, what they say they are, and none without a face."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from consentry.backends.simulated_presentations import BONA_FIDE, KINDS, Presentation, present, present_moving
from consentry.backends.simulated_presentations_camera import HEIGHT, PERIOD, WIDTH
from consentry.backends.simulated_presentations_person import Pose, landmarks_of
from consentry.backends.simulated_presentations_plane import Tilt, homography, places_on
from consentry.core.errors import MalformedError

needs_faces = pytest.mark.shared


@pytest.fixture(scope="module")
def portrait(shared: Path) -> np.ndarray:
    """Half the size: quicker, and what it tests does not depend on it."""
    picture = cv2.imread(str(shared / "data" / "faces" / "003_neutral.jpg"))
    return cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def alike(one: Presentation, other: Presentation) -> bool:
    return all(np.array_equal(a, b) for (_, a), (_, b) in zip(one, other, strict=True))


@needs_faces
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_gives_so_many_pictures_in_time_the_same_for_the_same_seed(kind: str, portrait: np.ndarray) -> None:
    given = present(kind, portrait, 5, 2)
    assert [at for at, _ in given] == pytest.approx([0, PERIOD])
    assert {(picture.shape, picture.dtype.name) for _, picture in given} == {((HEIGHT, WIDTH, 3), "uint8")}
    assert alike(given, present(kind, portrait, 5, 2))
    assert not alike(given, present(kind, portrait, 6, 2))


@needs_faces
def test_injected_frames_come_again_and_live_ones_never(portrait: np.ndarray) -> None:
    still = [picture for _, picture in present("injected still", portrait, 1, 4)]
    assert all(np.array_equal(picture, still[0]) for picture in still)
    loop = [picture.tobytes() for _, picture in present("injected loop", portrait, 1, 9)]
    assert 4 <= len(set(loop)) < 9
    live = [picture.tobytes() for _, picture in present(BONA_FIDE, portrait, 1, 6)]
    assert len(set(live)) == 6


@needs_faces
def test_a_turn_moves_the_nose_further_than_the_eyes_and_lids_hide_the_eyes(portrait: np.ndarray) -> None:
    poses = {0: Pose(), 1: Pose(yaw=15), 2: Pose(lids=1)}
    pictures = [
        picture for _, picture in present_moving(BONA_FIDE, portrait, 2, 3, lambda at: poses[round(at / PERIOD)])
    ]
    front, turned = landmarks_of(pictures[0]), landmarks_of(pictures[1])
    unit = front[1, 0] - front[0, 0]
    assert (turned[2, 0] - front[2, 0]) / unit > (turned[:2, 0] - front[:2, 0]).mean() / unit + 0.1
    left, top = (front[0] - unit * 0.15).astype(int)
    eye = (slice(top, top + int(0.3 * unit)), slice(left, left + int(0.3 * unit)))
    change = [np.abs(pictures[n][eye].astype(int) - pictures[0][eye]).mean() for n in (1, 2)]
    assert change[1] > 10


def test_an_unknown_kind_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match="bona fide, print"):
        present("hologram", np.zeros((100, 100, 3), np.uint8), 0, 1)


def test_a_portrait_without_a_face_is_refused() -> None:
    with pytest.raises(MalformedError, match="no face"):
        present(BONA_FIDE, np.full((200, 200, 3), 128, np.uint8), 0, 1)


def test_places_on_a_plane_are_the_homography_backwards() -> None:
    where = homography(np.array([300, 200], np.float32), 0.5, 60, (400, 300), Tilt(yaw=10, pitch=-5, roll=3))
    across, down = places_on(where)
    assert (across[300, 400], down[300, 400]) == pytest.approx((300, 200), abs=0.01)
    seen = where @ [across[120, 610], down[120, 610], 1]
    assert seen[:2] / seen[2] == pytest.approx([610, 120], abs=0.01)
