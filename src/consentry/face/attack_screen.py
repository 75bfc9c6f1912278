"""What screens and coarse prints leave in pictures: a fine regular pattern, and bands of refresh that roll."""

from dataclasses import dataclass
from statistics import median

from consentry.face.attack import Cue

PATTERN = "fine_pattern"
REFRESH = "screen_refresh"
_PEAK = 2.5
"""log10 of power above its surroundings in the spectrum at which the score is 0.5: 316 times. The 100 photographs of
the shared people reach 1.84, simulated live faces 1.6, halftone 3.6 and more, displays 1.3 to 5 (docs/attacks.md)."""
_STEP = 0.6
"""log10 from a score of 0.5 to 0.9."""
_MANY = 3
"""Frames before they speak."""
_AGREEMENT = 0.3
"""Correlation of bands in different columns at which the score is 0.5. Simulated (docs/attacks.md): live faces 0.18 at
most in the median of frames, displays with a pulsed backlight 0.2 to 1."""
_ROOM = 0.5
"""Correlation with bands beside the traveller from which they are the room's: lamps on mains flicker everywhere."""


class PatternCue:
    """The strongest regular pattern in the face, frame by frame."""

    def __init__(self) -> None:
        self._peaks: list[float] = []

    def see(self, peak: float | None) -> None:
        """Take one frame's peak, log10 of power above its surroundings; None: the face is too small to tell."""
        if peak is not None:
            self._peaks.append(peak)

    def cue(self) -> Cue:
        """By the median of frames: a collar or a lash line gives a peak in one frame and not in the next."""
        if len(self._peaks) < _MANY:
            return Cue(PATTERN, None, f"{len(self._peaks)} frames show the face large enough, {_MANY} are needed")
        peak = median(self._peaks)
        score = min(0.98, max(0.02, 0.5 + 0.4 * (peak - _PEAK) / _STEP))
        why = f"the strongest regular pattern in the face stands {10**peak:.0f} times above its surroundings"
        return Cue(PATTERN, score, f"{why}; {10**_PEAK:.0f} speak of a screen's grid or of printed dots")


@dataclass(frozen=True, slots=True)
class Bands:
    """Rows that became lighter or darker from one frame to the next."""

    amplitude: float
    """Share of light, root of the mean square over rows of what columns have in common."""
    agreement: float
    """Correlation between columns left of, in, and right of the face, 0-1: the best pair."""
    room: float
    """Correlation with the columns at the picture's edges, -1 to 1; 0 where they could not be compared."""


class RefreshCue:
    """Bands that roll over a display because its backlight is pulsed and the camera reads row after row."""

    def __init__(self) -> None:
        self._bands: list[Bands] = []

    def see(self, bands: Bands | None) -> None:
        """Take the bands between two frames; None: they could not be measured."""
        if bands is not None:
            self._bands.append(bands)

    def cue(self) -> Cue:
        """By the median of frames."""
        if len(self._bands) < _MANY:
            return Cue(REFRESH, None, f"{len(self._bands)} pairs of frames could be compared, {_MANY} are needed")
        agreement = median(one.agreement for one in self._bands)
        amplitude = median(one.amplitude for one in self._bands)
        if agreement >= _AGREEMENT and median(one.room for one in self._bands) >= _ROOM:
            return Cue(REFRESH, None, "the room's own light flickers in bands: a display's could not be told from it")
        why = f"rows around the face change together by {amplitude:.2%} of their light, agreement {agreement:.2f}"
        return Cue(REFRESH, min(0.98, agreement / (2 * _AGREEMENT)), f"{why}; {_AGREEMENT} speak of a display")
