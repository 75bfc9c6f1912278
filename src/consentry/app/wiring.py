"""From settings to a watch that runs: the one place where ports meet their adapters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from consentry.app.settings import CameraSettings, Site, describe
from consentry.app.watching import WatchedCamera, Watching
from consentry.backends.bytetrack import ByteTrack
from consentry.backends.clips import ClipSource
from consentry.backends.persons import load_detector
from consentry.backends.signals import PixelSignals
from consentry.backends.supplies import at_hand
from consentry.core.addresses import without_credentials
from consentry.core.errors import SourceError
from consentry.core.geometry import Place, Tripwire, View, WholePicture, Zone
from consentry.hazards.catalogue import CATALOGUE
from consentry.hazards.duty import Duty
from consentry.hazards.incidents import IncidentBook
from consentry.hazards.rule import Rule
from consentry.ports import AlarmSink, Clock
from consentry.touchpoints.camera import CameraParts
from consentry.touchpoints.relay import AlarmRelay
from consentry.tracking.attention import Attention
from consentry.tracking.scene_builder import SceneBuilder

_WIDTH = 768
"""Pixels that an analysed picture is wide where the settings do not say: no network here takes more than 544."""
_STANDARD = "person-detection-retail-0013"
_BASIC = "motion"


@dataclass(frozen=True, slots=True)
class WiredWatch:
    """A watch ready to run, and what must be said of it."""

    watching: Watching
    models: str
    """Which set of models is in use and why, in words."""
    settings: str
    """The settings used, without credentials."""


def wire(site: Site, clock: Clock, sinks: Sequence[AlarmSink], trouble: Callable[[str], None]) -> WiredWatch:
    """Build every camera's parts and join them to one relay.

    Raises:
        SupplyError: the settings want a model that is missing.
        SourceError: a source is of a kind that cannot be read yet.
    """
    person, why = _person(site)
    cameras = [_camera(camera, person) for camera in site.cameras]
    book = IncidentBook({camera.name: frozenset(camera.neighbours) for camera in site.cameras})
    relay = AlarmRelay(book.step, sinks, trouble)
    return WiredWatch(Watching(cameras, relay, None, clock, trouble), why, describe(site))


def _person(site: Site) -> tuple[str, str]:
    """Which detector, and which set that makes, in words."""
    name = site.models.person or _STANDARD
    if site.models.set == "basic":
        return _BASIC, "basic (motion instead of a person network), as the settings say"
    if site.models.set == "standard" or at_hand(name):
        return name, f"standard ({name})"
    return _BASIC, f"basic (motion instead of a person network): {name} is not at hand; set CONSENTRY_MIRROR"


def _camera(camera: CameraSettings, person: str) -> WatchedCamera:
    if "://" in camera.source or camera.source.startswith(("sim:", "/dev/")):
        address = without_credentials(camera.source)
        raise SourceError(f"camera {camera.name}: only clips can be read yet, came {address}")
    view = camera.view()
    crowded = {hazard.place for hazard in camera.hazards if CATALOGUE[hazard.kind].needs_crowd}
    parts = CameraParts(
        camera=camera.name,
        source=ClipSource(
            camera.name,
            camera.source,
            rate=camera.rate,
            width=camera.width or _WIDTH,
            recorded_at=camera.recorded_at,
        ),
        detector=load_detector(person),
        tracker=ByteTrack(view),
        signals=PixelSignals(tuple(zone for zone in camera.zones() if zone.name in crowded)),
        builder=SceneBuilder(camera.name, view),
        attention=Attention(),
        rules=rules_of(camera, view),
        evidence=None,
    )
    return WatchedCamera(parts, without_credentials(camera.source), view.floor is not None)


def rules_of(camera: CameraSettings, view: View) -> tuple[Rule, ...]:
    """The camera's hazards as rules, each on duty when its schedule says."""
    places: dict[str, Zone | Tripwire] = {place.name: place for place in camera.places}
    rules: list[Rule] = []
    for hazard in camera.hazards:
        row = CATALOGUE[hazard.kind]
        place: Place = WholePicture(camera.name) if row.place is WholePicture else places[hazard.place]
        rules.append(Duty(row.rule(camera.name, place, hazard.settings, view), hazard.schedule))
    return tuple(rules)
