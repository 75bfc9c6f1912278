"""Searching a journey's gallery, on one core: the exact search beside the bare product, which is the limit.

Random unit vectors: the time does not depend on what is in them. Wall time of single searches with one thread; the
product is of a matrix in one piece with a vector, into an array that is there already.
"""

import argparse
import json
import os
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bench.watch import machine
from consentry.face.search_exact import ExactSearch
from consentry.face.template import Template

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (100, 1_000, 5_000, 20_000)
NUMBERS = {"mobilefacenet": 128, "face-reidentification-retail-0095": 256, "both": 384, "as large as any": 512}
GOAL_MS, GOAL_SIZE = 1.0, 5_000
REPEATS = 300
"""Searches behind each median."""


@dataclass(frozen=True, slots=True)
class Row:
    """One gallery. Times in ms, median and 95th percentile."""

    model: str
    numbers: int
    size: int
    search: tuple[float, float]
    product: tuple[float, float]
    ratio: float
    """Of the medians."""


def main() -> None:
    """Print the table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    parser.add_argument("--quick", action="store_true", help="one size and few searches")
    asked = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    say: Callable[[str], None] = (lambda _text: None) if asked.json else (lambda text: print(text, flush=True))
    say(f"{machine()}, held to one core; {time.strftime('%Y-%m-%d')}; ms a search, median (95 %)")
    rows = []
    for name, numbers in NUMBERS.items():
        for size in SIZES[:1] if asked.quick else SIZES:
            row = _row(name, numbers, size, 20 if asked.quick else REPEATS)
            rows.append(row)
            goal = f"   goal {GOAL_MS:g} ms: {'met' if row.search[0] < GOAL_MS else 'NOT met'}"
            say(
                f"{size:7,} x {numbers} ({name}): {row.search[0]:.3f} ({row.search[1]:.3f})   "
                f"product alone {row.product[0]:.3f}   ratio {row.ratio:.2f}{goal if size == GOAL_SIZE else ''}"
            )
    if asked.json:
        print(json.dumps({"machine": machine(), "rows": [asdict(row) for row in rows]}))


def _row(name: str, numbers: int, size: int, repeats: int) -> Row:
    """One gallery: the search and the product alone, by turns, so that both meet the same machine."""
    rng = np.random.default_rng(1)
    matrix = _unit(rng, size, numbers)
    search = ExactSearch()
    for row in matrix:
        search.add(Template("m", row))
    probes = [Template("m", row) for row in _unit(rng, repeats, numbers)]
    out = np.empty(size, np.float32)
    bare, whole = [], []
    for probe in (*probes[:10], *probes):
        begin = time.perf_counter()
        np.matmul(matrix, probe.vector, out=out)
        middle = time.perf_counter()
        search.best(probe)
        bare.append((middle - begin) * 1000)
        whole.append((time.perf_counter() - middle) * 1000)
    search_ms, product_ms = ((float(np.median(ms[10:])), float(np.percentile(ms[10:], 95))) for ms in (whole, bare))
    return Row(name, numbers, size, search_ms, product_ms, search_ms[0] / product_ms[0])


def _unit(rng: np.random.Generator, count: int, numbers: int) -> NDArray[np.float32]:
    rows = rng.normal(size=(count, numbers)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


if __name__ == "__main__":
    main()
