"""One traveller in a lane who shows a pass or a key (``wallet`` and ``sealed``), told as a story.

1. The act: a code held before the camera, or a file. Without it no face is looked at (R11).
2. It is opened, each check by its own name. If one says no, no network is loaded and no face is looked at.
3. The live face: exactly one in the capture mask, attack cues, quality, scores of several frames against the reference.
4. The decision: go, or ask staff with the one check that says so.
5. Forgetting, however it ended: pictures, samples, templates, the key, and what lies in the networks' buffers.
"""

from collections.abc import Iterator
from contextlib import ExitStack

from consentry.consent.profile import Construction, check_permit
from consentry.core.errors import (
    ConsentryError,
    MalformedError,
    ModelMismatchError,
    RefusedError,
    SourceError,
    StorageError,
    SupplyError,
)
from consentry.core.frames import Frame, Lapse, LapseKind
from consentry.core.screening import Finding, Measures
from consentry.touchpoints.egate_findings import live_findings, measured
from consentry.touchpoints.egate_lane import LaneWatch
from consentry.touchpoints.egate_live import LiveFace
from consentry.touchpoints.egate_parts import FaceParts, Stopwatch
from consentry.touchpoints.lane_live import Voice, deciding, follow, gate_rules, masked
from consentry.touchpoints.lane_parts import ActParts, JustShown, LaneCheck, LaneDecision, LaneParts, LaneRules, Shown
from consentry.touchpoints.lane_words import ONE_PASS, SHOW


def admit(
    parts: LaneParts,
    act: ActParts,
    rules: LaneRules,
    frames: Iterator[Frame | Lapse],
    at: float,
    shown: bytes | None = None,
    just: JustShown | None = None,
) -> LaneDecision:
    """Decide on one traveller.

    Args:
        parts: of the lane.
        act: how something is shown.
        rules: of the lane.
        frames: of the lane's camera, each overwritten; what is not needed stays for the next traveller.
        at: now, s UTC: of what is shown as a file.
        shown: content of a file; None: a code is looked for in the pictures.
        just: the code before, which its owner may still be holding; it is passed over and then replaced.

    Raises:
        RefusedError: the installation may not run a lane.
    """
    check_permit(parts.permit, Construction.CAMERA_LANE)
    transaction = _Transaction(parts, act, rules, frames, at, just)
    try:
        transaction.run(shown)
    finally:
        transaction.forget()
    return transaction.decision()


class _Transaction:
    """The story above, with what it holds until the decision."""

    def __init__(
        self,
        parts: LaneParts,
        act: ActParts,
        rules: LaneRules,
        frames: Iterator[Frame | Lapse],
        at: float,
        just: JustShown | None,
    ) -> None:
        self._parts, self._act, self._rules, self._frames = parts, act, rules, frames
        self._just = just
        self._content: bytes | None = None
        self._begun, self._last = at, at
        self._check, self._why = LaneCheck.FAULT.value, "nothing was looked at"
        self._shown: Shown | None = None
        self._faces: FaceParts | None = None
        self._receipt: str | None = None
        self._findings: tuple[Finding, ...] = ()
        self._measures = Measures()

    def run(self, shown: bytes | None) -> None:
        """Steps 1 to 3; each may end it, and says on which check."""
        try:
            self._content = content = self._seen() if shown is None else shown
            self._shown = self._act.opens(content, self._last)
            self._receipt = self._shown.receipt
            self._look(self._shown)
        except RefusedError as error:
            self._refuse(error.check or LaneCheck.FAULT, error)
        except MalformedError as error:
            self._refuse(LaneCheck.MALFORMED, error)
        except SourceError as error:
            self._refuse(LaneCheck.STREAM, error)
        except SupplyError as error:
            self._refuse(LaneCheck.NETWORKS, error)
        except StorageError as error:
            self._refuse(LaneCheck.STORAGE, error)
        except ConsentryError as error:
            self._refuse(LaneCheck.FAULT, error)

    def decision(self) -> LaneDecision:
        """Step 4."""
        return LaneDecision(
            self._rules,
            self._last,
            not self._check,
            self._check,
            self._why,
            self._last - self._begun,
            self._measures.compared,
            self._receipt,
            self._findings,
            self._measures,
        )

    def forget(self) -> None:
        """Step 5. What can be overwritten is, even if a part refuses."""
        with ExitStack() as all_of_it:
            if self._faces is not None:
                all_of_it.callback(self._faces.wipe)
            if self._shown is not None:
                all_of_it.callback(self._shown.reference.wipe)
        if self._just is not None and self._content is not None:
            self._just.note(self._content, self._last)
        self._shown = self._content = None

    def _seen(self) -> bytes:
        """The one code of ours in the pictures."""
        begun: float | None = None
        self._parts.say(SHOW)
        for item in self._frames:
            self._last = item.at
            begun = item.at if begun is None else begun
            if isinstance(item, Lapse):
                if item.kind is not LapseKind.CORRUPT:
                    raise SourceError(item.why)
                continue
            try:
                ours = [code for code in self._act.codes(item.image) if self._new(code, item.at)]
            finally:
                if item.image.flags.writeable:
                    item.image.fill(0)
            if len(ours) == 1:
                self._begun = item.at
                return ours[0]
            self._parts.say(ONE_PASS if ours else SHOW)
            if item.at - begun > self._rules.show_s:
                break
        self._begun = self._last if begun is None else begun
        raise RefusedError("no pass was shown; nobody is compared without that", LaneCheck.NOTHING_SHOWN)

    def _new(self, code: bytes, at: float) -> bool:
        """Whether it is one of ours, and not the one before, still in its owner's hand."""
        return code.startswith(self._act.begins) and (self._just is None or not self._just.still(code, at))

    def _look(self, shown: Shown) -> None:
        """Step 3."""
        parts, rules = self._parts, self._rules
        self._faces = faces = masked(parts.faces(), rules.mask)
        for model in (faces.threshold.model, shown.reference.model):
            if model != faces.embedder.model:
                raise ModelMismatchError(
                    f"expected a reference and a threshold of {faces.embedder.model}, came {model}"
                )
        watch = Stopwatch(parts.monotonic)
        rule = gate_rules(rules)
        live = LiveFace(faces, shown.reference, rule, (Voice(parts),), watch, LaneWatch(rule.asked))
        try:
            follow(live, self._frames)
        finally:
            self._last = live.last or self._last
            self._measures = measured(live)
            live.forget()
        self._findings = live_findings(live)
        self._check, self._why = deciding(self._findings)

    def _refuse(self, check: str, error: Exception) -> None:
        self._check, self._why = str(check), str(error)
