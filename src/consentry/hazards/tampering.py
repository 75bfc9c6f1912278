"""Dangers to the watch itself: a camera that is covered, dark, out of focus, moved, frozen or gone.

Each cause has its own time: a truck fills the view for a second or two, somebody tries a light switch, the sun takes
half an hour to set. What is usual is followed slowly, and not while something looks wrong, so a slow change becomes
the new usual and a sudden one is told for as long as it lasts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp

from consentry.core.events import Alarm
from consentry.core.geometry import View, WholePicture
from consentry.core.scene import Scene, Signals, StreamState
from consentry.hazards.rule import EPSILON_S, GAP_S, Danger, Episode, HazardSettings, Lasting, over_limit
from consentry.hazards.words import seconds

_USUAL_S = 120.0
"""Time constant with which the usual brightness and contrast are followed: at dusk luma falls from 128 to 10 in half an
hour, 16 % in this time, far from the drop by half that is told; somebody's hand takes a second."""
_LEARN_S = 10.0
"""How long the rule looks before it knows what is usual; it tells none of the relative causes before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TamperingSettings(HazardSettings):
    """The camera cannot see what it should."""

    seconds: float = 5.0
    """s that covered, defocused or moved must last: an 18 m lorry at 30 km/h fills a view for 2.2 s."""
    dark_s: float = 15.0
    """s that a sudden darkness must last: longer than somebody tries a switch or a relay takes over."""
    frozen_s: float = 15.0
    """s of exactly the same picture: encoders that save on still scenes renew it at a keyframe, at most some 10 s
    apart."""
    dark: float = 16.0
    """Luma (0-255) below which the picture is dark: black level of studio-range video; a person is not seen in it."""
    edges: float = 0.3
    """Share of the background's edges still in place (0-1) below which the view is covered or another one. A crowd that
    fills half of the picture leaves about half."""
    sharpness: float = 0.4
    """Sharpness relative to its usual level (1) below which the lens is out of focus or smeared."""
    shift: float = 0.05
    """Fraction of the picture's width by which the background must be out of place: wind sways a mast by a hundredth;
    zones drawn in the picture are wrong by a person's width at 0.05."""


@dataclass(slots=True)
class _Usual:
    """Brightness and contrast as usual, followed slowly."""

    brightness: float
    contrast: float
    at: float

    def follow(self, now: float, signals: Signals) -> None:
        share = 1 - exp(-max(now - self.at, 0.0) / _USUAL_S)
        self.brightness += share * (signals.brightness - self.brightness)
        self.contrast += share * (signals.contrast - self.contrast)
        self.at = now


Cause = tuple[str, float, Callable[[float], str]]
"""Name, how far beyond its limit as a score, and its words for the time it has lasted."""


class Tampering:
    """D13: the camera is covered, dark, defocused, moved, frozen, stalled or lost. It must hear of blindness itself."""

    def __init__(self, camera: str, place: WholePicture, settings: TamperingSettings, view: View) -> None:
        del view  # how the camera looks at its place does not matter to whether it sees
        self.camera, self.place, self._settings = camera, place.name, settings
        self._episode = Episode("tampering", camera, place.name, settings)
        self._usual: _Usual | None = None
        self._began: float | None = None
        self._lasting: dict[str, Lasting] = {}

    def step(self, scene: Scene) -> tuple[Alarm, ...]:
        """Look at the next scene.

        Raises:
            ValueError: it is another camera's.
        """
        if scene.camera != self.camera:
            raise ValueError(f"a rule for camera {self.camera!r} was given a scene of camera {scene.camera!r}")
        if scene.stream is not StreamState.LIVE:
            # The source waited before it said so, and may not say it twice: told at once.
            self._lasting.clear()
            return self._episode.step(scene.at, self._gone(scene.stream))
        return self._episode.step(scene.at, self._danger(scene.at, scene.signals))

    def finish(self, at: float, why: str) -> tuple[Alarm, ...]:
        """End the watch; what is usual is learnt anew afterwards."""
        self._usual = self._began = None
        self._lasting.clear()
        return self._episode.finish(at, why)

    def _gone(self, stream: StreamState) -> Danger:
        words = {
            StreamState.STALLED: "is open but gives no pictures",
            StreamState.LOST: "cannot be read",
        }
        return Danger((), 1.0, f"{stream.value}: the stream of {self.camera} {words[stream]}")

    def _danger(self, at: float, signals: Signals) -> Danger | None:
        if self._usual is None or self._began is None:
            self._usual, self._began = _Usual(signals.brightness, signals.contrast, at), at
        causes = self._causes(signals, self._usual, learnt=at - self._began >= _LEARN_S)
        if not any(name != "frozen" for name, _, _ in causes):
            self._usual.follow(at, signals)
        told: Danger | None = None
        for name, score, why in causes:
            lasted = self._lasting.setdefault(name, Lasting(_BLINK_S)).step(at, so=True) or 0.0
            if told is None and lasted >= self._wait(name) - EPSILON_S:
                told = Danger((), score, f"{name}: {why(lasted)}, limit {seconds(self._wait(name))}")
        return told

    def _wait(self, name: str) -> float:
        settings = self._settings
        return {"dark": settings.dark_s, "frozen": settings.frozen_s}.get(name, settings.seconds)

    def _causes(self, signals: Signals, usual: _Usual, *, learnt: bool) -> list[Cause]:
        """What is wrong with the picture, the plainest first."""
        settings = self._settings
        found: list[Cause] = []
        if signals.change == 0:
            found.append(("frozen", 1.0, lambda s: f"the very same picture for {seconds(s)}"))
        if signals.brightness < settings.dark and usual.brightness >= 2 * max(signals.brightness, 1.0):
            found.append(
                (
                    "dark",
                    1 - over_limit(signals.brightness, settings.dark),
                    lambda s: (
                        f"brightness {signals.brightness:.0f} of 255 (usual {usual.brightness:.0f}, "
                        f"limit {settings.dark:g}) for {seconds(s)}"
                    ),
                )
            )
        elif learnt and (cause := _out_of_sight(signals, usual, settings)) is not None:
            found.append(cause)
        return found


_BLINK_S = min(1.0, GAP_S)
"""A cause may blink for this long and still last: one scene at the slowest pace of looks."""


def _out_of_sight(signals: Signals, usual: _Usual, settings: TamperingSettings) -> Cause | None:
    """Covered, defocused or moved, told apart: a cover takes edges and contrast, a blur keeps the contrast."""
    blurred = signals.sharpness < settings.sharpness
    gone = signals.edges < settings.edges
    if signals.shift >= settings.shift:
        return (
            "moved",
            over_limit(signals.shift, settings.shift),
            lambda s: (
                f"background off by {signals.shift:.0%} of the width (limit {settings.shift:.0%}) for {seconds(s)}"
            ),
        )
    lost = f"{signals.edges:.0%} of the background's edges left (limit {settings.edges:.0%})"
    soft = f"sharpness {signals.sharpness:.2f} of the usual (limit {settings.sharpness:g})"
    flat = signals.contrast < usual.contrast / 2
    if gone and (flat or not blurred):
        name = "covered" if flat else "covered or turned away"
        return name, 1 - over_limit(signals.edges, settings.edges), lambda s: f"{lost} for {seconds(s)}"
    if blurred:
        return "defocused", 1 - over_limit(signals.sharpness, settings.sharpness), lambda s: f"{soft} for {seconds(s)}"
    return None
