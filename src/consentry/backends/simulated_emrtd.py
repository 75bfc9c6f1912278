"""A travel document's chip, simulated: the other side of every protocol that the reader speaks, over the same port.

It is a true implementation, with access rules and status words, not a recording: tests and the demo read it, and so can
other people's readers over a virtual PC/SC reader. What it lacks: terminal authentication, command chaining.
"""

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from consentry.backends.simulated_chip import ChipState, Personalisation, RefusedError, StaticKey
from consentry.backends.simulated_chip_access import ChipPace, challenge, mutual, select_pace
from consentry.backends.simulated_chip_faults import Fault, Faults
from consentry.backends.simulated_chip_files import read, select
from consentry.backends.simulated_chip_proofs import agree, agree_at_once, select_chip_key, sign
from consentry.backends.simulated_chip_secure import BrokenError, ChipSecureMessaging
from consentry.core.errors import BackendError
from consentry.document.apdu import SHORT, Command, Response, read_command
from consentry.document.chip_errors import ChipError
from consentry.document.key_agreement import Random
from consentry.document.secure_messaging import OVERHEAD, PROTECTED

if TYPE_CHECKING:
    from consentry.document.key_derivation import Suite

ATR = bytes.fromhex("3B8180018080")
"""Answer to reset: the shortest of a contactless chip (PC/SC part 3)."""
_SET_AUTHENTICATION, _SET_KEY_AGREEMENT = (0xC1, 0xA4), (0x41, 0xA6)
_SET_CHIP = (0x41, 0xA4)
_CHALLENGE, _MUTUAL, _SIGN, _SELECT, _READ, _READ_ODD, _ENVIRONMENT, _GENERAL = (
    0x84, 0x82, 0x88, 0xA4, 0xB0, 0xB1, 0x22, 0x86,
)  # fmt: skip


class SimulatedEmrtd:
    """See ``ChipReader``."""

    def __init__(self, made: Personalisation, faults: tuple[Fault, ...] = (), random: Random = os.urandom) -> None:
        """Lay the document on the reader.

        Args:
            made: what the state put into it.
            faults: ways in which it errs.
            random: source of its secrets and challenges.
        """
        self._faults = Faults(faults)
        self._state = ChipState(made, random, self._faults)
        self._secure: ChipSecureMessaging | None = None
        self._pace: ChipPace | None = None
        self._chip: tuple[StaticKey, Suite] | None = None
        self._closed = False

    def reset(self) -> None:
        """Take the power away and give it back."""
        self._state = ChipState(self._state.made, self._state.random, self._faults)
        self._secure = self._pace = self._chip = None

    def close(self) -> None:
        """See ``ChipReader``."""
        self._closed = True

    def transmit(self, command: bytes, /) -> bytes:
        """See ``ChipReader``."""
        if self._closed:
            raise BackendError("expected a chip on the reader, it was taken away")
        try:
            parsed = read_command(command)
        except ChipError:
            return bytes.fromhex("6700")
        if self._state.made.largest <= SHORT and len(command) > 5 and command[4] == 0:
            return bytes.fromhex("6700")  # extended length, which this chip does not know
        if parsed.cla & PROTECTED == PROTECTED:
            return self._protected(parsed)
        if self._secure is not None:  # an unprotected command ends the channel, and with it the right to read
            self._forget()
        answer = self._execute(parsed)
        self._follow()
        return answer.encode()

    def _protected(self, command: Command) -> bytes:
        if self._secure is None:
            return bytes.fromhex("6882")
        try:
            opened = self._secure.open(command)
        except BrokenError as error:
            self._forget()
            return Response(b"", error.status).encode()
        largest = min(self._state.made.largest, command.expected or SHORT) - OVERHEAD
        expected = None if opened.expected is None else min(opened.expected, max(largest, SHORT - OVERHEAD + 2))
        answer = self._execute(replace(opened, expected=expected))
        sealed = self._secure.seal(opened, answer)
        self._follow()
        return sealed

    def _forget(self) -> None:
        self._secure = self._pace = self._chip = None
        self._state.allowed, self._state.file = False, None

    def _follow(self) -> None:
        """What this command agreed on protects the next."""
        if self._state.following is not None:
            keys, counter = self._state.following
            self._secure = ChipSecureMessaging(keys, counter, self._faults)
            self._state.following = None
            self._pace = self._chip = None

    def _execute(self, command: Command) -> Response:
        try:
            return self._perform(command)
        except RefusedError as error:
            if command.ins == _GENERAL:
                self._pace = self._chip = None
            return Response(b"", error.status)

    def _perform(self, command: Command) -> Response:
        simple = {_SELECT: select, _READ: read, _READ_ODD: read, _CHALLENGE: challenge, _MUTUAL: mutual, _SIGN: sign}
        if command.ins in simple:
            return simple[command.ins](self._state, command)
        if command.ins == _ENVIRONMENT:
            return self._set_environment(command)
        if command.ins == _GENERAL and self._chip is not None:
            return agree(self._state, command, *self._chip)
        if command.ins == _GENERAL and self._pace is not None:
            return self._pace.step(command)
        raise RefusedError(0x6985 if command.ins == _GENERAL else 0x6D00)

    def _set_environment(self, command: Command) -> Response:
        wanted = command.p1, command.p2
        if wanted == _SET_AUTHENTICATION:
            self._pace, answer = select_pace(self._state, command)
            return answer
        if wanted == _SET_KEY_AGREEMENT:
            return agree_at_once(self._state, command)
        if wanted == _SET_CHIP:
            key, suite, answer = select_chip_key(self._state, command)
            self._chip = key, suite
            return answer
        raise RefusedError(0x6A86)
