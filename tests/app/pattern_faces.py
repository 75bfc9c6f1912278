"""Faces that are patterns: pictures drawn for the purpose, and a finder and an embedder that truly look at the pixels.

A face is a white frame around a board of 8 x 8 grey squares. The finder looks for white frames, the embedder makes a
vector of the mean grey of each square. So who looks like whom is known beforehand, and no model is needed.
"""

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from consentry.core.frames import Image
from consentry.core.scene import Detections, Label
from consentry.face.sample import FaceSample
from consentry.face.template import Template

SQUARES, WHITE = 8, 250
MARKS = np.array([[0.3, 0.35], [0.7, 0.35], [0.5, 0.55], [0.35, 0.75], [0.65, 0.75]], np.float32)
"""Landmarks as shares of the box."""


def board(seed: int) -> np.ndarray:
    """The look of somebody: (8, 8), grey 20 to 200."""
    return np.random.default_rng(seed).uniform(20, 200, (SQUARES, SQUARES))


def picture(*boards: np.ndarray, noise: float = 6.0, seed: int = 0, side: int = 20) -> Image:
    """A grey picture with the boards side by side."""
    rng, pad = np.random.default_rng(seed), 24
    size = SQUARES * side + 2 * side
    canvas = np.full((size + 2 * pad, max(1, len(boards)) * (size + pad) + pad), 100.0)
    for place, one in enumerate(boards):
        left = pad + place * (size + pad)
        canvas[pad : pad + size, left : left + size] = 255
        inner = np.kron(np.clip(one + rng.normal(0, noise, one.shape), 0, 220), np.ones((side, side)))
        canvas[pad + side : pad + side + inner.shape[0], left + side : left + side + inner.shape[1]] = inner
    return np.repeat(canvas.astype(np.uint8)[..., None], 3, axis=2)


def write(folder: Path, pictures: Mapping[str, Image]) -> Path:
    """Pictures as PNG files by their names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, image in pictures.items():
        assert cv2.imwrite(str(folder / f"{name}.png"), image)
    return folder


class FrameFinder:
    """Finds white frames."""

    name = "frames"

    def find(self, image: Image) -> Detections:
        """Each white frame with five landmarks."""
        rows, columns = image.shape[:2]
        outlines, _ = cv2.findContours(
            (image[..., 0] > WHITE - 60).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
        )
        boxes = np.array([cv2.boundingRect(one) for one in outlines], np.float32).reshape(-1, 4)
        boxes = boxes[boxes[:, 2] >= 10]
        boxes[:, 2:] += boxes[:, :2]
        shares = boxes / np.array([columns, rows, columns, rows], np.float32)
        found = Detections.of(Label.FACE, shares)
        corner, size = shares[:, None, :2], (shares[:, 2:] - shares[:, :2])[:, None]
        joints = np.concatenate([corner + MARKS * size, np.ones((len(boxes), 5, 1), np.float32)], axis=2)
        return Detections(found.boxes, found.scores, found.labels, joints.astype(np.float32))


class BoardEmbedder:
    """A vector of the squares' greys."""

    def __init__(self, model: str = "boards") -> None:
        self.model = model
        self.forgot = 0

    def embed(self, sample: FaceSample) -> Template:
        """Mean of each square, less the mean of all, of length 1."""
        left, top, right, bottom = sample.box
        edge = (right - left) / (SQUARES + 2)
        inner = sample.image[
            round(float(top + edge)) : round(float(bottom - edge)),
            round(float(left + edge)) : round(float(right - edge)),
            0,
        ]
        squares = cv2.resize(inner.astype(np.float32), (SQUARES, SQUARES), interpolation=cv2.INTER_AREA).reshape(-1)
        squares -= squares.mean()
        return Template(self.model, (squares / np.linalg.norm(squares)).astype(np.float32))

    def forget(self) -> None:
        """Count it."""
        self.forgot += 1


def crowd(folder: Path, subjects: int = 30) -> Path:
    """Two pictures of each of so many people with known exceptions, and some that give no face.

    Person 0 looks unlike in the second picture; persons 1 and 2 look alike. Of person 3 there is a third picture with
    two faces, of person 4 one with none, of person 5 a broken file.
    """
    pictures: dict[str, Image] = {}
    for number in range(subjects):
        for take in range(2):
            look = 900 if (number, take) == (0, 1) else 1 if number == 2 else number
            pictures[f"Person{number:02}_{take}"] = picture(board(look), seed=10 * number + take)
    pictures["Person03_two"] = picture(board(3), board(50), seed=1)
    pictures["Person04_none"] = picture(seed=2)
    write(folder, pictures)
    (folder / "Person05_broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    return folder
