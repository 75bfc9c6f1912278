"""Deviation lists: a state's own word on where its documents are not as the standard says (ICAO Doc 9303-3, 9303-12).

::

    DeviationList ::= SEQUENCE { version, digest algorithm OPTIONAL, SET OF SEQUENCE {
        documents SEQUENCE { [0] type, [1] issuer and serial number of the signer, [2] period of issue,
                             [3] numbers of documents },                                    all of them OPTIONAL
        descriptions SET OF SEQUENCE { text OPTIONAL, kind OBJECT IDENTIFIER, [0] [1] parameters OPTIONAL } } }

A list speaks of its own state's documents only. It explains; it never makes a failed check successful.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from consentry.document.certificates import Certificate, Name, read_name
from consentry.document.cms import read_signed_data
from consentry.document.oids import read_algorithm, read_integer, read_oid
from consentry.document.signed_list import authority_behind, list_signer
from consentry.document.tlv import Tlv, TlvError, find, read_only

LONGEST = 4_000_000
"""bytes: the German one had less than 3 KB."""
CONTENT = "2.23.136.1.1.7"
"""Type of the content."""
_PURPOSE = "2.23.136.1.1.8"
"""Extended key usage of who signs deviation lists."""
_MOST, _MOST_NUMBERS = 10_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Deviation:
    """One deviation, and of which documents it speaks; what is None or empty does not narrow."""

    kind: str
    """Object identifier."""
    text: str
    """In the state's words; may be empty."""
    document_type: str | None
    """First two letters of the zone."""
    signer: tuple[Name, int] | None
    """Issuer and serial number of the document signer."""
    numbers: frozenset[str]
    """Of documents."""
    dated: bool
    """It speaks of a period of issue, which the chip does not tell: it is then told for all."""

    def concerns(self, signer: Certificate, code: str, number: str) -> bool:
        """Whether it speaks of a document, as far as can be told.

        Args:
            signer: of the document.
            code: kind of document, as in the zone.
            number: of the document.
        """
        by = self.signer is None or self.signer == (signer.issuer, signer.serial)
        typed = self.document_type is None or self.document_type.rstrip("<") == code
        return by and typed and (not self.numbers or number in self.numbers)


@dataclass(frozen=True, slots=True)
class DeviationList:
    """A deviation list whose signature holds."""

    country: str
    """Of its signer: it speaks of that country's documents."""
    signed: float | None
    """When, s UTC."""
    deviations: tuple[Deviation, ...]
    signer: Certificate

    def concerning(self, signer: Certificate, code: str, number: str) -> tuple[Deviation, ...]:
        """What it says of a document."""
        if signer.country != self.country:
            return ()
        return tuple(one for one in self.deviations if one.concerns(signer, code, number))


def read_deviation_list(data: bytes | memoryview, authorities: Iterable[Certificate]) -> DeviationList:
    """Read a deviation list and check its signature, the signer's right to it, and the authority behind the signer.

    Args:
        data: as published.
        authorities: that are trusted.

    Raises:
        TlvError: it is none, or its signature or its signer does not hold, or no trusted authority is behind him.
    """
    signed = read_signed_data(data, longest=LONGEST)
    if signed.content_type != CONTENT:
        raise TlvError(f"expected a deviation list ({CONTENT}), came content of type {signed.content_type}", 0)
    version, *rest = read_only(signed.content, 0x30).parts(2, 3)
    read_integer(version, 1)
    if len(rest) == 2:
        read_algorithm(rest[0])
    if rest[-1].tag != 0x31:
        raise TlvError("expected a set of deviations", rest[-1].begin)
    found = tuple(one for element in rest[-1].children(_MOST) for one in _deviations(element))
    signer, when = list_signer(signed, _PURPOSE, "deviation lists")
    authority = authority_behind(signer, authorities)
    if authority is None or authority.country != signer.country:
        raise TlvError(f"expected a trusted authority of its state behind {signer!r}, there is none", 0)
    return DeviationList(signer.country, when, found, signer)


def _deviations(element: Tlv) -> list[Deviation]:
    documents, descriptions = element.parts(2)
    said = documents.children(4)
    kind, signer, dated, numbers = (find(said, tag) for tag in (0xA0, 0xA1, 0xA2, 0xA3))
    kind, numbers = kind or find(said, 0x80), numbers or find(said, 0x83)
    return [
        Deviation(
            kind=oid,
            text=text,
            document_type=None if kind is None else _string(kind),
            signer=None if signer is None else _signer(signer),
            numbers=frozenset() if numbers is None else frozenset(map(_string, _members(numbers))),
            dated=dated is not None,
        )
        for oid, text in map(_description, descriptions.children(_MOST))
    ]


def _description(element: Tlv) -> tuple[str, str]:
    parts = element.children(8)
    kind, text = find(parts, 0x06), find(parts, 0x13) or find(parts, 0x0C)
    if kind is None:
        raise TlvError("expected the kind of a deviation", element.begin)
    return read_oid(kind), "" if text is None else _string(text)


def _signer(element: Tlv) -> tuple[Name, int]:
    """IssuerAndSerialNumber, tagged implicitly or, as some write it, explicitly."""
    parts = element.children(2)
    if len(parts) == 1:
        parts = parts[0].children(2)
    if len(parts) != 2:
        raise TlvError("expected issuer and serial number of a document signer", element.begin)
    return read_name(parts[0]), read_integer(parts[1], 32)


def _members(element: Tlv) -> tuple[Tlv, ...]:
    parts = element.children(_MOST_NUMBERS)
    return parts[0].children(_MOST_NUMBERS) if len(parts) == 1 and parts[0].tag == 0x31 else parts


def _string(element: Tlv) -> str:
    """A string, tagged implicitly or explicitly."""
    value = element
    if element.constructed:
        (value,) = element.parts(1)
    text = bytes(value.value).decode("utf-8", "replace")
    return "".join(character for character in text if character.isprintable())[:1000]
