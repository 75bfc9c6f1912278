"""Refused: searching recordings or archives for a face; following a person across cameras.

Two cameras see the same person all day (``walk``). If anything that is kept could link them, then what is kept of one
camera would depend on what the other one saw. So the second camera is watched again, alone: everything that was written
of it (alarms, observations, heat, evidence, annotated video) must be the same. And a watch is followed by the system's
own eyes (audit hooks) as it opens files and imports modules: no embedder is among them, though all of them are at hand.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest

from refusals.operating import Command, Done, closed_machine, files_below, operate, typed
from refusals.searching import pictures_in
from refusals.walk import CAMERA, WATCHED, Walk, clip_of

SEARCHING = {
    "events by a face": ("events", "out", "--face", "one.jpg"),
    "events of a person": ("events", "out", "--person", "1"),
    "a report of a person": ("report", "out", "--find", "one.jpg"),
    "a search": ("search", "out", "one.jpg"),
    "a search of the archive": ("archive", "search", "out", "one.jpg"),
    "of clips": ("face", "find", "one.jpg", "out/clips"),
    "many against one": ("face", "compare", "one.jpg", "out/a.jpg", "out/b.jpg"),
    "following": ("watch", "site.toml", "--follow"),
    "re-identification": ("watch", "site.toml", "--reid"),
    "a track across cameras": ("events", "out", "--track", "1"),
    "in the store's words": ("events", "out", "--like", "person"),
}
SETTINGS = {
    "following": "follow = true",
    "re-identification": "reid = true",
    "a network for it": '[models]\nreid = "osnet"',
    "a gallery of appearances": "[tracking]\nappearance = true",
    "a hazard that follows": '[[camera.hazard]]\nkind = "followed"',
}


def test_nobody_understands_who_asks_for_it(tmp_path: Path, closed: dict[str, str]) -> None:
    done = operate(tmp_path, [typed(*words) for words in SEARCHING.values()], closed)
    assert {name: one.code for name, one in zip(SEARCHING, done, strict=True)} == dict.fromkeys(SEARCHING, 2)
    assert files_below(tmp_path) == {}


def test_no_setting_asks_for_it(tmp_path: Path, closed: dict[str, str]) -> None:
    good = CAMERA.format(name="hall", source="sim:hall")
    for number, line in enumerate(["", *SETTINGS.values()]):
        first = line.startswith(("[models", "[tracking"))
        (tmp_path / f"{number}.toml").write_text(f"{line}\n{good}" if first else f"{good}{line}\n")
    honest, *refused = operate(tmp_path, [typed("check", f"{n}.toml") for n in range(len(SETTINGS) + 1)], closed)
    assert honest.code == 0, honest.told
    assert {name: one.code for name, one in zip(SETTINGS, refused, strict=True)} == dict.fromkeys(SETTINGS, 1)


OF_A_MACHINE = frozenset({"watch", "number", "began", "ended", "settings", "models", "source"})
"""Columns that count rows and watches, or tell of the watch as a whole: they name the settings, which differ."""


def kept_of(folder: Path, camera: str) -> dict[str, list[dict[str, object]]]:
    """Everything in the store of one camera."""
    with closing(sqlite3.connect(folder / "events.sqlite")) as file:
        file.row_factory = sqlite3.Row
        names = [row["name"] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = {name: [dict(row) for row in file.execute(f"SELECT * FROM {name}")] for name in names}
    episodes = {row["episode"] for row in tables["alarms"] if row["camera"] == camera}
    return {
        name: [
            {key: value for key, value in row.items() if key not in OF_A_MACHINE}
            for row in rows
            if row.get("camera") == camera or row.get("episode") in episodes
        ]
        for name, rows in tables.items()
    }


def alone(folder: Path, clip: Path, env: dict[str, str], more: str = "") -> Done:
    """The second camera watched by itself, or with what stands in ``more``."""
    (folder / "b.mp4").write_bytes(clip.read_bytes())
    site = '[site]\ntimezone = "Asia/Seoul"\n'
    (folder / "site.toml").write_text(site + more + CAMERA.format(name="b", source="b.mp4"))
    (done,) = operate(folder, [typed("watch", "site.toml", "--out", "out", "--annotated", "--json")], env)
    assert done.code == 0, done.told
    return done


@pytest.mark.shared
def test_nothing_kept_of_one_camera_depends_on_what_another_saw(day: Walk, tmp_path: Path) -> None:
    done = alone(tmp_path, day.folder / "b.mp4", day.env)
    one, both = kept_of(tmp_path / "out", "b"), kept_of(day.folder / "out", "b")
    assert {name for name, rows in both.items() if rows} >= {"alarms", "evidence", "observations", "heat"}
    assert one == both
    spoken = [json.loads(line) for line in day.done["watch"].out.splitlines()]
    assert [json.loads(line) for line in done.out.splitlines()] == [line for line in spoken if line["camera"] == "b"]
    for kept in sorted((tmp_path / "out").rglob("*")):
        if kept.suffix in {".mp4", ".jpg"}:
            there = day.folder / "out" / kept.relative_to(tmp_path / "out")
            mine, theirs = (pictures_in(path.read_bytes(), tmp_path) for path in (kept, there))
            assert len(mine) == len(theirs) > 0
            assert all(np.array_equal(*pair) for pair in zip(mine, theirs, strict=True)), kept.name


@pytest.mark.shared
def test_this_way_of_looking_sees_a_link(day: Walk, tmp_path: Path, shared: Path) -> None:
    """What does link cameras on purpose, ``neighbours`` (alarms at the same time are one incident), is seen as a link.

    It goes by time and place, not by who: with another person before the first camera it is the same.
    """
    linked = []
    for name, who in (("same", WATCHED), ("other", "003")):
        folder = tmp_path / name
        folder.mkdir()
        clip_of([cv2.imread(str(shared / "data" / "faces" / f"{who}_neutral.jpg"))], folder / "a.mp4")
        camera = CAMERA.format(name="a", source="a.mp4").replace(
            "[[camera.zone]]", 'neighbours = ["b"]\n[[camera.zone]]'
        )
        alone(folder, day.folder / "b.mp4", day.env, camera)
        linked.append(kept_of(folder / "out", "b"))
    assert linked[0] != kept_of(day.folder / "out", "b"), "the incident is another one than that of b alone"
    # An incident is named by the camera that told first, which is chance between two that tell at once.
    incidents = [{row["incident"] for row in kept["alarms"]} for kept in linked]
    assert len(incidents[0]) == len(incidents[1])


LOOKING = """
import sys
seen = set()
def hook(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)):
        seen.add(str(args[0]))
    if event == "import":
        seen.add("module " + args[0])
