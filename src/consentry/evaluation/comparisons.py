"""Scores of comparisons with the subjects behind both sides: all that the rates of 1:1 are made of."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Scores = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """One struct of arrays. A comparison is mated where both sides are of one subject (ISO/IEC 2382-37, 37.09.12)."""

    scores: Scores
    """float64 (n,): the higher, the more alike."""
    probes: Numbers
    """int64 (n,): the number of the subject whose probe it was."""
    references: Numbers
    """int64 (n,): the number of the subject whose reference it was."""

    def __post_init__(self) -> None:
        """Refuse arrays that do not belong together.

        Raises:
            ValueError: their lengths differ, or a score is no number.
        """
        if not self.scores.shape == self.probes.shape == self.references.shape or self.scores.ndim != 1:
            shapes = self.scores.shape, self.probes.shape, self.references.shape
            raise ValueError(f"expected three arrays of one length, came shapes {shapes}")
        if not np.isfinite(self.scores).all():
            raise ValueError("expected scores that are numbers, came nan or infinity")

    @classmethod
    def of(cls, scores: ArrayLike, probes: ArrayLike, references: ArrayLike) -> Self:
        """From whatever holds numbers.

        >>> Comparisons.of([0.9, 0.1], [1, 1], [1, 2]).mated.tolist()
        [True, False]
        """
        return cls(np.asarray(scores, np.float64), np.asarray(probes, np.int64), np.asarray(references, np.int64))

    @classmethod
    def within(cls, scores: ArrayLike, subjects: ArrayLike) -> Self:
        """Every pair of a set of samples once.

        Args:
            scores: (n, n), symmetric.
            subjects: (n,), of each sample.
        """
        matrix, whose = np.asarray(scores, np.float64), np.asarray(subjects, np.int64)
        first, second = np.triu_indices(len(whose), 1)
        return cls(matrix[first, second], whose[first], whose[second])

    @classmethod
    def across(cls, scores: ArrayLike, probes: ArrayLike, references: ArrayLike, apart: ArrayLike) -> Self:
        """Every probe against every reference.

        Args:
            scores: (p, r).
            probes: (p,), subjects.
            references: (r,), subjects.
            apart: bool (p, r), False where both were made of one picture, which compares nothing.
        """
        left, right = np.nonzero(np.asarray(apart, np.bool_))
        matrix = np.asarray(scores, np.float64)
        return cls(matrix[left, right], np.asarray(probes, np.int64)[left], np.asarray(references, np.int64)[right])

    def __len__(self) -> int:
        return len(self.scores)

    @property
    def mated(self) -> NDArray[np.bool_]:
        """Of each, whether both sides are of one subject: bool (n,)."""
        return np.asarray(self.probes == self.references)

    @property
    def subjects(self) -> Numbers:
        """Every subject once, sorted."""
        return np.unique(np.concatenate([self.probes, self.references]))

    def where(self, chosen: NDArray[np.bool_]) -> Self:
        """Those that a mask chooses."""
        return type(self)(self.scores[chosen], self.probes[chosen], self.references[chosen])

    def among(self, subjects: Collection[int]) -> Self:
        """Those whose two sides are both of these subjects."""
        wanted = np.fromiter(subjects, np.int64, len(subjects))
        return self.where(np.isin(self.probes, wanted) & np.isin(self.references, wanted))
