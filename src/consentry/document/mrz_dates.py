"""Dates of the machine readable zone: two digits of a year, and parts that may be unknown (ICAO Doc 9303-3, 4.8).

The zone does not say the century. The rule here is explicit, and today's date is an argument:

- nobody was born in the future: a birth lies in the hundred years that end today;
- a document expires within fifty years of today, before or after: none is issued for longer, and archives of half a
  century are read by other means.
"""

from dataclasses import dataclass
from datetime import date

from consentry.document.check_digits import FILLER

_PAST_EXPIRY = 50
"""Years before today in which an expiry may lie; the window of a hundred years then reaches 49 years ahead."""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as far as it is known."""

    year: int | None
    """With its century."""
    month: int | None
    day: int | None

    def last(self) -> date | None:
        """The last day that it can mean; None if not even the year is known.

        >>> PartialDate(2028, 2, None).last()
        datetime.date(2028, 2, 29)
        """
        if self.year is None:
            return None
        month = self.month or 12
        if self.day is not None:
            return date(self.year, month, self.day)
        following = (self.year + 1, 1) if month == 12 else (self.year, month + 1)
        return date.fromordinal(date(*following, 1).toordinal() - 1)

    def __str__(self) -> str:
        """ISO 8601, unknown parts as question marks."""
        year = "????" if self.year is None else f"{self.year:04d}"
        return "-".join([year, *("??" if part is None else f"{part:02d}" for part in (self.month, self.day))])


def birth_date(text: str, today: date) -> PartialDate:
    """Read a date of birth, YYMMDD.

    Raises:
        ValueError: it is no date; says which part.

    >>> str(birth_date("2912<<", date(2026, 11, 25))), str(birth_date("260101", date(2026, 11, 25)))
    ('1929-12-??', '2026-01-01')
    """
    short, month, day = _parts(text)
    if short is None:
        return PartialDate(None, month, day)
    century = today.year - today.year % 100
    known = PartialDate(century + short, month, day)
    if _first(known) > today:
        known = PartialDate(century + short - 100, month, day)
    return _sound(known, text)


def expiry_date(text: str, today: date) -> PartialDate:
    """Read a date of expiry, YYMMDD.

    Raises:
        ValueError: it is no date; says which part.

    >>> str(expiry_date("310615", date(2026, 11, 25))), str(expiry_date("960112", date(2026, 11, 25)))
    ('2031-06-15', '1996-01-12')
    """
    short, month, day = _parts(text)
    if short is None:
        return PartialDate(None, month, day)
    first = today.year - _PAST_EXPIRY
    return _sound(PartialDate(first + (short - first) % 100, month, day), text)


def _parts(text: str) -> tuple[int | None, int | None, int | None]:
    year, month, day = (_part(text[k : k + 2], text) for k in (0, 2, 4))
    if month is not None and not 1 <= month <= 12:
        raise ValueError(f"expected a month 01-12, came {text[2:4]!r}")
    if day is not None and not 1 <= day <= 31:
        raise ValueError(f"expected a day 01-31, came {text[4:6]!r}")
    return year, month, day


def _part(pair: str, text: str) -> int | None:
    if pair == FILLER * 2:
        return None
    if not (pair.isascii() and pair.isdecimal()):
        raise ValueError(f"expected two digits or '<<' in each part of a date YYMMDD, came {pair!r} in {text!r}")
    return int(pair)


def _first(known: PartialDate) -> date:
    """The first day that it can mean; for 29 February of a common year the day after, to be refused later."""
    assert known.year is not None  # noqa: S101 - callers have seen to it; this tells the type checker
    try:
        return date(known.year, known.month or 1, known.day or 1)
    except ValueError:
        return date(known.year, known.month or 1, 28)


def _sound(known: PartialDate, text: str) -> PartialDate:
    try:
        known.last()
    except ValueError as error:
        raise ValueError(f"expected a date of the calendar, came {text!r} ({error})") from error
    return known
