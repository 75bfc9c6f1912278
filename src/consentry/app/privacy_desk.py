"""The privacy desk: a traveller sees what is held on him, says "that was not me", and withdraws.

Nobody is looked up by name or face. He shows his code; what it does not open, nobody opens here.
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import tzinfo

from consentry.backends.pass_register import PassRegister
from consentry.consent.access import HeldPassage, held_words
from consentry.consent.erasure import LoggedReceipt, erasure_record, seal, unseal
from consentry.consent.passage import open_passage, seal_passage
from consentry.consent.persons import two_persons
from consentry.consent.purposes import DataClass
from consentry.consent.receipt import ConsentReceipt, SignedReceipt
from consentry.consent.receipt_code import TravellerCode
from consentry.consent.retention import HOLDABLE, RECEIPT, WITHDRAWN, HeldItem, Hold
from consentry.consent.words import Language
from consentry.core.errors import MalformedError, ProofError, RefusedError
from consentry.ledger.entry import Entry, Kind, commit
from consentry.ledger.note import VerifierKey
from consentry.ledger.proof import LoggedProof
from consentry.ports import Clock, KeyVault, LogStore, ReferenceStore

PASS_PLACE = "pass_place"  # noqa: S105 - the kind of a held item
"""The kind of the held item that says which place in the list of withdrawn passes is the traveller's."""
CONTESTED = "contested"
"""The decision of a passage of which the traveller says: that was not me."""


@dataclass(frozen=True, slots=True)
class LoggedDeed:
    """A deed in the log, with what its traveller needs to show it later."""

    entry: Entry
    proof: LoggedProof
    record: bytes
    """What the entry stands for, bound by the salt in the traveller's code."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What came of withdrawing."""

    erasure: LoggedDeed | None
    """None: a legal hold keeps some items; the key goes when it is lifted."""
    kept: tuple[str, ...]
    """Kinds of items that a legal hold keeps."""


@dataclass(frozen=True, slots=True)
class _Mine:
    """What a code opened."""

    code: TravellerCode
    key: bytes
    receipt: ConsentReceipt


