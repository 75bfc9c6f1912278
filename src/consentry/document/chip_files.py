"""Reading the files of a chip: where each lies, how long it is, and piece by piece (ICAO Doc 9303-10, clause 3.6).

Nothing the chip says of a length is believed beyond the limits here, and each answer must bring the reading forward: a
hostile chip can neither fill memory nor keep the reader for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass

from consentry.document.apdu import EXTENDED, OK, SHORT, Command, Response
from consentry.document.chip_channel import Channel
from consentry.document.chip_errors import ChipError, StatusError
from consentry.document.lds import APPLICATION, LONGEST_GROUP, NUMBERS
from consentry.document.oids import read_integer
from consentry.document.secure_messaging import OVERHEAD, SHORT_READ
from consentry.document.tlv import TlvError, find, read_all, read_extent, read_only, write_tlv

Progress = Callable[[str, int, int], None]
"""Told while reading: name of the file, bytes read, bytes in all."""


@dataclass(frozen=True, slots=True)
class File:
    """Where a file lies."""

    name: str
    identifier: int
    short: int
    """Short identifier, for reading without selecting."""
    longest: int
    """bytes; more are refused."""


MASTER_FILE = bytes.fromhex("3F00")
"""Identifier of the directory above all others."""
ATR_INFO = File("EF.ATR/INFO", 0x2F01, 0x01, 1024)
CARD_ACCESS = File("EF.CardAccess", 0x011C, 0x1C, 65_536)
CARD_SECURITY = File("EF.CardSecurity", 0x011D, 0x1D, 65_536)
COM = File("EF.COM", 0x011E, 0x1E, 1024)
SOD = File("EF.SOD", 0x011D, 0x1D, 65_536)
GROUPS = {number: File(f"DG{number}", 0x0100 + number, number, LONGEST_GROUP) for number in NUMBERS.values()}
"""Data groups by number. The first three above lie in the master file, all others in the application."""

_NO_FILE = 0x6A82
_ENDS = 0x6282
_BEYOND = 0x6B00
_HEAD = 8
"""bytes read first: tag and length of every file, and hardly a file is shorter."""
_SHORT_HEAD = 4
"""bytes read first of a file that is: its tag and length have no more."""
_LAST_PLAIN_OFFSET = 0x7FFF
"""Beyond it, READ BINARY takes its offset in an object, by the odd instruction."""
_ODD_OVERHEAD = 4
"""bytes at most that the odd instruction adds to an answer: tag and length of the object in it."""
_FEWEST = 64
"""bytes that a chip must give with a command, on average: one that gives fewer is there to keep the reader."""
_CAPABILITIES = 0x7F66


def select_application(channel: Channel) -> None:
    """Select the travel document's application.

    Raises:
        StatusError: the chip has none.
        ChipError: its answer is not protected as agreed.
    """
    channel.order("select application", Command(0x00, 0xA4, 0x04, 0x0C, APPLICATION))


def head_command(file: File) -> Command:
    """Read the first bytes of a file by its short identifier."""
    return Command(0x00, 0xB0, 0x80 | file.short, 0x00, expected=_HEAD)


def block_size(info: bytes | None) -> int:
    """Bytes to read with one command, by what EF.ATR/INFO says of extended length (Doc 9303-10, 3.11.1 f).

    >>> block_size(None), block_size(bytes.fromhex("7F660802020400" "02020400"))
    (223, 989)
    """
    if info is None:
        return SHORT_READ
    try:
        sizes = find(tuple(read_all(info)), _CAPABILITIES)
        answer = read_integer(sizes.parts(2)[1], 3) if sizes is not None else 0
    except TlvError:
        return SHORT_READ
    return min(answer, EXTENDED) - OVERHEAD if answer > SHORT + OVERHEAD else SHORT_READ


def capabilities_fault(info: bytes) -> str:
    """What is wrong with what EF.ATR/INFO says of extended length, in words; empty: nothing, or it says nothing of it.

    >>> capabilities_fault(bytes.fromhex("7F660802020780" "02020780")), capabilities_fault(bytes.fromhex("470100"))
    ('', '')
    """
    try:
        objects = tuple(read_all(info))
        sizes = find(objects, _CAPABILITIES)
        if sizes is not None:
            for size in sizes.parts(2):
                read_integer(size, 3)
            return ""
    except TlvError as error:
        return f"EF.ATR/INFO is not what it should be: {error}"
    others = [one.tag for one in objects if one.tag & ~0xF == _CAPABILITIES & ~0xF]
    return f"EF.ATR/INFO has object {others[0]:X} where {_CAPABILITIES:X} is laid down" if others else ""


def read_file(channel: Channel, file: File, block: int, progress: Progress | None = None) -> bytes | None:
    """Read a file whole; None: the chip has no such file.

    A file that ends before its own length says comes back as far as it goes: what that means is its parser's matter.

    Args:
        channel: to the chip, in the directory where the file lies.
        file: which.
        block: bytes to read with one command.
        progress: told after each command.

    Raises:
        StatusError: the chip refused.
        TlvError: the file does not begin as one, or claims to be longer than any.
        ChipError: an answer is not what it should be.
    """
    head = _begin(channel, file)
    if head is None:
        return None
    length = read_extent(head)
    if length > file.longest:
        raise TlvError(f"expected at most {file.longest} bytes in {file.name}, it claims {length}", 0)
    data = bytearray(head[:length])
    commands = 0
    while len(data) < length:
        if progress is not None:
            progress(file.name, len(data), length)
        room = block if len(data) <= _LAST_PLAIN_OFFSET else block - _ODD_OVERHEAD
        piece = _read(channel, file, len(data), min(room, length - len(data)))
        commands += 1
        if not piece:
            break
        data += piece
        if commands > _FEWEST + len(data) // _FEWEST:
            raise ChipError(f"read {file.name}: expected {_FEWEST} bytes a command on average, the chip gives fewer")
    if progress is not None:
        progress(file.name, len(data), length)
    return bytes(data)


def _begin(channel: Channel, file: File) -> bytes | None:
    """The first bytes; by selecting the file where the chip does not take its short identifier."""
    response = channel.ask(head_command(file))
    if response.status not in {OK, _ENDS}:
        if response.status == _NO_FILE:
            return None
        identifier = file.identifier.to_bytes(2, "big")
        selected = channel.ask(Command(0x00, 0xA4, 0x02, 0x0C, identifier))
        if selected.status == _NO_FILE:
            return None
        if selected.status != OK:
            raise StatusError(f"select {file.name}", selected.status)
        response = channel.ask(Command(0x00, 0xB0, 0x00, 0x00, expected=_HEAD))
        if response.status == _BEYOND or response.status >> 8 == 0x6C:  # the file is shorter than that
            told = response.status & 0xFF
            response = channel.ask(Command(0x00, 0xB0, 0x00, 0x00, expected=told if 0 < told < _HEAD else _SHORT_HEAD))
    if response.status not in {OK, _ENDS}:
        raise StatusError(f"read {file.name}", response.status)
    return _checked(file, response, _HEAD)


def _read(channel: Channel, file: File, offset: int, count: int) -> bytes:
    """The next bytes; empty: the file ends here."""
    command = _read_command(offset, count)
    response = channel.ask(command)
    if response.status >> 8 == 0x6C:  # so many are there
        fewer = response.status & 0xFF or SHORT
        if fewer >= count:
            raise ChipError(f"read {file.name}: asked for {count} bytes, the chip says to ask for {fewer}")
        count = fewer
        response = channel.ask(_read_command(offset, count))
    if response.status == _BEYOND:
        return b""
    if response.status not in {OK, _ENDS}:
        raise StatusError(f"read {file.name}", response.status)
    if offset > _LAST_PLAIN_OFFSET and response.data:
        try:
            response = Response(bytes(read_only(response.data, 0x53).value), response.status)
        except TlvError as error:
            raise ChipError(f"read {file.name}: {error}") from error
    return _checked(file, response, count)


def _read_command(offset: int, count: int) -> Command:
    if offset <= _LAST_PLAIN_OFFSET:
        return Command(0x00, 0xB0, offset >> 8, offset & 0xFF, expected=count)
    place = write_tlv(0x54, offset.to_bytes(3, "big"))
    return Command(0x00, 0xB1, 0x00, 0x00, place, expected=count + (2 if count < 0x80 else 3 if count < SHORT else 4))


def _checked(file: File, response: Response, count: int) -> bytes:
    if len(response.data) > count:
        raise ChipError(f"read {file.name}: asked for {count} bytes, came {len(response.data)}")
    return response.data
