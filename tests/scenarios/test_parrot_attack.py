"""By which measure a head is unrecognisable: the parrot attack.

Whoever wants to know who is in a redacted picture redacts portraits of everybody in the same way and takes the closest
(Newton, Sweeney and Malin, IEEE TKDE 17(2), 2005). Here 50 people: the smiling picture of each is asked about, the
neutral ones are the album. The attackers are an embedder, given the landmarks of the clear picture as if somebody knew
them, and plain pixels. The embedder is read here and nowhere in the product.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import openvino
import pytest

from consentry.backends.faces import load_face_finder
from consentry.core.frames import Frame, Image
from consentry.core.scene import Detections
from consentry.touchpoints.redactor import Redactor

pytestmark = pytest.mark.shared

NOBODY = np.zeros((0, 4), np.float32)
REFERENCE = 128 * np.array(
    [[0.3156, 0.4616], [0.6827, 0.4616], [0.5003, 0.6405], [0.3495, 0.8247], [0.6534, 0.8247]], np.float32
)
"""px: where Open Model Zoo's face-reidentification-retail-0095 wants eyes, nose and corners of the mouth."""
SIDE = 32
"""px: the album's pictures for the attacker who compares pixels."""


@dataclass(frozen=True)
class Told:
    """A finder that says again what was found in the clear picture."""

    faces: Detections
    name: str = "told"

    def find(self, _image: Image) -> Detections:
        return self.faces


@dataclass(frozen=True)
class Portrait:
    image: Image
    face: Detections

    @property
    def marks(self) -> np.ndarray:
        """px, float32 (5, 2)."""
        height, width = self.image.shape[:2]
        return (self.face.joints[0, :, :2] * np.array([width, height])).astype(np.float32)

    def head(self, image: Image) -> Image:
        """The face with a quarter more to each side."""
        height, width = image.shape[:2]
        left, top, right, bottom = self.face.boxes[0] * np.array([width, height, width, height])
        x, y = (right - left) / 4, (bottom - top) / 4
        return image[int(max(top - y, 0)) : int(bottom + y), int(max(left - x, 0)) : int(right + x)]


@pytest.fixture(scope="module")
def album(shared: Path) -> list[tuple[Portrait, Portrait]]:
    """Neutral and smiling, of everybody."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
        finder = load_face_finder("yunet", threshold=0.5)

        def portrait(path: Path) -> Portrait:
            image = cv2.resize(cv2.imread(str(path)), (320, 320), interpolation=cv2.INTER_AREA)
            return Portrait(image, finder.find(image).where(np.array([0])))

        folder = shared / "data" / "faces"
        names = sorted(path.name[:3] for path in folder.glob("*_neutral.jpg"))
        return [(portrait(folder / f"{n}_neutral.jpg"), portrait(folder / f"{n}_smiling.jpg")) for n in names]


@pytest.fixture(scope="module")
def embed(shared: Path) -> Callable[[Image, np.ndarray], np.ndarray]:
    core = openvino.Core()
    network = core.compile_model(core.read_model(shared / "models" / "face-reidentification-retail-0095.xml"), "CPU")

    def run(image: Image, marks: np.ndarray) -> np.ndarray:
        turn, _ = cv2.estimateAffinePartial2D(marks, REFERENCE, method=cv2.LMEDS)
        aligned = cv2.warpAffine(image, turn, (128, 128)).transpose(2, 0, 1)[None].astype(np.float32)
        vector = network([aligned])[network.output(0)].ravel()
        return vector / np.linalg.norm(vector)

    return run


@dataclass(frozen=True)
class Rates:
    named: float
    """Of 50: whose own neutral picture is the closest; where several are equally close, the share of a guess."""
    eer: float
    """Equal error rate of "is it the same person": 0.5 says that one may as well toss a coin."""


def rates(closeness: np.ndarray) -> Rates:
    """From the closeness of every smiling (rows) to every neutral picture (columns)."""
    own = np.diag(closeness)
    best = closeness >= closeness.max(axis=1, keepdims=True) - 1e-6
    named = float((np.diag(best) / best.sum(axis=1)).sum())
    other = closeness[~np.eye(len(closeness), dtype=bool)]
    limits = np.unique(closeness)
    misses = np.array([(own < limit).mean() for limit in limits])
    false = np.array([(other >= limit).mean() for limit in limits])
    at = int(np.argmin(np.abs(misses - false)))
    return Rates(named, float((misses[at] + false[at]) / 2))


def by_pixels(rows: list[np.ndarray], columns: list[np.ndarray]) -> Rates:
    a, b = (np.stack(side).reshape(len(side), -1).astype(np.float32) for side in (rows, columns))
    return rates(-np.linalg.norm(a[:, None] - b[None], axis=2))


def attack(
    album: list[tuple[Portrait, Portrait]], embed: Callable[[Image, np.ndarray], np.ndarray], method: Callable
) -> tuple[Rates, Rates]:
    """What an embedder and plain pixels can tell once every picture went through the method."""
    vectors: tuple[list, list] = ([], [])
    pixels: tuple[list, list] = ([], [])
    for pair in album:
        for side, portrait in enumerate(pair):
            image = method(portrait)
            vectors[side].append(embed(image, portrait.marks))
            pixels[side].append(cv2.resize(portrait.head(image), (SIDE, SIDE), interpolation=cv2.INTER_AREA))
    return rates(np.stack(vectors[1]) @ np.stack(vectors[0]).T), by_pixels(pixels[1], pixels[0])


def light_blur(portrait: Portrait) -> Image:
    """What "blurred" often means: a Gaussian of a tenth of the face's width."""
    width = (portrait.face.boxes[0, 2] - portrait.face.boxes[0, 0]) * portrait.image.shape[1]
    return cv2.GaussianBlur(portrait.image, (0, 0), float(width) / 10)


def ours(portrait: Portrait) -> Image:
    return Redactor(Told(portrait.face)).redact(Frame("cam", 0.0, portrait.image), NOBODY).image


def test_the_attack_works_on_clear_and_on_lightly_blurred_pictures(album: list, embed: Callable) -> None:
    assert len(album) == 50
    clear, _ = attack(album, embed, lambda portrait: portrait.image)
    assert clear.named >= 49
    assert clear.eer <= 0.01
    blurred, pixels = attack(album, embed, light_blur)
    assert blurred.named >= 40
    assert pixels.named >= 40


def test_of_redacted_pictures_both_attackers_tell_no_more_than_chance(album: list, embed: Callable) -> None:
    """Chance names 1 of 50, and more than 3 in 2 of 100 such tests (binomial)."""
    for told in attack(album, embed, ours):
        assert told.named <= 3
        assert told.eer >= 0.4


def test_what_remains_around_the_head_still_tells_something(album: list) -> None:
    """Long hair, neck and collar are the same on both pictures, taken minutes apart: said openly, not hidden."""
    whole: tuple[list, list] = ([], [])
    for pair in album:
        for side, portrait in enumerate(pair):
            whole[side].append(cv2.resize(ours(portrait), (48, 48), interpolation=cv2.INTER_AREA))
    told = by_pixels(whole[1], whole[0])
    assert 2 < told.named < 25