class PrivacyDesk:
    """Answers travellers. It keeps nothing of its own."""

    def __init__(
        self,
        vault: KeyVault,
        store: ReferenceStore,
        passes: PassRegister,
        open_log: Callable[[], AbstractContextManager[LogStore]],
        keys: tuple[VerifierKey, ...],
        clock: Clock,
    ) -> None:
        """Take what it works with.

        Args:
            vault: of the receipts' keys.
            store: of what is held.
            passes: of the issuer, to withdraw a pass.
            open_log: opens the log for a few entries.
            keys: that sign receipts.
            clock: s UTC.
        """
        self._vault, self._store, self._passes = vault, store, passes
        self._open_log, self._keys, self._clock = open_log, keys, clock

    def show(self, code: TravellerCode, language: Language, zone: tzinfo) -> str:
        """Everything held on the traveller, in words; that it was shown is logged.

        Raises:
            RefusedError: the code opens nothing here.
        """
        mine = self._mine(code)
        items = self._store.held(code.receipt_id)
        passages = [open_passage(mine.key, item) for item in items if item.kind == DataClass.PASSAGES]
        self._log(Kind.DISCLOSURE, commit(code.salt, b"consentry disclosure v1\n"), {"to": "data subject"})
        return held_words(mine.receipt, items, passages, self._store.holds(), language, zone)

    def correct(self, code: TravellerCode, number: str) -> LoggedDeed:
        """Mark a passage: that was not me. It stays, contested, so that the mistake can be looked into.

        Args:
            code: the traveller's.
            number: of the passage, as ``show`` tells it.

        Raises:
            RefusedError: the code opens nothing here, or there is no such passage.
        """
        mine = self._mine(code)
        items = self._store.held(code.receipt_id)
        found = [item for item in items if item.kind == DataClass.PASSAGES and item.number == number]
        if not found:
            raise RefusedError("there is no passage with this number under your receipt", "passage")
        passage = open_passage(mine.key, found[0])
        contested = replace(passage, decision=CONTESTED)
        self._store.keep(seal_passage(contested, mine.key, code.receipt_id, found[0].until))
        self._store.drop(code.receipt_id, found[0].kind, number)
        record = f"consentry correction v1\n{code.receipt_id}\n{passage.touchpoint}\n{passage.at:.3f}\n".encode()
        return self._deed(Kind.CORRECTION, record, code.salt, {}, passage)

    def withdraw(self, code: TravellerCode) -> Withdrawal:
        """End the consent and erase what is held, at once. Broken off, doing it again finishes it.

        1. The pass goes on the list of withdrawn ones. 2. The log is told of the withdrawal. 3. The key is destroyed:
        what it sealed is noise from then on. 4. The log is told of the erasure, and the traveller gets the proof.
        5. The items go: last, for as long as one is there the next try knows that something was broken off.

        Raises:
            RefusedError: the code opens nothing here.
        """
        if self._vault.key(code.receipt_id) is None and self._store.held(code.receipt_id):
            return self._erased(code)  # broken off after 3
        mine = self._mine(code)
        if self._marked(code.receipt_id):
            return self._withdrawn_before(mine)
        for item in self._store.held(code.receipt_id):
            if item.kind == PASS_PLACE:
                self._passes.revoke(open_place(mine.key, item))
        record = f"consentry withdrawal v1\n{code.receipt_id}\n".encode()
        self._log(Kind.WITHDRAWAL, commit(code.salt, record), {})
        if any(hold.receipt_id == code.receipt_id for hold in self._store.holds()):
            return Withdrawal(None, self._keep_held(mine))
        self._vault.destroy(code.receipt_id)
        return self._erased(code)

    def opens(self, code: TravellerCode) -> tuple[str, ...]:
        """What still opens under a code: a second look, which tries everything. Nothing, after a withdrawal."""
        key = self._vault.key(code.receipt_id)
        found = [] if key is None else ["the key is there"]
        tried = [one for one in (key, code.secret, code.salt) if one is not None]
        items = self._store.held(code.receipt_id)
        found += [f"an item of kind {item.kind} opens" for item in items if any(_opens(one, item) for one in tried)]
        return tuple(found)

    def hold(self, hold: Hold) -> None:
        """Put a legal hold on what is held under a receipt; two persons confirmed it."""
        self._store.hold(hold)
        self._log(Kind.HOLD, b"", {"persons": len(hold.confirmed_by), "state": "on"})

    def lift(self, receipt_id: str, confirmed_by: tuple[str, ...]) -> bool:
        """End a legal hold; what a withdrawal had to leave goes now. Broken off, doing it again finishes it.

        Raises:
            RefusedError: fewer than two persons confirmed it.
        """
        two_persons(confirmed_by, "lifting a legal hold")
        if not self._store.lift(receipt_id):
            self._finish(receipt_id)
            return False
        self._log(Kind.HOLD, b"", {"persons": len(confirmed_by), "state": "off"})
        self._finish(receipt_id)
        return True

    def _mine(self, code: TravellerCode) -> _Mine:
        """What a code opens: key, receipt, and that it is his who shows it."""
        key = self._vault.key(code.receipt_id)
        items = self._store.held(code.receipt_id)
        held = [item for item in items if item.kind == RECEIPT]
        if key is None or not held:
            raise RefusedError("this code opens nothing here: withdrawn, ended, or of another airport", "code")
        signed: SignedReceipt = LoggedReceipt.opened(key, held[0]).signed
        receipt = signed.verified(self._keys)
        if not (code.is_of(signed) and receipt.held_by(code.secret)):
            raise RefusedError("this code does not belong to that receipt", "code")
        return _Mine(code, key, receipt)

    def _marked(self, receipt_id: str) -> bool:
        """Whether a consent was withdrawn while a legal hold was on it."""
        return any(item.kind == WITHDRAWN for item in self._store.held(receipt_id))

    def _withdrawn_before(self, mine: _Mine) -> Withdrawal:
        """A consent that is marked is withdrawn again: what was broken off is finished.

        Raises:
            RefusedError: a legal hold still keeps some items.
        """
        receipt_id = mine.code.receipt_id
        if any(hold.receipt_id == receipt_id for hold in self._store.holds()):
            self._keep_only_holdable(receipt_id)
            raise RefusedError("this consent was withdrawn; a legal hold keeps some items until it is lifted", "hold")
        self._vault.destroy(receipt_id)
        return self._erased(mine.code)

    def _finish(self, receipt_id: str) -> None:
        """Erase what a withdrawal had to leave, now that no legal hold is on it, or what is left of that."""
        if self._marked(receipt_id):
            commitment = self._commitment(receipt_id)
            self._vault.destroy(receipt_id)
            self._log(Kind.ERASURE, commitment, {"cause": "hold lifted"})
        elif self._vault.key(receipt_id) is not None:
            return
        self._store.drop(receipt_id)

    def _keep_held(self, mine: _Mine) -> tuple[str, ...]:
        """Under a legal hold: mark the consent as withdrawn, and drop what the hold does not reach."""
        receipt_id = mine.code.receipt_id
        self._store.keep(seal(mine.key, receipt_id, WITHDRAWN, mine.receipt.passages_until, b"withdrawn"))
        return self._keep_only_holdable(receipt_id)

    def _keep_only_holdable(self, receipt_id: str) -> tuple[str, ...]:
        for item in self._store.held(receipt_id):
            if item.kind not in HOLDABLE:
                self._store.drop(receipt_id, item.kind, item.number)
        return tuple(sorted({item.kind for item in self._store.held(receipt_id)} - {WITHDRAWN}))

    def _erased(self, code: TravellerCode) -> Withdrawal:
        record = erasure_record(code.receipt_id)
        deed = self._deed(Kind.ERASURE, record, code.salt, {"cause": "withdrawal"})
        self._store.drop(code.receipt_id)
        return Withdrawal(deed, ())

    def _deed(
        self, kind: Kind, record: bytes, salt: bytes, facts: dict[str, str | int], passage: HeldPassage | None = None
    ) -> LoggedDeed:
        entry = Entry(
            kind,
            self._clock(),
            "" if passage is None else passage.purpose,
            "" if passage is None else passage.touchpoint,
            commit(salt, record),
            facts,
        )
        with self._open_log() as log:
            return LoggedDeed(Entry.parse(entry.to_bytes()), log.proof(log.append(entry)), record)

    def _log(self, kind: Kind, commitment: bytes, facts: dict[str, str | int]) -> None:
        with self._open_log() as log:
            log.append(Entry(kind, self._clock(), commitment=commitment, facts=facts))

    def _commitment(self, receipt_id: str) -> bytes:
        key = self._vault.key(receipt_id)
        held = [item for item in self._store.held(receipt_id) if item.kind == RECEIPT]
        if key is None or not held:
            return b""
        return commit(LoggedReceipt.opened(key, held[0]).salt, erasure_record(receipt_id))


def seal_place(place: int, key: bytes, receipt_id: str, until: int) -> HeldItem:
    """Which pass is the traveller's, sealed under his key."""
    return seal(key, receipt_id, PASS_PLACE, until, json.dumps(place).encode())


def open_place(key: bytes, item: HeldItem) -> int:
    """Read it again.

    Raises:
        ProofError: as ``unseal``.
        MalformedError: it is something else.
    """
    try:
        place = json.loads(unseal(key, item))
    except ValueError as error:
        raise MalformedError("expected the place of a pass among held items") from error
    if type(place) is not int:
        raise MalformedError("expected the place of a pass among held items")
    return place


def _opens(key: bytes, item: HeldItem) -> bool:
    try:
        unseal(key, item)
    except (ProofError, MalformedError, ValueError):
        return False
    return True
