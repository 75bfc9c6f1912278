"""KISA's XML both ways, and what strangers may send instead of it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.backends.alarm_files import read_alarms
from consentry.backends.bounded_xml import MOST_BYTES, parse_xml
from consentry.backends.kisa_files import (
    KISA_NAMES,
    KisaAlarm,
    KisaClip,
    kisa_document,
    parse_kisa,
    read_kisa,
    write_kisa,
)
from consentry.backends.truth_files import read_truth
from consentry.core.errors import MalformedError, StorageError
from consentry.evaluation.alarms import Event, Told
from consentry.evaluation.recordings import CameraTold

RESULT = """<?xml version="1.0" encoding="UTF-8"?>
<KisaLibraryIndex><Library><Clip>
<Header><AlarmEvents>1</AlarmEvents><Filename>C00_001_0030.mp4</Filename></Header>
<Alarms><Alarm>
<StartTime>00:03:00</StartTime><AlarmDescription>Abandonment</AlarmDescription><AlarmDuration>00:01:00</AlarmDuration>
</Alarm></Alarms>
</Clip></Library></KisaLibraryIndex>
"""
"""The shape of the guide's example, p. 45."""


def test_the_guides_example() -> None:
    assert parse_kisa(RESULT.encode(), "p45.xml") == (
        KisaClip("C00_001_0030", (KisaAlarm("abandoned_object", 180.0, 60.0),)),
    )


def test_ground_truth_knows_its_length_and_a_result_does_not(tmp_path: Path) -> None:
    header = "<Header><Duration>00:05:00</Duration>"
    (tmp_path / "C00_001_0030.xml").write_text(RESULT.replace("<Header>", header), "utf-8")
    (clip,) = read_truth(tmp_path)
    assert (clip.name, clip.watched_s) == ("C00_001_0030", 300.0)
    assert clip.events == (Event("abandoned_object", "", 180.0, 240.0),)
    heard = read_alarms(tmp_path / "C00_001_0030.xml")
    assert heard.alarms == (CameraTold("C00_001_0030", Told(180.0, "abandoned_object", "")),)
    assert heard.watched == {"C00_001_0030"}


def test_a_quiet_clip_is_written_with_no_alarm() -> None:
    text = kisa_document("quiet.mp4", [KisaAlarm("crowd", 3.0)])
    assert "<AlarmEvents>0</AlarmEvents>" in text
    assert "<Alarms>\n</Alarms>" in text
    assert parse_kisa(text.encode(), "quiet.xml") == (KisaClip("quiet", ()),)


@pytest.mark.parametrize(
    ("at", "written"),
    [(180.4, "00:03:00"), (180.5, "00:03:01"), (0.5, "00:00:01"), (-0.2, "00:00:00"), (4000, "01:06:40")],
)
def test_times_are_written_as_the_nearest_whole_second(at: float, written: str) -> None:
    assert f"<StartTime>{written}</StartTime>" in kisa_document("a.mp4", [KisaAlarm("fall", at)])


CLIPS = st.lists(
    st.builds(
        KisaClip,
        st.text("abcXYZ012_-. &<>'\"가", min_size=1, max_size=12).filter(lambda name: name.strip(". ") == name != ""),
        st.lists(
            st.builds(
                KisaAlarm,
                st.sampled_from(sorted(KISA_NAMES.values())),
                st.integers(0, 36_000).map(float),
                st.integers(0, 600).map(float),
            ),
            max_size=5,
        ).map(lambda alarms: tuple(sorted(alarms, key=lambda one: one.begin))),
    ),
    max_size=4,
    unique_by=lambda clip: clip.name,
)


@given(CLIPS)
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, clips: list[KisaClip]) -> None:
    folder = tmp_path_factory.mktemp("kisa")
    assert len(write_kisa(folder, clips)) == len(clips)
    assert read_kisa(folder) == tuple(sorted(clips, key=lambda clip: clip.name))


