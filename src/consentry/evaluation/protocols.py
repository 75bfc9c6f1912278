"""Published ways to score alarms: when an alarm counts, what a repeat is, and how precision and recall are weighed.

KISA
    "Guide to performance testing and certification of intelligent CCTV", Korea Internet & Security Agency, 2026.6, as
    excerpted with page numbers by a team that was certified by it. p. 14: an alarm counts from 2 s before the event
    begins until 10 s after. p. 19: one of another kind, before or after that time is false; an event for which none was
    recorded in time is missed: late is both. p. 13: score = 2rp / (r + p) * 100. p. 12: 90 passes, item by item.
    The guide does not speak of a second alarm within the time; here it is false, the reading that flatters least.
i-LIDS
    "Imagery Library for Intelligent Detection Systems: The i-LIDS User Guide", Home Office CAST, publication 10/11
    v4.9, 2011. F1 is weighed by a recall bias, one for each scenario and role (operational alert, event recording). The
    guide is licensed with the imagery and could not be read here, so no bias is built in: whoever has it gives it. As
    it is commonly told, and unchecked: an alarm within 10 s of the event counts, repeats while it lasts are ignored.
plain
    Windows that whoever measures declares.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from consentry.evaluation.alarms import Event, Score, Told, Windows, score

KISA_BEFORE_S, KISA_AFTER_S = 2.0, 10.0
"""s: KISA's guide, p. 14, table 3-1, the same for all four items of the general class."""
KISA_PASS = 0.9
"""KISA's guide, p. 12: 90 of 100."""
ILIDS_AFTER_S = 10.0
"""s within which an operator must hear of an event (i-LIDS as it is commonly told)."""
_DECIMALS_S = 1e-6
"""s by which every window is wider when it is applied: times in files are decimal, and 0.1 + 0.2 is not 0.3. Far below
any clock's step."""
_NO_BIAS: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Tolerance:
    """By how much times may be wrong before anything is judged by them."""

    seconds: float = 0.0
    """s by which a window is wider at both ends."""
    sampling_s: float | None = None
    """s between two looks of the system; None: not told."""

    def __post_init__(self) -> None:
        """Check.

        Raises:
            ValueError: a time is negative, or a tolerance is smaller than what the looks can tell apart.
        """
        if self.seconds < 0 or (self.sampling_s is not None and self.sampling_s <= 0):
            raise ValueError(
                f"tolerance: expected 0 s or more and a sampling interval above 0 s, came {self.seconds:g} s "
                f"and {self.sampling_s} s"
            )
        if self.sampling_s is not None and self.seconds < self.sampling_s:
            raise ValueError(
                f"tolerance: expected the sampling interval of {self.sampling_s:g} s or more, came {self.seconds:g} s: "
                "what happens between two looks is seen at the next one at the earliest, so an alarm's time is known "
                "no better; whole seconds in the truth add another 0.5 s"
            )

    @property
    def why(self) -> str:
        """The reason, in words; empty where there is none to declare."""
        if not self.seconds:
            return ""
        looks = "" if self.sampling_s is None else f"; the system looks every {self.sampling_s:g} s"
        return f"times are taken as known to {self.seconds:g} s{looks}"


@dataclass(frozen=True, slots=True)
class Protocol:
    """How alarms are held against truth."""

    name: str
    windows: Windows
    """Without the tolerance."""
    source: str
    """Where it is written down."""
    repeats_false: bool = False
    """Whether an alarm told again while an event that was hit lasts is false; else it is ignored."""
    alpha: float = 1.0
    """Recall bias: 1 weighs precision and recall alike, less favours precision, more recall."""
    alphas: Mapping[str, float] = field(default_factory=dict)
    """Of hazards that have another."""
    tolerance: Tolerance = Tolerance()
    pass_mark: float | None = None
    """F1 from which a hazard passes; None: the protocol has none."""

    def __post_init__(self) -> None:
        """Check.

        Raises:
            ValueError: a recall bias is not above 0.
        """
        if wrong := [alpha for alpha in (self.alpha, *self.alphas.values()) if not 0 < alpha < float("inf")]:
            raise ValueError(f"recall bias: expected a number above 0, came {wrong[0]:g}")

    @property
    def declared(self) -> Windows:
        """The windows with the tolerance."""
        wider = self.tolerance.seconds
        return Windows(self.windows.before_s + wider, self.windows.after_s + wider)

    def alpha_of(self, hazard: str) -> float:
        """The recall bias of a hazard."""
        return self.alphas.get(hazard, self.alpha)


