"""Photographs on paper: a print held in both hands, coarse dots, cut eyes, a mask bent around the head."""

from dataclasses import dataclass

import cv2
import numpy as np

from consentry.backends.simulated_presentations_camera import HEIGHT, WIDTH, Picture
from consentry.backends.simulated_presentations_person import Person, Plane
from consentry.backends.simulated_presentations_plane import Homography, places_on

FINE = 2.0
"""px of the print for one px of the scene."""
_ANGLES = (15.0, 75.0, 0.0)
"""Degrees at which the dots of cyan, magenta and yellow stand, as printers turn them to keep them apart."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Print:
    """A photograph on paper. It does not print itself."""

    picture: Picture
    alpha: Plane
    """1 where there is paper."""
    marks: Plane
    """float32 (5, 2): landmarks, px of the print."""
    gloss: float
    """Grey values that the highlight adds."""

    def __repr__(self) -> str:
        """Its size alone."""
        return f"Print({self.picture.shape[1]}x{self.picture.shape[0]})"


def printed(person: Person, random: np.random.Generator, dots: float | None) -> Print:
    """The portrait on paper with a white border and thumbs on it.

    Args:
        person: cut out at the size of the print; its wall is printed too.
        random: for the paper.
        dots: px of the scene from one dot of the halftone to the next; None: a photo printer whose dots are too fine
            to be seen.
    """
    picture = person.picture
    # Ink on paper is narrower than light: black is lifted, white is the paper's, colours are paler.
    grey = picture.mean(axis=2, keepdims=True)
    paler = grey + (picture - grey) * random.uniform(0.75, 0.95)
    inked = random.uniform(15, 35) + paler * random.uniform(0.75, 0.87)
    if dots is not None:
        inked = _halftone(np.asarray(inked, np.float32), dots * FINE)
    border = int(random.uniform(0.03, 0.1) * picture.shape[1])
    paper = float(random.uniform(215, 245))
    bordered = cv2.copyMakeBorder(
        np.asarray(inked, np.float32), *(border,) * 4, cv2.BORDER_CONSTANT, value=(paper * 0.97, paper, paper)
    )
    grain = random.normal(0, 1, bordered.shape[:2]).astype(np.float32)
    fibre = cv2.GaussianBlur(grain, (0, 0), 1.2) * 4 + cv2.GaussianBlur(grain, (0, 0), 5) * 12
    sheet: Picture = np.asarray(bordered + fibre[..., None], np.float32)
    alpha = np.ones(sheet.shape[:2], np.float32)
    for side in (0, 1):
        _thumb(sheet, side, random)
    marks = np.asarray(person.marks + np.float32(border), np.float32)
    return Print(sheet, alpha, marks, float(random.uniform(0, 70)) * (random.random() < 0.6))


def _halftone(picture: Picture, pitch: float) -> Picture:
    """Dots whose size grows with the ink, one screen for each of three inks."""
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float32)
    drawn = np.empty_like(picture)
    for plane, angle in enumerate(_ANGLES):
        turn = np.deg2rad(angle)
        across = (columns * np.cos(turn) + rows * np.sin(turn)) * (2 * np.pi / pitch)
        down = (rows * np.cos(turn) - columns * np.sin(turn)) * (2 * np.pi / pitch)
        screen = (np.cos(across) + np.cos(down)) / 4 + 0.5
        ink = 1 - picture[..., plane] / 255
        drawn[..., plane] = 255 * (1 - np.clip((ink - screen) * 5 + 0.5, 0, 1))
    return np.asarray(0.3 * picture + 0.7 * drawn, np.float32)


def _thumb(sheet: Picture, side: int, random: np.random.Generator) -> None:
    rows, columns = sheet.shape[:2]
    skin = np.array([110, 135, 185]) * random.uniform(0.4, 1.1)
    middle = (0 if side == 0 else columns, int(rows * random.uniform(0.7, 0.9)))
    axes = (int(columns * 0.13), int(columns * 0.05))
    cv2.ellipse(sheet, middle, axes, random.uniform(-25, 25), 0, 360, tuple(map(float, skin)), -1)


def without_eyes(sheet: Print) -> Print:
    """Holes where the eyes were: an attacker's own eyes blink through them."""
    alpha, unit = sheet.alpha.copy(), float(np.hypot(*(sheet.marks[1] - sheet.marks[0])))
    for right, down in sheet.marks[:2]:
        axes = (int(0.26 * unit), int(0.13 * unit))
        cv2.ellipse(alpha, (int(right), int(down)), axes, 0, 0, 360, 0.0, -1, cv2.LINE_AA)
    return Print(sheet.picture, alpha, sheet.marks, sheet.gloss)


def cut_to_face(sheet: Print) -> Print:
    """Cut with scissors along the face, eyes out: a mask."""
    unit = float(np.hypot(*(sheet.marks[1] - sheet.marks[0])))
    middle = sheet.marks[[0, 1, 3, 4]].mean(axis=0)
    alpha = np.zeros_like(sheet.alpha)
    cv2.ellipse(
        alpha, (int(middle[0]), int(middle[1])), (int(1.1 * unit), int(1.6 * unit)), 0, 0, 360, 1.0, -1, cv2.LINE_AA
    )
    return without_eyes(Print(sheet.picture, alpha, sheet.marks, sheet.gloss))


def bent(mask: Print, yaw: float, where: Homography, radius: float) -> tuple[Picture, Plane]:
    """A mask bent around an upright cylinder and turned with the head that wears it.

    Args:
        mask: cut to the face.
        yaw: degrees that the head has turned.
        where: homography of the head's tangent plane, without that turn.
        radius: of the cylinder, in distances between the eyes.
    """
    unit = float(np.hypot(*(mask.marks[1] - mask.marks[0])))
    middle = float(mask.marks[:2, 0].mean())
    across, down = places_on(where)
    # A point of the paper at arc a along the cylinder is seen at radius * sin(a / radius + yaw).
    off = np.clip((across - middle) / (unit * radius), -0.98, 0.98)
    arc = (np.arcsin(off) - np.deg2rad(yaw)) * unit * radius + middle
    columns = np.asarray(arc, np.float32)
    seen = cv2.remap(mask.picture, columns, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    alpha = np.asarray(cv2.remap(mask.alpha, columns, down, cv2.INTER_LINEAR), np.float32)
    alpha[np.abs((across - middle) / (unit * radius)) > 0.97] = 0
    return np.asarray(seen, np.float32), alpha


def highlight(strength: float, place: tuple[float, float], width: float) -> Picture | float:
    """Light that glossy paper or glass throws back, grey values to add; it stays where the lamp is."""
    if strength <= 0:
        return 0.0
    x = ((np.arange(WIDTH, dtype=np.float32) - place[0]) / width)[None, :]
    y = ((np.arange(HEIGHT, dtype=np.float32) - place[1]) / (1.7 * width))[:, None]
    return np.asarray((strength * np.exp(-(x**2) - y**2))[..., None], np.float32)
