"""Travellers who walk through a lane one after another, each looked for in the gallery of a journey, told as a story.

1. Whoever withdrew or whose consent ended goes from the gallery.
2. A face in the capture mask: attack cues, quality, and a search for each frame that is good enough. The template is
   overwritten in the call that looked at it; of a frame that finds nobody there stays one count.
3. Go: several frames found the same traveller. Else: ask staff, and nothing says more than that.
4. Forgetting, as after every traveller of a lane. Then the lane waits until he has left.

A face is a bystander's if it was searched for and is nobody's: somebody who did not enrol, or was missed. How often
that happens is counted (``Bystanders``), so that it can be seen whether the capture mask keeps out whoever did not
agree.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import numpy as np

from consentry.consent.profile import Construction, check_permit
from consentry.core.errors import ModelMismatchError
from consentry.core.frames import Frame, Lapse, LapseKind
from consentry.core.screening import Measures
from consentry.evaluation.intervals import wilson_interval
from consentry.face.sample import FaceSample
from consentry.face.template import Template
from consentry.face.verification import Comparison, Decision
from consentry.touchpoints.egate_findings import live_findings, measured
from consentry.touchpoints.egate_lane import ABSENT_S, Lane, LaneWatch
from consentry.touchpoints.egate_live import LiveFace
from consentry.touchpoints.egate_parts import FaceParts, Stopwatch
from consentry.touchpoints.lane_live import Voice, deciding, follow, gate_rules, masked
from consentry.touchpoints.lane_parts import GalleryParts, LaneCheck, LaneDecision, LaneParts, LaneRules

_NOBODY = -1.0
"""The score of a frame that found nobody: the lowest there is, so that it counts as a non-match and tells nothing."""


@dataclass(slots=True)
class Bystanders:
    """How often a face that was searched for was nobody's."""

    searched: int = 0
    """Appearances of a face of which at least one template was made."""
    nobody: int = 0
    """Of these, those who are nobody in the gallery."""

    def count(self, decision: LaneDecision) -> None:
        """Add one appearance."""
        if decision.measures.compared:
            self.searched += 1
            self.nobody += decision.nobody

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the rate (Wilson); None: nobody was searched for.

        >>> [round(limit, 3) for limit in Bystanders(20, 1).interval]
        [0.009, 0.236]
        """
        return wilson_interval(self.nobody, self.searched) if self.searched else None


@dataclass(repr=False, eq=False)
class GalleryFace(LiveFace):
    """The e-gate's live part with many references instead of one."""

    many: GalleryParts = field(kw_only=True)
    found: list[str | None] = field(default_factory=list)
    """Receipts that the frames found; None: nobody."""

    @property
    def comparison(self) -> Comparison:
        """As of one reference; frames that found different travellers decide nothing."""
        said = super().comparison
        if said.decision is Decision.MATCH and self.receipt is None:
            return replace(said, decision=Decision.INCONCLUSIVE, why="frames found different travellers")
        return said

    @property
    def receipt(self) -> str | None:
        """The one traveller that was found in every frame that found anybody."""
        names = {name for name in self.found if name is not None}
        return names.pop() if len(names) == 1 else None

    def _score(self, sample: FaceSample) -> float:
        with self.watch.part("template"):
            probe = self.faces.embedder.embed(sample)
        with self.watch.part("search"):
            candidate = self.many.gallery.identify(probe, self.last, self.many.withdrawn)
        self.found.append(None if candidate is None else candidate.receipt)
        return _NOBODY if candidate is None else candidate.score

    def _begin_again(self) -> None:
        super()._begin_again()
        self.found.clear()


