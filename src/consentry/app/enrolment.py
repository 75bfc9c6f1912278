"""Enrolment: from a receipt, a genuine document and its live holder to a reference that lives where the profile says.

1. The consent: the receipt is checked, and it is neither withdrawn nor ended nor of another profile. Nobody's face is
   looked at before.
2. The document is inspected; only a genuine one enrols.
3. The live face is compared with the document's portrait, one against one, with quality and attack detection, as at
   the gate (``touchpoints.egate``). Only what is clear enrols. There is no way from a photograph alone.
4. The consent is checked once more: a traveller may have withdrawn while he stood there.
5. The reference is made as the profile says (``app.enrolment_making``), and the log is told that one was.
6. Everything of the face is overwritten, however it ended.
"""

import gc
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass

from consentry.app.enrolment_face import KeptFace
from consentry.app.enrolment_making import Made, Making
from consentry.app.screening import GateWishes, screen_traveller
from consentry.app.screening_document import Laid
from consentry.backends.vault import Ended
from consentry.backends.wiping import give_back
from consentry.consent.profile import Installation
from consentry.consent.purposes import NEEDED
from consentry.consent.receipt import Consent, ReceiptCheck, SignedReceipt, check_consent
from consentry.core.errors import RefusedError
from consentry.core.screening import Advice, Screening
from consentry.ledger.entry import Entry, Kind
from consentry.ledger.note import VerifierKey
from consentry.ports import Clock, KeyVault, LogStore, ReferenceStore
from consentry.touchpoints.egate_parts import FaceParts, Witness


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What came of it."""

    screening: Screening
    made: Made | None
    """What the traveller takes along; None: he was referred, and nothing of him is kept."""


class Enrolment:
    """Enrols travellers, one after another. It holds nothing of one between two of them."""

    def __init__(
        self,
        installation: Installation,
        vault: KeyVault,
        store: ReferenceStore,
        open_log: Callable[[], AbstractContextManager[LogStore]],
        keys: tuple[VerifierKey, ...],
        making: Making,
        clock: Clock,
    ) -> None:
        """Take what it works with.

        Args:
            installation: its profile decides what is made.
            vault: of the receipts' keys.
            store: of what is held.
            open_log: opens the log for one entry.
            keys: that sign receipts.
            making: makes and keeps references.
            clock: s UTC.
        """
        self._installation, self._vault, self._store = installation, vault, store
        self._open_log, self._keys, self._making, self._clock = open_log, keys, making, clock

    def consent(self, signed: SignedReceipt) -> Consent:
        """What the traveller agreed to, checked now: genuine, in force, of this profile, with all that enrolling needs.

        Raises:
            RefusedError: one of the receipt's checks, by name.
            MalformedError: what was signed is no receipt.
        """
        now = self._clock()
        consent = signed.check(self._keys, now, Ended(self._vault, self._store))
        places = [(one.purpose, name) for one in consent.agreed for name in one.touchpoints]
        if not places:
            raise RefusedError("the consent covers no touchpoint", ReceiptCheck.COVERAGE)
        for purpose, name in places:
            check_consent(consent, purpose, name, now, NEEDED, self._installation.profile)
        return consent

    def enrol(
        self,
        signed: SignedReceipt,
        lay: Callable[[], Laid],
        wishes: GateWishes,
        witnesses: Sequence[Witness] = (),
        faces: Callable[[GateWishes], FaceParts] | None = None,
        *,
        simulated: bool = False,
    ) -> Enrolled:
        """Enrol one traveller.

        Args:
            signed: the receipt.
            lay: reads and inspects the document; called only once the consent was checked.
            wishes: live source, rules, threshold; the rules' touchpoint is this station's name.
            witnesses: who sees the transaction as it goes.
            faces: makes the face side's parts; None: the networks.
            simulated: the document is of the simulated state; the log says so to everybody.

        Raises:
            RefusedError: the consent or the profile says no, by the name of the check.
            StorageError: something could not be kept; nothing that opens is left then.
        """
        # 1. May he be looked at, and may the profile's reference be made at all?
        self.consent(signed)
        permit = self._making.permit(self._installation)
        kept = KeptFace()
        with ExitStack() as at_the_end:
            at_the_end.callback(give_back)
            at_the_end.callback(gc.collect)
            at_the_end.callback(kept.wipe)
            # 2. and 3. Document and live face.
            laid, make = lay(), faces or _networks
            screening = screen_traveller(
                laid, wishes, self._clock(), witnesses, lambda wished: kept.around(make(wished))
            )
            template = kept.template()
            if screening.advice is not Advice.CLEAR or template is None:
                self._log(screening, wishes, "nothing", simulated=simulated)
                return Enrolled(screening, None)
            # 4. and 5. Still wanted? Then made, kept, logged.
            consent, now = self.consent(signed), self._clock()
            made = self._making.make(consent, template, permit, now)
            try:
                self._log(screening, wishes, permit.construction.value, simulated=simulated)
            except BaseException:
                self._making.undo(consent, made)  # what the log was not told of does not exist
                raise
            return Enrolled(screening, made)

    def _log(self, screening: Screening, wishes: GateWishes, made: str, *, simulated: bool) -> None:
        """How many comparisons were made here, and what came of them; nobody's number."""
        facts: dict[str, str | int] = {"count": screening.measures.compared, "made": made}
        if simulated:
            facts["document"] = "SIMULATED"
        entry = Entry(Kind.COMPARISONS, self._clock(), "enrolment", wishes.rules.touchpoint, facts=facts)
        with self._open_log() as log:
            log.append(entry)


def _networks(wishes: GateWishes) -> FaceParts:
    from consentry.app.screening_faces import face_parts  # noqa: PLC0415 - seconds to load, and only for a face to look at

    return face_parts(wishes)
