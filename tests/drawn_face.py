"""A face for tests that need no photo: an ellipse of skin with eyes, nose and mouth where the landmarks say."""

import cv2
import numpy as np

from consentry.face.sample import FaceSample
from consentry.face.upright import PLACES


def drawn(seed: int = 0, apart: float = 113.0, shift: tuple[float, float] = (0.0, 0.0)) -> FaceSample:
    """A drawn face, lit evenly, with the texture of skin.

    Args:
        seed: of the texture.
        apart: px between the eyes.
        shift: px, of the face in its picture.
    """
    rng = np.random.default_rng(seed)
    image = np.full((616, 616, 3), (180, 180, 180), np.uint8)
    cv2.ellipse(image, (308, 320), (130, 190), 0, 0, 360, (120, 150, 200), -1)
    for x, y in PLACES[:2].astype(int):
        cv2.ellipse(image, (int(x), int(y)), (26, 11), 0, 0, 360, (225, 230, 230), -1)
        cv2.circle(image, (int(x), int(y)), 10, (40, 40, 50), -1)
        cv2.line(image, (int(x) - 30, int(y) - 32), (int(x) + 30, int(y) - 32), (50, 60, 80), 6)
    cv2.line(image, (300, 290), (294, 340), (90, 120, 170), 3)
    cv2.line(image, (294, 340), (322, 340), (80, 105, 150), 4)
    cv2.ellipse(image, (308, 402), (46, 12), 0, 0, 360, (100, 100, 180), -1)
    cv2.line(image, (262, 402), (354, 402), (50, 45, 90), 3)
    # A lens makes neighbours alike; noise of its own on each px would change with every shift by half a px.
    texture = cv2.GaussianBlur(rng.normal(0, 25, image.shape[:2]), (0, 0), 1.2)[..., None]
    image = np.clip(cv2.GaussianBlur(image, (0, 0), 1.0) + texture, 0, 255).astype(np.uint8)
    share = apart / 113.0
    if share != 1.0:
        image = np.asarray(cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)
    marks = (PLACES * share).astype(np.float32)
    if any(shift):
        matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
        size = (image.shape[1], image.shape[0])
        image = np.asarray(cv2.warpAffine(image, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)
        marks += np.array(shift, np.float32)
    return around(image, marks)


def around(image: np.ndarray, marks: np.ndarray, score: float = 0.9) -> FaceSample:
    """A sample with the box that a face finder would give around these landmarks."""
    middle, apart = marks.mean(axis=0), float(np.hypot(*(marks[1] - marks[0])))
    half = np.array([1.1, 1.5]) * apart
    box = np.concatenate([middle - half, middle + half]).astype(np.float32)
    return FaceSample(0.0, image, box, marks.astype(np.float32), score)
