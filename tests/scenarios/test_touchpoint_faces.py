"""Walks through a lane with the shared faces and all networks, by the command: pass, key and gallery, from a clip.

The people are real, what happens to them is simulated (``backends/simulated_presentations``): these are tests of the
lane, not measurements.
"""

import json
import time
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from cli.here import Run, running
from cli.test_touchpoint import SITE
from consent.receipts import receipt
from consentry.backends.embedders import load_embedder
from consentry.backends.face_pictures import read_face_picture
from consentry.backends.face_samples import load_acquiring_finder, samples
from consentry.backends.group_keys import read_group_public, write_group_key
from consentry.backends.key_files import read_key, write_key
from consentry.backends.manifest import model_sets
from consentry.backends.pass_register import PassRegister
from consentry.backends.qr import qr_picture, write_code
from consentry.backends.sealed_store import HeldReferences
from consentry.backends.simulated_presentations import BONA_FIDE, present
from consentry.backends.vault import VaultFolder
from consentry.backends.vault_held import HeldFolder
from consentry.backends.vault_key import read_vault_key, write_vault_key
from consentry.consent.erasure import LoggedReceipt
from consentry.consent.passage import open_passage
from consentry.consent.profile import Construction, Installation, Profile
from consentry.consent.purposes import NEEDED, DataClass
from consentry.consent.receipt import Consent, sign_receipt
from consentry.core.frames import Image
from consentry.face.acquisition import acquire
from consentry.face.gallery import gallery_reference
from consentry.face.pass_ import PassTerms, issue_pass
from consentry.face.sealed import seal_reference
from consentry.face.template import Template
from consentry.ledger.note import Kind, SigningKey

pytestmark = pytest.mark.shared

NOW = time.time()
ONE, OTHER, THIRD = "001", "003", "005"
FRAMES = 24
"""Live pictures: 1.9 s, in which a live face is decided on."""
JOURNEY = "KE123 2027-01-15"


class Airport:
    """Keys, vault and register of a site, and what an enrolment would leave there."""

    def __init__(self, folder: Path, faces: Path, template: Callable[[str], Template]) -> None:
        self.folder, self.faces, self.template = folder, faces, template
        keys = folder / "keys"
        keys.mkdir()
        for name in ("receipts", "log"):
            write_key(keys / f"{name}.key", SigningKey.new(f"airport.example/{name}", Kind.ED25519))
        write_vault_key(keys / "vault.key")
        write_group_key(keys / "touchpoints.key", keys / "touchpoints.pub")
        self.key = read_key(keys / "receipts.key")
        self.store = HeldFolder(folder / "state" / "vault")

    def profile(self, profile: Profile) -> None:
        (self.folder / "site.toml").write_text(SITE.format(profile=profile.value))

    def agrees(self, who: str, profile: Profile, *, passages: bool = True) -> Consent:
        classes = tuple(one for one in DataClass if passages or one in NEEDED)
        signed = sign_receipt(
            receipt(
                id=f"{int(who):032x}", profile=profile, given=int(NOW) - 60, until=int(NOW) + 7_200, journey=JOURNEY,
                passages_until=int(NOW) + 9_000, data_classes=classes,
            ),
            self.key,
        )  # fmt: skip
        with VaultFolder(self.folder / "state" / "vault", read_vault_key(self.folder / "keys" / "vault.key")) as vault:
            key = vault.create(f"{int(who):032x}")
            self.store.keep(LoggedReceipt(signed, bytes(32)).sealed(key, f"{int(who):032x}", int(NOW) + 9_000))
        return signed.check([self.key.verifier], NOW, frozenset())

    def keeps(self, consent: Consent, content: bytes | bytearray) -> None:
        with VaultFolder(self.folder / "state" / "vault", read_vault_key(self.folder / "keys" / "vault.key")) as vault:
            HeldReferences(vault, self.store, [self.key.verifier]).keep(consent, content)

    def passage(self, who: str) -> list[str]:
        """Decisions kept as passages."""
        with VaultFolder(self.folder / "state" / "vault", read_vault_key(self.folder / "keys" / "vault.key")) as vault:
            key = vault.key(f"{int(who):032x}") or b""
        items = self.store.held(f"{int(who):032x}")
        return [open_passage(key, item).decision for item in items if item.kind == "passages"]

    def issues(self, who: str, **agreed: bool) -> bytes:
        place = PassRegister(self.folder / "state" / "passes").new_place()
        terms = PassTerms("Example Airport", "ICN", bytes([place]) * 16, NOW, NOW + 3_600, place)
        return issue_pass(
            self.agrees(who, Profile.WALLET, **agreed), self.template(who), terms,
            Installation(Profile.WALLET).permit(Construction.PASS), self.key,
            read_group_public(self.folder / "keys" / "touchpoints.pub"),
        )  # fmt: skip


