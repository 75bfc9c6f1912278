"""What watching costs, as a multiple of decoding the same pictures, in one run; where the rest goes; memory.

CPU seconds are those of the whole process, all its threads. Watching and decoding alone take turns within the same
minute, so that a machine that is busy otherwise troubles both alike. Goals: below 3 at 5 looks a second with the person
network, below 1.3 while nothing moves; of a still clip the first half is taken off both, in which a camera settles.
"""

import argparse
import json
import os
import platform
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

import av
import cv2
import numpy as np
import psutil

from bench.clips import Recipe, encoded, recipes
from bench.footage import listeners, parts_of, trouble
from consentry.app.settings import Site, load_site
from consentry.app.watching import Watching
from consentry.app.wiring import Wishes, wire
from consentry.backends.persons import load_detector
from consentry.core.frames import Frame, Lapse, SourceTally
from consentry.touchpoints.camera import CameraParts, CameraWatch

if TYPE_CHECKING:
    from consentry.ports import FrameSource
    from consentry.tracking.scene_builder import SceneBuilder

Say = Callable[[str], None]
SITE = Path(__file__).parents[1] / "tests" / "truth" / "vtest.site.toml"
"""16 hazards in 7 zones and 3 tripwires with a floor plan: more than most cameras get."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """CPU of watching divided by CPU of decoding alone."""

    clip: str
    cameras: int
    decode_s: float
    """CPU s to decode one camera's clip whole, median."""
    watch_s: float
    """CPU s to watch it, for each camera, median."""
    ratio: float
    """Median of the turns' own ratios."""
    lowest: float
    highest: float
    looked: int
    """Pictures looked at by the person network, all cameras."""
    given: int
    decoded: int
    arrived: int
    seconds: float
    """s of video for each camera."""

    @property
    def cameras_per_core(self) -> float:
        """How many such cameras one core of this machine serves."""
        return self.seconds / self.watch_s


