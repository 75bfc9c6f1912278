"""Mistakes in ``site.toml``, one a row: each is told at its line, with what was expected and what to do."""

import os
from pathlib import Path

import pytest

from consentry.app.settings import describe, load_site, parse_site, read_site, read_text
from consentry.core.errors import SettingsError

CAMERA = '[[camera]]\nname = "cam"\nsource = "rtsp://10.0.0.7/1"\n'  # lines 1-3
CLIP = '[[camera]]\nname = "cam"\nsource = "c.mp4"\n'
ZONE = '[[camera.zone]]\nname = "z"\ncorners = [[0.1,0.1],[0.9,0.1],[0.9,0.9]]\n'  # lines 4-6 behind CAMERA
LINE = '[[camera.tripwire]]\nname = "l"\nstart = [0.1,0.1]\nend = [0.9,0.1]\n'
INTRUSION = '[[camera.hazard]]\nkind = "intrusion"\nplace = "z"\n'  # lines 7-9 behind CAMERA + ZONE
FLOOR = "[camera.floor]\npicture = [[0.1,0.1],[0.9,0.1],[0.9,0.9],[0.1,0.9]]\nmetres = [[0,0],[9,0],[9,9],[0,9]]\n"


def zone(corners: str) -> str:
    return f'{CAMERA}[[camera.zone]]\nname = "z"\ncorners = {corners}\n'


def hazard(kind: str, more: str = "", place: str = "z") -> str:
    return (
        f'{CAMERA}{ZONE}{LINE}[[camera.hazard]]\nkind = "{kind}"\nplace = "{place}"\n{more}\n'  # lines 11-13, more 14
    )


def floor(picture: str, metres: str = "[[0,0],[9,0],[9,9],[0,9]]") -> str:
    return f"{CAMERA}[camera.floor]\npicture = {picture}\nmetres = {metres}\n"


