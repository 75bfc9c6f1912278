"""Opening a chip: PACE, else the application as it is, else BAC (ICAO Doc 9303-11, clause 4.2; BSI TR-03135-1, 5.6.3).

A weaker way is taken where the chip does not offer the stronger one, or offers it in a manner that this reader does not
do. Where it offers the stronger one and that fails, somebody may be in between: the session ends unless its policy
says otherwise.
"""

from contextlib import suppress
from enum import Enum, auto

from consentry.document import pace
from consentry.document.apdu import OK, SHORT, Command
from consentry.document.bac import basic_access
from consentry.document.card_security import read_card_security
from consentry.document.checks import Outcome
from consentry.document.chip_errors import ChipError, SecureMessagingError, StatusError, UnsupportedError
from consentry.document.chip_files import (
    ATR_INFO,
    CARD_ACCESS,
    CARD_SECURITY,
    COM,
    MASTER_FILE,
    block_size,
    capabilities_fault,
    select_application,
)
from consentry.document.chip_state import SessionState
from consentry.document.key_derivation import MrzKey, Password
from consentry.document.security_infos import STANDARD_GROUPS, read_card_access
from consentry.document.tlv import TlvError

_PACE_CLAUSE = "ICAO Doc 9303-11, 4.2 and 4.4; BSI TR-03135-1, 5.6.3"
_BAC_CLAUSE = "ICAO Doc 9303-11, 4.3; BSI TR-03135-1, 5.6.3"


class _Way(Enum):
    """What became of PACE."""

    THERE = auto()
    NOT_OFFERED = auto()
    FAILED = auto()


def open_chip(state: SessionState, passwords: tuple[Password, ...]) -> bool:
    """Whether files can now be asked for; every way that was tried is on record.

    Raises:
        SecureMessagingError: the channel broke.
    """
    _prepare(state)
    way = _negotiate(state, passwords)
    if way is _Way.FAILED and not state.policy.bac_although_pace_failed:
        return False
    try:
        select_application(state.channel)
    except SecureMessagingError:
        raise
    except ChipError as error:
        state.tell("application", Outcome.FAILED, f"no travel document: {error}", "ICAO Doc 9303-10, 3.6")
        return False
    if way is _Way.THERE:
        return True
    try:
        return _is_open(state) or _basic(state, passwords)
    except ChipError as error:
        state.tell("bac", Outcome.ABORTED, str(error), _BAC_CLAUSE)
        return False


def _prepare(state: SessionState) -> None:
    """Go where a chip is after a reset, and ask how much it can give at once; what it refuses here closes nothing."""
    with suppress(ChipError):
        state.channel.ask(Command(0x00, 0xA4, 0x00, 0x0C, MASTER_FILE))
    _size_blocks(state)


def _size_blocks(state: SessionState) -> None:
    """How much may be asked for at once, as EF.ATR/INFO says; where it says it wrongly, as little as always works."""
    name, clause = "extended_length", "ICAO Doc 9303-10, 3.11.1"
    info = None
    with suppress(ChipError, TlvError):
        info = state.read(ATR_INFO)
    state.block = block_size(info)
    fault = "" if info is None else capabilities_fault(info)
    if fault:
        state.tell(name, Outcome.FAILED, fault, clause)
    elif state.block == block_size(None):
        state.tell(name, Outcome.NOT_SUPPORTED, "the chip says nothing of commands longer than 256 bytes", clause)
    else:
        state.tell(name, Outcome.SUCCESSFUL, f"files are read {state.block} bytes at a time", clause)


def _negotiate(state: SessionState, passwords: tuple[Password, ...]) -> _Way:
    """EF.CardAccess, and PACE as it says."""
    try:
        state.card_access = state.read(CARD_ACCESS)
        absent = ""
    except StatusError as error:
        absent = f": {error}"
    except (ChipError, TlvError) as error:
        state.tell("pace", Outcome.FAILED, f"EF.CardAccess does not read: {error}", _PACE_CLAUSE)
        return _Way.FAILED
    if state.card_access is None:
        state.tell("pace", Outcome.NOT_SUPPORTED, f"the chip has no EF.CardAccess{absent}", _PACE_CLAUSE)
        return _Way.NOT_OFFERED
    try:
        state.offered = read_card_access(state.card_access)
    except TlvError as error:
        state.tell("pace", Outcome.FAILED, f"EF.CardAccess is not what it should be: {error}", _PACE_CLAUSE)
        return _Way.FAILED
    if state.offered.pace:
        return _establish(state, passwords)
    faulty = state.offered.faulty
    told = f": {faulty[0]}" if faulty else ""
    outcome = Outcome.FAILED if faulty else Outcome.NOT_SUPPORTED
    state.tell("pace", outcome, f"EF.CardAccess names no way of PACE{told}", _PACE_CLAUSE)
    return _Way.FAILED if faulty else _Way.NOT_OFFERED


