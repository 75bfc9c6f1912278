"""Everything that the report tells, taken from the store once and frozen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from consentry.app.report.episodes import Episode, IncidentStory, episodes_of, incidents_of
from consentry.app.report.sight import Sight, sight_of
from consentry.app.settings import CameraSettings, Site, parse_site
from consentry.core.errors import SettingsError
from consentry.core.observation import HeatMap
from consentry.ports import AlarmQuery, CameraRecord, EventStore, WatchRecord


@dataclass(frozen=True, slots=True, eq=False)
class CameraStory:
    """One camera over all watches of the folder."""

    number: int
    """Its place on the page, from 1."""
    name: str
    settings: CameraSettings | None
    """Of the latest watch that knows it and whose settings can be read."""
    records: tuple[tuple[WatchRecord, CameraRecord], ...]
    """What became of its stream in each watch, oldest first."""
    sight: Sight
    heat: HeatMap | None
    episodes: tuple[Episode, ...]
    """Its dangers; what Consentry tells of itself is not among them."""

    @property
    def floor(self) -> bool:
        """Whether a floor plan was known in the latest watch."""
        return self.records[-1][1].floor if self.records else False


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """The whole folder."""

    site: Site | None
    """Settings of the latest watch; None: there was no watch, or they cannot be read."""
    zone: tzinfo
    """The time zone in which times are told: UTC, where the settings do not say."""
    watches: tuple[WatchRecord, ...]
    """Oldest first."""
    cameras: tuple[CameraStory, ...]
    episodes: tuple[Episode, ...]
    """Dangers, by the time that they opened."""
    incidents: tuple[IncidentStory, ...]
    notices: tuple[Episode, ...]
    """What Consentry told of itself."""


def gather(store: EventStore) -> Story:
    """Ask the store for everything.

    Raises:
        StorageError: it cannot be read.
    """
    watches = store.watches()
    told = episodes_of(store.alarms(AlarmQuery()))
    dangers = tuple(episode for episode in told if not episode.health)
    texts = dict.fromkeys(watch.settings for watch in watches)  # a watch that is started daily says the same each day
    read = {text: _site(text) for text in texts}
    sites = [site for watch in watches if (site := read[watch.settings]) is not None]
    site = sites[-1] if sites else None
    zone = UTC if site is None else site.timezone
    names = _names(watches, sites, told)
    cameras = [_camera(number, name, store, watches, sites, dangers, zone) for number, name in enumerate(names, 1)]
    return Story(
        site=site,
        zone=zone,
        watches=watches,
        cameras=tuple(cameras),
        episodes=dangers,
        incidents=incidents_of(dangers),
        notices=tuple(episode for episode in told if episode.health),
    )


def _names(watches: Sequence[WatchRecord], sites: Sequence[Site], told: Sequence[Episode]) -> list[str]:
    """Every camera that a record, the settings or an alarm names, in that order."""
    recorded = [record.camera for watch in watches for record in watch.cameras]
    settled = [camera.name for site in sites for camera in site.cameras]
    return list(dict.fromkeys((*recorded, *settled, *(episode.camera for episode in told))))


def _camera(
    number: int,
    name: str,
    store: EventStore,
    watches: Sequence[WatchRecord],
    sites: Sequence[Site],
    dangers: Sequence[Episode],
    zone: tzinfo,
) -> CameraStory:
    known = [camera for site in sites for camera in site.cameras if camera.name == name]
    return CameraStory(
        number=number,
        name=name,
        settings=known[-1] if known else None,
        records=tuple((watch, record) for watch in watches for record in watch.cameras if record.camera == name),
        sight=sight_of(store.observations(name), zone),
        heat=store.heat(name),
        episodes=tuple(episode for episode in dangers if episode.camera == name),
    )


def _site(text: str) -> Site | None:
    try:
        return parse_site(text)
    except SettingsError:
        return None  # written by another version: the page shows the text as it is
