"""Everything that can be swapped, on one page. Adapters stand in ``backends``; tests use small true fakes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from consentry.consent.retention import HeldItem, Hold
from consentry.core.events import Alarm, Incident
from consentry.core.frames import Frame, Image, Lapse, SourceTally
from consentry.core.gates import Authorisation
from consentry.core.geometry import Boxes
from consentry.core.observation import HeatMap, Observation
from consentry.core.redaction import RedactedFrame
from consentry.core.scene import CloserLook, CrowdReading, Detections, Signals, Wish
from consentry.face.attack import PadResult
from consentry.face.quality import Quality
from consentry.face.sample import FaceSample
from consentry.face.template import Template
from consentry.ledger.entry import Entry
from consentry.ledger.note import Note
from consentry.ledger.proof import LoggedProof


class Clock(Protocol):
    """The time of day, for adapters and the wiring; pure modules take it as an argument."""

    def __call__(self) -> float:
        """Now, s UTC."""
        ...


class FrameSource(Protocol):
    """A camera, a clip, a folder of pictures."""

    def frames(self) -> Iterator[Frame | Lapse]:
        """Pictures due for analysis in order of capture, and the silences between them. Ends with a clip's last.

        Raises:
            SourceError: it cannot be opened at all (a live camera that is away yields a ``Lapse`` and is tried again).
        """
        ...

    def rest(self) -> None:
        """Say that nothing moves: the source may decode keyframes only, if they come often enough, until ``wake``."""
        ...

    def wake(self) -> None:
        """Say that something moves: every due picture counts."""
        ...

    def tally(self) -> SourceTally:
        """What was decoded, spared, dropped so far."""
        ...

    def close(self) -> None:
        """Let go of the stream; ``frames`` then ends. May be called from another thread, and twice."""
        ...


class Network(Protocol):
    """A neural network in a runtime."""

    def run(self, tensor: NDArray[np.float32 | np.uint8], /) -> Mapping[str, NDArray[np.float32]]:
        """One input, all outputs by name. Safe to call from several threads.

        Raises:
            NetworkError: the runtime refused.
        """
        ...

    def forget(self) -> None:
        """Leave nothing of the last input and its outputs in this thread's buffers of the runtime."""
        ...


class Detector(Protocol):
    """Finds persons (and bags, where the network knows them)."""

    name: str
    """Name of the model in the manifest, or ``motion``."""

    def detect(self, image: Image, /) -> Detections:
        """Boxes as fractions of the picture."""
        ...


class PoseEstimator(Protocol):
    """Finds the joints of people. Dear: for second looks. It knows nobody."""

    name: str
    """Name of the model in the manifest."""

    def poses(self, image: Image, boxes: Boxes, /, *, lying: bool = False) -> tuple[NDArray[np.float32], ...]:
        """People in and around each box: float32 (n, 18, 3), x and y as fractions of the picture and score 0-1.

        The order is that of ``core.scene.Joint``; a joint that is not seen is all 0. An empty array: nobody.

        Args:
            image: the whole picture.
            boxes: float32 (n, 4), fractions of it.
            lying: whether to look for people who lie too, which costs three times as much.

        Raises:
            NetworkError: the runtime refused.
        """
        ...


class SecondLooker(Protocol):
    """Looks again, more dearly, where a rule cannot decide. It keeps what the place looked like, hence one a camera."""

    def see(self, frame: Frame, persons: Boxes, /) -> None:
        """Take a picture and the persons found in it: behind them the place is not seen."""
        ...

    def look(self, frame: Frame, wishes: tuple[Wish, ...], /) -> tuple[CloserLook, ...]:
        """Answer wishes from the picture last seen, in their order."""
        ...


class FaceFinder(Protocol):
    """Finds faces: watching, to make them unrecognisable; at a touchpoint, to look at one. It knows nobody."""

    name: str
    """Name of the model in the manifest."""

    def find(self, image: Image, /) -> Detections:
        """Boxes of faces (``Label.FACE``) as fractions of the picture; five landmarks in ``joints`` where known."""
        ...


class FaceEmbedder(Protocol):
    """Makes templates. Screening side only: nothing that watches may hold one."""

    model: str
    """Name in the manifest, or names joined by ``+``: that of its templates."""

    def embed(self, sample: FaceSample, /) -> Template:
        """The template of one sample, aligned as the model wants it.

        Raises:
            NetworkError: the runtime refused.
        """
        ...

    def forget(self) -> None:
        """Leave nothing of the last sample in this thread's buffers."""
        ...


class QualityReader(Protocol):
    """Measures the quality of a sample."""

    def read(self, sample: FaceSample, faces: int, /) -> Quality:
        """Every component that can be measured on this sample, given how many faces the picture shows."""
        ...

    def forget(self) -> None:
        """Leave nothing of the last sample in this thread's buffers."""
        ...


