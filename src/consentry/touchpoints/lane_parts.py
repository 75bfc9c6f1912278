"""What a lane of a touchpoint works with: its rules, its parts, and what it decides.

The references come from outside: from a pass or a key that the traveller shows (``lane``), or from the gallery of his
journey (``lane_gallery``). How they are opened the wiring knows.
"""

import hashlib
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from enum import StrEnum

from consentry.consent.profile import Permit
from consentry.consent.purposes import Purpose
from consentry.core.frames import Image
from consentry.core.geometry import Zone
from consentry.core.screening import Finding, Measures
from consentry.face.acquisition import Asked
from consentry.face.gallery import Gallery
from consentry.face.template import Template
from consentry.ports import Clock
from consentry.touchpoints.egate_parts import LIMIT_S, PATIENCE_S, FaceParts, Prompt

SHOW_S = 30.0
"""s in which a pass is to be shown, once somebody begins: time to find a phone. Who needs longer begins again."""


AWAY_S = 2.0
"""s after which a code that was out of view counts as shown again: a hand that sinks and rises takes less."""


class LaneCheck(StrEnum):
    """On which check of the lane itself a traveller is asked to the staff; passes have their own (``PassCheck``)."""

    NOTHING_SHOWN = "nothing_shown"
    """No pass and no key was shown: without that act nobody is compared (R11)."""
    MALFORMED = "malformed"
    """What was shown is no pass and no key."""
    NETWORKS = "networks"
    NOBODY = "nobody"
    """No face in the capture mask."""
    SEVERAL_FACES = "several_faces"
    STREAM = "stream"
    QUALITY = "quality"
    ATTACK = "attack"
    ATTACK_UNDETERMINED = "attack_undetermined"
    CHALLENGE = "challenge"
    FACE = "face"
    """Not the face of the pass."""
    INCONCLUSIVE = "inconclusive"
    NOT_ENROLLED = "not_enrolled"
    """Nobody of the gallery; nothing of the face is kept."""
    STORAGE = "storage"
    """A memory or a store did not answer; nobody passes without it."""
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class LaneRules:
    """What a lane asks for."""

    touchpoint: str
    purpose: Purpose
    manual_lane: str
    """Name of the lane beside it, where a person checks (R8)."""
    mask: Zone | None = None
    """Capture mask: a face whose middle is outside is not looked at any further (R5); None: the whole picture."""
    limit_s: float = LIMIT_S
    """s for the live face."""
    show_s: float = SHOW_S
    """s for showing a pass or a key."""
    patience_s: float = PATIENCE_S
    """s of one face in which attacks could not be ruled out, after which the traveller is asked to move."""
    asked: Asked = field(default_factory=Asked)
    """Of a face, so that it counts; its width bounds how far away a face is looked at (R5)."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Shown:
    """What the traveller's act opened; overwritten after the decision. It does not print itself."""

    reference: Template
    receipt: str
    """Number of the consent receipt."""


@dataclass(slots=True, repr=False, eq=False)
class JustShown:
    """The code that a lane decided on last, as a salted hash: held on a moment longer it is not shown again."""

    salt: bytes
    """Random; a hash of this lane means nothing to anybody else."""
    digest: bytes = b""
    at: float = 0.0
    """When it was last in view, s UTC."""

    def note(self, content: bytes, at: float) -> None:
        """This was decided on now, s UTC."""
        self.digest, self.at = self._digest(content), at

    def still(self, content: bytes, at: float) -> bool:
        """Whether this is that code, not yet out of view for ``AWAY_S``."""
        if not self.digest or at - self.at > AWAY_S:
            self.digest = b""
            return False
        if self._digest(content) != self.digest:
            return False
        self.at = at
        return True

    def _digest(self, content: bytes) -> bytes:
        return hashlib.blake2b(content, key=self.salt, digest_size=16).digest()


Opens = Callable[[bytes, float], Shown]
"""Content of a code or file and now, s UTC, to what it opens. Raises ``RefusedError`` with the name of the check."""


@dataclass(frozen=True, slots=True, eq=False)
class LaneParts:
    """Everything that a lane works with, beside its pictures."""

    permit: Permit
    """For ``Construction.CAMERA_LANE``."""
    faces: Callable[[], FaceParts]
    """Loads the networks, or gives them again; called only when a face is to be looked at."""
    say: Callable[[Prompt], None]
    """Tells the traveller."""
    monotonic: Clock
    """s on a clock that never jumps, for the timings."""


@dataclass(frozen=True, slots=True, eq=False)
class ActParts:
    """How a traveller shows something."""

    codes: Callable[[Image], tuple[bytes, ...]]
    """Contents of the codes in a picture."""
    begins: bytes
    """How the content of a pass or a key begins; other codes in view are passed over."""
    opens: Opens


@dataclass(frozen=True, slots=True, eq=False)
class GalleryParts:
    """One against many."""

    gallery: Gallery
    withdrawn: Container[str]
    """Ids of receipts that were withdrawn, as of now."""
    sweep: Callable[[float], int]
    """Removes whoever withdrew or has ended, given now, s UTC; called before each traveller."""


@dataclass(frozen=True, slots=True)
class LaneDecision:
    """What a lane decided on one traveller. No picture, no template, no name can stand in it."""

    rules: LaneRules
    at: float
    """s UTC."""
    go: bool
    check: str
    """Name of the check that asks the staff; empty: go."""
    why: str
    """In words and numbers, for the staff. Nothing of the traveller."""
    waited: float
    """s from the act, or the first picture of the face, to the decision."""
    comparisons: int
    """References that the face was compared with, each time it was."""
    receipt: str | None = None
    """Of the traveller; None where nobody was found or nothing opened. It leaves only if passages were agreed to."""
    findings: tuple[Finding, ...] = ()
    measures: Measures = field(default_factory=Measures)
    nobody: bool = False
    """One against many: templates were made of the face, and none of them found anybody."""

    @property
    def word(self) -> str:
        """``go`` or ``ask staff``, as passages have it."""
        return "go" if self.go else "ask staff"
