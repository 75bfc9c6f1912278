"""Why an event was missed and why an alarm is false, in words: what a person looks for first in the recording."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Generic, TypeVar

from consentry.evaluation.alarms import Event, Hit, Score, Told, Windows

_NEAR_S = 60.0
"""s within which an event of the same kind is worth naming beside a false alarm."""

T = TypeVar("T")
Key = tuple[str, str]
"""Hazard and place."""


class Spans(Generic[T]):
    """Stretches of time, asked for those around a moment; quick as long as few are around the same one.

    >>> list(Spans([(0.0, 9.0, "long"), (2.0, 3.0, "short")]).around(5.0))
    ['long']
    """

    def __init__(self, spans: Iterable[tuple[float, float, T]]) -> None:
        """Take stretches.

        Args:
            spans: begin and end in s, and what it is.
        """
        self._spans = sorted(spans, key=lambda span: span[:2])
        self._begins = [begin for begin, _, _ in self._spans]
        self._latest = list(accumulate((end for _, end, _ in self._spans), max))

    def around(self, at: float) -> Iterator[T]:
        """Those that hold a moment, the last that began first."""
        for number in range(bisect_right(self._begins, at) - 1, -1, -1):
            if self._latest[number] < at:
                return
            _, end, what = self._spans[number]
            if end >= at:
                yield what


class Reasons:
    """The reasons of one recording."""

    def __init__(self, score: Score, windows: Windows) -> None:
        """Take what there is to explain.

        Args:
            score: of the recording.
            windows: as declared, with their tolerance.
        """
        self._windows = windows
        events = sorted((*(hit.event for hit in score.hits), *score.misses), key=lambda event: event.begin)
        self._begun: dict[Key, list[Event]] = {}
        for event in events:
            self._begun.setdefault((event.hazard, event.place), []).append(event)
        self._lasting = Spans((event.begin - windows.before_s, event.end, event) for event in events)
        self._hits = Spans(
            (hit.event.begin - windows.before_s, max(hit.event.end, hit.event.begin + windows.after_s), hit)
            for hit in score.hits
        )
        self._taken = Spans((hit.told.at - windows.after_s, hit.told.at + windows.before_s, hit) for hit in score.hits)
        self._told = sorted((*score.false_alarms, *score.repeats, *score.excused))
        self._laid: dict[int, list[Told]] = {}
        for told in self._told:
            if (nearest := self._nearest(told)) is not None:
                self._laid.setdefault(id(nearest), []).append(told)

    def missed(self, event: Event) -> str:
        """Why an event was missed.

        Args:
            event: one of the score's misses, the very value.

        >>> it = Score((), (Event("fall", "hall", 20, 40),), (Told(33.0, "fall", "hall"),), (), (), 60.0)
        >>> Reasons(it, Windows(2, 10)).missed(it.misses[0])
        'told 13.0 s after it began; 10 s were allowed'
        """
        windows = self._windows
        near = [told for told in self._laid.get(id(event), ()) if _near(told, event)]
        if near:
            delay = min((told.at - event.begin for told in near), key=abs)
            side, allowed = ("after", windows.after_s) if delay > 0 else ("before", windows.before_s)
            return f"told {abs(delay):.1f} s {side} it began; {allowed:.3g} s were allowed"
        if any(_key(hit.event) == _key(event) for hit in self._taken.around(event.begin)):
            return "an alarm came in time, but it is that of another event"
        first, last = event.begin - windows.before_s, max(event.end, event.begin + windows.after_s)
        within = self._told[bisect_left(self._told, first, key=_at) : bisect_right(self._told, last, key=_at)]
        if elsewhere := next((told for told in within if told.hazard == event.hazard), None):
            return f"told at {elsewhere.place} instead"
        if otherwise := next((told for told in within if told.place == event.place), None):
            return f"told as {otherwise.hazard} instead"
        return "nothing was told"

    def false(self, told: Told) -> str:
        """Why an alarm is false.

        Args:
            told: one of the score's false alarms.

        >>> it = Score((), (Event("fall", "hall", 20, 40),), (), (), (), 60.0)
        >>> Reasons(it, Windows(2, 10)).false(Told(15.5, "fall", "hall"))
        '4.5 s before the event; 2 s are allowed'
        """
        again: Hit | None = next((hit for hit in self._hits.around(told.at) if _key(hit.event) == _key(told)), None)
        if again is not None:
            return f"told again: the event had its alarm at {again.told.at:.1f} s"
        event = self._nearest(told)
        if event is not None and _near(told, event):
            delay = told.at - event.begin
            if delay > 0:
                return f"{delay:.1f} s after the event began; {self._windows.after_s:.3g} s are allowed"
            return f"{-delay:.1f} s before the event; {self._windows.before_s:.3g} s are allowed"
        lasting = list(self._lasting.around(told.at))
        if elsewhere := next((one for one in lasting if one.hazard == told.hazard), None):
            return f"it is seen at {elsewhere.place} instead"
        if otherwise := next((one for one in lasting if one.place == told.place), None):
            return f"what is seen is {otherwise.hazard} instead"
        return "nothing of it is seen"

    def _nearest(self, told: Told) -> Event | None:
        """The event of its kind and place whose beginning is nearest, hit or missed."""
        begun = self._begun.get(_key(told), ())
        after = bisect_left(begun, told.at, key=lambda event: event.begin)
        return min(begun[max(after - 1, 0) : after + 1], key=lambda event: abs(told.at - event.begin), default=None)


def _near(told: Told, event: Event) -> bool:
    return event.begin - _NEAR_S <= told.at <= max(event.end, event.begin + _NEAR_S)


def _key(one: Event | Told) -> Key:
    return one.hazard, one.place


def _at(told: Told) -> float:
    return told.at
