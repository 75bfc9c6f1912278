"""Rates of alarms with what they rest on: precision, recall, weighted F1, false alarms an hour and day, time to alarm.

Intervals hold 95 %: of shares after Wilson, of false alarms after Garwood (Poisson, exact). For F1, clips are drawn
anew, since the events of one clip share its light, its people and its camera. Drawing anew cannot bring a fault that no
clip has, so the interval is never narrower than if every event and every false alarm were a look of its own: the share
J = TP / (TP + FN + FP) then is binomial (Clopper and Pearson) and F1 = 2J / (1 + J) grows with it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

import numpy as np

from consentry.evaluation.alarms import Score, by_hazard, pool
from consentry.evaluation.bootstrap import REPLICATES, draw
from consentry.evaluation.intervals import binomial_interval, poisson_interval, wilson_interval

_HOUR_S, _DAY_H = 3600.0, 24.0
_TAILS = (0.025, 0.975)
_LATE = 0.95
"""Share of the hits that came no later than the p95: the slow ones decide whether an operator can rely on it."""


@dataclass(frozen=True, slots=True)
class Bounded:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AlarmRates:
    """What alarms were worth."""

    hits: int
    misses: int
    false_alarms: int
    repeats: int
    """Told again while an event that was hit lasted, and ignored."""
    excused: int
    """Told of what one could see either way."""
    clips: int
    watched_s: float | None
    """s of one camera; None where some clip's length is not known."""
    alpha: float | None
    """Recall bias of ``f1``; None where hazards with different ones are taken together."""
    precision: Bounded | None
    """0-1; None: no alarm was told. Nothing is taken for a success because it is absent."""
    recall: Bounded | None
    """0-1; None: there was no event."""
    f1: Bounded | None
    """0-1, weighted; None: there was nothing to judge."""
    false_per_hour: Bounded | None
    """Of one camera; None where the time watched is not known."""
    false_per_day: Bounded | None
    delay_median_s: float | None
    """s from the event to its alarm, negative if the alarm came first; None: nothing was hit."""
    delay_p95_s: float | None
    """s within which 95 % of the hits came, one of them (nearest rank)."""


@dataclass(frozen=True, slots=True)
class RatedScore:
    """The score of one clip."""

    score: Score
    timed: bool = True
    """Whether the clip's length is known; else ``score.watched_s`` says nothing."""


def rates(clips: Sequence[RatedScore], alpha_of: Callable[[str], float], seed: int = 1) -> AlarmRates:
    """The rates of all clips together.

    Args:
        clips: each with its own score.
        alpha_of: recall bias of a hazard by name.
        seed: of drawing clips anew.

    >>> rates([], lambda hazard: 1.0).f1 is None
    True
    """
    whole = pool([clip.score for clip in clips])
    hits, misses, wrong = len(whole.hits), len(whole.misses), len(whole.false_alarms)
    watched = whole.watched_s if clips and all(clip.timed for clip in clips) else None
    biases = {alpha_of(name) for name in by_hazard(whole)}
    hourly = None if not watched else _rate(wrong, watched)
    return AlarmRates(
        hits=hits, misses=misses, false_alarms=wrong, repeats=len(whole.repeats), excused=len(whole.excused),
        clips=len(clips), watched_s=watched, alpha=biases.pop() if len(biases) == 1 else None,
        precision=_share(hits, hits + wrong), recall=_share(hits, hits + misses),
        f1=_f1([_weights(clip.score, alpha_of) for clip in clips], hits, misses + wrong, seed),
        false_per_hour=hourly,
        false_per_day=None if hourly is None else _times(hourly, _DAY_H),
        delay_median_s=whole.delay_median_s,
        delay_p95_s=nearest_rank([hit.delay_s for hit in whole.hits], _LATE),
    )  # fmt: skip


def rates_by_hazard(
    clips: Sequence[RatedScore], alpha_of: Callable[[str], float], seed: int = 1
) -> dict[str, AlarmRates]:
    """The rates of each hazard over all clips, those in which it never occurs included."""
    parts = [by_hazard(clip.score) for clip in clips]
    names = sorted({name for part in parts for name in part})
    return {
        name: rates(
            [
                RatedScore(part.get(name) or Score((), (), (), (), (), clip.score.watched_s), clip.timed)
                for part, clip in zip(parts, clips, strict=True)
            ],
            alpha_of,
            seed,
        )
        for name in names
    }


def nearest_rank(values: Sequence[float], share: float) -> float | None:
    """The smallest of the values that is not below the given share of them; None if there are none.

    >>> nearest_rank([3.0, 1.0, 2.0], 0.5), nearest_rank([3.0, 1.0, 2.0], 0.95)
    (2.0, 3.0)
    """
    if not values:
        return None
    ranked = sorted(values)
    return ranked[max(ceil(share * len(ranked) - 1e-9), 1) - 1]


def _weights(score: Score, alpha_of: Callable[[str], float]) -> tuple[float, float]:
    """What a clip adds to the found and to the wrong side of F1 (``protocols.weighted_f1``), which is their share."""
    found = wrong = 0.0
    for name, part in by_hazard(score).items():
        alpha = alpha_of(name)
        # Halved so that a hit weighs 1 with alpha 1; hazards with different biases then add up event by event.
        found += (1 + alpha) * len(part.hits) / 2
        wrong += (alpha * len(part.misses) + len(part.false_alarms)) / 2
    return found, wrong


def _f1(weights: Sequence[tuple[float, float]], hits: int, faults: int, seed: int) -> Bounded | None:
    """The weighted F1 of all clips together and its interval."""
    found, wrong = (sum(weight[side] for weight in weights) for side in (0, 1))
    if not found + wrong:
        return None
    value = found / (found + wrong)
    # As if each event and each false alarm were a look of its own, hits and faults keeping their mean weights.
    looks = hits + faults
    per_hit, per_fault = found / hits if hits else 1.0, wrong / faults if faults else 0.5
    low, high = (
        per_hit * share / (per_hit * share + per_fault * (1 - share)) for share in binomial_interval(hits, looks)
    )
    table = np.array(weights, np.float64)
    drawn = draw(len(weights), seed, REPLICATES) @ table
    total = drawn.sum(axis=1)
    able = total > 0  # a draw of clips in which nothing happens says nothing
    if len(weights) > 1 and able.any():
        least, most = np.quantile(drawn[able, 0] / total[able], _TAILS)
        low, high = min(low, float(least)), max(high, float(most))
    return Bounded(value, min(low, value), max(high, value))


def _share(hits: int, trials: int) -> Bounded | None:
    if not trials:
        return None
    value = hits / trials
    low, high = wilson_interval(hits, trials)
    return Bounded(value, min(low, value), max(high, value))


def _rate(count: int, watched_s: float) -> Bounded:
    low, high = _poisson(count)
    return _times(Bounded(count, low, high), _HOUR_S / watched_s)


_poisson = lru_cache(maxsize=1024)(poisson_interval)
"""Clips, hazards and the whole often share their number of false alarms; of thousands it takes a second."""


def _times(one: Bounded, factor: float) -> Bounded:
    return Bounded(one.value * factor, one.low * factor, one.high * factor)
