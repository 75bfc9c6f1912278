"""What a camera sees at one moment, in numbers: all that a rule may know. No pixels, no names."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from consentry.core.gates import Authorisation
from consentry.core.geometry import Boxes, Points


class Label(IntEnum):
    """What a box holds."""

    PERSON = 0
    BAG = 1
    """Suitcase, backpack or handbag."""
    FACE = 2


JOINTS = 18
"""Of a body: see ``Joint``."""


class Joint(IntEnum):
    """Where a joint stands in an array of joints: OpenPose's order for COCO."""

    NOSE = 0
    NECK = 1
    RIGHT_SHOULDER = 2
    RIGHT_ELBOW = 3
    RIGHT_WRIST = 4
    LEFT_SHOULDER = 5
    LEFT_ELBOW = 6
    LEFT_WRIST = 7
    RIGHT_HIP = 8
    RIGHT_KNEE = 9
    RIGHT_ANKLE = 10
    LEFT_HIP = 11
    LEFT_KNEE = 12
    LEFT_ANKLE = 13
    RIGHT_EYE = 14
    LEFT_EYE = 15
    RIGHT_EAR = 16
    LEFT_EAR = 17


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """What a network found in one picture: one struct of arrays."""

    boxes: Boxes
    """float32 (n, 4): left, top, right, bottom, fractions of the picture."""
    scores: NDArray[np.float32]
    """float32 (n,), 0-1."""
    labels: NDArray[np.int16]
    """int16 (n,), values of ``Label``."""
    joints: NDArray[np.float32] | None = None
    """float32 (n, k, 3): x, y as fractions, score 0-1; None where the network gives none."""

    @classmethod
    def none(cls) -> Self:
        """Nothing found.

        >>> len(Detections.none())
        0
        """
        return cls(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int16))

    @classmethod
    def of(cls, label: Label, boxes: Boxes, scores: NDArray[np.float32] | None = None) -> Self:
        """Boxes that all hold the same; scores default to 1."""
        boxes = np.asarray(boxes, np.float32).reshape(-1, 4)
        given = np.ones(len(boxes), np.float32) if scores is None else np.asarray(scores, np.float32)
        return cls(boxes, given, np.full(len(boxes), label, np.int16))

    def __len__(self) -> int:
        return len(self.boxes)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> Self:
        """Those that a mask or a list of indices chooses."""
        joints = None if self.joints is None else self.joints[chosen]
        return type(self)(self.boxes[chosen], self.scores[chosen], self.labels[chosen], joints)

    def only(self, label: Label) -> Self:
        """Those with one label."""
        return self.where(self.labels == label)


class StreamState(StrEnum):
    """Whether the camera gives pictures."""

    LIVE = "live"
    STALLED = "stalled"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class CrowdReading:
    """How full one zone is, whichever way it was measured."""

    zone: str
    people: float
    """Estimated persons in the zone."""
    density: float | None = None
    """persons/m2; None without a floor plan."""
    speed: float | None = None
    """Median speed of what moves there, m/s; None without a floor plan."""
    variance: float | None = None
    """Variance of the velocity, m2/s2, the common motion of each stream removed; None without a floor plan."""
    method: str = "detector"
    """``detector`` (persons counted one by one) or ``area`` (calibrated foreground area)."""


@dataclass(frozen=True, slots=True)
class FireReading:
    """The places of the picture that are most like a flame and like smoke."""

    flame: float = 0.0
    """How much one looks and moves like a flame over the last seconds, 0-1; 0.5: its weakest cue is at its limit."""
    flame_share: float = 0.0
    """Share of the picture that is flame-coloured there, 0-1."""
    flicker: float = 0.0
    """Share of the looks at which a restless pixel there came or went, 0-1."""
    smoke: float = 0.0
    """How much one looks like a veil of smoke, 0-1; 0.5 at the limit."""
    smoke_share: float = 0.0
    """Share of the picture that is veiled, 0-1."""
    detail: float = 1.0
    """Share of the background's detail that the veil leaves, 0-1."""


