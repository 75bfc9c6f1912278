"""Tag, length, value: bounded reading of BER and writing of DER (ISO/IEC 8825-1; as chips use it, ISO/IEC 7816-4, 5.2).

What comes from a chip is hostile until proved otherwise. So nothing here recurses without a limit, no length is
believed before the bytes are there, and values are views of the bytes that came, not copies.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from consentry.core.errors import MalformedError

DEEPEST = 16
"""Levels of nesting: the deepest object of a passport, a certificate in a signed object, has 12."""
_LONGEST_TAG = 3
"""Bytes of a tag: LDS uses two (``7F61``); three leave room."""
_LONGEST_LENGTH = 4
"""Bytes behind the first of a length: 4 GiB, far beyond every limit on the whole."""
CONSTRUCTED = 0x20


class TlvError(MalformedError):
    """Bytes that are no TLV, with the offset where they stop being one."""

    def __init__(self, why: str, offset: int) -> None:
        self.offset = offset
        super().__init__(f"{why} (at byte {offset})")


class IndefiniteError(TlvError):
    """An element of indefinite length where a definite one was expected: ``to_der`` may help."""


@dataclass(frozen=True, slots=True, repr=False)
class Tlv:
    """One element."""

    tag: int
    """The tag's bytes as a number: ``0x30``, ``0x7F61``."""
    value: memoryview
    """What it holds."""
    begin: int
    """Offset of the tag in what was read."""
    end: int
    """Offset behind the value."""
    raw: memoryview
    """The element whole, tag and length included."""

    def __repr__(self) -> str:
        """Never shows what it holds: it may be a name or a face."""
        return f"Tlv(tag=0x{self.tag:X}, {len(self.value)} bytes at {self.begin})"

    @property
    def constructed(self) -> bool:
        """Whether it holds elements itself."""
        first = self.raw[0]
        return bool(first & CONSTRUCTED)

    def children(self, limit: int = 10_000) -> "tuple[Tlv, ...]":
        """The elements in it.

        Raises:
            TlvError: it holds something else, or more elements than ``limit``.
        """
        return tuple(_bounded(read_all(self.value, self.end - len(self.value)), limit, self.begin))

    def parts(self, least: int, most: int | None = None) -> "tuple[Tlv, ...]":
        """The elements in it, so many and no others.

        Args:
            least: elements that there must be.
            most: that there may be; None: no more than ``least``.

        Raises:
            TlvError: there are fewer or more, or it holds something else.
        """
        found = self.children(most or least)
        if len(found) < least:
            raise TlvError(f"expected {least} elements in tag {self.tag:X}, came {len(found)}", self.begin)
        return found


def read_tlv(data: bytes | memoryview, offset: int = 0, base: int = 0) -> Tlv:
    """Read one element of definite length.

    Args:
        data: what came.
        offset: where the element begins in it.
        base: what is added to offsets that are told, where ``data`` is itself a part of something.

    Raises:
        TlvError: a tag or length is cut off, of indefinite form, or longer than what is there.

    >>> read_tlv(bytes.fromhex("3003020105"))
    Tlv(tag=0x30, 3 bytes at 0)
    """
    view = memoryview(data)
    tag, at = _tag(view, offset, base)
    length, at = _length(view, at, base)
    if length is None:
        raise IndefiniteError("expected a definite length, came the indefinite form", base + offset)
    if at + length > len(view):
        raise TlvError(f"expected {length} bytes in tag {tag:X}, there are {len(view) - at}", base + offset)
    return Tlv(tag, view[at : at + length], base + offset, base + at + length, view[offset : at + length])


def read_extent(head: bytes | memoryview) -> int:
    """How long an element is in all, tag and length included, by its first bytes.

    Raises:
        TlvError: tag or length are cut off, or of indefinite form.

    >>> read_extent(bytes.fromhex("7582003f")), read_extent(bytes.fromhex("7f61026162"))
    (67, 5)
    """
    view = memoryview(head)
    _, at = _tag(view, 0, 0)
    length, at = _length(view, at, 0)
    if length is None:
        raise IndefiniteError("expected a definite length, came the indefinite form", 0)
    return at + length


def read_all(data: bytes | memoryview, base: int = 0) -> Iterator[Tlv]:
    """Read elements that stand one behind the other and fill ``data``.

    Raises:
        TlvError: as ``read_tlv``.
    """
    at = 0
    while at < len(data):
        element = read_tlv(data, at, base)
        yield element
        at = element.end - base


def read_only(data: bytes | memoryview, tag: int, base: int = 0) -> Tlv:
    """Read the one element that ``data`` must be.

    Raises:
        TlvError: it has another tag, or something stands behind it.
    """
    element = read_tlv(data, 0, base)
    if element.tag != tag:
        raise TlvError(f"expected tag {tag:X}, came {element.tag:X}", base)
    if element.end - base != len(data):
        raise TlvError(f"expected nothing behind tag {tag:X}, {len(data) - element.end + base} bytes are", element.end)
    return element


def find(elements: tuple[Tlv, ...], tag: int) -> Tlv | None:
    """The first element with a tag, if there is one."""
    return next((element for element in elements if element.tag == tag), None)


