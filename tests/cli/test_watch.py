"""``consentry watch`` as an operator runs it: a real process on a real clip, on a machine with no models."""

import json
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

KEYS = ["hazard", "camera", "place", "episode", "state", "at", "tracks", "score", "why"]
WHOLE = "floor:0.01,0.01;0.99,0.01;0.99,0.99;0.01,0.99"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds in which something the size of a person walks across an empty floor."""
    path = tmp_path_factory.mktemp("clips") / "walk.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for k in range(80):
            image = np.full((360, 640, 3), 90, np.uint8)
            if k > 10:
                image[140:300, 6 * k : 6 * k + 60] = 220
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = k, Fraction(1, 10)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def consentry(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """The command, in a folder of its own, for the output folder lies in the working directory."""
    with tempfile.TemporaryDirectory() as here:
        return subprocess.run(
            [sys.executable, "-m", "consentry", *words],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=env,
            cwd=here,
        )


def test_a_walk_gives_alarms_as_lines_of_json_and_says_which_models(basic: dict[str, str], clip: Path) -> None:
    ended = consentry(
        basic, "watch", "--source", f"cam={clip}", "--zone", WHOLE, "--hazard", "intrusion:floor", "--json"
    )
    assert ended.returncode == 0, ended.stderr
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [line["state"] for line in told] == ["opened", "cleared"], ended.stderr
    assert all(list(line) == KEYS for line in told)
    assert 1.0 <= told[0]["at"] <= 4.0
    assert "basic" in ended.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--source", "cam=/nowhere/clip.mp4", "--zone", WHOLE, "--hazard", "intrusion:floor"], "clip.mp4"),
        (["--source", "cam=c.mp4", "--zone", WHOLE, "--hazard", "levitation:floor"], "levitation"),
        (["--source", "cam=c.mp4", "--zone", "floor:0,0;1,1;1,0;0,1", "--hazard", "intrusion:floor"], "cross"),
        (["--source", "cam=c.mp4", "--hazard", "intrusion:floor"], "floor"),
        (["--source", "cam=ftp://me:secret@192.0.2.1/1", "--zone", WHOLE, "--hazard", "intrusion:floor"], "192.0.2.1"),
        (["--source", "cam=rtsp://me:secret@127.0.0.1/1", "--hazard", "tampering", "--once"], "--once"),
        (["--source", "cam=sim:nowhere", "--hazard", "tampering"], "sim:hall"),
        (["--source", "cam=c.mp4", "--hazard", "tampering", "--out", "/dev/null/out"], "/dev/null/out"),
    ],
    ids=[
        "missing clip",
        "unknown hazard",
        "crossing polygon",
        "unknown zone",
        "unknown scheme",
        "once without a clip",
        "unknown simulation",
        "no folder",
    ],
)
def test_a_mistake_gives_a_sentence_and_no_trace(words: list[str], told: str, basic: dict[str, str]) -> None:
    ended = consentry(basic, "watch", *words, "--json")
    assert ended.returncode == 1, ended.stderr
    assert told in ended.stderr.replace("\n", "")
    assert "Traceback" not in ended.stderr
    assert "secret" not in ended.stderr


def test_one_camera_that_fails_does_not_take_the_others_with_it(
    tmp_path: Path, basic: dict[str, str], clip: Path
) -> None:
    empty = tmp_path / "empty.mp4"
    empty.write_bytes(b"")
    ended = consentry(
        basic, "watch", "--source", f"good={clip}", "--source", f"bad={empty}", "--zone", WHOLE, "--hazard",
        "intrusion:floor", "--json",
    )  # fmt: skip
    assert ended.returncode == 1
    told = {(line["camera"], line["hazard"]) for line in map(json.loads, ended.stdout.splitlines())}
    assert {("good", "intrusion"), ("bad", "health")} <= told
    assert "empty.mp4" in ended.stderr


def test_check_shows_every_problem_with_its_line(tmp_path: Path, basic: dict[str, str]) -> None:
    site = tmp_path / "site.toml"
    site.write_text(
        '[site]\nname = "Hall"\ntimezone = "Nowhere/Town"\n[[camera]]\nname = "cam"\nsource = "c.mp4"\n'
        '[[camera.zone]]\nname = "z"\ncorners = [[0,0],[1,1],[1,0],[0,1]]\n',
        encoding="utf-8",
    )
    ended = consentry(basic, "check", str(site))
    assert ended.returncode == 1
    assert "site.toml:3" in ended.stderr
    assert "site.toml:9" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_people_are_told_on_real_footage(shared: Path, basic: dict[str, str]) -> None:
    env = basic | {"CONSENTRY_MIRROR": str(shared / "models")}
    path = shared / "data" / "cctv" / "one-by-one-person-detection.mp4"
    ended = consentry(env, "watch", "--source", f"cam={path}", "--zone", WHOLE, "--hazard", "intrusion:floor", "--json")
    assert ended.returncode == 0, ended.stderr
    assert "standard" in ended.stderr
    assert any(json.loads(line)["state"] == "opened" for line in ended.stdout.splitlines())
