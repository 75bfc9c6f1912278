"""Public keys of travel documents: RSA, DSA, ECDSA over curves named or written out (ICAO Doc 9303-12, clause 4.4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from consentry.document.curves import Curve, named_curve, same_curve
from consentry.document.dsa_keys import read_dsa_key
from consentry.document.oids import read_algorithm, read_bits, read_integer, read_oid
from consentry.document.signatures import LIBRARY_HASHES, WEAK_HASHES, Algorithm, digest
from consentry.document.tlv import Tlv, TlvError, read_only

_LONGEST_RSA = 8192
"""bits of a modulus: the longest in use has 6,144; a longer one is there to keep the reader busy."""
_LARGEST_EXPONENT = 1 << 32
"""Of RSA, for the same reason."""
_STRONG_RSA, _STRONG_EC = 2048, 224
"""bits from which a key counts as strong: Doc 9303-12, clause 4.4, asks for so many of a document signer."""
_RSA = frozenset({"1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"})
_EC, _DSA = "1.2.840.10045.2.1", "1.2.840.10040.4.1"
_PRIME_FIELD = "1.2.840.10045.1.1"
_LONGEST_NUMBER = 80
"""bytes of a curve's number: 66 for 521 bits, and some to spare."""


class PublicKey(Protocol):
    """A key that signatures are verified with."""

    @property
    def name(self) -> str:
        """``RSA 3072`` or a curve's name."""
        ...

    @property
    def explicit(self) -> bool:
        """Whether the curve was written out instead of named."""
        ...

    def verify(self, signature: bytes, data: bytes, how: Algorithm) -> bool:
        """Whether the signature over the data is this key's, made that way; False also where key and way differ."""
        ...

    def weaknesses(self, how: Algorithm) -> Iterator[str]:
        """What is weak about key and way by today's measure, in words."""
        ...


@dataclass(frozen=True, slots=True)
class RsaKey:
    """An RSA key."""

    modulus: int
    exponent: int
    explicit: bool = False

    @property
    def name(self) -> str:
        """``RSA`` and the number of bits."""
        return f"RSA {self.modulus.bit_length()}"

    def verify(self, signature: bytes, data: bytes, how: Algorithm) -> bool:
        """See ``PublicKey``."""
        if how.hash is None or how.scheme not in {"rsa", "rsa-pss"}:
            return False
        try:
            key = rsa.RSAPublicNumbers(self.exponent, self.modulus).public_key()
            key.verify(signature, data, _padding(how), LIBRARY_HASHES[how.hash]())
        except (InvalidSignature, UnsupportedAlgorithm, ValueError):
            return False
        return True

    def weaknesses(self, how: Algorithm) -> Iterator[str]:
        """See ``PublicKey``."""
        yield from _weak_hash(how)
        if self.modulus.bit_length() < _STRONG_RSA:
            yield f"{self.name}: fewer than {_STRONG_RSA} bits"


def _padding(how: Algorithm) -> padding.AsymmetricPadding:
    if how.scheme == "rsa":
        return padding.PKCS1v15()
    return padding.PSS(padding.MGF1(LIBRARY_HASHES[how.mask_hash or "sha1"]()), how.salt)


@dataclass(frozen=True, slots=True)
class EcKey:
    """A point on one of the allowed curves."""

    curve: Curve
    point: tuple[int, int]
    explicit: bool

    @property
    def name(self) -> str:
        """The curve's."""
        return self.curve.name

    def verify(self, signature: bytes, data: bytes, how: Algorithm) -> bool:
        """See ``PublicKey``."""
        if how.hash is None or how.scheme not in {"ecdsa", "ecdsa-plain"}:
            return False
        numbers = _plain(signature) if how.scheme == "ecdsa-plain" else _from_der(signature)
        if numbers is None:
            return False
        if self.curve.library is None:
            return self._verify_by_hand(*numbers, digest(how.hash, data))
        try:
            key = ec.EllipticCurvePublicNumbers(*self.point, self.curve.library()).public_key()
            key.verify(encode_dss_signature(*numbers), data, ec.ECDSA(LIBRARY_HASHES[how.hash]()))
        except (InvalidSignature, UnsupportedAlgorithm, ValueError):
            return False
        return True

    def weaknesses(self, how: Algorithm) -> Iterator[str]:
        """See ``PublicKey``."""
        yield from _weak_hash(how)
        if self.curve.p.bit_length() < _STRONG_EC:
            yield f"{self.name}: fewer than {_STRONG_EC} bits"

    def _verify_by_hand(self, r: int, s: int, hashed: bytes) -> bool:
        """ECDSA on curves that the library lacks (SEC 1, clause 4.1.4). All of it is public: time may depend on it."""
        curve = self.curve
        if not (0 < r < curve.order and 0 < s < curve.order):
            return False
        excess = max(0, 8 * len(hashed) - curve.order.bit_length())
        e = int.from_bytes(hashed, "big") >> excess
        inverse = pow(s, -1, curve.order)
        point = curve.add(curve.multiply(e * inverse, curve.generator), curve.multiply(r * inverse, self.point))
        return point is not None and point[0] % curve.order == r


