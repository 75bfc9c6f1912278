"""One face, or a stated reason for none. Several faces are never a guess."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.face.acquisition import Acquisition, Asked, Outcome, acquire, failures
from consentry.face.sample import FaceSample


def face(width: float) -> FaceSample:
    box = np.array([0, 0, width, 1.3 * width], np.float32)
    return FaceSample(0.0, np.zeros((8, 8, 3), np.uint8), box, np.zeros((5, 2), np.float32), 0.9)


CASES = {
    # widths in px                   outcome, faces that count, in words
    "nobody": ((), Outcome.NONE, 0, "no face"),
    "one": ((120,), Outcome.ACQUIRED, 1, "120 px wide"),
    "just wide enough": ((48,), Outcome.ACQUIRED, 1, "48 px wide"),
    "a little too small": ((47,), Outcome.SMALL, 1, "47 px wide, 48 px are needed"),
    "two alike": ((120, 118), Outcome.SEVERAL, 2, "2 faces in view"),
    "a child beside a parent": ((70, 160), Outcome.SEVERAL, 2, "2 faces"),
    "a quarter as wide": ((160, 40), Outcome.SEVERAL, 2, "2 faces"),
    "the queue behind": ((160, 39, 31, 24), Outcome.ACQUIRED, 1, "160 px wide"),
    "two far away": ((20, 18), Outcome.SEVERAL, 2, "2 faces"),
    "a thousand": ((25.0,) * 1000, Outcome.SEVERAL, 1000, "1000 faces"),
}


@pytest.mark.parametrize(("widths", "outcome", "faces", "told"), CASES.values(), ids=CASES)
def test_outcomes(widths: tuple[float, ...], outcome: Outcome, faces: int, told: str) -> None:
    taken = acquire([face(width) for width in widths])
    assert (taken.outcome, taken.faces) == (outcome, faces)
    assert told in taken.why
    assert (taken.sample is not None) == (outcome is Outcome.ACQUIRED)
    assert taken.width == max(widths, default=0)


def test_what_is_asked_can_be_more() -> None:
    assert acquire([face(160), face(39)], Asked(beside=0.2)).outcome is Outcome.SEVERAL
    assert acquire([face(60)], Asked(width=96)).outcome is Outcome.SMALL


@given(widths=st.lists(st.floats(1, 2000), max_size=6), order=st.randoms())
def test_the_order_in_which_faces_were_found_changes_nothing(widths: list[float], order) -> None:
    there = [face(width) for width in widths]
    mixed = list(there)
    order.shuffle(mixed)

    def told(taken: Acquisition) -> tuple[object, ...]:
        return taken.outcome, taken.faces, taken.why, None if taken.sample is None else taken.sample.width

    assert told(acquire(there)) == told(acquire(mixed))


def test_the_failure_to_acquire_rate_counts_everything_but_a_sample() -> None:
    looked = [acquire([face(width) for width in widths]) for widths, *_ in CASES.values()]
    assert failures(looked) == (7, 10)
    assert failures([]) == (0, 0)
