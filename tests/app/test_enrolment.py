"""Enrolment: no reference without consent, genuine document and live holder; what is made is what the profile says."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from app.test_kiosk import ABOVE, BOTH, JOURNEY, LOG_KEY, FullLog
from consent.receipts import KEY
from consent.test_notice import FACTS
from consentry.app.enrolment import Enrolled, Enrolment
from consentry.app.enrolment_face import KeptFace
from consentry.app.enrolment_making import Issuer, Making
from consentry.app.enrolment_papers import write_carried
from consentry.app.kiosk import Given, Kiosk
from consentry.app.privacy_desk import PASS_PLACE, PrivacyDesk
from consentry.app.screening import GateWishes
from consentry.app.screening_document import Laid
from consentry.backends.log_file import LogFile
from consentry.backends.pass_register import PassRegister
from consentry.backends.qr import read_qr
from consentry.backends.sealed_store import HeldReferences
from consentry.backends.vault import VaultFolder
from consentry.backends.vault_held import HeldFolder
from consentry.consent.profile import Construction, Installation, Profile
from consentry.consent.purposes import DataClass, Purpose
from consentry.consent.receipt import check_consent
from consentry.consent.retention import Hold
from consentry.consent.words import Language
from consentry.core.errors import MalformedError, RefusedError, StorageError
from consentry.core.screening import Reason
from consentry.document.checks import Verdict
from consentry.face.pass_ import Gate, open_pass
from consentry.face.reference_form import reference_of
from consentry.face.sample import FaceSample
from consentry.face.sealed import TravellerKey, open_reference
from consentry.face.status_list import read_list
from consentry.face.template import Template, comparison_score
from consentry.ledger.entry import Kind
from consentry.ledger.note import Kind as Signs
from consentry.ledger.note import SigningKey
from consentry.ports import LogStore
from consentry.touchpoints.egate_parts import FaceParts, GateRules
from gate_fakes import (
    ANNA,
    BORIS,
    NOW,
    THRESHOLD,
    Painted,
    PaintedAttacks,
    PaintedEmbedder,
    PaintedQuality,
    document,
    find,
    middle,
    painted,
)

GROUP = X25519PrivateKey.generate()
RULES = GateRules("enrolment 1")
TWO = ("A. Kim", "B. Lee")


@dataclass
class Slightly(PaintedEmbedder):
    """Red of the face turns the template a little, so that one can tell which picture it was made from."""

    def embed(self, sample: FaceSample) -> Template:
        template = super().embed(sample)
        vector = template.vector + np.float32(middle(sample)[2] / 1000) * np.roll(template.vector, 1)
        template.vector[:] = vector / np.linalg.norm(vector)
        return template


class Airport:
    """Kiosk, enrolment and desk over one folder, under one profile."""

    def __init__(self, folder: Path, profile: Profile = Profile.WALLET, by: tuple[str, ...] = TWO) -> None:
        self.folder, self.profile, self.now = folder, profile, NOW
        self.vault, self.store = VaultFolder(folder / "vault", ABOVE), HeldFolder(folder / "vault")
        self.log: LogFile = LogFile(folder / "log", LOG_KEY)
        self.passes = PassRegister(folder / "passes")
        facts = replace(FACTS, profile=profile)
        self.kiosk = Kiosk(facts, self.vault, self.store, self.open_log, KEY, lambda: self.now)
        self.desk = PrivacyDesk(self.vault, self.store, self.passes, self.open_log, (KEY.verifier,), lambda: self.now)
        issuer = Issuer("Example Airport", "ZZZZ", KEY, GROUP.public_key())
        self.making = Making(self.vault, self.store, self.passes, issuer)
        self.station = self.at(Installation(profile, by))
        self.embedder = Slightly()

    def at(self, installation: Installation, making: Making | None = None) -> Enrolment:
        return Enrolment(
            installation, self.vault, self.store, self.open_log, (KEY.verifier,), making or self.making, self.clock
        )

    def clock(self) -> float:
        return self.now

    def open_log(self) -> AbstractContextManager[LogStore]:
        return nullcontext(self.log)

    def give(self) -> Given:
        return self.kiosk.give(BOTH, replace(JOURNEY, departure=NOW + 7_200), Language.EN)

    def enrol(
        self,
        given: Given,
        *faces: Painted,
        who: int = ANNA,
        lay: Callable[[], Laid] | None = None,
        station: Enrolment | None = None,
    ) -> Enrolled:
        live = self.folder / "live"
        live.mkdir(exist_ok=True)
        for number, face in enumerate(faces or [Painted(who)] * 6):
            cv2.imwrite(str(live / f"{number:02}.png"), painted(face))
        return (station or self.station).enrol(
            given.signed,
            lay or (lambda: Laid(document(who), "a painted document", 0.0)),
            GateWishes(str(live), RULES),
            (),
            lambda _: FaceParts(find, self.embedder, PaintedQuality(), PaintedAttacks(), THRESHOLD, None, lambda: None),
        )

    def open(self, content: bytes) -> Template:
        gate = Gate("lounge", Purpose.LOUNGE, "ZZZZ", GROUP, (KEY.verifier,))
        listed = read_list(self.passes.signed_list(self.now, KEY), [KEY.verifier])
        return open_pass(content, gate, self.now, listed.revoked, lambda *_: True).reference

    def kinds(self) -> list[str]:
        return [item.kind for item in self.store.everything()]

    def last(self) -> dict[str, str | int]:
        return dict(self.log.entry(self.log.size() - 1).facts)


@pytest.fixture(autouse=True)
def _memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consentry.app.screening.fill_freed", lambda: True)  # else for the process of all other tests


@pytest.fixture
def airport(tmp_path: Path) -> Iterator[Airport]:
    made = Airport(tmp_path)
    yield made
    made.log.close()
    made.vault.close()


def who_is(who: int) -> Template:
    vector = np.random.default_rng(who).normal(size=256).astype(np.float32)
    return Template("painted", vector / np.float32(np.linalg.norm(vector)))


def test_wallet_gives_a_pass_and_keeps_no_template(airport: Airport) -> None:
    given = airport.give()
    done = airport.enrol(given)
    assert done.made is not None
    assert done.made.construction is Construction.PASS
    assert comparison_score(airport.open(done.made.carried), who_is(ANNA)) > 0.99
    assert sorted(airport.kinds()) == [PASS_PLACE, "receipt"]
    assert airport.last() == {"count": done.screening.measures.compared, "made": "pass"}
    assert airport.log.entry(airport.log.size() - 1).kind is Kind.COMPARISONS
    everything = b"".join(path.read_bytes() for path in airport.folder.rglob("*") if path.is_file())
    assert who_is(ANNA).vector.tobytes()[:16] not in everything


def test_sealed_gives_a_key_and_keeps_ciphertext_that_it_alone_opens(tmp_path: Path) -> None:
    airport = Airport(tmp_path, Profile.SEALED)
    given = airport.give()
    done = airport.enrol(given)
    assert done.made is not None
    held = HeldReferences(airport.vault, airport.store, (KEY.verifier,)).reference(given.receipt.id, airport.now)
    with pytest.raises(RefusedError):
        open_reference(held, TravellerKey(given.receipt.id, bytearray(32)))
    opened = open_reference(held, TravellerKey.parse(done.made.carried))
    assert comparison_score(opened, who_is(ANNA)) > 0.99
    assert airport.last()["made"] == "sealed_reference"


def test_gallery_keeps_an_entry_and_gives_nothing_to_carry(tmp_path: Path) -> None:
    airport = Airport(tmp_path, Profile.GALLERY)
    given = airport.give()
    done = airport.enrol(given)
    assert done.made is not None
    assert done.made.carried == b""
    ((consent, content),) = HeldReferences(airport.vault, airport.store, (KEY.verifier,)).enrolled(
        given.receipt.journey, airport.now
    )
    check_consent(consent, Purpose.LOUNGE, "lounge", airport.now)
    assert comparison_score(reference_of(content), who_is(ANNA)) > 0.99


def test_a_gallery_that_one_person_confirmed_enrols_nobody_and_looks_at_nobody(tmp_path: Path) -> None:
    airport = Airport(tmp_path, Profile.GALLERY, ("A. Kim", "a.  kim"))
    with pytest.raises(RefusedError) as refused:
        airport.enrol(airport.give())
    assert (refused.value.check, airport.embedder.made) == ("two_persons", [])


def test_a_lab_enrols_nobody(airport: Airport) -> None:
    with pytest.raises(RefusedError) as refused:
        airport.enrol(airport.give(), station=airport.at(Installation(Profile.LAB)))
    assert refused.value.check == "coverage"  # the receipt is of another profile
    with pytest.raises(RefusedError, match="enrols nobody"):
        airport.making.permit(Installation(Profile.LAB))


def test_without_the_touchpoints_key_no_pass_is_issued(airport: Airport) -> None:
    making = Making(airport.vault, airport.store, airport.passes, Issuer("x", "ZZZZ", KEY, None))
    with pytest.raises(MalformedError, match="pass keygen"):
        airport.enrol(airport.give(), station=airport.at(Installation(Profile.WALLET), making))


def nobody_looked_at() -> Laid:
    raise AssertionError("the document was read before the consent was checked")


REFUSED = {
    "withdrawn": "withdrawn",
    "held after a withdrawal": "withdrawn",
    "ended": "expired",
    "another profile": "coverage",
    "another key": "other_key",
    "a changed byte": "signature",
    "before it begins": "not_yet_valid",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_consent_that_does_not_hold_has_nobody_looked_at(airport: Airport, name: str) -> None:
    given, station = airport.give(), airport.station
    if name.startswith("held"):
        airport.desk.hold(Hold(given.receipt.id, "claim 7", TWO, int(NOW)))
    if "withdraw" in name:
        airport.desk.withdraw(given.code)
    if name == "ended":
        airport.now = given.receipt.until + 0.0
    if name == "before it begins":
        airport.now -= 100
    if name == "another profile":
        station = airport.at(Installation(Profile.SEALED))
    if name == "another key":
        other = SigningKey.new("airport.example/receipts", Signs.ED25519).verifier
        station = Enrolment(
            Installation(Profile.WALLET), airport.vault, airport.store, airport.open_log, (other,), airport.making,
            airport.clock,
        )  # fmt: skip
    if name == "a changed byte":
        changed = given.signed.content.replace(b"KE123", b"KE124")
        given = replace(given, signed=replace(given.signed, content=changed))
    with pytest.raises(RefusedError) as refused:
        airport.enrol(given, lay=nobody_looked_at, station=station)
    assert refused.value.check == REFUSED[name]
    assert PASS_PLACE not in airport.kinds()


REFERRED = {
    "somebody else": ((Painted(BORIS),) * 6, {}, Reason.NON_MATCH),
    "an attack": ((Painted(ANNA, attack=250),) * 12, {}, Reason.ATTACK),
    "a bad picture": ((Painted(ANNA, quality=20),) * 6, {}, Reason.POOR_QUALITY),
    "a document that is not genuine": (
        (Painted(ANNA),) * 6, {"verdict": Verdict.NOT_GENUINE}, Reason.DOCUMENT_NOT_GENUINE,
    ),
    "a copy of a chip": ((Painted(ANNA),) * 6, {"verdict": Verdict.UNDETERMINED}, Reason.DOCUMENT_UNDETERMINED),
    "print alone": ((Painted(ANNA),) * 6, {"chip": False}, Reason.NO_CHIP),
}  # fmt: skip


@pytest.mark.parametrize("name", REFERRED)
def test_who_is_referred_leaves_nothing(airport: Airport, name: str) -> None:
    faces, wish, reason = REFERRED[name]
    done = airport.enrol(airport.give(), *faces, lay=lambda: Laid(document(**wish), "a painted document", 0.0))
    assert (done.made, done.screening.reasons[0]) == (None, reason)
    assert airport.kinds() == ["receipt"]
    assert airport.last()["made"] == "nothing"
    assert not any(template.vector.any() for template in airport.embedder.made)


def test_who_withdraws_while_he_stands_there_is_not_enrolled(airport: Airport) -> None:
    given = airport.give()

    def lay() -> Laid:
        airport.desk.withdraw(given.code)
        return Laid(document(), "a painted document", 0.0)

    with pytest.raises(RefusedError) as refused:
        airport.enrol(given, lay=lay)
    assert (refused.value.check, airport.kinds()) == ("withdrawn", [])


def test_a_simulated_document_is_told_to_everybody(airport: Airport) -> None:
    given = airport.give()
    live = airport.folder / "live"
    live.mkdir()
    for number in range(6):
        cv2.imwrite(str(live / f"{number}.png"), painted(Painted(ANNA)))
    airport.station.enrol(
        given.signed,
        lambda: Laid(document(), "a painted document", 0.0),
        GateWishes(str(live), RULES),
        faces=lambda _: FaceParts(
            find, airport.embedder, PaintedQuality(), PaintedAttacks(), THRESHOLD, None, lambda: None
        ),
        simulated=True,
    )
    assert airport.last()["document"] == "SIMULATED"


def test_a_second_pass_withdraws_the_first_and_a_withdrawal_the_second(airport: Airport) -> None:
    given = airport.give()
    first, second = airport.enrol(given), airport.enrol(given)
    assert first.made is not None
    assert second.made is not None
    airport.open(second.made.carried)
    with pytest.raises(RefusedError) as refused:
        airport.open(first.made.carried)
    assert refused.value.check == "revoked"
    assert airport.kinds().count(PASS_PLACE) == 1
    airport.desk.withdraw(given.code)
    with pytest.raises(RefusedError) as refused:
        airport.open(second.made.carried)
    assert refused.value.check == "revoked"


@pytest.mark.parametrize("profile", [Profile.WALLET, Profile.SEALED, Profile.GALLERY])
def test_what_the_log_was_not_told_of_does_not_exist(tmp_path: Path, profile: Profile) -> None:
    airport = Airport(tmp_path, profile)
    given = airport.give()
    airport.log = FullLog(tmp_path / "full", LOG_KEY)
    with pytest.raises(StorageError, match="No space"):
        airport.enrol(given)
    assert airport.kinds() == ["receipt"]
    if profile is Profile.WALLET:
        listed = read_list(airport.passes.signed_list(airport.now, KEY), [KEY.verifier])
        assert listed.revoked(0, airport.now) is True


def test_a_pass_lasts_no_longer_than_the_consent_and_its_place_goes_with_it(airport: Airport) -> None:
    given = airport.give()
    done = airport.enrol(given)
    assert done.made is not None
    assert done.made.until == given.receipt.until
    (place,) = [item for item in airport.store.everything() if item.kind == PASS_PLACE]
    assert place.until == given.receipt.until
    airport.now = given.receipt.until + 0.0
    with pytest.raises(RefusedError) as refused:
        airport.open(done.made.carried)
    assert refused.value.check == "expired"


def test_the_template_is_that_of_the_best_live_picture_and_of_no_photograph(airport: Airport) -> None:
    """Red tells which picture it was: 10, 60, 20 of 255; the portrait's is 0."""
    live = [Painted(ANNA, quality=60, attack=10), Painted(ANNA, quality=90, attack=60)]
    live += [Painted(ANNA, quality=60, attack=20)] * 5
    done = airport.enrol(airport.give(), *live)
    assert done.made is not None
    best = Slightly().embed(find(painted(live[1]), NOW)[0])
    reference = airport.open(done.made.carried)
    assert comparison_score(reference, best) > 0.9999
    others = [comparison_score(reference, Slightly().embed(find(painted(one), NOW)[0])) for one in (live[0], live[2])]
    assert max(others) < comparison_score(reference, best)
    assert comparison_score(reference, who_is(ANNA)) < comparison_score(reference, best)


