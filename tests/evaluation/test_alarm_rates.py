"""Rates of alarms and their intervals, held against numbers worked out otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.evaluation.alarm_rates import RatedScore, nearest_rank, rates, rates_by_hazard
from consentry.evaluation.alarms import Event, Score, Told
from consentry.evaluation.intervals import binomial_interval
from consentry.evaluation.protocols import ilids, kisa, score_by, weighted_f1


def clip(hits: int, misses: int = 0, false: int = 0, *, hazard: str = "fall", hours: float = 1.0) -> RatedScore:
    """A clip with so many of each."""
    events = [Event(hazard, "gate", 100.0 * k, 100.0 * k + 5) for k in range(hits + misses)]
    alarms = [Told(100.0 * k + k % 4, hazard, "gate") for k in range(hits)]
    alarms += [Told(100.0 * k + 50, hazard, "gate") for k in range(false)]
    return RatedScore(score_by(kisa(), events, alarms, 3600 * hours))


def even(_hazard: str) -> float:
    return 1.0


def test_rates_of_the_guides_example() -> None:
    it = rates([clip(90, 10, 30, hours=24)], even)
    assert (it.hits, it.misses, it.false_alarms, it.clips, it.watched_s) == (90, 10, 30, 1, 86_400)
    assert it.precision is not None and it.recall is not None and it.f1 is not None  # noqa: PT018
    assert (it.recall.value, it.precision.value) == (0.9, 0.75)
    assert it.f1.value == pytest.approx(180 / 220)
    # Wilson, 90 of 100: 0.8256 to 0.9448 (Newcombe 1998 gives the formula).
    assert (it.recall.low, it.recall.high) == (pytest.approx(0.8256, abs=1e-4), pytest.approx(0.9448, abs=1e-4))
    # One clip cannot be drawn anew: the exact interval of 90 of 130 looks, carried over by 2J / (1 + J).
    low, high = binomial_interval(90, 130)
    assert (it.f1.low, it.f1.high) == (pytest.approx(2 * low / (1 + low)), pytest.approx(2 * high / (1 + high)))


def test_false_alarms_an_hour_and_a_day_are_exact() -> None:
    """Poisson, Garwood 1936: of 3 the limits are 0.6187 and 8.7673, of none 0 and 3.6889."""
    some = rates([clip(0, 0, 3, hours=12)], even)
    assert some.false_per_hour is not None and some.false_per_day is not None  # noqa: PT018
    assert some.false_per_hour.value == 0.25
    assert some.false_per_day.value == 6
    assert (some.false_per_day.low, some.false_per_day.high) == (
        pytest.approx(0.6187 * 2, rel=1e-3), pytest.approx(8.7673 * 2, rel=1e-3)
    )  # fmt: skip
    none = rates([clip(0, hours=24)], even)
    assert none.false_per_day is not None
    assert (none.false_per_day.low, none.false_per_day.high) == (0, pytest.approx(3.6889, rel=1e-4))


def test_absence_is_no_success() -> None:
    it = rates([], even)
    assert (it.precision, it.recall, it.f1, it.false_per_hour, it.delay_p95_s) == (None, None, None, None, None)
    quiet = rates([clip(0)], even)
    assert (quiet.precision, quiet.recall, quiet.f1, quiet.alpha) == (None, None, None, None)
    assert quiet.false_per_hour is not None


def test_one_clip_of_unknown_length_leaves_the_rate_unknown() -> None:
    untimed = RatedScore(clip(1).score, timed=False)
    assert rates([clip(1), untimed], even).false_per_hour is None
    assert rates([clip(1), untimed], even).watched_s is None


def test_silence_and_noise_alone_have_a_score_of_nothing() -> None:
    for one in (clip(0, 3), clip(0, 0, 3)):
        it = rates([one], even)
        assert it.f1 is not None
        assert (it.f1.value, it.f1.low) == (0, 0)
        assert 0 < it.f1.high < 1


def test_time_to_alarm() -> None:
    it = rates([clip(41)], even)  # 0, 1, 2, 3 s in turn
    assert (it.delay_median_s, it.delay_p95_s) == (1, 3)
    assert nearest_rank([], 0.95) is None
    assert nearest_rank(list(range(1, 21)), 0.95) == 19
    assert nearest_rank([5.0], 0.5) == 5


def test_clips_that_differ_widen_the_interval() -> None:
    """Ten clips of ten events: half of them all missed, or in each one half missed; the same F1."""
    apart, alike = rates([clip(10), clip(0, 10)] * 5, even), rates([clip(5, 5)] * 10, even)
    assert apart.f1 is not None and alike.f1 is not None  # noqa: PT018
    assert apart.f1.value == pytest.approx(alike.f1.value)
    assert apart.f1.high - apart.f1.low > 2 * (alike.f1.high - alike.f1.low)
    low, high = binomial_interval(50, 100)
    assert (alike.f1.low, alike.f1.high) == (pytest.approx(2 * low / (1 + low)), pytest.approx(2 * high / (1 + high)))


def test_ten_perfect_clips_prove_no_perfection() -> None:
    """Drawing them anew gives 1 every time; exact, 10 of 10 leaves 0.6915 possible, an F1 of 0.8176."""
    it = rates([clip(1)] * 10, even)
    assert it.f1 is not None
    assert (it.f1.low, it.f1.high) == (pytest.approx(0.8176, abs=1e-4), 1)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """200 sets of 40 clips whose events are hit with probability 0.8; true F1 is 2 * 0.8 / 1.8."""
    import numpy as np  # noqa: PLC0415

    rng = np.random.default_rng(4)
    inside = 0
    for _ in range(200):
        found = rng.binomial(1, 0.8, 40)
        it = rates([clip(int(one), 1 - int(one)) for one in found], even)
        assert it.f1 is not None
        inside += it.f1.low <= 1.6 / 1.8 <= it.f1.high
    assert inside >= 190


def test_each_hazard_over_all_clips_those_without_it_too() -> None:
    parts = rates_by_hazard([clip(4, 1, hours=2), clip(0, 0, 2, hazard="fire", hours=3)], even)
    assert set(parts) == {"fall", "fire"}
    assert (parts["fall"].hits, parts["fall"].misses, parts["fall"].false_alarms) == (4, 1, 0)
    assert (parts["fire"].false_alarms, parts["fire"].clips) == (2, 2)
    assert parts["fire"].watched_s == parts["fall"].watched_s == 5 * 3600


def test_hazards_with_different_biases_are_weighed_event_by_event() -> None:
    protocol = ilids(1.0, {"fire": 3.0})
    both = rates([clip(4, 1, 2), clip(2, 3, 1, hazard="fire")], protocol.alpha_of)
    assert both.alpha is None
    assert both.f1 is not None
    assert both.f1.value == pytest.approx((2 * 4 + 4 * 2) / (2 * 4 + 1 + 2 + 4 * 2 + 3 * 3 + 1))
    fire = rates_by_hazard([clip(2, 3, 1, hazard="fire")], protocol.alpha_of)["fire"]
    assert fire.f1 is not None
    assert (fire.alpha, fire.f1.value) == (3.0, pytest.approx(weighted_f1(2, 3, 1, 3.0)))


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=5),
    st.floats(0.05, 20),
)
def test_every_interval_holds_its_figure(cells: list[tuple[int, int, int]], alpha: float) -> None:
    it = rates([clip(*cell) for cell in cells], lambda _hazard: alpha)
    totals = [sum(column) for column in zip(*cells, strict=True)]
    expected = weighted_f1(*totals, alpha)
    assert (it.f1 is None) == (expected is None)
    for one in (it.precision, it.recall, it.f1, it.false_per_hour, it.false_per_day):
        assert one is None or 0 <= one.low <= one.value <= one.high
    if it.f1 is not None:
        assert it.f1.value == pytest.approx(expected)
        assert it.f1.high <= 1


def test_the_same_seed_gives_the_same_interval() -> None:
    clips = [clip(2, 1), clip(1, 0, 2), clip(0, 1)]
    assert rates(clips, even, seed=3) == rates(clips, even, seed=3)


def test_a_score_of_nothing_is_counted_as_nothing() -> None:
    it = rates([RatedScore(Score((), (), (), (), (), 60.0))] * 3, even)
    assert (it.clips, it.watched_s, it.f1) == (3, 180.0, None)
