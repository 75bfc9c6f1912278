"""Zones out of pictures: drawn pages whose truth is known, real specimens, and pictures without a zone."""

import json
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest
from training.mrz.pages import FONTS, Page, draw_page
from training.mrz.standard_pages import COUNT, TAKES, standard_page
from training.mrz.texts import random_zone

from consentry.backends.document_pictures import read_picture
from consentry.backends.mrz_lines import Line, cut, lines_of
from consentry.backends.mrz_reader import MrzReader
from consentry.document.mrz_layout import LAYOUTS, TD3

TODAY = date(2026, 11, 25)
MISTAKEN = {"fm_mrvb.jpg"}
"""Its truth file has 44 characters to a line, filled up with fillers; the picture has 36, as an MRV-B must."""
needs_ocr_b = pytest.mark.skipif(not FONTS.is_dir(), reason="needs Debian's fonts-ocr-b")


@pytest.fixture(scope="module")
def reader() -> MrzReader:
    return MrzReader()


def colours(page: Page) -> np.ndarray:
    return np.dstack([page.image] * 3)


@needs_ocr_b
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_drawn_page_is_read_exactly_in_every_quarter_turn(reader: MrzReader, layout) -> None:
    rng = np.random.default_rng(5)
    zone = random_zone(rng, layout)
    page = draw_page(rng, zone, 14, turn=2, perspective=0.01, spoil=TAKES[3].spoil(rng), plain=True)
    for quarter in range(4):
        reading = reader.read(np.ascontiguousarray(np.rot90(colours(page), quarter)), TODAY)
        assert reading.settled is not None, (quarter, reading.why)
        assert reading.settled.mrz.lines == zone.lines
        assert reading.settled.mrz.layout == layout.name


@needs_ocr_b
def test_a_page_far_away_is_found(reader: MrzReader) -> None:
    """It takes up a quarter of the picture's width and height, as in a photo of a whole desk."""
    rng = np.random.default_rng(5)
    zone = random_zone(rng, TD3)
    page = draw_page(rng, zone, 14, turn=2, perspective=0.01, spoil=TAKES[2].spoil(rng), plain=True).image
    high, wide = page.shape
    desk = np.full((4 * high, 4 * wide, 3), 120, np.uint8)
    desk[high : 2 * high, wide : 2 * wide] = page[..., None]
    reading = reader.read(desk, TODAY)
    assert reading.settled is not None, reading.why
    assert reading.settled.mrz.lines == zone.lines


@needs_ocr_b
def test_pages_of_each_take_are_read_exactly(reader: MrzReader) -> None:
    """Nine of the 168, of all takes and sizes; bench/mrz.py reads them all."""
    for number in range(0, COUNT, 20):
        take, page = standard_page(number)
        reading = reader.read(colours(page), TODAY)
        assert reading.settled is not None, (take.name, reading.why)
        assert reading.settled.mrz.lines == page.texts, take.name


@needs_ocr_b
def test_hard_pages_are_read_or_refused_and_never_read_wrong(reader: MrzReader) -> None:
    rng = np.random.default_rng(11)
    read = 0
    for _ in range(10):
        zone = random_zone(rng)
        pitch, turn = float(rng.uniform(8, 22)), float(rng.normal(0, 4))
        reading = reader.read(colours(draw_page(rng, zone, pitch, turn=turn, perspective=0.03)), TODAY)
        if reading.settled is not None:
            assert reading.settled.mrz.lines == zone.lines
            read += 1
        else:
            assert reading.why
    assert read >= 3


@needs_ocr_b
def test_a_covered_name_is_refused_and_the_refusal_does_not_tell_it(reader: MrzReader) -> None:
    rng = np.random.default_rng(3)
    zone = random_zone(rng, TD3)
    page = draw_page(rng, zone, 16, turn=0, perspective=0, spoil=TAKES[2].spoil(rng), plain=True)
    left, right = page.lines[0][0], page.lines[0][2]
    x0 = int(left[0] + 7 * page.pitch)
    page.image[int(left[1]) : int(right[1]) + 1, x0 : x0 + int(page.pitch * 1.5)] = 30
    reading = reader.read(colours(page), TODAY)
    assert reading.settled is None
    assert reading.why
    assert zone.lines[0][5:9] not in reading.why
    assert zone.lines[1][:9] not in reading.why


@pytest.mark.shared
def test_every_specimen_is_read_as_its_truth_says(reader: MrzReader, shared: Path) -> None:
    folder = shared / "data" / "documents" / "mrz" / "specimens"
    truth = json.loads((folder / "ground_truth.json").read_text("utf-8"))
    assert len(truth) == 17
    for name, told in truth.items():
        reading = reader.read(read_picture(folder / name), TODAY)
        assert reading.settled is not None, (name, reading.why)
        expected = [line[:36] for line in told["read"]] if name in MISTAKEN else told["read"]
        assert list(reading.settled.mrz.lines) == expected, name


@pytest.mark.parametrize("kind", ["white", "black", "noise", "stripes", "a line of dots", "100 x 3", "3 x 100"])
def test_a_picture_without_a_zone_is_refused(reader: MrzReader, kind: str) -> None:
    rng = np.random.default_rng(1)
    image = np.full((300, 480, 3), 255, np.uint8)
    if kind == "black":
        image[:] = 0
    elif kind == "noise":
        image = rng.integers(0, 256, image.shape, dtype=np.uint8)
    elif kind == "stripes":
        image[::6] = 0
    elif kind == "a line of dots":
        image[200:210, 20:460:10] = 0
    elif "x" in kind:
        wide, high = map(int, kind.split(" x "))
        image = rng.integers(0, 256, (high, wide, 3), dtype=np.uint8)
    reading = reader.read(image, TODAY)
    assert reading.settled is None
    assert reading.why


def test_a_bent_line_is_cut_straight() -> None:
    """A row of dots along a parabola comes out level."""
    grey = np.full((200, 600), 255, np.uint8)
    along = np.arange(-250.0, 251.0, 10)
    bend = np.array([3e-4, 0.05, 1.0])
    for s in along:
        cv2.circle(grey, (round(300 + s), round(100 + np.polyval(bend, s))), 2, 0, -1)
    line = Line(np.array([300.0, 100.0]), np.array([1.0, 0.0]), bend, -255.0, 255.0, 18.0)
    for one in (line, line.turned()):
        rows, _ = np.nonzero(cut(grey, one, 1.5, 0.5) < 128)
        assert abs(rows.mean() - 15.5) < 0.7
        assert rows.std() < 2.5


def test_lines_that_lie_like_a_zone_are_one_group_and_a_gap_of_glare_is_bridged() -> None:
    sureness = np.zeros((200, 320), np.float32)
    for y in (150, 166):
        sureness[y : y + 6, 20:300] = 1
    sureness[150:156, 140:170] = 0  # glare
    sureness[20:26, 40:280] = 1  # a line elsewhere
    groups = lines_of(sureness, 2.0)
    assert [len(group) for group in groups] == [2, 1]
    for line, y in zip(groups[0], (152.5, 168.5), strict=True):
        begin, end = line.at(line.begin), line.at(line.end)
        assert (begin, end) == (pytest.approx((40, 2 * y + 0.5), abs=2), pytest.approx((600, 2 * y + 0.5), abs=2))
        assert line.height == pytest.approx(20, rel=0.2)
