"""People walk through a lane: the enrolled go, of everybody else one count stays."""

from collections.abc import Container, Sequence
from dataclasses import replace

import numpy as np
import pytest

from consent.receipts import UNTIL, consent
from consentry.consent.profile import Construction, Installation, Profile
from consentry.core.errors import ModelMismatchError, NetworkError, RefusedError
from consentry.core.frames import Frame, Lapse, LapseKind
from consentry.core.geometry import Zone
from consentry.core.screening import Measures
from consentry.face.gallery import Gallery, GalleryPlace
from consentry.touchpoints.lane_gallery import Bystanders, walk_through
from consentry.touchpoints.lane_parts import GalleryParts, LaneCheck, LaneDecision, LaneRules
from gate_fakes import ANNA, BORIS, THRESHOLD, Painted
from lane_fakes import AT, GALLERY, JOURNEY, RULES, Lane, Scene, film, template_of

CARLA, DORA = 140, 190
PLACE = GalleryPlace(JOURNEY, RULES.touchpoint, RULES.purpose, float(UNTIL))


def receipt_of(who: int) -> str:
    return f"{who:032x}"


def gallery(*people: int) -> Gallery:
    made = Gallery(GALLERY.permit(Construction.GALLERY), PLACE, (THRESHOLD,), AT, fpir=0.05)
    for who in people:
        made.enrol(consent(AT, id=receipt_of(who), profile=Profile.GALLERY), template_of(who), AT)
    return made


def passing(who: int, frames: int = 6, **how: int) -> list[list[Painted]]:
    """Somebody walks by; then a second of nobody."""
    return [*[[Painted(who, **how)]] * frames, *[[]] * 4]


def walk(
    one: Gallery, faces: Sequence[Sequence[Painted]], rules: LaneRules = RULES, withdrawn: Container[str] = frozenset()
) -> tuple[list[LaneDecision], Lane]:
    scene = Scene()
    lane = Lane(film(*[scene.picture(*those) for those in faces]), GALLERY)
    many = GalleryParts(one, withdrawn, lambda at: one.keep_only({r for r in all_of(one) if r not in withdrawn}, at))
    return list(walk_through(lane.parts(), many, rules, lane.pictures, AT)), lane


def all_of(one: Gallery) -> list[str]:
    return [row.receipt for row in one._rows]


def test_the_enrolled_go_one_after_another() -> None:
    one = gallery(ANNA, BORIS, CARLA)
    decisions, lane = walk(one, [*passing(ANNA), *passing(CARLA), *passing(BORIS)])
    assert [decision.receipt for decision in decisions] == [receipt_of(who) for who in (ANNA, CARLA, BORIS)]
    assert all(decision.go for decision in decisions)
    assert decisions[0].comparisons == 3 * 3
    assert decisions[0].waited == pytest.approx(0.5)
    assert lane.loaded == 1
    lane.nothing_is_left()


def test_of_a_bystander_nothing_stays_but_a_count() -> None:
    one = gallery(ANNA, BORIS)
    rows = one._search._rows.copy()
    decisions, lane = walk(one, passing(DORA))
    (decision,) = decisions
    assert (decision.go, decision.check, decision.receipt) == (False, LaneCheck.NOT_ENROLLED, None)
    assert decision.findings == ()
    assert decision.measures == Measures(frames=decision.measures.frames, compared=3)
    assert "score" not in decision.why
    assert np.array_equal(one._search._rows, rows)
    assert not one._search._scores.any()
    lane.nothing_is_left()


def test_whoever_stays_is_decided_on_once_and_a_leap_is_somebody_else() -> None:
    one = gallery(ANNA, BORIS)
    staying = [[Painted(ANNA, left=20, size=60)]] * 12
    decisions, _ = walk(one, [*staying, *[[Painted(BORIS, left=220, size=60)]] * 6])
    assert [decision.receipt for decision in decisions] == [receipt_of(ANNA), receipt_of(BORIS)]


def test_outside_the_capture_mask_nobody_is_embedded() -> None:
    rules = replace(RULES, mask=Zone("lane", ((0.5, 0), (1, 0), (1, 1), (0.5, 1))))
    one = gallery(ANNA)
    beside = [[Painted(DORA, left=10), Painted(ANNA, left=200)]] * 6
    decisions, lane = walk(one, [*[[Painted(DORA, left=10)]] * 8, *beside, *[[Painted(DORA, left=10)]] * 8], rules)
    assert [decision.receipt for decision in decisions] == [receipt_of(ANNA)]
    assert len(lane.embedder.made) == 3
    assert one.comparisons == 3


def test_who_withdraws_between_two_walks_is_not_found_again() -> None:
    one, withdrawn = gallery(ANNA, BORIS), set()
    decisions, _ = walk(one, passing(ANNA), withdrawn=withdrawn)
    assert decisions[0].go
    withdrawn.add(receipt_of(ANNA))
    decisions, _ = walk(one, [*passing(ANNA), *passing(BORIS)], withdrawn=withdrawn)
    assert [decision.check for decision in decisions] == [LaneCheck.NOT_ENROLLED, ""]
    assert all_of(one) == [receipt_of(BORIS)]


