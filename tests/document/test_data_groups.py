"""Data groups with text, against the shared samples and against what is none."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.document.data_groups import (
    read_document_details,
    read_holder_details,
    read_optional_details,
    read_persons_to_notify,
)
from consentry.document.tlv import TlvError, write_tlv


@pytest.mark.shared
def test_the_shared_sample_of_more_about_the_holder(shared: Path) -> None:
    details = read_holder_details((shared / "data/documents/emrtd/tsemrtd/EF_DG11.bin").read_bytes())
    assert details.texts["name"] == ("Doe John",)
    assert details.texts["other name"] == ("William",)
    assert details.texts["born"] == ("19700101",)
    assert details.texts["other documents"] == ("123 123",)
    assert details.unknown == ()
    assert "Doe" not in repr(details)


@pytest.mark.shared
def test_the_shared_sample_of_more_about_the_document(shared: Path) -> None:
    details = read_document_details((shared / "data/documents/emrtd/tsemrtd/EF_DG12.bin").read_bytes())
    assert details.texts["authority"] == ("TEST",)
    assert details.texts["issued"] == ("20240101",)
    assert details.texts["personalised"] == ("20240101123059",)


def test_persons_to_notify() -> None:
    person = write_tlv(0xA1, write_tlv(0x5F51, b"DOE<<JANE"), write_tlv(0x5F50, bytes.fromhex("20240101")))
    (one,) = read_persons_to_notify(write_tlv(0x70, b"\x02\x01\x01", person))
    assert one.texts == {"name": ("DOE JANE",), "recorded": ("20240101",)}
    with pytest.raises(TlvError, match="as announced"):
        read_persons_to_notify(write_tlv(0x70, b"\x02\x01\x02", person))


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
