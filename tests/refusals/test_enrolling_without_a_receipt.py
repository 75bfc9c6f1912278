"""Refused: enrolling from a photo without a valid, signed consent receipt; bulk import of photos.

No command takes photos of travellers to enrol. ``consentry enrol`` wants the receipt as the kiosk signed it, a document
and its live holder: a receipt that was altered, made by somebody else, withdrawn, or given for another installation
enrols nobody, nor does a photo held before the camera. With the genuine receipt the same command enrols. Photos dropped
where references lie are tried in ``test_identifying_who_did_not_enrol``.
"""

import shutil
from pathlib import Path

import pytest

from refusals.operating import Command, files_below, operate, typed
from refusals.walk import Walk

BULK = {
    "a folder of photos": ("enrol", "site.toml", "--photos", "lab"),
    "a photo": ("enrol", "site.toml", "--photo", "lab/001_neutral.jpg"),
    "photos at the kiosk": ("kiosk", "site.toml", "--photos", "lab"),
    "an import": ("import", "lab"),
    "an import of faces": ("face", "import", "lab"),
    "an import into the gallery": ("gallery", "import", "lab"),
    "an import into the vault": ("vault", "import", "lab"),
    "a table of travellers": ("enrol", "site.toml", "--csv", "travellers.csv"),
    "no receipt": ("enrol", "site.toml", "--simulated", "lab/001_neutral.jpg", "--live", "live", "--out", "made"),
    "several receipts": ("enrol", "site.toml", "--receipts", "papers", "--live", "live", "--out", "made"),
    "consent for everybody": ("enrol", "site.toml", "--assume-consent", "--live", "live", "--out", "made"),
}

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def place(day: Walk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The day's airport before anything was enrolled: keys, pictures and settings, and a receipt that is given anew."""
    folder = tmp_path_factory.mktemp("airport")
    for name in ("keys", "live", "lab"):
        shutil.copytree(day.folder / name, folder / name)
    shutil.copy(day.folder / "site.toml", folder)
    # A printed photo of the right person, held before the camera: one picture, again and again.
    (folder / "photo").mkdir()
    for number in range(24):
        shutil.copy(folder / "lab" / "001_neutral.jpg", folder / "photo" / f"{number:02}.jpg")
    return folder


def test_no_command_takes_photos_to_enrol(day: Walk, place: Path) -> None:
    before = files_below(place)
    done = operate(place, [typed(*words) for words in BULK.values()], day.env)
    assert {name: one.code for name, one in zip(BULK, done, strict=True)} == dict.fromkeys(BULK, 2)
    assert files_below(place) == before


SPOILED = {
    "one letter of its text": "b.replace(b'gate 12', b'gate 13', 1)",
    "a later end": "b.replace(b'\"until\"', b'\"untiL\"', 1) if b'\"until\"' in b else b[:-9] + b'9' + b[-8:]",
    "one bit of its signature": "bytes([b[0] ^ 1]) + b[1:]",
    "no signature": "b.partition(b'\\n')[2]",
    "an empty signature": "b'\\n' + b.partition(b'\\n')[2]",
    "something behind it": "b + b' '",
    "nothing in it": "b''",
    "a photo instead": "pathlib.Path('lab/001_neutral.jpg').read_bytes()",
}
SPOIL = "import pathlib\nb = pathlib.Path('{given}').read_bytes()\npathlib.Path('spoiled-{number}').write_bytes({how})"
GIVEN = """
import glob, shutil
(path,) = glob.glob("{folder}/*.receipt")
shutil.copy(path, "{name}.receipt")
for code in glob.glob("{folder}/*.code.png"):
    shutil.copy(code, "{name}.code.png")
"""


def given(name: str, keys: str = "keys", state: str = "state") -> list[Command]:
    """A receipt given at the kiosk, and laid where it can be typed."""
    kiosk = ("kiosk", "site.toml", "--journey", "KE123", "--departure", "2030-01-01T10:00:00+09:00", "--yes-to", "all")
    papers = ("--out", f"papers-{name}", "--json", "--pictures", "png", "--keys", keys, "--state", state)
    return [typed(*kiosk, *papers), Command((), script=GIVEN.format(folder=f"papers-{name}", name=name))]


def enrol(receipt: str, live: str = "live") -> Command:
    words = (
        "enrol",
        "site.toml",
        "--receipt",
        receipt,
        "--simulated",
        "lab/001_neutral.jpg",
        "--out",
        "made",
        "--json",
    )
    return typed(*words, "--live", live)


def test_only_the_receipt_that_the_kiosk_signed_enrols(day: Walk, place: Path) -> None:
    spoiling = [
        Command((), script=SPOIL.format(given="mine.receipt", number=number, how=how))
        for number, how in enumerate(SPOILED.values())
    ]
    foreign = [
        typed("log", "keygen", "airport.example/receipts", "--out", "foreign/receipts.key"),
        typed("log", "keygen", "airport.example/log", "--out", "foreign/log.key"),
        typed("vault", "keygen", "--out", "foreign/vault.key"),
        *given("foreign", "foreign", "foreign/state"),
    ]
    (place / "foreign").mkdir()
    withdrawing = [*given("gone"), typed("desk", "withdraw", "site.toml", "--code", "gone.code.png", "--out", "gone")]
    ready = operate(place, [*given("mine"), *spoiling, *foreign, *withdrawing], day.env)
    assert {one.code for one in ready} == {0}, [one.told for one in ready if one.code]
    attacks = [f"spoiled-{number}" for number in range(len(SPOILED))] + ["foreign.receipt", "gone.receipt"]
    done = operate(place, [enrol(name) for name in attacks], day.env)
    for name, one in zip([*SPOILED, "another installation's", "withdrawn"], done, strict=True):
        assert (one.code, one.out) == (1, ""), f"{name}: {one.told}"
    assert not (place / "made").exists()
    photo, honest = operate(place, [enrol("mine.receipt", "photo"), enrol("mine.receipt")], day.env)
    assert photo.code == 3, "a photo before the camera is no live holder"
    assert honest.code == 0, f"with the genuine receipt and its holder the same command enrols: {honest.told}"
    assert _passes(place) == 1


def _passes(place: Path) -> int:
    return len(list((place / "made").glob("*.pass")))
