"""``consentry models`` and ``consentry footage`` as an operator runs them, with a real mirror."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import sleep

import pytest

from consentry.backends.manifest import Role, manifest, model_sets, supply
from consentry.cli.main import main
from mirror_server import Mirror, serving

YUNET = supply("yunet").files[0]


@dataclass
class Ended:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A closed machine: no mirror, an empty store, and a proxy at which nobody listens."""
    for name in [name for name in os.environ if name.startswith("CONSENTRY_") or name.upper() == "NO_PROXY"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CONSENTRY_HOME", str(tmp_path / "home"))
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("COLUMNS", "400")
    return monkeypatch


@pytest.fixture
def consentry(machine: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """The command, run through its own entry in this process: a process of its own takes a second to start."""

    def run(*words: str) -> Ended:
        machine.setattr(sys, "argv", ["consentry", *words])
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Ended(code, *capfd.readouterr())

    return run


def test_list_shows_what_there_is_and_which_set_would_be_used(consentry) -> None:
    ended = consentry("models", "list")
    assert ended.returncode == 0, ended.stderr
    rows = {line.split()[0]: line for line in ended.stdout.splitlines() if line}
    for one in manifest().values():
        assert (one.name in rows) == (one.role is not Role.FOOTAGE)
    assert rows["yunet"].split()[1:7] == ["faces", "standard", "MIT", "0.2", "MB", "not"]
    assert rows["centerface"].endswith("centerface.onnx")
    assert "would be used now: basic" in ended.stdout


def test_list_as_json_says_the_same_to_a_program(consentry) -> None:
    told = json.loads(consentry("models", "list", "--json").stdout)
    assert (told["set"], told["persons"], told["faces"]) == ("basic", "motion", "centerface")
    rows = {row["name"]: row for row in told["models"]}
    assert rows["centerface"]["at_hand"] is True
    assert rows["centerface"]["sets"] == ["basic"]
    assert rows["yunet"]["at_hand"] is False
    assert "models pull yunet" in rows["yunet"]["trouble"]
    assert rows["yunet"]["files"][0]["sha256"] == YUNET.sha256
    clips = json.loads(consentry("footage", "list", "--json").stdout)["footage"]
    assert {row["name"] for row in clips} == {one.name for one in manifest().values() if one.role is Role.FOOTAGE}


def test_on_a_closed_machine_pull_says_what_is_missing_and_how_to_get_it(consentry) -> None:
    ended = consentry("models", "pull")
    assert ended.returncode == 1
    told = ended.stderr.replace("\n", "").replace(" ", "")
    assert "3of3couldnotbehad" in told
    for name in model_sets()["standard"].supplies:
        assert supply(name).files[0].url in told
    assert "CONSENTRY_MIRROR" in told
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_what_screens_is_asked_for_apart_from_what_watches(consentry) -> None:
    ended = consentry("models", "pull", "--screening")
    assert ended.returncode == 1
    told = ended.stderr.replace("\n", "").replace(" ", "")
    assert "6of6couldnotbehad" in told
    for name in ("face-reidentification-retail-0095", "minifasnet-v2", "landmarks-regression-retail-0009"):
        assert supply(name).files[0].url in told
    assert "picodet" not in told
    asked = consentry("models", "verify", "--screening")
    assert asked.returncode == 1
    assert "face-reidentification-retail-0095.bin (needed)" in asked.stdout
    assert "mobilefacenet_foamliu.onnx (not needed now)" in asked.stdout


MISUSE = {
    "an unknown model": (["models", "pull", "emotion-net"], 1, "'emotion-net'"),
    "a clip asked for as a model": (["models", "pull", "vtest"], 1, "'vtest'"),
    "a model asked for as footage": (["footage", "pull", "yunet"], 1, "'yunet'"),
    "an unknown name to verify": (["models", "verify", "nobody"], 1, "'nobody'"),
    "an unknown option": (["models", "list", "--nothing"], 2, "--nothing"),
    "an unknown command": (["models", "steal"], 2, "steal"),
}


@pytest.mark.parametrize(("words", "code", "told"), MISUSE.values(), ids=MISUSE)
def test_a_mistake_gives_a_sentence_and_its_exit_code(consentry, words: list[str], code: int, told: str) -> None:
    ended = consentry(*words)
    assert (ended.returncode, told in ended.stderr, "Traceback" in ended.stderr) == (code, True, False)


def test_verify_on_a_closed_machine_is_content_with_the_basic_set(consentry) -> None:
    ended = consentry("models", "verify")
    assert ended.returncode == 0, ended.stderr
    assert "right    centerface" in ended.stdout
    assert "missing  yunet: face_detection_yunet_2023mar.onnx (not needed now)" in ended.stdout
    asked = consentry("models", "verify", "yunet")
    assert asked.returncode == 1
    assert "consentry models pull yunet" in asked.stderr.replace("\n", " ").replace("  ", " ")


@pytest.mark.network
@pytest.mark.shared
def test_the_standard_set_is_pulled_from_a_mirror_over_http(consentry, machine, shared: Path, tmp_path: Path) -> None:
    files = {f"/m/{path.name}": path.read_bytes() for path in (shared / "models").iterdir() if path.is_file()}
    network = "/m/picodet_s_320_coco.onnx"
    with serving(Mirror(files, {network: ["cut 1000000", ""]})) as mirror:
        machine.setenv("CONSENTRY_MIRROR", f"{tmp_path},{mirror.address.replace('//', '//me:s3cret@')}/m")
        ended = consentry("models", "pull")
        assert ended.returncode == 0, ended.stderr
        assert [asked.range is not None for asked in mirror.asked if asked.path == network] == [False, True]
        assert "s3cret" not in ended.stdout + ended.stderr
        assert "━" not in ended.stderr, "no progress bar where nobody looks"
    machine.delenv("CONSENTRY_MIRROR")
    listed = json.loads(consentry("models", "list", "--json").stdout)
    assert listed["set"] == "standard"
    assert consentry("models", "verify").returncode == 0


@pytest.mark.network
@pytest.mark.shared
def test_a_pull_that_was_killed_goes_on_where_it_was(consentry, machine, shared: Path) -> None:
    path = f"/{YUNET.name}"
    content = (shared / "models" / YUNET.name).read_bytes()
    with serving(Mirror({path: content}, {path: ["slow 0.05", ""]})) as mirror:
        machine.setenv("CONSENTRY_MIRROR", mirror.address)
        part = Path(os.environ["CONSENTRY_HOME"]) / "supplies" / f"{YUNET.name}.part"
        pulling = subprocess.Popen(
            [sys.executable, "-m", "consentry", "models", "pull", "yunet"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            for _ in range(600):
                if pulling.poll() is not None or (part.exists() and part.stat().st_size > 0):
                    break
                sleep(0.05)
        finally:
            pulling.kill()
            pulling.wait(30)
        came = part.stat().st_size
        assert 0 < came < YUNET.size
        assert consentry("models", "pull", "yunet").returncode == 0
        assert [asked.range for asked in mirror.asked] == [None, f"bytes={came}-"]
    assert part.with_suffix("").read_bytes() == content


@pytest.mark.shared
def test_verify_names_what_was_altered_and_pull_puts_it_right(consentry, machine, shared: Path) -> None:
    machine.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    assert consentry("models", "pull", "yunet").returncode == 0
    path = Path(os.environ["CONSENTRY_HOME"]) / "supplies" / YUNET.name
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"?")
    ended = consentry("models", "verify")
    assert ended.returncode == 1
    assert f"altered  yunet: {YUNET.name} at {path}" in ended.stdout
    told = json.loads(consentry("models", "verify", "--json").stdout)
    assert told["good"] is False
    assert [row["path"] for row in told["files"] if row["standing"] == "altered"] == [str(path)]
    again = consentry("models", "pull", "yunet")
    assert again.returncode == 0, again.stderr
    assert "removed and pulled anew" in again.stderr
    assert path.read_bytes() == content


@pytest.mark.shared
def test_footage_is_a_supply_of_the_same_kind(consentry, machine, shared: Path) -> None:
    machine.setenv("CONSENTRY_MIRROR", str(shared / "data" / "cctv"))
    assert consentry("footage", "pull", "people-detection").returncode == 0
    machine.delenv("CONSENTRY_MIRROR")
    assert "people-detection.gif" in consentry("footage", "list").stdout
    assert consentry("footage", "verify", "people-detection").returncode == 0
    assert consentry("footage", "verify", "classroom").returncode == 1


@pytest.mark.shared
def test_on_a_terminal_a_bar_shows_how_it_comes(machine, shared: Path) -> None:
    machine.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    machine.setenv("TERM", "xterm")
    operator, terminal = pty.openpty()
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "consentry", "models", "pull", "yunet"],
            stdout=subprocess.PIPE, stderr=terminal, timeout=120, check=False,
        )  # fmt: skip
        shown = os.read(operator, 65536).decode()
    finally:
        os.close(terminal)
        os.close(operator)
    assert ended.returncode == 0, shown
    assert "232.6/232.6 kB" in shown
    assert YUNET.name.encode() in ended.stdout  # and standard output has nothing but the result
    assert b"kB" not in ended.stdout
