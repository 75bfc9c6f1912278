"""A morning at a small airport, made up, to look at its report: ``python tests/app/report_story.py FOLDER``.

Three cameras: a busy hall with a queue, a gate whose stream is lost for some minutes, and a lift lobby where nobody
comes. Stills are drawn, not filmed.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from consentry.app.settings import describe, parse_site
from consentry.core.events import HEALTH, Alarm, AlarmState, Incident
from consentry.core.frames import SourceTally
from consentry.core.observation import HEAT_SHAPE, HeatMap, Observation, PlaceObservation
from consentry.ports import CameraRecord, EventStore

MORNING = 1_795_000_000.0
"""2026-11-18 11:06:40 UTC."""
HOUR = 3600.0
SITE = """
[site]
name = "Terminal 2, departures"
timezone = "Europe/Zurich"

[[camera]]
name = "check-in hall"
source = "rtsp://10.0.0.7/1"
neighbours = ["gate B 12"]
[camera.floor]
picture = [[0.1, 0.4], [0.9, 0.4], [0.95, 0.98], [0.05, 0.98]]
metres = [[0, 18], [12, 18], [9, 0], [3, 0]]
[[camera.zone]]
name = "queue at desk 4"
corners = [[0.08, 0.5], [0.42, 0.5], [0.42, 0.9], [0.08, 0.9]]
[[camera.zone]]
name = "staff door"
corners = [[0.72, 0.3], [0.9, 0.3], [0.9, 0.55], [0.72, 0.55]]
[[camera.zone]]
name = "hall"
corners = [[0.03, 0.4], [0.97, 0.4], [0.97, 0.97], [0.03, 0.97]]
[[camera.tripwire]]
name = "to security"
start = [0.55, 0.95]
end = [0.55, 0.45]
[[camera.hazard]]
kind = "queue"
place = "queue at desk 4"
people = 8
[[camera.hazard]]
kind = "loitering"
place = "staff door"
seconds = 45
[[camera.hazard]]
kind = "crowd"
place = "hall"
[[camera.hazard]]
kind = "line_crossing"
place = "to security"
direction = "backward"
[[camera.hazard]]
kind = "tampering"

[[camera]]
name = "gate B 12"
source = "rtsp://10.0.0.8/1"
[[camera.zone]]
name = "jet bridge"
corners = [[0.35, 0.35], [0.65, 0.35], [0.75, 0.9], [0.25, 0.9]]
[[camera.hazard]]
kind = "intrusion"
place = "jet bridge"
[[camera.hazard]]
kind = "tampering"

