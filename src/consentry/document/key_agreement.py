"""Agreeing on a secret with a chip: over curves and modulo primes (ICAO Doc 9303-11, clauses 4.4.3 and 6.2).

PACE wants whole points and generators of its own; the library gives, in time that does not depend on the secret, only
the x of secret times point. That is enough: x of k P and x of (k + 1) P fix y of k P (Brier and Joye, PKC 2002,
proposition 3). So secret numbers stay out of arithmetic written here; points enter it, each of one session alone. The
exception are three curves that the library lacks, whose products ``ladder`` gives.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import dh, ec
from cryptography.utils import CryptographyDeprecationWarning

from consentry.document.chip_errors import ChipError
from consentry.document.curves import Curve
from consentry.document.dh_groups import DhParameters
from consentry.document.ladder import product

Random = Callable[[int], bytes]
"""So many random bytes, such as ``os.urandom``."""
_EXTRA = 8
"""bytes drawn beyond a number's length, so that reducing it leaves a bias below 2^-64 (FIPS 186-4, B.4.1)."""


class Group(Protocol):
    """Where two sides agree. Public values are encoded as they are sent."""

    @property
    def name(self) -> str:
        """For people."""
        ...

    @property
    def public_tag(self) -> int:
        """Tag of a public value where its kind is told: ``86`` a point, ``84`` a number."""
        ...

    @property
    def guarded(self) -> bool:
        """Whether the library reckons with secrets, in time that does not depend on them."""
        ...

    def secret(self, random: Random) -> int:
        """Draw a secret number."""
        ...

    def public(self, secret: int) -> bytes:
        """The public value of a secret."""
        ...

    def shared(self, secret: int, peer: bytes) -> bytes:
        """What both sides have in common.

        Raises:
            ChipError: the peer's value is none of the group.
        """
        ...

    def mapped(self, nonce: bytes, secret: int, peer: bytes) -> "Group":
        """The group with the generator of the generic mapping: nonce times generator, plus what both have in common.

        Raises:
            ChipError: the peer's value is none of the group, or the generator would be none.
        """
        ...


@dataclass(frozen=True, slots=True)
class EcGroup:
    """Points of a curve."""

    curve: Curve
    generator: tuple[int, int]

    public_tag = 0x86

    @classmethod
    def of(cls, curve: Curve) -> "EcGroup":
        """With the curve's own generator."""
        return cls(curve, curve.generator)

    @property
    def name(self) -> str:
        """See ``Group``."""
        return self.curve.name

    @property
    def guarded(self) -> bool:
        """See ``Group``."""
        return self.curve.library is not None

    def secret(self, random: Random) -> int:
        """See ``Group``; never so large that one more would be the order."""
        return 1 + int.from_bytes(random(self.curve.size + _EXTRA), "big") % (self.curve.order - 2)

    def public(self, secret: int) -> bytes:
        """See ``Group``."""
        return self.curve.encode(self.times(secret, self.generator))

    def shared(self, secret: int, peer: bytes) -> bytes:
        """See ``Group``: the x of the common point."""
        return self._x_of_product(secret, self._point(peer)).to_bytes(self.curve.size, "big")

    def mapped(self, nonce: bytes, secret: int, peer: bytes) -> "EcGroup":
        """See ``Group``."""
        scalar = int.from_bytes(nonce, "big") % self.curve.order
        common = self.times(secret, self._point(peer))
        generator = self.curve.add(self.times(scalar, self.generator) if scalar else None, common)
        if generator is None:
            raise ChipError("expected a mapping that gives a generator, it gives the point at infinity")
        return replace(self, generator=generator)

    def times(self, secret: int, point: tuple[int, int]) -> tuple[int, int]:
        """A secret times a point, whole."""
        curve = self.curve
        if not 0 < secret < curve.order - 1:
            raise ValueError("expected a secret from 1 to the curve's order less two")
        if curve.library is None:
            return product(curve, secret, point)
        x1, y1 = point
        x = self._x_of_product(secret, point)
        following = self._x_of_product(secret + 1, point)
        double = 2 * curve.b + (curve.a + x1 * x) * (x1 + x) - following * (x1 - x) ** 2
        whole = x, double * pow(2 * y1, -1, curve.p) % curve.p
        if not curve.holds(whole):
            raise ChipError("expected a point of the curve as the product of two, the arithmetic gave none")
        return whole

    def _point(self, encoded: bytes) -> tuple[int, int]:
        try:
            return self.curve.decode(encoded)
        except ValueError as error:
            raise ChipError(f"the chip's public value: {error}") from error

    def _x_of_product(self, secret: int, point: tuple[int, int]) -> int:
        if self.curve.library is None:
            return product(self.curve, secret, point)[0]
        library = self.curve.library()
        key = ec.derive_private_key(secret, library)
        return int.from_bytes(
            key.exchange(ec.ECDH(), ec.EllipticCurvePublicNumbers(*point, library).public_key()), "big"
        )


