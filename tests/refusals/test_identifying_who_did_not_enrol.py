"""Refused: identifying anybody who did not enrol. A face that matches nobody is dropped in the call that looked at it.

No command, setting or file makes it: what asks for it is not understood, a camera's settings have no place for a list
of faces, and a gallery takes nobody but who enrolled. In the lane a stranger leaves nothing: the files that change are
the same whoever he was, and what changes in them are counts and times.
"""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import pytest

from refusals.operating import Command, Done, closed_machine, files_below, operate, typed
from refusals.searching import templates_of, where_faces_show, where_templates_lie
from refusals.walk import CAMERA, FRAMES, SITE, TAKEN, WATCHED, live_of

ASKING = {
    "a command": ("identify", "one.jpg"),
    "who is it": ("face", "identify", "one.jpg"),
    "a gallery of one's own": ("gallery", "import", "faces"),
    "a watch for faces": ("watch", "site.toml", "--gallery", "faces"),
    "a watch list": ("watch", "site.toml", "--watchlist", "faces"),
    "a lane with a folder of faces": ("touchpoint", "gate 12", "--live", "live", "--gallery", "faces"),
    "a lane that names": ("touchpoint", "gate 12", "--live", "live", "--names", "names.csv"),
    "alarms by name": ("events", "out", "--person", "001"),
}
UNDECLARED = {
    "a place that is not declared": ("touchpoint", "hall", "--live", "live"),
    "a camera's name": ("touchpoint", "camera hall", "--live", "live"),
    "a search where the profile has none": (
        "touchpoint", "gate 12", "--live", "live", "--journey", "KE123", "--departure", "2026-12-01",
        "--confirmed-by", "A. Kim", "--confirmed-by", "B. Lee",
    ),
}  # fmt: skip
SETTINGS = {
    "a gallery of the site": '[gallery]\nfolder = "faces"',
    "faces of the site": 'faces = "faces"',
    "identifying cameras": "identify = true",
    "a camera with a list": 'watchlist = ["one.jpg"]',
    "a hazard that knows people": '[[camera.hazard]]\nkind = "known-person"',
    "a hazard with a picture": '[[camera.hazard]]\nkind = "intrusion"\nplace = "floor of hall"\nface = "one.jpg"',
    "an embedder for cameras": '[models]\nembedder = "mobilefacenet"',
    "a network of the screening side": '[models]\nperson = "face-reidentification-retail-0095"',
}


def test_nobody_understands_who_asks_for_it(tmp_path: Path, closed: dict[str, str]) -> None:
    (tmp_path / "site.toml").write_text(SITE + CAMERA.format(name="hall", source="sim:hall"))
    before = files_below(tmp_path)
    done = operate(tmp_path, [typed(*words) for words in ASKING.values()], closed)
    assert {name: one.code for name, one in zip(ASKING, done, strict=True)} == dict.fromkeys(ASKING, 2)
    done = operate(tmp_path, [typed(*words) for words in UNDECLARED.values()], closed)
    assert [one.code for one in done] == [1] * len(UNDECLARED)
    after = files_below(tmp_path)
    assert {name for name in after if after[name] != before.get(name)} <= {"state/lanes.sqlite"}
    counted = [_rows(path) for path in tmp_path.glob("state/lanes.sqlite")]
    assert all(rows == [] for tables in counted for rows in tables.values()), "a table without a row"


def test_no_setting_has_a_place_for_it(tmp_path: Path, closed: dict[str, str]) -> None:
    good = SITE + CAMERA.format(name="hall", source="sim:hall")
    for number, line in enumerate(["", *SETTINGS.values()]):
        first = line.startswith(("[models", "[gallery"))
        (tmp_path / f"{number}.toml").write_text(f"{line}\n{good}" if first else f"{good}{line}\n")
    honest, *refused = operate(tmp_path, [typed("check", f"{n}.toml") for n in range(len(SETTINGS) + 1)], closed)
    assert honest.code == 0, honest.told
    assert {name: one.code for name, one in zip(SETTINGS, refused, strict=True)} == dict.fromkeys(SETTINGS, 1)


