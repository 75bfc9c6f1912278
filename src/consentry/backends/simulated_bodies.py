"""The body of a simulated walker: balls and the hulls around them, posed by the gait. A body has no face."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from consentry.backends.simulated_people import Colour, Look, Stance
from consentry.backends.simulated_plan import Metres

Ball = tuple[float, float, float, float]
"""Ahead, left and up of where somebody stands, and radius; all in body heights."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the body: the hull of a few balls, in one colour."""

    begin: int
    """First of its balls."""
    end: int
    """One beyond its last ball."""
    colour: Colour


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A body in the hall."""

    centres: Metres
    """float64 (n, 3), m: the middles of all balls."""
    radii: NDArray[np.float64]
    """float64 (n,), m."""
    parts: tuple[Part, ...]


_THIGH, _SHIN, _ARM, _FOREARM, _FOOT = 0.245, 0.246, 0.170, 0.150, 0.105
"""Lengths in body heights (Drillis and Contini's proportions, from memory, rounded)."""
_ANKLE, _HIP, _SHOULDER, _HEAD = 0.039, 0.525, 0.81, 0.925
"""Heights of joints in body heights, likewise; the head's is its middle."""
_LEG_SWING, _ARM_SWING = 0.42, 0.40
"""rad to the front and to the back: with these legs two swings make the stride of a brisk walk."""
_SHOE: Colour = (44, 40, 42)


@dataclass(slots=True)
class _Draft:
    balls: list[Ball] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def add(self, colour: Colour, *balls: Ball) -> None:
        self.parts.append(Part(len(self.balls), len(self.balls) + len(balls), colour))
        self.balls.extend(balls)


def body(look: Look, stance: Stance) -> Body:
    """The body of somebody at a moment. The foot that bears the weight stands on the floor."""
    draft = _Draft()
    drop = max(_leg(draft, look, stance, side) for side in (1.0, -1.0))
    for side in (1.0, -1.0):
        _arm(draft, look, stance, side)
    _trunk(draft, look, 0.02 * stance.swing)
    own = np.array(draft.balls) * look.height
    sunk = (_ANKLE + drop - _HIP) * look.height
    cos, sin = np.cos(stance.heading), np.sin(stance.heading)
    ahead, left, up, radii = own.T
    x, y = stance.x + ahead * cos - left * sin, stance.y + ahead * sin + left * cos
    return Body(np.stack([x, y, up + sunk], axis=1), radii, tuple(draft.parts))


def _leg(draft: _Draft, look: Look, stance: Stance, side: float) -> float:
    """Add a leg; returns how far below the hip its ankle is, in body heights."""
    phase = stance.phase + (0.0 if side > 0 else np.pi)
    thigh = _LEG_SWING * stance.swing * float(np.sin(phase))
    # The knee bends most while the thigh comes forward.
    bend = 0.06 + stance.swing * (0.10 + 0.95 * max(0.0, float(np.cos(phase))) ** 2)
    shin = thigh - bend
    left = side * 0.052
    knee = (_THIGH * float(np.sin(thigh)), _HIP - _THIGH * float(np.cos(thigh)))
    ankle = (knee[0] + _SHIN * float(np.sin(shin)), knee[1] - _SHIN * float(np.cos(shin)))
    tip = 0.3 * bend * stance.swing
    toe = (ankle[0] + _FOOT * float(np.cos(tip)), ankle[1] - 0.022 - _FOOT * float(np.sin(tip)) * 0.6)
    draft.add(_SHOE, (ankle[0] - 0.015, left, ankle[1] - 0.018, 0.024), (*_at(toe, left), 0.017))
    draft.add(look.trousers, (*_at(knee, left), 0.037), (*_at(ankle, left), 0.026))
    draft.add(look.trousers, (0.0, left, _HIP, 0.056), (*_at(knee, left), 0.038))
    return _HIP - ankle[1]


def _arm(draft: _Draft, look: Look, stance: Stance, side: float) -> None:
    phase = stance.phase + (np.pi if side > 0 else 0.0)
    upper = _ARM_SWING * stance.swing * float(np.sin(phase))
    lower = upper + 0.15 + 0.3 * stance.swing
    shoulder, out = (0.0, _SHOULDER - 0.015), side * 0.125
    elbow = (_ARM * float(np.sin(upper)), shoulder[1] - _ARM * float(np.cos(upper)))
    wrist = (elbow[0] + _FOREARM * float(np.sin(lower)), elbow[1] - _FOREARM * float(np.cos(lower)))
    draft.add(look.skin, (wrist[0] + 0.01, out * 1.05, wrist[1] - 0.025, 0.024))
    draft.add(look.top, (*_at(elbow, out * 1.1), 0.027), (*_at(wrist, out * 1.05), 0.021))
    draft.add(look.top, (*_at(shoulder, out), 0.036), (*_at(elbow, out * 1.1), 0.028))


def _trunk(draft: _Draft, look: Look, lean: float) -> None:
    shoulders: list[Ball] = [(lean, side * 0.098, _SHOULDER - 0.01, 0.038) for side in (1.0, -1.0)]
    waist: list[Ball] = [(lean / 2, side * 0.050, 0.61, 0.055) for side in (1.0, -1.0)]
    hem: list[Ball] = [(0.0, side * 0.042, _HIP + 0.01, 0.060) for side in (1.0, -1.0)]
    draft.add(look.top, *shoulders, (lean + 0.012, 0.0, 0.73, 0.075), *waist, *hem)
    if look.bag is not None:
        draft.add(look.bag, (lean - 0.10, 0.0, 0.76, 0.050), (lean - 0.11, 0.0, 0.64, 0.058))
    draft.add(look.skin, (lean, 0.0, 0.84, 0.029), (lean + 0.005, 0.0, 0.88, 0.029))
    draft.add(look.hair, (lean - 0.012, 0.0, _HEAD + 0.014, 0.055), (lean - 0.02, 0.0, _HEAD - 0.02, 0.046))
    draft.add(look.skin, (lean + 0.016, 0.0, _HEAD, 0.049), (lean + 0.020, 0.0, _HEAD - 0.032, 0.035))


def _at(point: tuple[float, float], left: float) -> tuple[float, float, float]:
    return point[0], left, point[1]
