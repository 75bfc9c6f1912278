"""A document on a PC/SC reader: a real service, a virtual reader, a simulated chip."""

import os
from pathlib import Path

import pytest

from backends.chips import ZONE, Wish, document
from consentry.backends import reader
from consentry.backends.reader import PcscReader, readers
from consentry.backends.simulated_emrtd import SimulatedEmrtd
from consentry.core.errors import BackendError
from consentry.document.checks import Outcome
from consentry.document.chip_session import read_chip
from consentry.document.key_derivation import Suite
from consentry.document.security_infos import Mapping
from servers.virtual_reader import PACKAGES, missing, virtual_reader


@pytest.mark.network
@pytest.mark.skipif(missing() is not None, reason=f"a virtual PC/SC reader: {missing()}")
def test_a_document_is_read_through_the_system_s_service(tmp_path: Path) -> None:
    """BAC with short commands, then PACE with extended ones, each with both proofs, over one virtual reader."""
    plain = document(Wish(chip=(12, Suite.AES_128), active="rsa1024"))
    modern = document(
        Wish(((13, Mapping.GENERIC, Suite.AES_256),), chip=(13, Suite.AES_256), active="secp256r1", largest=4096)
    )
    for number, one in enumerate((plain, modern)):
        folder = tmp_path / str(number)
        folder.mkdir()
        chip = SimulatedEmrtd(one.made)
        with virtual_reader(chip, folder) as name:
            assert any(listed.startswith(name) for listed in readers())
            connected = PcscReader(name)
            try:
                reading = read_chip(connected.transmit, (ZONE,), os.urandom)
                again = read_chip(connected.transmit, (ZONE,), os.urandom)
            finally:
                connected.close()
            done = {check.name for check in reading.checks if check.outcome is Outcome.SUCCESSFUL}
            assert {"chip_authentication", "active_authentication", "pace" if number else "bac"} <= done
            assert dict(reading.groups) == one.passport.groups()
            assert again.checks == reading.checks  # a second session without a reset ends the first one's channel
            assert dict(again.groups) == dict(reading.groups)
            with pytest.raises(BackendError, match="closed"):
                connected.transmit(b"\0\0\0\0")
            with pytest.raises(BackendError, match="expected a reader called 'none such'"):
                PcscReader("none such")
        connected.close()


@pytest.mark.skipif(missing() is not None, reason=f"the readers' service not running: {missing()}")
def test_without_the_service_it_says_what_to_start() -> None:
    for ask in (readers, PcscReader):
        with pytest.raises(BackendError, match="start pcscd"):
            ask()


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_LIBRARY", "libnone-such.so.1")
    for ask in (readers, PcscReader):
        with pytest.raises(BackendError, match="install libpcsclite1 and pcscd"):
            ask()


@pytest.mark.parametrize(("code", "words"), [(0x80100069, "taken away"), (-0x7FEFFF97, "taken away"), (1, "no reason")])
def test_codes_are_told_in_words(code: int, words: str) -> None:
    with pytest.raises(BackendError, match=words):
        reader._check(code, "do it")


def test_the_packages_are_named() -> None:
    assert PACKAGES.split() == ["pcscd", "vsmartcard-vpcd", "libpcsclite1"]
