"""Long observations become few points, without losing a peak, a person or a silence."""

from datetime import UTC
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.report_story import MORNING
from consentry.app.report.axis import Axis, axes
from consentry.app.report.series import MOST_CELLS, SILENCE_S, series_of, watched
from consentry.core.observation import Observation, PlaceObservation


def seen(begin: float, people: float = 0.0, length: float = 4.8, **place: float) -> Observation:
    places = (PlaceObservation("gate", **place),) if place else ()  # type: ignore[arg-type]
    return Observation("cam", begin, begin + length, 24, people, round(people), places)


def axis_of(observations: list[Observation]) -> Axis:
    (axis,) = axes((at for one in observations for at in (one.begin, one.end)), UTC)
    return axis


@settings(deadline=None, max_examples=40)  # no timed assertion: the machine may be busy
@given(st.lists(st.integers(0, 9), min_size=1, max_size=900), st.integers(0, 899))
def test_no_peak_and_no_crossing_is_lost_however_long_it_was(people: list[int], silent: int) -> None:
    told = [
        seen(MORNING + 5 * k + (600 if k > silent else 0), n, density=n / 3, forward=n, backward=n % 2)
        for k, n in enumerate(people)
    ]
    series = series_of(told, axis_of(told))
    assert series is not None
    assert len(series.people) <= MOST_CELLS * 2, "own stretches may have a silence between each two"
    assert len(series.edges) == len(series.people) + 1
    assert np.all(np.diff(series.edges) > 0)
    assert np.nanmax(series.most) == max(people)
    gate = series.places["gate"]
    assert np.nanmax(gate.density) == pytest.approx(max(people) / 3)
    assert np.nanmax(gate.forward) == sum(people)
    assert np.nanmax(gate.backward) == sum(n % 2 for n in people)


@pytest.mark.parametrize("count", [200, 5000], ids=["own stretches", "equal cells"])
def test_a_silence_is_a_gap_and_nothing_else_is(count: int) -> None:
    told = [seen(MORNING + 5 * k) for k in range(count) if not count // 2 <= k < count // 2 + count // 10]
    series = series_of(told, axis_of(told))
    assert series is not None
    gaps = np.flatnonzero(np.isnan(series.people))
    assert len(gaps) > 0
    begin, end = series.edges[gaps[0]], series.edges[gaps[-1] + 1]
    width = 5.0 * count / min(count, MOST_CELLS)
    assert begin == pytest.approx(MORNING + 5 * (count // 2), abs=2 * width)
    assert end == pytest.approx(MORNING + 5 * (count // 2 + count // 10), abs=2 * width)
    assert np.all(np.diff(gaps) == 1), "one gap only"


def test_stretches_of_two_watches_that_overlap_do_not_run_backwards() -> None:
    told = sorted((seen(begin, 2.0) for begin in (0, 5, 10, 2, 7, 12)), key=lambda one: one.begin)
    series = series_of(told, axis_of(told))
    assert series is not None
    assert np.all(np.diff(series.edges) > 0)
    assert np.nanmean(series.people) == 2.0


def test_a_stretch_of_one_picture_and_an_axis_without_any() -> None:
    (axis,) = axes([MORNING], UTC)
    series = series_of([seen(MORNING, 3.0, length=0.0)], axis)
    assert series is not None
    assert series.people.tolist() == [3.0]
    assert series_of([seen(4.0)], axis) is None, "a clip's clock is another"


def test_what_is_not_measured_stays_unmeasured() -> None:
    told = [seen(0, people=1.0), seen(5, waiting_s=7.0)]
    series = series_of(told, axis_of(told))
    assert series is not None
    assert np.isnan(series.places["gate"].density).all()
    assert np.isnan(series.places["gate"].waiting).tolist() == [True, False]


def test_when_somebody_looked() -> None:
    told = [seen(0), seen(5), seen(9.8 + SILENCE_S + 1), seen(31)]
    assert watched(told) == ((0, 9.8), (9.8 + SILENCE_S + 1, 35.8))


def test_each_clock_has_its_axis() -> None:
    clip, day = axes([MORNING, 12.0, 70.0], UTC)
    assert (clip.dated, day.dated) == (False, True)
    assert [mark.text for mark in clip.marks] == ["0:20", "0:30", "0:40", "0:50", "1:00", "1:10"]
    assert clip.share(41.0) == pytest.approx(0.5)
    assert day.end > day.begin, "a single moment has a length, too"


@pytest.mark.parametrize("hours", [0.001, 0.1, 1, 5, 24, 24 * 9, 24 * 200, 24 * 900])
@pytest.mark.parametrize("begin", [0.0, MORNING], ids=["clip", "day"])
def test_marks_are_few_in_order_and_within(begin: float, hours: float) -> None:
    if begin == 0.0 and hours > 24:
        return  # no clip is that long
    (axis,) = axes([begin, begin + hours * 3600], ZoneInfo("Europe/Zurich"))
    at = [mark.at for mark in axis.marks]
    assert 1 <= len(at) <= 9
    assert at == sorted(set(at))
    assert all(axis.begin <= one <= axis.end for one in at)


def test_round_hours_stay_round_when_the_clocks_change() -> None:
    zone = ZoneInfo("Europe/Zurich")
    saturday = 1_792_800_000.0  # 2026-10-24 02:00 local; the clocks go back on the 25th
    (axis,) = axes([saturday, saturday + 2 * 86_400], zone)
    assert all(mark.text.endswith(":00") for mark in axis.marks)
    assert {mark.text.split()[-1] for mark in axis.marks} <= {"00:00", "06:00", "12:00", "18:00"}
