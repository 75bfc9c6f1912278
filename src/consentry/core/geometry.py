"""Places in a picture and on the floor.

Picture positions are fractions of width and height (0-1, from the top left), so that they survive a change of
resolution. Floor positions are metres on the ground plane.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]
"""float32, (n, 2)."""
Boxes = NDArray[np.float32]
"""float32, (n, 4): left, top, right, bottom as fractions of the picture."""

_PARALLEL = 1e-12
"""Below this the cross product of two edges counts as zero: picture fractions carry about 1e-7."""


def _cross(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _segments_cross(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], d: tuple[float, float]
) -> bool:
    """Whether the segments ab and cd meet in one inner point of both."""
    return _cross(a, b, c) * _cross(a, b, d) < -_PARALLEL and _cross(c, d, a) * _cross(c, d, b) < -_PARALLEL


def crossing_edges(corners: tuple[tuple[float, float], ...]) -> tuple[int, int] | None:
    """The first two edges of a polygon that cross each other (edge i runs from corner i to corner i+1), or None.

    >>> crossing_edges(((0, 0), (1, 0), (1, 1), (0, 1))) is None
    True
    >>> crossing_edges(((0, 0), (1, 1), (1, 0), (0, 1)))
    (0, 2)
    """
    n = len(corners)
    for i in range(n):
        for j in range(i + 2, n):
            if i == 0 and j == n - 1:
                continue  # neighbours through the first corner
            if _segments_cross(corners[i], corners[(i + 1) % n], corners[j], corners[(j + 1) % n]):
                return i, j
    return None


def polygon_area(corners: NDArray[np.floating]) -> float:
    """Area of a simple polygon by the shoelace formula, in the square of the corners' unit.

    >>> polygon_area(np.array([[0, 0], [2, 0], [2, 3], [0, 3]], float))
    6.0
    """
    x, y = corners[:, 0], corners[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


@dataclass(frozen=True)
class Zone:
    """A named area of the picture."""

    name: str
    corners: tuple[tuple[float, float], ...]
    """Three or more corners in order, fractions of the picture."""

    @cached_property
    def _edges(self) -> NDArray[np.float64]:
        """float64 (4, edges): x and y where each begins, y where it ends, and dx/dy along it."""
        start = np.array(self.corners, np.float64)
        end = np.roll(start, -1, axis=0)
        run, rise = (end - start).T
        return np.stack([start[:, 0], start[:, 1], end[:, 1], run / np.where(rise == 0, 1, rise)])

    def contains(self, points: Points) -> NDArray[np.bool_]:
        """Which points lie inside, by the crossing rule (a point on the left or top edge counts as inside).

        Args:
            points: float32 (n, 2), fractions of the picture.

        Returns:
            bool (n,).

        >>> Zone("left half", ((0, 0), (0.5, 0), (0.5, 1), (0, 1))).contains(np.array([[0.2, 0.5], [0.8, 0.5]]))
        array([ True, False])
        """
        if len(points) == 0:
            return np.zeros(0, np.bool_)
        start_x, start_y, end_y, slant = self._edges
        x, y = points[:, 0:1].astype(np.float64), points[:, 1:2].astype(np.float64)
        spans = (start_y > y) != (end_y > y)
        inside: NDArray[np.bool_] = np.logical_xor.reduce(spans & (x < start_x + (y - start_y) * slant), axis=1)
        return inside


@dataclass(frozen=True, slots=True)
class Tripwire:
    """A line that is crossed in a direction.

    Standing at ``start`` and looking to ``end``, *forward* is from the left to the right hand as the picture shows it.
    """

    name: str
    start: tuple[float, float]
    end: tuple[float, float]

    def crossings(self, before: Points, after: Points) -> NDArray[np.int8]:
        """How straight steps cross the line: +1 forward, -1 backward, 0 not at all.

        A step counts when it begins strictly on one side or on the line and ends on the other side, within the line's
        length; so a walk that pauses on the line is counted once.

        Args:
            before: float32 (n, 2), where each step begins, fractions of the picture.
            after: float32 (n, 2), where it ends.

        Returns:
            int8 (n,).

        >>> wire = Tripwire("door", (0.5, 1.0), (0.5, 0.0))
        >>> wire.crossings(np.array([[0.4, 0.5], [0.6, 0.5]]), np.array([[0.6, 0.5], [0.4, 0.5]]))
        array([ 1, -1], dtype=int8)
        """
        if len(before) == 0:
            return np.zeros(0, np.int8)
        a = np.array(self.start, np.float64)
        along = np.array(self.end, np.float64) - a
        p, q = before.astype(np.float64) - a, after.astype(np.float64) - a
        # The picture's y points down: a positive cross product is the right hand of start -> end.
        side_p = along[0] * p[:, 1] - along[1] * p[:, 0]
        side_q = along[0] * q[:, 1] - along[1] * q[:, 0]
        forward = (side_p <= 0) & (side_q > 0)
        backward = (side_p > 0) & (side_q <= 0)
        span = side_p - side_q
        share = side_p / np.where(span == 0, 1, span)
        meet = p + (q - p) * share[:, None]
        reach = meet @ along / max(float(along @ along), _PARALLEL)
        within = (reach >= 0) & (reach <= 1)
        return np.where(within, forward.astype(np.int8) - backward.astype(np.int8), 0).astype(np.int8)


@dataclass(frozen=True)
class FloorPlan:
    """The ground plane: where a point of the picture is on the floor, in metres.

    Four points known in both suffice (a plane homography; Hartley and Zisserman, Multiple View Geometry, 2nd ed.,
    chapter 4, direct linear transform).
    """

    picture: tuple[tuple[float, float], ...]
    """Four points of the floor in the picture, fractions, no three on a line."""
    metres: tuple[tuple[float, float], ...]
    """The same four points on the floor, m."""

    @cached_property
    def matrix(self) -> NDArray[np.float64]:
        """The homography, float64 (3, 3): picture fractions to metres.

        Raises:
            ValueError: the four points do not span a plane.
        """
        rows = []
        for (u, v), (x, y) in zip(self.picture, self.metres, strict=True):
            rows.append([u, v, 1, 0, 0, 0, -x * u, -x * v, x])
            rows.append([0, 0, 0, u, v, 1, -y * u, -y * v, y])
        system = np.array(rows, np.float64)
        left, right = system[:, :8], system[:, 8]
        if np.linalg.matrix_rank(left) < 8:
            raise ValueError("three of the four floor points lie on one line")
        return np.append(np.linalg.solve(left, right), 1.0).reshape(3, 3)

    @cached_property
    def inverse(self) -> NDArray[np.float64]:
        """The homography back, float64 (3, 3): metres to picture fractions."""
        back: NDArray[np.float64] = np.linalg.inv(self.matrix).astype(np.float64)
        return back

    def to_floor(self, points: Points) -> Points:
        """Picture fractions (n, 2) to metres (n, 2).

        >>> plan = FloorPlan(((0, 0), (1, 0), (1, 1), (0, 1)), ((0, 0), (8, 0), (8, 4), (0, 4)))
        >>> plan.to_floor(np.array([[0.5, 0.5]], np.float32))
        array([[4., 2.]], dtype=float32)
        """
        return _project(self.matrix, points)

    def to_picture(self, points: Points) -> Points:
        """Metres (n, 2) to picture fractions (n, 2)."""
        return _project(self.inverse, points)

    def area(self, zone: Zone) -> float:
        """The zone's area on the floor, m2."""
        return polygon_area(self.to_floor(np.array(zone.corners, np.float32)).astype(np.float64))


