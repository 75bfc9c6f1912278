"""Clips: what is due comes, at its own time, whatever is wrong with the file."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from consentry.backends.clips import ClipSource
from consentry.core.errors import SourceError
from consentry.core.frames import Frame, Lapse, LapseKind
from servers.http_streams import camera
from servers.numbered import even, make_clip, number_of


def source(path: Path, *, rate: float = 5.0, width: int | None = None, recorded_at: float | None = None) -> ClipSource:
    return ClipSource("hall", str(path), rate=rate, width=width, recorded_at=recorded_at)


def whole(steady: Path, to: Path, options: dict[str, str] | None = None) -> Path:
    """The steady clip in another container; AVI is encoded anew, as it wants another form of H.264."""
    if to.suffix == ".avi":
        return make_clip(to, stamps=even(12))
    return copy(steady, to, options or {})


def seen(items: list[Frame | Lapse]) -> list[tuple[int, float]]:
    """Numbers and times of the pictures."""
    return [(number_of(item.image), round(item.at, 3)) for item in items if isinstance(item, Frame)]


def lapses(items: list[Frame | Lapse]) -> list[Lapse]:
    return [item for item in items if isinstance(item, Lapse)]


def copy(path: Path, to: Path, options: dict[str, str], alter: Callable[[int, av.Packet], bool] | None = None) -> Path:
    """Write a clip's packets into another container, those that ``alter`` keeps."""
    with av.open(str(path)) as old, av.open(str(to), "w", options=options) as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        for number, packet in enumerate(old.demux(video=0)):
            if packet.size and (alter is None or alter(number, packet)):
                packet.stream = stream
                new.mux(packet)
    return to


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="module")
def steady(folder: Path) -> Path:
    """12 s at 25/s, a keyframe a second, no pictures without references."""
    return make_clip(folder / "steady.mp4", stamps=even(12))


# What is due


@pytest.mark.parametrize("rate", [1.0, 5.0, 12.5, 100.0])
def test_pictures_come_at_the_rate_asked_for_and_at_their_own_times(steady: Path, rate: float) -> None:
    found = seen(list(source(steady, rate=rate, recorded_at=1000.0).frames()))
    assert len(found) == min(rate, 25) * 12
    assert all(at == pytest.approx(1000 + number / 25) for number, at in found)
    assert all(late - early >= 1 / rate - 0.02 for (_, early), (_, late) in pairwise(found))


@pytest.mark.parametrize(("width", "size"), [(None, (320, 180)), (161, (160, 90)), (4000, (320, 180))])
def test_a_picture_is_scaled_down_and_never_up(steady: Path, width: int | None, size: tuple[int, int]) -> None:
    first = next(iter(source(steady, width=width).frames()))
    assert isinstance(first, Frame)
    assert (first.image.shape[1], first.image.shape[0]) == size
    assert first.image.dtype == "uint8"


@pytest.mark.parametrize("name", ["clip.mkv", "clip.ts", "clip.avi", "clip.mov"])
def test_any_container(folder: Path, steady: Path, name: str) -> None:
    found = seen(list(source(whole(steady, folder / name)).frames()))
    assert [number for number, _ in found] == list(range(0, 300, 5))
    assert found[0][1] == 0.0  # a transport stream's own count begins at 1.4 s


def test_a_clip_of_uneven_spacing_keeps_its_times(folder: Path) -> None:
    stamps = [0, 0.1, 0.15, 0.9, 1.0, 1.04, 4.0, 4.1, 4.5]
    found = seen(list(source(make_clip(folder / "uneven.mkv", stamps=stamps)).frames()))
    assert found == [(0, 0.0), (3, 0.9), (4, 1.0), (6, 4.0), (7, 4.1), (8, 4.5)]


def test_time_never_runs_back_where_clips_are_glued_together(folder: Path) -> None:
    path = make_clip(folder / "part.ts", stamps=even(3))
    glued = folder / "glued.ts"
    glued.write_bytes(path.read_bytes() * 2)
    items = list(source(glued).frames())
    times = [at for _, at in seen(items)]
    assert times == sorted(set(times))
    assert times[-1] == pytest.approx(6, abs=0.4)
    assert [number for number, _ in seen(items)][15:] == pytest.approx(list(range(0, 75, 5)), abs=4)


def test_a_clip_without_stamps_goes_by_its_rate(folder: Path) -> None:
    path = make_clip(folder / "bare.h264", stamps=even(2))
    assert [number for number, _ in seen(list(source(path).frames()))] == list(range(0, 50, 5))


@pytest.mark.shared
def test_a_gif_keeps_its_own_delays(shared: Path) -> None:
    """45 pictures, most 0.06 s after the last and some 0.07 s."""
    items = list(source(shared / "data/cctv/classroom.gif", rate=100).frames())
    gaps = {round(late.at - early.at, 3) for early, late in pairwise(items)}
    assert len(items) == 45
    assert gaps == {0.06, 0.07}


