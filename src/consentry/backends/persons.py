"""Find persons, and bags where the network knows them: three networks to choose from, and motion alone.

Which one is the default, and why these thresholds: docs/adr/0002-person-network.md, measured by ``bench.networks``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from consentry.backends.motion import MotionDetector
from consentry.backends.networks import Pixels, load_network
from consentry.backends.tensors import letterboxed, stretched, strongest
from consentry.core.errors import SupplyError
from consentry.core.frames import Image
from consentry.core.geometry import Boxes
from consentry.core.scene import Detections, Label
from consentry.ports import Detector, Network

Candidates = tuple[Boxes, NDArray[np.float32], NDArray[np.int16]]
"""Boxes (n, 4) as fractions, scores (n,), labels (n,)."""

_COCO = {0: Label.PERSON, 24: Label.BAG, 26: Label.BAG, 28: Label.BAG}
"""COCO's 80 classes: person; backpack, handbag, suitcase."""
_COCO_CLASSES = np.array(sorted(_COCO))
_COCO_LABELS = np.array([_COCO[number] for number in sorted(_COCO)], np.int16)
_OVERLAP = 0.45
"""Boxes of one label that share more than this of their union are one: person-detection-retail-0013 has the same built
in, so that the three networks are compared alike."""


def load_detector(name: str, *, threshold: float | None = None, runtime: str | None = None) -> Detector:
    """A detector by its name in the manifest, or ``motion``. Make one for each camera: ``motion`` keeps a background.

    Args:
        name: ``person-detection-retail-0013``, ``picodet-s-320``, ``yolox-nano`` or ``motion``.
        threshold: score, 0-1, from which a box counts; None: the one at which it was measured.
        runtime: ``openvino`` or ``onnx``; None: as the manifest prefers.

    Raises:
        SupplyError: its files are missing or altered, or the name is none of a detector.
        NetworkError: the runtime refused it.
    """
    if name == "motion":
        return MotionDetector()
    if name not in _KINDS:
        raise SupplyError(f"expected a detector of {', '.join([*_KINDS, 'motion'])}, came {name!r}")
    kind = _KINDS[name]
    network = load_network(name, runtime=runtime, pixels=kind.pixels)
    return _NetworkDetector(name, network, kind, kind.threshold if threshold is None else threshold)


@dataclass(frozen=True, slots=True)
class _Kind:
    look: Callable[[Network, Image, float], Candidates]
    threshold: float
    """Score, 0-1, from which a box counts."""
    pixels: Pixels | None = None


class _NetworkDetector:
    def __init__(self, name: str, network: Network, kind: _Kind, threshold: float) -> None:
        self.name = name
        self._network, self._kind, self._threshold = network, kind, threshold

    def detect(self, image: Image, /) -> Detections:
        """Persons and, where the network knows them, bags."""
        boxes, scores, labels = self._kind.look(self._network, image, self._threshold)
        boxes = np.clip(boxes, 0, 1).astype(np.float32)
        # Labels are set apart by moving each one's boxes out of the others' reach, so that one pass serves all.
        kept = strongest(boxes + 2 * labels[:, None].astype(np.float32), scores, _OVERLAP)
        kept = kept[(boxes[kept, 2:] > boxes[kept, :2]).all(axis=1)]
        return Detections(boxes[kept], scores[kept].astype(np.float32), labels[kept])


def _look_retail(network: Network, image: Image, threshold: float) -> Candidates:
    return decode_retail(network.run(stretched(image, 544, 320))["detection_out"], threshold)


def decode_retail(output: NDArray[np.float32], threshold: float) -> Candidates:
    """An SSD's list (1, 1, 200, 7): picture, label, score, then a box in fractions; picture -1 ends it."""
    rows = output.reshape(-1, 7)
    rows = rows[np.logical_and.accumulate(rows[:, 0] >= 0)]
    rows = rows[(rows[:, 2] >= threshold) & (rows[:, 1] == 1)]
    return rows[:, 3:7], rows[:, 2], np.full(len(rows), Label.PERSON, np.int16)


