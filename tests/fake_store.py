"""The event store in memory: a small true implementation, held to the same tests as the one on disk."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from consentry.core.errors import StorageError
from consentry.core.events import Alarm, AlarmState, Incident
from consentry.core.observation import HeatMap, Observation
from consentry.ports import AlarmQuery, CameraRecord, KeptAlarm, WatchRecord

Key = tuple[int | None, str]
"""Watch and episode."""


@dataclass
class MemoryStore:
    """Keeps everything in lists and dictionaries; refuses while ``full``."""

    full: bool = False
    _alarms: list[KeptAlarm] = field(default_factory=list)
    _stills: dict[Key, str] = field(default_factory=dict)
    _clips: dict[Key, str] = field(default_factory=dict)
    _seen: list[Observation] = field(default_factory=list)
    _heat: dict[str, HeatMap] = field(default_factory=dict)
    _watches: dict[int, WatchRecord] = field(default_factory=dict)
    _watch: int | None = None

    def report(self, alarm: Alarm, incident: Incident) -> None:
        self._room()
        told = (self._watch, alarm.episode, alarm.state, alarm.at)
        if all((kept.watch, kept.alarm.episode, kept.alarm.state, kept.alarm.at) != told for kept in self._alarms):
            number = len(self._alarms) + 1
            self._alarms.append(KeptAlarm(number, alarm, incident.id, None, None, self._watch))

    def attach(self, episode: str, *, still: str | None = None, clip: str | None = None) -> None:
        self._room()
        if still is not None:
            self._stills[self._watch, episode] = still
        if clip is not None:
            self._clips[self._watch, episode] = clip

    def observe(self, observations: tuple[Observation, ...]) -> None:
        self._room()
        self._seen.extend(observations)

    def add_heat(self, heat: HeatMap) -> None:
        self._room()
        old = self._heat.get(heat.camera)
        seconds = heat.seconds.copy() if old is None else old.seconds + heat.seconds
        self._heat[heat.camera] = HeatMap(heat.camera, seconds)

    def begin_watch(self, began: float, settings: str, models: str) -> int:
        self._room()
        self._watch = len(self._watches) + 1
        self._watches[self._watch] = WatchRecord(self._watch, began, None, settings, models, ())
        return self._watch

    def note_camera(self, watch: int, record: CameraRecord) -> None:
        self._room()
        old = self._known(watch)
        others = tuple(known for known in old.cameras if known.camera != record.camera)
        cameras = tuple(sorted((*others, record), key=lambda known: known.camera))
        self._watches[watch] = replace(old, cameras=cameras)

    def end_watch(self, watch: int, ended: float) -> None:
        self._room()
        self._watches[watch] = replace(self._known(watch), ended=ended)

    def alarms(self, query: AlarmQuery) -> tuple[KeptAlarm, ...]:
        found = sorted(self._fitting(query), key=lambda kept: (kept.alarm.at, kept.number))
        newest = found if query.limit is None else found[max(len(found) - query.limit, 0) :]
        return tuple(self._told(kept) for kept in newest)

    def observations(self, camera: str) -> tuple[Observation, ...]:
        return tuple(sorted((seen for seen in self._seen if seen.camera == camera), key=lambda seen: seen.begin))

    def heat(self, camera: str) -> HeatMap | None:
        return self._heat.get(camera)

    def watches(self) -> tuple[WatchRecord, ...]:
        return tuple(self._watches[number] for number in sorted(self._watches))

    def _fitting(self, query: AlarmQuery) -> Iterator[KeptAlarm]:
        for kept in self._alarms:
            alarm = kept.alarm
            pairs = (
                (query.camera, alarm.camera),
                (query.hazard, alarm.hazard),
                (query.state, alarm.state),
                (query.incident, kept.incident),
                (query.watch, kept.watch),
            )
            after = query.since is None or alarm.at >= query.since
            before = query.until is None or alarm.at < query.until
            if after and before and all(wanted is None or wanted == value for wanted, value in pairs):
                yield kept

    def _told(self, kept: KeptAlarm) -> KeptAlarm:
        key = (kept.watch, kept.alarm.episode)
        return replace(kept, still=self._stills.get(key), clip=self._clips.get(key), lasted=self._lasted(kept))

    def _lasted(self, kept: KeptAlarm) -> float | None:
        at = kept.alarm.at
        others = [
            other.alarm.at - at
            for other in self._alarms
            if (other.watch, other.alarm.episode) == (kept.watch, kept.alarm.episode)
            and other.alarm.state is not kept.alarm.state
        ]
        if kept.alarm.state is AlarmState.OPENED:
            return min((gap for gap in others if gap >= 0), default=None)
        return min((-gap for gap in others if gap <= 0), default=None)

    def _known(self, watch: int) -> WatchRecord:
        if watch not in self._watches:
            raise StorageError(f"expected the number of a watch that began, came {watch}")
        return self._watches[watch]

    def _room(self) -> None:
        if self.full:
            raise StorageError("no space left")