@dataclass(frozen=True, slots=True)
class DhGroup:
    """Numbers modulo a prime."""

    parameters: DhParameters
    generator: int

    public_tag = 0x84

    @classmethod
    def of(cls, parameters: DhParameters) -> "DhGroup":
        """With the group's own generator."""
        return cls(parameters, parameters.generator)

    @property
    def name(self) -> str:
        """See ``Group``."""
        return self.parameters.name

    @property
    def guarded(self) -> bool:
        """See ``Group``."""
        return True

    def secret(self, random: Random) -> int:
        """See ``Group``."""
        order = self.parameters.order or self.parameters.prime - 1
        length = (order.bit_length() + 7) // 8
        return 1 + int.from_bytes(random(length + _EXTRA), "big") % (order - 2)

    def public(self, secret: int) -> bytes:
        """See ``Group``; without leading zeros, as unsigned integers are sent (BSI TR-03110-3, D.2.1.1)."""
        return self._power(self.generator, secret).lstrip(b"\0")

    def shared(self, secret: int, peer: bytes) -> bytes:
        """See ``Group``: as long as the prime, leading zeros and all (PKCS#3, 8.3; RFC 2631, 2.1.2)."""
        return self._power(self._number(peer), secret)

    def mapped(self, nonce: bytes, secret: int, peer: bytes) -> "DhGroup":
        """See ``Group``."""
        prime = self.parameters.prime
        scalar = int.from_bytes(nonce, "big") % (self.parameters.order or prime - 1)
        common = int.from_bytes(self._power(self._number(peer), secret), "big")
        first = int.from_bytes(self._power(self.generator, scalar), "big") if scalar else 1
        generator = first * common % prime
        if not self.parameters.holds(generator):
            raise ChipError("expected a mapping that gives a generator, it gives none")
        return replace(self, generator=generator)

    def _number(self, encoded: bytes) -> int:
        number = int.from_bytes(encoded, "big")
        if len(encoded) > self.parameters.size or not self.parameters.holds(number):
            raise ChipError(f"the chip's public value is no number of the group {self.name}")
        return number

    def _power(self, base: int, secret: int) -> bytes:
        """A base to a secret power, as the library exchanges it.

        A private key wants its public value beside it, which does not enter the exchange: any number of the group
        will do. The library calls the whole of it deprecated; documents of the world still ask for it.
        """
        group = self.parameters
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            numbers = dh.DHParameterNumbers(group.prime, group.generator, group.order)
            try:
                key = dh.DHPrivateNumbers(secret, dh.DHPublicNumbers(group.generator, numbers)).private_key()
                result = key.exchange(dh.DHPublicNumbers(base, numbers).public_key())
            except ValueError as error:
                raise ChipError(f"the chip's Diffie-Hellman group is refused: {error}") from error
        return result.rjust(group.size, b"\0")
