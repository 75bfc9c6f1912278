"""The simulated camera at a gate: a drawn wall behind the traveller, a lens, a sensor with its own noise, a codec.

Arithmetic is done on float32 pictures, 0-255, gamma as in the finished picture: noise and blur are set in what a viewer
sees, not in light. Nothing here was fitted to a particular camera.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.core.frames import Image

Picture = NDArray[np.float32]
"""float32, H x W x 3, blue green red, 0-255."""
WIDTH, HEIGHT = 800, 600
"""px of the scene."""
PERIOD = 0.08
"""s between frames: 12.5 pictures a second, which a gate's camera and one core keep up with."""

_MAINS = 0.2
"""Share of cameras under lamps that flicker, 2.4 bands to a picture: a detector of bands must not take them for a
display's."""


def drawn_wall(random: np.random.Generator) -> Picture:
    """A wall with a door, a sign and a lamp, out of focus behind whoever stands there; no two seeds are alike."""
    tint = random.uniform(110, 190) + random.uniform(-10, 10, 3)
    wall = np.empty((HEIGHT, WIDTH, 3), np.float32)
    wall[:] = tint
    for _ in range(int(random.integers(3, 7))):
        left, top = int(random.integers(-80, WIDTH)), int(random.integers(-80, HEIGHT))
        size = random.integers(40, 320, 2)
        shade = (tint * random.uniform(0.45, 1.3) + random.uniform(-25, 25, 3)).clip(0, 255)
        corner = (left + int(size[0]), top + int(size[1]))
        cv2.rectangle(wall, (left, top), corner, tuple(map(float, shade)), -1 if random.random() < 0.7 else 3)
    falls = np.linspace(random.uniform(0.85, 1.05), random.uniform(0.85, 1.05), WIDTH, dtype=np.float32)
    rough = cv2.resize(random.normal(0, 3, (HEIGHT // 8, WIDTH // 8)).astype(np.float32), (WIDTH, HEIGHT))
    soft = cv2.GaussianBlur(wall, (0, 0), float(random.uniform(1.0, 3.0)))
    return np.asarray(soft * falls[None, :, None] + rough[..., None], np.float32)


def laid_over(scene: Picture, top: Picture, alpha: NDArray[np.float32]) -> Picture:
    """``top`` over ``scene`` where ``alpha`` (H x W, 0-1) says so."""
    share = alpha[..., None]
    return np.asarray(scene * (1 - share) + top * share, np.float32)


class Camera:
    """One camera through one presentation: its noise is new in every frame, its blur and codec stay."""

    def __init__(self, random: np.random.Generator) -> None:
        self._random = random
        self._blur = float(random.uniform(0.5, 0.8))
        """px, of lens, focus and colour interpolation together."""
        self._noise = float(random.uniform(1.5, 3.5))
        """Grey values at mid grey: an indoor camera at moderate gain."""
        self._flicker = float(random.uniform(0.0, 0.01))
        """Share by which exposure differs from frame to frame."""
        self._codec = int(random.integers(88, 97)) if random.random() < 0.5 else None
        """Quality of JPEG, as cameras on USB send; half the cameras send plain pixels."""
        self._lamps = float(random.uniform(0.005, 0.03)) if random.random() < _MAINS else 0.0
        """Share of light by which lamps on mains darken bands of a rolling shutter's picture, everywhere in it."""
        self._frame = 0
        grains = random.standard_normal((HEIGHT + 256, WIDTH + 256, 3)).astype(np.float32)
        # A sensor sees one colour a pixel and fills in the rest: noise of neighbours is alike.
        self._grains = cv2.GaussianBlur(grains, (0, 0), 0.5) * 1.6

    def take(self, scene: Picture) -> Image:
        """A picture of what stands before it."""
        seen = cv2.GaussianBlur(scene, (0, 0), self._blur) * (1 + self._random.normal(0, self._flicker))
        if self._lamps:
            self._frame += 1
            phase = 2 * np.pi * (2.4 * np.arange(HEIGHT, dtype=np.float32) / HEIGHT + 0.37 * self._frame)
            seen = seen * (1 - self._lamps * (0.5 + 0.5 * np.cos(phase)))[:, None, None]
        down, right = self._random.integers(0, 256, 2)
        grain = self._grains[down : down + HEIGHT, right : right + WIDTH]
        # Shot noise grows with the root of light and gamma flattens most of it: half and half.
        level = np.sqrt(np.clip(seen, 4, 255) / 128)
        picture = np.clip(seen + grain * (self._noise * (0.5 + 0.5 * level)), 0, 255).astype(np.uint8)
        return picture if self._codec is None else recoded(picture, self._codec)


def recoded(picture: Image, quality: int) -> Image:
    """The picture after one round of JPEG."""
    _, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


class Wander:
    """A smooth wandering about 0 whose amplitude is about 1: three slow waves of random pace and phase."""

    def __init__(self, random: np.random.Generator, low: float, high: float) -> None:
        self._pace = random.uniform(low, high, 3)
        self._phase = random.uniform(0, 2 * np.pi, 3)

    def at(self, seconds: float) -> float:
        """Where it is, about -1 to 1."""
        return float(np.sin(2 * np.pi * self._pace * seconds + self._phase).sum() / 2)
