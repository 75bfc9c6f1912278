"""From one frame to the decision, on one core: what each step costs, beside the bare networks, which are the limit.

Frames of 1280 x 720: a drawn hall with a shared face pasted into it, moving a little, as a camera at a gate sees it.
They live in memory only. CPU ms of the whole process, one thread: the time on the wall where nothing else runs.
"""

import argparse
import json
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from bench.watch import footage, machine
from consentry.backends.calibrations import load_threshold
from consentry.backends.embedders import load_embedder, pose_of
from consentry.backends.face_attacks import load_attack_detector
from consentry.backends.face_attacks_networks import NETWORKS
from consentry.backends.face_pictures import read_face_picture
from consentry.backends.face_quality import HEAD_POSE, FaceQuality
from consentry.backends.face_samples import load_acquiring_finder, samples
from consentry.backends.networks import Pixels, load_network
from consentry.backends.tensors import input_size
from consentry.core.frames import Image
from consentry.face.acquisition import acquire
from consentry.face.template import Template
from consentry.face.verification import Decision, compare
from consentry.ports import FaceEmbedder, FaceFinder

EMBEDDERS = ("face-reidentification-retail-0095", "mobilefacenet", "face-reidentification-retail-0095+mobilefacenet")
WIDTHS = (160, 200)
"""px of the face in the frame, from and to: a traveller at 0.6 to 0.8 m before a wide lens."""
FRAMES = 12
"""Of a transaction: one second, as many as the attack cues ask for."""
PERIOD = 0.08
"""s between them: some cues look at every second one only, so a frame's median lies between two kinds."""
GOALS = {"without PAD": 60.0, "with PAD": 120.0}
"""ms on one core, median."""
RATIO = 1.5
"""Goal: at most so many times the bare networks."""
_BARE = {"yunet": "find", HEAD_POSE: "quality"} | dict.fromkeys(NETWORKS, "attacks") | dict.fromkeys(EMBEDDERS, "embed")


@dataclass(slots=True)
class Spent:
    """CPU ms by step, one number a frame."""

    ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @contextmanager
    def on(self, step: str) -> Iterator[None]:
        """Count what is done within as that step's."""
        begin = time.process_time()
        yield
        self.ms[step].append((time.process_time() - begin) * 1000)

    def of(self, *steps: str) -> tuple[float, float]:
        """Median and 95th percentile of the sum of some steps, frame by frame."""
        total = np.sum([self.ms[step] for step in steps], axis=0)
        return float(np.median(total)), float(np.percentile(total, 95))