def write_tlv(tag: int, *values: bytes | memoryview) -> bytes:
    """One element in DER: the shortest length.

    >>> write_tlv(0x7F61, b"ab").hex(), len(write_tlv(0x04, bytes(200)))
    ('7f61026162', 203)
    """
    value = b"".join(values)
    name = tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big")
    if len(value) < 0x80:
        return name + bytes([len(value)]) + value
    size = len(value).to_bytes((len(value).bit_length() + 7) // 8, "big")
    return name + bytes([0x80 | len(size)]) + size + value


_MOST_ELEMENTS = 20_000
"""Of one object in BER: security objects and master lists have some hundred, since what was signed counts as one."""


def to_der(data: bytes | memoryview, *, longest: int, most: int = _MOST_ELEMENTS) -> bytes:
    """BER with indefinite lengths and strings in pieces, as some states sign their passports, in definite form.

    Lengths become the shortest, strings in pieces become whole; sets keep their order, since what was signed must stay
    what was signed.

    Args:
        data: one element; what stands behind it is cut off, as files on chips are padded.
        longest: bytes; more are refused unread.
        most: elements: each takes time and a hundred bytes of memory, and may have two bytes alone.

    Raises:
        TlvError: it is no BER, too long, nested too deep, or of too many elements.

    >>> to_der(bytes.fromhex("3080" "2480" "040101" "040102" "0000" "0000"), longest=100).hex()
    '300404020102'
    """
    if len(data) > longest:
        raise TlvError(f"expected at most {longest} bytes, came {len(data)}", 0)
    view = memoryview(data)
    der, _ = _definite(view, 0, 0, iter(range(most)))
    return der


_STRINGS = {0x24: 0x04, 0x2C: 0x0C, 0x33: 0x13, 0x36: 0x16}
"""Universal strings in pieces (constructed) and whole (primitive): octet, UTF-8, printable, IA5."""
_BITS_IN_PIECES = 0x23
"""Occurs in no passport and is refused."""


def _definite(view: memoryview, offset: int, depth: int, left: Iterator[int]) -> tuple[bytes, int]:
    if depth > DEEPEST:
        raise TlvError(f"expected at most {DEEPEST} levels", offset)
    if next(left, None) is None:
        raise TlvError("expected fewer elements", offset)
    tag, at = _tag(view, offset, 0)
    length, at = _length(view, at, 0)
    if not view[offset] & CONSTRUCTED:
        if length is None or at + length > len(view):
            raise TlvError(f"expected the bytes of tag {tag:X}, they are cut off", offset)
        return write_tlv(tag, view[at : at + length]), at + length
    if tag == _BITS_IN_PIECES:
        raise TlvError("expected a bit string whole, it came in pieces", offset)
    parts, at = _parts(view, at, length, depth, left)
    if tag in _STRINGS:
        whole = _STRINGS[tag]
        return write_tlv(whole, *(read_only(part, whole).value for part in parts)), at
    return write_tlv(tag, *parts), at


def _parts(view: memoryview, at: int, length: int | None, depth: int, left: Iterator[int]) -> tuple[list[bytes], int]:
    """The elements inside a constructed one, each in definite form, and where it ends."""
    end = len(view) if length is None else at + length
    if end > len(view):
        raise TlvError(f"expected {length} bytes, there are {len(view) - at}", at)
    inner = view[:end]
    parts: list[bytes] = []
    while at < end:
        if length is None and bytes(inner[at : at + 2]) == b"\0\0":
            return parts, at + 2
        part, at = _definite(inner, at, depth + 1, left)
        parts.append(part)
    if length is None:
        raise TlvError("expected the end of an element of indefinite length", at)
    return parts, at


def _tag(view: memoryview, offset: int, base: int) -> tuple[int, int]:
    if offset >= len(view):
        raise TlvError("expected a tag, the bytes end", base + offset)
    tag, at = view[offset], offset + 1
    if tag & 0x1F != 0x1F:
        return tag, at
    while True:
        if at >= len(view) or at - offset >= _LONGEST_TAG:
            raise TlvError(f"expected a tag of at most {_LONGEST_TAG} bytes", base + offset)
        tag, at = tag << 8 | view[at], at + 1
        if not tag & 0x80:
            return tag, at


def _length(view: memoryview, at: int, base: int) -> tuple[int | None, int]:
    """The length, None for the indefinite form, and where the value begins."""
    if at >= len(view):
        raise TlvError("expected a length, the bytes end", base + at)
    first = view[at]
    if first < 0x80:
        return first, at + 1
    if first == 0x80:
        return None, at + 1
    count = first & 0x7F
    if count > _LONGEST_LENGTH or at + 1 + count > len(view):
        raise TlvError(f"expected a length of at most {_LONGEST_LENGTH} bytes", base + at)
    return int.from_bytes(view[at + 1 : at + 1 + count], "big"), at + 1 + count


def _bounded(elements: Iterator[Tlv], limit: int, begin: int) -> Iterator[Tlv]:
    for count, element in enumerate(elements):
        if count >= limit:
            raise TlvError(f"expected at most {limit} elements", begin)
        yield element
