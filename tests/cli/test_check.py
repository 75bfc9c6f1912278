"""``consentry check``: words for a person, JSON for a program, a schema for an editor; the example that is shipped."""

import json
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from consentry.app.settings import json_schema, load_site, read_site
from consentry.app.settings_checks import as_json
from consentry.cli.main import main
from consentry.hazards.catalogue import CATALOGUE
from schema_reader import faults

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "airport.site.toml"
SITES = sorted([*ROOT.glob("examples/*.toml"), *ROOT.glob("tests/truth/*.site.toml"), *ROOT.glob("src/**/*.site.toml")])
WRONG = (
    '[site]\nname = "Hall"\ntimezone = "Nowhere/Town"\n[[camera]]\nname = "cam"\nsource = "rtsp://me:s3cret@h/1"\n'
    '[[camera.zone]]\nname = "z"\ncorners = [[0,0],[1,1],[1,0],[0,1]]\n'
)
DOUBTFUL = '[[camera]]\nname = "cam"\nsource = "clip.mp4"\n'


@pytest.fixture
def check(tmp_path: Path, monkeypatch, capfd) -> Callable[..., tuple[int, str, str]]:
    """The command, through its own entry: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["consentry", "check", *words])
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        return code, *capfd.readouterr()

    return run


def test_what_is_set_is_shown_and_can_be_read_again(check, tmp_path: Path) -> None:
    code, out, err = check(str(EXAMPLE))
    assert (code, err) == (0, "")
    (tmp_path / "again.toml").write_text(out, encoding="utf-8")
    assert load_site(tmp_path / "again.toml") == load_site(EXAMPLE)


def test_warnings_are_shown_and_are_no_failure(check, tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(DOUBTFUL, encoding="utf-8")
    code, out, err = check("site.toml")
    assert code == 0
    assert 'name = "cam"' in out
    assert "warning" not in out
    assert re.search(
        r"warning: site\.toml:3: .*source\n    expected a clip .*nothing is there now\n    -> correct", err
    )
    assert re.search(r"warning: site\.toml:1: .*\n    nothing is watched for", err)


def test_problems_are_shown_with_line_and_remedy(check, tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(WRONG, encoding="utf-8")
    code, out, err = check("site.toml")
    assert (code, out) == (1, "")
    for told in ("site.toml:3: site.timezone", "site.toml:9:", "-> give the corners in order", "2 problem(s)"):
        assert told in err
    assert "s3cret" not in err


def test_problems_as_json_are_objects_in_parts(check, tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(WRONG, encoding="utf-8")
    code, out, err = check("--json", str(tmp_path / "site.toml"))
    assert (code, err) == (1, "")
    told = json.loads(out)
    assert told["good"] is False
    assert [(p["file"], p["line"], p["place"]) for p in told["problems"]] == [
        (str(tmp_path / "site.toml"), 3, "site.timezone"),
        (str(tmp_path / "site.toml"), 9, 'camera[0] "cam" zone[0].corners'),
    ]
    assert all(p["why"] and p["remedy"] for p in told["problems"])
    assert "s3cret" not in out


@pytest.mark.parametrize(
    ("content", "line", "place"),
    [("[[camera]\n", 1, "column 9"), ("", None, "camera"), (None, None, "")],
    ids=["no TOML", "empty", "not there"],
)
def test_json_tells_also_what_has_no_line(check, tmp_path: Path, content, line, place) -> None:
    if content is not None:
        (tmp_path / "site.toml").write_text(content, encoding="utf-8")
    code, out, _ = check("--json", "site.toml")
    (problem,) = json.loads(out)["problems"]
    assert (code, problem["file"], problem["line"], problem["place"]) == (1, "site.toml", line, place)


def test_warnings_as_json_leave_the_file_good(check, tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(DOUBTFUL, encoding="utf-8")
    code, out, _ = check("site.toml", "--json")
    told = json.loads(out)
    assert (code, told["good"], told["problems"]) == (0, True, [])
    assert {w["line"] for w in told["warnings"]} == {1, 3}


def test_without_a_file_the_command_line_is_not_understood(check) -> None:
    code, out, err = check()
    assert (code, out) == (2, "")
    assert "--schema" in err


def test_the_schema_is_printed_for_editors(check) -> None:
    code, out, err = check("--schema")
    assert (code, err) == (0, "")
    assert json.loads(out) == json_schema()
    assert json.loads(out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


# --- the schema against real files


def read(text: str) -> object:
    return json.loads(as_json(tomllib.loads(text)))


@pytest.mark.parametrize("path", SITES, ids=lambda path: path.name)
def test_every_site_file_of_the_project_fits_the_schema_and_is_good(path: Path) -> None:
    assert list(faults(read(path.read_text("utf-8")), json_schema(), json_schema())) == []
    assert read_site(path).problems == ()


def change(old: str, new: str) -> str:
    text = EXAMPLE.read_text("utf-8")
    assert old in text
    return text.replace(old, new, 1)


BROKEN = {
    "an unknown key": ("rate = 5 ", "raet = 5 ", "raet"),
    "an unknown table": ("[retention]", "[retentoin]", "retentoin"),
    "a text for a number": ("rate = 5 ", 'rate = "5" ', "rate"),
    "no rate": ("rate = 5 ", "rate = 0 ", "rate"),
    "an unknown profile": ('profile = "wallet"', 'profile = "walet"', "profile"),
    "an unknown set": ('set = "auto"', 'set = "best"', "set"),
    "a refused model": ('set = "auto"', 'person = "emotion-net"', "person"),
    "a name with a path": ('name = "exit lane"', 'name = "../exit"', "name"),
    "a corner in pixels": ("[[0.21, 0.20]", "[[179, 0.20]", "corners"),
    "two corners": ("[[0.21, 0.20], [0.30, 0.20], [0.27, 0.88], [0.16, 0.88]]", "[[0.21, 0.20], [0.30, 0.20]]", "zone"),
    "three points of floor": (", [0.14, 0.90]]", "]", "floor"),
    "an unknown hazard": ('kind = "crush"', 'kind = "crash"', "hazard"),
    "an unknown option": ("density = 2.0", "densety = 2.0", "hazard"),
    "another hazard's option": ("density = 2.0", "wait_s = 2.0", "hazard"),
    "a negative option": ("people = 12", "people = -12", "hazard"),
    "no direction": ("direction = [0.0, 1.0]", "", "hazard"),
    "sideways": ('direction = "backward"', 'direction = "sideways"', "hazard"),
    "no place": ('place = "strip"', "", "hazard"),
    "hours that are none": ('"23:30-03:30"', '"at night"', "hazard"),
    "no camera": ("[[camera]]", "[[cameras]]", "cameras"),
    "a codec that is none": ('codec = "h264"', 'codec = "h265"', "codec"),
}


@pytest.mark.parametrize(("old", "new", "where"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_fits_neither_the_schema_nor_the_check(old: str, new: str, where: str, tmp_path: Path) -> None:
    text = change(old, new)
    if old == "[[camera]]":
        text = text.split("[[cameras]]")[0] + "[[cameras]]\n"
    assert any(where in told for told in faults(read(text), json_schema(), json_schema()))
    (tmp_path / "site.toml").write_text(text, encoding="utf-8")
    assert read_site(tmp_path / "site.toml").problems


def test_the_schema_names_every_hazard_and_every_option() -> None:
    told = json_schema()["$defs"]
    assert {one["$ref"].removeprefix("#/$defs/Hazard_") for one in told["HazardTable"]["oneOf"]} == set(CATALOGUE)
    for name, row in CATALOGUE.items():
        properties = told[f"Hazard_{name}"]["properties"]
        assert set(row.settings.__dataclass_fields__) == set(properties) - {"kind", "place", "schedule"}
        assert all("description" in properties[key] for key in properties if key != "kind")


# --- the example


def test_the_example_shows_every_table_and_most_hazards_and_gives_no_warning() -> None:
    reading = read_site(EXAMPLE)
    assert (reading.problems, reading.warnings) == ((), ())
    assert reading.site is not None
    assert len(reading.site.cameras) >= 4
    assert {hazard.kind for camera in reading.site.cameras for hazard in camera.hazards} == set(CATALOGUE)
    raw = tomllib.loads(EXAMPLE.read_text("utf-8"))
    assert set(raw) == set(json_schema()["properties"])
    assert not re.search(r"//[^/\s\"]*@", EXAMPLE.read_text("utf-8")), "an example teaches no passwords in files"
