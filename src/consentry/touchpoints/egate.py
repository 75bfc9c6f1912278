"""One traveller at the gate, told as a story: document, age, portrait, live face, decision.

1. The document: what its inspection says. If it is not genuine, or only print was read, no face is looked at.
2. The age: by the document's date of birth, never by a face. Below the programme's age no face is looked at.
3. The networks, which are loaded only now.
4. The portrait: exactly one face, and the reference template of it.
5. The live face: exactly one in the lane, attack cues, quality, scores, until decided or out of time.
6. The decision: the findings make the advice (``core.screening``). Whatever is missing refers.
7. Forgetting, however it ended: pictures, samples, templates, and what lies in the networks' buffers.

The officer decides. A referral says nothing against anybody.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from consentry.core.errors import ConsentryError, ModelMismatchError, SourceError, SupplyError
from consentry.core.screening import ESSENTIAL, Advice, Finding, Found, Measures, Reason, Screening, Step
from consentry.face.acquisition import acquire
from consentry.touchpoints.egate_document import age_finding, document_finding
from consentry.touchpoints.egate_findings import live_findings, measured
from consentry.touchpoints.egate_lane import LaneWatch
from consentry.touchpoints.egate_live import LiveFace
from consentry.touchpoints.egate_parts import FaceParts, GateParts, GateRules, PresentedDocument, Stopwatch
from consentry.touchpoints.egate_words import CLEAR, REFER

if TYPE_CHECKING:
    from consentry.face.template import Template


def screen(document: PresentedDocument, parts: GateParts, rules: GateRules, at: float) -> Screening:
    """Screen one traveller.

    Args:
        document: what was laid on the reader; its portrait is overwritten.
        parts: of this transaction.
        rules: of the lane.
        at: when it begins, s UTC.
    """
    transaction = _Transaction(document, parts, rules, at)
    try:
        transaction.run()
    finally:
        transaction.forget()
    screening = transaction.screening()
    for witness in parts.witnesses:
        witness.prompt(CLEAR if screening.advice is Advice.CLEAR else REFER)
        witness.decided(screening)
    return screening


class _Transaction:
    """The story above, with what it holds until the decision."""

    def __init__(self, document: PresentedDocument, parts: GateParts, rules: GateRules, at: float) -> None:
        self._document, self._parts, self._rules, self._at = document, parts, rules, at
        self._watch = Stopwatch(parts.monotonic)
        self._findings: list[Finding] = []
        self._measures = Measures()
        self._faces: FaceParts | None = None
        self._reference: Template | None = None

    def run(self) -> None:
        """Steps 1 to 5; each may end it."""
        # 1. and 2. What the document says.
        verdict = document_finding(self._document)
        age = age_finding(self._document.birth, self._at, self._rules.minimum_age)
        self._found(verdict)
        self._found(age)
        # An undetermined document goes on: the officer who takes over is helped by the comparison.
        if not self._document.chip or Found.BAD in (verdict.found, age.found) or age.found is not Found.GOOD:
            return
        # 3. to 5. What the faces say.
        for step, look in (
            (Step.NETWORKS, self._load),
            (Step.PORTRAIT, self._look_at_portrait),
            (Step.FACE, self._look_at_traveller),
        ):
            if not self._done(step, look):
                return

    def screening(self) -> Screening:
        """Step 6: what was found, and what nobody came to look at."""
        looked = {finding.step for finding in self._findings}
        why = "not looked at: what was found before refers already"
        rest = [Finding(step, Found.NOT_LOOKED_AT, why) for step in Step if step in ESSENTIAL - looked]
        return Screening(
            self._rules.touchpoint, self._at, (*self._findings, *rest), self._measures, self._watch.timings()
        )

    def forget(self) -> None:
        """Step 7. What can be overwritten is, even if a part refuses."""
        with ExitStack() as all_of_it:
            for witness in self._parts.witnesses:
                all_of_it.callback(witness.forget)
            if self._faces is not None:
                all_of_it.callback(self._faces.wipe)
            if self._reference is not None:
                all_of_it.callback(self._reference.wipe)
            all_of_it.callback(self._document.wipe)
            all_of_it.callback(self._parts.source.close)

    def _found(self, finding: Finding) -> None:
        self._findings.append(finding)
        for witness in self._parts.witnesses:
            witness.found(finding)

    def _done(self, step: Step, look: Callable[[], bool]) -> bool:
        """Do a step; returns whether the next one makes sense. A part that fails refers, and is told."""
        try:
            return look()
        except SourceError as error:
            self._found(Finding(step, Found.UNDETERMINED, str(error), Reason.STREAM_BROKEN))
        except SupplyError as error:
            self._found(Finding(step, Found.UNDETERMINED, str(error), Reason.NETWORKS_MISSING))
        except ConsentryError as error:
            self._found(Finding(step, Found.UNDETERMINED, str(error), Reason.FAULT))
        return False

    def _load(self) -> bool:
        with self._watch.part("networks"):
            self._faces = faces = self._parts.faces()
        model, threshold = faces.embedder.model, faces.threshold
        if model != threshold.model:
            raise ModelMismatchError(f"expected a threshold measured with {model}, came one of {threshold.model}")
        self._found(Finding(Step.NETWORKS, Found.GOOD, f"templates by {model}, threshold {threshold}"))
        return True

    def _look_at_portrait(self) -> bool:
        portrait, faces = self._document.portrait, self._faces
        if portrait is None or faces is None:
            why = "the document gave no portrait that can be looked at"
            self._found(Finding(Step.PORTRAIT, Found.UNDETERMINED, why, Reason.PORTRAIT_UNUSABLE))
            return False
        for witness in self._parts.witnesses:
            witness.portrait(portrait)
        with self._watch.part("portrait"):
            acquired = acquire(faces.samples(portrait, self._at), self._rules.asked)
            if acquired.sample is None:
                why = f"expected one face in the document's portrait: {acquired.why}"
                self._found(Finding(Step.PORTRAIT, Found.UNDETERMINED, why, Reason.PORTRAIT_UNUSABLE))
                return False
            self._reference = faces.embedder.embed(acquired.sample)
        why = f"{acquired.why}, {acquired.sample.eye_distance:.0f} px between the eyes"
        acquired.sample.wipe()  # the template is what is needed from here on
        self._found(Finding(Step.PORTRAIT, Found.GOOD, why))
        return True

    def _look_at_traveller(self) -> bool:
        assert self._faces is not None  # noqa: S101 - the steps before saw to both; this tells the type checker
        assert self._reference is not None  # noqa: S101 - likewise
        rules = self._rules
        live = LiveFace(self._faces, self._reference, rules, self._parts.witnesses, self._watch, LaneWatch(rules.asked))
        try:
            with self._watch.part("live pictures"):
                for item in self._parts.source.frames():
                    live.take(item)
                    if live.over:
                        break
        finally:
            self._measures = measured(live)
            live.forget()
        for finding in live_findings(live):
            self._found(finding)
        return True
