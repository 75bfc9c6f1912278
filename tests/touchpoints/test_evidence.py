"""What is kept around an alarm, when, and what happens where it cannot be kept."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from consentry.core.errors import NetworkError, StorageError
from consentry.core.events import HEALTH, Alarm, AlarmState
from consentry.core.frames import Frame
from consentry.core.redaction import RedactedFrame
from consentry.core.scene import Detections, Label
from consentry.touchpoints.evidence import LONGEST_S, EpisodeEvidence
from consentry.touchpoints.recent import CLIP_RATE, MOST_BYTES, Recent, Seen
from consentry.touchpoints.redactor import Redactor
from consentry.touchpoints.trouble import QUIET_S
from consentry.touchpoints.views import EVERY_S

NOBODY = np.zeros((0, 4), np.float32)
SOMEBODY = np.array([[0.4, 0.2, 0.6, 0.9]], np.float32)


@dataclass
class Faces:
    """Finds one face in every picture, and fails where it was told to."""

    fails: tuple[float, float] = (0.0, 0.0)
    """From, until: by the picture's brightness, which the tests make its time."""
    name: str = "faces"
    looks: int = 0

    def find(self, image: np.ndarray) -> Detections:
        self.looks += 1
        if self.fails[0] <= image[0, 0, 0] < self.fails[1]:
            raise NetworkError("the runtime refused")
        return Detections.of(Label.FACE, np.array([[0.45, 0.25, 0.55, 0.4]], np.float32))


@dataclass
class MemoryClip:
    """A clip in memory; refuses while the disk is full."""

    disk: "MemoryRecorder"
    pictures: list[RedactedFrame] = field(default_factory=list)
    closed: bool = False

    def write(self, picture: RedactedFrame) -> None:
        assert not self.closed
        self.disk.check()
        self.pictures.append(picture)

    def close(self) -> None:
        self.closed = True

    @property
    def times(self) -> list[float]:
        return [picture.at for picture in self.pictures]


@dataclass
class MemoryRecorder:
    """Keeps evidence in memory; refuses while ``full``."""

    full: bool = False
    stills: dict[str, RedactedFrame] = field(default_factory=dict)
    views: list[float] = field(default_factory=list)
    clips: dict[str, MemoryClip] = field(default_factory=dict)

    def check(self) -> None:
        if self.full:
            raise StorageError("no space left")

    def still(self, name: str, picture: RedactedFrame) -> str:
        self.check()
        if name.startswith("view-"):
            self.views.append(picture.at)
        else:
            self.stills[name] = picture
        return f"stills/{name}"

    def clip(self, name: str) -> tuple[str, MemoryClip]:
        self.check()
        self.clips[name] = MemoryClip(self)
        return f"clips/{name}", self.clips[name]


@dataclass
class Hall:
    """One camera with its evidence, and everything that it told."""

    faces: Faces = field(default_factory=Faces)
    recorder: MemoryRecorder = field(default_factory=MemoryRecorder)
    told: list[Alarm] = field(default_factory=list)
    named: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    deaf: bool = False
    """The store refuses to name evidence."""
    evidence: EpisodeEvidence = field(init=False)

    def __post_init__(self) -> None:
        def attach(episode: str, still: str | None, clip: str | None) -> None:
            if self.deaf:
                raise StorageError("the database is locked")
            self.named.append((episode, still, clip))

        self.evidence = EpisodeEvidence("hall", Redactor(self.faces), self.recorder, attach, before_s=2.0, after_s=3.0)

    def see(self, *times: float, persons: np.ndarray = SOMEBODY) -> None:
        for at in times:
            image = np.full((36, 64, 3), int(at) % 256, np.uint8)
            self.told += self.evidence.see(Frame("hall", at, image), persons)

    def alarm(self, at: float, episode: str = "e", hazard: str = "intrusion", state: str = "opened") -> None:
        alarm = Alarm(hazard, "hall", "gate", episode, AlarmState(state), at, (1,), 0.5, "why")
        self.told += self.evidence.alarm(alarm)

    def between(self, begin: float, end: float, rate: float = 5.0) -> list[float]:
        return [begin + number / rate for number in range(round((end - begin) * rate))]

    def states(self) -> list[str]:
        return [f"{alarm.hazard} {alarm.state.value} {alarm.episode}" for alarm in self.told]


