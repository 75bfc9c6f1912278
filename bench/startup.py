"""How long the command takes to be there, and which imports it waits for."""

import argparse
import json
import re
import subprocess
import sys
import time
from statistics import median

_HEAVY_MS = 25.0
"""Own time of an import, with what it alone brings in, from which it is named."""
_PACKAGES = {"PIL", "av", "cv2", "jinja2", "matplotlib", "numpy", "openvino", "pydantic", "requests", "rich", "scipy"}
_PACKAGES |= {"sqlalchemy", "supervision", "trackers", "typer"}


def main() -> None:
    """Print it, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    parser.add_argument("--quick", action="store_true", help="once each")
    asked = parser.parse_args()
    turns = 1 if asked.quick else 3
    found = {"consentry --version, s": _seconds(["-m", "consentry", "--version"], turns)}
    found["consentry watch --help, s"] = _seconds(["-m", "consentry", "watch", "--help"], turns)
    found["python alone, s"] = _seconds(["-c", "pass"], turns)
    packages = _imports()
    if asked.json:
        print(json.dumps({"seconds": found, "imports_ms": packages}))
        return
    for name, seconds in found.items():
        print(f"{name:28} {seconds:6.2f}")
    for name, ms in sorted(packages.items(), key=lambda row: -row[1]):
        if ms >= _HEAVY_MS:
            print(f"  import {name:20} {ms:6.0f} ms")


def _seconds(arguments: list[str], turns: int) -> float:
    """Wall time of a fresh interpreter, median."""
    spent = []
    for _ in range(turns):
        begin = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        spent.append(time.perf_counter() - begin)
    return median(spent)


def _imports() -> dict[str, float]:
    """Ms of each package's own first import, what it brings in included, as the command imports them."""
    code = "import consentry.cli.main"
    told = subprocess.run([sys.executable, "-X", "importtime", "-c", code], check=True, capture_output=True, text=True)
    found: dict[str, float] = {}
    for line in told.stderr.splitlines():
        match = re.match(r"import time:\s+\d+ \|\s+(\d+) \|\s+([\w.]+)$", line)
        if match and match[2] in _PACKAGES:
            found[match[2]] = int(match[1]) / 1000
    return found


if __name__ == "__main__":
    main()
