"""The reader's arithmetic, which shows the library no more than it must, against plain integers."""

import os

import pytest

from consentry.backends.simulated_chip_numbers import arithmetic_of
from consentry.document.chip_errors import ChipError
from consentry.document.dh_groups import DH_1024_160
from consentry.document.key_agreement import DhGroup, EcGroup, Group
from consentry.document.key_derivation import Suite
from consentry.document.pace import token
from consentry.document.secure_messaging import SessionKeys
from consentry.document.security_infos import STANDARD_GROUPS

GROUPS = tuple(STANDARD_GROUPS.values())


def name(group: Group) -> str:
    return group.name


@pytest.mark.parametrize("group", GROUPS, ids=name)
def test_both_ways_of_reckoning_agree(group: Group) -> None:
    """Public values, common secrets and mapped generators, by the reader and by plain integers."""
    plain, nonce = arithmetic_of(group), os.urandom(16)
    for _ in range(3):
        ours, theirs = group.secret(os.urandom), group.secret(os.urandom)
        assert group.public(ours) == plain.public(ours)
        assert group.shared(ours, plain.public(theirs)) == plain.shared(theirs, group.public(ours))
        mapped, chip = group.mapped(nonce, ours, plain.public(theirs)), plain.mapped(nonce, theirs, group.public(ours))
        assert mapped.public(ours) == chip.public(ours)


@pytest.mark.parametrize("group", [group for group in GROUPS if isinstance(group, EcGroup)], ids=name)
def test_the_ends_of_the_secrets_range(group: EcGroup) -> None:
    order, generator = group.curve.order, group.generator
    for secret in (1, 2, order - 3, order - 2):
        assert group.times(secret, generator) == group.curve.multiply(secret, generator)
    for secret in (0, order - 1, order):
        with pytest.raises(ValueError, match="expected a secret"):
            group.times(secret, generator)
    drawn = {group.secret(lambda count, byte=byte: bytes([byte]) * count) for byte in (0, 1, 255)}
    assert min(drawn) == 1
    assert max(drawn) < order - 1


@pytest.mark.parametrize("group", GROUPS, ids=name)
def test_what_is_no_public_value_is_refused(group: Group) -> None:
    good = group.public(7)
    off = good[:-1] + bytes([good[-1] ^ 1])
    for wrong in (b"", b"\0", off, good + b"\0", b"\1", good[:1] + bytes(len(good) - 1), b"\xff" * len(good)):
        with pytest.raises(ChipError):
            group.shared(5, wrong)
        with pytest.raises(ChipError):
            group.mapped(b"\1" * 16, 5, wrong)


def test_a_mapping_to_nothing_is_refused() -> None:
    """A chip that knows the nonce could choose its value so that the generator vanishes."""
    group = EcGroup.of(next(one.curve for one in GROUPS if isinstance(one, EcGroup)))
    inverse = arithmetic_of(group).public(group.curve.order - 6)
    with pytest.raises(ChipError, match="infinity"):
        group.mapped((6).to_bytes(16, "big"), 1, inverse)
    numbers = DhGroup.of(DH_1024_160)
    order = DH_1024_160.order or 0
    vanishing = pow(DH_1024_160.generator, order - 6, DH_1024_160.prime).to_bytes(128, "big")
    with pytest.raises(ChipError, match="gives none"):
        numbers.mapped((6).to_bytes(16, "big"), 1, vanishing)


def test_leading_zeros_of_numbers() -> None:
    """A public number goes without them, in the token too (BSI TR-03110-3, D.2.1.1); a secret keeps them (PKCS#3)."""
    group = DhGroup.of(DH_1024_160)
    secret = next(number for number in range(3, 5000) if len(group.public(number)) < DH_1024_160.size)
    short = group.public(secret)
    padded = short.rjust(DH_1024_160.size, b"\0")
    assert short[0] != 0
    assert group.shared(5, short) == group.shared(5, padded)
    keys = SessionKeys.derive(b"secret", Suite.AES_128)
    oid = "0.4.0.127.0.7.2.2.4.1.2"
    assert token(keys, oid, 0x84, short) == token(keys, oid, 0x84, padded)
    assert len(group.shared(secret, DH_1024_160.generator.to_bytes(DH_1024_160.size, "big"))) == DH_1024_160.size
