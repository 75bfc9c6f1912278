"""Data groups with text, against the shared samples and against what is none."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.document.checks import Outcome
from consentry.document.data_groups import (
    read_document_details,
    read_holder_details,
    read_optional_details,
    read_persons_to_notify,
)
from consentry.document.further_groups import further_checks, read_further_groups
from consentry.document.tlv import TlvError, write_tlv


@pytest.mark.shared
def test_the_shared_sample_of_more_about_the_holder(shared: Path) -> None:
    details = read_holder_details((shared / "data/documents/emrtd/tsemrtd/EF_DG11.bin").read_bytes())
    assert details.texts["name"] == ("Doe John",)
    assert details.texts["other name"] == ("William",)
    assert details.texts["born"] == ("1970-01-01",)
    assert details.texts["other documents"] == ("123, 123",)
    assert details.unknown == ()
    assert "Doe" not in repr(details)


@pytest.mark.shared
def test_the_shared_sample_of_more_about_the_document(shared: Path) -> None:
    details = read_document_details((shared / "data/documents/emrtd/tsemrtd/EF_DG12.bin").read_bytes())
    assert details.texts["authority"] == ("TEST",)
    assert details.texts["issued"] == ("2024-01-01",)
    assert details.texts["personalised"] == ("2024-01-01 12:30:59",)


def test_persons_to_notify() -> None:
    person = write_tlv(0xA1, write_tlv(0x5F51, b"DOE<<JANE"), write_tlv(0x5F50, bytes.fromhex("20240101")))
    (one,) = read_persons_to_notify(write_tlv(0x70, b"\x02\x01\x01", person))
    assert one.texts == {"name": ("DOE, JANE",), "recorded": ("2024-01-01",)}
    with pytest.raises(TlvError, match="as announced"):
        read_persons_to_notify(write_tlv(0x70, b"\x02\x01\x02", person))


@pytest.mark.parametrize(
    ("tag", "value", "shown"),
    [
        (0x5F0E, b"VAN<DER<MEER<<ANNA<MARIA", "VAN DER MEER, ANNA MARIA"),
        (0x5F0E, b"SMITH", "SMITH"),
        (0x5F42, b"1 MAIN ST<ANYTOWN<<MN", "1 MAIN ST, ANYTOWN, MN"),
        (0x5F11, "Kraków".encode(), "Kraków"),
        (0x5F11, "Kraków".encode("latin-1"), "Kraków"),
        (0x5F15, b"\x1b[2Jgone\r\nand \xe2\x80\xaeback", "[2Jgone and back"),
        (0x5F2B, bytes.fromhex("19700101"), "1970-01-01"),
        (0x5F2B, b"19700101", "1970-01-01"),
        (0x5F2B, b"1970<<<<", "1970<<<<"),
        (0x5F12, b"1<555<0199", "1 555 0199"),
        (0x5F12, b"", ""),
    ],
    ids=[
        "name",
        "one part",
        "address",
        "UTF-8",
        "Latin-1",
        "commands to a terminal",
        "packed",
        "digits",
        "a day that is not known",
        "telephone",
        "empty",
    ],
)
def test_texts_are_shown_as_they_are_meant_and_command_nothing(tag: int, value: bytes, shown: str) -> None:
    (texts,) = read_holder_details(write_tlv(0x6B, write_tlv(tag, value))).texts.values()
    assert texts == (shown,)


def test_other_names_stand_in_a_template_of_their_own() -> None:
    two = write_tlv(0xA0, b"\x02\x01\x02", write_tlv(0x5F0F, b"ONE"), write_tlv(0x5F0F, b"TWO<<X"))
    details = read_holder_details(write_tlv(0x6B, write_tlv(0x5C, b"\x5f\x0f"), two, write_tlv(0x5F7F, b"x")))
    assert details.texts == {"other name": ("ONE", "TWO, X")}
    assert details.unknown == (0x5F7F,)


def test_pictures_of_papers_are_passed_over() -> None:
    assert read_holder_details(write_tlv(0x6B, write_tlv(0x5F16, b"\xff\xd8"))).texts == {}
    assert read_document_details(write_tlv(0x6C, write_tlv(0x5F1D, b"\xff\xd8"))).texts == {}


NAMED_ATTACKS = {
    "a text of 5 KB": write_tlv(0x6B, write_tlv(0x5F15, bytes(5000))),
    "sixty-five elements": write_tlv(0x6B, write_tlv(0x5F12, b"1") * 65),
    "sixty-five other names": write_tlv(0x6B, write_tlv(0xA0, b"\x02\x01\x41", write_tlv(0x5F0F, b"A") * 65)),
    "seventeen persons": write_tlv(0x70, b"\x02\x01\x11", write_tlv(0xA1, b"") * 17),
    "a person that is none": write_tlv(0x70, b"\x02\x01\x01", write_tlv(0x5F51, b"A")),
    "a negative number of persons": write_tlv(0x70, b"\x02\x01\xff"),
    "4 GiB": bytes.fromhex("6B84FFFFFFFF"),
    "no end": bytes.fromhex("6B80 5F1201 31 0000"),
    "another group": write_tlv(0x61, b""),
    "more than a megabyte": write_tlv(0x6B, write_tlv(0x5F12, bytes(1 << 20))),
}


@pytest.mark.parametrize("attack", NAMED_ATTACKS)
@pytest.mark.parametrize("read", [read_holder_details, read_document_details, read_persons_to_notify])
def test_named_attacks_are_refused(attack: str, read: Callable[[bytes], object]) -> None:
    with pytest.raises(TlvError, match="at byte"):
        read(NAMED_ATTACKS[attack])


def test_twenty_thousand_levels_are_as_many_bytes_and_nothing_more() -> None:
    """Nobody descends into what he does not know."""
    data = b"\x05\0"
    for _ in range(5_000):
        data = write_tlv(0x6D, data)
    assert len(read_optional_details(data)) > 10_000
    assert read_holder_details(write_tlv(0x6B, data)).unknown == (0x6D,)


def test_an_error_says_nothing_of_the_holder() -> None:
    with pytest.raises(TlvError) as caught:
        read_persons_to_notify(write_tlv(0x70, b"\x02\x01\x02", write_tlv(0xA1, write_tlv(0x5F51, b"ERIKSSON"))))
    assert "ERIKSSON" not in str(caught.value)


def test_what_is_wrong_with_a_further_group_is_told_and_does_not_make_a_document_false() -> None:
    (check,) = further_checks(read_further_groups({11: write_tlv(0x6B, b"\x5f"), 13: write_tlv(0x6D, b"x")}))
    assert check.outcome is Outcome.UNDETERMINED
    assert check.why.startswith("data group 11 is not what it should be: expected a tag")
    assert further_checks(read_further_groups({1: b"", 2: b""})) == ()
    (check,) = further_checks(read_further_groups({12: write_tlv(0x6C, write_tlv(0x5F7F, b"")), 13: b"\x6d\x00"}))
    assert check.why == "DG12, DG13 read; elements that the standard does not name: 5F7F"


def test_a_state_s_own_group_stays_bytes() -> None:
    assert read_optional_details(write_tlv(0x6D, b"whatever")) == b"whatever"


def test_other_names_that_are_fewer_than_announced_are_refused() -> None:
    short = write_tlv(0xA0, b"\x02\x01\x02", write_tlv(0x5F0F, b"ONE"))
    with pytest.raises(TlvError, match="as announced"):
        read_holder_details(write_tlv(0x6B, short))


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_no_bytes_break_the_readers(data: bytes) -> None:
    for tag, read in (
        (0x6B, read_holder_details),
        (0x6C, read_document_details),
        (0x70, read_persons_to_notify),
    ):
        try:
            read(write_tlv(tag, data))
        except TlvError:
            continue