def parts_around(kept: KeptFace) -> FaceParts:
    return kept.around(
        FaceParts(find, PaintedEmbedder(), PaintedQuality(), PaintedAttacks(), THRESHOLD, None, lambda: None)
    )


def look(parts: FaceParts, face: Painted) -> None:
    (sample,) = find(painted(face), NOW)
    parts.attacks.see(sample)
    parts.quality.read(sample, 1)
    parts.embedder.embed(sample).wipe()


def test_what_was_seen_before_the_face_was_away_is_not_kept() -> None:
    kept = KeptFace()
    parts = parts_around(kept)
    parts.embedder.embed(find(painted(Painted(ANNA)), NOW)[0])
    look(parts, Painted(ANNA, quality=99))
    assert kept.template() is not None
    parts.attacks.forget()  # the face was away: the gate begins again
    parts.attacks.see(find(painted(Painted(ANNA)), NOW)[0])
    assert kept.template() is None
    look(parts, Painted(ANNA, quality=55))
    look(parts, Painted(BORIS, quality=99))
    parts.wipe()  # the gate ends
    template = kept.template()
    assert template is not None
    assert comparison_score(template, who_is(ANNA)) > 0.99
    kept.wipe()
    assert not template.vector.any()
    assert kept.template() is None
    kept.wipe()


