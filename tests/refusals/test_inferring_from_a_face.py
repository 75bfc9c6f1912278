"""Refused: inferring emotion, sex, age, ethnicity, nationality or intent from a face or a gait; scoring people.

Tried: a manifest with a model of such a kind, also under an innocent role; settings that ask for it; a plugin that is
installed beside the product; and what the commands say of a real face.
"""

import json
import re
from pathlib import Path

import pytest

from refusals.operating import Command, operate, typed
from refusals.walk import CAMERA, SITE, Walk
from refusals.weakened import INSTALLED, copy_with

ROW = """
[[supply]]
name = "{name}"
role = "{role}"
licence = "MIT"
source = "somebody"
figures = "none"
training = "not known"
input = "1x3x64x64"
[[supply.file]]
name = "{file}"
url = "https://models.example/{path}"
size = 1000
sha256 = "{hash}"
"""
HONEST = {"name": "hall-persons-2", "role": "persons", "file": "hall_persons_2.onnx", "path": "hall_persons_2.onnx"}
ROWS = {
    "emotion by its role": {"role": "emotion"},
    "emotion by its name": {"name": "emotions-recognition-retail-0003"},
    "emotion by its file": {"file": "FER_plus.onnx"},
    "emotion by its address": {"path": "affectnet/v1.onnx"},
    "age for finding faces": {"role": "faces", "name": "age-net"},
    "age for quality": {"role": "quality", "file": "AgeNet.onnx"},
    "sex for attacks": {"role": "attacks", "file": "gender_net.onnx"},
    "sex by its address": {"path": "male-or-female/v1.onnx"},
    "ethnicity": {"role": "templates", "name": "fair-race-7"},
    "skin": {"path": "skin_tone/v1.onnx"},
    "nationality": {"role": "documents", "name": "nationality-of-faces"},
    "intent": {"name": "suspicious-persons"},
    "intent by its role": {"role": "threat"},
    "gait": {"file": "gaitset.onnx"},
    "spelled apart": {"file": "e-m-o-t-i-o-n.onnx"},
    "with another letter": {"name": "em\u043ftion-net"},
}


def row(**changes: str) -> str:
    return ROW.format(**HONEST | {"hash": "0" * 64} | changes)


def test_no_manifest_can_name_such_a_model(tmp_path: Path, closed: dict[str, str]) -> None:
    manifest = (INSTALLED / "backends" / "manifest.toml").read_text("utf-8")
    commands = []
    read = "from consentry.backends.manifest import manifest; print(*manifest())"  # what every command reads first
    for number, changes in enumerate([*ROWS.values(), {}]):
        place = copy_with(tmp_path / str(number), {"backends/manifest.toml": (manifest + row(**changes)).encode()})
        as_typed = not number or not changes
        commands.append(Command(("models", "list"), path=str(place), script="" if as_typed else read))
    *refused, honest = operate(tmp_path, commands, closed)
    assert honest.code == 0, honest.told
    assert "hall-persons-2" in honest.out, "a row as the others, but for a model of persons, is taken"
    for name, done in zip(ROWS, refused, strict=True):
        assert done.code != 0, name
        assert "are refused" in done.told or "expected a" in done.told, f"{name}: {done.told}"
        assert "hall-persons-2" not in done.out, name


SETTINGS = {
    "moods": "[models]\nemotion = true",
    "a network of moods": '[models]\nperson = "emotions-recognition-retail-0003"',
    "attributes of a camera": "attributes = ['age', 'sex']",
    "a hazard that scores people": '[[camera.hazard]]\nkind = "suspicious-person"',
    "a hazard of moods": '[[camera.hazard]]\nkind = "aggression-of-face"',
    "a list of names": 'watchlist = ["one.jpg"]',
    "a plugin": '[plugins]\nmood = "moods:load"',
    "a score of travellers": "[consent]\nscore = true",
    "a purpose": '[[touchpoint]]\nname = "x"\nkind = "lounge_door"\npurpose = ["mood"]',
}


