"""EF.CardSecurity: the chip's static keys in the master file, signed by the state (ICAO Doc 9303-11, 9.2.12)."""

from collections.abc import Iterator
from dataclasses import dataclass

from consentry.document.certificates import Certificate
from consentry.document.checks import Check, Outcome
from consentry.document.cms import SignedData, read_signed_data, signature_holds
from consentry.document.security_infos import LONGEST, SecurityInfos, read_infos
from consentry.document.tlv import TlvError, read_only
from consentry.document.trust import TrustStore

NAME = "card_security"
_CONTENT = "0.4.0.127.0.7.3.2.1"
_CLAUSE = "ICAO Doc 9303-11, 4.4.3.5.2 and 9.2.12"


@dataclass(frozen=True, slots=True, eq=False)
class CardSecurity:
    """What it says, and the signature over that."""

    infos: SecurityInfos
    signed: SignedData


def read_card_security(file: bytes | memoryview) -> CardSecurity:
    """Read EF.CardSecurity.

    Raises:
        TlvError: it is none.
    """
    signed = read_signed_data(file, longest=LONGEST)
    if signed.content_type != _CONTENT:
        raise TlvError(f"expected a security object ({_CONTENT}), came content of type {signed.content_type}", 0)
    return CardSecurity(read_infos(read_only(signed.content, 0x31)), signed)


def authenticate_card_security(file: bytes | None, trust: TrustStore, at: float) -> Check:
    """Whether a state that is trusted signed it.

    Args:
        file: as it lies in the chip; None: it was not read.
        trust: whom to trust.
        at: the moment that is asked about, s UTC.
    """
    if file is None:
        return Check(NAME, Outcome.NOT_SUPPORTED, "no EF.CardSecurity was needed or read", _CLAUSE)
    try:
        signed = read_card_security(file).signed
    except TlvError as error:
        return Check(NAME, Outcome.FAILED, f"EF.CardSecurity is not what it should be: {error}", _CLAUSE)
    signer = next(_makers(signed), None)
    if signer is None:
        return Check(NAME, Outcome.FAILED, "the signature over EF.CardSecurity does not hold", _CLAUSE)
    return Check(NAME, *_standing(signer, trust, at), _CLAUSE)


def _makers(signed: SignedData) -> Iterator[Certificate]:
    """The certificate whose key made the one signature that there is."""
    if len(signed.signers) == 1:
        (signer,) = signed.signers
        for one in signed.certificates:
            if signer.is_made_by(one) and signature_holds(signed, signer, one):
                yield one


def _standing(signer: Certificate, trust: TrustStore, at: float) -> tuple[Outcome, str]:
    """What a signer's word is worth at a moment."""
    authorities = trust.issuers(signer)
    if not authorities:
        return Outcome.UNDETERMINED, f"no trusted authority signed its signer of {signer.country or 'no country'}"
    if trust.revoked(signer, at) is not None:
        return Outcome.FAILED, "its signer is revoked"
    if not signer.valid(at) or not any(one.valid(at) and one.country == signer.country for one in authorities):
        return Outcome.FAILED, "its signer, or the authority behind it, was not valid then"
    return Outcome.SUCCESSFUL, f"signed for {signer.country}"
