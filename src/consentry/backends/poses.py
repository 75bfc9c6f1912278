"""Where joints are: human-pose-estimation-0001, looked at in crops of the picture around the boxes that are asked for.

It costs several looks of a person network, so it is for second looks alone. Such networks learnt from who stands: a
crop turned by a quarter makes of who lies somebody who stands. In 18 pictures of lying people (three from each shared
clip of a fall) it finds them in 10 as they are, and in 16 with both turns. Eighteen joints in OpenPose's order (Cao and
others, arXiv:1812.08008), numbers of places and nothing else: it knows nobody.
"""

from collections.abc import Iterator, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.backends.manifest import Role, supply
from consentry.backends.networks import Pixels, load_network
from consentry.backends.tensors import fielded
from consentry.core.errors import NetworkError, SupplyError
from consentry.core.frames import Image
from consentry.core.geometry import Boxes
from consentry.core.scene import JOINTS
from consentry.ports import PoseEstimator

WIDTH, HEIGHT = 456, 256
"""px of the network's input."""
_STRIDE = 8
"""px of a cell of its maps."""
_LEAST = 0.15
"""Of 1, the map's height from which a peak is a joint: OpenPose's demos take 0.1, which in dim rooms finds joints in
curtains; a lying person's are 0.2-0.9 in the six shared clips of falls."""
_ALONG = 0.05
"""Least length of the field along a limb, 0-1, and ``_SHARE`` of the samples that must have it: as OpenPose."""
_SHARE = 0.8
_SAMPLES = 10
_FEWEST = 4
"""Joints of a person: fewer are a lamp and its shadow."""
_SAME = 0.5
"""Share of the surer one's joints in the other's box from which two are one person seen twice."""
_LIMBS = (
    # joint, joint, plane of the field's x (y is the next): OpenPose's order for COCO
    (1, 2, 12), (1, 5, 20), (2, 3, 14), (3, 4, 16), (5, 6, 22), (6, 7, 24), (1, 8, 0), (8, 9, 2), (9, 10, 4),
    (1, 11, 6), (11, 12, 8), (12, 13, 10), (1, 0, 28), (0, 14, 30), (14, 16, 34), (0, 15, 32), (15, 17, 36),
)  # fmt: skip

Maps = Mapping[str, NDArray[np.float32]]


def load_pose_estimator(name: str = "human-pose-estimation-0001-int8") -> PoseEstimator:
    """A pose network by its name in the manifest.

    Raises:
        SupplyError: its files are missing or altered, or the name is none of a pose network.
        NetworkError: the runtime refused it.
    """
    if supply(name).role is not Role.POSES:
        raise SupplyError(f"expected a network for poses, came {name!r}, which is for {supply(name).role.value}")
    return _OpenPose(name)


class _OpenPose:
    def __init__(self, name: str) -> None:
        self.name = name
        self._upright = load_network(name, pixels=Pixels())
        self._turned = load_network(name, shape=(1, 3, WIDTH, HEIGHT), pixels=Pixels())

    def poses(self, image: Image, boxes: Boxes, /, *, lying: bool = False) -> tuple[NDArray[np.float32], ...]:
        """Those found in each box."""
        return tuple(self._look(image, box, (0, 1, -1) if lying else (0,)) for box in boxes)

    def _look(self, image: Image, box: NDArray[np.float32], turns: tuple[int, ...]) -> NDArray[np.float32]:
        rows, columns = image.shape[:2]
        left, top, right, bottom = _cut(box, columns, rows)
        part = image[top:bottom, left:right].astype(np.uint8, copy=False)
        people = np.concatenate([self._turn(part, turn) for turn in turns])
        people = people[_apart(people)]
        seen = people[..., 2] > 0
        people[..., :2] = (people[..., :2] + (left, top)) / (columns, rows)
        people[~seen] = 0
        return people

    def _turn(self, part: Image, turn: int) -> NDArray[np.float32]:
        """People in a crop that is turned by quarters, joints in px of the crop as it was."""
        rows, columns = part.shape[:2]
        network, size = (self._turned, (HEIGHT, WIDTH)) if turn else (self._upright, (WIDTH, HEIGHT))
        field, per_x, per_y = fielded(np.ascontiguousarray(np.rot90(part, turn)), *size, 0)
        people = decode(network.run(field))
        field.fill(0)  # somebody, and nobody's any more
        wide, high = (rows, columns) if turn else (columns, rows)
        x, y = people[..., 0] * per_x * wide, people[..., 1] * per_y * high
        back = {0: (x, y), 1: (columns - y, x), -1: (y, rows - x)}[turn]
        people[..., 0], people[..., 1] = back
        return people


