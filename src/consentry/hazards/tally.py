"""What stood at a place since it was last asked for: the stuff of plots."""

from consentry.core.observation import PlaceObservation


class PlaceTally:
    """Adds up one place's numbers between two readings.

    >>> tally = PlaceTally("hall")
    >>> tally.see(0.0, people=2)
    >>> tally.see(3.0, people=2, dwell_s=4.0)
    >>> tally.see(4.0, people=6)
    >>> tally.take().people, tally.take().people
    (3.0, 0.0)
    """

    def __init__(self, place: str) -> None:
        self._place = place
        self._now: float | None = None
        self._person_s = self._seconds = self._people = self._dwell_s = 0.0
        self._density: float | None = None
        self._waiting_s: float | None = None
        self._forward = self._backward = 0

    def see(
        self,
        now: float,
        *,
        people: float = 0.0,
        density: float | None = None,
        dwell_s: float = 0.0,
        waiting_s: float | None = None,
    ) -> None:
        """Add what one scene showed; it stands for the time since the scene before."""
        weight = 0.0 if self._now is None else max(now - self._now, 0.0)
        self._now = now
        self._person_s += people * weight
        self._seconds += weight
        self._people = people
        self._dwell_s = max(self._dwell_s, dwell_s)
        self._waiting_s = waiting_s if waiting_s is not None else self._waiting_s
        if density is not None:
            self._density = density if self._density is None else max(self._density, density)

    def cross(self, *, forward: int, backward: int) -> None:
        """Add crossings of a tripwire."""
        self._forward += forward
        self._backward += backward

    def take(self) -> PlaceObservation:
        """The numbers since the last call: mean people, highest density and dwell, latest waiting time, crossings."""
        told = PlaceObservation(
            place=self._place,
            people=self._person_s / self._seconds if self._seconds > 0 else self._people,
            density=self._density,
            dwell_s=self._dwell_s,
            waiting_s=self._waiting_s,
            forward=self._forward,
            backward=self._backward,
        )
        self._reset()
        return told

    def _reset(self) -> None:
        self._person_s = self._seconds = self._people = self._dwell_s = 0.0
        self._density = self._waiting_s = None
        self._forward = self._backward = 0
