"""References at the airport, for ``sealed`` and ``gallery``: items of the vault's store, each under its receipt's key.

So withdrawal, retention and access reach them as everything else that is held: destroying the receipt's key erases the
reference, and its end is bound into the seal. The reference of a ``sealed`` traveller is ciphertext already, under a
key that he alone has.
"""

from collections.abc import Collection, Container, Iterator

from consentry.backends.vault import Withdrawn
from consentry.consent.erasure import LoggedReceipt, seal, unseal
from consentry.consent.purposes import DataClass
from consentry.consent.receipt import Consent, ReceiptCheck
from consentry.consent.retention import RECEIPT, WITHDRAWN, HeldItem
from consentry.core.errors import ConsentryError, RefusedError, StorageError
from consentry.ledger.note import VerifierKey
from consentry.ports import KeyVault, ReferenceStore

_KIND = DataClass.FEATURE_TEMPLATE.value


class HeldReferences:
    """What a touchpoint may ask of vault and store."""

    def __init__(self, vault: KeyVault, store: ReferenceStore, keys: Collection[VerifierKey]) -> None:
        """Take what it works with.

        Args:
            vault: of the receipts' keys.
            store: of what is held.
            keys: who may sign receipts.
        """
        self._vault, self._store, self._keys = vault, store, tuple(keys)

    def keep(self, consent: Consent, content: bytes | bytearray) -> None:
        """Keep a traveller's reference until his consent ends, in place of an earlier one.

        Args:
            consent: whose; ``face.sealed`` and ``face.gallery`` have checked it where they made the content.
            content: as those two give it.

        Raises:
            RefusedError: the consent was withdrawn.
            StorageError: the disk did not take it.
        """
        item = seal(self._key(consent.receipt_id), consent.receipt_id, _KIND, int(consent.until), bytes(content))
        self._store.drop(consent.receipt_id, _KIND)
        self._store.keep(item)

    def consent(self, receipt_id: str, at: float) -> Consent:
        """What a traveller agreed to, from the receipt that is held, checked now.

        Raises:
            RefusedError: it was withdrawn, or one of the receipt's checks says no.
            ConsentryError: what is held is no such receipt.
        """
        return self._consent(receipt_id, self._store.held(receipt_id), at)

    def reference(self, receipt_id: str, at: float) -> bytes:
        """The content that ``keep`` took, while it lasts.

        Raises:
            RefusedError: nothing is held under this receipt (any more).
            ConsentryError: what is held was changed.
        """
        return self._reference(receipt_id, self._store.held(receipt_id), at)

    def enrolled(self, journey: str, at: float) -> Iterator[tuple[Consent, bytes]]:
        """Every traveller of a journey who has a reference here and whose consent holds now; others are passed over.

        Args:
            journey: as the receipts say.
            at: now, s UTC.
        """
        for receipt_id in sorted(self.receipts()):
            found = self.traveller(receipt_id, journey, at)
            if found is not None:
                yield found

    def traveller(self, receipt_id: str, journey: str, at: float) -> tuple[Consent, bytes] | None:
        """One of them; None: withdrawn, ended, changed, or of another journey: nobody is enrolled by it.

        Raises:
            StorageError: vault or store did not answer.
        """
        try:
            items = self._store.held(receipt_id)
            consent = self._consent(receipt_id, items, at)
            return (consent, self._reference(receipt_id, items, at)) if consent.journey == journey else None
        except StorageError:
            raise
        except ConsentryError:
            return None

    def receipts(self) -> frozenset[str]:
        """Every receipt that has a key and a reference: whoever withdrew has not both, even under a legal hold.

        Raises:
            StorageError: vault or store cannot be read.
        """
        with_reference = {item.receipt_id for item in self._store.everything() if item.kind == _KIND}
        return frozenset(with_reference.intersection(self._vault.receipts()))

    def gone(self) -> Container[str]:
        """The receipts that have no key or no reference any more, as ``Gallery.identify`` asks."""
        return _Gone(self._vault, self._store)

    def _consent(self, receipt_id: str, items: tuple[HeldItem, ...], at: float) -> Consent:
        key = self._key(receipt_id)
        if any(item.kind == WITHDRAWN for item in items):
            raise RefusedError("this consent was withdrawn", ReceiptCheck.WITHDRAWN)
        receipts = [item for item in items if item.kind == RECEIPT]
        if len(receipts) != 1:
            raise StorageError(f"expected one receipt among what is held, came {len(receipts)}")
        signed = LoggedReceipt.opened(key, receipts[0]).signed
        made = signed.check(self._keys, at, Withdrawn(self._vault))
        if made.receipt_id != receipt_id:
            raise RefusedError("the receipt that is held is another one", ReceiptCheck.CONSENT)
        return made

    def _reference(self, receipt_id: str, items: tuple[HeldItem, ...], at: float) -> bytes:
        key = self._key(receipt_id)
        references = [item for item in items if item.kind == _KIND and at < item.until]
        if len(references) != 1:
            raise RefusedError("nothing is held here under this receipt", ReceiptCheck.CONSENT)
        return unseal(key, references[0])

    def _key(self, receipt_id: str) -> bytes:
        key = self._vault.key(receipt_id)
        if key is None:
            raise RefusedError("this consent was withdrawn or has ended", ReceiptCheck.WITHDRAWN)
        return key


class _Gone(Container[str]):
    def __init__(self, vault: KeyVault, store: ReferenceStore) -> None:
        self._vault, self._store = vault, store

    def __contains__(self, receipt_id: object) -> bool:
        if not isinstance(receipt_id, str) or self._vault.key(receipt_id) is None:
            return True
        return not any(item.kind == _KIND for item in self._store.held(receipt_id))