def _establish(state: SessionState, passwords: tuple[Password, ...]) -> _Way:
    if not passwords:
        state.tell("pace", Outcome.UNDETERMINED, "no password is known: read the printed zone first", _PACE_CLAUSE)
        return _Way.FAILED
    password, infos = passwords[0], state.offered.pace
    try:
        info = pace.choose(infos)
        ambiguous = len({one.group for one in infos}) > 1
        made = pace.establish(state.channel, info, password, state.random, ambiguous=ambiguous)
    except UnsupportedError as error:
        state.tell("pace", Outcome.NOT_SUPPORTED, str(error), _PACE_CLAUSE)
        return _Way.NOT_OFFERED
    except StatusError as error:
        wrong = _wrong_password(error)
        why = f"{error}: the {password.name} is not this chip's" if wrong else str(error)
        state.tell("pace", Outcome.FAILED if wrong else Outcome.ABORTED, why, _PACE_CLAUSE)
        return _Way.FAILED
    except ChipError as error:
        state.tell("pace", Outcome.FAILED, str(error), _PACE_CLAUSE)
        return _Way.FAILED
    state.channel.protect(made.protection)
    state.tell("pace", Outcome.SUCCESSFUL, f"{info}, by the {password.name}", _PACE_CLAUSE)
    if made.proof is not None:
        _compare_mapping(state, made.proof, info.group)
    return _Way.THERE


def _compare_mapping(state: SessionState, proof: pace.MappingProof, number: int | None) -> None:
    """Compare the mapping with the static key in EF.CardSecurity; its signature is looked at elsewhere."""
    name, clause = "pace_chip_authentication", "ICAO Doc 9303-11, 4.4.3.5; BSI TR-03135-1, 5.6.4.1"
    try:
        state.card_security = state.read(CARD_SECURITY)
        if state.card_security is not None:
            state.secured = read_card_security(state.card_security).infos
        group = STANDARD_GROUPS[number] if number is not None else None
        listed = state.secured.chip_keys if state.secured is not None else ()
        keys = [key for key in listed if key.group == group]
        held = any(pace.mapping_holds(proof, key) for key in keys)
    except SecureMessagingError:
        raise
    except (ChipError, TlvError) as error:
        state.tell(name, Outcome.FAILED, str(error), clause)
        return
    if held:
        state.tell(name, Outcome.SUCCESSFUL, "the chip has the private part of a key in EF.CardSecurity", clause)
    elif keys:
        state.tell(name, Outcome.FAILED, "the chip does not have the private part of its key", clause)
    else:
        state.tell(name, Outcome.FAILED, "EF.CardSecurity is not there, or has no key of the group used", clause)


def _is_open(state: SessionState) -> bool:
    """Whether the chip gives its files to anybody."""
    selected = state.channel.ask(Command(0x00, 0xA4, 0x02, 0x0C, COM.identifier.to_bytes(2, "big")))
    if selected.status != OK or state.channel.ask(Command(0x00, 0xB0, 0, 0, expected=SHORT)).status != OK:
        return False
    why = "the chip gives its files to anybody: it has no access control"
    state.tell("bac", Outcome.NOT_SUPPORTED, why, "ICAO Doc 9303-11, 4.1")
    return True


def _basic(state: SessionState, passwords: tuple[Password, ...]) -> bool:
    key = next((one for one in passwords if isinstance(one, MrzKey)), None)
    if key is None:
        state.tell("bac", Outcome.UNDETERMINED, "the printed zone is not known: BAC needs it", _BAC_CLAUSE)
        return False
    try:
        state.channel.protect(basic_access(state.channel, key, state.random))
    except StatusError as error:
        wrong = error.step == "mutual authentication" and _wrong_password(error)
        why = f"{error}: the printed zone is not this chip's" if wrong else str(error)
        state.tell("bac", Outcome.FAILED if wrong else Outcome.ABORTED, why, _BAC_CLAUSE)
        return False
    except ChipError as error:
        state.tell("bac", Outcome.FAILED, str(error), _BAC_CLAUSE)
        return False
    state.tell("bac", Outcome.SUCCESSFUL, "a channel by the printed zone", _BAC_CLAUSE)
    return True


def _wrong_password(error: StatusError) -> bool:
    """63xx, and what chips of the first years answer in its stead."""
    return error.status >> 8 == 0x63 or error.status in {0x6982, 0x6988}
