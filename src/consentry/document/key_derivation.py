"""From what is printed on a document to keys (ICAO Doc 9303-11, clauses 4.3.2, 4.4.3 and 9.7)."""

import hashlib
from dataclasses import dataclass
from enum import Enum, IntEnum

from consentry.document.check_digits import FILLER, check_digit
from consentry.document.mrz import Mrz
from consentry.document.mrz_layout import LAYOUTS

_NUMBER = 9
"""Characters that a short document number is filled up to."""


class KeyUse(IntEnum):
    """The counter that tells derived keys apart."""

    ENCRYPT = 1
    AUTHENTICATE = 2
    PASSWORD = 3


class Suite(Enum):
    """A cipher with its length of keys: value of the last arc of PACE's and chip authentication's identifiers."""

    TRIPLE_DES = 1
    AES_128 = 2
    AES_192 = 3
    AES_256 = 4

    @property
    def key_length(self) -> int:
        """Length of a key, bytes; of 3DES two keys, the third is the first."""
        return _KEY_LENGTHS[self]

    @property
    def block(self) -> int:
        """Length of a block, bytes."""
        return 8 if self is Suite.TRIPLE_DES else 16

    def __str__(self) -> str:
        """For people: ``AES-128``."""
        return "3DES" if self is Suite.TRIPLE_DES else self.name.replace("_", "-")


_KEY_LENGTHS = {Suite.TRIPLE_DES: 16, Suite.AES_128: 16, Suite.AES_192: 24, Suite.AES_256: 32}


def derive_key(secret: bytes, use: KeyUse, suite: Suite) -> bytes:
    """Derive a key (Doc 9303-11, 9.7.1): SHA-1 up to 128 bits, SHA-256 beyond.

    >>> derive_key(bytes.fromhex("239AB9CB282DAF66231DC5A4DF6BFBAE"), KeyUse.ENCRYPT, Suite.TRIPLE_DES).hex()
    'ab94fdecf2674fdfb9b391f85d7f76f2'
    """
    short = suite.key_length <= 16
    name = "sha1" if short else "sha256"
    state = hashlib.new(name, secret + int(use).to_bytes(4, "big"), usedforsecurity=False)  # the standard fixes it
    key = state.digest()[: suite.key_length]
    return bytes(map(_odd_parity, key)) if suite is Suite.TRIPLE_DES else key


def _odd_parity(byte: int) -> int:
    return byte & 0xFE | (byte >> 1).bit_count() + 1 & 1


@dataclass(frozen=True, slots=True, repr=False)
class MrzKey:
    """The password that a chip shares with the printed zone."""

    number: str
    """Of the document, whole, without trailing fillers."""
    birth: str
    """YYMMDD as printed."""
    expiry: str
    """YYMMDD as printed."""

    reference = 1
    """How PACE calls this password."""
    name = "MRZ"

    @classmethod
    def of(cls, mrz: Mrz) -> "MrzKey":
        """The password of a zone that was read."""
        layout = next(one for one in LAYOUTS if one.name == mrz.layout)
        text = {name: layout.field(name).span.of(mrz.lines) for name in ("birth", "expiry")}
        return cls(mrz.number, text["birth"], text["expiry"])

    def __repr__(self) -> str:
        """Nothing of the document."""
        return "MrzKey()"

    @property
    def information(self) -> bytes:
        """Number, birth and expiry, each with its check digit.

        >>> MrzKey("L898902C", "690806", "940623").information
        b'L898902C<369080619406236'
        """
        parts = (self.number.ljust(_NUMBER, FILLER), self.birth, self.expiry)
        return "".join(part + check_digit(part) for part in parts).encode("ascii")

    @property
    def secret(self) -> bytes:
        """PACE's: the hash whole."""
        return hashlib.sha1(self.information, usedforsecurity=False).digest()

    @property
    def seed(self) -> bytes:
        """BAC's: the hash cut to 16 bytes."""
        return self.secret[:16]


@dataclass(frozen=True, slots=True, repr=False)
class CanKey:
    """The password printed as six digits: the card access number."""

    digits: str

    reference = 2
    """How PACE calls this password."""
    name = "CAN"

    def __repr__(self) -> str:
        """Nothing of the document."""
        return "CanKey()"

    @property
    def secret(self) -> bytes:
        """The digits as they stand."""
        return self.digits.encode("ascii")


Password = MrzKey | CanKey
