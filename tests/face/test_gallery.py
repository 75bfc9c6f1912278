"""A journey's gallery: whom it finds, whom it forgets, and what stays of a face that is nobody's."""

import copy
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.receipts import GIVEN, RECEIPT, consent
from consentry.consent.profile import Construction, Installation, Permit, Profile
from consentry.consent.purposes import Purpose
from consentry.consent.receipt import Consent
from consentry.core.errors import ModelMismatchError, RefusedError
from consentry.face.gallery import Candidate, Gallery, GalleryPlace, gallery_reference
from consentry.face.reference_form import reference_of
from consentry.face.template import Template
from consentry.face.verification import Threshold

AT, END = GIVEN + 60.0, GIVEN + 5 * 3600.0
JOURNEY = RECEIPT.journey
PLACE = GalleryPlace(JOURNEY, "gate 12", Purpose.BOARDING, END)
PERMIT = Installation(Profile.GALLERY, ("A. Kim", "B. Lee")).permit(Construction.GALLERY)
NONE: frozenset[str] = frozenset()


def threshold(score: float, fmr: float) -> Threshold:
    return Threshold(score, fmr, 0.0, fmr, "m", "a test", "2026-11-25", barely=score - 0.1, surely=score)


LADDER = (threshold(0.7, 1e-4), threshold(0.5, 1e-3), threshold(0.4, 1e-2))


def unit(vector: np.ndarray, model: str = "m") -> Template:
    return Template(model, (vector / np.linalg.norm(vector)).astype(np.float32))


def template(seed: int) -> Template:
    return unit(np.random.default_rng(seed).normal(size=256))


def like(seed: int, score: float) -> Template:
    """A template whose score against another is as told."""
    one, other = template(seed).vector, np.random.default_rng(9_000 + seed).normal(size=256)
    other -= (other @ one) * one
    return unit(score * one + (1 - score**2) ** 0.5 * other / np.linalg.norm(other))


def agreed(number: int, **changes: object) -> Consent:
    return consent(AT, **{"id": f"{number:032x}", "profile": Profile.GALLERY, **changes})


def gallery(count: int = 3, fpir: float = 0.01) -> Gallery:
    made = Gallery(PERMIT, PLACE, LADDER, AT, fpir=fpir)
    for number in range(count):
        made.enrol(agreed(number), template(number), AT)
    return made


def test_the_enrolled_are_found_and_others_are_nobody() -> None:
    one = gallery()
    found = one.identify(like(1, 0.9), AT, NONE)
    assert found is not None
    assert (found.receipt, found.score) == (f"{1:032x}", pytest.approx(0.9, abs=1e-6))
    assert one.identify(template(77), AT, NONE) is None
    assert one.comparisons == 6


def test_the_probe_is_overwritten_whoever_it_was() -> None:
    one = gallery()
    for probe in (like(1, 0.9), template(77)):
        one.identify(probe, AT, NONE)
        assert not probe.vector.any()
    foreign = unit(np.ones(256), "other")
    with pytest.raises(ModelMismatchError):
        one.identify(foreign, AT, NONE)
    assert not foreign.vector.any()


def reachable(thing: object, seen: set[int]) -> list[object]:
    """Everything that an object holds, to the bottom."""
    if id(thing) in seen:
        return []
    seen.add(id(thing))
    inner: list[object] = []
    if isinstance(thing, list | tuple | set | frozenset):
        inner = list(thing)
    elif isinstance(thing, dict):
        inner = [*thing, *thing.values()]
    elif hasattr(thing, "__dict__"):
        inner = list(vars(thing).values())
    elif hasattr(thing, "__dataclass_fields__"):
        inner = [getattr(thing, field.name) for field in fields(thing)]
    return [thing, *(one for each in inner for one in reachable(each, seen))]


def held(one: Gallery) -> list[bytes]:
    """Every number and array in it, as bytes, without the tally of comparisons."""
    found = []
    for thing in reachable(one, set()):
        if isinstance(thing, np.ndarray):
            found.append(thing.tobytes())
        elif isinstance(thing, float | str):
            found.append(repr(thing).encode())
    return found


def test_of_a_face_that_is_nobodys_nothing_stays() -> None:
    one = gallery()
    before = copy.deepcopy(held(one))
    for seed in range(100, 130):
        assert one.identify(template(seed), AT, NONE) is None
    assert one.identify(like(1, 0.45), AT, NONE) is None, "too near to tell is nobody too"
    assert held(one) == before, "not a number more, not a score, not a neighbour"
    assert one.comparisons == 31 * 3


def test_whoever_is_like_two_of_them_is_nobody() -> None:
    one = gallery(0)
    twin = template(1)
    one.enrol(agreed(1), twin, AT)
    one.enrol(agreed(2), like(1, 0.98), AT)
    assert one.identify(like(1, 0.97), AT, NONE) is None
    one.keep_only([f"{1:032x}"], AT)
    assert one.identify(like(1, 0.97), AT, NONE) is not None


def test_the_threshold_follows_the_size_up_and_down() -> None:
    one = gallery(0)
    seen = {}
    for number in range(12):
        seen[len(one)] = one.threshold.score
        one.enrol(agreed(number), template(number), AT)
    assert seen[0] == seen[1] == 0.4
    assert seen[2] == seen[10] == 0.5
    assert one.threshold.score == 0.7
    probe = 0.6
    assert one.identify(like(3, probe), AT, NONE) is None
    one.keep_only({f"{number:032x}" for number in range(3, 9)}, AT)
    assert one.threshold.score == 0.5
    found = one.identify(like(3, probe), AT, NONE)
    assert found is not None
    assert found.threshold.score == 0.5


