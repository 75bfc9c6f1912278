"""The demo's journey: with the shared faces, with a drawn one, and without networks; each step as it must come out."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from consentry.app.journey import JourneyStep, JourneyWalk
from consentry.app.journey_face import choose_face, write_code
from consentry.app.journey_site import JourneySite, free_folder, make_site, shared_faces
from consentry.backends.face_pictures import read_face_picture
from consentry.backends.qr import read_qr
from consentry.backends.simulated_face import SIDE, drawn_face
from consentry.cli import verify
from consentry.core.errors import StorageError

ORDER = ("kiosk", "networks", "enrolment", "lounge", "gate 12", "gate 12", "privacy desk", "withdrawn", "lounge", "log")


@pytest.fixture(autouse=True)
def _memory(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("screening", "lane"):
        monkeypatch.setattr(f"consentry.app.{module}.fill_freed", lambda: True)  # else for all other tests


def walked(site: JourneySite, faces: Path | None) -> tuple[JourneyWalk, list[JourneyStep]]:
    walk = JourneyWalk(site, choose_face(faces))
    return walk, list(walk.steps())


def outsider(words: tuple[str, ...]) -> int:
    return verify.main(list(words))


@pytest.mark.shared
@pytest.mark.parametrize("drawn", [False, True], ids=["a photographed face", "a drawn face"])
def test_a_whole_journey(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, drawn: bool
) -> None:
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    faces = None if drawn else shared / "data" / "faces"
    site = make_site(tmp_path / "journey")
    walk, steps = walked(site, faces)
    assert [step.said.startswith(word) for step, word in zip(steps, ORDER, strict=True)] == [True] * len(ORDER)
    assert all(step.done for step in steps)
    assert [": go (" in step.said for step in steps[3:5]] == [True, True]
    assert "check replayed; no face was looked at" in steps[5].said
    assert "2 passages" in steps[6].said
    assert "check revoked; no face was looked at" in steps[8].said
    assert [outsider(words) for words in walk.checks] == [0, 0]
    assert "1 erasure" in capsys.readouterr().out
    record = site.papers / "erasure.record"
    record.write_bytes(record.read_bytes() + b" ")
    assert outsider(walk.checks[1]) == 1
    assert site.files.store().everything() == ()
    left = [path for path in site.folder.rglob("*") if path.suffix in {".png", ".jpg"}]
    assert left == [], "a picture stays"


def test_without_networks_the_demo_says_what_is_left_out_and_walks_the_rest(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONSENTRY_")}
    place = kept | {"CONSENTRY_HOME": str(tmp_path / "home"), "COLUMNS": "500"}
    command = [sys.executable, "-m", "consentry", "demo", "--only", "journey", "--out", str(tmp_path / "out")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, env=place, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "a journey: a DRAWN face, nobody's" in ended.stderr
    assert "2. left out: enrolment, lounge and boarding are left out: yunet" in ended.stderr
    assert "consentry models pull yunet" in ended.stderr
    assert "shown everything that is held, 0 passages" in ended.stderr
    assert ended.stderr.count("an outsider: consentry verify") == 2
    assert "is in it: erasure" in ended.stderr
    words = ["-m", "consentry.cli.journey", str(tmp_path / "out" / "journey" / "site.toml")]
    ended = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, timeout=120, env=place, check=False
    )
    assert ended.returncode == 1
    assert "cannot be written" in ended.stderr


def test_an_airport_is_made_once_and_a_second_journey_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    first = free_folder(tmp_path, "journey")
    make_site(first)
    with pytest.raises(StorageError, match="name another folder"):
        make_site(first)
    assert [first.name, free_folder(tmp_path, "journey").name] == ["journey", "journey-2"]
    assert {path.stat().st_mode & 0o077 for path in (first / "keys").glob("*.key")} == {0}


def test_the_shared_faces_are_found_by_their_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONSENTRY_SHARED", raising=False)
    assert shared_faces() is None
    monkeypatch.setenv("CONSENTRY_SHARED", str(tmp_path))
    assert shared_faces() is None
    (tmp_path / "data" / "faces").mkdir(parents=True)
    assert shared_faces() == tmp_path / "data" / "faces"
    assert choose_face(shared_faces()).drawn


def test_a_drawn_face_says_so_and_is_the_same_each_time() -> None:
    face = choose_face(None)
    assert face.drawn
    assert "DRAWN" in face.about
    assert "SIMULATED" in face.about
    assert (drawn_face(1) == face.document).all()
    assert drawn_face(1).shape == (SIDE, SIDE, 3)
    assert not (drawn_face(1) == drawn_face(2)).all()


@pytest.mark.parametrize("size", [100, 590, 1_100])
def test_a_code_held_up_reads(tmp_path: Path, size: int) -> None:
    code = np.random.default_rng(size).bytes(size)
    folder = write_code(tmp_path / "clip", code)
    assert {read_qr(read_face_picture(path)) for path in folder.iterdir()} == {(code,)}
