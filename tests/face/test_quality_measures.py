"""Each measure of quality on drawn faces: named cases, and what spoils it."""

import numpy as np
import pytest

from consentry.core.frames import Image
from consentry.face.quality import Component
from consentry.face.quality_background import background
from consentry.face.quality_geometry import roll, size, turn
from consentry.face.quality_light import light, luminance
from consentry.face.quality_measured import Measured
from consentry.face.quality_parts import edges, parts
from consentry.face.quality_sharpness import sharpness
from consentry.face.upright import FACE, PLACES, SIDE, Upright, face_mask
from drawn_face import drawn

AS_IT_IS = np.array([[1.0, 0, 0], [0, 1, 0]])


def upright(image: Image) -> Upright:
    return Upright(image, AS_IT_IS, SIDE, SIDE)


def even(level: int) -> Image:
    return np.full((SIDE, SIDE, 3), level, np.uint8)


def by_name(found: tuple[Measured, ...]) -> dict[Component, Measured]:
    return {one.component: one for one in found}


@pytest.mark.parametrize(
    ("level", "component", "value", "native"),
    [
        (0, Component.UNDER_EXPOSURE, 0, 1.0),
        (255, Component.UNDER_EXPOSURE, 100, 0.0),
        (255, Component.OVER_EXPOSURE, 1, 1.0),
        (128, Component.OVER_EXPOSURE, 100, 0.0),
        (128, Component.DYNAMIC_RANGE, 0, 0.0),
        (128, Component.CONTRAST, 0, 0.0),
        (128, Component.ILLUMINATION, 100, 1.0),
        (128, Component.NATURAL_COLOUR, 0, 100.0),
    ],
    ids=[
        "black is under-exposed",
        "white is not under-exposed",
        "white is over-exposed",
        "grey is not over-exposed",
        "one level has no range",
        "one level has no contrast",
        "both cheeks alike",
        "grey is no colour of skin (a and b of -0.0)",
    ],
)
def test_even_pictures_have_known_values(level: int, component: Component, value: int, native: float) -> None:
    one = by_name(light(upright(even(level))))[component]
    assert one.value == value
    assert one.native == pytest.approx(native, abs=1e-6)


def test_two_levels_have_one_bit_and_half_of_the_exposure() -> None:
    image = even(0)
    image[::2] = 255  # every second row: half of every region
    found = by_name(light(upright(image)))
    assert found[Component.DYNAMIC_RANGE].native == pytest.approx(1.0, abs=1e-3)
    assert found[Component.UNDER_EXPOSURE].native == pytest.approx(0.5, abs=0.01)
    assert found[Component.OVER_EXPOSURE].native == pytest.approx(0.5, abs=0.01)
    assert found[Component.CONTRAST].native == pytest.approx(0.25, abs=1e-3)


