"""LDS_A: EF.COM, which nobody signs; what it says is held against what the state signed."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from consentry.document.tlv import read_tlv, write_tlv
from document.tr03105.case import ACCEPTED, Case, Expected, failed, unsure
from document.tr03105.changed import retagged, with_length, within
from document.tr03105.specimen import Specimen, laid, with_bac

_LIST, _VERSION, _UNICODE = 0x5C, 0x5F01, 0x5F36


def _changed(change: Callable[[bytes], bytes]) -> Callable[[], Specimen]:
    def make() -> Specimen:
        one = with_bac()
        return replace(one, com=change(one.written_com()))

    return make


def _element(tag: int, value: bytes | None) -> Callable[[bytes], bytes]:
    """Another value of an element, or none of it at all."""
    return lambda file: within(file, (0x60, tag), lambda _: b"" if value is None else write_tlv(tag, value))


def _without_first(file: bytes) -> bytes:
    """The list without data group 1."""
    return within(file, (0x60, _LIST), lambda part: write_tlv(_LIST, bytes(read_tlv(part).value).replace(b"\x61", b"")))


def _of_version_8() -> Specimen:
    one = replace(with_bac(), version="0108")
    return replace(one, com=_element(_VERSION, b"0108")(one.written_com()))


_WRONG = failed("com_sod")
Row = tuple[str, str, str, Callable[[], Specimen], Expected]
_ROWS: tuple[Row, ...] = (
    ("01", "another tag", "61 for 60", _changed(lambda file: retagged(file, 0x61)), _WRONG),
    ("02", "length too small", "length by one", _changed(lambda file: with_length(file, -1)), _WRONG),
    ("03", "length too big", "length by one", _changed(lambda file: with_length(file, 1)), _WRONG),
    ("04", "version of the data structure that there is not", "3.0", _changed(_element(_VERSION, b"0300")),
     unsure("com_sod", "version")),
    ("05", "no version of the data structure", "left out", _changed(_element(_VERSION, None)), _WRONG),
    ("06", "version of Unicode that is not the standard's", "5.0.0", _changed(_element(_UNICODE, b"050000")),
     unsure("com_sod", "version")),
    ("07", "no version of Unicode", "left out", _changed(_element(_UNICODE, None)), unsure("com_sod", "version")),
    ("08", "the list hides data group 1", "its tag", _changed(_without_first), failed("com_sod", "hides DG1")),
    ("09", "no list", "left out", _changed(_element(_LIST, None)), _WRONG),
    ("10", "data structure 1.8, as EF.SOD says, too", "version", _of_version_8, ACCEPTED),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """All of them."""
    for number, title, altered, make, expected in _ROWS:
        yield Case(f"LDS_A_{number}", f"EF.COM: {title}", altered, (laid(make),), expected)
