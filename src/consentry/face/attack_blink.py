"""Blinks: the eyes shut and open again within half a second, both at once.

It is told and hardly weighs: a photograph does not blink, but whoever looks through holes in one does.
"""

from consentry.face.attack import Cue

NAME = "blink"
_SHUT = 0.68
"""Share of the usual likeness below which the eyes count as shut. Simulated blinks (7 people, heads turning by 8
degrees): 0.03 to 0.62 shut, 0.75 and more open."""
_LONGEST = 0.6
"""s: a spontaneous blink lasts 0.1 to 0.4 s; what is longer is closed eyes or a hand."""
_PATIENCE = 8.0
"""s without a blink before it is said: people blink every 2 to 6 s, and stare into cameras."""
_FEW = 6
"""Frames from which it is known how they usually look."""


class BlinkCue:
    """How often both eyes were shut briefly."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, float]] = []

    def see(self, at: float, likeness: float | None) -> None:
        """Take one frame.

        Args:
            at: s, growing.
            likeness: how much the eyes look as they usually do, 0-1, of that eye which looks more so; None: unknown.
        """
        if likeness is not None:
            self._seen.append((at, likeness))

    def blinks(self) -> int:
        """How often the eyes shut and opened again."""
        if len(self._seen) < _FEW:
            return 0
        usual = sorted(likeness for _, likeness in self._seen)[int(len(self._seen) * 0.75)]
        count, since, opened = 0, None, False
        for at, likeness in self._seen:
            if likeness < _SHUT * usual:
                since = at if since is None else since
            else:
                count += since is not None and opened and at - since <= _LONGEST
                since, opened = None, True
        return count

    def cue(self) -> Cue:
        """A blink speaks for life, not much. None says nothing for 8 s, and little after that."""
        span = self._seen[-1][0] - self._seen[0][0] if self._seen else 0.0
        blinks = self.blinks()
        if blinks:
            return Cue(NAME, 0.15, f"{blinks} blink{'s' if blinks > 1 else ''} in {span:.1f} s")
        if span < _PATIENCE:
            return Cue(NAME, None, f"no blink in {span:.1f} s; it says something after {_PATIENCE:.0f} s")
        return Cue(NAME, 0.4, f"no blink in {span:.1f} s")
