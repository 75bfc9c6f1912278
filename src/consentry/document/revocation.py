"""Revocation lists of states (CRL, RFC 5280, clause 5; ICAO Doc 9303-12, 7.1.4 and 4.2.5)."""

from dataclasses import dataclass

from consentry.document.certificates import Certificate, Name, read_name, read_time
from consentry.document.oids import read_bits, read_oid
from consentry.document.signatures import Algorithm, read_signature_algorithm
from consentry.document.tlv import Tlv, TlvError, find, read_only, to_der

LONGEST = 8_000_000
"""bytes: about 200,000 revoked certificates; states sign at most some thousands in a decade."""
_MOST_ELEMENTS = 1_500_000
"""Seven for each of them where the reason is told."""
_TIMES = frozenset({0x17, 0x18})


@dataclass(frozen=True, slots=True, eq=False)
class RevocationList:
    """What one issuer has revoked."""

    issuer: Name
    begin: float
    """This update, s UTC."""
    end: float | None
    """Next update, s UTC."""
    revoked: dict[int, float]
    """Serial number, and when it was revoked, s UTC."""
    body: bytes
    algorithm: Algorithm
    signature: bytes

    def signed_by(self, issuer: Certificate) -> bool:
        """Whether the issuer's key made its signature, and the issuer may sign lists."""
        allowed = issuer.usage is None or 6 in issuer.usage
        return allowed and issuer.key.verify(self.signature, self.body, self.algorithm)

    def current(self, at: float) -> bool:
        """Whether it speaks of a moment, s UTC: issued by then, and its successor not yet due."""
        return self.begin <= at and (self.end is None or at <= self.end)


def read_revocation_list(data: bytes | memoryview) -> RevocationList:
    """Read a revocation list.

    Raises:
        TlvError: it is none.
    """
    body, algorithm, signature = read_only(to_der(data, longest=LONGEST, most=_MOST_ELEMENTS), 0x30).parts(3)
    parts = body.children(8)
    _refuse_unknown(find(parts, 0xA0))
    fields = [field for field in parts if field.tag not in {0x02, 0xA0}]  # version, extensions
    if len(fields) < 3:
        raise TlvError("expected algorithm, issuer and time of a revocation list", body.begin)
    _algorithm, issuer, begin, *rest = fields
    end = rest.pop(0) if rest and rest[0].tag in _TIMES else None
    return RevocationList(
        issuer=read_name(issuer),
        begin=read_time(begin),
        end=None if end is None else read_time(end),
        revoked=_revoked(rest[0]) if rest else {},
        body=bytes(body.raw),
        algorithm=read_signature_algorithm(algorithm),
        signature=bytes(read_bits(signature)),
    )


def _refuse_unknown(extensions: Tlv | None) -> None:
    """Refuse a critical extension: it would say that the list holds only a part of what is revoked (RFC 5280, 5.2)."""
    for extension in () if extensions is None else read_only(extensions.value, 0x30, extensions.begin).children(32):
        parts = extension.parts(2, 3)
        if len(parts) == 3 and bytes(parts[1].value) != b"\0":
            raise TlvError(
                f"expected a whole revocation list, came critical extension {read_oid(parts[0])}", parts[0].begin
            )


def _revoked(element: Tlv) -> dict[int, float]:
    revoked = {}
    for entry in element.children(LONGEST):
        serial, at, *_extensions = entry.parts(2, 3)
        revoked[int.from_bytes(serial.value, "big", signed=True)] = read_time(at)
    return revoked