TWO = ("--confirmed-by", "A. Kim", "--confirmed-by", "B. Lee")
STRANGERS = ("045", "021")


class Airport:
    """A site under profile gallery with one traveller enrolled, by its commands."""

    def __init__(self, folder: Path, shared: Path) -> None:
        self.folder, faces = folder, shared / "data" / "faces"
        self.env = closed_machine(folder / "home", shared / "models")
        self.leaving = (datetime.now(UTC) + timedelta(hours=5)).isoformat(timespec="seconds")
        site = SITE.replace("[site]", '[site]\nprofile = "gallery"')
        (folder / "site.toml").write_text(site + CAMERA.format(name="hall", source="sim:hall"))
        (folder / "keys").mkdir()
        shutil.copy(faces / f"{WATCHED}_neutral.jpg", folder / "portrait.jpg")
        for who in (WATCHED, *STRANGERS):
            live_of(cv2.imread(str(faces / f"{who}_smiling.jpg")), folder / f"live-{who}")
        self.enrolled = operate(folder, self._enrolling(), self.env)

    def _enrolling(self) -> list[Command]:
        kiosk = ("kiosk", "site.toml", "--journey", "KE123", "--departure", self.leaving, "--yes-to", "all")
        enrol = ("enrol", "site.toml", "--receipt", "papers/mine.receipt", "--simulated", "portrait.jpg")
        return [
            typed("log", "keygen", "airport.example/log", "--out", "keys/log.key"),
            typed("log", "keygen", "airport.example/receipts", "--out", "keys/receipts.key"),
            typed("vault", "keygen", "--out", "keys/vault.key"),
            typed(*kiosk, "--out", "papers", "--json"),
            Command((), script=TAKEN),
            typed(*enrol, "--live", f"live-{WATCHED}", "--out", "papers", "--json", *TWO),
        ]

    def lane(self, who: str, state: str) -> Command:
        return typed(
            "touchpoint", "gate 12", "--live", f"live-{who}", "--journey", "KE123", "--departure", self.leaving,
            "--state", state, "--fpir", "0.1", "--json", *TWO,
        )  # fmt: skip

    def in_copies(self, *who: str) -> tuple[list[Done], list[dict[str, bytes]]]:
        """Each walks through a lane of a copy of the airport: what was said, and what lies there afterwards."""
        for one in who:
            shutil.copytree(self.folder / "state", self.folder / f"state-{one}")
        done = operate(self.folder, [self.lane(one, f"state-{one}") for one in who], self.env)
        return done, [files_below(self.folder / f"state-{one}") for one in who]


