"""Words in a picture that stay readable on any ground, and off each other."""

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np

from consentry.backends.lettering import Colour, word, write
from consentry.core.frames import Image

Area = tuple[int, int, int, int]
"""Left, top, right, bottom, px."""

INK, STRIP = (255, 255, 255), (34, 30, 28)
"""Letters and the ground under them."""
_SHADE = 0.78
"""Share of a strip's colour under words: white on it keeps a contrast above 4.5:1 (WCAG 2.2, level AA) even where the
picture below is white: 5.7 on red and 8.1 on grey."""
_MOVES = 4
"""Tags that may be stacked on each other; a fifth covers one."""


class Tags:
    """Words on a dark ground with a coloured edge, moved so that they stay in the picture and off each other."""

    def __init__(self, image: Image, px: int) -> None:
        self._image, self._px = image, px
        self._taken: list[Area] = []
        self.row = word("", px).shape[0]
        """Height of a tag, px."""

    def put(self, words: Sequence[str], at: tuple[int, int], colour: Colour) -> None:
        """Write a tag with its left top at ``at``, px, or above where another one is.

        Args:
            words: each is drawn once and kept, so numbers that change by themselves are words by themselves.
            at: px.
            colour: of its edge.
        """
        high, gap = self.row, self._px // 2
        wide = sum(word(text, self._px).shape[1] + gap for text in words) - gap + 6
        left = min(max(at[0], 0), max(self._image.shape[1] - wide, 0))
        top = min(max(at[1], 0), max(self._image.shape[0] - high, 0))
        for _ in range(_MOVES):
            over = [box[1] for box in self._taken if _meet(box, (left, top, left + wide, top + high))]
            if not over or min(over) < high:
                break
            top = min(over) - high
        self._taken.append((left, top, left + wide, top + high))
        shade(self._image, (left, top, left + wide, top + high), STRIP)
        self._image[top : top + high, left : left + 2] = colour
        left += 4
        for text in words:
            write(self._image, text, (left, top), self._px, INK)
            left += word(text, self._px).shape[1] + gap


def _meet(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def shade(image: Image, area: Area, colour: Colour) -> None:
    """Make an area nearly one colour, so that words on it can be read."""
    left, top, right, bottom = area
    part = image[top:bottom, left:right]
    if part.size:
        cv2.addWeighted(_sheet(part.shape[0], part.shape[1], colour), _SHADE, part, 1 - _SHADE, 0, dst=part)


@lru_cache(maxsize=256)
def _sheet(rows: int, columns: int, colour: Colour) -> Image:
    return np.full((rows, columns, 3), colour, np.uint8)
