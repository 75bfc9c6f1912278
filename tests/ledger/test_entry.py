"""Entries: one spelling, nothing of a person, bound records."""

import string
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.core.errors import MalformedError
from consentry.ledger.entry import SALT, Entry, Kind, commit

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
made = st.builds(
    Entry,
    st.sampled_from(Kind),
    st.integers(0, 4_000_000_000_000).map(lambda ms: ms / 1000),
    words,
    words,
    st.sampled_from([b"", bytes(range(32))]),
    st.dictionaries(st.text(string.ascii_lowercase, max_size=9), st.integers(-(2**53), 2**53) | words, max_size=4),
)


@given(made)
def test_an_entry_is_read_back(entry: Entry) -> None:
    assert Entry.parse(entry.to_bytes()) == entry


@given(made, st.integers(0, 400), st.integers(0, 255))
def test_no_other_spelling_is_an_entry(entry: Entry, place: int, value: int) -> None:
    """Two byte strings never mean the same entry: else one could be shown for the other."""
    content = bytearray(entry.to_bytes())
    content[place % len(content)] = value
    with suppress(MalformedError):
        assert Entry.parse(bytes(content)).to_bytes() == bytes(content)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"null", b'{"at":1}', b'{"at":1,"kind":"mugshot"}', b'{"at":"1","kind":"receipt"}',
     b'{"kind":"receipt","at":1}', b'{"at":1, "kind":"receipt"}', b'{"at":1,"kind":"receipt","name":"x"}',
     b'{"at":1e3,"kind":"receipt"}', b'{"at":NaN,"kind":"receipt"}', b"[" * 3000, b"\xff", b" " * 4001,
     b'{"at":1,"commitment":"0","kind":"receipt"}', b'{"at":1,"facts":3,"kind":"receipt"}',
     b'{"at":1,"facts":{"a":{"b":1}},"kind":"receipt"}',
     b'{"at":1,"facts":{"a":true},"kind":"receipt"}'],
)  # fmt: skip
def test_what_is_no_entry_is_told(content: bytes) -> None:
    with pytest.raises(MalformedError, match="expected an entry"):
        Entry.parse(content)


def test_a_commitment_needs_a_whole_salt() -> None:
    assert commit(bytes(SALT), b"record") != commit(b"\x01" + bytes(SALT - 1), b"record")
    with pytest.raises(ValueError, match="32 bytes, came 31"):
        commit(bytes(31), b"record")