def _project(matrix: NDArray[np.float64], points: Points) -> Points:
    raised = np.column_stack([points.astype(np.float64), np.ones(len(points))]) @ matrix.T
    return (raised[:, :2] / raised[:, 2:3]).astype(np.float32)


USUAL_ASPECT = 16 / 9
"""Of nearly all cameras today; taken until a picture has told its own."""


@dataclass(frozen=True, slots=True)
class View:
    """What is known of how a camera looks at its place."""

    aspect: float = USUAL_ASPECT
    """Width of the picture divided by its height."""
    floor: FloorPlan | None = None
    """The ground plane, where it was measured."""


@dataclass(frozen=True, slots=True)
class WholePicture:
    """The place of a hazard that concerns the camera as such."""

    name: str
    """The camera's name."""

    @classmethod
    def of(cls, camera: str) -> Self:
        """The whole picture of a camera."""
        return cls(camera)


Place = Zone | Tripwire | WholePicture


def overlap(a: Boxes, b: Boxes) -> NDArray[np.float32]:
    """Intersection over union of every box of ``a`` with every box of ``b``.

    Args:
        a: float32 (n, 4).
        b: float32 (m, 4).

    Returns:
        float32 (n, m), 0-1.

    >>> overlap(np.array([[0, 0, 1, 1]], np.float32), np.array([[0, 0, 1, 0.5], [2, 2, 3, 3]], np.float32))
    array([[0.5, 0. ]], dtype=float32)
    """
    corner = np.maximum(a[:, None, :2], b[None, :, :2])
    opposite = np.minimum(a[:, None, 2:], b[None, :, 2:])
    inner = np.prod(np.clip(opposite - corner, 0, None), axis=2)
    area_a, area_b = np.prod(a[:, 2:] - a[:, :2], axis=1), np.prod(b[:, 2:] - b[:, :2], axis=1)
    union = area_a[:, None] + area_b[None, :] - inner
    share: NDArray[np.float32] = (inner / np.where(union > 0, union, 1)).astype(np.float32)
    return share
