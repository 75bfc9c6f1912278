"""What stands in the log: that something was done, when, where, for what purpose, and nothing about whom.

The record that an entry stands for is bound by a commitment, SHA-256 over a salt of 32 bytes and the record. Who holds
salt and record can show that they were logged; to everybody else the commitment is a random number. The salt lies under
the traveller's key: when that is destroyed, nothing links the entry to anybody (EDPB Guidelines 02/2025 on append-only
stores advise this).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from consentry.core.errors import MalformedError

SALT = 32
"""bytes."""
LONGEST = 4_000
"""bytes of an entry: none needs 1,000."""
_NOTHING: Mapping[str, str | int] = MappingProxyType({})


class Kind(StrEnum):
    """What was done."""

    RECEIPT = "receipt"
    """A consent was given; the commitment binds the signed receipt."""
    WITHDRAWAL = "withdrawal"
    ERASURE = "erasure"
    """A traveller's key was destroyed; what it sealed can be read by nobody any more."""
    PROFILE_START = "profile_start"
    """The system started under a legal profile."""
    GALLERY_ON = "gallery_on"
    """Two persons switched the comparison with many on."""
    GALLERY_OFF = "gallery_off"
    COMPARISONS = "comparisons"
    """How many comparisons a touchpoint made in an hour."""
    DISCLOSURE = "disclosure"
    """Somebody was shown what is held on him, or an authority was."""
    UNBLUR = "unblur"
    """Two persons uncovered one piece of evidence."""
    CORRECTION = "correction"
    """A traveller said: that was not me."""
    HOLD = "hold"
    """Two persons put a legal hold on records, or lifted it."""
    MODELS = "models"
    """Which networks are used, by hash."""
    SETTINGS = "settings"
    """Which settings are used, by hash."""
    DOSSIER = "dossier"
    """Files for the regulator were made, by hash."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry."""

    kind: Kind
    at: float
    """s UTC; kept in milliseconds."""
    purpose: str = ""
    touchpoint: str = ""
    commitment: bytes = b""
    """32 bytes that bind a record; empty where there is none."""
    facts: Mapping[str, str | int] = field(default_factory=lambda: _NOTHING)
    """What anybody may know: counts, hashes, versions; nothing of a person."""

    def to_bytes(self) -> bytes:
        """The entry as it is hashed: JSON without spaces, keys in order.

        >>> Entry(Kind.COMPARISONS, 1.5, "boarding", "gate 12", facts={"count": 3}).to_bytes()
        b'{"at":1500,"facts":{"count":3},"kind":"comparisons","purpose":"boarding","touchpoint":"gate 12"}'
        """
        told: dict[str, object] = {"at": round(self.at * 1000), "kind": self.kind.value}
        if self.purpose:
            told["purpose"] = self.purpose
        if self.touchpoint:
            told["touchpoint"] = self.touchpoint
        if self.commitment:
            told["commitment"] = self.commitment.hex()
        if self.facts:
            told["facts"] = dict(self.facts)
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

    @classmethod
    def parse(cls, content: bytes) -> "Entry":
        """Read an entry; only the very bytes that ``to_bytes`` gives are one.

        Raises:
            MalformedError: it is none.
        """
        if len(content) > LONGEST:
            raise MalformedError(f"expected an entry of at most {LONGEST} bytes, came {len(content)}")
        try:
            told = json.loads(content)
            made = cls(
                Kind(told["kind"]),
                told["at"] / 1000,
                told.get("purpose", ""),
                told.get("touchpoint", ""),
                bytes.fromhex(told.get("commitment", "")),
                MappingProxyType(_plain(told.get("facts", {}))),
            )
            again = made.to_bytes()
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise MalformedError("expected an entry of the log in JSON, with a known kind and a time") from error
        if again != content:
            raise MalformedError("expected an entry in its one spelling: keys in order, no spaces, nothing else")
        return made


def _plain(facts: dict[str, object]) -> dict[str, str | int]:
    for value in facts.values():
        if type(value) not in (str, int):
            raise TypeError(f"expected words and whole numbers, came {type(value).__name__}")
    return {name: value for name, value in facts.items() if isinstance(value, str | int)}


def commit(salt: bytes, record: bytes) -> bytes:
    """Bind a record without telling anything of it.

    Args:
        salt: 32 random bytes, kept under the traveller's key.
        record: any bytes.

    Raises:
        ValueError: the salt has another length: a short one could be guessed.
    """
    if len(salt) != SALT:
        raise ValueError(f"expected a salt of {SALT} bytes, came {len(salt)}")
    return hashlib.sha256(salt + record).digest()
