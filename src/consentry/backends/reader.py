"""A chip on a PC/SC reader, by the system's own library (libpcsclite; PC/SC part 5).

The library is loaded when a reader is asked for, through ``ctypes``: nothing needs to be compiled or installed with
Consentry. Debian's packages are ``libpcsclite1`` and ``pcscd``.
"""

import ctypes
import threading
from ctypes import byref, c_char_p, c_long, c_ulong, c_void_p
from typing import ClassVar

from consentry.core.errors import BackendError
from consentry.document.apdu import EXTENDED

_LIBRARY = "libpcsclite.so.1"
_SYSTEM = 2
"""Scope of a context: the whole machine."""
_EXCLUSIVE = 1
"""Share mode: nobody else talks to the chip, since anybody's command ends the protected channel."""
_T0_OR_T1 = 3
_LEAVE, _RESET = 0, 1
"""What becomes of the chip: a reset forgets the channel."""
_LONGEST = EXTENDED + 2
_TRUNCATED = 0xFFFFFFFF
_CODES = {
    0x80100009: "no such reader",
    0x8010000B: "somebody else uses the reader",
    0x8010000C: "there is no document on the reader",
    0x8010000F: "the chip speaks no protocol that the reader knows",
    0x80100010: "the chip or the reader is not ready",
    0x80100016: "the transmission failed",
    0x80100017: "the reader is not there any more",
    0x8010001D: "the service is not running: start pcscd",
    0x8010001E: "the service was stopped",
    0x8010002E: "no reader is connected",
    0x80100066: "the chip does not answer",
    0x80100067: "the chip has no power",
    0x80100068: "the chip was reset",
    0x80100069: "the document was taken away",
    0x8010006A: "access was refused: ask for membership in the group that may use readers",
}
"""Result codes (PC/SC part 5, 3.1.4) in words."""


class _Protocol(ctypes.Structure):
    """SCARD_IO_REQUEST."""

    _fields_: ClassVar = [("protocol", c_ulong), ("length", c_ulong)]


def readers() -> tuple[str, ...]:
    """Names of the readers that are connected.

    Raises:
        BackendError: there is no library, no service, or no reader.
    """
    library = _load()
    context = _establish(library)
    try:
        return _names(library, context)
    finally:
        library.SCardReleaseContext(context)


class PcscReader:
    """See ``ChipReader``."""

    def __init__(self, name: str | None = None) -> None:
        """Connect to the document that lies on a reader, and reset its chip.

        Args:
            name: of the reader, or its beginning; None: the first that there is.

        Raises:
            BackendError: there is no library, no service, no such reader, or no document on it.
        """
        self._library = _load()
        self._lock = threading.Lock()
        self._context: c_long | None = _establish(self._library)
        self._card: c_long | None = None
        try:
            self.name = _choose(_names(self._library, self._context), name)
            card, protocol = c_long(), c_ulong()
            told = self._library.SCardConnect(
                self._context, self.name.encode(), _EXCLUSIVE, _T0_OR_T1, byref(card), byref(protocol)
            )
            _check(told, f"connect to the document on {self.name}")
            self._card = card
            told = self._library.SCardReconnect(card, _EXCLUSIVE, _T0_OR_T1, _RESET, byref(protocol))
            _check(told, f"reset the document on {self.name}")
            self._protocol = _Protocol(protocol.value, ctypes.sizeof(_Protocol))
        except BackendError:
            self.close()
            raise

    def transmit(self, command: bytes, /) -> bytes:
        """See ``ChipReader``."""
        with self._lock:
            if self._card is None:
                raise BackendError("expected a connected document, the reader was closed")
            answer, length = ctypes.create_string_buffer(_LONGEST), c_ulong(_LONGEST)
            told = self._library.SCardTransmit(
                self._card, byref(self._protocol), command, len(command), None, answer, byref(length)
            )
            _check(told, f"talk to the document on {self.name}")
            return answer.raw[: length.value]

    def close(self) -> None:
        """See ``ChipReader``."""
        with self._lock:
            card, self._card = self._card, None
            context, self._context = self._context, None
            if card is not None:
                self._library.SCardDisconnect(card, _RESET)
            if context is not None:
                self._library.SCardReleaseContext(context)


def _load() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError as error:
        raise BackendError(f"expected the system's library {_LIBRARY}: install libpcsclite1 and pcscd") from error
    handle, word, pointer = c_long, c_ulong, c_void_p
    library.SCardEstablishContext.argtypes = [word, pointer, pointer, pointer]
    library.SCardReleaseContext.argtypes = [handle]
    library.SCardListReaders.argtypes = [handle, c_char_p, c_char_p, pointer]
    library.SCardConnect.argtypes = [handle, c_char_p, word, word, pointer, pointer]
    library.SCardReconnect.argtypes = [handle, word, word, word, pointer]
    library.SCardDisconnect.argtypes = [handle, word]
    library.SCardTransmit.argtypes = [handle, pointer, c_char_p, word, pointer, c_char_p, pointer]
    for function in ("EstablishContext", "ReleaseContext", "ListReaders", "Connect", "Reconnect", "Disconnect"):
        getattr(library, f"SCard{function}").restype = c_long
    library.SCardTransmit.restype = c_long
    return library


def _establish(library: ctypes.CDLL) -> c_long:
    context = c_long()
    _check(library.SCardEstablishContext(_SYSTEM, None, None, byref(context)), "reach the readers' service")
    return context


def _names(library: ctypes.CDLL, context: c_long) -> tuple[str, ...]:
    length = c_ulong()
    _check(library.SCardListReaders(context, None, None, byref(length)), "list the readers")
    names = ctypes.create_string_buffer(length.value)
    _check(library.SCardListReaders(context, None, names, byref(length)), "list the readers")
    return tuple(name.decode(errors="replace") for name in names.raw[: length.value].split(b"\0") if name)


def _choose(names: tuple[str, ...], wanted: str | None) -> str:
    fitting = [name for name in names if wanted is None or name.startswith(wanted)]
    if not fitting:
        raise BackendError(f"expected a reader called {wanted!r}, there are: {', '.join(names) or 'none'}")
    return fitting[0]


def _check(told: int, what: str) -> None:
    code = told & _TRUNCATED
    if code:
        raise BackendError(f"could not {what}: {_CODES.get(code, 'no reason known')} (PC/SC {code:08X})")