def main() -> None:
    """Print the tables, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument("--quick", action="store_true", help="one small clip, one turn: only to see that it runs")
    parser.add_argument("--person", help="a person network by name, or motion; else the site's own choice")
    parser.add_argument("--seconds", type=float, default=12.0, help="s of video in each clip; still ones twice")
    parser.add_argument("--turns", type=int, default=3, help="how often one camera is watched and decoded in turn")
    asked = parser.parse_args()
    clips = recipes(2.0, ("360p",))[:1] if asked.quick else recipes(asked.seconds)
    source = footage() / "vtest.avi"
    say: Say = (lambda _text: None) if asked.json else (lambda text: print(text, flush=True))
    say(f"{machine()}; CPU s of the process, all threads; {time.strftime('%Y-%m-%d')}")
    for recipe in clips:
        encoded(recipe, source)
    counts = (1,) if asked.quick else (1, 2, 4, 8)
    rows = list(_ratios(clips, source, asked.person, 1 if asked.quick else asked.turns, counts, say))
    profiles = {recipe.words: profile(recipe, encoded(recipe, source), asked.person, say) for recipe in clips}
    peers = [naive(recipe, encoded(recipe, source), asked.person, say) for recipe in clips if recipe.moving]
    evidence = [kept(recipe, encoded(recipe, source), asked.person, say) for recipe in clips if recipe.moving]
    memory = flat(encoded(recipes(2.0, ("360p",))[0], source), asked.person, (2, 4) if asked.quick else (10, 100), say)
    if asked.json:
        found = {
            "ratios": [asdict(row) for row in rows],
            "profiles": profiles,
            "naive": peers,
            "kept": evidence,
            "rss_mib": memory,
        }
        print(json.dumps({"machine": machine(), **found}))


def footage() -> Path:
    """Where the clips of the shared folder lie."""
    shared = Path(os.environ.get("CONSENTRY_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    os.environ.setdefault("CONSENTRY_MIRROR", str(shared / "models"))
    return shared / "data" / "cctv"


def machine() -> str:
    """Cores, processor and versions."""
    names = [line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return f"{os.cpu_count()} cores of {names[0] if names else platform.processor()}, PyAV {av.__version__}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text("utf-8").splitlines() if Path(path).is_file() else []


def site(clip: Path, cameras: int, person: str | None) -> Site:
    """A site whose cameras all show the same clip."""
    found = load_site(SITE)
    (camera,) = found.cameras
    models = found.models.model_copy(update={"person": person} if person else {})
    return replace(
        found,
        models=models,
        cameras=tuple(replace(camera, name=f"camera {n}", source=str(clip)) for n in range(cameras)),
    )


def _ratios(
    clips: Sequence[Recipe],
    source: Path,
    person: str | None,
    turns: int,
    counts: Sequence[int],
    say: Say,
) -> Iterator[Ratio]:
    say(f"\n{'clip':44} cameras  watch/decode (range)   decode   watch  looked  decoded  cameras/core")
    for recipe in clips:
        for cameras in counts:
            lead = None if recipe.moving else encoded(replace(recipe, seconds=recipe.seconds / 2), source)
            row = ratio(recipe, encoded(recipe, source), person, cameras, turns if cameras == 1 else 1, lead)
            say(
                f"{row.clip:44} {row.cameras:7}  {row.ratio:6.2f} ({row.lowest:.2f}-{row.highest:.2f})"
                f"{row.decode_s:12.2f} s{row.watch_s:6.2f} s{row.looked:6}/{row.given:<5}"
                f"{row.decoded:4}/{row.arrived:<6}{row.cameras_per_core:6.1f}"
            )
            yield row


def ratio(recipe: Recipe, clip: Path, person: str | None, cameras: int, turns: int, lead: Path | None = None) -> Ratio:
    """Watch and decode in turn.

    Args:
        recipe: of the clip.
        clip: its file.
        person: detector; None: the site's own.
        cameras: how many watch it at once.
        turns: how often.
        lead: a shorter clip of the same, whose cost is taken off both: what comes before a camera rests.
    """
    alone, watched = [], []
    parts_of(site(clip, 1, person))  # loads the network, which is not what a camera costs
    for _ in range(turns):
        before, short = decode(clip), decode(lead) if lead else 0.0
        spent, watching = watch_clip(site(clip, cameras, person))
        settling = watch_clip(site(lead, cameras, person))[0] if lead else 0.0
        alone.append((before + decode(clip)) / 2 - short)
        watched.append((spent - settling) / cameras)
    each = [w / d for w, d in zip(watched, alone, strict=True)]
    states = watching.statuses()
    return Ratio(
        recipe.words,
        cameras,
        median(alone),
        median(watched),
        median(each),
        min(each),
        max(each),
        sum(state.looked for state in states),
        sum(state.given for state in states),
        sum(state.tally.decoded for state in states),
        sum(state.tally.arrived for state in states),
        recipe.seconds if lead is None else recipe.seconds / 2,
    )


def decode(clip: Path) -> float:
    """CPU s to decode every picture of a clip in one thread, and nothing else."""
    begin = time.process_time()
    with av.open(str(clip)) as container:
        container.streams.video[0].codec_context.thread_count = 1
        for _picture in container.decode(video=0):
            pass
    return time.process_time() - begin


def watch_clip(where: Site, out: Path | None = None) -> tuple[float, Watching]:
    """CPU s to watch a site to its end, by the parts and threads of the command, wiring left out.

    Args:
        where: the site.
        out: folder for events and evidence; None: nothing is kept.
    """
    wired = wire(where, time.time, (), trouble, Wishes(out=out, once=True))
    begin = time.process_time()
    wired.watching.run(wired.settings, wired.models)
    wired.close()
    return time.process_time() - begin, wired.watching


def kept(recipe: Recipe, clip: Path, person: str | None, say: Say) -> dict[str, float | str]:
    """One camera whose events, stills and clips are kept, faces looked for in every picture that is."""
    where = site(clip, 1, person)
    with TemporaryDirectory() as folder:
        watch_clip(where, Path(folder) / "first")  # loads the face finder
        spent, _ = watch_clip(where, Path(folder) / "second")
        size = sum(file.stat().st_size for file in Path(folder, "second").rglob("*") if file.is_file())
    share = spent / decode(clip)
    say(f"\n{recipe.words}: with events and evidence kept {share:.2f} times decoding; {size / 1e6:.1f} MB")
    return {"clip": recipe.words, "ratio": round(share, 2), "megabytes": round(size / 1e6, 1)}


class _Timed:
    """Stands before a part and adds up the CPU that goes into it, a runtime's own threads included."""

    def __init__(self, part: Any, label: str, spent: Counter[str]) -> None:  # noqa: ANN401 - any part whatever
        self._part, self._label, self._spent = part, label, spent

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the part says
        value = getattr(self._part, name)
        if not callable(value):
            return value

        def timed(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - as the part says
            begin = time.process_time()
            try:
                result = value(*args, **named)
            finally:
                self._spent[self._label] += int((time.process_time() - begin) * 1e9)
            return self._timed_items(result) if name == "frames" else result

        return timed

    def _timed_items(self, items: Iterator[Frame | Lapse]) -> Iterator[Frame | Lapse]:
        while True:
            begin = time.process_time()
            item = next(items, None)
            self._spent[self._label] += int((time.process_time() - begin) * 1e9)
            if item is None:
                return
            yield item


def profile(recipe: Recipe, clip: Path, person: str | None, say: Say) -> dict[str, float]:
    """Where one camera's CPU goes, in shares of decoding the clip alone."""
    spent: Counter[str] = Counter()
    parts = parts_of(site(clip, 1, person))
    timed = CameraParts(
        camera=parts.camera,
        source=_Timed(parts.source, "decode and scale", spent),
        detector=_Timed(parts.detector, "persons", spent),
        tracker=_Timed(parts.tracker, "tracks", spent),
        signals=_Timed(parts.signals, "signals", spent),
        builder=cast("SceneBuilder", _Timed(parts.builder, "scene", spent)),
        attention=parts.attention,
        rules=tuple(_Timed(rule, "rules", spent) for rule in parts.rules),
        evidence=None if parts.evidence is None else _Timed(parts.evidence, "evidence", spent),
    )
    alone = decode(clip)
    begin = time.process_time()
    watch = CameraWatch(timed, listeners(lambda _alarms: None))
    watch.run()
    spent["the rest"] = int((time.process_time() - begin) * 1e9) - spent.total()
    shares = {label: round(nanoseconds / 1e9 / alone, 3) for label, nanoseconds in spent.items()}
    say(f"\n{recipe.words}: {alone:.2f} s to decode alone; in units of that, and ms a picture given")
    for label, share in sorted(shares.items(), key=lambda row: -row[1]):
        say(f"  {label:18} {share:6.2f} {share * alone * 1000 / max(watch.status.given, 1):8.2f} ms")
    return shares


def naive(recipe: Recipe, clip: Path, person: str | None, say: Say) -> dict[str, float | str]:
    """What a plain script does: OpenCV's reader, the same network on every picture. On the first 100 pictures."""
    detector = load_detector(person or parts_of(site(clip, 1, None)).detector.name)
    reader = cv2.VideoCapture(str(clip))
    begin, count = time.process_time(), 0
    while count < 100:
        there, picture = reader.read()
        if not there:
            break
        detector.detect(picture.astype(np.uint8, copy=False))
        count += 1
    spent = time.process_time() - begin
    share = spent / count * round(recipe.seconds * 25) / decode(clip)
    say(f"\n{recipe.words}: a plain script (OpenCV's reader, the network on every picture) {share:.1f} times decoding")
    return {"clip": recipe.words, "ratio": round(share, 2)}


class _Again:
    """One clip over and over, each time by a source of the product's own; notes the memory after some rounds."""

    def __init__(self, where: Site, seconds: float, rounds: Sequence[int]) -> None:
        self._where, self._seconds, self._rounds = where, seconds, rounds
        self.rss: dict[int, float] = {}

    def frames(self) -> Iterator[Frame | Lapse]:
        for number in range(max(self._rounds)):
            source: FrameSource = parts_of(self._where, self._seconds * number).source
            yield from source.frames()
            if number + 1 in self._rounds:
                self.rss[number + 1] = psutil.Process().memory_info().rss / 2**20

    def rest(self) -> None:
        """Every picture counts."""

    def wake(self) -> None:
        """See ``rest``."""

    def tally(self) -> SourceTally:
        return SourceTally()

    def close(self) -> None:
        """It ends by itself."""


def flat(clip: Path, person: str | None, rounds: tuple[int, int], say: Say) -> dict[int, float]:
    """Resident memory, MiB, after so many rounds of a clip of 2 s."""
    where = site(clip, 1, person)
    again = _Again(where, 2.0, rounds)
    CameraWatch(replace(parts_of(where), source=again), listeners(lambda _alarms: None)).run()
    early, late = (again.rss[number] for number in rounds)
    say(f"\nmemory: {early:.1f} MiB after {rounds[0]} rounds of a clip, {late - early:+.1f} after {rounds[1]}")
    return again.rss


if __name__ == "__main__":
    main()
