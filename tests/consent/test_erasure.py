"""Sealing: bound to receipt, kind and end; wrapping: held against RFC 3394's own example."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.receipts import RECEIPT, signed
from consentry.consent.erasure import KEY, LoggedReceipt, seal, unseal, unwrap, wrap
from consentry.consent.retention import HeldItem
from consentry.core.errors import MalformedError, ProofError

ONE, OTHER = bytes(range(32)), bytes(range(1, 33))
ITEM = seal(ONE, RECEIPT.id, "passages", 1_000, b"what was done")


def test_wrapping_is_that_of_rfc_3394() -> None:
    """Section 4.6: 256 bits of key data with a 256-bit key."""
    above = bytes.fromhex("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F")
    data = bytes.fromhex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F")
    wrapped = bytes.fromhex("28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21")
    assert wrap(above, data) == wrapped
    assert unwrap(above, wrapped) == data


def test_what_was_sealed_opens_with_its_key_alone() -> None:
    assert unseal(ONE, ITEM) == b"what was done"
    with pytest.raises(ProofError, match="does not open"):
        unseal(OTHER, ITEM)
    assert b"what was done" not in ITEM.sealed
    assert seal(ONE, RECEIPT.id, "passages", 1_000, b"what was done").sealed != ITEM.sealed


@pytest.mark.parametrize(
    "change", [{"receipt_id": "f" * 32}, {"kind": "receipt"}, {"until": 1_001}], ids=["receipt", "kind", "end"]
)
def test_an_item_moved_or_made_to_last_longer_does_not_open(change: dict[str, object]) -> None:
    with pytest.raises(ProofError, match="does not open"):
        unseal(ONE, dataclasses.replace(ITEM, **change))  # type: ignore[arg-type]


@given(st.binary(max_size=60))
def test_other_bytes_do_not_open(content: bytes) -> None:
    with pytest.raises((ProofError, MalformedError)):
        unseal(ONE, dataclasses.replace(ITEM, sealed=content))
    with pytest.raises(ProofError, match="does not open this key"):
        unwrap(ONE, content)


def test_a_changed_byte_anywhere_does_not_open() -> None:
    wrapped = wrap(ONE, OTHER)
    for place in range(len(ITEM.sealed)):
        changed = bytearray(ITEM.sealed)
        changed[place] ^= 1 << (place % 8)
        with pytest.raises((ProofError, MalformedError)):
            unseal(ONE, dataclasses.replace(ITEM, sealed=bytes(changed)))
    for place in range(len(wrapped)):
        changed = bytearray(wrapped)
        changed[place] ^= 1 << (place % 8)
        with pytest.raises(ProofError):
            unwrap(ONE, bytes(changed))


@pytest.mark.parametrize("key", [b"", bytes(16), bytes(33)])
def test_a_key_of_another_length_seals_nothing(key: bytes) -> None:
    with pytest.raises(ValueError, match=f"key of {KEY} bytes"):
        seal(key, RECEIPT.id, "passages", 1_000, b"")


def test_the_held_receipt_gives_back_receipt_and_salt() -> None:
    held = LoggedReceipt(signed(), bytes(32))
    item = held.sealed(ONE, RECEIPT.id, 2_000)
    again = LoggedReceipt.opened(ONE, item)
    assert (again.signed, again.salt) == (held.signed, held.salt)
    assert "0123" not in repr(item) + repr(held)
    other = seal(ONE, RECEIPT.id, "receipt", 2_000, b'{"receipt":1,"salt":"00"}')
    with pytest.raises(MalformedError, match="expected a held receipt"):
        LoggedReceipt.opened(ONE, other)


def test_an_item_tells_nothing_of_its_content() -> None:
    item = HeldItem(RECEIPT.id, "passages", "0" * 16, 1, b"\xde\xad")
    assert repr(item) == "HeldItem('passages', until=1, 2 bytes)"
