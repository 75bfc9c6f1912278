"""A quiet camera costs next to nothing, and nobody is overlooked."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from consentry.tracking.attention import Attention, AttentionSettings, Posture

SETTINGS = AttentionSettings()


def looks(motions: list[float], step: float, people: int = 0) -> list[float]:
    """Times of the looks over a list of motions, ``step`` seconds apart, with so many people found at each look."""
    attention, seen = Attention(), []
    for k, motion in enumerate(motions):
        at = k * step
        if attention.decide(at, motion) is Posture.LOOK:
            seen.append(at)
            attention.looked(at, people)
    return seen


def test_everything_that_moves_is_looked_at() -> None:
    assert looks([0.1] * 20, 0.2) == [k * 0.2 for k in range(20)]


def test_an_empty_still_picture_is_looked_at_until_it_settles_and_then_now_and_then() -> None:
    seen = looks([0.0] * 200, 0.2)
    assert [at for at in seen if at < SETTINGS.settle_s] == [k * 0.2 for k in range(15)]
    later = [at for at in seen if at >= SETTINGS.settle_s]
    assert 2 <= len(later) <= 4, later


def test_people_who_stand_still_are_looked_at_once_a_second() -> None:
    seen = looks([0.0] * 101, 0.2, people=2)
    assert len(seen) == 21
    assert all(b - a <= SETTINGS.still_s + 0.2 for a, b in itertools.pairwise(seen))


def test_resting_ends_with_the_first_motion() -> None:
    attention = Attention()
    for k in range(50):
        if attention.decide(k * 0.2, 0.0) is Posture.LOOK:
            attention.looked(k * 0.2, 0)
    assert attention.resting
    assert attention.decide(10.2, 0.01) is Posture.LOOK
    assert not attention.resting


@given(st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.01]), min_size=1, max_size=400), st.sampled_from([1 / 30, 0.2, 0.5]))
def test_no_stretch_is_longer_unlooked_at_than_its_check_interval(motions: list[float], step: float) -> None:
    """Who came too slowly to be noticed is found at the next check at the latest."""
    seen = looks(motions, step)
    times = [*seen, (len(motions) - 1) * step]
    assert all(b - a <= SETTINGS.check_s + step + 1e-6 for a, b in itertools.pairwise(times))
