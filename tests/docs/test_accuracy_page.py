"""docs/accuracy.md tells the thresholds that come along, and how many people a promise takes, as they are."""

import re
from pathlib import Path

import pytest

from consentry.app.face_evaluation import EMBEDDERS
from consentry.backends.calibrations import read_calibrations
from consentry.evaluation.bootstrap import percent
from consentry.evaluation.thresholds import smallest_fmr, subjects_for

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "accuracy.md").read_text("utf-8")


@pytest.mark.parametrize("column", range(len(EMBEDDERS)), ids=EMBEDDERS)
def test_the_thresholds_are_those_of_the_package(column: int) -> None:
    told = {}
    for row in re.findall(r"^\| (0\.\d+) \| (.+) \| (.+) \| (.+) \|$", PAGE, re.MULTILINE):
        told[float(row[0])] = row[1 + column]
    points = read_calibrations()[EMBEDDERS[column]].points
    assert told == {
        point.fmr: f"{point.score:.3f}: {percent(point.measured)} % ({percent(point.low)}-{percent(point.high)})"
        for point in points
    }
    assert {(point.fnmr, round(point.fnmr_high, 3)) for point in points} == {(0.0, 0.071)}


def test_how_many_people_a_promise_takes() -> None:
    for fmr in (0.001, 0.0001):
        assert f"{subjects_for(fmr)} " in PAGE
    assert smallest_fmr(50) < 0.0031 < smallest_fmr(49)
