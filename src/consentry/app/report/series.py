"""Observations of one camera as lines to draw: few enough points for a page, and gaps where nobody looked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.app.report.axis import Axis
from consentry.core.observation import Observation

MOST_CELLS = 360
"""Cells of a line at most: a plot is some 520 pixels wide, and a line takes one and a half."""
SILENCE_S = 15.0
"""s without an observation from which on nobody looked. Stretches follow each other within a second; a resting camera's
keyframes come at most some 10 s apart."""

Values = NDArray[np.float64]
"""float64 (cells,); NaN where there is nothing to tell."""


@dataclass(frozen=True, slots=True, eq=False)
class PlaceSeries:
    """One zone or tripwire over time."""

    people: Values
    """Highest of the mean numbers of persons."""
    density: Values
    """Highest persons/m2."""
    dwell: Values
    """Longest stay, s."""
    waiting: Values
    """Longest waiting time, s."""
    forward: Values
    """Crossings so far."""
    backward: Values
    """Crossings so far."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """What one camera saw, cell by cell."""

    edges: Values
    """float64 (cells + 1,), s UTC, ascending."""
    people: Values
    """Mean number of persons in the picture."""
    most: Values
    """Highest number of persons in one picture."""
    places: dict[str, PlaceSeries]
    """By name, as they were first seen."""


def series_of(observations: Sequence[Observation], axis: Axis) -> Series | None:
    """The lines of one camera along an axis; None where it has none.

    Cells are the camera's own stretches if they are few and follow each other, else equal ones.
    """
    seen = [one for one in observations if axis.holds(one.begin)]
    if not seen:
        return None
    begin, end = np.array([one.begin for one in seen]), np.array([one.end for one in seen])
    apart = bool(np.all(end[:-1] <= begin[1:]))
    edges, cell = _own(begin, end) if len(seen) <= MOST_CELLS and apart else _equal(begin, end)
    cells = len(edges) - 1
    looked = np.bincount(cell, minlength=cells)
    people = np.bincount(cell, np.array([one.people for one in seen]), cells)
    mean = np.where(looked > 0, people / np.maximum(looked, 1), np.nan)
    return Series(edges, mean, _highest(cell, [one.most for one in seen], cells), _places(seen, cell, looked))


def watched(observations: Sequence[Observation]) -> tuple[tuple[float, float], ...]:
    """Stretches of time in which somebody looked, s UTC, in order.

    Args:
        observations: of one camera, by the time that they began.
    """
    found: list[list[float]] = []
    for one in observations:
        if found and one.begin - found[-1][1] <= SILENCE_S:
            found[-1][1] = max(found[-1][1], one.end)
        else:
            found.append([one.begin, one.end])
    return tuple((begin, end) for begin, end in found)


def _own(begin: Values, end: Values) -> tuple[Values, NDArray[np.intp]]:
    """A cell for each stretch; a silence is a cell without any."""
    edges, cell = [float(begin[0])], []
    for k in range(len(begin)):
        if begin[k] - edges[-1] > SILENCE_S:
            edges.append(float(begin[k]))
        else:
            edges[-1] = float(begin[k])  # the step between two pictures belongs to the stretch before
        cell.append(len(edges) - 1)
        edges.append(max(float(end[k]), edges[-1] + 1e-3))  # a stretch of a single picture has a width too
    return np.array(edges), np.array(cell, np.intp)


def _equal(begin: Values, end: Values) -> tuple[Values, NDArray[np.intp]]:
    """Equal cells, not narrower than a stretch, so that a cell is empty only where nobody looked."""
    span = max(float(end.max() - begin[0]), 1.0)
    width = max(span / MOST_CELLS, 1.5 * float(np.quantile(end - begin, 0.9)))
    cells = max(int(np.ceil(span / width)), 1)
    cell = np.clip((((begin + end) / 2 - begin[0]) / width).astype(np.intp), 0, cells - 1)
    return begin[0] + width * np.arange(cells + 1), cell


def _places(seen: Sequence[Observation], cell: NDArray[np.intp], looked: NDArray[np.intp]) -> dict[str, PlaceSeries]:
    told: dict[str, list[tuple[int, float, float, float, float, int, int]]] = {}
    for at, one in zip(cell.tolist(), seen, strict=True):
        for known in one.places:
            told.setdefault(known.place, []).append(
                (at, known.people, _number(known.density), known.dwell_s, _number(known.waiting_s), known.forward,
                 known.backward)
            )  # fmt: skip
    return {place: _place(np.array(rows, np.float64), looked) for place, rows in told.items()}


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def _place(rows: NDArray[np.float64], looked: NDArray[np.intp]) -> PlaceSeries:
    cell, cells = rows[:, 0].astype(np.intp), len(looked)
    people, density, dwell, waiting = (_highest(cell, rows[:, column], cells) for column in range(1, 5))
    forward, backward = (
        np.where(looked > 0, np.cumsum(np.bincount(cell, rows[:, column], cells)), np.nan) for column in (5, 6)
    )
    return PlaceSeries(people, density, dwell, waiting, forward, backward)


def _highest(cell: NDArray[np.intp], values: Sequence[float] | Values, cells: int) -> Values:
    highest = np.full(cells, np.nan)
    np.fmax.at(highest, cell, np.asarray(values, np.float64))
    return highest
