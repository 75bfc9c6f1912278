"""A whole day at an airport, command by command, with real faces in it: what all of it writes is searched by tests.

Two cameras see one and the same person; a second person is in the second camera too. A traveller agrees, is enrolled,
passes a lane, sees what is held on him and withdraws; a stranger stands in the lane with his pass; another document is
shown at the gate; the laboratory measures; the log is published; the regulator gets his files.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from consentry.backends.simulated_presentations import BONA_FIDE, present
from document.pki import passport
from refusals.operating import Command, Done, closed_machine, operate, typed

SUBJECTS = ("001", "003", "021", "045")
WATCHED = "001"
"""The one whom both cameras see, who is screened and enrolled."""
FRAMES = 24
"""Pictures of a live person before the gate: 1.9 s, in which a live face is decided on."""
OTHER = "045"
SITE = """
[site]
timezone = "Asia/Seoul"
[consent]
controller = "Example Airport"
controller_address = "1 Runway Road"
privacy_contact = "privacy@airport.example"
jurisdiction = "KR"
notice_version = "2026-11"
notice_address = "https://airport.example/notice"
withdrawal = "At every privacy desk, at once."
[[touchpoint]]
name = "gate 12"
kind = "boarding_gate"
purpose = ["boarding"]
duty = "Security programme, chapter 4"
manual_lane = "gate 12 desk"
[[touchpoint]]
name = "gate 14"
kind = "boarding_gate"
purpose = ["boarding"]
duty = "Security programme, chapter 4"
manual_lane = "gate 14 desk"
"""
CAMERA = """
[[camera]]
name = "{name}"
source = "{source}"
[[camera.zone]]
name = "floor of {name}"
corners = [[0.01, 0.01], [0.99, 0.01], [0.99, 0.99], [0.01, 0.99]]
[[camera.hazard]]
kind = "intrusion"
place = "floor of {name}"
"""


@dataclass(frozen=True)
class Walk:
    """What a day left behind."""

    folder: Path
    """Everything that the commands wrote lies below it."""
    brought: frozenset[str]
    """Files that the operator had laid there himself, by their path below the folder."""
    done: dict[str, Done]
    """Each command's end, by a short name."""
    env: dict[str, str]

    def written(self) -> dict[str, bytes]:
        """Every file that the commands wrote, and what they said, by name."""
        files = {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and str(path.relative_to(self.folder)) not in self.brought
        }
        said = {f"<{name}>": f"{one.out}\n{one.err}".encode() for name, one in self.done.items()}
        return files | said


