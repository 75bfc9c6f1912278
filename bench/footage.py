"""A watch of the shared clips, held against what a person saw in them (``tests/truth``), for any detector."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from tests.truth.load import Truth

from consentry.app.settings import Site, load_site
from consentry.app.wiring import wire
from consentry.core.events import Alarm, AlarmState
from consentry.core.frames import Frame, Image, Lapse, SourceTally
from consentry.core.observation import HeatMap, Observation
from consentry.core.scene import Detections, Scene
from consentry.evaluation.alarms import Score, Told, Windows, score
from consentry.ports import Detector, FrameSource
from consentry.touchpoints.camera import CameraListeners, CameraParts, CameraWatch

KISA = Windows(before_s=2.0, after_s=10.0)


class Remembering:
    """A detector that looks at a picture once, with a low threshold, and answers for any higher one from memory.

    Suppressing weaker boxes before or after the threshold is the same: a box is only ever suppressed by a stronger one.
    """

    def __init__(self, detector: Detector) -> None:
        self._detector, self._seen = detector, dict[bytes, Detections]()

    def at(self, threshold: float) -> Detector:
        """The same detector with a threshold of its own."""
        return _Thresholded(self, threshold)

    def look(self, image: Image) -> Detections:
        """All that the detector said of this picture."""
        key = sha256(image.tobytes()).digest()
        if key not in self._seen:
            self._seen[key] = self._detector.detect(image)
        return self._seen[key]


class _Thresholded:
    def __init__(self, source: Remembering, threshold: float) -> None:
        self.name = "remembered"
        self._source, self._threshold = source, threshold

    def detect(self, image: Image, /) -> Detections:
        found = self._source.look(image)
        return found.where(found.scores >= self._threshold)


class _Loops:
    """A clip shown several times without a pause, by the product's own source."""

    def __init__(self, truth: Truth, site: Site) -> None:
        self._truth, self._site = truth, site

    def frames(self) -> Iterator[Frame | Lapse]:
        for loop in range(self._truth.loops):
            source = parts_of(self._site, self._truth.seconds * loop).source
            yield from (item for item in source.frames() if isinstance(item, Frame))

    def rest(self) -> None:
        """Every picture counts: what a source spares is measured by ``bench.watch``."""

    def wake(self) -> None:
        """See ``rest``."""

    def tally(self) -> SourceTally:
        return SourceTally()

    def close(self) -> None:
        """It ends by itself."""


def parts_of(site: Site, recorded_at: float = 0.0) -> CameraParts:
    """The parts of a site's only camera, wired as the command wires them when nothing is kept.

    Args:
        site: with one camera.
        recorded_at: when its clip's first picture was taken, s.
    """
    (camera,) = site.cameras
    site = replace(site, cameras=(replace(camera, recorded_at=recorded_at),))
    (watched,) = wire(site, lambda: 0.0, (), trouble).watching.watches
    return watched.parts


def site_of(truth: Truth, footage: Path) -> Site:
    """The settings that a truth was written for, with ``motion`` where a bench brings its own network."""
    site = load_site(truth.site)
    (camera,) = site.cameras
    model = site.models.model_copy(update={"person": "motion", "set": "basic"})
    return replace(site, models=model, cameras=(replace(camera, source=str(footage / truth.file)),))


def watch(truth: Truth, footage: Path, detector: Detector) -> Score:
    """Watch a clip from its first picture to its last and hold the alarms against the truth."""
    site = site_of(truth, footage)
    source: FrameSource = _Loops(truth, site)
    parts = replace(parts_of(site), source=source, detector=detector, evidence=None)
    alarms: list[Alarm] = []
    CameraWatch(parts, listeners(alarms.extend)).run()
    opened = [Told(a.at, a.hazard, a.place) for a in alarms if a.state is AlarmState.OPENED]
    return score(truth.events, opened, KISA, truth.watched_s)


def listeners(alarms: Callable[[Sequence[Alarm]], None]) -> CameraListeners:
    """Hear the alarms and nothing else."""

    def seen(_scene: Scene, _frame: Frame | None) -> None:
        """Nobody looks."""

    def observed(_done: tuple[Observation, ...], _heat: HeatMap | None) -> None:
        """Nobody keeps."""

    return CameraListeners(alarms, seen, observed)


def trouble(words: str) -> None:
    """What goes wrong besides alarms ends the bench."""
    raise RuntimeError(words)
