"""Whether the time of the ladder tells its secret: certain secrets against random ones, in turns (Welch's t).

    python -m bench.ladder [--quick]

Beside it stands plain doubling and adding, which must be told apart, else the measure sees nothing. A t beyond 4.5 says
that the two are not the same. It is CPU time of the thread, without the slowest tenth; it sees no cache and no branch.
"""

import argparse
import secrets
import time
from collections.abc import Callable
from statistics import mean, variance

from bench.watch import machine
from consentry.document.curves import CURVES, Curve
from consentry.document.ladder import product

_KEPT = 0.9
"""Share of the times that is looked at: the slowest are the machine's doing."""


def main() -> None:
    """Print one line for each curve, way and certain secret."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few products")
    turns = 10 if parser.parse_args().quick else 500
    print(f"{machine()}; {turns} products each, µs of CPU: secret, random ones, t")
    for curve in (one for one in CURVES if one.library is None):
        certain = {"1": 1, "all ones": (1 << curve.order.bit_length() - 1) - 1, "order less 2": curve.order - 2}
        ways: dict[str, Callable[[Curve, int], object]] = {
            "ladder": lambda on, secret: product(on, secret, on.generator),
            "doubling and adding": lambda on, secret: on.multiply(secret, on.generator),
        }
        for way, multiply in ways.items():
            for name, secret in certain.items():
                one, other, t = compare(curve, multiply, secret, turns)
                print(f"  {curve.name} {way:20} {name:12} {one:8.1f} {other:8.1f} {t:8.1f}", flush=True)


def compare(
    curve: Curve, multiply: Callable[[Curve, int], object], secret: int, turns: int
) -> tuple[float, float, float]:
    """Mean time of a certain secret and of random ones, µs, and t."""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(turns):
        pair = [(spent[0], secret), (spent[1], 1 + secrets.randbelow(curve.order - 1))]
        for times, number in pair if secrets.randbits(1) else reversed(pair):
            begin = time.thread_time_ns()
            multiply(curve, number)
            times.append((time.thread_time_ns() - begin) / 1e3)
    limit = sorted(spent[0] + spent[1])[int(_KEPT * 2 * turns)]
    one, other = ([each for each in times if each <= limit] for times in spent)
    spread = variance(one) / len(one) + variance(other) / len(other)
    return mean(one), mean(other), (mean(one) - mean(other)) / spread**0.5


if __name__ == "__main__":
    main()
