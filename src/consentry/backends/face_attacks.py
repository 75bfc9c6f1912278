"""Looks for presentation attacks over the frames of a transaction: pixels and networks here, decisions in ``face``."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.backends.face_attacks_networks import NETWORKS, AttackNetworks
from consentry.backends.face_attacks_pixels import (
    Grey,
    Light,
    bands,
    difference,
    eye_likeness,
    eyes,
    light_field,
    pattern_peak,
    usual_eyes,
    window,
)
from consentry.backends.face_attacks_specular import highlight
from consentry.backends.face_attacks_tracks import FaceTracks
from consentry.backends.supplies import at_hand
from consentry.face.attack import Cue, PadResult
from consentry.face.attack_blink import BlinkCue
from consentry.face.attack_fusion import judged
from consentry.face.attack_motion import MotionCue
from consentry.face.attack_network import NAME as NETWORK
from consentry.face.attack_network import NetworkCue
from consentry.face.attack_replay import ReplayCue
from consentry.face.attack_screen import PatternCue, RefreshCue
from consentry.face.attack_specular import SpecularCue
from consentry.face.sample import FaceSample
from consentry.ports import AttackDetector

_REMEMBERED = 64
"""Frames among which a repeated one is looked for: a loop of up to 5 s at 12 frames/s. 64 windows are 3 MB."""

_USUAL = 9
"""Frames whose median is how the eyes usually look: 0.7 s, so that a blink of 0.3 s does not get into it."""
_PACE = 0.1
"""s between looks at patterns and at points: what they ask does not change in that time, so every second frame of 12 a
second will do, and every frame of a slower camera. On 43 simulated presentations (6 people) points fell on the same
side but for one of ``surroundings``; windows of 11 px in every frame cost as much and saw less stillness. Of 10 masks
that obey a challenge ``flat_motion`` had 2 with every frame and 1 so (docs/attacks.md)."""
_LEFT = 0.5
"""Widths of the face by which it may move before frames are compared at another place."""


def load_attack_detector(*, networks: bool | None = None) -> Callable[[], AttackDetector]:
    """A factory that gives a fresh detector for each transaction; the networks are loaded once, here.

    Args:
        networks: whether MiniFASNet must be there; None: it is used where its files are at hand, and where they are
            not its cue says so (``basic`` set); False: it is left out.

    Raises:
        SupplyError: ``networks`` is true and a file is missing, or a file is altered.
        NetworkError: the runtime refused one.
    """
    if networks is False:
        return lambda: Detector(None, "MiniFASNet is switched off")
    if networks is None and not all(at_hand(name) for name in NETWORKS):
        return lambda: Detector(None, f"MiniFASNet is not at hand: consentry models pull {' '.join(NETWORKS)}")
    loaded = AttackNetworks()
    return lambda: Detector(loaded)


class Detector:
    """All passive cues of one transaction."""

    def __init__(self, networks: AttackNetworks | None, without: str = "") -> None:
        """Begin.

        Args:
            networks: shared by all transactions; None: none are at hand.
            without: why there are none.
        """
        self._networks, self._without = networks, without
        self._begin()

    def _begin(self) -> None:
        self._tracks = FaceTracks()
        self._network, self._replay, self._pattern = NetworkCue(), ReplayCue(), PatternCue()
        self._refresh, self._motion, self._blink = RefreshCue(), MotionCue(), BlinkCue()
        self._specular = SpecularCue()
        self._times: list[float] = []
        self._looked = self._tracked = -np.inf
        self._anchor: _Anchor | None = None
        self._windows: deque[Grey] = deque(maxlen=_REMEMBERED)
        self._light: Light | None = None
        self._eyes: deque[NDArray[np.uint8]] = deque(maxlen=_USUAL)

    def see(self, sample: FaceSample, /) -> None:
        """Take the next sample of the live face, in order of capture. No picture is kept, only small grey parts of it.

        Raises:
            NetworkError: the runtime refused.
        """
        self._times.append(sample.at)
        if self._networks is not None:
            self._network.see(self._networks.live(sample))
        if sample.at - self._looked >= _PACE:
            self._looked = sample.at
            self._pattern.see(pattern_peak(sample))
        self._specular.see(highlight(sample), sample.landmarks)
        self._look_at_eyes(sample)
        if sample.at - self._tracked >= _PACE:
            tracks = self._tracks.see(sample)
            if tracks is not None:  # after a reference the next frame follows at once
                self._tracked = sample.at
                self._motion.see(tracks)
        self._compare(sample)

    def _look_at_eyes(self, sample: FaceSample) -> None:
        now = eyes(sample)
        if now is not None and self._eyes:
            self._blink.see(sample.at, eye_likeness(usual_eyes(self._eyes), now))
        if now is not None:
            self._eyes.append(now)

    def _compare(self, sample: FaceSample) -> None:
        """With earlier frames, at the same place of the picture for as long as the face stays there."""
        if self._anchor is None or not self._anchor.holds(sample):
            self._let_go()
            self._anchor = _Anchor.of(sample)
        now = window(sample.image, self._anchor.middle)
        self._replay.see(min((difference(now, one) for one in self._windows), default=None))
        self._windows.append(now)
        light = light_field(sample.image, self._anchor.box)
        if self._light is not None:
            self._refresh.see(bands(self._light, light))
        self._light = light

    def judge(self) -> PadResult:
        """What all frames so far say: every cue, those that could not look with the reason, and their fusion."""
        network = self._network.cue() if self._networks is not None else Cue(NETWORK, None, self._without)
        cues = (
            network,
            self._pattern.cue(),
            self._refresh.cue(),
            *self._motion.cues(),
            self._replay.cue(),
            self._blink.cue(),
            self._specular.cue(),
        )
        span = self._times[-1] - self._times[0] if self._times else 0.0
        return judged(cues, len(self._times), span)

    def forget(self) -> None:
        """Overwrite what was kept of the face, here and in the networks' buffers, and begin anew."""
        self._let_go()
        for kept in self._eyes:
            kept.fill(0)
        self._tracks.forget()
        if self._networks is not None:
            self._networks.forget()
        self._begin()

    def _let_go(self) -> None:
        for kept in (*self._windows, *(self._light or ())):
            kept.fill(0)
        self._windows.clear()
        self._light = None


@dataclass(frozen=True, slots=True, eq=False)
class _Anchor:
    """A place of the picture at which frames are compared."""

    box: NDArray[np.float32]
    shape: tuple[int, ...]

    @classmethod
    def of(cls, sample: FaceSample) -> "_Anchor":
        return cls(sample.box.copy(), sample.image.shape)

    @property
    def middle(self) -> tuple[int, int]:
        return int((self.box[0] + self.box[2]) / 2), int((self.box[1] + self.box[3]) / 2)

    def holds(self, sample: FaceSample) -> bool:
        """Whether the face is still about there."""
        apart = np.abs((sample.box[:2] + sample.box[2:]) - (self.box[:2] + self.box[2:])).max() / 2
        return sample.image.shape == self.shape and bool(apart < _LEFT * (self.box[2] - self.box[0]))
