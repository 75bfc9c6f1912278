"""Where each class of data lies under which profile."""

from enum import StrEnum

from consentry.consent.profile import Profile
from consentry.consent.purposes import DataClass


class Place(StrEnum):
    """Where something lies."""

    NOWHERE = "not kept: in memory until the decision"
    TRAVELLER = "with the traveller alone"
    SEALED = "airport, encrypted; the key with the traveller alone"
    GALLERY = "airport, gallery of the journey"
    AIRPORT = "airport, encrypted under a key of this receipt"


_TEMPLATE = {
    Profile.WALLET: Place.TRAVELLER,
    Profile.SEALED: Place.SEALED,
    Profile.GALLERY: Place.GALLERY,
    Profile.LAB: Place.NOWHERE,
}


def place_of(profile: Profile, kind: DataClass) -> Place:
    """Where a class of data lies under a profile.

    >>> place_of(Profile.WALLET, DataClass.FEATURE_TEMPLATE).value
    'with the traveller alone'
    """
    if kind in {DataClass.DOCUMENT_PORTRAIT, DataClass.FACE_IMAGE}:
        return Place.NOWHERE
    return _TEMPLATE[profile] if kind is DataClass.FEATURE_TEMPLATE else Place.AIRPORT
