"""One kind of trouble with the watch itself, told when it begins and when it is over, and not with every picture."""

from consentry.core.events import HEALTH, Alarm, AlarmState

QUIET_S = 60.0
"""s without a failure before the trouble counts as over: a disk that is nearly full takes some writes and refuses
others, and nobody wants to hear of each."""


class Trouble:
    """What does not work on one camera, from the first failure to a minute after the last."""

    def __init__(self, camera: str, kind: str) -> None:
        """Nothing is wrong yet.

        Args:
            camera: its name in the settings.
            kind: what may go wrong, one word: a part of the episode's name.
        """
        self._camera, self._kind = camera, kind
        self._episode: str | None = None
        self._failed = 0.0

    def failed(self, at: float, why: str) -> tuple[Alarm, ...]:
        """It did not work; an alarm, if this is news."""
        self._failed = max(at, self._failed)
        if self._episode is not None:
            return ()
        self._failed = at
        self._episode = f"{self._camera}-{HEALTH}-{self._kind}-{round(at * 1000)}"
        return (self._alarm(AlarmState.OPENED, at, why),)

    def worked(self, at: float) -> tuple[Alarm, ...]:
        """It worked; the end of the alarm, if that has been so for a while."""
        if self._episode is None or at - self._failed < QUIET_S:
            return ()
        return self.finish(at, f"{self._kind} has worked again for {QUIET_S:.0f} s")

    def finish(self, at: float, why: str) -> tuple[Alarm, ...]:
        """Nobody looks any more."""
        if self._episode is None:
            return ()
        alarm = self._alarm(AlarmState.CLEARED, at, why)
        self._episode = None
        return (alarm,)

    def _alarm(self, state: AlarmState, at: float, why: str) -> Alarm:
        return Alarm(
            hazard=HEALTH,
            camera=self._camera,
            place=self._camera,
            episode=self._episode or "",
            state=state,
            at=at,
            tracks=(),
            score=1.0,
            why=why,
        )
