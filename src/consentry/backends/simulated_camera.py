"""One picture of the simulated hall at any moment: people, shadows, lens, sensor, and the label on every picture."""

import cv2
import numpy as np

from consentry.backends.lettering import word, write
from consentry.backends.simulated_figures import draw_figure, outline, shadows
from consentry.backends.simulated_people import Walker
from consentry.backends.simulated_stage import stage
from consentry.backends.simulated_story import CAST, COVERED
from consentry.core.frames import Image
from consentry.core.geometry import Boxes

LABEL = "SIMULATED HALL"
"""On every picture, so that none can pass for footage."""
_PLATE, _LETTERS = (60, 200, 240), (20, 20, 20)
"""Blue, green, red: black on yellow. In light letters on a dark ground person-detection-retail-0013 sees people (scores
up to 0.8), in these none above 0.16 (640 to 1280 px)."""
_NOISE = 2.2
"""Grey levels, standard deviation of the sensor's noise: a small sensor by day."""
_SHEETS = 4
"""Sheets of noise drawn beforehand; each picture takes one, shifted by its own time, so that no two are alike."""
_OFFSET = 16
"""Added to the noise, so that it fits a byte."""
_SUN_S, _SUN = 70.0, 0.05
"""s and share: clouds make the hall brighter and darker that slowly and that much."""
_SLIDE_S = 0.5
"""s that the cover takes to slide over the lens."""
_CLOTH = (38, 42, 50)
"""Blue, green, red of the cover, out of focus."""


class HallCamera:
    """Draws the hall. The same time gives the same picture, whatever was drawn before."""

    def __init__(self, width: int, height: int, cast: tuple[Walker, ...] = CAST) -> None:
        self._cast = cast
        self._hall, self._screens = stage(width, height)
        rng = np.random.default_rng(2019)
        sheets = rng.standard_normal((_SHEETS, height, width, 3), np.float32) * _NOISE + _OFFSET
        self._noise = np.clip(np.rint(sheets), 0, 2 * _OFFSET).astype(np.uint8)
        self._cloth = _cloth(width, height)

    def picture(self, at: float) -> Image:
        """The hall at ``at`` s of its story, uint8 (height, width, 3)."""
        image = self._hall.copy()
        self._people(image, at)
        cv2.GaussianBlur(image, (3, 3), 0.6, dst=image)
        self._cover(image, at)
        self._sensor(image, at)
        label(image)
        return image

    def persons(self, at: float) -> Boxes:
        """Boxes around everybody in the hall, float32 (n, 4), fractions; they may reach beyond the picture."""
        boxes = [outline(walker.look, walker.stance(at)) for walker in self._cast if walker.present(at)]
        return np.array(boxes, np.float32).reshape(-1, 4)

    def _people(self, image: Image, at: float) -> None:
        """Everybody and every piece of furniture that may hide somebody, the far ones first."""
        present = [(walker.look, walker.stance(at)) for walker in self._cast if walker.present(at)]
        if not present:
            return
        shadows(image, [stance for _, stance in present])
        present.sort(key=lambda one: -one[1].y)
        hiding = sorted(self._screens, key=lambda screen: -screen.y)
        for look, stance in present:
            # A piece hides those behind it and none before it: it comes between the two.
            while hiding and hiding[0].y > stance.y:
                hiding.pop(0).cover(image)
            draw_figure(image, look, stance)
        for screen in hiding:
            screen.cover(image)

    def _cover(self, image: Image, at: float) -> None:
        """Let the cover hang over the lens as far as it has slid down."""
        begin, end = COVERED
        share = min((at - begin) / _SLIDE_S, (end - at) / _SLIDE_S, 1.0)
        rows = round(max(share, 0.0) * image.shape[0])
        image[:rows] = self._cloth[len(image) - rows :]

    def _sensor(self, image: Image, at: float) -> None:
        """Add quick noise, and the slow change of the light."""
        moment = round(at * 1000)
        sheet = self._noise[(moment * 7) % _SHEETS]
        rows, columns = image.shape[:2]
        down, across = (moment * 31) % rows, (moment * 57) % columns
        cv2.add(image, np.roll(sheet, (down, across), axis=(0, 1)), dst=image)
        gain = 1 + _SUN * float(np.sin(2 * np.pi * at / _SUN_S))
        cv2.convertScaleAbs(image, dst=image, alpha=gain, beta=-_OFFSET * gain)


def label(image: Image) -> None:
    """Say on the picture that it is none of a real place."""
    rows, columns = image.shape[:2]
    px = max(round(rows * 0.05), 9)
    high, wide = word(LABEL, px, bold=True).shape
    left, top = columns - wide - px, rows - high - px // 4
    image[top:, left:] = _PLATE
    write(image, LABEL, (left + px // 2, top + px // 8), px, _LETTERS, bold=True)


def _cloth(width: int, height: int) -> Image:
    """Something dark a hand's breadth before the lens, with folds that no lens could sharpen."""
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    folds = 1 + 0.14 * np.sin(7 * x + 2 * y) + 0.08 * np.sin(3 * y - 4 * x)
    cloth: Image = np.clip(folds[..., None] * np.array(_CLOTH), 0, 255).astype(np.uint8)
    return cloth
