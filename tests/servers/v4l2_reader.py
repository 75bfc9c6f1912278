"""Read a device as a camera and print, for each thing that comes, a line: ``picture NUMBER AT`` or the lapse's kind.

usage: v4l2_reader.py DEVICE PICTURES
"""

import sys
import time
from contextlib import closing
from pathlib import Path

from consentry.backends.sources import open_source
from consentry.core.frames import Frame

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from servers.numbered import number_of


def main() -> None:
    source = open_source("desk", sys.argv[1], rate=5.0, width=None, recorded_at=None, clock=time.time)
    wanted = int(sys.argv[2])
    with closing(source):
        for item in source.frames():
            if isinstance(item, Frame):
                told = f"picture {number_of(item.image)} {item.at:.3f}"
                wanted -= 1
            else:
                told = f"{item.kind.value} {item.why}"
            sys.stdout.write(told + "\n")
            if wanted == 0:
                break


if __name__ == "__main__":
    main()
