"""The story file: scenes in, exactly these alarms out, word for word."""

import json

from hazards.golden_story import PATH, lines


def test_the_story_is_told_word_for_word() -> None:
    expected = PATH.read_text(encoding="utf-8").splitlines()
    scenes = (line for line in map(json.loads, expected) if "told" not in line)
    assert list(lines(scenes)) == expected


def test_the_story_holds_what_it_is_meant_to() -> None:
    told = [json.loads(line)["told"] for line in PATH.read_text(encoding="utf-8").splitlines() if '"told"' in line]
    opened = [(a["hazard"], a["at"]) for a in told if a["state"] == "opened"]
    assert [hazard for hazard, _ in opened] == [
        "intrusion",
        "counter_flow",
        "line_crossing",
        "loitering",
        "crowd",
        "tampering",
        "tampering",
    ]
    assert len({a["episode"] for a in told if a["hazard"] == "tampering"}) == 1, (
        "lost, then smeared within the cooldown"
    )
