"""Pages of documents, drawn and then spoilt: what a network must find and read.

A page is drawn flat in grey (paper, security print, a picture, words, the zone in OCR-B), laid on a desk, tilted and
seen in perspective, and then spoilt as cameras and scanners do: uneven light, glare of the laminate, low contrast,
blur, noise, JPEG. Where each line of the zone lies is followed through all of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont

from training.mrz.texts import Zone

FONTS = Path("/usr/share/fonts/opentype/ocr-b")
"""Where Debian's fonts-ocr-b puts them."""
_FACES = ("OCRB.otf", "OCRB.otf", "OCRB.otf", "OCRBL.otf", "OCRBS.otf", "OCRBX.otf", "OCRBF.otf")
_SIZES = {30: (85.6, 54.0), 36: (105.0, 74.0), 44: (125.0, 88.0)}
"""mm: width and height of the three sizes of document, by characters in a line."""
_PITCH_MM = 2.54
_CAP = 0.98
"""Height of a capital letter in pitches: 2.5 mm in 2.54 mm (measured on OCRB.otf)."""

Grey = NDArray[np.uint8]
Spoil = Callable[[NDArray[np.float32], float], Grey]
"""What becomes of a picture on its way to a file; it is also told the pitch."""


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A picture of a page and where its zone lies."""

    image: Grey
    """H x W."""
    lines: NDArray[np.float32]
    """N x 4 x 2, px: each line's corners from the first letter's upper left, clockwise as one reads."""
    texts: tuple[str, ...]
    pitch: float
    """px between letters, about."""


@cache
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / face), size)


@cache
def _advance(face: str) -> float:
    return float(_font(face, 1000).getlength("0")) / 1000


def draw_page(
    rng: np.random.Generator,
    zone: Zone,
    pitch: float,
    *,
    turn: float,
    perspective: float,
    spoil: Spoil | None = None,
    plain: bool = False,
) -> Page:
    """A page, spoilt at random unless it is said how.

    Args:
        rng: the source of chance.
        zone: what stands in it.
        pitch: px between the letters of the zone in the picture.
        turn: degrees by which the page lies turned in the picture.
        perspective: by how much of its width a corner may be off.
        spoil: what becomes of the picture; None: anything.
        plain: a clean print in the standard's own letters.
    """
    flat, corners = _flat(rng, zone, max(pitch, 14.0), plain=plain)
    seen, corners = _laid(rng, flat, corners, pitch / max(pitch, 14.0), turn, perspective)
    image = _spoilt(rng, seen, pitch) if spoil is None else spoil(seen, pitch)
    return Page(image, corners, zone.lines, pitch)


def _flat(
    rng: np.random.Generator, zone: Zone, pitch: float, *, plain: bool
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The page itself, float32 H x W, and the corners of the lines in it."""
    columns = len(zone.lines[0])
    wide_mm, high_mm = _SIZES[columns]
    wide = int(max(wide_mm / _PITCH_MM, columns + 1.5) * pitch)
    high = int(high_mm / _PITCH_MM * pitch * rng.uniform(0.55, 1.0))
    paper = rng.uniform(210, 250) if plain else rng.uniform(150, 255)
    page = np.full((high, wide), paper, np.float32)
    if rng.random() < 0.85:
        _security_print(rng, page, pitch)
    if plain:  # a print as strong as the standard allows beneath the zone
        page += (paper - page) * 0.6
    leading = pitch * rng.uniform(1.45, 2.0)
    left = (wide - columns * pitch) * rng.uniform(0.2, 0.8)
    bottom = high - pitch * rng.uniform(0.9, 2.2)
    top = bottom - leading * (len(zone.lines) - 1) - pitch * _CAP
    _visual_zone(rng, page, int(top - pitch * rng.uniform(0.2, 1.5)), pitch)
    ink = rng.uniform(10, 45) if plain else rng.uniform(5, min(110.0, paper - 70))
    face = _FACES[0] if plain else _FACES[int(rng.integers(len(_FACES)))]
    corners = []
    layer = Pictures.fromarray(np.zeros((high, wide), np.uint8))
    pen = ImageDraw.Draw(layer)
    font = _font(face, max(round(pitch / _advance(face) * rng.uniform(0.94, 1.04)), 6))
    for row, text in enumerate(zone.lines):
        base = bottom - leading * (len(zone.lines) - 1 - row)
        for column, letter in enumerate(text):
            pen.text((left + column * pitch, base + rng.normal(0, 0.01) * pitch), letter, 255, font, "ls")
        right, up = left + columns * pitch, base - pitch * _CAP
        corners.append([(left, up), (right, up), (right, base), (left, base)])
    cover = np.asarray(layer).astype(np.float32) / 255 * rng.uniform(0.75, 1.0)
    if not plain and rng.random() < 0.3:  # worn print
        cover *= 1 - rng.uniform(0.1, 0.5) * (_clouds(rng, high, wide, pitch * 0.3) > rng.uniform(0.55, 0.8))
    page += (ink - page) * cover
    if not plain and rng.random() < 0.25:
        _mark(rng, page)
    return page, np.array(corners, np.float32)


