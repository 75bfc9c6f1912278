"""The search of one template among many: exact, by one product of a matrix that lies in memory in one piece.

A small port, ``Search``, so that another engine can stand in its place; and the one that a journey's gallery needs. A
few thousand references are some megabytes: reading them once is all the work there is, and nothing approximate is
faster (``bench.search``).
"""

from typing import TYPE_CHECKING, Protocol

import numpy as np

from consentry.core.errors import ModelMismatchError
from consentry.face.template import Template

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIRST = 64
"""Rows that there is room for at first; doubled when they are full."""


class Search(Protocol):
    """References in rows, and which are most like a probe. Rows are numbered from 0 without gaps."""

    def __len__(self) -> int:
        """How many references there are."""
        ...

    def add(self, reference: Template, /) -> None:
        """Put a copy of a reference into the next row; the caller may wipe his.

        Raises:
            ModelMismatchError: another model made it than the others.
        """
        ...

    def remove(self, row: int, /) -> None:
        """Overwrite a row; the last one takes its place and number."""
        ...

    def best(self, probe: Template, /) -> tuple[tuple[int, float], ...]:
        """The two most alike rows, or as many as there are, with their scores, the best first; nothing else is kept.

        Raises:
            ModelMismatchError: another model made the probe.
        """
        ...

    def wipe(self) -> None:
        """Overwrite everything and hold nothing."""
        ...


class ExactSearch:
    """The port ``Search`` by a product of numpy's. One thread at a time."""

    def __init__(self) -> None:
        self._model: str | None = None
        self._rows: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._scores: NDArray[np.float32] = np.zeros(0, np.float32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, reference: Template, /) -> None:
        """Put a copy of a reference into the next row; see the port."""
        if self._model is None:
            self._model, self._rows = reference.model, np.zeros((_FIRST, len(reference.vector)), np.float32)
            self._scores = np.zeros(_FIRST, np.float32)
        self._check(reference)
        if self._count == len(self._rows):
            larger = np.zeros((2 * self._count, self._rows.shape[1]), np.float32)
            larger[: self._count] = self._rows
            self._rows.fill(0)
            self._rows, self._scores = larger, np.zeros(len(larger), np.float32)
        self._rows[self._count] = reference.vector
        self._count += 1

    def remove(self, row: int, /) -> None:
        """Overwrite a row; see the port."""
        if not 0 <= row < self._count:
            raise IndexError(f"expected a row below {self._count}, came {row}")
        self._count -= 1
        self._rows[row] = self._rows[self._count]
        self._rows[self._count] = 0

    def best(self, probe: Template, /) -> tuple[tuple[int, float], ...]:
        """The two most alike rows; see the port."""
        if not self._count:
            return ()
        self._check(probe)
        scores = self._scores[: self._count]
        try:
            np.matmul(self._rows[: self._count], probe.vector, out=scores)
            first = int(np.argmax(scores))
            found = [(first, float(scores[first]))]
            if self._count > 1:
                scores[first] = -np.inf
                second = int(np.argmax(scores))
                found.append((second, float(scores[second])))
            return tuple(found)
        finally:
            scores.fill(0)  # how alike somebody is to each of the others is nobody's business

    def wipe(self) -> None:
        """Overwrite everything; see the port."""
        self._rows.fill(0)
        self._scores.fill(0)
        self._count = 0

    def _check(self, template: Template) -> None:
        if template.model != self._model or len(template.vector) != self._rows.shape[1]:
            raise ModelMismatchError(f"expected a template of {self._model}, came one of {template.model}")
