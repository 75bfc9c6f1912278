"""Keys, certificates and revocation lists of a synthetic state (ICAO Doc 9303-12, clause 7), for ``issuing``.

Written with our own TLV and not by ``cryptography.x509``, since that writes no curve out and no certificate with a
fault; OpenSSL judges what is written here (``tests/document/test_openssl.py``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from consentry.document.curves import CURVES, Curve
from consentry.document.oids import HASHES, write_oid
from consentry.document.signatures import LIBRARY_HASHES, digest, named_algorithm
from consentry.document.tlv import write_tlv

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_OIDS = {name: oid for oid, name in HASHES.items()}
_NULL = b"\x05\x00"
_PSS, _MGF1 = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"
_SCHEMES = (
    "1.2.840.113549.1.1.5", "1.2.840.113549.1.1.14", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12",
    "1.2.840.113549.1.1.13", "1.2.840.10045.4.1", "1.2.840.10045.4.3.1", "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3",
    "1.2.840.10045.4.3.4", "0.4.0.127.0.7.1.1.4.1.1", "0.4.0.127.0.7.1.1.4.1.2", "0.4.0.127.0.7.1.1.4.1.3",
    "0.4.0.127.0.7.1.1.4.1.4", "0.4.0.127.0.7.1.1.4.1.5",
)  # fmt: skip
"""Signature algorithms that need no parameters of their own; what each is, ``signatures`` knows."""
MASTER_LIST_SIGNER, DEVIATION_LIST_SIGNER = "2.23.136.1.1.3", "2.23.136.1.1.8"
"""Extended key usage of signers of lists."""
DAY = 86_400.0
"""s."""


def write_hash(name: str) -> bytes:
    """AlgorithmIdentifier of a hash function."""
    return write_tlv(0x30, write_oid(_OIDS[name]), _NULL)


def write_time(at: float) -> bytes:
    """UTCTime up to 2049, GeneralizedTime from then on (RFC 5280, 4.1.2.5)."""
    moment = datetime.fromtimestamp(at, UTC)
    if moment.year < 2050:
        return write_tlv(0x17, f"{moment:%y%m%d%H%M%S}Z".encode("ascii"))
    return write_tlv(0x18, f"{moment:%Y%m%d%H%M%S}Z".encode("ascii"))


def write_number(number: int) -> bytes:
    """INTEGER."""
    return write_tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def pieces(right: Mapping[str, bytes], instead: Mapping[str, bytes]) -> Iterator[bytes]:
    """The right pieces in order, but for those that others stand in for."""
    return (instead.get(name, piece) for name, piece in right.items())


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private key and how it signs."""

    private: PrivateKey
    scheme: str
    """``rsa``, ``rsa-pss``, ``ecdsa`` or ``ecdsa-plain``, as in ``signatures``."""
    hash: str = "sha256"
    explicit: bool = False
    """Whether the curve is written out instead of named."""

    @classmethod
    def make(
        cls, kind: str, scheme: str | None = None, hashed: str = "sha256", *, explicit: bool = False
    ) -> "SigningKey":
        """A fresh key: ``rsa2048`` or a curve's name, such as ``brainpoolP256r1``."""
        if kind.startswith("rsa"):
            return cls(rsa.generate_private_key(65_537, int(kind[3:])), scheme or "rsa", hashed)
        library = next(curve.library for curve in CURVES if curve.name == kind)
        if library is None:
            raise ValueError(f"expected a curve that can be signed with, came {kind}")
        return cls(ec.generate_private_key(library()), scheme or "ecdsa", hashed, explicit)

    def sign(self, data: bytes) -> bytes:
        """The signature over data."""
        hashed = LIBRARY_HASHES[self.hash]()
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, self._padding(hashed), hashed)
        der = self.private.sign(data, ec.ECDSA(hashed))
        if self.scheme != "ecdsa-plain":
            return der
        size = self._curve.size
        return b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(der))

    def _padding(self, hashed: hashes.HashAlgorithm) -> padding.AsymmetricPadding:
        if self.scheme == "rsa":
            return padding.PKCS1v15()
        return padding.PSS(padding.MGF1(hashed), hashed.digest_size)

    @property
    def _curve(self) -> Curve:
        if not isinstance(self.private, ec.EllipticCurvePrivateKey):
            raise TypeError("expected a key on a curve")
        name = type(self.private.curve)
        return next(curve for curve in CURVES if curve.library is name)

    @property
    def algorithm(self) -> bytes:
        """AlgorithmIdentifier of its signatures."""
        if self.scheme == "rsa-pss":
            mask = write_tlv(0x30, write_oid(_MGF1), write_hash(self.hash))
            salt = write_number(LIBRARY_HASHES[self.hash]().digest_size)
            stated = ((0xA0, write_hash(self.hash)), (0xA1, mask), (0xA2, salt))
            return write_tlv(0x30, write_oid(_PSS), write_tlv(0x30, *(write_tlv(tag, one) for tag, one in stated)))
        oid = next(oid for oid in _SCHEMES if str(named_algorithm(oid)) == f"{self.scheme} with {self.hash}")
        return write_tlv(0x30, write_oid(oid), _NULL if self.scheme == "rsa" else b"")

    @property
    def public(self) -> bytes:
        """SubjectPublicKeyInfo."""
        return write_tlv(0x30, self._kind(), write_tlv(0x03, b"\0", self._bits()))

    @property
    def identifier(self) -> bytes:
        """Key identifier: SHA-1 of the key's bits (RFC 5280, 4.2.1.2, method 1)."""
        return digest("sha1", self._bits())

    def _bits(self) -> bytes:
        if isinstance(self.private, rsa.RSAPrivateKey):
            numbers = self.private.public_key().public_numbers()
            return write_tlv(0x30, write_number(numbers.n), write_number(numbers.e))
        point = self.private.public_key().public_numbers()
        return self._curve.encode((point.x, point.y))

    def _kind(self) -> bytes:
        if isinstance(self.private, rsa.RSAPrivateKey):
            return write_tlv(0x30, write_oid("1.2.840.113549.1.1.1"), _NULL)
        parameters = write_explicit(self._curve) if self.explicit else write_oid(self._curve.oid)
        return write_tlv(0x30, write_oid("1.2.840.10045.2.1"), parameters)


