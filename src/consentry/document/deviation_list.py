"""Deviation lists: a state's own word on where its documents are not as the standard says (Doc 9303-3, 7; 9303-12, 10).

::

    DeviationList ::= SEQUENCE { version, digest algorithm OPTIONAL, SET OF SEQUENCE {
        documents SEQUENCE { [0] type, [1] issuer and serial number of the signer or [2] its key identifier or
                             [3] its hash, [4] period of issue, [5] SET OF number }          all of them OPTIONAL
        descriptions SET OF SEQUENCE { text OPTIONAL, kind OBJECT IDENTIFIER, [0] [1] parameters OPTIONAL } } }

A list speaks of its own state's documents only. It explains; it never makes a failed check successful.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from consentry.document.certificates import Certificate, read_name
from consentry.document.cms import read_signed_data
from consentry.document.oids import read_integer, read_oid
from consentry.document.signatures import read_hash
from consentry.document.signed_list import DEVIATION_LISTS, SignerId, authority_behind, list_signer
from consentry.document.tlv import Tlv, TlvError, find, read_all, read_only

LONGEST = 8_000_000
"""bytes: the Italian one of 2018 names 346,275 documents in 3.8 MB, the German one had less than 3 KB."""
CONTENT = "2.23.136.1.1.7"
"""Type of the content."""
_MOST, _MOST_NUMBERS = 10_000, 1_000_000
_LONGEST_TEXT = 1000
"""Characters of a text that are kept."""
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)\d{2,6}([.,]\d+)?(Z|[+-]\d{4})?", re.ASCII)
"""GeneralizedTime; Italy writes fractions of seconds, which DER has not."""


@dataclass(frozen=True, slots=True, repr=False)
class Deviation:
    """One deviation, and of which documents it speaks; what is None does not narrow. It does not print itself."""

    kind: str
    """Object identifier."""
    text: str
    """In the state's words; may be empty."""
    parameter: int | str | None
    """Number of a data group or of a field, or the object identifier of an extension; None: none, or another thing."""
    document_type: str | None
    """Kind of document, as in the zone, without fillers."""
    signer: SignerId | None
    """Document signer."""
    numbers: frozenset[str] | None
    """Of documents."""
    period: tuple[str, str] | None
    """First and last day of issue. Chips do not tell theirs, but in data group 12, which was wrong in the largest list
    that there is; so it is told for all, and an officer compares it with what is printed."""

    def concerns(self, signer: Certificate | None, code: str, number: str) -> bool:
        """Whether it speaks of a document, as far as can be told: all conditions together (Doc 9303-3, 7.3.6).

        Args:
            signer: of the document; None: not known, and nothing that is said of one speaks of it.
            code: kind of document, as in the zone.
            number: of the document.
        """
        by = self.signer is None or (signer is not None and self.signer.names(signer))
        typed = self.document_type is None or self.document_type == code
        return by and typed and (self.numbers is None or number in self.numbers)

    def __repr__(self) -> str:
        """What it is, and no number of a document."""
        return f"Deviation({self.kind})"


@dataclass(frozen=True, slots=True)
class DeviationList:
    """A deviation list whose signature holds."""

    country: str
    """Of its signer: it speaks of that country's documents."""
    signed: float | None
    """When, s UTC."""
    deviations: tuple[Deviation, ...]
    signer: Certificate


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
    hashed = read_hash(rest[0]) if len(rest) == 2 else None
    if rest[-1].tag != 0x31:
        raise TlvError("expected a set of deviations", rest[-1].begin)
    found = tuple(one for element in rest[-1].children(_MOST) for one in _deviations(element, hashed))
    signer, when = list_signer(signed, DEVIATION_LISTS, "deviation lists")
    authority = authority_behind(signer, authorities)
    if authority is None or authority.country != signer.country:
        raise TlvError(f"expected a trusted authority of its state behind {signer!r}, there is none", 0)
    return DeviationList(signer.country, when, found, signer)


def _deviations(element: Tlv, hashed: str | None) -> list[Deviation]:
    documents, descriptions = element.parts(2)
    said = documents.children(4)
    kind, period, numbers = find(said, 0x80) or find(said, 0xA0), find(said, 0xA4), find(said, 0xA5)
    unknown = [one for one in said if one.tag not in _NARROWING]
    if unknown:  # passed over, it would have the deviation told of documents that it does not mean
        raise TlvError(f"expected documents of a deviation, came tag {unknown[0].tag:X}", unknown[0].begin)
    signer, typed = _signer(said, hashed), None if kind is None else _string(kind).rstrip("<")
    named, issued = None if numbers is None else _numbers(numbers), None if period is None else _period(period)
    return [
        Deviation(oid, text, parameter, typed, signer, named, issued)
        for oid, text, parameter in map(_description, descriptions.children(_MOST))
    ]


_NARROWING = frozenset({0x80, 0xA0, 0xA1, 0x82, 0x83, 0xA4, 0xA5})
"""Tags within ``documents``: the type is tagged implicitly or, as some write it, explicitly."""


def _description(element: Tlv) -> tuple[str, str, int | str | None]:
    parts = element.children(8)
    kind, text, parameter = find(parts, 0x06), find(parts, 0x13) or find(parts, 0x0C), find(parts, 0xA0)
    if kind is None:
        raise TlvError("expected the kind of a deviation", element.begin)
    return read_oid(kind), "" if text is None else _string(text), None if parameter is None else _parameter(parameter)


def _parameter(element: Tlv) -> int | str | None:
    (value,) = element.parts(1)
    if value.tag == 0x06:
        return read_oid(value)
    return read_integer(value, 2) if value.tag == 0x02 else None


def _signer(said: tuple[Tlv, ...], hashed: str | None) -> SignerId | None:
    issuer, key, whole = (find(said, tag) for tag in (0xA1, 0x82, 0x83))
    if issuer is not None:
        name, serial = issuer.parts(2)
        return SignerId(issuer=(read_name(name), read_integer(serial, 32)))
    if key is not None:
        return SignerId(key=bytes(key.value))
    if whole is None:
        return None
    if hashed is None:
        raise TlvError("expected the hash function of a deviation list that names signers by hash", whole.begin)
    return SignerId(digest=(hashed, bytes(whole.value)))


def _numbers(element: Tlv) -> frozenset[str]:
    """Numbers one by one: hundreds of thousands of elements at once would take hundreds of megabytes."""
    base, found = element.end - len(element.value), set()
    for count, one in enumerate(read_all(element.value, base)):
        if count >= _MOST_NUMBERS:
            raise TlvError(f"expected at most {_MOST_NUMBERS} numbers of documents", element.begin)
        found.add(_string(one).rstrip("<"))
    return frozenset(found)


def _period(element: Tlv) -> tuple[str, str]:
    first, last = (_day(one) for one in element.parts(2))
    return first, last


def _day(element: Tlv) -> str:
    found = _DAY.fullmatch(bytes(element.value).decode("latin-1"))
    if element.tag != 0x18 or found is None:
        raise TlvError(f"expected a day of issue, came tag {element.tag:X}", element.begin)
    return f"{found[1]}-{found[2]}-{found[3]}"


def _string(element: Tlv) -> str:
    """A string, tagged implicitly or explicitly."""
    value = element
    if element.constructed:
        (value,) = element.parts(1)
    text = bytes(value.value).decode("utf-8", "replace")
    shown = text if text.isprintable() else "".join(character for character in text if character.isprintable())
    return shown[:_LONGEST_TEXT]
