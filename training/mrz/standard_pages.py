"""The 168 pages that the reader is held against: three sizes, seven ways to take a picture, eight of each.

They are milder than those of ``pages``, and the same for the same seed: so a count out of 168 means something.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from consentry.document.mrz_layout import TD1, TD2, TD3
from training.mrz.pages import Grey, Page, Spoil, as_jpeg, draw_page
from training.mrz.texts import random_zone


@dataclass(frozen=True, slots=True)
class Take:
    """A way to take a picture."""

    name: str
    dpi: int
    blur: float
    """px, standard deviation."""
    noise: float
    """Grey levels, standard deviation."""
    jpeg: int = 90
    """Quality."""
    turn: float = 0.0
    """Degrees, to either side."""
    perspective: float = 0.0
    """Of the width, by which a corner may be off."""

    def spoil(self, rng: np.random.Generator) -> Spoil:
        """How a drawn page is spoilt: light from a side, optics, sensor, file."""

        def spoilt(image: np.ndarray, _pitch: float) -> Grey:
            image = image * np.linspace(rng.uniform(0.7, 1), rng.uniform(0.7, 1), image.shape[1])[None]
            image = cv2.GaussianBlur(image, (0, 0), self.blur) + rng.normal(0, self.noise, image.shape)
            return as_jpeg(np.clip(image, 0, 255).astype(np.uint8), self.jpeg)

        return spoilt


TAKES = (
    Take("400 dpi", 400, 0.6, 4),
    Take("300 dpi", 300, 0.6, 4),
    Take("200 dpi", 200, 0.6, 5),
    Take("150 dpi", 150, 0.5, 5),
    Take("300 dpi, blurred, noisy, JPEG 50, 1 degree", 300, 1.2, 8, jpeg=50, turn=1),
    Take("300 dpi, 6 degrees, JPEG 70", 300, 0.8, 6, jpeg=70, turn=6),
    Take("300 dpi, perspective of 3 %, 3 degrees, JPEG 70", 300, 0.8, 6, jpeg=70, turn=3, perspective=0.03),
)
EACH = 8
SIZES = (TD1, TD2, TD3)


COUNT = len(TAKES) * len(SIZES) * EACH
"""168."""


def standard_page(number: int, seed: int = 7) -> tuple[Take, Page]:
    """The page of that number, from 0; the same whichever others are drawn."""
    rng = np.random.default_rng([seed, number])
    take, layout = TAKES[number // EACH // len(SIZES)], SIZES[number // EACH % len(SIZES)]
    page = draw_page(
        rng, random_zone(rng, layout), take.dpi / 10, turn=take.turn * (1 if number % 2 else -1),
        perspective=take.perspective, spoil=take.spoil(rng), plain=True,
    )  # fmt: skip
    return take, page


def standard_pages(seed: int = 7) -> Iterator[tuple[Take, Page]]:
    """All of them."""
    return (standard_page(number, seed) for number in range(COUNT))