def write_explicit(curve: Curve, generator: tuple[int, int] | None = None) -> bytes:
    """ECParameters of a curve (RFC 3279, 2.3.5); with another generator it is a forger's."""
    prime = write_tlv(0x30, write_oid("1.2.840.10045.1.1"), write_number(curve.p))
    coefficients = write_tlv(0x30, *(write_tlv(0x04, one.to_bytes(curve.size, "big")) for one in (curve.a, curve.b)))
    base = write_tlv(0x04, curve.encode(generator or curve.generator))
    return write_tlv(0x30, write_number(1), prime, coefficients, base, write_number(curve.order), write_number(1))


@dataclass(frozen=True, slots=True, repr=False)
class Issued:
    """A certificate and the key that belongs to it."""

    der: bytes
    key: SigningKey
    subject: bytes
    """Name, DER."""
    issuer: bytes
    """Name, DER."""
    serial: bytes
    """INTEGER, DER."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a certificate is to say."""

    country: str
    """Two letters."""
    name: str
    begin: float
    """s UTC."""
    end: float
    """s UTC."""
    serial: int = 1
    authority: bool = False
    """Whether it may sign certificates and lists, or documents."""
    purposes: tuple[str, ...] = ()
    parts: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    """Faults: ``version``, ``serial``, ``inner_algorithm``, ``issuer``, ``validity``, ``subject``, ``key``,
    ``extensions``, each in DER, which are signed; ``algorithm`` and ``signature``, which are not; and of the extensions
    ``subject_key``, ``authority_key``, ``usage``, ``basic``, ``extended``, ``more``."""