def test_cheeks_of_different_light_share_nothing() -> None:
    image = even(60)
    image[:, SIDE // 2 :] = 200
    assert by_name(light(upright(image)))[Component.ILLUMINATION].value == 0


def test_luminance_is_that_of_srgb() -> None:
    levels = luminance(np.array([[[0, 0, 0], [0, 0, 255], [255, 0, 0], [89, 89, 89]]], np.uint8))
    assert levels.tolist() == [[0, 54, 18, 25]]


@pytest.mark.parametrize("reading", [light, sharpness, background, parts], ids=lambda one: one.__name__)
def test_what_is_not_in_the_picture_is_not_measured(reading) -> None:
    away = Upright(even(0), np.array([[1.0, 0, -2000], [0, 1, 0]]), SIDE, SIDE)
    assert reading(away) == ()


def test_an_even_picture_is_not_sharp() -> None:
    (one,) = sharpness(upright(even(128)))
    assert (one.value, one.native) == (0, 0.0)


def test_a_plain_wall_is_uniform_and_a_chequered_one_is_not() -> None:
    wall = even(200)
    chequered = wall.copy()
    chequered[::8] = 40
    (plain,), (busy,) = background(upright(wall)), background(upright(chequered))
    assert plain.native == 0
    assert plain.value == 100
    assert busy.value < 50


def test_edges_drop_light_and_contrast() -> None:
    patch = np.random.default_rng(3).normal(100, 20, (24, 36)).astype(np.float32)
    same = edges(patch * 0.3 + 40)
    assert np.allclose(edges(patch), same, atol=1e-3)
    assert float((same**2).sum()) == pytest.approx(1.0, abs=1e-4)
    assert not edges(np.full((24, 36), 7, np.float32)).any()


def test_the_mask_covers_the_face_and_nothing_above_the_brows() -> None:
    mask = face_mask()
    assert mask.shape == (FACE[0].stop - FACE[0].start, FACE[1].stop - FACE[1].start)
    for x, y in PLACES.astype(int):
        assert mask[y - FACE[0].start, x - FACE[1].start]
    assert not mask.flags.writeable


@pytest.mark.parametrize(("faces", "value"), [(1, 100), (2, 0), (0, 0), (30, 0)], ids=["one", "two", "none", "a crowd"])
def test_only_one_face_is_a_single_face(faces: int, value: int) -> None:
    found = by_name(size(faces, PLACES.astype(np.float32), 0.0, SIDE, SIDE))
    assert found[Component.SINGLE_FACE].value == value


@pytest.mark.parametrize(
    ("apart", "yaw", "value", "native"),
    [(113.0, 0.0, 90, 113.0), (70.0, 0.0, 50, 70.0), (35.0, 60.0, 50, 70.0), (20.0, 0.0, 8, 20.0)],
    ids=["the standard's own size", "half", "half, turned away by 60 degrees", "far away"],
)
def test_the_distance_of_the_eyes_is_in_px_and_freed_of_the_yaw(
    apart: float, yaw: float, value: int, native: float
) -> None:
    marks = (PLACES * (apart / 113)).astype(np.float32)
    one = by_name(size(1, marks, yaw, 720, 1280))[Component.EYE_DISTANCE]
    assert one.native == pytest.approx(native, rel=1e-5)
    assert one.value == value


@pytest.mark.parametrize(
    ("moved", "least", "most"),
    [((0, 0), 61, 100), ((-230, 0), 0, 60), ((210, 0), 0, 60), ((0, -200), 0, 60), ((0, 250), 0, 60)],
    ids=["in the middle", "at the left edge", "at the right", "at the top", "at the bottom"],
)
def test_a_crop_is_as_good_as_its_narrowest_side(moved: tuple[int, int], least: int, most: int) -> None:
    marks = (PLACES + np.array([52 + moved[0], 70 + moved[1]])).astype(np.float32)
    one = by_name(size(1, marks, 0.0, 800, 720))[Component.CROP]
    assert least <= one.value <= most


@pytest.mark.parametrize("degrees", [-90.0, -35.0, -5.0, 0.0, 12.0, 90.0])
def test_roll_is_the_slope_of_the_eyes(degrees: float) -> None:
    angle = np.radians(degrees)
    turned = PLACES @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    one = roll(turned.astype(np.float32))
    assert one.native == pytest.approx(degrees, abs=1e-3)
    assert one.value == (0 if abs(degrees) == 90 else pytest.approx(100 * np.cos(angle) ** 2, abs=0.51))


def test_yaw_follows_the_nose_to_either_side_and_pitch_up_and_down() -> None:
    marks = PLACES.astype(np.float32)
    marks[2] = [308, 343]
    readings = {}
    for name, away in {"right": (30, 0), "left": (-30, 0), "up": (0, -12), "down": (0, 12)}.items():
        moved = marks.copy()
        moved[2] += away
        readings[name] = [one.native for one in turn(moved)]
    assert readings["right"][0] > 20 > -20 > readings["left"][0]
    assert readings["up"][1] > 10 > -10 > readings["down"][1]
    assert abs(readings["right"][1] - readings["left"][1]) < 3


def test_a_profile_is_a_right_angle() -> None:
    marks = np.array([[10, 10], [10, 10.0], [20, 20], [10, 40], [10, 40]], np.float32)
    yaw, _ = turn(marks)
    assert (yaw.native, yaw.value) == (90.0, 0)


def test_a_drawn_face_has_every_pixel_component() -> None:
    sample = drawn()
    one = upright(sample.image)
    found = by_name((*light(one), *sharpness(one), *background(one), *parts(one)))
    assert set(found) == {
        Component.UNDER_EXPOSURE,
        Component.OVER_EXPOSURE,
        Component.DYNAMIC_RANGE,
        Component.CONTRAST,
        Component.ILLUMINATION,
        Component.NATURAL_COLOUR,
        Component.SHARPNESS,
        Component.BACKGROUND,
        Component.EYES_OPEN,
        Component.MOUTH_CLOSED,
        Component.FACE_VISIBLE,
    }
    assert found[Component.SHARPNESS].value > 80
    assert found[Component.NATURAL_COLOUR].value == 100
