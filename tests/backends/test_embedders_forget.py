"""After ``forget`` nothing of the last sample or template lies in an embedder's process. Looked for from outside it.

The child sends what is to be looked for with every bit that counts turned, so that its own telling leaves no trace.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from consentry.backends.embedders import pose_of
from consentry.backends.networks import Pixels, load_network
from process_memory import occurrences

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/PID/mem"),
]

RETAIL, MOBILE = "face-reidentification-retail-0095", "mobilefacenet"
MASK = 0xA5
CHILD = """
import os, sys
import numpy as np
from consentry.backends.embedders import align, load_embedder, pose_of
from consentry.face.sample import FaceSample

name, runtime = sys.argv[1:]
picture = np.random.default_rng(5).integers(0, 256, (720, 1280, 3), np.uint8)
turn = np.array([[1.9, -0.3], [0.3, 1.9]])
marks = (pose_of(name.split("+")[0]).points @ turn.T + (500, 200)).astype(np.float32)
sample = FaceSample(0.0, picture, np.array([480, 180, 800, 520], np.float32), marks, 0.9)
embedder = load_embedder(name, runtime=runtime)
template = embedder.embed(sample)
kept = [align(sample, pose_of(one)) for one in name.split("+")]
out = sys.stdout.fileno()
for part in (template.vector, *kept):
    masked = np.bitwise_xor(part.view(np.uint8).reshape(-1), 0xA5)
    os.write(out, len(masked).to_bytes(4, "big"))
    left = memoryview(masked)
    while left:
        left = left[os.write(out, left):]
del part
os.write(out, bytes(4))
sys.stdin.readline()
for part in kept:
    part.fill(0)
sample.wipe()
template.wipe()
embedder.forget()
os.write(out, b"done")
sys.stdin.readline()
"""


def piece(told: bytes, share: float, width: int) -> bytes:
    """A piece of what is looked for. Looking for more of them takes longer and finds no more."""
    start = int(share * len(told)) // 4 * 4
    return told[start : start + width]


PIXELS = {RETAIL: Pixels(), MOBILE: Pixels((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))}
"""What each network does to plain pixels, as the manifest says."""


def needles(name: str, runtime: str, parts: list[bytes]) -> dict[str, bytes]:
    """Pieces of the template; of each aligned sample in both orders of colours, and as a network's own numbers; and of
    what each network gave, before it was brought to length 1."""
    found = {f"template at {share}": piece(parts[0], share, 16) for share in (0.1, 0.9)}
    for one, told in zip(name.split("+"), parts[1:], strict=True):
        pose = pose_of(one)
        aligned = np.frombuffer(told, np.uint8).reshape(1, pose.height, pose.width, 3)
        red_first = np.ascontiguousarray(aligned[..., ::-1])
        wanted = red_first if one == MOBILE else aligned
        (output,) = load_network(one, runtime=runtime, pixels=PIXELS[one]).run(wanted).values()
        found |= {
            f"{one}, blue first": piece(aligned.tobytes(), 0.45, 24),
            f"{one}, red first": piece(red_first.tobytes(), 0.45, 24),
            f"{one}, output": piece(output.tobytes(), 0.5, 16),
        }
        if one == MOBILE:  # the other's are whole numbers: looking for so many zeros takes a quarter of a minute
            found[f"{one}, planes"] = piece(PIXELS[one].tensor(wanted).tobytes(), 0.45, 24)
    return found


def before_and_after(name: str, runtime: str) -> list[list[str]]:
    """Which pieces are found in the process of an embedder that has just embedded, and which once it has forgotten."""
    command = [sys.executable, "-c", CHILD, name, runtime]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        parts = []
        while size := int.from_bytes(child.stdout.read(4), "big"):
            parts.append(bytes(np.frombuffer(child.stdout.read(size), np.uint8) ^ MASK))
        assert len(parts) == 1 + len(name.split("+")), "the child ended early"
        looked_for = needles(name, runtime, parts)
        found = []
        for answer in (b"done", b""):
            there = occurrences(child.pid, looked_for)
            found.append([name for name, times in there.items() if times])
            child.stdin.write(b"\n")
            child.stdin.flush()
            assert child.stdout.read(len(answer)) == answer
        assert child.wait(60) == 0
    return found


@pytest.mark.parametrize(("name", "runtime"), [(f"{RETAIL}+{MOBILE}", "openvino"), (MOBILE, "onnx")])
def test_nothing_is_left_of_sample_and_template(
    shared: Path, monkeypatch: pytest.MonkeyPatch, name: str, runtime: str
) -> None:
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    before, after = before_and_after(name, runtime)
    assert {"template at 0.1", "template at 0.9"} <= set(before), "this test would notice"
    assert {f"{one}, blue first" for one in name.split("+")} <= set(before), "this test would notice"
    assert any(found.endswith("output") for found in before), "this test would notice"
    assert after == []
