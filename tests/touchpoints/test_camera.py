"""The watch of one camera, on small true fakes of its ports: what is looked at, told, rested and survived."""

from dataclasses import replace

import numpy as np
import pytest

from consentry.core.events import Alarm
from consentry.core.frames import Frame, Lapse, LapseKind
from consentry.core.geometry import View, WholePicture, Zone
from consentry.core.observation import HeatMap, Observation
from consentry.core.scene import CloserLook, Scene, StreamState, Wish
from consentry.core.schedule import ALWAYS, Schedule
from consentry.hazards.duty import Duty
from consentry.hazards.episode import Danger, Episode
from consentry.hazards.rule import HazardSettings, Rule
from consentry.hazards.zones import Intrusion, IntrusionSettings
from consentry.touchpoints.camera import CameraListeners, CameraParts, CameraState, CameraWatch, Looking
from consentry.tracking.attention import Attention
from consentry.tracking.scene_builder import SceneBuilder
from fakes import ListSource, OneTrack, SeenBoxes, StillSignals, picture

LOWER_HALF = Zone("floor", ((0.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0)))
PERSON = 200
"""Brightness of a picture in which the fake detector finds a person."""


class LostWatch:
    """A rule that opens when the stream is not live."""

    def __init__(self, place: WholePicture) -> None:
        self._episode = Episode("tampering", place.name, place.name, HazardSettings(clear_s=0.5))

    def step(self, scene: Scene) -> tuple[Alarm, ...]:
        lost = scene.stream is not StreamState.LIVE
        return self._episode.step(scene.at, Danger((), 1.0, scene.stream.value) if lost else None)

    def finish(self, at: float, why: str) -> tuple[Alarm, ...]:
        return self._episode.finish(at, why)


class Heard:
    """Everything that listeners hear."""

    def __init__(self) -> None:
        self.alarms: list[Alarm] = []
        self.scenes: list[Scene] = []
        self.observations: list[Observation] = []
        self.heat: list[HeatMap] = []

    def listeners(self) -> CameraListeners:
        def observed(told: tuple[Observation, ...], heat: HeatMap | None) -> None:
            self.observations.extend(told)
            if heat is not None:
                self.heat.append(heat)

        return CameraListeners(self.alarms.extend, lambda scene, _: self.scenes.append(scene), observed)

    def told(self) -> list[str]:
        return [f"{a.hazard} {a.state.value}" for a in self.alarms]


def watch(
    items: list[Frame | Lapse], rules: tuple[Rule, ...], motion: dict[float, float] | None = None
) -> tuple[CameraWatch, Heard, SeenBoxes, ListSource]:
    detector, source, heard = SeenBoxes({PERSON: (0.4, 0.2, 0.6, 0.9)}), ListSource(items), Heard()
    parts = CameraParts(
        camera="cam",
        source=source,
        detector=detector,
        tracker=OneTrack(),
        signals=StillSignals(motion or {}),
        builder=SceneBuilder("cam", View()),
        attention=Attention(),
        rules=rules,
        evidence=None,
    )
    one = CameraWatch(parts, heard.listeners())
    one.run()
    return one, heard, detector, source


def intrusion(seconds: float = 1.0) -> Intrusion:
    return Intrusion("cam", LOWER_HALF, IntrusionSettings(seconds=seconds), View())


def test_a_person_in_a_zone_is_told_and_cleared_when_the_watch_ends() -> None:
    frames = [picture("cam", k * 0.2, PERSON) for k in range(15)]
    one, heard, _, _ = watch(frames, (intrusion(),), {f.at: 0.1 for f in frames})
    assert heard.told() == ["intrusion opened", "intrusion cleared"]
    assert heard.alarms[0].tracks == (0,)  # the stitcher numbers from 0, whatever the tracker says
    assert one.status.state is CameraState.ENDED
    assert one.status.open == ()
    assert heard.observations[-1].most == 1
    assert sum(h.seconds.sum() for h in heard.heat) > 2.5


def test_an_empty_still_picture_is_rested_on_and_wakes_with_motion() -> None:
    frames = [picture("cam", k * 0.2) for k in range(100)]
    one, _, detector, source = watch(frames, ())
    assert detector.looks == one.status.looked < 20
    assert one.status.rested == 100 - detector.looks
    assert source.rests, "the source was told to rest"
    frames = [*frames, picture("cam", 20.0)]
    _, _, _, source = watch(frames, (), {20.0: 0.1})
    assert not source.rests, "and to wake"


