"""Zones read from pictures: how many exactly, after repair, refused, wrong but accepted; and how long a photo takes.

Read are the specimens of the shared data, the 168 standard pages, and harder pages than anybody should take. Timed are
the specimens and as many standard pages as photos of 1600 pixels, in CPU seconds of one thread, beside what libraries
take for the same photos in turn.

    python -m bench.mrz --hard 1000 --seed 4242 --rapidocr /somewhere/bin/python
"""

import argparse
import json
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from training.mrz.pages import FONTS, draw_page
from training.mrz.standard_pages import COUNT, standard_page
from training.mrz.texts import random_zone

from bench.mrz_libraries import Decoding, Library, Rapid, Tesseract, saw
from consentry.backends.document_pictures import decode_picture
from consentry.backends.mrz_reader import MrzReader
from consentry.core.frames import Image

Picture = tuple[bytes, tuple[str, ...]]
"""A file, and the lines of the zone in it."""
TODAY = date(2026, 11, 25)
SIDE = 1600
"""px of the longer side of a photo that is timed."""
MISTAKEN = {"fm_mrvb.jpg": 36}
"""Pictures whose truth file has longer lines than the picture: 44 characters, filled up; an MRV-B has 36."""
_QUICK = 4


@dataclass(slots=True)
class Count:
    """What became of the pictures of a set."""

    name: str
    pages: Counter[str] = field(default_factory=Counter)
    """``exact``, ``repaired``, ``refused``, ``wrong``: pictures."""
    refusals: Counter[str] = field(default_factory=Counter)
    """By their reason."""

    def __str__(self) -> str:
        told = ", ".join(f"{self.pages[word]} {word}" for word in ("exact", "repaired", "refused", "wrong"))
        return f"{self.name}: {sum(self.pages.values())} pictures, {told}"


@dataclass(slots=True)
class Timed:
    """What a reader took for the photos."""

    name: str
    seconds: list[float] = field(default_factory=list)
    """CPU s of each."""
    exact: int = 0
    """Photos of which it saw all lines."""

    def __str__(self) -> str:
        ms = [one * 1e3 for one in self.seconds]
        return f"{self.name:30} {median(ms):7.0f} {max(ms):7.0f} {self.exact:4} of {len(ms)}"


def count(name: str, reader: MrzReader, pictures: Iterator[Picture]) -> Count:
    """Read pictures, and hold each against its truth."""
    found = Count(name)
    for content, lines in pictures:
        reading = reader.read(decode_picture(content, "picture"), TODAY)
        if reading.settled is None:
            found.pages["refused"] += 1
            found.refusals[reading.why.partition(":")[0]] += 1
        elif reading.settled.mrz.lines != lines:
            found.pages["wrong"] += 1
        else:
            found.pages["repaired" if reading.settled.repairs else "exact"] += 1
    return found


def timed(reader: MrzReader, libraries: Sequence[Library], pictures: Iterator[Picture]) -> list[Timed]:
    """Read photos of 1600 px, each by all in turn."""
    ours, others = Timed("Consentry"), [Timed(library.name) for library in libraries]
    for content, lines in pictures:
        photo = photographed(decode_picture(content, "picture"))
        began = time.process_time()
        settled = reader.read(decode_picture(photo, "photo"), TODAY).settled
        ours.seconds.append(time.process_time() - began)
        ours.exact += settled is not None and settled.mrz.lines == lines
        for library, row in zip(libraries, others, strict=True):
            seconds, texts = library.read(photo)
            row.seconds.append(seconds)
            row.exact += saw(texts, lines)
    return [ours, *others]


def photographed(image: Image) -> bytes:
    """A picture as a JPEG whose longer side is 1600 px."""
    scale = SIDE / max(image.shape[:2])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return _packed(cv2.resize(image, None, fx=scale, fy=scale, interpolation=how), ".jpg")


