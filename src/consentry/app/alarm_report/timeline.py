"""Truth against alarms over each clip's time: a lane for each hazard and place, events above, alarms below."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC

from consentry.app.alarm_evaluation import AlarmEvaluation, ClipResult
from consentry.app.moments import CLIP_CLOCK_S, moment
from consentry.app.report.axis import Axis, axes
from consentry.evaluation.alarms import Event, Told

WIDE = 1000.0
"""Units that a lane is wide."""
_NARROWEST = 3.0
"""Units that an event is wide at least: two pixels on a screen."""
_MOST_LANES = 200
"""Lanes of all clips together; those beyond are in the table alone. Two hundred are some five screens."""
_MOST_MARKS = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One event."""

    left: float
    width: float
    """Units."""
    kind: str
    """``hit``, ``missed`` or ``unclear``."""
    words: str


@dataclass(frozen=True, slots=True)
class Tick:
    """One alarm."""

    left: float
    """Units."""
    kind: str
    """``hit``, ``false``, ``repeat`` or ``excused``."""
    words: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One hazard at one place of a clip."""

    hazard: str
    place: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class ClipLanes:
    """One clip."""

    name: str
    axis: Axis
    marks: tuple[tuple[float, str], ...]
    """Units from the left, and text."""
    lanes: tuple[Lane, ...]


def timelines(evaluation: AlarmEvaluation) -> tuple[tuple[ClipLanes, ...], int]:
    """Clips in which anything happens or is told, and how many lanes there was no room for."""
    made, left_out, room = [], 0, _MOST_LANES
    for clip in evaluation.clips:
        lanes = tuple(_lanes(clip))
        shown = lanes[:room]
        room -= len(shown)
        left_out += len(lanes) - len(shown)
        if shown:
            axis = _axis(clip)
            made.append(ClipLanes(clip.name, axis, tuple((WIDE * axis.share(m.at), m.text) for m in axis.marks), shown))
    return tuple(made), left_out


def _axis(clip: ClipResult) -> Axis:
    last = max((*(event.end for event in _events(clip)), *(told.at for told, _ in _alarms(clip)), clip.watched_s or 0))
    (axis,) = axes((0.0, min(float(last), CLIP_CLOCK_S - 1)), UTC, _MOST_MARKS)
    return axis


def _lanes(clip: ClipResult) -> Iterable[Lane]:
    axis = _axis(clip)
    keys = {(event.hazard, event.place) for event in _events(clip)}
    keys |= {(told.hazard, told.place) for told, _ in _alarms(clip)}
    hit = {id(one.event) for one in clip.score.hits}
    for hazard, place in sorted(keys):
        bars = tuple(
            _bar(event, axis, "unclear" if event.ambiguous else "hit" if id(event) in hit else "missed")
            for event in sorted(_events(clip), key=lambda event: event.begin)
            if (event.hazard, event.place) == (hazard, place)
        )
        ticks = tuple(
            Tick(WIDE * axis.share(told.at), kind, f"{_WORDS[kind]} at {moment(max(told.at, 0.0))}")
            for told, kind in sorted(_alarms(clip))
            if (told.hazard, told.place) == (hazard, place)
        )
        yield Lane(hazard, place, bars, ticks)


_WORDS = {
    "hit": "alarm in time",
    "false": "false alarm",
    "repeat": "told again",
    "excused": "alarm for what could be seen either way",
    "missed": "missed",
    "unclear": "could be seen either way",
}


def _bar(event: Event, axis: Axis, kind: str) -> Bar:
    left = WIDE * axis.share(event.begin)
    width = max(WIDE * axis.share(event.end) - left, _NARROWEST)
    what = "event, alarm in time" if kind == "hit" else f"event, {_WORDS[kind]}"
    span = f"{moment(event.begin)} to {moment(event.end)}"
    return Bar(min(left, WIDE - width), width, kind, f"{what}: {span}{f': {event.note}' if event.note else ''}")


def _events(clip: ClipResult) -> tuple[Event, ...]:
    return (*(hit.event for hit in clip.score.hits), *clip.score.misses, *clip.unclear)


def _alarms(clip: ClipResult) -> list[tuple[Told, str]]:
    score = clip.score
    return [
        *((hit.told, "hit") for hit in score.hits),
        *((told, "false") for told in score.false_alarms),
        *((told, "repeat") for told in score.repeats),
        *((told, "excused") for told in score.excused),
    ]
