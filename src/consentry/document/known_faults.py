"""What states say of faults in documents, held against one document (BSI TR-03135-1, 5.8; ICAO Doc 9303-3, 7).

A deviation explains: what fails stays failed, and what holds stays successful. A defect forbids: with a defect list at
hand nothing is genuine that it warns of. Keys that are known to others prove nothing, whoever says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from consentry.document.certificates import Certificate
from consentry.document.checks import Check, Outcome
from consentry.document.defect_list import CONTENT as _DEFECT
from consentry.document.defect_list import Defect, DefectList
from consentry.document.deviation_list import CONTENT as _DEVIATION
from consentry.document.deviation_list import Deviation, DeviationList
from consentry.document.mrz import Mrz
from consentry.document.passive import PassiveAuthentication
from consentry.document.signing_countries import signers_of

DEVIATIONS, DEFECTS = "known_deviations", "known_defects"
"""Names of the checks."""
_DEVIATION_CLAUSE, _DEFECT_CLAUSE = "ICAO Doc 9303-3, 7.3", "BSI TR-03135-1, 5.8; BSI TR-03129"
_FILES = {20: "EF.SOD", 21: "EF.COM"}
_FIELDS = ("", "kind of document", "issuing state", "name", "document number", "nationality", "date of birth", "sex",
           "date of expiry", "optional data")  # fmt: skip
_DEVIATION_WORDS = {
    "1": "a key or a certificate is not as it should be",
    "1.1": "the signature over the document signer's certificate is wrong",
    "1.2": "the document signer's certificate is miscoded",
    "1.3": "the authority's certificate is miscoded",
    "1.4": "the key for active authentication may be known to others",
    "2": "the data structure is not as it should be",
    "2.1": "a file is miscoded",
    "2.2": "a hash in EF.SOD is wrong",
    "2.3": "the signature in EF.SOD is wrong",
    "2.4": "EF.COM and EF.SOD differ",
    "3": "the zone is not as it should be",
    "3.1": "the zone says something wrong",
    "3.2": "a check digit of the zone is wrong",
    "4": "the chip cannot be used",
}
"""Doc 9303-3, 7.3.5, by what follows the identifier of deviation lists."""
_DEFECT_WORDS = {
    "1.1": "its signer is revoked",
    "1.2": "its signer's certificate is miscoded, another one stands for it",
    "1.3": "keys for chip authentication are known to others",
    "1.4": "keys for active authentication are known to others",
    "2.1": "data groups are miscoded",
    "2.2": "EF.SOD is wrong",
    "4.1": "EF.CardSecurity is miscoded",
    "4.2": "EF.ChipSecurity is miscoded",
    "4.3": "the chip must be switched off between two readings",
}
"""TR-03129, by what follows the identifier of defect lists."""
_REVOKED = f"{_DEFECT}.1.1"
_HARMLESS = (f"{_DEFECT}.3", f"{_DEFECT}.4.3")
"""Of another application, which is not read here, and of two readings in a row."""
_ACTIVE_KEYS = frozenset({f"{_DEVIATION}.1.4", f"{_DEFECT}.1.4"})
_CHIP_KEYS = frozenset({f"{_DEFECT}.1.3"})
_MOST_TOLD, _LONGEST_TOLD = 3, 200
"""Faults that are told in one check, and characters of a state's own words for each."""


@dataclass(frozen=True, slots=True)
class KnownFaults:
    """Lists at hand."""

    deviations: tuple[DeviationList, ...] = ()
    defects: tuple[DefectList, ...] = ()


NONE_KNOWN = KnownFaults()
"""No list is at hand."""


@dataclass(frozen=True, slots=True)
class FoundFaults:
    """What lists say of one document."""

    deviations: tuple[tuple[str, Deviation], ...]
    """Each with the country that says so."""
    defects: tuple[tuple[str, Defect], ...]
    checks: tuple[Check, ...]
    """One for each kind of list at hand that may speak of the document."""
    essential: frozenset[str]
    """Names of those without which it is not called genuine."""


def find_faults(zone: Mrz | None, passive: PassiveAuthentication, known: KnownFaults) -> FoundFaults:
    """Look a document up.

    Args:
        zone: of the chip; None: it does not read.
        passive: what came of passive authentication.
        known: lists at hand.
    """
    signer = passive.signer or _claimed(passive)
    countries = set() if zone is None else set(signers_of(zone.issuer))
    countries |= set() if signer is None else {signer.country}
    speaking = [one for one in known.deviations if one.country in countries]
    code, number = ("", "") if zone is None else (zone.code, zone.number)
    deviations = tuple(
        (each.country, one) for each in speaking for one in each.deviations if one.concerns(signer, code, number)
    )
    defects = () if signer is None else tuple(
        (each.publisher, one) for each in known.defects for one in each.concerning(signer)
    )  # fmt: skip
    checks = [_deviation_check(speaking, deviations)] if speaking else []
    checks += [_defect_check(known.defects, defects, signer)] if known.defects else []
    return FoundFaults(deviations, defects, tuple(checks), frozenset({DEFECTS} if known.defects else ()))