MISTAKES = {
    # name: (text, line, where, what is said, what to do)
    # --- not TOML
    "no TOML": ('[[camera]\nname = "x"', 1, "column 9", "not TOML", "correct the line"),
    "a key twice": ("a = 1\na = 2\n", 2, "", "not TOML", "correct the line"),
    "a text without an end": ('[[camera]]\nname = "x\n', 2, "", "not TOML", "quotes"),
    "half a character": ('[[camera]]\nname = "\\ud800"\n', 2, "", "not TOML", "correct"),
    "a number of 5000 digits": (CAMERA + "rate = " + "9" * 5000, None, "", "thousands of digits", "shorten"),
    "lists 40 deep": ("a = " + "[" * 40 + "]" * 40, None, "", "more than 32 deep", "flatten"),
    "lists 900 deep": ("a = " + "[" * 900 + "]" * 900, None, "", "more than 32 deep", "flatten"),
    # --- keys
    "an unknown key": (CAMERA + "raet = 5", 4, 'camera[0] "cam" raet', "unknown key 'raet'", "did you mean 'rate'?"),
    "an unknown table": ('[modles]\nset = "basic"\n' + CAMERA, 1, "modles", "unknown key", "did you mean 'models'?"),
    "an unknown key of a zone": (CAMERA + ZONE + "colour = 1", 7, "zone[0].colour", "unknown key", "name, corners"),
    "an unknown option": (hazard("intrusion", "secnds = 5"), 14, "hazard[0].secnds", "unknown", "mean 'seconds'?"),
    "another hazard's option": (hazard("intrusion", "people = 5"), 14, "hazard[0].people", "unknown key", "seconds"),
    "no camera": ('[site]\nname = "x"', None, "camera", "expected the key 'camera'", "add it"),
    "an empty file": ("", None, "camera", "expected the key 'camera'", "add it"),
    "one camera as a table": ('[camera]\nname = "x"', 1, "camera", "a list in [ ]", "[[camera]], in double brackets"),
    "a number as cameras": ("camera = 5", 1, "camera", "expected a list in [ ], came 5", ""),
    "a list as the site": ("site = [1]\n" + CAMERA, 1, "site", "expected a table", ""),
    "no name": ('[[camera]]\nsource = "sim:hall"', 1, "camera[0].name", "expected the key 'name'", "add it"),
    "no source": ('[[camera]]\nname = "x"', 1, "source", "expected the key 'source'", "add it"),
    # --- types
    "a text for a number": (CAMERA + 'rate = "5"', 4, "rate", "expected a number, came '5'", "Pictures analysed"),
    "a number for a text": ("[site]\nname = 5\n" + CAMERA, 2, "site.name", "expected a text in quotes", ""),
    "true for a number": (CAMERA + "rate = true", 4, "rate", "expected a number, came True", ""),
    "half a pixel": (CAMERA + "width = 640.5", 4, "width", "expected a whole number", ""),
    "not a number": (CAMERA + "rate = nan", 4, "rate", "expected a finite number", ""),
    "without end": (CAMERA + "rate = inf", 4, "rate", "expected a finite number", ""),
    "a date for a name": ('[[camera]]\nname = 2026-11-23\nsource = "sim:hall"', 2, "name", "bare date", "in quotes"),
    "a time in a schedule": (hazard("intrusion", "schedule = [22:00:00]"), 14, "schedule[0]", "joined by '-'", ""),
    "a text for a list": (hazard("intrusion", 'schedule = "22:00-05:00"'), 14, "schedule", "a list in [ ]", ""),
    # --- names
    "an empty name": (CAMERA.replace('"cam"', '""'), 2, "name", "1 to 64 letters", ""),
    "a name with a divider": (CAMERA.replace('"cam"', '"a:b"'), 2, "name", "1 to 64 letters", ""),
    "a name with a path": (CAMERA.replace('"cam"', '"../x"'), 2, "name", "1 to 64 letters", ""),
    "a name of 65 letters": (CAMERA.replace('"cam"', f'"{"a" * 65}"'), 2, "name", "1 to 64 letters", ""),
    "two cameras of one name": (CAMERA + CAMERA, 5, 'camera[1] "cam" name', "another camera is 'cam' too", "rename"),
    "two zones of one name": (CAMERA + ZONE + ZONE, 8, "zone[1].name", "another zone or tripwire is 'z'", "rename"),
    "a zone and a line of one name": (CAMERA + ZONE + LINE.replace('"l"', '"z"'), 8, "tripwire[0].name", "too", ""),
    "an unknown neighbour": (CAMERA + 'neighbours = ["cm"]', 4, "neighbours[0]", "name of a camera", "mean 'cam'?"),
    "itself as a neighbour": (CAMERA + 'neighbours = ["cam"]', 4, "neighbours[0]", "this one's own", "leave it out"),
    "a control character in a source": (CLIP.replace("c.mp4", "a\\u0000b"), 3, "source", "control characters", ""),
    "an empty source": (CLIP.replace("c.mp4", ""), 3, "source", "a text that is not empty", "Address of a stream"),
    # --- values
    "an unknown time zone": ('[site]\ntimezone = "Europe/Zurch"\n' + CAMERA, 2, "timezone", "name of a time zone", ""),
    "a path as a time zone": ('[site]\ntimezone = "../../etc/x"\n' + CAMERA, 2, "timezone", "name of a time zone", ""),
    "an unknown profile": ('[site]\nprofile = "walet"\n' + CAMERA, 2, "profile", "'wallet', 'sealed'", "'wallet'?"),
    "no language": ('[site]\nlanguage = "plain words"\n' + CAMERA, 2, "language", "a language tag", ""),
    "an unknown set": ('[models]\nset = "best"\n' + CAMERA, 2, "models.set", "'auto', 'standard' or 'basic'", ""),
    "faces for persons": ('[models]\nperson = "yunet"\n' + CAMERA, 2, "models.person", "came 'yunet'", ""),
    "a refused model": ('[models]\nperson = "emotion-net"\n' + CAMERA, 2, "models.person", "expected one of", ""),
    "no rate": (CAMERA + "rate = 0", 4, "rate", "more than 0, came 0", ""),
    "a rate beyond video": (CAMERA + "rate = 61", 4, "rate", "60 or less, came 61", ""),
    "a width of a stamp": (CAMERA + "width = 63", 4, "width", "64 or more", ""),
    "evidence that outlives its alarm": (
        "[retention]\nalarms_days = 1\n" + CAMERA, 1, "retention", "no longer than its alarms (1 days)", "lower",
    ),
    "a negative retention": ("[retention]\nalarms_days = -1\n" + CAMERA, 2, "alarms_days", "0 or more", ""),
    "a retention beyond the calendar": ("[retention]\nalarms_days = 1e9\n" + CAMERA, 2, "alarms_days", "or less", ""),
    "two hours of pictures in memory": ("[evidence]\nbefore_s = 7200\n" + CAMERA, 2, "before_s", "60 or less", ""),
    "an unknown codec": ('[evidence]\ncodec = "h265"\n' + CAMERA, 2, "codec", "'h264'", "mean 'h264'?"),
    # --- times
    "25 o'clock": (hazard("intrusion", 'schedule = ["25:00-26:00"]'), 14, "schedule[0]", "00:00 to 24:00", ""),
    "60 minutes": (hazard("intrusion", 'schedule = ["22:60-23:00"]'), 14, "schedule[0]", "came '22:60'", ""),
    "one time alone": (hazard("intrusion", 'schedule = ["22:00"]'), 14, "schedule[0]", "two times joined", ""),
    "days without hours": (hazard("intrusion", 'schedule = ["mon-fri"]'), 14, "schedule[0]", "a time HH:MM", ""),
    "a day that is none": (hazard("intrusion", 'schedule = ["funday 1:00-2:00"]'), 14, "schedule[0]", "'funday'", ""),
    "hours of a clip without a date": (
        CLIP + ZONE + INTRUSION + 'schedule = ["22:00-05:00"]', 10, "schedule", "does not say at what", "recorded_at",
    ),
    "a date without a time": (CLIP + "recorded_at = 2026-11-23", 4, "recorded_at", "a time such as", ""),
    "a time without a date": (CLIP + "recorded_at = 07:32:00", 4, "recorded_at", "a time such as", ""),
    "a number as a time": (CLIP + "recorded_at = 5", 4, "recorded_at", "a time such as", ""),
    "a number in quotes as a time": (CLIP + 'recorded_at = "5"', 4, "recorded_at", "a time such as", ""),
    "the 30th of February": (CLIP + "recorded_at = 2026-02-30T10:00:00", 4, "", "not TOML", ""),
    "the 30th of February in quotes": (CLIP + 'recorded_at = "2026-02-30T10:00:00"', 4, "recorded_at", "such as", ""),
    "the year 1": (CLIP + "recorded_at = 0001-01-01T00:00:00+14:00", 4, "recorded_at", "from 1970", ""),
    "the year 9999": (CLIP + "recorded_at = 9999-12-31T23:59:59-14:00", 4, "recorded_at", "to 9998", ""),
    # --- places
    "edges that cross": (zone("[[0,0],[1,1],[1,0],[0,1]]"), 6, "zone[0].corners", "0 to 1 and corner 2 to 3", "order"),
    "edges that cross in a corner": (
        zone("[[0.1,0.5],[0.9,0.5],[0.9,0.9],[0.5,0.5],[0.5,0.2]]"), 6, "corners", "edges that do not cross", "",
    ),
    "pixels": (zone("[[100,200],[0.3,0.2],[0.3,0.4]]"), 6, "corners[0][0]", "1 or less, came 100", "divide pixels"),
    "a corner left of the picture": (zone("[[-0.1,0.2],[0.3,0.2],[0.3,0.4]]"), 6, "corners[0][0]", "0 or more", ""),
    "two corners": (zone("[[0.1,0.2],[0.3,0.2]]"), 6, "corners", "at least 3 entries, came 2", ""),
    "corners on a line": (zone("[[0.1,0.1],[0.5,0.5],[0.9,0.9]]"), 6, "corners", "around an area", "draw the zone"),
    "there and back": (zone("[[0.1,0.1],[0.9,0.1],[0.9,0.9],[0.9,0.1]]"), 6, "corners", "around an area", ""),
    "corners with a height": (zone("[[0.1,0.2,0],[0.3,0.2],[0.3,0.4]]"), 6, "corners[0]", "at most 2 entries", ""),
    "corners as words": (zone('["a","b","c"]'), 6, "corners[0]", "a list in [ ]", ""),
    "a line without a length": (CAMERA + LINE.replace("0.9,0.1", "0.1,0.1"), 7, "tripwire[0].end", "same point", ""),
    "three points of floor": (floor("[[0,0],[1,0],[1,1]]"), 5, "floor.picture", "at least 4 entries, came 3", ""),
    "floor points on a line": (
        floor("[[0.1,0.1],[0.5,0.1],[0.9,0.1],[0.5,0.9]]"), 5, "floor.picture", "points 0, 1, 2 are", "move one aside",
    ),
    "floor points out of order": (
        floor("[[0.1,0.1],[0.9,0.9],[0.9,0.1],[0.1,0.9]]"), 5, "floor.picture", "in order", "swap two",
    ),
    "a dented floor": (
        floor("[[0.1,0.1],[0.9,0.1],[0.4,0.3],[0.1,0.9]]"), 5, "floor.picture", "without a dent", "rectangle",
    ),
    "metres on a line": (
        floor("[[0.1,0.1],[0.9,0.1],[0.9,0.9],[0.1,0.9]]", "[[0,0],[1,0],[2,0],[0,9]]"), 6, "floor.metres", "line", "",
    ),
    # --- hazards
    "an unknown hazard": (hazard("intrussion"), 12, "hazard[0].kind", "expected one of", "did you mean 'intrusion'?"),
    "no kind": (CAMERA + ZONE + '[[camera.hazard]]\nplace = "z"', 7, "hazard[0].kind", "expected the key 'kind'", ""),
    "an unknown place": (hazard("intrusion", place="zz"), 13, "hazard[0].place", "name of a zone", "mean 'z'?"),
    "no place": (CAMERA + ZONE + '[[camera.hazard]]\nkind = "intrusion"', 7, "place", "none is named", "there is z"),
    "a line for a zone": (hazard("intrusion", place="l"), 13, "place", "watched at a zone, 'l' is none", "there is z"),
    "a zone for a line": (hazard("line_crossing"), 13, "place", "at a tripwire, 'z' is none", "there is l"),
    "a place for the whole picture": (hazard("tampering"), 13, "place", "the whole picture", "leave it out"),
    "metres without a floor": (hazard("crush"), 11, "hazard[0]", "needs a floor plan", "[camera.floor]"),
    "a zone beyond the horizon": (
        floor("[[0.4,0.6],[0.6,0.6],[0.9,0.9],[0.1,0.9]]") + ZONE + INTRUSION.replace("intrusion", "crowd"),
        12, "hazard[0].place", "beyond the horizon", "on the floor only",
    ),
    "negative seconds": (hazard("intrusion", "seconds = -5"), 14, "seconds", "0 or more, came -5", "check --schema"),
    "no direction": (hazard("counter_flow"), 11, "hazard[0].direction", "expected the key 'direction'", "add it"),
    "a direction of nothing": (hazard("counter_flow", "direction = [0,0]"), 14, "direction", "not both 0", ""),
    "a word for an arrow": (hazard("counter_flow", 'direction = "up"'), 14, "direction", "a list in [ ]", ""),
    "sideways": (hazard("line_crossing", 'direction = "sideways"', "l"), 14, "direction", "'backward' or 'both'", ""),
    "a head outside the picture": (hazard("queue", "head = [5,0.5]"), 14, "head", "point of the picture", "fractions"),
    "the same twice at once": (CAMERA + ZONE + INTRUSION * 2, 10, "hazard[1]", "already watched by another", "remove"),
    "hours that meet": (
        CAMERA + ZONE + INTRUSION + 'schedule = ["mon 08:00-12:00"]\n' + INTRUSION + 'schedule = ["11:00-13:00"]',
        11, "hazard[1]", "in the same hours", "do not meet",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "where", "why", "remedy"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_line_and_what_to_do(
    text: str, line: int | None, where: str, why: str, remedy: str
) -> None:
    reading = read_text(text, "site.toml")
    assert reading.site is None
    told = [f"{p.place} | {p.why} | {p.remedy}" for p in reading.problems]
    found = [p for p in reading.problems if where in p.place and why in p.why and remedy in p.remedy]
    assert found, told
    if line is None:
        assert found[0].place == (f"site.toml: {where}" if where else "site.toml"), told
    else:
        assert found[0].place.startswith(f"site.toml:{line}:"), told
    assert found[0].remedy


GOOD = {
    "the least": CAMERA,
    "a zone as large as the picture": zone("[[0,0],[1,0],[1,1],[0,1]]"),
    "a dented zone": zone("[[0,0],[1,0],[0.5,0.5],[1,1],[0,1]]"),
    "a corner that touches an edge": zone("[[0.1,0.1],[0.9,0.1],[0.9,0.9],[0.5,0.1],[0.1,0.9]]"),
    "a corner twice": zone("[[0.1,0.1],[0.1,0.1],[0.9,0.1],[0.9,0.9]]"),
    "the whole week": hazard("intrusion", 'schedule = ["00:00-24:00"]'),
    "past midnight": hazard("intrusion", 'schedule = ["fri-mon 22:00-05:00", "wed 12:00-13:00"]'),
    "hours that follow each other": CAMERA + ZONE + INTRUSION + 'schedule = ["08:00-12:00"]\n' + INTRUSION
    + 'schedule = ["12:00-08:00"]',
    "a dated clip": CLIP + "recorded_at = 2026-11-23T10:00:00\n" + ZONE + INTRUSION + 'schedule = ["08:00-12:00"]',
    "a dated clip, with an offset, in quotes": CLIP + 'recorded_at = "2026-11-23T10:00:00+01:00"',
    "inline tables": 'camera = [{name = "a", source = "sim:a", zone = [{name = "z", corners = [[0,0],[1,1],[1,0]]}]}]',
    "letters of any script": CAMERA.replace('"cam"', '"Überwachung 入口"'),
    "lines that end with returns": CAMERA.replace("\n", "\r\n"),
    "a floor": CAMERA + FLOOR + ZONE + INTRUSION.replace("intrusion", "crush"),
}  # fmt: skip


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_what_is_right_is_taken_and_told_again_alike(text: str) -> None:
    site = parse_site(text)
    again = parse_site(describe(site))
    assert again == site


def test_all_mistakes_are_told_at_once_each_with_its_own_line() -> None:
    text = (
        '[site]\ntimezone = "X"\nfoo = 1\n[[camera]]\nname = "a"\nsource = "sim:hall"\nrate = 0\n'
        '[[camera.zone]]\nname = "z"\ncorners = [[0,0],[1,1],[1,0],[0,1]]\n'
        '[[camera.hazard]]\nkind = "loitering"\nplace = "y"\nseconds = "long"\n'
        '[[camera]]\nname = "a"\nneighbours = ["b"]\n'
        '[[camera.hazard]]\nkind = "crush"\nplace = "q"\nschedule = ["99:00-12:00"]\n'
    )
    with pytest.raises(SettingsError) as refused:
        parse_site(text, "airport.toml")
    lines = [int(problem.place.split(":")[1]) for problem in refused.value.problems]
    assert set(lines) == {2, 3, 7, 10, 13, 14, 15, 16, 17, 18, 20, 21}
    assert len(refused.value.problems) == len(set(refused.value.problems))
    assert "airport.toml:2: site.timezone" in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        CAMERA.replace("10.0.0.7", "me:s3cret@10.0.0.7") + "rate = 0",
        CAMERA.replace("cam", "rtsp://me:s3cret@10.0.0.7"),
        'camera = "rtsp://me:s3cret@10.0.0.7"',
        CAMERA + 'neighbours = ["rtsp://me:s3cret@10.0.0.7"]',
        CAMERA.replace("10.0.0.7/1", "10.0.0.7/1?password=s3cret\\u0007"),
    ],
    ids=["beside the mistake", "as a name", "as a camera", "as a neighbour", "as a wrong source"],
)
def test_a_problem_never_quotes_a_password(text: str) -> None:
    reading = read_text(text, "site.toml")
    assert reading.problems
    assert "s3cret" not in " ".join(map(str, reading.problems))