def standard(numbers: Sequence[int]) -> Iterator[Picture]:
    """Standard pages by their numbers, as files."""
    pages = (standard_page(number)[1] for number in numbers)
    return ((_packed(page.image, ".png"), page.texts) for page in pages)


def hard(pages: int, seed: int) -> Iterator[Picture]:
    """Pages as they are trained on: worn, glaring, dim, blurred, tiny; some cannot be read by anybody."""
    rng = np.random.default_rng(seed)
    for _ in range(pages):
        turn = float(rng.integers(4) * 90 + rng.normal(0, 4))
        pitch = float(np.exp(rng.uniform(np.log(7.5), np.log(26))))
        page = draw_page(rng, random_zone(rng), pitch, turn=turn, perspective=0.03)
        yield _packed(page.image, ".png"), page.texts


def specimens(folder: Path | None) -> Iterator[Picture]:
    """Pictures whose lines stand in ``ground_truth.json`` beside them; none where there is no folder."""
    if folder is None:
        return
    truth = json.loads((folder / "ground_truth.json").read_text("utf-8"))
    for name, told in truth.items():
        yield (folder / name).read_bytes(), tuple(line[: MISTAKEN.get(name)] for line in told["read"])


def _packed(image: np.ndarray, kind: str) -> bytes:
    done, packed = cv2.imencode(kind, image)
    if not done:
        raise RuntimeError(f"OpenCV could not write a picture as {kind}")
    return packed.tobytes()


def _asked() -> argparse.Namespace:
    shared = os.environ.get("CONSENTRY_SHARED")
    data, models = (Path(shared) / "data/documents/mrz/specimens", Path(shared) / "models") if shared else (None, None)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--specimens", type=Path, default=data, help="folder of pictures with a ground_truth.json")
    parser.add_argument("--hard", type=int, default=100, metavar="PAGES")
    parser.add_argument("--seed", type=int, default=4242, help="of the hard pages")
    parser.add_argument("--tessdata", type=Path, default=models, help="folder with mrz.traineddata, for Tesseract")
    parser.add_argument("--rapidocr", type=Path, help="the Python of an environment in which RapidOCR is installed")
    parser.add_argument("--quick", action="store_true", help="four pictures of each set")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    return parser.parse_args()


def main() -> None:
    """Measure and print; exit code 1 if a zone was read wrong and accepted."""
    asked = _asked()
    if not FONTS.is_dir():
        print("not measured: needs Debian's fonts-ocr-b")
        return
    cv2.setNumThreads(1)
    most = _QUICK if asked.quick else None
    every = list(range(0, COUNT, COUNT // _QUICK)) if asked.quick else list(range(COUNT))
    reader = MrzReader()
    counts = [
        count("specimens", reader, islice(specimens(asked.specimens), most)),
        count("standard pages", reader, standard(every)),
        count("hard pages", reader, islice(hard(asked.hard, asked.seed), most)),
    ]
    with ExitStack() as open_ones:
        libraries: list[Library] = [Decoding()]
        if asked.tessdata is not None and shutil.which("tesseract"):
            libraries.append(Tesseract(asked.tessdata))
        if asked.rapidocr is not None:
            libraries.append(open_ones.enter_context(Rapid(asked.rapidocr)))
        photos = [*islice(specimens(asked.specimens), most), *standard(every[:: 1 if asked.quick else 10])]
        rows = timed(reader, libraries, iter(photos))
    if asked.json:
        told = [{"name": one.name, "pages": dict(one.pages), "refusals": dict(one.refusals)} for one in counts]
        print(json.dumps({"counts": told, "timed": [asdict(row) for row in rows]}))
    else:
        for one in counts:
            print(one, *(f"    refused {times}: {why}" for why, times in one.refusals.most_common(4)), sep="\n")
        print(f"{len(photos)} photos of {SIDE} px, CPU ms: median, longest; of which all lines were exactly right")
        print(*rows, sep="\n")
    if any(one.pages["wrong"] for one in counts):
        sys.exit(1)


if __name__ == "__main__":
    main()
