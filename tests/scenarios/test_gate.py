"""Walks through the gate with the shared faces, all networks, and a simulated passport: from the chip to the advice.

The people are real, what happens to them is simulated (``backends/simulated_presentations``): these are tests of the
gate, not measurements of attacks.
"""

import json
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from cli.here import running
from consentry.app.screening import RATE, GateWishes, screen_traveller
from consentry.app.screening_document import Laid, presented_print, read_simulated
from consentry.backends.face_pictures import read_face_picture
from consentry.backends.portrait_decoder import PortraitDecoder
from consentry.backends.simulated_passport import simulated_passport
from consentry.backends.simulated_presentations import BONA_FIDE, present
from consentry.core.frames import Image
from consentry.core.screening import Advice, Found, Reason, Screening, Step
from consentry.touchpoints.egate_parts import GateRules

pytestmark = pytest.mark.shared

NOW = 1_795_564_800.0
"""s UTC: 2026-11-25."""
ONE, OTHER = "001", "003"
FRAMES, OF_ATTACKS = 24, 14
"""Live pictures: 1.9 s of a live face, which clears in less; 1.1 s of what is no live face."""

Passport = Callable[..., Laid]
Walk = Callable[..., Screening]


@pytest.fixture(scope="module")
def faces(shared: Path) -> Path:
    return shared / "data" / "faces"


