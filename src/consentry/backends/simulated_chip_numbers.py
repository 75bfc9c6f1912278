"""A simulated chip's own arithmetic: plain integers, unlike the reader's, so that each is the other's witness.

Its time depends on the secrets, which are worth nothing: never use it where a secret is one.
"""

from dataclasses import dataclass
from typing import Protocol

from consentry.document.curves import Curve
from consentry.document.dh_groups import DhParameters
from consentry.document.integrated_mapping import pseudo_random
from consentry.document.key_agreement import DhGroup, EcGroup, Group, Random
from consentry.document.key_derivation import Suite


class NoNumberError(Exception):
    """What came is no public value of the group: a reason for a status word, and never seen outside the chip."""


class Arithmetic(Protocol):
    """Multiples of a point, or powers of a number."""

    @property
    def order(self) -> int:
        """Secrets are smaller."""
        ...

    def public(self, secret: int) -> bytes:
        """The public value of a secret."""
        ...

    def shared(self, secret: int, peer: bytes) -> bytes:
        """What both sides have in common.

        Raises:
            NoNumberError: the peer's value is none.
        """
        ...

    def mapped(self, nonce: bytes, secret: int, peer: bytes) -> "Arithmetic":
        """The same with the generator of the generic mapping.

        Raises:
            NoNumberError: the peer's value is none.
        """
        ...


def integrated(numbers: Arithmetic, suite: Suite, nonce: bytes, theirs: bytes) -> Arithmetic:
    """The same with the generator of the integrated mapping.

    Raises:
        NoNumberError: the reader's nonce has another length, or both give no generator.
    """
    if len(theirs) != suite.key_length:
        raise NoNumberError
    if isinstance(numbers, _Powers):
        group = numbers.parameters
        number = pseudo_random(suite, nonce, theirs, group.prime)
        return _Powers(group, pow(number, (group.prime - 1) // numbers.order, group.prime))
    if isinstance(numbers, _Points) and numbers.curve.p % 4 == 3:
        return _Points(numbers.curve, _point_of(numbers.curve, pseudo_random(suite, nonce, theirs, numbers.curve.p)))
    raise NoNumberError


def _point_of(curve: Curve, t: int) -> tuple[int, int]:
    """The standard's encoding by what it comes down to: where x2 has a root, it is the point; else x3 has one."""
    p, square = curve.p, t * t % curve.p
    x = -curve.b * pow(curve.a, -1, p) * (1 + pow(square * square - square, -1, p)) % p
    right = (x * x * x + curve.a * x + curve.b) % p
    if pow(right, (p - 1) // 2, p) == 1:
        return x, pow(right, (p + 1) // 4, p)
    return -square * x % p, t * square * right * pow(pow(right, -1, p), (p + 1) // 4, p) % p


def arithmetic_of(group: Group) -> Arithmetic:
    """The arithmetic of a group."""
    if isinstance(group, EcGroup):
        return _Points(group.curve, group.generator)
    if isinstance(group, DhGroup):
        return _Powers(group.parameters, group.generator)
    raise TypeError(f"expected points or powers, came {type(group).__name__}")


def draw(arithmetic: Arithmetic, random: Random) -> int:
    """A secret number."""
    size = (arithmetic.order.bit_length() + 7) // 8 + 8
    return 1 + int.from_bytes(random(size), "big") % (arithmetic.order - 1)


@dataclass(frozen=True, slots=True)
class _Points:
    curve: Curve
    generator: tuple[int, int]

    @property
    def order(self) -> int:
        return self.curve.order

    def public(self, secret: int) -> bytes:
        return self.curve.encode(self._times(secret, self.generator))

    def shared(self, secret: int, peer: bytes) -> bytes:
        return self._times(secret, self._point(peer))[0].to_bytes(self.curve.size, "big")

    def mapped(self, nonce: bytes, secret: int, peer: bytes) -> "_Points":
        first = self.curve.multiply(int.from_bytes(nonce, "big"), self.generator)
        generator = self.curve.add(first, self._times(secret, self._point(peer)))
        if generator is None:
            raise NoNumberError
        return _Points(self.curve, generator)

    def _times(self, secret: int, point: tuple[int, int]) -> tuple[int, int]:
        product = self.curve.multiply(secret, point)
        if product is None:
            raise NoNumberError
        return product

    def _point(self, encoded: bytes) -> tuple[int, int]:
        try:
            return self.curve.decode(encoded)
        except ValueError as error:
            raise NoNumberError from error


@dataclass(frozen=True, slots=True)
class _Powers:
    parameters: DhParameters
    generator: int

    @property
    def order(self) -> int:
        return self.parameters.order or self.parameters.prime - 1

    def public(self, secret: int) -> bytes:
        return self._power(self.generator, secret).to_bytes(self.parameters.size, "big").lstrip(b"\0")

    def shared(self, secret: int, peer: bytes) -> bytes:
        return self._power(self._number(peer), secret).to_bytes(self.parameters.size, "big")

    def mapped(self, nonce: bytes, secret: int, peer: bytes) -> "_Powers":
        first = self._power(self.generator, int.from_bytes(nonce, "big"))
        generator = first * self._power(self._number(peer), secret) % self.parameters.prime
        return _Powers(self.parameters, generator)

    def _power(self, base: int, exponent: int) -> int:
        return pow(base, exponent, self.parameters.prime)

    def _number(self, encoded: bytes) -> int:
        number = int.from_bytes(encoded, "big")
        if not self.parameters.holds(number):
            raise NoNumberError
        return number
