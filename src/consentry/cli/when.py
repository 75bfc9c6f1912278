"""Times as people type them."""

import re
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from consentry.ports import WatchRecord

_AGO: Final = re.compile(r"(\d+(?:\.\d+)?) ?(s|min|h|d|w)(?: ago)?")
_UNITS: Final = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_POSITION: Final = re.compile(r"\+(?:(\d+):)?(\d+(?:\.\d+)?)")
EXPECTED: Final = "expected a time such as 2026-11-25T14:30:00Z, 2026-11-25, 2h or 3d (ago), or +01:23 (in a clip)"


def when(text: str, now: float, zone: tzinfo) -> float:
    """A time as typed: RFC 3339, a date, so long ago, or a position in a clip without a date.

    Args:
        text: what was typed.
        now: s UTC.
        zone: of times that do not say theirs.

    Returns:
        s UTC, or s in the clip.

    Raises:
        ValueError: it is none of these.

    >>> when("2026-11-18T11:06:40Z", 0, UTC), when("2h", 10_000, UTC), when("+01:23.4", 0, UTC)
    (1795000000.0, 2800.0, 83.4)
    """
    text = text.strip()
    if ago := _AGO.fullmatch(text):
        return now - float(ago[1]) * _UNITS[ago[2]]
    if position := _POSITION.fullmatch(text):
        return int(position[1] or 0) * 60 + float(position[2])
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{EXPECTED}, came {text!r}") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    # Not moment.timestamp(): the first and the last days of the calendar have no neighbour in another zone.
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(seconds=1)


def site_zone(watches: Sequence[WatchRecord]) -> tzinfo:
    """The time zone of the newest watch's settings; UTC where they name none."""
    for watch in reversed(watches):
        try:
            return ZoneInfo(tomllib.loads(watch.settings)["site"]["timezone"])
        except (tomllib.TOMLDecodeError, LookupError, TypeError, ValueError, ZoneInfoNotFoundError):
            continue
    return UTC