@pytest.fixture(autouse=True)
def _networks(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    monkeypatch.setattr("consentry.app.screening.fill_freed", lambda: True)  # else for the process of all other tests


@pytest.fixture(scope="module")
def decoder() -> Iterator[PortraitDecoder]:
    with PortraitDecoder() as one:
        yield one


@pytest.fixture(scope="module")
def document(faces: Path, decoder: PortraitDecoder) -> Passport:
    """A passport with somebody's neutral picture, read through its chip."""

    def make(who: str = ONE, altered: str | None = None, **wish: date) -> Laid:
        forged = None if altered is None else read_face_picture(faces / f"{altered}_neutral.jpg")
        portrait = read_face_picture(faces / f"{who}_neutral.jpg")
        return read_simulated(simulated_passport(portrait, NOW, altered=forged, **wish), NOW, decoder)

    return make


@pytest.fixture(scope="module")
def walk(faces: Path, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Somebody's smiling picture made live, or an attack made of it, before the gate's camera."""

    @cache
    def staged(kind: str, who: str) -> Path:
        shown = present(
            kind, read_face_picture(faces / f"{who}_smiling.jpg"), 1, FRAMES if kind == BONA_FIDE else OF_ATTACKS
        )
        return stored(tmp_path_factory.mktemp("live"), [image for _, image in shown])

    def go(
        laid: Laid, kind: str = BONA_FIDE, who: str = ONE, live: Path | None = None, embedder: str | None = None
    ) -> Screening:
        wishes = GateWishes(str(live or staged(kind, who)), GateRules("gate 3"), embedder=embedder)
        return screen_traveller(laid, wishes, NOW)

    return go


def stored(folder: Path, images: list[Image]) -> Path:
    for number, image in enumerate(images):
        cv2.imwrite(str(folder / f"{number}.png"), image)
    return folder


def test_the_right_person_clears(document: Passport, walk: Walk) -> None:
    screening = walk(document())
    assert screening.advice is Advice.CLEAR, screening
    measures = screening.measures
    assert measures.score > measures.threshold
    assert measures.fmr_low <= measures.fmr_high <= measures.fmr
    assert {"document", "networks", "face finder", "attack cues", "quality", "template"} <= {
        timing.part for timing in screening.timings
    }


@pytest.mark.parametrize("embedder", ["mobilefacenet", "face-reidentification-retail-0095+mobilefacenet"])
def test_the_other_embedders_say_the_same(embedder: str, document: Passport, walk: Walk) -> None:
    screening = walk(document(), embedder=embedder)
    assert (screening.advice, screening.measures.model) == (Advice.CLEAR, embedder), screening
    assert walk(document(OTHER), embedder=embedder).reasons == (Reason.NON_MATCH,)


def test_the_command_clears_the_right_person_and_says_nothing_of_him(
    walk: Walk, document: Passport, faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    del walk, document
    shown = present(BONA_FIDE, read_face_picture(faces / f"{ONE}_smiling.jpg"), 1, FRAMES)
    stored(tmp_path, [image for _, image in shown])
    files = set(tmp_path.rglob("*"))
    words = ("--simulated", str(faces / f"{ONE}_neutral.jpg"), "--live", str(tmp_path), "--at", "2026-11-25", "--json")
    ended = running(tmp_path, monkeypatch, capsys)("screen", *words)
    told = json.loads(ended.out)
    assert (ended.code, told["advice"], told["reasons"]) == (0, "clear", [])
    assert told["document"].startswith("a SIMULATED passport")
    assert "Thank you, please go on" in ended.err
    assert not any(secret in ended.out + ended.err for secret in ("SPECIMEN", "SAMPLE", "U00000001", ONE + "_neutral"))
    assert set(tmp_path.rglob("*")) == files, "no file was written"


def test_another_persons_document_refers(document: Passport, walk: Walk) -> None:
    screening = walk(document(OTHER))
    assert screening.reasons == (Reason.NON_MATCH,), screening
    assert screening.of(Step.ATTACK).found is Found.GOOD


@pytest.mark.parametrize("kind", ["print", "cut eyes", "fine screen", "video replay"])
def test_a_photograph_or_a_screen_of_the_right_person_refers(kind: str, document: Passport, walk: Walk) -> None:
    screening = walk(document(), kind)
    assert screening.reasons[0] is Reason.ATTACK, screening
    assert screening.measures.attack >= 0.5


@pytest.mark.parametrize("kind", ["injected still", "re-encoded still"])
def test_pictures_put_in_instead_of_the_cameras_refer(kind: str, document: Passport, walk: Walk) -> None:
    screening = walk(document(), kind)
    assert screening.advice is Advice.REFER
    assert screening.reasons[0] in (Reason.ATTACK, Reason.ATTACK_UNDETERMINED), screening


def test_two_faces_refer_together(faces: Path, document: Passport, walk: Walk, tmp_path: Path) -> None:
    pair = [cv2.resize(read_face_picture(faces / f"{who}_smiling.jpg"), (480, 480)) for who in (ONE, OTHER)]
    screening = walk(document(), live=stored(tmp_path, [np.hstack(pair)] * OF_ATTACKS))
    assert screening.reasons == (Reason.SEVERAL_FACES,)
    assert "2 faces in view" in screening.of(Step.FACE).why
    assert screening.measures.score is None, "nobody was compared"


def test_nobody_refers(document: Passport, walk: Walk, tmp_path: Path) -> None:
    wall = np.full((600, 800, 3), 190, np.uint8)
    screening = walk(document(), live=stored(tmp_path, [wall] * 3))
    assert screening.reasons == (Reason.NOBODY,)


def test_somebody_too_far_away_refers(faces: Path, document: Passport, walk: Walk, tmp_path: Path) -> None:
    far = np.full((600, 800, 3), 190, np.uint8)
    far[200:290, 300:390] = cv2.resize(read_face_picture(faces / f"{ONE}_smiling.jpg"), (90, 90))
    screening = walk(document(), live=stored(tmp_path, [far] * 3))
    assert screening.reasons == (Reason.NOBODY,)
    assert "px are needed" in screening.of(Step.FACE).why


def test_a_stream_that_breaks_off_refers(faces: Path, document: Passport, walk: Walk, tmp_path: Path) -> None:
    """A clip of which a part is missing."""
    shown = present(BONA_FIDE, read_face_picture(faces / f"{ONE}_smiling.jpg"), 1, 4)
    writer = cv2.VideoWriter(str(tmp_path / "whole.avi"), cv2.VideoWriter.fourcc(*"MJPG"), RATE, (800, 600))
    for _ in range(6):
        for _, image in shown:
            writer.write(image)
    writer.release()
    whole = (tmp_path / "whole.avi").read_bytes()
    (tmp_path / "cut.avi").write_bytes(whole[: len(whole) // 6])
    screening = walk(document(), live=tmp_path / "cut.avi")
    assert screening.reasons[0] is Reason.STREAM_BROKEN, screening
    assert "cut off" in screening.of(Step.FACE).why


DOCUMENTS = {
    "expired": ({"expires": date(2026, 11, 24)}, (Reason.DOCUMENT_NOT_GENUINE,)),
    "another portrait than the state signed": ({"altered": OTHER}, (Reason.DOCUMENT_NOT_GENUINE,)),
    "a child": ({"born": date(2014, 3, 1)}, (Reason.BELOW_AGE,)),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_that_refers_has_nobody_looked_at(name: str, document: Passport, walk: Walk) -> None:
    wish, reasons = DOCUMENTS[name]
    screening = walk(document(**wish))
    assert screening.reasons == reasons
    assert screening.measures.frames == 0


def test_print_alone_never_clears(walk: Walk) -> None:
    zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3204153ZE184226B<<<<<16"
    screening = walk(Laid(presented_print(zone, "", NOW), "print alone", 0.0))
    assert screening.reasons == (Reason.NO_CHIP,)