def _security_print(rng: np.random.Generator, page: NDArray[np.float32], pitch: float) -> None:
    """Guilloches, rosettes and raster behind everything."""
    high, wide = page.shape
    rows, columns = np.mgrid[0:high, 0:wide].astype(np.float32) / pitch
    for _ in range(int(rng.integers(0, 5))):
        waves = np.sin(columns * rng.uniform(0.3, 5) + rng.uniform(0, 5) * np.sin(rows * rng.uniform(0.2, 3)))
        strength = rng.uniform(2, 24)
        page -= strength * (waves > rng.uniform(0.2, 0.95)) if rng.random() < 0.6 else strength * 0.5 * waves
    page += (_clouds(rng, high, wide, pitch * 5) - 0.5) * rng.uniform(0, 50)
    if rng.random() < 0.3:
        page += rng.normal(0, rng.uniform(1, 8), page.shape).astype(np.float32)  # the paper's own grain


def _clouds(rng: np.random.Generator, high: int, wide: int, grain: float) -> NDArray[np.float32]:
    """Smooth noise between 0 and 1."""
    small = rng.random((max(int(high / grain), 2), max(int(wide / grain), 2))).astype(np.float32)
    return np.asarray(cv2.resize(small, (wide, high), interpolation=cv2.INTER_LINEAR), np.float32)


def _visual_zone(rng: np.random.Generator, page: NDArray[np.float32], below: int, pitch: float) -> None:
    """Words in other types, a picture and bars above the zone: what a finder must not take for it."""
    _high, wide = page.shape
    if below < 2 * pitch:
        return
    y = pitch * rng.uniform(0.5, 1.5)
    start = wide * (rng.uniform(0.02, 0.1) if rng.random() < 0.3 else rng.uniform(0.3, 0.45))
    while y < below:
        size = pitch * rng.uniform(0.35, 1.3)
        _words(rng, page, start, min(y + size, below), size)
        y += size * rng.uniform(1.3, 2.6)
    if rng.random() < 0.8:
        x0, x1 = int(wide * rng.uniform(0.02, 0.06)), int(wide * rng.uniform(0.2, 0.32))
        y0, y1 = int(below * rng.uniform(0, 0.3)), int(below * rng.uniform(0.7, 1))
        picture = page[y0:y1, x0:x1]
        if picture.size:
            picture[...] = 40 + 180 * _clouds(rng, y1 - y0, x1 - x0, pitch * rng.uniform(0.7, 3))
    if rng.random() < 0.2:
        y0 = int(rng.uniform(0, below))
        page[y0 : min(y0 + int(pitch * rng.uniform(0.5, 3)), below)] = rng.uniform(0, 120)


def _words(rng: np.random.Generator, page: NDArray[np.float32], x: float, y: float, size: float) -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789  /.<"
    text = "".join(letters[int(k)] for k in rng.integers(len(letters), size=int(rng.integers(4, 40))))
    ink = rng.uniform(0, 140)
    above, below = max(int(y - 1.6 * size), 0), min(int(y + size), page.shape[0])
    if below - above < 4:
        return
    strip, base = page[above:below], int(y) - above
    layer = np.zeros(strip.shape, np.uint8)
    if rng.random() < 0.12:  # OCR-B outside the zone too: numbers of documents are often set in it
        drawn = Pictures.fromarray(layer)
        ImageDraw.Draw(drawn).text((x, base), text[:12].upper(), 255, _font("OCRB.otf", max(int(size * 1.4), 6)), "ls")
        layer = np.asarray(drawn)
    else:
        face = int(rng.choice([0, 1, 2, 3, 4, 6, 7]))
        thickness = max(1, round(size * rng.uniform(0.06, 0.16)))
        cv2.putText(layer, text, (int(x), base), face, size / 22, 255, thickness, cv2.LINE_AA)
    strip += (ink - strip) * (layer.astype(np.float32) / 255)


def _mark(rng: np.random.Generator, page: NDArray[np.float32]) -> None:
    """A stamp, SPECIMEN in large letters or a scratch across it all."""
    high, wide = page.shape
    layer = np.zeros(page.shape, np.uint8)
    if rng.random() < 0.5:
        size = wide / rng.uniform(250, 500)
        at = (int(wide * rng.uniform(0, 0.6)), int(high * rng.uniform(0.3, 1)))
        cv2.putText(layer, "SPECIMEN", at, 0, size, 255, max(int(size * rng.uniform(2, 5)), 1), cv2.LINE_AA)
    else:
        for _ in range(int(rng.integers(1, 5))):
            ends = [(int(wide * rng.random()), int(high * rng.random())) for _ in range(2)]
            cv2.line(layer, ends[0], ends[1], 255, int(rng.integers(1, 3)), cv2.LINE_AA)
    page += (rng.uniform(60, 255) - page) * (layer.astype(np.float32) / 255) * rng.uniform(0.1, 0.5)