def test_what_is_in_force_is_told_without_credentials() -> None:
    told = describe(parse_site(CAMERA.replace("10.0.0.7", "me:s3cret@10.0.0.7")))
    assert "rtsp://10.0.0.7/1" in told
    assert "s3cret" not in told


FLAT_CROWD = (
    CAMERA
    + """[camera.floor]
picture = [[0.05, 0.42], [0.95, 0.80], [0.90, 0.30], [0.30, 0.35]]
metres = [[-9.68, 2.99], [-14.07, -15.39], [3.75, -8.98], [-4.20, 1.27]]
"""
    + """[[camera.zone]]
name = "z"
corners = [[0.44, 0.39], [0.60, 0.39], [0.60, 0.56], [0.44, 0.56]]
[[camera.hazard]]
kind = "crowd"
place = "z"
"""
)
"""The view of vtest: it looks down so flatly that somebody in front hides all behind."""
DOUBTS = {
    "a clip that is not there": (CLIP, 3, "source", "nothing is there now"),
    "a clip whose name is too long": (CLIP.replace("c.mp4", "c" * 300), 3, "source", "file name too long"),
    "a camera without a hazard": (CAMERA, 1, "camera[0]", "nothing is watched for"),
    "a zone without a hazard": (CAMERA + ZONE, 1, "camera[0]", "zone 'z' is used by no hazard"),
    "a line without a hazard": (CAMERA + LINE, 1, "camera[0]", "tripwire 'l' is used by no hazard"),
    "a density that a flat view cannot read": (FLAT_CROWD, 10, "hazard[0]", "may never be told"),
}