def trusted_proofs(checks: Iterable[Check], found: FoundFaults) -> tuple[Check, ...]:
    """The checks of a dialogue with the chip, where a proof by a key that is known to others proves nothing."""
    kinds = {one.kind: country for country, one in found.deviations}
    kinds |= {one.kind: country for country, one in found.defects}
    broken = {"active_authentication": _ACTIVE_KEYS, "chip_authentication": _CHIP_KEYS,
              "pace_chip_authentication": _CHIP_KEYS}  # fmt: skip
    return tuple(_proof(check, kinds, broken.get(check.name, frozenset())) for check in checks)


def _proof(check: Check, kinds: dict[str, str], broken: frozenset[str]) -> Check:
    said = sorted(kinds[kind] for kind in broken & kinds.keys())
    if not said or check.outcome is not Outcome.SUCCESSFUL:
        return check
    why = f"the chip's answer is right, but its key may be known to others, says {said[0]}"
    return replace(check, outcome=Outcome.UNDETERMINED, why=why)


def _claimed(passive: PassiveAuthentication) -> Certificate | None:
    """The signer that EF.SOD names, where its signature does not hold: a list may say why."""
    if passive.object is None:
        return None
    signed = passive.object.signed
    named = (one for by in signed.signers for one in signed.certificates if by.is_made_by(one))
    return next(named, None)


def _deviation_check(speaking: list[DeviationList], found: tuple[tuple[str, Deviation], ...]) -> Check:
    if not found:
        countries = ", ".join(sorted({one.country for one in speaking}))
        return Check(DEVIATIONS, Outcome.SUCCESSFUL, f"{countries} names none of such documents", _DEVIATION_CLAUSE)
    told = [f"{country} says of its documents: {_deviation_words(one)}" for country, one in found]
    return Check(DEVIATIONS, Outcome.UNDETERMINED, _joined(told), _DEVIATION_CLAUSE)


def _defect_check(
    lists: tuple[DefectList, ...], found: tuple[tuple[str, Defect], ...], by: Certificate | None
) -> Check:
    countries = ", ".join(sorted({one.publisher for one in lists}))
    if by is None:
        why = f"who signed is not known, so it was not looked up in the defect list of {countries}"
        return Check(DEFECTS, Outcome.UNDETERMINED, why, _DEFECT_CLAUSE)
    told = _joined([f"{country} says: {_defect_words(one)}" for country, one in found])
    if any(one.kind == _REVOKED for _, one in found):
        return Check(DEFECTS, Outcome.FAILED, told, _DEFECT_CLAUSE)
    if all(_under(one.kind, _HARMLESS) for _, one in found):
        why = told or f"{countries} names none of such documents"
        return Check(DEFECTS, Outcome.SUCCESSFUL, why, _DEFECT_CLAUSE)
    return Check(DEFECTS, Outcome.UNDETERMINED, told, _DEFECT_CLAUSE)


def _joined(told: list[str]) -> str:
    several = list(dict.fromkeys(told))
    rest = f"; and {len(several) - _MOST_TOLD} more" if len(several) > _MOST_TOLD else ""
    return "; ".join(several[:_MOST_TOLD]) + rest


def _under(kind: str, roots: tuple[str, ...]) -> bool:
    return any(kind == root or kind.startswith(f"{root}.") for root in roots)


def _deviation_words(one: Deviation) -> str:
    arc = one.kind.removeprefix(f"{_DEVIATION}.")
    words = _DEVIATION_WORDS.get(arc, f"a deviation of kind {one.kind}")
    what = _parameter_words(arc, one.parameter)
    words += f" ({what})" if what else ""
    words += f', "{one.text[:_LONGEST_TOLD]}"' if one.text else ""
    return words if one.period is None else f"{words}, if issued from {one.period[0]} to {one.period[1]}"


def _parameter_words(arc: str, parameter: int | str | None) -> str:
    if parameter is None:
        return ""
    if arc.startswith("2.") and isinstance(parameter, int):
        return _FILES.get(parameter, f"DG{parameter}")
    if arc.startswith("3.") and isinstance(parameter, int):
        return _FIELDS[parameter] if 0 <= parameter < len(_FIELDS) else f"field {parameter}"
    return f"extension {parameter}" if isinstance(parameter, str) else f"field {parameter}"


def _defect_words(one: Defect) -> str:
    arc = one.kind.removeprefix(f"{_DEFECT}.")
    words = _DEFECT_WORDS.get(arc, f"a defect of kind {one.kind}")
    return words + (f" ({', '.join(f'DG{number}' for number in one.groups)})" if one.groups else "")
