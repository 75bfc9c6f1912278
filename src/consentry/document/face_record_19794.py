r"""A face record of ISO/IEC 19794-5:2005, the form in nearly all passports of today (big-endian, fixed places).

::

    FAC\0 010\0 | length 4 | images 2                                      facial record header, 14 bytes
    length 4 | points 2 | gender | eyes | hair | properties 3 | expression 2 | pose 3 | its uncertainty 3     20 bytes
    point 8 ...                                                              as many as said
    kind | data type | width 2 | height 2 | colour | source | device 2 | quality 2                           12 bytes
    picture
"""

from collections.abc import Iterator
from dataclasses import dataclass

from consentry.document.tlv import TlvError

_IDENTIFIER, _VERSION = b"FAC\0", b"010\0"
_HEADER, _FACE, _POINT, _IMAGE = 14, 20, 8, 12
"""bytes of each part."""
_MOST_POINTS = 256
"""MPEG-4 knows 84 feature points."""
_GENDERS = frozenset({0, 1, 2, 0xFF})
_EYES = frozenset({*range(8), 0xFF})
_HAIR = frozenset({*range(8), 0xFF})
_MOST_POSE = 181
"""An angle is counted in steps of two degrees from 1; 0: not told (clause 5.5.8)."""
_FULL_FRONTAL = frozenset({1, 2})
"""Full frontal and token frontal: what Doc 9303-10 asks for."""


@dataclass(frozen=True, slots=True, repr=False)
class FaceRecord:
    """What a record holds."""

    picture: memoryview
    stated: tuple[int, int]
    """Width and height that it says, px."""
    remarks: tuple[str, ...]
    """Fields that say what the standard does not know."""


def read_record_19794(data: memoryview, begin: int = 0) -> FaceRecord:
    """Read a record's first picture.

    Args:
        data: the record.
        begin: its offset in what was read, for messages.

    Raises:
        TlvError: it is no such record, or is cut off.
    """
    if len(data) < _HEADER + _FACE + _IMAGE:
        raise TlvError(f"expected a face record, {len(data)} bytes are too few", begin)
    if bytes(data[:4]) != _IDENTIFIER or bytes(data[4:8]) != _VERSION:
        raise TlvError("expected a face record that begins with FAC and version 010 of 2005", begin)
    length, images = int.from_bytes(data[8:12], "big"), int.from_bytes(data[12:14], "big")
    if length > len(data) or images < 1:
        raise TlvError(f"expected {length} bytes with at least one picture, came {len(data)} with {images}", begin)
    face = data[_HEADER:length]
    block, points = int.from_bytes(face[:4], "big"), int.from_bytes(face[4:6], "big")
    start = _FACE + _POINT * points + _IMAGE
    if points > _MOST_POINTS or not start < block <= len(face):
        raise TlvError("expected a picture behind the feature points, the record ends before", begin + _HEADER)
    image = face[start - _IMAGE : start]
    width, height = int.from_bytes(image[2:4], "big"), int.from_bytes(image[4:6], "big")
    remarks = list(_remarks(face, image, images))
    if length != len(data):
        remarks.append(f"the record is {len(data)} bytes long and says {length}")
    return FaceRecord(face[start:block], (width, height), tuple(remarks))


def _remarks(face: memoryview, image: memoryview, images: int) -> Iterator[str]:
    """What the standard does not know (clauses 5.5 and 5.7), without telling what it says of the holder."""
    known = ((6, _GENDERS, "gender"), (7, _EYES, "eye colour"), (8, _HAIR, "hair colour"))
    yield from (f"unknown code for {name}" for place, codes, name in known if face[place] not in codes)
    if any(angle > _MOST_POSE for angle in face[14:20]):
        yield "a pose beyond 180 degrees"
    if image[0] not in _FULL_FRONTAL:
        yield "the kind of picture is not full frontal"
    if image[1] > 1:
        yield "unknown code for the format of the picture"
    if images != 1:
        yield f"{images} pictures, where a document has one"
    elif (block := int.from_bytes(face[:4], "big")) != len(face):
        yield f"the picture with what is said of it is {len(face)} bytes long and says {block}"