@pytest.mark.parametrize(("text", "line", "where", "why"), DOUBTS.values(), ids=DOUBTS)
def test_what_is_probably_not_meant_is_a_warning(text: str, line: int, where: str, why: str, tmp_path: Path) -> None:
    reading = read_text(text, "site.toml", tmp_path)
    assert reading.site is not None
    assert [
        w for w in reading.warnings if w.place.startswith(f"site.toml:{line}:") and where in w.place and why in w.why
    ]


def test_a_clip_begins_at_the_settings_folder(tmp_path: Path) -> None:
    (tmp_path / "c.mp4").write_bytes(b"")
    path = tmp_path / "site.toml"
    path.write_text(CLIP + '[[camera.hazard]]\nkind = "tampering"\n', encoding="utf-8-sig")
    reading = read_site(path)
    assert reading.warnings == ()
    assert load_site(path).cameras[0].source == str(tmp_path / "c.mp4")


UNREADABLE = {
    "not there": (lambda _: None, "No such file"),
    "a folder": (lambda path: path.mkdir(), "Is a directory"),
    "not text": (lambda path: path.write_bytes(b"name = \xff"), "UTF-8, byte 7"),
    "a picture": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(64)), "UTF-8"),
}


@pytest.mark.parametrize(("make", "why"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read_is_a_problem_like_any_other(make, why: str, tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    make(path)
    (problem,) = read_site(path).problems
    assert why in problem.why
    assert problem.remedy
