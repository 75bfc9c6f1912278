"""From a rule to everybody who must hear of it: alarms joined into incidents, told to each sink, none lost."""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock

from consentry.core.errors import StorageError
from consentry.core.events import Alarm, Incident
from consentry.ports import AlarmSink

_WAITING = 10_000
"""Alarms kept in memory while a sink refuses them: a day of a busy airport at one alarm in nine seconds, about 5 MB."""


class _Lane:
    """One sink, and what it has not taken yet, in order."""

    def __init__(self, sink: AlarmSink) -> None:
        self.sink = sink
        self.waiting: deque[tuple[Alarm, Incident]] = deque(maxlen=_WAITING)
        self.overflowed = 0

    def offer(self, alarm: Alarm, incident: Incident) -> None:
        self.overflowed += len(self.waiting) == _WAITING
        self.waiting.append((alarm, incident))

    def drain(self) -> None:
        """Hand over what waits, oldest first; stop where the sink refuses.

        Raises:
            StorageError: the sink refused; what it refused waits for the next try.
        """
        while self.waiting:
            self.sink.report(*self.waiting[0])
            self.waiting.popleft()


class AlarmRelay:
    """Tells alarms to sinks in the order given, so the durable one comes first. Safe from several threads.

    A sink that refuses (a full disk) keeps the others waiting for nothing: its alarms wait in memory and are offered
    again with the next one and by ``retry``.
    """

    def __init__(
        self,
        join: Callable[[Alarm], Incident],
        sinks: Sequence[AlarmSink],
        trouble: Callable[[str], None],
    ) -> None:
        """Make a relay.

        Args:
            join: which incident an alarm belongs to.
            sinks: who hears, in order.
            trouble: told in words, once, when a sink begins to refuse and when it takes again.
        """
        self._join, self._trouble = join, trouble
        self._lanes = [_Lane(sink) for sink in sinks]
        self._refusing: set[int] = set()
        self._lock = Lock()

    def tell(self, alarms: Sequence[Alarm]) -> None:
        """Join and hand on."""
        with self._lock:
            for alarm in alarms:
                incident = self._join(alarm)
                for lane in self._lanes:
                    lane.offer(alarm, incident)
            if alarms:
                self._drain()

    def retry(self) -> int:
        """Offer again what waits; returns how many alarms still wait for a sink."""
        with self._lock:
            self._drain()
            return sum(len(lane.waiting) for lane in self._lanes)

    def _drain(self) -> None:
        for number, lane in enumerate(self._lanes):
            try:
                lane.drain()
            except StorageError as error:
                if number not in self._refusing:
                    self._trouble(f"{len(lane.waiting)} alarm(s) wait in memory: {error}")
                self._refusing.add(number)
            else:
                if number in self._refusing:
                    lost = f", {lane.overflowed} were lost" if lane.overflowed else ", none was lost"
                    self._trouble(f"alarms are being kept again{lost}")
                self._refusing.discard(number)
