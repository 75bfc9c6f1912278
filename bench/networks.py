"""Person networks side by side: what a look costs, whom they find, what a watch with them tells and misses.

Three measures on the shared clips: persons checked by eye in single pictures (``people.toml``), the same pictures made
smaller for persons far away, and whole watches held against the hand-written truth (``tests/truth``).
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.truth.load import load, names

from bench.footage import Remembering, watch
from bench.people import HEIGHTS, Checked, compare, pictures
from bench.watch import Say, footage, machine
from consentry.backends.motion import MotionDetector
from consentry.backends.persons import load_detector
from consentry.core.errors import NetworkError
from consentry.evaluation.alarms import Score, pool
from consentry.ports import Detector

_OWN = {"person-detection-retail-0013": 0.3, "picodet-s-320": 0.45, "yolox-nano": 0.3}
"""Each network's threshold in ``persons``."""
_SWEEP = {
    "person-detection-retail-0013": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
    "picodet-s-320": (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6),
    "yolox-nano": (0.1, 0.2, 0.3, 0.4, 0.5),
}
_LOWEST = 0.08
"""Score below which nothing is remembered."""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU ms of one look in one thread, from the picture to the boxes."""

    name: str
    runtime: str
    ms: float | None
    """None: not to be had in this runtime."""


def main() -> None:
    """Print the tables, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument("--quick", action="store_true", help="a few looks and single pictures, no watch")
    parser.add_argument("--sweep", action="store_true", help="at many thresholds, not only at each network's own")
    asked = parser.parse_args()
    say: Say = (lambda _text: None) if asked.json else (lambda text: print(text, flush=True))
    clips, checked = footage(), pictures(footage())
    say(f"{machine()}; {time.strftime('%Y-%m-%d')}\n\nCPU ms a look")
    costs = list(_costs(checked, 2 if asked.quick else 40))
    for cost in costs:
        say(f"  {cost.name:30} {cost.runtime:9} {'  -' if cost.ms is None else f'{cost.ms:5.1f}'}")
    say(f"\n{_HEAD}")
    rows = []
    for name, own in _OWN.items():
        remembered = Remembering(load_detector(name, threshold=_LOWEST))
        for threshold in _SWEEP[name] if asked.sweep else (own,):
            rows.append(_row(name, threshold, remembered.at(threshold), checked, None if asked.quick else clips))
            say(_words(rows[-1]))
    rows.append(_row("motion", 0.0, None, (), None if asked.quick else clips))
    say(_words(rows[-1]))
    if asked.json:
        print(json.dumps({"machine": machine(), "cost": [[c.name, c.runtime, c.ms] for c in costs], "rows": rows}))


def _costs(checked: Sequence[Checked], looks: int) -> Iterator[Cost]:
    """Median over looks at different pictures."""
    for name in _OWN:
        for runtime in ("openvino", "onnx"):
            try:
                detector = load_detector(name, runtime=runtime)
            except NetworkError:
                yield Cost(name, runtime, None)
                continue
            yield Cost(name, runtime, _ms(detector, checked, looks))
    yield Cost("motion", "-", _ms(MotionDetector(), checked[:8], looks))


def _ms(detector: Detector, checked: Sequence[Checked], looks: int) -> float:
    spent = []
    for number in range(looks + 3):
        begin = time.process_time()
        detector.detect(checked[number % len(checked)].image)
        spent.append(time.process_time() - begin)
    return median(spent[3:]) * 1000


_HEAD = (
    f"{'network':29} score  found       (95 %)     nobody  by height "
    + " ".join(f"{low:.2f}-" for low in HEIGHTS[:-1])
    + "   events (95 %)           false/h (95 %)"
)


def _row(
    name: str, threshold: float, detector: Detector | None, checked: Sequence[Checked], clips: Path | None
) -> dict[str, Any]:
    """All measures of one detector; None: motion, which needs a clip and sees nothing in single pictures."""
    row: dict[str, Any] = {"network": name, "threshold": threshold}
    if detector is not None:
        seen = compare(detector, checked) if clips else compare(detector, checked, (1.0,))
        row |= {"persons": seen.persons, "found": seen.found, "recall_interval": seen.recall_interval}
        row |= {"nobody": seen.false, "by_height": seen.by_height}
    if clips is not None:
        # Motion keeps a background: each clip gets its own.
        scores = {clip: watch(load(clip), clips, detector or MotionDetector()) for clip in names()}
        whole: Score = pool(scores.values())
        row |= {
            "events": len(whole.hits) + len(whole.misses),
            "hits": len(whole.hits),
            "event_interval": whole.recall_interval,
            "false_alarms": len(whole.false_alarms),
            "false_per_hour": whole.false_per_hour,
            "false_interval": whole.false_per_hour_interval,
            "clips": {clip: [len(s.hits), len(s.misses), len(s.false_alarms)] for clip, s in scores.items()},
        }
    return row


def _words(row: dict[str, Any]) -> str:
    text = f"{row['network']:29} {row['threshold']:.2f}"
    if "found" in row:
        low, high = row["recall_interval"]
        heights = " ".join(f"{found}/{there}" for there, found in row["by_height"])
        text += f"  {row['found']:3}/{row['persons']} ({low:.2f}-{high:.2f}) {row['nobody']:4}       {heights}"
    if "hits" in row:
        low, high = row["event_interval"]
        text += f"   {row['hits']}/{row['events']} ({low:.2f}-{high:.2f})"
        least, most = row["false_interval"]
        text += f"   {row['false_per_hour']:.1f} ({least:.1f}-{most:.1f})"
    return text


if __name__ == "__main__":
    main()
