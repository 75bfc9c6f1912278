"""Why an event was missed and why an alarm is false: each reason with the case that it is for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.evaluation.alarm_reasons import Reasons, Spans
from consentry.evaluation.alarms import Event, Told
from consentry.evaluation.protocols import kisa, score_by

FALL = Event("fall", "hall", 100, 130)
WINDOWS = kisa().windows


@pytest.mark.parametrize(
    ("alarms", "missed", "false"),
    [
        pytest.param([], ["nothing was told"], [], id="silent"),
        pytest.param(
            [Told(112.5, "fall", "hall")],
            ["told 12.5 s after it began; 10 s were allowed"],
            ["12.5 s after the event began; 10 s are allowed"],
            id="late",
        ),
        pytest.param(
            [Told(97, "fall", "hall")],
            ["told 3.0 s before it began; 2 s were allowed"],
            ["3.0 s before the event; 2 s are allowed"],
            id="early",
        ),
        pytest.param(
            [Told(101, "fall", "gate")], ["told at gate instead"], ["it is seen at hall instead"], id="elsewhere"
        ),
        pytest.param(
            [Told(101, "fight", "hall")], ["told as fight instead"], ["what is seen is fall instead"], id="otherwise"
        ),
        pytest.param([Told(900, "fall", "hall")], ["nothing was told"], ["nothing of it is seen"], id="long after"),
        pytest.param(
            [Told(101, "fall", "hall"), Told(120, "fall", "hall")],
            [],
            ["told again: the event had its alarm at 101.0 s"],
            id="again",
        ),
    ],
)
def test_reasons(alarms: list[Told], missed: list[str], false: list[str]) -> None:
    it = score_by(kisa(), [FALL], alarms, 1000)
    assert [Reasons(it, WINDOWS).missed(event) for event in it.misses] == missed
    assert [Reasons(it, WINDOWS).false(told) for told in it.false_alarms] == false


def test_a_false_alarm_is_laid_at_the_nearest_event_alone() -> None:
    """It came early for the second; the first, 20 s before, was never told."""
    first, second = Event("fall", "hall", 100, 102), Event("fall", "hall", 120, 122)
    it = score_by(kisa(), [first, second], [Told(117, "fall", "hall")], 1000)
    assert [Reasons(it, WINDOWS).missed(event) for event in it.misses] == [
        "nothing was told",
        "told 3.0 s before it began; 2 s were allowed",
    ]


def test_of_two_events_near_each_other_one_alarm_hits_one() -> None:
    other = Event("fall", "hall", 103, 131)
    it = score_by(kisa(), [FALL, other], [Told(104, "fall", "hall")], 1000)
    assert [event.begin for event in it.misses] == [103]
    assert Reasons(it, WINDOWS).missed(other) == "an alarm came in time, but it is that of another event"


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 20)), max_size=12), st.integers(-5, 60))
def test_spans_around_a_moment_are_those_that_hold_it(pairs: list[tuple[int, int]], at: int) -> None:
    spans = [(begin, begin + lasts, number) for number, (begin, lasts) in enumerate(pairs)]
    assert sorted(Spans(spans).around(at)) == [number for begin, end, number in spans if begin <= at <= end]
