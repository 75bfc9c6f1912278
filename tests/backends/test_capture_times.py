"""Times of capture: never back, never from the future, and true again after whatever a stream's count did."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.backends.capture_times import ClipTimes, DueTimes, LiveTimes

STAMPS = st.lists(st.one_of(st.none(), st.floats(-1e5, 1e5)), max_size=60)


@given(STAMPS)
def test_a_clip_never_runs_back(stamps: list[float | None]) -> None:
    clip = ClipTimes(0.04)
    times = [clip.at(stamp) for stamp in stamps]
    assert times == sorted(times)
    assert times[:1] in ([], [0.0])


@given(st.lists(st.tuples(st.one_of(st.none(), st.floats(-1e5, 1e5)), st.floats(0, 2)), max_size=60))
def test_a_camera_never_runs_back_and_nothing_comes_before_it_was_taken(
    steps: list[tuple[float | None, float]],
) -> None:
    times, now, last = LiveTimes(), 1e9, float("-inf")
    for stamp, later in steps:
        now += later
        at = times.at(stamp, now)
        assert last <= at <= now + 1e-6
        last = at


@given(st.floats(2, 60), st.floats(0.5, 30))
def test_as_many_are_due_as_the_rate_says(fps: float, rate: float) -> None:
    due = DueTimes(rate)
    taken = [number / fps for number in range(round(20 * fps)) if due.take(number / fps)]
    assert len(taken) == pytest.approx(20 * min(fps, rate), abs=2)
    assert all(late > early for early, late in pairwise(taken))


@pytest.mark.parametrize("ppm", [-100, 0, 100])
def test_a_count_that_runs_slow_or_fast_is_followed(ppm: int) -> None:
    """Six hours at 5/s by quartz at the edge of its tolerance: 2 s of error if nobody followed."""
    times, delays = LiveTimes(), (0.03, 0.2, 0.08, 0.05, 0.5)
    errors = []
    for number in range(6 * 3600 * 5):
        taken = number / 5
        at = times.at(taken * (1 + ppm / 1e6), taken + delays[number % 5])
        errors.append(at - taken)
    assert all(0 <= error < 0.06 for error in errors[100:])  # the shortest delay, and what is learnt within a second


def test_a_stream_that_lags_keeps_its_times() -> None:
    times = LiveTimes()
    assert times.at(0.0, 100.0) == 100.0
    assert times.at(1.0, 104.0) == pytest.approx(101.0, abs=0.01)


@pytest.mark.parametrize("jump", [-3000.0, -5.0, 7.0, 3000.0])
def test_a_count_that_jumps_is_laid_anew(jump: float) -> None:
    times = LiveTimes()
    for number in range(20):
        times.at(number / 5, 100 + number / 5)
    times.at(4.0 + jump, 104.0)
    assert times.at(4.2 + jump, 104.2) == pytest.approx(104.2, abs=0.01)


def test_a_camera_without_stamps_goes_by_arrival() -> None:
    times = LiveTimes()
    assert [times.at(None, now) for now in (5.0, 5.3, 5.1)] == [5.0, 5.3, 5.3]