def _look_yolox(network: Network, image: Image, threshold: float) -> Candidates:
    size = 416
    tensor, per_x, per_y = letterboxed(image, size, size, 114)
    boxes, scores, labels = decode_yolox(network.run(tensor)["output"], size, threshold)
    return boxes * np.array([per_x, per_y, per_x, per_y], np.float32), scores, labels


def decode_yolox(output: NDArray[np.float32], size: int, threshold: float) -> Candidates:
    """YOLOX's cells (1, n, 85): centre, size, object, 80 classes; boxes in px (arXiv:2107.08430)."""
    cells = output[0]
    chances = cells[:, 4:5] * cells[:, 5 + _COCO_CLASSES]
    which, kind = np.nonzero(chances >= threshold)
    columns, rows, strides = _grid(size, (8, 16, 32))
    centre_x = (cells[which, 0] + columns[which]) * strides[which]
    centre_y = (cells[which, 1] + rows[which]) * strides[which]
    wide, high = np.exp(cells[which, 2:4]).T * strides[which] / 2
    boxes = np.stack([centre_x - wide, centre_y - high, centre_x + wide, centre_y + high], axis=1)
    return boxes, chances[which, kind], _COCO_LABELS[kind]


_IMAGENET = Pixels((103.53, 116.28, 123.675), (57.375, 57.12, 58.395))
"""ImageNet's mean and standard deviation of blue, green, red, of 255, as PaddleDetection's reader has them."""


def _look_picodet(network: Network, image: Image, threshold: float) -> Candidates:
    found = network.run(stretched(image, 320, 320))
    outputs = [found[f"save_infer_model/scale_{number}.tmp_1"][0] for number in range(8)]
    return decode_picodet(np.concatenate(outputs[:4]), np.concatenate(outputs[4:]), 320, threshold)


def decode_picodet(classes: NDArray[np.float32], edges: NDArray[np.float32], size: int, threshold: float) -> Candidates:
    """PicoDet's cells: 80 scores, and for each edge a distribution over eight distances (arXiv:2111.00902).

    Args:
        classes: float32 (n, 80), scores 0-1.
        edges: float32 (n, 32), logits of the distances 0-7 cells to the left, top, right, bottom.
        size: px, of the square input.
        threshold: score from which a cell counts.
    """
    chances = classes[:, _COCO_CLASSES]
    which, kind = np.nonzero(chances >= threshold)
    columns, rows, strides = _grid(size, (8, 16, 32, 64))
    logits = edges[which].reshape(-1, 4, 8)
    share = np.exp(logits - logits.max(axis=2, keepdims=True))
    distance: NDArray[np.float32] = share @ np.arange(8, dtype=np.float32) / share.sum(axis=2) * strides[which, None]
    centre = (np.stack([columns, rows], axis=1)[which] + 0.5) * strides[which, None]
    boxes = np.concatenate([centre - distance[:, :2], centre + distance[:, 2:]], axis=1) / size
    return boxes.astype(np.float32), chances[which, kind], _COCO_LABELS[kind]


@cache
def _grid(size: int, strides: tuple[int, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Column, row and stride (px) of every cell of square grids, finest first."""
    parts = []
    for stride in strides:
        side = size // stride
        rows, columns = np.divmod(np.arange(side * side), side)
        parts.append(np.stack([columns, rows, np.full(side * side, stride)]))
    columns, rows, steps = np.concatenate(parts, axis=1).astype(np.float32)
    return columns, rows, steps


_KINDS = {
    # Of 70 persons in 24 pictures checked by eye (bench/people.toml) it finds 61 with 4 boxes that are nobody; 65 with
    # 13 at 0.2, 56 with 1 at 0.5.
    "person-detection-retail-0013": _Kind(_look_retail, 0.3, Pixels()),
    # 65 with 1; at 0.4 two dozen pictures hold 13 boxes of nobody and the clips 5 false alarms, at 0.5 it finds 62.
    "picodet-s-320": _Kind(_look_picodet, 0.45, _IMAGENET),
    # 69 with 9, posts and windows of which it is sure: a higher threshold loses persons first (65 with 5 at 0.5).
    "yolox-nano": _Kind(_look_yolox, 0.3),
}
