"""Retention at work: what ended goes, its key with the last of it, and the log says that a key was destroyed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from consentry.consent.erasure import LoggedReceipt, erasure_record
from consentry.consent.retention import RECEIPT, HeldItem, due
from consentry.core.errors import MalformedError, ProofError
from consentry.ledger.entry import Entry, Kind, commit
from consentry.ports import KeyVault, LogStore, ReferenceStore


@dataclass(frozen=True, slots=True)
class Cleared:
    """What one clearing did."""

    items: int
    """Items that were removed."""
    keys: tuple[str, ...]
    """Receipts whose key was destroyed."""
    held_back: tuple[HeldItem, ...]
    """What has ended and is kept by a legal hold."""
    late: float
    """s by which the most overdue item was late: large after a downtime."""


def clear_due(
    vault: KeyVault,
    store: ReferenceStore,
    open_log: Callable[[], AbstractContextManager[LogStore]],
    at: float,
) -> Cleared:
    """Erase what has ended; call it at every start and now and then. Broken off, the next call goes on.

    1. The keys go: what they sealed is noise from then on. 2. The log is told. 3. The items go. Broken off after 1 the
    items are still there, so that the next call tells the log; broken off after 2 it is told twice.

    Args:
        vault: of the receipts' keys.
        store: of what is held.
        open_log: opens the log for the entries.
        at: now, s UTC.

    Raises:
        StorageError: a disk did not do it.
    """
    told = due(store.everything(), store.holds(), at)
    commitments = [_commitment(vault, store, receipt) for receipt in told.keys]
    for receipt in told.keys:
        vault.destroy(receipt)
    if told.keys:
        with open_log() as log:
            for commitment in commitments:
                log.append(Entry(Kind.ERASURE, float(int(at)), commitment=commitment, facts={"cause": "retention"}))
    for item in told.items:
        store.drop(item.receipt_id, item.kind, item.number)
    return Cleared(len(told.items), told.keys, told.held_back, told.late)


def _commitment(vault: KeyVault, store: ReferenceStore, receipt_id: str) -> bytes:
    """The commitment by which the traveller finds the entry; none where his receipt opens no more."""
    key = vault.key(receipt_id)
    held = [item for item in store.held(receipt_id) if item.kind == RECEIPT]
    if key is None or not held:
        return b""
    try:
        return commit(LoggedReceipt.opened(key, held[0]).salt, erasure_record(receipt_id))
    except (ProofError, MalformedError):
        return b""