def _apart(people: NDArray[np.float32]) -> list[int]:
    """Which are people of their own: of two in one place the one that is seen more surely."""
    kept: list[int] = []
    for one in np.argsort(-people[..., 2].sum(axis=1), kind="stable"):
        mine = people[one][people[one, :, 2] > 0][:, :2]
        low, high = mine.min(axis=0), mine.max(axis=0)
        inside = (
            np.all((q[:, :2] >= low - 8) & (q[:, :2] <= high + 8), axis=1).mean()
            for q in (people[k][people[k, :, 2] > 0] for k in kept)
        )
        if not any(share > _SAME for share in inside):
            kept.append(int(one))
    return kept


def _cut(box: NDArray[np.float32], columns: int, rows: int) -> tuple[int, int, int, int]:
    """The box in px, rounded outward and widened to the network's shape: what is beside it costs nothing more."""
    left, top, right, bottom = (np.clip(box, 0, 1) * (columns, rows, columns, rows)).tolist()
    wide, high = max(right - left, 8.0), max(bottom - top, 8.0)
    grow_x, grow_y = max(0.0, high * WIDTH / HEIGHT - wide) / 2, max(0.0, wide * HEIGHT / WIDTH - high) / 2
    left, right = max(0, int(left - grow_x)), min(columns, int(np.ceil(right + grow_x)))
    top, bottom = max(0, int(top - grow_y)), min(rows, int(np.ceil(bottom + grow_y)))
    return min(left, columns - 8), min(top, rows - 8), max(right, left + 8), max(bottom, top + 8)


def decode(maps: Maps) -> NDArray[np.float32]:
    """People in the network's maps: float32 (n, 18, 3), x and y in px of the input, score 0-1; all 0: not seen.

    Args:
        maps: ``Mconv7_stage2_L2`` (1, 19, 32, 57), how likely each joint is where, and ``Mconv7_stage2_L1``
            (1, 38, 32, 57), which way limbs run.

    Raises:
        NetworkError: they are not there.
    """
    try:
        heat, fields = maps["Mconv7_stage2_L2"][0], maps["Mconv7_stage2_L1"][0]
    except KeyError as error:
        raise NetworkError(
            f"expected the maps Mconv7_stage2_L1 and _L2 of a pose network, came {sorted(maps)}"
        ) from error
    peaks = [_peaks(heat[joint]) for joint in range(JOINTS)]
    # Strongest limbs first; a limb joins two people unless both have the same joint already (Kruskal's way to a tree).
    owner = {(joint, k): {joint: k} for joint, found in enumerate(peaks) for k in range(len(found))}
    for _, (a, i), (b, j) in sorted(_limbs(peaks, fields), key=lambda limb: -limb[0]):
        one, other = owner[a, i], owner[b, j]
        if one is other or one.keys() & other.keys():
            continue
        one.update(other)
        for joint, k in other.items():
            owner[joint, k] = one
    people = {id(one): one for one in owner.values() if len(one) >= _FEWEST}.values()
    joints = np.zeros((len(people), JOINTS, 3), np.float32)
    for row, one in enumerate(people):
        for joint, k in one.items():
            joints[row, joint] = peaks[joint][k]
    joints[..., :2] = (joints[..., :2] + 0.5) * _STRIDE * (joints[..., 2:] > 0)
    return joints


def _peaks(heat: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32 (n, 3): x, y in cells to a fraction, height, of a map's peaks."""
    high = cv2.dilate(heat, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero((heat >= _LEAST) & (heat >= high))
    found = np.column_stack([columns, rows, heat[rows, columns]]).astype(np.float32)
    edged = np.pad(heat, 1, mode="edge")
    for row, (y, x) in enumerate(zip(rows, columns, strict=True)):  # the top of a parabola through three cells
        patch = edged[y : y + 3, x : x + 3]
        found[row, 0] += _summit(patch[1])
        found[row, 1] += _summit(patch[:, 1])
    return found


def _summit(three: NDArray[np.float32]) -> float:
    low, middle, high = (float(value) for value in three)
    bend = low - 2 * middle + high
    return float(np.clip((low - high) / (2 * bend), -0.5, 0.5)) if bend < 0 else 0.0


def _limbs(
    peaks: list[NDArray[np.float32]], fields: NDArray[np.float32]
) -> Iterator[tuple[float, tuple[int, int], tuple[int, int]]]:
    """Every pair of joints that the field runs between: how well, and which two."""
    _, rows, columns = fields.shape
    along = np.linspace(0, 1, _SAMPLES, dtype=np.float32)[:, None]
    for a, b, plane in _LIMBS:
        for i, start in enumerate(peaks[a]):
            for j, end in enumerate(peaks[b]):
                way = end[:2] - start[:2]
                length = float(np.hypot(*way))
                if length < 1e-3:
                    continue
                x, y = np.rint(start[:2] + way * along).astype(int).T
                x, y = np.clip(x, 0, columns - 1), np.clip(y, 0, rows - 1)
                run = (fields[plane, y, x] * way[0] + fields[plane + 1, y, x] * way[1]) / length
                good = run > _ALONG
                if good.mean() >= _SHARE:
                    yield float(run[good].mean()), (a, i), (b, j)