def test_a_still_of_the_deciding_picture_and_a_clip_from_before_to_after() -> None:
    hall = Hall()
    hall.see(*hall.between(0, 10))
    hall.alarm(10.0)
    hall.see(10.0)
    assert {name: picture.at for name, picture in hall.recorder.stills.items()} == {"e-10000": 10.0}
    assert ("e", "stills/e-10000", None) in hall.named
    hall.see(*hall.between(10.2, 20))
    clip = hall.recorder.clips["e-10000"]
    assert clip.times == pytest.approx(hall.between(8, 13.2))
    assert clip.closed
    assert ("e", None, "clips/e-10000") in hall.named
    assert hall.told == []


def test_the_still_is_there_with_the_alarm_when_its_picture_came_first() -> None:
    """The watch shows every picture before the rules speak of it: a kill right after the alarm leaves its still."""
    hall = Hall()
    hall.see(*hall.between(0, 10), 10.0)
    hall.alarm(10.0)
    assert {name: picture.at for name, picture in hall.recorder.stills.items()} == {"e-10000": 10.0}
    hall.see(*hall.between(10.2, 20))
    assert hall.recorder.clips["e-10000"].times == pytest.approx(hall.between(8, 13.2))
    assert len(hall.recorder.stills) == 1
    assert hall.told == []


def test_every_picture_kept_has_its_heads_filled() -> None:
    hall = Hall()
    hall.see(*hall.between(0, 4))
    hall.alarm(4.0)
    hall.see(*hall.between(4, 9))
    kept = [*hall.recorder.stills.values(), *hall.recorder.clips["e-4000"].pictures]
    assert len(kept) > 20
    assert all((picture.image[10:14, 29:35] == 127).all() for picture in kept)


def test_nothing_is_redacted_while_nothing_happens() -> None:
    hall = Hall()
    hall.see(*hall.between(0, 60))
    assert hall.faces.looks == 1, "the view at the beginning alone"


def test_an_alarm_is_not_held_up_by_the_seconds_before_it() -> None:
    hall = Hall()
    hall.see(*hall.between(0, 10))
    looks = hall.faces.looks
    hall.alarm(10.0)
    assert hall.faces.looks == looks
    hall.see(10.0)
    assert hall.faces.looks - looks <= 5, "a still and four pictures"


def test_several_episodes_share_a_clip_that_grows_with_each() -> None:
    hall = Hall()
    hall.see(*hall.between(0, 10))
    hall.alarm(10.0, "e")
    hall.see(*hall.between(10, 12))
    hall.alarm(12.0, "f")
    hall.see(*hall.between(12, 30))
    assert list(hall.recorder.clips) == ["e-10000"]
    assert hall.recorder.clips["e-10000"].times == pytest.approx(hall.between(8, 15.2))
    assert sorted(hall.recorder.stills) == ["e-10000", "f-12000"]
    assert {(episode, clip) for episode, _, clip in hall.named if clip} == {
        ("e", "clips/e-10000"),
        ("f", "clips/e-10000"),
    }


def test_alarms_without_end_make_several_clips_of_bounded_length() -> None:
    hall = Hall()
    for number in range(100):
        hall.alarm(2.0 * number, f"e{number}")
        hall.see(*hall.between(2.0 * number, 2.0 * number + 2))
    hall.evidence.finish(200.0)
    assert len(hall.recorder.clips) == 4
    for clip in hall.recorder.clips.values():
        assert clip.closed
        assert clip.times[-1] - clip.times[0] <= LONGEST_S + 2.0 + 3.0
    assert {episode for episode, _, clip in hall.named if clip} == {f"e{number}" for number in range(100)}