@pytest.mark.shared
def test_a_gif_at_rest_is_decoded_as_ever(shared: Path) -> None:
    """Its pictures build upon one another, whatever they are marked as."""
    awake, resting = (source(shared / "data/cctv/classroom.gif", rate=100) for _ in range(2))
    resting.rest()
    for one, other in zip(awake.frames(), resting.frames(), strict=True):
        assert isinstance(one, Frame)
        assert isinstance(other, Frame)
        assert np.array_equal(one.image, other.image)


def test_realtime_waits_for_each_picture_and_not_for_a_late_one(steady: Path) -> None:
    now, slept = 50.0, list[float]()

    def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(seconds)
        now += seconds

    paced = ClipSource(
        "hall", str(steady), rate=5, width=None, recorded_at=7.0, realtime=True, sleep=sleep, monotonic=lambda: now
    )
    for number, _ in enumerate(paced.frames()):
        if number == 20:
            now += 1.0  # whoever analyses took a second: five pictures are late
    assert now == pytest.approx(50 + 59 / 5)
    assert len(slept) == 59 - 5 + 1 - 1
    assert paced.tally().given == 60


# What is spared


@pytest.fixture(scope="module")
def hevc(folder: Path) -> Path:
    """The same as ``steady`` by another codec, whose keyframes other pictures reach across."""
    return make_clip(folder / "hevc.mp4", stamps=even(12), codec="libx265")


@pytest.mark.parametrize("name", ["steady", "hevc"])
def test_at_rest_keyframes_alone_are_decoded(request: pytest.FixtureRequest, name: str) -> None:
    clip = source(request.getfixturevalue(name), rate=25)
    clip.rest()
    found = [number for number, _ in seen(list(clip.frames()))]
    assert found[-9:] == [75 + 25 * k for k in range(9)]  # from the fourth keyframe on it is known how often they come
    tally = clip.tally()
    assert (tally.arrived, tally.decoded, tally.spared, tally.broken) == (300, 75 + 9, 216, 0)


@pytest.fixture(scope="module")
def reordered(folder: Path) -> Path:
    """Pictures come out of order."""
    return make_clip(folder / "reordered.mp4", stamps=even(12), options={"bf": "2"})


@pytest.fixture(scope="module")
def open_groups(folder: Path) -> Path:
    """Pictures before a keyframe refer to it and to what came before."""
    options = {"bf": "3", "b-adapt": "0", "x264-params": "open-gop=1"}
    return make_clip(folder / "open.mkv", stamps=even(12), options=options)


@pytest.mark.parametrize("name", ["steady", "reordered", "open_groups", "hevc"])
def test_who_wakes_gets_every_due_picture_since_the_last_keyframe(request: pytest.FixtureRequest, name: str) -> None:
    path = request.getfixturevalue(name)
    clip = source(path, rate=25.0)
    clip.rest()
    numbers = []
    for item in clip.frames():
        assert isinstance(item, Frame)
        number = number_of(item.image)
        assert item.at == pytest.approx(number / 25)
        numbers.append(number)
        if number == 150:
            clip.wake()
    assert numbers[numbers.index(100) :] == [100, 125, *range(150, 300)]
    assert clip.tally().spared == 24 * 3


def test_a_stream_that_refreshes_by_and_by_does_not_rest(folder: Path) -> None:
    """Its recovery points are marked as keyframes, and none of them can be decoded alone."""
    clip = source(make_clip(folder / "refresh.mkv", stamps=even(12), options={"intra-refresh": "1"}), rate=25)
    clip.rest()
    numbers = [number for number, _ in seen(list(clip.frames()))]
    assert len(numbers) >= 300 - 2 * 25  # it tried once, and then waited for the picture to be whole again
    assert numbers[-100:] == list(range(200, 300))


def test_a_clip_with_rare_keyframes_does_not_rest(folder: Path) -> None:
    clip = source(make_clip(folder / "rare.mp4", stamps=even(20), gop=100))
    clip.rest()
    assert len(list(clip.frames())) == 100
    assert clip.tally().spared == 0


def test_keyframes_that_stay_away_end_the_rest_and_nothing_since_the_last_is_lost(folder: Path) -> None:
    """A keyframe in 25 pictures: in 1 s at first, then, as the clip goes slower, in 5 s."""
    stamps = [*even(6), *(6 + number / 5 for number in range(75))]
    clip = source(make_clip(folder / "away.mkv", stamps=stamps), rate=5)
    clip.rest()
    found = seen(list(clip.frames()))
    assert [number for number, _ in found if number >= 75] == [75, 100, 125, *range(150, 225)]
    assert clip.tally().spared == 3 * 24