def test_a_lost_stream_is_a_scene_without_pictures_and_an_alarm() -> None:
    items: list[Frame | Lapse] = [
        picture("cam", 0.0),
        Lapse("cam", 6.0, LapseKind.LOST, "no answer from rtsp://host/stream"),
        picture("cam", 9.0),
    ]
    one, heard, _, _ = watch(items, (LostWatch(WholePicture("cam")),))
    assert heard.told() == ["tampering opened", "tampering cleared"]
    assert [s.stream for s in heard.scenes] == [StreamState.LIVE, StreamState.LOST, StreamState.LIVE]
    assert one.status.note == "no answer from rtsp://host/stream"


def test_a_corrupt_stretch_is_noted_and_the_watch_goes_on() -> None:
    items: list[Frame | Lapse] = [
        picture("cam", 0.0),
        Lapse("cam", 0.2, LapseKind.CORRUPT, "3 pictures could not be decoded"),
        picture("cam", 0.4),
    ]
    one, heard, _, _ = watch(items, (LostWatch(WholePicture("cam")),))
    assert heard.told() == []
    assert one.status.given == 2
    assert "decoded" in one.status.note


def test_people_who_stand_still_keep_their_dwell_at_one_look_a_second() -> None:
    frames = [picture("cam", k * 0.2, PERSON) for k in range(100)]
    one, heard, detector, _ = watch(frames, (intrusion(seconds=10.0),), {0.0: 0.1})
    assert heard.told()[0] == "intrusion opened"
    assert detector.looks < 40
    assert one.status.given == 100


def test_the_parts_that_measure_are_made_for_the_shape_that_comes() -> None:
    """A 4:3 stream: crossings, tracks and courses are measured with its own width, and what was open is cleared."""
    asked: list[float] = []

    def shaped(aspect: float) -> Looking:
        asked.append(aspect)
        return Looking(OneTrack(), StillSignals(), SceneBuilder("cam", View(aspect)), ())

    square = Frame("cam", 0.2, np.zeros((48, 64, 3), np.uint8))
    parts = CameraParts(
        camera="cam",
        source=ListSource([Lapse("cam", 0.0, LapseKind.LOST, "away"), square, replace(square, at=0.4)]),
        detector=SeenBoxes({}),
        tracker=OneTrack(),
        signals=StillSignals(),
        builder=SceneBuilder("cam", View()),
        attention=Attention(),
        rules=(LostWatch(WholePicture("cam")),),
        evidence=None,
        shaped=shaped,
    )
    heard = Heard()
    CameraWatch(parts, heard.listeners()).run()
    assert asked == [64 / 48]
    assert heard.told() == ["tampering opened", "tampering cleared"]
    assert heard.alarms[1].at == 0.2


def test_a_frame_and_a_scene_never_show_pixels_in_words() -> None:
    frame = picture("cam", 1.0)
    assert "array" not in repr(frame)
    assert np.array_equal(replace(frame, at=2.0).image, frame.image)


class Curious:
    """A rule that wishes for a look at 1 s and keeps what scenes answer."""

    def __init__(self) -> None:
        self.answers: list[tuple[float, CloserLook]] = []

    def wishes(self, at: float) -> tuple[Wish, ...]:
        return (Wish("curious", 7, (0.2, 0.2, 0.8, 0.8), 0.0),) if at >= 1.0 and not self.answers else ()

    def step(self, scene: Scene) -> tuple[Alarm, ...]:
        self.answers += [(scene.at, look) for look in scene.looks]
        return ()

    def finish(self, _at: float, _why: str) -> tuple[Alarm, ...]:
        return ()


class Looker:
    """Answers every wish, and remembers what it saw."""

    def __init__(self) -> None:
        self.seen: list[float] = []

    def see(self, frame: Frame, _persons: np.ndarray) -> None:
        self.seen.append(frame.at)

    def look(self, _frame: Frame, wishes: tuple[Wish, ...]) -> tuple[CloserLook, ...]:
        return tuple(CloserLook(wish, None, None) for wish in wishes)


@pytest.mark.parametrize("schedule", [None, ALWAYS], ids=["bare", "on duty"])
def test_a_rule_in_doubt_is_given_a_second_look_even_while_nothing_moves(schedule: Schedule | None) -> None:
    frames = [picture("cam", k * 0.2, PERSON) for k in range(20)]
    rule, looker, heard = Curious(), Looker(), Heard()
    parts = CameraParts(
        camera="cam",
        source=ListSource(frames),
        detector=SeenBoxes({PERSON: (0.4, 0.2, 0.6, 0.9)}),
        tracker=OneTrack(),
        signals=StillSignals({}),
        builder=SceneBuilder("cam", View()),
        attention=Attention(),
        rules=(rule if schedule is None else Duty(rule, schedule),),
        evidence=None,
        second=looker,
    )
    CameraWatch(parts, heard.listeners()).run()
    ((at, look),) = rule.answers
    assert at == 1.0
    assert look.wish.number == 7
    assert looker.seen[0] == 0.0, "it sees pictures from the first on, to know the place as it was"
