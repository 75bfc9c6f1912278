"""Chips that err in a way that a table of faults cannot say, since it hangs on what the reader sent."""

from dataclasses import replace

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from consentry.backends.simulated_chip import Personalisation
from consentry.backends.simulated_chip_faults import Fault
from consentry.backends.simulated_emrtd import SimulatedEmrtd
from consentry.document.apdu import OK, Command, Response
from consentry.document.chip_channel import DYNAMIC_DATA
from consentry.document.tlv import find, read_only, write_tlv
from document.tr03105.case import Trial, look

_SIGN, _AUTHENTICATE = 0x88, 0x86


class RecordingChip(SimulatedEmrtd):
    """Keeps every command as it is once protection is taken off."""

    def __init__(self, made: Personalisation, faults: tuple[Fault, ...], commands: list[Command]) -> None:
        super().__init__(made, faults)
        self._commands = commands

    def _execute(self, command: Command) -> Response:
        self._commands.append(command)
        return super()._execute(command)


def sent(trial: Trial) -> tuple[Command, ...]:
    """Every command that a whole session sends to a chip."""
    commands: list[Command] = []
    look(replace(trial, chip=lambda made, faults: RecordingChip(made, faults, commands)))
    return tuple(commands)


class EchoingChip(SimulatedEmrtd):
    """Sends the reader's own ephemeral public key back in PACE."""

    def _execute(self, command: Command) -> Response:
        answer = super()._execute(command)
        if command.ins != _AUTHENTICATE or not command.data:
            return answer
        sent = find(read_only(command.data, DYNAMIC_DATA).children(2), 0x83)
        if sent is None:
            return answer
        return Response(write_tlv(DYNAMIC_DATA, write_tlv(0x84, bytes(sent.value))), OK)


class OldKeysChip(SimulatedEmrtd):
    """Answers chip authentication well and goes on with the keys from before."""

    def _follow(self) -> None:
        if self._secure is not None:
            self._state.following = None
        super()._follow()


class PssChip(SimulatedEmrtd):
    """Signs the challenge by RSA-PSS, which hides no message."""

    def _execute(self, command: Command) -> Response:
        if command.ins != _SIGN:
            return super()._execute(command)
        key = self._state.made.active_key
        assert isinstance(key, rsa.RSAPrivateKey)
        hashed = hashes.SHA256()
        return Response(key.sign(command.data, padding.PSS(padding.MGF1(hashed), hashed.digest_size), hashed), OK)
