"""Journey passes: the template lives with the traveller, and a gate needs keys and a clock, no database, no network.

A pass is signed by its issuer and sealed to the touchpoints' common key (HPKE, RFC 9180: X25519, HKDF-SHA256,
AES-128-GCM), so that whoever photographs it has nothing. What binds it to its holder is the face; what keeps it from
being used twice is the touchpoint's memory of numbers it has seen (``ReplayGuard``).

A stranger's pass that was photographed opens at the gate as the holder's own would, and fails on the face.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from consentry.consent.profile import Construction, Permit, check_permit
from consentry.consent.purposes import NEEDED, Purpose
from consentry.consent.receipt import AgreedPurpose, Consent, ReceiptCheck, check_consent
from consentry.core.errors import MalformedError, RefusedError
from consentry.face.pass_claims import Claims, whole_seconds
from consentry.face.pass_cose import open_sign1, sign1
from consentry.face.quantised import quantised, restored
from consentry.face.template import Template
from consentry.ledger.note import SigningKey, VerifierKey

_MAGIC = b"CJP1"
"""Consentry journey pass, first form."""
_CONTEXT = b"consentry journey pass 1"
"""Signed with each pass and not sent, and bound into its seal: nothing else that these keys sign or open is a pass."""
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
LONGEST = 2_953
"""bytes: the largest QR code holds no more (ISO/IEC 18004, version 40, level L)."""
SKEW_S = 120
"""s by which the issuer's clock may be ahead of the gate's: clocks without a network drift some seconds a day."""


class PassCheck(StrEnum):
    """The check on which a pass fails, as ``RefusedError.check`` names it."""

    SEAL = "seal"
    """It was sealed to other touchpoints, or changed: it cannot be opened here."""
    ISSUER = "issuer"
    """Nobody whom this touchpoint knows signed it."""
    SIGNATURE = "signature"
    AIRPORT = "airport"
    """It is for another airport."""
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    TOUCHPOINT = "touchpoint"
    """Its holder did not agree to this purpose at this touchpoint."""
    REVOKED = "revoked"
    STATUS_UNKNOWN = "status_unknown"
    """The list of revoked passes does not reach so far, or is too old: absence is never success."""
    REPLAYED = "replayed"
    """It was shown at this touchpoint before."""


@dataclass(frozen=True, slots=True)
class PassTerms:
    """What an issuer decides on a pass."""

    issuer: str
    airport: str
    """IATA or ICAO code."""
    id: bytes
    """16 bytes from a source of secrets."""
    begin: float
    """s UTC."""
    end: float
    """s UTC: the journey's end, chosen by the traveller to be sooner if he likes."""
    status: int
    """Place in the list of revoked passes."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class OpenedPass:
    """A pass that passed every check. It does not print itself."""

    reference: Template
    purpose: Purpose
    touchpoint: str
    receipt: str
    """Number of the consent receipt."""
    journey: str
    end: float
    """s UTC."""

    def __repr__(self) -> str:
        """The purpose alone."""
        return f"OpenedPass({self.purpose.value!r})"

    def wipe(self) -> None:
        """Overwrite the template."""
        self.reference.wipe()


Revoked = Callable[[int, float], bool | None]
"""Place in the list and now, s UTC, to whether the pass is revoked; None: the list cannot say."""
FirstUse = Callable[[bytes, str, float, float], bool]
"""Number, touchpoint, now and end, s UTC, to whether this is its first use there; remembered when this returns."""


def issue_pass(
    consent: Consent, template: Template, terms: PassTerms, permit: Permit, key: SigningKey, group: X25519PublicKey
) -> bytes:
    """Make a pass.

    Args:
        consent: a checked one; the pass reaches no further than it.
        template: of the traveller.
        terms: what the issuer decides.
        permit: for ``Construction.PASS``.
        key: the issuer's, of kind ``ED25519``.
        group: the touchpoints' common public key.

    Returns:
        The pass as its bytes stand in a QR code or a file.

    Raises:
        RefusedError: profile or consent do not allow it.
        ValueError: the terms make no sense.
    """
    # 1. May it be made?
    check_permit(permit, Construction.PASS)
    agreed: tuple[AgreedPurpose, ...] = getattr(consent, "agreed", ())  # whatever else it is agreed to nothing
    places = [(one.purpose, name) for one in agreed for name in one.touchpoints]
    for purpose, name in places:
        check_consent(consent, purpose, name, terms.begin, NEEDED, permit.profile)
    if not places or not terms.begin < terms.end:
        raise RefusedError("expected a period and a touchpoint that was agreed to", ReceiptCheck.COVERAGE)
    # 2. What it says.
    claims = Claims(
        terms.issuer,
        terms.id,
        whole_seconds(terms.begin),
        whole_seconds(min(terms.end, consent.until)),
        whole_seconds(terms.begin),
        terms.airport,
        consent.journey,
        {one.purpose: one.touchpoints for one in agreed},
        template.model,
        quantised(template),
        consent.receipt_id,
        terms.status,
    )
    content = claims.to_bytes()
    Claims.parse(content)  # what no gate would read is not handed out
    # 3. Signed, then sealed.
    sealed = _SUITE.encrypt(sign1(content, key, _CONTEXT), group, _CONTEXT)
    made = _MAGIC + sealed
    if len(made) > LONGEST:
        raise ValueError(
            f"expected a pass of at most {LONGEST} bytes, came {len(made)}: fewer touchpoints, shorter names"
        )
    return made


@dataclass(frozen=True, slots=True)
class Gate:
    """What a touchpoint knows of passes: keys and its own name; it asks nobody."""

    touchpoint: str
    purpose: Purpose
    airport: str
    group: X25519PrivateKey
    """The touchpoints' common key."""
    issuers: tuple[VerifierKey, ...]


