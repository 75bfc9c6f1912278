"""Real footage through redaction, encoder and disk; then two face detectors look at everything that was written."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import pytest

from consentry.backends.clips import ClipSource
from consentry.backends.faces import load_face_finder
from consentry.backends.persons import load_detector
from consentry.backends.recorder import FileRecorder
from consentry.core.events import Alarm, AlarmState
from consentry.core.frames import Frame, Image
from consentry.core.geometry import Boxes, overlap
from consentry.core.scene import Label
from consentry.touchpoints.evidence import EpisodeEvidence
from consentry.touchpoints.redactor import Redactor

pytestmark = pytest.mark.shared

USUAL = 0.5
"""Score from which both detectors' authors count a face; the redactor itself covers from a lower one."""


@dataclass(frozen=True)
class Stretch:
    """A part of a clip, s, with an alarm in its middle, so that all of it becomes evidence."""

    clip: str
    begin: float
    end: float
    faces: int
    """Faces that the two detectors together find in its source: at least. One fewer than measured, for other CPUs."""

    def __str__(self) -> str:
        return self.clip.partition(".")[0]


STRETCHES = [
    Stretch("vtest.avi", 40.0, 50.0, 20),
    Stretch("one-by-one-person-detection.mp4", 72.0, 80.0, 8),
    Stretch("classroom.gif", 0.0, 60.0, 100),
    Stretch("face-demographics-walking.gif", 0.0, 60.0, 50),
    Stretch("people-detection.gif", 0.0, 60.0, 0),
    Stretch("worker-zone-detection.gif", 0.0, 60.0, 2),
]


@dataclass(frozen=True)
class Written:
    """One picture on the disk and the one that the camera gave."""

    source: Image
    kept: Image


def record(stretch: Stretch, cctv: Path, folder: Path, redactor: Redactor, person: str) -> list[Written]:
    """Watch a stretch as the command does, and read back every picture from the files written."""
    source = ClipSource("cam", str(cctv / stretch.clip), rate=5, width=768, recorded_at=0.0)
    frames = [item for item in source.frames() if isinstance(item, Frame) and stretch.begin <= item.at < stretch.end]
    middle = frames[len(frames) // 2]
    long = frames[-1].at - frames[0].at + 1.0
    detector = load_detector(person)
    recorder = FileRecorder(folder)
    named: dict[str, str] = {}

    def attach(_episode: str, still: str | None, clip: str | None) -> None:
        named.update({kind: place for kind, place in (("still", still), ("clip", clip)) if place})

    evidence = EpisodeEvidence("cam", redactor, recorder, attach, before_s=long, after_s=long)
    told: list[Alarm] = []
    for frame in frames:
        persons = detector.detect(frame.image).only(Label.PERSON).boxes
        if frame is middle:
            told += evidence.alarm(Alarm("intrusion", "cam", "x", "e", AlarmState.OPENED, frame.at, (), 0.5, "why"))
        told += evidence.see(frame, persons)
    told += evidence.finish(frames[-1].at)
    assert told == []
    clip = list(decoded(folder / named["clip"]))
    assert len(clip) == len(frames)
    still = cv2.imread(str(folder / named["still"]))
    view = cv2.imread(str(folder / "stills" / "view-cam.jpg"))
    pairs = [*zip(frames, clip, strict=True), (middle, still), (frames[0], view)]
    return [Written(frame.image, kept) for frame, kept in pairs]


def decoded(path: Path) -> Iterator[Image]:
    with av.open(str(path)) as clip:
        for picture in clip.decode(video=0):
            yield picture.to_ndarray(format="bgr24")


def same_place(found: Boxes, source: Boxes) -> int:
    """How many faces found lie where one was found in the source: they overlap, or one holds the other's middle."""
    if len(found) == 0 or len(source) == 0:
        return 0
    a, b = (found[:, :2] + found[:, 2:]) / 2, (source[:, :2] + source[:, 2:]) / 2
    in_source = ((a[:, None] >= source[None, :, :2]) & (a[:, None] <= source[None, :, 2:])).all(axis=2)
    in_found = ((b[None] >= found[:, None, :2]) & (b[None] <= found[:, None, 2:])).all(axis=2)
    return int((in_source | in_found | (overlap(found, source) > 0.1)).any(axis=1).sum())


@dataclass
class Count:
    """What a detector found in all pictures of a stretch."""

    source: int = 0
    left: int = 0
    """In what was written, where a face was in the source."""
    elsewhere: int = 0
    """In what was written, where the same detector saw none in the source: on a patch, or a borderline score."""


def look(written: list[Written], detector: str) -> Count:
    finder = load_face_finder(detector, threshold=USUAL, longest=1280)
    count = Count()
    for picture in written:
        source, kept = finder.find(picture.source).boxes, finder.find(picture.kept).boxes
        left = same_place(kept, source)
        count.source += len(source)
        count.left += left
        count.elsewhere += len(kept) - left
    return count


@pytest.fixture(autouse=True)
def _models(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))


def test_the_look_itself_sees_what_is_left_in_clear(shared: Path) -> None:
    """Without redaction every face is at its place: else the tests below could not fail."""
    clip = ClipSource("cam", str(shared / "data/cctv/face-demographics-walking.gif"), rate=1, width=768, recorded_at=0)
    pictures = [Written(item.image, item.image) for item in clip.frames() if isinstance(item, Frame)]
    for name in ("yunet", "centerface"):
        count = look(pictures, name)
        assert count.left == count.source >= 6


@pytest.mark.parametrize("stretch", STRETCHES, ids=str)
def test_two_detectors_find_no_face_where_there_was_one(stretch: Stretch, shared: Path, tmp_path: Path) -> None:
    redactor = Redactor(load_face_finder("yunet"))
    written = record(stretch, shared / "data" / "cctv", tmp_path, redactor, "picodet-s-320")
    counts = {name: look(written, name) for name in ("yunet", "centerface")}
    assert sum(count.source for count in counts.values()) >= stretch.faces, counts
    assert {name: count.left for name, count in counts.items()} == {"yunet": 0, "centerface": 0}
    assert {name: count.elsewhere for name, count in counts.items()} == {"yunet": 0, "centerface": 0}


@pytest.mark.parametrize("stretch", [STRETCHES[2], STRETCHES[3]], ids=str)
def test_the_basic_set_leaves_none_where_faces_are_seen_well(stretch: Stretch, shared: Path, tmp_path: Path) -> None:
    """CenterFace and motion alone. On one-by-one YuNet still finds 5 faces of 60, see docs/adr/0004-redaction.md."""
    redactor = Redactor(load_face_finder("centerface"))
    written = record(stretch, shared / "data" / "cctv", tmp_path, redactor, "motion")
    counts = {name: look(written, name) for name in ("yunet", "centerface")}
    assert {name: count.left for name, count in counts.items()} == {"yunet": 0, "centerface": 0}
