"""From alarms, each told once, to episodes and incidents: what one person deals with."""

from collections.abc import Iterable
from dataclasses import dataclass

from consentry.core.events import HEALTH, Alarm, AlarmState
from consentry.ports import KeptAlarm


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of an episode, from opened to cleared."""

    opened: float
    """s UTC."""
    cleared: float | None
    """s UTC; None: no end was told."""


@dataclass(frozen=True, slots=True)
class Episode:
    """One danger, as the store tells it."""

    number: int
    """Its place on the page, from 1."""
    id: str
    hazard: str
    camera: str
    place: str
    spans: tuple[Span, ...]
    """One or more in order: an episode resumes when its danger comes back within the cooldown."""
    score: float
    """Highest of its alarms, 0-1, 0.5 at the limit."""
    tracks: tuple[int, ...]
    """Of all its alarms, in ascending order."""
    why: str
    """The rule and its numbers when it opened."""
    end: str | None
    """The same when it cleared last; None: no end was told."""
    incident: str
    still: str | None
    """Relative to the store's folder."""
    clip: str | None
    """Relative to the store's folder."""

    @property
    def opened(self) -> float:
        """When it opened first, s UTC."""
        return self.spans[0].opened

    @property
    def cleared(self) -> float | None:
        """When it cleared last, s UTC; None: no end was told."""
        return self.spans[-1].cleared

    @property
    def health(self) -> bool:
        """Whether it is about Consentry itself rather than about a danger."""
        return self.hazard == HEALTH

    @property
    def end_alone(self) -> str:
        """Why it cleared, without the rule's last numbers where they are those of the opening again."""
        return (self.end or "").removesuffix(f"; last: {self.why}")

    def lasted(self) -> float:
        """Seconds between opened and cleared, over all its spans whose end was told."""
        return sum(span.cleared - span.opened for span in self.spans if span.cleared is not None)


@dataclass(frozen=True, slots=True)
class IncidentStory:
    """Episodes that belong together."""

    id: str
    episodes: tuple[Episode, ...]
    """One or more, by the time that they opened."""

    @property
    def opened(self) -> float:
        """When it began, s UTC."""
        return self.episodes[0].opened


def episodes_of(kept: Iterable[KeptAlarm]) -> tuple[Episode, ...]:
    """Episodes in order of their first opening.

    A clip without a date that was watched twice into one folder tells the same episodes twice; they count once.
    """
    found: dict[str, list[KeptAlarm]] = {}
    for one in sorted(kept, key=lambda one: one.number):
        found.setdefault(one.alarm.episode, []).append(one)
    spans = {episode: _spans([one.alarm for one in told]) for episode, told in found.items()}
    order = sorted(found, key=lambda episode: (spans[episode][0].opened, found[episode][0].number))
    return tuple(_episode(number, found[episode], spans[episode]) for number, episode in enumerate(order, 1))


def _episode(number: int, told: list[KeptAlarm], spans: tuple[Span, ...]) -> Episode:
    alarms = [one.alarm for one in told]
    opening = next((alarm for alarm in alarms if alarm.state is AlarmState.OPENED), alarms[0])
    ends = [alarm.why for alarm in alarms if alarm.state is AlarmState.CLEARED]
    return Episode(
        number=number,
        id=opening.episode,
        hazard=opening.hazard,
        camera=opening.camera,
        place=opening.place,
        spans=spans,
        score=max(alarm.score for alarm in alarms),
        tracks=tuple(sorted({track for alarm in alarms for track in alarm.tracks})),
        why=opening.why,
        end=ends[-1] if ends and spans[-1].cleared is not None else None,
        incident=told[0].incident,
        still=next((one.still for one in told if one.still), None),
        clip=next((one.clip for one in told if one.clip), None),
    )


def _spans(alarms: list[Alarm]) -> tuple[Span, ...]:
    """Each opening with the clearing after it; an end whose opening is not kept any more is a moment."""
    spans: set[Span] = set()
    opened: float | None = None
    for alarm in alarms:
        if alarm.state is AlarmState.OPENED:
            if opened not in (None, alarm.at):
                spans.add(Span(float(opened), None))
            opened = alarm.at
        else:
            spans.add(Span(alarm.at if opened is None else opened, alarm.at))
            opened = None
    if opened is not None:
        spans.add(Span(opened, None))
    whole = {span.opened for span in spans if span.cleared is not None}
    # The same opening told again, by a watch that was killed and repeated, has its end from the other.
    kept = [span for span in spans if span.cleared is not None or span.opened not in whole]
    return tuple(sorted(kept, key=lambda span: span.opened))


def incidents_of(episodes: Iterable[Episode]) -> tuple[IncidentStory, ...]:
    """Incidents in order of their first opening."""
    found: dict[str, list[Episode]] = {}
    for episode in episodes:
        found.setdefault(episode.incident, []).append(episode)
    return tuple(IncidentStory(name, tuple(together)) for name, together in found.items())
