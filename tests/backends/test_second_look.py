"""A second look: what lies where nothing lay, and joints, where there is a network, in places empty before."""

from collections.abc import Sequence

import numpy as np
import pytest

from consentry.backends.second_look import SecondLook
from consentry.core.frames import Frame, Image
from consentry.core.geometry import Boxes
from consentry.core.scene import Wish

NOBODY = np.zeros((0, 4), np.float32)
STANDS = np.array([[0.22, 0.2, 0.32, 0.8]], np.float32)
PLACE = Wish("fall:hall", 1, (0.2, 0.3, 0.8, 1.0), since=2.0)


def room(*things: tuple[float, float, float, float], light: float = 1.0) -> Image:
    """A floor with a pattern, and dark things on it."""
    rows, columns = np.mgrid[0:360, 0:640]
    floor = (150 + 12 * ((rows // 24 + columns // 24) % 2)) * light
    image = np.repeat(floor[..., None], 3, axis=2).astype(np.uint8)
    for left, top, right, bottom in things:
        image[int(top * 360) : int(bottom * 360), int(left * 640) : int(right * 640)] = (60, 40, 30)
    return image


LIES = (0.35, 0.75, 0.65, 0.85)


def watched(
    *after: tuple[float, float, float, float], light: float = 1.0, persons: Boxes = STANDS, joints: object = None
) -> SecondLook:
    """Three seconds of somebody who stands, then what is there."""
    second = SecondLook(joints)  # type: ignore[arg-type] - a small true fake
    for at in np.arange(0, 2.6, 0.5):
        second.see(Frame("cam", float(at), room(*map(tuple, persons.tolist()))), persons)
    second.see(Frame("cam", 3.5, room(*after, light=light)), NOBODY)
    return second


def test_what_came_is_found_in_its_place_and_who_left_is_not() -> None:
    (look,) = watched(LIES).look(Frame("cam", 3.5, room(LIES)), (PLACE,))
    assert look.joints is None
    assert look.arrived == pytest.approx(LIES, abs=0.04)
    assert look.covers > 0.6
    (look,) = watched().look(Frame("cam", 3.5, room()), (PLACE,))
    assert look.arrived is None, "behind who stood there the place was never seen: his going is no arrival"


def test_what_was_there_before_did_not_come() -> None:
    both = np.vstack([STANDS, [LIES]]).astype(np.float32)
    second = SecondLook(None)
    for at in (0.0, 1.0, 2.0):
        second.see(Frame("cam", at, room(tuple(both[0].tolist()), LIES)), STANDS)
    second.see(Frame("cam", 3.5, room(LIES)), NOBODY)
    (look,) = second.look(Frame("cam", 3.5, room(LIES)), (PLACE,))
    assert look.arrived is None


def test_light_that_changes_brings_nothing() -> None:
    (look,) = watched(light=0.6).look(Frame("cam", 3.5, room(light=0.6)), (PLACE,))
    assert look.arrived is None


def test_the_place_is_remembered_as_it_was_for_as_long_as_somebody_lies_there() -> None:
    second = watched(LIES)
    second.look(Frame("cam", 3.5, room(LIES)), (PLACE,))
    for at in range(4, 60):
        second.see(Frame("cam", float(at), room(LIES)), NOBODY)
    (look,) = second.look(Frame("cam", 59.0, room(LIES)), (PLACE,))
    assert look.arrived == pytest.approx(LIES, abs=0.04)


class Joints:
    """A pose network that finds the same person in every box."""

    name = "joints"

    def __init__(self, places: Sequence[tuple[float, float]]) -> None:
        self.person = np.zeros((1, 18, 3), np.float32)
        self.person[0, : len(places)] = [(x, y, 0.9) for x, y in places]
        self.lying: list[bool] = []

    def poses(self, _image: Image, boxes: Boxes, *, lying: bool = False) -> tuple[np.ndarray, ...]:
        self.lying.append(lying)
        return tuple(self.person for _ in boxes)


def test_joints_are_fresh_where_nothing_was_before() -> None:
    inside = [(x, 0.8) for x in np.linspace(0.37, 0.43, 8)]
    joints = Joints(inside)
    (look,) = watched(LIES, joints=joints).look(Frame("cam", 3.5, room(LIES)), (PLACE,))
    assert joints.lying == [True]
    assert look.fresh == pytest.approx([1.0])
    (look,) = watched(joints=joints).look(Frame("cam", 3.5, room()), (PLACE,))
    assert look.fresh == pytest.approx([0.0]), "joints in an old pattern of the floor"
    hidden = Joints([(0.27, y) for y in np.linspace(0.3, 0.7, 8)])
    (look,) = watched(LIES, joints=hidden).look(Frame("cam", 3.5, room(LIES)), (PLACE,))
    assert np.isnan(look.fresh).all(), "nobody ever saw the place behind him"


def test_a_place_of_which_no_earlier_picture_is_kept_is_unknown() -> None:
    second = SecondLook(Joints([(0.4, 0.8)] * 8))
    second.see(Frame("cam", 3.5, room(LIES)), NOBODY)
    (look,) = second.look(Frame("cam", 3.5, room(LIES)), (PLACE,))
    assert look.arrived is None
    assert np.isnan(look.fresh).all()


def test_a_picture_of_another_size_begins_anew() -> None:
    second = watched(LIES)
    second.see(Frame("cam", 4.0, room(LIES)[:240]), NOBODY)
    (look,) = second.look(Frame("cam", 4.0, room(LIES)[:240]), (PLACE,))
    assert look.arrived is None
