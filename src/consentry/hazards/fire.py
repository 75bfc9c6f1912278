"""Fire: flames and smoke, each on its own way from seen to told.

::

    nothing ──a look at or above the limit──> candidate ──lasts, and grows──> confirmed ──> alarm
       ^                                         │ not seen for 2 s
       └─────────────────────────────────────────┘

A flame that leaps or grows is told soon; one that stays as it is (a burner, a torch) later. Smoke must spread: what
hangs in the air as it always did is no news. The reason begins with which of the two it was.
"""

from dataclasses import dataclass

from consentry.core.events import Alarm
from consentry.core.geometry import View, WholePicture
from consentry.core.scene import FireReading, Scene
from consentry.hazards.rule import (
    EPSILON_S,
    GAP_S,
    Danger,
    Episode,
    HazardSettings,
    Lasting,
    SceneRule,
    over_limit,
)
from consentry.hazards.words import seconds

_HOLD = 0.5
"""Part of the limit at which what is open stays open: a flame ducks and leaps, so that its score goes to and fro."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FireSettings(HazardSettings):
    """Flames or smoke."""

    flame: float = 0.5
    """Score (0-1) from which on a place counts as a flame: every cue is beyond its limit. The highest of the 43 shared
    clips without fire is 0.51, for a single look; the burning house is above 0.5 in 87 % of its looks."""
    seconds: float = 3.0
    """s that a flame must last that has reached ``growth``: each look already speaks of the 4 s before it, so it is
    told about 6 s after it began."""
    growth: float = 1.25
    """How many times its first size a flame must reach to be told early. A real one does so by its own leaping (the
    burning house: 0.6 to 1.8 times from one second to the next), whether it grows or not; what does not leap waits."""
    steady_s: float = 6.0
    """s that a flame must last that does not reach ``growth``: twice as long, and still within KISA's window, which
    closes 20 s after the first flame."""
    smoke: float = 0.5
    """Score (0-1) from which on a place counts as smoke."""
    smoke_s: float = 6.0
    """s that smoke must last: steam from a cup, a cloud from an exhaust are gone in two to four (a judgement)."""
    spread: float = 1.5
    """How many times its first size smoke must reach: a plume that has spread half as far again is fed by something."""
    clear_s: float = 10.0
    """s with neither before it is cleared: fire hides behind its own smoke for seconds."""

    def check(self) -> None:
        """Scores are limits between 0 and 1; a growing flame is not told later than a steady one.

        Raises:
            ValueError: says which option, what was expected and what came.
        """
        for name in ("flame", "smoke"):
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(f"{name}: expected a number above 0 and up to 1, came {getattr(self, name)!r}")
        if self.steady_s < self.seconds:
            raise ValueError(
                f"steady_s: expected at least seconds ({self.seconds:g}), since a steady flame is the lesser danger; "
                f"came {self.steady_s!r}"
            )


class _Trace:
    """One of the two, from its first look on: how long it has lasted and how far it has grown."""

    def __init__(self) -> None:
        self._lasting = Lasting()
        self._first = 0.0
        self._before: tuple[float, float, float] | None = None
        self.told = False
        """Whether it has lasted and grown enough; it stays so as long as it is seen."""
        self.lasted: float | None = None
        """s since it began; None when it is not there now."""
        self.grown = 1.0
        """Its largest size since it began, in first sizes."""

    def step(self, now: float, score: float, share: float, limit: float) -> None:
        """Take one look. It begins where the straight step from the look before meets the limit, in time and size."""
        limit = limit * _HOLD if self.told else limit
        since, first = self._crossing(now, score, share, limit)
        self.lasted = self._lasting.step(now, score >= limit, since)
        self._before = (now, score, share)
        if self.lasted is None:
            self.told = self.told and self._lasting.absent(now) <= GAP_S + EPSILON_S
        elif self.lasted == now - since:
            self._first, self.grown = first, share / first if first > 0 else 1.0
        elif self._first > 0:
            self.grown = max(self.grown, share / self._first)

    def confirm(self, wait: float, *, grown: bool) -> bool:
        """Whether it is there, and has lasted and grown enough now or before."""
        if self.lasted is None:
            return False
        self.told = self.told or (grown and self.lasted >= wait - EPSILON_S)
        return self.told

    def forget(self) -> None:
        self._lasting.forget()
        self._before, self.told, self.lasted, self.grown, self._first = None, False, None, 1.0, 0.0

    def _crossing(self, now: float, score: float, share: float, limit: float) -> tuple[float, float]:
        """When and at what size the limit was met, if it was met since the look before."""
        if self._before is None or now - self._before[0] > GAP_S or not self._before[1] < limit < score:
            return now, share
        then, low, size = self._before
        part = (limit - low) / (score - low)
        return then + part * (now - then), size + part * (share - size) if size > 0 else share


class Fire(SceneRule):
    """D12: something burns or smokes."""

    def __init__(self, camera: str, place: WholePicture, settings: FireSettings, view: View) -> None:
        del view  # a fire's size in metres does not matter to whether it is one
        super().__init__(camera, place.name)
        self._settings = settings
        self._flame, self._smoke = _Trace(), _Trace()
        self._episode = Episode("fire", camera, place.name, settings)
        self.episodes = (self._episode,)

    def look(self, scene: Scene, now: float) -> tuple[Alarm, ...]:
        """What burns, what smokes, for how long."""
        reading = scene.signals.fire
        if reading is None:
            return ()
        settings = self._settings
        self._flame.step(now, reading.flame, reading.flame_share, settings.flame)
        self._smoke.step(now, reading.smoke, reading.smoke_share, settings.smoke)
        found = [d for d in (self._burns(reading), self._smokes(reading)) if d is not None]
        if not found:
            return self._episode.step(scene.at, None, now)
        why = "; ".join(d.why for d in found)
        return self._episode.step(scene.at, Danger((), max(d.score for d in found), why), now)

    def forget(self) -> None:
        """Forget what was half seen."""
        self._flame.forget()
        self._smoke.forget()

    def _burns(self, reading: FireReading) -> Danger | None:
        settings, trace = self._settings, self._flame
        grows = trace.grown >= settings.growth
        wait = settings.seconds if grows else settings.steady_s
        if not trace.confirm(wait, grown=True):
            return None
        how = f"reached {trace.grown:.1f} times its first size" if grows else "of one size"
        return Danger(
            (),
            over_limit(reading.flame, settings.flame),
            f"flame: {reading.flame_share:.2%} of the picture flickers at {reading.flicker:.0%} of the looks, {how}, "
            f"score {reading.flame:.2f} (limit {settings.flame:g}) for {seconds(trace.lasted or 0.0)}, "
            f"limit {seconds(wait)}",
        )

    def _smokes(self, reading: FireReading) -> Danger | None:
        settings, trace = self._settings, self._smoke
        if not trace.confirm(settings.smoke_s, grown=trace.grown >= settings.spread):
            return None
        return Danger(
            (),
            over_limit(reading.smoke, settings.smoke),
            f"smoke: a veil over {reading.smoke_share:.1%} of the picture leaves {reading.detail:.0%} of the detail, "
            f"spread {trace.grown:.1f} times, score {reading.smoke:.2f} (limit {settings.smoke:g}) for "
            f"{seconds(trace.lasted or 0.0)}, limit {seconds(settings.smoke_s)}",
        )
