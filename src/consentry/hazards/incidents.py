"""Alarms that belong together, joined into incidents: one thing for one person to deal with."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from consentry.core.events import HEALTH, Alarm, Incident

JOIN_S = 30.0
"""s between two alarms of one incident: the cooldown of an episode; somebody at 1.3 m/s crosses 40 m, the span of two
neighbouring cameras, in that time."""
LONGEST_S = 1800.0
"""s after which an incident takes no new episodes: without an end, a busy hall with linked cameras would be one
incident from morning to night."""
_KEPT = 1000
"""Incidents remembered, so that what clears or resumes finds its own: at one a minute the last 16 hours."""


@dataclass(slots=True)
class _Open:
    id: str
    opened: float
    told: float
    health: bool
    cameras: set[str] = field(default_factory=set)
    episodes: list[str] = field(default_factory=list)


class IncidentBook:
    """Joins alarms by camera, neighbourhood and time.

    >>> from consentry.core.events import AlarmState
    >>> book = IncidentBook({"gate": frozenset({"hall"})})
    >>> def alarm(camera: str, at: float) -> Alarm:
    ...     return Alarm("loitering", camera, "zone", f"{camera}-{at:g}", AlarmState.OPENED, at, (), 0.5, "")
    >>> [book.step(alarm(*told)).id for told in (("gate", 0), ("hall", 20), ("pier", 21), ("hall", 60))]
    ['incident-gate-0', 'incident-gate-0', 'incident-pier-21', 'incident-hall-60']
    """

    def __init__(self, neighbours: Mapping[str, frozenset[str]], join_s: float = JOIN_S) -> None:
        """Make an empty book.

        Args:
            neighbours: cameras beside each camera; one direction suffices.
            join_s: s between two alarms of one incident.
        """
        self._near: dict[str, set[str]] = {}
        for camera, beside in neighbours.items():
            for other in beside:
                self._near.setdefault(camera, set()).add(other)
                self._near.setdefault(other, set()).add(camera)
        self._join_s = join_s
        self._incidents: OrderedDict[str, _Open] = OrderedDict()
        self._of: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._incidents)

    def step(self, alarm: Alarm) -> Incident:
        """The incident that an alarm belongs to, with the episodes known so far."""
        # 1. An episode stays where it was put; else 2. the latest that is near in place and time; else 3. a new one.
        found = self._incidents.get(self._of.get(alarm.episode, "")) or self._nearest(alarm)
        if found is None:
            found = _Open(f"incident-{alarm.episode}", alarm.at, alarm.at, alarm.hazard == HEALTH)
            self._incidents[found.id] = found
        if alarm.episode not in self._of:
            self._of[alarm.episode] = found.id
            found.episodes.append(alarm.episode)
        found.cameras.add(alarm.camera)
        found.told = max(found.told, alarm.at)
        self._incidents.move_to_end(found.id)
        self._shed()
        return Incident(found.id, found.opened, tuple(found.episodes))

    def _nearest(self, alarm: Alarm) -> _Open | None:
        around = {alarm.camera} | self._near.get(alarm.camera, set())
        for incident in reversed(self._incidents.values()):
            if (
                incident.health == (alarm.hazard == HEALTH)
                and abs(alarm.at - incident.told) <= self._join_s
                and alarm.at - incident.opened <= LONGEST_S
                and around & incident.cameras
            ):
                return incident
        return None

    def _shed(self) -> None:
        while len(self._incidents) > _KEPT:
            _, oldest = self._incidents.popitem(last=False)
            for episode in oldest.episodes:
                self._of.pop(episode, None)
