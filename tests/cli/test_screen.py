"""``consentry screen`` as an officer runs it: exit codes, what is told and what is not, the officer's page."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import cv2
import numpy as np
import pytest

from backends.chips import Wish, document
from cli.here import Run, running
from consentry.backends.simulated_emrtd import SimulatedEmrtd
from consentry.document.key_derivation import Suite
from consentry.document.security_infos import Mapping
from document.pki import MRZ, Passport, passport
from servers.virtual_reader import missing, virtual_reader

SECRETS = ("ERIKSSON", "ANNA", "L898902C3", "740812", "SPECIMEN", "U00000001", "1990")
AT = ("--at", "2026-11-25")


@pytest.fixture
def consentry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in a folder with a picture of nobody, a live folder of nobody, and no networks."""
    monkeypatch.setenv("CONSENTRY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CONSENTRY_MIRROR", raising=False)
    monkeypatch.setattr("consentry.backends.networks._loaded", {})  # what other tests of this process have loaded
    monkeypatch.setattr("consentry.app.screening.fill_freed", lambda: True)  # else for the process of all other tests
    (tmp_path / "live").mkdir()
    wall = np.full((240, 320, 3), 128, np.uint8)
    for name in ("portrait.png", "live/1.png", "live/2.png"):
        cv2.imwrite(str(tmp_path / name), wall)
    (tmp_path / "zone.txt").write_text("\n".join(MRZ))
    return running(tmp_path, monkeypatch, capsys)


def laid(folder: Path, one: Passport, consentry: Run) -> None:
    (folder / "chip").mkdir()
    for identifier, file in one.files().items():
        (folder / "chip" / f"ef{identifier:04X}.bin").write_bytes(file)
    (folder / "csca.cer").write_bytes(one.csca.der)
    assert consentry("trust", "import", "csca.cer").code == 0


def test_print_alone_never_clears_and_no_face_is_looked_at(consentry: Run) -> None:
    ended = consentry("screen", "--mrz", "zone.txt", "--live", "live", *AT, "--json")
    told = json.loads(ended.out)
    assert (ended.code, told["advice"], told["reasons"]) == (3, "refer", ["no chip read"])
    assert {one["step"]: one["found"] for one in told["findings"]}["comparison"] == "not looked at"
    assert told["measures"]["frames"] == 0
    assert not any(secret in ended.out + ended.err for secret in SECRETS)


def test_a_folder_of_trust_makes_print_alone_no_better(tmp_path: Path, consentry: Run) -> None:
    laid(tmp_path, passport(), consentry)
    ended = consentry("screen", "--mrz", "zone.txt", "--trust", "trust", "--live", "live", *AT, "--json")
    assert json.loads(ended.out)["reasons"] == ["no chip read"]


def test_as_an_officer_reads_it(consentry: Run) -> None:
    ended = consentry("screen", "--mrz", "zone.txt", "--live", "live", "--touchpoint", "gate 3", *AT)
    assert ended.code == 3
    assert ended.out.startswith("gate 3, 2026-11-25 12:00 UTC, print alone")
    assert "REFER  To the manual lane: no chip read." in ended.out
    assert "Please go to the officer" in ended.err
    assert not any(secret in ended.out + ended.err for secret in SECRETS)


@pytest.mark.parametrize(
    ("zone", "reason"),
    [
        (MRZ[1].replace("3204153", "1204159"), "document not genuine"),
        (MRZ[1].replace("7408122", "7408123"), "document not genuine"),
        ("nothing of the kind", "document not genuine"),
    ],
    ids=["expired", "wrong check digit", "no zone"],
)
def test_what_is_wrong_in_print(zone: str, reason: str, tmp_path: Path, consentry: Run) -> None:
    (tmp_path / "zone.txt").write_text(f"{MRZ[0]}\n{zone}")
    told = json.loads(consentry("screen", "--mrz", "zone.txt", "--live", "live", *AT, "--json").out)
    assert told["reasons"][0] == reason


def test_korean_for_the_traveller(consentry: Run) -> None:
    assert (
        "직원에게 가 주십시오"
        in consentry("screen", "--mrz", "zone.txt", "--live", "live", *AT, "--language", "ko").err
    )


def test_a_copy_of_a_chip_does_not_clear(tmp_path: Path, consentry: Run) -> None:
    laid(tmp_path, passport(), consentry)
    words = ("screen", "--chip", "chip", "--trust", "trust", "--mrz", "zone.txt", "--live", "live", *AT, "--json")
    told = json.loads(consentry(*words).out)
    assert "document undetermined" in told["reasons"]
    assert told["document"] == "the folder chip"


