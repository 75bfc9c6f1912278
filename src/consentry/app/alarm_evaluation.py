"""Alarms held against the truth of recordings: from two files to figures, each fault with its time and its reason."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from consentry.app.moments import CLIP_CLOCK_S
from consentry.core.errors import MalformedError
from consentry.evaluation.alarm_rates import AlarmRates, RatedScore, rates, rates_by_hazard
from consentry.evaluation.alarm_reasons import Reasons
from consentry.evaluation.alarms import Event, Score, Told
from consentry.evaluation.protocols import Protocol, score_by
from consentry.evaluation.recordings import Heard, TruthClip, names_places, without_places

_SHOWN = 5
"""Names told in a sentence; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for."""

    protocol: Protocol
    hazards: frozenset[str] = frozenset()
    """Only these; empty: all."""
    cameras: Mapping[str, str] | None = None
    """Clip by camera, where a camera is not named as its clip."""
    seed: int = 1
    """Of drawing clips anew: the same seed gives the same intervals."""


@dataclass(frozen=True, slots=True)
class ClipResult:
    """One clip."""

    name: str
    watched_s: float | None
    score: Score
    unclear: tuple[Event, ...]
    """Events that one could see either way."""
    rates: AlarmRates


@dataclass(frozen=True, slots=True)
class HazardResult:
    """One hazard over all clips."""

    name: str
    rates: AlarmRates
    passed: bool | None
    """Whether it reached the protocol's mark; None: the protocol has none, or there is nothing to judge."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A missed event."""

    clip: str
    event: Event
    why: str


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """A false alarm."""

    clip: str
    told: Told
    why: str


@dataclass(frozen=True, slots=True)
class AlarmEvaluation:
    """All that came of it."""

    wish: Wish
    clips: tuple[ClipResult, ...]
    """In order of name."""
    hazards: tuple[HazardResult, ...]
    whole: AlarmRates
    misses: tuple[Miss, ...]
    false_alarms: tuple[FalseAlarm, ...]
    notes: tuple[str, ...]
    """What was left out or cannot be known, in sentences."""


def evaluate_alarms(clips: Sequence[TruthClip], heard: Heard, wish: Wish) -> AlarmEvaluation:
    """Hold alarms against truth.

    Args:
        clips: what a person saw.
        heard: what was told.
        wish: by which protocol, and of which hazards.

    Raises:
        MalformedError: there is no clip, no alarm belongs to any, or the two sides' clocks differ.
    """
    if not clips:
        raise MalformedError("expected the truth of a clip at least, came none")
    named = _named(heard, wish.cameras or {})
    notes = list(_camera_notes(clips, named))
    if not names_places(clips, named):
        clips, named = without_places(clips, named)
        notes.append("One side names no places, so only the hazard was compared, not where it is.")
    scored = []
    for clip in clips:
        alarms, beyond = _alarms_of(clip, named, wish)
        scored.append(_score(clip, alarms, wish))
        if beyond:
            notes.append(f"{clip.name}: alarms from before or after the recording were left out: {beyond}.")
    if any(clip.watched_s is None for clip in clips):
        notes.append("Some clip's length is not told, so there is no rate of false alarms an hour.")
    rated = [RatedScore(one.score, one.watched_s is not None) for one in scored]
    alpha_of = wish.protocol.alpha_of
    reasons = [Reasons(one.score, wish.protocol.declared) for one in scored]
    return AlarmEvaluation(
        wish,
        tuple(scored),
        tuple(_judged(name, one, wish.protocol) for name, one in rates_by_hazard(rated, alpha_of, wish.seed).items()),
        rates(rated, alpha_of, wish.seed),
        tuple(miss for one, why in zip(scored, reasons, strict=True) for miss in _misses(one, why)),
        tuple(wrong for one, why in zip(scored, reasons, strict=True) for wrong in _false(one, why)),
        tuple(notes),
    )