@pytest.mark.parametrize("name", ["", "..", "a/b", "..\\b", "a:b", "a\0"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(MalformedError, match="that can be a file's"):
        write_kisa(tmp_path / "out", [KisaClip(name, ())])
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(StorageError, match="could not be written"):
        write_kisa(tmp_path / "file", [KisaClip("a", ())])


LAUGHS = "".join(f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' for k in range(1, 10))
ATTACKS = {
    "billion laughs": f'<!DOCTYPE k [<!ENTITY l0 "lol">{LAUGHS}]><KisaLibraryIndex>&l9;</KisaLibraryIndex>',
    "quadratic blowup": f'<!DOCTYPE k [<!ENTITY a "{"x" * 50_000}">]><Kisa>{"&a;" * 1000}</Kisa>',
    "external entity": '<!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/passwd">]><KisaLibraryIndex>&x;</KisaLibraryIndex>',
    "external DTD": '<!DOCTYPE k SYSTEM "http://127.0.0.1:9/k.dtd"><KisaLibraryIndex/>',
    "parameter entity": '<!DOCTYPE k [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]><KisaLibraryIndex/>',
    "empty document type": "<!DOCTYPE KisaLibraryIndex><KisaLibraryIndex/>",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_document_type_is_refused_before_it_declares_anything(name: str) -> None:
    with pytest.raises(MalformedError, match="document type"):
        parse_kisa(ATTACKS[name].encode(), "attack.xml")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("<a>" * 100_000, "within each other", id="deep nesting"),
        pytest.param(f"<Kisa>{'<a/>' * 300_000}</Kisa>", "200,000 elements", id="many elements"),
        pytest.param(f"<KisaLibraryIndex>{'x' * 2_000_000}</KisaLibraryIndex>", "1024 characters", id="long text"),
        pytest.param("<a>" + " " * (MOST_BYTES + 1), "at most 8 MB", id="huge"),
        pytest.param("", "no element", id="empty"),
        pytest.param("<KisaLibraryIndex>", "reader said", id="cut off"),
        pytest.param("<KisaLibraryIndex>&lol;</KisaLibraryIndex>", "undefined entity", id="an entity nobody declared"),
        pytest.param('<?xml version="1.0" encoding="nonsense"?><a/>', "reader said", id="an encoding nobody knows"),
        pytest.param('<?xml version="1.0" encoding="euc-kr"?><a/>', "reader said", id="an encoding that expat has not"),
        pytest.param("<StreamingFileList/>", "expected <KisaLibraryIndex>", id="another of KISA's files"),
        pytest.param("<KisaLibraryIndex/>", "expected a <Clip>", id="no clip"),
        pytest.param(RESULT.replace("C00_001_0030.mp4", ""), "Filename", id="no name"),
        pytest.param(RESULT.replace("<AlarmEvents>1", "<AlarmEvents>2"), "AlarmEvents says '2'", id="miscounted"),
        pytest.param(RESULT.replace("00:03:00", "3:00"), "hh:mm:ss", id="a time in another form"),
        pytest.param(RESULT.replace("00:03:00", "00:03:60"), "hh:mm:ss", id="sixty seconds"),
        pytest.param(RESULT.replace("00:03:00", "9" * 900 + ":00:00"), "hh:mm:ss", id="hours without end"),
        pytest.param(RESULT.replace("Abandonment", ""), "AlarmDescription", id="no kind"),
    ],
)  # fmt: skip
def test_what_is_no_result_gets_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(MalformedError, match=sentence):
        parse_kisa(text.encode(), "strange.xml")


@given(st.binary(max_size=200))
def test_bytes_at_random_never_do_anything_else(raw: bytes) -> None:
    try:
        parse_xml(raw, "random")
    except MalformedError:
        return


@given(st.integers(0, len(RESULT) - 1), st.integers(0, 255))
def test_a_spoiled_byte_never_does_anything_else(at: int, value: int) -> None:
    raw = bytearray(RESULT.encode())
    raw[at] = value
    try:
        parse_kisa(bytes(raw), "spoiled.xml")
    except MalformedError:
        return


def test_a_clip_that_stands_twice(tmp_path: Path) -> None:
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_text(RESULT, "utf-8")
    with pytest.raises(MalformedError, match="C00_001_0030 again"):
        read_kisa(tmp_path)
