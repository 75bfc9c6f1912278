"""Numbers and names as the report tells them."""

import re

from consentry.hazards.words import seconds

_UNIT = re.compile(r"(\d) (?=[a-z])")


def shortened(text: str, limit: int) -> str:
    """A text that fits beside a drawing.

    >>> shortened("security lane 12", 9)
    'security…'
    """
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def lasted(value: float) -> str:
    """A duration as people say it.

    >>> lasted(8.25), lasted(125), lasted(3 * 3600 + 245), lasted(50 * 3600)
    ('8.2 s', '2 min 5 s', '3 h 4 min', '2 d 2 h')
    """
    whole = round(value)
    if whole < 60:
        return seconds(value)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    if whole < 86_400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{whole // 86_400} d {whole % 86_400 // 3600} h"


def unbroken(text: str) -> str:
    r"""A text whose numbers stay on one line with their units.

    >>> unbroken("2 min 5 s")
    '2\xa0min 5\xa0s'
    """
    return _UNIT.sub("\\1\xa0", text)


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun.

    >>> counted(1, "alarm"), counted(2500, "alarm"), counted(2, "watch", "watches")
    ('1 alarm', '2,500 alarms', '2 watches')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def share(part: float, whole: float) -> str:
    """A share in percent; never 0 % of something nor 100 % of less than all.

    >>> share(1, 4), share(1, 10_000), share(9_999, 10_000), share(0, 7), share(0, 0)
    ('25 %', 'under 1 %', 'over 99 %', '0 %', '-')
    """
    if whole <= 0:
        return "-"
    percent = 100 * part / whole
    if 0 < percent < 1:
        return "under 1 %"
    if 99 < percent < 100:
        return "over 99 %"
    return f"{percent:.0f} %"


def listed(words: list[str]) -> str:
    """Words as a list in a sentence.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def titled(kind: str) -> str:
    """A hazard's name in the catalogue as a heading.

    >>> titled("line_crossing")
    'Line crossing'
    """
    return kind.replace("_", " ").capitalize()
