"""The wiring of a lane: its camera, its networks, what it counts, and what it tells the log.

The steps are the touchpoint's (``touchpoints.lane``, ``touchpoints.lane_gallery``). Here they get their parts; and
each decision, before anybody is told, is counted, and kept as a passage if its traveller agreed to passages.
"""

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from consentry.app.lane_passages import Passages
from consentry.app.screening import RATE, WIDEST, GateWishes
from consentry.backends.lane_counts import HourCount, LaneCounts, LaneKind
from consentry.backends.small_pieces import overwrite_small
from consentry.backends.sources import open_source
from consentry.backends.wiping import fill_freed, give_back
from consentry.consent.profile import Permit
from consentry.core.frames import Frame, Lapse
from consentry.ledger.entry import Entry, Kind
from consentry.ports import FrameSource, LogStore
from consentry.touchpoints.egate_parts import FaceParts, GateRules, Prompt
from consentry.touchpoints.lane import admit
from consentry.touchpoints.lane_gallery import walk_through
from consentry.touchpoints.lane_parts import (
    ActParts,
    GalleryParts,
    JustShown,
    LaneCheck,
    LaneDecision,
    LaneParts,
    LaneRules,
)
from consentry.touchpoints.lane_words import last_words


@dataclass(frozen=True, slots=True)
class LaneWishes:
    """What whoever runs a lane asks for."""

    live: str
    """Address of the live source: a camera, a clip, a folder of pictures."""
    rules: LaneRules
    fmr: float | None = None
    """Highest false match rate that is wanted, 0-1; None: the lowest that the calibration supports."""
    calibration: Path | None = None
    embedder: str | None = None
    realtime: bool = False
    """Clips at their own pace, for somebody who watches."""

    @property
    def gate(self) -> GateWishes:
        """As the face side of the e-gate takes it."""
        rules = GateRules(self.rules.touchpoint, limit_s=self.rules.limit_s)
        return GateWishes(self.live, rules, self.fmr, self.calibration, self.embedder, self.realtime)


@dataclass(frozen=True, slots=True)
class Told:
    """A decision, and whether it was kept as a passage."""

    decision: LaneDecision
    passage: bool

    @property
    def receipt(self) -> str | None:
        """The receipt's number, where its traveller agreed to passages; nobody else's leaves."""
        return self.decision.receipt if self.passage else None


class LaneBook:
    """What becomes of each decision: counted, and kept where that was agreed to."""

    def __init__(self, counts: LaneCounts, passages: Passages | None) -> None:
        """Take what it writes to.

        Args:
            counts: of the site's touchpoints.
            passages: None: this lane has no store at hand, and keeps none.
        """
        self._counts, self._passages = counts, passages

    def write(self, decision: LaneDecision) -> Told:
        """Count a decision, and keep it if that was agreed to.

        Raises:
            StorageError: the disk did not take it; nobody passes uncounted.
        """
        rules = decision.rules
        compared = decision.measures.compared > 0
        self._counts.add(
            HourCount(
                rules.touchpoint, rules.purpose.value, int(decision.at), decision.comparisons, 1,
                int(decision.go), int(compared), int(decision.nobody),
            )
        )  # fmt: skip
        self._counts.waited(rules.touchpoint, LaneKind.BIOMETRIC, decision.at, decision.waited)
        return Told(decision, self._passages is not None and self._passages.keep(decision))


def tell_hours(counts: LaneCounts, open_log: Callable[[], AbstractContextManager[LogStore]], at: float) -> int:
    """Tell the log of every hour that is over: counts alone, at the hour's end, so that no time of a passing shows.

    Args:
        counts: of the site's touchpoints.
        open_log: opens the log.
        at: now, s UTC.

    Returns:
        How many entries were written.

    Raises:
        StorageError: the log or the counts did not answer; what was not told is told next time.
    """
    hours = counts.over(at)
    if not hours:
        return 0
    with open_log() as log:
        for one in hours:
            log.append(hour_entry(one))
            counts.told(one)
    return len(hours)


