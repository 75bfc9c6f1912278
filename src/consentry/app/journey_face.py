"""Whose face goes on the demo's journey, and the pictures that the cameras see of it.

The pictures are made from one photograph (``backends.simulated_presentations``) in a folder of their own, and are
removed with it; none stays with the demo's output.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from consentry.app.screening import GateWishes
from consentry.backends.face_pictures import read_face_picture
from consentry.backends.qr import qr_picture
from consentry.backends.simulated_face import drawn_face
from consentry.backends.simulated_presentations import BONA_FIDE, present
from consentry.core.errors import StorageError
from consentry.core.frames import Image
from consentry.touchpoints.egate_parts import FaceParts

FRAMES = 18
"""Live pictures, 1.4 s at 12.5 a second."""
SWAYS = (11, 26, 29)
"""Three ways of standing and swaying that are decided within so many pictures, with the photographed face and the drawn
one: after 10 pictures. Of forty tried fifteen were, with both faces, within 16; who is not would be asked to move."""
_SHOWN = 2
"""Pictures in which the code is held before the camera."""
_DOCUMENT, _LIVE = "_neutral.jpg", "_smiling.jpg"
"""Two pictures of one person, as the Face Research Lab London Set names them."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class JourneyFace:
    """Two pictures of the one who travels."""

    document: Image
    """For the document's portrait."""
    live: Image
    """From which the live pictures are made."""
    about: str
    """Whose it is, in words; no name."""
    drawn: bool


def choose_face(folder: Path | None) -> JourneyFace:
    """The first person of a folder of whom there are two pictures, else a drawn face.

    Args:
        folder: with pictures NAME_neutral.jpg and NAME_smiling.jpg; None: there is none.
    """
    for first in sorted(folder.glob(f"*{_DOCUMENT}")) if folder is not None else ():
        second = first.with_name(first.name.removesuffix(_DOCUMENT) + _LIVE)
        if second.is_file():
            about = (
                "a person of a published set of portraits; the passport and the live pictures are SIMULATED from them"
            )
            return JourneyFace(read_face_picture(first), read_face_picture(second), about, drawn=False)
    about = "a DRAWN face, nobody's: everything of it is SIMULATED"
    return JourneyFace(drawn_face(1), drawn_face(1), about, drawn=True)


def write_live(face: JourneyFace, folder: Path, seed: int, code: bytes | None = None) -> Path:
    """Write what a camera sees: a code held up, if there is one, and then the live face.

    Raises:
        StorageError: the folder cannot be written.
        MalformedError: the portrait shows no face that can be made live.
    """
    pictures = [image for _, image in present(BONA_FIDE, face.live, seed, FRAMES)]
    shown = [] if code is None else [_held_up(code, pictures[0].shape)] * _SHOWN
    return _written(folder, [*shown, *pictures])


def write_code(folder: Path, code: bytes) -> Path:
    """Write what a camera sees of somebody who only holds up a code; raises as ``write_live``."""
    return _written(folder, [_held_up(code, (600, 800, 3))] * _SHOWN)


def face_parts_for(face: JourneyFace, parts: FaceParts) -> FaceParts:
    """The face side for this face: a drawn one is looked at without the networks that tell drawings from people."""
    if not face.drawn:
        return parts
    from consentry.backends.face_attacks import load_attack_detector  # noqa: PLC0415 - loads cues only where one asks

    return replace(parts, attacks=load_attack_detector(networks=False)())


def load_parts(face: JourneyFace, wishes: GateWishes) -> FaceParts:
    """The networks, once for the whole journey; raises as ``screening_faces.face_parts``."""
    from consentry.app.screening_faces import face_parts  # noqa: PLC0415 - seconds to load

    return face_parts_for(face, face_parts(wishes))


def _held_up(code: bytes, shape: Sequence[int]) -> Image:
    """A code on a phone's screen in the middle of a picture."""
    picture, rows, columns = qr_picture(code), shape[0], shape[1]
    modules = picture.shape[0] // 8
    side = modules * max(1, rows // modules)
    small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_NEAREST)
    canvas = np.full((rows, columns, 3), 90, np.uint8)
    top, left = (rows - side) // 2, (columns - side) // 2
    canvas[top : top + side, left : left + side] = small
    return canvas


def _written(folder: Path, pictures: Sequence[Image]) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for number, image in enumerate(pictures):
        if not cv2.imwrite(str(folder / f"{number:03}.png"), image):
            raise StorageError(f"{folder} cannot be written")
    return folder
