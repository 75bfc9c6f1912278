"""Simulated attacks on each subject's first picture, before a detector made anew for each.

They are simulations (``backends/simulated_presentations``): they show which cue sees what, and when it gets worse.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from consentry.app.face_evaluation_folder import Pictures
from consentry.app.face_evaluation_gathering import Progress, look
from consentry.backends.simulated_presentations import BONA_FIDE, KINDS, present
from consentry.core.errors import MalformedError, SourceError
from consentry.core.frames import Image
from consentry.evaluation.attacks import AttackErrors, Presentation, Response, attack_errors
from consentry.face.acquisition import Asked
from consentry.face.attack import Verdict
from consentry.ports import AttackDetector, FaceFinder

FRAMES = 16
"""Pictures in each presentation: 1.2 s at the simulated camera's rate; stillness is judged after 1.0 s."""
_SAID = {
    Verdict.ATTACK: Response.ATTACK,
    Verdict.BONA_FIDE: Response.BONA_FIDE,
    Verdict.UNDETERMINED: Response.NONE,
}


@dataclass(frozen=True, slots=True)
class AttackBench:
    """What presents and what looks."""

    read: Callable[[Path], Image]
    finder: FaceFinder
    detector: Callable[[], AttackDetector]
    """One for each presentation."""
    seed: int
    frames: int = FRAMES

    def __call__(self, pictures: Pictures, progress: Progress) -> AttackErrors:
        """Every kind of presentation of every subject whose first picture shows a face.

        Raises:
            NetworkError: a runtime refused.
        """
        firsts = dict(reversed(list(zip(pictures.whose, pictures.paths, strict=True))))
        told = []
        for number, (subject, path) in enumerate(sorted(firsts.items()), 1):
            try:
                portrait = self.read(path)
                told += [self._presented(kind, portrait, subject) for kind in KINDS]
            except (SourceError, MalformedError):
                pass  # no portrait to attack with: told as a failure to acquire already
            progress("attacks", number, len(firsts))
        return attack_errors(told, self.seed)

    def _presented(self, kind: str, portrait: Image, subject: int) -> Presentation:
        detector = self.detector()
        for at, image in present(kind, portrait, self.seed + subject, self.frames):
            sample, _ = look(image, self.finder, Asked(), at)
            if sample is not None:
                detector.see(sample)
        verdict = detector.judge().verdict
        detector.forget()
        return Presentation(None if kind == BONA_FIDE else kind, subject, _SAID[verdict])
