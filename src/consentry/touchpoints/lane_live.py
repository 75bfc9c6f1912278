"""The live part of a lane: the e-gate's (``egate_live``), behind a capture mask, and what came of it as one check."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from consentry.core.frames import Frame, Image, Lapse
from consentry.core.geometry import Zone
from consentry.core.screening import Finding, Found, Reason, Screening
from consentry.face.sample import FaceSample
from consentry.touchpoints.egate_live import LiveFace
from consentry.touchpoints.egate_parts import FaceParts, GateRules, Prompt
from consentry.touchpoints.lane_parts import LaneCheck, LaneParts, LaneRules

_CHECKS = {
    Reason.NOBODY: LaneCheck.NOBODY,
    Reason.SEVERAL_FACES: LaneCheck.SEVERAL_FACES,
    Reason.STREAM_BROKEN: LaneCheck.STREAM,
    Reason.POOR_QUALITY: LaneCheck.QUALITY,
    Reason.ATTACK: LaneCheck.ATTACK,
    Reason.ATTACK_UNDETERMINED: LaneCheck.ATTACK_UNDETERMINED,
    Reason.CHALLENGE_FAILED: LaneCheck.CHALLENGE,
    Reason.NON_MATCH: LaneCheck.FACE,
    Reason.INCONCLUSIVE: LaneCheck.INCONCLUSIVE,
}


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """The e-gate's witness that hears what the traveller is told, and sees nothing."""

    parts: LaneParts

    def prompt(self, prompt: Prompt, /) -> None:
        """Pass it on."""
        self.parts.say(prompt)

    def portrait(self, image: Image, /) -> None:
        """There is none."""

    def live(self, sample: FaceSample, /) -> None:
        """Not looked at."""

    def found(self, finding: Finding, /) -> None:
        """The decision tells it."""

    def forget(self) -> None:
        """It keeps nothing."""

    def decided(self, screening: Screening, /) -> None:
        """A lane decides otherwise."""


def gate_rules(rules: LaneRules) -> GateRules:
    """What the live part asks for; age is no matter of a lane, whoever issued the pass saw to it."""
    return GateRules(
        rules.touchpoint, minimum_age=0, limit_s=rules.limit_s, patience_s=rules.patience_s, asked=rules.asked
    )


def masked(faces: FaceParts, mask: Zone | None) -> FaceParts:
    """The parts with a capture mask: of a face whose middle is outside nothing but its place is ever known."""
    if mask is None:
        return faces
    find = faces.samples

    def within(image: Image, at: float) -> tuple[FaceSample, ...]:
        found = find(image, at)
        rows, columns = image.shape[:2]
        size = np.array([columns, rows], np.float32)
        middles = np.array([(one.box[:2] + one.box[2:]) / 2 / size for one in found], np.float32).reshape(-1, 2)
        return tuple(one for one, inside in zip(found, mask.contains(middles), strict=True) if inside)

    return replace(faces, samples=within)


def follow(live: LiveFace, frames: Iterator[Frame | Lapse]) -> bool:
    """Look until everything is decided; returns whether pictures may still come.

    Raises:
        ConsentryError: by the source or one of the networks.
    """
    for item in frames:
        live.take(item)
        if live.over:
            return True
    return False


def deciding(findings: tuple[Finding, ...]) -> tuple[str, str]:
    """The check that asks the staff, and why: what is bad before what could not be decided; empty: all is good."""
    for found in (Found.BAD, Found.UNDETERMINED, Found.NOT_LOOKED_AT):
        for one in findings:
            if one.found is found:
                check = LaneCheck.FAULT if one.reason is None else _CHECKS.get(one.reason, LaneCheck.FAULT)
                return check.value, one.why
    return "", "; ".join(one.why for one in findings)
