"""What a camera saw over a stretch of time, in numbers that say nothing about anybody: the stuff of plots."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HEAT_SHAPE = (36, 64)
"""Rows and columns of the heat map: 20-pixel cells on a 1280x720 picture, coarser than a person."""


@dataclass(frozen=True, slots=True)
class PlaceObservation:
    """One zone or tripwire over the stretch."""

    place: str
    people: float = 0.0
    """Mean number of persons in the zone."""
    density: float | None = None
    """Highest persons/m2; None without a floor plan."""
    dwell_s: float = 0.0
    """Longest time that somebody present had been in the zone, s."""
    waiting_s: float | None = None
    """Estimated waiting time of a queue, s; None where none is measured."""
    forward: int = 0
    """Crossings of the tripwire forward."""
    backward: int = 0
    """Crossings backward."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One camera over a stretch of time."""

    camera: str
    begin: float
    """s UTC."""
    end: float
    """s UTC."""
    looked: int
    """Pictures looked at."""
    people: float
    """Mean number of persons in the picture."""
    most: int
    """Highest number of persons in one picture."""
    places: tuple[PlaceObservation, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class HeatMap:
    """Where feet were, for how long."""

    camera: str
    seconds: NDArray[np.float32]
    """float32 ``HEAT_SHAPE``: person-seconds in each cell of the picture."""
