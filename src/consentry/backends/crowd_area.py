"""How full a zone is, by the share of its floor that people hide: for where persons can no longer be told apart.

A standing person hides a strip of floor behind him: his footprint and, where the line of sight runs ``slant`` metres
along the floor for each metre that it falls, ``slant`` times his height and width. People placed at random at density
``d`` with strips of ``s`` m2 hide the share ``c = 1 - exp(-d s)``; real ones keep apart, hide more, and the curve was
fitted to that. The zone is lifted to the middle of a body, so that as much of people outside is taken for people inside
as the other way round. docs/adr/0008-crowds-by-area.md tells how well it does and where it ends.
"""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.backends.crowd_flow import CrowdFlow
from consentry.backends.foreground import Foreground, Mask
from consentry.backends.standing import Standpoint
from consentry.core.frames import Image
from consentry.core.geometry import Boxes, FloorPlan, Points, View, Zone
from consentry.core.scene import CrowdReading, Detections

_WIDTH = 320
"""px, width of the small picture: at 3 m from corner to corner of a zone a person is still some 10 px wide."""
_MIDDLE_M = 0.9
"""m, height to which the zone is lifted: half of a standing person."""
_TALL_M = 1.7
"""m, a standing person."""
_BROAD_M = 0.25
"""m, mean width of a person's silhouette over his height: 0.20 fits the slim people of rendered crowds, 0.30 the people
in coats of vtest.avi. Between the two, so that real crowds read somewhat too full rather than too empty."""
_FOOTPRINT_M2 = 0.1
"""m2 that a person covers seen from right above: shoulders of 0.45 m by a chest of 0.28 m, an ellipse."""
_BROADEST_M = 0.4
"""m, its breadth, along which the footprint's edge is blurred."""
_EDGE_PX = 2.0
"""px of the small picture by which silhouettes come out too broad, one at each side: shrinking blurs edges. Without it
crowds at 16-19 px/m read 60 % more than those at 60 px/m."""
_APART = 0.26
"""How much more a crowd hides because people keep apart: fitted, with the two numbers above, on rendered crowds at 0.5
to 5 persons/m2 under fifteen cameras."""
_FULL = 0.99
"""Share hidden above which more people change nothing that can be read: the curve ends there."""
_CELL_M = 0.7
"""m, side of a cell: a person and his strip as a steep camera sees them. Larger ones mix a dense crowd with the empty
floor before it: in a rendered jam cells of 1.0 m read 0.24 persons/m2 less."""
_KNOWN = 0.7
"""Share of the zone in which the empty place must be known."""
_ENTER, _LEAVE = 0.5, 0.35
"""persons/m2 from which area is measured, and below which persons are counted again: a person network found 73 % of a
rendered crowd at 0.11/m2 and 43 % at 1.06; the step between them keeps the method from flickering."""


@dataclass(frozen=True, slots=True, eq=False)
class Lifted:
    """A zone lifted to the middle of a body, in the small picture."""

    zone: Zone
    floor_m2: float
    """Area of the zone, m2."""
    mask: Mask
    """Where it is in the picture."""
    weight: NDArray[np.float32]
    """float32 (n,): m2 that each px of the mask stands for."""
    cell: NDArray[np.intp]
    """intp (n,): cell of some 0.7 m in which each px is; a crowd's front is dense, the floor before it empty."""
    strip_m2: NDArray[np.float64]
    """float64 (cells,): m2 that a standing person hides there."""

    @classmethod
    def of(cls, zone: Zone, view: View, camera: Standpoint, size: tuple[int, int]) -> Self | None:
        """Lift a zone; None where less than half of it would be in the picture."""
        assert view.floor is not None  # noqa: S101 - a standpoint comes from a floor plan
        corners = view.floor.to_floor(np.array(zone.corners, np.float32))
        plane = camera.level(_MIDDLE_M)
        drawn = np.zeros((size[1], size[0]), np.uint8)
        spots = plane.to_picture(corners).astype(np.float64) * size
        cv2.fillPoly(drawn, [np.round(spots * 16).astype(np.int32)], 1, shift=4)
        mask = drawn > 0
        floor_m2 = view.floor.area(zone)
        y, x = np.nonzero(mask)
        places = np.column_stack([(x + 0.5) / size[0], (y + 0.5) / size[1]]).astype(np.float32)
        weight = _area(plane, places) / (size[0] * size[1])
        if not len(x) or weight.sum() < floor_m2 / 2:
            return None
        floor = plane.to_floor(places)
        cell = _cells(floor)
        slant, edge = camera.slant(floor, _MIDDLE_M), _EDGE_PX / (camera.scale(floor, _MIDDLE_M) * size[1])
        hidden = _FOOTPRINT_M2 + edge * _BROADEST_M + (_BROAD_M + edge) * _TALL_M * slant
        strip = np.bincount(cell, hidden * weight) / np.bincount(cell, weight)
        return cls(zone, floor_m2, mask, weight.astype(np.float32), cell, strip)

    def density(self, foreground: Foreground) -> float | None:
        """persons/m2; None where too little of the empty place is known."""
        weight = self.weight * foreground.known[self.mask]
        if weight.sum() < _KNOWN * self.weight.sum():
            return None
        known = np.bincount(self.cell, weight, len(self.strip_m2))
        hidden = np.bincount(self.cell, weight * foreground.mask[self.mask], len(self.strip_m2))
        density = self._density(hidden / np.maximum(known, 1e-9))
        return float((density * known).sum() / known.sum())

    @property
    def reach(self) -> float:
        """Highest density that can be read, persons/m2: the steeper the camera looks down, the higher."""
        return float(np.median(self._density(np.ones(len(self.strip_m2)))))

    def _density(self, hidden: NDArray[np.float64]) -> NDArray[np.float64]:
        """persons/m2 of each cell by the share of it that is hidden, both float64 (cells,)."""
        dense = -np.log1p(-np.minimum(hidden, _FULL))
        return np.asarray(dense / (1 + _APART * dense) / self.strip_m2)


