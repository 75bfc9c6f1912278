"""The table of hazards: whole, anonymous, bounded, and a new hazard is one row and one file."""

import ast
import importlib.util
import sys
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import get_type_hints

import numpy as np
import pytest

import consentry.hazards
from consentry.core.geometry import WholePicture
from consentry.core.scene import FireReading, Label, Scene, Signals
from consentry.hazards import catalogue
from consentry.hazards.catalogue import CATALOGUE, ROWS
from hazards.walks import METRIC, NEEDED, PLACES, Story, Walk, crowd, make, run, series, stand

FOLDER = Path(consentry.hazards.__file__).parent

SEVERAL = tuple(
    Walk(k, ((k / 2, 0.1, 0.4 + k / 40), (10 + k / 2, 0.9, 0.4 + k / 40), (20 + k / 2, 0.4, 0.6))) for k in range(12)
)
BAD = {
    "crush": crowd(density=series((0, 5)), speed=series((0, 0.1)), variance=series((0, 0.01), (30, 0.1))),
    "crowd": crowd(density=series((0, 8))),
    "panic": crowd(density=series((0, 1)), speed=series((0, 0.9), (20, 0.9), (21, 2.4), (26, 2.4), (27, 0.9))),
    "fire": lambda at: Signals(fire=FireReading(flame=0.9 if 10 < at < 20 else 0.0, flame_share=0.01)),
    "tampering": lambda at: Signals(sharpness=0.1 if at > 20 else 1.0),
}


FALLER = Walk(20, ((0, 0.5, 0.5), (40, 0.5, 0.5)), bearing=((10, 1.0), (10.6, 0.25), (25, 0.25), (26, 1.0)))


def story(hazard: str) -> Story:
    """Something that every hazard tells."""
    walks = (FALLER, *SEVERAL) if hazard == "fall" else SEVERAL
    return Story(walks, length=40, signals=BAD.get(hazard, lambda _at: Signals()))


OPTIONS = {
    "running": {"speed": 1.0, "together": True},
    "tailgating": {"seconds": 5.0},
    "loitering": {"seconds": 5.0},
    "queue": {"people": 3.0},
    "crowd": {"density": 3.0},
}


def test_names_are_unique_and_main_options_exist() -> None:
    assert len(CATALOGUE) == len(ROWS)
    for row in ROWS:
        assert row.place in PLACES
        assert row.main is None or row.main in {f.name for f in fields(row.settings)}