def walk_through(
    parts: LaneParts, many: GalleryParts, rules: LaneRules, frames: Iterator[Frame | Lapse], at: float
) -> Iterator[LaneDecision]:
    """Decide on one traveller after another, until there are no more pictures.

    Args:
        parts: of the lane.
        many: the gallery; whoever opened it closes it.
        rules: of the lane; its touchpoint and purpose are the gallery's.
        frames: of the lane's camera, each overwritten.
        at: now, s UTC.

    Raises:
        RefusedError: the installation may not run a lane.
        ConsentryError: by the source or the networks: what is wrong with a lane concerns everybody in it.
    """
    check_permit(parts.permit, Construction.CAMERA_LANE)
    place = many.gallery.place
    if (place.touchpoint, place.purpose) != (rules.touchpoint, rules.purpose):
        raise ValueError(f"expected the gallery of {rules.touchpoint}, came that of {place.touchpoint}")
    faces = masked(parts.faces(), rules.mask)
    if not faces.embedder.model == faces.threshold.model == many.gallery.threshold.model:
        raise ModelMismatchError(f"expected a gallery of {faces.embedder.model}, came {many.gallery.threshold.model}")
    more, now = True, at
    while more:
        many.sweep(now)
        decision, more, now = _traveller(parts, many, faces, rules, frames, now)
        if decision is None:
            continue
        yield decision
        if more:
            more, now = _left(faces, rules, frames, now)


def _traveller(
    parts: LaneParts, many: GalleryParts, faces: FaceParts, rules: LaneRules, frames: Iterator[Frame | Lapse], at: float
) -> tuple[LaneDecision | None, bool, float]:
    """The next traveller's decision, if somebody came; whether pictures may still come, and the time, s UTC."""
    before = many.gallery.comparisons
    rule = gate_rules(rules)
    now = replace(faces, threshold=many.gallery.threshold)
    live = GalleryFace(
        now, _no_single(now), rule, (Voice(parts),), Stopwatch(parts.monotonic), LaneWatch(rule.asked), many=many
    )
    try:
        more = follow(live, frames)
        at = max(at, live.last)
        if not live.met and live.lane is not Lane.TOGETHER:
            return None, more, at
        return _decision(live, rules, at, many.gallery.comparisons - before), more, at
    finally:
        with ExitStack() as all_of_it:
            all_of_it.callback(faces.wipe)
            all_of_it.callback(live.forget)


def _decision(live: GalleryFace, rules: LaneRules, at: float, comparisons: int) -> LaneDecision:
    findings = live_findings(live)
    check, why = deciding(findings)
    waited = 0.0 if live.since is None else live.last - live.since
    if check == LaneCheck.FACE or (check and not any(live.found)):
        # Of whoever is nobody here no number leaves, not even how good his picture was.
        if check == LaneCheck.FACE:
            check, why = LaneCheck.NOT_ENROLLED.value, "nobody of this journey's gallery; nothing of the face is kept"
        findings, measures = (), Measures(frames=live.frames, compared=len(live.looks))
    else:
        measures = measured(live)
    receipt = live.receipt if not check else None
    nobody = bool(live.looks) and not any(live.found)
    return LaneDecision(rules, at, not check, check, why, waited, comparisons, receipt, findings, measures, nobody)


def _left(faces: FaceParts, rules: LaneRules, frames: Iterator[Frame | Lapse], at: float) -> tuple[bool, float]:
    """Wait until whoever was decided on has left: no face for ``ABSENT_S``, or another place at once."""
    watch, gone_since = LaneWatch(rules.asked), None
    for item in frames:
        at = max(at, item.at)
        if isinstance(item, Lapse):
            if item.kind is not LapseKind.CORRUPT:
                return True, at  # whoever stood there cannot be followed over the gap
            continue
        try:
            found = faces.samples(item.image, item.at)
        finally:
            if item.image.flags.writeable:
                item.image.fill(0)
        lane, _ = watch.see(item.at, found)
        if lane is Lane.AGAIN:
            return True, at
        if found:
            gone_since = None
        elif gone_since is None:
            gone_since = item.at
        elif item.at - gone_since >= ABSENT_S:
            return True, at
    return False, at


def _no_single(faces: FaceParts) -> Template:
    """The e-gate's part wants one reference; here it is nobody's, and never compared with."""
    first = np.zeros(1, np.float32)
    first[0] = 1
    return Template(faces.embedder.model, first)
