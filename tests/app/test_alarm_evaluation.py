"""Alarms against truth, from values to figures, reasons, a page and JSON."""

import json
from pathlib import Path

import pytest

from app.report_reader import Reader
from app.test_report_browser import visit
from consentry.app.alarm_evaluation import AlarmEvaluation, Wish, evaluate_alarms
from consentry.app.alarm_report import render_alarms, told, write_alarms_page
from consentry.app.alarm_report.timeline import timelines
from consentry.app.alarm_report.words import described, limits, readings
from consentry.core.errors import MalformedError, StorageError
from consentry.evaluation.alarms import Event, Told
from consentry.evaluation.protocols import Tolerance, ilids, kisa, plain
from consentry.evaluation.recordings import CameraTold, Heard, TruthClip

HOSTILE = '<img src=x onerror="alert(1)">\u202e'
GATE = TruthClip(
    "gate",
    (
        Event("fall", "hall", 20, 40, note="slips on the wet floor"),
        Event("fall", "hall", 100, 110),
        Event("loitering", "hall", 150, 170, ambiguous=True),
        Event("intrusion", HOSTILE, 200, 260),
    ),
    600.0,
)
YARD = TruthClip("yard", (), 3000.0)


def heard(*alarms: tuple[str, str, str, float], watched: frozenset[str] | None = None) -> Heard:
    """Camera, hazard, place and s of each alarm."""
    return Heard(tuple(CameraTold(camera, Told(at, hazard, place)) for camera, hazard, place, at in alarms), watched)


LEFT = (
    "In 1 h 0 min of one camera that makes 72 false alarms a day; "
    "so much watching leaves between 14.8 and 210 possible (95 %)."
)
TOLD = heard(
    ("gate", "fall", "hall", 22.0),
    ("gate", "fall", "hall", 30.0),
    ("gate", "fall", "hall", 112.0),
    ("gate", "loitering", "hall", 155.0),
    ("gate", "intrusion", HOSTILE, 199.5),
    ("yard", "fall", "grass", 500.0),
    ("roof", "fall", "roof", 1.0),
)


@pytest.fixture(scope="module")
def strict() -> AlarmEvaluation:
    return evaluate_alarms([GATE, YARD], TOLD, Wish(kisa()))


def test_figures_of_the_whole_and_of_each_hazard(strict: AlarmEvaluation) -> None:
    whole = strict.whole
    assert (whole.hits, whole.misses, whole.false_alarms, whole.excused) == (2, 1, 3, 1)
    assert whole.watched_s == 3600
    assert whole.false_per_hour is not None
    assert whole.false_per_hour.value == 3
    assert whole.f1 is not None
    assert whole.f1.value == 0.5
    verdicts = {
        one.name: (one.rates.hits, one.rates.misses, one.rates.false_alarms, one.passed) for one in strict.hazards
    }
    assert verdicts == {
        "fall": (1, 1, 3, False), "intrusion": (1, 0, 0, True), "loitering": (0, 0, 0, None)
    }  # fmt: skip
    assert [one.name for one in strict.clips] == ["gate", "yard"]


def test_each_fault_has_its_time_and_its_reason(strict: AlarmEvaluation) -> None:
    assert [(one.clip, one.event.begin, one.why) for one in strict.misses] == [
        ("gate", 100, "told 12.0 s after it began; 10 s were allowed")
    ]
    assert [(one.clip, one.told.at, one.why) for one in strict.false_alarms] == [
        ("gate", 30.0, "told again: the event had its alarm at 22.0 s"),
        ("gate", 112.0, "12.0 s after the event began; 10 s are allowed"),
        ("yard", 500.0, "nothing of it is seen"),
    ]
    assert strict.notes == ("1 alarms of roof were left out: the truth has no such clip.",)


def test_another_protocol_ignores_what_is_told_again() -> None:
    it = evaluate_alarms([GATE, YARD], TOLD, Wish(plain(2, 10)))
    assert (it.whole.hits, it.whole.false_alarms, it.whole.repeats) == (2, 2, 1)
    assert {one.passed for one in it.hazards} == {None}


