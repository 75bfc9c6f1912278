"""``consentry document check --mrz``: the printed zone out of a picture, beside the chip and as its key."""

import json
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as Pictures
from training.mrz.pages import FONTS, draw_page
from training.mrz.standard_pages import TAKES
from training.mrz.texts import Zone

from backends.chips import Wish, document
from cli.here import Run, running
from consentry.backends.simulated_emrtd import SimulatedEmrtd
from consentry.cli.document_mrz_print import printed_zone
from consentry.document.checks import Outcome
from consentry.document.key_derivation import Suite
from consentry.document.mrz_layout import TD3
from consentry.document.security_infos import Mapping
from document.pki import MRZ, passport
from servers.virtual_reader import missing, virtual_reader

OTHER = (MRZ[0].replace("ANNA", "ANNE"), MRZ[1])
SECRETS = ("ERIKSSON", "ANNA", "ANNE", "L898902C3", "740812", "1974", "ZE184226")
CHECK = ("document", "check", "--chip", "chip", "--trust", "trust", "--at", "2026-11-25")
needs_ocr_b = pytest.mark.skipif(not FONTS.is_dir(), reason="needs Debian's fonts-ocr-b")


@pytest.fixture
def consentry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """In a folder with a passport's files and a folder of trust."""
    run = running(tmp_path, monkeypatch, capsys)
    one = passport()
    (tmp_path / "chip").mkdir()
    for identifier, file in one.files().items():
        (tmp_path / "chip" / f"ef{identifier:04X}.bin").write_bytes(file)
    (tmp_path / "csca.cer").write_bytes(one.csca.der)
    assert run("trust", "import", "csca.cer").code == 0
    return run


def drawn(folder: Path, lines: tuple[str, ...] = MRZ, *, smaller: int = 1) -> str:
    """A picture of a page in a folder; its name."""
    rng = np.random.default_rng(1)
    image = draw_page(rng, Zone(TD3, lines), 15, turn=1, perspective=0, spoil=TAKES[2].spoil(rng), plain=True).image
    if smaller > 1:
        image = cv2.resize(image, None, fx=1 / smaller, fy=1 / smaller, interpolation=cv2.INTER_AREA)
    Pictures.fromarray(image).save(folder / "page.png")
    return "page.png"


@needs_ocr_b
@pytest.mark.parametrize(
    ("lines", "smaller", "reading", "against", "code"),
    [(MRZ, 1, "successful", "successful", 4), (OTHER, 1, "successful", "failed", 3),
     (MRZ, 4, "undetermined", "undetermined", 4)],
    ids=["the same", "another name", "illegible"],
)  # fmt: skip
def test_a_picture_is_held_against_the_chip(
    lines: tuple[str, ...], smaller: int, reading: str, against: str, code: int, tmp_path: Path, consentry: Run
) -> None:
    page = drawn(tmp_path, lines, smaller=smaller)
    ended = consentry(*CHECK, "--mrz", page, "--json")
    told = {one["name"]: one for one in json.loads(ended.out)["checks"]}
    assert ended.code == code
    assert told["optical_reading"]["outcome"] == reading
    assert told["optical_mrz"]["outcome"] == against
    if reading == "undetermined":
        assert "not read from the picture: " in told["optical_reading"]["why"]
        assert "optical_digits" not in told
    else:
        assert told["optical_reading"]["why"] == "read from the picture, nothing repaired"
        assert told["optical_digits"]["outcome"] == "successful"
    assert not any(secret in ended.out + ended.err for secret in SECRETS)


@needs_ocr_b
def test_people_are_told_in_words(tmp_path: Path, consentry: Run) -> None:
    ended = consentry(*CHECK, "--mrz", drawn(tmp_path))
    assert "Reading of the print: read from the picture, nothing repaired [" in ended.out


def test_what_is_neither_picture_nor_text_is_told(tmp_path: Path, consentry: Run) -> None:
    (tmp_path / "zone.text").write_text("\n".join(MRZ))
    ended = consentry(*CHECK, "--mrz", "zone.text")
    assert ended.code == 1
    assert "expected a picture" in ended.err
    assert "ends with .txt" in " ".join(ended.err.split())
    assert not any(secret in ended.err for secret in SECRETS)


@needs_ocr_b
def test_a_repair_is_told_by_its_place_alone(tmp_path: Path) -> None:
    """A zero is printed where a letter of the state's code must stand."""
    page = tmp_path / drawn(tmp_path, (MRZ[0].replace("P<UTO", "P<UT0"), MRZ[1]))
    printed = printed_zone(page, date(2026, 11, 25))
    assert printed.text == "\n".join(MRZ)
    assert [(check.outcome, check.why) for check in printed.checks] == [
        (Outcome.SUCCESSFUL, "read from the picture, repaired: line 1, character 5 (the one cannot stand there)")
    ]
    assert not any(secret in repr(printed) for secret in SECRETS)


@needs_ocr_b
@pytest.mark.network
@pytest.mark.skipif(missing() is not None, reason=f"a virtual PC/SC reader: {missing()}")
@pytest.mark.parametrize("wish", [
    Wish(active="rsa1024"),
    Wish(pace=((12, Mapping.GENERIC, Suite.AES_128),), active="rsa1024", basic=False),
], ids=["BAC", "PACE"])  # fmt: skip
def test_a_picture_opens_the_chip_on_the_reader(wish: Wish, tmp_path: Path, consentry: Run) -> None:
    one = document(wish)
    (tmp_path / "other.cer").write_bytes(one.passport.csca.der)
    consentry("trust", "import", "other.cer")
    lying = tmp_path / "service"
    lying.mkdir()
    words = ("document", "check", "--reader", "--trust", "trust", "--at", "2026-11-25", "--mrz")
    illegible = consentry(*words, drawn(tmp_path, smaller=4))
    assert illegible.code == 1
    assert "not read from the picture" in " ".join(illegible.err.split())
    with virtual_reader(SimulatedEmrtd(one.made), lying):
        ended = consentry(*words, drawn(tmp_path))
    assert ended.code == 0, ended
    assert "GENUINE" in ended.out
