"""``consentry evaluate alarms`` from the command line to what is told, by every kind of file and every exit code."""

import json
from pathlib import Path

import pytest

from cli.here import Run, running

TRUTH = """
[clip]
name = "gate"
seconds = 600.0

[[event]]
hazard = "fall"
place = "hall"
begin = 20.0
end = 40.0

[[event]]
hazard = "fall"
place = "hall"
begin = 100.0
end = 120.0

[[event]]
hazard = "intrusion"
place = "vault"
begin = 300.0
end = 320.0
"""
TIMES = (("fall", "hall", 21.0), ("fall", "hall", 99.5), ("fall", "hall", 115.0), ("intrusion", "vault", 311.0))


def line(hazard: str, place: str, at: float, state: str = "opened") -> str:
    """As ``watch --json`` writes it."""
    return json.dumps({"hazard": hazard, "camera": "gate", "place": place, "state": state, "at": at})


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in a folder with a truth and alarms."""
    (tmp_path / "truth.toml").write_text(TRUTH, "utf-8")
    lines = [line(*one) for one in TIMES] + [line(*one, state="cleared") for one in TIMES]
    (tmp_path / "alarms.jsonl").write_text("\n".join(lines), "utf-8")
    return running(tmp_path, monkeypatch, capsys)


def counts(run: Run, *words: str, truth: str = "truth.toml", alarms: str = "alarms.jsonl") -> tuple[int, int, int, int]:
    """Hits, misses, false alarms and repeats as the JSON has them."""
    ended = run("evaluate", "alarms", truth, alarms, "--json", *words)
    assert ended.code == 0, ended.err
    it = json.loads(ended.out)["whole"]
    return it["hits"], it["misses"], it["false_alarms"], it["repeats"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param([], (2, 1, 2, 0), id="kisa by default, strict to what is told again"),
        pytest.param(["--protocol", "ilids"], (1, 2, 3, 0), id="ilids: half a second early"),
        pytest.param(["--protocol", "ilids", "--tolerance", "0.7", "--sampling", "0.2"], (2, 1, 1, 1), id="tolerated"),
        pytest.param(["--protocol", "plain", "--before", "1", "--after", "15"], (3, 0, 0, 1), id="plain"),
        pytest.param(["--hazard", "fall"], (2, 0, 1, 0), id="one hazard"),
    ],
)
def test_each_protocol(run: Run, words: list[str], expected: tuple[int, int, int, int]) -> None:
    assert counts(run, *words) == expected


def test_told_to_a_person_with_a_page(run: Run, tmp_path: Path) -> None:
    ended = run("evaluate", "alarms", "truth.toml", "alarms.jsonl", "--out", "alarms.html")
    assert ended.code == 0, ended.err
    for words in (
        "protocol kisa", "all together", "+05:00.0  gate: intrusion at vault: told 11.0 s after it began",
        "told again: the event had its alarm at 99.5 s", "Fall does not reach 90 of 100: 80.00.",
        "What it does not show", "alarms.html",
    ):  # fmt: skip
        assert words in ended.out, words
    assert "<svg" in (tmp_path / "alarms.html").read_text("utf-8")


def test_a_narrow_terminal_gets_the_same_figures(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consentry.cli.evaluate_alarms._WIDTH", 80)
    ended = run("evaluate", "alarms", "truth.toml", "alarms.jsonl")
    assert ended.code == 0, ended.err
    assert "0.67" in ended.out
    assert "not reached" in ended.out
    assert "…" not in ended.out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(["--require", "0.57"], 0, id="reached: 2 of 3 found, 2 of 4 false, 4/7"),
        pytest.param(["--require", "0.58"], 3, id="below"),
        pytest.param(["--require", "0", "--hazard", "fire"], 3, id="nothing to judge is no success"),
    ],
)
def test_what_is_required(run: Run, words: list[str], code: int) -> None:
    ended = run("evaluate", "alarms", "truth.toml", "alarms.jsonl", *words)
    assert ended.code == code
    assert ("is required" in ended.err) == (code == 3)


def test_biases_change_the_score_and_not_the_counts(run: Run) -> None:
    def f1(*words: str) -> float:
        ended = run("evaluate", "alarms", "truth.toml", "alarms.jsonl", "--protocol", "ilids", "--json", *words)
        return float(json.loads(ended.out)["whole"]["f1"]["value"])

    assert f1("--alpha", "0.5") == pytest.approx(1.5 / (1.5 + 0.5 * 2 + 3))
    assert f1("--alpha", "1", "--alpha", "fall=0.5") == pytest.approx(1.5 / (1.5 + 0.5 * 1 + 2 + 1 + 1))


def test_alarms_written_for_kisa_score_the_same(run: Run, tmp_path: Path) -> None:
    """Whole seconds move 99.5 to 100; places are lost, and nothing hangs on them here."""
    ended = run("evaluate", "alarms", "truth.toml", "alarms.jsonl", "--kisa-out", "kisa")
    assert ended.code == 0, ended.err
    written = (tmp_path / "kisa" / "gate.xml").read_text("utf-8")
    assert written.count("<AlarmDescription>Falldown</AlarmDescription>") == 3
    assert "<AlarmEvents>4</AlarmEvents>" in written
    assert counts(run, alarms="kisa") == (2, 1, 2, 0)
    assert counts(run, truth="kisa", alarms="kisa") == (4, 0, 0, 0)


def test_a_camera_that_is_named_otherwise(run: Run, tmp_path: Path) -> None:
    (tmp_path / "truth.toml").write_text(TRUTH.replace('"gate"', '"C00_001_0030"'), "utf-8")
    ended = run("evaluate", "alarms", "truth.toml", "alarms.jsonl")
    assert ended.code == 1
    assert "--camera CLIP=CAMERA" in ended.err
    assert counts(run, "--camera", "C00_001_0030=gate") == (2, 1, 2, 0)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        pytest.param(["none.toml", "alarms.jsonl"], 1, "expected to read", id="no truth"),
        pytest.param(["truth.toml", "none.jsonl"], 1, "expected to read", id="no alarms"),
        pytest.param(["alarms.jsonl", "truth.toml"], 1, "expected TOML", id="the wrong way round"),
        pytest.param(["truth.toml", "alarms.jsonl", "--before", "1"], 2, "windows of its own", id="kisa has windows"),
        pytest.param(["truth.toml", "alarms.jsonl", "--tolerance", "1"], 2, "no tolerance", id="kisa has no tolerance"),
        pytest.param(["truth.toml", "alarms.jsonl", "--alpha", "2"], 2, "no weights", id="kisa has no weights"),
        pytest.param(["truth.toml", "alarms.jsonl", "--protocol", "plain"], 2, "say both", id="plain has no windows"),
        pytest.param(
            ["truth.toml", "alarms.jsonl", "--protocol", "plain", "--before", "-1", "--after", "2"], 2, "0 or more",
            id="a window that begins nowhere",
        ),
        pytest.param(
            ["truth.toml", "alarms.jsonl", "--protocol", "ilids", "--tolerance", "0.1", "--sampling", "0.2"], 2,
            "sampling interval", id="finer than the looks",
        ),
        pytest.param(
            ["truth.toml", "alarms.jsonl", "--protocol", "ilids", "--alpha", "fall=much"], 2, "HAZARD=NUMBER", id="much"
        ),
        pytest.param(
            ["truth.toml", "alarms.jsonl", "--protocol", "ilids", "--alpha", "0"], 2, "above 0", id="no bias"
        ),
        pytest.param(["truth.toml", "alarms.jsonl", "--camera", "gate"], 2, "CLIP=CAMERA", id="which camera"),
        pytest.param(["truth.toml", "alarms.jsonl", "--require", "90"], 2, "less than or equal to 1", id="percent"),
        pytest.param(["truth.toml", "alarms.jsonl", "--protocol", "mot"], 2, "kisa", id="another protocol"),
    ],
)  # fmt: skip
def test_mistakes_get_a_sentence(run: Run, words: list[str], code: int, sentence: str) -> None:
    ended = run("evaluate", "alarms", *words)
    assert ended.code == code
    assert sentence in " ".join((ended.out + ended.err).replace("│", " ").split())
    assert "Traceback" not in ended.err


def test_a_hostile_name_reaches_no_terminal(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "alarms.jsonl"
    path.write_text(path.read_text("utf-8") + "\n" + line("fall\x1b[2J", "[red]hall", 400.0), "utf-8")
    ended = run("evaluate", "alarms", "truth.toml", "alarms.jsonl")
    assert ended.code == 0, ended.err
    assert "\x1b[2J" not in ended.out
    assert "[red]hall" in ended.out
