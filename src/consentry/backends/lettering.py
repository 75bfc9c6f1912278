"""Text in pictures: smooth letters from a font that is certain to be there, drawn once and kept."""

import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from consentry.core.frames import Image

Colour = tuple[int, int, int]
"""Blue, green, red."""

_WIDE = (
    "NotoSansCJK-Regular.ttc",
    "NanumGothic.ttf",
    "malgun.ttf",
    "AppleSDGothicNeo.ttc",
    "DroidSansFallbackFull.ttf",
)
"""Fonts with Hangul, kana and Han that systems may have, looked for by Pillow where systems keep fonts."""
_LINE = 1.25
"""Height of a line in sizes of its letters: DejaVu's ascent and descent are 1.16 together."""
_EDGE = 2
"""px left free beside a text, for letters that lean."""
_KEPT = 512
"""Words kept, the longest unused forgotten first: a live view shows a hundred at once. At 1280 px a number takes 10 kB,
a whole reason up to 90."""


@lru_cache(maxsize=_KEPT)
def word(text: str, px: int, *, bold: bool = False) -> NDArray[np.uint8]:
    """A text as the share of ink in each pixel, uint8 (h, w), 0-255; its height is that of a line.

    Args:
        text: one line; what the font has no letter for is drawn as an empty box.
        px: size of the letters.
        bold: with a heavier stroke.

    >>> word("hall", 12).shape[0] == word("gate", 12).shape[0]
    True
    """
    font = _font(px, wide=_needs_wide(text), bold=bold)
    width = max(1, int(np.ceil(font.getlength(text))) + _EDGE)
    sheet = Pillow.new("L", (width, round(px * _LINE)))
    ImageDraw.Draw(sheet).text((1, 0), text, fill=255, font=font)
    ink: NDArray[np.uint8] = np.asarray(sheet, np.uint8)
    return ink


@lru_cache(maxsize=_KEPT)
def fitting(text: str, px: int, width: int, *, bold: bool = False) -> str:
    """As much of a text as is not wider than ``width`` px, with an ellipsis where it is cut.

    >>> fitting("one person waits", 12, 1000), fitting("one person waits", 12, 0)
    ('one person waits', '')
    """
    font = _font(px, wide=_needs_wide(text), bold=bold)
    if font.getlength(text) + _EDGE <= width:
        return text
    for end in range(len(text) - 1, 0, -1):
        cut = text[:end].rstrip() + "…"
        if font.getlength(cut) + _EDGE <= width:
            return cut
    return ""


def write(image: Image, text: str, at: tuple[int, int], px: int, colour: Colour, *, bold: bool = False) -> None:
    """Write a line of text into a picture; what does not fit is cut off.

    Args:
        image: is changed.
        text: one line.
        at: left and top, px.
        px: size of the letters.
        colour: of the letters.
        bold: with a heavier stroke.
    """
    through, ink = _stamp(text, px, colour, bold=bold)
    left, top = at
    rows, columns = image.shape[:2]
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + ink.shape[1], columns), min(top + ink.shape[0], rows)
    if x0 >= x1 or y0 >= y1:
        return
    there = np.s_[y0 - top : y1 - top, x0 - left : x1 - left]
    image[y0:y1, x0:x1] = cv2.add(cv2.multiply(image[y0:y1, x0:x1], through[there], scale=1 / 255), ink[there])


@lru_cache(maxsize=_KEPT)
def _stamp(text: str, px: int, colour: Colour, *, bold: bool) -> tuple[Image, Image]:
    """What a word leaves of the picture below it, 0-255, and what it adds; both uint8 (h, w, 3)."""
    share = word(text, px, bold=bold)[..., None].repeat(3, axis=2)
    ink: Image = np.rint(share / 255 * np.array(colour)).astype(np.uint8)
    return 255 - share, ink


def _needs_wide(text: str) -> bool:
    return any(unicodedata.east_asian_width(letter) in "WF" for letter in text)


@lru_cache(maxsize=64)
def _font(px: int, *, wide: bool, bold: bool) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The first font that is there: one with wide letters if asked, DejaVu of matplotlib, Pillow's own."""
    own = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    carried = find_spec("matplotlib")  # found, not imported: that takes a third of a second
    folders = [] if carried is None else list(carried.submodule_search_locations or [])
    candidates = [str(Path(folder) / "mpl-data" / "fonts" / "ttf" / own) for folder in folders]
    for candidate in [*(_WIDE if wide else ()), *candidates]:
        try:
            return ImageFont.truetype(candidate, px)
        except OSError:
            continue
    return ImageFont.load_default(px)
