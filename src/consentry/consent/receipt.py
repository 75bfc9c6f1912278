"""Signed receipts, and the consent that one gives once it was checked.

A receipt is signed as a JSON Web Signature with detached content (RFC 7515, appendix F) over the receipt's bytes as
they are (RFC 7797, ``b64: false``), with Ed25519 (RFC 8037). A JWS, because anybody's library checks it; detached,
because the receipt then stays readable text and nothing needs to be made canonical. Its header separates it from
everything else that a key may sign, and is compared byte by byte: nobody chooses an algorithm.
"""

import base64
import binascii
import json
import re
from collections.abc import Collection, Container, Iterable
from dataclasses import InitVar, dataclass
from enum import StrEnum
from weakref import WeakSet

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from consentry.consent.profile import Profile
from consentry.consent.purposes import DataClass, Purpose
from consentry.consent.receipt_record import LONGEST, AgreedPurpose, ConsentReceipt, Notice, Party, Role, holder_of
from consentry.core.errors import MalformedError, RefusedError
from consentry.ledger.note import Kind, SigningKey, VerifierKey

__all__ = [
    "AgreedPurpose",
    "Consent",
    "ConsentReceipt",
    "Notice",
    "Party",
    "ReceiptCheck",
    "Role",
    "SignedReceipt",
    "check_consent",
    "holder_of",
    "key_id",
    "sign_receipt",
]

_SIGNATURE = 64
"""bytes of Ed25519's."""
_FIRST_LINE = re.compile(r"([A-Za-z0-9_-]{1,800})\.\.([A-Za-z0-9_-]{86})")

_SEAL = object()
"""Proof that a consent went through ``SignedReceipt.check``; it is never handed out."""


class ReceiptCheck(StrEnum):
    """The check that refused, as ``RefusedError.check`` names it."""

    OTHER_KEY = "other_key"
    """Signed by nobody who may."""
    SIGNATURE = "signature"
    WITHDRAWN = "withdrawn"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    CONSENT = "consent"
    """Not made from a checked receipt."""
    COVERAGE = "coverage"
    """Genuine, and it does not reach so far."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True, repr=False)
class Consent:
    """What a traveller agreed to, checked. ``SignedReceipt.check`` alone makes one.

    It says what held at the moment of the check; make a new one for each use, so that a withdrawal is seen.
    """

    receipt_id: str
    holder: str
    """The traveller's number; no name."""
    profile: Profile
    journey: str
    agreed: tuple[AgreedPurpose, ...]
    data_classes: frozenset[DataClass]
    since: float
    """s UTC."""
    until: float
    """s UTC, not included."""
    passages_until: float
    """s UTC until which passages may be kept."""
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        """Refuse whatever does not come from a checked receipt.

        Raises:
            RefusedError: somebody else made it.
        """
        if seal is not _SEAL:
            raise RefusedError("expected a consent from SignedReceipt.check(); nothing else is one", "consent")
        _MADE.add(self)

    def __repr__(self) -> str:
        """Nothing of the traveller."""
        return f"Consent({len(self.agreed)} purposes, {self.profile.value})"

    @property
    def purposes(self) -> frozenset[Purpose]:
        """Everything agreed to."""
        return frozenset(one.purpose for one in self.agreed)

    @property
    def touchpoints(self) -> frozenset[str]:
        """Every touchpoint for any purpose."""
        return frozenset(name for one in self.agreed for name in one.touchpoints)

    def covers(self, purpose: Purpose | str, touchpoint: str, at: float) -> bool:
        """Whether the traveller agreed to this purpose, at this touchpoint, at this time (s UTC)."""
        agreed = any(one.purpose == purpose and touchpoint in one.touchpoints for one in self.agreed)
        return agreed and self.since <= at < self.until


_MADE: WeakSet[Consent] = WeakSet()
"""The consents that were made; a copy, an unpickled or otherwise forged one is not among them."""


