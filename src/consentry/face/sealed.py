"""Sealed references: the template lies at the airport as ciphertext, and the key with its traveller alone (R3).

::

    the traveller's QR code:  CSK1 | number of the receipt, 16 bytes | key, 32 bytes
    at the airport:           AES-256-GCM(key; template), bound to the receipt's number
                              and around it the seal of the receipt's own key (``consent.erasure``)

Two locks, one inside the other. The traveller's key is not at the airport, so whoever has the whole disk, the vault's
key among it, opens nothing. The receipt's key is not with the traveller, so once it is destroyed his code opens nothing
either. The key comes to the touchpoint by showing the code, is used once and overwritten with the template.
"""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from consentry.consent.profile import Construction, Permit, Profile, check_permit
from consentry.consent.purposes import NEEDED
from consentry.consent.receipt import Consent, ReceiptCheck, check_consent
from consentry.core.errors import MalformedError, RefusedError
from consentry.face.reference_form import reference_bytes, reference_of
from consentry.face.template import Template

_MAGIC = b"CSK1"
"""Consentry sealed reference's key, first form."""
_CONTEXT = b"consentry sealed reference 1"
_ID, _KEY, _NONCE, _TAG = 16, 32, 12, 16
"""bytes."""
CHECK = "key"
"""``RefusedError.check`` where a key does not open what is held."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class TravellerKey:
    """What the traveller's code holds. It does not print itself, and is overwritten after use."""

    receipt: str
    """Number of the consent receipt, 32 hexadecimal digits."""
    secret: bytearray
    """32 bytes."""

    def to_bytes(self) -> bytes:
        """As the QR code has it: 52 bytes, a code of version 4."""
        return _MAGIC + bytes.fromhex(self.receipt) + bytes(self.secret)

    @classmethod
    def parse(cls, content: bytes) -> "TravellerKey":
        """Read a code.

        Raises:
            MalformedError: it is none; nothing of it is told.
        """
        if len(content) != len(_MAGIC) + _ID + _KEY or not content.startswith(_MAGIC):
            raise MalformedError(f"expected a traveller's key of {len(_MAGIC) + _ID + _KEY} bytes")
        view = memoryview(content)
        start = len(_MAGIC) + _ID
        return cls(view[len(_MAGIC) : start].hex(), bytearray(view[start:]))

    def wipe(self) -> None:
        """Overwrite the key."""
        self.secret[:] = bytes(len(self.secret))


def seal_reference(consent: Consent, template: Template, permit: Permit, at: float) -> tuple[bytes, TravellerKey]:
    """Seal a traveller's reference under a new key, which is handed to him and kept nowhere.

    Args:
        consent: a checked one.
        template: of the traveller; the caller overwrites it.
        permit: for ``Construction.SEALED_REFERENCE``.
        at: now, s UTC.

    Returns:
        The ciphertext, and the key. The caller writes the key into the traveller's code and overwrites it.

    Raises:
        RefusedError: profile or consent do not allow it.
    """
    check_permit(permit, Construction.SEALED_REFERENCE)
    places = [(one.purpose, name) for one in consent.agreed for name in one.touchpoints]
    for purpose, name in places:
        check_consent(consent, purpose, name, at, NEEDED)
    if not places or consent.profile is not Profile.SEALED:
        raise RefusedError("expected a consent to a sealed reference at some touchpoint", ReceiptCheck.COVERAGE)
    key = TravellerKey(consent.receipt_id, bytearray(os.urandom(_KEY)))
    plain = reference_bytes(template)
    try:
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(key.secret).encrypt(nonce, plain, _bound(consent.receipt_id)), key
    finally:
        plain[:] = bytes(len(plain))


def open_reference(sealed: bytes, key: TravellerKey) -> Template:
    """Open a reference for one decision. Key and plain text are overwritten before this returns, however it ends.

    Raises:
        RefusedError: the key is another one, or what is held was changed (``CHECK``).
        MalformedError: what was sealed is no reference.
    """
    plain = bytearray(max(0, len(sealed) - _NONCE - _TAG))
    try:
        if not plain:
            raise RefusedError("this key opens nothing that is held here", CHECK)
        AESGCM(key.secret).decrypt_into(sealed[:_NONCE], sealed[_NONCE:], _bound(key.receipt), plain)
        return reference_of(plain)
    except InvalidTag as error:
        raise RefusedError("this key opens nothing that is held here", CHECK) from error
    finally:
        plain[:] = bytes(len(plain))
        key.wipe()


def _bound(receipt: str) -> bytes:
    return _CONTEXT + bytes.fromhex(receipt)