def test_no_setting_asks_for_it(tmp_path: Path, closed: dict[str, str]) -> None:
    good = SITE + CAMERA.format(name="hall", source="sim:hall")
    for number, line in enumerate(["", *SETTINGS.values()]):
        first = line.startswith(("[models", "[plugins"))
        (tmp_path / f"{number}.toml").write_text(f"{line}\n{good}" if first else f"{good}{line}\n")
    checks = [typed("check", f"{number}.toml") for number in range(len(SETTINGS) + 1)]
    honest, *refused = operate(tmp_path, checks, closed)
    assert honest.code == 0, honest.told
    assert {name: one.code for name, one in zip(SETTINGS, refused, strict=True)} == dict.fromkeys(SETTINGS, 1)


PLUGIN = "import os, pathlib\npathlib.Path(os.environ['MARK']).write_text('loaded')\ndef load(): pass\n"
GROUPS = ("consentry", "consentry.plugins", "consentry.hazards", "consentry.models", "consentry.detector",
          "consentry.embedder", "consentry.backends", "consentry.commands")  # fmt: skip
LOADING = "from importlib.metadata import entry_points\n[e.load() for e in entry_points(name='moods')]"


def test_a_plugin_that_is_installed_beside_it_is_never_loaded(tmp_path: Path, closed: dict[str, str]) -> None:
    place = tmp_path / "site-packages"
    (place / "moods-1.0.dist-info").mkdir(parents=True)
    (place / "moods.py").write_text(PLUGIN)
    (place / "moods-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: moods\nVersion: 1.0\n")
    points = "".join(f"[{group}]\nmoods = moods:load\n" for group in GROUPS)
    (place / "moods-1.0.dist-info" / "entry_points.txt").write_text(points)
    (tmp_path / "site.toml").write_text(CAMERA.format(name="hall", source="sim:hall"))
    attacks = [("models", "list"), ("check", "site.toml"), ("moods",), ("face", "moods"), ("evaluate", "moods")]
    marks = [tmp_path / f"mark-{number}" for number in range(len(attacks) + 1)]
    commands = [
        Command(words, {"MARK": str(mark)}, path=str(place)) for words, mark in zip(attacks, marks, strict=False)
    ]
    loading = Command((), {"MARK": str(marks[-1])}, script=LOADING, path=str(place))
    done = operate(tmp_path, [*commands, loading], closed)
    assert [one.code for one in done] == [0, 0, 2, 2, 2, 0]
    assert [mark.exists() for mark in marks] == [False] * len(attacks) + [True], "it was there to be loaded"


OF_A_FACE = ("compare", "quality", "screen", "screen another", "watch", "evaluate")
INFERRED = re.compile(
    r"emotion|mood|happy|angry|sad\b|\bage\b|years|\bsex\b|gender|female|\bmale\b|ethnic|\brace\b|nationality|intent|suspic"
)


@pytest.mark.shared
def test_what_the_commands_say_of_a_face_says_nothing_of_the_kind(day: Walk) -> None:
    said = {name: day.done[name].out for name in OF_A_FACE}
    for name in ("screen", "screen another"):  # a document tells when its holder was born; a face is not asked
        told = json.loads(said[name])
        (age,) = [one for one in told["findings"] if one["step"] == "age"]
        assert age["why"] == "18 or older by the document's date of birth"
        told["findings"].remove(age)
        said[name] = json.dumps(told)
    assert all(len(words) > 100 for words in said.values())
    assert "FMR" in said["evaluate"] or '"fmr"' in said["evaluate"]
    found = {name: INFERRED.findall(words.lower()) for name, words in said.items()}
    assert found == {name: [] for name in OF_A_FACE}
    assert INFERRED.findall(json.dumps({"age": 31, "Emotion": "happy"}).lower()) == ["age", "emotion", "happy"]
