"""What falls due when: asked of times alone, so that a downtime changes nothing; and what a hold keeps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.consent.profile import Profile
from consentry.consent.purposes import DataClass
from consentry.consent.retention import HOLDABLE, RECEIPT, WITHDRAWN, HeldItem, Hold, Place, due, place_of
from consentry.core.errors import RefusedError

A, B = "a" * 32, "b" * 32
TWO = ("A. Kim", "B. Lee")
KINDS = (RECEIPT, DataClass.FEATURE_TEMPLATE.value, DataClass.PASSAGES.value, DataClass.JOURNEY.value)


def item(receipt: str, kind: str, until: int, number: int = 0) -> HeldItem:
    return HeldItem(receipt, kind, f"{number:016x}", until, b"")


def test_what_ended_goes_and_its_key_with_the_last_of_it() -> None:
    template, passage, receipt = item(A, KINDS[1], 100), item(A, KINDS[2], 200), item(A, KINDS[0], 200)
    everything = [receipt, passage, template, item(B, KINDS[0], 900)]
    assert due(everything, (), float("nan")) == due([], (), 0)
    assert due(everything, (), 99.9) == due([], (), 0)
    first = due(everything, (), 100)
    assert (first.items, first.keys, first.late) == ((template,), (), 0)
    left = [receipt, passage, everything[3]]
    second = due(left, (), 260.5)
    assert (set(second.items), second.keys, second.late) == ({passage, receipt}, (A,), 60.5)


def test_after_a_downtime_everything_that_ended_meanwhile_is_due() -> None:
    everything = [item(A, kind, 100) for kind in KINDS] + [item(B, kind, 5_000) for kind in KINDS]
    late = due(everything, (), 1_000_000)
    assert len(late.items) == 8
    assert late.keys == (A, B)
    assert late.late == 999_900


def test_a_key_under_which_nothing_is_held_goes() -> None:
    assert due([item(B, RECEIPT, 900)], (), 1, keys=(A, B)).keys == (A,)


def test_a_hold_keeps_what_was_done_and_never_what_somebody_looks_like() -> None:
    everything = [item(A, kind, 100, number) for number, kind in enumerate(KINDS)]
    told = due(everything, [Hold(A, "court order 4 C 12/26", TWO, 50)], 101)
    assert [one.kind for one in told.items] == ["feature_template"]
    assert {one.kind for one in told.held_back} == HOLDABLE - {WITHDRAWN}
    assert due([item(A, WITHDRAWN, 100)], [Hold(A, "court order", TWO, 50)], 101).items == ()
    assert told.keys == ()
    assert len(due(everything, [Hold(B, "court order", TWO, 50)], 101).items) == 4


@pytest.mark.parametrize(
    ("persons", "reason"),
    [((), "order"), (("A. Kim",), "order"), (("A. Kim", "a. kim"), "order"), (TWO, " ")],
)
def test_a_hold_needs_two_persons_and_a_reason(persons: tuple[str, ...], reason: str) -> None:
    with pytest.raises(RefusedError, match="expected 2 persons") as refused:
        Hold(A, reason, persons, 50)
    assert refused.value.check == "two_persons"


items = st.builds(
    item, st.sampled_from([A, B, "c" * 32]), st.sampled_from(KINDS), st.integers(0, 50), st.integers(0, 1 << 40)
)
holds = st.sets(st.sampled_from([A, B])).map(lambda ids: [Hold(one, "order", TWO, 0) for one in ids])


@given(st.sets(items), holds, st.lists(st.integers(0, 60), min_size=1))
def test_the_rhythm_of_clearing_does_not_matter(
    everything: set[HeldItem], kept: list[Hold], moments: list[int]
) -> None:
    """Cleared every second or once after years, the same is left; no key goes while anything is left under it."""
    left = set(everything)
    for at in sorted(moments):
        told = due(left, kept, at)
        assert not set(told.items) & set(told.held_back)
        left -= set(told.items)
        assert not {one.receipt_id for one in left} & set(told.keys)
    assert left == everything - set(due(everything, kept, max(moments)).items)
    held = {hold.receipt_id for hold in kept}
    assert all(one.until > max(moments) or (one.receipt_id in held and one.kind in HOLDABLE) for one in left)


@pytest.mark.parametrize("profile", Profile)
def test_pictures_are_kept_nowhere_under_any_profile(profile: Profile) -> None:
    assert place_of(profile, DataClass.FACE_IMAGE) is Place.NOWHERE
    assert place_of(profile, DataClass.DOCUMENT_PORTRAIT) is Place.NOWHERE
