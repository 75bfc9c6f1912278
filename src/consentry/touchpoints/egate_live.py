"""The second half of a transaction: the live face, frame by frame, until everything is decided or the time is over.

Each frame goes the same way: who stands in the lane, attack cues, quality, template, score. Its picture and its
template are overwritten before the next one is looked at; what stays are numbers.
"""

from dataclasses import dataclass, field

from consentry.core.frames import Frame, Lapse, LapseKind
from consentry.face.attack import PadResult, Verdict
from consentry.face.attack_fusion import FRAMES, SECONDS, with_challenge
from consentry.face.challenge import Challenge, Progress
from consentry.face.challenge_actions import Stage
from consentry.face.quality import Quality
from consentry.face.sample import FaceSample
from consentry.face.template import Template, comparison_score
from consentry.face.verification import Comparison, Decision, Look, agreed
from consentry.touchpoints.egate_lane import Lane, LaneWatch
from consentry.touchpoints.egate_parts import FaceParts, GateRules, Prompt, Stopwatch, Witness
from consentry.touchpoints.egate_words import LANE, STAY, prompt_for


@dataclass(slots=True, repr=False, eq=False)
class LiveFace:
    """What the live pictures say so far."""

    faces: FaceParts
    reference: Template
    rules: GateRules
    witnesses: tuple[Witness, ...]
    watch: Stopwatch
    lane_watch: LaneWatch
    begun: float | None = None
    """Time of the first picture, s UTC."""
    last: float = 0.0
    frames: int = 0
    met: int = 0
    """Frames that showed exactly one face."""
    looks: list[Look] = field(default_factory=list)
    lacking: Quality | None = None
    """Of the last frame that was not good enough."""
    since: float | None = None
    """When the face at hand was first seen, s UTC."""
    attack: PadResult | None = None
    challenge: Challenge | None = None
    challenged: Progress | None = None
    """How far the challenge has come; None: nothing was asked."""
    lane: Lane = Lane.NOBODY
    """What the last picture showed."""
    broken: str = ""
    """Why no more pictures came; empty: they did."""

    @property
    def comparison(self) -> Comparison:
        """What the frames of the face at hand say together."""
        return agreed(self.looks, self.faces.threshold)

    @property
    def over(self) -> bool:
        """Whether another picture could change nothing, or may not: decided, sent on, broken off, or out of time."""
        if self.lane is Lane.TOGETHER or self.broken or self.out_of_time:
            return True
        if self.challenged is not None and self.challenged.stage is not Stage.DONE:
            return self.challenged.stage is Stage.FAILED
        if self.attack is None or self.attack.verdict is Verdict.UNDETERMINED:
            return False
        if self.attack.verdict is Verdict.ATTACK:
            return self.attack.frames >= FRAMES and self.face_for >= SECONDS
        return self.comparison.decision is not Decision.INCONCLUSIVE

    @property
    def face_for(self) -> float:
        """How long the face at hand was seen, s."""
        return 0.0 if self.since is None else self.last - self.since

    @property
    def out_of_time(self) -> bool:
        """Whether the time for the live face is over."""
        return self.begun is not None and self.last - self.begun > self.rules.limit_s

    def take(self, item: Frame | Lapse) -> None:
        """Take the next picture, which is overwritten, or the silence in its place.

        Raises:
            ConsentryError: by one of the networks.
        """
        self.begun = item.at if self.begun is None else self.begun
        self.last = item.at
        if isinstance(item, Lapse):
            if item.kind is not LapseKind.CORRUPT:  # one broken picture among good ones is skipped
                self.broken = item.why
            return
        self.frames += 1
        try:
            if not self.out_of_time:
                self._look(item)
        finally:
            if item.image.flags.writeable:
                item.image.fill(0)

    def _look(self, frame: Frame) -> None:
        # 1. Who stands in the lane?
        with self.watch.part("face finder"):
            found = self.faces.samples(frame.image, frame.at)
        self.lane, sample = self.lane_watch.see(frame.at, found)
        if sample is None:
            self._ask(None, frame.at)
            self._say(LANE[self.lane])
            return
        if self.lane is Lane.AGAIN:
            self._begin_again()
        self.met += 1
        self.since = frame.at if self.since is None else self.since
        for witness in self.witnesses:
            witness.live(sample)
        # 2. Is it an attack? Every frame of the face counts, a blink and a turned head among them.
        with self.watch.part("attack cues"):
            self.faces.attacks.see(sample)
            self.attack = self.faces.attacks.judge()
        self._ask(sample, frame.at)
        # 3. Is the picture good enough to be compared?
        with self.watch.part("quality"):
            quality = self.faces.quality.read(sample, 1)  # whoever stands behind the lane does not count
        if quality.lacking or not quality.unified:
            self.lacking = quality
            self._say(prompt_for(quality))
            return
        self._say(STAY)
        # 4. How alike are they?
        self.looks.append(Look(frame.at, self._score(sample), quality.unified))

    def _score(self, sample: FaceSample) -> float:
        with self.watch.part("template"):
            probe = self.faces.embedder.embed(sample)
        try:
            with self.watch.part("comparison"):
                return comparison_score(probe, self.reference)
        finally:
            probe.wipe()

    def forget(self) -> None:
        """Overwrite what is kept of places in a face."""
        if self.challenge is not None:
            self.challenge.forget()

    def _ask(self, sample: FaceSample | None, at: float) -> None:
        """Begin a challenge where attacks cannot be ruled out by looking alone, and follow it."""
        if self.challenge is None and self._doubtful and self.faces.challenge is not None:
            self.challenge = self.faces.challenge()
        if self.challenge is None:
            return
        self.challenged = self.challenge.see(None if sample is None else sample.landmarks, at)
        if self.attack is not None:
            self.attack = with_challenge(self.attack, self.challenge.cue(), self.face_for)

    @property
    def _doubtful(self) -> bool:
        waited = self.since is not None and self.face_for >= self.rules.patience_s
        return waited and self.attack is not None and self.attack.verdict is Verdict.UNDETERMINED

    def _begin_again(self) -> None:
        """The face was away: what was seen before may have been somebody else's. A challenge fails by itself then."""
        self.faces.attacks.forget()
        self.looks.clear()
        self.since, self.attack, self.lacking = None, None, None

    def _say(self, prompt: Prompt) -> None:
        """Tell the traveller, and nothing else while something is asked."""
        if self.challenged is not None and self.challenged.stage in (Stage.STEADY, Stage.ASKED):
            prompt = Prompt(self.challenged.sentence.english, self.challenged.sentence.korean)
        for witness in self.witnesses:
            witness.prompt(prompt)
