"""Portraits in the locked worker: real ones, broken ones, bombs, and a worker that dies or hangs."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from consentry.backends import portrait_decoder
from consentry.backends.portrait_decoder import PortraitDecoder
from consentry.document.picture_header import PictureError, read_header
from consentry.document.portrait import read_portrait

WORKER = Path(portrait_decoder.__file__).with_name("portrait_worker.py")


def picture(kind: str, width: int = 96, height: int = 128) -> bytes:
    """A gradient; blue, green and red differ, so that an exchange of colours is seen."""
    row = np.linspace(0, 255, width, dtype=np.uint8)
    image = np.zeros((height, width, 3), np.uint8)
    image[:, :, 0], image[:, :, 1], image[:, :, 2] = row, 40, 255 - row
    written = BytesIO()
    Image.fromarray(image).save(written, kind, **({"quality": 95} if kind == "JPEG" else {}))
    return written.getvalue()


@pytest.fixture(scope="module")
def decoder() -> Iterator[PortraitDecoder]:
    with PortraitDecoder() as one:
        yield one


@pytest.mark.parametrize("kind", ["JPEG", "JPEG2000"])
def test_a_picture_comes_back_blue_green_red(kind: str, decoder: PortraitDecoder) -> None:
    data = picture(kind)
    sample = decoder.decode(data)
    with Image.open(BytesIO(data)) as image:
        right = np.asarray(image.convert("RGB"))
    assert sample.image.dtype == np.uint8
    np.testing.assert_array_equal(sample.image[:, :, ::-1], right)
    assert repr(sample) == f"PortraitSample(96x128 from {'JPEG' if kind == 'JPEG' else 'JPEG 2000'})"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "size"),
    [("bsi2008/Datagroup2.bin", (531, 413)), ("loes2006/ef0102.bin", (598, 449))],
)
def test_the_shared_portraits_decode(name: str, size: tuple[int, int], shared: Path, decoder: PortraitDecoder) -> None:
    portrait = read_portrait((shared / "data" / "documents" / "emrtd" / name).read_bytes())
    assert decoder.decode(portrait.picture).image.shape[:2] == size


def _bomb(kind: str) -> bytes:
    """A small picture whose header says 45,056 x 45,056."""
    data = bytearray(picture(kind))
    if kind == "JPEG":
        at = data.index(b"\xff\xc0")
        data[at + 5 : at + 9] = b"\xb0\x00\xb0\x00"
    else:
        for mark, places in ((b"ihdr", (4, 8)), (b"\xff\x51", (6, 10))):
            at = data.index(mark)
            for place in places:
                data[at + place : at + place + 4] = (45_056).to_bytes(4, "big")
    return bytes(data)


@pytest.mark.parametrize("kind", ["JPEG", "JPEG2000"])
def test_a_bomb_is_refused_by_its_header_and_wakes_no_worker(kind: str) -> None:
    with PortraitDecoder() as fresh:
        with pytest.raises(PictureError, match="at most 4 megapixels"):
            fresh.decode(_bomb(kind))
        assert fresh.started == 0


def test_a_small_file_header_does_not_hide_a_large_codestream() -> None:
    data = bytearray(picture("JPEG2000"))
    at = data.index(b"\xff\x51")
    data[at + 6 : at + 14] = (1024).to_bytes(4, "big") * 2
    with pytest.raises(PictureError, match="one size"):
        read_header(bytes(data))


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xd8", b"GIF89a" + bytes(40), picture("PNG"), picture("JPEG")[:40], picture("JPEG2000")[:60]],
    ids=["nothing", "two bytes", "GIF", "PNG", "JPEG cut off", "JPEG 2000 cut off"],
)
def test_what_is_no_picture_of_a_document_is_refused(data: bytes, decoder: PortraitDecoder) -> None:
    with pytest.raises(PictureError):
        decoder.decode(data)


def test_a_picture_cut_off_behind_its_header_is_refused_and_the_worker_lives(decoder: PortraitDecoder) -> None:
    decoder.decode(picture("JPEG"))
    before = decoder.started
    data = picture("JPEG", 300, 400)
    with pytest.raises(PictureError, match="expected a picture that decodes"):
        decoder.decode(data[: len(data) // 2])
    decoder.decode(data)
    assert decoder.started == before


def test_a_worker_that_died_is_replaced() -> None:
    with PortraitDecoder() as fresh:
        fresh.decode(picture("JPEG"))
        os.kill(fresh._worker.pid, signal.SIGKILL)
        fresh._worker.wait()
        fresh.decode(picture("JPEG"))
        assert fresh.started == 2


def test_a_worker_that_hangs_is_ended_and_replaced() -> None:
    with PortraitDecoder(answer_s=0.5) as fresh:
        fresh.decode(picture("JPEG"))
        hanging = fresh._worker
        os.kill(hanging.pid, signal.SIGSTOP)
        with pytest.raises(PictureError, match="took too long"):
            fresh.decode(picture("JPEG"))
        assert hanging.returncode == -signal.SIGKILL
    with PortraitDecoder() as another:
        another.decode(picture("JPEG"))


def test_closing_ends_the_worker_and_twice_is_as_good_as_once() -> None:
    one = PortraitDecoder()
    one.decode(picture("JPEG"))
    worker = one._worker
    one.close()
    one.close()
    assert worker.returncode is not None


BREAK_OUT = {
    "open a file": "open('/etc/hostname')",
    "open a socket": "import socket; socket.socket()",
    "start a process": "import os; os.fork()",
    "take memory": "bytearray(700 << 20)",
    "send a signal": "import os; os.kill(os.getppid(), 0)",
}


@pytest.mark.parametrize("attempt", BREAK_OUT)
def test_whoever_breaks_out_of_the_decoder_gets_nowhere(attempt: str) -> None:
    """The worker's own lock, and behind it the code of somebody who has taken the process over."""
    code = (
        f"import os, runpy, socket\nworker = runpy.run_path({str(WORKER)!r})\nworker['_warm_up']()\n"
        f"os.write(1, worker['_lock']().encode())\n{BREAK_OUT[attempt]}\nos.write(1, b' got through')"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, timeout=60, check=False)
    if done.stdout.startswith(b"limits") and attempt == "send a signal":
        pytest.skip("needs libseccomp2: limits alone do not keep a process from sending signals")
    assert done.stdout in (b"seccomp", b"limits")
    assert done.returncode != 0
    if done.stdout == b"seccomp" and attempt != "take memory":
        assert done.returncode == -signal.SIGSYS


def test_computing_too_long_ends_the_worker() -> None:
    code = (
        f"import runpy, signal\nworker = runpy.run_path({str(WORKER)!r})\nworker['_warm_up']()\nworker['_lock']()\n"
        "signal.setitimer(signal.ITIMER_PROF, 0.1)\nwhile True: pass"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGPROF


def test_two_thousand_broken_pictures_break_nothing_here(decoder: PortraitDecoder) -> None:
    """Bytes changed, cut and doubled, in JPEG and JPEG 2000: each gives a picture or is refused, nothing else comes."""
    seeds = [picture("JPEG", 64, 80), picture("JPEG2000", 64, 80)]
    dice = random.Random(20)
    came = refused = 0
    for number in range(2000):
        data = bytearray(seeds[number % 2])
        for _ in range(dice.choice((1, 1, 2, 4, 16))):
            data[dice.randrange(len(data))] = dice.randrange(256)
        if dice.random() < 0.15:
            del data[dice.randrange(len(data)) :]
        try:
            decoder.decode(bytes(data))
            came += 1
        except PictureError:
            refused += 1
    assert came > 100
    assert refused > 100