@pytest.mark.parametrize("hazard", sorted(CATALOGUE))
def test_every_hazard_tells_under_its_own_name_and_clears_what_it_opened(hazard: str) -> None:
    alarms = run(make(hazard, METRIC, **OPTIONS.get(hazard, {})), story(hazard).scenes(5, METRIC))
    assert alarms, "the story holds this danger"
    assert {a.hazard for a in alarms} == {hazard}
    for episode in {a.episode for a in alarms}:
        states = [a.state.value for a in alarms if a.episode == episode]
        assert states == ["opened", "cleared"] * (len(states) // 2)
    assert all(0 <= a.score <= 1 and any(ch.isdigit() for ch in a.why) for a in alarms)


@pytest.mark.parametrize("hazard", sorted(CATALOGUE))
def test_one_camera_never_affects_another(hazard: str) -> None:
    options = OPTIONS.get(hazard, {})
    place = {} if CATALOGUE[hazard].place is not WholePicture else {"place": PLACES[WholePicture]}
    alone = run(make(hazard, METRIC, camera="a", **place, **options), story(hazard).scenes(5, METRIC, camera="a"))
    one, other = (make(hazard, METRIC, camera=name, **place, **options) for name in "ab")
    told = []
    pairs = zip(
        story(hazard).scenes(5, METRIC, camera="a"),
        Story((stand(1, 0, 40),)).scenes(5, METRIC, camera="b"),
        strict=False,
    )
    for mine, theirs in pairs:
        told += one.step(mine)
        other.step(theirs)
    assert [*told, *one.finish(40.0, "the watch ended")] == alone
    with pytest.raises(ValueError, match="given a scene of camera 'b'"):
        one.step(Scene.empty("b", 50.0))


def size(thing: object, seen: set[int]) -> int:
    """Objects reachable from a rule."""
    if id(thing) in seen or isinstance(thing, type | ModuleType | np.ndarray | str | float | int):
        return 0
    seen.add(id(thing))
    inner = list(thing.values()) if isinstance(thing, dict) else []
    inner += list(thing) if isinstance(thing, list | tuple | set | frozenset) or type(thing).__name__ == "deque" else []
    inner += list(vars(thing).values()) if hasattr(thing, "__dict__") else []
    inner += [getattr(thing, name, None) for name in getattr(type(thing), "__slots__", ())]
    return 1 + len(inner) + sum(size(part, seen) for part in inner)


@pytest.mark.parametrize("hazard", sorted(CATALOGUE))
def test_memory_stays_flat_over_ten_thousand_tracks(hazard: str) -> None:
    rule = make(hazard, METRIC, **OPTIONS.get(hazard, {}))
    sizes = []
    for k in range(2500):
        # Four new tracks each second, never told as ended: a tracker that forgets to say so must not leak here.
        feet = np.array([[0.4, 0.5], [0.5, 0.6], [0.6, 0.7], [0.65, 0.5]], np.float32)
        rule.step(
            Scene(
                camera="cam",
                at=float(k),
                ids=np.arange(4 * k, 4 * k + 4),
                labels=np.full(4, Label.PERSON, np.int16),
                boxes=np.hstack([feet - 0.1, feet]).astype(np.float32),
                feet=feet,
                drift=np.zeros((4, 2), np.float32),
                floor=feet * 10,
                velocity=np.zeros((4, 2), np.float32),
                signals=BAD.get(hazard, lambda _at: Signals())(10.0),
            )
        )
        if k in (1200, 2499):
            sizes.append(size(rule, set()))
    assert sizes[1] <= sizes[0] * 1.05 + 20, sizes


def test_rules_see_scenes_and_never_pictures() -> None:
    for row in ROWS:
        hints = get_type_hints(row.rule.step)  # type: ignore[attr-defined]
        assert hints["scene"] is Scene
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            words = {getattr(node, key, None) for key in ("id", "attr", "arg", "module")}
            assert not words & {"image", "Image", "Frame", "RedactedFrame", "pixels", "consentry.core.frames"}, (
                path.name
            )


NEW_FILE = '''
from dataclasses import dataclass

from consentry.hazards.rule import Danger, Episode, HazardSettings, SceneRule


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheringSettings(HazardSettings):
    """More than so many in the picture."""

    people: float = 2.0
    """persons."""


class Gathering(SceneRule):
    def __init__(self, camera, place, settings, view):
        super().__init__(camera, place.name)
        self.limit = settings.people
        self.episodes = (Episode("gathering", camera, place.name, settings),)

    def look(self, scene, now):
        danger = Danger((), 0.5, f"{len(scene)} persons") if len(scene) > self.limit else None
        return self.episodes[0].step(scene.at, danger, now)

    def forget(self):
        pass
'''
IMPORT = "from gathering import Gathering, GatheringSettings\n"
ROW = '    Row("gathering", "X1", "many at once", Zone, GatheringSettings, Gathering, "people"),\n'


def test_a_new_hazard_is_one_row_and_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gathering.py").write_text(NEW_FILE)
    text = Path(catalogue.__file__).read_text(encoding="utf-8")
    copy = tmp_path / "catalogue_copy.py"
    copy.write_text(text.replace("\n\n\n", f"\n{IMPORT}\n\n", 1).replace("ROWS = (\n", f"ROWS = (\n{ROW}", 1))
    monkeypatch.syspath_prepend(tmp_path)
    spec = importlib.util.spec_from_file_location("catalogue_copy", copy)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "catalogue_copy", module)
    spec.loader.exec_module(module)
    assert set(module.CATALOGUE) - set(CATALOGUE) == {"gathering"}
    row = module.CATALOGUE["gathering"]
    rule = row.rule("cam", PLACES[row.place], row.settings(people=2.0), METRIC)
    alarms = run(rule, Story(SEVERAL, length=40).scenes(5))
    assert [a.state.value for a in alarms] == ["opened", "cleared"]
    assert alarms[0].why == "3 persons"


def test_options_without_a_default_are_few() -> None:
    for row in ROWS:
        row.settings(**NEEDED.get(row.name, {}))
