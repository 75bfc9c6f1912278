"""Crypto-erasure: everything held on a traveller is sealed under one key, and erased by destroying that key.

::

    key-encryption key (a file of the owner's)
        └─ AES-KW (RFC 3394) ─ key of one receipt, 256 bits
                                   └─ AES-256-GCM ─ each item, bound to its receipt, kind, end and schema

A key wrapped under another opens nothing by itself; an item moved to another receipt, to another kind or given a later
end does not open. What a destroyed key had sealed is noise (NIST SP 800-88, cryptographic erase).
"""

import json
import os
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from consentry.consent.receipt import SignedReceipt
from consentry.consent.retention import RECEIPT, HeldItem
from consentry.core.errors import MalformedError, ProofError
from consentry.ledger.entry import SALT

KEY = 32
"""bytes of a key: AES-256."""
WRAPPED = KEY + 8
"""bytes of a wrapped key (RFC 3394)."""
_NONCE = 12
"""bytes, random: under one key some hundred items at most are sealed, far from 2**32 (NIST SP 800-38D, 8.3)."""
_SCHEMA = 1


def seal(key: bytes, receipt_id: str, kind: str, until: int, content: bytes) -> HeldItem:
    """Seal something that is to be held.

    Args:
        key: of the receipt.
        receipt_id: whose.
        kind: ``RECEIPT`` or the value of a ``DataClass``.
        until: s UTC at which it ends; changing it later breaks the seal.
        content: any bytes.
    """
    nonce, number = os.urandom(_NONCE), os.urandom(8).hex()
    sealed = AESGCM(_checked(key)).encrypt(nonce, content, _bound(receipt_id, kind, until))
    return HeldItem(receipt_id, kind, number, until, bytes([_SCHEMA]) + nonce + sealed)


def unseal(key: bytes, item: HeldItem) -> bytes:
    """Open a sealed item.

    Raises:
        MalformedError: it is of no known schema.
        ProofError: another key sealed it, or its receipt, kind, end or content was changed.
    """
    if item.sealed[:1] != bytes([_SCHEMA]) or len(item.sealed) < 1 + _NONCE + 16:
        raise MalformedError(f"expected an item sealed by schema {_SCHEMA}, came {len(item.sealed)} other bytes")
    nonce, rest = item.sealed[1 : 1 + _NONCE], item.sealed[1 + _NONCE :]
    try:
        return AESGCM(_checked(key)).decrypt(nonce, rest, _bound(item.receipt_id, item.kind, item.until))
    except InvalidTag as error:
        raise ProofError(f"an item of kind {item.kind} does not open: another key, or it was changed") from error


def wrap(above: bytes, key: bytes) -> bytes:
    """Wrap a key under the key-encryption key."""
    return aes_key_wrap(_checked(above), _checked(key))


def unwrap(above: bytes, wrapped: bytes) -> bytes:
    """Unwrap a key.

    Raises:
        ProofError: another key-encryption key wrapped it, or it was changed.
    """
    try:
        return _checked(aes_key_unwrap(_checked(above), wrapped))
    except (InvalidUnwrap, ValueError) as error:
        raise ProofError("the key-encryption key does not open this key") from error


def _checked(key: bytes) -> bytes:
    if len(key) != KEY:
        raise ValueError(f"expected a key of {KEY} bytes, came {len(key)}")
    return key


def _bound(receipt_id: str, kind: str, until: int) -> bytes:
    """What the seal binds: each part with its length, so that none can lend letters to its neighbour."""
    parts = (b"consentry held", receipt_id.encode(), kind.encode(), str(until).encode(), bytes([_SCHEMA]))
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def erasure_record(receipt_id: str) -> bytes:
    """What the log's entry of an erasure stands for, bound by the salt of the receipt's own entry.

    The traveller has id and salt in his code, so he finds the entry by himself; nobody else can.
    """
    return f"consentry erasure v1\n{receipt_id}\n".encode()


@dataclass(frozen=True, slots=True, repr=False)
class LoggedReceipt:
    """What is held of a receipt: the receipt, and what links it to its entry in the log."""

    signed: SignedReceipt
    salt: bytes
    """32 bytes of the entry's commitment over ``signed.to_bytes()``."""

    def sealed(self, key: bytes, receipt_id: str, until: int) -> HeldItem:
        """As it is held."""
        told = {"receipt": self.signed.to_bytes().decode(), "salt": self.salt.hex()}
        return seal(key, receipt_id, RECEIPT, until, json.dumps(told).encode())

    @classmethod
    def opened(cls, key: bytes, item: HeldItem) -> "LoggedReceipt":
        """Read it again; the receipt's signature is not checked here.

        Raises:
            ProofError: as ``unseal``.
            MalformedError: it is something else.
        """
        content = unseal(key, item)
        try:
            told = json.loads(content)
            made = cls(SignedReceipt.parse(told["receipt"].encode()), bytes.fromhex(told["salt"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise MalformedError(f"expected a held receipt, came an item of kind {item.kind}") from error
        if len(made.salt) != SALT:
            raise MalformedError(f"expected a salt of {SALT} bytes, came {len(made.salt)}")
        return made
