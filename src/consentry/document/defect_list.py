"""Defect lists: what an inspecting state knows to be wrong with documents of any state (BSI TR-03129).

::

    DefectList ::= SEQUENCE { version, hash function OBJECT IDENTIFIER, SET OF SEQUENCE {
        signer       issuer and serial number, or [0] key identifier, of the document signer
        hash of the signer's certificate OPTIONAL
        defects      SET OF SEQUENCE { kind OBJECT IDENTIFIER, parameters OPTIONAL } } }

Documents are named by their signer alone. Whoever publishes such a list speaks of other states' documents, too; so its
root must be known beforehand, as a master list's.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from consentry.document.certificates import Certificate, read_name
from consentry.document.cms import read_signed_data
from consentry.document.oids import HASHES, read_algorithm, read_integer, read_oid
from consentry.document.signed_list import SignerId, authority_behind, list_signer
from consentry.document.tlv import Tlv, TlvError, read_only

LONGEST = 4_000_000
"""bytes: an entry has about 200, and there are some thousands of document signers in the world."""
CONTENT = "0.4.0.127.0.7.3.1.5"
"""Type of the content."""
_MOST, _MOST_KINDS = 20_000, 64


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong with all documents of one signer."""

    kind: str
    """Object identifier."""
    signer: SignerId
    groups: tuple[int, ...]
    """Data groups that are wrong, where it says so."""


@dataclass(frozen=True, slots=True)
class DefectList:
    """A defect list whose signature holds."""

    publisher: str
    """Country of its signer."""
    signed: float | None
    """When, s UTC."""
    defects: tuple[Defect, ...]
    root: Certificate
    """The authority that signed the signer's certificate."""
    root_known: bool
    """Whether that authority is one of those that were known beforehand. Else the list vouches for itself only."""

    def concerning(self, signer: Certificate) -> tuple[Defect, ...]:
        """What it says of a signer's documents."""
        return tuple(one for one in self.defects if one.signer.names(signer))


def read_defect_list(data: bytes | memoryview, roots: Iterable[Certificate] = ()) -> DefectList:
    """Read a defect list, check its signature, and find the authority behind its signer.

    Args:
        data: as published.
        roots: known beforehand: one of them should have signed the signer's certificate.

    Raises:
        TlvError: it is none, its signature or its signer does not hold, or no authority is behind him.
    """
    signed = read_signed_data(data, longest=LONGEST)
    if signed.content_type != CONTENT:
        raise TlvError(f"expected a defect list ({CONTENT}), came content of type {signed.content_type}", 0)
    version, hashed, listed = read_only(signed.content, 0x30).parts(3)
    read_integer(version, 1)
    if listed.tag != 0x31:
        raise TlvError("expected a set of defects", listed.begin)
    name = _hash(hashed)
    found = tuple(one for element in listed.children(_MOST) for one in _defects(element, name))
    # TR-03129 has a purpose of its own for its signers; until its number is confirmed, any that is no other list's.
    signer, when = list_signer(signed, None, "defect lists")
    known = authority_behind(signer, roots)
    root = known or authority_behind(signer, signed.certificates)
    if root is None:
        raise TlvError(f"expected an authority that signed the signer's certificate {signer!r}, none is known", 0)
    return DefectList(signer.country, when, found, root, known is not None)


def _hash(element: Tlv) -> str:
    """The hash function, as an object identifier alone or with parameters."""
    oid = read_oid(element) if element.tag == 0x06 else read_algorithm(element)[0]
    if oid not in HASHES:
        raise TlvError(f"expected a hash function, came {oid}", element.begin)
    return HASHES[oid]


def _defects(element: Tlv, hashed: str) -> list[Defect]:
    name, *whole, kinds = element.parts(2, 3)
    if whole and whole[0].tag != 0x04:
        raise TlvError(f"expected the hash of a certificate, came tag {whole[0].tag:X}", whole[0].begin)
    if kinds.tag != 0x31:
        raise TlvError("expected a set of kinds of defects", kinds.begin)
    signer = _signer(name, (hashed, bytes(whole[0].value)) if whole else None)
    found = []
    for one in kinds.children(_MOST_KINDS):
        kind, *parameters = one.parts(1, 2)
        found.append(Defect(read_oid(kind), signer, _groups(parameters[0]) if parameters else ()))
    return found


def _signer(element: Tlv, whole: tuple[str, bytes] | None) -> SignerId:
    """SignerIdentifier of RFC 5652, 5.3."""
    if element.tag == 0x80:
        return SignerId(key=bytes(element.value), digest=whole)
    if element.tag != 0x30:
        raise TlvError(f"expected a document signer, came tag {element.tag:X}", element.begin)
    name, serial = element.parts(2)
    return SignerId(issuer=(read_name(name), read_integer(serial, 32)), digest=whole)


def _groups(element: Tlv) -> tuple[int, ...]:
    """Numbers of data groups in parameters that are a set of them; other parameters say nothing that is used here."""
    if element.tag not in {0x30, 0x31}:
        return ()
    return tuple(read_integer(one, 2) for one in element.children(_MOST_KINDS) if one.tag == 0x02)
