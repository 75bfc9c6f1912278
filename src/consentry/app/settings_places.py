"""Whether drawn places make sense: polygons that close, lines that have a length, floors that span a plane."""

from collections.abc import Iterator
from itertools import combinations
from math import dist

import numpy as np

from consentry.app.settings_faults import Fault
from consentry.app.settings_lines import Path
from consentry.app.settings_tables import FloorTable, Point, TripwireTable, ZoneTable
from consentry.core.geometry import FloorPlan, crossing_edges, polygon_area

SMALLEST_AREA = 1e-4
"""Fraction of the picture below which a zone counts as having no area: 13 x 7 pixels of 1280 x 720, under a foot."""
SHORTEST = 5e-3
"""Fraction of the picture below which a tripwire counts as having no length: 6 pixels of 1280, a point set twice."""
FLATTEST = 0.02
"""Sine of the angle, about one degree, below which three points count as lying on one line: points are read off a
picture to about 0.002, and the floor of a triangle so thin is mostly that error."""


_ON_EDGE = 1e-9
"""Fraction of the picture within which a corner lies exactly on an edge: double precision keeps about 1e-16."""


def zone_faults(zone: ZoneTable, path: Path) -> Iterator[Fault]:
    """Edges that cross, or no area."""
    crossing = crossing_edges(zone.corners) or _crossing_at_corner(zone.corners)
    here = (*path, "corners")
    if crossing is not None:
        edges = " and ".join(_edge(zone.corners, number) for number in crossing)
        yield Fault(here, f"expected edges that do not cross, {edges} do", "give the corners in order around the zone")
    elif polygon_area(np.array(zone.corners, np.float64)) < SMALLEST_AREA:
        yield Fault(here, "expected corners around an area, these lie on one line or point", "draw the zone anew")


def _crossing_at_corner(corners: tuple[Point, ...]) -> tuple[int, int] | None:
    """An edge that leads into a corner and out on the other side of an edge on which that corner lies exactly.

    ``crossing_edges`` sees edges that meet within both. Who types round numbers gets corners on other edges too.
    """
    n = len(corners)
    for i in range(n):
        before, corner, after = corners[i - 1], corners[i], corners[(i + 1) % n]
        for j in range(n):
            start, end = corners[j], corners[(j + 1) % n]
            if i in {j, (j + 1) % n} or not _lies_within(corner, start, end):
                continue
            if _turn(start, end, before) * _turn(start, end, after) < 0:
                return (i - 1) % n, j
    return None


def _lies_within(point: Point, start: Point, end: Point) -> bool:
    """Whether a point lies on a line between its ends, to the rounding of typed numbers."""
    length = dist(start, end)
    if length == 0 or abs(_turn(start, end, point)) > _ON_EDGE * length:
        return False
    along = ((point[0] - start[0]) * (end[0] - start[0]) + (point[1] - start[1]) * (end[1] - start[1])) / length
    return _ON_EDGE < along < length - _ON_EDGE


def _edge(corners: tuple[Point, ...], number: int) -> str:
    return f"corner {number} to {(number + 1) % len(corners)}"


def tripwire_faults(wire: TripwireTable, path: Path) -> Iterator[Fault]:
    """No length."""
    if dist(wire.start, wire.end) < SHORTEST:
        yield Fault(
            (*path, "end"), "expected a line with a length, start and end are the same point", "move one of them"
        )


def floor_faults(floor: FloorTable, path: Path) -> Iterator[Fault]:
    """Four points that are no plane's, in the picture or on the floor."""
    for key, points in (("picture", floor.picture), ("metres", floor.metres)):
        here = (*path, key)
        line = next((chosen for chosen in combinations(range(4), 3) if _on_line([points[i] for i in chosen])), None)
        if line is not None:
            told = ", ".join(map(str, line))
            yield Fault(here, f"expected no three points on one line, points {told} are", "move one aside")
        elif crossing_edges(points) is not None:
            yield Fault(
                here, "expected four points in order around an area, their edges cross", "swap two neighbouring points"
            )
        elif not _convex(points):
            yield Fault(
                here,
                "expected the corners of a shape without a dent, one point lies within the other three",
                "take the four corners of a rectangle on the floor",
            )


def _on_line(three: list[Point]) -> bool:
    a, b, c = three
    spread = max(dist(a, b) * dist(a, c), dist(b, a) * dist(b, c), dist(c, a) * dist(c, b))
    return abs(_turn(a, b, c)) <= FLATTEST * spread


def _convex(points: tuple[Point, ...]) -> bool:
    turns = [_turn(points[i], points[(i + 1) % 4], points[(i + 2) % 4]) for i in range(4)]
    return all(turn > 0 for turn in turns) or all(turn < 0 for turn in turns)


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def beyond_horizon(zone: ZoneTable, plan: FloorPlan) -> bool:
    """Whether a corner lies where the picture no longer shows the floor plan's plane."""
    # On the floor's side of the horizon the projection's divisor has one sign, that of the measured points.
    corners = np.column_stack([np.array(zone.corners, np.float64), np.ones(len(zone.corners))])
    measured = np.append(np.mean(np.array(plan.picture, np.float64), axis=0), 1.0)
    return bool(np.any((corners @ plan.matrix[2]) * (measured @ plan.matrix[2]) <= 0))