def test_pictures_that_no_other_refers_to_are_skipped_when_the_rate_allows(folder: Path) -> None:
    path = make_clip(folder / "b.mp4", stamps=even(6), options={"bf": "3", "b-pyramid": "none", "b-adapt": "0"})
    slow, fast = source(path, rate=5.0), source(path, rate=12.5)
    assert len(list(slow.frames())) == 30
    assert slow.tally().spared > 90  # three of four, but for the ends of groups
    assert slow.tally().decoded + slow.tally().spared == 150
    assert len(list(fast.frames())) == 75
    assert fast.tally().spared == 0


def test_independent_pictures_are_decoded_only_when_due(folder: Path) -> None:
    path = make_clip(folder / "m.avi", stamps=even(4), codec="mjpeg")
    busy, quiet = source(path), source(path)
    quiet.rest()
    assert [number for number, _ in seen(list(busy.frames()))] == list(range(0, 100, 5))
    assert busy.tally().decoded == 20
    assert busy.tally().spared == 80
    assert [number for number, _ in seen(list(quiet.frames()))] == [0, 25, 50, 75]


# What is wrong


def bad(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


GIF_16K = b"GIF89a" + (16000).to_bytes(2, "little") * 2 + b"\xf7\x00\x00" + bytes(768) + b"\x2c" + bytes(8)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.mp4", b"", "has 0 bytes"),
        ("words.mp4", b"these are words " * 40, "FFmpeg said"),
        ("vast.gif", GIF_16K + b"\x00" * 4096, "16000 x 16000"),
    ],
)
def test_a_file_that_cannot_be_watched_is_refused_in_words(folder: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        list(source(bad(folder, name, content)).frames())


def test_a_missing_file_is_refused_in_words(folder: Path) -> None:
    with pytest.raises(SourceError, match=r"camera hall: expected a clip, .*nowhere\.mp4"):
        list(source(folder / "nowhere.mp4").frames())


@pytest.mark.network
def test_a_playlist_in_the_stead_of_a_clip_does_not_reach_the_network(folder: Path, steady: Path) -> None:
    part, asked = whole(steady, folder / "part.ts").read_bytes(), list[str]()

    def body() -> Iterator[bytes | float]:
        asked.append("asked")
        yield part

    with camera("video/mp2t", body) as address:
        playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:12\n#EXTINF:12,\n{address}/part.ts\n#EXT-X-ENDLIST\n"
        with pytest.raises(SourceError):
            list(source(bad(folder, "list.m3u8", playlist.encode())).frames())
    assert asked == []


def test_a_recording_without_its_index_is_named_as_such(folder: Path, steady: Path) -> None:
    content = steady.read_bytes()
    with pytest.raises(SourceError, match="cut off before it was finished"):
        list(source(bad(folder, "headless.mp4", content[: len(content) // 2])).frames())


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("front.mp4", {"movflags": "faststart"}, "of 300 pictures are there"),
        ("half.mkv", {}, "of 12.0 s"),
        ("half.avi", {}, "of 12.0 s"),
        ("half.ts", {}, "the file ends within a packet"),
    ],
)
def test_a_clip_cut_in_half_gives_what_is_there_and_says_where_it_ends(
    folder: Path, steady: Path, name: str, options: dict[str, str], words: str
) -> None:
    content = whole(steady, folder / f"whole-{name}", options).read_bytes()
    items = list(source(bad(folder, name, content[: len(content) // 2 | 1])).frames())
    numbers = [number for number, _ in seen(items)]
    assert numbers == list(range(0, numbers[-1] + 1, 5))
    assert 20 <= len(numbers) <= 50
    last = items[-1]
    assert isinstance(last, Lapse)
    assert last.kind is LapseKind.ENDED
    told = re.match(r"cut off after ([0-9.]+) s", last.why)
    assert told is not None, last.why
    assert float(told[1]) == pytest.approx(numbers[-1] / 25, abs=0.5)
    assert last.why.endswith(words)


def test_a_whole_clip_ends_without_a_word(steady: Path) -> None:
    assert lapses(list(source(steady).frames())) == []


def test_corrupt_packets_are_told_once_counted_and_gone_past(folder: Path, steady: Path) -> None:
    copied = copy(steady, folder / "hurt.mkv", {})
    content = bytearray(copied.read_bytes())
    with av.open(str(copied)) as clip:
        places = [(packet.pos, packet.size) for packet in clip.demux(video=0) if packet.size]
    for place, size in places[105:108]:
        content[place + 8 : place + size] = b"\xff" * (size - 8)
    clip = source(bad(folder, "hurt.mkv", bytes(content)), rate=25)
    items = list(clip.frames())
    told = [lapse for lapse in lapses(items) if lapse.kind is LapseKind.CORRUPT]
    assert len(told) == 1
    assert told[0].at == pytest.approx(105 / 25, abs=0.2)
    assert clip.tally().broken == 3
    assert seen(items)[-1][0] == 299
    assert len(seen(items)) == 297


def test_close_ends_after_the_picture_at_hand(steady: Path) -> None:
    clip = source(steady)
    for _ in clip.frames():
        clip.close()
        clip.close()
    assert clip.tally().given == 1
