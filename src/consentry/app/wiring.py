"""From settings to a watch that runs: the one place where ports meet their adapters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2

from consentry.app.gates import Gates, follow_file, hear_gates
from consentry.app.keeping import Keeping
from consentry.app.moments import moment
from consentry.app.networks_in_use import Networks, choose_networks
from consentry.app.settings import CameraSettings, Site, describe
from consentry.app.settings_values import has_own_clock
from consentry.app.watching import WatchedCamera, Watching
from consentry.backends.bytetrack import ByteTrack
from consentry.backends.persons import load_detector
from consentry.backends.poses import load_pose_estimator
from consentry.backends.second_look import SecondLook
from consentry.backends.signals import PixelSignals
from consentry.backends.sources import open_source
from consentry.core.addresses import without_credentials
from consentry.core.frames import Frame
from consentry.core.geometry import Place, Tripwire, WholePicture, Zone
from consentry.core.scene import Scene
from consentry.hazards.catalogue import CATALOGUE
from consentry.hazards.duty import Duty
from consentry.hazards.incidents import IncidentBook
from consentry.ports import AlarmSink, Clock
from consentry.touchpoints.annotated import AnnotatedVideo
from consentry.touchpoints.camera import CameraParts, Looking
from consentry.touchpoints.relay import AlarmRelay
from consentry.tracking.attention import Attention
from consentry.tracking.scene_builder import SceneBuilder

_WIDTH = 640
"""Pixels that an analysed picture is wide where the settings do not say: no network here takes more than 544."""
_CV_THREADS = 1
"""Of OpenCV, within one picture: every camera has a thread of its own, and handing strips of a small picture to others
costs more than it brings (a look of PicoDet-S 8.4 ms of CPU with two, 7.5 with one)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person wants of this one run, beside the settings."""

    out: Path | None = None
    """Folder for events and evidence; None: nothing is kept."""
    realtime: bool = False
    """Clips at their own pace instead of as fast as the machine allows."""
    once: bool = False
    """End when the clips have ended, even if cameras go on."""
    annotated: bool = False
    """Write a redacted video of each camera with zones, tracks and alarms drawn in. Needs ``out``."""


@dataclass(frozen=True, slots=True)
class WiredWatch:
    """A watch ready to run, and what must be said of it."""

    watching: Watching
    models: str
    """Which set of models is in use and why, in words."""
    settings: str
    """The settings used, without credentials."""
    record: str
    """The networks with their hashes."""
    videos: tuple[AnnotatedVideo, ...]
    """One a camera, if they were wished for."""
    close: Callable[[], None]
    """To be called when the watch has ended: finishes what is still being written."""
    gates: Gates
    """What is heard of gates; a lane in the same process tells it whom it let in: ``app.gates.let_in``."""


def wire(
    site: Site,
    clock: Clock,
    sinks: Sequence[AlarmSink],
    trouble: Callable[[str], None],
    wishes: Wishes | None = None,
) -> WiredWatch:
    """Build every camera's parts and join them to one relay.

    Args:
        site: checked settings.
        clock: the time of day.
        sinks: who hears of alarms besides the store.
        trouble: told in words what goes wrong besides alarms.
        wishes: of this run; None: nothing is kept.

    Raises:
        SupplyError: the settings want a model that is missing.
        SourceError: a source is of a kind that is not known.
        BackendError: the gates of the site cannot be heard.
        StorageError: the folder for events cannot be used.
    """
    wishes = wishes or Wishes()
    cv2.setNumThreads(_CV_THREADS)
    # 1. Which networks look, and where what is seen is kept.
    networks = choose_networks(site.models)
    cameras = [_camera(camera, networks, clock, wishes) for camera in site.cameras]
    _say_without_joints(site, networks, trouble)
    keeping = None if wishes.out is None else Keeping(site, wishes.out, networks.face)
    # 2. Evidence and videos beside each camera.
    videos: tuple[AnnotatedVideo, ...] = ()
    if keeping is not None:
        cameras = [replace(camera, parts=keeping.beside(camera.parts)) for camera in cameras]
        if wishes.annotated:
            videos = tuple(keeping.video(camera, lambda at: moment(at, site.timezone)) for camera in site.cameras)
            cameras = [
                replace(camera, parts=replace(camera.parts, evidence=video.beside(camera.parts.evidence)))
                for camera, video in zip(cameras, videos, strict=True)
            ]
    # 3. What gates say reaches the cameras that watch them.
    gates, cameras = _hear(site, cameras, clock, trouble)
    # 4. Alarms go to the durable record first, then to whoever listens.
    book = IncidentBook({camera.name: frozenset(camera.neighbours) for camera in site.cameras})
    store = None if keeping is None else keeping.store
    relay = AlarmRelay(book.step, [*([] if store is None else [store]), *sinks, *videos], trouble)
    watching = Watching(
        cameras,
        relay,
        store,
        clock,
        trouble,
        seen=_all_see(videos),
        chores=None if keeping is None else lambda: keeping.clear(clock(), trouble),
        once=wishes.once,
    )

    def close() -> None:
        gates.close()
        for video in videos:
            video.close()
            if video.trouble:
                trouble(video.trouble)
        if keeping is not None:
            keeping.close()

    return WiredWatch(watching, networks.why, describe(site), networks.record(), videos, close, gates)


def _hear(
    site: Site, cameras: list[WatchedCamera], clock: Clock, trouble: Callable[[str], None]
) -> tuple[Gates, list[WatchedCamera]]:
    """The gates of the site, and each camera with what it reads of them."""
    gates = hear_gates(site, clock, trouble)
    hearing = [
        replace(camera, parts=replace(camera.parts, gates=gates.reader(own)))
        for camera, own in zip(cameras, site.cameras, strict=True)
    ]
    follow_file(gates, site, trouble)
    return gates, hearing


def _all_see(videos: tuple[AnnotatedVideo, ...]) -> Callable[[Scene, Frame | None], None] | None:
    if not videos:
        return None

    def see(scene: Scene, frame: Frame | None) -> None:
        for video in videos:
            video.see(scene, frame)

    return see


def _say_without_joints(site: Site, networks: Networks, trouble: Callable[[str], None]) -> None:
    """Tell which hazards work less surely than they could."""
    unsure = sorted({h.kind for camera in site.cameras for h in camera.hazards if CATALOGUE[h.kind].needs_second_look})
    if unsure and not networks.pose:
        trouble(
            f"{', '.join(unsure)}: no network for joints is in use, so that second looks go by what lies where nothing "
            "lay, and less surely; get it with consentry models pull"
        )


def _second(camera: CameraSettings, networks: Networks) -> SecondLook | None:
    """What looks again for the hazards of a camera that ask for it."""
    if not any(CATALOGUE[hazard.kind].needs_second_look for hazard in camera.hazards):
        return None
    return SecondLook(load_pose_estimator(networks.pose) if networks.pose else None)


def _camera(camera: CameraSettings, networks: Networks, clock: Clock, wishes: Wishes) -> WatchedCamera:
    source = open_source(
        camera.name,
        camera.source,
        rate=camera.rate,
        width=camera.width or _WIDTH,
        recorded_at=camera.recorded_at,
        clock=clock,
        realtime=wishes.realtime,
    )
    looking = look(camera, camera.view().aspect)
    parts = CameraParts(
        camera=camera.name,
        source=source,
        detector=load_detector(networks.person),
        tracker=looking.tracker,
        signals=looking.signals,
        builder=looking.builder,
        attention=Attention(),
        rules=looking.rules,
        evidence=None,
        shaped=lambda aspect: look(camera, aspect),
        second=_second(camera, networks),
    )
    return WatchedCamera(
        parts, without_credentials(camera.source), camera.floor is not None, has_own_clock(camera.source)
    )


def look(camera: CameraSettings, aspect: float) -> Looking:
    """The parts of a camera that measure in the picture, for pictures of one shape."""
    view = replace(camera.view(), aspect=aspect)
    crowded = {hazard.place for hazard in camera.hazards if CATALOGUE[hazard.kind].needs_crowd}
    fire = any(CATALOGUE[hazard.kind].needs_fire for hazard in camera.hazards)
    places: dict[str, Zone | Tripwire] = {place.name: place for place in camera.places}
    rules = []
    for hazard in camera.hazards:
        row = CATALOGUE[hazard.kind]
        place: Place = WholePicture(camera.name) if row.place is WholePicture else places[hazard.place]
        rules.append(Duty(row.rule(camera.name, place, hazard.settings, view), hazard.schedule))
    return Looking(
        tracker=ByteTrack(view),
        signals=PixelSignals(tuple(zone for zone in camera.zones() if zone.name in crowded), view, fire=fire),
        builder=SceneBuilder(camera.name, view),
        rules=tuple(rules),
    )
