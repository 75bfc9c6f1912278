"""The gallery of a journey at a touchpoint: opened from what is held, with two persons, and told to the log."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from consentry.backends.sealed_store import HeldReferences
from consentry.consent.profile import Construction, Installation
from consentry.core.errors import MalformedError, RefusedError
from consentry.face.gallery import Gallery, GalleryPlace
from consentry.face.reference_form import reference_of
from consentry.face.search_threshold import FPIR
from consentry.face.verification import Threshold
from consentry.ledger.entry import Entry, Kind
from consentry.touchpoints.lane_parts import GalleryParts

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from consentry.ports import LogStore


class OpenedGallery:
    """A gallery that is switched on, kept as the vault has it. ``open_gallery`` makes one."""

    def __init__(self, gallery: Gallery, held: HeldReferences) -> None:
        """Take an empty gallery, and what it is filled from."""
        self.gallery, self._held = gallery, held
        self.passed_over: set[str] = set()
        """Receipts of travellers of the journey whose reference could not be taken: no consent to this touchpoint,
        another model, or more than the calibration supports, once it is open. They are asked to the staff."""
        self.parts = GalleryParts(gallery, held.gone(), self.refresh)

    def refresh(self, at: float) -> int:
        """Let go whoever withdrew or has ended, and take who enrolled since; returns how many went.

        Raises:
            StorageError: vault or store did not answer.
        """
        receipts = self._held.receipts()
        went = self.gallery.keep_only(receipts, at)
        if went:
            self.passed_over.clear()  # there is room again
        if at < self.gallery.place.end:
            for receipt in sorted(receipts - self.passed_over - self.gallery.receipts):
                self.take(receipt, at, whole=False)
        return went

    def take(self, receipt: str, at: float, *, whole: bool) -> None:
        """Enrol one traveller, or pass him over.

        Args:
            receipt: his.
            at: now, s UTC.
            whole: whether one too many is refused; else he is passed over.
        """
        gallery, place = self.gallery, self.gallery.place
        found = self._held.traveller(receipt, place.journey, at)
        if found is None:
            return
        consent, content = found
        try:
            reference = reference_of(content)
        except MalformedError:
            self.passed_over.add(receipt)
            return
        fits = consent.covers(place.purpose, place.touchpoint, at) and reference.model == gallery.threshold.model
        try:
            if fits:
                gallery.enrol(consent, reference, at)
            else:
                self.passed_over.add(receipt)
        except RefusedError:
            if whole:
                raise
            self.passed_over.add(receipt)
        finally:
            reference.wipe()


def open_gallery(
    installation: Installation,
    held: HeldReferences,
    place: GalleryPlace,
    thresholds: Sequence[Threshold],
    at: float,
    *,
    fpir: float = FPIR,
) -> OpenedGallery:
    """Build a journey's gallery from what is held, as it stands now.

    Args:
        installation: whose profile is ``gallery``, confirmed by two persons.
        held: the references at the airport.
        place: journey, touchpoint and purpose.
        thresholds: of one model's calibration.
        at: now, s UTC.
        fpir: highest false positive identification rate that is wanted.

    Raises:
        RefusedError: the profile or the confirmation, the journey's end, or more enrolled than is supported.
        StorageError: vault or store did not answer.
    """
    gallery = Gallery(installation.permit(Construction.GALLERY), place, thresholds, at, fpir=fpir)
    opened = OpenedGallery(gallery, held)
    try:
        for receipt in sorted(held.receipts()):
            opened.take(receipt, at, whole=True)
    except BaseException:
        gallery.close()
        raise
    return opened


def switched(
    opened: OpenedGallery,
    kind: Kind,
    at: float,
    open_log: "Callable[[], AbstractContextManager[LogStore]]",
    confirmed_by: int,
) -> None:
    """Tell the log that a gallery was switched on or off: its size and rates, and nobody in it.

    Args:
        opened: the gallery.
        kind: ``GALLERY_ON`` or ``GALLERY_OFF``.
        at: now, s UTC.
        open_log: opens the log for one entry.
        confirmed_by: how many persons; their names stay out of what everybody can read.

    Raises:
        StorageError: the log did not take it; the gallery must not be used then.
    """
    gallery = opened.gallery
    facts: dict[str, str | int] = {"size": len(gallery), "confirmed_by": confirmed_by}
    facts |= {"fpir": f"{gallery.fpir:g}", "fmr": f"{gallery.threshold.fmr:g}", "model": gallery.threshold.model}
    with open_log() as log:
        log.append(Entry(kind, at, gallery.place.purpose.value, gallery.place.touchpoint, facts=facts))
