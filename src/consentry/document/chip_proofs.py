"""Is the chip a copy? Chip authentication and active authentication within a session (BSI TR-03135-1, 5.6.4.1).

Each is a check of its own; ``clone_protection`` draws the sum, since a proof is worth what the state signed of its key.
"""

from consentry.document import active_authentication, chip_authentication
from consentry.document.checks import Outcome
from consentry.document.chip_errors import ChipError, SecureMessagingError, UnsupportedError
from consentry.document.chip_files import GROUPS, head_command
from consentry.document.chip_state import SessionState
from consentry.document.tlv import TlvError

_CHIP, _CHIP_CLAUSE = "chip_authentication", "ICAO Doc 9303-11, 6.2; BSI TR-03135-1, 5.6.4.1"
_ACTIVE, _ACTIVE_CLAUSE = "active_authentication", "ICAO Doc 9303-11, 6.1; BSI TR-03135-1, 5.6.4.1"


def authenticate_chip(state: SessionState) -> None:
    """Chip authentication, where data group 14 offers it; a refusal counts as failed, since copies refuse.

    Raises:
        SecureMessagingError: the channel broke before or after; the check is then on record.
    """
    infos = state.signed
    if infos is None or not (infos.chip_authentication or infos.chip_keys):
        faulty = 14 in state.groups if infos is None else any(_is_chip(one) for one in infos.faulty)
        outcome = Outcome.FAILED if faulty else Outcome.NOT_SUPPORTED
        state.tell(_CHIP, outcome, f"data group 14 {'is faulty' if faulty else 'offers none'}", _CHIP_CLAUSE)
        return
    if not state.policy.chip_authentication:
        state.tell(_CHIP, Outcome.UNDETERMINED, "not done by the session's policy", _CHIP_CLAUSE)
        return
    if not state.channel.protected:
        state.tell(_CHIP, Outcome.UNDETERMINED, "not done: the chip gives its files without a channel", _CHIP_CLAUSE)
        return
    try:
        way = chip_authentication.choose(chip_authentication.ways(infos))
        chip_authentication.authenticate(state.channel, way, state.random, head_command(GROUPS[14]))
    except UnsupportedError as error:
        state.tell(_CHIP, Outcome.NOT_SUPPORTED, str(error), _CHIP_CLAUSE)
    except SecureMessagingError as error:
        state.tell(_CHIP, Outcome.FAILED, f"the chip does not have its private key: {error}", _CHIP_CLAUSE)
        raise
    except ChipError as error:
        state.tell(_CHIP, Outcome.FAILED, str(error), _CHIP_CLAUSE)
    else:
        state.tell(_CHIP, Outcome.SUCCESSFUL, f"the chip has the key in data group 14: {way}", _CHIP_CLAUSE)


def _is_chip(faulty: str) -> bool:
    return faulty.startswith(("0.4.0.127.0.7.2.2.3.", "0.4.0.127.0.7.2.2.1."))


def authenticate_actively(state: SessionState) -> None:
    """Active authentication, where there is data group 15.

    Raises:
        SecureMessagingError: the channel broke.
    """
    file = state.groups.get(15)
    if file is None:
        state.tell(_ACTIVE, Outcome.NOT_SUPPORTED, "the chip has no data group 15", _ACTIVE_CLAUSE)
        return
    if not state.policy.active_authentication:
        state.tell(_ACTIVE, Outcome.UNDETERMINED, "not done by the session's policy", _ACTIVE_CLAUSE)
        return
    infos = state.signed.active_authentication if state.signed is not None else ()
    try:
        key = active_authentication.read_active_key(file)
        made = active_authentication.authenticate(state.channel, key, infos, state.random)
    except SecureMessagingError:
        state.tell(_ACTIVE, Outcome.ABORTED, "the channel broke", _ACTIVE_CLAUSE)
        raise
    except (ChipError, TlvError) as error:
        state.tell(_ACTIVE, Outcome.FAILED, str(error), _ACTIVE_CLAUSE)
        return
    outcome = Outcome.SUCCESSFUL if made.holds else Outcome.FAILED
    state.tell(_ACTIVE, outcome, made.why, _ACTIVE_CLAUSE)
