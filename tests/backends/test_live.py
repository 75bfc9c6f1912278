"""Cameras over true servers on loopback: pictures at their times, silences told, opened again, no password shown."""

import io
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import chain, cycle, islice, pairwise
from pathlib import Path

import pytest
from PIL import Image as Pictures

from consentry.backends.live import LiveSource
from consentry.backends.streams import Patience
from consentry.core.frames import Frame, Lapse, LapseKind
from servers.http_streams import MULTIPART, Body, camera, multipart, steadily
from servers.numbered import even, make_clip, number_of, numbered
from servers.running import need_gstreamer, rtsp

pytestmark = [pytest.mark.network, pytest.mark.timeout(60)]

QUICK = Patience(open_s=5.0, stall_s=4.0, read_s=8.0, retry_s=0.2, longest_retry_s=0.4)
TS = "video/mp2t"


def live(address: str, *, rate: float = 5.0, patience: Patience = QUICK) -> LiveSource:
    return LiveSource("hall", address, rate=rate, width=None, clock=time.time, patience=patience)


def until(source: LiveSource, enough: int, *, kinds: set[LapseKind] | None = None) -> list[Frame | Lapse]:
    """What comes until there are so many pictures, and a lapse of each kind; the source is closed then."""
    items: list[Frame | Lapse] = []
    with closing(source):
        for item in source.frames():
            items.append(item)
            told = {lapse.kind for lapse in items if isinstance(lapse, Lapse)}
            if sum(isinstance(one, Frame) for one in items) >= enough and told >= (kinds or set()):
                break
    return items


def kinds(items: list[Frame | Lapse]) -> list[str]:
    """A story: runs of pictures and each lapse."""
    story: list[str] = []
    for item in items:
        word = "pictures" if isinstance(item, Frame) else item.kind.value
        if story[-1:] != [word]:
            story.append(word)
    return story


# RTSP


@pytest.fixture(scope="session")
def gstreamer() -> None:
    need_gstreamer()


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """30 s at 25/s with four keyframes a second."""
    path = tmp_path_factory.mktemp("live") / "clip.mkv"
    return make_clip(path, stamps=even(30), gop=6, options={"slices": "1", "bf": "0"})


@pytest.mark.usefixtures("gstreamer")
def test_rtsp_pictures_come_with_their_times(clip: Path) -> None:
    began = time.time()
    with rtsp(clip) as port:
        source = live(f"rtsp://127.0.0.1:{port}/hall")
        items = until(source, 7)
    assert kinds(items) == ["pictures"]
    frames = [item for item in items if isinstance(item, Frame)][2:]  # the first come in one go with the opening
    assert began < frames[0].at < frames[-1].at < time.time()
    for early, late in pairwise(frames):
        apart = (number_of(late.image) - number_of(early.image)) / 25
        assert apart > 0
        assert late.at - early.at == pytest.approx(apart, abs=0.02)
    assert source.tally().given == 7
    assert source.tally().broken == 0


@pytest.mark.usefixtures("gstreamer")
def test_a_server_killed_and_started_again_is_told_and_found_again(clip: Path) -> None:
    items: list[Frame | Lapse] = []
    lost = threading.Event()
    with rtsp(clip) as port:
        source = live(f"rtsp://guard:s3cret@127.0.0.1:{port}/hall")
        watcher = threading.Thread(target=lambda: items.extend(_told(source, lost, 5)))
        watcher.start()
        assert _wait(lambda: source.tally().given >= 3)
    assert lost.wait(20)
    with rtsp(clip, port):
        watcher.join(20)
    assert not watcher.is_alive()
    assert kinds(items) == ["pictures", "lost", "pictures"]
    assert [item.at for item in items] == sorted(item.at for item in items)
    assert source.tally().reconnects == 1
    assert not re.search("guard|s3cret", repr(items))


def _told(source: LiveSource, lost: threading.Event, more: int) -> list[Frame | Lapse]:
    """What comes until some pictures after a loss."""
    items: list[Frame | Lapse] = []
    with closing(source):
        for item in source.frames():
            items.append(item)
            if isinstance(item, Lapse) and item.kind is LapseKind.LOST:
                lost.set()
            more -= isinstance(item, Frame) and lost.is_set()
            if not more:
                break
    return items


