"""What an enrolment leaves behind, by profile: a pass, ciphertext with a traveller's key, or an entry of a gallery."""

import os
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from consentry.app.privacy_desk import PASS_PLACE, open_place, seal_place
from consentry.backends.pass_register import PassRegister
from consentry.backends.sealed_store import HeldReferences
from consentry.consent.profile import Construction, Installation, Permit, Profile
from consentry.consent.purposes import DataClass
from consentry.consent.receipt import Consent, ReceiptCheck
from consentry.core.errors import MalformedError, RefusedError
from consentry.face.gallery import gallery_reference
from consentry.face.pass_ import PassTerms, issue_pass
from consentry.face.pass_claims import ID_BYTES
from consentry.face.sealed import seal_reference
from consentry.face.template import Template
from consentry.ledger.note import SigningKey
from consentry.ports import KeyVault, ReferenceStore

_MADE = {
    Profile.WALLET: Construction.PASS,
    Profile.SEALED: Construction.SEALED_REFERENCE,
    Profile.GALLERY: Construction.GALLERY,
}
"""What enrolling makes; ``lab`` sees no traveller."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues passes, and for whom."""

    name: str
    """As it stands in passes: the controller's."""
    airport: str
    """IATA or ICAO code."""
    key: SigningKey
    """Ed25519; the one that signs the list of withdrawn passes."""
    group: X25519PublicKey | None
    """The touchpoints' common key; None: this site issues no passes."""


@dataclass(frozen=True, slots=True, repr=False)
class Made:
    """What the traveller takes along. It does not print itself."""

    construction: Construction
    carried: bytes
    """The pass, or the key to what is sealed; empty where he carries nothing."""
    until: float
    """s UTC, not included."""


class Making:
    """Makes references and keeps what is to be kept."""

    def __init__(self, vault: KeyVault, store: ReferenceStore, passes: PassRegister, issuer: Issuer) -> None:
        """Take what it works with.

        Args:
            vault: of the receipts' keys.
            store: of what is held.
            passes: places in the list of withdrawn passes.
            issuer: of passes.
        """
        self._vault, self._store, self._passes, self._issuer = vault, store, passes, issuer

    def permit(self, installation: Installation) -> Permit:
        """The permit that this profile needs.

        Raises:
            RefusedError: nobody is enrolled under it, or two persons did not confirm a gallery.
            MalformedError: passes are to be issued and no key of the touchpoints is there.
        """
        construction = _MADE.get(installation.profile)
        if construction is None:
            raise RefusedError(f"profile {installation.profile} enrols nobody: it sees no traveller", "profile")
        if construction is Construction.PASS and self._issuer.group is None:
            raise MalformedError("expected the touchpoints' public key: consentry pass keygen makes it")
        return installation.permit(construction)

    def make(self, consent: Consent, template: Template, permit: Permit, at: float) -> Made:
        """Make and keep it; one that the traveller had before counts no more.

        Args:
            consent: a checked one.
            template: of his live face; the caller overwrites it.
            permit: of ``permit``.
            at: now, s UTC.

        Raises:
            RefusedError: profile or consent do not allow it.
            StorageError: the disk did not take it; nothing that opens is left then.
        """
        if permit.construction is Construction.PASS:
            return Made(Construction.PASS, self._pass(consent, template, permit, at), consent.until)
        if permit.construction is Construction.SEALED_REFERENCE:
            sealed, key = seal_reference(consent, template, permit, at)
            try:
                self._references.keep(consent, sealed)
                return Made(Construction.SEALED_REFERENCE, key.to_bytes(), consent.until)
            finally:
                key.wipe()
        plain = gallery_reference(consent, template, permit, at)
        try:
            self._references.keep(consent, plain)
        finally:
            plain[:] = bytes(len(plain))
        return Made(Construction.GALLERY, b"", consent.until)

    def undo(self, consent: Consent, made: Made) -> None:
        """Take back what could not be told to the log."""
        if made.construction is Construction.PASS:
            self._end_passes(consent)
        else:
            self._store.drop(consent.receipt_id, DataClass.FEATURE_TEMPLATE.value)

    @property
    def _references(self) -> HeldReferences:
        return HeldReferences(self._vault, self._store, (self._issuer.key.verifier,))

    def _pass(self, consent: Consent, template: Template, permit: Permit, at: float) -> bytes:
        """1. Its place goes on the disk, under the traveller's key. 2. It is made. 3. Earlier ones are withdrawn.

        Broken off after 1 there is a place without a pass; after 2 both passes have places that a withdrawal finds.
        """
        group, key = self._issuer.group, self._key(consent)
        assert group is not None  # noqa: S101 - ``permit`` saw to it; this tells the type checker
        place = self._passes.new_place()
        item = seal_place(place, key, consent.receipt_id, int(consent.until))
        self._store.keep(item)
        try:
            terms = PassTerms(self._issuer.name, self._issuer.airport, os.urandom(ID_BYTES), at, consent.until, place)
            made = issue_pass(consent, template, terms, permit, self._issuer.key, group)
        except BaseException:
            self._passes.revoke(place)
            self._store.drop(consent.receipt_id, PASS_PLACE, item.number)
            raise
        self._end_passes(consent, but=item.number)
        return made

    def _end_passes(self, consent: Consent, but: str = "") -> None:
        """Withdraw the traveller's passes, all but one."""
        key = self._key(consent)
        for item in self._store.held(consent.receipt_id):
            if item.kind == PASS_PLACE and item.number != but:
                self._passes.revoke(open_place(key, item))
                self._store.drop(consent.receipt_id, PASS_PLACE, item.number)

    def _key(self, consent: Consent) -> bytes:
        key = self._vault.key(consent.receipt_id)
        if key is None:
            raise RefusedError("this consent was withdrawn or has ended", ReceiptCheck.WITHDRAWN)
        return key
