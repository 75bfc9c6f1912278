"""Read and write the machine readable zone of a travel document (ICAO Doc 9303, parts 3 to 7).

Grammar is raised, check digits are told. Lines that are no zone cannot be looked at and raise ``MrzError``, with every
fault and its place. A wrong check digit is a finding about a document that was looked at, and comes back in ``checks``.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from consentry.core.errors import MalformedError
from consentry.document.check_digits import FILLER, check_digit
from consentry.document.mrz_dates import PartialDate, birth_date, expiry_date
from consentry.document.mrz_layout import TD1, TD2, CheckDigit, Field, Kind, Layout, layout_of
from consentry.document.mrz_names import Names, read_names, write_names
from consentry.document.states import is_state

if TYPE_CHECKING:
    from collections.abc import Callable

_ALLOWED = {
    Kind.LETTERS: re.compile("[A-Z<]"),
    Kind.DIGITS: re.compile("[0-9<]"),
    Kind.MIXED: re.compile("[A-Z0-9<]"),
}
_SEXES = {"M": "male", "F": "female", FILLER: "unspecified"}
"""As printed; ``<`` also stands for X of the visual zone (part 4, 4.2.2.2). Read, never guessed from anything else."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where lines are no zone."""

    line: int
    """From 1."""
    column: int
    """From 1."""
    why: str
    """What was expected and what came; never more of the zone than the one character or code."""

    def __str__(self) -> str:
        return f"line {self.line}, character {self.column}: {self.why}"


class MrzError(MalformedError):
    """Lines that are no machine readable zone, with every fault."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("no machine readable zone:\n" + "\n".join(f"  {fault}" for fault in faults))


@dataclass(frozen=True, slots=True)
class DigitCheck:
    """One check digit."""

    name: str
    """``number``, ``birth``, ``expiry``, ``optional`` or ``composite``."""
    printed: str
    computed: str

    @property
    def right(self) -> bool:
        """Whether it is the digit that it should be."""
        return self.printed == self.computed


@dataclass(frozen=True, slots=True, repr=False)
class Mrz:
    """What a zone says. It does not print itself: it is about a person."""

    layout: str
    """``TD1``, ``TD2``, ``TD3``, ``MRV-A`` or ``MRV-B``."""
    lines: tuple[str, ...]
    code: str
    """Kind of document, such as ``P`` or ``ID``."""
    issuer: str
    """Code of the issuing state or organisation."""
    names: Names
    number: str
    """Of the document, whole, wherever the zone puts its end."""
    nationality: str
    birth: PartialDate
    sex: str
    """``male``, ``female`` or ``unspecified``, as printed."""
    expiry: PartialDate
    optional: tuple[str, ...]
    """What states put into the optional fields, without trailing fillers."""
    checks: tuple[DigitCheck, ...]

    @property
    def consistent(self) -> bool:
        """All check digits are right, and there is at least one."""
        return bool(self.checks) and all(check.right for check in self.checks)

    def __repr__(self) -> str:
        """Says what kind it is and whether it is consistent, and nothing of the holder."""
        return f"Mrz({self.layout}, consistent={self.consistent})"


def parse_mrz(text: str, today: date) -> Mrz:
    """Read the lines of a zone.

    Args:
        text: its lines, each ended by a line break; one row without breaks if its length tells the size.
        today: fixes the century of birth and expiry (``mrz_dates``).

    Raises:
        MrzError: with every fault and its place.
    """
    # 1. Which size it is.
    lines = split_lines(text)
    layout = layout_of(lines)
    if layout is None:
        raise MrzError((Fault(1, 1, _no_layout(lines)),))
    # 2. Every character where it may stand, every code one that exists.
    faults = [fault for field in layout.fields for fault in _characters(field, lines)]
    faults += [fault for check in layout.checks for fault in _digit(check, lines)]
    if faults:
        raise MrzError(tuple(sorted(faults, key=lambda fault: (fault.line, fault.column))))
    # 3. What the fields mean.
    return _read(layout, lines, today)


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of a text without blanks; a single row of 88, 72 or 90 characters in its lines.

    >>> [len(line) for line in split_lines("<" * 90)]
    [30, 30, 30]
    """
    lines = tuple(row for row in ("".join(line.split()) for line in text.splitlines()) if row)
    if len(lines) == 1:
        row = lines[0]
        width = {90: 30, 72: 36, 88: 44}.get(len(row))
        if width is not None:
            return tuple(row[k : k + width] for k in range(0, len(row), width))
    return lines


def _no_layout(lines: tuple[str, ...]) -> str:
    came = f"{len(lines)} of {', '.join(str(len(line)) for line in lines)}" if lines else "none"
    return f"expected 3 lines of 30 characters, or 2 of 36 or of 44, came {came}"


def _characters(field: Field, lines: tuple[str, ...]) -> list[Fault]:
    text, span = field.span.of(lines), field.span
    wrong = [
        Fault(span.line + 1, span.begin + k + 1, f"expected {field.kind.value} in {field.name}, came {character!r}")
        for k, character in enumerate(text)
        if not _ALLOWED[field.kind].fullmatch(character)
    ]
    if not wrong and field.name in ("issuer", "nationality") and not is_state(text):
        wrong.append(Fault(span.line + 1, span.begin + 1, f"expected the code of a state, came {text!r}"))
    return wrong


