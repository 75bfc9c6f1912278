"""A gate's parts as small true implementations: faces are painted squares, and colours are what there is to see.

Blue says who it is, green how good the picture is, red whether it is an attack. A template is a direction drawn from
the blue value, so the same person's score is 1 and strangers' are near 0.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from consentry.core.frames import Frame, Image, Lapse
from consentry.core.screening import Finding, Screening
from consentry.document.checks import Verdict
from consentry.document.mrz_dates import PartialDate
from consentry.face.attack import Cue, PadResult
from consentry.face.attack import Verdict as PadVerdict
from consentry.face.attack_fusion import judged
from consentry.face.challenge import Challenge
from consentry.face.quality import Component, Measure, Quality
from consentry.face.sample import FaceSample
from consentry.face.template import Template
from consentry.face.verification import Threshold
from consentry.touchpoints.egate_parts import FaceParts, GateParts, PresentedDocument, Prompt
from fakes import ListSource

THRESHOLD = Threshold(0.5, 1e-3, 5e-4, 2e-3, "painted", "painted squares", "2026-11-25", barely=0.45, surely=0.55)
NOW = 1_795_564_800.0
"""s UTC: 2026-11-25."""
ANNA, BORIS = 40, 90
"""Who they are: their blue."""
HEIGHT, WIDTH = 240, 320


@dataclass(frozen=True)
class Painted:
    """A face in a picture."""

    who: int
    left: int = 100
    size: int = 100
    quality: int = 80
    attack: int = 0


def painted(*faces: Painted) -> Image:
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    image[..., 1] = 1  # the wall, so that a picture of nobody is not a picture that was overwritten
    for face in faces:
        image[60 : 60 + face.size, face.left : face.left + face.size] = face.who, face.quality, face.attack
    return image


def find(image: Image, at: float) -> tuple[FaceSample, ...]:
    """Every painted square, the largest first."""
    found = []
    for who in set(np.unique(image[..., 0]).tolist()) - {0}:
        rows, columns = np.nonzero(image[..., 0] == who)
        left, top, right, bottom = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
        box = np.array([left, top, right, bottom], np.float32)
        marks = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]], np.float32)
        found.append(FaceSample(at, image, box, marks * (right - left) + box[:2], 0.9))
    return tuple(sorted(found, key=lambda face: -face.width))


def middle(sample: FaceSample) -> tuple[int, int, int]:
    x, y = int(sample.box[0] + sample.width / 2), int(sample.box[1] + sample.width / 2)
    blue, green, red = sample.image[y, x].tolist()
    return blue, green, red


@dataclass
class PaintedEmbedder:
    model: str = "painted"
    made: list[Template] = field(default_factory=list)
    forgotten: int = 0

    def embed(self, sample: FaceSample) -> Template:
        vector = np.random.default_rng(middle(sample)[0]).normal(size=256).astype(np.float32)
        template = Template(self.model, vector / np.float32(np.linalg.norm(vector)))
        self.made.append(template)
        return template

    def forget(self) -> None:
        self.forgotten += 1


@dataclass
class PaintedQuality:
    forgotten: int = 0

    def read(self, sample: FaceSample, faces: int) -> Quality:
        value = middle(sample)[1]
        unified = Measure(Component.UNIFIED, value, value / 100, "share", good=value >= 50)
        single = Measure(Component.SINGLE_FACE, 100 * (faces == 1), faces, "faces", good=True)
        return Quality((unified, single))

    def forget(self) -> None:
        self.forgotten += 1


@dataclass
class PaintedAttacks:
    """Needs three frames to say anything."""

    seen: list[int] = field(default_factory=list)
    forgotten: int = 0
    still: bool = False
    """Whether whoever stands there gives no sign of life by himself."""

    def see(self, sample: FaceSample) -> None:
        self.seen.append(middle(sample)[2])

    def judge(self) -> PadResult:
        worst = max(self.seen, default=0) / 255
        if self.still:
            return judged((Cue("redness", worst, "red"), Cue("grain", 0.1, "grain"), Cue("blink", 0.4, "none")),
                          len(self.seen), len(self.seen) / 4)  # fmt: skip
        verdict = PadVerdict.UNDETERMINED if len(self.seen) < 3 else PadVerdict.BONA_FIDE
        verdict = PadVerdict.ATTACK if len(self.seen) >= 3 and worst > 0.5 else verdict
        return PadResult(worst, verdict, len(self.seen), (Cue("redness", worst, f"{worst:.2f} red"),))

    def forget(self) -> None:
        self.forgotten += 1
        self.seen.clear()


@dataclass
class Notes:
    """A witness that writes down what it is told, and keeps no picture."""

    prompts: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    portraits: int = 0
    lives: int = 0
    forgotten: int = 0
    screening: Screening | None = None

    def portrait(self, image: Image) -> None:
        assert image.any()
        self.portraits += 1

    def live(self, sample: FaceSample) -> None:
        assert sample.image.any()
        self.lives += 1

    def prompt(self, prompt: Prompt) -> None:
        self.prompts.append(prompt.english)

    def found(self, finding: Finding) -> None:
        self.findings.append(finding)

    def forget(self) -> None:
        self.forgotten += 1

    def decided(self, screening: Screening) -> None:
        assert self.forgotten == 1
        self.screening = screening


@dataclass
class Gate:
    """Everything of one transaction, at hand for a test."""

    source: ListSource
    embedder: PaintedEmbedder = field(default_factory=PaintedEmbedder)
    quality: PaintedQuality = field(default_factory=PaintedQuality)
    attacks: PaintedAttacks = field(default_factory=PaintedAttacks)
    notes: Notes = field(default_factory=Notes)
    threshold: Threshold = THRESHOLD
    finder_forgotten: int = 0
    loaded: int = 0
    ticks: int = 0
    samples: Callable[[Image, float], tuple[FaceSample, ...]] = find
    challenge: Callable[[], Challenge] | None = None

    def faces(self) -> FaceParts:
        self.loaded += 1
        return FaceParts(
            self.samples, self.embedder, self.quality, self.attacks, self.threshold, self.challenge, self._forget
        )  # fmt: skip

    def parts(self) -> GateParts:
        return GateParts(self.faces, self.source, (self.notes,), self._monotonic)

    def _forget(self) -> None:
        self.finder_forgotten += 1

    def _monotonic(self) -> float:
        self.ticks += 1
        return float(self.ticks)


def gate(*items: Frame | Lapse) -> Gate:
    return Gate(ListSource(items))


def frames(*faces: Sequence[Painted], step: float = 0.25) -> list[Frame]:
    """A picture every quarter of a second."""
    return [Frame("lane", NOW + step * k, painted(*those)) for k, those in enumerate(faces)]


def document(
    who: int = ANNA,
    *,
    verdict: Verdict = Verdict.GENUINE,
    chip: bool = True,
    birth: PartialDate | None = PartialDate(1990, 5, 17),  # noqa: B008 - it is frozen
    portrait: Image | None = None,
) -> PresentedDocument:
    image = painted(Painted(who)) if portrait is None and chip else portrait
    return PresentedDocument(verdict, "as its checks say", chip, birth, image)


@dataclass
class PixelEmbedder:
    """Templates from pixels: the middle of a face, averaged down and projected by a fixed matrix."""

    model: str = "pixels"

    def embed(self, sample: FaceSample) -> Template:
        vector = _projected(sample)
        vector /= np.float32(np.linalg.norm(vector))
        return Template(self.model, vector)

    def forget(self) -> None:
        """It keeps nothing."""


def _projected(sample: FaceSample) -> np.ndarray:
    left, top, right, bottom = sample.box.astype(int).tolist()
    rows, columns = (np.linspace(low, high - 8, 12).astype(int) for low, high in ((top, bottom), (left, right)))
    means = [float(sample.image[y : y + 8, x : x + 8].mean()) for y in rows for x in columns]
    matrix = np.random.default_rng(11).normal(size=(256, len(means)))
    return (matrix @ (np.array(means) - np.mean(means))).astype(np.float32)


@dataclass
class MiddleFinder:
    """Finds one face, in the middle of every picture."""

    def samples(self, image: Image, at: float) -> tuple[FaceSample, ...]:
        height, width = image.shape[:2]
        box = np.array([width * 0.2, height * 0.2, width * 0.8, height * 0.8], np.float32)
        marks = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]], np.float32)
        return (FaceSample(at, image, box, marks * (box[2:] - box[:2]) + box[:2], 0.9),)


@dataclass
class EvenQuality:
    """All good."""

    def read(self, _sample: FaceSample, _faces: int) -> Quality:
        return Quality((Measure(Component.UNIFIED, 80, 0.8, "share", good=True),))

    def forget(self) -> None:
        """It keeps nothing."""


@dataclass
class HoldingAttacks(PaintedAttacks):
    """Bona fide from the third frame on; keeps a crop of each frame, as a detector that compares frames must."""

    crops: list[Image] = field(default_factory=list)

    def see(self, sample: FaceSample) -> None:
        left, top, right, bottom = sample.box.astype(int).tolist()
        self.crops.append(sample.image[top:bottom, left:right].copy())
        self.seen.append(0)

    def forget(self) -> None:
        super().forget()
        for crop in self.crops:
            crop.fill(0)
        self.crops.clear()


def pixel_parts() -> FaceParts:
    threshold = Threshold(0.5, 1e-3, 5e-4, 2e-3, "pixels", "drawn noise", "2026-11-25")
    return FaceParts(
        MiddleFinder().samples, PixelEmbedder(), EvenQuality(), HoldingAttacks(), threshold, None, lambda: None
    )  # fmt: skip
