"""A lane's wiring: counted before anybody is told, passages of those alone who agreed, hours in the log, galleries."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import cv2
import pytest

from consent.receipts import GIVEN, KEY, RECEIPT, UNTIL, signed
from consentry.app.lane import LaneBook, LaneWishes, OneLane, tell_hours
from consentry.app.lane_gallery import open_gallery, switched
from consentry.app.lane_passages import Passages
from consentry.backends.lane_counts import HOUR, LaneCounts, LaneKind
from consentry.backends.log_file import LogFile
from consentry.backends.sealed_store import HeldReferences
from consentry.backends.vault import VaultFolder
from consentry.backends.vault_held import HeldFolder
from consentry.consent.erasure import LoggedReceipt
from consentry.consent.passage import open_passage
from consentry.consent.profile import Construction, Installation, Profile
from consentry.consent.purposes import NEEDED, DataClass
from consentry.consent.receipt import Consent
from consentry.core.errors import RefusedError, SourceError, StorageError
from consentry.face.gallery import GalleryPlace, gallery_reference
from consentry.face.template import Template
from consentry.ledger.entry import Entry
from consentry.ledger.entry import Kind as Logged
from consentry.ledger.note import Kind, SigningKey
from consentry.ports import LogStore
from consentry.touchpoints.lane_parts import ActParts, LaneDecision, Shown
from gate_fakes import ANNA, BORIS, THRESHOLD, Painted, painted
from lane_fakes import AT, GALLERY, RULES, SEALED, WALLET, Lane, template_of

LOG_KEY = SigningKey.new("airport.example/log", Kind.ED25519)
PLACE = GalleryPlace(RECEIPT.journey, RULES.touchpoint, RULES.purpose, float(UNTIL))


class Site:
    """Vault, store, counts and log in a folder."""

    def __init__(self, folder: Path) -> None:
        self.vault, self.store = VaultFolder(folder / "vault", bytes(range(32))), HeldFolder(folder / "vault")
        self.counts = LaneCounts(folder / "lanes.sqlite")
        self.log = LogFile(folder / "log", LOG_KEY)
        self.held = HeldReferences(self.vault, self.store, [KEY.verifier])
        self.book = LaneBook(self.counts, Passages(self.vault, self.store, [KEY.verifier]))

    def open_log(self) -> AbstractContextManager[LogStore]:
        return nullcontext(self.log)

    def agrees(self, number: int, profile: Profile = Profile.WALLET, **changes: object) -> Consent:
        receipt = signed(id=f"{number:032x}", profile=profile, **changes)
        key = self.vault.create(f"{number:032x}")
        self.store.keep(LoggedReceipt(receipt, bytes(32)).sealed(key, f"{number:032x}", UNTIL + 86_400))
        return self.held.consent(f"{number:032x}", AT)

    def enrols(self, number: int, template: Template, **changes: object) -> None:
        consent = self.agrees(number, Profile.GALLERY, **changes)
        content = gallery_reference(consent, template, GALLERY.permit(Construction.GALLERY), AT)
        self.held.keep(consent, content)

    def entries(self) -> list[Entry]:
        return [self.log.entry(place) for place in range(self.log.size())]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "state")
    yield made
    made.vault.close()
    made.log.close()
    made.counts.close()


def decision(number: int = 1, **changes: object) -> LaneDecision:
    told = LaneDecision(RULES, AT + 1, go=True, check="", why="", waited=2.5, comparisons=3, receipt=f"{number:032x}")
    return replace(told, **changes)


def passages(site: Site, number: int) -> list[tuple[str, str, str]]:
    key = site.vault.key(f"{number:032x}") or b""
    opened = [open_passage(key, item) for item in site.store.held(f"{number:032x}") if item.kind == "passages"]
    return [(one.touchpoint, one.purpose, one.decision) for one in opened]


def test_a_passage_is_kept_of_whoever_agreed_to_it(site: Site) -> None:
    site.agrees(1)
    told = site.book.write(decision())
    assert told.receipt == f"{1:032x}"
    site.book.write(decision(go=False, check="face"))
    assert sorted(passages(site, 1)) == [("gate 12", "boarding", "ask staff"), ("gate 12", "boarding", "go")]
    (item, _) = [one for one in site.store.held(f"{1:032x}") if one.kind == "passages"]
    assert item.until == RECEIPT.passages_until


@pytest.mark.parametrize("why", ["declined", "withdrawn", "ended", "unknown", "nobody"])
def test_of_everybody_else_no_receipt_leaves_and_nothing_is_kept(why: str, site: Site) -> None:
    if why != "unknown":
        site.agrees(1, data_classes=tuple(one for one in DataClass if why != "declined" or one in NEEDED))
    if why == "withdrawn":
        site.vault.destroy(f"{1:032x}")
    told = site.book.write(
        decision(at=float(UNTIL) if why == "ended" else AT, receipt=None if why == "nobody" else f"{1:032x}")
    )
    assert told.receipt is None
    assert [one.kind for one in site.store.everything()] == ([] if why == "unknown" else ["receipt"])
    assert site.counts.over(UNTIL + 2 * HOUR)[0].people == 1, "counted all the same"


def test_hours_are_told_once_and_say_nothing_finer(site: Site) -> None:
    for at, go in ((AT + 1, True), (AT + 61, False), (AT + HOUR, True)):
        site.book.write(decision(at=at, go=go, check="" if go else "face"))
    assert tell_hours(site.counts, site.open_log, AT + 2 * HOUR) == 2
    assert tell_hours(site.counts, site.open_log, AT + 2 * HOUR) == 0
    first, second = site.entries()
    assert first.kind is Logged.COMPARISONS
    assert dict(first.facts) == {"count": 6, "people": 2, "go": 1, "compared": 0, "nobody": 0}
    assert (first.at, second.at) == (AT // HOUR * HOUR + HOUR, AT // HOUR * HOUR + 2 * HOUR)
    assert first.commitment == b""


def test_a_log_that_refuses_keeps_the_hours_waiting(site: Site) -> None:
    site.book.write(decision())

    def refusing() -> AbstractContextManager[LogStore]:
        raise StorageError("the log is held by another process")

    with pytest.raises(StorageError):
        tell_hours(site.counts, refusing, AT + 2 * HOUR)
    assert tell_hours(site.counts, site.open_log, AT + 2 * HOUR) == 1


def live(folder: Path, *faces: list[Painted]) -> str:
    folder.mkdir()
    for number, one in enumerate(faces):
        cv2.imwrite(str(folder / f"{number:03}.png"), painted(*one))
    return str(folder)


def anna_act(opened: list[bytes]) -> ActParts:
    def opens(content: bytes, _at: float) -> Shown:
        opened.append(content)
        return Shown(template_of(ANNA), f"{1:032x}")

    return ActParts(lambda image: (b"CJP1" + image[0, 0, 2].tobytes(),) if image[0, 0, 2] else (), b"CJP1", opens)


@pytest.fixture
def no_filling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consentry.app.lane.fill_freed", lambda: True)  # else for the process of all other tests


def one_lane(site: Site, source: str, said: list[str], installation: Installation = WALLET) -> OneLane:
    parts = Lane([], installation)
    permit = installation.permit(Construction.CAMERA_LANE)
    wishes = LaneWishes(source, RULES)
    return OneLane(wishes, permit, site.book, AT, lambda prompt: said.append(prompt.english), lambda _: parts.faces())


@pytest.mark.usefixtures("no_filling")
def test_nobody_is_told_to_go_whom_the_disk_did_not_count(site: Site, tmp_path: Path) -> None:
    said: list[str] = []
    source = live(tmp_path / "live", *[[Painted(ANNA)]] * 8)
    site.counts._file.execute("DROP TABLE counted")
    with one_lane(site, source, said) as lane, pytest.raises(StorageError):
        lane.one(anna_act([]), b"CJP1")
    assert "Thank you, please go on" not in said


@pytest.mark.usefixtures("no_filling")
def test_one_after_another_from_one_stream(site: Site, tmp_path: Path) -> None:
    said: list[str] = []
    faces, opened = [[Painted(ANNA)]] * 4, []
    source = live(tmp_path / "live", [], *faces, [], [], *[[Painted(BORIS)]] * 4, [], [])
    for place, code in {0: 100, 5: 100, 6: 200}.items():  # the first traveller still holds his pass when he is told
        image = cv2.imread(f"{source}/{place:03}.png")
        image[0, 0, 2] = code
        cv2.imwrite(f"{source}/{place:03}.png", image)
    with one_lane(site, source, said) as lane:
        told = [one.decision for one in lane.several(anna_act(opened))]
    assert [one.check for one in told] == ["", "face"], "and nobody is made of the empty pictures at the end"
    assert opened == [b"CJP1d", b"CJP1\xc8"]
    assert [
        said.count(words) for words in ("Thank you, please go on", "Please go to gate 12 desk; a person will help you")
    ] == [1, 1]
    assert site.counts.waiting("gate 12", LaneKind.BIOMETRIC, 0).people == 2


@pytest.mark.usefixtures("no_filling")
def test_a_source_that_is_not_there(site: Site, tmp_path: Path) -> None:
    with one_lane(site, str(tmp_path / "nowhere.mp4"), []) as lane:
        assert lane.one(anna_act([]), b"CJP1").decision.check == "stream"
    with pytest.raises(SourceError):
        one_lane(site, "ftp://gate", [])


@pytest.mark.usefixtures("no_filling")
def test_a_gallery_from_what_is_held_to_the_lane(site: Site, tmp_path: Path) -> None:
    site.enrols(1, template_of(ANNA))
    site.enrols(2, template_of(BORIS))
    opened = open_gallery(GALLERY, site.held, PLACE, (THRESHOLD,), AT, fpir=0.01)
    assert (len(opened.gallery), opened.passed_over) == (2, set())
    source = live(tmp_path / "live", *[[Painted(ANNA)]] * 6, *[[]] * 8, *[[Painted(140)]] * 6)
    site.vault.destroy(f"{2:032x}")
    with one_lane(site, source, [], GALLERY) as lane:
        told = list(lane.all(opened.parts))
    assert [(one.receipt, one.decision.check) for one in told] == [(f"{1:032x}", ""), (None, "not_enrolled")]
    assert len(opened.gallery) == 1, "whoever withdrew went before the first traveller"
    (hour, *_) = site.counts.over(AT + 2 * HOUR)
    assert (hour.people, hour.go, hour.compared, hour.nobody) == (2, 1, 2, 1)


def test_who_did_not_agree_to_this_touchpoint_is_not_in_its_gallery(site: Site) -> None:
    site.enrols(1, template_of(ANNA))
    site.enrols(2, template_of(BORIS), purposes=(RECEIPT.purposes[0],))
    site.enrols(3, template_of(140), journey="KE999 2027-01-15")
    other = Template("another", template_of(150).vector)
    site.enrols(4, other)
    opened = open_gallery(GALLERY, site.held, PLACE, (THRESHOLD,), AT)
    assert [row.receipt for row in opened.gallery._rows] == [f"{1:032x}"]
    assert opened.passed_over == {f"{2:032x}", f"{4:032x}"}, "another touchpoint's, another model's"


def test_who_enrols_while_the_lane_runs_is_found_and_one_too_many_is_passed_over(site: Site) -> None:
    site.enrols(1, template_of(ANNA))
    opened = open_gallery(GALLERY, site.held, PLACE, (replace(THRESHOLD, fmr=0.0031),), AT)
    for number in range(2, 5):
        site.enrols(number, template_of(20 + number))
    assert opened.refresh(AT + 1) == 0
    assert opened.gallery.receipts == {f"{number:032x}" for number in range(1, 4)}
    assert opened.passed_over == {f"{4:032x}"}
    site.vault.destroy(f"{1:032x}")
    assert opened.refresh(AT + 2) == 1
    assert f"{4:032x}" in opened.gallery.receipts, "there is room now"
    assert opened.refresh(float(UNTIL)) == 3
    assert len(opened.gallery) == 0


def test_more_than_the_calibration_supports_are_refused_whole(site: Site) -> None:
    for number in range(4):
        site.enrols(number, template_of(10 + number))
    with pytest.raises(RefusedError, match="3 at most"):
        open_gallery(GALLERY, site.held, PLACE, (replace(THRESHOLD, fmr=0.0031),), AT)


def test_the_log_is_told_of_a_gallery_and_of_nobody_in_it(site: Site) -> None:
    site.enrols(1, template_of(ANNA))
    opened = open_gallery(GALLERY, site.held, PLACE, (THRESHOLD,), AT)
    switched(opened, Logged.GALLERY_ON, AT, site.open_log, 2)
    (entry,) = site.entries()
    assert (entry.kind, entry.touchpoint, entry.purpose) == (Logged.GALLERY_ON, "gate 12", "boarding")
    assert dict(entry.facts) == {"size": 1, "confirmed_by": 2, "fpir": "0.01", "fmr": "0.001", "model": "painted"}


@pytest.mark.parametrize("installation", [WALLET, SEALED, Installation(Profile.GALLERY, ("A. Kim",))])
def test_no_gallery_without_its_profile_and_two_persons(installation: Installation, site: Site) -> None:
    with pytest.raises(RefusedError):
        open_gallery(installation, site.held, PLACE, (THRESHOLD,), AT)


assert GIVEN < AT < UNTIL