def test_a_portrait_alone_is_never_handed_out() -> None:
    kept = KeptFace()
    parts = parts_around(kept)
    parts.embedder.embed(find(painted(Painted(ANNA)), NOW)[0])
    assert kept.template() is None
    look(parts, Painted(BORIS))
    assert kept.template() is None


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_what_is_carried_is_a_file_and_a_code_for_its_owner_alone(airport: Airport, kind: str, tmp_path: Path) -> None:
    given = airport.give()
    done = airport.enrol(given)
    assert done.made is not None
    for _ in range(2):  # a second pass takes the first one's place
        paths = write_carried(done.made, given.receipt.id, tmp_path / "papers", kind)
    assert {path.name for path in paths.values()} == {
        f"{given.receipt.id[:8]}{end}" for end in (".pass", f".pass.{kind}")
    }
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in paths.values())
    assert paths["pass"].read_bytes() == done.made.carried
    if kind == "png":
        picture = cv2.imread(str(paths["code"]))
        assert read_qr(np.asarray(picture, np.uint8)) == (done.made.carried,)
    assert write_carried(replace(done.made, carried=b""), given.receipt.id, tmp_path, kind) == {}
    assert str(done.made.carried) not in repr(done.made)
    assert DataClass.FEATURE_TEMPLATE not in airport.kinds()
