"""Frames that came before: pictures put in instead of the camera's, once or in a loop.

A sensor's noise is new in every frame and no head is still, so no frame of a live face repeats an earlier one. The
difference of two frames is taken where they differ most (90th percentile of blocks of 8 x 8 px in the face), because
smooth skin hardly changes from one frame to the next and lashes do.
"""

from consentry.face.attack import Cue

NAME = "replayed_frames"
ALIKE = 1.2
"""Grey values: below this a frame repeats an earlier one. Simulated (8 people): the same picture coded again as JPEG of
quality 70 to 96 differs by 0 to 1.1 in the median frame, live faces by 2.0 at least."""
_MANY = 5
"""Frames before it speaks."""
_SHARE = 0.3
"""Share of frames that repeat an earlier one at which the score is 0.5: a driver that is short of time gives a picture
twice now and then, not one time in three."""


class ReplayCue:
    """How many frames repeat an earlier one."""

    def __init__(self) -> None:
        self._frames = self._repeats = self._same = 0

    def see(self, difference: float | None) -> None:
        """Take one frame.

        Args:
            difference: to the most similar earlier frame, grey values; None: there was none to compare it with.
        """
        if difference is not None:
            self._frames += 1
            self._repeats += difference <= ALIKE
            self._same += difference == 0

    def cue(self) -> Cue:
        """0.5 where 3 frames in 10 repeat an earlier one, 1 from 6 in 10."""
        if self._frames < _MANY:
            return Cue(NAME, None, f"{self._frames} frames could be compared with earlier ones, {_MANY} are needed")
        why = (
            f"{self._repeats} of {self._frames} frames repeat an earlier one within {ALIKE} grey values, "
            f"{self._same} of them exactly"
        )
        return Cue(NAME, min(1.0, self._repeats / self._frames / (2 * _SHARE)), why)
