"""Inspect a travel document: everything that can be said of it, each as a check of its own (BSI TR-03135-1 v2.5).

The procedure:

1. Passive authentication: what the chip holds is what a state signed (``passive``).
2. The files agree: EF.COM with EF.SOD, data group 1 with its own check digits and with what is printed.
3. The document agrees with who signed it and with the day: issuing state, date of expiry.
4. There is a portrait that may be looked at.
5. What states say of faults in such documents: a deviation explains, a defect forbids.
6. The chip is the original and no copy: only a dialogue with the chip tells. What came of it comes as an argument.

Clauses are those of BSI TR-03135-1 v2.5 where it has one. No check is successful because something is missing.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from consentry.core.errors import MalformedError
from consentry.document.checks import Check, DocumentReport, Outcome
from consentry.document.clone_protection import protection
from consentry.document.further_groups import further_checks, read_further_groups
from consentry.document.known_faults import NONE_KNOWN, KnownFaults, find_faults, trusted_proofs
from consentry.document.lds import EF_COM, EF_SOD, TAGS, file_of, read_com, read_mrz_group
from consentry.document.mrz import Mrz, MrzError, parse_mrz, split_lines
from consentry.document.passive import ESSENTIAL as PASSIVE
from consentry.document.passive import PassiveAuthentication, authenticate
from consentry.document.portrait import Portrait, read_portrait
from consentry.document.signing_countries import signers_of
from consentry.document.sod_conformity import conformity
from consentry.document.trust import TrustStore

ESSENTIAL = PASSIVE | {
    "sod_conformity",
    "com_sod",
    "mrz_format",
    "mrz_digits",
    "optical_mrz",
    "issuing_state",
    "expiry",
    "portrait",
    "portrait_record",
    "clone_protection",
}
"""Without each of these nothing is called genuine. A zone in a picture alone reaches none but two of them; files alone
never reach ``clone_protection``, since whoever copied them has them all."""
_KINDS: Mapping[str, tuple[str, ...]] = {"TD1": ("A", "C", "I"), "TD2": ("A", "C", "I", "P"), "TD3": ("P",)}
"""First letter of the kind of document (Doc 9303-4, -5 and -6, 4.2.2); passports of the size of TD2 have been issued. A
visa has no chip of this kind."""
_CLOSED = (3, 4)
"""Data groups with fingers and irises."""
_LEAST_SIDE, _MOST_SIDE = 90, 2500
"""px: Doc 9303-9 asks for 90 between the eyes, which no narrower picture has; scanners of photographs at 600 dpi give
1,100 x 1,400, and twice that is no portrait of a document."""
_WIDEST, _TALLEST = 1.1, 2.2
"""Width by height, and height by width: portraits are 35 x 45 mm (1.29), cropped ones 1.0 to 1.6."""


def inspect(
    files: Mapping[int, bytes],
    trust: TrustStore,
    at: float,
    *,
    optical_mrz: str | None = None,
    chip_checks: tuple[Check, ...] = (),
    faults: KnownFaults = NONE_KNOWN,
) -> DocumentReport:
    """Run the procedure above.

    Args:
        files: what was read from the application, by file identifier (``lds``); what could not be read is left out.
        trust: whom to trust.
        at: the moment that is asked about, s UTC: its day decides on expiry and centuries.
        optical_mrz: the zone as printed, read by a camera or a reader; None: nobody read it.
        chip_checks: what came of the dialogue with the chip: ``access_control``, ``active_authentication``,
            ``chip_authentication``, ``pace_chip_authentication``.
        faults: what states say of faults in documents.
    """
    today = datetime.fromtimestamp(at, UTC).date()
    groups = {number: files[file_of(number)] for number in TAGS if file_of(number) in files}
    # 1. Is it what a state signed?
    passive = authenticate(files.get(EF_SOD), groups, trust, at)
    formed = conformity(files.get(EF_SOD), passive)
    # 2. Do the files agree?
    com = _com(files.get(EF_COM), passive)
    zone, mrz_checks = _zone(groups.get(1), today)
    optical = _optical(groups.get(1), optical_mrz, today)
    # 3. Does it fit its signer, and the day?
    state, expiry = _state(zone, passive), _expiry(zone, today)
    # 4. Is there a face to compare with?
    face = portrait_checks(groups.get(2))
    # 5. Is something known of such documents?
    found = find_faults(zone, passive, faults)
    # 6. Is the chip the original?
    proofs = trusted_proofs(chip_checks, found)
    clone = protection(passive, groups, proofs)
    checks = (*passive.checks, formed, com, *mrz_checks, *optical, state, expiry, *face, *found.checks, *proofs, clone)
    further = (*further_checks(read_further_groups(groups)), *_unreadable(passive, groups))
    return DocumentReport((*checks, *further), ESSENTIAL | found.essential)


def _com(file: bytes | None, passive: PassiveAuthentication) -> Check:
    """EF.COM is not signed: what it hides or adds betrays that somebody changed the chip."""
    name, clause = "com_sod", "BSI TR-03135-1, 5.6.4.4"
    if file is None or passive.object is None:
        missing = "EF.COM" if file is None else "EF.SOD"
        return Check(name, Outcome.UNDETERMINED, f"{missing} could not be read, so they were not compared", clause)
    try:
        com = read_com(file)
    except MalformedError as error:
        return Check(name, Outcome.FAILED, f"EF.COM is not what it should be: {error}", clause)
    listed, signed = set(com.groups), set(passive.object.hashes)
    wrong = [
        f"{words} {', '.join(f'DG{number}' for number in sorted(numbers))}"
        for words, numbers in (("hides", signed - listed), ("adds", listed - signed))
        if numbers
    ]
    if passive.object.lds_version is not None and passive.object.lds_version != com.lds_version:
        wrong.append("names another version of the data structure")
    if wrong:
        return Check(name, Outcome.FAILED, f"against what the state signed, EF.COM {' and '.join(wrong)}", clause)
    if not com.known:
        why = "EF.COM names no version of the data structure and of Unicode that there is"
        return Check(name, Outcome.UNDETERMINED, why, clause)
    return Check(name, Outcome.SUCCESSFUL, f"both list {len(listed)} data groups", clause)


def _zone(file: bytes | None, today: date) -> tuple[Mrz | None, tuple[Check, ...]]:
    """Data group 1 against the grammar of Doc 9303, and against its own check digits."""
    names, clause = ("mrz_format", "mrz_digits"), "BSI TR-03135-1, 5.5.4.1"
    if file is None:
        why = "data group 1 could not be read"
        return None, tuple(Check(name, Outcome.UNDETERMINED, why, clause) for name in names)
    try:
        zone = parse_mrz(read_mrz_group(file), today)
    except MrzError as error:
        places = "; ".join(f"line {fault.line}, character {fault.column}" for fault in error.faults[:4])
        why = f"the zone in data group 1 is not as Doc 9303 says at {places}"
        return None, (Check(names[0], Outcome.FAILED, why, clause), Check(names[1], Outcome.UNDETERMINED, why, clause))
    except MalformedError as error:
        why = f"data group 1 is not what it should be: {error}"
        return None, (Check(names[0], Outcome.FAILED, why, clause), Check(names[1], Outcome.UNDETERMINED, why, clause))
    if not zone.code.startswith(_KINDS.get(zone.layout, ())):
        why = f"the zone in data group 1 names no kind of document that a zone of size {zone.layout} has"
        return zone, (Check(names[0], Outcome.FAILED, why, clause), _digits(zone, names[1], clause))
    form = Check(names[0], Outcome.SUCCESSFUL, f"a zone of size {zone.layout}", clause)
    return zone, (form, _digits(zone, names[1], clause))


def _digits(zone: Mrz, name: str, clause: str) -> Check:
    wrong = [check.name for check in zone.checks if not check.right]
    if wrong or not zone.consistent:
        return Check(name, Outcome.FAILED, f"wrong check digits: {', '.join(wrong) or 'none'}", clause)
    return Check(name, Outcome.SUCCESSFUL, f"{len(zone.checks)} check digits are right", clause)


def _optical(file: bytes | None, printed: str | None, today: date) -> tuple[Check, ...]:
    """Whether what is printed is consistent, and is what the chip says: a chip may have been put into another book."""
    name, clause = "optical_mrz", "BSI TR-03135-1, 5.7.2"
    if printed is None:
        return (Check(name, Outcome.UNDETERMINED, "the printed zone was not read", clause),)
    checks = [_printed_digits(printed, today)]
    if file is None:
        checks.append(
            Check(name, Outcome.UNDETERMINED, "data group 1 could not be read, so nothing to compare", clause)
        )
        return tuple(checks)
    try:
        chip = split_lines(read_mrz_group(file))
    except MalformedError:
        checks.append(Check(name, Outcome.UNDETERMINED, "data group 1 is not what it should be", clause))
        return tuple(checks)
    differ = _differences(chip, split_lines(printed))
    outcome = Outcome.FAILED if differ else Outcome.SUCCESSFUL
    why = f"print and chip differ: {differ}" if differ else "print and chip say the same"
    return (*checks, Check(name, outcome, why, clause))


def _printed_digits(printed: str, today: date) -> Check:
    name, clause = "optical_digits", "BSI TR-03135-1, 5.5.4.1"
    try:
        zone = parse_mrz(printed, today)
    except MrzError as error:
        return Check(
            name, Outcome.FAILED, f"the printed zone is not as Doc 9303 says ({len(error.faults)} places)", clause
        )
    wrong = [check.name for check in zone.checks if not check.right]
    if wrong or not zone.checks:
        return Check(name, Outcome.FAILED, f"wrong check digits in print: {', '.join(wrong)}", clause)
    return Check(name, Outcome.SUCCESSFUL, "check digits in print are right", clause)


def _differences(chip: tuple[str, ...], printed: tuple[str, ...]) -> str:
    """Where two zones differ: places, never what stands there."""
    if [len(line) for line in chip] != [len(line) for line in printed]:
        return "they are not of the same size"
    places = [
        f"line {row + 1}, character {column + 1}"
        for row, lines in enumerate(zip(chip, printed, strict=True))
        for column, (one, other) in enumerate(zip(*lines, strict=True))
        if one != other
    ]
    rest = f" and {len(places) - 6} more" if len(places) > 6 else ""
    return "; ".join(places[:6]) + rest


def _state(zone: Mrz | None, passive: PassiveAuthentication) -> Check:
    name, clause = "issuing_state", "BSI TR-03135-1, 5.6.4.5"
    if zone is None or passive.signer is None:
        missing = "data group 1" if zone is None else "who signed"
        return Check(name, Outcome.UNDETERMINED, f"not looked at: {missing} is not known", clause)
    countries, came = signers_of(zone.issuer), passive.signer.country or "no country"
    if not countries:
        return Check(name, Outcome.UNDETERMINED, f"who signs for {zone.issuer} is not known; signed by {came}", clause)
    if came not in countries:
        return Check(name, Outcome.FAILED, f"issued by {zone.issuer}, but signed by {came}", clause)
    return Check(name, Outcome.SUCCESSFUL, f"issued by {zone.issuer}, signed by {came}", clause)


def _expiry(zone: Mrz | None, today: date) -> Check:
    name, clause = "expiry", "BSI TR-03135-1, 5.7.1"
    last = None if zone is None else zone.expiry.last()
    if last is None:
        return Check(name, Outcome.UNDETERMINED, "the date of expiry is not known", clause)
    if last < today:
        return Check(name, Outcome.FAILED, f"expired before {today}", clause)
    return Check(name, Outcome.SUCCESSFUL, f"valid on {today}", clause)


def _unreadable(passive: PassiveAuthentication, groups: Mapping[int, bytes]) -> tuple[Check, ...]:
    """Fingers and irises are given to terminals alone that prove a right to them, which this one has not."""
    signed = () if passive.object is None else passive.object.hashes
    closed = [f"DG{number}" for number in _CLOSED if number in signed and number not in groups]
    if not closed:
        return ()
    why = f"{' and '.join(closed)}: not readable without terminal authentication, which is not done here"
    return (Check("closed_groups", Outcome.NOT_SUPPORTED, why, "BSI TR-03110-1, 3.5; ICAO Doc 9303-11, 7"),)


def portrait_checks(file: bytes | None) -> tuple[Check, ...]:
    """Whether data group 2 holds a portrait of sane size, and whether its record is as its standard says."""
    names, clause = ("portrait", "portrait_record"), "ICAO Doc 9303-10, 4.7.2"
    if file is None:
        why = "data group 2 could not be read"
        return tuple(Check(name, Outcome.UNDETERMINED, why, clause) for name in names)
    try:
        portrait = read_portrait(file)
    except MalformedError as error:
        why = f"no portrait that may be looked at: {error}"
        return (Check(names[0], Outcome.FAILED, why, clause),)
    unsound = _unsound(portrait)
    outcome = Outcome.FAILED if unsound else Outcome.SUCCESSFUL
    size = f"{portrait.header.format}, {portrait.header.width}x{portrait.header.height}"
    present = Check(names[0], outcome, unsound or size, clause)
    if portrait.remarks:
        return present, Check(names[1], Outcome.UNDETERMINED, "; ".join(portrait.remarks), f"{portrait.standard}")
    why = portrait.misstated or "as its standard says"  # what a state's software says of a size proves nothing
    return present, Check(names[1], Outcome.SUCCESSFUL, why, f"{portrait.standard}")


def _unsound(portrait: Portrait) -> str:
    width, height = portrait.header.width, portrait.header.height
    if not (_LEAST_SIDE <= width <= _MOST_SIDE and _LEAST_SIDE <= height <= _MOST_SIDE):
        return f"expected sides of {_LEAST_SIDE} to {_MOST_SIDE} px, came {width}x{height}"
    if width > _WIDEST * height or height > _TALLEST * width:
        return f"expected the shape of a portrait, came {width}x{height}"
    return ""
