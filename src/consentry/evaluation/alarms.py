"""How well alarms agree with what a person saw: events hit and missed, false alarms, time to alarm.

The theory is that of KISA's scheme for intelligent CCTV (guide of 2026.6): an alarm hits an event if it comes within a
window around the moment at which the danger's condition is met. An alarm after the window is both a false alarm and
does not save the event from being missed, since late is worse than silent. Beyond the scheme:

1. One alarm hits one event and one event is hit by one alarm, for each hazard and place by itself.
2. An alarm told again while a hit event lasts is a repeat: neither a hit nor false.
3. An event that one could see either way is neither asked for nor held against an alarm.

Nothing here reads a clock or a file; times are seconds from the beginning of the recording.
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from consentry.evaluation.intervals import poisson_interval, wilson_interval

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Windows:
    """When an alarm counts for an event."""

    before_s: float = 2.0
    """s before the event begins from which an alarm counts, and after its end until which a repeat is one (KISA: 2)."""
    after_s: float = 10.0
    """s after the event begins until which an alarm counts (KISA: 10)."""

    def __post_init__(self) -> None:
        """Check.

        Raises:
            ValueError: a time is negative.
        """
        if self.before_s < 0 or self.after_s < 0:
            raise ValueError(f"windows: expected times of 0 or more, came {self.before_s} and {self.after_s}")


@dataclass(frozen=True, slots=True)
class Event:
    """A danger as a person saw it."""

    hazard: str
    place: str
    begin: float
    """s: when the hazard's condition is met, a dwell's limit reached for instance."""
    end: float
    """s: when it is over."""
    ambiguous: bool = False
    """Whether a person could see it either way."""
    note: str = ""
    """What the person saw."""

    def __post_init__(self) -> None:
        """Check.

        Raises:
            ValueError: it ends before it begins.
        """
        if self.end < self.begin:
            raise ValueError(f"{self.hazard} at {self.place}: begins at {self.begin} s but ends at {self.end} s")


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """An alarm as the system told it: an episode opened."""

    at: float
    """s."""
    hazard: str
    place: str


@dataclass(frozen=True, slots=True)
class Hit:
    """An event and the alarm for it."""

    event: Event
    told: Told

    @property
    def delay_s(self) -> float:
        """S from the event to its alarm; negative if the alarm came first."""
        return self.told.at - self.event.begin


@dataclass(frozen=True, slots=True)
class Score:
    """Alarms held against truth."""

    hits: tuple[Hit, ...]
    misses: tuple[Event, ...]
    false_alarms: tuple[Told, ...]
    repeats: tuple[Told, ...]
    """Told again while an event that was hit lasted."""
    excused: tuple[Told, ...]
    """Told of what one could see either way."""
    watched_s: float
    """s of one camera that were watched, added up over cameras."""

    @property
    def recall(self) -> float | None:
        """Share of the events that were hit; None if there were none."""
        return _share(len(self.hits), len(self.misses))

    @property
    def recall_interval(self) -> Interval | None:
        """95 % interval of the recall (Wilson); None if there were no events."""
        events = len(self.hits) + len(self.misses)
        return wilson_interval(len(self.hits), events) if events else None

    @property
    def precision(self) -> float | None:
        """Share of the alarms that hit an event; None if there were none."""
        return _share(len(self.hits), len(self.false_alarms))

    @property
    def f1(self) -> float | None:
        """KISA's score divided by 100; None if there was neither an event nor a false alarm."""
        return f1(len(self.hits), len(self.misses), len(self.false_alarms))

    @property
    def false_per_hour(self) -> float | None:
        """False alarms per camera and hour; None if nothing was watched."""
        return len(self.false_alarms) * 3600 / self.watched_s if self.watched_s > 0 else None

    @property
    def false_per_hour_interval(self) -> Interval | None:
        """95 % interval of the false alarms per camera and hour (Poisson, exact); None if nothing was watched."""
        if self.watched_s <= 0:
            return None
        low, high = poisson_interval(len(self.false_alarms))
        return low * 3600 / self.watched_s, high * 3600 / self.watched_s

    @property
    def delay_median_s(self) -> float | None:
        """Median s from event to alarm; None if nothing was hit."""
        return median(hit.delay_s for hit in self.hits) if self.hits else None

    @property
    def delay_max_s(self) -> float | None:
        """Longest s from event to alarm; None if nothing was hit."""
        return max((hit.delay_s for hit in self.hits), default=None)


def f1(hits: int, misses: int, false_alarms: int) -> float | None:
    """Harmonic mean of precision and recall, by counts; None if there is nothing to judge.

    >>> round(100 * f1(90, 10, 30), 3)  # the example of KISA's guide, given there as 81.81
    81.818
    """
    asked = 2 * hits + misses + false_alarms
    return 2 * hits / asked if asked else None


