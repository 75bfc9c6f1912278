"""PACE's integrated mapping: a generator that both sides compute alone (ICAO Doc 9303-11, 4.4.3.3.2, appendix B).

::

    reader                          chip
    (has opened the nonce s)
    81 its own nonce t      ->      82 empty
    R(s, t) is a number of the field; the generator follows from it: a power, or a point by an encoding

No secret number of an agreement enters here. What does, s, is one session's, and whoever could time it would have to
know t beforehand.
"""

from consentry.document.chip_ciphers import encrypt
from consentry.document.chip_errors import ChipError
from consentry.document.curves import Curve
from consentry.document.key_agreement import DhGroup, EcGroup, Group
from consentry.document.key_derivation import Suite

_CONSTANTS = {
    16: ("a668892a7c41e3ca739f40b057d85904", "a4e136ac725f738b01c1f60217c188ad"),
    32: (
        "d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676",
        "54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517",
    ),
}
"""c0 and c1 by the length of the nonce, bytes (4.4.3.3.2)."""
_SURPLUS = 64
"""bits beyond the prime's, so that reducing them leaves hardly a bias (4.4.3.3.2)."""


def nonce_length(suite: Suite) -> int:
    """Length of the chip's nonce, bytes: whole blocks, and no fewer bits than a key has."""
    return 16 if suite.key_length <= 16 else 32


def suits(group: Group) -> bool:
    """Whether a group can be mapped into: not P-224, whose prime leaves 1 when it is divided by 4 (table 6)."""
    if isinstance(group, EcGroup):
        return group.curve.p % 4 == 3
    return isinstance(group, DhGroup) and group.parameters.order is not None


def mapped(group: Group, suite: Suite, nonce: bytes, ours: bytes) -> Group:
    """The group with the generator of both nonces.

    Args:
        group: as it is listed.
        suite: cipher of the session.
        nonce: the chip's, opened.
        ours: the reader's.

    Raises:
        ChipError: the nonce has another length, or the generator would be none.
    """
    if len(nonce) != nonce_length(suite):
        raise ChipError(f"PACE mapping: expected a nonce of {nonce_length(suite)} bytes, came {len(nonce)}")
    if isinstance(group, EcGroup):
        number = pseudo_random(suite, nonce, ours, group.curve.p)
        return EcGroup(group.curve, encode_point(group.curve, number))
    if isinstance(group, DhGroup) and group.parameters.order is not None:
        prime = group.parameters.prime
        generator = pow(pseudo_random(suite, nonce, ours, prime), (prime - 1) // group.parameters.order, prime)
        if not group.parameters.holds(generator):
            raise ChipError("PACE mapping: expected a generator, the nonces give none")
        return DhGroup(group.parameters, generator)
    raise TypeError(f"expected points, or powers of known order, came {group.name}")


def pseudo_random(suite: Suite, nonce: bytes, ours: bytes, prime: int) -> int:
    """R(s, t) as a number below a prime (4.4.3.3.2, figure 2)."""
    first, second = (bytes.fromhex(one) for one in _CONSTANTS[len(nonce)])
    vector, length = bytes(suite.block), suite.key_length
    key = encrypt(suite, ours, vector, nonce)[:length]
    made = b""
    while 8 * len(made) < prime.bit_length() + _SURPLUS:
        made += encrypt(suite, key, vector, second)
        key = encrypt(suite, key, vector, first)[:length]
    return int.from_bytes(made, "big") % prime


def encode_point(curve: Curve, t: int) -> tuple[int, int]:
    """The point of a number (appendix B, affine; the cofactor of every curve here is 1).

    Raises:
        ChipError: for the three numbers of each field that have none.
    """
    p = curve.p
    alpha = -t * t % p
    below = (alpha + alpha * alpha) * curve.a % p
    if not below:
        raise ChipError("PACE mapping: the nonces give a number that no point has")
    x2 = -curve.b * (1 + (alpha + alpha * alpha)) * pow(below, -1, p) % p
    x3 = alpha * x2 % p
    h2 = (pow(x2, 3, p) + curve.a * x2 + curve.b) % p
    u = pow(t, 3, p) * h2 % p
    root = pow(h2, p - 1 - (p + 1) // 4, p)
    point = (x2, root * h2 % p) if root * root * h2 % p == 1 else (x3, root * u % p)
    if not curve.holds(point):
        raise ChipError("PACE mapping: expected a point of the curve, the arithmetic gave none")
    return point
