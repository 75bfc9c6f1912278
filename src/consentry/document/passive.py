"""Passive authentication: was what the chip holds signed by the state that it names (ICAO Doc 9303-11, clause 5.1).

The procedure, each step a check of its own:

1. EF.SOD reads as what it should be.
2. The hash of every data group that was read is the one in EF.SOD; groups of EF.SOD that were not read are told.
3. The signature over EF.SOD holds, by the certificate of a document signer (DSC) that it carries or that is at hand.
4. An authority of a state (CSCA) that is trusted signed the DSC, and the DSC may sign documents.
5. DSC and CSCA were valid at the moment that is asked about.
6. The DSC is not revoked, as far as a current list of its authority says.
7. Key lengths and hashes are told where they are weak by today's measure.

What a step needs and does not have makes it undetermined, never successful.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from consentry.document.certificates import Certificate
from consentry.document.checks import Check, Outcome
from consentry.document.cms import SignedData, Signer, signature_holds
from consentry.document.lds import read_group
from consentry.document.signatures import digest
from consentry.document.sod import SecurityObject, read_security_object
from consentry.document.tlv import TlvError
from consentry.document.trust import TrustStore

ESSENTIAL = frozenset({"sod_format", "group_hashes", "sod_signature", "signer_chain", "signer_validity"})
"""Without these nothing is called genuine. Revocation is not among them, since few states publish lists in time: it
fails a document when it is known, and is told as undetermined when it is not."""
_DIGITAL_SIGNATURE = 0


@dataclass(frozen=True, slots=True)
class PassiveAuthentication:
    """What came of it."""

    checks: tuple[Check, ...]
    object: SecurityObject | None
    """EF.SOD, if it could be read."""
    signer: Certificate | None
    """The document signer whose signature holds."""
    authority: Certificate | None
    """The trusted authority behind the signer."""


def authenticate(sod: bytes | None, groups: Mapping[int, bytes], trust: TrustStore, at: float) -> PassiveAuthentication:
    """Run the procedure above.

    Args:
        sod: EF.SOD as it lies in the chip; None: it could not be read.
        groups: data groups as they lie in the chip, by number.
        trust: whom to trust.
        at: the moment that is asked about, s UTC.
    """
    checks: list[Check] = []
    # 1. What the state signed.
    signed, check = _format(sod)
    checks.append(check)
    if signed is None:
        return PassiveAuthentication((*checks, *_undetermined(check.why)), None, None, None)
    # 2. Is it what the chip holds?
    checks.append(_hashes(signed, groups))
    # 3. Who signed it?
    signer, how, check = _signature(signed, trust)
    checks.append(check)
    if signer is None or how is None:
        return PassiveAuthentication((*checks, *_undetermined(check.why, "signer_")), signed, None, None)
    # 4. - 6. Who stands behind the signer, since when and until when?
    authorities = trust.issuers(signer)
    authority = next((one for one in authorities if one.valid(at)), authorities[0] if authorities else None)
    checks.append(_chain(signer, authority))
    checks.append(_validity(signer, authority, at))
    checks.append(_revocation(signer, authority, trust, at))
    # 7. Is any of it weak?
    checks.append(_strength(signed, signer, how, authority))
    return PassiveAuthentication(tuple(checks), signed, signer, authority)


def _format(sod: bytes | None) -> tuple[SecurityObject | None, Check]:
    clause = "ICAO Doc 9303-10, 4.6.2"
    if sod is None:
        return None, Check("sod_format", Outcome.UNDETERMINED, "EF.SOD could not be read from the chip", clause)
    try:
        signed = read_security_object(sod)
    except TlvError as error:
        return None, Check("sod_format", Outcome.FAILED, f"EF.SOD is not what it should be: {error}", clause)
    return signed, Check("sod_format", Outcome.SUCCESSFUL, f"{len(signed.hashes)} data groups are signed", clause)


def _hashes(signed: SecurityObject, groups: Mapping[int, bytes]) -> Check:
    name, clause = "group_hashes", "ICAO Doc 9303-11, 5.1; BSI TR-03135-1, 5.6.4.4"
    wrong = [number for number in sorted(groups) if not _same(signed, number, groups[number])]
    if wrong:
        altered, unsigned = (_listed(n for n in wrong if (n in signed.hashes) is there) for there in (True, False))
        told = [f"{altered}: not what the state signed"] if altered else []
        told += [f"{unsigned}: in the chip, and the state signed no such group"] if unsigned else []
        return Check(name, Outcome.FAILED, "; ".join(told), clause)
    needed = [number for number in (1, 2) if number not in groups]
    if needed or not groups:
        unread = " and ".join(f"DG{number}" for number in needed)
        return Check(name, Outcome.UNDETERMINED, f"{unread} could not be read, so its hash was not compared", clause)
    rest = _listed(sorted(set(signed.hashes) - set(groups)))
    left = f"; not read: {rest}" if rest else ""
    return Check(name, Outcome.SUCCESSFUL, f"{_listed(sorted(groups))} are what the state signed{left}", clause)


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(f"DG{number}" for number in numbers)


def _same(signed: SecurityObject, number: int, file: bytes) -> bool:
    try:
        element = read_group(file, number)
    except TlvError:
        return False
    return signed.hashes.get(number) == digest(signed.hash, element.raw)


def _signature(signed: SecurityObject, trust: TrustStore) -> tuple[Certificate | None, Signer | None, Check]:
    content = signed.signed
    if len(content.signers) != 1:
        return _unsigned(Outcome.FAILED, f"expected one signature, there are {len(content.signers)}")
    (signer,) = content.signers
    named = [one for one in (*content.certificates, *trust.signers) if signer.is_made_by(one)]
    if not named:
        return _unnamed(content)
    made = next((one for one in named if signature_holds(content, signer, one)), None)
    if made is None:
        return _unsigned(Outcome.FAILED, "the signature does not hold: altered, or signed by another")
    if made.usage is not None and _DIGITAL_SIGNATURE not in made.usage:
        return _unsigned(Outcome.FAILED, "its certificate may not sign documents (ICAO Doc 9303-12, 7.1.1)")
    how = signer.algorithm.with_hash(signer.hash)
    why = f"holds: {made.key.name}, {how}, {made.country}"
    return made, signer, Check("sod_signature", Outcome.SUCCESSFUL, why, _SIGNATURE)


def _unnamed(content: SignedData) -> tuple[None, None, Check]:
    """Why there is no certificate of the signer."""
    if content.unread:
        # Doc 9303-12 says which certificates may come along: one that cannot be read is a fault, not a gap.
        return _unsigned(Outcome.FAILED, f"the certificate that came along is none that may sign: {content.unread[0]}")
    if content.certificates:
        return _unsigned(Outcome.FAILED, "the signature names another certificate than the one that came along")
    return _unsigned(Outcome.UNDETERMINED, "the certificate of its signer is neither in EF.SOD nor at hand")


_SIGNATURE = "BSI TR-03135-1, 5.6.4.2; ICAO Doc 9303-11, 5.1; RFC 5652, 5.4"


def _unsigned(outcome: Outcome, why: str) -> tuple[None, None, Check]:
    return None, None, Check("sod_signature", outcome, why, _SIGNATURE)


def _chain(signer: Certificate, authority: Certificate | None) -> Check:
    name, clause = "signer_chain", "ICAO Doc 9303-12, 5 and 7.1; BSI TR-03135-1, 5.6.4.3"
    if authority is None:
        why = f"no trusted authority signed the document signer of {signer.country or 'no country'}"
        return Check(name, Outcome.UNDETERMINED, f"{why}: import its state's certificates", clause)
    if signer.unknown:
        why = f"the document signer has critical extensions that are not known: {', '.join(signer.unknown)}"
        return Check(name, Outcome.FAILED, why, "RFC 5280, 4.2")
    if signer.issuer != authority.subject:
        why = "the document signer names another authority than the one whose key signed it"
        return Check(name, Outcome.FAILED, why, "RFC 5280, 6.1.3")
    if signer.country != authority.country:
        why = f"signer of {signer.country or '??'} under an authority of {authority.country or '??'}"
        return Check(name, Outcome.FAILED, why, clause)
    return Check(name, Outcome.SUCCESSFUL, f"signed by a trusted authority of {authority.country}", clause)


def _validity(signer: Certificate, authority: Certificate | None, at: float) -> Check:
    name, clause = "signer_validity", "RFC 5280, 4.1.2.5; ICAO Doc 9303-12, 6"
    out = [
        f"{who} valid {_day(one.begin)} to {_day(one.end)}"
        for who, one in (("signer", signer), ("authority", authority))
        if one is not None and not one.valid(at)
    ]
    if out:
        return Check(name, Outcome.FAILED, f"not valid on {_day(at)}: {'; '.join(out)}", clause)
    if authority is None:
        return Check(name, Outcome.UNDETERMINED, "the authority is not known", clause)
    return Check(name, Outcome.SUCCESSFUL, f"valid on {_day(at)}", clause)


def _revocation(signer: Certificate, authority: Certificate | None, trust: TrustStore, at: float) -> Check:
    name, clause = "signer_revocation", "ICAO Doc 9303-12, 4.2.5 and 7.1.4"
    for who, one in (("document signer", signer), ("authority", authority)):
        since = None if one is None else trust.revoked(one, at)
        if since is not None:
            return Check(name, Outcome.FAILED, f"the {who} is revoked since {_day(since)}", clause)
    if not trust.speaks(signer, at):
        return Check(
            name, Outcome.UNDETERMINED, f"no revocation list of its authority is current on {_day(at)}", clause
        )
    return Check(name, Outcome.SUCCESSFUL, "not revoked", clause)


def _strength(signed: SecurityObject, signer: Certificate, how: Signer, authority: Certificate | None) -> Check:
    name, clause = "algorithms", "ICAO Doc 9303-12, 4.4"
    weak = [f"data groups: {signed.hash}"] if signed.hash == "sha1" else []
    weak += [f"EF.SOD: {one}" for one in signer.key.weaknesses(how.algorithm.with_hash(how.hash))]
    if authority is not None:
        weak += [f"signer: {one}" for one in authority.key.weaknesses(signer.algorithm)]
    if weak:
        why = f"weak by today's measure: {'; '.join(weak)}"
        return Check(name, Outcome.UNDETERMINED, why, clause)
    return Check(name, Outcome.SUCCESSFUL, "strong by today's measure", clause)


def _undetermined(why: str, prefix: str = "") -> Iterator[Check]:
    """The steps that need what could not be had."""
    for name in sorted(ESSENTIAL | {"signer_revocation"}):
        if name.startswith(prefix or ("group_", "sod_signature", "signer_")):
            yield Check(name, Outcome.UNDETERMINED, f"not looked at: {why}", "BSI TR-03135-1, 3.5.2")


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"
