"""The gallery of one journey at one touchpoint: one against many, of those who agreed to it and of nobody else.

1. It is built with a permit that two persons confirmed, from consents only: each covers this purpose here.
2. Its size decides the threshold (``search_threshold``), again with every change; a size that the calibration does not
   support is refused.
3. A search answers with one receipt or with nobody. The probe is overwritten in the call that looked at it. Of a face
   that is nobody's there stays nothing: no template, no score, no nearest neighbour. Whoever is like two of the
   enrolled is nobody here, and a person asks.
4. It ends with the journey, each reference with its consent. Both are asked of the time at each search, so that a
   process that slept through the end finds nothing there.
"""

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass
from math import inf

from consentry.consent.profile import Construction, Permit, Profile, check_permit
from consentry.consent.purposes import NEEDED, Purpose
from consentry.consent.receipt import Consent, ReceiptCheck, check_consent
from consentry.core.errors import ModelMismatchError, RefusedError
from consentry.face.reference_form import reference_bytes
from consentry.face.search_exact import ExactSearch, Search
from consentry.face.search_threshold import FPIR, threshold_for
from consentry.face.template import Template
from consentry.face.verification import Decision, Threshold, decide


@dataclass(frozen=True, slots=True)
class GalleryPlace:
    """Which journey, where and what for."""

    journey: str
    """Flight and day, as the receipts say."""
    touchpoint: str
    purpose: Purpose
    end: float
    """s UTC, not included: of the journey; no reference lives longer here, whatever its consent says."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whom a search found: an enrolled traveller, by his receipt."""

    receipt: str
    score: float
    threshold: Threshold
    """At the size that the gallery had."""


@dataclass(frozen=True, slots=True)
class _Enrolled:
    receipt: str
    until: float
    """s UTC, not included."""


class Gallery:
    """References of one journey in memory. One thread at a time."""

    def __init__(
        self,
        permit: Permit,
        place: GalleryPlace,
        thresholds: Sequence[Threshold],
        at: float,
        *,
        fpir: float = FPIR,
        search: Search | None = None,
    ) -> None:
        """Begin an empty one.

        Args:
            permit: for ``Construction.GALLERY``.
            place: journey, touchpoint and purpose.
            thresholds: of one model's calibration.
            at: now, s UTC.
            fpir: highest false positive identification rate that is wanted, between 0 and 1.
            search: empty; None: the exact one.

        Raises:
            RefusedError: the profile forbids it, too few confirmed it, the journey is over (``expired``), or the
                calibration does not support even one reference.
        """
        check_permit(permit, Construction.GALLERY)
        if not at < place.end:
            raise RefusedError("this journey is over, and its gallery with it", ReceiptCheck.EXPIRED)
        self.place, self.fpir = place, fpir
        self._thresholds = tuple(thresholds)
        self.threshold = threshold_for(fpir, 0, self._thresholds)
        """For the size at hand."""
        self._search = ExactSearch() if search is None else search
        self._rows: list[_Enrolled] = []
        self._next = inf
        """s UTC at which the first of the references ends."""
        self.comparisons = 0
        """Made so far: each search makes as many as there are references."""

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def receipts(self) -> frozenset[str]:
        """Of everybody who is enrolled here."""
        return frozenset(one.receipt for one in self._rows)

    def enrol(self, consent: Consent, reference: Template, at: float) -> None:
        """Take a copy of a traveller's reference; one that he had before goes.

        Raises:
            RefusedError: the consent is none, or not to this; or the gallery would be too large.
            ModelMismatchError: another model made the reference than the calibration's.
        """
        check_consent(consent, self.place.purpose, self.place.touchpoint, at, NEEDED)
        if consent.profile is not Profile.GALLERY or consent.journey != self.place.journey:
            raise RefusedError("expected a consent to this journey's gallery", ReceiptCheck.COVERAGE)
        if reference.model != self.threshold.model:
            raise ModelMismatchError(f"expected a reference of {self.threshold.model}, came one of {reference.model}")
        self.forget_ended(at)
        self._remove({consent.receipt_id})
        threshold = threshold_for(self.fpir, len(self) + 1, self._thresholds)
        self._search.add(reference)
        self._rows.append(_Enrolled(consent.receipt_id, min(consent.until, self.place.end)))
        self._next = min(self._next, consent.until)
        self.threshold = threshold

    def identify(self, probe: Template, at: float, withdrawn: Container[str]) -> Candidate | None:
        """Search once, and overwrite the probe.

        Args:
            probe: of a face in the capture mask.
            at: now, s UTC.
            withdrawn: ids of receipts that were withdrawn; whoever is found and is among them is removed at once.

        Returns:
            The one enrolled traveller whose reference reaches the threshold; None: nobody.

        Raises:
            ModelMismatchError: another model made the probe.
        """
        try:
            self.forget_ended(at)
            while True:
                found = self._search.best(probe)
                self.comparisons += len(self)
                reached = [(row, score) for row, score in found if decide(score, self.threshold) is Decision.MATCH]
                gone = {self._rows[row].receipt for row, _ in reached if self._rows[row].receipt in withdrawn}
                if not gone:
                    break
                self._remove(gone)
            if len(reached) != 1:
                return None
            row, score = reached[0]
            return Candidate(self._rows[row].receipt, score, self.threshold)
        finally:
            probe.wipe()

    def keep_only(self, receipts: Collection[str], at: float) -> int:
        """Overwrite the references of all other receipts, and those that have ended; returns how many went.

        Args:
            receipts: ids of those that still hold: the vault's.
            at: now, s UTC.
        """
        before = len(self)
        self.forget_ended(at)
        self._remove(self.receipts.difference(receipts))
        return before - len(self)

    def forget_ended(self, at: float) -> None:
        """Overwrite what has ended by now, s UTC; after the journey everything."""
        if not at < self.place.end:
            self.close()
            return
        if not at < self._next:
            self._remove({one.receipt for one in self._rows if not at < one.until})

    def close(self) -> None:
        """Overwrite everything. May be called twice."""
        self._search.wipe()
        self._rows.clear()

    def _remove(self, receipts: Collection[str]) -> None:
        if not receipts:
            return
        for row in range(len(self._rows) - 1, -1, -1):  # from the end: the row that takes a place was looked at
            if self._rows[row].receipt in receipts:
                self._search.remove(row)
                last = self._rows.pop()
                if row < len(self._rows):
                    self._rows[row] = last
        self._next = min((one.until for one in self._rows), default=inf)
        self.threshold = threshold_for(self.fpir, len(self._rows), self._thresholds)


def gallery_reference(consent: Consent, template: Template, permit: Permit, at: float) -> bytearray:
    """A traveller's reference as it is kept for the galleries of his journey, sealed under his receipt's key.

    Args:
        consent: a checked one.
        template: of the traveller; the caller overwrites it.
        permit: for ``Construction.GALLERY``.
        at: now, s UTC.

    Returns:
        Bytes to be sealed; the caller overwrites them.

    Raises:
        RefusedError: profile or consent do not allow it.
    """
    check_permit(permit, Construction.GALLERY)
    places = [(one.purpose, name) for one in consent.agreed for name in one.touchpoints]
    for purpose, name in places:
        check_consent(consent, purpose, name, at, NEEDED)
    if not places or consent.profile is not Profile.GALLERY:
        raise RefusedError("expected a consent to a journey's gallery at some touchpoint", ReceiptCheck.COVERAGE)
    return reference_bytes(template)
