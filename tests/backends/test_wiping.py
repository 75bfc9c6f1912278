"""What is freed is overwritten. Each case runs in a process of its own, since the wish is for a whole process."""

import subprocess
import sys

import numpy as np
import pytest

from process_memory import occurrences

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/PID/mem")

SCRIPT = """
import sys
import numpy as np
from consentry.backends.wiping import fill_freed, give_back

mode, size = sys.argv[1], int(sys.argv[2])
if mode == "wiping":
    assert fill_freed()
secret = np.random.default_rng(7).integers(0, 256, size, np.uint8)
copies = [secret.copy(), bytes(secret), bytearray(secret)]
wall = np.ones(size, np.uint8)  # lies above them, so that the heap cannot simply shrink
del copies
if mode != "held":
    secret.fill(0)
if mode == "wiping":
    give_back()
print("ready", flush=True)
sys.stdin.readline()
"""


def found(mode: str, size: int) -> int:
    """How often 24 bytes from the middle of a secret are in a process that held it and let it go."""
    secret = np.random.default_rng(7).integers(0, 256, size, np.uint8)
    needle = secret[size // 2 : size // 2 + 24].tobytes()
    command = [sys.executable, "-c", SCRIPT, mode, str(size)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        times = occurrences(process.pid, {"secret": needle})["secret"]
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.wait(30) == 0
    return times


@pytest.mark.parametrize("size", [2_000, 60_000, 600_000, 6_000_000])
def test_nothing_is_left_of_what_was_freed(size: int) -> None:
    assert found("wiping", size) == 0


def test_without_it_something_is_left_and_this_test_would_notice() -> None:
    assert found("held", 60_000) >= 1
    assert found("plain", 60_000) >= 1, "freed, and still there"