def _named(heard: Heard, cameras: Mapping[str, str]) -> Heard:
    """Alarms with the clip's name for the camera's."""
    watched = None if heard.watched is None else frozenset(cameras.get(name, name) for name in heard.watched)
    return Heard(tuple(replace(one, camera=cameras.get(one.camera, one.camera)) for one in heard.alarms), watched)


def _camera_notes(clips: Sequence[TruthClip], heard: Heard) -> list[str]:
    """What belongs to no clip, and which clips nobody watched.

    Raises:
        MalformedError: no alarm, or no camera that was watched, belongs to any clip: a slip in the names.
    """
    names = {clip.name for clip in clips}
    strange = [one for one in heard.alarms if one.camera not in names]
    known = {one.camera for one in heard.alarms} | (heard.watched or set())
    if known and not known & names:
        raise MalformedError(
            f"expected alarms of {_listed(names)} as the truth names its clips, came those of {_listed(known)}; "
            "say which camera is which clip with --camera CLIP=CAMERA"
        )
    notes = []
    if strange:
        cameras = _listed({one.camera for one in strange})
        notes.append(f"{len(strange)} alarms of {cameras} were left out: the truth has no such clip.")
    if heard.watched is not None and (unwatched := names - heard.watched):
        notes.append(f"Nobody watched {_listed(unwatched)}; what happens there counts as missed.")
    if not heard.alarms:
        notes.append("There is not a single alarm: nothing was told, or the wrong file was given.")
    return notes


def _alarms_of(clip: TruthClip, heard: Heard, wish: Wish) -> tuple[list[Told], int]:
    """A clip's alarms on the clip's own clock, and how many a live camera told while the recording did not run.

    Raises:
        MalformedError: they carry the time of day, and nobody knows when the clip was recorded.
    """
    alarms, beyond = [], 0
    windows = wish.protocol.declared
    last = float("inf") if clip.watched_s is None else clip.watched_s + windows.after_s
    for one in heard.alarms:
        if one.camera != clip.name or (wish.hazards and one.told.hazard not in wish.hazards):
            continue
        if one.told.at < CLIP_CLOCK_S:
            alarms.append(one.told)
            continue
        if clip.recorded_at is None:
            raise MalformedError(
                f"{clip.name}: expected alarms at positions in the clip, came the time of day; "
                "write recorded_at into the truth's [clip]"
            )
        at = one.told.at - clip.recorded_at
        if -windows.before_s <= at <= last:
            alarms.append(replace(one.told, at=at))
        else:
            beyond += 1
    return alarms, beyond


def _score(clip: TruthClip, alarms: list[Told], wish: Wish) -> ClipResult:
    events = [event for event in clip.events if not wish.hazards or event.hazard in wish.hazards]
    it = score_by(wish.protocol, events, alarms, clip.watched_s or 0.0)
    one = rates([RatedScore(it, clip.watched_s is not None)], wish.protocol.alpha_of, wish.seed)
    return ClipResult(clip.name, clip.watched_s, it, tuple(event for event in events if event.ambiguous), one)


def _judged(name: str, one: AlarmRates, protocol: Protocol) -> HazardResult:
    mark = protocol.pass_mark
    return HazardResult(name, one, None if mark is None or one.f1 is None else one.f1.value >= mark)


def _misses(one: ClipResult, reasons: Reasons) -> list[Miss]:
    ranked = sorted(one.score.misses, key=lambda event: (event.begin, event.hazard, event.place))
    return [Miss(one.name, event, reasons.missed(event)) for event in ranked]


def _false(one: ClipResult, reasons: Reasons) -> list[FalseAlarm]:
    return [FalseAlarm(one.name, told, reasons.false(told)) for told in sorted(one.score.false_alarms)]


def _listed(names: AbstractSet[str]) -> str:
    ranked = sorted(names)
    rest = f" and {len(ranked) - _SHOWN} more" if len(ranked) > _SHOWN else ""
    return ", ".join(ranked[:_SHOWN]) + rest