def open_pass(content: bytes, gate: Gate, at: float, revoked: Revoked, first_use: FirstUse) -> OpenedPass:
    """Open a pass and check it, each check by its name; its number is used up only if all others hold.

    Args:
        content: bytes of a QR code or a file.
        gate: where it is shown.
        at: now, s UTC.
        revoked: the issuer's list.
        first_use: the touchpoint's memory.

    Raises:
        MalformedError: it is no pass.
        RefusedError: one of ``PassCheck``.
    """
    # 1. For us, unchanged, by somebody we know.
    claims, _ = read_pass(content, gate.group, gate.issuers)
    # 2. Here, now, for this.
    if claims.airport != gate.airport:
        raise RefusedError(f"this pass is for {claims.airport}, this touchpoint at {gate.airport}", PassCheck.AIRPORT)
    if at < claims.begin - SKEW_S or at < claims.made - SKEW_S:
        raise RefusedError("this pass is not valid yet; is this touchpoint's clock right?", PassCheck.NOT_YET_VALID)
    if at >= claims.end:
        raise RefusedError("this pass has expired", PassCheck.EXPIRED)
    if gate.touchpoint not in claims.touchpoints.get(gate.purpose, ()):
        raise RefusedError(f"its holder did not agree to {gate.purpose.value} here", PassCheck.TOUCHPOINT)
    # 3. Not withdrawn.
    standing = revoked(claims.status, at)
    if standing is None:
        raise RefusedError("the list of revoked passes is too old or too short to tell", PassCheck.STATUS_UNKNOWN)
    if standing:
        raise RefusedError("this pass was withdrawn", PassCheck.REVOKED)
    # 4. Once.
    reference = restored(claims.template, claims.model)
    if not first_use(claims.id, gate.touchpoint, at, float(claims.end)):
        raise RefusedError("this pass was shown at this touchpoint before", PassCheck.REPLAYED)
    return OpenedPass(reference, gate.purpose, gate.touchpoint, claims.receipt, claims.journey, float(claims.end))


def read_pass(content: bytes, group: X25519PrivateKey, issuers: Collection[VerifierKey]) -> tuple[Claims, VerifierKey]:
    """What a pass says and who signed it; where and when it may be used is not looked at.

    Raises:
        MalformedError: it is no pass.
        RefusedError: check ``seal``, ``issuer`` or ``signature``.
    """
    if len(content) > LONGEST or not content.startswith(_MAGIC):
        raise MalformedError(f"expected a journey pass of at most {LONGEST} bytes that begins with {_MAGIC.decode()}")
    try:
        opened = _SUITE.decrypt(content[len(_MAGIC) :], group, _CONTEXT)
    except (InvalidTag, ValueError) as error:
        raise RefusedError("this pass is not for these touchpoints, or it was changed", PassCheck.SEAL) from error
    signed = open_sign1(opened, issuers, _CONTEXT)
    return Claims.parse(signed.payload), signed.by
