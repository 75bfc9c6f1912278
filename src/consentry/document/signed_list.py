"""Lists that states publish in signed data: who signed one, with what right, and which authority stands behind him.

Common to master lists and deviation lists (ICAO Doc 9303-12, 8 and 9303-3, appendix on deviations).
"""

from collections.abc import Iterable

from consentry.document.certificates import Certificate
from consentry.document.cms import SignedData, signature_holds
from consentry.document.tlv import TlvError
from consentry.document.trust import may_sign


def list_signer(signed: SignedData, purpose: str, what: str) -> tuple[Certificate, float | None]:
    """Whose signature over a list holds, and when he signed, s UTC.

    Args:
        signed: the list in its envelope.
        purpose: extended key usage that its signer must have.
        what: it is called, in the plural.

    Raises:
        TlvError: no signature holds, or its signer has no right to it.
    """
    for signer in signed.signers:
        for one in signed.certificates:
            if signer.is_made_by(one) and signature_holds(signed, signer, one):
                if purpose not in one.purposes:
                    raise TlvError(f"expected a signer for {what} ({purpose}), came {one!r}", 0)
                return one, signer.signing_time
    raise TlvError(f"expected a signature that holds over one of {what}, found none", 0)


def authority_behind(signer: Certificate, among: Iterable[Certificate]) -> Certificate | None:
    """The authority whose key signed a signer's certificate; None: it is not among these."""
    near = (one for one in among if signer.authority_key == one.subject_key or signer.issuer == one.subject)
    return next((one for one in near if may_sign(one) and signer.signed_by(one)), None)
