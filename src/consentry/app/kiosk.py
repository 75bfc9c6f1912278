"""The kiosk: a traveller agrees, and leaves with a receipt that is signed, logged and his.

1. He reads the notice and answers, each purpose and each kind of data by itself. 2. The receipt is made, with a random
number, a secret of the traveller's own, and no name. 3. It is signed. 4. Its key is made in the vault; the receipt is
kept sealed under it. 5. Its commitment goes to the log, with a salt that lies under the key. 6. The traveller gets the
receipt, the code with his secret, and the proof that it was logged. If one of these fails, nothing of it is kept.

No face is seen here. Who enrols takes the ``Consent`` that the receipt gives.
"""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass

from consentry.backends.vault import Ended
from consentry.consent.erasure import LoggedReceipt
from consentry.consent.notice import NoticeFacts, notice_of, notice_text
from consentry.consent.purposes import DataClass, Purpose, lacking
from consentry.consent.receipt import Consent, SignedReceipt, sign_receipt
from consentry.consent.receipt_code import TravellerCode
from consentry.consent.receipt_record import SECRET, AgreedPurpose, ConsentReceipt, holder_of
from consentry.consent.words import Language
from consentry.core.errors import RefusedError, StorageError
from consentry.ledger.entry import SALT, Entry, Kind, commit
from consentry.ledger.note import SigningKey
from consentry.ledger.proof import LoggedProof
from consentry.ports import Clock, KeyVault, LogStore, ReferenceStore

_DAY = 86_400
"""s."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a traveller said yes to; everything else is a no."""

    purposes: frozenset[Purpose]
    data_classes: frozenset[DataClass]


@dataclass(frozen=True, slots=True)
class Journey:
    """What the consent is for."""

    name: str
    """Flight and day."""
    departure: float
    """s UTC, as planned."""
    keep_days: float = 0.0
    """days beyond the journey's end that the traveller chose; none if he chose nothing (R6)."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the traveller leaves with."""

    receipt: ConsentReceipt
    signed: SignedReceipt
    code: TravellerCode
    """His alone; the kiosk forgets it."""
    entry: Entry
    proof: LoggedProof


class Kiosk:
    """Takes consents. It holds no traveller's data between two of them."""

    def __init__(
        self,
        facts: NoticeFacts,
        vault: KeyVault,
        store: ReferenceStore,
        open_log: Callable[[], AbstractContextManager[LogStore]],
        key: SigningKey,
        clock: Clock,
        *,
        name: str = "kiosk",
        longest_days: float = 0.0,
    ) -> None:
        """Take what it works with.

        Args:
            facts: what travellers are told.
            vault: of the receipts' keys.
            store: of what is held.
            open_log: opens the log for one entry; another process may want it in between.
            key: signs receipts; not the log's.
            clock: s UTC.
            name: of this kiosk, in the log.
            longest_days: days that a traveller may keep his consent for beyond the journey.
        """
        self._facts, self._vault, self._store = facts, vault, store
        self._open_log, self._key, self._clock = open_log, key, clock
        self._name, self._longest = name, longest_days

    def notice(self, language: Language) -> str:
        """What is read before anything is asked."""
        return notice_text(self._facts, language)

    def give(self, answers: Answers, journey: Journey, language: Language) -> Given:
        """Make, sign, keep and log a receipt.

        Raises:
            RefusedError: the traveller agreed to too little (``declined``) or the journey is over (``period``).
            StorageError: it could not be kept or logged; nothing of it is left then.
        """
        secret, salt = os.urandom(SECRET), os.urandom(SALT)
        receipt = self._receipt(answers, journey, language, holder_of(secret))
        signed = sign_receipt(receipt, self._key)
        key = self._vault.create(receipt.id)
        try:
            self._store.keep(LoggedReceipt(signed, salt).sealed(key, receipt.id, receipt.passages_until))
            entry, proof = self._logged(receipt, commit(salt, signed.to_bytes()))
        except BaseException:  # whoever was interrupted leaves nothing either
            self._undo(receipt.id)
            raise
        return Given(receipt, signed, TravellerCode.of(receipt.id, secret, salt, signed), entry, proof)

    def consent(self, signed: SignedReceipt) -> Consent:
        """The consent that a receipt of this kiosk gives now, for whoever enrols; raises as ``SignedReceipt.check``."""
        return signed.check([self._key.verifier], self._clock(), Ended(self._vault, self._store))

    def _receipt(self, answers: Answers, journey: Journey, language: Language, holder: str) -> ConsentReceipt:
        facts, now = self._facts, int(self._clock())
        missing = lacking(answers.data_classes)
        purposes = tuple(one for one in facts.purposes() if one in answers.purposes)
        if not purposes or missing:
            what = ", ".join(missing) or "any purpose"
            raise RefusedError(f"the traveller did not agree to {what}; nothing is kept", "declined")
        if not 0 <= journey.keep_days <= self._longest:
            raise RefusedError(f"expected 0 to {self._longest:g} days beyond the journey", "period")
        until = int(journey.departure + facts.after_departure + journey.keep_days * _DAY)
        if not now < until:
            raise RefusedError("this journey is over; there is nothing to agree to any more", "period")
        return ConsentReceipt(
            id=os.urandom(16).hex(),
            holder=holder,
            journey=journey.name,
            profile=facts.profile,
            notice=notice_of(facts, language),
            jurisdiction=facts.jurisdiction,
            parties=(facts.controller, *facts.processors, *((facts.authority,) if facts.authority else ())),
            purposes=tuple(
                AgreedPurpose(one, tuple(at.name for at in facts.serving(one)), _duties(facts, one)) for one in purposes
            ),
            data_classes=tuple(one for one in DataClass if one in answers.data_classes),
            withdrawal=facts.withdrawal_in(language),
            given=now,
            until=until,
            passages_until=until + int(facts.passages_days * _DAY),
        )

    def _logged(self, receipt: ConsentReceipt, commitment: bytes) -> tuple[Entry, LoggedProof]:
        entry = Entry(
            Kind.RECEIPT,
            float(receipt.given),
            "+".join(sorted(one.purpose for one in receipt.purposes)),
            self._name,
            commitment,
            {"notice": receipt.notice.version, "profile": receipt.profile.value},
        )
        with self._open_log() as log:
            return entry, log.proof(log.append(entry))

    def _undo(self, receipt_id: str) -> None:
        """Leave nothing of a receipt that could not be given; what fails here falls due with retention."""
        with suppress(StorageError):
            self._vault.destroy(receipt_id)
        with suppress(StorageError):
            self._store.drop(receipt_id)


def _duties(facts: NoticeFacts, purpose: Purpose) -> str:
    """The duties of the touchpoints that serve a purpose, each once."""
    return "; ".join(dict.fromkeys(one.duty for one in facts.serving(purpose)))
