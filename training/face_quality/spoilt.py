"""Pictures spoilt as cameras, light and travellers spoil them, each in steps, for calibration and for tests."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from consentry.core.frames import Image
from training.face_quality.drawn import GLASSES, MASK, PAPER, closed_eyes, covered, opened_mouth, turned

Spoil = Callable[[Image, float], Image]


def blurred(image: Image, sigma: float) -> Image:
    """Out of focus; sigma in px."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8) if sigma > 0 else image


def smeared(image: Image, length: float) -> Image:
    """Moved sideways while the shutter was open, px."""
    kernel = np.ones((1, max(int(length), 1)), np.float32)
    return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()), np.uint8)


def shrunk(image: Image, share: float) -> Image:
    """From farther away: so much of the size."""
    return np.asarray(cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)


def exposed(image: Image, gain: float) -> Image:
    """Darker or brighter, in the picture's own values."""
    return np.clip(image * gain, 0, 255).astype(np.uint8)


def flattened(image: Image, share: float) -> Image:
    """So much of the contrast, about a middle grey."""
    return np.clip((image - 110.0) * share + 110, 0, 255).astype(np.uint8)


def noisy(image: Image, sigma: float) -> Image:
    """A sensor's noise, grey levels; the same for the same picture."""
    noise = np.random.default_rng(image.size).normal(0, sigma, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def compressed(image: Image, quality: float) -> Image:
    """JPEG of that quality, 1-100."""
    _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def sidelit(image: Image, slope: float) -> Image:
    """Light from the right: by so much brighter there and darker at the left, 0-1."""
    ramp = 1 + slope * np.clip(np.linspace(-2.5, 2.5, image.shape[1]), -1, 1)
    return np.clip(image * ramp[None, :, None], 0, 255).astype(np.uint8)


def tinted(image: Image, share: float) -> Image:
    """A blue lamp: 0 none, 1 no red any more."""
    return np.clip(image * np.array([1 + share, 1.0, 1 - share]), 0, 255).astype(np.uint8)


def rolled(image: Image, degrees: float) -> Image:
    """The head to one side."""
    middle = (image.shape[1] / 2, image.shape[0] / 2)
    matrix = cv2.getRotationMatrix2D(middle, -degrees, 1)
    size = (image.shape[1], image.shape[0])
    return np.asarray(cv2.warpAffine(image, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def behind(shape: str, colour: tuple[float, float, float]) -> Spoil:
    """Something before the face; the step is how rough its pattern is."""
    corners = {"mask": MASK, "glasses": GLASSES, "paper": PAPER}[shape]
    return lambda image, rough: covered(image, corners, np.array(colour), rough)


@dataclass(frozen=True, slots=True)
class Ladder:
    """One way to spoil a picture, and its steps from mild to bad."""

    name: str
    spoil: Spoil
    steps: tuple[float, ...]


LADDERS = (
    Ladder("out of focus", blurred, (1, 2, 3, 4, 6, 8)),
    Ladder("motion", smeared, (8, 16, 28)),
    Ladder("far away", shrunk, (0.5, 0.35, 0.25, 0.18, 0.14)),
    Ladder("dark", exposed, (0.4, 0.2, 0.1, 0.05)),
    Ladder("bright", exposed, (1.5, 2.0, 3.0)),
    Ladder("flat", flattened, (0.5, 0.2, 0.1, 0.05)),
    Ladder("noise", noisy, (10, 25, 50)),
    Ladder("JPEG", compressed, (30, 12, 6)),
    Ladder("light from one side", sidelit, (0.4, 0.7, 0.95)),
    Ladder("tint", tinted, (0.4, 0.8)),
    Ladder("roll", rolled, (15, 30, 45)),
    Ladder("yaw", lambda image, angle: turned(image, angle, 0), (15, 25, 35, 45)),
    Ladder("pitch up", lambda image, angle: turned(image, 0, angle), (15, 25, 35)),
    Ladder("pitch down", lambda image, angle: turned(image, 0, -angle), (15, 25, 35)),
    Ladder("eyes closed", closed_eyes, (1.0,)),
    Ladder("mouth open", lambda image, share: opened_mouth(image, share, (25, 20, 40)), (0.15, 0.3)),
    Ladder("mask", behind("mask", (210, 190, 170)), (3,)),
    Ladder("glasses", behind("glasses", (20, 20, 20)), (3,)),
    Ladder("paper", behind("paper", (215, 220, 220)), (3,)),
)
"""Of an upright picture, in which the eyes are 113 px apart."""
