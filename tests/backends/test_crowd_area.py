"""Crowds by area: the camera from its floor plan, the empty place, the share of floor hidden, the flow."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from consentry.backends.crowd_area import CrowdArea, reach
from consentry.backends.crowd_flow import CrowdFlow, motion_of
from consentry.backends.foreground import Foreground
from consentry.backends.standing import Standpoint
from consentry.core.frames import Image
from consentry.core.geometry import FloorPlan, Points, View, Zone
from consentry.core.scene import Detections, Label

ASPECT = 16 / 9
NOBODY = np.zeros((0, 4), np.float32)
HALL = ((-2.0, 3.0), (2.0, 3.0), (2.0, 7.0), (-2.0, 7.0))
"""m, a square of 16 m2 before the camera."""


class Pinhole:
    """A camera at (0, 0, ``height``) that looks along y and down by ``tilt`` degrees, turned by ``roll``."""

    def __init__(self, height: float, tilt: float, focal: float = 0.9, roll: float = 0.0) -> None:
        a, b = np.radians(tilt), np.radians(roll)
        ahead = np.array([0, np.cos(a), -np.sin(a)])
        right, down = np.array([1.0, 0, 0]), np.array([0, -np.sin(a), -np.cos(a)])
        self._axes = np.array([np.cos(b) * right + np.sin(b) * down, np.cos(b) * down - np.sin(b) * right, ahead])
        self.place, self.focal = np.array([0, 0, height]), focal

    def see(self, points: NDArray[np.float64]) -> Points:
        """Points (n, 3) in m to fractions of the picture."""
        x, y, z = self._axes @ (points - self.place).T
        return np.column_stack([self.focal * x / z / ASPECT + 0.5, self.focal * y / z + 0.5]).astype(np.float32)

    def floor(self, *spots: tuple[float, float], height: float = 0.0) -> tuple[tuple[float, float], ...]:
        seen = self.see(np.array([(*spot, height) for spot in spots]))
        return tuple((float(u), float(v)) for u, v in seen)

    def view(self, metres: tuple[tuple[float, float], ...] = HALL) -> View:
        return View(ASPECT, FloorPlan(self.floor(*metres), metres))

    def zone(self) -> Zone:
        return Zone("hall", self.floor(*HALL))


STEEP = Pinhole(6.0, 50.0)


@pytest.mark.parametrize("tilt", [15.0, 35.0, 60.0, 80.0])
@pytest.mark.parametrize("roll", [0.0, 12.0])
@pytest.mark.parametrize("mirrored", [False, True], ids=["y ahead", "y back"])
def test_the_camera_is_found_from_four_points_of_the_floor(tilt: float, roll: float, *, mirrored: bool) -> None:
    camera = Pinhole(4.5, tilt, roll=roll)
    view = camera.view()
    assert view.floor is not None
    if mirrored:
        view = View(ASPECT, FloorPlan(view.floor.picture, tuple((x, -y) for x, y in view.floor.metres)))
    found = Standpoint.of(view)
    assert found is not None
    assert found.focal == pytest.approx(0.9, rel=1e-3)
    assert found.place == pytest.approx((0, 0, 4.5), abs=0.01)
    spot = np.array([[1.0, 5.0]], np.float32) * (1, -1 if mirrored else 1)
    assert found.level(1.7).to_picture(spot) == pytest.approx(camera.see(np.array([[1.0, 5.0, 1.7]])), abs=2e-3)
    assert float(found.slant(spot.astype(np.float32), 0.5)[0]) == pytest.approx(np.hypot(1, 5) / 4, rel=1e-2)


@pytest.mark.parametrize(
    "view",
    [
        pytest.param(View(ASPECT), id="no floor plan"),
        pytest.param(
            View(ASPECT, FloorPlan(((0, 0), (1, 0), (1, 1), (0, 1)), ((0, 0), (16, 0), (16, 9), (0, 9)))),
            id="from right above: no perspective",
        ),
        pytest.param(
            View(
                ASPECT, FloorPlan(((0.4, 0.3), (0.6, 0.3), (0.9, 0.9), (0.1, 0.9)), ((0, 0), (90, 0), (90, 9), (0, 9)))
            ),
            id="metres that no lens gives",
        ),
        pytest.param(Pinhole(1.2, 20.0).view(), id="a camera at the height of a chest"),
    ],
)
def test_a_plan_that_tells_no_camera_gives_counts_alone(view: View) -> None:
    assert Standpoint.of(view) is None
    area = CrowdArea((Zone("hall", ((0.3, 0.4), (0.7, 0.4), (0.9, 0.9), (0.1, 0.9))),), view)
    for k in range(30):
        area.see(k * 1.0, np.full((90, 160, 3), 120 if k < 20 else 30, np.uint8))
    (reading,) = area.read(Detections.none())
    assert (reading.people, reading.method) == (0, "detector")


def test_the_steeper_the_camera_the_denser_the_crowd_that_it_can_read() -> None:
    reaches = [reach(Pinhole(h, t).zone(), Pinhole(h, t).view()) for h, t in ((3.0, 28.0), (5.0, 42.0), (10.0, 62.0))]
    assert all(one is not None for one in reaches)
    assert reaches == sorted(reaches)
    assert reaches[0] < 2
    assert reaches[2] > 4
    assert reach(STEEP.zone(), View(ASPECT)) is None


# --- the empty place ---


def floor(noise: float = 2.0, seed: int = 0) -> Image:
    picture = np.full((180, 320, 3), (120, 125, 130), np.float32)
    picture[::20] -= 15
    picture += np.random.default_rng(seed).normal(0, noise, (180, 320, 1)).astype(np.float32)
    return np.clip(picture, 0, 255).astype(np.uint8)


def people(picture: Image, seconds: float, sway_px: float = 1.0) -> Image:
    """Eight persons who stand and sway, each at his own pace, in a coat with a bag strap across it."""
    for k in range(8):
        left = 60 + 25 * k + round(sway_px * np.sin(2 * np.pi * 0.3 * seconds + k))
        cv2.rectangle(picture, (left, 60), (left + 16, 120), (20 + 25 * k, 200 - 20 * k, 60), -1)
        cv2.line(picture, (left, 65), (left + 16, 100), (230, 230, 230), 1)
    return picture


PERSONS = np.s_[64:116, 64:250]
Story = Callable[[float], Image]


def watched(story: Story, seconds: float, rate: float = 2.0, persons: NDArray[np.float32] = NOBODY) -> Foreground:
    foreground = Foreground()
    for k in range(int(seconds * rate)):
        foreground.see(k / rate, story(k / rate), persons)
    return foreground


def test_a_crowd_that_stands_for_minutes_does_not_fade() -> None:
    def story(at: float) -> Image:
        picture = floor(seed=int(at * 10) % 97)
        return people(picture, at) if at >= 20 else picture

    hidden = [watched(story, seconds, rate=1.0).mask[PERSONS].mean() for seconds in (30, 300)]
    assert hidden[0] > 0.4
    assert hidden[1] > 0.95 * hidden[0]


def test_persons_who_are_found_do_not_fade_even_if_they_stand_like_posts() -> None:
    def story(at: float) -> Image:
        picture = floor(seed=int(at * 10) % 97)
        return people(picture, 0.0) if at >= 20 else picture

    boxes = np.array([[(55 + 25 * k) / 320, 55 / 180, (82 + 25 * k) / 320, 125 / 180] for k in range(8)], np.float32)
    still_there, faded = watched(story, 90, 1.0, boxes), watched(story, 90, 1.0)
    assert still_there.mask[PERSONS].mean() > 0.4
    assert faded.mask[PERSONS].mean() < 0.05, "nothing moves and nobody is found: furniture"


def test_light_that_changes_all_over_is_no_crowd() -> None:
    def story(at: float) -> Image:
        return floor(seed=int(at * 10) % 97) if at < 30 else (floor(seed=3) * 0.7).astype(np.uint8)

    assert watched(story, 30.5).mask.mean() < 0.01
    assert watched(story, 60).mask.mean() < 0.01


def test_one_of_two_lamps_is_no_crowd_even_where_people_walk() -> None:
    """The left half darkens for good; somebody always walks there, so it is never quiet."""

    def story(at: float) -> Image:
        picture = floor(seed=int(at * 10) % 97)
        if at >= 20:
            picture[:, :160] //= 2
        left = int(at * 40) % 150
        cv2.rectangle(picture, (left, 60), (left + 15, 120), (200, 20, 20), -1)
        return picture

    assert watched(story, 20.5).mask.mean() < 0.03
    darkened = watched(story, 40)
    assert darkened.mask.mean() < 0.03
    assert darkened.known.mean() > 0.9


def test_the_place_is_learned_while_people_walk_through_it() -> None:
    """A fifth of the picture is hidden at any time, by somebody else each second."""

    def story(at: float) -> Image:
        picture = floor(seed=int(at * 10) % 97)
        for k in range(10):
            left = int(at * 40 + 97 * k) % 340 - 20
            cv2.rectangle(picture, (left, 15 * k), (left + 20, 15 * k + 50), (25 * k, 60, 250 - 25 * k), -1)
        return picture

    foreground = watched(story, 60)
    assert foreground.known.mean() > 0.9
    left = int(59.5 * 40) % 340 - 20
    assert foreground.mask.mean() == pytest.approx(10 * 20 * 50 / (180 * 320), abs=0.05), left


def test_another_view_is_forgotten_at_once_and_learned_anew() -> None:
    def story(at: float) -> Image:
        picture = floor(seed=int(at * 10) % 97)
        if at >= 30:
            picture[:, ::2] //= 3
            picture[:100] = 255 - picture[:100]
            picture[:, :150] //= 2
        return picture

    assert not watched(story, 31).known.any(), "an unknown place has no foreground, hence no crowd"
    learned = watched(story, 60)
    assert learned.known.mean() > 0.9
    assert learned.mask.mean() < 0.05


def test_until_the_empty_place_is_known_persons_are_counted() -> None:
    area = CrowdArea((STEEP.zone(),), STEEP.view())
    methods = []
    for k in range(40):
        picture = np.full((180, 320, 3), 120, np.uint8)
        if k >= 30:
            picture[40:] = (20, 90, 160)  # far more than a crowd, and less than a flood
        area.see(k * 0.5, picture)
        methods.append(area.read(Detections.none())[0].method)
    assert set(methods[:16]) == {"detector"}


# --- the share hidden ---


def standing(camera: Pinhole, spots: NDArray[np.float64], picture: Image) -> Image:
    """Upright slabs, 1.7 m by 0.28 m, far ones first."""
    size = np.array(picture.shape[1::-1])
    for k in np.argsort(-spots[:, 1]):
        (x, y), half = spots[k], 0.14
        corners = [(x - half, y, 0), (x + half, y, 0), (x + half, y, 1.7), (x - half, y, 1.7)]
        seen = camera.see(np.array(corners)) * size
        colour = tuple(int(c) for c in np.random.default_rng(int(k)).integers(0, 80, 3))
        cv2.fillPoly(picture, [np.round(seen).astype(np.int32)], colour)
    return picture


def apart(dense: float) -> NDArray[np.float64]:
    """At random, and nobody nearer to another than 0.42 m, or than a dense crowd allows."""
    chance, gap = np.random.default_rng(8), min(0.42, 0.75 * dense**-0.5)
    spots = np.zeros((0, 2))
    while len(spots) < dense * 8 * 7.5:
        spot = chance.uniform((-4, 1.5), (4, 9))
        if len(spots) == 0 or np.hypot(*(spots - spot).T).min() > gap:
            spots = np.vstack([spots, spot])
    return spots


@pytest.mark.parametrize("dense", [1.0, 2.0, 3.5])
def test_the_density_of_slabs_is_read_within_a_third(dense: float) -> None:
    spots = apart(dense)
    inside = (np.abs(spots[:, 0]) <= 2) & (spots[:, 1] >= 3) & (spots[:, 1] <= 7)
    area = CrowdArea((STEEP.zone(),), STEEP.view())
    for k in range(60):
        # They come one after the other, as crowds do.
        come = spots[: round(len(spots) * np.clip((k - 30) / 20, 0, 1))]
        area.see(k * 0.5, standing(STEEP, come, np.full((360, 640, 3), 150, np.uint8)))
        (reading,) = area.read(Detections.none())
    assert reading.method == "area"
    assert reading.density == pytest.approx(np.count_nonzero(inside) / 16, rel=1 / 3)
    assert reading.people == pytest.approx(reading.density * 16)


def boxes_over(feet: NDArray[np.float64]) -> NDArray[np.float32]:
    """A box over each pair of feet (n, 2)."""
    left_top, right_bottom = feet - np.array([0.02, 0.2]), feet + np.array([0.02, 0.0])
    return np.hstack([left_top, right_bottom]).astype(np.float32)


def test_persons_found_are_there_whatever_the_area_says() -> None:
    area = CrowdArea((STEEP.zone(),), STEEP.view())
    for k in range(30):
        area.see(k * 0.5, np.full((180, 320, 3), 120, np.uint8))
    feet = np.array(STEEP.floor(*[(x / 2, 5.0) for x in range(-3, 4)], *[(x / 2, 4.0) for x in range(-3, 4)]))
    boxes = boxes_over(feet)
    (reading,) = area.read(Detections.of(Label.PERSON, boxes))
    assert (reading.people, reading.method) == (pytest.approx(14), "area")


def test_the_method_does_not_flicker() -> None:
    area = CrowdArea((STEEP.zone(),), STEEP.view())
    for k in range(30):
        area.see(k * 0.5, np.full((180, 320, 3), 120, np.uint8))
    spots = np.array(STEEP.floor(*[(x / 2, 5.0) for x in range(-3, 4)], (0, 4.0), (1, 4.0)))
    methods = []
    for found in (7, 8, 7, 6, 5, 6, 7, 8):  # of 16 m2: 0.5/m2 are 8
        boxes = boxes_over(spots[:found])
        methods.append(area.read(Detections.of(Label.PERSON, boxes))[0].method)
    assert methods == ["detector", "area", "area", "area", "detector", "detector", "detector", "area"]


# --- the flow ---


def texture(shift: float, seed: int = 0) -> Image:
    field = cv2.GaussianBlur(np.random.default_rng(seed).normal(0, 1, (180, 640)), (0, 0), 3)
    field = np.clip(128 + 300 * field, 0, 255)
    moved = cv2.warpAffine(field, np.array([[1, 0, shift - 100], [0, 1, 0]], float), (320, 180))
    return np.repeat(moved.astype(np.uint8)[..., None], 3, axis=2)


def flow(first: Image, second: Image, seconds: float) -> tuple[float, float] | None:
    crowd_flow, camera = CrowdFlow(), Standpoint.of(STEEP.view())
    assert camera is not None
    crowd_flow.see(0.0, first)
    crowd_flow.see(seconds, second)
    where = np.zeros((180, 320), np.bool_)
    where[85:95, 110:210] = True
    motion = crowd_flow.read(camera, where)
    return None if motion is None else (motion.speed, motion.variance)


@pytest.mark.parametrize("px", [0.0, 1.5, 4.0, 9.0])
def test_speed_is_that_of_the_floor(px: float) -> None:
    """In the middle of the picture what is 1.3 m high is 4.7 m / sin(50 degrees) away; the lens is 0.9 heights long."""
    told = flow(texture(0.0), texture(px), 0.2)
    assert told is not None
    metres = px / 180 / 0.9 * 4.7 / np.sin(np.radians(50))
    assert told[0] == pytest.approx(metres / 0.2, rel=0.06, abs=0.03)
    assert told[1] < 0.02 * max(told[0] ** 2, 0.01)


@pytest.mark.parametrize("seconds", [0.0, 2.0])
def test_pictures_too_far_apart_tell_no_speed(seconds: float) -> None:
    assert flow(texture(0.0), texture(3.0), seconds) is None


def test_two_streams_are_told_apart_and_their_variance_is_that_within_each() -> None:
    chance = np.random.default_rng(2)
    ways = np.repeat([[1.2, 0.3], [-1.0, -0.2]], 200, axis=0) + chance.normal(0, 0.1, (400, 2))
    motion = motion_of(ways)
    assert motion is not None
    assert motion.variance == pytest.approx(2 * 0.1**2, rel=0.15)
    assert motion.speed == pytest.approx(1.1, abs=0.1)
    assert motion_of(ways[:2]) is None
