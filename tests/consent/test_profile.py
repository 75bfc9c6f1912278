"""Every construction under every profile: what the law's scenario forbids cannot be had."""

import copy
import dataclasses
import pickle
from itertools import product

import pytest

from consentry.consent.profile import FORBIDDEN, Construction, Installation, Permit, Profile, check_permit
from consentry.core.errors import RefusedError

TWO = ("A. Kim", "B. Lee")
ALLOWED = {
    (Profile.WALLET, Construction.PASS),
    (Profile.WALLET, Construction.CAMERA_LANE),
    (Profile.SEALED, Construction.SEALED_REFERENCE),
    (Profile.SEALED, Construction.CAMERA_LANE),
    (Profile.GALLERY, Construction.GALLERY),
    (Profile.GALLERY, Construction.CAMERA_LANE),
    (Profile.LAB, Construction.EVALUATION),
}
EVERY = list(product(Profile, Construction))


def test_the_table_and_this_one_are_complete_and_agree() -> None:
    assert set(FORBIDDEN) == set(EVERY) - ALLOWED


@pytest.mark.parametrize(("profile", "construction"), EVERY)
def test_a_construction_is_permitted_only_where_the_profile_has_it(
    profile: Profile, construction: Construction
) -> None:
    installation = Installation(profile, TWO)
    if (profile, construction) in ALLOWED:
        permit = installation.permit(construction)
        assert (permit.construction, permit.profile) == (construction, profile)
        check_permit(permit, construction)
        for other in set(Construction) - {construction}:
            with pytest.raises(RefusedError, match=f"one for {construction}"):
                check_permit(permit, other)
        return
    with pytest.raises(RefusedError, match=f"profile {profile} forbids {construction}: ") as refused:
        installation.permit(construction)
    assert refused.value.check == "profile"


@pytest.mark.parametrize(
    "persons", [(), ("A. Kim",), ("A. Kim", "A. Kim"), ("A. Kim", " a.  kim "), ("A. Kim", ""), ("", " ")]
)
def test_one_person_switches_no_gallery_on(persons: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError, match="expected 2 persons") as refused:
        Installation(Profile.GALLERY, persons).permit(Construction.GALLERY)
    assert refused.value.check == "two_persons"


def test_other_constructions_need_no_second_person() -> None:
    assert Installation(Profile.WALLET).permit(Construction.PASS).confirmed_by == ()


def forged() -> Permit:
    made = object.__new__(Permit)
    for name, value in (
        ("construction", Construction.GALLERY),
        ("profile", Profile.GALLERY),
        ("confirmed_by", TWO),
    ):
        object.__setattr__(made, name, value)
    return made


def test_nobody_else_can_make_a_permit() -> None:
    genuine = Installation(Profile.GALLERY, TWO).permit(Construction.GALLERY)
    with pytest.raises(RefusedError, match="nothing else permits"):
        Permit(Construction.GALLERY, Profile.GALLERY, TWO, object())
    with pytest.raises(TypeError):
        Permit(Construction.GALLERY, Profile.GALLERY, TWO)  # type: ignore[call-arg]
    with pytest.raises((ValueError, TypeError)):
        dataclasses.replace(genuine, profile=Profile.WALLET)
    for false in (forged(), copy.copy(genuine), pickle.loads(pickle.dumps(genuine)), None, "gallery"):
        with pytest.raises(RefusedError, match="another object"):
            check_permit(false, Construction.GALLERY)
