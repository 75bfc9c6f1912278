"""From a picture to samples: every face that the finder finds, with its landmarks, in px."""

import numpy as np

from consentry.backends.faces import load_face_finder
from consentry.backends.manifest import model_sets
from consentry.backends.supplies import at_hand
from consentry.core.errors import NetworkError
from consentry.core.frames import Image
from consentry.face.sample import FaceSample
from consentry.ports import FaceFinder

ACQUIRING = {"yunet": 0.6, "centerface": 0.5}
"""Score, 0-1, from which a box is taken for a traveller's face. Higher than for covering (``faces.COVERING``): a lamp
that is covered costs nothing, a lamp that is taken for a second face sends a traveller to the manual lane. On the 100
pictures of the Face Research Lab London Set, YuNet gives every face from 24 px up at least 0.89, rolled by 60 degrees
0.82, its upper half hidden 0.85 (CenterFace, from 32 px up: 0.73, 0.95, 0.66; lower half hidden 0.53). With their faces
blanked, the same pictures have nothing above 0.33 (0.21); in 110 pictures of fires one flame got 0.55."""

_LONGEST = {"yunet": 960}
"""px: the longer side of what the network sees, where it is not as for covering. In pictures of 1280 x 720 with the
faces of 50 people, 48 px wide, templates made by YuNet's landmarks are as far apart at 960 as at 1280 (d' 11.7 and
11.7; of MobileFaceNet, which needs them more exact, 10.3 and 10.4), for 11 CPU-ms a picture instead of 18. At 640,
6 ms, they are not (11.4 and 8.4): there a face must be 64 px wide for it."""


def load_acquiring_finder(name: str | None = None, *, longest: int | None = None) -> FaceFinder:
    """A face finder for looking at a traveller who stands before the camera.

    Args:
        name: ``yunet`` or ``centerface``; None: that of the ``standard`` set if it is at hand, else of ``basic``.
        longest: px, the longer side of what the network sees; None: 960 for ``yunet``, 768 for ``centerface``.

    Raises:
        SupplyError: its file is missing or altered, or the name is none of a face finder.
        NetworkError: the runtime refused it.
    """
    if name is None:
        standard = model_sets()["standard"].faces
        name = standard if at_hand(standard) else model_sets()["basic"].faces
    return load_face_finder(name, threshold=ACQUIRING.get(name), longest=longest or _LONGEST.get(name))


def samples(finder: FaceFinder, image: Image, at: float) -> tuple[FaceSample, ...]:
    """Every face found in a picture, the largest first. All of them share the picture: wiping one wipes it for all.

    Args:
        finder: one that gives five landmarks.
        image: uint8, H x W x 3, blue green red.
        at: when it was taken, s UTC.

    Raises:
        NetworkError: the finder's runtime refused, or it gives no landmarks.
    """
    found = finder.find(image)
    if not len(found):
        return ()
    if found.joints is None or found.joints.shape[1:] != (5, 3):
        raise NetworkError(f"expected five landmarks a face from {finder.name}, came none")
    rows, columns = image.shape[:2]
    boxes = found.boxes * np.array([columns, rows, columns, rows], np.float32)
    marks = found.joints[..., :2] * np.array([columns, rows], np.float32)
    size = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return tuple(
        FaceSample(at, image, boxes[place].copy(), marks[place].copy(), float(found.scores[place]))
        for place in np.argsort(-size, kind="stable")
    )
