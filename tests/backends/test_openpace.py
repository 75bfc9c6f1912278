"""An independent verdict on PACE: OpenPACE as reader of the simulated chip, and as a chip that our reader opens."""

import os
from collections.abc import Callable

import pytest

from backends.chips import CAN
from consentry.backends.simulated_chip import Personalisation
from consentry.backends.simulated_emrtd import SimulatedEmrtd
from consentry.document.apdu import EXTENDED, Command, read_command, read_response
from consentry.document.chip_channel import DYNAMIC_DATA, Channel
from consentry.document.chip_errors import StatusError
from consentry.document.issuing_infos import agreement_of, write_card_access, write_pace_info
from consentry.document.key_derivation import CanKey, Suite
from consentry.document.oids import write_oid
from consentry.document.pace import Pace, choose, establish
from consentry.document.security_infos import STANDARD_GROUPS, Mapping, read_card_access
from consentry.document.tlv import read_only, write_tlv
from servers.openpace import OpenPace, missing

pytestmark = pytest.mark.skipif(missing() is not None, reason=f"an independent PACE: {missing()}")
RUNS = [*((group, Suite.AES_128) for group in STANDARD_GROUPS), *((12, suite) for suite in Suite)]
"""Every group, and every cipher in one of them."""
NUMBERS = (0, 1, 2)
"""Groups modulo a prime."""


def card_access(group: int, suite: Suite) -> bytes:
    agreement = agreement_of(STANDARD_GROUPS[group])
    return write_card_access(write_pace_info(agreement, Mapping.GENERIC, suite, group))


def tried(group: int, run: Callable[[], object]) -> object:
    """Run, and run again where the secret may have begun with a zero.

    OpenPACE leaves leading zeros of a Diffie-Hellman secret out, which PKCS#3, 8.3 does not allow, so that one run in
    256 fails modulo a prime. Three failures one after the other would be chance once in 17 million.
    """
    for _ in range(2 if group in NUMBERS else 0):
        try:
            return run()
        except (AssertionError, StatusError):
            continue
    return run()


@pytest.mark.parametrize(("group", "suite"), RUNS)
def test_openpace_opens_the_simulated_chip(group: int, suite: Suite) -> None:
    tried(group, lambda: openpace_reads(group, suite))


def openpace_reads(group: int, suite: Suite) -> None:
    file = card_access(group, suite)
    chip = SimulatedEmrtd(Personalisation({}, {0x011C: file}, can=CAN, largest=EXTENDED))
    other = OpenPace(file, CAN.secret)

    def tell(command: Command) -> bytes:
        response = read_response(chip.transmit(command.encode()))
        assert response.status == 0x9000
        return response.data

    def step(sent: bytes, *, last: bool = False) -> bytes:
        answer = tell(Command(0 if last else 0x10, 0x86, 0, 0, write_tlv(DYNAMIC_DATA, sent), EXTENDED))
        (held,) = read_only(answer, DYNAMIC_DATA).parts(1)
        return bytes(held.value)

    oid = write_oid(read_card_access(file).pace[0].oid)[2:]
    tell(Command(0, 0x22, 0xC1, 0xA4, write_tlv(0x80, oid) + write_tlv(0x83, b"\2")))
    other.open_nonce(step(b""))
    other.map_with(step(write_tlv(0x81, other.mapping())))
    theirs = step(write_tlv(0x83, other.ephemeral()))
    other.agree_with(theirs)
    assert other.accepts(step(write_tlv(0x85, other.token(theirs)), last=True))
    other.close()


class OpenPaceChip:
    """A chip whose PACE is OpenPACE's; it knows no more than that."""

    def __init__(self, file: bytes) -> None:
        self._other = OpenPace(file, CAN.secret)
        self._theirs = b""

    def transmit(self, raw: bytes) -> bytes:
        command = read_command(raw)
        if command.ins == 0x22:
            return b"\x90\x00"
        sent = read_only(command.data, DYNAMIC_DATA).children(1)
        answer = self._step(sent[0].tag if sent else 0x80, bytes(sent[0].value) if sent else b"")
        return b"\x63\x00" if answer is None else write_tlv(DYNAMIC_DATA, answer) + b"\x90\x00"

    def _step(self, tag: int, value: bytes) -> bytes | None:
        other = self._other
        if tag == 0x80:
            return write_tlv(0x80, other.seal_nonce())
        if tag == 0x81:
            ours = other.mapping()
            other.map_with(value)
            return write_tlv(0x82, ours)
        if tag == 0x83:
            ours, self._theirs = other.ephemeral(), value
            other.agree_with(value)
            return write_tlv(0x84, ours)
        return write_tlv(0x86, other.token(self._theirs)) if other.accepts(value) else None


@pytest.mark.parametrize(("group", "suite"), RUNS)
def test_our_reader_opens_openpace_s_chip(group: int, suite: Suite) -> None:
    file = card_access(group, suite)
    info = choose(read_card_access(file).pace)
    made = tried(group, lambda: establish(Channel(OpenPaceChip(file).transmit), info, CAN, os.urandom))
    assert isinstance(made, Pace)
    assert made.protection.suite is suite
    with pytest.raises(StatusError, match="6300"):
        establish(Channel(OpenPaceChip(file).transmit), info, CanKey("654321"), os.urandom)
