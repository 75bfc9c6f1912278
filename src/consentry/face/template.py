"""Templates: numbers made from a sample, comparable only with those of the same model."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.core.errors import ModelMismatchError

_UNIT = 1e-3
"""How far a vector's length may be from 1: float32 carries 1e-7, networks in bfloat16 are normalised afterwards."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Template:
    """What a model makes of one sample (ISO/IEC 2382-37, 37.03.24). It does not print itself."""

    model: str
    """Name in the manifest, or names joined by ``+`` of a fusion."""
    vector: NDArray[np.float32]
    """float32 (d,), of length 1."""

    def __post_init__(self) -> None:
        """Refuse what is no direction.

        Raises:
            ValueError: the vector is not of length 1.
        """
        length = float(np.linalg.norm(self.vector))
        if self.vector.ndim != 1 or not abs(length - 1) < _UNIT:
            raise ValueError(f"expected a vector of length 1, came shape {self.vector.shape} of length {length:.3f}")

    def __repr__(self) -> str:
        """The model, no numbers."""
        return f"Template({self.model!r}, {len(self.vector)} numbers)"

    def wipe(self) -> None:
        """Overwrite the numbers."""
        if self.vector.flags.writeable:
            self.vector.fill(0)


def comparison_score(probe: Template, reference: Template) -> float:
    """Cosine of the angle between two templates, -1 to 1: the comparison score (ISO/IEC 2382-37, 37.03.27).

    Raises:
        ModelMismatchError: two models made them; their numbers mean different things.

    >>> comparison_score(Template("m", np.array([1, 0], np.float32)), Template("m", np.array([0.6, 0.8], np.float32)))
    0.6000000238418579
    """
    if probe.model != reference.model:
        raise ModelMismatchError(f"expected two templates of one model, came {probe.model} and {reference.model}")
    return float(probe.vector @ reference.vector)


def fused(parts: tuple[tuple[Template, float], ...]) -> Template:
    """One template of several models' of the same sample; its score is the weighted sum of their scores.

    Each vector is scaled by the root of its weight and they are put one after another, so that the cosine of two fused
    templates is the weighted sum of cosines: fusion at the level of scores (ISO/IEC TR 24722), kept in one type.

    Args:
        parts: templates and weights; the weights are scaled to add up to 1.

    >>> one, other = Template("a", np.array([1, 0], np.float32)), Template("b", np.array([0, 1], np.float32))
    >>> fused(((one, 3.0), (other, 1.0)))
    Template('a+b', 4 numbers)
    """
    total = sum(weight for _, weight in parts)
    vector = np.empty(sum(len(part.vector) for part, _ in parts), np.float32)
    start = 0
    for part, weight in parts:
        end = start + len(part.vector)
        np.multiply(part.vector, np.float32((weight / total) ** 0.5), out=vector[start:end])  # no other copy lies about
        start = end
    return Template("+".join(part.model for part, _ in parts), vector)
