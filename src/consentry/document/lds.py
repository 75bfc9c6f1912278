"""Files of the chip: names, numbers, and what EF.COM lists (ICAO Doc 9303-10, clauses 3 and 4.6.1)."""

from dataclasses import dataclass

from consentry.document.tlv import Tlv, TlvError, find, read_tlv

EF_COM, EF_SOD = 0x011E, 0x011D
"""File identifiers in the application."""
EF_CARD_ACCESS, EF_CARD_SECURITY = 0x011C, 0x011D
"""File identifiers in the master file: the second is the same number as EF.SOD, in another directory."""
APPLICATION = bytes.fromhex("A0000002471001")
"""Identifier of the eMRTD application."""
TAGS = {
    1: 0x61, 2: 0x75, 3: 0x63, 4: 0x76, 5: 0x65, 6: 0x66, 7: 0x67, 8: 0x68,
    9: 0x69, 10: 0x6A, 11: 0x6B, 12: 0x6C, 13: 0x6D, 14: 0x6E, 15: 0x6F, 16: 0x70,
}  # fmt: skip
"""Tag of each data group by its number."""
NUMBERS = {tag: number for number, tag in TAGS.items()}
LONGEST_GROUP = 1 << 20
"""bytes of a data group: portraits have 15 to 50 KB; a megabyte is no portrait for a document."""


def file_of(group: int) -> int:
    """File identifier of a data group.

    >>> f"{file_of(15):04X}"
    '010F'
    """
    return 0x0100 + group


@dataclass(frozen=True, slots=True)
class Com:
    """EF.COM: what the chip says that it holds. It is not signed: EF.SOD is the word of the state."""

    lds_version: str
    """Such as ``0107``."""
    groups: tuple[int, ...]
    """Numbers of data groups, in the order of the list."""
    unicode_version: str | None = None
    """Such as ``040000``; None: it does not say."""

    @property
    def known(self) -> bool:
        """Whether both versions are ones that there are: later minor versions read like those of today (4.6.1)."""
        return self.lds_version.startswith("01") and (self.unicode_version or "").startswith("04")


def read_group(file: bytes | memoryview, number: int) -> Tlv:
    """The element of a data group; padding behind it is cut off.

    Raises:
        TlvError: another tag, or longer than any.
    """
    if len(file) > LONGEST_GROUP:
        raise TlvError(f"expected at most {LONGEST_GROUP} bytes in data group {number}, came {len(file)}", 0)
    element = read_tlv(file)
    if element.tag != TAGS[number]:
        raise TlvError(f"expected tag {TAGS[number]:X} of data group {number}, came {element.tag:X}", 0)
    return element


def read_com(file: bytes | memoryview) -> Com:
    """Read EF.COM.

    Raises:
        TlvError: it is none, or lists a tag that is no data group's.
    """
    element = read_tlv(file)
    parts = element.children(8) if element.tag == 0x60 else ()
    version, listed = find(parts, 0x5F01), find(parts, 0x5C)
    if version is None or listed is None:
        raise TlvError("expected EF.COM with a version and a list of tags", 0)
    unknown = [tag for tag in listed.value if tag not in NUMBERS]
    if unknown:
        raise TlvError(f"expected tags of data groups in EF.COM, came {unknown[0]:X}", listed.begin)
    unicode = find(parts, 0x5F36)
    return Com(
        bytes(version.value).decode("latin-1"),
        tuple(NUMBERS[tag] for tag in listed.value),
        None if unicode is None else bytes(unicode.value).decode("latin-1"),
    )


def read_mrz_group(file: bytes | memoryview) -> str:
    """The zone in data group 1, as one row.

    Raises:
        TlvError: it is none.
    """
    zone = find(read_group(file, 1).children(4), 0x5F1F)
    if zone is None:
        raise TlvError("expected the zone (5F1F) in data group 1", 0)
    return bytes(zone.value).decode("latin-1")
