"""Make templates: the two embedders of the manifest, and the fusion of both. Screening side only.

A new embedder is a row of the manifest in the role ``templates`` and a row of ``_KINDS`` here, which says how it wants
its sample; it needs a calibration of its own.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.backends.manifest import Role, supply
from consentry.backends.networks import Pixels, load_network
from consentry.core.errors import NetworkError, SupplyError
from consentry.core.frames import Image
from consentry.face.alignment import ARCFACE, OPEN_MODEL_ZOO, Pose, scale_of, similarity
from consentry.face.sample import FaceSample
from consentry.face.template import Template, fused
from consentry.ports import FaceEmbedder


@dataclass(frozen=True, slots=True)
class _Kind:
    """How an embedder wants its sample, and what it gives."""

    pose: Pose
    pixels: Pixels
    red_first: bool
    numbers: int
    """Of its template."""
    weight: float
    """Of its score in a fusion, before the weights are scaled to add up to 1."""


_IMAGENET = Pixels((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))
"""Red, green, blue: ImageNet's mean and spread, of 255."""
_KINDS = {
    "face-reidentification-retail-0095": _Kind(OPEN_MODEL_ZOO, Pixels(), red_first=False, numbers=256, weight=3.0),
    "mobilefacenet": _Kind(ARCFACE, _IMAGENET, red_first=True, numbers=128, weight=1.0),
}
"""The weights 3 to 1 were measured on 50 people of the Face Research Lab London Set, neutral against smiling, probes
made smaller. How far apart mated and non-mated scores lie (d', 12 for the first embedder alone), fusion less the first
alone, 95 % by bootstrap over people: at face widths of 227 and 48 px +0.05 to +0.49 and +0.04 to +0.49, at 96 and 32 px
-0.31 to +0.23 and -0.28 to +0.18. With equal weights it is worse at 32 px (-1.00 to -0.15) and no different elsewhere.
The set is too small and too easy to say more: every one of these separates all 50."""
_LARGEST = 4
"""How many times larger than asked for a face is cut out, at most, before it is averaged down. Faces up to 230 px wide
score alike without (d' within 0.1); 920 px wide and noisy as at night, d' falls from 11.1 to 9.6 without."""


def load_embedder(name: str, *, runtime: str | None = None) -> FaceEmbedder:
    """An embedder by its name in the manifest, or several names joined by ``+`` for the fusion of their scores.

    Args:
        name: ``face-reidentification-retail-0095``, ``mobilefacenet``, or both joined by ``+``, in any order.
        runtime: ``openvino`` or ``onnx``; None: as the manifest prefers.

    Raises:
        SupplyError: its file is missing or altered, or the name is none of an embedder.
        NetworkError: the runtime refused it.
    """
    names = name.split("+")
    for one in names:
        if one not in _KINDS or supply(one).role is not Role.TEMPLATES:
            raise SupplyError(f"expected an embedder of {', '.join(_KINDS)}, or several joined by +, came {one!r}")
    if len(set(names)) < len(names):
        raise SupplyError(f"expected different embedders joined by +, came {name!r}")
    # In one order, whichever they were named in: a fusion has one name, one calibration, one kind of template.
    parts = tuple(_Embedder(one, kind, runtime) for one, kind in _KINDS.items() if one in names)
    return parts[0] if len(parts) == 1 else _Fusion(parts)


class _Embedder:
    def __init__(self, name: str, kind: _Kind, runtime: str | None) -> None:
        self.model, self.weight = name, kind.weight
        self._kind = kind
        self._network = load_network(name, runtime=runtime, pixels=kind.pixels)
        self._vector(np.zeros((kind.pose.height, kind.pose.width, 3), np.uint8))  # what cannot run is told now

    def embed(self, sample: FaceSample, /) -> Template:
        """The template of one sample. The aligned picture is overwritten before this returns."""
        aligned = align(sample, self._kind.pose)
        try:
            if self._kind.red_first:
                cv2.cvtColor(aligned, cv2.COLOR_BGR2RGB, dst=aligned)
            vector = self._vector(aligned)
        finally:
            aligned.fill(0)
        length = float(np.linalg.norm(vector))
        if not 0 < length < np.inf:
            raise NetworkError(f"expected a direction from {self.model}, came a vector of length {length}")
        vector /= np.float32(length)  # in place: no second copy lies about
        return Template(self.model, vector)

    def forget(self) -> None:
        """Leave nothing of the last sample in this thread's buffers."""
        self._network.forget()

    def _vector(self, aligned: Image) -> NDArray[np.float32]:
        (output,) = self._network.run(aligned[None]).values()
        if output.size != self._kind.numbers:
            raise NetworkError(f"expected {self._kind.numbers} numbers from {self.model}, came {output.size}")
        return output.reshape(-1)


class _Fusion:
    """Several embedders as one: the weighted sum of their scores, kept as one template."""

    def __init__(self, parts: tuple[_Embedder, ...]) -> None:
        self._parts = parts
        self.model = "+".join(part.model for part in parts)

    def embed(self, sample: FaceSample, /) -> Template:
        """The templates of all of them, put together; the single ones are overwritten."""
        made = [(part.embed(sample), part.weight) for part in self._parts]
        try:
            return fused(tuple(made))
        finally:
            for template, _ in made:
                template.wipe()

    def forget(self) -> None:
        """Leave nothing of the last sample in this thread's buffers."""
        for part in self._parts:
            part.forget()


def pose_of(name: str) -> Pose:
    """How an embedder wants a face: its name as the manifest says it.

    Raises:
        SupplyError: the name is none of an embedder.
    """
    if name not in _KINDS:
        raise SupplyError(f"expected an embedder of {', '.join(_KINDS)}, came {name!r}")
    return _KINDS[name].pose


def align(sample: FaceSample, pose: Pose) -> Image:
    """The face cut out and brought to where a network wants it: uint8, H x W x 3, a new array.

    A face larger than the cut is averaged down: bilinear sampling alone skips pixels and lets fine texture through as
    noise.
    """
    matrix = similarity(sample.landmarks, pose)
    times = int(np.clip(np.floor(1 / scale_of(matrix)), 1, _LARGEST))
    # Middle of a pixel to middle of a pixel: (x + 0.5) * times - 0.5.
    matrix = matrix * times
    matrix[:, 2] += (times - 1) / 2
    size = (pose.width * times, pose.height * times)
    cut = np.asarray(cv2.warpAffine(sample.image, matrix, size, flags=cv2.INTER_LINEAR), np.uint8)
    if times == 1:
        return cut
    aligned = np.asarray(cv2.resize(cut, (pose.width, pose.height), interpolation=cv2.INTER_AREA), np.uint8)
    cut.fill(0)
    return aligned
