"""How times are told to people."""

from datetime import UTC, datetime, tzinfo

CLIP_CLOCK_S = 366 * 86_400.0
"""A time within the first year of 1970 is the clock of a clip whose date nobody knows: its position is shown instead.
No camera that Consentry can read was recording then."""


def moment(at: float, zone: tzinfo = UTC) -> str:
    """A capture time for people: local date and time, or the position in a clip without a date.

    >>> moment(83.4)
    '+01:23.4'
    >>> moment(1_795_000_000.25)
    '2026-11-18 11:06:40'
    """
    if at < CLIP_CLOCK_S:
        minutes, seconds = divmod(at, 60)
        return f"+{int(minutes):02d}:{seconds:04.1f}"
    return datetime.fromtimestamp(at, zone).strftime("%Y-%m-%d %H:%M:%S")
