"""The traveller's code and the whole receipt in a QR code."""

import contextlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.receipts import KEY, RECEIPT, SECRET, signed
from consentry.consent.receipt_code import TravellerCode, packed, unpacked
from consentry.core.errors import MalformedError

SIGNED = signed()
CODE = TravellerCode.of(RECEIPT.id, SECRET, bytes(32), SIGNED)


def test_a_code_comes_back_and_is_of_its_receipt_alone() -> None:
    again = TravellerCode.parse(f" {CODE}\n")
    assert again == CODE
    assert RECEIPT.held_by(again.secret)
    assert again.is_of(SIGNED)
    assert not again.is_of(signed(journey="KE124 2027-01-15"))


def test_a_code_does_not_print_its_secret() -> None:
    assert SECRET.hex() not in repr(CODE)
    assert str(CODE) not in repr(CODE)


@given(st.text(max_size=30) | st.from_regex(r"CONSENTRY:1:[A-Z2-7]{1,200}", fullmatch=True))
def test_what_is_no_code_is_refused_in_words(text: str) -> None:
    with contextlib.suppress(MalformedError):
        assert str(TravellerCode.parse(text)) == text.strip()


def test_a_refused_code_is_not_told() -> None:
    with pytest.raises(MalformedError) as refused:
        TravellerCode.parse(str(CODE)[:-20])
    assert str(CODE)[12:40] not in str(refused.value)


@pytest.mark.parametrize("place", range(12, len(str(CODE)), 17))
def test_a_changed_letter_gives_another_code_or_none(place: int) -> None:
    text = str(CODE)
    letter = "A" if text[place] != "A" else "B"
    try:
        read = TravellerCode.parse(text[:place] + letter + text[place + 1 :])
    except MalformedError:
        return
    assert (read.receipt_id, read.secret, read.salt) != (CODE.receipt_id, CODE.secret, CODE.salt) or not read.is_of(
        SIGNED
    )


def test_a_whole_receipt_comes_back() -> None:
    assert unpacked(packed(SIGNED)).verified([KEY.verifier]) == RECEIPT


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"CR1",
        packed(SIGNED)[:-1],
        packed(SIGNED) + b"x",
        packed(SIGNED)[3:],
        b"CR1" + zlib.compress(bytes(50_000_000)),
        b"CR1" + zlib.compress(b"no receipt"),
    ],
    ids=["nothing", "a head", "cut", "longer", "headless", "a bomb", "another text"],
)
def test_what_is_no_whole_receipt_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedError):
        unpacked(content)
