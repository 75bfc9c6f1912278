"""A face record of ISO/IEC 39794-5:2019 in ICAO's profile: tagged binary data, so only what is needed is looked for.

This software makes use of the schema of ISO/IEC 39794-5. The way to the picture and to the size that is stated::

    A1 { 65 face image data { A1 representations { 30 {
        A1 image { A0 base { A0 two-dimensional { 80 picture,
                                                  A1 information { A7 size { 80 width, 81 height } } } } } } } } }
"""

from dataclasses import dataclass

from consentry.document.tlv import Tlv, TlvError, find

_MOST = 64
"""Elements at one level: the schema has at most 12, and an extension may add some."""


@dataclass(frozen=True, slots=True, repr=False)
class NewFaceRecord:
    """What a record holds."""

    picture: memoryview
    stated: tuple[int, int] | None
    """Width and height that it says, px; None: it does not say."""


def read_record_39794(element: Tlv) -> NewFaceRecord:
    """Read a record's first picture.

    Args:
        element: the element A1 that holds the face image data block.

    Raises:
        TlvError: it is no such record, or holds no picture in two dimensions.
    """
    representations = _inner(element, "face image data, its representations", 0x65, 0xA1)
    image = _inner(representations, "a representation with a picture", 0x30, 0xA1, 0xA0, 0xA0)
    parts = image.children(_MOST)
    picture, information = find(parts, 0x80), find(parts, 0xA1)
    if picture is None or information is None:
        raise TlvError("expected a picture and what is said of it", image.begin)
    size = find(information.children(_MOST), 0xA7)
    if size is None:
        return NewFaceRecord(picture.value, None)
    width, height = (int.from_bytes(one.value[-4:], "big") for one in size.parts(2))
    return NewFaceRecord(picture.value, (width, height))


def _inner(element: Tlv, what: str, *tags: int) -> Tlv:
    for tag in tags:
        inner = find(element.children(_MOST), tag)
        if inner is None:
            raise TlvError(f"expected {what} (tag {tag:X}) in a face record", element.begin)
        element = inner
    return element