def test_an_altered_portrait_refers_before_a_face_is_looked_at(tmp_path: Path, consentry: Run) -> None:
    one = passport()
    laid(tmp_path, one, consentry)
    forged = replace(one, face=one.face + b"\0")
    (tmp_path / "chip" / "ef0102.bin").write_bytes(forged.groups()[2])
    words = ("screen", "--chip", "chip", "--trust", "trust", "--live", "live", *AT, "--json")
    told = json.loads(consentry(*words).out)
    assert told["reasons"] == ["document not genuine"]
    assert told["measures"]["frames"] == 0


def test_a_child_refers_by_the_date_of_birth(consentry: Run) -> None:
    words = ("screen", "--simulated", "portrait.png", "--live", "live", "--minimum-age", "40", *AT, "--json")
    told = json.loads(consentry(*words).out)
    assert told["reasons"] == ["below the programme's age"]
    assert told["document"].startswith("a SIMULATED passport")
    assert told["measures"]["frames"] == 0


def test_without_networks_it_refers_and_says_how_to_get_them(consentry: Run) -> None:
    ended = consentry("screen", "--simulated", "portrait.png", "--live", "live", *AT, "--json")
    told = json.loads(ended.out)
    assert (ended.code, told["reasons"]) == (3, ["networks missing"])
    (why,) = [one["why"] for one in told["findings"] if one["step"] == "networks"]
    assert "consentry models pull" in why


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--live", "live"), 2, "name one document"),
        (("--chip", "chip", "--reader", "--trust", "trust", "--live", "live"), 2, "name one document"),
        (("--chip", "chip", "--simulated", "portrait.png", "--live", "live"), 2, "name one document"),
        (("--chip", "chip", "--live", "live"), 2, "need --trust"),
        (("--reader", "--live", "live"), 2, "need --trust"),
        (("--simulated", "portrait.png"), 2, "--live"),
        (("--simulated", "portrait.png", "--live", "live", "--language", "de"), 2, "expected en or ko"),
        (("--simulated", "portrait.png", "--live", "live", "--minimum-age", "-1"), 2, "--minimum-age"),
        (("--simulated", "portrait.png", "--live", "live", "--desk", "0.0.0.0:80"), 2, "expected an address of this"),
        (("--simulated", "portrait.png", "--live", "live", "--desk", "gate"), 2, "expected a port such as 8080"),
        (("--simulated", "portrait.png", "--live", "live", "--at", "yesterday"), 2, "expected a day"),
        (("--simulated", "nowhere.png", "--live", "live"), 1, "nowhere.png"),
        (("--simulated", "portrait.png", "--live", "ftp://gate"), 1, "expected an address"),
        (("--chip", "nowhere", "--trust", "trust", "--live", "live"), 1, "consentry trust import"),
    ],
)
def test_what_cannot_be_done_is_told(words: tuple[str, ...], code: int, told: str, consentry: Run) -> None:
    ended = consentry("screen", *words)
    assert ended.code == code
    assert told in " ".join(ended.err.replace("│", " ").split())


@pytest.mark.network
@pytest.mark.skipif(missing() is not None, reason=f"a virtual PC/SC reader: {missing()}")
def test_a_chip_on_the_reader_is_the_way_by_which_a_document_is_genuine(tmp_path: Path, consentry: Run) -> None:
    one = document(Wish(pace=((12, Mapping.GENERIC, Suite.AES_128),), active="rsa1024"))
    (tmp_path / "csca.cer").write_bytes(one.passport.csca.der)
    assert consentry("trust", "import", "csca.cer").code == 0
    (tmp_path / "service").mkdir()
    words = ("--reader", "--trust", "trust", "--mrz", "zone.txt", "--live", "live", *AT, "--json")
    with virtual_reader(SimulatedEmrtd(one.made), tmp_path / "service"):
        told = json.loads(consentry("screen", *words).out)
    found = {one["step"]: one["found"] for one in told["findings"]}
    assert (found["document"], found["age"], found["networks"]) == ("good", "good", "undetermined"), told
    assert told["document"] == "the chip on the reader"


@pytest.mark.network
def test_the_officers_page_is_told_once_and_lasts_as_long_as_the_command(tmp_path: Path, consentry: Run) -> None:
    """A page that is opened, followed to the decision, and gone with the process."""
    del consentry  # it made the folder
    words = [sys.executable, "-m", "consentry", "screen", "--mrz", "zone.txt", "--live", "live", "--desk", "0"]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        match = re.search(r"http://127\.0\.0\.1:(\d+)/\S{20,}/", process.stderr.readline())
        assert match is not None
        states = []
        while not states or states[-1]["advice"] is None:
            states.append(json.loads(fetched(f"{match[0]}state")))
        out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert states[-1]["advice"] == "refer"
    assert match[0] not in out + err, "told once"
    with pytest.raises(OSError, match="refused"):
        fetched(f"{match[0]}state")


def fetched(address: str) -> bytes:
    with urlopen(address, timeout=30) as answer:
        return bytes(answer.read())
