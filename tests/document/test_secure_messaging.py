"""Secure messaging and its commands: whatever is sent comes back as it was, and whatever was touched is refused."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.backends.simulated_chip_faults import Faults
from consentry.backends.simulated_chip_secure import BrokenError, ChipSecureMessaging
from consentry.document.apdu import EXTENDED, SHORT, Command, Response, read_command, read_response
from consentry.document.chip_ciphers import pad, unpad
from consentry.document.chip_errors import ChipError, SecureMessagingError
from consentry.document.key_derivation import Suite
from consentry.document.secure_messaging import OVERHEAD, SHORT_READ, SecureMessaging, SessionKeys
from consentry.document.tlv import write_tlv

suites = st.sampled_from(Suite)
counters = st.integers(0, 2**64 - 100)
lengths = st.one_of(st.none(), st.integers(1, SHORT), st.integers(SHORT + 1, EXTENDED))
bytes_of = st.integers(0, 255)
commands = st.builds(
    Command,
    st.sampled_from([0x00, 0x10, 0x80]),
    bytes_of,
    bytes_of,
    bytes_of,
    st.one_of(st.binary(max_size=600), st.integers(0, 60_000).map(bytes)),
    lengths,
)
FIXED = {suite: SessionKeys.derive(b"a secret of both", suite) for suite in Suite}


def pair(suite: Suite, counter: int = 0) -> tuple[SecureMessaging, ChipSecureMessaging]:
    """Both sides of a channel."""
    return SecureMessaging(FIXED[suite], counter), ChipSecureMessaging(FIXED[suite], counter, Faults(()))


@given(commands)
def test_a_command_reads_back_as_it_was_written(command: Command) -> None:
    assert read_command(command.encode()) == command


@given(st.binary(max_size=40))
def test_bytes_are_a_command_or_refused(raw: bytes) -> None:
    with contextlib.suppress(ChipError):
        command = read_command(raw)
        assert read_command(command.encode()) == command


def test_a_command_has_its_limits() -> None:
    with pytest.raises(ValueError, match="at most 65535"):
        Command(0, 0, 0, 0, bytes(65_536)).encode()
    with pytest.raises(ValueError, match="at most 65535"):
        Command(0, 0, 0, 0, expected=65_537).encode()


@pytest.mark.parametrize("raw", [b"", b"\x90", bytes(EXTENDED + 3)])
def test_an_answer_has_its_limits(raw: bytes) -> None:
    with pytest.raises(ChipError, match="expected an answer"):
        read_response(raw)


@given(st.binary(max_size=100), st.sampled_from([8, 16]))
def test_padding_comes_off_again(data: bytes, block: int) -> None:
    padded = pad(data, block)
    assert len(padded) % block == 0
    assert unpad(padded) == data


@given(suites, counters, st.lists(st.tuples(commands, st.binary(max_size=500)), min_size=1, max_size=4))
@settings(max_examples=60)
def test_both_sides_understand_each_other(suite: Suite, counter: int, exchanges: list[tuple[Command, bytes]]) -> None:
    """ICAO Doc 9303-11, 9.8: any data, any length, one after the other."""
    reader, chip = pair(suite, counter)
    for command, data in exchanges:
        sealed = reader.protect(command)
        assert sealed.data.count(command.data) == 0 or len(command.data) < 4
        assert chip.open(read_command(sealed.encode())) == command
        answer = read_response(chip.seal(command, Response(data, 0x9000)))
        assert reader.reveal(answer) == Response(data, 0x9000)


@given(suites, st.binary(min_size=1, max_size=64), st.data())
@settings(max_examples=200)
def test_an_answer_that_was_touched_gives_nothing(suite: Suite, data: bytes, choice: st.DataObject) -> None:
    """Cut at any byte, one bit the other way, a byte more: always refused, and the channel is over."""
    reader, chip = pair(suite)
    command = Command(0, 0xB0, 0, 0, expected=SHORT)
    chip.open(read_command(reader.protect(command).encode()))
    answer = chip.seal(command, Response(data, 0x9000))
    place = choice.draw(st.integers(0, len(answer) - 1))
    how = choice.draw(st.sampled_from(["cut", "flip", "double", "insert"]))
    touched = {
        "cut": answer[:place],
        "flip": answer[:place] + bytes([answer[place] ^ 1 << choice.draw(st.integers(0, 7))]) + answer[place + 1 :],
        "double": answer + answer,
        "insert": answer[:place] + bytes([choice.draw(bytes_of)]) + answer[place:],
    }[how]
    if touched == answer:
        return
    with pytest.raises(ChipError):
        reader.reveal(read_response(touched))
    if len(touched) >= 2:
        with pytest.raises(SecureMessagingError, match="ended"):
            reader.protect(command)


@pytest.mark.parametrize("suite", Suite)
def test_replayed_swapped_and_foreign_answers_are_refused(suite: Suite) -> None:
    command = Command(0, 0xB0, 0, 0, expected=8)
    reader, chip = pair(suite)
    chip.open(read_command(reader.protect(command).encode()))
    first = chip.seal(command, Response(b"first", 0x9000))
    reader.reveal(read_response(first))
    chip.open(read_command(reader.protect(command).encode()))
    with pytest.raises(SecureMessagingError, match="checksum"):
        reader.reveal(read_response(first))
    reader, _ = pair(suite)
    _, stranger = pair(suite, 7)
    reader.protect(command)
    with pytest.raises(SecureMessagingError, match="checksum"):
        reader.reveal(read_response(stranger.seal(command, Response(b"", 0x9000))))


def _sealed(objects: bytes, keys: SessionKeys, outside: int = 0x9000) -> Response:
    """Objects under a right checksum, as a chip might send that knows the keys and not the rules."""
    return Response(objects + write_tlv(0x8E, keys.checksum(2, objects)), outside)


@pytest.mark.parametrize("suite", Suite)
@pytest.mark.parametrize(
    ("objects", "why"),
    [
        ("", "expected objects"),
        ("87020100", "expected objects"),
        ("9902900099029000", "expected objects"),
        ("99036F0000", "protected status"),
        ("99026F00", "protected status"),
        ("9900", "protected status"),
        ("87010199029000", "whole blocks|block length|padding"),
        ("87010099029000", "begins with 01"),
        ("870099029000", "begins with 01"),
        ("850099029000", "padding"),
        ("870201FF99029000", "block length"),
        ("530099029000", "expected objects"),
    ],
)
def test_a_chip_that_knows_the_keys_must_keep_the_rules_too(suite: Suite, objects: str, why: str) -> None:
    reader, _ = pair(suite)
    reader.protect(Command(0, 0xB0, 0, 0, expected=8))
    with pytest.raises(SecureMessagingError, match=why):
        reader.reveal(_sealed(bytes.fromhex(objects), FIXED[suite]))


@pytest.mark.parametrize("status", [0x9000, 0x6988, 0x6982])
def test_an_answer_in_the_clear_is_refused(status: int) -> None:
    reader, _ = pair(Suite.AES_128)
    reader.protect(Command(0, 0xB0, 0, 0, expected=8))
    with pytest.raises(SecureMessagingError, match="gave up protection"):
        reader.reveal(Response(b"", status))


@given(suites, st.binary(min_size=10, max_size=80))
def test_no_bytes_break_either_side(suite: Suite, raw: bytes) -> None:
    reader, chip = pair(suite)
    reader.protect(Command(0, 0xB0, 0, 0, expected=8))
    with pytest.raises(ChipError):
        reader.reveal(read_response(raw))
    with pytest.raises(BrokenError):
        chip.open(Command(0x0C, 0xB0, 0, 0, raw, SHORT))


@pytest.mark.parametrize("suite", Suite)
def test_what_fits_into_a_short_answer_fits(suite: Suite) -> None:
    _, chip = pair(suite)
    sealed = chip.seal(Command(0, 0xB0, 0, 0), Response(bytes(SHORT_READ), 0x9000))
    assert len(sealed) <= SHORT + 2
    long = chip.seal(Command(0, 0xB0, 0, 0), Response(bytes(EXTENDED - OVERHEAD), 0x9000))
    assert len(long) <= EXTENDED + 2


def test_nothing_shows_a_key_or_data() -> None:
    keys = FIXED[Suite.AES_256]
    shown = f"{keys!r} {Command(0, 0, 0, 0, b'secret')!r} {Response(b'secret', 0x9000)!r}"
    assert shown == "SessionKeys(AES-256) Command(00000000, 6 bytes, expected=None) Response(6 bytes, 9000)"
