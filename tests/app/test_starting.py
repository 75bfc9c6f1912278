"""What the log is told when a process starts: profile, settings, networks, each once and again when it was changed."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from app.test_kiosk import LOG_KEY
from app.test_settings_consent import GOOD
from consentry.app.settings import parse_site
from consentry.app.starting import tell_start, touchpoint_models
from consentry.backends.log_file import LogFile
from consentry.backends.manifest import supply
from consentry.ledger.entry import Entry, Kind
from consentry.ports import LogStore

SITE = parse_site(GOOD)
MODELS = touchpoint_models()


class Site:
    def __init__(self, folder: Path) -> None:
        self.log, self.record = LogFile(folder / "log", LOG_KEY), folder / "started.json"

    def start(self, text: str = GOOD, models: tuple[str, ...] = MODELS) -> list[Kind]:
        told = tell_start(parse_site(text), self.open_log, self.record, 5.0, models)
        return [self.log.entry(place).kind for place in told]

    def open_log(self) -> AbstractContextManager[LogStore]:
        return nullcontext(self.log)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_first_start_tells_everything_and_the_next_nothing(site: Site) -> None:
    assert site.start() == [Kind.PROFILE_START, Kind.SETTINGS, Kind.MODELS]
    assert site.start() == []
    assert site.log.entry(0).facts["profile"] == "wallet"
    hashes = site.log.entry(2).facts
    assert hashes[supply("yunet").files[0].name] == supply("yunet").files[0].sha256
    assert len(hashes) == sum(len(supply(name).files) for name in MODELS)


CHANGES = {
    "another profile": ('[site]\nprofile = "sealed"\n' + GOOD, MODELS, [Kind.PROFILE_START, Kind.SETTINGS]),
    "a word of the settings": (GOOD.replace("desk 12", "desk 14"), MODELS, [Kind.SETTINGS]),
    "another embedder": (GOOD, touchpoint_models("mobilefacenet"), [Kind.MODELS]),
    "a comment": (GOOD + "# nothing else\n", MODELS, []),
    "no face is looked at": (GOOD, (), []),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_and_nothing_else(site: Site, name: str) -> None:
    text, models, kinds = CHANGES[name]
    site.start()
    assert site.start(text, models) == kinds
    assert site.start(text, models) == []


def test_credentials_of_a_camera_change_no_hash(site: Site) -> None:
    site.start(GOOD.replace("rtsp://10", "rtsp://kim:one@10"))
    assert site.start(GOOD.replace("rtsp://10", "rtsp://kim:two@10")) == []


@pytest.mark.parametrize("broken", ["", "[]", '{"settings": "x"}', '{"settings": 99, "profile_start": -1}', "\x00"])
def test_without_its_record_it_tells_again_rather_than_not(site: Site, broken: str) -> None:
    site.start()
    site.record.write_text(broken)
    assert site.start() == [Kind.PROFILE_START, Kind.SETTINGS, Kind.MODELS]


def test_a_record_that_points_to_another_entry_is_not_believed(site: Site) -> None:
    site.log.append(Entry(Kind.COMPARISONS, 1.0))
    site.record.write_text('{"profile_start": 0, "settings": 0, "models": 0}')
    assert len(site.start()) == 3
