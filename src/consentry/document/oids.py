"""Object identifiers as dotted text, and what they name in travel documents."""

from consentry.document.tlv import Tlv, TlvError

HASHES = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
"""Hash functions that Doc 9303-12, table 1, and older editions allow."""


def read_oid(element: Tlv) -> str:
    """The dotted text of an object identifier.

    Raises:
        TlvError: it is none, or longer than any that is used.

    >>> from consentry.document.tlv import read_tlv
    >>> read_oid(read_tlv(bytes.fromhex("06062b2403030208")))
    '1.3.36.3.3.2.8'
    """
    if element.tag != 0x06 or not 0 < len(element.value) <= _LONGEST or element.value[-1] & 0x80:
        raise TlvError(f"expected an object identifier, came tag {element.tag:X}", element.begin)
    numbers, number = [], 0
    for byte in element.value:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(number)
            number = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


_LONGEST = 32
"""bytes: those of travel documents have at most 12; a long one costs its square to turn into text."""


def write_oid(dotted: str) -> bytes:
    """An object identifier in DER, tag and length included.

    >>> write_oid("1.3.36.3.3.2.8").hex()
    '06062b2403030208'
    """
    first, second, *rest = (int(part) for part in dotted.split("."))
    value = b"".join(map(_base_128, (40 * first + second, *rest)))
    return bytes([0x06, len(value)]) + value


def _base_128(number: int) -> bytes:
    parts = [number & 0x7F]
    while number := number >> 7:
        parts.append(number & 0x7F | 0x80)
    return bytes(reversed(parts))


def read_algorithm(element: Tlv) -> tuple[str, Tlv | None]:
    """An AlgorithmIdentifier: the algorithm, and its parameters if there are any but NULL (RFC 5280, 4.1.1.2).

    Raises:
        TlvError: it is none.
    """
    if element.tag != 0x30:
        raise TlvError(f"expected an algorithm identifier, came tag {element.tag:X}", element.begin)
    parts = element.parts(1, 2)
    parameters = parts[1] if len(parts) == 2 and parts[1].tag != 0x05 else None
    return read_oid(parts[0]), parameters


def read_integer(element: Tlv, longest: int) -> int:
    """An INTEGER.

    Args:
        element: what came.
        longest: bytes that it may have.

    Raises:
        TlvError: it is none, or longer.
    """
    if element.tag != 0x02 or not 0 < len(element.value) <= longest:
        raise TlvError(
            f"expected an integer of at most {longest} bytes, came tag {element.tag:X} with {len(element.value)}",
            element.begin,
        )
    return int.from_bytes(element.value, "big", signed=True)


def read_bits(element: Tlv) -> memoryview:
    """The bytes of a BIT STRING that holds whole bytes.

    Raises:
        TlvError: it is none.
    """
    if element.tag != 0x03 or not element.value or element.value[0] != 0:
        raise TlvError(f"expected a bit string of whole bytes, came tag {element.tag:X}", element.begin)
    return element.value[1:]
