"""The face of an enrolment: the template of the best live picture that matched the document's portrait, and no other.

The gate's transaction (``touchpoints.egate``) makes templates for comparing and overwrites them. Whoever enrols needs
one of them a little longer. ``KeptFace`` stands around the gate's parts and sees what goes through them:

1. The first template is the portrait's; it is kept to compare with.
2. Of the live templates one is kept: of those that match the portrait for sure, the one of best quality.
3. A face that was away begins the transaction again. What was seen before may have been somebody else's or a
   photograph's, so what is kept must come from the same stretch as the last picture.

A portrait's template is never handed out: a photograph enrols nobody.
"""

from dataclasses import dataclass, replace

from consentry.face.attack import PadResult
from consentry.face.quality import Quality
from consentry.face.sample import FaceSample
from consentry.face.template import Template, comparison_score
from consentry.face.verification import Decision, Threshold, decide
from consentry.ports import AttackDetector, FaceEmbedder, QualityReader
from consentry.touchpoints.egate_parts import FaceParts


@dataclass(slots=True, repr=False, eq=False)
class _Candidate:
    template: Template
    quality: int
    """Unified score, 0-100."""
    stretch: int


class KeptFace:
    """What stays of one traveller's face until it is sealed. It does not print itself, and is wiped by its owner."""

    def __init__(self) -> None:
        self._portrait: Template | None = None
        self._best: _Candidate | None = None
        self._quality, self._stretch, self._last = 0, 0, -1

    def around(self, parts: FaceParts) -> FaceParts:
        """The same parts, watched."""
        embedder = _Embedder(self, parts.embedder, parts.threshold, parts.embedder.model)
        return replace(
            parts, embedder=embedder, quality=_Quality(self, parts.quality), attacks=_Attacks(self, parts.attacks)
        )

    def template(self) -> Template | None:
        """The template to enrol; None: none matched the portrait for sure in the stretch that was decided on."""
        best = self._best
        return None if best is None or best.stretch != self._last else best.template

    def wipe(self) -> None:
        """Overwrite every template. May be called twice."""
        for one in (self._portrait, None if self._best is None else self._best.template):
            if one is not None:
                one.wipe()
        self._portrait = self._best = None

    def made(self, template: Template, threshold: Threshold) -> None:
        """A template that the transaction has made; it will overwrite it."""
        if self._portrait is None:
            self._portrait = _copied(template)
            return
        if decide(comparison_score(template, self._portrait), threshold) is not Decision.MATCH:
            return
        best = self._best
        if best is not None and best.stretch == self._stretch and best.quality >= self._quality:
            return
        if best is not None:
            best.template.wipe()
        self._best = _Candidate(_copied(template), self._quality, self._stretch)

    def measured(self, quality: Quality) -> None:
        """The quality of the picture whose template comes next."""
        self._quality = quality.unified

    def seen(self) -> None:
        """A picture of the face at hand."""
        self._last = self._stretch

    def begun_again(self) -> None:
        """Everything before belongs to another stretch."""
        self._stretch += 1


@dataclass(slots=True, eq=False)
class _Embedder:
    kept: KeptFace
    inner: FaceEmbedder
    threshold: Threshold
    model: str

    def embed(self, sample: FaceSample, /) -> Template:
        template = self.inner.embed(sample)
        self.kept.made(template, self.threshold)
        return template

    def forget(self) -> None:
        self.inner.forget()


@dataclass(slots=True, eq=False)
class _Quality:
    kept: KeptFace
    inner: QualityReader

    def read(self, sample: FaceSample, faces: int, /) -> Quality:
        quality = self.inner.read(sample, faces)
        self.kept.measured(quality)
        return quality

    def forget(self) -> None:
        self.inner.forget()


@dataclass(slots=True, eq=False)
class _Attacks:
    kept: KeptFace
    inner: AttackDetector

    def see(self, sample: FaceSample, /) -> None:
        self.kept.seen()
        self.inner.see(sample)

    def judge(self) -> PadResult:
        return self.inner.judge()

    def forget(self) -> None:
        self.kept.begun_again()
        self.inner.forget()


def _copied(template: Template) -> Template:
    return Template(template.model, template.vector.copy())
