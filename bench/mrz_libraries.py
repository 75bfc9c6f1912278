"""What general OCR makes of the same photos: decoding alone, Tesseract's command, RapidOCR in a Python of its own.

Each is timed by the CPU seconds of one thread, so that a busy machine troubles all alike.
"""

import json
import os
import resource
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol, Self

import cv2

from consentry.backends.document_pictures import decode_picture

_SIDE = 640
"""px: what every reader must at least make of a photo before it looks."""
_WORKER = """
import json, sys, time
import cv2
from rapidocr import RapidOCR
cv2.setNumThreads(1)
one = {"EngineConfig.onnxruntime.intra_op_num_threads": 1, "EngineConfig.onnxruntime.inter_op_num_threads": 1}
engine = RapidOCR(params=one | {"Global.log_level": "critical"})
for path in sys.stdin:
    began = time.process_time()
    found = engine(cv2.imread(path.strip()))
    print(json.dumps([time.process_time() - began, list(found.txts or ())]), flush=True)
"""


class Library(Protocol):
    """Something that reads a photo."""

    name: str

    def read(self, photo: bytes) -> tuple[float, tuple[str, ...]]:
        """CPU seconds, and the lines of text that it saw."""


class Decoding:
    """No reading at all."""

    name = "decode and resize alone"

    def read(self, photo: bytes) -> tuple[float, tuple[str, ...]]:
        """No lines."""
        began = time.process_time()
        cv2.resize(decode_picture(photo, "photo"), (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
        return time.process_time() - began, ()


class Tesseract:
    """Its command, once for each photo, as its users call it: starting takes part of the time."""

    def __init__(self, models: Path) -> None:
        """Take the model ``mrz.traineddata`` of a folder."""
        self.name = "Tesseract with the model mrz"
        self._words = ["--tessdata-dir", str(models), "-l", "mrz"]

    def read(self, photo: bytes) -> tuple[float, tuple[str, ...]]:
        """Of the whole page, segmented by itself."""
        before = _children()
        with _file(photo) as path:
            told = subprocess.run(
                ["tesseract", path, "-", *self._words], capture_output=True, text=True, check=True,
                env=os.environ | {"OMP_THREAD_LIMIT": "1"},
            )  # fmt: skip
        return _children() - before, tuple(told.stdout.splitlines())


class Rapid:
    """RapidOCR's detector and recogniser, loaded once, in the Python of another environment."""

    name = "RapidOCR"

    def __init__(self, python: Path) -> None:
        """Start it."""
        self._worker = subprocess.Popen(
            [str(python), "-c", _WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def read(self, photo: bytes) -> tuple[float, tuple[str, ...]]:
        """Every text that it found, each a line."""
        worker = self._worker
        if worker.stdin is None or worker.stdout is None:
            raise RuntimeError("RapidOCR's worker was started without pipes")
        with _file(photo) as path:
            print(path, file=worker.stdin, flush=True)
            seconds, texts = json.loads(worker.stdout.readline())
        return float(seconds), tuple(texts)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the worker."""
        if self._worker.stdin is not None:
            self._worker.stdin.close()
        self._worker.wait(30)


def saw(texts: tuple[str, ...], lines: tuple[str, ...]) -> bool:
    """Whether all lines of a zone are among texts, spaces and quotes for fillers forgiven.

    >>> saw(("Name", "P<UTO A«B"), ("P<UTOA<<B",))
    True
    """
    clean = {text.replace(" ", "").replace("«", "<<").upper() for text in texts}
    return set(lines) <= clean


def _children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


@contextmanager
def _file(photo: bytes) -> Iterator[str]:
    with NamedTemporaryFile(suffix=".jpg") as file:
        file.write(photo)
        file.flush()
        yield file.name
