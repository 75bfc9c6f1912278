"""An evaluation on pictures whose errors are known beforehand, from folder to figures."""

from pathlib import Path

import numpy as np
import pytest

from app.pattern_faces import BoardEmbedder, FrameFinder, board, crowd, picture, write
from consentry.app.face_calibration import calibrate
from consentry.app.face_evaluation import Wish, compared_of, evaluate_faces
from consentry.app.face_evaluation_attacks import AttackBench
from consentry.app.face_evaluation_folder import find_pictures, read_groups
from consentry.app.face_evaluation_gathering import FULL, Tools, gather
from consentry.app.face_evaluation_values import FaceEvaluation
from consentry.backends.calibrations import (
    Calibration,
    Point,
    calibration_of,
    load_threshold,
    read_calibrations,
    write_calibrations,
)
from consentry.backends.embedders import load_embedder
from consentry.backends.face_attacks import load_attack_detector
from consentry.backends.face_pictures import read_face_picture
from consentry.backends.face_samples import load_acquiring_finder
from consentry.backends.simulated_presentations import BONA_FIDE, KINDS
from consentry.core.errors import ConsentryError, MalformedError, ModelMismatchError, SourceError, SupplyError
from consentry.evaluation.intervals import binomial_interval
from consentry.evaluation.thresholds import TooFewSubjectsError

DATE = "2026-11-25"
POINT = Point(0.8, 0.7, 0.05, 0.0, 0.0, 0.01, 0.0, 0.0, 0.1)


def quiet(_what: str, _done: int, _of: int) -> None:
    """Nobody looks."""


def tools() -> Tools:
    return Tools(read_face_picture, FrameFinder(), (BoardEmbedder(),))


