"""The page of an evaluation: whole, escaped, without pictures and names, and quiet in a browser."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from app.pattern_faces import BoardEmbedder, FrameFinder, crowd
from app.report_reader import Reader
from app.test_report_browser import visit
from consentry.app.face_evaluation import Wish, evaluate_faces
from consentry.app.face_evaluation_folder import find_pictures
from consentry.app.face_evaluation_gathering import Tools
from consentry.app.face_evaluation_values import FaceEvaluation
from consentry.app.face_report import render_evaluation, told, write_evaluation_page
from consentry.app.face_report.words import grouped, of_thousand, smallest_width
from consentry.backends.face_pictures import read_face_picture
from consentry.core.errors import StorageError
from consentry.evaluation.attacks import Presentation, Response, attack_errors
from consentry.evaluation.bootstrap import Estimate

TAGS = {
    "html", "head", "meta", "title", "link", "style", "body", "a", "header", "p", "h1", "h2", "h3", "bdi", "nav",
    "main", "section", "dl", "div", "dd", "dt", "ul", "li", "figure", "figcaption", "svg", "defs", "g", "path", "use",
    "clippath", "rect", "text", "span", "table", "caption", "thead", "tbody", "tr", "th", "td", "small", "footer",
}  # fmt: skip
"""Everything that the page is made of; what a group's name smuggles in would add to it."""
HOSTILE = '<img src=x onerror="alert(1)">\u202e'


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> FaceEvaluation:
    pictures = find_pictures(crowd(tmp_path_factory.mktemp("crowd"), subjects=44))
    groups = {"side": {number: HOSTILE if number < 22 else "right" for number in range(44)}}
    tools = Tools(read_face_picture, FrameFinder(), (BoardEmbedder(), BoardEmbedder("boards+boards")))
    made = evaluate_faces(pictures, tools, Wish(1, "2026-11-25", (24, 96), groups=groups), lambda *_: None)
    shown = [Presentation("paper board", number, Response.ATTACK) for number in range(40)]
    shown += [Presentation("paper board", 40, Response.BONA_FIDE)]
    shown += [Presentation(None, number, Response.BONA_FIDE) for number in range(41)]
    return replace(made, attacks=attack_errors(shown, 1), attack_frames=12)


@pytest.fixture(scope="module")
def page(evaluation: FaceEvaluation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / "new folder" / "faces.html"
    write_evaluation_page(evaluation, "people of gate <4>", path)
    return path


def read(path: Path) -> Reader:
    """A page that is well formed and fetches nothing; it has no script."""
    reader = Reader()
    reader.feed(path.read_text("utf-8"))
    reader.close()
    assert reader.problems == reader.unclosed == reader.scripts == []
    assert len(reader.ids) == len(set(reader.ids))
    assert all(address.startswith("#") or address == "data:," for _, address in reader.addresses)
    assert reader.meta["Content-Security-Policy"].startswith("default-src 'none'")
    return reader


def test_the_page_tells_the_figures(page: Path) -> None:
    seen = read(page)
    for words in (
        "people of gate <4>",
        "profile lab",
        "Of 1,000 strangers who try to pass with somebody else's document, between 0 and 4 would be matched.",
        "Of 1,000 travellers who show their own",
        "Failures to acquire (FTA): 3 of 91 pictures: ",
        "no face 1",
        "Detection error trade-off (DET)",
        "44 mated and 3,784 non-mated comparisons",
        "boards+boards",
        "what so few people cannot tell from no error at all",
        "paper board",
        "What it does not show",
        "44 people make 946 pairs, so no false match rate below 0.39 % can be told from them.",
        "no printer, screen or attacker took part",
    ):
        assert words in seen.text, words


def test_the_page_holds_no_picture_and_no_name(page: Path) -> None:
    text = page.read_text("utf-8")
    assert read(page).tags <= TAGS
    assert "Person" not in text
    assert not re.search(r"data:image|base64|\.png|/tmp|file:", text)
    assert "\u202e" not in text


def test_what_a_group_is_called_is_shown_and_not_run(page: Path) -> None:
    assert '<img src=x onerror="alert(1)">\ufffd' in read(page).text


def test_the_same_evaluation_gives_the_same_page(evaluation: FaceEvaluation, page: Path) -> None:
    assert render_evaluation(evaluation, "people of gate <4>") == page.read_text("utf-8")


def test_json_tells_everything_but_names(evaluation: FaceEvaluation) -> None:
    text = json.dumps(told(evaluation), allow_nan=False)
    assert "Person" not in text
    back = json.loads(text)
    assert back["about"]["profile"] == "lab"
    assert back["acquisition"]["fta"]["errors"] == 3
    model = back["models"][0]
    assert model["in_use"]["transaction"]["frr"] == pytest.approx(evaluation.models[0].in_use.transaction.frr)
    assert len(model["curves"]["fmr"]) == len(model["curves"]["high"])
    assert sum(model["scores"]["mated"]) == model["mated"]
    assert back["attacks"]["apcer"]["errors"] == 1
    assert {group["enough"] for group in model["differentials"][0]["groups"]} == {True}


def test_a_page_that_cannot_be_written(evaluation: FaceEvaluation, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="--out"):
        write_evaluation_page(evaluation, "x", tmp_path / "file" / "faces.html")


def test_sentences(evaluation: FaceEvaluation) -> None:
    assert of_thousand(Estimate(0.0005, 0.00011, 0.00201, 1, 2000, 80)) == "between 0 and 3"
    assert of_thousand(Estimate(1.0, 1.0, 1.0, 5, 5, 5)) == "1000"
    assert smallest_width(evaluation.widths, "boards") == "At none of the widths all faces were found and matched."
    (side,) = evaluation.models[0].differentials
    assert "cannot be excluded" in grouped(side)


def test_a_browser_shows_it_and_asks_nobody(page: Path, tmp_path: Path) -> None:
    seen = visit(page, tmp_path)
    assert seen.console == []
    assert seen.asked == []
    assert seen.dom.count("<svg") == 3
    assert "What it means" in seen.dom
