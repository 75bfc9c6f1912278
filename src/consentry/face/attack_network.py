"""What networks trained on attacks say, over all frames."""

from statistics import fmean

from consentry.face.attack import Cue

NAME = "minifasnet"
_MANY = 3
"""Frames before it speaks: a single frame in motion or in mid-blink may mislead a network."""


class NetworkCue:
    """The mean of what the networks give to the live class, over frames.

    Mean and not worst: an attack shows in most frames, a live face in motion or in mid-blink fails in a few.
    """

    def __init__(self) -> None:
        self._live: list[float] = []

    def see(self, live: float) -> None:
        """Take one frame's share of the live class, 0-1."""
        self._live.append(live)

    def cue(self) -> Cue:
        """1 - mean; 0.5 is the networks' own boundary (upstream decides by the larger class)."""
        if len(self._live) < _MANY:
            return Cue(NAME, None, f"the networks have seen {len(self._live)} frames, {_MANY} are needed")
        mean = fmean(self._live)
        return Cue(NAME, 1 - mean, f"two networks give a live face {mean:.2f} of 1 over {len(self._live)} frames")
