"""Real laboratory crowds (data of the Juelich pedestrian archive) as scenes with crowd readings.

The measure: density is a Gaussian kernel of R = 0.7 m (each person weighs exp(-d^2/R^2) / (pi R^2)), averaged over a
grid of 0.2 m in the zone, so it is somewhat low beside walls. Velocity is over 0.8 s. The variance is that of the
persons in the zone, two streams told apart along the main axis of motion, each one's mean velocity removed. Speed is
the median of those persons'. Five readings a second.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from consentry.core.scene import CrowdReading, Scene, Signals
from hazards.walks import CAMERA, ZONE

KERNEL_M, GRID_M, SPAN_S, RATE = 0.7, 0.2, 0.8, 5.0
FEWEST = 3
"""Persons in the zone needed for a speed and a variance."""


@dataclass(frozen=True)
class Crowd:
    """One recorded crowd and the rectangle in which it is measured."""

    name: str
    file: str
    zone: tuple[float, float, float, float]
    """Left, lower, right, upper, m."""
    rate: float = 25.0
    """Frames a second where the header does not say."""


BOTTLENECK = Crowd("bottleneck", "040_c_56_h-.txt", (-1.2, -0.4, 0.9, 1.2))
CORRIDOR = Crowd("bidirectional corridor", "bi_corr_400_b_03.txt", (-2.0, 0.5, 2.0, 3.7))
ONE_WAY = Crowd("one-way corridor", "uo-070-180-180.txt", (0.0, -1.0, 1.9, 2.0), rate=16.0)


class Recording:
    """Trajectories: id, frame, x, y in metres or centimetres as the header says (without one: centimetres)."""

    def __init__(self, path: Path, crowd: Crowd) -> None:
        head = path.read_text()[:500]
        table = np.loadtxt(path)
        rate = re.search(r"framerate: (\d+)", head)
        self.zone = crowd.zone
        times = table[:, 1] / (float(rate[1]) if rate else crowd.rate)
        places = table[:, 2:4] * (1.0 if "x/m" in head else 0.01)
        self.ways = [(times[table[:, 0] == k], places[table[:, 0] == k]) for k in np.unique(table[:, 0])]
        self.begin, self.end = float(times.min()) + SPAN_S, float(times.max()) - SPAN_S

    @cached_property
    def readings(self) -> list[tuple[float, CrowdReading]]:
        """Time and reading, five a second."""
        return [(float(at), self._read(float(at))) for at in np.arange(self.begin, self.end, 1 / RATE)]

    def scenes(self) -> list[Scene]:
        return [
            Scene(
                **{**{k: getattr(Scene.empty(CAMERA, at), k) for k in Scene.__slots__}, "signals": Signals(crowd=(r,))}
            )
            for at, r in self.readings
        ]

    def _read(self, at: float) -> CrowdReading:
        there = [w for w in self.ways if w[0][0] <= at - SPAN_S / 2 and at + SPAN_S / 2 <= w[0][-1]]
        places = np.array([_at(w, at) for w in there]).reshape(-1, 2)
        before = np.array([_at(w, at - SPAN_S / 2) for w in there]).reshape(-1, 2)
        after = np.array([_at(w, at + SPAN_S / 2) for w in there]).reshape(-1, 2)
        left, low, right, high = self.zone
        inside = (places >= (left, low)).all(axis=1) & (places <= (right, high)).all(axis=1)
        velocity = (after - before)[inside] / SPAN_S
        enough = len(velocity) >= FEWEST
        return CrowdReading(
            zone=ZONE.name,
            people=float(np.count_nonzero(inside)),
            density=self._density(places),
            speed=float(np.median(np.hypot(*velocity.T))) if enough else None,
            variance=stream_variance(velocity) if enough else None,
            method="area",
        )

    def _density(self, places: NDArray[np.float64]) -> float:
        left, low, right, high = self.zone
        x, y = np.meshgrid(np.arange(left + GRID_M / 2, right, GRID_M), np.arange(low + GRID_M / 2, high, GRID_M))
        grid = np.column_stack([x.ravel(), y.ravel()])
        square = ((grid[:, None] - places[None]) ** 2).sum(axis=2)
        return float((np.exp(-square / KERNEL_M**2) / (np.pi * KERNEL_M**2)).sum(axis=1).mean())


def stream_variance(velocity: NDArray[np.float64]) -> float:
    """Mean squared deviation from the mean of one's own stream, m2/s2."""
    axis = np.linalg.eigh(velocity.T @ velocity)[1][:, -1]
    forward = velocity @ axis > 0
    rest = velocity.copy()
    for stream in (forward, ~forward):
        if stream.any():
            rest[stream] -= velocity[stream].mean(axis=0)
    return float((rest**2).sum(axis=1).mean())


def _at(way: tuple[NDArray[np.float64], NDArray[np.float64]], at: float) -> tuple[float, float]:
    times, places = way
    return float(np.interp(at, times, places[:, 0])), float(np.interp(at, times, places[:, 1]))
