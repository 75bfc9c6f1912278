"""What was dropped or not looked at, in words: a report that hides its blind hours is worth less than none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from consentry.app.report.series import SILENCE_S
from consentry.app.report.story import CameraStory
from consentry.app.report.words import counted, lasted, listed, share
from consentry.hazards.catalogue import CATALOGUE
from consentry.ports import CameraRecord, WatchRecord


@dataclass(frozen=True, slots=True)
class Share:
    """One row of a camera's account of its pictures."""

    name: str
    number: int
    of: str
    """Its share of what, in words with the percentage."""
    meaning: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of one camera's stream in one watch."""

    watch: WatchRecord
    record: CameraRecord
    looked: float
    """Share of the pictures that came to be analysed that the person network looked at, 0-1."""
    shares: tuple[Share, ...]
    remarks: tuple[str, ...]
    """What a reader must know, in sentences; empty: nothing was missed."""


@dataclass(frozen=True, slots=True)
class CameraCoverage:
    """What one camera missed over all watches."""

    camera: CameraStory
    watches: tuple[Coverage, ...]
    """Newest first."""
    silences: tuple[tuple[float, float], ...]
    """Stretches in which nobody looked, between the first and the last picture looked at; s UTC, longest first."""
    remarks: tuple[str, ...]


def coverage_of(camera: CameraStory) -> CameraCoverage:
    """The account of one camera."""
    return CameraCoverage(
        camera=camera,
        watches=tuple(_coverage(watch, record) for watch, record in reversed(camera.records)),
        silences=silences_of(camera),
        remarks=tuple(_remarks_of_all(camera)),
    )


def silences_of(camera: CameraStory) -> tuple[tuple[float, float], ...]:
    """Stretches without a look inside of each watch of a camera, longest first.

    What lies between two watches is no silence: nobody had asked to look.
    """
    looked = camera.sight.looked
    gaps = [(a[1], b[0]) for a, b in pairwise(looked)]
    begins = [record.began for _, record in camera.records]
    within = [gap for gap in gaps if not any(gap[0] < begin <= gap[1] for begin in begins)]
    return tuple(sorted(within, key=lambda gap: gap[0] - gap[1]))


def _coverage(watch: WatchRecord, record: CameraRecord) -> Coverage:
    tally = record.tally
    shares = (
        Share("arrived", tally.arrived, "", "pictures in the stream"),
        Share("decoded", tally.decoded, _of(tally.decoded, tally.arrived, "arrived"), "made into a picture"),
        Share("spared", tally.spared, _of(tally.spared, tally.arrived, "arrived"),
              "not decoded, because none of them was due for a look"),
        Share("broken", tally.broken, _of(tally.broken, tally.arrived, "arrived"), "could not be decoded"),
        Share("given", tally.given, _of(tally.given, tally.decoded, "decoded"),
              "came to be analysed, at the rate that the settings ask for"),
        Share("dropped", tally.dropped, _of(tally.dropped, tally.dropped + tally.given, "due"),
              "were due and lost, because the machine was behind"),
        Share("looked at", record.looked, _of(record.looked, tally.given, "given"), "the person network looked"),
        Share("rested", record.rested, _of(record.rested, tally.given, "given"),
              "needed no look, because nothing moved"),
    )  # fmt: skip
    looked = record.looked / tally.given if tally.given else 0.0
    return Coverage(watch, record, looked, shares, tuple(_remarks(watch, record)))


def _of(part: int, whole: int, name: str) -> str:
    return f"{share(part, whole)} of {name}" if whole else ""


def _remarks(watch: WatchRecord, record: CameraRecord) -> Iterator[str]:
    tally = record.tally
    if tally.given == 0:
        yield "Not one picture came to be analysed. This camera was not watched."
    if tally.dropped:
        due = tally.dropped + tally.given
        yield (
            f"{counted(tally.dropped, 'picture')} ({share(tally.dropped, due)} of those due) were lost because the "
            "machine was behind. What could be seen only then was missed."
        )
    if tally.broken:
        yield f"{counted(tally.broken, 'picture')} could not be decoded."
    if tally.reconnects:
        yield f"The stream was opened again {counted(tally.reconnects, 'time')}."
    if record.ended is None and watch.ended is None:
        yield "No end was noted: what came after the last note (one every 10 s or so) is not counted here."


def _remarks_of_all(camera: CameraStory) -> Iterator[str]:
    if not camera.records:
        yield "No watch noted anything of this camera's stream."
    elif not camera.sight.looked:
        yield "Nothing was seen by this camera, not even an empty place: there are no observations to draw."
    silences = silences_of(camera)
    if silences:
        total = sum(end - begin for begin, end in silences)
        longest = f", the longest of them {lasted(silences[0][1] - silences[0][0])}" if len(silences) > 1 else ""
        yield (
            f"Nobody looked for {lasted(total)} in {counted(len(silences), 'silence')} of more than "
            f"{lasted(SILENCE_S)}{longest}."
        )
    if not camera.floor:
        yield from _without_floor(camera)
    if _twice([record for _, record in camera.records]):
        yield (
            "Several watches saw the same stretch of time, such as one clip watched again: heat, crossings and the "
            "account of pictures count it each time."
        )


def _without_floor(camera: CameraStory) -> Iterator[str]:
    missed = "persons/m2, metres and m/s could not be measured"
    kinds = sorted({hazard.kind for hazard in camera.settings.hazards}) if camera.settings else []
    crowded = [kind for kind in kinds if CATALOGUE[kind].needs_crowd]
    hurt = f"; {listed(crowded)} went by numbers of persons alone" if crowded else ""
    yield f"No floor plan was set, so {missed}{hurt}."


def _twice(records: Sequence[CameraRecord]) -> bool:
    """Whether two watches saw the same time."""
    spans = sorted((record.began, record.began if record.ended is None else record.ended) for record in records)
    return any(after[0] < before[1] for before, after in pairwise(spans))
