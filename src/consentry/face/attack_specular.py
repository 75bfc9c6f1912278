"""Highlights: a lamp's mirror image in a face, and whether it goes along when the face moves.

A flat mirror that is shifted in its own plane leaves the mirror image where it was: on glossy paper and on glass the
lamp's patch stays in the picture while the face under it moves on. On a round head it goes along: for a convex mirror
of radius r seen from D away it lags by about r / 2D of the way, 0.07 for a forehead of 80 mm at 60 cm. Turning is
another matter: on a head that turns the patch stays where the surface faces it, so only frames in which the head is
held about alike are compared, and what the rest of a turn explains is taken off. What is printed or shown goes along
too: this cue sees the glass, not the picture on it.
"""

from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from consentry.face.attack import Cue
from consentry.face.challenge_actions import Held
from consentry.face.sample import Landmarks

NAME = "highlight"
_SHIFTED = 0.12
"""Distances between the eyes by which the face must have shifted between two frames: 8 px of 65, of which landmarks and
the patch's middle err by 1 to 2."""
_ALIKE = 0.04
"""How far turn and nod may differ between them (``challenge_actions.Held``): 4 degrees."""
_WANDERS = 2.1
"""Distances between the eyes by which a patch may wander over a forehead for a whole unit of turn or nod: 0.09 is 9
degrees, on a radius of 1.2 that is 0.19. So much is believed of a head, and taken off."""
_NEARER = 0.1
"""Share by which the distance between the eyes may differ: coming closer moves what is beside the middle."""
_GROWN = 2.5
"""Times by which the patch's area may differ: another is another lamp's, or the teeth of a smile."""
_STAYED = 0.5
"""Share of the face's way by which the patch was left behind at which the score is 0.5: half way between a plane (1)
and a head (0.07)."""
_LOUDEST = 0.85
"""The most that it says: in the simulations it hardly ever speaks (docs/attacks.md), so little is known of it."""
_MANY = 3
"""Pairs of frames before it speaks."""
_KEPT = 64
"""Frames that later ones are compared with; 5 s at 12 frames/s."""


@dataclass(frozen=True, slots=True, eq=False)
class Highlight:
    """The largest patch of white in a face."""

    place: NDArray[np.float32]
    """float32 (2,), px of the picture: its middle."""
    area: float
    """Squares of the distance between the eyes."""


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    patch: Highlight
    face: NDArray[np.float32]
    """Middle of eyes and mouth, px."""
    held: Held

    def left_behind(self, then: "_Seen") -> tuple[float, float] | None:
        """How far the face shifted since ``then``, and by what share of it the patch did not; None: not comparable."""
        turned = max(abs(self.held.turn - then.held.turn), abs(self.held.nod - then.held.nod))
        if turned > _ALIKE:
            return None
        if abs(self.held.size / then.held.size - 1) > _NEARER:
            return None
        if not 1 / _GROWN <= self.patch.area / then.patch.area <= _GROWN:
            return None
        by = self.face - then.face
        shift = float(np.hypot(*by)) / self.held.size
        if shift < _SHIFTED:
            return None
        behind = float(np.hypot(*(by - (self.patch.place - then.patch.place)))) / self.held.size
        return shift, max(0.0, behind - _WANDERS * turned) / shift


class SpecularCue:
    """Whether a highlight goes along with the face."""

    def __init__(self) -> None:
        self._seen: list[_Seen] = []
        self._behind: list[float] = []

    def see(self, patch: Highlight | None, marks: Landmarks) -> None:
        """Take one frame.

        Args:
            patch: the largest patch of white in the face; None: there is none.
            marks: five landmarks, px of the picture; not kept.
        """
        if patch is None or patch.area <= 0:
            return
        face = np.asarray(marks[[0, 1, 3, 4]].mean(axis=0), np.float32)
        now = _Seen(patch, face, Held.of(marks))
        pairs = [pair for then in self._seen if (pair := now.left_behind(then)) is not None]
        if pairs:
            self._behind.append(max(pairs)[1])  # of the frame since which the face shifted most
        self._seen = [*self._seen[1 - _KEPT :], now]

    def cue(self) -> Cue:
        """By the median of frames; silent where no highlight was seen, or the face did not shift with it."""
        if not self._seen:
            return Cue(NAME, None, "there is no highlight in the face")
        if len(self._behind) < _MANY:
            many = f"{len(self._behind)} frames show a highlight after the face shifted"
            return Cue(NAME, None, f"{many}, {_MANY} are needed")
        behind = median(self._behind)
        score = min(_LOUDEST, max(0.05, behind))
        return Cue(
            NAME,
            score,
            f"a highlight was left behind by {behind:.0%} of the face's way; from {_STAYED:.0%} it lies on flat gloss",
        )