def test_an_episode_that_resumes_gets_pictures_of_its_own() -> None:
    hall = Hall()
    hall.alarm(0.0)
    hall.see(*hall.between(0, 20))
    hall.alarm(20.0, state="cleared")
    hall.alarm(25.0)
    hall.see(*hall.between(25, 40))
    assert list(hall.recorder.clips) == ["e-0", "e-25000"]
    assert list(hall.recorder.stills) == ["e-0", "e-25000"]


@pytest.mark.parametrize(("hazard", "state"), [(HEALTH, "opened"), ("intrusion", "cleared")])
def test_health_alarms_and_endings_keep_no_pictures(hazard: str, state: str) -> None:
    hall = Hall()
    hall.see(0.0)
    hall.alarm(0.2, hazard=hazard, state=state)
    hall.see(*hall.between(0.2, 10))
    assert hall.recorder.stills == {}
    assert hall.recorder.clips == {}


def test_a_camera_that_goes_dark_leaves_its_last_pictures_at_once() -> None:
    hall = Hall()
    hall.see(*hall.between(0, 10))
    hall.alarm(15.0, hazard="tampering")  # nothing has come for five seconds, and nothing comes after
    assert hall.recorder.stills["e-15000"].at == pytest.approx(9.8)
    clip = hall.recorder.clips["e-15000"]
    assert clip.times == pytest.approx(hall.between(8, 10)), "written before anybody knows whether more will come"
    hall.evidence.finish(60.0)
    assert clip.closed


def test_the_end_of_a_watch_writes_what_waits() -> None:
    hall = Hall()
    hall.see(*hall.between(0, 10))
    hall.alarm(10.0)
    hall.told += hall.evidence.finish(10.0)
    assert hall.recorder.clips["e-10000"].times == pytest.approx(hall.between(8, 10))
    assert hall.recorder.clips["e-10000"].closed
    assert hall.recorder.stills["e-10000"].at == pytest.approx(9.8)
    assert hall.told == []


def test_a_fault_in_redaction_gives_no_picture_and_one_alarm() -> None:
    hall = Hall(Faces(fails=(10, 255)))
    hall.see(*hall.between(0, 10))
    hall.alarm(10.0)
    hall.see(*hall.between(10, 60))
    hall.alarm(60.0, "f")
    hall.see(*hall.between(60, 120))
    assert hall.recorder.stills == {}
    assert max(hall.recorder.clips["e-10000"].times) < 10.0, "what could be redacted is kept"
    assert all(clip.closed for clip in hall.recorder.clips.values())
    assert hall.states() == ["health opened hall-health-redaction-10000"]
    assert "none are kept: expected faces to look for faces, it failed: the runtime refused" in hall.told[0].why
    hall.told += hall.evidence.finish(120.0)
    assert hall.states()[1:] == ["health cleared hall-health-redaction-10000"]


def test_a_fault_from_the_start_keeps_nothing_at_all() -> None:
    hall = Hall(Faces(fails=(0, 256)))
    hall.see(*hall.between(0, 10))
    hall.alarm(10.0)
    hall.see(*hall.between(10, 80))
    assert hall.recorder.stills == {}
    assert hall.recorder.views == []
    assert hall.recorder.clips["e-10000"].times == []
    assert hall.states() == ["health opened hall-health-redaction-0"]
    assert all(clip is None for _, _, clip in hall.named), "an empty clip is nobody's evidence"


def test_redaction_that_works_again_is_told_after_a_while_without_a_fault() -> None:
    hall = Hall(Faces(fails=(10, 12)))
    hall.see(*hall.between(0, 10))
    hall.alarm(10.0)
    hall.see(*hall.between(10, 11.9 + QUIET_S))
    assert hall.recorder.stills["e-10000"].at == pytest.approx(12.0), "a later picture is better than none"
    hall.alarm(80.0, "f")
    hall.see(*hall.between(80, 90))
    assert hall.states() == [
        "health opened hall-health-redaction-10000",
        "health cleared hall-health-redaction-10000",
    ]


