"""Find faces so that they can be made unrecognisable: YuNet, and CenterFace, which a Python dependency carries.

Both take any size that is a multiple of 32, so the picture keeps its shape. Neither knows anybody. The thresholds are
low on purpose: a lamp covered by mistake is cheap, a face left in clear is not.
"""

from collections.abc import Mapping
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.backends.manifest import Role, supply
from consentry.backends.networks import Pixels, load_network
from consentry.backends.tensors import fielded, input_size, strongest
from consentry.core.errors import NetworkError, SupplyError
from consentry.core.frames import Image
from consentry.core.geometry import Boxes
from consentry.core.scene import Detections, Label
from consentry.ports import FaceFinder

COVERING = {"yunet": 0.3, "centerface": 0.12}
"""Score, 0-1, from which a box is covered. Set so that the other network, at its usual 0.5, finds no face in a redacted
picture of vtest: 0.3 was enough for YuNet beside the person network, CenterFace beside motion alone left 7 in 80
pictures at 0.3, 3 at 0.2 and none at 0.12 (docs/adr/0004-redaction.md)."""
LONGEST = {"yunet": 1280, "centerface": 768}
"""px: the longer side of what the network sees; a smaller picture is never blown up. In 279 pictures of one-by-one, 768
wide, YuNet saw 54 faces at their own size and 30 at 640. CenterFace costs four times as much, so it gets less."""
_OVERLAP = 0.3
"""Two boxes that share more than this of their union are one face: OpenCV's FaceDetectorYN uses the same."""

Outputs = Mapping[str, NDArray[np.float32]]


class _Decoded(Protocol):
    def __call__(
        self, outputs: Outputs, width: int, height: int, threshold: float, /
    ) -> tuple[Boxes, NDArray[np.float32], NDArray[np.float32]]:
        """Boxes (n, 4) in px, scores (n,), landmarks (n, 5, 2) in px, of all candidates above the threshold."""
        ...


def load_face_finder(
    name: str, *, threshold: float | None = None, longest: int | None = None, runtime: str | None = None
) -> FaceFinder:
    """A face finder by the name that the manifest gives it.

    Args:
        name: ``yunet`` or ``centerface``.
        threshold: score, 0-1, from which a box counts as a face; None: the low one for covering.
        longest: px, the longer side of what the network sees; more finds smaller faces and costs its square; None: as
            ``LONGEST`` says.
        runtime: ``openvino`` or ``onnx``; None: as the manifest prefers.

    Raises:
        SupplyError: its file is missing or altered, or the name is none of a face finder.
        NetworkError: the runtime refused it.
    """
    if name not in _DECODERS or supply(name).role is not Role.FACES:
        raise SupplyError(f"expected a face finder of {', '.join(_DECODERS)}, came {name!r}")
    finder = _Finder(name, COVERING[name] if threshold is None else threshold, longest or LONGEST[name], runtime)
    finder.find(np.zeros((360, 640, 3), np.uint8))  # a file that cannot run is told now, not at the first alarm
    return finder


class _Finder:
    def __init__(self, name: str, threshold: float, longest: int, runtime: str | None) -> None:
        self.name = name
        self._threshold, self._longest, self._runtime = threshold, longest, runtime
        self._decode, self._red_first = _DECODERS[name]

    def find(self, image: Image, /) -> Detections:
        """Faces with five landmarks: eyes, nose, corners of the mouth."""
        width, height = input_size(image, self._longest)
        # Plain pixels, which the graph turns into the network's numbers: 0.2 of 11 ms less, of CenterFace 2 of 32.
        network = load_network(self.name, runtime=self._runtime, shape=(1, 3, height, width), pixels=Pixels())
        field, per_x, per_y = fielded(image, width, height, 0)
        if self._red_first:
            cv2.cvtColor(field[0], cv2.COLOR_BGR2RGB, dst=field[0])
        outputs = network.run(field)
        field.fill(0)  # faces, and nobody's any more
        boxes, scores, points = self._decode(outputs, width, height, self._threshold)
        kept = strongest(boxes, scores, _OVERLAP)
        boxes = np.clip(boxes[kept] * np.array([per_x, per_y, per_x, per_y]), 0, 1).astype(np.float32)
        joints = np.empty((len(kept), 5, 3), np.float32)
        joints[..., :2] = points[kept] * np.array([per_x, per_y])
        joints[..., 2] = scores[kept, None]
        found = Detections.of(Label.FACE, boxes, scores[kept])
        seen = (boxes[:, 2:] > boxes[:, :2]).all(axis=1)  # one wholly in the filled margin has no place in the picture
        return Detections(found.boxes, found.scores, found.labels, joints).where(seen)


def decode_yunet(
    outputs: Outputs, width: int, height: int, threshold: float
) -> tuple[Boxes, NDArray[np.float32], NDArray[np.float32]]:
    """YuNet's three grids, one candidate a cell (Wu and others, Machine Intelligence Research 2023)."""
    boxes, scores, points = [], [], []
    for stride in (8, 16, 32):
        rows, columns = height // stride, width // stride
        face, thing = outputs[f"cls_{stride}"].reshape(-1), outputs[f"obj_{stride}"].reshape(-1)
        if len(face) != rows * columns:
            raise NetworkError(f"expected {rows * columns} cells at stride {stride} of YuNet, came {len(face)}")
        # The score of a face is the geometric mean of "a face" and "an object" (OpenCV, FaceDetectorYN). Worked out
        # only where their product comes near: nearly all of 10,000 cells show nothing.
        near = np.flatnonzero(face * thing >= 0.99 * threshold**2)
        score = np.sqrt(np.clip(face[near], 0, 1) * np.clip(thing[near], 0, 1))
        chosen, score = near[score >= threshold], score[score >= threshold]
        corner = np.stack([chosen % columns, chosen // columns], axis=1).astype(np.float32)
        box = outputs[f"bbox_{stride}"].reshape(-1, 4)[chosen]
        centre, size = (corner + box[:, :2]) * stride, np.exp(box[:, 2:]) * stride
        boxes.append(np.concatenate([centre - size / 2, centre + size / 2], axis=1))
        scores.append(score)
        points.append((outputs[f"kps_{stride}"].reshape(-1, 5, 2)[chosen] + corner[:, None]) * stride)
    return np.concatenate(boxes), np.concatenate(scores), np.concatenate(points)


def decode_centerface(
    outputs: Outputs, _width: int, _height: int, threshold: float
) -> tuple[Boxes, NDArray[np.float32], NDArray[np.float32]]:
    """CenterFace's heat map at a quarter of the size, with each face's extent and landmarks (arXiv:1911.03599)."""
    stride = 4
    heat = outputs["537"][0, 0]
    row, column = np.nonzero(heat >= threshold)
    high, wide = np.exp(outputs["538"][0][:, row, column]) * stride
    down, right = outputs["539"][0][:, row, column]
    left = (column + right + 0.5) * stride - wide / 2
    top = (row + down + 0.5) * stride - high / 2
    boxes = np.stack([left, top, left + wide, top + high], axis=1)
    marks = outputs["540"][0][:, row, column].reshape(5, 2, -1)  # five landmarks, each y then x, of the box
    points = np.stack([marks[:, 1] * wide + left, marks[:, 0] * high + top], axis=-1).transpose(1, 0, 2)
    return boxes.astype(np.float32), heat[row, column], points.astype(np.float32)


_DECODERS: dict[str, tuple[_Decoded, bool]] = {"yunet": (decode_yunet, False), "centerface": (decode_centerface, True)}
"""How each network is read, and whether it wants red first."""
