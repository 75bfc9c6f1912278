"""Pictures around an alarm: a still at once, and a clip from some seconds before to some seconds after.

Raw pictures stay in memory for seconds and are redacted only when they are written. Whatever fails gives no picture and
one alarm about Consentry itself; the watch goes on.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from consentry.core.errors import RedactionError, StorageError
from consentry.core.events import HEALTH, Alarm, AlarmState
from consentry.core.frames import Frame
from consentry.core.geometry import Boxes
from consentry.core.redaction import RedactedFrame
from consentry.ports import Clip, Recorder
from consentry.touchpoints.recent import Recent, Seen
from consentry.touchpoints.redactor import Redactor
from consentry.touchpoints.trouble import Trouble
from consentry.touchpoints.views import ViewTimes, view_name

LONGEST_S = 60.0
"""s of alarms that one clip serves; the next alarm begins another, so that a night of alarms is many files that open at
once, and a clip is never longer than this with ``before_s`` and ``after_s``."""
SILENT_S = 2.0
"""s without a picture after which an alarm is taken to be about that silence: its picture is the last one that came."""
_SAME_S = 1e-3
"""s: cameras stamp to the millisecond."""
_AT_ONCE = 4
"""Pictures of a clip written for each one that comes: the seconds before the alarm are caught up with in a third of
their length, and no picture waits for 25 redactions (20 ms each at 768x432 with YuNet: docs/adr/0004-redaction.md)."""

Attach = Callable[[str, str | None, str | None], None]
"""Names an episode's still and clip; None leaves what is there. Raises StorageError."""


@dataclass(slots=True)
class _Recording:
    """A clip that is being written."""

    clip: Clip
    place: str
    began: float
    """s UTC, of the alarm that began it."""
    until: float
    """s UTC."""
    due: deque[Seen]
    """Not yet written."""
    unnamed: list[str] = field(default_factory=list)
    """Episodes that it serves and that are not told so yet, because it does not hold a picture."""
    holds: bool = False
    """Whether a picture was written."""