[[camera]]
name = "lift lobby"
source = "rtsp://10.0.0.9/1"
[[camera.zone]]
name = "lobby"
corners = [[0.1, 0.3], [0.9, 0.3], [0.9, 0.9], [0.1, 0.9]]
[[camera.hazard]]
kind = "loitering"
place = "lobby"
"""


@dataclass
class Pen:
    """Draws halls and people whose heads are blocks."""

    rng: np.random.Generator

    def picture(self, people: int, size: tuple[int, int] = (1280, 720)) -> Image.Image:
        width, height = size
        image = Image.new("RGB", size, (198, 200, 196))
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, 0, width, height * 0.4), fill=(150, 160, 166))
        for k in range(12):
            draw.line(
                (width * k / 12, height * 0.4, width * (k * 1.6 / 12 - 0.3), height), fill=(176, 178, 174), width=2
            )
        for _, near in sorted((self.rng.random(), self.rng.random()) for _ in range(people)):
            self._person(draw, width * self.rng.uniform(0.05, 0.95), height * (0.45 + 0.5 * near), height)
        return image

    def _person(self, draw: ImageDraw.ImageDraw, x: float, foot: float, height: int) -> None:
        tall = height * (0.12 + 0.3 * (foot / height - 0.4))
        shade = int(self.rng.integers(40, 130))
        draw.rectangle((x - tall * 0.14, foot - tall * 0.82, x + tall * 0.14, foot), fill=(shade, shade // 2 + 40, 90))
        step = tall * 0.06
        for row in range(3):
            for column in range(3):
                grey = int(self.rng.integers(90, 190))
                left, top = x + (column - 1.5) * step, foot - tall + row * step
                draw.rectangle((left, top, left + step, top + step), fill=(grey, grey, grey))


@dataclass
class Teller:
    """Tells episodes to a store, each with its still and its clip."""

    store: EventStore
    folder: Path
    pen: Pen

    def tell(  # noqa: PLR0917 - a table of what happened reads better without names
        self,
        hazard: str,
        camera: str,
        place: str,
        begin: float,
        end: float | None,
        score: float,
        why: str,
        incident: str,
        tracks: tuple[int, ...] = (3, 17),
        *,
        still: bool = True,
    ) -> str:
        episode = f"{camera}-{hazard}-{place}-{round(begin * 1000)}"
        joined = Incident(incident, begin, (episode,))
        opened = Alarm(hazard, camera, place, episode, AlarmState.OPENED, begin, tracks, score, why)
        self.store.report(opened, joined)
        if still:
            number = abs(hash(episode)) % 10**9
            path, clip = f"stills/{number}.jpg", f"clips/{number}.mp4"
            (self.folder / "stills").mkdir(parents=True, exist_ok=True)
            (self.folder / "clips").mkdir(parents=True, exist_ok=True)
            self.pen.picture(6).save(self.folder / path, quality=80)
            (self.folder / clip).write_bytes(b"a clip")
            self.store.attach(episode, still=path, clip=clip)
        if end is not None:
            over = f"over for 3 s, {end - begin:.0f} s after it was told; last: {why}"
            self.store.report(
                Alarm(hazard, camera, place, episode, AlarmState.CLEARED, end, tracks, score, over), joined
            )
        return episode


def record(camera: str, *, floor: bool, ended: float | None, **tally: int) -> CameraRecord:
    """An hour of a stream of 25 pictures a second, 5 of them due, but for what is told otherwise."""
    hour = {"arrived": 90_000, "decoded": 36_000, "spared": 54_000, "given": 18_000} | tally
    looked = hour["given"] * 2 // 3
    return CameraRecord(
        camera,
        f"rtsp://10.0.0.7/{camera[:4]}",
        MORNING,
        ended,
        SourceTally(**hour),
        looked,
        hour["given"] - looked,
        floor,
    )


def busy_hall(rng: np.random.Generator, hours: float = 1.0) -> tuple[Observation, ...]:
    """A hall that fills up and empties again."""
    seen = []
    for k in range(int(hours * HOUR / 5)):
        at = MORNING + 5 * k
        wave = np.sin(np.pi * k / (hours * HOUR / 5)) ** 2
        queue = 9 * wave + rng.normal(0, 0.5)
        people = 4 + 16 * wave + rng.normal(0, 1)
        places = (
            PlaceObservation("queue at desk 4", max(queue, 0), dwell_s=60 + 500 * wave, waiting_s=40 + 420 * wave),
            PlaceObservation("staff door", float(rng.random() < 0.1), dwell_s=float(rng.exponential(6))),
            PlaceObservation("hall", max(people, 0), density=max(people, 0) / 110),
            PlaceObservation("to security", forward=int(rng.poisson(0.6 + wave)), backward=int(rng.random() < 0.02)),
        )
        seen.append(Observation("check-in hall", at, at + 4.8, 24, max(people, 0), int(max(people, 0)) + 2, places))
    return tuple(seen)


def warm_hall(rng: np.random.Generator) -> HeatMap:
    """A queue on the left, a stream of people across."""
    rows, columns = np.mgrid[0:36, 0:64]
    queue = 90 * np.exp(-((rows - 26) ** 2) / 18 - (columns - 16) ** 2 / 60)
    stream = 16 * np.exp(-((rows - 27 + (columns - 32) / 8) ** 2) / 8) * (columns > 24)
    return HeatMap("check-in hall", (queue + stream + rng.random(HEAT_SHAPE) * 0.2 * (rows > 15)).astype(np.float32))


def tell_morning(store: EventStore, folder: Path, view: str) -> None:
    """Fill a store and its folder.

    Args:
        store: an empty one.
        folder: for stills and clips.
        view: where the view of the check-in hall goes, relative to the folder.
    """
    rng = np.random.default_rng(7)
    pen = Pen(rng)
    watch = store.begin_watch(MORNING - 2, describe(parse_site(SITE)), "standard (person-detection-retail-0013)")
    (folder / view).parent.mkdir(parents=True, exist_ok=True)
    pen.picture(0).save(folder / view, quality=85)
    store.observe(busy_hall(rng))
    store.add_heat(warm_hall(rng))
    steps = np.zeros(HEAT_SHAPE, np.float32)
    steps[24:30, 26:38] = rng.exponential(2, (6, 12))
    store.add_heat(HeatMap("gate B 12", steps))
    gate = [k for k in range(720) if not 300 <= k < 344]
    store.observe(
        tuple(
            Observation("gate B 12", MORNING + 5 * k, MORNING + 5 * k + 4.8, 24, float(k % 90 < 4), int(k % 90 < 4))
            for k in gate
        )
    )
    store.observe(
        tuple(Observation("lift lobby", MORNING + 5 * k, MORNING + 5 * k + 4.8, 1, 0.0, 0) for k in range(720))
    )
    _tell_alarms(Teller(store, folder, pen))
    for one in (
        record("check-in hall", floor=True, ended=MORNING + HOUR),
        record("gate B 12", floor=False, ended=MORNING + HOUR, dropped=312, broken=41, reconnects=2, given=16_700),
        record("lift lobby", floor=False, ended=MORNING + HOUR, decoded=19_000, spared=71_000),
    ):
        store.note_camera(watch, one)
    store.end_watch(watch, MORNING + HOUR + 1)


def _tell_alarms(teller: Teller) -> None:
    tell = teller.tell
    hall, gate, desk = "check-in hall", "gate B 12", "queue at desk 4"
    tell("queue", hall, desk, MORNING + 1310, MORNING + 2480, 0.57,
         "9 persons wait in queue at desk 4, limit 8; waiting in queue at desk 4 takes about 412 s, limit 300 s "
         "(median of 14 served)", "queue")  # fmt: skip
    tell("loitering", hall, "staff door", MORNING + 600, MORNING + 655, 0.62,
         "1 person in staff door for 73 s, limit 45 s", "door", (41,))  # fmt: skip
    tell("line_crossing", hall, "to security", MORNING + 640, MORNING + 644, 0.5,
         "1 person crossed to security backward", "door", (41,))  # fmt: skip
    tell("intrusion", gate, "jet bridge", MORNING + 650, MORNING + 700, 0.97,
         "2 persons in jet bridge for up to 31 s, limit 1 s", "door", (5, 6))  # fmt: skip
    tell("tampering", gate, gate, MORNING + 1502, MORNING + 1722, 1.0,
         "lost: the stream of gate B 12 cannot be read", "lost", (), still=False)  # fmt: skip
    tell("crowd", hall, "hall", MORNING + 1700, MORNING + 1790, 0.53,
         "0.2 persons/m2 in hall, limit 0.2: walking is free (mean of 5 s, measured by detections, about 21)", "queue",
         ())  # fmt: skip
    tell("loitering", hall, "staff door", MORNING + 3450, None, 0.71,
         "1 person in staff door for 110 s, limit 45 s", "door again", (88,))  # fmt: skip
    tell(HEALTH, gate, gate, MORNING + 1725, None, 1.0,
         "a clip could not be kept: expected to write it, the disk is full", "health", (), still=False)  # fmt: skip


if __name__ == "__main__":
    from consentry.app.report import write_report
    from consentry.backends.recorder import still_path
    from consentry.backends.store import open_store

    out = Path(sys.argv[1])
    with open_store(out, create=True) as kept:
        tell_morning(kept, out, still_path("view-check-in hall"))
        print(write_report(kept, out).resolve().as_uri())  # noqa: T201 - it is asked for