def calibrated(path: Path, model: str = "boards") -> Path:
    one = Calibration(model, "drawn boards", 40, 40, 3120, DATE, "frames", "0" * 64, (POINT,))
    write_calibrations([one], path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crowd(tmp_path_factory.mktemp("crowd"))


@pytest.fixture(scope="module")
def evaluation(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> FaceEvaluation:
    pictures = find_pictures(folder)
    groups = {"side": {number: "left" if number < 8 else "right" for number in range(29)}}
    calibration = calibrated(tmp_path_factory.mktemp("calibration") / "boards.json")
    wish = Wish(1, DATE, (24, 96, 400), groups=groups, calibration=calibration)
    return evaluate_faces(pictures, tools(), wish, quiet)


def test_the_known_errors_are_counted(evaluation: FaceEvaluation) -> None:
    """One of 30 people unlike in the second picture; two people alike: 4 of 1,740 comparisons of strangers."""
    (model,) = evaluation.models
    assert (model.mated, model.non_mated) == (30, 30 * 29 * 2)
    used = model.in_use
    assert (used.fmr.errors, used.fmr.trials) == (4, 1740)
    assert (used.fnmr.errors, used.fnmr.trials) == (1, 30)
    assert used.fnmr.high >= binomial_interval(1, 30)[1]
    assert used.fmr.high >= binomial_interval(1, 435)[1], "the two who look alike are one pair of 435"
    assert not used.same


def test_pictures_without_a_face_are_failures_with_reasons(evaluation: FaceEvaluation) -> None:
    acquisition = evaluation.acquisition
    assert (acquisition.fta.errors, acquisition.fta.trials, acquisition.fte.errors) == (3, 63, 0)
    assert dict(acquisition.reasons) == {
        "no face": 1,
        "several faces": 1,
        "the file is no picture that can be read": 1,
    }
    whole = evaluation.models[0].in_use.transaction
    assert whole.frr == pytest.approx(3 / 63 + 60 / 63 / 30)
    assert whole.far == pytest.approx(4 / 1740 * 60 / 63)


def test_scaled_down_probes(evaluation: FaceEvaluation) -> None:
    """Boards survive averaging, so the same errors come again; a face that is not that large is no failure."""
    small, fair, huge = evaluation.widths
    for row in (small, fair):
        (mine,) = row.models
        assert (row.fta.errors, row.fta.trials) == (0, 60)
        assert (mine.fnmr.errors, mine.fnmr.trials) == (2, 60), "each of two pictures is the probe once"
        assert (mine.fmr.errors, mine.fmr.trials) == (8, 2 * 1740)
    assert huge.models == ()
    assert huge.fta.trials == 0


def test_thresholds_are_chosen_or_refused(evaluation: FaceEvaluation) -> None:
    (model,) = evaluation.models
    assert [one.threshold.fmr for one in model.chosen] == [0.01, 0.05]
    assert all(one.fmr.high <= one.threshold.fmr for one in model.chosen)
    strict, loose = model.chosen
    assert (strict.fmr.errors, loose.fmr.errors > 0) == (0, True), "0.01 of 30 people takes a set without an error"
    assert len(model.refused) == 2
    assert all("30 people support none below 0.0085" in sentence for sentence in model.refused)


def test_searches_and_groups(evaluation: FaceEvaluation) -> None:
    (model,) = evaluation.models
    assert [one.size for one in model.searched] == [2, 5, 10, 15]
    assert all(0 < one.fnir.rate < 0.1 for one in model.searched), "person 0 is never found"
    (side,) = model.differentials
    assert [(group.name, group.subjects, group.enough) for group in side.groups] == [
        ("left", 8, False),
        ("right", 21, True),
    ]
    assert side.left_out == 1
    left = side.groups[0]
    assert left.fmr is not None
    assert left.fnmr is not None
    assert (left.fmr.errors, left.fmr.trials) == (4, 8 * 7 * 2)
    assert (left.fnmr.errors, left.fnmr.trials) == (1, 8)
    assert side.fmr is None, "one group of enough people has nobody to differ from"


def test_the_same_seed_gives_the_same(folder: Path, evaluation: FaceEvaluation) -> None:
    pictures = find_pictures(folder)
    again = evaluate_faces(pictures, tools(), Wish(1, DATE, ()), quiet)
    assert again.acquisition == evaluation.acquisition
    assert again.about.digest == evaluation.about.digest
    uncalibrated = again.models[0].in_use
    assert uncalibrated.same, "a model without a calibration is measured where these pictures support it"
    assert uncalibrated.fmr.errors == 0
    assert uncalibrated.threshold.score > 0.99, "the two who look alike must not match"


def test_two_people_are_enough_to_say_how_little_they_say(tmp_path: Path) -> None:
    looks = {
        f"{name}_{take}": picture(board(seed), seed=take) for name, seed in (("A", 1), ("B", 2)) for take in (0, 1)
    }
    found = evaluate_faces(find_pictures(write(tmp_path / "two", looks)), tools(), Wish(1, DATE, (24,)), quiet)
    (model,) = found.models
    assert (model.in_use.fmr.errors, model.in_use.fmr.high) == (0, binomial_interval(0, 1)[1])
    assert model.transfers == ()
    assert len(model.refused) == 4


def test_templates_are_overwritten(folder: Path) -> None:
    mine = tools()
    gathered = gather(find_pictures(folder), mine, (), quiet)
    assert "vectors" not in repr(gathered)
    assert np.isfinite(gathered.vectors["boards", FULL][gathered.acquired()]).all()
    gathered.wipe()
    assert not gathered.vectors["boards", FULL].any()
    assert mine.embedders[0].forgot == 1  # type: ignore[attr-defined]


def test_a_calibration_on_the_set_is_kept_by_the_set(folder: Path, tmp_path: Path) -> None:
    pictures = find_pictures(folder)
    made = calibrate(pictures, tools(), (0.02, 0.1), "boards of this test", 1, DATE, quiet)
    path = tmp_path / "own" / "boards.json"
    write_calibrations(made, path)
    assert read_calibrations(path) == {"boards": made[0]}
    assert [point.fmr for point in made[0].points] == [0.02, 0.1]
    result = evaluate_faces(pictures, tools(), Wish(1, DATE, (), fmr=0.1, calibration=path), quiet)
    used = result.models[0].in_use
    assert used.same
    assert used.threshold.score == made[0].points[1].score
    assert (used.fmr.rate, used.fmr.low, used.fmr.high) == (
        made[0].points[1].measured,
        made[0].points[1].low,
        made[0].points[1].high,
    )
    threshold = load_threshold("boards", 0.05, path)
    assert (threshold.fmr, threshold.band) == (0.02, (made[0].points[0].barely, made[0].points[0].score))
    with pytest.raises(TooFewSubjectsError, match="30 people support none below"):
        calibrate(pictures, tools(), (0.1, 1e-3), "boards", 1, DATE, quiet)


def test_a_calibration_keeps_to_its_model_and_its_rates(tmp_path: Path) -> None:
    path = calibrated(tmp_path / "boards.json")
    calibrated(path, "other boards")
    assert sorted(read_calibrations(path)) == ["boards", "other boards"], "those of other models stay"
    with pytest.raises(ModelMismatchError, match="expected a calibration of mobilefacenet, came boards, other boards"):
        calibration_of("mobilefacenet", path)
    with pytest.raises(SupplyError, match="no calibration of boards comes with Consentry"):
        calibration_of("boards")
    with pytest.raises(SupplyError, match=r"supports none below 0\.05"):
        load_threshold("boards", 0.01, path)
    with pytest.raises(SupplyError, match="make them with consentry face calibrate"):
        read_calibrations(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        pytest.param('"calibrations"', '"thresholds"', id="no list"),
        pytest.param("{", "", id="no JSON"),
        pytest.param('"fmr": 0.05', '"fmr": 1e999', id="a rate beyond 1"),
        pytest.param('"score": 0.8', '"score": "0.8"', id="a score in words"),
        pytest.param('"score": 0.8', '"score": NaN', id="a score that is no number"),
        pytest.param('"high": 0.01', '"high": 0.06', id="an interval above what is promised"),
        pytest.param('"barely": 0.7', '"barely": 0.9', id="a band upside down"),
        pytest.param('"subjects": 40', '"subjects": true', id="a truth for a count"),
        pytest.param('"points": [', '"points": [], "past": [', id="no threshold"),
    ],
)
def test_no_calibration_file_is_refused(tmp_path: Path, was: str, becomes: str) -> None:
    path = calibrated(tmp_path / "boards.json")
    text = path.read_text("utf-8")
    assert was in text
    path.write_text(text.replace(was, becomes, 1), "utf-8")
    with pytest.raises(MalformedError, match=r"boards\.json"):
        read_calibrations(path)
    before = path.read_bytes()
    with pytest.raises(MalformedError):
        calibrated(path)
    assert path.read_bytes() == before, "what is no calibration file is not written over"


@pytest.mark.parametrize(
    ("names", "told"),
    [
        pytest.param([], "at least two people", id="empty"),
        pytest.param(["Anna_1", "Anna_2"], "came 2 of 1", id="one person"),
        pytest.param(["Anna_1", "Berta"], "'Berta.png'", id="a name that tells nobody"),
        pytest.param(["_1", "Anna_1"], "'_1.png'", id="nobody's"),
    ],
)
def test_folders_that_tell_no_subjects(tmp_path: Path, names: list[str], told: str) -> None:
    write(tmp_path / "set", {name: picture(board(1)) for name in names})
    with pytest.raises(SourceError, match=told):
        find_pictures(tmp_path / "set")


@pytest.mark.parametrize(
    ("pictures", "told"),
    [
        pytest.param({"A_1": 1, "B_1": 2, "C_1": 3}, "came 0 mated", id="one picture each"),
        pytest.param({"A_1": None, "B_1": None}, "gave a face to compare: no face", id="no faces"),
        pytest.param({"A_1": 1, "A_2": 1, "B_1": None}, "0 non-mated", id="only one of them has a face"),
    ],
)
def test_nothing_to_compare(tmp_path: Path, pictures: dict[str, int | None], told: str) -> None:
    looks = {name: picture() if look is None else picture(board(look)) for name, look in pictures.items()}
    found = find_pictures(write(tmp_path / "set", looks))
    with pytest.raises(SourceError, match=told):
        compared_of(gather(found, tools(), (), quiet), "boards")


TABLE = "who,side,age\nAnna,left,20\nBerta, right ,NA\nCarl,left,31\nZoe,right,50\n"


def test_groups_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("\ufeff" + TABLE, "utf-8")
    groups = read_groups(path, ("Anna", "Berta", "Carl", "Dora"))
    assert groups == {"side": {0: "left", 1: "right", 2: "left"}, "age": {0: "20", 2: "31"}}
    many = "who,age\n" + "".join(f"P{number},{20 + number}\n" for number in range(30))
    path.write_text(many, "utf-8")
    bands = read_groups(path, tuple(f"P{number}" for number in range(30)))["age"]
    assert {name: list(bands.values()).count(name) for name in bands.values()} == {
        "20 to 29": 10,
        "30 to 39": 10,
        "40 to 49": 10,
    }


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("who,side\n", id="nobody"),
        pytest.param("who\nAnna\n", id="no group"),
        pytest.param("who,side\nAnna,left,more\n", id="a cell too many"),
        pytest.param("who,side\nAnna,left\nAnna,right\n", id="twice"),
        pytest.param("who,side\nZoe,left\n", id="of other people"),
        pytest.param("who,side,side\nAnna,left,right\n", id="two columns of one name"),
    ],
)
def test_tables_that_are_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(MalformedError, match=r"people\.csv"):
        read_groups(path, ("Anna", "Berta"))
    path.write_bytes(b"who,side\nAnna,\xff\xfe\n")
    with pytest.raises(MalformedError, match="UTF-8"):
        read_groups(path, ("Anna", "Berta"))
    with pytest.raises(ConsentryError, match="cannot be read"):
        read_groups(tmp_path / "none.csv", ("Anna", "Berta"))


