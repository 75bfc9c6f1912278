"""What the figures mean, in sentences for whoever must decide with them."""

from collections.abc import Iterator

from consentry.app.alarm_evaluation import AlarmEvaluation
from consentry.app.report.words import counted, lasted, listed, titled
from consentry.evaluation.alarm_rates import AlarmRates, Bounded
from consentry.evaluation.intervals import poisson_interval
from consentry.evaluation.protocols import Protocol

_GOAL_A_DAY = 1.0
"""False alarms of one camera a day that an operator still answers: the project's goal for all hazards together."""
_FEW_CLIPS = 10
"""Clips below which drawing them anew cannot bring enough different sets: 10 give 92,378, 6 give 462."""
_NONE = poisson_interval(0)[1]
"""False alarms that can still be expected where none came (95 %, two-sided: 3.689)."""


def figure(one: Bounded | None, digits: int = 2) -> str:
    """A figure with its interval.

    >>> figure(Bounded(0.5, 0.25, 0.75)), figure(None)
    ('0.50 (0.25-0.75)', '-')
    """
    if one is None:
        return "-"
    return f"{one.value:.{digits}f} ({one.low:.{digits}f}-{one.high:.{digits}f})"


def rate(one: Bounded | None) -> str:
    """A rate with its interval.

    >>> rate(Bounded(0.0, 0.0, 36.8888))
    '0 (0-36.9)'
    """
    return "-" if one is None else f"{three(one.value)} ({three(one.low)}-{three(one.high)})"


def three(value: float) -> str:
    """A number with three figures that count.

    >>> three(0.02519), three(36.888), three(2260.4), three(0)
    ('0.0252', '36.9', '2,260', '0')
    """
    if value < 1000:
        return f"{value:.3g}"
    unit = 10 ** (len(str(int(value))) - 3)
    return f"{round(value / unit) * unit:,}"


def delay(one: AlarmRates) -> str:
    """Median and p95 of the time to alarm."""
    if one.delay_median_s is None or one.delay_p95_s is None:
        return "-"
    return f"{one.delay_median_s:.1f} / {one.delay_p95_s:.1f} s"


def described(protocol: Protocol) -> str:
    """A protocol in a sentence or two."""
    before, after = protocol.windows.before_s, protocol.windows.after_s
    window = f"from {before:g} s before an event begins until {after:g} s after"
    parts = [
        f"An alarm counts {window}; one outside is false, and the event missed.",
        "An alarm told again is false."
        if protocol.repeats_false
        else "Told again while the event lasts, it is ignored.",
    ]
    if protocol.tolerance.seconds:
        parts.append(f"Windows are {protocol.tolerance.seconds:g} s wider: {protocol.tolerance.why}.")
    biases = {f"{name} {alpha:g}" for name, alpha in protocol.alphas.items()}
    if protocol.alpha != 1:
        biases.add(f"{'others ' if biases else ''}{protocol.alpha:g}")
    if biases:
        parts.append(f"Recall bias: {listed(sorted(biases))}; below 1 a false alarm weighs more, above 1 a miss.")
    elif protocol.name == "ilids":
        parts.append("No recall bias was given, so precision and recall weigh alike, which is not the guide's F1.")
    return " ".join(parts)


def readings(evaluation: AlarmEvaluation) -> Iterator[str]:
    """The figures of the whole, in plain words."""
    it = evaluation.whole
    events = it.hits + it.misses
    if events:
        late = "" if it.delay_median_s is None else f", half of them within {_later(it.delay_median_s)}"
        slow = "" if it.delay_p95_s is None else f" and 95 % within {_later(it.delay_p95_s)}"
        yield f"Of {counted(events, 'event')}, {it.hits} had an alarm in time{late}{slow}; {it.misses} had none."
    else:
        yield "The truth has no event, so nothing can be said of what would be missed."
    alarms = it.hits + it.false_alarms
    if alarms:
        yield f"Of {counted(alarms, 'alarm')} that asked for an operator's look, {it.false_alarms} count as false."
    if it.false_per_day is not None and it.watched_s is not None:
        daily = it.false_per_day
        yield (
            f"In {lasted(it.watched_s)} of one camera that makes {three(daily.value)} false alarms a day; so much "
            f"watching leaves between {three(daily.low)} and {three(daily.high)} possible (95 %)."
        )
    for hazard in evaluation.hazards:
        if hazard.passed is not None and hazard.rates.f1 is not None and evaluation.wish.protocol.pass_mark is not None:
            mark = 100 * evaluation.wish.protocol.pass_mark
            verdict = "reaches" if hazard.passed else "does not reach"
            yield f"{titled(hazard.name)} {verdict} {mark:g} of 100: {100 * hazard.rates.f1.value:.2f}."


def limits(evaluation: AlarmEvaluation) -> Iterator[str]:
    """What the figures do not show."""
    it = evaluation.whole
    if it.clips < _FEW_CLIPS:
        yield (
            f"{counted(it.clips, 'clip')} say little of other places, light and people, and intervals from so few are "
            "too narrow."
        )
    if it.false_per_day is not None and it.false_per_day.high > _GOAL_A_DAY:
        yield (
            f"Fewer than one false alarm a day is not shown: that takes {_NONE:.2g} days of one camera without any, "
            f"and fewer than 0.1 an hour takes {10 * _NONE:.2g} hours."
        )
    yield (
        "The clips were chosen because something happens in them. Hours in which nothing does, at night, in rain, in "
        "changing light, decide how often an operator is called for nothing."
    )
    yield "Thresholds that were set on these clips do better on them than on others."
    unclear = sum(len(clip.unclear) for clip in evaluation.clips)
    if unclear:
        yield f"{counted(unclear, 'event')} that a person could see either way were neither asked for nor held against."
    yield from evaluation.notes


def _later(seconds: float) -> str:
    return "0 s" if seconds <= 0 else f"{seconds:.1f} s"