def write_name(country: str, name: str) -> bytes:
    """Distinguished name of a country and a common name."""
    pairs = (("2.5.4.6", 0x13, country), ("2.5.4.10", 0x0C, "Synthetic"), ("2.5.4.3", 0x0C, name))
    return write_tlv(
        0x30,
        *(write_tlv(0x31, write_tlv(0x30, write_oid(oid), write_tlv(tag, text.encode()))) for oid, tag, text in pairs),
    )


def issue(wish: Wish, key: SigningKey, issuer: Issued | None = None) -> Issued:
    """A certificate for a key.

    Args:
        wish: what it is to say.
        key: of the subject.
        issuer: who signs; None: the subject itself.
    """
    signing = key if issuer is None else issuer.key
    subject = write_name(wish.country, wish.name)
    named = subject if issuer is None else issuer.subject
    right = {
        "version": write_tlv(0xA0, write_number(2)),
        "serial": write_number(wish.serial),
        "inner_algorithm": signing.algorithm,
        "issuer": named,
        "validity": write_tlv(0x30, write_time(wish.begin), write_time(wish.end)),
        "subject": subject,
        "key": key.public,
        "extensions": write_tlv(0xA3, write_tlv(0x30, *pieces(_extensions(wish, key, signing), wish.parts))),
    }
    body = write_tlv(0x30, *pieces(right, wish.parts))
    outer = {"body": body, "algorithm": signing.algorithm, "signature": _bits(signing.sign(body))}
    der = write_tlv(0x30, *pieces(outer, wish.parts))
    return Issued(der, key, subject, named, write_number(wish.serial))


def _extensions(wish: Wish, key: SigningKey, signing: SigningKey) -> dict[str, bytes]:
    usage = b"\x01\x06" if wish.authority else b"\x07\x80"  # keyCertSign and cRLSign, or digitalSignature
    basic = write_tlv(0x30, write_tlv(0x01, b"\xff"), write_number(0)) if wish.authority else b""
    extended = write_tlv(0x30, *map(write_oid, wish.purposes))
    return {
        "subject_key": _extension("2.5.29.14", write_tlv(0x04, key.identifier)),
        "authority_key": _extension("2.5.29.35", write_tlv(0x30, write_tlv(0x80, signing.identifier))),
        "usage": _extension("2.5.29.15", write_tlv(0x03, usage), critical=True),
        "basic": _extension("2.5.29.19", basic, critical=True) if wish.authority else b"",
        "extended": _extension("2.5.29.37", extended, critical=True) if wish.purposes else b"",
        "more": b"",
    }


def _extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    return write_tlv(0x30, write_oid(oid), write_tlv(0x01, b"\xff") if critical else b"", write_tlv(0x04, value))


def _bits(value: bytes) -> bytes:
    return write_tlv(0x03, b"\0", value)


def write_revocation_list(issuer: Issued, begin: float, end: float, revoked: Mapping[int, float]) -> bytes:
    """A revocation list.

    Args:
        issuer: who signs.
        begin: this update, s UTC.
        end: next update, s UTC.
        revoked: serial numbers, and when each was revoked, s UTC.
    """
    entries = [write_tlv(0x30, write_number(serial), write_time(at)) for serial, at in revoked.items()]
    key = write_tlv(0x30, write_tlv(0x80, issuer.key.identifier))
    extensions = _extension("2.5.29.35", key) + _extension("2.5.29.20", write_number(1))
    body = write_tlv(
        0x30,
        write_number(1),
        issuer.key.algorithm,
        issuer.subject,
        write_time(begin),
        write_time(end),
        write_tlv(0x30, *entries) if entries else b"",
        write_tlv(0xA0, write_tlv(0x30, extensions)),
    )
    return write_tlv(0x30, body, issuer.key.algorithm, _bits(issuer.key.sign(body)))
