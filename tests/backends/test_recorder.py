"""Evidence on a real disk: what is written plays, and what was written before a kill or a full disk plays too."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from consentry.backends.recorder import FileRecorder, clip_path, still_path
from consentry.core.errors import StorageError
from consentry.core.frames import Frame
from consentry.core.redaction import RedactedFrame, redact

NOBODY = np.zeros((0, 4), np.float32)
_RANDOM = np.random.default_rng(7)


def picture(at: float, height: int = 72, width: int = 128, level: int | None = None) -> RedactedFrame:
    """Noise, which is hard to compress, or one even level."""
    if level is None:
        image = _RANDOM.integers(0, 255, (height, width, 3), np.uint8)
    else:
        image = np.full((height, width, 3), level, np.uint8)
    return redact(Frame("hall", at, image), NOBODY)


def played(path: Path) -> list[tuple[float, int]]:
    """Time, s, and mean brightness of every picture of a clip."""
    with av.open(str(path)) as clip:
        assert clip.streams.video[0].codec_context.name in {"h264", "mpeg4"}
        return [(frame.time, round(frame.to_ndarray(format="gray").mean())) for frame in clip.decode(video=0)]


def parts(content: bytes) -> list[str]:
    """The outermost boxes of an MP4 (ISO/IEC 14496-12)."""
    names, at = [], 0
    while at < len(content):
        names.append(content[at + 4 : at + 8].decode())
        at += int.from_bytes(content[at : at + 4], "big")
    return names


@pytest.mark.parametrize("codec", ["h264", "mpeg4"])
def test_a_clip_plays_each_picture_at_its_own_time(tmp_path: Path, codec: str) -> None:
    times = [1_700_000_000.0, 1_700_000_000.2, 1_700_000_000.41, 1_700_000_003.0, 1_700_000_003.1]
    place, clip = FileRecorder(tmp_path, codec=codec).clip("cam-intrusion-hall-1")
    for number, at in enumerate(times):
        clip.write(picture(at, level=20 + 40 * number))
    clip.close()
    clip.close()
    told = played(tmp_path / place)
    assert [at for at, _ in told] == pytest.approx([at - times[0] for at in times], abs=0.001)
    assert [level for _, level in told] == pytest.approx([20 + 40 * number for number in range(5)], abs=6)


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="needs ffprobe (Debian's package ffmpeg)")
def test_other_players_take_it_as_a_plain_mp4(tmp_path: Path) -> None:
    place, clip = FileRecorder(tmp_path).clip("x")
    for number in range(12):
        clip.write(picture(number / 5))
    clip.close()
    wish = "stream=codec_name,pix_fmt,nb_frames:format=duration"
    command = ["ffprobe", "-v", "error", "-show_entries", wish, "-of", "default=nw=1", str(tmp_path / place)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    assert told.stderr == ""
    assert {"codec_name=h264", "pix_fmt=yuv420p", "nb_frames=12"} <= set(told.stdout.split())
    assert parts((tmp_path / place).read_bytes()) == ["ftyp", "free", "mdat", "moov"], "no fragments any more"


@pytest.mark.parametrize(
    ("height", "width", "limit", "kept"),
    [(73, 129, None, (72, 128)), (1, 1, None, (2, 2)), (720, 1280, 640, (360, 640)), (75, 100, 51, (38, 50))],
    ids=["odd", "one pixel", "too wide", "too wide and odd"],
)
def test_sizes_become_even_and_no_wider_than_the_limit(
    tmp_path: Path, height: int, width: int, limit: int | None, kept: tuple[int, int]
) -> None:
    recorder = FileRecorder(tmp_path, width=limit)
    place, clip = recorder.clip("x")
    clip.write(picture(0.0, height, width))
    clip.write(picture(0.2, height, width))
    clip.close()
    with av.open(str(tmp_path / place)) as opened:
        stream = opened.streams.video[0]
        assert (stream.height, stream.width) == kept
    still = cv2.imread(str(tmp_path / recorder.still("x", picture(0.0, height, width))))
    assert still.shape[1] <= (limit or width)


def test_a_camera_that_changes_its_resolution_stays_in_the_clip(tmp_path: Path) -> None:
    place, clip = FileRecorder(tmp_path).clip("x")
    clip.write(picture(0.0, 72, 128, 50))
    clip.write(picture(0.2, 144, 256, 150))
    clip.close()
    assert [level for _, level in played(tmp_path / place)] == pytest.approx([50, 150], abs=6)


def test_a_picture_that_is_not_later_is_left_out(tmp_path: Path) -> None:
    place, clip = FileRecorder(tmp_path).clip("x")
    for at in (5.0, 5.2, 5.2, 5.1, 5.4):
        clip.write(picture(at))
    clip.close()
    assert [at for at, _ in played(tmp_path / place)] == pytest.approx([0.0, 0.2, 0.4])


def test_a_clip_without_a_picture_leaves_no_file(tmp_path: Path) -> None:
    place, clip = FileRecorder(tmp_path).clip("x")
    clip.close()
    assert not (tmp_path / place).exists()
    with pytest.raises(StorageError, match="closed"):
        clip.write(picture(0.0))


def test_a_still_is_there_wholly_or_not_at_all(tmp_path: Path) -> None:
    recorder = FileRecorder(tmp_path)
    place = recorder.still("view-hall", picture(0.0, level=50))
    assert recorder.still("view-hall", picture(1.0, level=200)) == place
    assert round(cv2.imread(str(tmp_path / place)).mean()) == pytest.approx(200, abs=2)
    assert [path.name for path in (tmp_path / "stills").iterdir()] == ["view-hall.jpg"], "no half-written file stays"


NAMES = [
    "cam-intrusion-hall-1000",
    "Gepäckausgabe",
    "Gepackausgabe",
    "출국장 3층",
    "../../etc/passwd",
    "..",
    ".hidden",
    "",
    "a/b",
    "a_b",
    "line\nbreak\0nul",
    "x" * 5000,
    "x" * 5001,
    "\ud800",
]


def test_every_name_makes_a_file_of_its_own_inside_the_folder(tmp_path: Path) -> None:
    recorder = FileRecorder(tmp_path)
    places = []
    for name in NAMES:
        place = recorder.still(name, picture(0.0))
        assert place == still_path(name)
        assert (tmp_path / place).resolve().parent == tmp_path.resolve() / "stills"
        assert clip_path(name) == place.replace("stills/", "clips/").replace(".jpg", ".mp4")
        places.append(place)
    assert len({place.casefold() for place in places}) == len(NAMES)


@pytest.mark.parametrize("codec", ["", "av1", "H264"])
def test_an_unknown_codec_is_told_with_those_known(tmp_path: Path, codec: str) -> None:
    with pytest.raises(StorageError, match="h264, mpeg4"):
        FileRecorder(tmp_path, codec=codec)


def test_a_folder_that_is_a_file_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "stills").write_text("in the way")
    (tmp_path / "clips").write_text("in the way")
    recorder = FileRecorder(tmp_path)
    with pytest.raises(StorageError, match=r"stills/x\.jpg.*Free space there or choose another folder"):
        recorder.still("x", picture(0.0))
    with pytest.raises(StorageError, match=r"clips/x\.mp4"):
        recorder.clip("x")


CHILD = textwrap.dedent("""
    import sys
    from pathlib import Path
    import numpy as np
    from consentry.backends.recorder import FileRecorder
    from consentry.core.errors import StorageError
    from consentry.core.frames import Frame
    from consentry.core.redaction import redact

    noise = np.random.default_rng(3)
    recorder = FileRecorder(Path(sys.argv[1]))
    place, clip = recorder.clip("evidence")
    for number in range(int(sys.argv[2])):
        image = noise.integers(0, 255, (240, 320, 3), np.uint8)
        try:
            clip.write(redact(Frame("hall", number / 5, image), np.zeros((0, 4))))
        except StorageError as error:
            print("refused", number, error, flush=True)
            break
        print("written", number, flush=True)
    try:
        recorder.still("evidence", redact(Frame("hall", 0.0, image), np.zeros((0, 4))))
    except StorageError as error:
        print("no still:", error, flush=True)
    clip.close()
    print("closed", flush=True)
