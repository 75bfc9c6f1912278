"""The watch of one camera, told as a story: picture, look, tracks, scene, rules, evidence, alarms.

Anonymous by construction: nothing here can compute a template, and rules meet scenes, never pictures.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from consentry.core.events import Alarm
from consentry.core.frames import Frame, Lapse, LapseKind, SourceTally
from consentry.core.geometry import USUAL_ASPECT, Boxes
from consentry.core.observation import HeatMap, Observation
from consentry.core.scene import CloserLook, Detections, Label, Scene, StreamState, Wish
from consentry.hazards.rule import Curious, Rule
from consentry.ports import Detector, Evidence, FrameSource, GateEvents, SecondLooker, SignalReader, Tracker
from consentry.touchpoints.observer import Observer
from consentry.tracking.attention import Attention, Posture
from consentry.tracking.scene_builder import SceneBuilder


@dataclass(frozen=True, slots=True)
class Looking:
    """The parts that measure in the picture, and so depend on its shape."""

    tracker: Tracker
    signals: SignalReader
    builder: SceneBuilder
    rules: Sequence[Rule]


@dataclass(frozen=True, slots=True)
class CameraParts:
    """Everything that the watch of one camera works with."""

    camera: str
    source: FrameSource
    detector: Detector
    tracker: Tracker
    signals: SignalReader
    builder: SceneBuilder
    attention: Attention
    rules: Sequence[Rule]
    evidence: Evidence | None
    """None: no pictures are kept."""
    shaped: Callable[[float], Looking] | None = None
    """Makes the parts that depend on the picture's width divided by its height. None: those above suit any picture."""
    gates: GateEvents | None = None
    """What this camera's gates say; None: no rule asks."""
    second: SecondLooker | None = None
    """Looks again where a rule is in doubt; None: no rule asks."""


@dataclass(frozen=True, slots=True)
class CameraListeners:
    """Who hears of what."""

    alarms: Callable[[Sequence[Alarm]], None]
    seen: Callable[[Scene, Frame | None], None]
    """Called for every scene; the frame is for a view that redacts it itself."""
    observed: Callable[[tuple[Observation, ...], HeatMap | None], None]


class CameraState(StrEnum):
    """How the watch of a camera stands."""

    STARTING = "starting"
    WATCHING = "watching"
    RESTING = "resting"
    STALLED = "stalled"
    LOST = "lost"
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """A snapshot for whoever shows it."""

    camera: str
    state: CameraState = CameraState.STARTING
    at: float | None = None
    """Capture time of the last picture, s UTC."""
    began: float | None = None
    """Capture time of the first picture, s UTC."""
    people: int = 0
    given: int = 0
    """Pictures that came to be analysed."""
    looked: int = 0
    """Of these, looked at by the person network."""
    rested: int = 0
    """Of these, not looked at because nothing moved."""
    open: tuple[str, ...] = ()
    """Open episodes."""
    note: str = ""
    """The last thing that went wrong, in words."""
    tally: SourceTally = field(default_factory=SourceTally)


_SAME_SHAPE = 0.01
"""Pictures are scaled to even sizes: 640 x 358 and 640 x 360 are the same shape."""
_LAPSES = {
    LapseKind.STALLED: (StreamState.STALLED, CameraState.STALLED),
    LapseKind.LOST: (StreamState.LOST, CameraState.LOST),
}


