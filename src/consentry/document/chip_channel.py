"""Commands to a chip, in the clear or protected. No reader is known here: bytes go out and come back by a function."""

from collections.abc import Callable

from consentry.document.apdu import EXTENDED, OK, SHORT, Command, Response, read_response
from consentry.document.chip_errors import ChipError, StatusError
from consentry.document.secure_messaging import SecureMessaging
from consentry.document.tlv import Tlv, TlvError, read_only, write_tlv

Transmit = Callable[[bytes], bytes]
"""A command's bytes to a chip, and its answer's back; raises ``BackendError`` when there is no chip any more."""
DYNAMIC_DATA = 0x7C
"""Tag of what GENERAL AUTHENTICATE carries."""


class Channel:
    """The way to one chip."""

    def __init__(self, transmit: Transmit) -> None:
        self._transmit = transmit
        self._protection: SecureMessaging | None = None

    @property
    def protected(self) -> bool:
        """Whether commands go out protected."""
        return self._protection is not None

    def protect(self, protection: SecureMessaging) -> None:
        """Protect every command from now on; keys used before are forgotten."""
        self._protection = protection

    def ask(self, command: Command) -> Response:
        """Send a command and take the answer, whatever its status.

        Raises:
            ChipError: the answer is none, or not protected as agreed.
        """
        if self._protection is None:
            return read_response(self._transmit(command.encode()))
        sealed = self._protection.protect(command)
        return self._protection.reveal(read_response(self._transmit(sealed.encode())))

    def order(self, step: str, command: Command) -> bytes:
        """Send a command that must succeed; returns what came back.

        Args:
            step: what is being done, in words.
            command: what is sent.

        Raises:
            StatusError: the chip refused.
            ChipError: the answer is none, or not protected as agreed.
        """
        response = self.ask(command)
        if response.status != OK:
            raise StatusError(step, response.status)
        return response.data

    def authenticate(self, step: str, sent: bytes, *, last: bool) -> tuple[Tlv, ...]:
        """One GENERAL AUTHENTICATE (Doc 9303-11, 4.4.4.2); returns the objects in its answer.

        Args:
            step: what is being done, in words.
            sent: the objects to send.
            last: whether it ends the chain.

        Raises:
            StatusError: the chip refused.
            ChipError: the answer is not what it should be.
        """
        data = write_tlv(DYNAMIC_DATA, sent)
        expected = SHORT if len(data) <= _SHORT_AGREEMENT else EXTENDED  # the chip's public value is as long as ours
        command = Command(0x00 if last else 0x10, 0x86, 0, 0, data, expected)
        answer = self.order(step, command)
        try:
            return read_only(answer, DYNAMIC_DATA).children(_MOST_OBJECTS)
        except TlvError as error:
            raise ChipError(f"{step}: {error}") from error


_SHORT_AGREEMENT = 220
"""bytes of data whose answer of the same length surely fits into 256, protected or not."""
_MOST_OBJECTS = 8
"""In one answer: the last of PACE has 1 to 4."""


def only_object(step: str, objects: tuple[Tlv, ...], tag: int) -> bytes:
    """The value of the one object that an answer must hold.

    Raises:
        ChipError: it holds another, or more.
    """
    if [one.tag for one in objects] != [tag]:
        came = " ".join(f"{one.tag:X}" for one in objects) or "nothing"
        raise ChipError(f"{step}: expected object {tag:X}, came {came}")
    return bytes(objects[0].value)
