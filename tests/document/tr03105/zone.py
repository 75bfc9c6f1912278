"""LDS_B: the zone in data group 1, signed as it stands."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from consentry.document.check_digits import check_digit
from consentry.document.issuing import write_mrz_group
from consentry.document.key_derivation import MrzKey
from consentry.document.mrz import MrzFields, parse_mrz, write_mrz
from consentry.document.mrz_layout import TD3
from consentry.document.mrz_names import Names
from consentry.document.tlv import write_tlv
from document.pki import MRZ, NOW
from document.tr03105.case import ACCEPTED, Case, Expected, failed
from document.tr03105.changed import retagged, with_length
from document.tr03105.specimen import Specimen, laid, with_bac, zone_group

_HOLDER = MrzFields(
    code="P",
    issuer="UTO",
    names=Names("ERIKSSON", "ANNA MARIA"),
    number="L898902C3",
    nationality="UTO",
    birth="740812",
    sex="F",
    expiry="320415",
    optional="ZE184226B",
)
_LONG = Names("NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG KRASUANG")


def _valid(change: Callable[[tuple[str, ...]], tuple[str, ...]] = tuple, **fields: object) -> Specimen:
    """Another zone, in the chip as in print; the chip's password follows from it."""
    lines = change(write_mrz(replace(_HOLDER, **fields), TD3))  # type: ignore[arg-type] - fields by name
    password = MrzKey.of(parse_mrz("\n".join(lines), datetime.fromtimestamp(NOW, UTC).date()))
    one = with_bac()
    return replace(
        one,
        groups=dict(one.groups) | {1: write_mrz_group(lines)},
        printed=lines,
        passwords=(password,),
        chip=replace(one.chip, mrz=password),
    )


def _zero_for_filler(lines: tuple[str, ...]) -> tuple[str, ...]:
    first, second = lines
    return first, f"{second[:42]}0{second[43]}"


def _file(change: Callable[[bytes], bytes]) -> Specimen:
    """Data group 1 with other bytes."""
    one = with_bac()
    return replace(one, groups=dict(one.groups) | {1: change(zone_group())})


def _characters(line: int, column: int, text: str, *, checked: bool = True) -> Specimen:
    """The zone with other characters at a place (from 1), behind print that is as it should be.

    Args:
        line: from 1.
        column: from 1.
        text: what stands there.
        checked: whether all check digits fit what stands there, so that it alone is wrong.
    """
    lines = list(MRZ)
    row = lines[line - 1]
    lines[line - 1] = row[: column - 1] + text + row[column - 1 + len(text) :]
    written = _with_digits(tuple(lines)) if checked else tuple(lines)
    return _file(lambda _: write_mrz_group(written))


def _unknown_kind() -> Specimen:
    lines = (f"X{MRZ[0][1:]}", MRZ[1])
    return replace(_file(lambda _: write_mrz_group(lines)), printed=lines)


def _with_digits(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Every check digit computed anew."""
    rows = [list(line) for line in lines]
    for check in TD3.checks:
        told = tuple("".join(row) for row in rows)
        rows[check.line][check.column] = check_digit("".join(span.of(told) for span in check.over))
    return tuple("".join(row) for row in rows)


_FORMAT, _DIGITS, _PRINT = failed("mrz_format"), failed("mrz_digits"), failed("optical_mrz")
_NO_ZONE = write_tlv(0x61, write_tlv(0x5F1E, b"A" * 88))
Row = tuple[str, str, str, Callable[[], Specimen], Expected]
_ROWS: tuple[Row, ...] = (
    ("01", "a zone with optional data", "nothing: Utopia's has some", _valid, ACCEPTED),
    ("02", "given names cut short", "names", partial(_valid, names=_LONG), ACCEPTED),
    ("03", "no given names", "names", partial(_valid, names=Names("ARKFREITH")), ACCEPTED),
    ("04", "no optional data, its check digit 0 and no filler", "optional data",
     partial(_valid, _zero_for_filler, optional=""), ACCEPTED),
    ("05", "another tag", "62 for 61", partial(_file, lambda file: retagged(file, 0x62)), _FORMAT),
    ("06", "length too small", "length by one", partial(_file, lambda file: with_length(file, -1)), _FORMAT),
    ("07", "length too big", "length by one", partial(_file, lambda file: with_length(file, 1)), _FORMAT),
    ("08", "a kind of document that there is not", "X for P, in print, too", _unknown_kind, _FORMAT),
    ("09", "issuing state with a digit", "state", partial(_characters, 1, 3, "U1O"), _FORMAT),
    ("10", "no name", "fillers alone", partial(_characters, 1, 6, "<" * 39), _FORMAT),
    ("11", "another name than in print", "name", partial(_characters, 1, 16, "ANNE"), _PRINT),
    ("12", "another number than in print", "number", partial(_characters, 2, 1, "L898902C4"), _PRINT),
    ("13", "check digit of the number", "one more", partial(_characters, 2, 10, "7", checked=False), _DIGITS),
    ("14", "nationality with a digit", "nationality", partial(_characters, 2, 11, "UT0"), _FORMAT),
    ("15", "date of birth with a letter", "birth", partial(_characters, 2, 14, "74O812"), _FORMAT),
    ("16", "date of birth that is none", "month 13", partial(_characters, 2, 14, "741312"), _FORMAT),
    ("17", "check digit of the birth", "one more", partial(_characters, 2, 20, "3", checked=False), _DIGITS),
    ("18", "a sex that there is not", "Y", partial(_characters, 2, 21, "Y"), _FORMAT),
    ("19", "date of expiry with a letter", "expiry", partial(_characters, 2, 22, "32O415"), _FORMAT),
    ("20", "date of expiry that is none", "day 31 in April", partial(_characters, 2, 22, "320431"), _FORMAT),
    ("21", "check digit of the expiry", "one more", partial(_characters, 2, 28, "4", checked=False), _DIGITS),
    ("22", "check digit of optional data", "one more", partial(_characters, 2, 43, "2", checked=False), _DIGITS),
    ("23", "check digit over all", "one more", partial(_characters, 2, 44, "7", checked=False), _DIGITS),
    ("24", "no zone", "another tag inside", partial(_file, lambda _: _NO_ZONE), _FORMAT),
    ("25", "birth without day", "fillers", partial(_valid, birth="7408<<"), ACCEPTED),
    ("26", "birth without month", "fillers", partial(_valid, birth="74<<12"), ACCEPTED),
    ("27", "birth without year", "fillers", partial(_valid, birth="<<0812"), ACCEPTED),
    ("28", "no birth at all", "fillers", partial(_valid, birth="<<<<<<"), ACCEPTED),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """All of them."""
    for number, title, altered, make, expected in _ROWS:
        yield Case(f"LDS_B_{number}", f"data group 1: {title}", altered, (laid(make),), expected)
