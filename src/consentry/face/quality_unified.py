"""The unified score: how much of its comparison score a sample is likely to keep, by the components.

The standard's is a network's (the length of a MagFace template). Ours is a stated sum: each component takes something
off, the more the lower it is, and what is left is ``exp(-sum)``. What each takes off was fitted by non-negative least
squares (``training/face_quality/unify.py``) to the comparison scores that two embedders lost when the smiling photos
of 50 people were spoilt in 50 ways, against the neutral ones. So 100 means that nothing is lost, 50 that half of the
score is. docs/quality.md says how well it orders samples of people who were left out of the fit, and how it fails.
"""

from collections.abc import Mapping
from math import exp

from consentry.face.quality import Component
from consentry.face.quality_mapping import bounded
from consentry.face.quality_measured import Measured

CORNERS = (100, 50, 20)
"""Component values below which something is taken off: it grows evenly from there down to 0. With the first alone the
rank correlation on people left out is 0.64, with these three 0.675, with six 0.69."""
TAKEN: Mapping[Component, tuple[float, float, float]] = {
    Component.OVER_EXPOSURE: (0.0, 0.0, 0.20),
    Component.DYNAMIC_RANGE: (0.0, 0.14, 0.18),
    Component.SHARPNESS: (0.0, 0.0, 0.18),
    Component.NATURAL_COLOUR: (0.0, 0.08, 0.0),
    Component.EYES_OPEN: (0.23, 0.0, 0.0),
    Component.MOUTH_CLOSED: (0.10, 0.0, 0.0),
    Component.FACE_VISIBLE: (0.45, 0.0, 0.0),
    Component.YAW: (0.19, 0.43, 0.0),
    Component.PITCH: (0.65, 0.0, 0.0),
    Component.ROLL: (0.26, 0.0, 0.0),
}
"""What is taken off in all when the component is 0, by the three corners. The others took nothing off: under-exposure
and contrast once dynamic range is known, the distance of the eyes once sharpness is (at 16 px apart 4-7 % of the score
is gone), and what an embedder does not look at."""


def unified(found: tuple[Measured, ...]) -> Measured:
    """The unified score of a sample; a component that could not be measured counts as 0.

    >>> unified(tuple(Measured(component, 100, 0.0, "") for component in TAKEN)).value
    100
    >>> unified(()).value
    5
    """
    values = {one.component: one.value for one in found}
    taken = 0.0
    for component, weights in TAKEN.items():
        value = values.get(component, 0)
        taken += sum(weight * max(corner - value, 0) / corner for corner, weight in zip(CORNERS, weights, strict=True))
    kept = exp(-taken)
    return Measured(Component.UNIFIED, bounded(100 * kept), kept, "of the score")