def _laid(
    rng: np.random.Generator,
    flat: NDArray[np.float32],
    corners: NDArray[np.float32],
    scale: float,
    turn: float,
    perspective: float,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The page on a desk: turned, in perspective, scaled."""
    high, wide = flat.shape
    angle = np.deg2rad(turn)
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32) * scale
    page = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    seen = page @ turned.T + rng.uniform(-perspective, perspective, (4, 2)).astype(np.float32) * wide * scale
    margin = rng.uniform(0, 0.12, 4) * wide * scale
    seen -= seen.min(0) - margin[:2].astype(np.float32)
    size = np.ceil(seen.max(0) + margin[2:]).astype(int)
    matrix = cv2.getPerspectiveTransform(page, seen.astype(np.float32))
    smoothed = cv2.GaussianBlur(flat, (0, 0), 0.45 / scale) if scale < 0.8 else flat  # no aliasing where it shrinks
    image = cv2.warpPerspective(smoothed, matrix, tuple(size.tolist()), flags=cv2.INTER_LINEAR, borderValue=-1)
    desk = _desk(rng, int(size[1]), int(size[0]))
    image = np.where(image < 0, desk, image)
    moved = cv2.perspectiveTransform(corners.reshape(-1, 1, 2), matrix).reshape(-1, 4, 2)
    return image.astype(np.float32), moved.astype(np.float32)


def _desk(rng: np.random.Generator, high: int, wide: int) -> NDArray[np.float32]:
    base = rng.uniform(10, 255) + (_clouds(rng, high, wide, wide * rng.uniform(0.02, 0.3) + 2) - 0.5) * rng.uniform(
        0, 90
    )
    if rng.random() < 0.25:  # a magazine under it
        for k in range(0, high, max(int(high / rng.uniform(10, 40)), 4)):
            _words(rng, base, wide * rng.uniform(0, 0.5), k, high / 50 + 4)
    return base


def _spoilt(rng: np.random.Generator, image: NDArray[np.float32], pitch: float) -> Grey:
    """Light, optics, sensor, file; some pages stay as clean as a scan or a drawing."""
    if rng.random() < 0.2:
        return np.clip(_soft(image, rng.uniform(0.2, 0.6)), 0, 255).astype(np.uint8)
    image = _lit(rng, image)
    if rng.random() < 0.7:
        image = _soft(image, min(rng.uniform(0.2, 1.4), 0.13 * pitch))
    if rng.random() < 0.08:  # a shaken hand
        length = max(int(pitch * rng.uniform(0.1, 0.3)), 2)
        kernel = np.ones((1, length), np.float32) / length
        image = np.asarray(cv2.filter2D(image, -1, kernel if rng.random() < 0.5 else kernel.T), np.float32)
    if rng.random() < 0.7:
        image = image + rng.normal(0, rng.uniform(0, 12), image.shape).astype(np.float32)
    if rng.random() < 0.15:  # sharpened by the camera
        image = image * 1.8 - _soft(image, 1.2) * 0.8
    grey = np.clip(image, 0, 255).astype(np.uint8)
    return as_jpeg(grey, int(rng.integers(20, 95))) if rng.random() < 0.75 else grey


def as_jpeg(grey: Grey, quality: int) -> Grey:
    """A picture as it comes back from a JPEG file."""
    done, packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done  # noqa: S101 - OpenCV writes JPEG
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)


def _soft(image: NDArray[np.float32], spread: float) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), spread), np.float32)


def _lit(rng: np.random.Generator, image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Uneven light, glare of the laminate, low contrast."""
    high, wide = image.shape
    if rng.random() < 0.5:
        shade = _clouds(rng, high, wide, max(high, wide) / 2.5)
        image = image * (rng.uniform(0.4, 0.8) + shade * rng.uniform(0.2, 0.6))
    if rng.random() < 0.3:
        rows, columns = np.mgrid[0:high, 0:wide].astype(np.float32)
        far = ((columns - wide * rng.random()) / (wide * rng.uniform(0.05, 0.4))) ** 2
        far += ((rows - high * rng.random()) / (high * rng.uniform(0.05, 0.3))) ** 2
        image = image + (255 - image) * np.exp(-far).astype(np.float32) * rng.uniform(0.2, 0.85)
    if rng.random() < 0.4:
        image = 128 + (image - 128) * rng.uniform(0.35, 0.9) + rng.uniform(-40, 40)
    return image.astype(np.float32)
