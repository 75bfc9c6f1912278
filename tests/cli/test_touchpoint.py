"""``consentry touchpoint`` as a lane runs it: exit codes, what is told and what is not, what is counted and logged."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cli.here import Run, running
from consent.receipts import receipt
from consentry.backends.group_keys import read_group_public, write_group_key
from consentry.backends.key_files import read_key, write_key
from consentry.backends.log_file import LogFile
from consentry.backends.pass_register import PassRegister
from consentry.backends.qr import qr_picture
from consentry.backends.vault_key import write_vault_key
from consentry.consent.profile import Construction, Installation, Profile
from consentry.consent.receipt import sign_receipt
from consentry.face.pass_ import PassTerms, issue_pass
from consentry.face.status_list import sign_list
from consentry.face.template import Template
from consentry.ledger.note import Kind, SigningKey

NOW = time.time()
SITE = """
[site]
name = "Example Airport"
timezone = "UTC"
profile = "{profile}"

[consent]
controller = "Example Airport Ltd"
controller_address = "1 Runway Road, Example"
privacy_contact = "privacy@airport.example"
jurisdiction = "KR"
notice_version = "3"
notice_address = "https://airport.example/notice"
airport = "ICN"
withdrawal = "At every privacy desk, at once: show this receipt."

[[touchpoint]]
name = "lounge"
kind = "lounge_door"
purpose = ["lounge"]
duty = "Terms of the lounge, section 3: guests are checked at its door"
manual_lane = "lounge counter"

[[touchpoint]]
name = "gate 12"
kind = "boarding_gate"
purpose = ["boarding"]
duty = "Security programme, chapter 4: a passenger is the person who checked in"
manual_lane = "gate 12 desk"

[[touchpoint]]
name = "lane A"
kind = "walk_through"
purpose = ["security", "boarding"]
duty = "Security programme, chapter 2: who enters is a passenger"
manual_lane = "lane M"

[[camera]]
name = "hall"
source = "sim:hall"
"""


def vector(seed: int = 1) -> Template:
    numbers = np.random.default_rng(seed).normal(size=256).astype(np.float32)
    return Template("face-reidentification-retail-0095", numbers / np.float32(np.linalg.norm(numbers)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site with keys, and a live folder of an empty lane."""
    keys = tmp_path / "keys"
    keys.mkdir()
    for name in ("receipts", "log"):
        write_key(keys / f"{name}.key", SigningKey.new(f"airport.example/{name}", Kind.ED25519))
    write_vault_key(keys / "vault.key")
    write_group_key(keys / "touchpoints.key", keys / "touchpoints.pub")
    (tmp_path / "site.toml").write_text(SITE.format(profile="wallet"))
    (tmp_path / "live").mkdir()
    for name in ("1", "2", "3"):
        cv2.imwrite(str(tmp_path / "live" / f"{name}.png"), np.full((240, 320, 3), 128, np.uint8))
    return tmp_path


