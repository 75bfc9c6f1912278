"""Fires and what is mistaken for them, drawn over a background: synthetic, and every figure from them says so.

Each is a function of time in seconds, so that it can be sampled at any rate. Nothing here is physics: a drawn flame is
noise that rises through an envelope and is coloured by its heat; drawn smoke is a grey veil that rises and spreads.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import exp, pi, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.core.frames import Frame, Image

Field = NDArray[np.float32]
Draw = Callable[[NDArray[np.float32], float], NDArray[np.float32]]
"""Paints on a float32 (H, W, 3) picture (blue, green, red, 0-255) at a time in s, and returns it."""

HEAT = np.array([[0, 0, 0], [10, 20, 120], [15, 70, 230], [30, 140, 255], [90, 215, 255], [215, 250, 255]], np.float32)
"""Colours (blue, green, red) of a flame from its cold rim to its core."""


@dataclass(frozen=True, slots=True)
class Film:
    """A drawn scene."""

    background: Image
    draw: Draw
    seconds: float
    noise: float = 2.0
    """Standard deviation of the sensor's noise, grey levels."""

    def frames(self, rate: float, *, mirrored: bool = False) -> Iterator[Frame]:
        """Sample the scene at a rate; the same moment looks the same at every rate but for the noise."""
        height, width = self.background.shape[:2]
        for k in range(int(self.seconds * rate)):
            at = k / rate
            picture = self.draw(self.background.astype(np.float32), at)
            chance = np.random.default_rng(k)
            grain = cv2.resize(chance.standard_normal((height // 2, width // 2), np.float32), (width, height))
            image = np.clip(picture + 2 * self.noise * grain[..., None], 0, 255).astype(np.uint8)
            yield Frame("drawn", at, np.ascontiguousarray(image[:, ::-1]) if mirrored else image)


def room(width: int = 480, height: int = 270, seed: int = 1) -> Image:
    """A place with enough edges: a floor, a wall, and things."""
    chance = np.random.default_rng(seed)
    picture = np.full((height, width, 3), (128, 132, 138), np.float32)
    picture[height * 2 // 3 :] = (90, 96, 104)
    for _ in range(110):
        y, x = chance.integers(0, height - 20), chance.integers(0, width - 30)
        tint = chance.uniform(-14, 14, 3)
        picture[y : y + chance.integers(5, 28), x : x + chance.integers(5, 34)] = chance.uniform(45, 200) + tint
    return np.clip(cv2.GaussianBlur(picture, (3, 3), 0), 0, 255).astype(np.uint8)


def _grid(shape: tuple[int, ...]) -> tuple[Field, Field]:
    rows, columns = shape[:2]
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    return x / columns, y / rows


def _noise(seed: int, size: int = 64) -> Field:
    """Smooth noise of several octaves, 0-1, that wraps around."""
    total = np.zeros((size * 4, size * 4), np.float32)
    for octave, weight in ((4, 1.0), (8, 0.7), (16, 0.45), (32, 0.25)):
        small = np.random.default_rng(seed + octave).random((octave, octave)).astype(np.float32)
        tiled = np.tile(small, (3, 3))
        large = cv2.resize(tiled, (size * 12, size * 12), interpolation=cv2.INTER_CUBIC)
        total += weight * large[size * 4 : size * 8, size * 4 : size * 8]
    total -= total.min()
    return np.asarray(total / total.max(), np.float32)


_NOISE = _noise(5)


def _sample(x: Field, y: Field) -> Field:
    """The noise at points that may lie anywhere."""
    size = _NOISE.shape[0]
    return np.asarray(_NOISE[(y * size).astype(int) % size, (x * size).astype(int) % size], np.float32)


def _wander(at: float, seed: int) -> float:
    """A number around 0 that wanders like 1/f noise: octaves of slow and fast sines of odd phases."""
    chance = np.random.default_rng(seed)
    phases = chance.uniform(0, 2 * pi, 6)
    octaves = zip((0.31, 0.73, 1.7, 3.1, 5.3, 9.7), phases, strict=True)
    return float(sum(sin(2 * pi * rate * at + phase) / rate**0.5 for rate, phase in octaves)) / 3


def flame(x: float, y: float, height: float, begin: float = 0.0, grow_s: float = 0.0) -> Draw:
    """A flame that stands at a point (fractions), ``height`` of the picture tall, full-grown after ``grow_s``."""

    def draw(picture: NDArray[np.float32], at: float) -> NDArray[np.float32]:
        age = at - begin
        if age <= 0:
            return picture
        rows, columns = picture.shape[:2]
        full = height * (min(1.0, 0.25 + 0.75 * age / grow_s) if grow_s else 1.0) * (1 + 0.25 * _wander(at, 3))
        gx, gy = _grid(picture.shape)
        up = (y - gy) / full
        side = (gx - x) * columns / rows / full
        side = side - 0.12 * up * _wander(at, 9)
        body = 1.25 - np.abs(side) * (3.2 + 1.5 * up) - np.maximum(up, 0) * 0.75 - np.where(up < 0, 9 * -up, 0)
        lick = _sample(side * 0.35 + 0.13 * at, up * 0.3 + 0.55 * at)
        heat = np.clip(body * (0.35 + 1.05 * lick) - 0.18, 0, 1) * (len(HEAT) - 1)
        low = np.floor(heat).astype(int).clip(0, len(HEAT) - 2)
        colour = HEAT[low] + (heat - low)[..., None] * (HEAT[low + 1] - HEAT[low])
        cover = np.clip(heat, 0, 1)[..., None]
        glow = 26 * np.exp(-(side**2 + (up - 0.5) ** 2))[..., None] * np.array([0.2, 0.6, 1.0], np.float32)
        return np.asarray(picture * (1 - cover) + colour * cover + glow * (1 - cover), np.float32)

    return draw


def smoke(
    x: float, y: float, grow_s: float = 15.0, *, grey: float = 175.0, begin: float = 0.0, fade_s: float = 0.0
) -> Draw:
    """A veil that rises from a point (fractions) and spreads; with ``fade_s`` it thins away after that time (steam)."""

    def draw(picture: NDArray[np.float32], at: float) -> NDArray[np.float32]:
        age = at - begin
        if age <= 0:
            return picture
        gx, gy = _grid(picture.shape)
        size = min(1.0, age / grow_s)
        up = (y - gy) / (0.15 + 0.75 * size)
        wide = 0.05 + (0.06 + 0.3 * size) * np.clip(up, 0, 1)
        side = (gx - x - 0.04 * up * _wander(at / 3, 4)) / wide
        body = np.clip(1.3 - side**2, 0, 1) * np.clip(1.2 - up, 0, 1) * (up > -0.05)
        puff = _sample(side * 0.12 + 0.02 * at, gy * 0.5 + 0.11 * at)
        cover = np.clip(body * (0.55 + 0.9 * puff) * (0.35 + 0.65 * size) * 1.1, 0, 0.93)
        if fade_s:
            cover = cover * exp(-max(age - fade_s, 0.0) / 1.2)
        return np.asarray(picture * (1 - cover[..., None]) + grey * cover[..., None], np.float32)

    return draw


def _box(picture: NDArray[np.float32], box: tuple[float, float, float, float], colour: Sequence[float] | Field) -> None:
    rows, columns = picture.shape[:2]
    left, top, right, bottom = box
    cv2.rectangle(
        picture,
        (int(left * columns), int(top * rows)),
        (int(right * columns), int(bottom * rows)),
        tuple(float(c) for c in colour),
        -1,
    )


def walker(colour: tuple[float, float, float], *, pace: float = 0.08, stays: float = 0.0) -> Draw:
    """Somebody in a bright jacket who walks through, swings the arms, and may stop in the middle for some seconds."""

    def draw(picture: NDArray[np.float32], at: float) -> NDArray[np.float32]:
        middle = 0.5 / pace
        walked = min(at, middle) + max(at - middle - stays, 0.0)
        standing = middle < at < middle + stays
        x, swing = walked * pace, 0.02 * sin(2 * pi * (0.7 if standing else 0.95) * at)
        shade = 0.86 + 0.14 * sin(5 * at) * (0.4 if standing else 1)
        tone = np.array(colour, np.float32) * shade
        _box(picture, (x - 0.028 + swing, 0.74, x - 0.004 + swing, 0.93), (60, 45, 40))
        _box(picture, (x + 0.004 - swing, 0.74, x + 0.028 - swing, 0.93), (60, 45, 40))
        _box(picture, (x - 0.034, 0.47, x + 0.034, 0.75), tone)
        _box(picture, (x - 0.05 - swing, 0.49, x - 0.03 - swing, 0.7), tone * 0.85)
        _box(picture, (x + 0.03 + swing, 0.49, x + 0.05 + swing, 0.7), tone * 0.92)
        _box(picture, (x - 0.034, 0.6, x + 0.034, 0.625), (200, 205, 205))
        _box(picture, (x - 0.016, 0.4, x + 0.016, 0.47), (120, 150, 190))
        return picture

    return draw


def screen(*, warm: bool = True) -> Draw:
    """A screen that shows one cut after another, some of them orange, and flickers."""

    def draw(picture: NDArray[np.float32], at: float) -> NDArray[np.float32]:
        cut = int(at / 0.7)
        chance = np.random.default_rng(100 + cut)
        colour = chance.uniform(30, 255, 3).astype(np.float32)
        if warm and cut % 2:
            colour = np.array([chance.uniform(0, 60), chance.uniform(90, 190), 255.0], np.float32)
        light = 0.85 + 0.15 * _wander(at * 2, 8)
        _box(picture, (0.3, 0.25, 0.56, 0.55), (20, 20, 20))
        _box(picture, (0.31, 0.265, 0.55, 0.535), np.asarray(colour * light, np.float32))
        a = 0.31 + 0.2 * chance.random()
        _box(picture, (a, 0.35, a + 0.04, 0.5), np.minimum(colour[::-1] * light, 255))
        return picture

    return draw


def sunset(seconds: float = 40.0) -> Draw:
    """The light turns orange and dim while a low sun goes down behind a window."""

    def draw(picture: NDArray[np.float32], at: float) -> NDArray[np.float32]:
        late = min(at / seconds, 1.0)
        tint = np.array([1 - 0.75 * late, 1 - 0.45 * late, 1.05 - 0.2 * late], np.float32)
        gx, gy = _grid(picture.shape)
        far = ((gx - 0.6) * 1.78) ** 2 + (gy - 0.2 - 0.25 * late) ** 2
        sun = np.exp(-far / 0.004)[..., None] * np.array([120, 225 - 60 * late, 255], np.float32)
        sky = np.exp(-far / 0.08)[..., None] * np.array([10, 80, 170], np.float32) * late
        return np.asarray(picture * tint + sun + sky, np.float32)

    return draw


def light(
    x: Callable[[float], float],
    y: float,
    radius: float,
    power: Callable[[float], float],
    colour: tuple[float, float, float],
) -> Draw:
    """A lamp with its halo: where it is, and how bright it burns, as functions of time."""

    def draw(picture: NDArray[np.float32], at: float) -> NDArray[np.float32]:
        gx, gy = _grid(picture.shape)
        far = ((gx - x(at)) * 1.78) ** 2 + (gy - y) ** 2
        shine = power(at) * (1.6 * np.exp(-far / radius**2) + 0.35 * np.exp(-far / (4 * radius) ** 2))
        return np.asarray(picture + shine[..., None] * np.array(colour, np.float32), np.float32)

    return draw


def leaves() -> Draw:
    """A tree in autumn that sways in the wind."""
    chance = np.random.default_rng(12)
    spots = [(chance.uniform(0.5, 0.9), chance.uniform(0.1, 0.6), chance.uniform(0.006, 0.02)) for _ in range(160)]
    tints = [(chance.uniform(10, 60), chance.uniform(60, 150), chance.uniform(150, 240)) for _ in spots]
    phases = chance.uniform(0, 2 * pi, len(spots))

    def draw(picture: NDArray[np.float32], at: float) -> NDArray[np.float32]:
        wind = 0.5 + 0.5 * _wander(at / 4, 6)
        for (x, y, r), tint, phase in zip(spots, tints, phases, strict=True):
            sway = 0.012 * wind * sin(2 * pi * 0.45 * at) + 0.004 * sin(2 * pi * 1.1 * at + phase)
            _box(picture, (x + sway - r, y - r, x + sway + r, y + r), tint)
        return picture

    return draw


def both(*draws: Draw) -> Draw:
    """One after another on the same picture."""

    def draw(picture: NDArray[np.float32], at: float) -> NDArray[np.float32]:
        for one in draws:
            picture = one(picture, at)
        return picture

    return draw


def _rotating(at: float) -> float:
    return max(0.0, sin(2 * pi * 1.3 * at)) ** 4


NEGATIVES: dict[str, tuple[Draw, float]] = {
    "a red jacket walks by": (walker((35, 30, 205)), 16),
    "an orange vest walks by and works": (walker((20, 120, 255), stays=12), 24),
    "a yellow vest walks by and works": (walker((60, 250, 235), stays=12), 24),
    "a screen with orange cuts": (screen(), 20),
    "a sunset": (sunset(), 40),
    "an orange rotating beacon": (light(lambda _: 0.5, 0.4, 0.03, _rotating, (20, 130, 255)), 20),
    "a beacon that drives by": (light(lambda at: 0.05 * at, 0.4, 0.03, _rotating, (20, 130, 255)), 20),
    "headlights sweep": (light(lambda at: (0.12 * at) % 1.4 - 0.2, 0.6, 0.05, lambda _: 1.0, (190, 235, 255)), 24),
    "brake lights": (light(lambda _: 0.4, 0.6, 0.025, lambda at: float(int(at / 1.5) % 2), (20, 30, 255)), 20),
    "a warm lamp": (light(lambda _: 0.5, 0.3, 0.05, lambda _: 1.0, (110, 200, 255)), 15),
    "a warm lamp that flickers": (
        light(lambda _: 0.5, 0.3, 0.05, lambda at: 1.0 if _wander(at * 3, 2) > 0 else 0.25, (110, 200, 255)),
        20,
    ),
    "autumn leaves in the wind": (leaves(), 24),
    "steam that fades": (smoke(0.5, 0.8, 3.0, grey=225, begin=4, fade_s=2.5), 16),
    "a grey coat walks by close": (walker((120, 118, 116), pace=0.1), 12),
}
"""What must raise nothing, and for how many seconds it is drawn."""

POSITIVES: dict[str, tuple[Draw, float]] = {
    "a small flame": (flame(0.6, 0.8, 0.14, begin=2), 20),
    "a flame that grows": (flame(0.4, 0.85, 0.4, begin=2, grow_s=10), 20),
    "a large flame from the start": (flame(0.5, 0.9, 0.5), 20),
}
SMOKES: dict[str, tuple[Draw, float]] = {
    "grey smoke": (smoke(0.5, 0.85, begin=4), 30),
    "dark smoke": (smoke(0.35, 0.8, grey=60, begin=4), 30),
    "white smoke, fast": (smoke(0.6, 0.85, 8.0, grey=215, begin=4), 25),
}