class CameraWatch:
    """One camera from its first picture to its last."""

    def __init__(self, parts: CameraParts, listeners: CameraListeners) -> None:
        self.parts, self._listeners = parts, listeners
        self._observer = Observer(parts.camera, parts.rules)
        self._boxes: Boxes = np.zeros((0, 4), np.float32)
        self._at = 0.0
        self._aspect = USUAL_ASPECT
        self.status = CameraStatus(parts.camera)

    def run(self) -> None:
        """Watch until the source ends or is closed.

        Raises:
            SourceError: the source cannot be opened at all.
        """
        for item in self.parts.source.frames():
            if isinstance(item, Lapse):
                self._silence(item)
            else:
                self._picture(item)
        self._end()

    def _picture(self, frame: Frame) -> None:
        """One picture from pixels to alarms."""
        self._suit(frame)
        parts = self.parts
        # 1. The pixel facts come first: they are cheap, and say whether a look is worth it.
        signals = parts.signals.read(frame)
        posture = parts.attention.decide(frame.at, signals.motion)
        wishes = () if parts.second is None else self._wishes(frame.at)
        posture = Posture.LOOK if wishes else posture  # who lies does not move, and is looked at all the same
        self._pace()
        # 2. Find persons, and join them to their tracks.
        found = tracked = None
        if posture is not Posture.SKIP:
            found = parts.detector.detect(frame.image) if posture is Posture.LOOK else Detections.none()
            tracked = parts.tracker.step(frame.at, found)
            people = tracked.detections.only(Label.PERSON)
            if posture is Posture.LOOK:
                parts.attention.looked(frame.at, len(people))
            self._boxes = _all_persons(found, people)
        # 3. Evidence sees every picture, looked at or not, before anybody asks for the picture of an alarm.
        self._keep(frame)
        # 4. The scene: all that rules may know. Rules speak, people hear.
        if found is not None and tracked is not None:
            signals = replace(signals, crowd=parts.signals.crowd(found.only(Label.PERSON)))
            scene = parts.builder.build(frame.at, tracked.detections, tracked.ids, tracked.ended, signals)
            if parts.gates is not None:
                scene = replace(scene, authorisations=parts.gates.take(frame.at))
            self._tell(replace(scene, looks=self._look_again(frame, wishes)), frame)
        self._note(frame, posture)

    def _wishes(self, at: float) -> tuple[Wish, ...]:
        """What the rules want looked at again, each place once."""
        return tuple(wish for rule in self.parts.rules if isinstance(rule, Curious) for wish in rule.wishes(at))

    def _look_again(self, frame: Frame, wishes: tuple[Wish, ...]) -> tuple[CloserLook, ...]:
        """The dear looks, where any were wished for."""
        second = self.parts.second
        if second is None:
            return ()
        second.see(frame, self._boxes)
        return second.look(frame, wishes) if wishes else ()

    def _suit(self, frame: Frame) -> None:
        """Let the parts that measure in the picture know its shape: of the first one, and where a stream changes it."""
        height, width = frame.image.shape[:2]
        if self.parts.shaped is None or abs(width / height - self._aspect) < _SAME_SHAPE * self._aspect:
            return
        self._aspect = width / height
        self._clear(frame.at, "the picture has another shape now")
        looking = self.parts.shaped(self._aspect)
        self.parts = replace(
            self.parts,
            tracker=looking.tracker,
            signals=looking.signals,
            builder=looking.builder,
            rules=looking.rules,
        )
        self._listeners.observed(self._observer.finish(), self._observer.take_heat())
        self._observer = Observer(self.parts.camera, looking.rules)

    def _tell(self, scene: Scene, frame: Frame | None) -> None:
        alarms = [alarm for rule in self.parts.rules for alarm in rule.step(scene)]
        self._report(alarms)
        self._listeners.seen(scene, frame)
        done = self._observer.see(scene)
        if done:
            self._listeners.observed(done, self._observer.take_heat())
        self.status = replace(self.status, people=int(np.count_nonzero(scene.labels == Label.PERSON)))

    def _report(self, alarms: Sequence[Alarm]) -> None:
        """Tell alarms first, then gather their evidence; trouble with the evidence is itself an alarm."""
        if not alarms:
            return
        self._listeners.alarms(alarms)
        open_now = dict.fromkeys(self.status.open)
        for alarm in alarms:
            open_now.pop(alarm.episode, None)
            if alarm.state == "opened":
                open_now[alarm.episode] = None
        self.status = replace(self.status, open=tuple(open_now))
        if self.parts.evidence is not None:
            trouble = [more for alarm in alarms for more in self.parts.evidence.alarm(alarm)]
            if trouble:
                self._listeners.alarms(trouble)

    def _keep(self, frame: Frame) -> None:
        if self.parts.evidence is not None:
            trouble = self.parts.evidence.see(frame, self._boxes)
            if trouble:
                self._listeners.alarms(trouble)

    def _pace(self) -> None:
        if self.parts.attention.resting:
            self.parts.source.rest()
        else:
            self.parts.source.wake()

    def _silence(self, lapse: Lapse) -> None:
        """A silence is a scene too: one without pictures, for the rules that watch the camera itself."""
        self._at = max(self._at, lapse.at)
        stream, state = _LAPSES.get(lapse.kind, (None, None))
        self.status = replace(self.status, note=lapse.why, state=state or self.status.state)
        if stream is not None:
            self._tell(Scene.empty(lapse.camera, lapse.at, stream), None)

    def _note(self, frame: Frame, posture: Posture) -> None:
        self._at = frame.at
        old = self.status
        self.status = replace(
            old,
            state=CameraState.RESTING if self.parts.attention.resting else CameraState.WATCHING,
            at=frame.at,
            began=frame.at if old.began is None else old.began,
            given=old.given + 1,
            looked=old.looked + (posture is Posture.LOOK),
            rested=old.rested + (posture is not Posture.LOOK),
            tally=self.parts.source.tally(),
        )

    def _end(self) -> None:
        """Clear what is open, finish the evidence, hand over what was added up."""
        self._clear(self._at, "the watch ended")
        if self.parts.evidence is not None:
            trouble = self.parts.evidence.finish(self._at)
            if trouble:
                self._listeners.alarms(trouble)
        self._listeners.observed(self._observer.finish(), self._observer.take_heat())
        self.status = replace(self.status, state=CameraState.ENDED, tally=self.parts.source.tally())

    def _clear(self, at: float, why: str) -> None:
        self._report([alarm for rule in self.parts.rules for alarm in rule.finish(at, why)])


def _all_persons(found: Detections, followed: Detections) -> Boxes:
    """Every box that may hold a head: also persons seen once, whom no track follows yet."""
    return np.concatenate([found.only(Label.PERSON).boxes, followed.boxes]).astype(np.float32)