@pytest.fixture(scope="module")
def airport(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Airport:
    return Airport(tmp_path_factory.mktemp("gallery"), shared)


@pytest.mark.shared
@pytest.mark.usefixtures("mirror")
def test_a_stranger_leaves_nothing_in_a_lane(airport: Airport, shared: Path, tmp_path: Path) -> None:
    assert [one.code for one in airport.enrolled] == [0] * 6, airport.enrolled[-1].told
    before = files_below(airport.folder / "state")
    done, after = airport.in_copies(WATCHED, *STRANGERS)
    assert [one.code for one in done] == [0, 0, 0], done
    told = [json.loads(one.out.splitlines()[0]) for one in done]
    # 1. The one who enrolled is found: the lane works, and a stranger could have been.
    assert [one["decision"] for one in told] == ["go", "ask staff", "ask staff"]
    assert [one["check"] for one in told[1:]] == ["not_enrolled"] * 2
    # 2. A stranger gets no number and no score.
    for stranger in told[1:]:
        assert stranger["receipt"] is None
        assert stranger["measures"].get("score") is None
        assert stranger["comparisons"] > 0, "he was looked at"
    # 3. What changed on disk are counts and the log; the same files for every stranger.
    grown = [{name for name, content in files.items() if before.get(name) != content} for files in after]
    assert grown[1] == grown[2]
    assert {Path(name).parts[0] for name in grown[1]} <= {"lanes.sqlite", "log", "started.json", "vault"}, grown[1]
    assert {name for name in grown[1] if name.startswith("vault/held")} == set()
    assert {name for name in grown[0] if name.startswith("vault/held")}, "the passage of who enrolled is kept"
    # 4. Neither his template nor his picture is anywhere.
    faces = shared / "data" / "faces"
    made = templates_of([faces / f"{who}_smiling.jpg" for who in STRANGERS])
    live = templates_of([airport.folder / f"live-{STRANGERS[0]}" / "12.png"])
    said = {f"<{number}>": f"{one.out}{one.err}".encode() for number, one in enumerate(done)}
    for files in after[1:]:
        assert where_templates_lie(files | said, made | live) == []
        assert where_faces_show(files | said, tmp_path) == {}
    picture = (airport.folder / f"live-{STRANGERS[0]}" / "12.png").read_bytes()
    assert where_faces_show({"live": picture}, tmp_path) == {"live": 1}, "what is sought would be found"


@pytest.mark.shared
def test_what_is_counted_of_strangers_is_the_same_for_all(airport: Airport) -> None:
    """Every row of the counts but for times and how many of his pictures could be used."""
    if not (airport.folder / f"state-{STRANGERS[0]}").exists():
        airport.in_copies(WATCHED, *STRANGERS)
    rows = {who: _rows(airport.folder / f"state-{who}" / "lanes.sqlite") for who in (WATCHED, *STRANGERS)}
    one, other = (rows[who] for who in STRANGERS)
    assert one == other
    assert one != rows[WATCHED], "the table does tell going from staying"


@pytest.mark.shared
def test_a_photo_dropped_where_references_lie_finds_nobody(airport: Airport) -> None:
    """A hurried operator copies a photo of a wanted person to the gallery, under a name that references have there."""
    photo = (airport.folder / f"live-{STRANGERS[0]}" / "12.png").read_bytes()
    for place in ("beside", "among-his"):
        state = airport.folder / f"state-{place}"
        shutil.copytree(airport.folder / "state", state)
        (genuine,) = state.glob("vault/held/**/*.feature_template.*")
        receipt, kind, until, number = genuine.name.split(".")
        whose, which = (receipt, "0" * len(number)) if place == "among-his" else ("a" * len(receipt), number)
        for name in (f"{whose}.{kind}.{until}.{which}", "wanted.jpg"):
            (genuine.parent / name).write_bytes(photo)
    lanes = [(STRANGERS[0], "state-beside"), (WATCHED, "state-beside"), (STRANGERS[0], "state-among-his")]
    done = operate(airport.folder, [airport.lane(*lane) for lane in lanes], airport.env)
    assert not any("Traceback" in one.err for one in done)
    told = [json.loads(one.out.splitlines()[0])["decision"] for one in done]
    assert told == ["ask staff", "go", "ask staff"], "the lane finds who enrolled, and not the person of the photo"


_DIFFERING = frozenset({"hour", "comparisons"})
"""When he stood there, and how many of his pictures could be used: the latter at most as many as the camera gave."""


def _rows(path: Path) -> dict[str, list[dict[str, object]]]:
    """Each table's rows but for that and for times."""
    with closing(sqlite3.connect(path)) as file:
        file.row_factory = sqlite3.Row
        names = [row["name"] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        told = {name: [dict(row) for row in file.execute(f"SELECT * FROM {name}")] for name in names}
    return {name: [_without_times(row) for row in rows] for name, rows in told.items()}


def _without_times(row: dict[str, object]) -> dict[str, object]:
    assert 0 <= int(str(row.get("comparisons", 0))) <= FRAMES
    return {key: value for key, value in row.items() if not isinstance(value, float) and key not in _DIFFERING}
