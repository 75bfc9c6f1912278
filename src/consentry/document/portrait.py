"""The portrait in data group 2: the wrapper around biometric records (ICAO Doc 9303-10, clause 4.7.2).

::

    75 { 7F61 { 02 number, 7F60 { A1 header, 5F2E record }, ... } }     ISO/IEC 19794-5: ``face_record_19794``
    75 { 7F61 { 02 number, 7F60 { A1 header, 7F2E record }, ... } }     ISO/IEC 39794-5: ``face_record_39794``

A record says how large its picture is, and the picture says it itself; where they differ the picture is believed, since
that is what a decoder reads, and the difference is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.document.face_record_19794 import read_record_19794
from consentry.document.face_record_39794 import read_record_39794
from consentry.document.lds import read_group
from consentry.document.oids import read_integer
from consentry.document.picture_header import PictureHeader, read_header
from consentry.document.tlv import Tlv, TlvError, find, read_only

_GROUP, _TEMPLATE, _HEADER = 0x7F61, 0x7F60, 0xA1
_OLD_RECORD, _NEW_RECORD = 0x5F2E, 0x7F2E
_MOST_TEMPLATES = 9
"""Doc 9303-10, 4.7.2: one face; nine can be counted in one digit."""
_FORMAT_OWNER, _FORMAT_TYPE, _KIND = 0x87, 0x88, 0x81
_OWNER = b"\x01\x01"
"""ISO/IEC JTC 1/SC 37."""
_FORMATS = {_OLD_RECORD: frozenset({b"\x00\x08"}), _NEW_RECORD: frozenset({b"\x00\x2a", b"\x00\x2b", b"\x00\x2c"})}
"""Of face records by the tag that holds them; the registry counts those of 39794-5 by their encoding."""
_FACE = 0x02
"""Biometric type (ISO/IEC 19785-3); older lists write it in three bytes."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Portrait:
    """A picture of the holder, as it came and undecoded. It does not print itself."""

    picture: bytes
    header: PictureHeader
    """What the picture says of itself."""
    stated: tuple[int, int] | None
    """Width and height that the record says, px; None: it does not say."""
    standard: str
    """``ISO/IEC 19794-5`` or ``ISO/IEC 39794-5``."""
    remarks: tuple[str, ...]
    """Where wrapper or record are not as their standard says, in words."""

    @property
    def misstated(self) -> str:
        """Where the record says another size than the picture has, in words; empty: it does not."""
        size = (self.header.width, self.header.height)
        if self.stated is None or self.stated == size:
            return ""
        return f"the record says {self.stated[0]}x{self.stated[1]}, the picture is {size[0]}x{size[1]}"

    def __repr__(self) -> str:
        """Format and size, no picture."""
        return f"Portrait({self.header.format}, {self.header.width}x{self.header.height}, {len(self.picture)} bytes)"


def read_portrait(file: bytes | memoryview) -> Portrait:
    """Read the first portrait of data group 2.

    Raises:
        TlvError: the group or its record is not what it should be, or holds no picture.
        PictureError: the picture is none that may be decoded.
    """
    group = find(read_group(file, 2).children(4), _GROUP)
    if group is None:
        raise TlvError("expected biometric templates (7F61) in data group 2", 0)
    count, *templates = group.parts(2, 1 + _MOST_TEMPLATES)
    if templates[0].tag != _TEMPLATE:
        raise TlvError(f"expected a biometric template (7F60), came tag {templates[0].tag:X}", templates[0].begin)
    remarks = list(_count_remarks(count, len(templates)))
    parts = templates[0].children(8)
    record = next((part for part in parts if part.tag in _FORMATS), None)
    if record is None:
        raise TlvError("expected a record of the face (5F2E or 7F2E) in data group 2", templates[0].begin)
    remarks += _header_remarks(find(parts, _HEADER), record.tag)
    picture, stated, more = _record(record)
    header = read_header(picture)
    standard = "ISO/IEC 19794-5" if record.tag == _OLD_RECORD else "ISO/IEC 39794-5"
    return Portrait(bytes(picture), header, stated, standard, (*remarks, *more))


def _record(record: Tlv) -> tuple[memoryview, tuple[int, int] | None, tuple[str, ...]]:
    begin = record.end - len(record.value)
    if record.tag == _OLD_RECORD:
        face = read_record_19794(record.value, begin)
        return face.picture, face.stated, face.remarks
    new = read_record_39794(read_only(record.value, 0xA1, begin))
    return new.picture, new.stated, ()


def _count_remarks(count: Tlv, found: int) -> Iterator[str]:
    if count.tag != 0x02:
        raise TlvError(f"expected the number of biometric templates, came tag {count.tag:X}", count.begin)
    stated = read_integer(count, 1)
    if stated != found:
        yield f"{found} templates, where {stated} are announced"
    if found != 1:
        yield f"{found} templates, where a face has one"


def _header_remarks(header: Tlv | None, record: int) -> Iterator[str]:
    """What is wrong with a template's header (ISO/IEC 7816-11; Doc 9303-10, table 40)."""
    if header is None:
        yield "the template has no header"
        return
    said = {part.tag: bytes(part.value) for part in header.children(16)}
    if said.get(_FORMAT_OWNER) != _OWNER:
        yield "the owner of the record's format is not ISO/IEC JTC 1/SC 37"
    if said.get(_FORMAT_TYPE) not in _FORMATS[record]:
        yield "the record's format is not the one of a face"
    kind = said.get(_KIND)
    if kind is not None and int.from_bytes(kind, "big") != _FACE:
        yield "the biometric type is not face"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class PortraitSample:
    """A decoded portrait. It does not print itself."""

    image: NDArray[np.uint8]
    """uint8, H x W x 3, blue green red."""
    format: str
    """That it was decoded from: ``JPEG`` or ``JPEG 2000``."""

    def __repr__(self) -> str:
        """Size, no pixels."""
        height, width = self.image.shape[:2]
        return f"PortraitSample({width}x{height} from {self.format})"
