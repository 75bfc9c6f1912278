"""From pictures to tensors, and from heaps of boxes to the best of each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.backends.tensors import input_size, letterboxed, stretched, strongest
from consentry.core.geometry import overlap


def halves(rows: int = 40, columns: int = 80) -> np.ndarray:
    """Left half blue, right half red."""
    picture = np.zeros((rows, columns, 3), np.uint8)
    picture[:, : columns // 2, 0] = 200
    picture[:, columns // 2 :, 2] = 100
    return picture


def test_a_stretched_picture_keeps_its_colours_order_and_range() -> None:
    tensor = stretched(halves(), 16, 32)
    assert tensor.shape == (1, 32, 16, 3)
    assert tensor.dtype == np.uint8
    assert tensor.flags.c_contiguous
    assert tensor[0, 16, 2].tolist() == [200, 0, 0]
    assert tensor[0, 16, 13].tolist() == [0, 0, 100]


@pytest.mark.parametrize(
    ("rows", "columns"), [(40, 80), (80, 40), (1, 300), (64, 64)], ids=["wide", "tall", "a line", "square"]
)
def test_a_letterboxed_place_is_found_again(rows: int, columns: int) -> None:
    picture = np.zeros((rows, columns, 3), np.uint8)
    picture[-max(1, rows // 8) :, -max(1, columns // 8) :] = 255  # the lower right corner
    tensor, per_x, per_y = letterboxed(picture, 64, 64, 114)
    bright = np.argwhere(tensor[0, 0] > 200)
    low, right = bright.max(axis=0) + 1
    assert right * per_x == pytest.approx(1.0)
    assert low * per_y == pytest.approx(1.0)
    assert (tensor[0, :, round(1 / per_y) :] == 114).all()
    assert (tensor[0, :, :, round(1 / per_x) :] == 114).all()


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((1080, 1920), (640, 384)), ((270, 480), (480, 288)), ((1920, 1080), (384, 640)), ((8, 8), (32, 32))],
    ids=["large", "never blown up", "upright", "tiny"],
)
def test_the_input_suits_the_pictures_shape(shape: tuple[int, int], expected: tuple[int, int]) -> None:
    assert input_size(np.zeros((*shape, 3), np.uint8), 640) == expected


corner, side = st.floats(0, 1), st.floats(0.02, 0.5)
boxes = st.lists(st.tuples(corner, corner, side, side), max_size=40)


@given(boxes, st.randoms(use_true_random=False), st.floats(0.1, 0.9))
def test_what_is_kept_does_not_overlap_and_what_goes_overlaps_a_stronger_one(
    sizes: list[tuple[float, float, float, float]], rng: object, limit: float
) -> None:
    all_boxes = np.array([(x, y, x + w, y + h) for x, y, w, h in sizes], np.float32).reshape(-1, 4)
    scores = np.array([rng.random() for _ in sizes], np.float32)  # type: ignore[attr-defined]
    kept = strongest(all_boxes, scores, limit)
    assert scores[kept].tolist() == sorted(scores[kept].tolist(), reverse=True)
    shares = overlap(all_boxes, all_boxes)
    for one in range(len(all_boxes)):
        rivals = [int(k) for k in kept if k != one and shares[k, one] > limit]
        if one in kept:
            assert not rivals
        else:
            assert any(scores[k] >= scores[one] for k in rivals)
