"""A transaction in a process of its own, for tests that read its memory: it stops once during it, and once after it.

Usage: screening_child.py KIND PORTRAIT LIVE [keep], with KIND ``painted`` or ``networks``. ``keep`` does it wrongly on
purpose: a witness that keeps what it sees, so that the test is seen to notice.
"""

import sys
import time
from pathlib import Path

from consentry.app.desk import Desk
from consentry.app.screening import GateWishes, prepare, screen_traveller
from consentry.app.screening_document import read_simulated
from consentry.backends.face_pictures import read_face_picture
from consentry.backends.portrait_decoder import PortraitDecoder
from consentry.backends.simulated_passport import simulated_passport
from consentry.face.sample import FaceSample
from consentry.touchpoints.egate_parts import GateRules
from gate_fakes import Notes, pixel_parts


class Stopping(Notes):
    """Says so at the third live frame, and waits."""

    def __init__(self, *, keep: bool) -> None:
        super().__init__()
        self.kept: list[object] = []
        self.keep = keep

    def live(self, sample: FaceSample) -> None:
        super().live(sample)
        if self.keep:
            self.kept.append(sample.image.copy())
        if self.lives == 3:
            say("during")


def say(word: str) -> None:
    print(word, flush=True)  # noqa: T201 - that is how it speaks to the test
    sys.stdin.readline()


def main() -> None:
    kind, portrait, live, *more = sys.argv[1:]
    prepare()
    at = time.time()
    with PortraitDecoder() as decoder:
        laid = read_simulated(simulated_passport(read_face_picture(Path(portrait)), at), at, decoder)
    stopping = Stopping(keep=bool(more))
    faces = (lambda _wishes: pixel_parts()) if kind == "painted" else None
    with Desk("gate") as desk:
        screening = screen_traveller(laid, GateWishes(live, GateRules("gate")), at, (stopping, desk), faces)
        say(f"after {screening.advice.value} {'; '.join(screening.reasons)}")


if __name__ == "__main__":
    main()
