"""The annotated video: which pictures come into it, and what happens when one cannot."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import av
import numpy as np
import pytest

from consentry.app.moments import moment
from consentry.app.settings import parse_site
from consentry.app.wiring import wire
from consentry.backends.annotation import Annotator
from consentry.backends.recorder import FileRecorder
from consentry.backends.simulation import SimulatedSource, simulated_hall
from consentry.core.errors import RedactionError, StorageError
from consentry.core.events import Alarm, AlarmState, Incident
from consentry.core.frames import Frame
from consentry.core.geometry import Boxes
from consentry.core.observation import HeatMap, Observation
from consentry.core.redaction import FILL, RedactedFrame, redact
from consentry.core.scene import Scene, StreamState
from consentry.ports import Clip
from consentry.touchpoints.annotated import AnnotatedVideo
from consentry.touchpoints.camera import CameraListeners, CameraWatch
from fakes import picture

WHOLE = np.array([[0.0, 0.0, 1.0, 1.0]], np.float32)
INCIDENT = Incident("i", 0.0, ())


@dataclass
class ListClip:
    """Keeps pictures in a list, up to ``room``."""

    room: float
    pictures: list[RedactedFrame] = field(default_factory=list)
    closed: bool = False

    def write(self, taken: RedactedFrame) -> None:
        if len(self.pictures) >= self.room:
            raise StorageError("no space left")
        self.pictures.append(taken)

    def close(self) -> None:
        self.closed = True


@dataclass
class ListRecorder:
    """Keeps clips by their names."""

    room: float = np.inf
    clips: dict[str, ListClip] = field(default_factory=dict)

    def still(self, name: str, taken: RedactedFrame) -> str:
        raise StorageError(f"no stills here, came {name} of {taken}")

    def clip(self, name: str) -> tuple[str, Clip]:
        if self.room < 0:
            raise StorageError("read-only folder")
        self.clips[name] = ListClip(self.room)
        return f"{name}.mp4", self.clips[name]


@dataclass
class Noting:
    """Draws nothing and notes what it was to draw."""

    drawn: list[tuple[float, float, tuple[str, ...]]] = field(default_factory=list)

    def draw(self, taken: RedactedFrame, scene: Scene, told: Sequence[Alarm]) -> RedactedFrame:
        self.drawn.append((taken.at, scene.at, tuple(alarm.episode for alarm in told)))
        return taken


def alarm(episode: str, state: AlarmState = AlarmState.OPENED, camera: str = "cam") -> Alarm:
    return Alarm("intrusion", camera, "hall", episode, state, 0.0, (), 1.0, "somebody")


def show(video: AnnotatedVideo, at: float, *, look: bool = True, persons: Boxes = WHOLE) -> None:
    """One picture as the watch gives it: evidence first, then the scene, if it was looked at."""
    frame = picture("cam", at)
    video.beside(None).see(frame, persons)
    if look:
        video.see(Scene.empty("cam", at), frame)


def test_every_picture_is_in_the_video_once_with_the_newest_scene() -> None:
    recorder, draws = ListRecorder(), Noting()
    video = AnnotatedVideo("cam", redact, draws, recorder)
    for at, look in ((0.0, True), (0.2, False), (0.4, False), (0.6, True), (0.8, False)):
        show(video, at, look=look)
    video.close()
    assert [(at, scene) for at, scene, _ in draws.drawn] == [(0.0, 0.0), (0.2, 0.0), (0.4, 0.0), (0.6, 0.6), (0.8, 0.6)]
    assert [taken.at for taken in recorder.clips["annotated-cam"].pictures] == [0.0, 0.2, 0.4, 0.6, 0.8]
    assert recorder.clips["annotated-cam"].closed
    assert (video.where, video.written, video.trouble) == ("annotated-cam.mp4", 5, "")


def test_all_persons_are_covered_also_those_that_no_track_follows() -> None:
    recorder = ListRecorder()
    video = AnnotatedVideo("cam", redact, Noting(), recorder)
    show(video, 0.0)  # the scene is empty, the box is not
    assert (recorder.clips["annotated-cam"].pictures[0].image == FILL).all()


def test_what_is_open_is_shown_until_it_is_cleared_and_other_cameras_are_not() -> None:
    draws = Noting()
    video = AnnotatedVideo("cam", redact, draws, ListRecorder())
    show(video, 0.0)
    for told in (alarm("a"), alarm("b"), alarm("c", camera="elsewhere")):
        video.report(told, INCIDENT)
    show(video, 1.0)
    video.report(alarm("a", AlarmState.CLEARED), INCIDENT)
    show(video, 2.0)
    assert [told for _, _, told in draws.drawn] == [(), ("a", "b"), ("b",)]


def test_scenes_of_other_cameras_are_not_taken() -> None:
    draws = Noting()
    video = AnnotatedVideo("cam", redact, draws, ListRecorder())
    show(video, 0.0)
    video.see(Scene.empty("elsewhere", 9.0), picture("elsewhere", 9.0))
    show(video, 1.0, look=False)
    video.close()
    assert [scene for _, scene, _ in draws.drawn] == [0.0, 0.0]


def test_a_lost_stream_changes_the_scene_and_adds_no_picture() -> None:
    draws = Noting()
    video = AnnotatedVideo("cam", redact, draws, ListRecorder())
    show(video, 0.0)
    video.see(Scene.empty("cam", 5.0, StreamState.LOST), None)
    show(video, 6.0, look=False)
    video.close()
    assert [(at, scene) for at, scene, _ in draws.drawn] == [(0.0, 0.0), (6.0, 5.0)]


def test_a_picture_that_cannot_be_made_safe_is_left_out_and_told() -> None:
    def refuse(frame: Frame, persons: Boxes) -> RedactedFrame:
        if frame.at == 1.0:
            raise RedactionError("the finder failed")
        return redact(frame, persons)

    recorder = ListRecorder()
    video = AnnotatedVideo("cam", refuse, Noting(), recorder)
    for at in (0.0, 1.0, 2.0):
        show(video, at)
    assert [taken.at for taken in recorder.clips["annotated-cam"].pictures] == [0.0, 2.0]
    assert (video.written, video.withheld) == (2, 1)
    assert "the finder failed" in video.trouble


def test_where_redaction_always_fails_there_is_no_video() -> None:
    recorder = ListRecorder()
    video = AnnotatedVideo("cam", redact, Noting(), recorder)
    show(video, 0.0, persons=np.array([[np.nan, 0, 1, 1]], np.float32))
    video.close()
    assert (recorder.clips, video.where, video.withheld) == ({}, None, 1)


@pytest.mark.parametrize(("room", "written"), [(-1, 0), (0, 0), (2, 2)], ids=["no clip", "full at once", "fills up"])
def test_a_full_disk_ends_the_video_and_nothing_else(room: int, written: int) -> None:
    recorder = ListRecorder(room=room)
    video = AnnotatedVideo("cam", redact, Noting(), recorder)
    for at in range(5):
        show(video, float(at))
    video.close()
    assert video.written == written
    assert f"ends after {written} pictures" in video.trouble
    assert all(clip.closed for clip in recorder.clips.values())


@dataclass
class Worried:
    """Evidence that has something to tell each time."""

    calls: list[str] = field(default_factory=list)

    def see(self, frame: Frame, _persons: Boxes) -> tuple[Alarm, ...]:
        return self._told(f"see {frame.at:.0f}")

    def alarm(self, told: Alarm) -> tuple[Alarm, ...]:
        return self._told(f"alarm {told.episode}")

    def finish(self, at: float) -> tuple[Alarm, ...]:
        return self._told(f"finish {at:.0f}")

    def _told(self, words: str) -> tuple[Alarm, ...]:
        self.calls.append(words)
        return (alarm(words),)


def test_evidence_goes_on_as_before_with_a_video_beside_it() -> None:
    inner = Worried()
    both = AnnotatedVideo("cam", redact, Noting(), ListRecorder()).beside(inner)
    told = [*both.see(picture("cam", 1.0), WHOLE), *both.alarm(alarm("x")), *both.finish(3.0)]
    assert [one.episode for one in told] == inner.calls == ["see 1", "alarm x", "finish 3"]


def test_the_hall_s_video_plays_and_shows_the_alarms(tmp_path: Path) -> None:
    """From the simulated hall to a file, by the true parts; only the heads' boxes go in as the watch gives them."""
    site = parse_site(simulated_hall().settings)
    camera = replace(site.cameras[0], source="in its stead.mp4", rate=2.0)
    site = replace(site, cameras=(camera,), models=site.models.model_copy(update={"set": "basic"}))
    (wired,) = wire(site, lambda: 0.0, (), pytest.fail).watching.watches
    video = AnnotatedVideo(
        camera.name, redact, Annotator(camera.zones(), camera.tripwires(), moment), FileRecorder(tmp_path)
    )
    source = SimulatedSource(camera.name, "sim:hall", rate=2.0, width=320, recorded_at=None)
    parts = replace(wired.parts, source=source, evidence=video.beside(None))

    def hear(told: Sequence[Alarm]) -> None:
        for one in told:
            video.report(one, INCIDENT)

    def keep(_observations: tuple[Observation, ...], _heat: HeatMap | None) -> None:
        """Nothing is kept."""

    CameraWatch(parts, CameraListeners(hear, video.see, keep)).run()
    video.close()
    assert (video.written, video.withheld, video.trouble) == (180, 0, "")
    assert video.where is not None
    with av.open(str(tmp_path / video.where)) as clip:
        shown = [(float(one.time or 0), one.to_ndarray(format="bgr24")) for one in clip.decode(video=0)]
    assert len(shown) == 180
    assert shown[-1][0] - shown[0][0] == pytest.approx(89.5, abs=0.05)
    red = {round(at): bool(image[22, 300, 2] > image[22, 300, 0] + 40) for at, image in shown}
    assert (red[20], red[36], red[48]) == (False, True, True)  # nothing yet; against the passage; the queue
