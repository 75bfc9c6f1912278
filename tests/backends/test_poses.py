"""Joints: from the network's maps, and of people who stand, sit and lie in real pictures."""

from pathlib import Path

import numpy as np
import pytest

from consentry.backends.clips import ClipSource
from consentry.backends.poses import decode, load_pose_estimator
from consentry.core.errors import NetworkError, SupplyError
from consentry.core.frames import Frame, Image
from consentry.core.scene import JOINTS, Joint

NECK, HIP, KNEE, ANKLE, NOSE = Joint.NECK, Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.NOSE
RUNS = {(NECK, HIP): 0, (HIP, KNEE): 2, (KNEE, ANKLE): 4, (NECK, NOSE): 28}
"""Planes of the field's x, of each limb that is drawn below."""


def maps(*people: dict[Joint, tuple[int, int]]) -> dict[str, np.ndarray]:
    """Maps that show people with joints at cells (x, y)."""
    heat, field = np.zeros((1, 19, 32, 57), np.float32), np.zeros((1, 38, 32, 57), np.float32)
    for person in people:
        for joint, (x, y) in person.items():
            heat[0, joint, y, x] = 0.8
        for (a, b), plane in RUNS.items():
            if a not in person or b not in person:
                continue
            start, end = np.array(person[a], float), np.array(person[b], float)
            way = (end - start) / np.hypot(*(end - start))
            for share in np.linspace(0, 1, 60):
                x, y = np.rint(start + share * (end - start)).astype(int)
                field[0, plane, y, x], field[0, plane + 1, y, x] = way
    return {"Mconv7_stage2_L2": heat, "Mconv7_stage2_L1": field}


UPRIGHT = {NOSE: (10, 5), NECK: (10, 8), HIP: (10, 15), KNEE: (10, 21), ANKLE: (10, 27)}
FLAT = {NOSE: (25, 28), NECK: (28, 28), HIP: (35, 28), KNEE: (41, 28), ANKLE: (47, 28)}


def test_two_people_come_apart_each_with_his_own_joints() -> None:
    people = decode(maps(UPRIGHT, FLAT))
    assert people.shape == (2, JOINTS, 3)
    for person, drawn in zip(sorted(people, key=lambda one: one[NECK, 0]), (UPRIGHT, FLAT), strict=True):
        for joint in Joint:
            place = (np.array(drawn[joint]) + 0.5) * 8 if joint in drawn else (0, 0)
            assert person[joint, :2] == pytest.approx(place, abs=0.1), joint.name
            assert person[joint, 2] == pytest.approx(0.8 if joint in drawn else 0)


def test_joints_that_no_limb_joins_are_nobody() -> None:
    given = maps(UPRIGHT)
    given["Mconv7_stage2_L1"][:] = 0
    assert decode(given).shape == (0, JOINTS, 3)
    assert decode(maps({NOSE: (10, 5), NECK: (10, 8), HIP: (10, 15)})).shape == (0, JOINTS, 3), "three are too few"


def test_other_maps_are_refused_in_words() -> None:
    with pytest.raises(NetworkError, match="expected the maps"):
        decode({"boxes": np.zeros(3, np.float32)})


def test_only_a_pose_network_is_one() -> None:
    with pytest.raises(SupplyError, match="came 'yunet', which is for faces"):
        load_pose_estimator("yunet")


def pictures(path: Path, *times: float) -> list[Image]:
    shown = [f for f in ClipSource("c", str(path), rate=5, width=640, recorded_at=0.0).frames() if isinstance(f, Frame)]
    return [min(shown, key=lambda f: abs(f.at - at)).image for at in times]


def slope(person: np.ndarray) -> float:
    """Degrees between the upright and the line from neck to hips."""
    hips = person[[Joint.RIGHT_HIP, Joint.LEFT_HIP]]
    way = (hips[hips[:, 2] > 0].mean(axis=0) - person[Joint.NECK])[:2] * (4, 3)
    return float(np.degrees(np.arctan2(abs(way[0]), way[1])))


@pytest.mark.shared
def test_who_lies_is_found_by_turning_the_picture_and_put_back_in_place(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    estimator = load_pose_estimator()
    stands, lies, lies_still = pictures(shared / "data/fall/subject2/Fall/13.mp4", 1.8, 6.0, 8.0)
    room = np.array([[0.1, 0.0, 1.0, 1.0]], np.float32)
    (people,) = estimator.poses(stands, room)
    assert slope(people[0]) < 20
    for picture in (lies, lies_still):
        place = np.array([[0.2, 0.5, 1.0, 1.0]], np.float32)
        (upright,) = estimator.poses(picture, place)
        (people,) = estimator.poses(picture, place, lying=True)
        assert len(upright) == 0
        best = max(people, key=lambda one: one[:, 2].sum())
        assert slope(best) > 60
        head = best[Joint.NOSE]
        assert head[2] > 0
        assert 0.8 < head[0] < 1.0, "his head is at the right edge"
        assert 0.8 < head[1] < 1.0, "on the floor"
