"""The timeline: episodes as bars, a lane for each camera, hazard and place, and when anybody looked at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from consentry.app.report.axis import Axis, axes
from consentry.app.report.episodes import Episode
from consentry.app.report.story import CameraStory, Story
from consentry.hazards.catalogue import CATALOGUE

WIDE = 1000.0
"""Units that a lane is wide."""
_NARROWEST = 4.0
"""Units that a bar is wide at least: some 3 pixels on a screen, enough to be seen and hit with a finger's help."""
_MOST_LANES = 40
"""Lanes at most; beyond, places and then hazards share one. Forty fill a screen and a half."""
_MOST_MARKS = 8
"""Times written beneath: on a narrow screen more would run into each other."""
PALETTE = 8
"""Colours of Okabe and Ito's palette."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of an episode."""

    episode: Episode
    left: float
    """Units from the left."""
    width: float
    """Units."""
    open: bool
    """Whether no end was told."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Bars in one row."""

    hazard: str | None
    """None: several."""
    place: str | None
    """None: several."""
    colour: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class CameraLanes:
    """One camera's part of a timeline."""

    camera: CameraStory
    looked: tuple[tuple[float, float], ...]
    """Left and width of each stretch in which somebody looked, units."""
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything along one axis."""

    axis: Axis
    marks: tuple[tuple[float, str], ...]
    """Units from the left, and text."""
    cameras: tuple[CameraLanes, ...]
    merged: bool
    """Whether lanes had to be shared."""


def story_axes(story: Story) -> tuple[Axis, ...]:
    """The stretches of time that the story fills, one for each clock."""
    return axes(_times(story), story.zone, _MOST_MARKS)


def _times(story: Story) -> list[float]:
    seen = [at for camera in story.cameras for stretch in camera.sight.looked for at in stretch]
    spans = [span for episode in story.episodes for span in episode.spans]
    return seen + [at for span in spans for at in (span.opened, span.cleared) if at is not None]


def timeline(story: Story, axis: Axis, colours: dict[str, int]) -> Timeline:
    """One timeline.

    Args:
        story: what is told.
        axis: of which clock.
        colours: number of each hazard's colour.
    """
    told = [episode for episode in story.episodes if axis.holds(episode.opened)]
    keys: tuple[Callable[[Episode], tuple[str, str | None, str | None]], ...] = (
        lambda episode: (episode.camera, episode.hazard, episode.place),
        lambda episode: (episode.camera, episode.hazard, None),
        lambda episode: (episode.camera, None, None),
    )
    key = next((key for key in keys if len({key(episode) for episode in told}) <= _MOST_LANES), keys[-1])
    lanes: dict[tuple[str, str | None, str | None], list[Episode]] = {}
    for episode in told:
        lanes.setdefault(key(episode), []).append(episode)
    cameras = []
    for camera in story.cameras:
        own = tuple(
            Lane(hazard, place, colours.get(hazard or "", 0), _bars(lanes[name, hazard, place], axis))
            for name, hazard, place in sorted(lanes, key=lambda lane: tuple(part or "" for part in lane))
            if name == camera.name
        )
        looked = tuple(_stretch(begin, end, axis) for begin, end in camera.sight.looked if axis.holds(begin))
        if own or looked:
            cameras.append(CameraLanes(camera, looked, own))
    marks = tuple((WIDE * axis.share(mark.at), mark.text) for mark in axis.marks)
    return Timeline(axis, marks, tuple(cameras), key is not keys[0])


def _stretch(begin: float, end: float, axis: Axis) -> tuple[float, float]:
    left = WIDE * axis.share(begin)
    return left, max(WIDE * axis.share(end) - left, 1.0)


def _bars(episodes: Sequence[Episode], axis: Axis) -> tuple[Bar, ...]:
    bars = []
    for episode in episodes:
        for span in episode.spans:
            left, width = _stretch(span.opened, axis.end if span.cleared is None else span.cleared, axis)
            width = max(width, _NARROWEST)
            bars.append(Bar(episode, min(left, WIDE - width), width, span.cleared is None))
    return tuple(bars)


def hazard_colours() -> dict[str, int]:
    """A colour for each hazard of the catalogue, from 1, so that a hazard looks the same from report to report.

    Beyond the palette colours begin again; lanes and cards have names, so nothing hangs on the colour alone.
    """
    return {kind: number % PALETTE + 1 for number, kind in enumerate(CATALOGUE)}
