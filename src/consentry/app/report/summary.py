"""The first lines of the page: what was watched, what was told, and what to know before believing it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consentry.app.moments import moment
from consentry.app.report.axis import Axis, told_span
from consentry.app.report.coverage import CameraCoverage
from consentry.app.report.story import Story
from consentry.app.report.words import counted, lasted, listed, share, titled


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that stands large."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The page in a few lines."""

    facts: tuple[Fact, ...]
    sentences: tuple[str, ...]
    warnings: tuple[str, ...]
    """What makes the record incomplete; empty: nothing known."""


def summarise(story: Story, coverage: Sequence[CameraCoverage], axes: Sequence[Axis]) -> Summary:
    """The page in a few lines."""
    return Summary(
        facts=tuple(_facts(story)),
        sentences=tuple(_sentences(story, axes)),
        warnings=tuple(_warnings(story, coverage)),
    )


def _facts(story: Story) -> Iterator[Fact]:
    yield Fact(f"{len(story.episodes):,}", "alarm" if len(story.episodes) == 1 else "alarms")
    yield Fact(f"{len(story.incidents):,}", "incident" if len(story.incidents) == 1 else "incidents")
    yield Fact(f"{len(story.cameras):,}", "camera" if len(story.cameras) == 1 else "cameras")
    seen = sum(camera.sight.seconds for camera in story.cameras)
    yield Fact(lasted(seen), "of camera time looked at")


def _sentences(story: Story, axes: Sequence[Axis]) -> Iterator[str]:
    if not story.watches and not story.episodes:
        yield "This folder holds no watch yet: nothing was watched, and nothing was told."
        return
    yield _watched(story, axes)
    yield _told(story)
    still_open = sum(episode.cleared is None for episode in story.episodes)
    if still_open:
        yield f"Of {counted(still_open, 'alarm')} no end was told."
    if story.episodes:
        yield "The page tells what the rules told. Nobody has reviewed here whether a person would agree."


def _watched(story: Story, axes: Sequence[Axis]) -> str:
    spans = [
        f"from {told_span(axis.begin, axis.end, story.zone)}"
        + ("" if axis.dated else " of clips whose date is not known")
        for axis in axes
    ]
    when = f", {listed(spans)}" if spans else ""
    watches = counted(len(story.watches), "watch", "watches")
    return f"{counted(len(story.cameras), 'camera')} in {watches}{when}."


def _told(story: Story) -> str:
    if not story.episodes:
        return "No alarm was told."
    kinds = Counter(episode.hazard for episode in story.episodes).most_common()
    by_kind = listed([f"{number:,} {titled(kind).lower()}" for kind, number in kinds])
    told = f"{counted(len(story.episodes), 'alarm')} in {counted(len(story.incidents), 'incident')}"
    return f"{told}: {by_kind}, {_where(story)}."


def _where(story: Story) -> str:
    cameras = Counter(episode.camera for episode in story.episodes).most_common()
    first, number = cameras[0]
    if len(cameras) == 1:
        return f"all at {first}"
    if 2 * number > len(story.episodes):
        return f"most of them at {first} ({number:,})"
    return f"at {len(cameras)} cameras"


def _warnings(story: Story, coverage: Sequence[CameraCoverage]) -> Iterator[str]:
    unended = [watch for watch in story.watches if watch.ended is None]
    if unended:
        which = listed([f"number {watch.number} (begun {moment(watch.began, story.zone)})" for watch in unended[-3:]])
        more = f", and {len(unended) - 3} before" if len(unended) > 3 else ""
        yield f"Watch {which}{more} noted no end: it was killed, or it still runs. What it saw last may be missing."
    for one in coverage:
        name = one.camera.name
        if one.silences:
            total = sum(end - begin for begin, end in one.silences)
            yield f"{name}: nobody looked for {lasted(total)} in all."
        dropped = sum(record.tally.dropped for _, record in one.camera.records)
        given = sum(record.tally.given for _, record in one.camera.records)
        if dropped:
            lost = f"{counted(dropped, 'picture')} that were due ({share(dropped, dropped + given)})"
            yield f"{name}: {lost} were lost because the machine was behind."
        if one.camera.records and not given:
            yield f"{name}: not one picture came to be analysed."
    if story.notices:
        yield f"Consentry told {counted(len(story.notices), 'fault')} of its own; they stand under the alarms."
    if story.watches and story.site is None:
        yield "The settings used cannot be read by this version: times are told in UTC, zones are not drawn."
