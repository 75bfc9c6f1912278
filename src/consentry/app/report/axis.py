"""Stretches of time to draw along, and where to write the time beneath them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from consentry.app.moments import CLIP_CLOCK_S, moment

_STEPS_S = (
    1, 2, 5, 10, 15, 30,
    60, 120, 300, 600, 900, 1800,
    3600, 7200, 10_800, 21_600, 43_200,
    86_400, 172_800, 604_800, 1_209_600, 2_592_000, 7_776_000, 31_536_000,
)  # fmt: skip
"""s between two marks: the divisions that clocks and calendars have."""
_SHORTEST_S = 1.0
"""s that an axis spans at least: a single moment has no length to draw along."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One time written beneath an axis."""

    at: float
    """s UTC."""
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of time of one clock: the time of day, or the position in clips whose date nobody knows."""

    begin: float
    """s UTC."""
    end: float
    """s UTC, after ``begin``."""
    marks: tuple[Mark, ...]

    @property
    def dated(self) -> bool:
        """Whether it is the time of day."""
        return self.begin >= CLIP_CLOCK_S

    def share(self, at: float) -> float:
        """Where a time lies, 0-1."""
        return min(max((at - self.begin) / (self.end - self.begin), 0.0), 1.0)

    def holds(self, at: float) -> bool:
        """Whether a time is of this clock."""
        return (at >= CLIP_CLOCK_S) == self.dated


def axes(times: Iterable[float], zone: tzinfo, most: int = 8) -> tuple[Axis, ...]:
    """The axes that times need: none, one, or one for each clock.

    Args:
        times: s UTC, in any order.
        zone: in which the time of day is written.
        most: marks on an axis.

    >>> from datetime import UTC
    >>> (axis,) = axes([3.0, 83.0], UTC, most=4)
    >>> [mark.text for mark in axis.marks]
    ['0:30', '1:00']
    """
    sorted_times = sorted(times)
    clocks = ([t for t in sorted_times if t < CLIP_CLOCK_S], [t for t in sorted_times if t >= CLIP_CLOCK_S])
    made = []
    for clock in clocks:
        if clock:
            begin, end = clock[0], max(clock[-1], clock[0] + _SHORTEST_S)
            made.append(Axis(begin, end, _marks(begin, end, zone, most)))
    return tuple(made)


def _marks(begin: float, end: float, zone: tzinfo, most: int) -> tuple[Mark, ...]:
    step = next((step for step in _STEPS_S if (end - begin) / step <= most), _STEPS_S[-1])
    if begin < CLIP_CLOCK_S:
        first = -(-begin // step)
        return tuple(Mark(k * step, _position(k * step)) for k in range(int(first), int(end // step) + 1))
    return _dated(begin, end, zone, step)


def _position(at: float) -> str:
    minutes, seconds = divmod(round(at), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}" if minutes >= 60 else f"{minutes}:{seconds:02d}"


def _dated(begin: float, end: float, zone: tzinfo, step: int) -> tuple[Mark, ...]:
    """Marks at round local times: counted from local midnight, so that 06:00 stays 06:00 when the clocks change."""
    midnight = datetime.fromtimestamp(begin, zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    marks: list[Mark] = []
    day, at = "", begin
    count = 0
    while at <= end:
        local = (midnight + timedelta(seconds=step * count)).replace(tzinfo=zone)
        at = local.timestamp()
        count += 1
        if begin <= at <= end:
            text = "" if step >= 86_400 else local.strftime("%H:%M:%S" if step < 60 else "%H:%M")
            new = f"{local.day} {local:%b}" if step < 31_536_000 else f"{local:%Y}"
            marks.append(Mark(at, " ".join(word for word in ("" if new == day else new, text) if word)))
            day = new
    return tuple(marks)


def told_span(begin: float, end: float | None, zone: tzinfo) -> str:
    """From when to when; the date once, where both are of one day.

    >>> from datetime import UTC
    >>> told_span(1_795_000_000, 1_795_000_060, UTC)
    '2026-11-18 11:06:40 to 11:07:40'
    """
    if end is None:
        return f"{moment(begin, zone)}, no end told"
    first, last = moment(begin, zone), moment(end, zone)
    if begin >= CLIP_CLOCK_S and first[:10] == last[:10]:
        last = last[11:]
    return f"{first} to {last}"
