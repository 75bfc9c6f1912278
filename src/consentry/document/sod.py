"""EF.SOD: the state's signature over the hashes of every data group (ICAO Doc 9303-10, clause 4.6.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from consentry.document.cms import SignedData, read_signed_data
from consentry.document.oids import read_integer
from consentry.document.signatures import read_hash
from consentry.document.tlv import TlvError, read_only, read_tlv, to_der

LONGEST = 65_536
"""bytes: with one certificate and sixteen hashes it has some 2,000; the offset of a read command reaches so far."""
TAG = 0x77
_CONTENT = "2.23.136.1.1.1"
_DATA_GROUPS = 16


@dataclass(frozen=True, slots=True, eq=False)
class SecurityObject:
    """What a state signed about a document."""

    signed: SignedData
    hash: str
    """Hash function of the data groups."""
    hashes: Mapping[int, bytes]
    """Of each data group, by its number."""
    lds_version: str | None
    """Version of the data structure where it is signed (from version 1 of the object on), such as ``0108``."""


def read_security_object(file: bytes | memoryview) -> SecurityObject:
    """Read EF.SOD as it lies in the chip.

    Raises:
        TlvError: it is none: another tag, another content, a data group that does not exist or comes twice.
    """
    element = read_tlv(to_der(file, longest=LONGEST))
    if element.tag != TAG:
        raise TlvError(f"expected EF.SOD with tag {TAG:X}, came {element.tag:X}", 0)
    signed = read_signed_data(element.value, longest=LONGEST)
    if signed.content_type != _CONTENT:
        raise TlvError(f"expected an LDS security object ({_CONTENT}), came content of type {signed.content_type}", 0)
    version, algorithm, groups, *more = read_only(signed.content, 0x30).parts(3, 4)
    hashes: dict[int, bytes] = {}
    for group in groups.children(_DATA_GROUPS):
        number, value = group.parts(2)
        name = read_integer(number, 2)
        if not 1 <= name <= _DATA_GROUPS or name in hashes or value.tag != 0x04:
            raise TlvError(f"expected the hash of each data group 1-16 once, came number {name}", group.begin)
        hashes[name] = bytes(value.value)
    if (read_integer(version, 1) == 0) == bool(more):
        raise TlvError("expected the version of the data structure from version 1 on, and only then", 0)
    lds = bytes(more[0].parts(2)[0].value).decode("latin-1") if more else None
    return SecurityObject(signed, read_hash(algorithm), hashes, lds)
