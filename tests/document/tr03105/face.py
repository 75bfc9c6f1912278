"""LDS_C: the portrait in data group 2, its wrapper and its record (ISO/IEC 7816-11, 19794-5), signed as they stand."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from consentry.document.tlv import write_tlv
from document.pki import picture
from document.tr03105.case import ACCEPTED, Case, Expected, Source, failed, unsure
from document.tr03105.changed import retagged, with_length
from document.tr03105.specimen import Specimen, face_group, laid, with_bac

_WIDTH, _HEIGHT = 413, 531
_POINTS = bytes.fromhex("0122006400640000 0122009600640000")
"""Two feature points of 8 bytes."""
_HEADER: Mapping[str, bytes] = {
    "kind": bytes.fromhex("810102"),
    "subtype": bytes.fromhex("820100"),
    "owner": bytes.fromhex("87020101"),
    "type": bytes.fromhex("88020008"),
}
"""Biometric header template, piece by piece."""
_COUNT = bytes.fromhex("020101")


def _record(face: bytes, points: bytes = b"", uncounted: int = 0) -> bytes:
    """A record of ISO/IEC 19794-5 around a picture.

    Args:
        face: JPEG or JPEG 2000.
        points: feature points.
        uncounted: bytes that the length of the facial record data leaves out.
    """
    sizes = _WIDTH.to_bytes(2, "big") + _HEIGHT.to_bytes(2, "big")
    image = bytes([1, 0 if face[:2] == b"\xff\xd8" else 1]) + sizes + bytes(6)
    length = 20 + len(points) + len(image) + len(face)
    information = (length - uncounted).to_bytes(4, "big") + (len(points) // 8).to_bytes(2, "big") + bytes(14)
    return b"FAC\x00010\x00" + (14 + length).to_bytes(4, "big") + b"\0\1" + information + points + image + face


def _group(record: bytes, count: bytes = _COUNT, **header: bytes) -> Specimen:
    """The default document with another data group 2.

    Args:
        record: in 5F2E; empty: there is none.
        count: number of instances.
        header: pieces of the biometric header in the stead of the right ones; empty: left out.
    """
    data = write_tlv(0x5F2E, record) if record else b""
    template = write_tlv(0x7F60, write_tlv(0xA1, *(_HEADER | header).values()), data)
    return _file(lambda _: write_tlv(0x75, write_tlv(0x7F61, count, template)))


def _file(change: Callable[[bytes], bytes]) -> Specimen:
    one = with_bac()
    return replace(one, groups=dict(one.groups) | {2: change(face_group())})


def _picture(kind: str, points: bytes = b"", uncounted: int = 0) -> Specimen:
    return _group(_record(picture(kind), points, uncounted))


def _said(**header: bytes) -> Specimen:
    return _group(_record(picture()), **header)


def _byte(place: int, value: int) -> Specimen:
    """One byte of the record another."""
    record = bytearray(_record(picture()))
    record[place] = value
    return _group(bytes(record))


_INFORMATION, _IMAGE = 14, 34
"""Where the facial information block and the image information block begin in a record without feature points."""
_PORTRAIT = failed("portrait")
_TOLD = unsure("portrait_record")
Row = tuple[str, str, str, Callable[[], Specimen], Expected]
_ROWS: tuple[Row, ...] = (
    ("01", "JPEG 2000", "picture", partial(_picture, "JPEG2000"), ACCEPTED),
    ("02", "JPEG", "picture", partial(_picture, "JPEG"), ACCEPTED),
    ("03", "JPEG 2000 with feature points", "two points", partial(_picture, "JPEG2000", _POINTS), ACCEPTED),
    ("04", "another tag", "76 for 75", partial(_file, lambda file: retagged(file, 0x76)), _PORTRAIT),
    ("05", "length too small", "length by one", partial(_file, lambda file: with_length(file, -1)), _PORTRAIT),
    ("06", "length too big", "length by one", partial(_file, lambda file: with_length(file, 1)), _PORTRAIT),
    ("07", "no number of instances", "left out", lambda: _group(_record(picture()), b""), _PORTRAIT),
    ("08", "an owner of formats that there is not", "01FF", partial(_said, owner=bytes.fromhex("870201FF")), _TOLD),
    ("09", "no owner of the format", "left out", partial(_said, owner=b""), _TOLD),
    ("10", "a format that is no face's", "0009", partial(_said, type=bytes.fromhex("88020009")), _TOLD),
    ("11", "no format", "left out", partial(_said, type=b""), _TOLD),
    ("12", "the biometric type as older lists have it", "three bytes", partial(_said, kind=bytes.fromhex("8103000002")),
     ACCEPTED),
    ("13", "another biometric type", "finger", partial(_said, kind=bytes.fromhex("810108")), _TOLD),
    ("14", "record's identifier", "FIR for FAC", partial(_byte, 1, ord("I")), _PORTRAIT),
    ("15", "record's version", "020", partial(_byte, 5, ord("2")), _PORTRAIT),
    ("16", "feature points that the length does not count", "length of facial record data",
     partial(_picture, "JPEG", _POINTS, 16), _TOLD),
    ("17", "gender", "code 7", partial(_byte, _INFORMATION + 6, 7), _TOLD),
    ("18", "colour of eyes", "code 20", partial(_byte, _INFORMATION + 7, 20), _TOLD),
    ("19", "colour of hair", "code 20", partial(_byte, _INFORMATION + 8, 20), _TOLD),
    ("20", "yaw", "code 200", partial(_byte, _INFORMATION + 14, 200), _TOLD),
    ("21", "pitch", "code 200", partial(_byte, _INFORMATION + 15, 200), _TOLD),
    ("22", "roll", "code 200", partial(_byte, _INFORMATION + 16, 200), _TOLD),
    ("23", "uncertainty of yaw", "code 200", partial(_byte, _INFORMATION + 17, 200), _TOLD),
    ("24", "uncertainty of pitch", "code 200", partial(_byte, _INFORMATION + 18, 200), _TOLD),
    ("25", "uncertainty of roll", "code 200", partial(_byte, _INFORMATION + 19, 200), _TOLD),
    ("26", "kind of picture", "code 9", partial(_byte, _IMAGE, 9), _TOLD),
    ("27", "format of the picture", "code 7", partial(_byte, _IMAGE + 1, 7), _TOLD),
    ("28", "no record", "left out", lambda: _group(b""), _PORTRAIT),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """All of them."""
    for number, title, altered, make, expected in _ROWS:
        yield Case(f"LDS_C_{number}", f"data group 2: {title}", altered, (laid(make),), expected, Source.TITLE)
