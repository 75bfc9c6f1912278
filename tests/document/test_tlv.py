"""TLV from hostile chips: truncated at every byte, oversized, nested, indefinite."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.document.tlv import DEEPEST, Tlv, TlvError, find, read_all, read_only, read_tlv, to_der, write_tlv

tags = st.sampled_from((0x02, 0x04, 0x30, 0x5F1F, 0x7F61, 0x87))
trees = st.recursive(
    st.tuples(st.sampled_from((0x02, 0x04, 0x5F1F, 0x87)), st.binary(max_size=300)).map(lambda t: write_tlv(*t)),
    lambda inner: st.tuples(st.sampled_from((0x30, 0x31, 0x7F61)), st.lists(inner, max_size=4)).map(
        lambda t: write_tlv(t[0], *t[1])
    ),
    max_leaves=8,
)


def walk(element: Tlv) -> int:
    return 1 + (sum(walk(child) for child in element.children()) if element.constructed else 0)


@given(trees)
def test_what_is_written_is_read_and_is_its_own_der(tree: bytes) -> None:
    element = read_tlv(tree)
    assert element.raw == tree
    assert walk(element) >= 1
    assert to_der(tree, longest=10_000) == tree


@given(trees)
def test_cut_off_at_every_byte_it_is_refused(tree: bytes) -> None:
    for length in range(len(tree)):
        with pytest.raises(TlvError):
            read_tlv(tree[:length])
        with pytest.raises(TlvError):
            to_der(tree[:length], longest=10_000)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_readers(data: bytes) -> None:
    for read in (read_tlv, lambda d: list(read_all(d)), lambda d: to_der(d, longest=200), lambda d: read_only(d, 0x30)):
        try:
            read(data)
        except TlvError as error:
            refused = error
            assert 0 <= refused.offset <= len(data)


def nested(levels: int, *, indefinite: bool = False) -> bytes:
    data = b"\x05\0"
    for _ in range(levels):
        data = b"\x30\x80" + data + b"\0\0" if indefinite else write_tlv(0x30, data)
    return data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x80\x05\0",
        b"\x30\x80\x05\0\0",
        bytes.fromhex("3084ffffffff"),
        bytes.fromhex("3085000000000100"),
        bytes.fromhex("308400000002"),
        bytes.fromhex("1fffffff0100"),
        nested(DEEPEST + 1),
        nested(DEEPEST + 1, indefinite=True),
        nested(20_000, indefinite=True),
        bytes.fromhex("238003020001" "0000"),
        b"\x04\x80\x00\x00",
    ],
    ids=[
        "nothing", "a tag alone", "no end", "half an end", "4 GiB", "five bytes of length", "length without value",
        "an endless tag", "too deep", "too deep and indefinite", "20,000 deep", "a bit string in pieces",
        "a primitive of indefinite length",
    ],
)  # fmt: skip
def test_named_attacks_are_refused(data: bytes) -> None:
    with pytest.raises(TlvError):
        to_der(data, longest=100_000)


def test_longer_than_allowed_is_refused_unread() -> None:
    with pytest.raises(TlvError, match="at most 64"):
        to_der(bytes(65), longest=64)


def test_more_elements_than_any_object_has_are_refused() -> None:
    """Each costs a hundred bytes of memory for two of the attacker's; only a revocation list may have so many."""
    many = write_tlv(0x30, b"\x05\0" * 20_000)
    with pytest.raises(TlvError, match="expected fewer elements"):
        to_der(many, longest=100_000)
    assert to_der(many, longest=100_000, most=20_001) == many


def test_an_element_does_not_print_what_it_holds() -> None:
    element = read_tlv(write_tlv(0x5F1F, b"P<UTOERIKSSON"))
    assert "ERIKSSON" not in repr(element)


def test_elements_are_found_by_tag_and_told_by_offset() -> None:
    children = read_tlv(write_tlv(0x60, write_tlv(0x5F01, b"0107"), write_tlv(0x5C, b"\x61\x75"))).children()
    found = find(children, 0x5C)
    assert found is not None
    assert (bytes(found.value), found.begin) == (b"\x61\x75", 9)
    assert find(children, 0x42) is None
    with pytest.raises(TlvError, match="at most 1 elements"):
        read_tlv(write_tlv(0x30, b"\x05\0\x05\0")).children(limit=1)
