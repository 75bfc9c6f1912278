"""The face side of a gate from its networks: loaded only when a face is to be looked at."""

import secrets
from dataclasses import dataclass, field

import numpy as np

from consentry.app.screening import GateWishes
from consentry.backends.calibrations import load_threshold
from consentry.backends.embedders import load_embedder
from consentry.backends.face_attacks import load_attack_detector
from consentry.backends.face_quality import FaceQuality
from consentry.backends.face_samples import load_acquiring_finder, samples
from consentry.backends.manifest import model_sets
from consentry.core.frames import Image
from consentry.face.challenge import Challenge
from consentry.face.challenge_actions import choose
from consentry.face.sample import FaceSample
from consentry.ports import FaceFinder
from consentry.touchpoints.egate_parts import FaceParts

LONGEST = 640
"""px, the longer side of what the face finder sees: a face of 48 px in a picture of 1,280 is still 24 px wide there,
which YuNet finds; it costs a quarter of 1,280."""


@dataclass(slots=True, eq=False)
class _Finding:
    """A face finder that remembers the sizes it saw, so that it can be made to forget what it saw."""

    finder: FaceFinder
    shapes: set[tuple[int, ...]] = field(default_factory=set)

    def samples(self, image: Image, at: float) -> tuple[FaceSample, ...]:
        self.shapes.add(image.shape)
        return samples(self.finder, image, at)

    def forget(self) -> None:
        """A black picture of each size: the network's buffers for it are overwritten."""
        for shape in self.shapes:
            self.finder.find(np.zeros(shape, np.uint8))


def face_parts(wishes: GateWishes) -> FaceParts:
    """The networks of the face side, and the threshold for the wanted rate.

    Raises:
        SupplyError: a network is missing or altered, or there is no calibration for the wanted rate.
        NetworkError: a runtime refused one.
        MalformedError: the operator's calibration is none.
        ModelMismatchError: it was measured with other models.
    """
    standard = model_sets()["standard"]
    finding = _Finding(load_acquiring_finder(standard.faces, longest=LONGEST))
    embedder = load_embedder(wishes.embedder or standard.embedder)
    return FaceParts(
        samples=finding.samples,
        embedder=embedder,
        quality=FaceQuality(),
        attacks=load_attack_detector()(),
        threshold=load_threshold(embedder.model, wishes.fmr, wishes.calibration),
        challenge=lambda: Challenge(choose(secrets.randbelow)),
        forget=finding.forget,
    )