def score(events: Iterable[Event], alarms: Iterable[Told], windows: Windows, watched_s: float) -> Score:
    """Hold alarms against truth.

    Args:
        events: what a person saw, of all hazards and places of one recording.
        alarms: what the system told, of the same.
        windows: when an alarm counts.
        watched_s: how long the recording is, s.

    >>> seen = [Event("loitering", "gate", 20, 35), Event("loitering", "gate", 60, 62)]
    >>> told = [Told(at, "loitering", "gate") for at in (21.5, 30, 50)]
    >>> it = score(seen, told, Windows(), 3600)
    >>> len(it.hits), len(it.misses), len(it.repeats), len(it.false_alarms), it.delay_median_s
    (1, 1, 1, 1, 1.5)
    """
    events, alarms = list(events), sorted(alarms)
    places = {(e.hazard, e.place) for e in events} | {(a.hazard, a.place) for a in alarms}
    parts = [
        _score_place(
            sorted((e for e in events if (e.hazard, e.place) == place), key=lambda e: (e.begin, e.end)),
            [a for a in alarms if (a.hazard, a.place) == place],
            windows,
        )
        for place in sorted(places)
    ]
    return pool(parts, watched_s)


def pool(scores: Iterable[Score], watched_s: float | None = None) -> Score:
    """Several scores as one.

    Args:
        scores: of several places, clips or cameras.
        watched_s: how long was watched, s; None: the sum of theirs.
    """
    parts = tuple(scores)
    return Score(
        tuple(hit for part in parts for hit in part.hits),
        tuple(event for part in parts for event in part.misses),
        tuple(told for part in parts for told in part.false_alarms),
        tuple(told for part in parts for told in part.repeats),
        tuple(told for part in parts for told in part.excused),
        sum(part.watched_s for part in parts) if watched_s is None else watched_s,
    )


def by_hazard(whole: Score) -> dict[str, Score]:
    """The score of each hazard that was seen or told, by name. Each was watched as long as the whole."""
    names = {e.hazard for e in whole.misses} | {hit.event.hazard for hit in whole.hits}
    names |= {told.hazard for group in (whole.false_alarms, whole.repeats, whole.excused) for told in group}
    return {
        name: Score(
            tuple(hit for hit in whole.hits if hit.event.hazard == name),
            tuple(event for event in whole.misses if event.hazard == name),
            tuple(told for told in whole.false_alarms if told.hazard == name),
            tuple(told for told in whole.repeats if told.hazard == name),
            tuple(told for told in whole.excused if told.hazard == name),
            whole.watched_s,
        )
        for name in sorted(names)
    }


@dataclass(frozen=True, slots=True)
class LineCount:
    """Crossings of one line in one direction."""

    place: str
    direction: str
    """``forward`` or ``backward``."""
    seen: int
    """By a person."""
    counted: int
    """By the system."""

    @property
    def error(self) -> int:
        """How many too many; negative: too few."""
        return self.counted - self.seen


def compare_counts(seen: Iterable[tuple[str, str]], counted: Mapping[tuple[str, str], int]) -> tuple[LineCount, ...]:
    """Counts of a person and of the system, for each place and direction that either knows.

    >>> compare_counts([("gate", "forward")] * 3, {("gate", "forward"): 2, ("gate", "backward"): 1})[1].error
    -1
    """
    truth = Counter(seen)
    return tuple(LineCount(*key, truth[key], counted.get(key, 0)) for key in sorted({*truth, *counted}))


def _share(hits: int, others: int) -> float | None:
    return hits / (hits + others) if hits + others else None


def _score_place(events: Sequence[Event], alarms: Sequence[Told], windows: Windows) -> Score:
    """One hazard at one place; both in order of time.

    Each alarm takes the event whose window closes first among those open: with windows of one length no other
    assignment hits more.
    """
    waiting = deque(event for event in events if not event.ambiguous)
    unclear = [event for event in events if event.ambiguous]
    hits: list[Hit] = []
    misses: list[Event] = []
    rest: list[Told] = []
    for told in alarms:
        while waiting and told.at - waiting[0].begin > windows.after_s:  # for this alarm and for every later one
            misses.append(waiting.popleft())
        if waiting and told.at - waiting[0].begin >= -windows.before_s:
            hits.append(Hit(waiting.popleft(), told))
        else:
            rest.append(told)
    repeats, excused, wrong = list[Told](), list[Told](), list[Told]()
    for told in rest:
        if any(_during(told, hit.event, windows) for hit in hits):
            repeats.append(told)
        elif any(_may_be(told, event, windows) for event in unclear):
            excused.append(told)
        else:
            wrong.append(told)
    return Score(tuple(hits), (*misses, *waiting), tuple(wrong), tuple(repeats), tuple(excused), 0.0)


def _during(told: Told, event: Event, windows: Windows) -> bool:
    return event.begin - windows.before_s <= told.at <= event.end + windows.before_s


def _may_be(told: Told, event: Event, windows: Windows) -> bool:
    return _during(told, event, windows) or 0 <= told.at - event.begin <= windows.after_s