def kisa() -> Protocol:
    """KISA's: strict, nothing to declare."""
    return Protocol(
        "kisa",
        Windows(KISA_BEFORE_S, KISA_AFTER_S),
        "KISA, guide to intelligent CCTV certification, 2026.6, pp. 12-19",
        repeats_false=True,
        pass_mark=KISA_PASS,
    )


def ilids(
    alpha: float | None = None, alphas: Mapping[str, float] = _NO_BIAS, tolerance: Tolerance | None = None
) -> Protocol:
    """That of i-LIDS.

    Args:
        alpha: recall bias from the guide; None: 1, which weighs both alike and is not the guide's.
        alphas: of scenarios (hazards) that have another.
        tolerance: declared by whoever measures; the guide has none. A window that begins with the event makes an alarm
            that comes 0.1 s early false, which rounding alone can bring about.
    """
    return Protocol(
        "ilids",
        Windows(0.0, ILIDS_AFTER_S),
        "i-LIDS User Guide, Home Office CAST 10/11",
        alpha=1.0 if alpha is None else alpha,
        alphas=MappingProxyType(dict(alphas)),
        tolerance=tolerance or Tolerance(),
    )


def plain(
    before_s: float, after_s: float, tolerance: Tolerance | None = None,
    alpha: float | None = None, alphas: Mapping[str, float] = _NO_BIAS,
) -> Protocol:  # fmt: skip
    """Windows that whoever measures declares; repeats are ignored.

    Args:
        before_s: s before the event from which an alarm counts.
        after_s: s after it until which one counts.
        tolerance: by how much times may be wrong.
        alpha: recall bias; None: 1.
        alphas: of hazards that have another.
    """
    return Protocol(
        "plain",
        Windows(before_s, after_s),
        "declared by whoever measured",
        alpha=1.0 if alpha is None else alpha,
        alphas=MappingProxyType(dict(alphas)),
        tolerance=tolerance or Tolerance(),
    )


def score_by(protocol: Protocol, events: Iterable[Event], alarms: Iterable[Told], watched_s: float) -> Score:
    """Hold the alarms of one recording against its truth as a protocol has it.

    >>> late = [Told(30.5, "loitering", "gate")]
    >>> it = score_by(kisa(), [Event("loitering", "gate", 20, 60)], late, 300)
    >>> len(it.hits), len(it.misses), len(it.false_alarms)
    (0, 1, 1)
    """
    windows = protocol.declared
    applied = Windows(windows.before_s + _DECIMALS_S, windows.after_s + _DECIMALS_S)
    it = score(events, alarms, applied, watched_s)
    if not protocol.repeats_false:
        return it
    return replace(it, false_alarms=tuple(sorted((*it.false_alarms, *it.repeats))), repeats=())


def weighted_f1(hits: float, misses: float, false_alarms: float, alpha: float = 1.0) -> float | None:
    """F1 with a recall bias, (alpha + 1) RP / (R + alpha P), by counts; None if there is nothing to judge.

    In counts the formula is (1 + alpha) TP / ((1 + alpha) TP + alpha FN + FP), which has a value also where there is no
    alarm or no event. With alpha = 1 it is the harmonic mean; a miss weighs alpha times as much as a false alarm.

    >>> round(weighted_f1(90, 10, 30), 4), round(weighted_f1(90, 10, 30, 0.1), 4), round(weighted_f1(90, 10, 30, 75), 4)
    (0.8182, 0.7615, 0.8976)
    """
    found = (1 + alpha) * hits
    asked = found + alpha * misses + false_alarms
    return found / asked if asked > 0 else None
