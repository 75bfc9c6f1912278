"""Why an event was missed and why an alarm is false, in words: what a person looks for first in the recording."""

from collections.abc import Iterable, Sequence

from consentry.evaluation.alarms import Event, Hit, Score, Told, Windows

_NEAR_S = 60.0
"""s within which an event of the same kind is worth naming beside a false alarm."""
_ANOTHERS = "an alarm came in time, but it is that of another event"


def why_missed(event: Event, score: Score, windows: Windows) -> str:
    """Why an event was missed.

    Args:
        event: it.
        score: of its recording.
        windows: as declared, with their tolerance.

    >>> it = Score((), (Event("fall", "hall", 20, 40),), (Told(33.0, "fall", "hall"),), (), (), 60.0)
    >>> why_missed(it.misses[0], it, Windows(2, 10))
    'told 13.0 s after it began; 10 s were allowed'
    """
    told = (*score.false_alarms, *score.repeats, *score.excused)
    first = event.begin - windows.before_s
    during = [one for one in sorted(told) if first - _NEAR_S <= one.at <= max(event.end, event.begin + _NEAR_S)]
    same = [one for one in during if (one.hazard, one.place) == (event.hazard, event.place)]
    if same := [one for one in same if _nearest(one, score) is event]:
        nearest = min(same, key=lambda one: abs(one.at - event.begin))
        delay = nearest.at - event.begin
        if delay > windows.after_s:
            return f"told {delay:.1f} s after it began; {windows.after_s:.3g} s were allowed"
        return f"told {-delay:.1f} s before it began; {windows.before_s:.3g} s were allowed"
    if any(
        (hit.event.hazard, hit.event.place) == (event.hazard, event.place)
        and -windows.before_s <= hit.told.at - event.begin <= windows.after_s
        for hit in score.hits
    ):
        return _ANOTHERS
    within = [one for one in during if first <= one.at <= max(event.end, event.begin + windows.after_s)]
    if elsewhere := [one for one in within if one.hazard == event.hazard]:
        return f"told at {elsewhere[0].place} instead"
    if otherwise := [one for one in within if one.place == event.place]:
        return f"told as {otherwise[0].hazard} instead"
    return "nothing was told"


def why_false(told: Told, score: Score, windows: Windows) -> str:
    """Why an alarm is false.

    Args:
        told: it.
        score: of its recording.
        windows: as declared, with their tolerance.

    >>> it = Score((), (Event("fall", "hall", 20, 40),), (), (), (), 60.0)
    >>> why_false(Told(15.5, "fall", "hall"), it, Windows(2, 10))
    '4.5 s before the event; 2 s are allowed'
    """
    if again := _again(told, score.hits, windows):
        return again
    event = _nearest(told, score)
    if event is not None and event.begin - _NEAR_S <= told.at <= max(event.end, event.begin + _NEAR_S):
        delay = told.at - event.begin
        if delay > 0:
            return f"{delay:.1f} s after the event began; {windows.after_s:.3g} s are allowed"
        return f"{-delay:.1f} s before the event; {windows.before_s:.3g} s are allowed"
    lasting = [event for event in _events(score) if event.begin - windows.before_s <= told.at <= event.end]
    if elsewhere := [event for event in lasting if event.hazard == told.hazard]:
        return f"it is seen at {elsewhere[0].place} instead"
    if otherwise := [event for event in lasting if event.place == told.place]:
        return f"what is seen is {otherwise[0].hazard} instead"
    return "nothing of it is seen"


def _again(told: Told, hits: Iterable[Hit], windows: Windows) -> str:
    for hit in hits:
        event = hit.event
        mine = (event.hazard, event.place) == (told.hazard, told.place)
        if mine and event.begin - windows.before_s <= told.at <= max(event.end, event.begin + windows.after_s):
            return f"told again: the event had its alarm at {hit.told.at:.1f} s"
    return ""


def _nearest(told: Told, score: Score) -> Event | None:
    """The event of its kind and place whose beginning is nearest, hit or missed."""
    same = [event for event in _events(score) if (event.hazard, event.place) == (told.hazard, told.place)]
    return min(same, key=lambda event: abs(told.at - event.begin), default=None)


def _events(score: Score) -> Sequence[Event]:
    return sorted((*(hit.event for hit in score.hits), *score.misses), key=lambda event: event.begin)
