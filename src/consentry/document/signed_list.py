"""Lists that states publish in signed data: who signed one, with what right, and which authority stands behind him.

Common to master lists (ICAO Doc 9303-12, 9), deviation lists (9303-12, 10) and defect lists (BSI TR-03129).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from consentry.document.certificates import Certificate, Name
from consentry.document.cms import SignedData, signature_holds
from consentry.document.signatures import digest
from consentry.document.tlv import TlvError
from consentry.document.trust import may_sign

MASTER_LISTS, DEVIATION_LISTS = "2.23.136.1.1.3", "2.23.136.1.1.8"
"""Extended key usage of who signs them (Doc 9303-12, 7.1.1)."""


@dataclass(frozen=True, slots=True)
class SignerId:
    """How a list names a document signer: by all that is not None."""

    issuer: tuple[Name, int] | None = None
    """And serial number."""
    key: bytes | None = None
    """Key identifier."""
    digest: tuple[str, bytes] | None = None
    """Hash function, and hash of the certificate."""

    def names(self, certificate: Certificate) -> bool:
        """Whether it is this certificate; what says nothing names nobody."""
        agree = []
        if self.issuer is not None:
            agree.append(self.issuer == (certificate.issuer, certificate.serial))
        if self.key is not None:
            agree.append(self.key == certificate.subject_key)
        if self.digest is not None:
            agree.append(self.digest[1] == digest(self.digest[0], certificate.der))
        return bool(agree) and all(agree)


def list_signer(signed: SignedData, purpose: str | None, what: str) -> tuple[Certificate, float | None]:
    """Whose signature over a list holds, and when he signed, s UTC.

    Args:
        signed: the list in its envelope.
        purpose: extended key usage that its signer must have; None: one that is none of another kind of list.
        what: it is called, in the plural.

    Raises:
        TlvError: no signature holds, or its signer has no right to it.
    """
    for signer in signed.signers:
        for one in signed.certificates:
            if signer.is_made_by(one) and signature_holds(signed, signer, one):
                if not _entitled(one, purpose):
                    named = f" ({purpose})" if purpose is not None else ""
                    raise TlvError(f"expected a signer for {what}{named}, came {one!r}", 0)
                return one, signer.signing_time
    raise TlvError(f"expected a signature that holds over one of {what}, found none", 0)


def _entitled(signer: Certificate, purpose: str | None) -> bool:
    """Signers of documents have no purpose at all (Doc 9303-12, 7.1.1), so none of them can sign a list."""
    if purpose is not None:
        return purpose in signer.purposes
    return bool(signer.purposes - {MASTER_LISTS, DEVIATION_LISTS})


def authority_behind(signer: Certificate, among: Iterable[Certificate]) -> Certificate | None:
    """The authority whose key signed a signer's certificate; None: it is not among these."""
    near = (one for one in among if signer.authority_key == one.subject_key or signer.issuer == one.subject)
    return next((one for one in near if may_sign(one) and signer.signed_by(one)), None)
