"""The bench of MRZ reading runs, and counts what it must."""

import json
from pathlib import Path

import pytest
from bench.mrz import SIDE, count, photographed, standard
from training.mrz.pages import FONTS

from bench import mrz
from consentry.backends.document_pictures import decode_picture
from consentry.backends.mrz_reader import MrzReader

pytestmark = pytest.mark.skipif(not FONTS.is_dir(), reason="needs Debian's fonts-ocr-b")


def test_a_page_is_exact_and_against_another_truth_it_is_wrong() -> None:
    (page, lines), (_, others) = standard([0, 1])
    found = count("two", MrzReader(), iter([(page, lines), (page, others)]))
    assert found.pages == {"exact": 1, "wrong": 1}
    assert "2 pictures, 1 exact, 0 repaired, 0 refused, 1 wrong" in str(found)


def test_a_photo_is_as_large_as_it_is_told() -> None:
    ((page, _),) = standard([0])
    assert max(decode_picture(photographed(decode_picture(page, "page")), "photo").shape) == SIDE


@pytest.mark.shared
def test_the_bench_runs(shared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CONSENTRY_SHARED", str(shared))
    monkeypatch.setattr("sys.argv", ["bench.mrz", "--quick", "--json"])
    mrz.main()
    told = json.loads(capsys.readouterr().out)
    assert [sum(one["pages"].values()) for one in told["counts"]] == [4, 4, 4]
    assert not any("wrong" in one["pages"] for one in told["counts"])
    ours, decoding = told["timed"][:2]
    assert (ours["name"], ours["exact"], len(ours["seconds"])) == ("Consentry", 8, 8)
    assert (decoding["exact"], min(decoding["seconds"]) > 0) == (0, True)
