"""An evaluation of alarms as plain values for JSON."""

from dataclasses import asdict
from typing import Any

from consentry.app.alarm_evaluation import AlarmEvaluation
from consentry.app.alarm_report.words import described, limits, readings
from consentry.evaluation.alarm_rates import AlarmRates
from consentry.evaluation.alarms import Event, Told

_DIGITS = 3
"""Of s: milliseconds, as alarms carry them."""


def told(evaluation: AlarmEvaluation) -> dict[str, Any]:
    """Everything, in dicts, lists, numbers and texts; what cannot be said is null."""
    wish, protocol = evaluation.wish, evaluation.wish.protocol
    return {
        "protocol": {
            "name": protocol.name,
            "source": protocol.source,
            "words": described(protocol),
            "before_s": protocol.windows.before_s,
            "after_s": protocol.windows.after_s,
            "tolerance_s": protocol.tolerance.seconds,
            "sampling_s": protocol.tolerance.sampling_s,
            "repeats": "false" if protocol.repeats_false else "ignored",
            "alpha": protocol.alpha,
            "alphas": dict(protocol.alphas),
            "pass": protocol.pass_mark,
        },
        "hazards_asked": sorted(wish.hazards),
        "seed": wish.seed,
        "whole": _rates(evaluation.whole),
        "hazards": [
            {"hazard": one.name, "passed": one.passed} | _rates(one.rates) for one in evaluation.hazards
        ],
        "clips": [{"clip": one.name} | _rates(one.rates) for one in evaluation.clips],
        "hits": [
            {"clip": one.name} | _event(hit.event) | {"at": _s(hit.told.at), "delay_s": _s(hit.delay_s)}
            for one in evaluation.clips
            for hit in one.score.hits
        ],
        "missed": [{"clip": one.clip} | _event(one.event) | {"why": one.why} for one in evaluation.misses],
        "false_alarms": [{"clip": one.clip} | _told(one.told) | {"why": one.why} for one in evaluation.false_alarms],
        "readings": list(readings(evaluation)),
        "limits": list(limits(evaluation)),
    }  # fmt: skip


def _rates(it: AlarmRates) -> dict[str, Any]:
    delays = {"delay_median_s": it.delay_median_s, "delay_p95_s": it.delay_p95_s}
    return asdict(it) | {name: None if value is None else _s(value) for name, value in delays.items()}


def _event(event: Event) -> dict[str, Any]:
    return {
        "hazard": event.hazard, "place": event.place, "begin": _s(event.begin), "end": _s(event.end), "note": event.note
    }  # fmt: skip


def _told(told: Told) -> dict[str, Any]:
    return {"hazard": told.hazard, "place": told.place, "at": _s(told.at)}


def _s(seconds: float) -> float:
    return round(seconds, _DIGITS)
