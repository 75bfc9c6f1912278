"""What a transaction at the gate works with: the document that was laid on the reader, the lane's rules, and its parts.

The document and the networks come from the wiring, so that nothing here knows how they are made.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from consentry.core.frames import Image
from consentry.core.screening import Finding, Screening, Timing
from consentry.document.checks import Verdict
from consentry.document.mrz_dates import PartialDate
from consentry.face.acquisition import Asked
from consentry.face.challenge import Challenge
from consentry.face.sample import FaceSample
from consentry.face.verification import Threshold
from consentry.ports import AttackDetector, Clock, FaceEmbedder, FrameSource, QualityReader

MINIMUM_AGE = 18
"""Years. Whoever runs a lane decides, programmes of today begin between 10 and 18; this is the careful end. Children's
faces change fast, and the error rates beside the threshold were measured on adults."""
LIMIT_S = 20.0
"""s for the live face. Ours, no standard fixes it: two frames 0.2 s apart can be enough, so this leaves time to take
off a hat and look again; who needs longer is better off with a person."""
PATIENCE_S = 4.0
"""s. Of 16 simulated live people 14 showed depth by how they sway within 4.0 s (51 frames, the median 12), with nobody
asking; who stands as still as a picture is asked to move."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A sentence for the traveller."""

    english: str
    korean: str

    def said(self, language: str) -> str:
        """In a language: ``en`` or ``ko``."""
        return self.korean if language == "ko" else self.english


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class PresentedDocument:
    """What the inspection of a document gave. It does not print the holder."""

    verdict: Verdict
    why: str
    """The verdict in words; nothing of the holder."""
    chip: bool
    """Whether files of a chip were inspected; False: only print was read."""
    birth: PartialDate | None
    """As the document says, where it reads."""
    portrait: Image | None
    """Of the chip. The transaction overwrites it."""

    def wipe(self) -> None:
        """Overwrite the portrait, as far as it is this document's to overwrite."""
        if self.portrait is not None and self.portrait.flags.writeable:
            self.portrait.fill(0)


@dataclass(frozen=True, slots=True)
class GateRules:
    """What a lane asks for."""

    touchpoint: str
    minimum_age: int = MINIMUM_AGE
    """Years; 0: there is none."""
    limit_s: float = LIMIT_S
    """s from the first live picture to the last that counts."""
    patience_s: float = PATIENCE_S
    """s of one face in which attacks could not be ruled out, after which the traveller is asked to move; 0: at once."""
    asked: Asked = field(default_factory=Asked)
    """Of a face, so that it counts: its width, and how far behind it somebody no longer belongs to the lane."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceParts:
    """The networks of the face side, and the threshold that belongs to them."""

    samples: Callable[[Image, float], tuple[FaceSample, ...]]
    """Faces of a picture that was taken at a time, the largest first."""
    embedder: FaceEmbedder
    quality: QualityReader
    attacks: AttackDetector
    """One for this transaction."""
    threshold: Threshold
    challenge: Callable[[], Challenge] | None
    """Makes a challenge that nobody could foresee; None: this lane asks for nothing."""
    forget: Callable[[], None]
    """Leave nothing in the face finder's buffers."""

    def wipe(self) -> None:
        """Leave nothing of a face in any buffer of this thread."""
        with ExitStack() as all_of_them:  # also what comes after one that refuses
            for forget in (self.attacks.forget, self.quality.forget, self.embedder.forget, self.forget):
                all_of_them.callback(forget)


class Witness(Protocol):
    """Sees a transaction as it goes: the officer's page. What it keeps of pictures are copies of its own."""

    def portrait(self, image: Image, /) -> None:
        """The document's portrait."""
        ...

    def live(self, sample: FaceSample, /) -> None:
        """The one face in the lane; its picture is overwritten afterwards."""
        ...

    def prompt(self, prompt: Prompt, /) -> None:
        """What the traveller is told now."""
        ...

    def found(self, finding: Finding, /) -> None:
        """What came of a step."""
        ...

    def forget(self) -> None:
        """Overwrite every picture. Called once a transaction, however it ends."""
        ...

    def decided(self, screening: Screening, /) -> None:
        """The end, after ``forget``."""
        ...


@dataclass(frozen=True, slots=True)
class GateParts:
    """Everything that a transaction works with."""

    faces: Callable[[], FaceParts]
    """Loads the networks; called only when a face is to be looked at. May raise whatever a port may raise."""
    source: FrameSource
    """Of the lane's camera."""
    witnesses: tuple[Witness, ...]
    monotonic: Clock
    """s on a clock that never jumps, for the timings."""


@dataclass(slots=True)
class Stopwatch:
    """Adds up how long parts take."""

    monotonic: Clock
    _spent: dict[str, tuple[float, int]] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Measure what is done within."""
        begun = self.monotonic()
        try:
            yield
        finally:
            seconds, times = self._spent.get(name, (0.0, 0))
            self._spent[name] = seconds + self.monotonic() - begun, times + 1

    def timings(self) -> tuple[Timing, ...]:
        """All parts so far, in the order in which they were first measured."""
        return tuple(Timing(name, seconds, times) for name, (seconds, times) in self._spent.items())