def _wait(so: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if so():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.usefixtures("gstreamer")
def test_the_right_password_opens_and_a_wrong_one_is_said_in_words(clip: Path) -> None:
    with rtsp(clip, account="guard:s3cret") as port:
        assert kinds(until(live(f"rtsp://guard:s3cret@127.0.0.1:{port}/hall"), 2)) == ["pictures"]
        (lapse,) = until(live(f"rtsp://guard:wr0ng@127.0.0.1:{port}/hall"), 0, kinds={LapseKind.LOST})
    assert isinstance(lapse, Lapse)
    assert lapse.why == (
        f"rtsp://127.0.0.1:{port}/hall: the camera refused the user name or the password; look at the settings"
    )


@pytest.mark.usefixtures("gstreamer")
def test_a_resting_camera_decodes_keyframes_alone_and_wakes_whole(clip: Path) -> None:
    with rtsp(clip) as port:
        source = live(f"rtsp://127.0.0.1:{port}/hall", rate=25)
        source.rest()
        numbers: list[int] = []
        with closing(source):
            for item in source.frames():
                assert isinstance(item, Frame), item
                numbers.append(number_of(item.image))
                resting = [number for number in numbers if number >= 24]
                if len(resting) == 4:
                    rested = source.tally().spared
                    source.wake()
                if len(resting) == 20:
                    break
    assert [number % 6 for number in resting[:4]] == [0, 0, 0, 0]
    assert rested >= 3 * 5 - 1
    assert resting[4] <= resting[3] + 6  # from the keyframe that woke on, but for what a newer picture replaced
    assert resting[-1] - resting[4] <= 25


# HTTP


def jpeg(number: int) -> bytes:
    file = io.BytesIO()
    Pictures.fromarray(numbered(number)[..., ::-1]).save(file, "JPEG", quality=90)
    return file.getvalue()


def pictures(count: int, per_second: float = 25) -> Iterator[bytes | float]:
    return steadily((multipart(jpeg(number)) for number in range(count)), 1 / per_second)


def test_mjpeg_over_http_decodes_only_what_is_due() -> None:
    with camera(MULTIPART, lambda: pictures(200)) as address:
        source = live(f"{address}/video.mjpg")
        items = until(source, 7)
    frames = [item for item in items if isinstance(item, Frame)]
    assert kinds(items) == ["pictures"]
    assert frames[-1].at - frames[2].at == pytest.approx(
        (number_of(frames[-1].image) - number_of(frames[2].image)) / 25, abs=0.15
    )
    assert source.tally().spared > 15
    assert source.tally().decoded <= 8


def test_a_corrupt_jpeg_is_told_counted_and_gone_past() -> None:
    def body() -> Iterator[bytes | float]:
        broken = multipart(jpeg(7)[:400] + b"\xff" * 900)
        yield from steadily((multipart(jpeg(1)) if number % 3 else broken for number in range(40)), 0.05)

    with camera(MULTIPART, body) as address:
        source = live(address, rate=100)
        items = until(source, 6, kinds={LapseKind.CORRUPT})
    assert set(kinds(items)) == {"pictures", "corrupt"}
    assert source.tally().broken >= 1
    assert all(number_of(item.image) == 1 for item in items if isinstance(item, Frame))


@pytest.fixture(scope="session")
def stream(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """20 s of MPEG-TS."""
    path = tmp_path_factory.mktemp("live") / "stream.ts"
    return make_clip(path, stamps=even(20), gop=12).read_bytes()


def ts(content: bytes, seconds: float = 20.0) -> Body:
    """A stream of so many s, sent at its own pace, 20 parts a second."""
    size = -(-len(content) // round(seconds * 20))
    parts = [content[place : place + size] for place in range(0, len(content), size)]
    return lambda: steadily(iter(parts), 0.05)


def test_mpeg_ts_over_http(stream: bytes) -> None:
    with camera(TS, ts(stream)) as address:
        items = until(live(f"{address}/live.ts"), 6)
    frames = [item for item in items if isinstance(item, Frame)]
    assert kinds(items) == ["pictures"]
    apart = (number_of(frames[-1].image) - number_of(frames[2].image)) / 25
    assert frames[-1].at - frames[2].at == pytest.approx(apart, abs=0.3)


def test_a_stream_that_falls_silent_is_told_once_and_goes_on() -> None:
    def body() -> Iterator[bytes | float]:
        yield from chain(pictures(12), [1.5], pictures(40))

    with camera(MULTIPART, body) as address:
        source = live(address, patience=Patience(stall_s=1.0))
        items = until(source, 4, kinds={LapseKind.STALLED})
    assert kinds(items) == ["pictures", "stalled", "pictures"]
    (lapse,) = (item for item in items if isinstance(item, Lapse))
    assert lapse.why == "open, but no picture for 1 s"
    assert source.tally().reconnects == 0
    assert [item.at for item in items] == sorted(item.at for item in items)


def test_pictures_held_back_in_a_stall_do_not_turn_time_back(stream: bytes) -> None:
    """The network holds the stream for 2 s; then all of it comes at once, taken before the stall was told."""

    def body() -> Iterator[bytes | float]:
        for number, part in enumerate(ts(stream)()):
            held = isinstance(part, float) and 40 <= number < 120  # 40 parts of 0.05 s each, and as many waits
            yield (2.0 if number == 41 else 0.0) if held else part

    with camera(TS, body) as address:
        source = live(address, rate=25, patience=Patience(stall_s=1.0))
        items = until(source, 30, kinds={LapseKind.STALLED})
    assert kinds(items)[-3:] == ["pictures", "stalled", "pictures"]
    assert [item.at for item in items] == sorted(item.at for item in items)
    assert source.tally().dropped > 0


def test_a_frozen_picture_keeps_coming() -> None:
    with camera(MULTIPART, lambda: steadily(islice(cycle([multipart(jpeg(3))]), 100), 0.04)) as address:
        assert kinds(until(live(address), 4)) == ["pictures"]


def test_who_is_slow_gets_the_newest_and_the_rest_is_counted() -> None:
    with camera(MULTIPART, lambda: pictures(200, 50)) as address, closing(live(address, rate=50)) as source:
        given = source.frames()
        first, _ = next(given), time.sleep(0.6)
        waiting, newest = next(given), next(given)
    assert isinstance(first, Frame)
    assert isinstance(waiting, Frame)
    assert isinstance(newest, Frame)
    assert number_of(waiting.image) - number_of(first.image) > 10
    assert source.tally().dropped > 10


@pytest.mark.parametrize("secret", ["?user=guard&pwd=wr0ng", "?token=wr0ng"])
def test_a_refused_query_shows_no_secret(secret: str) -> None:
    with camera(MULTIPART, lambda: pictures(10), password="s3cret") as address:
        (lapse,) = until(live(f"{address}/video{secret}"), 0, kinds={LapseKind.LOST})
    assert isinstance(lapse, Lapse)
    assert "refused the user name or the password" in lapse.why
    assert not re.search("guard|wr0ng|s3cret", lapse.why)


def test_a_stream_that_ends_is_lost_and_opened_again() -> None:
    with camera(MULTIPART, lambda: pictures(10)) as address:
        source = live(address)
        items = until(source, 4, kinds={LapseKind.LOST})
    assert kinds(items)[:3] == ["pictures", "lost", "pictures"]
    assert source.tally().reconnects >= 1
    assert "the stream ended" in next(item.why for item in items if isinstance(item, Lapse))


def test_a_fault_of_ours_is_told_and_the_camera_opened_again() -> None:
    with camera(MULTIPART, lambda: pictures(100)) as address:
        source = live(address)
        true, faults = source._scaler, iter([True])

        class Faulty:
            def image(self, picture: object) -> object:
                if next(faults, False):
                    raise RuntimeError(f"no memory for http://guard:s3cret@{address}")
                return true.image(picture)

        source._scaler = Faulty()
        items = until(source, 3, kinds={LapseKind.LOST})
    assert kinds(items) == ["lost", "pictures"]
    assert isinstance(items[0], Lapse)
    assert items[0].why.startswith("a fault of ours while reading: RuntimeError")
    assert "s3cret" not in items[0].why


# Nobody there


@contextmanager
def silent_server() -> Iterator[int]:
    """Takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_a_server_that_accepts_and_is_silent_is_stalled_then_lost(scheme: str) -> None:
    with silent_server() as port:
        items = until(
            live(f"{scheme}://guard:s3cret@127.0.0.1:{port}/x", patience=Patience(open_s=1.0, stall_s=0.4)),
            0,
            kinds={LapseKind.STALLED, LapseKind.LOST},
        )
    assert kinds(items) == ["stalled", "lost"]
    assert isinstance(items[-1], Lapse)
    assert items[-1].why == f"{scheme}://127.0.0.1:{port}/x: nothing came for 1 s"
    assert not re.search("guard|s3cret", repr(items))


def test_a_camera_that_is_away_at_the_start_is_told_once_and_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    items: list[Frame | Lapse] = []
    brief = Patience(stall_s=0.2, retry_s=0.2, longest_retry_s=0.4)
    with closing(live(f"rtsp://guard:s3cret@127.0.0.1:{port}/x", patience=brief)) as source:
        threading.Timer(1.0, source.close).start()  # some three attempts
        items.extend(source.frames())
    (lapse,) = items
    assert isinstance(lapse, Lapse)
    assert lapse.kind is LapseKind.LOST
    assert lapse.why == f"rtsp://127.0.0.1:{port}/x: nobody answers at this port (connection refused)"


def test_a_device_that_is_not_plugged_in_is_lost_in_words() -> None:
    (lapse,) = until(live("/dev/video97"), 0, kinds={LapseKind.LOST})
    assert isinstance(lapse, Lapse)
    assert lapse.why == "/dev/video97: there is no such device; is the camera plugged in?"


@pytest.mark.parametrize("state", ["connecting", "waiting"])
def test_close_from_another_thread_ends_at_once(state: str) -> None:
    long = Patience(open_s=20, stall_s=30, read_s=20, retry_s=60, longest_retry_s=60)
    with silent_server() as port:
        source = live(f"http://127.0.0.1:{port if state == 'connecting' else 9}/x", patience=long)
        threading.Timer(0.3, source.close).start()
        began = time.monotonic()
        items = list(source.frames())
        source.close()
    assert kinds(items) == ([] if state == "connecting" else ["lost"])
    assert time.monotonic() - began < 15  # not the 20 s of FFmpeg's limit, nor the 60 s of the next attempt