class EpisodeEvidence:
    """Evidence of one camera (the port ``Evidence``)."""

    def __init__(
        self,
        camera: str,
        redactor: Redactor,
        recorder: Recorder,
        attach: Attach,
        *,
        before_s: float = 5.0,
        after_s: float = 10.0,
    ) -> None:
        """Keep nothing yet.

        Args:
            camera: its name in the settings.
            redactor: of this camera alone.
            recorder: where stills and clips go.
            attach: names an episode's evidence in the store.
            before_s: s of the clip before the alarm.
            after_s: s of the clip after the last alarm that it serves.
        """
        self._redactor, self._recorder, self._attach = redactor, recorder, attach
        self._before_s, self._after_s = before_s, after_s
        self._view = view_name(camera)
        self._view_times = ViewTimes()
        self._recent = Recent(before_s)
        self._latest: Seen | None = None
        self._redacted: tuple[Frame, RedactedFrame] | None = None
        self._waiting: list[Alarm] = []
        self._recording: _Recording | None = None
        self._redaction, self._storage = Trouble(camera, "redaction"), Trouble(camera, "storage")
        self._told: list[Alarm] = []

    def see(self, frame: Frame, persons: Boxes, /) -> tuple[Alarm, ...]:
        """Take the next picture and the boxes of all persons in it."""
        before, self._latest = self._latest, Seen(frame, np.array(persons, np.float32))
        kept = self._recent.add(self._latest)
        # 1. Stills first: an operator looks at them while the clip is still growing.
        self._take_stills(before, self._latest)
        # 2. The clip, in small steps.
        self._grow_clip(self._latest, kept=kept)
        # 3. The view for the report, when there is nothing better to do.
        self._take_view(self._latest)
        return self._tell()

    def alarm(self, alarm: Alarm, /) -> tuple[Alarm, ...]:
        """Keep the pictures around this moment, if the alarm opens.

        The picture that decided it came just before (the watch shows every picture first), or else comes next. Alarms
        about Consentry itself have none.
        """
        if alarm.hazard == HEALTH or alarm.state is not AlarmState.OPENED:
            return ()
        self._waiting.append(alarm)
        self._extend_or_begin(alarm)
        if self._latest is not None and abs(alarm.at - self._latest.frame.at) < _SAME_S:
            self._take_stills(None, self._latest)
        elif self._latest is not None and alarm.at - self._latest.frame.at > SILENT_S:
            # No picture may come for long: what came last is what there is.
            self._still(alarm, self._latest)
            self._record(None)
        return self._tell()

    def finish(self, at: float, /) -> tuple[Alarm, ...]:
        """Write what waits, end the clip and the troubles."""
        if self._latest is not None:
            self._take_stills(self._latest, self._latest)
        self._record(None)
        self._end_clip(at)
        for trouble in (self._redaction, self._storage):
            self._told += trouble.finish(at, "the watch ended")
        return self._tell()

    def _tell(self) -> tuple[Alarm, ...]:
        told, self._told = tuple(self._told), []
        return told

    def _redact(self, seen: Seen) -> RedactedFrame | None:
        """The picture fit to be kept, or None and the trouble told. A still's is remembered: it joins the clip too."""
        if self._redacted is not None and self._redacted[0] is seen.frame:
            return self._redacted[1]
        at = seen.frame.at
        try:
            picture = self._redactor.redact(seen.frame, seen.persons)
        except RedactionError as error:
            self._told += self._redaction.failed(at, f"pictures cannot be redacted, so none are kept: {error}")
            return None
        self._told += self._redaction.worked(at)
        self._redacted = (seen.frame, picture)
        return picture

    def _refused(self, at: float, error: StorageError) -> None:
        self._told += self._storage.failed(at, f"evidence is not kept: {error}")

    def _take_stills(self, before: Seen | None, now: Seen) -> None:
        """One still for each alarm that waits: of the picture that decided it, or the last before a silence."""
        waiting, self._waiting = self._waiting, []
        for alarm in waiting:
            late = now.frame.at > alarm.at + _SAME_S
            kept = self._still(alarm, before if late and before is not None else now)
            if not kept and now.frame.at < alarm.at + self._after_s:
                self._waiting.append(alarm)  # a later picture is better than none

    def _still(self, alarm: Alarm, seen: Seen) -> bool:
        """Keep one and name it; whether that worked."""
        picture = self._redact(seen)
        if picture is None:
            return False
        try:
            self._attach(alarm.episode, self._recorder.still(_name(alarm), picture), None)
        except StorageError as error:
            self._refused(alarm.at, error)
            return False
        self._told += self._storage.worked(alarm.at)
        return True

    def _extend_or_begin(self, alarm: Alarm) -> None:
        """One clip serves all alarms within its length."""
        if self._recording is not None and alarm.at - self._recording.began > LONGEST_S:
            self._record(None)
            self._end_clip(alarm.at)
        if self._recording is None:
            try:
                place, clip = self._recorder.clip(_name(alarm))
            except StorageError as error:
                self._refused(alarm.at, error)
                return
            last = alarm.at if self._latest is None else min(alarm.at, self._latest.frame.at)
            due = deque(self._recent.since(last - self._before_s))
            self._recording = _Recording(clip, place, alarm.at, alarm.at, due)
        self._recording.until = max(self._recording.until, alarm.at + self._after_s)
        self._recording.unnamed.append(alarm.episode)

    def _grow_clip(self, now: Seen, *, kept: bool) -> None:
        """The new picture joins the clip, a few of those that wait are written; or it has come to its end."""
        recording = self._recording
        if recording is None:
            return
        began = recording.began - self._before_s - 1.0  # before that: the clock was set back
        if began <= now.frame.at <= recording.until:
            if kept:
                recording.due.append(now)
            self._record(_AT_ONCE)
        else:
            self._record(None)
            self._end_clip(now.frame.at)

    def _record(self, most: int | None) -> None:
        """Write pictures that wait, oldest first; None: all. Then say which episodes they belong to."""
        recording = self._recording
        if recording is None:
            return
        at = recording.began
        try:
            for _ in range(len(recording.due) if most is None else min(most, len(recording.due))):
                seen = recording.due.popleft()
                at = seen.frame.at
                picture = self._redact(seen)
                if picture is not None:
                    recording.clip.write(picture)
                    recording.holds = True
                    self._told += self._storage.worked(at)
        except StorageError as error:
            self._refused(at, error)
            self._recording = None  # what was written plays; the next alarm tries again
        if recording.holds:
            self._name_episodes(recording, at)

    def _name_episodes(self, recording: _Recording, at: float) -> None:
        try:
            while recording.unnamed:
                self._attach(recording.unnamed[0], None, recording.place)
                recording.unnamed.pop(0)
        except StorageError as error:
            self._refused(at, error)  # tried again with the next picture

    def _end_clip(self, at: float) -> None:
        recording, self._recording = self._recording, None
        if recording is None:
            return
        try:
            recording.clip.close()
        except StorageError as error:
            self._refused(at, error)

    def _take_view(self, seen: Seen) -> None:
        """One picture of the place for the report's heat map: at first any, then one without people, then hourly."""
        at, empty = seen.frame.at, len(seen.persons) == 0
        if not self._view_times.due(at, empty=empty):
            return
        picture = self._redact(seen)
        if picture is None:
            return
        try:
            self._recorder.still(self._view, picture)
        except StorageError as error:
            self._refused(at, error)
            return
        self._view_times.kept(empty=empty)
        self._told += self._storage.worked(at)


def _name(alarm: Alarm) -> str:
    """The episode and when it opened: one that resumes within its cooldown gets pictures of its own."""
    return f"{alarm.episode}-{round(alarm.at * 1000)}"
