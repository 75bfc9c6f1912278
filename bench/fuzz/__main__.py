"""Feed a million spoiled inputs to every parser of the document package, and say what came.

    nice python -m bench.fuzz --inputs 1000000 --seed 1 --documents FOLDER

Exit code 1: something came that must not; each such input lies in ``--keep`` then.
"""

import argparse
import hashlib
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TimeRemainingColumn
from rich.table import Table

from bench.fuzz.run import Find, Tally, begin, part


def main() -> None:
    """Feed, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--documents", type=Path, help="folder of real documents and master lists, taken in as well")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-finds"), help="folder for inputs that must not be lost")
    asked = parser.parse_args()
    began = time.monotonic()
    tally = _feed(asked.inputs, asked.seed, asked.processes, asked.documents, asked.keep)
    _print(tally, time.monotonic() - began)
    sys.exit(1 if tally.finds else 0)


def _feed(inputs: int, seed: int, processes: int, documents: Path | None, keep: Path) -> Tally:
    """Split the numbers over processes; the bar counts what all have done. Finds are kept as they come."""
    context = multiprocessing.get_context("spawn")
    done = context.Queue()
    parts = [range(first, min(first + _PART, inputs)) for first in range(0, inputs, _PART)]
    tally = Tally()
    columns = (BarColumn(), TaskProgressColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        Progress(*columns, console=Console(stderr=True)) as bar,
        ProcessPoolExecutor(processes, context, initializer=begin, initargs=(done,)) as pool,
    ):
        task = bar.add_task("inputs", total=inputs)
        waiting = {pool.submit(part, numbers, seed, documents) for numbers in parts}
        while waiting:
            ready, waiting = wait(waiting, timeout=_GLANCE_S)
            while not done.empty():
                bar.advance(task, done.get())
            for run in ready:
                tally.add(run.result())
                _keep(run.result().finds, keep)
        bar.update(task, completed=inputs)
    return tally


_GLANCE_S, _PART = 0.5, 20_000
"""s between two looks at what the processes say; inputs that one does before it hands over what it found."""


def _keep(finds: Sequence[Find], folder: Path) -> None:
    for one in finds:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{one.parser}-{hashlib.sha256(one.data).hexdigest()[:12]}").write_bytes(one.data)


def _print(tally: Tally, seconds: float) -> None:
    table = Table("parser", "inputs", "read", "refused", "mean µs", "slowest ms", "its number", "finds")
    for name, count in sorted(tally.inputs.items()):
        longest, number = tally.slowest[name]
        finds = sum(one.parser == name for one in tally.finds)
        refused = count - tally.accepted[name] - finds
        mean = tally.spent[name] / count * 1e6
        told = (f"{mean:.0f}", f"{longest * 1e3:.1f}", str(number), str(finds or ""))
        table.add_row(name, f"{count:,}", f"{tally.accepted[name]:,}", f"{refused:,}", *told)
    console = Console(width=110)
    console.print(table)
    kinds = Counter((one.parser, one.kind) for one in tally.finds)
    for (parser, kind), times in kinds.most_common():
        first = next(one for one in tally.finds if (one.parser, one.kind) == (parser, kind))
        console.print(f"{parser}: {times} times {kind}: {first.what!r}, number {first.number}", markup=False)
    name, (longest, number) = max(tally.slowest.items(), key=lambda row: row[1])
    console.print(
        f"{tally.inputs.total():,} inputs in {seconds:.0f} s, {len(tally.finds)} finds; slowest {longest * 1e3:.0f} ms "
        f"({name}, number {number}); largest memory grew by {tally.grown:.1f} MiB"
    )


if __name__ == "__main__":
    main()
