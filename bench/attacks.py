"""Presentation attack detection on simulated presentations of the shared people: errors per species and per cue, cost.

Attacks and live people are simulated from photographs (``backends.simulated_presentations``): what comes out says which
cue sees what, and how often each errs on these simulations. It says nothing of a real printer, screen, mask or camera.
docs/attacks.md repeats the table.
"""

import argparse
import json
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from statistics import median

import cv2
import numpy as np

from bench.attack_challenge import Met, lines, of_person
from bench.watch import Say, footage, machine
from consentry.backends.face_attacks import load_attack_detector
from consentry.backends.face_samples import load_acquiring_finder, samples
from consentry.backends.simulated_presentations import BONA_FIDE, KINDS, present
from consentry.core.frames import Image
from consentry.evaluation.attacks import AttackErrors, Presentation, Response, attack_errors
from consentry.evaluation.intervals import wilson_interval
from consentry.face.attack import PadResult, Verdict
from consentry.ports import AttackDetector, FaceFinder

PHOTO = "plain photo"
"""One photograph as a single frame: nobody's presentation, but what single-frame cues make of real pixels."""
FRAMES = 16
"""1.2 s at the simulated camera's 12.5 frames/s."""
_RESPONSES = {
    Verdict.BONA_FIDE: Response.BONA_FIDE,
    Verdict.ATTACK: Response.ATTACK,
    Verdict.UNDETERMINED: Response.NONE,
}


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one presentation."""

    kind: str
    person: int
    verdict: Verdict
    score: float
    cues: dict[str, float | None]
    ms: float
    """CPU ms a frame of the detector, median; 0 where no face was found."""


def main() -> None:
    """Print the tables, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument("--quick", action="store_true", help="two people instead of all")
    parser.add_argument("--challenge", type=int, metavar="PEOPLE", help="a challenge for so many people, nothing else")
    parser.add_argument("--frames", type=int, default=FRAMES, help=f"frames of each presentation ({FRAMES})")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    asked = parser.parse_args()
    say: Say = (lambda _text: None) if asked.json else (lambda text: print(text, flush=True))
    photos = sorted((footage().parent / "faces").glob("*_neutral.jpg"))[: 2 if asked.quick else None]
    say(f"{machine()}; {time.strftime('%Y-%m-%d')}; {len(photos)} people, {asked.frames} frames each\n")
    if asked.challenge:
        for line in lines([row for job in enumerate(photos[: asked.challenge]) for row in _challenged(*job)]):
            print(line)
        return
    jobs = [(number, path, asked.frames) for number, path in enumerate(photos)]
    if asked.workers > 1:
        with ProcessPoolExecutor(asked.workers) as pool:
            rows = [row for found in pool.map(_of_person, jobs) for row in found]
    else:
        rows = [row for job in jobs for row in _of_person(job)]
    if asked.json:
        print(json.dumps({"machine": machine(), "rows": [asdict(row) for row in rows]}))
    for line in tables(rows):
        say(line)


def _of_person(job: tuple[int, Path, int]) -> list[Row]:
    """Every kind of presentation of one person, and both photographs as they are."""
    number, path, frames = job
    portrait = _read(path)
    rows = [_row(kind, number, [*present(kind, portrait, number, frames)]) for kind in KINDS]
    photos = (portrait, _read(path.with_name(path.name.replace("neutral", "smiling"))))
    return rows + [_row(PHOTO, number, [(0.0, photo)] * 3) for photo in photos]


def _challenged(number: int, path: Path) -> list[Met]:
    return of_person(number, _read(path), _finder(), _detector())


def _read(path: Path) -> Image:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise SystemExit(f"expected a picture, cannot read {path}")
    return np.asarray(picture, np.uint8)


def _row(kind: str, person: int, presentation: Sequence[tuple[float, Image]]) -> Row:
    finder, detector = _finder(), _detector()
    spent = []
    for at, picture in presentation:
        found = samples(finder, picture, at)
        if found:
            begin = time.process_time()
            detector.see(found[0])
            spent.append(time.process_time() - begin)
    result: PadResult = detector.judge()
    detector.forget()
    cues = {cue.name: cue.score for cue in result.cues}
    return Row(kind, person, result.verdict, result.score, cues, 1000 * median(spent) if spent else 0.0)


@cache
def _finder() -> FaceFinder:
    cv2.setNumThreads(1)
    return load_acquiring_finder("yunet", longest=640)


@cache
def _detector() -> AttackDetector:
    return load_attack_detector(networks=True)()


def errors(rows: Sequence[Row], cue: str | None = None) -> AttackErrors:
    """Error rates of the fusion, or of one cue alone at its own 0.5, where silence is no response."""
    told = []
    for row in rows:
        if row.kind == PHOTO:
            continue
        response = _RESPONSES[row.verdict]
        if cue is not None:
            score = row.cues[cue]
            response = Response.NONE if score is None else Response.ATTACK if score >= 0.5 else Response.BONA_FIDE
        told.append(Presentation(None if row.kind == BONA_FIDE else row.kind, row.person, response))
    return attack_errors(told, seed=1)


def tables(rows: Sequence[Row]) -> Iterator[str]:
    """All tables as lines."""
    whole = errors(rows)
    yield f"{'species':17} taken for bona fide (95 %)    no response (95 %)"
    for one in whole.species:
        rates = (one.apcer, one.apnrr)
        yield f"{one.name:17} " + "     ".join(f"{r.rate:6.1%} ({r.low:.1%}-{r.high:.1%})" for r in rates)
    if whole.bpcer is not None and whole.bpnrr is not None:
        yield f"\nbona fide taken for attacks {whole.bpcer.rate:.1%} ({whole.bpcer.low:.1%}-{whole.bpcer.high:.1%})"
        yield f"bona fide without a response {whole.bpnrr.rate:.1%} ({whole.bpnrr.low:.1%}-{whole.bpnrr.high:.1%})"
    yield "\ncaught by each cue alone, of those it could judge (a dash: it could judge none); last: all cues"
    names = list(rows[0].cues)
    yield f"{'':17} " + " ".join(f"{name[:12]:>12}" for name in names) + "  fused"
    for kind in dict.fromkeys(row.kind for row in rows):
        mine = [row for row in rows if row.kind == kind]
        caught = sum(row.verdict is Verdict.ATTACK for row in mine)
        yield f"{kind:17} " + " ".join(f"{_caught(mine, name):>12}" for name in names) + f"  {caught}/{len(mine)}"
    yield "\nbona fide called an attack by each cue alone (95 %, Wilson)"
    for name in names:
        scores = [row.cues[name] for row in rows if row.kind == BONA_FIDE]
        heard = [score for score in scores if score is not None]
        if heard:
            wrong = sum(score >= 0.5 for score in heard)
            low, high = wilson_interval(wrong, len(heard))
            yield f"{name:17} {wrong}/{len(heard)} ({low:.1%}-{high:.1%}), highest {max(heard):.2f}"
    yield f"\nCPU ms a frame, median: {median(row.ms for row in rows if row.ms):.1f}"


def _caught(rows: Sequence[Row], name: str) -> str:
    heard = [score for row in rows if (score := row.cues[name]) is not None]
    return f"{sum(score >= 0.5 for score in heard)}/{len(heard)}" if heard else "-"


if __name__ == "__main__":
    main()
