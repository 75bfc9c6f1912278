"""All benches, one after another: ``python -m bench [--quick]``."""

import runpy
import sys

NAMES = ("startup", "networks", "watch", "faces", "documents", "mrz", "passes", "search", "log")

for name in (f"bench.{part}" for part in NAMES):
    print(f"\n== {name} {' '.join(sys.argv[1:])}", flush=True)
    runpy.run_module(name, run_name="__main__")
