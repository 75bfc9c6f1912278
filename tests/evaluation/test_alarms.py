"""Matching of alarms to events."""

from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.evaluation.alarms import Event, Score, Told, Windows, by_hazard, compare_counts, f1, pool, score

KISA = Windows(before_s=2.0, after_s=10.0)


def event(begin: float, end: float | None = None, place: str = "gate", *, ambiguous: bool = False) -> Event:
    """A loitering event."""
    return Event("loitering", place, begin, begin + 1 if end is None else end, ambiguous)


def told(*times: float, place: str = "gate") -> list[Told]:
    """Loitering alarms."""
    return [Told(at, "loitering", place) for at in times]


def counts(it: Score) -> tuple[int, int, int, int, int]:
    """Hits, misses, false alarms, repeats, excused."""
    return len(it.hits), len(it.misses), len(it.false_alarms), len(it.repeats), len(it.excused)


@pytest.mark.parametrize(
    ("events", "alarms", "expected"),
    [
        pytest.param([], [], (0, 0, 0, 0, 0), id="nothing happens, nothing is told"),
        pytest.param([event(20)], told(20), (1, 0, 0, 0, 0), id="on time"),
        pytest.param([event(20)], told(18), (1, 0, 0, 0, 0), id="two seconds early is early enough"),
        pytest.param([event(20)], told(17.9), (0, 1, 1, 0, 0), id="too early: false and missed"),
        pytest.param([event(20)], told(30), (1, 0, 0, 0, 0), id="ten seconds late is not late"),
        pytest.param([event(20, 60)], told(30.1), (0, 1, 1, 0, 0), id="late is worse than silent"),
        pytest.param([event(20)], [], (0, 1, 0, 0, 0), id="silent"),
        pytest.param([event(20, 60)], told(21, 40), (1, 0, 0, 1, 0), id="told again while it lasts"),
        pytest.param([event(20, 25)], told(21, 29), (1, 0, 1, 0, 0), id="told again when it is over"),
        pytest.param([event(20)], told(20, place="hall"), (0, 1, 1, 0, 0), id="at another place"),
        pytest.param([event(20), event(24)], told(25), (1, 1, 0, 0, 0), id="one alarm hits one event"),
        pytest.param([event(20), event(28)], told(29, 30), (2, 0, 0, 0, 0), id="the window that closes first is taken"),
        pytest.param([event(20, 30, ambiguous=True)], told(25), (0, 0, 0, 0, 1), id="either way, told"),
        pytest.param([event(20, 30, ambiguous=True)], [], (0, 0, 0, 0, 0), id="either way, not told"),
        pytest.param(
            [event(20, ambiguous=True), event(22)], told(22), (1, 0, 0, 0, 0), id="the clear event comes first"
        ),
    ],
)
def test_what_counts_as_what(events: list[Event], alarms: list[Told], expected: tuple[int, int, int, int, int]) -> None:
    """Each row of the theory."""
    assert counts(score(events, alarms, KISA, 60)) == expected


def test_another_hazard_does_not_count() -> None:
    """An intrusion told where somebody loiters is false, and the loitering is missed."""
    it = score([event(20)], [Told(20, "intrusion", "gate")], KISA, 60)
    assert counts(it) == (0, 1, 1, 0, 0)
    assert set(by_hazard(it)) == {"intrusion", "loitering"}
    assert counts(by_hazard(it)["loitering"]) == (0, 1, 0, 0, 0)


def _most(events: Sequence[Event], alarms: Sequence[Told]) -> int:
    """The best that any assignment can hit, by trying all."""
    best = 0
    padded = [*alarms, *([None] * len(events))]
    for chosen in set(permutations(padded, len(events))):
        pairs = zip(events, chosen, strict=True)
        fits = sum(1 for e, a in pairs if a is not None and -KISA.before_s <= a.at - e.begin <= KISA.after_s)
        best = max(best, fits)
    return best


@given(
    st.lists(st.integers(0, 40), max_size=3, unique=True),
    st.lists(st.integers(0, 50), max_size=3, unique=True),
)
def test_no_assignment_hits_more(begins: list[int], times: list[int]) -> None:
    """One to one, and as many hits as there can be; every alarm and every event ends up somewhere once."""
    events, alarms = [event(b) for b in begins], told(*times)
    it = score(events, alarms, KISA, 60)
    assert len(it.hits) == _most(events, alarms)
    assert len(it.hits) + len(it.misses) == len(events)
    assert len(it.hits) + len(it.false_alarms) + len(it.repeats) + len(it.excused) == len(alarms)


def test_figures_of_a_score() -> None:
    """Rates, their intervals and the time to alarm."""
    it = score([event(b) for b in (10, 40, 70, 100)], told(11, 43, 71, 200), KISA, 1800)
    assert (it.recall, it.precision, it.f1) == (0.75, 0.75, 0.75)
    assert it.recall_interval == pytest.approx((0.3006, 0.9544), abs=1e-3)
    assert it.false_per_hour == 2.0
    assert it.false_per_hour_interval == pytest.approx((2 * 0.0253, 2 * 5.572), rel=1e-3)
    assert (it.delay_median_s, it.delay_max_s) == (1, 3)


def test_absence_is_not_success() -> None:
    """Where nothing happened and nothing was watched there is no figure, rather than a good one."""
    it = score([], [], KISA, 0)
    assert (it.recall, it.precision, it.f1, it.recall_interval) == (None, None, None, None)
    assert (it.false_per_hour, it.false_per_hour_interval, it.delay_median_s, it.delay_max_s) == (
        None,
        None,
        None,
        None,
    )


def test_quiet_hours_bound_the_false_alarms() -> None:
    """No false alarm in one hour leaves up to 3.689 an hour possible (95 %, two-sided)."""
    assert score([], [], KISA, 3600).false_per_hour_interval == pytest.approx((0, 3.689), abs=1e-3)


def test_pooled_scores_add_up() -> None:
    """Two cameras: twice the hours, all the hits."""
    one = score([event(10)], told(10), KISA, 100)
    both = pool([one, score([event(10)], [], KISA, 50)])
    assert (counts(both), both.watched_s) == ((1, 1, 0, 0, 0), 150)


def test_f1_by_counts() -> None:
    """KISA's guide gives 81.81 for 90 found, 10 missed and 30 false."""
    assert f1(90, 10, 30) == pytest.approx(0.8181, abs=1e-4)
    assert f1(0, 5, 0) == 0
    assert f1(0, 0, 0) is None


def test_line_counts_side_by_side() -> None:
    """A direction that only one side knows is shown too."""
    rows = compare_counts(
        [("gate", "forward")] * 2, {("gate", "forward"): 3, ("gate", "backward"): 0, ("road", "forward"): 1}
    )
    assert [(r.place, r.direction, r.seen, r.counted, r.error) for r in rows] == [
        ("gate", "backward", 0, 0, 0),
        ("gate", "forward", 2, 3, 1),
        ("road", "forward", 0, 1, 1),
    ]


@pytest.mark.parametrize(
    "wrong", [lambda: Windows(before_s=-1), lambda: Event("loitering", "gate", 5, 4)], ids=["window", "event"]
)
def test_nonsense_is_refused(wrong: object) -> None:
    """Times that cannot be."""
    with pytest.raises(ValueError, match=r"expected|ends at"):
        wrong()  # type: ignore[operator]
