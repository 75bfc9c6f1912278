"""Integrated mapping against the examples of Doc 9303-11, appendix H, and against a chip that computes by hand."""

import pytest

from consentry.backends.simulated_chip_numbers import arithmetic_of, integrated
from consentry.document.chip_errors import ChipError
from consentry.document.integrated_mapping import encode_point, mapped, nonce_length, pseudo_random, suits
from consentry.document.key_agreement import DhGroup, EcGroup
from consentry.document.key_derivation import Suite
from consentry.document.security_infos import STANDARD_GROUPS

BRAINPOOL = STANDARD_GROUPS[13]
assert isinstance(BRAINPOOL, EcGroup)
CHIP, READER = bytes.fromhex("2923BE84E16CD6AE529049F1F1BBE9EB"), bytes.fromhex("5DD4CBFC96F5453B130D890A1CDBAE32")
NUMBERS = (
    "1D7D767F11E333BCD6DBAEF40E799E7A926B96973550656FF3C830726D118D61C276CDCC61D475CF03A98E0C0E79CAEBA5BE25578BD4551D"
    "0B10903236F0B0F976852FA78EEA14EA0ACA87D1E91F688FE0DFF897BBE35A472621D343564B262F34223AE8FC59B664BFEDFA2BFE7516CA"
    "5510A6BBB633D517EC25D4E0BBAA16C2"
)
MADE = [number for number, group in STANDARD_GROUPS.items() if suits(group)]


def test_the_pseudo_random_number_of_the_example() -> None:
    number = pseudo_random(Suite.AES_128, CHIP, READER, BRAINPOOL.curve.p)
    assert f"{number:X}" == "A2F8FF2DF50E52C6599F386ADCB595D229F6A167ADE2BE5F2C3296ADD5B7430E"


def test_points_as_in_the_example() -> None:
    """Appendix H.1: generator, the reader's public value, and the secret that both sides have."""
    group = mapped(BRAINPOOL, Suite.AES_128, CHIP, READER)
    assert isinstance(group, EcGroup)
    assert [f"{one:X}" for one in group.generator] == [
        "8E82D31559ED0FDE92A4D0498ADD3C23BABA94FB77691E31E90AEA77FB17D427",
        "4C1AE14BD0C3DBAC0C871B7F3608169364437CA30AC243A089D3F266C1E60FAD",
    ]
    ours = int("A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595", 16)
    theirs = group.public(int("107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A", 16))
    assert group.shared(ours, theirs).hex().upper() == (
        "4F150FDE1D4F0E38E95017B891BAE17133A0DF45B0D3E18B60BA7BEAFDC2C713"
    )


def test_numbers_as_in_the_example() -> None:
    """Appendix H.2."""
    nonces = bytes.fromhex("FA5B7E3E49753A0DB9178B7B9BD898C8"), bytes.fromhex("B3A6DB3C870C3E99245E0D1C06B747DE")
    group = mapped(STANDARD_GROUPS[0], Suite.AES_128, *nonces)
    assert isinstance(group, DhGroup)
    assert f"{group.generator:X}" == NUMBERS


@pytest.mark.parametrize("number", MADE)
@pytest.mark.parametrize("suite", Suite)
def test_reader_and_chip_come_to_the_same_generator(number: int, suite: Suite) -> None:
    """Each by arithmetic of its own; some nonces give a point by x2, some by x3."""
    for turn in range(4):
        nonce, ours = bytes([turn]) * nonce_length(suite), bytes([turn + 9]) * suite.key_length
        group = mapped(STANDARD_GROUPS[number], suite, nonce, ours)
        chip = integrated(arithmetic_of(STANDARD_GROUPS[number]), suite, nonce, ours)
        secret = 0x123456789
        if isinstance(group, EcGroup):
            assert group.curve.holds(group.generator)
            assert chip.public(secret) == group.curve.encode(group.curve.multiply(secret, group.generator) or (0, 0))
        else:
            assert chip.public(secret).lstrip(b"\0") == group.public(secret)


def test_a_group_whose_prime_does_not_suit_is_none() -> None:
    assert sorted(set(STANDARD_GROUPS) - set(MADE)) == [10]


@pytest.mark.parametrize("number", [0, 1, BRAINPOOL.curve.p - 1])
def test_numbers_that_have_no_point_are_refused(number: int) -> None:
    with pytest.raises(ChipError, match="no point has"):
        encode_point(BRAINPOOL.curve, number)


def test_a_nonce_of_another_length_is_refused() -> None:
    with pytest.raises(ChipError, match="expected a nonce of 32 bytes, came 16"):
        mapped(BRAINPOOL, Suite.AES_256, CHIP, bytes(32))
