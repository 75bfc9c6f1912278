"""A site without a file: options that describe it, and options that override a file's sources."""

import pytest

from consentry.app.settings import override_sources, parse_site, site_from_options
from consentry.core.errors import SettingsError

HALL = "hall:0.1,0.4;0.9,0.4;0.9,1;0.1,1"
DOOR = "door:0.1,0.5;0.9,0.5"
CAM = "cam=rtsp://10.0.0.7/1"


def test_the_command_of_the_readme_is_a_site() -> None:
    site = site_from_options(["cam=clip.mp4"], [HALL], [], ["loitering:hall:20"])
    (camera,) = site.cameras
    (hazard,) = camera.hazards
    assert (camera.name, camera.source, camera.zones()[0].name) == ("cam", "clip.mp4", "hall")
    assert (hazard.kind, hazard.place, hazard.settings.seconds) == ("loitering", "hall", 20.0)


def test_places_and_hazards_go_to_every_camera_or_to_the_one_named() -> None:
    site = site_from_options(
        ["a=sim:hall", "b=sim:hall"], [HALL, "b/lawn:0,0;1,0;1,1"], [DOOR],
        ["intrusion:hall", "intrusion:lawn", "line_crossing:a/door:forward",
         "loitering:b/hall:3", "tampering", "counter_flow:hall:0,1"],
    )  # fmt: skip
    told = {(c.name, h.kind, h.place) for c in site.cameras for h in c.hazards}
    assert not {("a", "intrusion", "lawn"), ("a", "loitering", "hall")} & told
    assert {
        ("a", "intrusion", "hall"),
        ("b", "intrusion", "lawn"),
        ("b", "loitering", "hall"),
        ("a", "line_crossing", "door"),
    } <= told
    assert ("b", "line_crossing", "door") not in told
    assert {("a", "tampering", "a"), ("b", "tampering", "b"), ("b", "counter_flow", "hall")} <= told


MISTAKES = {
    "no name": (["clip.mp4"], [], [], [], '--source "clip.mp4"', "expected NAME=ADDRESS"),
    "no address": (["cam="], [], [], [], '--source "cam="', "not empty"),
    "no camera": ([], [], [], [], None, ""),
    "two cameras of one name": ([CAM, CAM], [], [], [], "--source", "another camera is 'cam' too"),
    "a zone of words": ([CAM], ["hall:left;right;middle"], [], [], "--zone", "points x,y"),
    "a zone without a name": ([CAM], ["0,0;1,0;1,1"], [], [], "--zone", "points x,y"),
    "a zone of two corners": ([CAM], ["hall:0,0;1,0"], [], [], "--zone", "at least 3"),
    "a zone that crosses": ([CAM], ["hall:0,0;1,1;1,0;0,1"], [], [], "--zone", "do not cross"),
    "a zone in pixels": ([CAM], ["hall:0,0;640,0;640,480"], [], [], "--zone", "1 or less, came 640"),
    "a zone that is not a number": ([CAM], ["hall:nan,0;1,0;1,1"], [], [], "--zone", "finite"),
    "a zone of an unknown camera": ([CAM], ["com/hall:0,0;1,0;1,1"], [], [], "--zone", "name of a camera"),
    "a line of three points": ([CAM], [], ["door:0,0;1,0;1,1"], [], "--line", "points x,y"),
    "a line without a length": ([CAM], [], ["door:0.5,0.5;0.5,0.5"], [], "--line", "same point"),
    "an unknown hazard": ([CAM], [HALL], [], ["loitring:hall"], "--hazard", "hazard of the catalogue"),
    "an unknown place": ([CAM], [HALL], [], ["loitering:hal"], "--hazard", "name of a zone"),
    "no place": ([CAM], [HALL], [], ["loitering"], "--hazard", "none is named"),
    "a line for a zone": ([CAM], [HALL], [DOOR], ["loitering:door"], "--hazard", "'door' is none"),
    "a value of a wrong type": ([CAM], [HALL], [], ["loitering:hall:long"], "--hazard", "expected a number"),
    "a negative value": ([CAM], [HALL], [], ["loitering:hall:-1"], "--hazard", "0 or more"),
    "a value of too many digits": (
        [CAM],
        [HALL],
        [],
        ["loitering:hall:" + "9" * 5000],
        "--hazard",
        "expected a number",
    ),
    "metres without a floor": ([CAM], [HALL], [], ["crush:hall"], "--hazard", "needs a floor plan"),
    "a hazard of an unknown camera": ([CAM], [HALL], [], ["tampering:com"], "--hazard", "name of a camera"),
}


@pytest.mark.parametrize(("sources", "zones", "lines", "hazards", "place", "why"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_the_option_that_made_it(
    sources: list[str], zones: list[str], lines: list[str], hazards: list[str], place: str | None, why: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        site_from_options(sources, zones, lines, hazards)
    problems = refused.value.problems
    if place is not None:
        assert [p for p in problems if p.place.startswith(place) and why in p.why], [str(p) for p in problems]


def test_a_password_in_an_option_is_not_quoted() -> None:
    with pytest.raises(SettingsError) as refused:
        site_from_options(["cam=rtsp://me:s3cret@10.0.0.7/1", "rtsp://me:s3cret@10.0.0.8/1"], [], [], ["x:y"])
    assert "10.0.0.8" in str(refused.value)
    assert "s3cret" not in str(refused.value)


SITE = (
    '[[camera]]\nname = "cam"\nsource = "rtsp://10.0.0.7/1"\n'
    '[[camera.zone]]\nname = "z"\ncorners = [[0,0],[1,0],[1,1]]\n'
    '[[camera.hazard]]\nkind = "intrusion"\nplace = "z"\nschedule = ["22:00-05:00"]\n'
)


def test_an_option_overrides_a_source_of_the_file() -> None:
    assert override_sources(parse_site(SITE), ["cam=rtsp://10.0.0.8/1"]).cameras[0].source == "rtsp://10.0.0.8/1"
    assert override_sources(parse_site(SITE), []) == parse_site(SITE)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("com=x", "name of a camera of the settings"),
        ("cam", "NAME=ADDRESS"),
        ("cam=", "NAME=ADDRESS"),
        ("cam=clip.mp4", "time of day"),
        ("cam=a\0b", "control characters"),
    ],
)
def test_a_source_that_cannot_stand_in_is_told(source: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        override_sources(parse_site(SITE), [source])