def test_more_than_the_calibration_supports_are_refused_and_nothing_changes() -> None:
    one = Gallery(PERMIT, PLACE, (threshold(0.5, 2e-3),), AT, fpir=0.01)
    for number in range(5):
        one.enrol(agreed(number), template(number), AT)
    with pytest.raises(RefusedError, match="enough for 5 at most") as refused:
        one.enrol(agreed(5), template(5), AT)
    assert refused.value.check == "gallery_size"
    assert len(one) == 5
    one.enrol(agreed(2), template(22), AT)
    assert len(one) == 5, "a new reference in place of an earlier one"
    assert one.identify(like(22, 0.9), AT, NONE) is not None
    assert one.identify(like(2, 0.9), AT, NONE) is None


def test_it_ends_with_the_journey_however_long_a_consent_is() -> None:
    one = gallery()
    rows = one._search._rows  # type: ignore[attr-defined]
    assert one.identify(like(1, 0.9), END - 1, NONE) is not None
    assert one.identify(like(1, 0.9), END, NONE) is None
    assert len(one) == 0
    assert not rows.any()
    with pytest.raises(RefusedError, match="this journey is over"):
        Gallery(PERMIT, PLACE, LADDER, END)


def test_each_reference_ends_with_its_consent_even_if_nobody_looked_then() -> None:
    one = gallery(2)
    one.enrol(agreed(7, until=GIVEN + 3600), template(7), AT)
    assert one.identify(like(7, 0.9), GIVEN + 3599.0, NONE) is not None
    assert one.identify(like(7, 0.9), GIVEN + 3600.0, NONE) is None
    assert len(one) == 2


def test_who_withdraws_is_not_found_and_is_removed_at_once() -> None:
    one = gallery()
    gone = f"{1:032x}"
    assert one.identify(like(1, 0.9), AT, {gone}) is None
    assert len(one) == 2
    assert one.identify(like(1, 0.9), AT, NONE) is None, "the reference itself went"
    assert one.identify(like(2, 0.9), AT, NONE) is not None


def test_a_sweep_removes_everybody_whose_key_is_gone() -> None:
    one = gallery(9)
    rows = one._search._rows  # type: ignore[attr-defined]
    assert one.keep_only({f"{number:032x}" for number in (0, 4, 8)}, AT) == 6
    assert not rows[3:].any()
    for number in range(9):
        assert (one.identify(like(number, 0.9), AT, NONE) is not None) == (number in {0, 4, 8})
    one.close()
    one.close()
    assert not rows.any()


NOT_ALLOWED = {
    "another touchpoint": {"purposes": (RECEIPT.purposes[0],)},
    "another journey": {"journey": "KE999 2027-01-15"},
    "another profile": {"profile": Profile.WALLET},
    "ended": {"until": GIVEN + 61},
}


@pytest.mark.parametrize("name", NOT_ALLOWED)
def test_nobody_is_enrolled_without_a_consent_to_this(name: str) -> None:
    one = gallery(0)
    with pytest.raises(RefusedError):
        one.enrol(agreed(1, **NOT_ALLOWED[name]), template(1), AT + 2)
    assert len(one) == 0


@pytest.mark.parametrize("forged", ["consent", object(), None], ids=["text", "object", "none"])
def test_nothing_else_is_a_consent_or_a_permit(forged: object) -> None:
    with pytest.raises(RefusedError):
        gallery(0).enrol(forged, template(1), AT)  # type: ignore[arg-type]
    with pytest.raises(RefusedError):
        Gallery(forged, PLACE, LADDER, AT)  # type: ignore[arg-type]
    with pytest.raises(RefusedError):
        gallery_reference(agreed(1), template(1), forged, AT)  # type: ignore[arg-type]


def test_one_person_builds_no_gallery() -> None:
    for names in ((), ("A. Kim",), ("A. Kim", "a. kim")):
        with pytest.raises(RefusedError):
            Installation(Profile.GALLERY, names).permit(Construction.GALLERY)
    lane: Permit = Installation(Profile.GALLERY).permit(Construction.CAMERA_LANE)
    with pytest.raises(RefusedError):
        Gallery(lane, PLACE, LADDER, AT)


def test_another_models_reference_is_refused() -> None:
    with pytest.raises(ModelMismatchError):
        gallery(0).enrol(agreed(1), unit(np.ones(256), "other"), AT)


def test_a_reference_is_kept_in_bytes_for_the_journey() -> None:
    assert np.array_equal(
        reference_of(gallery_reference(agreed(1), template(1), PERMIT, AT)).vector, template(1).vector
    )
    with pytest.raises(RefusedError):
        gallery_reference(agreed(1, profile=Profile.SEALED), template(1), PERMIT, AT)


@given(st.lists(st.tuples(st.sampled_from(["enrol", "withdraw", "search"]), st.integers(0, 5)), max_size=30))
def test_any_life_finds_exactly_those_who_are_enrolled(steps: list[tuple[str, int]]) -> None:
    one, enrolled = gallery(0), set()
    for step, number in steps:
        if step == "enrol":
            one.enrol(agreed(number), template(number), AT)
            enrolled.add(number)
        elif step == "withdraw":
            enrolled.discard(number)
            one.keep_only({f"{left:032x}" for left in enrolled}, AT)
        found = one.identify(like(number, 0.9), AT, NONE)
        assert (found is not None) == (number in enrolled)
        assert found is None or isinstance(found, Candidate)
        assert found is None or found.receipt == f"{number:032x}"
        assert len(one) == len(enrolled)
