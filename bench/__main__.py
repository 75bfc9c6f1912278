"""All benches, one after another: ``python -m bench [--quick]``."""

import runpy
import sys

for name in ("bench.startup", "bench.networks", "bench.watch", "bench.faces", "bench.documents", "bench.mrz"):
    print(f"\n== {name} {' '.join(sys.argv[1:])}", flush=True)
    runpy.run_module(name, run_name="__main__")