@pytest.mark.shared
def test_the_thresholds_that_come_along_are_those_of_the_shared_faces(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever changes a finder, an alignment or an embedder must calibrate anew."""
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    known = read_calibrations()
    pictures = find_pictures(shared / "data" / "faces")
    mine = Tools(read_face_picture, load_acquiring_finder(), tuple(load_embedder(model) for model in known))
    fmrs = [point.fmr for point in next(iter(known.values())).points]
    for one in calibrate(pictures, mine, fmrs, "the shared faces", 1, DATE, quiet):
        was = known[one.model]
        assert (one.pictures, one.subjects, one.non_mated, one.mated, one.finder) == (
            was.pictures,
            was.subjects,
            was.non_mated,
            was.mated,
            was.finder,
        )
        for now, then in zip(one.points, was.points, strict=True):
            assert now.score == pytest.approx(then.score, abs=0.0021), one.model
            assert now.measured == pytest.approx(then.measured, abs=0.002), one.model
            assert now.fnmr == then.fnmr == 0, one.model


@pytest.mark.shared
def test_simulated_attacks_on_a_shared_face(shared: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every kind is presented once, and bona fide presentations are counted apart; a picture of nobody is left out."""
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    write(tmp_path, {"002_nobody": picture()})
    (tmp_path / "001_neutral.jpg").symlink_to(shared / "data" / "faces" / "001_neutral.jpg")
    bench = AttackBench(read_face_picture, load_acquiring_finder(), load_attack_detector(), seed=1, frames=3)
    told = bench(find_pictures(tmp_path), quiet)
    assert {one.name for one in told.species} == set(KINDS) - {BONA_FIDE}
    assert all(one.apcer.trials == 1 for one in told.species)
    assert told.bpcer is not None
    assert told.bpcer.trials == 1