def test_only_the_hazard_that_is_asked_for_but_over_all_clips() -> None:
    it = evaluate_alarms([GATE, YARD], TOLD, Wish(kisa(), frozenset({"fall"})))
    assert [one.name for one in it.hazards] == ["fall"]
    assert (it.whole.hits, it.whole.false_alarms, it.whole.watched_s) == (1, 3, 3600)


def test_a_camera_by_another_name_and_the_time_of_day() -> None:
    dated = TruthClip("gate", (Event("fall", "hall", 20, 40),), 60.0, recorded_at=1_795_000_000.0)
    times = (25.0, 50.0, -1000.0, 90.0, 86_400.0)
    alarms = heard(*(("cam-4", "fall", "hall", 1_795_000_000.0 + at) for at in times))
    it = evaluate_alarms([dated], alarms, Wish(kisa(), cameras={"cam-4": "gate"}))
    assert (it.whole.hits, it.whole.delay_median_s) == (1, 5.0)
    assert [one.told.at for one in it.false_alarms] == [50.0]
    assert it.notes == ("gate: alarms from before or after the recording were left out: 3.",)


@pytest.mark.parametrize(
    ("clips", "alarms", "sentence"),
    [
        pytest.param([], TOLD, "the truth of a clip", id="no truth"),
        pytest.param([GATE], heard(("roof", "fall", "hall", 1.0)), "--camera CLIP=CAMERA", id="no camera is a clip"),
        pytest.param([GATE], heard(watched=frozenset({"roof"})), "--camera CLIP=CAMERA", id="another watch's folder"),
        pytest.param([GATE], heard(("gate", "fall", "hall", 1_795_000_000.0)), "recorded_at", id="clocks differ"),
    ],
)
def test_what_cannot_be_held_against_each_other(clips: list[TruthClip], alarms: Heard, sentence: str) -> None:
    with pytest.raises(MalformedError, match=sentence):
        evaluate_alarms(clips, alarms, Wish(kisa()))


def test_absence_is_told() -> None:
    silent = evaluate_alarms([GATE, YARD], heard(watched=frozenset({"gate"})), Wish(kisa()))
    assert silent.notes == (
        "Nobody watched yard; what happens there counts as missed.",
        "There is not a single alarm: nothing was told, or the wrong file was given.",
    )
    assert silent.whole.f1 is not None
    assert silent.whole.f1.value == 0
    untimed = evaluate_alarms([TruthClip("gate", (Event("fall", "", 20, 40),), None)], TOLD, Wish(kisa()))
    assert any("length is not told" in note for note in untimed.notes)
    assert any("names no places" in note for note in untimed.notes)
    assert (untimed.whole.hits, untimed.whole.false_per_day) == (1, None)


def test_a_protocol_says_what_it_is() -> None:
    assert described(kisa()) == (
        "An alarm counts from 2 s before an event begins until 10 s after; one outside is false, and the event missed. "
        "An alarm told again is false."
    )
    assert "not the guide's F1" in described(ilids())
    biased = described(ilids(0.5, {"fall": 2.0}, Tolerance(0.7, 0.2)))
    assert "Recall bias: fall 2 and others 0.5" in biased
    assert "0.7 s wider: times are taken as known to 0.7 s; the system looks every 0.2 s." in biased


def test_the_figures_in_plain_words(strict: AlarmEvaluation) -> None:
    assert list(readings(strict)) == [
        "Of 3 events, 2 had an alarm in time, half of them within 0.8 s and 95 % within 2.0 s; 1 had none.",
        "Of 5 alarms that asked for an operator's look, 3 count as false.",
        LEFT,
        "Fall does not reach 90 of 100: 33.33.",
        "Intrusion reaches 90 of 100: 100.00.",
    ]
    told_limits = " ".join(limits(strict))
    assert "2 clips say little of other places" in told_limits
    assert "takes 3.7 days of one camera without any, and fewer than 0.1 an hour takes 37 hours" in told_limits
    assert "1 event that a person could see either way" in told_limits
    quiet = evaluate_alarms([TruthClip("gate", (), 4 * 86_400.0)], heard(watched=frozenset({"gate"})), Wish(kisa()))
    assert "no event, so nothing can be said" in next(iter(readings(quiet)))
    assert "is not shown" not in " ".join(limits(quiet))


