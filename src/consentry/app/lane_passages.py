"""Passages: that a traveller passed a touchpoint, kept under his receipt's key, if he agreed to that and not otherwise.

Whoever declined them is counted, as everybody is, and nothing says that it was him.
"""

from collections.abc import Collection

from consentry.backends.sealed_store import HeldReferences
from consentry.consent.access import HeldPassage
from consentry.consent.passage import seal_passage
from consentry.consent.purposes import DataClass
from consentry.core.errors import RefusedError
from consentry.ledger.note import VerifierKey
from consentry.ports import KeyVault, ReferenceStore
from consentry.touchpoints.lane_parts import LaneDecision


class Passages:
    """Keeps passages of those who agreed to it."""

    def __init__(self, vault: KeyVault, store: ReferenceStore, keys: Collection[VerifierKey]) -> None:
        """Take what it works with.

        Args:
            vault: of the receipts' keys.
            store: of what is held.
            keys: who may sign receipts.
        """
        self._vault, self._store = vault, store
        self._held = HeldReferences(vault, store, keys)

    def keep(self, decision: LaneDecision) -> bool:
        """Keep a decision as a passage; returns whether its traveller agreed to that.

        Raises:
            StorageError: the disk did not take it.
        """
        if decision.receipt is None:
            return False
        try:
            consent = self._held.consent(decision.receipt, decision.at)
        except RefusedError:
            return False  # withdrawn, ended, or given elsewhere: nothing is kept on him here
        key = self._vault.key(decision.receipt)
        if key is None or DataClass.PASSAGES not in consent.data_classes:
            return False
        rules = decision.rules
        passage = HeldPassage(round(decision.at, 3), rules.touchpoint, rules.purpose.value, decision.word)
        self._store.keep(seal_passage(passage, key, decision.receipt, int(consent.passages_until)))
        return True
