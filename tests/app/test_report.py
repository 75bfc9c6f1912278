"""The report: what a person reads after a watch, whatever the watch was like."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
from PIL import Image

from app.report_reader import Reader, read
from app.report_story import HOUR, MORNING, SITE, Pen, Teller, record, tell_morning
from consentry.app.report import write_report
from consentry.app.report.pictures import MOST
from consentry.app.settings import describe, parse_site
from consentry.backends.recorder import still_path
from consentry.core.errors import StorageError
from consentry.core.events import Alarm, AlarmState, Incident
from consentry.core.frames import SourceTally
from consentry.core.observation import HEAT_SHAPE, HeatMap, Observation, PlaceObservation
from consentry.ports import AlarmQuery, KeptAlarm
from fake_store import MemoryStore

TAGS = {
    "html", "head", "meta", "title", "link", "style", "body", "a", "header", "div", "p", "h1", "h2", "h3", "h4", "bdi",
    "b", "nav", "main", "section", "dl", "dd", "dt", "ul", "li", "figure", "figcaption", "span", "svg", "rect", "line",
    "form", "label", "select", "option", "output", "article", "img", "small", "table", "caption", "thead", "tbody",
    "tr", "th", "td", "details", "summary", "pre", "code", "footer", "script", "q", "image", "polygon", "polyline",
    "text", "br", "defs", "g", "path", "use", "clippath",
}  # fmt: skip
"""Everything that the page is made of; what a name smuggles in would add to it."""


def pen() -> Pen:
    return Pen(np.random.default_rng(1))


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Reader]:
    folder = tmp_path_factory.mktemp("morning")
    store = MemoryStore()
    tell_morning(store, folder, still_path("view-check-in hall"))
    path = write_report(store, folder)
    return path, read(path)


def test_the_page_tells_the_morning(morning: tuple[Path, Reader]) -> None:
    path, page = morning
    assert path.name == "report.html"
    for words in (
        "Terminal 2, departures",
        "Europe/Zurich",
        "standard (person-detection-retail-0013)",
        "3 cameras in 1 watch, from 2026-11-18 12:06:40 to 13:06:39.",
        "7 alarms in 4 incidents: 2 loitering",
        "Of 1 alarm no end was told.",
        "gate B 12: nobody looked for 3 min 40 s in all.",
        "312 pictures that were due (2 %) were lost because the machine was behind.",
        "9 persons wait in queue at desk 4, limit 8",
        "12:28:30 to 12:48:00",
        "19 min 30 s",
        "Consentry told 1 fault of its own",
        "the disk is full",
        "No floor plan was set, so persons/m2, metres and m/s could not be measured",
        "The stream was opened again 2 times.",
        "Forward / back",
        "Nobody stood in this camera's view.",
        'place = "to security"',
    ):
        assert words in page.text, words
    assert any(told.startswith("Queue at queue at desk 4") for told in page.alternatives)


def test_the_page_is_made_of_what_we_put_in(morning: tuple[Path, Reader]) -> None:
    assert morning[1].tags <= TAGS


def test_every_clip_and_still_that_is_linked_is_there(morning: tuple[Path, Reader]) -> None:
    path, page = morning
    links = [unquote(address) for tag, address in page.addresses if tag == "a" and not address.startswith("#")]
    assert sum(link.startswith("clips/") for link in links) == 6
    assert all((path.parent / link).is_file() for link in links)


def test_every_bar_of_the_timeline_leads_to_its_alarm(morning: tuple[Path, Reader]) -> None:
    _, page = morning
    bars = {address for tag, address in page.addresses if tag == "a" and re.fullmatch(r"#e\d+", address)}
    assert len(bars) == 7


def test_the_same_store_gives_the_same_page_and_one_elsewhere_links_back_to_the_folder(tmp_path: Path) -> None:
    store, folder = MemoryStore(), tmp_path / "out of hours"
    tell_morning(store, folder, still_path("view-check-in hall"))
    path = write_report(store, folder, tmp_path / "reports" / "monday.html")
    clips = [unquote(a) for tag, a in read(path).addresses if tag == "a" and a.endswith(".mp4")]
    assert len(clips) == 6
    assert all((path.parent / clip).is_file() for clip in clips)
    beside = write_report(store, folder).read_text(encoding="utf-8")
    moved = re.sub(r'href="(?!#|data:)', 'href="../out%20of%20hours/', beside)
    assert moved == path.read_text(encoding="utf-8")


def test_an_empty_store(tmp_path: Path) -> None:
    page = read(write_report(MemoryStore(), tmp_path))
    assert "This folder holds no watch yet" in page.text
    assert "No alarm was told." in page.text


def test_a_watch_without_cameras(tmp_path: Path) -> None:
    store = MemoryStore()
    number = store.begin_watch(MORNING, "", "basic")
    store.end_watch(number, MORNING + 1)
    page = read(write_report(store, tmp_path))
    assert "0 cameras in 1 watch" in page.text
    assert "No camera was watched." in page.text


def test_a_camera_where_nobody_came(tmp_path: Path) -> None:
    store = MemoryStore()
    number = store.begin_watch(MORNING, describe(parse_site(SITE)), "basic")
    store.observe(tuple(Observation("lift lobby", MORNING + 5 * k, MORNING + 5 * k + 5, 1, 0.0, 0) for k in range(9)))
    store.note_camera(number, record("lift lobby", floor=False, ended=MORNING + 45))
    store.end_watch(number, MORNING + 46)
    page = read(write_report(store, tmp_path))
    assert "Nobody stood in this camera's view." in page.text
    assert "On average 0 persons in the picture, 0 at most." in page.text
    assert "Know this first" not in page.text, "an hour in which nothing happened is no fault"


def test_a_killed_watch_says_so(tmp_path: Path) -> None:
    store = MemoryStore()
    number = store.begin_watch(MORNING, describe(parse_site(SITE)), "basic")
    store.note_camera(number, record("gate B 12", floor=False, ended=None))
    page = read(write_report(store, tmp_path))
    assert "Watch number 1 (begun 2026-11-18 12:06:40) noted no end: it was killed, or it still runs." in page.text
    assert "No end was noted" in page.text


def test_a_camera_that_gave_nothing(tmp_path: Path) -> None:
    store = MemoryStore()
    number = store.begin_watch(MORNING, describe(parse_site(SITE)), "basic")
    nothing = replace(record("gate B 12", floor=False, ended=None), tally=SourceTally(reconnects=3), looked=0, rested=0)
    store.note_camera(number, nothing)
    store.end_watch(number, MORNING + 60)
    page = read(write_report(store, tmp_path))
    assert "gate B 12: not one picture came to be analysed." in page.text
    assert "This camera was not watched." in page.text


def test_what_lies_between_two_watches_is_no_silence(tmp_path: Path) -> None:
    store = MemoryStore()
    for number, begin in enumerate((MORNING, MORNING + HOUR), 1):
        store.begin_watch(begin, describe(parse_site(SITE)), "basic")
        store.observe(tuple(Observation("lift lobby", begin + 5 * k, begin + 5 * k + 5, 1, 0.0, 0) for k in range(20)))
        seen = record("lift lobby", floor=False, ended=begin + 100)
        store.note_camera(number, replace(seen, began=begin))
        store.end_watch(number, begin + 100)
    page = read(write_report(store, tmp_path))
    assert "nobody looked for" not in page.text
    assert "Settings of 2 watches, 1 to 2" in page.text, "one text, told once"


def test_a_clip_without_a_date_and_a_camera_have_a_timeline_each(tmp_path: Path) -> None:
    store = MemoryStore()
    store.begin_watch(MORNING, describe(parse_site(SITE)), "basic")
    teller = Teller(store, tmp_path, pen())
    teller.tell("loitering", "clip", "hall", 12.0, 71.5, 0.6, "1 person in hall", "a", still=False)
    teller.tell("loitering", "gate B 12", "hall", MORNING, MORNING + 9, 0.6, "1 person in hall", "b", still=False)
    page = read(write_report(store, tmp_path))
    assert "By the position in the clip, whose date is not known, +00:12.0 to +01:11.5" in page.text
    assert "By the time of day, 2026-11-18 12:06:40 to 12:06:49" in page.text


def test_a_clip_watched_twice_is_told_to_be_counted_twice(tmp_path: Path) -> None:
    store = MemoryStore()
    for number in (1, 2):
        store.begin_watch(MORNING + number, describe(parse_site(SITE)), "basic")
        Teller(store, tmp_path, pen()).tell(
            "loitering", "gate B 12", "hall", 3.0, 9.0, 0.6, "1 person", "a", still=False
        )
        store.note_camera(number, replace(record("gate B 12", floor=False, ended=80.0), began=0.0))
        store.end_watch(number, MORNING + number)
    page = read(write_report(store, tmp_path))
    assert "1 alarm in 1 incident" in page.text
    assert "Several watches saw the same stretch of time" in page.text


def test_settings_that_cannot_be_read_are_shown_as_they_are(tmp_path: Path) -> None:
    store = MemoryStore()
    store.end_watch(store.begin_watch(MORNING, "[site]\nfuture_key = 3\n", "basic"), MORNING + 1)
    page = read(write_report(store, tmp_path))
    assert "future_key = 3" in page.text
    assert "told in UTC" in page.text


HOSTILE = {
    "a tag": "<script>alert(1)</script>",
    "quotes": "\"><img src=x onerror='alert(1)'>",
    "a template": "{{ 7*7 }}{% include 'page.html' %}",
    "mathematics": r"$\frac{1}{0}$ _^{ \n",
    "letters of the world": "Gate 搭乗口 بوابة שער 🛫",
    "a turned direction": "gate\u202e\u2066drawkcab",
    "control characters": "a\x00b\x1bc\x7f",
    "half a surrogate": "gate \udcff",
    "very long": "lang " * 400,
    "an end of a comment or section": "--> ]]> </style></title></svg></pre>",
    "a path": "../../etc/passwd",
    "an address": "javascript:alert(1)",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_is_text_wherever_it_stands(name: str, tmp_path: Path) -> None:
    store = MemoryStore()
    number = store.begin_watch(MORNING, f"# {name}", name)
    places = (PlaceObservation(name, 2.0, 0.5, 9.0, 4.0), PlaceObservation(f"{name}!", forward=3, backward=1))
    store.observe(tuple(Observation(name, MORNING + 5 * k, MORNING + 5 * k + 5, 9, 2.0, 3, places) for k in range(9)))
    store.add_heat(HeatMap(name, np.ones(HEAT_SHAPE, np.float32)))
    for hazard in (name, "loitering", "health"):
        alarm = Alarm(hazard, name, name, f"{hazard}-{name}", AlarmState.OPENED, MORNING, (1,), 0.5, name)
        store.report(alarm, Incident(name, MORNING, (f"{hazard}-{name}",)))
        store.attach(f"{hazard}-{name}", still=name, clip=name)
    store.note_camera(number, replace(record("x", floor=False, ended=None), camera=name, source=name))
    page = read(write_report(store, tmp_path))
    assert page.tags <= TAGS
    assert not {i for i in page.ids if not re.fullmatch(r"[\w.-]+", i)}, "no id is made of a name"
    shown = re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "\ufffd", name)
    assert re.sub(r"\s+", " ", shown).strip() in page.text


def test_hostile_names_of_the_settings_are_text_in_the_drawing(tmp_path: Path) -> None:
    store = MemoryStore()
    text = SITE.replace('"lobby"', "\"<b>x</b> & 'y'\"").replace('"lift lobby"', '"<i>lift</i>"')
    store.end_watch(store.begin_watch(MORNING, describe(parse_site(SITE)), "basic"), MORNING)
    store.begin_watch(MORNING, describe(parse_site(re.sub(r"</", "<|", text))), "basic")
    page = read(write_report(store, tmp_path))
    assert page.tags <= TAGS
    assert "<i>lift<|i>" in page.text
    assert "<b>x<|b> & 'y'" in page.text


def _corrupt(path: Path) -> None:
    path.write_bytes(b"\xff\xd8 not a picture")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:2000])


def _gone(path: Path) -> None:
    path.unlink()


def _huge(path: Path) -> None:
    Image.new("L", (16_000, 4_000)).save(path, quality=1)


BROKEN: dict[str, tuple[Any, str]] = {
    "corrupt": (_corrupt, "cannot be shown: it cannot be read as a picture"),
    "cut off": (_cut, "cannot be shown: it cannot be read as a picture"),
    "missing": (_gone, "is not there; stills are removed after their storage period"),
    "16,000 pixels wide": (_huge, "cannot be shown: it"),
}


@pytest.mark.parametrize(("break_it", "told"), BROKEN.values(), ids=BROKEN)
def test_a_picture_that_cannot_be_shown_is_told_and_the_alarm_stays(break_it: Any, told: str, tmp_path: Path) -> None:
    store = MemoryStore()
    store.begin_watch(MORNING, describe(parse_site(SITE)), "basic")
    Teller(store, tmp_path, pen()).tell("loitering", "gate B 12", "hall", MORNING, None, 0.6, "1 person in hall", "a")
    (still,) = (tmp_path / "stills").iterdir()
    view = tmp_path / still_path("view-gate B 12")
    view.parent.mkdir(parents=True, exist_ok=True)
    pen().picture(0).save(view)
    for path in (still, view):
        break_it(path)
    page = read(write_report(store, tmp_path))
    assert told in page.text
    assert "1 person in hall" in page.text
    assert not [address for tag, address in page.addresses if tag in ("img", "image")]


def test_a_still_outside_of_the_folder_is_not_shown(tmp_path: Path) -> None:
    store = MemoryStore()
    pen().picture(1).save(tmp_path / "secret.jpg")
    for number, still in enumerate(("../secret.jpg", str(tmp_path / "secret.jpg"), "x" * 5000, "a\x00b")):
        alarm = Alarm("loitering", "cam", "hall", f"e{number}", AlarmState.OPENED, MORNING, (), 0.5, "why")
        store.report(alarm, Incident("i", MORNING, ()))
        store.attach(f"e{number}", still=still, clip=still)
    folder = tmp_path / "out"
    folder.mkdir()
    page = read(write_report(store, folder))
    assert page.text.count("is not there; stills") == 4
    assert not [address for tag, address in page.addresses if tag == "img" or "secret" in address]


@pytest.mark.parametrize("name", ['"><b>x', "javascript:alert(1)", "a b#c?d%20&e.mp4", "搭乗口.mp4", "clips/ .mp4"])
def test_a_clip_of_a_hostile_name_is_linked_as_what_it_is(name: str, tmp_path: Path) -> None:
    store = MemoryStore()
    alarm = Alarm("loitering", "cam", "hall", "e", AlarmState.OPENED, MORNING, (), 0.5, "why")
    store.report(alarm, Incident("i", MORNING, ()))
    store.attach("e", clip=name)
    clip = tmp_path / name
    clip.parent.mkdir(exist_ok=True)
    clip.write_bytes(b"a clip")
    page = read(write_report(store, tmp_path))
    assert page.tags <= TAGS
    (link,) = [address for tag, address in page.addresses if tag == "a" and not address.startswith("#")]
    assert (tmp_path / unquote(link)).samefile(clip)


def test_five_thousand_alarms_make_a_page_that_can_be_opened(tmp_path: Path) -> None:
    store = MemoryStore()
    store.begin_watch(MORNING, describe(parse_site(SITE)), "basic")
    (tmp_path / "stills").mkdir()
    # Noise is the worst that JPEG can be given: every picture is several times as large as one of a hall.
    noise = np.random.default_rng(3).integers(0, 255, (540, 960, 3)).astype(np.uint8)
    Image.fromarray(noise).save(tmp_path / "stills" / "one.jpg", quality=95)
    store._alarms.extend(
        KeptAlarm(
            number + 1,
            Alarm("loitering", f"cam {number % 7}", f"zone {number % 40}", f"e{number // 2}",
                  AlarmState.CLEARED if number % 2 else AlarmState.OPENED, MORNING + 10 * number, (number,),
                  0.5 + number % 97 / 200, f"1 person in zone {number % 40} for {number} s, limit 20 s"),
            f"incident {number // 6}", None, None, 1,
        )
        for number in range(5000)
    )  # fmt: skip
    # The store in memory counts how long each lasted by looking at all others: too slow for so many.
    store.alarms = lambda _query: tuple(replace(k, still="stills/one.jpg") for k in store._alarms)  # type: ignore[method-assign]
    page = read(write_report(store, tmp_path))
    embedded = sum(tag == "img" for tag, _ in page.addresses)
    assert 5 <= embedded <= MOST
    assert f"{embedded} pictures are in this page" in page.text
    assert f"{2500 - embedded:,} more lie beside it" in page.text
    assert sum(bool(re.fullmatch(r"e\d+", i)) for i in page.ids) == 2500
    assert "2,500 alarms in 834 incidents" in page.text


def test_the_worst_and_the_newest_have_their_pictures_in_the_page(tmp_path: Path) -> None:
    store = MemoryStore()
    store.begin_watch(MORNING, describe(parse_site(SITE)), "basic")
    teller = Teller(store, tmp_path, pen())
    teller.pen.picture = lambda _people: Image.new("RGB", (64, 36))  # type: ignore[method-assign, assignment, misc]
    for k in range(MOST + 30):
        score = 0.9 if k == 3 else 0.5
        teller.tell("loitering", "gate B 12", "hall", MORNING + 100 * k, MORNING + 100 * k + 9, score, "why", f"{k}")
    page = write_report(store, tmp_path).read_text(encoding="utf-8")
    cards = re.findall(r'<article class="card[^"]*" id="e(\d+)".*?</article>', page, re.DOTALL)
    pictured = [n for n in cards if "<img" in re.search(rf'id="e{n}".*?</article>', page, re.DOTALL)[0]]  # type: ignore[index]
    assert len(pictured) == MOST
    assert "4" in pictured, "the worst of all, though old"
    assert pictured[-1] == str(MOST + 30), "the newest"


def test_a_page_that_cannot_be_written_is_a_sentence_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    (target / "in the way").mkdir(parents=True)
    with pytest.raises(StorageError, match=r"expected to write the report to .*--output"):
        write_report(MemoryStore(), tmp_path)
    assert list(tmp_path.iterdir()) == [target]


def test_a_store_that_cannot_be_read_is_not_hidden(tmp_path: Path) -> None:
    class Torn(MemoryStore):
        def alarms(self, query: AlarmQuery) -> tuple[KeptAlarm, ...]:
            raise StorageError(f"the file is torn: {query}")

    with pytest.raises(StorageError, match="torn"):
        write_report(Torn(), tmp_path)
    assert list(tmp_path.iterdir()) == []
