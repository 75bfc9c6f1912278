"""Active authentication: the chip signs a challenge with a key that never leaves it (ICAO Doc 9303-11, clause 6.1).

RSA signs by ISO/IEC 9796-2, scheme 1, which hides part of the message in the signature::

    6A | M1: what the chip chose | H(M1 M2) | trailer        M2: the reader's challenge, sent beside

The trailer names the hash: ``BC`` is SHA-1, ``xx CC`` another. An elliptic curve signs by ECDSA, r and s side by side
(BSI TR-03111, 5.2.1), with the hash that data group 14 names.

The public key is data group 15: what is proved is worth what passive authentication says of that group.
"""

import hmac
from dataclasses import dataclass, field

from consentry.document.apdu import EXTENDED, Command
from consentry.document.chip_channel import Channel
from consentry.document.key_agreement import Random
from consentry.document.lds import read_group
from consentry.document.public_keys import EcKey, PublicKey, RsaKey, read_public_key
from consentry.document.secure_messaging import SHORT_READ
from consentry.document.security_infos import ActiveAuthenticationInfo
from consentry.document.signatures import Algorithm, digest
from consentry.document.tlv import read_only

CHALLENGE = 8
"""bytes, fresh for every signature."""
HEADER = 0x6A
"""First byte: part of the message is recovered, the field fills the modulus."""
TRAILERS = {
    b"\xbc": "sha1",
    b"\x33\xcc": "sha1",
    b"\x38\xcc": "sha224",
    b"\x34\xcc": "sha256",
    b"\x36\xcc": "sha384",
    b"\x35\xcc": "sha512",
}
"""ISO/IEC 9796-2, 8.1.2, with the numbers of ISO/IEC 10118-3."""
_CURVE_HASHES = ("sha256", "sha1", "sha224", "sha384", "sha512")
"""Tried in this order where data group 14 names none."""


@dataclass(frozen=True, slots=True, repr=False)
class Recovered:
    """What an RSA signature hides."""

    message: bytes
    """M1."""
    digest: bytes
    hash: str


@dataclass(frozen=True, slots=True)
class ActiveAuthentication:
    """What came of it."""

    holds: bool
    why: str
    """In words."""
    key: PublicKey = field(repr=False)


def read_active_key(file: bytes | memoryview) -> PublicKey:
    """The key in data group 15.

    Raises:
        TlvError: it is none.
    """
    group = read_group(file, 15)
    return read_public_key(read_only(group.value, 0x30, group.end - len(group.value)))


def authenticate(
    channel: Channel, key: PublicKey, infos: tuple[ActiveAuthenticationInfo, ...], random: Random
) -> ActiveAuthentication:
    """Ask the chip to sign, and look at what it signed.

    Args:
        channel: to the chip.
        key: of data group 15.
        infos: what data group 14 says of it; empty: nothing, or there is none.
        random: source of the challenge.

    Raises:
        StatusError: the chip refused.
        ChipError: its answer is not protected as agreed.
    """
    challenge = random(CHALLENGE)
    length = _signature_length(key)
    expected = 256 if length <= SHORT_READ or (not channel.protected and length <= 256) else EXTENDED
    signature = channel.order("active authentication", Command(0x00, 0x88, 0, 0, challenge, expected=expected))
    holds, why = verify(key, infos, challenge, signature)
    return ActiveAuthentication(holds, why, key)


def verify(
    key: PublicKey, infos: tuple[ActiveAuthenticationInfo, ...], challenge: bytes, signature: bytes
) -> tuple[bool, str]:
    """Whether a signature over a challenge is the key's, and why, in words."""
    if isinstance(key, RsaKey):
        opened = recover(key, signature)
        if opened is None:
            return False, "the signature does not open as ISO/IEC 9796-2 says"
        if not hmac.compare_digest(digest(opened.hash, opened.message, challenge), opened.digest):
            return False, "the signature is not over this challenge, or by another key"
        return True, f"{key.name} with {opened.hash}"
    named = [info.hash for info in infos]
    if None in named:
        return False, "data group 14 names a signature algorithm that may not be used"
    for name in [one for one in named if one is not None] or _CURVE_HASHES:
        if key.verify(signature, challenge, Algorithm("ecdsa-plain", name)):
            told = "" if named else " (which data group 14 does not name)"
            return True, f"{key.name} with {name}{told}"
    return False, "the signature is not over this challenge, or by another key"


def recover(key: RsaKey, signature: bytes) -> Recovered | None:
    """Open an RSA signature; None: it is none of scheme 1 with part of the message in it.

    The signer may send the smaller of the number and its complement to the modulus: the last four bits tell (clause
    B.4 of the standard: the field ends with the digit C).
    """
    length = (key.modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    if len(signature) != length or not 0 < number < key.modulus:
        return None
    opened = pow(number, key.exponent, key.modulus)
    if opened & 0xF != 0xC:
        opened = key.modulus - opened
    whole = opened.to_bytes(length, "big")
    trailer = whole[-1:] if whole[-1] == 0xBC else whole[-2:]
    name = TRAILERS.get(trailer)
    if name is None or whole[0] != HEADER:
        return None
    body = whole[1 : -len(trailer)]
    size = len(digest(name))
    if len(body) <= size:
        return None
    return Recovered(body[:-size], body[-size:], name)


def _signature_length(key: PublicKey) -> int:
    if isinstance(key, RsaKey):
        return (key.modulus.bit_length() + 7) // 8
    return 2 * key.curve.size if isinstance(key, EcKey) else 256