@dataclass(frozen=True, slots=True)
class Signals:
    """Facts of the pixels that rules need and boxes do not carry."""

    brightness: float = 128.0
    """Mean of the luma, 0-255."""
    contrast: float = 64.0
    """Standard deviation of the luma, 0-255."""
    sharpness: float = 1.0
    """Sharpness divided by its own long-term level for this camera: 1 as usual, near 0 defocused."""
    edges: float = 1.0
    """Share of the background's edges that are still where they were, 0-1."""
    shift: float = 0.0
    """How far the background has moved, as a fraction of the picture's width."""
    change: float = 1.0
    """Mean absolute difference of the luma from the last picture, 0-255. Exactly 0: the same picture again."""
    motion: float = 0.0
    """Share of the picture that moves, 0-1."""
    crowd: tuple[CrowdReading, ...] = ()
    """One reading for each zone that asked for it."""
    fire: FireReading | None = None
    """None: no rule of this camera asks for it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A place that a rule wants looked at more closely, because boxes alone cannot decide."""

    by: str
    """Which rule."""
    number: int
    """Which of its wishes; the look that answers it bears the same."""
    box: tuple[float, float, float, float]
    """Left, top, right, bottom, fractions of the picture."""
    since: float
    """s UTC: what lies there now and did not before this time is of interest."""


@dataclass(frozen=True, slots=True, eq=False)
class CloserLook:
    """What a dearer look found at a place that a rule wished for."""

    wish: Wish
    joints: NDArray[np.float32] | None
    """float32 (n, 18, 3): of each person found there x, y (fractions of the picture) and score 0-1, 0 for a joint not
    seen; None where there is no pose network to look with."""
    fresh: NDArray[np.float32] | None = None
    """float32 (n,): share of each person's joints, 0-1, where the picture is not what it was before the wish's time;
    near 0 for who lay there before. NaN: it is not known what was there. None as ``joints``."""
    arrived: tuple[float, float, float, float] | None = None
    """Box, fractions of the picture, of the largest thing that was not there before; None: nothing."""
    covers: float = 0.0
    """Share of that box which the thing covers, 0-1."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One camera at one moment."""

    camera: str
    at: float
    """Time of capture, s UTC."""
    ids: NDArray[np.int64]
    """int64 (n,): numbers of tracks, valid for this camera alone."""
    labels: NDArray[np.int16]
    """int16 (n,), values of ``Label``."""
    boxes: Boxes
    """float32 (n, 4), fractions of the picture."""
    feet: Points
    """float32 (n, 2): where each stands in the picture (bottom middle of the box), fractions."""
    drift: Points
    """float32 (n, 2): velocity in the picture, fractions/s (x of the width, y of the height)."""
    floor: Points | None = None
    """float32 (n, 2): position on the floor, m; None without a floor plan."""
    velocity: Points | None = None
    """float32 (n, 2): velocity on the floor, m/s; None without a floor plan."""
    ended: frozenset[int] = frozenset()
    """Tracks that will not come back."""
    signals: Signals = field(default_factory=Signals)
    stream: StreamState = StreamState.LIVE
    """Not live: the scene carries no picture's facts, only the time."""
    authorisations: tuple[Authorisation, ...] = ()
    """What this camera's gates said since the scene before."""
    looks: tuple[CloserLook, ...] = ()
    """Answers to what rules wished for after an earlier scene."""

    @classmethod
    def empty(cls, camera: str, at: float, stream: StreamState = StreamState.LIVE) -> Self:
        """Nobody there, or nothing to be seen."""
        nothing = np.zeros((0, 2), np.float32)
        return cls(
            camera=camera,
            at=at,
            ids=np.zeros(0, np.int64),
            labels=np.zeros(0, np.int16),
            boxes=np.zeros((0, 4), np.float32),
            feet=nothing,
            drift=nothing,
            stream=stream,
        )

    def __len__(self) -> int:
        return len(self.ids)
