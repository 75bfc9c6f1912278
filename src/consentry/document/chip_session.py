"""The session with a chip from opening to its last proof (ICAO Doc 9303-11, clause 4.2; BSI TR-03135-1, 5.6.3, 5.6.4).

::

    step                        needs                     gives
    1 EF.CardAccess             nothing                   how the chip does PACE; unsigned
    2 PACE                      1, a password             a channel; with its own mapping, a proof against copies
    3 application               -                         data groups may be asked for
    4 plain reading, or BAC     3, no channel yet         files as they are, or a channel by the zone
    5 EF.COM, EF.SOD, DG14      3, 2 or 4                 what else there is, and the chip's static keys
    6 chip authentication       5, a channel              new keys: the chip is no copy
    7 other data groups         3, 2 or 4                 what passive authentication looks at
    8 active authentication     DG15                      the chip is no copy
    9 EF.CardAccess compared    1, 5                      nobody talked the reader into a weaker way

A step that cannot be done is told as a check and closes the ways that need it, and none else. Whatever breaks a
protected channel ends the session; what was read before stays. That the card is gone, or the reader, is the adapter's
``BackendError`` and passes through: nothing was decided then.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from consentry.document.checks import Check, Outcome
from consentry.document.chip_access import open_chip
from consentry.document.chip_channel import Channel, Transmit
from consentry.document.chip_errors import ChipError, SecureMessagingError
from consentry.document.chip_files import COM, GROUPS, SOD, File, Progress
from consentry.document.chip_proofs import authenticate_actively, authenticate_chip
from consentry.document.chip_state import Policy, SessionState
from consentry.document.key_agreement import Random
from consentry.document.key_derivation import Password
from consentry.document.lds import read_com
from consentry.document.security_infos import PACE, read_security_group
from consentry.document.sod import read_security_object
from consentry.document.tlv import TlvError


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ChipReading:
    """What came of a session."""

    checks: tuple[Check, ...]
    com: bytes | None
    sod: bytes | None
    groups: Mapping[int, bytes]
    """Data groups as they lie in the chip, by number."""
    card_access: bytes | None
    card_security: bytes | None
    """Read only where PACE made a proof that needs it; ``card_security.authenticate_card_security`` looks at it."""

    def __repr__(self) -> str:
        """Nothing of the holder."""
        return f"ChipReading({len(self.groups)} data groups, {len(self.checks)} checks)"


def read_chip(
    transmit: Transmit,
    passwords: Iterable[Password],
    random: Random,
    policy: Policy = Policy(),  # noqa: B008 - it is frozen
    progress: Progress | None = None,
) -> ChipReading:
    """Run the procedure above.

    Args:
        transmit: a command's bytes to a chip that was just reset, its answer's back.
        passwords: what is known of the print; PACE takes the first, BAC the zone's.
        random: source of the reader's secrets and challenges, such as ``os.urandom``.
        policy: what the session may do.
        progress: told while files are read.

    Raises:
        BackendError: by ``transmit``, when there is no chip any more.
    """
    state = SessionState(Channel(transmit), random, policy, progress)
    try:
        # 1. - 4. A channel, by the best way that both sides know.
        if open_chip(state, tuple(passwords)):
            # 5. What there is.
            _read_directory(state)
            # 6. Is it the chip that the state gave out?
            authenticate_chip(state)
            # 7. What it says.
            _read_groups(state)
            # 8. The older proof that it is no copy.
            authenticate_actively(state)
            # 9. Did somebody weaken the way?
            _compare_offers(state)
    except SecureMessagingError as error:
        state.tell("secure_messaging", Outcome.FAILED, str(error), "ICAO Doc 9303-11, 9.8")
    return ChipReading(tuple(state.checks), state.com, state.sod, state.groups, state.card_access, state.card_security)


def _read_directory(state: SessionState) -> None:
    """EF.COM, EF.SOD and data group 14."""
    state.com, state.sod = _read(state, COM), _read(state, SOD)
    group = _read(state, GROUPS[14]) if 14 in state.policy.groups else None
    if group is None:
        return
    state.groups[14] = group
    name, clause = "security_infos", "ICAO Doc 9303-11, 9.2"
    try:
        state.signed = read_security_group(group)
    except TlvError as error:
        state.tell(name, Outcome.FAILED, f"data group 14 is not what it should be: {error}", clause)
        return
    if state.signed.faulty:
        state.tell(name, Outcome.FAILED, f"data group 14 has a faulty entry: {state.signed.faulty[0]}", clause)
    else:
        state.tell(name, Outcome.SUCCESSFUL, f"{len(state.signed.raw)} entries in data group 14", clause)


def _read_groups(state: SessionState) -> None:
    """Every data group that EF.COM or EF.SOD lists and the policy wants."""
    name, clause = "reading", "ICAO Doc 9303-10, 3.6; BSI TR-03135-1, 5.6.4"
    listed = _listed(state)
    wanted = sorted((listed or state.policy.groups) & state.policy.groups)
    missing = []
    for number in wanted:
        file = state.groups.get(number) or _read(state, GROUPS[number])
        if file is not None:
            state.groups[number] = file
        elif listed:
            missing.append(f"DG{number}")
    if missing:
        why = f"listed, but the chip does not give: {', '.join(missing)}"
        state.tell(name, Outcome.FAILED, why, clause)
    elif not state.groups:
        state.tell(name, Outcome.UNDETERMINED, "the chip gave no data group", clause)
    else:
        told = ", ".join(f"DG{number}" for number in sorted(state.groups))
        state.tell(name, Outcome.SUCCESSFUL, f"read: {told}", clause)


def _listed(state: SessionState) -> frozenset[int]:
    """What EF.COM and EF.SOD list together; that they differ or do not read is told by the checks of their own."""
    listed: set[int] = set()
    with suppress(TlvError):
        listed.update(() if state.com is None else read_com(state.com).groups)
    with suppress(TlvError):
        listed.update(() if state.sod is None else read_security_object(state.sod).hashes)
    return frozenset(listed)


def _read(state: SessionState, file: File) -> bytes | None:
    """A file, or None with the reason on record.

    Raises:
        SecureMessagingError: the channel broke.
    """
    try:
        return state.read(file)
    except SecureMessagingError:
        state.tell("reading", Outcome.ABORTED, f"{file.name}: the channel broke", "ICAO Doc 9303-11, 9.8")
        raise
    except (ChipError, TlvError) as error:
        state.tell("reading", Outcome.ABORTED, f"{file.name}: {error}", "ICAO Doc 9303-10, 3.6")
        return None


def _compare_offers(state: SessionState) -> None:
    """Whether EF.CardAccess, which anybody can have written, says of PACE what the state signed (9303-11, 4.2)."""
    name, clause = "card_access", "ICAO Doc 9303-11, 4.2 and 9.2.11; 9303-10, 4.7.14"
    offered = set(state.offered.pace)
    signed = {"data group 14": state.signed, "EF.CardSecurity": state.secured}
    known = {source: set(infos.pace) for source, infos in signed.items() if infos is not None}
    differing = {source: infos for source, infos in known.items() if infos != offered}
    lacking = [
        source
        for source, infos in signed.items()
        if infos is not None and source not in differing and not state.offered.entries(PACE) <= infos.raw
    ]
    if not offered and not any(known.values()):
        state.tell(name, Outcome.NOT_SUPPORTED, "the chip offers no PACE, and nothing signed names any", clause)
    elif differing:
        for source, infos in differing.items():
            less = "; ".join(sorted(map(str, infos - offered))) or "none"
            more = "; ".join(sorted(map(str, offered - infos))) or "none"
            why = f"EF.CardAccess differs from {source} (missing: {less}; added: {more})"
            state.tell(name, Outcome.FAILED, why, clause)
    elif lacking:
        why = f"EF.CardAccess says of PACE what {' and '.join(lacking)} does not say word for word"
        state.tell(name, Outcome.FAILED, why, clause)
    elif known:
        state.tell(name, Outcome.SUCCESSFUL, f"EF.CardAccess offers what {' and '.join(known)} says", clause)
    else:
        why = "there is no readable data group 14 to hold EF.CardAccess against"
        state.tell(name, Outcome.UNDETERMINED, why, clause)
