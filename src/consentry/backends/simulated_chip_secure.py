"""Secure messaging, the chip's side: commands opened, answers sealed (ICAO Doc 9303-11, clause 9.8)."""

import hmac
from dataclasses import replace

from consentry.backends.simulated_chip_faults import Faults, Part, Step
from consentry.document.apdu import EXTENDED, SHORT, Command, Response
from consentry.document.chip_ciphers import pad
from consentry.document.secure_messaging import (
    CHECKSUM,
    CRYPTOGRAM,
    CRYPTOGRAM_ODD,
    EXPECTED,
    PROTECTED,
    STATUS,
    SessionKeys,
)
from consentry.document.tlv import TlvError, find, read_all, write_tlv

MISSING, WRONG = 0x6987, 0x6988
"""Status words: objects of secure messaging missing, or wrong."""


class BrokenError(Exception):
    """A command is not protected as agreed; the chip then drops its keys."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"{status:04X}")


class ChipSecureMessaging:
    """One protected channel."""

    def __init__(self, keys: SessionKeys, counter: int, faults: Faults) -> None:
        self._keys = keys
        self._counter = counter
        self._faults = faults

    def open(self, command: Command) -> Command:
        """The command inside a protected one.

        Raises:
            BrokenError: it is not protected as agreed.
        """
        self._counter += 1
        try:
            objects = tuple(read_all(command.data))
        except TlvError as error:
            raise BrokenError(WRONG) from error
        mark = find(objects, CHECKSUM)
        if mark is None:
            raise BrokenError(MISSING)
        signed = b"".join(one.raw for one in objects if one.tag != CHECKSUM)
        text = pad(command.header, self._keys.suite.block) + signed if signed else command.header
        if not hmac.compare_digest(self._keys.checksum(self._counter, text), bytes(mark.value)):
            raise BrokenError(WRONG)
        data, expected = b"", None
        for one in objects:
            value = bytes(one.value)
            if one.tag in {CRYPTOGRAM, CRYPTOGRAM_ODD}:
                data = self._decrypt(value[1:] if one.tag == CRYPTOGRAM else value)
            elif one.tag == EXPECTED:
                expected = int.from_bytes(value, "big") or (SHORT if len(value) == 1 else EXTENDED)
        return replace(command, cla=command.cla & ~PROTECTED, data=data, expected=expected)

    def seal(self, command: Command, response: Response) -> bytes:
        """The protected answer to a command."""
        self._counter += 1
        objects = b""
        if response.data:
            sealed = self._keys.encrypt(self._counter, response.data)
            odd = command.ins & 1
            objects = write_tlv(CRYPTOGRAM_ODD, sealed) if odd else write_tlv(CRYPTOGRAM, b"\x01", sealed)
        status = response.status.to_bytes(2, "big")
        objects = self._passes(Part.SIGNED, objects + write_tlv(STATUS, status))
        mark = write_tlv(CHECKSUM, self._keys.checksum(self._counter, objects))
        answer = self._passes(Part.OBJECTS, objects + self._passes(Part.CHECKSUM, mark))
        return self._passes(Part.WHOLE, answer + status)

    def _passes(self, part: Part, value: bytes) -> bytes:
        return self._faults.passes(Step.SECURE, part, value)

    def _decrypt(self, sealed: bytes) -> bytes:
        try:
            return self._keys.decrypt(self._counter, sealed)
        except ValueError as error:
            raise BrokenError(WRONG) from error
