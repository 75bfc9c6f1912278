"""MiniFASNet V2 and V1SE: what two small networks make of one face (Silent-Face-Anti-Spoofing, Minivision).

As upstream does it: a cut 2.7 and 4.0 times the face's box, moved and shrunk until it lies in the picture, stretched to
80 x 80 without averaging, blue green red, 0-255; three classes, of which the second is a live face; the softmax of both
is averaged. On the 100 photographs of the 50 people both together call all 100 live (lowest 0.62), as upstream's would:
they look at one frame, and a photograph put into the camera's place is to them what it shows.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.backends.networks import Pixels, load_network
from consentry.core.errors import NetworkError
from consentry.core.frames import Image
from consentry.face.sample import FaceSample

NETWORKS = {"minifasnet-v2": 2.7, "minifasnet-v1se": 4.0}
"""Names in the manifest, and how many times the face's box each is shown."""
_SIDE = 80
"""px."""
_LIVE = 1
"""Which of the three classes is a live face; the others are two ways of being none."""


class AttackNetworks:
    """Both networks."""

    def __init__(self) -> None:
        """Load them.

        Raises:
            SupplyError: a file is missing or altered.
            NetworkError: the runtime refused one.
        """
        self._networks = [(load_network(name, pixels=Pixels()), scale) for name, scale in NETWORKS.items()]

    def live(self, sample: FaceSample) -> float:
        """What both give to the live class, 0-1, their mean.

        Raises:
            NetworkError: the runtime refused.
        """
        return float(np.mean([self.shares(sample)[:, _LIVE]]))

    def shares(self, sample: FaceSample) -> NDArray[np.float32]:
        """What each gives to each class, float32 (2, 3)."""
        found = []
        for network, scale in self._networks:
            cut = cut_out(sample.image, sample.box, scale)
            (output,) = network.run(cut[None]).values()
            if output.size != 3:
                raise NetworkError(f"expected 3 classes from MiniFASNet, came {output.size}")
            weights = np.exp(output.reshape(3) - output.max())
            found.append(weights / weights.sum())
            cut.fill(0)
        return np.asarray(found, np.float32)

    def forget(self) -> None:
        """Leave nothing of the last face in this thread's buffers of the runtime."""
        for network, _ in self._networks:
            network.forget()


def cut_out(image: Image, box: NDArray[np.float32], scale: float) -> NDArray[np.uint8]:
    """The face with what is around it, uint8 (80, 80, 3), a new array.

    Args:
        image: the whole picture.
        box: left, top, right, bottom, px.
        scale: how many times the box; less where the picture is too small for it.
    """
    rows, columns = image.shape[:2]
    wide, high = max(1.0, float(box[2] - box[0])), max(1.0, float(box[3] - box[1]))
    scale = min(scale, (rows - 1) / high, (columns - 1) / wide)
    left = _held((float(box[0]) + float(box[2]) - wide * scale) / 2, columns - 1 - wide * scale)
    top = _held((float(box[1]) + float(box[3]) - high * scale) / 2, rows - 1 - high * scale)
    part = image[int(top) : int(top + high * scale) + 1, int(left) : int(left + wide * scale) + 1]
    return np.array(cv2.resize(part, (_SIDE, _SIDE), interpolation=cv2.INTER_LINEAR), np.uint8)


def _held(place: float, most: float) -> float:
    return min(max(0.0, place), max(0.0, most))