def test_json_holds_everything(strict: AlarmEvaluation) -> None:
    it = json.loads(json.dumps(told(strict), allow_nan=False))
    assert it["protocol"]["before_s"] == 2
    assert it["protocol"]["repeats"] == "false"
    assert (it["whole"]["hits"], it["whole"]["f1"]["value"]) == (2, 0.5)
    assert [one["hazard"] for one in it["hazards"]] == ["fall", "intrusion", "loitering"]
    assert [one["clip"] for one in it["clips"]] == ["gate", "yard"]
    assert it["hits"][0] == {
        "clip": "gate", "hazard": "fall", "place": "hall", "begin": 20, "end": 40, "note": "slips on the wet floor",
        "at": 22.0, "delay_s": 2.0,
    }  # fmt: skip
    assert it["missed"][0]["why"].startswith("told 12.0 s after")
    assert len(it["false_alarms"]) == 3


def test_the_timeline_draws_each_event_and_each_alarm_once(strict: AlarmEvaluation) -> None:
    clips, left_out = timelines(strict)
    assert left_out == 0
    gate = {(lane.hazard, lane.place): lane for lane in clips[0].lanes}
    fall = gate["fall", "hall"]
    assert [bar.kind for bar in fall.bars] == ["hit", "missed"]
    assert [tick.kind for tick in fall.ticks] == ["hit", "false", "false"]
    assert fall.bars[0].left == pytest.approx(1000 * 20 / 600)
    assert fall.bars[0].width == pytest.approx(1000 * 20 / 600)
    assert fall.ticks[0].left == pytest.approx(1000 * 22 / 600)
    assert [bar.kind for bar in gate["loitering", "hall"].bars] == ["unclear"]
    assert [tick.kind for tick in gate["loitering", "hall"].ticks] == ["excused"]
    assert [clip.name for clip in clips] == ["gate", "yard"]
    many = tuple(Event("fall", f"place {number}", 1, 2) for number in range(300))
    crowded = evaluate_alarms([TruthClip("gate", many, 60.0)], heard(watched=frozenset({"gate"})), Wish(kisa()))
    assert timelines(crowded)[1] == 100


def test_a_clip_longer_than_a_year_and_an_alarm_before_it_are_drawn_at_the_edge() -> None:
    endless = TruthClip("gate", (Event("fall", "hall", 5, 4e7),), None, recorded_at=1_795_000_000.0)
    it = evaluate_alarms([endless], heard(("gate", "fall", "hall", 1_794_999_999.0)), Wish(kisa()))
    ((clip,), _) = timelines(it)
    assert (clip.lanes[0].ticks[0].left, clip.lanes[0].ticks[0].kind) == (0, "false")
    assert clip.lanes[0].bars[0].left + clip.lanes[0].bars[0].width <= 1000
    assert "+00:00.0" in render_alarms(it, "endless")


@pytest.fixture(scope="module")
def page(strict: AlarmEvaluation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / "new folder" / "alarms.html"
    write_alarms_page(strict, f"night of {HOSTILE}", path)
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


def test_the_page_tells_it_and_runs_nothing(page: Path) -> None:
    seen = read(page)
    for words in (
        "Protocol kisa", "2 of 3", "told 12.0 s after it began; 10 s were allowed", "slips on the wet floor",
        "nothing of it is seen", "not reached", "1 alarms of roof were left out", "event, alarm in time: +00:20.0",
        "false alarm at +01:52.0", "No picture is part of this page.",
    ):  # fmt: skip
        assert words in seen.text, words
    assert "img" not in seen.tags
    assert "\u202e" not in page.read_text("utf-8")
    assert not {name for name in seen.attributes if name.startswith("on")}


def test_the_page_is_quiet_in_a_browser(page: Path, tmp_path: Path) -> None:
    seen = visit(page, tmp_path)
    assert seen.console == []
    assert [address for address in seen.asked if not address.startswith(("file:", "data:"))] == []


def test_a_page_that_cannot_be_written(strict: AlarmEvaluation, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(StorageError, match="--out"):
        write_alarms_page(strict, "night", tmp_path / "file" / "alarms.html")