""")


def child(folder: Path, pictures: int, **options: object) -> subprocess.Popen[str]:
    """A process that records noise, about 100 kB a picture, and says what it has written."""
    command = [sys.executable, "-c", CHILD, str(folder), str(pictures)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def test_a_recording_that_is_killed_plays_up_to_the_last_picture_but_one(tmp_path: Path, number: int) -> None:
    with child(tmp_path, 100_000) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line == "written 15\n":
                break
        process.send_signal(number)
        rest = process.stdout.read()
    assert process.returncode == -number
    told = 16 + rest.count("written")
    times = [at for at, _ in played(tmp_path / clip_path("evidence"))]
    assert len(times) >= told - 1
    assert times == pytest.approx([number / 5 for number in range(len(times))])


def assert_what_was_written_plays(said: str, folder: Path, why: str) -> None:
    """The child was refused in the middle, said so in words, and what came before is whole."""
    refused = [line for line in said.splitlines() if line.startswith("refused")]
    assert len(refused) == 1, said
    assert f"{clip_path('evidence')}, the disk said: {why}" in refused[0]
    assert "Free space there" in refused[0]
    number = int(refused[0].split()[1])
    assert number >= 3
    assert "no still:" in said
    assert said.splitlines()[-1] == "closed", said
    assert len(played(folder / clip_path("evidence"))) >= number - 1
    assert list((folder / "stills").iterdir()) == [], "no half of a still"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB of its own, where the machine lets us mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    mounted = mount and os.geteuid() == 0
    command = [str(mount), "-t", "tmpfs", "-o", "size=1m", "consentry-test", str(disk)]
    if not mounted or subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("needs the right to mount a small disk; the limit on a file's size is tested instead")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_fills_up_while_recording(small_disk: Path) -> None:
    with child(small_disk, 1000) as process:
        assert process.stdout is not None
        said = process.stdout.read()
    assert_what_was_written_plays(said, small_disk, "No space left on device")


def test_a_file_that_may_not_grow_while_recording(tmp_path: Path) -> None:
    """The same without a disk of one's own: the system refuses to let a file grow beyond 600 kB."""
    (tmp_path / "stills").mkdir()

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))

    with child(tmp_path, 1000, preexec_fn=limit) as process:
        assert process.stdout is not None
        said = process.stdout.read()
    # A still fits, so it is kept; the clip is what this is about.
    refused = next(line for line in said.splitlines() if line.startswith("refused"))
    assert "File too large" in refused
    assert len(played(tmp_path / clip_path("evidence"))) >= int(refused.split()[1]) - 1
    assert said.splitlines()[-1] == "closed", said


def test_an_index_that_no_longer_fits_leaves_the_fragments_in_order(tmp_path: Path) -> None:
    """The last bytes are the trickiest: the index is refused after every picture was taken."""
    place, clip = FileRecorder(tmp_path).clip("x")
    for number in range(30):
        clip.write(picture(number / 5, level=number * 8))
    taken = (tmp_path / place).stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        # Room for the last fragment of an even picture, not for the index of 30 pictures.
        resource.setrlimit(resource.RLIMIT_FSIZE, (taken + 400, before[1]))
        with pytest.raises(StorageError, match="File too large"):
            clip.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert len(played(tmp_path / place)) == 29, "the last picture's fragment is cut off with the index"
    assert "moof" in parts((tmp_path / place).read_bytes())
