"""What can go wrong in talking to a chip.

::

    MalformedError
    └── ChipError                what a chip answered is not what its protocol says
        ├── StatusError          it refused a command with a status word
        ├── SecureMessagingError an answer that is not protected as agreed: nothing of it is used
        └── UnsupportedError     the chip asks for what this reader does not do

That the reader itself fails (no card, no reader) is the adapter's ``BackendError``.
"""

from consentry.core.errors import MalformedError


class ChipError(MalformedError):
    """What a chip answered is not what its protocol says."""


class StatusError(ChipError):
    """A chip refused a command."""

    def __init__(self, step: str, status: int) -> None:
        self.step = step
        self.status = status
        super().__init__(f"{step}: expected status 9000, the chip answered {status:04X} ({meaning(status)})")


class SecureMessagingError(ChipError):
    """An answer that is not protected as agreed. The channel is over: nothing that comes later is believed."""


class UnsupportedError(ChipError):
    """The chip asks for what this reader does not do."""


_MEANINGS = {
    0x6282: "the file ends before",
    0x6300: "authentication failed",
    0x6700: "wrong length",
    0x6982: "access not allowed",
    0x6985: "conditions of use not satisfied",
    0x6986: "no file selected",
    0x6987: "secure messaging objects missing",
    0x6988: "secure messaging objects wrong",
    0x6A80: "wrong data",
    0x6A82: "no such file",
    0x6A86: "wrong parameters",
    0x6A88: "no such key or data",
    0x6B00: "offset beyond the end",
    0x6D00: "command not known",
    0x6E00: "class not known",
    0x6F00: "no reason given",
}
"""ISO/IEC 7816-4, table 6, as chips of travel documents use it."""


def meaning(status: int) -> str:
    """A status word in words.

    >>> meaning(0x63C2), meaning(0x6A82)
    ('authentication failed, 2 attempts left', 'no such file')
    """
    if status & 0xFFF0 == 0x63C0:
        return f"authentication failed, {status & 0xF} attempts left"
    if status >> 8 == 0x6C:
        return f"wrong length, {status & 0xFF} bytes are there"
    return _MEANINGS.get(status, "not listed")
