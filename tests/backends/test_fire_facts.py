"""Flames and smoke in drawn pictures (synthetic throughout), and what is mistaken for them."""

from collections.abc import Iterable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from training.fire.drawn import NEGATIVES, POSITIVES, SMOKES, Draw, Film, flame, room

from consentry.backends.fire_facts import FireFacts
from consentry.backends.flame_facts import LIMITS, FlameCues, score, warm_pixels
from consentry.backends.signals import PixelSignals
from consentry.core.events import Alarm
from consentry.core.frames import Frame, Image
from consentry.core.scene import FireReading, Scene, Signals
from hazards.walks import CAMERA, make

PLACE = room(320, 180)
ALL = {**POSITIVES, **SMOKES, **NEGATIVES}


def film(draw: Draw, seconds: float) -> Film:
    return Film(PLACE, draw, seconds)


def readings(frames: Iterable[Frame]) -> list[tuple[float, FireReading]]:
    facts = FireFacts()
    return [(frame.at, facts.read(frame.at, frame.image)) for frame in frames]


def alarms(frames: Iterable[Frame]) -> list[Alarm]:
    rule = make("fire")
    scenes = [replace(Scene.empty(CAMERA, at), signals=Signals(fire=r)) for at, r in readings(frames)]
    return [alarm for scene in scenes for alarm in rule.step(scene) if alarm.state == "opened"]


def words(frames: Iterable[Frame]) -> list[str]:
    return [alarm.why.split(":")[0] for alarm in alarms(frames)]


@pytest.mark.parametrize("name", sorted(POSITIVES))
def test_a_drawn_flame_is_told(name: str) -> None:
    assert words(film(POSITIVES[name][0], 12).frames(5)) == ["flame"]


@pytest.mark.parametrize("name", sorted(SMOKES))
def test_drawn_smoke_is_told_as_smoke(name: str) -> None:
    assert words(film(*SMOKES[name]).frames(4)) == ["smoke"]


@pytest.mark.parametrize("name", sorted(NEGATIVES))
def test_what_is_no_fire_raises_nothing(name: str) -> None:
    draw, seconds = NEGATIVES[name]
    assert words(film(draw, seconds).frames(5 if seconds <= 20 else 3)) == []


@pytest.mark.parametrize("rate", [2.0, 3.0, 7.0, 30.0])
def test_the_same_flame_is_told_at_any_rate_within_two_seconds(rate: float) -> None:
    draw, _ = POSITIVES["a large flame from the start"]
    (usual,) = alarms(film(draw, 8).frames(5))
    (other,) = alarms(film(draw, 8).frames(rate))
    assert abs(other.at - usual.at) <= 2.0


def test_a_mirrored_picture_gives_the_same_outcome() -> None:
    told = film(POSITIVES["a small flame"][0], 10)
    plain, mirrored = (readings(told.frames(5, mirrored=way)) for way in (False, True))
    for (_, one), (_, other) in zip(plain, mirrored, strict=True):
        assert other.flame == pytest.approx(one.flame, abs=0.35)
    assert words(told.frames(5, mirrored=True)) == ["flame"]


@pytest.mark.parametrize("count", [1, 2, 4])
def test_no_alarm_from_a_frame_or_a_few(count: int) -> None:
    """Pictures of a flame in a clip without one, and nothing but one picture of a flame for ever."""
    fire = [frame.image for frame in film(flame(0.5, 0.9, 0.5), 1).frames(5)]
    quiet = [frame.image for frame in film(lambda picture, _: picture, 8).frames(5)]
    quiet[20 : 20 + count] = fire[1 : 1 + count]
    assert words(Frame(CAMERA, k / 5, image) for k, image in enumerate(quiet)) == []
    assert words(Frame(CAMERA, k / 5, fire[2]) for k in range(60)) == []


def test_a_silence_forgets_half_a_flame() -> None:
    frames = list(film(flame(0.5, 0.9, 0.5), 6).frames(5))
    facts = FireFacts()
    before = [facts.read(f.at, f.image) for f in frames[:14]]
    after = facts.read(frames[14].at + 3.0, frames[14].image)
    assert before[-1].flame > 0
    assert after.flame == 0


def test_a_stream_may_change_its_size() -> None:
    facts = FireFacts()
    for k in range(40):
        image: Image = PLACE if k % 20 < 10 else cv2.resize(PLACE, (400, 300))
        assert facts.read(k / 5, image).flame == 0


@pytest.mark.parametrize("cue", sorted(LIMITS))
def test_each_cue_can_forbid(cue: str) -> None:
    best = {name: full for name, (_, full) in LIMITS.items()}
    assert score(FlameCues(**best)) == 1
    assert score(FlameCues(**{**best, cue: LIMITS[cue][0]})) == 0
    assert score(FlameCues(**{**best, cue: sum(LIMITS[cue]) / 2})) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("colour", "warm"),
    [
        pytest.param((30, 120, 250), True, id="orange"),
        pytest.param((90, 215, 255), True, id="yellow"),
        pytest.param((190, 170, 255), True, id="pink of a saturated sensor"),
        pytest.param((200, 120, 30), False, id="blue"),
        pytest.param((60, 200, 60), False, id="green"),
        pytest.param((35, 30, 140), False, id="dark red"),
        pytest.param((250, 250, 250), False, id="white alone"),
        pytest.param((150, 175, 205), False, id="skin in the shade"),
    ],
)
def test_colours_of_flames(colour: tuple[int, int, int], warm: bool) -> None:  # noqa: FBT001 - a table
    picture = np.full((20, 40, 3), 130, np.uint8)
    picture[5:15, 10:20] = colour
    assert bool(warm_pixels(picture)[2][10, 15]) is warm


def test_what_is_not_asked_for_is_not_read() -> None:
    frames = list(film(*ALL["a large flame from the start"]).frames(5))[:25]
    without, with_fire = PixelSignals(), PixelSignals(fire=True)
    assert {without.read(f).fire for f in frames} == {None}
    found = [with_fire.read(f).fire for f in frames]
    assert all(reading is not None for reading in found)
    assert max(reading.flame for reading in found if reading is not None) > 0.5


def test_slow_smoke_counts_as_motion_so_that_a_resting_camera_wakes() -> None:
    reader = PixelSignals(fire=True)
    told = [reader.read(frame) for frame in film(*SMOKES["grey smoke"]).frames(2)]
    smoky = [s for s in told if s.fire is not None and s.fire.smoke > 0]
    assert smoky
    assert all(s.motion >= s.fire.smoke_share for s in smoky if s.fire is not None)
