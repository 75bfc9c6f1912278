"""Refused: running an unknown model file. Only models that the manifest names, with the SHA-256 that stands there, are
loaded, wherever the file came from: a mirror folder, a mirror's server, the store, a settings file.

Each attack is made against ``consentry watch``, ``models`` and ``face compare``; the same command with the genuine file
works, which shows that the attack alone made the difference.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import SHARED
from consentry.backends.manifest import supply
from mirror_server import Mirror, serving
from refusals.operating import Command, closed_machine, one, operate, typed
from refusals.walk import CAMERA

pytestmark = pytest.mark.shared
PERSON = "picodet_s_320_coco.onnx"
YUNET = supply("yunet").files[0].name
EMBEDDER = "face-reidentification-retail-0095.bin"
WATCH = ("watch", "site.toml", "--json", "--out", "out")
COMPARE = ("face", "compare", "one.jpg", "other.jpg", "--json")


@dataclass(frozen=True)
class Machine:
    """A machine whose mirror folder the attacker can write to."""

    folder: Path
    mirror: Path
    env: dict[str, str]


@pytest.fixture
def machine(tmp_path: Path, shared: Path) -> Machine:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    for path in (shared / "models").iterdir():
        if path.is_file():
            (mirror / path.name).symlink_to(path)
    for name, place in (("021_neutral", "one"), ("021_smiling", "other")):
        shutil.copy(shared / "data" / "faces" / f"{name}.jpg", tmp_path / f"{place}.jpg")
    camera = CAMERA.format(name="hall", source="sim:hall")
    (tmp_path / "site.toml").write_text('[models]\nset = "standard"\n' + camera)
    return Machine(tmp_path, mirror, closed_machine(tmp_path / "home", mirror))


def flipped(content: bytes) -> bytes:
    """One bit, in the middle."""
    half = len(content) // 2
    return content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :]


ALTERED: dict[str, Callable[[bytes], bytes]] = {
    "one bit": flipped,
    "a byte more": lambda content: content + b"\0",
    "a byte less": lambda content: content[:-1],
    "something else of the same length": lambda content: b"\x08\x07" * (len(content) // 2) + b"\0" * (len(content) % 2),
    "empty": lambda _: b"",
}


def replace_by(path: Path, change: Callable[[bytes], bytes]) -> None:
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(change(content))


def another_mirror(machine: Machine, number: int, name: str, change: Callable[[bytes], bytes]) -> str:
    """A mirror folder like the first, one file of it changed."""
    made = machine.folder / f"mirror-{number}"
    shutil.copytree(machine.mirror, made, symlinks=True)
    replace_by(made / name, change)
    return str(made)


def test_an_altered_network_compares_nobody_and_the_genuine_one_does(machine: Machine) -> None:
    mirrors = [another_mirror(machine, number, EMBEDDER, change) for number, change in enumerate(ALTERED.values())]
    commands = [typed(*COMPARE), *(typed(*COMPARE, CONSENTRY_MIRROR=mirror) for mirror in mirrors)]
    genuine, *altered = operate(machine.folder, commands, machine.env)
    assert genuine.code == 0, genuine.told
    for name, done in zip(ALTERED, altered, strict=True):
        assert (done.code, done.out) == (1, ""), name
        assert "cannot be used" in done.told
        assert "expected SHA-256" in done.told or "bytes, came" in done.told


def other_model(_: bytes) -> bytes:
    """The embedder of faces, laid where the network of persons is looked for."""
    return (SHARED / "models" / "mobilefacenet_foamliu.onnx").read_bytes()


def test_an_altered_network_or_another_one_under_its_name_watches_nothing(machine: Machine) -> None:
    """With the genuine ones the day's walk watches (``walk``); here no camera is opened."""
    attacks = [(PERSON, flipped), (YUNET, flipped), (PERSON, other_model)]
    mirrors = [another_mirror(machine, number, *attack) for number, attack in enumerate(attacks)]
    for done in operate(machine.folder, [typed(*WATCH, CONSENTRY_MIRROR=place) for place in mirrors], machine.env):
        assert (done.code, done.out) == (1, "")
        assert "expected SHA-256" in done.told or "bytes, came" in done.told


@pytest.mark.network
def test_a_server_that_serves_another_file_is_not_believed(machine: Machine) -> None:
    genuine = (machine.mirror / YUNET).read_bytes()
    other = genuine[::-1]
    store = machine.folder / "home" / "supplies" / YUNET
    for content, way, good in ((genuine, "", True), (genuine, "altered", False), (other, "", False)):
        shutil.rmtree(machine.folder / "home", ignore_errors=True)
        with serving(Mirror({f"/{YUNET}": content}, {f"/{YUNET}": [way]})) as mirror:
            env = machine.env | {"CONSENTRY_MIRROR": mirror.address, "NO_PROXY": "127.0.0.1"}
            done = one(machine.folder, typed("models", "pull", "yunet"), env)
            assert [asked.path for asked in mirror.asked], "the server was asked"
        assert (done.code == 0) == good, done.told
        assert store.exists() == good
    assert "expected SHA-256" in done.told


def test_what_was_altered_after_it_was_pulled_is_told_and_not_loaded(machine: Machine) -> None:
    store = machine.folder / "home" / "supplies" / YUNET
    alter = f"import pathlib; p = pathlib.Path({str(store)!r}); b = p.read_bytes(); p.write_bytes(b[1:] + b[:1])"
    pulled, before, _, after, watched = operate(
        machine.folder,
        [
            typed("models", "pull", "yunet"),
            typed("models", "verify", "yunet"),
            Command((), script=alter),
            typed("models", "verify", "yunet", CONSENTRY_MIRROR=""),
            typed(*WATCH, CONSENTRY_MIRROR=""),
        ],
        machine.env,
    )
    assert (pulled.code, before.code) == (0, 0), pulled.told
    assert (after.code, "altered" in after.out) == (1, True)
    assert (watched.code, watched.out) == (1, "")


NAMED = {
    "a path": 'person = "/tmp/mine.onnx"',
    "a path beside the settings": 'person = "./mine.onnx"',
    "an address": 'person = "https://models.example/mine.onnx"',
    "the file of a known one": f'person = "{PERSON}"',
    "a name with a path behind it": 'person = "picodet-s-320/../mine"',
    "a folder of one's own": 'folder = "/tmp"',
    "without its hash": "verify = false",
    "a hash of one's own": 'sha256 = "00"',
    "a set of one's own": 'set = "mine"',
    "another network for faces": 'face = "mine"',
    "a plugin": 'backend = "mine:load"',
}


def test_settings_name_no_file(machine: Machine) -> None:
    camera = CAMERA.format(name="hall", source="sim:hall")
    for number, line in enumerate(NAMED.values()):
        (machine.folder / f"{number}.toml").write_text(f"[models]\n{line}\n{camera}")
    (machine.folder / "mine.onnx").symlink_to(machine.mirror / PERSON)
    commands = [typed("check", f"{number}.toml") for number in range(len(NAMED))]
    done = operate(machine.folder, [*commands, typed("check", "site.toml")], machine.env)
    assert {name: one.code for name, one in zip(NAMED, done, strict=False)} == dict.fromkeys(NAMED, 1)
    assert all(":2: models." in one.told for one in done[:-1]), [each.told for each in done]
    assert done[-1].code == 0, "without the attack the same settings are good"