def hour_entry(one: HourCount) -> Entry:
    """An hour as it stands in the log."""
    facts: dict[str, str | int] = {name: getattr(one, name) for name in ("people", "go", "compared", "nobody")}
    facts["count"] = one.comparisons
    return Entry(Kind.COMPARISONS, float(one.hour + 3_600), one.purpose, one.touchpoint, facts=facts)


class OneLane:
    """A lane from its first picture to its last. Use it as a context; afterwards nothing of a face is left."""

    def __init__(
        self,
        wishes: LaneWishes,
        permit: Permit,
        book: LaneBook,
        at: float,
        say: Callable[[Prompt], None],
        faces: Callable[[GateWishes], FaceParts] | None = None,
    ) -> None:
        """Wire it; the source is opened with the first traveller, the networks with the first face.

        Args:
            wishes: of the lane.
            permit: for ``Construction.CAMERA_LANE``.
            book: what becomes of decisions.
            at: s UTC; clips count as taken from then on.
            say: tells the traveller.
            faces: makes the face side's parts; None: ``screening_faces``.
        """
        fill_freed()
        self._wishes, self._book, self._at = wishes, book, at
        self._make = faces or _networks
        self._loaded: FaceParts | None = None
        self._source: FrameSource = open_source(
            wishes.rules.touchpoint,
            wishes.live,
            rate=RATE,
            width=WIDEST,
            recorded_at=at,
            clock=time.time,
            realtime=wishes.realtime,
        )
        self._frames = self._source.frames()
        self._parts = LaneParts(permit, self._faces, say, time.monotonic)
        self._more = True
        self._just = JustShown(os.urandom(16))

    def one(self, act: ActParts, shown: bytes | None = None) -> Told:
        """Decide on one traveller who shows something.

        Args:
            act: how it is opened.
            shown: content of a file; None: a code in the pictures.

        Raises:
            ConsentryError: the installation may not, or it could not be written down.
        """
        return self._tell(self._decided(act, shown))

    def several(self, act: ActParts) -> Iterator[Told]:
        """Decide on travellers who show something, one after another, until the pictures end."""
        while self._more:
            decision = self._decided(act, None)
            nobody = decision.check in {LaneCheck.NOTHING_SHOWN, LaneCheck.STREAM} and decision.receipt is None
            if not nobody:
                yield self._tell(decision)

    def all(self, many: GalleryParts) -> Iterator[Told]:
        """Decide on everybody who walks through, by the gallery, until the pictures end."""
        for decision in walk_through(self._parts, many, self._wishes.rules, self._watched(), self._at):
            _tidy()
            yield self._tell(decision)

    def close(self) -> None:
        """Let go of the camera."""
        self._source.close()
        _tidy()

    def _decided(self, act: ActParts, shown: bytes | None) -> LaneDecision:
        try:
            return admit(self._parts, act, self._wishes.rules, self._watched(), self._at, shown, self._just)
        finally:
            _tidy()

    def _tell(self, decision: LaneDecision) -> Told:
        """First the book, then the traveller: nobody passes whom a full disk did not count."""
        told = self._book.write(decision)
        self._parts.say(last_words(decision))
        return told

    def _watched(self) -> Iterator[Frame | Lapse]:
        for item in self._frames:  # noqa: UP028 - `yield from` would end the source with the first traveller
            yield item
        self._more = False

    def _faces(self) -> FaceParts:
        if self._loaded is None:
            self._loaded = self._make(self._wishes.gate)
        return self._loaded

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _tidy() -> None:
    gc.collect()  # a decoder may hang in a cycle
    overwrite_small()
    give_back()


def _networks(wishes: GateWishes) -> FaceParts:
    from consentry.app.screening_faces import face_parts  # noqa: PLC0415 - seconds to load, and only for a face to look at

    return face_parts(wishes)
