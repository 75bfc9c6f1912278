"""The annotated video of one camera: every picture redacted first, then drawn on, then recorded.

It hears everything through ports: pictures with the boxes of all persons as ``Evidence`` (``beside``), scenes from the
watch's listener (``see``), alarms as ``AlarmSink`` (``report``). A picture that cannot be made safe is left out.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from consentry.core.errors import RedactionError, StorageError
from consentry.core.events import Alarm, AlarmState, Incident
from consentry.core.frames import Frame
from consentry.core.geometry import Boxes
from consentry.core.redaction import RedactedFrame
from consentry.core.scene import Scene
from consentry.ports import Clip, Evidence, Recorder


class Draws(Protocol):
    """Draws on redacted pictures."""

    def draw(self, picture: RedactedFrame, scene: Scene, told: Sequence[Alarm], /) -> RedactedFrame:
        """A copy with what the watch knows: the newest scene, and the opening alarms of what is open."""
        ...


class AnnotatedVideo:
    """Writes one video. One thread at a time: that of its camera."""

    def __init__(
        self, camera: str, redact: Callable[[Frame, Boxes], RedactedFrame], draws: Draws, recorder: Recorder
    ) -> None:
        """Make a video that begins with the first picture.

        Args:
            camera: whose.
            redact: covers every head, given the boxes of all persons; raises ``RedactionError``.
            draws: draws on what ``redact`` gave.
            recorder: where the video goes, under the name ``annotated-CAMERA``.
        """
        self._camera, self._redact, self._draws, self._recorder = camera, redact, draws, recorder
        self._open: dict[str, Alarm] = {}
        self._waiting: tuple[Frame, Boxes] | None = None
        self._scene = Scene.empty(camera, 0.0)
        self._clip: Clip | None = None
        self._given_up = False
        self.where: str | None = None
        """Where the video is, relative to the recorder's folder; None before the first picture."""
        self.written = 0
        """Pictures in the video."""
        self.withheld = 0
        """Pictures left out because they could not be made safe."""
        self.trouble = ""
        """The last thing that went wrong, in words."""

    def beside(self, evidence: Evidence | None) -> Evidence:
        """Evidence that shows this video every picture and all persons in it, and then does what it did before."""
        return _Beside(self, evidence)

    def picture(self, frame: Frame, persons: Boxes) -> None:
        """Take the next picture. It waits for its scene; a picture that gets none is drawn on with the last one."""
        self._write_waiting()
        self._waiting = (frame, persons)

    def see(self, scene: Scene, frame: Frame | None) -> None:
        """Take a scene of this camera; one without a picture (a lost stream) only says who is there."""
        if scene.camera != self._camera:
            return
        if frame is None:
            self._write_waiting()
        self._scene = scene
        if frame is not None:
            self._write_waiting()

    def report(self, alarm: Alarm, _incident: Incident, /) -> None:
        """Take an alarm: what is open is shown until it is cleared."""
        if alarm.camera != self._camera:
            return
        if alarm.state is AlarmState.OPENED:
            self._open[alarm.episode] = alarm
        else:
            self._open.pop(alarm.episode, None)

    def close(self) -> None:
        """Write the last picture and finish the video."""
        self._write_waiting()
        if self._clip is not None:
            self._clip.close()
            self._clip = None
        self._given_up = True

    def _write_waiting(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is None or self._given_up:
            return
        try:
            safe = self._redact(*waiting)
        except RedactionError as error:
            self.withheld += 1
            self.trouble = f"a picture of {self._camera} is not in the annotated video: {error}"
            return
        try:
            if self._clip is None:
                self.where, self._clip = self._recorder.clip(f"annotated-{self._camera}")
            self._clip.write(self._draws.draw(safe, self._scene, tuple(self._open.values())))
        except StorageError as error:
            # A full disk takes no next picture either; what was written stays playable.
            self._given_up = True
            self.trouble = f"the annotated video of {self._camera} ends after {self.written} pictures: {error}"
            return
        self.written += 1


class _Beside:
    """The port ``Evidence``, with a video that looks on."""

    def __init__(self, video: AnnotatedVideo, inner: Evidence | None) -> None:
        self._video, self._inner = video, inner

    def see(self, frame: Frame, persons: Boxes, /) -> tuple[Alarm, ...]:
        """Take the next picture and the boxes of all persons in it."""
        self._video.picture(frame, persons)
        return () if self._inner is None else self._inner.see(frame, persons)

    def alarm(self, alarm: Alarm, /) -> tuple[Alarm, ...]:
        """Keep the pictures around this moment, if the alarm opens."""
        return () if self._inner is None else self._inner.alarm(alarm)

    def finish(self, at: float, /) -> tuple[Alarm, ...]:
        """Finish what is being written."""
        return () if self._inner is None else self._inner.finish(at)
