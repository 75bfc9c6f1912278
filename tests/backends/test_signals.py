"""The pixel facts of one camera: what counts as the same picture, and what an encoder's noise makes of them."""

import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from consentry.backends.signals import PixelSignals
from consentry.core.frames import Frame, Image
from consentry.core.geometry import FloorPlan, View, Zone
from consentry.core.scene import Detections, Label, Signals
from consentry.tracking.attention import AttentionSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

WAKES = AttentionSettings().motion


def room(noise: float = 0.0, seed: int = 0, size: tuple[int, int] = (432, 768)) -> Image:
    """A floor with a grain, a wall, furniture; a sensor's noise."""
    picture = np.full((*size, 3), 120.0, np.float32)
    picture[: size[0] // 3] *= 1.3
    for x in range(40, size[1] - 60, 110):
        picture[size[0] // 3 : size[0] * 2 // 3, x : x + 50] *= 0.5
    picture += np.random.default_rng(99).normal(0, 6, (*size, 1)).astype(np.float32)
    picture += np.random.default_rng(seed).normal(0, noise, (*size, 1)).astype(np.float32)
    return np.clip(picture, 0, 255).astype(np.uint8)


def read(pictures: Sequence[Image], rate: float = 5.0) -> list[Signals]:
    reader = PixelSignals()
    return [reader.read(Frame("cam", k / rate, picture)) for k, picture in enumerate(pictures)]


def through(codec: str, pictures: Sequence[Image], rate: int = 5, **options: str) -> Iterator[Image]:
    """What comes out of an encoder and a decoder."""
    kept = io.BytesIO()
    with av.open(kept, "w", format="matroska") as out:
        stream = out.add_stream(codec, rate=rate, options=options)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt, stream.time_base = "yuv420p", Fraction(1, rate)
        for picture in pictures:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        out.mux(stream.encode())
    kept.seek(0)
    with av.open(kept) as clip:
        for picture in clip.decode(video=0):
            yield picture.to_ndarray(format="bgr24")


def test_the_same_picture_again_is_no_change_and_any_other_is_one() -> None:
    picture = room()
    other = picture.copy()
    other[100, 100, 1] ^= 1  # one grey level of one pixel: nothing is left of it in the small picture
    changes = [signals.change for signals in read([picture, picture.copy(), other, other.copy()])]
    assert changes[1] == 0
    assert 0 < changes[2] < 0.001
    assert changes[3] == 0


def test_a_source_that_fills_the_same_array_again_is_not_frozen() -> None:
    picture, reader = room(), PixelSignals()
    reader.read(Frame("cam", 0.0, picture))
    picture += 3
    assert reader.read(Frame("cam", 0.2, picture)).change > 2


def test_a_live_camera_is_never_the_same_picture() -> None:
    assert all(s.change > 0.1 for s in read([room(1.0, seed) for seed in range(10)]))


@pytest.mark.parametrize(
    ("options", "frozen"),
    [
        pytest.param({"crf": "26", "g": "300", "bf": "0"}, True, id="no keyframe meanwhile"),
        pytest.param({"crf": "26", "g": "25", "bf": "0"}, True, id="a keyframe every 5 s"),
    ],
)
def test_a_frozen_camera_that_is_encoded_again_settles_between_keyframes(
    options: dict[str, str], *, frozen: bool
) -> None:
    """x264 sends nothing for a picture that repeats, so it decodes to the same; keyframes blink for less than 1 s."""
    pictures = [room(2.0, seed) for seed in range(20)]
    out = list(through("libx264", [*pictures, *[pictures[-1]] * 100], **options))
    same = [s.change == 0 for s in read(out)][40:]
    blinks = "".join("." if s else "x" for s in same)
    assert (max(len(run) for run in blinks.split(".")) / 5 <= 1.0) is frozen, blinks
    assert same.count(True) > 0.6 * len(same), blinks


@pytest.mark.parametrize(
    ("bitrate", "noise"),
    [
        pytest.param("400k", 2.0, id="by day"),
        pytest.param("120k", 6.0, id="by night, starved of bits"),
    ],
)
def test_an_empty_room_rests_in_spite_of_the_encoder(bitrate: str, noise: float) -> None:
    pictures = [room(noise, seed) for seed in range(60)]
    out = list(through("libx264", pictures, b=bitrate, g="20", preset="veryfast"))
    signals = read(out)[15:]
    assert np.mean([s.motion < WAKES for s in signals]) >= 0.95, [round(s.motion, 4) for s in signals]
    assert min(s.edges for s in signals) > 0.9
    assert all(0.7 < s.sharpness < 1.4 for s in signals)
    assert max(s.shift for s in signals) == 0


def test_light_is_no_blur_and_no_cover() -> None:
    pictures = [room(2.0, seed) for seed in range(60)]
    dimmed = [(p * np.float32(0.4)).astype(np.uint8) if 20 <= k < 40 else p for k, p in enumerate(pictures)]
    signals = read(dimmed)
    assert signals[30].brightness < 0.5 * signals[10].brightness
    assert signals[30].contrast < 0.5 * signals[10].contrast
    assert min(s.edges for s in signals) > 0.8
    assert min(s.sharpness for s in signals) > 0.7
    assert [s.motion >= WAKES for s in signals[5:]].count(True) <= 2, "once when it dims, once when it is back"


def test_pictures_may_change_their_size_mid_stream() -> None:
    large, small = room(1.0), room(1.0, size=(180, 320))
    tall = room(1.0, size=(600, 400))
    signals = read([large, large, small, small, tall, tall, large])
    assert [s.change == 0 for s in signals] == [False, True, False, True, False, True, False]
    assert all(s.sharpness == pytest.approx(1.0) and s.shift == 0 for s in signals)


@pytest.mark.parametrize("size", [(2, 2), (16, 16), (1080, 8), (8, 1920)])
def test_odd_pictures_are_read(size: tuple[int, int]) -> None:
    zone = Zone("hall", ((0, 0), (1, 0), (1, 1), (0, 1)))
    plan = FloorPlan(((0.3, 0.4), (0.7, 0.4), (0.9, 0.9), (0.1, 0.9)), ((0, 4), (4, 4), (4, 0), (0, 0)))
    reader = PixelSignals((zone,), View(floor=plan))
    for k in range(3):
        signals = reader.read(Frame("cam", k * 1.0, np.full((*size, 3), 40 * k, np.uint8)))
        reader.crowd(Detections.none())
    assert signals.brightness == 80


def boxes(*feet: tuple[float, float]) -> Detections:
    spots: NDArray[np.float32] = np.array([(x - 0.02, y - 0.2, x + 0.02, y) for x, y in feet], np.float32)
    return Detections.of(Label.PERSON, spots)


def test_without_a_floor_plan_persons_are_counted_one_by_one() -> None:
    zones = (Zone("left", ((0, 0), (0.5, 0), (0.5, 1), (0, 1))), Zone("right", ((0.5, 0), (1, 0), (1, 1), (0.5, 1))))
    reader = PixelSignals(zones)
    reader.read(Frame("cam", 0.0, room()))
    left, right = reader.crowd(boxes((0.2, 0.5), (0.3, 0.9), (0.7, 0.8)))
    assert (left.zone, left.people, left.density, left.speed, left.method) == ("left", 2, None, None, "detector")
    assert right.people == 1
    assert [r.people for r in reader.crowd(Detections.none())] == [0, 0]


def test_few_persons_are_counted_and_divided_by_the_floor() -> None:
    plan = FloorPlan(((0.3, 0.4), (0.7, 0.4), (0.9, 0.9), (0.1, 0.9)), ((0, 4), (4, 4), (4, 0), (0, 0)))
    zone = Zone("hall", plan.picture)
    reader = PixelSignals((zone,), View(floor=plan))
    reader.read(Frame("cam", 0.0, room()))
    (reading,) = reader.crowd(boxes((0.5, 0.7), (0.4, 0.8)))
    assert (reading.people, reading.density, reading.method) == (2, pytest.approx(2 / 16), "detector")
