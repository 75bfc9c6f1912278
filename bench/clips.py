"""Clips of a bench, encoded once from OpenCV's pedestrians: 25 pictures/s of H.264 as a camera sends them.

``busy``: the pedestrians' own pictures, one after another (so they walk faster than they did). ``still``: the empty
place, the median of the whole recording. Both are cut to 16:9, blown up, and get a sensor's noise, then meet a bit
rate that cameras are set to; keyframes come every 2 s, no B pictures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
from platformdirs import user_cache_path

from consentry.core.frames import Image

RATE = 25
"""Pictures/s."""
_NOISE = 2.0
"""Grey levels, standard deviation: a small sensor by day."""
_VERSION = 1
"""Of the recipe: another one makes other files."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One clip."""

    name: str
    width: int
    height: int
    megabits: float
    """Mb/s."""
    seconds: float
    moving: bool = True

    @property
    def words(self) -> str:
        """As a person would say it."""
        kind = "busy" if self.moving else "still"
        return f"{self.name} {kind}, H.264 {self.width}x{self.height} {RATE}/s {self.megabits:g} Mb/s"


def recipes(seconds: float, sizes: tuple[str, ...] = ("720p", "1080p")) -> tuple[Recipe, ...]:
    """Busy clips, and still ones twice as long at half the rate, as cameras with a variable rate send them."""
    known = {"360p": (640, 360, 0.8), "720p": (1280, 720, 2.0), "1080p": (1920, 1080, 4.0)}
    rows = [(size, *known[size]) for size in sizes]
    busy = [Recipe(size, width, height, rate, seconds) for size, width, height, rate in rows]
    return (*busy, *(Recipe(r.name, r.width, r.height, r.megabits / 2, 2 * r.seconds, moving=False) for r in busy))


def encoded(recipe: Recipe, source: Path) -> Path:
    """The clip's file, made now if it is not there yet.

    Args:
        recipe: which one.
        source: ``vtest.avi``.
    """
    kind = "busy" if recipe.moving else "still"
    folder = user_cache_path("consentry", appauthor=False) / "bench"
    path = folder / f"{kind}-{recipe.name}-{recipe.megabits:g}-{recipe.seconds:g}s-v{_VERSION}.mp4"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial.mp4")
        _encode(recipe, source, partial)
        partial.replace(path)
    return path


def _encode(recipe: Recipe, source: Path, path: Path) -> None:
    rng = np.random.default_rng(2)
    noise = [rng.normal(0, _NOISE, (recipe.height, recipe.width, 3)).round().astype(np.int8) for _ in range(8)]
    with av.open(str(path), "w") as clip:
        stream = clip.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = recipe.width, recipe.height, "yuv420p"
        stream.bit_rate, stream.time_base = int(recipe.megabits * 1e6), Fraction(1, RATE)
        stream.options = {"preset": "veryfast", "bf": "0", "g": str(2 * RATE), "keyint_min": str(2 * RATE)}
        for number, picture in enumerate(islice(_pictures(recipe, source), round(recipe.seconds * RATE))):
            grain = noise[number * 5 % 8] if number // 8 % 2 else noise[number * 3 % 8][:, ::-1]
            grainy = np.clip(picture.astype(np.int16) + grain, 0, 255).astype(np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(grainy, format="bgr24")):
                clip.mux(packet)
        for packet in stream.encode():
            clip.mux(packet)


def _pictures(recipe: Recipe, source: Path) -> Iterator[Image]:
    """Without an end."""
    if not recipe.moving:
        few = np.stack([cv2.resize(p, (768, 432)) for p in islice(_cut(source), 0, None, 20)])
        place = _sized(np.median(few, axis=0).astype(np.uint8), recipe)
        while True:
            yield place
    while True:
        for picture in _cut(source):
            yield _sized(picture, recipe)


def _sized(picture: Image, recipe: Recipe) -> Image:
    size = (recipe.width, recipe.height)
    return cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC).astype(np.uint8, copy=False)


def _cut(source: Path) -> Iterator[Image]:
    """The middle 16:9 of every picture."""
    with av.open(str(source)) as clip:
        for frame in clip.decode(video=0):
            picture = frame.to_ndarray(format="bgr24")
            rows, columns = picture.shape[:2]
            high = min(rows, round(columns * 9 / 16))
            top = (rows - high) // 2
            yield picture[top : top + high].astype(np.uint8, copy=False)