def test_after_the_journey_nobody_is_found() -> None:
    one = gallery(ANNA)
    scene = Scene()
    lane = Lane(film(*[scene.picture(Painted(ANNA)) for _ in range(6)], begin=float(UNTIL)), GALLERY)
    many = GalleryParts(one, frozenset(), lambda at: one.keep_only({receipt_of(ANNA)}, at))
    (decision,) = walk_through(lane.parts(), many, RULES, lane.pictures, AT)
    assert decision.check == LaneCheck.NOT_ENROLLED
    assert len(one) == 0
    assert decision.comparisons == 0, "there was nobody left to compare with"


UNDECIDED = {
    "an attack": (passing(ANNA, attack=250), "attack"),
    "poor pictures": (passing(ANNA, quality=30), "quality"),
    "one frame": (passing(ANNA, frames=1), "attack_undetermined"),
    "two together": ([[Painted(ANNA, left=20), Painted(BORIS, left=180)]] * 8, "several_faces"),
}


@pytest.mark.parametrize("name", UNDECIDED)
def test_who_cannot_be_decided_on_is_asked_to_the_staff(name: str) -> None:
    faces, check = UNDECIDED[name]
    decisions, lane = walk(gallery(ANNA), faces)
    assert [(decision.go, decision.check, decision.receipt) for decision in decisions] == [(False, check, None)]
    lane.nothing_is_left()


def test_an_empty_lane_says_nothing() -> None:
    decisions, lane = walk(gallery(ANNA), [[]] * 60)
    assert decisions == []
    assert lane.embedder.made == []


def test_frames_that_find_different_travellers_decide_nothing() -> None:
    """A swap without a leap, in mid-sentence: the frames do not agree, so nobody goes."""
    swapped = [[Painted(ANNA)], [Painted(BORIS)], [Painted(ANNA)], [Painted(BORIS)]]
    decisions, _ = walk(gallery(ANNA, BORIS), swapped)
    (decision,) = decisions
    assert (decision.go, decision.check, decision.receipt) == (False, "inconclusive", None)


def test_bystanders_are_counted_with_an_interval() -> None:
    one, counted = gallery(ANNA), Bystanders()
    assert counted.interval is None
    walked = [*passing(ANNA), *passing(DORA), *passing(ANNA, quality=30), *passing(CARLA, attack=250)]
    decisions, _ = walk(one, walked)
    for decision in decisions:
        counted.count(decision)
    assert (counted.searched, counted.nobody) == (3, 2), (
        "of the poor pictures no template was made; who is nobody and an attack is nobody"
    )
    low, high = counted.interval or (0.0, 0.0)
    assert low < 2 / 3 < high


def test_a_camera_that_was_away_does_not_end_the_lane() -> None:
    """Who stood there when it broke off is asked to the staff; an outage of an empty lane concerns nobody."""
    scene = Scene()

    def lost(at: float) -> Lapse:
        return Lapse("lane", AT + at, LapseKind.LOST, "no route to host")

    def walking(begin: float, faces: list[list[Painted]]) -> list[Frame]:
        return film(*[scene.picture(*those) for those in faces], begin=AT + begin)

    frames: list[Frame | Lapse] = [
        *walking(0, passing(ANNA)), lost(9), *walking(20, [[Painted(BORIS)]] * 2), lost(21), lost(26),
        *walking(30, passing(BORIS)),
    ]  # fmt: skip
    lane, one = Lane(frames, GALLERY), gallery(ANNA, BORIS)
    many = GalleryParts(one, frozenset(), lambda _at: 0)
    decisions = list(walk_through(lane.parts(), many, RULES, lane.pictures, AT))
    assert [decision.check for decision in decisions] == ["", "stream", ""]


def test_another_touchpoints_gallery_or_another_model_is_refused() -> None:
    lane, one = Lane(film(), GALLERY), gallery(ANNA)
    many = GalleryParts(one, frozenset(), lambda _at: 0)
    with pytest.raises(ValueError, match="expected the gallery of lounge"):
        next(walk_through(lane.parts(), many, replace(RULES, touchpoint="lounge"), lane.pictures, AT))
    lane.embedder.model = "another"
    with pytest.raises(ModelMismatchError):
        next(walk_through(lane.parts(), many, RULES, lane.pictures, AT))
    permit = Installation(Profile.GALLERY, ("A. Kim", "B. Lee")).permit(Construction.GALLERY)
    with pytest.raises(RefusedError):
        next(walk_through(replace(lane.parts(), permit=permit), many, RULES, lane.pictures, AT))


def test_a_network_that_fails_leaves_nothing_either() -> None:
    one = gallery(ANNA)
    scene = Scene()
    lane = Lane(film(*[scene.picture(Painted(ANNA)) for _ in range(6)]), GALLERY)
    embed = lane.embedder.embed

    def fail(sample):
        embed(sample).wipe()
        raise NetworkError("the runtime refused")

    lane.embedder.embed = fail  # type: ignore[method-assign]
    with pytest.raises(NetworkError):
        list(walk_through(lane.parts(), GalleryParts(one, frozenset(), lambda _at: 0), RULES, lane.pictures, AT))
    lane.nothing_is_left()