sys.addaudithook(hook)
for name in [name for name in sys.modules if name.startswith("consentry")]:
    del sys.modules[name]
sys.argv = ["consentry", *{words!r}]
from consentry.cli.{module} import {function}
import typer
app = typer.Typer(add_completion=False)
app.command()({function})
try:
    app({words!r}, standalone_mode=False)
finally:
    open("seen-{module}", "w").write("\\n".join(sorted(seen)))
"""
EMBEDDER_FILES = ("face-reidentification-retail-0095.xml", "face-reidentification-retail-0095.bin")
COMPARING = (
    "module consentry.backends.embedders",
    "module consentry.face.alignment",
    "module consentry.face.verification",
)


@pytest.mark.shared
def test_a_watch_opens_no_embedder_and_imports_nothing_that_compares(tmp_path: Path, shared: Path) -> None:
    env = closed_machine(tmp_path / "home", shared / "models")
    (tmp_path / "site.toml").write_text('[models]\nset = "standard"\n' + CAMERA.format(name="c", source="a.mp4"))
    pictures = [shared / "data" / "faces" / f"{WATCHED}_{face}.jpg" for face in ("neutral", "smiling")]
    clip_of([cv2.imread(str(pictures[0]))], tmp_path / "a.mp4", seconds=1.0)
    words = {"watch": ["site.toml", "--json"], "face_compare": [str(path) for path in pictures]}
    scripts = [
        LOOKING.format(words=words["watch"], module="watch", function="watch"),
        LOOKING.format(words=words["face_compare"], module="face_compare", function="compare"),
    ]
    # A path makes each command import Consentry anew, so that the hooks see it.
    done = operate(tmp_path, [Command((), script=script, path=str(tmp_path)) for script in scripts], env)
    assert [one.code for one in done] == [0, 0], done
    seen = {name: (tmp_path / f"seen-{name}").read_text().splitlines() for name in words}
    for wanted in (*EMBEDDER_FILES, *COMPARING):
        assert any(wanted in line for line in seen["face_compare"]), wanted
        assert not any(wanted in line for line in seen["watch"]), wanted
    assert not any("mobilefacenet" in line for line in seen["watch"])
    assert any("picodet" in line for line in seen["watch"]), "it did load what it watches with"