def test_a_full_disk_is_told_once_and_the_next_alarm_tries_again() -> None:
    hall = Hall()
    hall.see(*hall.between(0, 10))
    hall.alarm(10.0)
    hall.see(*hall.between(10, 11))
    hall.recorder.full = True
    hall.see(*hall.between(11, 20))
    hall.alarm(20.0, "f")
    hall.see(*hall.between(20, 30))
    assert hall.states() == ["health opened hall-health-storage-11000"]
    assert hall.told[0].why == "evidence is not kept: no space left"
    first = hall.recorder.clips["e-10000"]
    assert first.times[0] == pytest.approx(8.0)
    assert first.times[-1] <= 11.0
    assert ("e", None, "clips/e-10000") in hall.named, "what was written is the episode's evidence"
    hall.recorder.full = False
    hall.alarm(100.0, "g")
    hall.see(*hall.between(100, 110))
    assert hall.recorder.clips["g-100000"].closed
    assert "g-100000" in hall.recorder.stills
    assert hall.states()[1:] == ["health cleared hall-health-storage-11000"]


def test_a_store_that_cannot_name_evidence_is_told_and_asked_again() -> None:
    hall = Hall(deaf=True)
    hall.alarm(0.0)
    hall.see(*hall.between(0, 1))
    assert hall.states() == ["health opened hall-health-storage-0"]
    hall.deaf = False
    hall.see(*hall.between(1, 5))
    assert {("e", "stills/e-0", None), ("e", None, "clips/e-0")} <= set(hall.named)


def test_a_clock_that_is_set_back_ends_the_clip() -> None:
    hall = Hall()
    hall.see(*hall.between(5000, 5002))
    hall.alarm(5002.0)
    hall.see(*hall.between(5002, 5003))
    hall.see(*hall.between(1000, 1003))
    clip = hall.recorder.clips["e-5002000"]
    assert clip.closed
    assert min(clip.times) >= 5000


def test_the_view_is_kept_at_once_then_empty_then_hourly() -> None:
    hall = Hall()
    hall.see(*hall.between(0, 200))
    assert hall.recorder.views == [0.0], "with people in it, for want of a better one"
    hall.see(*hall.between(200, 300), persons=NOBODY)
    hall.see(200 + EVERY_S, 201 + EVERY_S)
    hall.see(202 + EVERY_S, 203 + EVERY_S, persons=NOBODY)
    assert hall.recorder.views == [0.0, 200.0, 202 + EVERY_S]


@pytest.mark.parametrize("rate", [0.5, 2.0, 25.0, 120.0])
def test_what_is_remembered_is_bounded_whatever_the_rate(rate: float) -> None:
    recent = Recent(5.0)
    for number in range(round(20 * rate)):
        recent.add(Seen(Frame("hall", number / rate, np.zeros((4, 4, 3), np.uint8)), NOBODY))
    kept = recent.since(-1.0)
    assert 1 <= len(kept) <= 5 * CLIP_RATE + 1
    assert kept[-1].frame.at - kept[0].frame.at <= 5.0
    assert len(kept) >= 5 * min(rate, CLIP_RATE) * 0.7


def test_what_is_remembered_is_bounded_in_bytes() -> None:
    recent = Recent(60.0)
    image = np.zeros((2160, 3840, 3), np.uint8)
    for number in range(20):
        recent.add(Seen(Frame("hall", number / 5, image), NOBODY))
    kept = recent.since(0.0)
    assert sum(seen.frame.image.nbytes for seen in kept) <= MOST_BYTES
    assert [seen.frame.at for seen in kept] == pytest.approx([3.2, 3.4, 3.6, 3.8])
