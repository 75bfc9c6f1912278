"""What small objects held is not to be found after they were freed; looked for from outside."""

import subprocess
import sys
from pathlib import Path

import pytest

from process_memory import occurrences

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/PID/mem")
CODE = """
import hashlib, sys
from consentry.backends.small_pieces import overwrite_small
def secret(length):
    whole = b"".join(hashlib.sha256(b"%d %d" % (length, k)).digest() for k in range(length // 32 + 1))
    return whole[:length]
kept = [[secret(length) for length in range(64, 1000, 24)] for _ in range(3)]
kept.clear()
if sys.argv[1] == "overwrite":
    overwrite_small()
print("freed", flush=True)
sys.stdin.readline()
"""


def secret(length: int) -> bytes:
    import hashlib  # noqa: PLC0415

    return b"".join(hashlib.sha256(b"%d %d" % (length, k)).digest() for k in range(length // 32 + 1))[:length]


def left(how: str) -> int:
    """How many of the freed secrets are still there, by 24 bytes from their middle."""
    needles = {str(length): secret(length)[length // 2 :][:24] for length in range(64, 1000, 24)}
    source = Path(__file__).resolve().parents[2] / "src"
    with subprocess.Popen(
        [sys.executable, "-c", CODE, how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={"PYTHONPATH": str(source)},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "freed\n"
            return sum(bool(times) for times in occurrences(process.pid, needles).values())
        finally:
            process.kill()


def test_what_small_pieces_held_is_gone() -> None:
    assert left("leave") > 10, "without it they are there, so looking finds them"
    assert left("overwrite") == 0
