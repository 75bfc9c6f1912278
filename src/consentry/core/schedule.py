"""When a rule is on duty: spans of the week in the airport's own time."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Span:
    """A span of hours on some days. It may pass midnight; it then belongs to the day on which it begins."""

    days: frozenset[int]
    """0 Monday - 6 Sunday."""
    begin: time
    end: time
    """Equal to ``begin``: the whole day."""

    def covers(self, moment: datetime) -> bool:
        """Whether a local moment lies in the span: begin included, end not."""
        clock, today = moment.time(), moment.weekday()
        if self.begin == self.end:
            return today in self.days
        if self.begin < self.end:
            return today in self.days and self.begin <= clock < self.end
        return (today in self.days and clock >= self.begin) or ((today - 1) % 7 in self.days and clock < self.end)


def parse_span(text: str) -> Span:
    """Read ``22:00-05:00`` (every day) or ``mon-fri 22:00-05:00`` or ``sat,sun 00:00-24:00``.

    Raises:
        ValueError: says what was expected and what came.

    >>> parse_span("mon-fri 22:00-05:00").covers(datetime(2026, 11, 28, 4, 0))  # Saturday, after Friday's midnight
    True
    """
    words = text.split()
    if not 1 <= len(words) <= 2:
        raise ValueError(f"expected 'DAYS HH:MM-HH:MM' or 'HH:MM-HH:MM', came {text!r}")
    days = frozenset(range(7)) if len(words) == 1 else _days(words[0])
    begin, dash, end = words[-1].partition("-")
    if not dash:
        raise ValueError(f"expected two times joined by '-', came {words[-1]!r}")
    return Span(days, _clock(begin), _clock(end))


def _days(text: str) -> frozenset[int]:
    chosen: set[int] = set()
    for part in text.lower().split(","):
        first, dash, last = part.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            raise ValueError(f"expected days such as 'mon', 'mon-fri' or 'sat,sun', came {part!r}")
        begin, end = DAYS.index(first), DAYS.index(last if dash else first)
        chosen.update((begin + k) % 7 for k in range((end - begin) % 7 + 1))
    return frozenset(chosen)


def _clock(text: str) -> time:
    hours, colon, minutes = text.partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2):
        raise ValueError(f"expected a time HH:MM, came {text!r}")
    if (int(hours), int(minutes)) == (24, 0):
        return time(0, 0)
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError(f"expected a time from 00:00 to 24:00, came {text!r}")
    return time(int(hours), int(minutes))


@dataclass(frozen=True, slots=True)
class Schedule:
    """The spans in which a rule is on duty, in one time zone."""

    spans: tuple[Span, ...]
    """None: always on duty."""
    zone: tzinfo = UTC

    def on_duty(self, at: float) -> bool:
        """Whether a rule is on duty at a moment.

        Args:
            at: s UTC.
        """
        if not self.spans:
            return True
        moment = datetime.fromtimestamp(at, self.zone)
        return any(span.covers(moment) for span in self.spans)


ALWAYS = Schedule(())