def main() -> None:
    """Print the tables, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument("--quick", action="store_true", help="three people and one embedder")
    asked = parser.parse_args()
    people = footage().parent / "faces"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    say: Callable[[str], None] = (lambda _text: None) if asked.json else (lambda text: print(text, flush=True))
    say(f"{machine()}, held to one core; {time.strftime('%Y-%m-%d')}; CPU ms, median (95 %)")
    portraits = sorted(people.glob("*_neutral.jpg"))[: 3 if asked.quick else 20]
    rows = [_row(name, portraits, say) for name in EMBEDDERS[: 1 if asked.quick else None]]
    if asked.json:
        print(json.dumps({"machine": machine(), "embedders": rows}))


def _row(name: str, portraits: Sequence[Path], say: Callable[[str], None]) -> dict[str, Any]:
    """One embedder: every step, the whole, and the networks alone."""
    finder, embedder = load_acquiring_finder("yunet"), load_embedder(name)
    spent = Spent()
    for number, portrait in enumerate([*portraits[:2], *portraits]):
        if number == 2:
            spent.ms.clear()  # the first two were to warm up
        _transaction(portrait, number, finder, embedder, spent)
    bare = _bare(name, len(spent.ms["find"]))
    told: dict[str, Any] = {"embedder": name, "steps": {}, "bare": {}, "whole": {}}
    say(f"\n{name}, {len(spent.ms['find'])} frames of {len(portraits)} people")
    for step in ("reference: find, align, embed", "find", "quality", "attacks", "embed", "compare"):
        told["steps"][step] = spent.of(step)
        alone = bare.of(step)[0] if step in bare.ms else None
        told["bare"][step] = alone
        beside = "" if alone is None else f"   networks alone {alone:.1f}"
        say(f"  {step:30} {_words(spent.of(step))}{beside}")
    for whole, goal in GOALS.items():
        steps = ("find", "embed", "compare") if whole == "without PAD" else ("find", "attacks", "embed", "compare")
        middle, late = spent.of(*steps)
        times = middle / bare.of(*(step for step in steps if step in bare.ms))[0]
        told["whole"][whole] = [middle, late, times]
        met, near = ("met" if good else "NOT met" for good in (middle < goal, times < RATIO))
        say(f"  {'one frame ' + whole:30} {_words((middle, late))}   goal {goal:.0f} {met}; ratio {times:.2f}, {near}")
    say(f"  {'the same and quality':30} {_words(spent.of('find', 'quality', 'attacks', 'embed', 'compare'))}")
    return told


def _transaction(portrait: Path, seed: int, finder: FaceFinder, embedder: FaceEmbedder, spent: Spent) -> None:
    """A reference from the portrait, then one second of live frames, each to its decision."""
    image = read_face_picture(portrait)
    with spent.on("reference: find, align, embed"):
        reference = _template(finder, embedder, image)
    threshold = load_threshold(embedder.model)
    attacks, quality = load_attack_detector(networks=True)(), FaceQuality()
    for number, frame in enumerate(_live(portrait, finder, seed)):
        with spent.on("find"):
            taken = acquire(samples(finder, frame, number * PERIOD))
        if taken.sample is None:
            raise SystemExit(f"a drawn frame does not show its face: {taken.why}")
        with spent.on("quality"):
            quality.read(taken.sample, taken.faces)
        with spent.on("attacks"):
            attacks.see(taken.sample)
            attacks.judge()
        with spent.on("embed"):
            probe = embedder.embed(taken.sample)
        with spent.on("compare"):
            said = compare(probe, reference, threshold)
        if said.decision is Decision.NON_MATCH:
            raise SystemExit("the same photo of the same face is no match: something is broken")


def _template(finder: FaceFinder, embedder: FaceEmbedder, image: Image) -> Template:
    taken = acquire(samples(finder, image, 0.0))
    if taken.sample is None:
        raise SystemExit(f"a portrait shows no single face: {taken.why}")
    return embedder.embed(taken.sample)


def _live(portrait: Path, finder: FaceFinder, seed: int) -> Iterator[Image]:
    """A face before a drawn hall, swaying, with a camera's noise."""
    random = np.random.default_rng(seed)
    image = read_face_picture(portrait)
    (face, *_) = samples(finder, image, 0.0)
    share = random.uniform(*WIDTHS) / face.width
    body = np.asarray(cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)
    soft = cv2.GaussianBlur(np.pad(np.ones((body.shape[0] - 40, body.shape[1] - 40), np.float32), 20), (0, 0), 8)
    hall = _hall()
    for number in range(FRAMES):
        left = 420 + round(12 * np.sin(number / 3)) + int(random.integers(-1, 2))
        top = max(0, 100 + round(5 * np.cos(number / 4)))
        rows, columns = min(body.shape[0], 720 - top), min(body.shape[1], 1280 - left)
        frame, weight = hall.copy(), soft[:rows, :columns, None]
        part = frame[top : top + rows, left : left + columns]
        part[:] = (part * (1 - weight) + body[:rows, :columns] * weight).astype(np.uint8)
        noise = random.normal(0, 2, frame.shape[:2]).astype(np.float32)[..., None]
        yield np.clip(frame + noise, 0, 255).astype(np.uint8)


def _hall() -> Image:
    """A floor, a wall with doors, lamps: nothing that is a face."""
    hall = np.repeat(np.linspace(150, 90, 720)[:, None, None], 1280, axis=1).repeat(3, axis=2).astype(np.uint8)
    for place in range(60, 1280, 240):
        cv2.rectangle(hall, (place, 180), (place + 110, 520), (120, 110, 95), -1)
        cv2.circle(hall, (place + 160, 60), 22, (235, 240, 245), -1)
    cv2.rectangle(hall, (0, 520), (1280, 720), (105, 112, 118), -1)
    return hall


def _bare(name: str, times: int) -> Spent:
    """The networks alone on plain pixels that lie ready, as often as they were run."""
    spent = Spent()
    wide, high = input_size(np.zeros((720, 1280, 3), np.uint8), 960)
    random = np.random.default_rng(0)
    yunet = load_network("yunet", shape=(1, 3, high, wide))
    ready: dict[str, list[Callable[[], Any]]] = defaultdict(list)
    field_ = random.uniform(0, 255, (1, 3, high, wide)).astype(np.float32)
    ready["find"].append(lambda: yunet.run(field_))
    for network, side in ((HEAD_POSE, 60), *((one, 80) for one in NETWORKS)):
        ready[_BARE[network]].append(_run(network, (1, side, side, 3), random))
    for one in name.split("+"):
        ready["embed"].append(_run(one, (1, pose_of(one).height, pose_of(one).width, 3), random))
    for _ in range(times + 3):
        for step, runs in ready.items():
            with spent.on(step):
                for run in runs:
                    run()
    return spent


def _run(network: str, shape: tuple[int, ...], random: np.random.Generator) -> Callable[[], Any]:
    pixels = Pixels((123.675, 116.28, 103.53), (58.395, 57.12, 57.375)) if network == "mobilefacenet" else Pixels()
    loaded, picture = load_network(network, pixels=pixels), random.integers(0, 256, shape, np.uint8)
    return lambda: loaded.run(picture)


def _words(times: tuple[float, float]) -> str:
    return f"{times[0]:6.2f} ({times[1]:.2f})"


if __name__ == "__main__":
    main()
