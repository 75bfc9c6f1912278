"""Where everything stands in a machine readable zone: one table for each size of document.

Source: ICAO Doc 9303, 8th edition 2021: part 4 (TD3, clause 4.2.2), part 5 (TD1, 4.2.2), part 6 (TD2, 4.2.2), part 7
(MRV-A and MRV-B, 4.2.2 and 5.2.2). Lines and columns count from 0 here; people are told them from 1.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Which characters a place may hold; the filler ``<`` may stand in all of them (part 3, clause 4.3)."""

    LETTERS = "letters"
    DIGITS = "digits"
    MIXED = "letters and digits"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters in one line."""

    line: int
    begin: int
    end: int
    """Not included."""

    def of(self, lines: tuple[str, ...]) -> str:
        """The characters there."""
        return lines[self.line][self.begin : self.end]


@dataclass(frozen=True, slots=True)
class Field:
    """One element of the zone."""

    name: str
    span: Span
    kind: Kind


@dataclass(frozen=True, slots=True)
class CheckDigit:
    """A check digit, and what it covers (part 3, clause 4.9)."""

    name: str
    line: int
    column: int
    over: tuple[Span, ...]
    """Characters in this order, as if they stood in one row."""
    fillable: bool = False
    """A filler may stand in its place: where the number goes on elsewhere, or nothing is covered."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The zone of one size of document."""

    name: str
    rows: int
    width: int
    fields: tuple[Field, ...]
    checks: tuple[CheckDigit, ...]
    visa: bool = False

    def field(self, name: str) -> Field:
        """A field by its name."""
        return next(field for field in self.fields if field.name == name)


def _fields(*rows: tuple[str, int, int, int, Kind]) -> tuple[Field, ...]:
    return tuple(Field(name, Span(line, begin, end), kind) for name, line, begin, end, kind in rows)


def _head(width: int) -> tuple[tuple[str, int, int, int, Kind], ...]:
    """The first line of all but TD1. A visa's and a passport's second letter are the state's own."""
    return (
        ("code", 0, 0, 2, Kind.MIXED),
        ("issuer", 0, 2, 5, Kind.LETTERS),
        ("names", 0, 5, width, Kind.LETTERS),
    )


_PERSON = (
    ("number", 1, 0, 9, Kind.MIXED),
    ("nationality", 1, 10, 13, Kind.LETTERS),
    ("birth", 1, 13, 19, Kind.DIGITS),
    ("sex", 1, 20, 21, Kind.LETTERS),
    ("expiry", 1, 21, 27, Kind.DIGITS),
)
"""The second line of all but TD1, up to the date of expiry."""


def _simple(name: str, line: int, begin: int, end: int, *, fillable: bool = False) -> CheckDigit:
    """A check digit that stands right behind what it covers."""
    return CheckDigit(name, line, end, (Span(line, begin, end),), fillable)


_PERSON_CHECKS = (_simple("birth", 1, 13, 19), _simple("expiry", 1, 21, 27))

TD1 = Layout(
    "TD1",
    3,
    30,
    _fields(
        ("code", 0, 0, 2, Kind.MIXED),
        ("issuer", 0, 2, 5, Kind.LETTERS),
        ("number", 0, 5, 14, Kind.MIXED),
        ("optional", 0, 15, 30, Kind.MIXED),
        ("birth", 1, 0, 6, Kind.DIGITS),
        ("sex", 1, 7, 8, Kind.LETTERS),
        ("expiry", 1, 8, 14, Kind.DIGITS),
        ("nationality", 1, 15, 18, Kind.LETTERS),
        ("optional2", 1, 18, 29, Kind.MIXED),
        ("names", 2, 0, 30, Kind.LETTERS),
    ),
    (
        _simple("number", 0, 5, 14, fillable=True),
        _simple("birth", 1, 0, 6),
        _simple("expiry", 1, 8, 14),
        CheckDigit("composite", 1, 29, (Span(0, 5, 30), Span(1, 0, 7), Span(1, 8, 15), Span(1, 18, 29))),
    ),
)
TD2 = Layout(
    "TD2",
    2,
    36,
    _fields(*_head(36), *_PERSON, ("optional", 1, 28, 35, Kind.MIXED)),
    (
        _simple("number", 1, 0, 9, fillable=True),
        *_PERSON_CHECKS,
        CheckDigit("composite", 1, 35, (Span(1, 0, 10), Span(1, 13, 20), Span(1, 21, 35))),
    ),
)
TD3 = Layout(
    "TD3",
    2,
    44,
    _fields(*_head(44), *_PERSON, ("optional", 1, 28, 42, Kind.MIXED)),
    (
        _simple("number", 1, 0, 9),
        *_PERSON_CHECKS,
        _simple("optional", 1, 28, 42, fillable=True),
        CheckDigit("composite", 1, 43, (Span(1, 0, 10), Span(1, 13, 20), Span(1, 21, 43))),
    ),
)
MRV_A = Layout(
    "MRV-A",
    2,
    44,
    _fields(*_head(44), *_PERSON, ("optional", 1, 28, 44, Kind.MIXED)),
    (_simple("number", 1, 0, 9), *_PERSON_CHECKS),
    visa=True,
)
MRV_B = Layout(
    "MRV-B",
    2,
    36,
    _fields(*_head(36), *_PERSON, ("optional", 1, 28, 36, Kind.MIXED)),
    (_simple("number", 1, 0, 9), *_PERSON_CHECKS),
    visa=True,
)
LAYOUTS = (TD1, TD2, TD3, MRV_A, MRV_B)
"""All sizes. Visas share the sizes of TD3 and TD2 and begin with ``V`` (part 7)."""


def layout_of(lines: tuple[str, ...]) -> Layout | None:
    """The layout that lines of text have, by their number, their length and the first letter.

    >>> layout_of(("V" + "<" * 43, "<" * 44)).name
    'MRV-A'
    """
    visa = bool(lines) and lines[0].startswith("V")
    for layout in LAYOUTS:
        if len(lines) == layout.rows and all(len(line) == layout.width for line in lines) and layout.visa == visa:
            return layout
    return None
