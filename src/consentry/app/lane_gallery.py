"""The gallery of a journey at a touchpoint: opened from what is held, with two persons, and told to the log."""

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class OpenedGallery:
    """A gallery that is switched on."""

    gallery: Gallery
    parts: GalleryParts
    passed_over: int
    """Travellers of the journey whose reference could not be taken: no consent to this touchpoint, another model."""


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
    passed_over = 0
    for consent, content in held.enrolled(place.journey, at):
        if not consent.covers(place.purpose, place.touchpoint, at):
            passed_over += 1
            continue
        try:
            reference = reference_of(content)
        except MalformedError:
            passed_over += 1
            continue
        try:
            if reference.model == gallery.threshold.model:
                gallery.enrol(consent, reference, at)
            else:
                passed_over += 1
        except RefusedError:
            gallery.close()
            raise
        finally:
            reference.wipe()
    parts = GalleryParts(gallery, held.gone(), lambda now: gallery.keep_only(held.receipts(), now))
    return OpenedGallery(gallery, parts, passed_over)


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
