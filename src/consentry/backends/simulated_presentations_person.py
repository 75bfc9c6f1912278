"""A simulated live person: a portrait bent over a head's depth, which turns, nods, sways, breathes and blinks.

The head is a paraboloid with a nose on it; turning it moves near parts further than far ones (parallax), which is what
separates a head from a photograph of one. Hidden parts (the far cheek behind the nose, an ear) do not appear, light
does not change with the turn, and nothing moves in the face but the lids. It is a simulation, good for testing code.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.backends.face_samples import load_acquiring_finder, samples
from consentry.backends.simulated_presentations_camera import Picture
from consentry.core.errors import MalformedError
from consentry.core.frames import Image

Plane = NDArray[np.float32]
"""float32, H x W."""
_COARSE = 4
"""Depth is smooth: it is worked out at every fourth pixel."""
_WALL = 35
"""Grey values by which a colour must differ from the portrait's wall to be guessed a person's."""


@dataclass(frozen=True, slots=True)
class Pose:
    """How the head is held at one moment."""

    yaw: float = 0.0
    """Degrees; positive turns the nose towards the right of the picture: the traveller's own left."""
    pitch: float = 0.0
    """Degrees; positive turns the nose down."""
    roll: float = 0.0
    """Degrees, clockwise in the picture."""
    right: float = 0.0
    down: float = 0.0
    """Distances between the eyes by which the head has moved in the picture."""
    size: float = 1.0
    """How large the head is seen, 1 where it stood at first."""
    lids: float = 0.0
    """0 open, 1 shut."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Person:
    """A portrait cut out, at the size at which the scene shows it. It does not print itself."""

    picture: Picture
    alpha: Plane
    """0-1, 1 the person."""
    marks: NDArray[np.float32]
    """float32 (5, 2), px: eyes, nose, corners of the mouth."""

    def __repr__(self) -> str:
        """Its size alone."""
        return f"Person({self.picture.shape[1]}x{self.picture.shape[0]})"

    @property
    def unit(self) -> float:
        """Between the eyes, px."""
        return float(np.hypot(*(self.marks[1] - self.marks[0])))

    @property
    def centre(self) -> NDArray[np.float32]:
        """Middle of the face, px."""
        return np.asarray((self.marks[0] + self.marks[1]) / 4 + (self.marks[3] + self.marks[4]) / 4, np.float32)


def cut_out(portrait: Image, unit: float) -> Person:
    """The person of a portrait, scaled so that the eyes are ``unit`` px apart.

    Raises:
        MalformedError: no face is found in it.
    """
    marks = landmarks_of(portrait)
    scale = unit / float(np.hypot(*(marks[1] - marks[0])))
    small = cv2.resize(portrait, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    marks = np.asarray(marks * scale, np.float32)
    return Person(np.asarray(small, np.float32), _matte(np.asarray(small, np.uint8), marks), marks)


def landmarks_of(portrait: Image) -> NDArray[np.float32]:
    """Five landmarks of the largest face, px.

    Raises:
        MalformedError: there is no face.
    """
    found = samples(load_acquiring_finder(), portrait, 0.0)
    if not found:
        raise MalformedError("expected a portrait with a face to simulate a presentation of, found no face in it")
    return found[0].landmarks


def _matte(picture: Image, marks: NDArray[np.float32]) -> Plane:
    """Who is the person and who the wall, by GrabCut (Rother and others 2004) from a head and shoulders drawn in."""
    shrink = 0.4
    small = np.asarray(cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    eyes, unit = (marks[0] + marks[1]) / 2 * shrink, float(np.hypot(*(marks[1] - marks[0]))) * shrink
    head, shoulders = int(eyes[1] - 2.6 * unit), int(eyes[1] + 2.2 * unit)
    # Portraits have an even wall: what stands at both upper edges is its colour, what differs from it is the person.
    edge = max(3, int(0.2 * unit))
    wall = np.median(np.concatenate([small[:shoulders, :edge], small[:shoulders, -edge:]], axis=1), axis=(0, 1))
    far = np.abs(small.astype(np.float32) - wall).max(axis=2) > _WALL
    guess = np.where(far, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    guess[shoulders:] = cv2.GC_PR_FGD
    middle, height = int(eyes[0]), int(eyes[1] + 0.5 * unit)
    cv2.ellipse(guess, (middle, height), (int(0.9 * unit), int(1.4 * unit)), 0, 0, 360, cv2.GC_FGD, -1)
    guess[: max(2, head)] = cv2.GC_BGD
    guess[: int(eyes[1] + unit), :edge] = guess[: int(eyes[1] + unit), -edge:] = cv2.GC_BGD
    cv2.setRNGSeed(0)  # GrabCut starts its clusters by chance: the same portrait must be cut the same way
    wall_model, person_model = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(small, guess, (0, 0, 1, 1), wall_model, person_model, 2, cv2.GC_INIT_WITH_MASK)
    sure = np.isin(guess, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
    large = cv2.resize(cv2.medianBlur(sure, 5), picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.GaussianBlur(large, (0, 0), 1.5), np.float32)


def posed(person: Person, pose: Pose, place: tuple[float, float], size: tuple[int, int]) -> tuple[Picture, Plane]:
    """The person in that pose, the middle of the face at ``place`` px of a picture of ``size`` (width, height).

    Returns:
        The picture and its alpha; alpha is 0 where the person is not.
    """
    grid = np.mgrid[0 : size[1] + _COARSE : _COARSE, 0 : size[0] + _COARSE : _COARSE].astype(np.float32)
    down, across = grid
    turn, unit, (middle, height) = np.deg2rad(pose.roll), person.unit, person.centre
    # From the picture back to the portrait: un-move, un-scale, un-roll, in distances between the eyes.
    x = (across - place[0] - pose.right * unit) / (pose.size * unit)
    y = (down - place[1] - pose.down * unit) / (pose.size * unit)
    x, y = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    x, y = _turned_back(x, y, float(np.deg2rad(pose.yaw)), float(np.deg2rad(pose.pitch)))
    maps = [
        cv2.resize(np.asarray(part * unit + zero, np.float32), None, fx=_COARSE, fy=_COARSE)[: size[1], : size[0]]
        for part, zero in ((x, middle), (y, height))
    ]
    # cv2.resize samples pixel centres: its fine grid lies (_COARSE - 1) / 2 px before the coarse one.
    step = (_COARSE - 1) / 2 / pose.size
    blinked = _blinking(person, pose.lids) if pose.lids > 0 else person.picture
    columns, rows = maps[0] + step, maps[1] + step
    # The body goes on below the portrait's lower edge: its last row is stretched out of the picture.
    rows = np.minimum(rows, person.picture.shape[0] - 2)
    picture = cv2.remap(blinked, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.remap(person.alpha, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(picture, np.float32), np.asarray(alpha, np.float32)


def _turned_back(x: Plane, y: Plane, yaw: float, pitch: float) -> tuple[Plane, Plane]:
    """Where a point seen after the turn was before it, by four steps of iteration; the wall and the body stay."""
    was_x, was_y = x, y
    for _ in range(4):
        depth, held = _depth(was_x, was_y)
        seen_x = was_x * np.cos(yaw) + depth * np.sin(yaw)
        deep = depth * np.cos(yaw) - was_x * np.sin(yaw)
        seen_y = was_y * np.cos(pitch) + deep * np.sin(pitch)
        was_x = np.asarray(was_x + (x - (was_x + (seen_x - was_x) * held)) * 0.9, np.float32)
        was_y = np.asarray(was_y + (y - (was_y + (seen_y - was_y) * held)) * 0.9, np.float32)
    return was_x, was_y


def _depth(x: Plane, y: Plane) -> tuple[Plane, Plane]:
    """Depth towards the camera in distances between the eyes, and how much a point takes part in the head's turn.

    Half axes of 1.25 by 1.8 and a depth of 1.2 are those of a head whose breadth is 2.4, height 3.6 times the distance
    between the eyes' centres (about 63, 154 and 228 mm: NIOSH head forms, ISO/TS 16976-2); the nose stands out by 0.35.
    """
    off = (x / 1.25) ** 2 + (y / 1.8) ** 2
    nose = 0.35 * np.exp(-((x / 0.22) ** 2) - ((y - 0.05) / 0.35) ** 2)
    depth = 1.2 * np.clip(1 - off, 0, None) + nose
    return np.asarray(depth, np.float32), np.asarray(np.clip(2.0 - off, 0, 1), np.float32)


def _blinking(person: Person, lids: float) -> Picture:
    """The eyes that far shut: skin from above is drawn over them, a line of lashes below."""
    drawn, unit = person.picture.copy(), person.unit
    for right, down in person.marks[:2]:
        left, top = max(0, int(right - 0.6 * unit)), max(0, int(down - 0.6 * unit))
        part = person.picture[top : int(down + 0.6 * unit), left : int(right + 0.6 * unit)]
        rows, columns = np.mgrid[: part.shape[0], : part.shape[1]].astype(np.float32)
        x, y = (columns + left - right) / unit, (rows + top - down) / unit
        rows = rows - lids * 0.24 * unit * np.exp(-((x / 0.3) ** 4) - ((y - 0.02) / 0.16) ** 4)
        lash = np.exp(-((x / 0.2) ** 4) - ((y - 0.11 + 0.3 * x * x) / 0.025) ** 2)
        skin = cv2.remap(part, columns, np.asarray(rows, np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        drawn[top : top + part.shape[0], left : left + part.shape[1]] = skin * (1 - 0.45 * lids * lash[..., None])
    return drawn


def mirrored(person: Person) -> Person:
    """The same seen in a mirror."""
    width = person.picture.shape[1]
    marks = person.marks[[1, 0, 2, 4, 3]].copy()
    marks[:, 0] = width - 1 - marks[:, 0]
    return replace(
        person,
        picture=np.ascontiguousarray(person.picture[:, ::-1]),
        alpha=np.ascontiguousarray(person.alpha[:, ::-1]),
        marks=marks,
    )