class AttackDetector(Protocol):
    """Looks for presentation attacks over the frames of one transaction; one for each transaction."""

    def see(self, sample: FaceSample, /) -> None:
        """Take the next sample of the live face, in order of capture."""
        ...

    def judge(self) -> PadResult:
        """What all frames so far say."""
        ...

    def forget(self) -> None:
        """Leave nothing of what was seen."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Tracked:
    """Detections of one picture with the numbers of their tracks."""

    detections: Detections
    ids: NDArray[np.int64]
    """int64 (n,), one for each detection, valid for this camera alone."""
    ended: frozenset[int]
    """Tracks that will not come back."""


class Tracker(Protocol):
    """Joins detections of successive pictures of one camera."""

    def step(self, at: float, detections: Detections, /) -> Tracked:
        """Only detections that belong to a confirmed track come back."""
        ...


class SignalReader(Protocol):
    """Reads the pixel facts of one camera. It keeps a background, hence one for each camera."""

    def read(self, frame: Frame, /) -> Signals:
        """Facts of one picture, its ``motion`` among them; ``crowd`` is left empty."""
        ...

    def crowd(self, persons: Detections, /) -> tuple[CrowdReading, ...]:
        """How full the zones of interest are in the picture last read, given the persons found in it."""
        ...


class ChipReader(Protocol):
    """A reader with a travel document's chip on it, or something that answers as one."""

    def transmit(self, command: bytes, /) -> bytes:
        """Send a command (APDU) to the chip and take its answer, status word included.

        Raises:
            BackendError: there is no chip any more, or no reader.
        """
        ...

    def close(self) -> None:
        """Let go of the chip and the reader. May be called twice."""
        ...


class Clip(Protocol):
    """Evidence being written."""

    def write(self, picture: RedactedFrame, /) -> None:
        """Add a picture.

        Raises:
            StorageError: the disk did not take it; what was written before stays playable.
        """
        ...

    def close(self) -> None:
        """Finish; what was written is playable even if this is never called."""
        ...


class Recorder(Protocol):
    """Keeps evidence. It accepts redacted pictures only."""

    def still(self, name: str, picture: RedactedFrame, /) -> str:
        """Keep one picture; returns where, relative to the store's folder.

        Raises:
            StorageError: the disk did not take it.
        """
        ...

    def clip(self, name: str, /) -> tuple[str, Clip]:
        """Begin a clip; returns where, relative to the store's folder, and the clip.

        Raises:
            StorageError: the disk did not take it.
        """
        ...


class GateEvents(Protocol):
    """What the gates of one camera say: that somebody was let in, never whom. HTTP, a file, a touchpoint, a broker."""

    def take(self, at: float, /) -> tuple[Authorisation, ...]:
        """What came since the last call and may concern a picture of this time, s UTC; it neither waits nor raises."""
        ...


class Evidence(Protocol):
    """Keeps redacted pictures around an alarm; what goes wrong with them is itself an alarm."""

    def see(self, frame: Frame, persons: Boxes, /) -> tuple[Alarm, ...]:
        """Take the next picture and the boxes of all persons in it."""
        ...

    def alarm(self, alarm: Alarm, /) -> tuple[Alarm, ...]:
        """Keep the pictures around this moment, if the alarm opens."""
        ...

    def finish(self, at: float, /) -> tuple[Alarm, ...]:
        """Finish what is being written."""
        ...


class AlarmSink(Protocol):
    """Takes alarms: a database, a terminal, a line of JSON."""

    def report(self, alarm: Alarm, incident: Incident, /) -> None:
        """Take one alarm; when this returns it will not be lost.

        Raises:
            StorageError: it could not be kept.
        """
        ...


@dataclass(frozen=True, slots=True)
class AlarmQuery:
    """Which alarms are wanted; None: all."""

    since: float | None = None
    """s UTC, included."""
    until: float | None = None
    """s UTC, not included."""
    camera: str | None = None
    hazard: str | None = None
    state: str | None = None
    limit: int | None = None
    """At most so many: the newest of those that fit."""
    incident: str | None = None
    watch: int | None = None
    """Number of the watch that told them."""


@dataclass(frozen=True, slots=True)
class KeptAlarm:
    """An alarm as the store gives it back."""

    number: int
    """Grows with every alarm kept."""
    alarm: Alarm
    incident: str
    still: str | None
    """Snapshot, relative to the store's folder."""
    clip: str | None
    """Clip, relative to the store's folder."""
    watch: int | None = None
    """Number of the watch that told it; None outside any watch."""
    lasted: float | None = None
    """s from this opening to its clearing, on both alarms; None while it is open, or where the other is not kept."""


