"""``consentry watch`` where things go wrong: a camera that dies and comes back, a full disk, a kill."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import Empty, Queue

import av
import pytest

from consentry.backends.store import open_store
from consentry.ports import AlarmQuery
from servers.running import need_gstreamer, rtsp

pytestmark = [pytest.mark.network, pytest.mark.timeout(180)]
WHOLE = "floor:0.01,0.01;0.99,0.01;0.99,0.99;0.01,0.99"
Told = dict[str, object]


class Running:
    """A watch in a process of its own, heard line by line."""

    def __init__(self, env: dict[str, str], folder: Path, *words: str) -> None:
        command = [sys.executable, "-m", "consentry", "watch", *words, "--json"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, cwd=folder
        )
        self.told: list[Told] = []
        self._lines: Queue[Told] = Queue()
        self._errors: list[str] = []
        self._threads = [threading.Thread(target=read) for read in (self._hear, self._note)]
        for thread in self._threads:
            thread.start()

    def _hear(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(json.loads(line))

    def _note(self) -> None:
        assert self.process.stderr is not None
        self._errors.extend(self.process.stderr)

    @property
    def errors(self) -> str:
        return "".join(self._errors)

    def wait_for(self, wanted: Callable[[Told], bool], what: str, seconds: float = 60.0) -> Told:
        """The next line that is wanted."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                line = self._lines.get(timeout=0.2)
            except Empty:
                if self.process.poll() is not None and self._lines.empty():
                    break
                continue
            self.told.append(line)
            if wanted(line):
                return line
        pytest.fail(f"waited for {what}; told {self.told}; said {self.errors}")

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Signal it, take in what it still tells, and give its exit code."""
        self.process.send_signal(how)
        return self.wait()

    def wait(self) -> int:
        """Take in all that it tells until it ends; its exit code."""
        code = self.process.wait(90)
        for thread in self._threads:
            thread.join()
        while not self._lines.empty():
            self.told.append(self._lines.get())
        return code

    def close(self) -> None:
        self.process.kill()
        self.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()


@contextmanager
def watching(env: dict[str, str], folder: Path, *words: str) -> Iterator[Running]:
    running = Running(env, folder, *words)
    try:
        yield running
    finally:
        running.close()


def opened(hazard: str, *, why: str = "") -> Callable[[Told], bool]:
    return lambda line: line["hazard"] == hazard and line["state"] == "opened" and why in str(line["why"])


def cleared(hazard: str) -> Callable[[Told], bool]:
    return lambda line: line["hazard"] == hazard and line["state"] == "cleared"


def frames(path: Path) -> int:
    with av.open(str(path)) as clip:
        return sum(1 for _ in clip.decode(video=0))


def kept(folder: Path) -> list[tuple[str, str]]:
    with open_store(folder) as store:
        return [(one.alarm.episode, one.alarm.state.value) for one in store.alarms(AlarmQuery())]


def test_a_camera_that_dies_and_comes_back(
    tmp_path: Path, basic: dict[str, str], walk: Callable[[str, int], Path]
) -> None:
    """The server is killed in the middle and started again: told as tampering, cleared, and the watch goes on."""
    need_gstreamer()
    clip = walk("mkv", 90)
    with ExitStack() as stack:
        with rtsp(clip) as port:
            words = ["--source", f"gate=rtsp://guard:s3cret@127.0.0.1:{port}/hall", "--zone", WHOLE]
            rules = ["--hazard", "intrusion:floor", "--hazard", "tampering"]
            told = stack.enter_context(watching(basic, tmp_path, *words, *rules))
            told.wait_for(opened("intrusion"), "somebody on the floor")
        told.wait_for(opened("tampering", why="lost"), "the dead camera")
        with rtsp(clip, port):
            told.wait_for(cleared("tampering"), "the camera back")
            time.sleep(3.0)  # pictures of the new stream
            assert told.end() == 0, told.errors
    # Whoever was on the floor before the loss is there after it: one episode, told as over when the watch ends.
    assert [line["state"] for line in told.told if line["hazard"] == "intrusion"] == ["opened", "cleared"]
    assert "s3cret" not in told.errors + json.dumps(told.told)
    assert "reconnects" in told.errors
    out = tmp_path / "out"
    assert kept(out) == [(line["episode"], line["state"]) for line in told.told], "what was told is what is kept"
    clips = list((out / "clips").glob("*.mp4"))
    assert clips
    assert all(frames(path) for path in clips)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def test_ended_while_recording_the_clip_plays_and_no_alarm_is_lost(
    how: signal.Signals, tmp_path: Path, basic: dict[str, str], walk: Callable[[str, int], Path]
) -> None:
    clip = walk("mp4", 60)
    words = ["--source", f"cam={clip}", "--realtime", "--zone", WHOLE, "--hazard", "intrusion:floor:0.4"]
    with watching(basic, tmp_path, *words) as told:
        told.wait_for(opened("intrusion"), "somebody on the floor")
        until = time.monotonic() + 60
        sizes: set[int] = set()
        while len(sizes) < 8:
            assert time.monotonic() < until, "a clip that grows"
            made = list(tmp_path.glob("out/clips/*.mp4"))
            sizes |= {path.stat().st_size for path in made}
            time.sleep(0.1)
        code = told.end(how)
    assert code == (0 if how is signal.SIGTERM else -signal.SIGKILL)
    assert frames(made[0]) > 3
    assert kept(tmp_path / "out") == [(line["episode"], line["state"]) for line in told.told]
    if how is signal.SIGTERM:
        assert told.told[-1]["state"] == "cleared"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system that takes the event store and a clip or two."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(place)], capture_output=True, check=False
        ).returncode
    )
    if not mounted:
        pytest.skip("needs the right to mount a small file system")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def test_a_disk_that_fills_up_stops_the_evidence_and_not_the_watch(
    small_disk: Path, tmp_path: Path, basic: dict[str, str], walk: Callable[[str, int], Path]
) -> None:
    """Told as an alarm about Consentry itself; the clips written so far play; alarms go on to standard output."""
    clip = walk("mp4", 60)
    words = ["--source", f"cam={clip}", "--line", "middle:0.5,1;0.5,0", "--hazard", "line_crossing:middle:both"]
    with watching(basic, tmp_path, *words, "--out", str(small_disk)) as told:
        told.wait_for(opened("line_crossing"), "somebody who crosses")
        told.wait_for(opened("health", why="evidence"), "the full disk")
        assert told.wait() == 0, told.errors
    assert [line["hazard"] for line in told.told].count("health") <= 4, "told once and cleared once, not a storm"
    assert told.told[-1]["state"] == "cleared"
    assert "Traceback" not in told.errors
    assert all(frames(path) for path in small_disk.glob("clips/*.mp4") if path.stat().st_size > 20_000)


def test_once_ends_with_the_clip_though_a_camera_goes_on(
    tmp_path: Path, basic: dict[str, str], walk: Callable[[str, int], Path]
) -> None:
    """The camera is one that never answers."""
    words = ["--source", "away=rtsp://127.0.0.1:9/none", "--source", f"cam={walk('mp4', 4)}", "--zone", WHOLE]
    with watching(basic, tmp_path, *words, "--hazard", "intrusion:floor", "--hazard", "tampering", "--once") as told:
        assert told.wait() == 0, told.errors
    assert "cam: ended" in told.errors