def _digit(check: CheckDigit, lines: tuple[str, ...]) -> list[Fault]:
    came = lines[check.line][check.column]
    if came.isascii() and (came.isdecimal() or (check.fillable and came == FILLER)):
        return []
    return [Fault(check.line + 1, check.column + 1, f"expected the check digit of {check.name}, came {came!r}")]


def _read(layout: Layout, lines: tuple[str, ...], today: date) -> Mrz:
    text = {field.name: field.span.of(lines) for field in layout.fields}
    faults = _meanings(layout, text, today)
    if faults:
        raise MrzError(faults)
    number, optional = _number(layout, lines, text)
    return Mrz(
        layout=layout.name,
        lines=lines,
        code=text["code"].rstrip(FILLER),
        issuer=text["issuer"].rstrip(FILLER),
        names=read_names(text["names"]),
        number=number,
        nationality=text["nationality"].rstrip(FILLER),
        birth=birth_date(text["birth"], today),
        sex=_SEXES[text["sex"]],
        expiry=expiry_date(text["expiry"], today),
        optional=(optional, *(text[name].rstrip(FILLER) for name in ("optional2",) if name in text)),
        checks=tuple(_digit_check(check, layout, lines) for check in layout.checks),
    )


def _meanings(layout: Layout, text: dict[str, str], today: date) -> tuple[Fault, ...]:
    """Fields whose characters are right and that still mean nothing."""
    readers: dict[str, Callable[[str], object]] = {
        "names": read_names,
        "birth": lambda field: birth_date(field, today),
        "expiry": lambda field: expiry_date(field, today),
        "sex": _sex,
    }
    faults = []
    for name, read in readers.items():
        try:
            read(text[name])
        except ValueError as error:
            span = layout.field(name).span
            faults.append(Fault(span.line + 1, span.begin + 1, f"{name}: {error}"))
    return tuple(faults)


def _sex(field: str) -> str:
    if field not in _SEXES:
        raise ValueError(f"expected M, F or '<', came {field!r}")
    return _SEXES[field]


def _number(layout: Layout, lines: tuple[str, ...], text: dict[str, str]) -> tuple[str, str]:
    """The whole number of the document, and what is left of the optional field.

    A number of more than nine characters goes on in the optional field, its check digit behind it, and a filler stands
    in the check digit's own place (part 5, clause 4.2.2, note j; part 6 likewise).
    """
    number, optional = text["number"], text["optional"].rstrip(FILLER)
    check = layout.checks[0]
    rest, _, left = optional.partition(FILLER)
    if layout in (TD1, TD2) and lines[check.line][check.column] == FILLER and rest:
        return number + rest[:-1], left
    return number.rstrip(FILLER), optional


def _digit_check(check: CheckDigit, layout: Layout, lines: tuple[str, ...]) -> DigitCheck:
    covered = "".join(span.of(lines) for span in check.over)
    printed = lines[check.line][check.column]
    if check.name == "number" and printed == FILLER:
        text = {field.name: field.span.of(lines) for field in layout.fields}
        whole, _ = _number(layout, lines, text)
        rest = text["optional"].partition(FILLER)[0]
        return DigitCheck(check.name, rest[-1:] or FILLER, check_digit(whole))
    if check.fillable and printed == FILLER and not covered.strip(FILLER):
        return DigitCheck(check.name, FILLER, FILLER)  # an empty field may go without (part 4, clause 4.2.2)
    return DigitCheck(check.name, printed, check_digit(covered))


@dataclass(frozen=True, slots=True, repr=False)
class MrzFields:
    """What is to be written into a zone."""

    code: str
    issuer: str
    names: Names
    number: str
    nationality: str
    birth: str
    """YYMMDD, unknown parts as ``<<``."""
    sex: str
    """``M``, ``F`` or ``<``."""
    expiry: str
    """YYMMDD."""
    optional: str = ""
    optional2: str = ""
    """TD1 only."""


def write_mrz(fields: MrzFields, layout: Layout) -> tuple[str, ...]:
    """The lines of a zone, check digits computed.

    Raises:
        ValueError: something does not fit its field, or holds what may not stand there.
    """
    rows = [[FILLER] * layout.width for _ in range(layout.rows)]
    values = {name: str(getattr(fields, name)) for name in MrzFields.__slots__ if name != "names"}
    values["names"] = write_names(fields.names, layout.field("names").span.end - layout.field("names").span.begin)
    long_number = layout in (TD1, TD2) and len(fields.number) > 9
    if long_number:
        rest = fields.number[9:] + check_digit(fields.number)
        values |= {
            "number": fields.number[:9],
            "optional": rest + (FILLER + fields.optional if fields.optional else ""),
        }
    for field in layout.fields:
        _put(rows, field, values[field.name])
    for check in layout.checks:
        lines = tuple("".join(row) for row in rows)
        covered = "".join(span.of(lines) for span in check.over)
        filled = check.name == "number" and long_number
        rows[check.line][check.column] = FILLER if filled else check_digit(covered)
    lines = tuple("".join(row) for row in rows)
    wrong = [fault for field in layout.fields for fault in _characters(field, lines)]
    if wrong:
        raise ValueError("; ".join(map(str, wrong)))
    return lines


def _put(rows: list[list[str]], field: Field, value: str) -> None:
    span = field.span
    if len(value) > span.end - span.begin:
        raise ValueError(f"{field.name}: expected at most {span.end - span.begin} characters, came {len(value)}")
    rows[span.line][span.begin : span.end] = value.ljust(span.end - span.begin, FILLER)