@dataclass(frozen=True, slots=True)
class CameraRecord:
    """What became of one camera's stream in one watch: what was dropped or not looked at."""

    camera: str
    source: str
    """Address without credentials."""
    began: float
    """s UTC, capture time of the first picture."""
    ended: float | None
    tally: SourceTally
    looked: int
    """Pictures that the person network looked at."""
    rested: int
    """Pictures given that needed no look because nothing moved."""
    floor: bool
    """Whether a floor plan was known."""


@dataclass(frozen=True, slots=True)
class WatchRecord:
    """One run of ``consentry watch``."""

    number: int
    began: float
    """s UTC."""
    ended: float | None
    """None: it was killed, or still runs."""
    settings: str
    """The settings used, as TOML or JSON text without credentials."""
    models: str
    """Which set and which networks, with their hashes."""
    cameras: tuple[CameraRecord, ...]


class EventStore(AlarmSink, Protocol):
    """The durable record of what was told and seen. Safe from several threads.

    An alarm of one watch with the same episode, state and time is the same alarm: told twice, it is kept once.
    Every method raises ``StorageError`` where the disk or the database does not do as asked.
    """

    def attach(self, episode: str, *, still: str | None = None, clip: str | None = None) -> None:
        """Name the evidence of an episode of the watch at hand; what is None stays as it was."""
        ...

    def observe(self, observations: tuple[Observation, ...]) -> None:
        """Keep what was seen over stretches of time."""
        ...

    def add_heat(self, heat: HeatMap) -> None:
        """Add person-seconds to a camera's heat map."""
        ...

    def begin_watch(self, began: float, settings: str, models: str) -> int:
        """Note that a watch begins; returns its number. What is told and seen from now on belongs to it."""
        ...

    def note_camera(self, watch: int, record: CameraRecord) -> None:
        """Write or overwrite what became of a camera's stream."""
        ...

    def end_watch(self, watch: int, ended: float) -> None:
        """Note that a watch ended by itself."""
        ...

    def alarms(self, query: AlarmQuery) -> tuple[KeptAlarm, ...]:
        """Alarms in order of capture time."""
        ...

    def observations(self, camera: str) -> tuple[Observation, ...]:
        """What a camera saw, in order of time."""
        ...

    def heat(self, camera: str) -> HeatMap | None:
        """A camera's heat map, if anybody was seen."""
        ...

    def watches(self) -> tuple[WatchRecord, ...]:
        """All watches, oldest first."""
        ...


class KeyVault(Protocol):
    """Keeps one key for each consent receipt; destroying it erases what it sealed.

    Every method raises ``StorageError`` where the disk does not do as asked.
    """

    def create(self, receipt_id: str, /) -> bytes:
        """A new key of 32 bytes; on disk when it returns. An id is random and never used again."""
        ...

    def key(self, receipt_id: str, /) -> bytes | None:
        """The receipt's key; None: never made, or destroyed. A consent whose key is gone was withdrawn or has ended."""
        ...

    def destroy(self, receipt_id: str, /) -> bool:
        """Destroy a key; gone from the disk when it returns, whatever happens then. False: there was none."""
        ...

    def receipts(self) -> tuple[str, ...]:
        """Every receipt that has a key."""
        ...


class ReferenceStore(Protocol):
    """Keeps what is held on travellers, sealed item by item, and legal holds.

    Every method raises ``StorageError`` where the disk does not do as asked.
    """

    def keep(self, item: HeldItem, /) -> None:
        """Keep an item; on disk when it returns."""
        ...

    def held(self, receipt_id: str, /) -> tuple[HeldItem, ...]:
        """Everything held under a receipt, in order of kind and number."""
        ...

    def everything(self) -> tuple[HeldItem, ...]:
        """Everything held, without its content: ``sealed`` is empty."""
        ...

    def drop(self, receipt_id: str, /, kind: str | None = None, number: str | None = None) -> int:
        """Remove items, all or of a kind or one; gone when it returns. Returns how many there were."""
        ...

    def hold(self, hold: Hold, /) -> None:
        """Keep a legal hold, in place of an earlier one on the same receipt."""
        ...

    def holds(self) -> tuple[Hold, ...]:
        """Every hold in force."""
        ...

    def lift(self, receipt_id: str, /) -> bool:
        """End a hold; the caller has seen two persons confirm it. False: there was none."""
        ...


class LogStore(Protocol):
    """The transparency log as whoever writes to it sees it. Safe from several threads.

    Every method raises ``StorageError`` where the disk does not do as asked.
    """

    def append(self, entry: Entry, /) -> int:
        """Keep one entry, on disk when it returns; gives its index."""
        ...

    def size(self) -> int:
        """How many entries there are."""
        ...

    def entry(self, index: int, /) -> Entry:
        """One entry."""
        ...

    def proof(self, index: int, /) -> LoggedProof:
        """That an entry is in the log, against its newest head."""
        ...

    def checkpoint(self) -> Note:
        """The signed head of everything appended so far."""
        ...
