"""Files of a simulated chip: who may select and read which (ICAO Doc 9303-10, clause 3.6)."""

from consentry.backends.simulated_chip import ChipState, RefusedError
from consentry.backends.simulated_chip_faults import Part, Step
from consentry.document.apdu import OK, Command, Response
from consentry.document.lds import APPLICATION
from consentry.document.tlv import TlvError, read_only, write_tlv

_MASTER_FILE, _BEYOND = 0x3F00, 0x6B00
_FINGERS = frozenset({0x0103, 0x0104})
"""Data groups that only terminal authentication opens, which this chip does not do."""
_SHORT = {0x01: 0x2F01, 0x1C: 0x011C, 0x1D: 0x011D, 0x1E: 0x011E}
"""File identifiers of short ones that are no data group's."""


def select(state: ChipState, command: Command) -> Response:
    """SELECT, of the application or of a file."""
    if command.p1 == 0x04:
        state.file = None
        if command.data != APPLICATION:
            raise RefusedError(0x6A82)
        answer = state.answer(Step.SELECT_APPLICATION)
        state.application = True
        return answer
    identifier = int.from_bytes(command.data, "big") if command.data else _MASTER_FILE
    if command.p1 == 0x00 and identifier == _MASTER_FILE:
        state.application, state.file = False, None
        return state.answer(Step.SELECT_FILE)
    if command.p1 != 0x02 or len(command.data) != 2:
        raise RefusedError(0x6A86)
    file = _find(state, identifier)
    answer = state.answer(Step.SELECT_FILE)
    state.file = file
    return answer


def read(state: ChipState, command: Command) -> Response:
    """READ BINARY, even and odd."""
    odd = command.ins & 1
    offset = command.p1 << 8 | command.p2
    if odd:
        offset = _offset(command)
    elif command.p1 & 0x80:
        if not state.made.short_identifiers:
            raise RefusedError(0x6A86)
        short, offset = command.p1 & 0x1F, command.p2
        state.file = _find(state, _SHORT.get(short, 0x0100 | short), short_identifier=short)
    if state.file is None:
        raise RefusedError(0x6986)
    if offset >= len(state.file):
        raise RefusedError(_BEYOND)
    wanted = min(command.expected or 0, state.made.largest)
    left = len(state.file) - offset
    if odd:
        wanted -= 2 if wanted <= 129 else 3 if wanted <= 258 else 4  # room for the object's tag and length
    if wanted > left and state.made.at_end >> 8 == 0x6C and left < 256 and (command.expected or 0) < 256:
        raise RefusedError(0x6C00 | left)
    if wanted > left and state.made.at_end == _BEYOND:
        raise RefusedError(_BEYOND)
    data = state.value(Step.READ, state.file[offset : offset + wanted])
    short = wanted > left and state.made.at_end >> 8 != 0x6C
    return state.answer(Step.READ, write_tlv(0x53, data) if odd else data, state.made.at_end if short else OK)


def _offset(command: Command) -> int:
    try:
        return int.from_bytes(read_only(command.data, 0x54).value, "big")
    except TlvError as error:
        raise RefusedError(0x6A80) from error


def _find(state: ChipState, identifier: int, short_identifier: int | None = None) -> bytes:
    """A file of the directory at hand, if it may be read now."""
    if not state.application:
        files = state.made.master
    else:
        files = state.made.files
        if state.controlled and not state.allowed:
            raise RefusedError(0x6982)
        if identifier in _FINGERS and identifier in files:
            raise RefusedError(0x6982)
    if state.application and short_identifier == 0x01:
        identifier = 0x0101
    told = state.faults.passes(Step.SELECT_FILE, Part.VALUE, identifier.to_bytes(2, "big"))
    found = files.get(int.from_bytes(told, "big"))
    if found is None:
        raise RefusedError(0x6A82)
    if not state.application and identifier == 0x011D and state.controlled and not state.allowed:
        raise RefusedError(0x6982)  # EF.CardSecurity is given behind PACE only
    return found
