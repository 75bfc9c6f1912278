"""Is the chip the original? What a dialogue with it proves, and what the state signed that it could prove.

A copy of all files passes passive authentication. Only a secret that does not leave the chip tells it from the
original: active authentication (data group 15), chip authentication (data group 14), or PACE with chip authentication
mapping. A successful dialogue counts only if the public key that it was held with is one that the state signed: by the
hash of its data group, and for that mapping, whose key lies in EF.CardSecurity, by the signature over that file, too.
"""

from collections.abc import Mapping

from consentry.document.checks import Check, Outcome
from consentry.document.passive import PassiveAuthentication

CLAUSE = "BSI TR-03135-1, 5.6.4.1; ICAO Doc 9303-11, 6"
PROOFS = {
    "active_authentication": 15,
    "chip_authentication": 14,
    "pace_chip_authentication": 14,
}
"""Checks that prove a chip to be the original, and the data group that binds their public key to the state."""
_WORDS = {15: "active authentication (DG15)", 14: "chip authentication or PACE (DG14)"}


def protection(passive: PassiveAuthentication, groups: Mapping[int, bytes], chip_checks: tuple[Check, ...]) -> Check:
    """One check over all that was tried.

    Args:
        passive: what came of passive authentication.
        groups: data groups that were read.
        chip_checks: what came of the dialogue with the chip.
    """
    name = "clone_protection"
    tried = [check for check in chip_checks if check.name in PROOFS]
    failed = [check for check in tried if check.outcome is Outcome.FAILED]
    if failed:
        return Check(name, Outcome.FAILED, f"the chip is no original: {failed[0].why}", CLAUSE)
    proved = [check for check in tried if check.outcome is Outcome.SUCCESSFUL]
    bound = [check for check in proved if _bound(check, passive, groups, chip_checks)]
    if bound:
        return Check(name, Outcome.SUCCESSFUL, f"the chip is the original: {bound[0].name.replace('_', ' ')}", CLAUSE)
    if proved:
        group = PROOFS[proved[0].name]
        return Check(
            name, Outcome.UNDETERMINED, f"a copy is not excluded: the state's word on DG{group} is missing", CLAUSE
        )
    unsure = [check for check in tried if check.outcome is Outcome.UNDETERMINED]
    if unsure:
        return Check(name, Outcome.UNDETERMINED, f"a copy is not excluded: {unsure[0].why}", CLAUSE)
    signed = () if passive.object is None else passive.object.hashes
    offered = [words for group, words in _WORDS.items() if group in signed]
    if offered or passive.object is None:
        why = f"it was not tried: {' and '.join(offered)}" if offered else "nothing was tried"
        return Check(name, Outcome.UNDETERMINED, f"a copy is not excluded: {why}", CLAUSE)
    return Check(name, Outcome.NOT_SUPPORTED, "a copy is not excluded: the chip has no protection against it", CLAUSE)


def _bound(
    proof: Check, passive: PassiveAuthentication, groups: Mapping[int, bytes], chip_checks: tuple[Check, ...]
) -> bool:
    """Whether the state signed the key of a proof."""
    group = PROOFS[proof.name]
    if passive.object is None or passive.signer is None or group not in groups or group not in passive.object.hashes:
        return False
    told = {check.name: check.outcome for check in (*passive.checks, *chip_checks)}
    if proof.name == "pace_chip_authentication" and told.get("card_security") is not Outcome.SUCCESSFUL:
        return False
    return told.get("group_hashes") is Outcome.SUCCESSFUL