@pytest.fixture
def consentry(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command where no network is at hand."""
    monkeypatch.setenv("CONSENTRY_HOME", str(folder / "home"))
    monkeypatch.delenv("CONSENTRY_MIRROR", raising=False)
    monkeypatch.setattr("consentry.backends.networks._loaded", {})  # other tests of this process may have loaded some
    monkeypatch.setattr("consentry.app.lane.fill_freed", lambda: True)  # else for the process of all other tests
    return running(folder, monkeypatch, capsys)


@pytest.fixture
def issued(folder: Path) -> Callable[..., Path]:
    """A pass of this site, as enrolment makes it; its place in the register is taken."""

    def make(name: str = "one", group: object = None, **terms: object) -> Path:
        key = read_key(folder / "keys" / "receipts.key")
        agreed = sign_receipt(
            receipt(given=int(NOW) - 7_200, until=int(NOW) + 7_200, passages_until=int(NOW) + 9_000), key
        )
        consent = agreed.check([key.verifier], NOW, frozenset())
        place = PassRegister(folder / "state" / "passes").new_place()
        told = PassTerms(**({
            "issuer": "Example Airport", "airport": "ICN", "id": np.random.default_rng(place).bytes(16),
            "begin": NOW - 3_600.0, "end": NOW + 3_600.0, "status": place,
        } | terms))  # fmt: skip
        permit = Installation(Profile.WALLET).permit(Construction.PASS)
        made = issue_pass(
            consent, vector(), told, permit, key, group or read_group_public(folder / "keys" / "touchpoints.pub")
        )
        path = folder / f"{name}.pass"
        path.write_bytes(made)
        return path

    return make


def decided(ended_out: str) -> list[dict]:
    return [json.loads(line) for line in ended_out.splitlines()]


REFUSED = {
    "expired": ({"begin": NOW - 900, "end": NOW - 300}, "expired"),
    "future-dated": ({"begin": NOW + 900}, "not_yet_valid"),
    "of another airport": ({"airport": "GMP"}, "airport"),
    "sealed to others": ({"group": X25519PrivateKey.generate().public_key()}, "seal"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_pass_says_its_check_and_the_manual_lane(
    name: str, consentry: Run, issued: Callable[..., Path]
) -> None:
    terms, check = REFUSED[name]
    path = issued(**terms)
    ended = consentry("touchpoint", "gate 12", "--live", "live", "--pass", str(path), "--json")
    told, end = decided(ended.out)
    assert ended.code == 3
    assert (told["decision"], told["check"], told["manual_lane"]) == ("ask staff", check, "gate 12 desk")
    assert (told["receipt"], told["comparisons"], told["measures"]["frames"]) == (None, 0, 0)
    assert "Please go to gate 12 desk; a person will help you" in ended.err
    assert (end["summary"]["people"], end["summary"]["go"]) == (1, 0)


def test_an_altered_pass_and_another_touchpoints(consentry: Run, issued: Callable[..., Path], folder: Path) -> None:
    content = issued().read_bytes()
    (folder / "altered.pass").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    for touchpoint, path, check in (("gate 12", "altered.pass", "seal"), ("lane A", "one.pass", "touchpoint")):
        words = ("touchpoint", touchpoint, "--live", "live", "--pass", path, "--purpose")
        purpose = "boarding"
        ended = consentry(*words, purpose, "--json")
        assert decided(ended.out)[0]["check"] == check


def test_a_pass_is_opened_once_and_needs_the_networks(consentry: Run, issued: Callable[..., Path]) -> None:
    words = ("touchpoint", "gate 12", "--live", "live", "--pass", str(issued()))
    first = consentry(*words, "--json")
    told, _ = decided(first.out)
    assert (first.code, told["check"]) == (3, "networks")
    assert "consentry models pull" in told["why"]
    again = consentry(*words)
    assert again.code == 3
    assert "gate 12 (boarding)  ✕ ASK STAFF  gate 12 desk  replayed: this pass was shown" in again.out
    assert "this lane: 0.0 s (0.0 s), 2 people" in again.out


def test_a_code_in_the_pictures_is_found(consentry: Run, issued: Callable[..., Path], folder: Path) -> None:
    image = np.full((900, 1200, 3), 120, np.uint8)
    code = cv2.resize(qr_picture(issued().read_bytes()), (600, 600), interpolation=cv2.INTER_AREA)
    image[100:700, 200:800] = code
    cv2.imwrite(str(folder / "live" / "2.png"), image)
    told, _ = decided(consentry("touchpoint", "gate 12", "--live", "live", "--json").out)
    assert told["check"] == "networks", "it was opened, and now a face is to be looked at"
    (folder / "shown.png").write_bytes((folder / "live" / "2.png").read_bytes())
    told, _ = decided(consentry("touchpoint", "gate 12", "--live", "live", "--pass", "shown.png", "--json").out)
    assert told["check"] == "replayed"


def test_nothing_shown(consentry: Run) -> None:
    ended = consentry("touchpoint", "gate 12", "--live", "live", "--json", "--language", "ko")
    assert (ended.code, decided(ended.out)[0]["check"]) == (3, "nothing_shown")
    assert "패스를 카메라에 보여 주십시오" in ended.err
    assert "gate 12 desk(으)로 가 주십시오" in ended.err
    followed = consentry("touchpoint", "gate 12", "--live", "live", "--json", "--follow")
    assert followed.code == 0
    (end,) = decided(followed.out)
    assert end["summary"]["people"] == 0


def test_withdrawn_by_the_register_or_by_a_list(consentry: Run, issued: Callable[..., Path], folder: Path) -> None:
    words = ("touchpoint", "gate 12", "--live", "live", "--pass", str(issued()), "--json")
    key = read_key(folder / "keys" / "receipts.key")
    (folder / "old.list").write_bytes(sign_list([], 5, NOW - 2 * 86_400, key))
    assert decided(consentry(*words, "--withdrawn", "old.list").out)[0]["check"] == "status_unknown"
    (folder / "new.list").write_bytes(sign_list([0], 5, NOW, key))
    assert decided(consentry(*words, "--withdrawn", "new.list").out)[0]["check"] == "revoked"
    PassRegister(folder / "state" / "passes").revoke(0)
    assert decided(consentry(*words).out)[0]["check"] == "revoked"


def test_a_gate_outside_the_network_needs_two_keys_and_a_clock(
    consentry: Run, issued: Callable[..., Path], folder: Path
) -> None:
    path, keys = issued(), folder / "keys"
    public = read_key(keys / "receipts.key").verifier
    for name in ("receipts.key", "log.key", "vault.key", "touchpoints.pub"):
        (keys / name).rename(folder / name)
    words = ("touchpoint", "gate 12", "--live", "live", "--pass", str(path), "--json")
    missing = consentry(*words)
    assert missing.code == 1
    assert "receipts.pub cannot be read" in missing.err
    (keys / "receipts.pub").write_text(f"{public}\n")
    assert decided(consentry(*words).out)[0]["check"] == "status_unknown"
    (folder / "state" / "withdrawn.list").write_bytes(sign_list([], 5, NOW, read_key(folder / "receipts.key")))
    assert decided(consentry(*words).out)[0]["check"] == "networks", "every check of the pass holds"
    assert not (folder / "state" / "log").exists()


def test_hours_that_are_over_are_told_to_the_log_as_counts(
    consentry: Run, issued: Callable[..., Path], folder: Path
) -> None:
    words = ("touchpoint", "gate 12", "--live", "live", "--pass", str(issued()), "--json")
    assert consentry(*words, "--at", "2h").code == 3
    assert consentry(*words, "--at", "2h").code == 3
    log = LogFile(folder / "state" / "log", read_key(folder / "keys" / "log.key"))
    entries = [log.entry(place) for place in range(log.size())]
    log.close()
    told = [entry for entry in entries if entry.kind == "comparisons"]
    assert sum(entry.facts["people"] for entry in told) == 2
    assert {entry.at % 3_600 for entry in told} == {0.0}, "the hour's end, not when somebody passed"
    assert {(entry.touchpoint, entry.purpose) for entry in told} == {("gate 12", "boarding")}
    assert all(not entry.commitment for entry in told)
    assert {entry.kind.value for entry in entries} >= {"profile_start", "settings"}


def test_both_lanes_waiting_times_stand_side_by_side(consentry: Run) -> None:
    for seconds in ("95", "60", "300"):
        assert consentry("touchpoint", "gate 12", "--manual-wait", seconds).code == 0
    ended = consentry("touchpoint", "gate 12")
    assert "gate 12 desk: 95.0 s (300.0 s), 3 people" in ended.out
    assert "this lane: nobody was measured" in ended.out
    told = json.loads(consentry("touchpoint", "gate 12", "--json").out)["summary"]
    assert told["waiting"]["manual"] == {"people": 3, "median_s": 95.0, "late_s": 300.0}
    assert told["waiting"]["biometric"] == {"people": 0, "median_s": None, "late_s": None}


def test_under_gallery_two_persons_switch_it_on_and_the_log_says_so(consentry: Run, folder: Path) -> None:
    (folder / "site.toml").write_text(SITE.format(profile="gallery"))
    words = (
        "touchpoint",
        "gate 12",
        "--live",
        "live",
        "--journey",
        "KE123 2026-12-01",
        "--departure",
        "2100-01-01T10:00:00Z",
    )
    assert consentry(*words).code == 1
    one = consentry(*words, "--confirmed-by", "A. Kim", "--confirmed-by", "a. kim")
    assert one.code == 1
    assert "expected 2 persons" in one.err
    two = (*words, "--confirmed-by", "A. Kim", "--confirmed-by", "B. Lee", "--json")
    ended = consentry(*two)
    assert ended.code == 1, "no networks are at hand"
    assert "consentry models pull" in ended.err
    log = LogFile(folder / "state" / "log", read_key(folder / "keys" / "log.key"))
    entries = [log.entry(place) for place in range(log.size())]
    log.close()
    switched = [entry for entry in entries if entry.kind in {"gallery_on", "gallery_off"}]
    assert [entry.kind.value for entry in switched] == ["gallery_on", "gallery_off"]
    assert switched[0].facts["size"] == 0
    assert switched[0].facts["confirmed_by"] == 2
    assert "Kim" not in str(entries)


OVER = ("--journey", "KE123 2026-12-01", "--departure", "2026-01-01T10:00:00Z")
TWO = ("--confirmed-by", "A. Kim", "--confirmed-by", "B. Lee")


@pytest.mark.parametrize(
    ("profile", "words", "code", "told"),
    [
        ("wallet", ("gate 99", "--live", "live"), 1, "declare no touchpoint 'gate 99', only lounge, gate 12, lane A"),
        ("wallet", ("lane A", "--live", "live"), 1, "serves several purposes"),
        ("wallet", ("gate 12", "--live", "live", "--purpose", "lounge"), 1, "serves boarding, not lounge"),
        ("wallet", ("gate 12", "--live", "live", "--pass", "nowhere.pass"), 1, "nowhere.pass"),
        ("wallet", ("gate 12", "--live", "live", "--pass", "live/1.png"), 1, "came 0 codes"),
        ("wallet", ("gate 12", "--live", "live", "--settings", "no.toml"), 1, "no.toml"),
        ("wallet", ("gate 12", "--live", "live", "--language", "de"), 2, "expected en or ko"),
        ("wallet", ("gate 12", "--live", "live", "--mask", "0,0;1,1"), 2, "three or more corners"),
        ("wallet", ("gate 12", "--live", "live", "--mask", "0,0;1,1;1,0;0,1"), 2, "do not cross"),
        ("wallet", ("gate 12", "--live", "live", "--at", "someday"), 2, "expected a time"),
        ("gallery", ("gate 12", "--live", "live", *TWO), 2, "searches one journey"),
        ("gallery", ("gate 12", "--live", "live", *TWO, *OVER), 1, "this journey is over"),
        ("sealed", ("gate 12", "--live", "live", "--keys", "elsewhere"), 1, "expected vault.key"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told(
    profile: str, words: tuple[str, ...], code: int, told: str, consentry: Run, folder: Path
) -> None:
    (folder / "site.toml").write_text(SITE.format(profile=profile))
    ended = consentry("touchpoint", *words)
    assert ended.code == code, ended
    assert told in " ".join(ended.err.replace("│", " ").split())
