"""What the live face came to, in words: one finding a step, and a reason for each that is not good."""

from consentry.core.screening import Finding, Found, Measures, Reason, Step
from consentry.face.attack import PadResult, Verdict
from consentry.face.challenge import Progress
from consentry.face.challenge_actions import Stage
from consentry.face.verification import Decision
from consentry.touchpoints.egate_lane import Lane
from consentry.touchpoints.egate_live import LiveFace

_DECISIONS = {
    Decision.MATCH: (Found.GOOD, None),
    Decision.NON_MATCH: (Found.BAD, Reason.NON_MATCH),
    Decision.INCONCLUSIVE: (Found.UNDETERMINED, Reason.INCONCLUSIVE),
}
_VERDICTS = {
    Verdict.BONA_FIDE: (Found.GOOD, None),
    Verdict.ATTACK: (Found.BAD, Reason.ATTACK),
    Verdict.UNDETERMINED: (Found.UNDETERMINED, Reason.ATTACK_UNDETERMINED),
}


def live_findings(live: LiveFace) -> tuple[Finding, ...]:
    """Face, quality, attack and comparison, in this order."""
    face = _face(live)
    if face.found is not Found.GOOD and not live.met:
        why = "there was no live face"
        rest = (Step.QUALITY, Step.ATTACK, Step.COMPARISON)
        return (face, *(Finding(step, Found.NOT_LOOKED_AT, why) for step in rest))
    asked = () if live.challenged is None else (challenge_finding(live.challenged),)
    return face, _quality(live), attack_finding(live.attack), *asked, _comparison(live)


def measured(live: LiveFace) -> Measures:
    """The numbers behind them."""
    threshold, comparison = live.faces.threshold, live.comparison
    return Measures(
        score=comparison.score if comparison.frames else None,
        threshold=threshold.score,
        fmr=threshold.fmr,
        fmr_low=threshold.low,
        fmr_high=threshold.high,
        model=threshold.model,
        attack=None if live.attack is None else live.attack.score,
        quality=max((look.quality for look in live.looks), default=None),
        frames=live.frames,
        compared=len(live.looks),
    )


def _face(live: LiveFace) -> Finding:
    seconds = 0.0 if live.begun is None else live.last - live.begun
    if live.lane is Lane.TOGETHER:
        why = f"{live.lane_watch.why}: families and whoever is accompanied go to the officer together"
        return Finding(Step.FACE, Found.BAD, why, Reason.SEVERAL_FACES)
    if live.broken:
        why = f"the live pictures broke off after {seconds:.1f} s: {live.broken}"
        return Finding(Step.FACE, Found.UNDETERMINED, why, Reason.STREAM_BROKEN)
    if not live.met:
        why = f"no face acquired in {live.frames} pictures and {seconds:.1f} s; in the last: {live.lane_watch.why}"
        several = live.lane is Lane.SEVERAL
        return Finding(Step.FACE, Found.UNDETERMINED, why, Reason.SEVERAL_FACES if several else Reason.NOBODY)
    return Finding(Step.FACE, Found.GOOD, f"exactly one face in {live.met} of {live.frames} pictures, {seconds:.1f} s")


def _quality(live: LiveFace) -> Finding:
    best = max((look.quality for look in live.looks), default=0)
    if live.looks:
        why = f"{len(live.looks)} of {live.met} frames good enough to be compared, the best with {best} of 100"
        return Finding(Step.QUALITY, Found.GOOD, why)
    lacking = () if live.lacking is None else live.lacking.lacking
    told = ", ".join(f"{one.component.value} {one.value} of 100" for one in lacking[:3]) or "nothing was measured"
    return Finding(Step.QUALITY, Found.BAD, f"no frame was good enough to be compared: {told}", Reason.POOR_QUALITY)


def attack_finding(result: PadResult | None) -> Finding:
    """What the attack cues say, the loudest first."""
    if result is None:
        return Finding(Step.ATTACK, Found.UNDETERMINED, "no frame was looked at", Reason.ATTACK_UNDETERMINED)
    found, reason = _VERDICTS[result.verdict]
    cues = "; ".join(f"{cue.name} {cue.score:.2f} ({cue.why})" for cue in result.spoke[:3])
    frames = f"{result.frames} frame{'s' if result.frames != 1 else ''}"
    why = f"{result.verdict.value}, {result.score:.2f} of 1 over {frames}: {cues or 'no cue could look'}"
    return Finding(Step.ATTACK, found, why, reason)


def challenge_finding(progress: Progress) -> Finding:
    """Whether the traveller did what was asked. Not to do it is no attack, and no sign of life."""
    why = f"{progress.done} of {progress.of} movements: {progress.why}"
    if progress.stage is Stage.DONE:
        return Finding(Step.CHALLENGE, Found.GOOD, why)
    return Finding(Step.CHALLENGE, Found.UNDETERMINED, why, Reason.CHALLENGE_FAILED)


def _comparison(live: LiveFace) -> Finding:
    comparison = live.comparison
    found, reason = _DECISIONS[comparison.decision]
    if not comparison.frames:  # no frame was good enough: that is the reason, told above
        return Finding(Step.COMPARISON, Found.NOT_LOOKED_AT, comparison.why)
    return Finding(Step.COMPARISON, found, f"{comparison.decision.value}: {comparison.why}", reason)