def clip_of(pictures: list[np.ndarray], path: Path, seconds: float = 4.0, step: int = 9) -> Path:
    """A clip in which portraits, 300 px wide, move across a wall."""
    rate = 5
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=rate, options={"preset": "veryfast", "crf": "18", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 960, 540, "yuv420p"
        for k in range(int(seconds * rate)):
            image = np.full((540, 960, 3), pictures[0][4, 4], np.uint8)
            for place, picture in enumerate(pictures):
                left = 60 + 440 * place + (step * k) % 120
                image[120:420, left : left + 300] = cv2.resize(picture, (300, 300), interpolation=cv2.INTER_AREA)
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = k, Fraction(1, rate)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def live_of(portrait: np.ndarray, folder: Path) -> None:
    """A person before a gate, simulated from a portrait (``backends/simulated_presentations``)."""
    folder.mkdir()
    for number, (_, image) in enumerate(present(BONA_FIDE, portrait, 1, FRAMES)):
        cv2.imwrite(str(folder / f"{number:02}.png"), image)


TAKEN = """
import pathlib, shutil
papers = pathlib.Path("papers")
for kind in ("receipt", "code.png", "pass", "key"):
    for path in papers.glob(f"*.{kind}"):
        if not path.name.startswith("mine"):
            shutil.copy(path, papers / f"mine.{kind}")
"""
"""The traveller takes his papers: under names that the next command can be typed with."""


def prepare(folder: Path, shared: Path) -> None:
    """What the operator brings: pictures of people who agreed to measuring, two clips, settings."""
    faces = shared / "data" / "faces"
    (folder / "lab").mkdir()
    for subject in SUBJECTS:
        for face in ("neutral", "smiling"):
            name = f"{subject}_{face}.jpg"
            (folder / "lab" / name).write_bytes((faces / name).read_bytes())
    watched, other = (cv2.imread(str(faces / f"{name}_neutral.jpg")) for name in (WATCHED, OTHER))
    clip_of([watched], folder / "a.mp4")
    clip_of([watched, other], folder / "b.mp4")
    document = replace(passport(), face=(faces / f"{OTHER}_neutral.jpg").read_bytes())
    (folder / "chip").mkdir()
    for identifier, file in document.files().items():
        (folder / "chip" / f"ef{identifier:04X}.bin").write_bytes(file)
    (folder / "csca.cer").write_bytes(document.csca.der)
    cameras = "".join(CAMERA.format(name=name, source=f"{name}.mp4") for name in ("a", "b"))
    (folder / "site.toml").write_text(SITE + cameras)
    for name, subject in (("live", WATCHED), ("stranger", OTHER)):
        live_of(cv2.imread(str(faces / f"{subject}_smiling.jpg")), folder / name)
    (folder / "keys").mkdir()


def the_day() -> dict[str, Command]:
    """Every command that reads a face or keeps something, as it is typed."""
    leaving = (datetime.now(UTC) + timedelta(hours=5)).isoformat(timespec="seconds")
    kiosk = ("kiosk", "site.toml", "--journey", "KE123", "--departure", leaving, "--yes-to", "all")
    live = ("--live", "live", "--json")
    shown = ("--pass", "papers/mine.pass", "--json", "--live")
    lane = ("touchpoint", "gate 12", *shown, "live")
    desk = ("site.toml", "--code", "papers/mine.code.png")
    lab = ("--embedder", "mobilefacenet", "--seed", "1")
    return {
        "check": typed("check", "site.toml"),
        "watch": typed("watch", "site.toml", "--out", "out", "--annotated", "--json"),
        "events": typed("events", "out", "--json", "--output", "events.jsonl"),
        "events as a table": typed("events", "out", "--csv", "--output", "events.csv"),
        "report": typed("report", "out"),
        "log key": typed("log", "keygen", "airport.example/log", "--out", "keys/log.key"),
        "receipts key": typed("log", "keygen", "airport.example/receipts", "--out", "keys/receipts.key"),
        "vault key": typed("vault", "keygen", "--out", "keys/vault.key"),
        "pass key": typed("pass", "keygen", "--out", "keys"),
        "kiosk": typed(*kiosk, "--out", "papers", "--json", "--pictures", "png"),
        "takes the receipt": Command((), script=TAKEN),
        "enrol": typed("enrol", "site.toml", "--receipt", "papers/mine.receipt", "--simulated",
                       f"lab/{WATCHED}_neutral.jpg", "--out", "papers", *live),
        "takes the pass": Command((), script=TAKEN),
        "a stranger in the lane": typed("touchpoint", "gate 14", *shown, "stranger"),
        "lane": typed(*lane),
        "lane again": typed(*lane),
        "desk": typed("desk", "show", *desk),
        "screen": typed("screen", "--simulated", f"lab/{WATCHED}_smiling.jpg", *live),
        "screen another": typed("screen", "--simulated", f"lab/{OTHER}_neutral.jpg", *live),
        "trust": typed("trust", "import", "csca.cer"),
        "document": typed("document", "check", "--chip", "chip", "--trust", "trust", "--json", "--at", "2026-11-25"),
        "compare": typed("face", "compare", f"lab/{WATCHED}_neutral.jpg", f"lab/{WATCHED}_smiling.jpg", "--json"),
        "quality": typed("face", "quality", f"lab/{WATCHED}_neutral.jpg", "--json"),
        "calibrate": typed("face", "calibrate", "lab", "--fmr", "0.5", "--out", "calibrations.json", *lab),
        "evaluate": typed("evaluate", "faces", "lab", "--widths", "none", "--calibration", "calibrations.json",
                          "--fmr", "0.5", "--out", "faces.html", "--json", *lab),
        "withdraw": typed("desk", "withdraw", *desk, "--out", "papers"),
        "lane after it": typed(*lane),
        "opens": typed("desk", "opens", *desk),
        "dossier": typed("dossier", "site.toml", "--out", "dossier", "--log", "state/log", "--key", "keys/log.key"),
        "show": typed("log", "show", "state/log", "--key", "keys/log.key", "--json"),
        "publish": typed("log", "publish", "state/log", "www", "--key", "keys/log.key"),
        "prove": typed("log", "prove", "state/log", "0", "--key", "keys/log.key", "--out", "first.tlog-proof"),
        "models": typed("models", "verify"),
    }  # fmt: skip


def walk(folder: Path, home: Path, shared: Path) -> Walk:
    """Spend the day."""
    prepare(folder, shared)
    brought = frozenset(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    env = closed_machine(home, shared / "models")
    day = the_day()
    return Walk(folder, brought, dict(zip(day, operate(folder, day.values(), env), strict=True)), env)