@dataclass(frozen=True, slots=True, repr=False)
class SignedReceipt:
    """A receipt with its signature; nothing is checked yet."""

    content: bytes
    """The receipt's JSON, exactly as signed."""
    signature: bytes
    """64 bytes of Ed25519."""
    key_id: str
    """Whose, as ``key_id`` names keys."""

    def __repr__(self) -> str:
        """Nothing of the traveller."""
        return f"SignedReceipt({len(self.content)} bytes, {self.key_id!r})"

    def check(self, keys: Collection[VerifierKey], at: float, withdrawn: Container[str]) -> Consent:
        """Check the receipt.

        1. The key is one of those believed. 2. The signature holds over these very bytes. 3. The bytes are a receipt.
        4. It was not withdrawn. 5. Its period has begun, and 6. has not ended.

        Args:
            keys: who may sign receipts.
            at: now, s UTC.
            withdrawn: ids of receipts that were withdrawn.

        Raises:
            RefusedError: one of these checks, by name (``ReceiptCheck``).
            MalformedError: what was signed is no receipt.
        """
        receipt = self.verified(keys)
        if receipt.id in withdrawn:
            raise RefusedError("this consent was withdrawn", ReceiptCheck.WITHDRAWN)
        if not receipt.given <= at:
            raise RefusedError("this consent has not begun yet", ReceiptCheck.NOT_YET_VALID)
        if not at < receipt.until:
            raise RefusedError("this consent has ended", ReceiptCheck.EXPIRED)
        return Consent(
            receipt.id,
            receipt.holder,
            receipt.profile,
            receipt.journey,
            receipt.purposes,
            frozenset(receipt.data_classes),
            receipt.given,
            receipt.until,
            receipt.passages_until,
            _SEAL,
        )

    def verified(self, keys: Collection[VerifierKey]) -> ConsentReceipt:
        """The receipt, its signature checked and nothing else: also of an ended or withdrawn consent, to show it.

        Raises:
            RefusedError: it was not signed by one of these keys, or was changed.
            MalformedError: what was signed is no receipt.
        """
        key = next((one for one in keys if one.kind is Kind.ED25519 and key_id(one) == self.key_id), None)
        if key is None:
            raise RefusedError("expected a receipt signed by a key that signs receipts here", ReceiptCheck.OTHER_KEY)
        try:
            message = _header(self.key_id) + b"." + self.content
            Ed25519PublicKey.from_public_bytes(key.public).verify(self.signature, message)
        except (InvalidSignature, ValueError) as error:
            raise RefusedError("the receipt was changed, or its signature was", ReceiptCheck.SIGNATURE) from error
        return ConsentReceipt.parse(self.content)

    def to_bytes(self) -> bytes:
        """The receipt as a file: the detached JWS on the first line, the receipt below."""
        return _header(self.key_id) + b".." + _encode(self.signature) + b"\n" + self.content

    @classmethod
    def parse(cls, content: bytes) -> "SignedReceipt":
        """Read such a file; nothing is checked yet.

        Raises:
            MalformedError: it is none.
        """
        first, gap, rest = content[: LONGEST + 2_000].partition(b"\n")
        match = _FIRST_LINE.fullmatch(first.decode("ascii", "replace"))
        if match is None or not gap or len(content) > LONGEST + len(first) + 1:
            raise MalformedError("expected a signed receipt: a detached JWS on its first line, the receipt below")
        try:
            said = json.loads(_decode(match[1]))["kid"]
            made = cls(rest, _decode(match[2]), str(said))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise MalformedError("expected a JWS header with a 'kid' on the receipt's first line") from error
        if made.to_bytes() != content:
            raise MalformedError("expected the JWS header of a consent receipt, with EdDSA and detached content")
        return made


def sign_receipt(receipt: ConsentReceipt, key: SigningKey) -> SignedReceipt:
    """Sign a receipt.

    Args:
        receipt: what the traveller agreed to.
        key: Ed25519, for receipts alone: not the log's.

    Raises:
        MalformedError: the key is of another kind, or the receipt too long.
    """
    if key.kind is not Kind.ED25519:
        raise MalformedError(f"expected a key of Ed25519 for receipts, came {key.kind.name}")
    content, name = receipt.to_bytes(), key_id(key.verifier)
    if len(content) > LONGEST:
        raise MalformedError(f"expected a receipt of at most {LONGEST} bytes, came {len(content)}; shorten the texts")
    return SignedReceipt(content, key.private.sign(_header(name) + b"." + content), name)


def key_id(key: VerifierKey) -> str:
    """A key's name and the four bytes that tell keys of one name apart.

    >>> key_id(VerifierKey("airport.example/receipts", Kind.ED25519, bytes(32)))
    'airport.example/receipts+267f5a31'
    """
    return f"{key.name}+{key.id.hex()}"


def check_consent(
    consent: object,
    purpose: Purpose | str,
    touchpoint: str,
    at: float,
    classes: Iterable[DataClass] = (),
    profile: Profile | None = None,
) -> None:
    """Check that a consent is genuine and covers what is about to be done; for whoever builds something from a face.

    Args:
        consent: what is said to be one.
        purpose: what for.
        touchpoint: where.
        at: when, s UTC.
        classes: kinds of data that are used.
        profile: under which it is built: who agreed to carry his template himself did not agree to a gallery.

    Raises:
        RefusedError: it is not (``ReceiptCheck.CONSENT``), or does not (``ReceiptCheck.COVERAGE``).
    """
    if type(consent) is not Consent or consent not in _MADE:
        raise RefusedError("expected a consent from a checked receipt, came another object", ReceiptCheck.CONSENT)
    if not consent.covers(purpose, touchpoint, at):
        raise RefusedError(f"the consent does not cover {purpose} at {touchpoint} at this time", ReceiptCheck.COVERAGE)
    if profile is not None and consent.profile is not profile:
        raise RefusedError(
            f"the consent was given under profile {consent.profile}, this is built under {profile}",
            ReceiptCheck.COVERAGE,
        )
    missing = sorted(frozenset(classes) - consent.data_classes)
    if missing:
        raise RefusedError(f"the consent does not cover {', '.join(missing)}", ReceiptCheck.COVERAGE)


def _header(name: str) -> bytes:
    """The protected header, the only one that is taken."""
    told = {"alg": "EdDSA", "b64": False, "crit": ["b64"], "kid": name, "typ": "consentry-receipt+json"}
    return _encode(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())


def _encode(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def _decode(code: str) -> bytes:
    try:
        return base64.b64decode(code + "=" * (-len(code) % 4), altchars="-_", validate=True)
    except binascii.Error as error:
        raise ValueError("expected base64url") from error