def _weak_hash(how: Algorithm) -> Iterator[str]:
    if how.hash in WEAK_HASHES:
        yield f"hash {how.hash}"


def _plain(signature: bytes) -> tuple[int, int] | None:
    """R and s side by side (BSI TR-03111, clause 5.2.1)."""
    half, odd = divmod(len(signature), 2)
    if odd or not half:
        return None
    return int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")


def _from_der(signature: bytes) -> tuple[int, int] | None:
    try:
        r, s = read_only(signature, 0x30).parts(2)
        return read_integer(r, _LONGEST_NUMBER), read_integer(s, _LONGEST_NUMBER)
    except TlvError:
        return None


def read_public_key(element: Tlv) -> PublicKey:
    """The key in a SubjectPublicKeyInfo (RFC 5280, 4.1; RFC 3279, 2.3).

    Raises:
        TlvError: none that a travel document may use: another algorithm, another curve, a point that is none, an RSA
            modulus or exponent beyond the limits.
    """
    how, key = element.parts(2)
    oid, parameters = read_algorithm(how)
    if oid in _RSA:
        return _rsa(read_bits(key), key.begin)
    if oid == _EC and parameters is not None:
        return _ec(parameters, read_bits(key))
    if oid == _DSA and parameters is not None:
        return read_dsa_key(parameters, read_bits(key), key.begin)
    raise TlvError(f"expected an RSA, EC or DSA key, came {oid}", element.begin)


def _rsa(data: memoryview, begin: int) -> RsaKey:
    first, second = read_only(data, 0x30, begin).parts(2)
    modulus, exponent = read_integer(first, _LONGEST_RSA // 8 + 1), read_integer(second, 5)
    if modulus < 0:  # a chip of BSI's reference set leaves the leading zero out; no modulus is negative
        modulus += 1 << 8 * len(first.value)
    if not (0 < modulus.bit_length() <= _LONGEST_RSA and 2 < exponent <= _LARGEST_EXPONENT and modulus > 0):
        raise TlvError(f"expected an RSA key of at most {_LONGEST_RSA} bits with an exponent of at most 2^32", begin)
    return RsaKey(modulus, exponent)


def _ec(parameters: Tlv, encoded: memoryview) -> EcKey:
    curve = named_curve(read_oid(parameters)) if parameters.tag == 0x06 else _written_out(parameters)
    if curve is None:
        raise TlvError("expected a curve that travel documents may use, came another one", parameters.begin)
    try:
        return EcKey(curve, curve.decode(bytes(encoded)), parameters.tag != 0x06)
    except ValueError as error:
        raise TlvError(str(error), parameters.begin) from error


def _written_out(parameters: Tlv) -> Curve | None:
    """ECParameters (RFC 3279, 2.3.5): version, field, curve, base, order, cofactor."""
    _, field, coefficients, base, order, *rest = parameters.parts(5, 6)
    kind, prime = read_algorithm(field)
    coefficient = coefficients.parts(2, 3)
    if kind != _PRIME_FIELD or prime is None:
        raise TlvError("expected a curve over a prime field", parameters.begin)
    return same_curve(
        read_integer(prime, _LONGEST_NUMBER),
        int.from_bytes(coefficient[0].value[-_LONGEST_NUMBER:], "big"),
        int.from_bytes(coefficient[1].value[-_LONGEST_NUMBER:], "big"),
        bytes(base.value),
        read_integer(order, _LONGEST_NUMBER),
        read_integer(rest[0], _LONGEST_NUMBER) if rest else None,
    )