@pytest.fixture(scope="module")
def faces(shared: Path) -> Path:
    return shared / "data" / "faces"


@pytest.fixture(autouse=True)
def _networks(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    monkeypatch.setattr("consentry.app.lane.fill_freed", lambda: True)  # else for the process of all other tests


@pytest.fixture
def airport(faces: Path, tmp_path: Path, _networks: None) -> Airport:
    standard = model_sets()["standard"]
    finder, embedder = load_acquiring_finder(standard.faces), load_embedder(standard.embedder)

    def template(who: str) -> Template:
        found = acquire(samples(finder, read_face_picture(faces / f"{who}_neutral.jpg"), 0.0))
        assert found.sample is not None
        return embedder.embed(found.sample)

    return Airport(tmp_path, faces, template)


@pytest.fixture
def consentry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return running(tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="module")
def staged(faces: Path) -> Callable[[str], list[Image]]:
    """Somebody's smiling picture made live."""

    @cache
    def stage(who: str) -> list[Image]:
        shown = present(BONA_FIDE, read_face_picture(faces / f"{who}_smiling.jpg"), 1, FRAMES)
        return [image for _, image in shown]

    return stage


def clip(path: Path, images: list[Image]) -> str:
    """A clip as a camera at a lane would give it: H.264, 12.5 pictures a second."""
    whole = path.with_suffix(".mp4")
    with av.open(str(whole), "w") as out:
        stream = out.add_stream("libx264", rate=Fraction(25, 2), options={"preset": "veryfast", "crf": "18"})
        stream.height, stream.width, stream.pix_fmt = *images[0].shape[:2], "yuv420p"
        for number, image in enumerate(images):
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(2, 25)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return str(whole)


def holding(content: bytes, image: Image) -> Image:
    """A code held before the camera, in a picture of the same size."""
    height, width = image.shape[:2]
    side = int(height * 0.8)
    held = np.full_like(image, 120)
    code = cv2.resize(qr_picture(content), (side, side), interpolation=cv2.INTER_AREA)
    left, top = (width - side) // 2, (height - side) // 2
    held[top : top + side, left : left + side] = code
    return np.asarray(cv2.GaussianBlur(held, (0, 0), 0.8), np.uint8)


def lines(out: str) -> list[dict]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_pass_shown_to_the_camera_and_a_photograph_of_it_in_other_hands(
    airport: Airport, consentry: Run, staged: Callable[[str], list[Image]], tmp_path: Path
) -> None:
    airport.profile(Profile.WALLET)
    one, other = airport.issues(ONE), airport.issues(OTHER, passages=False)
    live = staged(ONE)
    shown = clip(tmp_path / "live", [live[0] // 3, holding(one, live[0]), *live])
    before = set(tmp_path.rglob("*"))
    told, end = lines(consentry("touchpoint", "gate 12", "--live", shown, "--json").out)
    assert (told["decision"], told["check"], told["receipt"]) == ("go", None, f"{int(ONE):032x}"), told
    assert told["measures"]["score"] >= told["measures"]["threshold"]
    assert end["summary"]["waiting"]["biometric"]["people"] == 1
    assert airport.passage(ONE) == ["go"]
    written = {path.name for path in set(tmp_path.rglob("*")) - before if path.is_file()}
    assert not {name for name in written if name.endswith((".png", ".jpg"))}
    # The same pass again, and somebody else's, photographed, in this person's hands.
    again = consentry("touchpoint", "gate 12", "--live", shown, "--json")
    assert (again.code, lines(again.out)[0]["check"]) == (3, "replayed")
    (tmp_path / "other.pass").write_bytes(other)
    faces_alone = clip(tmp_path / "faces", live)
    stolen = consentry("touchpoint", "gate 12", "--live", faces_alone, "--pass", "other.pass", "--json")
    told = lines(stolen.out)[0]
    assert (stolen.code, told["check"], told["manual_lane"]) == (3, "face", "gate 12 desk"), told
    assert told["receipt"] is None, "its holder did not agree to passages"
    assert airport.passage(OTHER) == []


def test_a_key_opens_its_own_reference_and_fits_one_face(
    airport: Airport, consentry: Run, staged: Callable[[str], list[Image]], tmp_path: Path
) -> None:
    airport.profile(Profile.SEALED)
    consent = airport.agrees(ONE, Profile.SEALED)
    permit = Installation(Profile.SEALED).permit(Construction.SEALED_REFERENCE)
    content, key = seal_reference(consent, airport.template(ONE), permit, NOW)
    airport.keeps(consent, content)
    write_code(tmp_path / "key.png", key.to_bytes())
    own = clip(tmp_path / "own", staged(ONE))
    told = lines(consentry("touchpoint", "gate 12", "--live", own, "--pass", "key.png", "--json").out)[0]
    assert (told["decision"], told["receipt"]) == ("go", consent.receipt_id), told
    stranger = clip(tmp_path / "stranger", staged(OTHER))
    told = lines(consentry("touchpoint", "gate 12", "--live", stranger, "--pass", "key.png", "--json").out)[0]
    assert told["check"] == "face", told
    told = lines(consentry("touchpoint", "lounge", "--live", own, "--pass", "key.png", "--json").out)[0]
    assert told["decision"] == "go", "once at each touchpoint is a pass's rule; a key is shown as often as he likes"


def test_a_gallery_lets_the_enrolled_go_and_keeps_nothing_of_others(
    airport: Airport, consentry: Run, staged: Callable[[str], list[Image]], tmp_path: Path
) -> None:
    airport.profile(Profile.GALLERY)
    permit = Installation(Profile.GALLERY, ("A. Kim", "B. Lee")).permit(Construction.GALLERY)
    for who in (ONE, THIRD):
        consent = airport.agrees(who, Profile.GALLERY)
        airport.keeps(consent, gallery_reference(consent, airport.template(who), permit, NOW))
    words = ("touchpoint", "gate 12", "--journey", JOURNEY, "--departure", "2100-01-01T10:00:00Z", "--fpir", "0.05")
    two = ("--confirmed-by", "A. Kim", "--confirmed-by", "B. Lee", "--json", "--live")
    ended = consentry(*words, *two, clip(tmp_path / "one", staged(ONE)))
    one, end = lines(ended.out)
    assert (ended.code, one["decision"], one["receipt"]) == (0, "go", f"{int(ONE):032x}"), one
    assert (end["summary"]["bystanders"]["searched"], end["summary"]["bystanders"]["nobody"]) == (1, 0)
    other, end = lines(consentry(*words, *two, clip(tmp_path / "other", staged(OTHER))).out)
    assert (other["check"], other["receipt"], other["measures"]["score"]) == ("not_enrolled", None, None), other
    assert (end["summary"]["bystanders"]["searched"], end["summary"]["bystanders"]["nobody"]) == (1, 1)
    assert airport.passage(ONE) == ["go"]
    assert airport.passage(THIRD) == []