def _cells(floor: Points) -> NDArray[np.intp]:
    """Which of the equal cells of a zone's bounding rectangle each point (n, 2) is in; they are some 0.7 m wide."""
    low, high = floor.min(axis=0), floor.max(axis=0)
    parts = np.maximum(np.round((high - low) / _CELL_M), 1)
    step = np.minimum((floor - low) / np.maximum(high - low, 1e-6) * parts, parts - 1e-3).astype(np.intp)
    _, cell = np.unique(step[:, 0] * 10_000 + step[:, 1], return_inverse=True)
    return np.asarray(cell.ravel(), np.intp)


class CrowdArea:
    """The crowd readings of one camera's zones."""

    def __init__(self, zones: tuple[Zone, ...], view: View) -> None:
        self._zones, self._view = zones, view
        self._size = (0, 0)
        self._foreground, self._flow = Foreground(), CrowdFlow()
        self._camera: Standpoint | None = None
        self._lifted: dict[str, Lifted] = {}
        self._by_area: set[str] = set()
        self._persons: Boxes = np.zeros((0, 4), np.float32)

    def see(self, at: float, image: Image) -> None:
        """Take the next picture. Costs nothing where no zone can be measured by its area."""
        rows, columns = image.shape[:2]
        size = (_WIDTH, max(2, round(_WIDTH * rows / columns)))
        if size != self._size:
            self._size = size
            self._look_up(View(columns / rows, self._view.floor))
        if self._lifted:
            small: Image = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
            self._foreground.see(at, small, self._persons)
            self._flow.see(at, small)

    def _look_up(self, view: View) -> None:
        """Lift the zones, now that the picture's shape is known."""
        self._camera = Standpoint.of(view)
        if self._camera is not None:
            lifted = {zone.name: Lifted.of(zone, view, self._camera, self._size) for zone in self._zones}
            self._lifted = {name: one for name, one in lifted.items() if one is not None}

    def read(self, persons: Detections) -> tuple[CrowdReading, ...]:
        """How full each zone is in the picture last seen, given the persons found in it."""
        self._persons = persons.boxes
        feet = np.column_stack([(persons.boxes[:, 0] + persons.boxes[:, 2]) / 2, persons.boxes[:, 3]])
        return tuple(self._read(zone, int(np.count_nonzero(zone.contains(feet)))) for zone in self._zones)

    def _read(self, zone: Zone, found: int) -> CrowdReading:
        if self._view.floor is None:
            return CrowdReading(zone.name, float(found))
        floor_m2 = self._view.floor.area(zone)
        counted = found / floor_m2
        lifted = self._lifted.get(zone.name)
        area = lifted.density(self._foreground) if lifted else None
        # Persons found one by one are there, whatever the area says.
        density = max(counted, area or 0.0)
        if lifted is None or area is None or density < (_LEAVE if zone.name in self._by_area else _ENTER):
            self._by_area.discard(zone.name)
            return CrowdReading(zone.name, float(found), counted)
        self._by_area.add(zone.name)
        assert self._camera is not None  # noqa: S101 - nothing is lifted without; this tells the type checker
        motion = self._flow.read(self._camera, lifted.mask & self._foreground.mask)
        return CrowdReading(
            zone.name,
            density * floor_m2,
            density,
            speed=None if motion is None else motion.speed,
            variance=None if motion is None else motion.variance,
            method="area",
        )


def _area(plane: FloorPlan, places: NDArray[np.float32]) -> NDArray[np.float64]:
    """m2 that a whole picture would have at the scale of each place (n, 2): the homography's Jacobian."""
    matrix = plane.matrix
    depth = np.column_stack([places, np.ones(len(places))]) @ matrix[2]
    area: NDArray[np.float64] = abs(float(np.linalg.det(matrix))) / np.abs(depth) ** 3
    return area


def reach(zone: Zone, view: View) -> float | None:
    """Highest density that can be read in a zone, persons/m2; None where only counting is possible.

    A limit above it will never be told. Measured for zones of 3 m2 that are looked down at by 29, 44, 60 and 71
    degrees: 2.1, 3.3, 5.1 and 7.2.
    """
    camera = Standpoint.of(view)
    lifted = None if camera is None else Lifted.of(zone, view, camera, (_WIDTH, max(2, round(_WIDTH / view.aspect))))
    return None if lifted is None else lifted.reach
