"""Which passes were withdrawn: one bit each, signed, short enough to carry to gates without a network.

The bits of draft-ietf-oauth-status-list, compressed with DEFLATE as there, in a COSE_Sign1 of our own claims. A gate
takes a list at most ``LONGEST_S`` old: withdrawing is then seen everywhere a day later at the latest, and at once at
touchpoints that are in the network.
"""

import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from consentry.core.errors import MalformedError
from consentry.face.pass_cbor import read_cbor, write_cbor
from consentry.face.pass_cose import open_sign1, sign1
from consentry.ledger.note import SigningKey, VerifierKey

_CONTEXT = b"consentry status list 1"
MOST = 2**17
"""Passes in a list: 16 KiB of bits; an issuer begins another list, with another key, for more that live at once."""
LONGEST_S = 86_400
"""s for which a list counts: a day without a network at most, then a gate says that it cannot tell."""
_LONGEST = 20_000
"""bytes of a signed list: the bits of 131,072 passes have 16,384, and compressing never adds a tenth."""


@dataclass(frozen=True, slots=True)
class StatusList:
    """A checked list."""

    made: int
    """s UTC."""
    size: int
    """How many passes it tells of."""
    bits: bytes
    """A bit for each pass, lowest first within a byte; 1: withdrawn."""

    def revoked(self, place: int, at: float) -> bool | None:
        """Whether a pass was withdrawn; None: this list is too old, from the future, or too short to tell."""
        if not 0 <= place < self.size or not -LONGEST_S <= self.made - at <= 120:
            return None
        return bool(self.bits[place // 8] >> place % 8 & 1)


def sign_list(revoked: Iterable[int], size: int, at: float, key: SigningKey) -> bytes:
    """Make a list.

    Args:
        revoked: places of the withdrawn passes.
        size: how many passes were issued so far, at most ``MOST``.
        at: now, s UTC.
        key: the issuer's.

    Raises:
        ValueError: a place is outside.
    """
    if not 0 < size <= MOST:
        raise ValueError(f"expected 1-{MOST} passes in a list, came {size}")
    bits = bytearray(-(-size // 8))
    for place in revoked:
        if not 0 <= place < size:
            raise ValueError(f"expected places below {size}, came {place}")
        bits[place // 8] |= 1 << place % 8
    content = write_cbor([int(at), size, zlib.compress(bytes(bits), 9)])
    return sign1(content, key, _CONTEXT)


def read_list(content: bytes, issuers: Collection[VerifierKey]) -> StatusList:
    """Check a list.

    Raises:
        MalformedError: it is none.
        RefusedError: check ``issuer`` or ``signature``.
    """
    signed = open_sign1(content, issuers, _CONTEXT, longest=_LONGEST)
    match read_cbor(signed.payload, "status list"):
        case [int() as made, int() as size, bytes() as packed] if 0 < size <= MOST:
            return StatusList(made, size, _unpacked(packed, -(-size // 8)))
        case _:
            raise MalformedError("expected a status list: a time, a size, bits")


def _unpacked(packed: bytes, length: int) -> bytes:
    """Decompressed, never to more than it must have."""
    reader = zlib.decompressobj()
    try:
        bits = reader.decompress(packed, length + 1)
    except zlib.error as error:
        raise MalformedError("status list: expected bits compressed with zlib") from error
    if len(bits) != length or not reader.eof or reader.unused_data:
        raise MalformedError(f"status list: expected {length} bytes of bits")
    return bits
