"""The wiring of a transaction with small true parts in the networks' place: real sources, and what they cannot do."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from consentry.app.screening import GateWishes, screen_traveller
from consentry.app.screening_document import Laid, presented_print
from consentry.app.screening_words import screening_document
from consentry.core.errors import SourceError
from consentry.core.screening import Advice, Reason, Screening
from consentry.document.checks import Verdict
from consentry.document.mrz_dates import PartialDate
from consentry.touchpoints.egate_parts import GateRules, PresentedDocument
from gate_fakes import NOW, Notes, pixel_parts


@pytest.fixture(autouse=True)
def _this_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consentry.app.screening.fill_freed", lambda: True)  # else for the process of all other tests


def face() -> np.ndarray:
    random = np.random.default_rng(1)
    return cv2.resize(random.integers(0, 200, (60, 48, 3), np.uint8), (384, 480))


def laid() -> Laid:
    document = PresentedDocument(Verdict.GENUINE, "as it should be", True, PartialDate(1990, 5, 17), face())  # noqa: FBT003
    return Laid(document, "a test", 0.5)


def walked(live: str, one: Laid, notes: Notes | None = None) -> Screening:
    witnesses = () if notes is None else (notes,)
    return screen_traveller(one, GateWishes(live, GateRules("gate 7")), NOW, witnesses, lambda _wishes: pixel_parts())


def test_a_folder_of_pictures_clears(tmp_path: Path) -> None:
    for k in range(5):
        cv2.imwrite(str(tmp_path / f"{k}.png"), cv2.add(face(), k))
    one, notes = laid(), Notes()
    screening = walked(str(tmp_path), one, notes)
    assert screening.advice is Advice.CLEAR, screening
    assert (screening.timings[0].part, screening.timings[0].seconds) == ("document", 0.5)
    assert screening.measures.frames == 4, "two frames 0.2 s apart need four at 12.5 a second"
    assert not one.document.portrait.any()
    assert (notes.portraits, notes.lives, notes.forgotten) == (1, 4, 1)
    told = screening_document(screening, one.source)
    assert (told["advice"], told["reasons"], told["document"]) == ("clear", [], "a test")
    assert told["measures"]["compared"] == 4


@pytest.mark.parametrize(
    ("live", "reason"),
    [
        ("rtsp://guard:secret@127.0.0.1:9/lane", Reason.STREAM_BROKEN),
        ("/dev/video99", Reason.STREAM_BROKEN),
        ("nowhere.mp4", Reason.STREAM_BROKEN),
    ],
    ids=["a camera that is away", "no such device", "no such clip"],
)
def test_a_camera_that_gives_nothing_refers(live: str, reason: Reason) -> None:
    one = laid()
    screening = walked(live, one)
    assert screening.reasons == (reason,), screening
    assert "secret" not in repr(screening)
    assert not one.document.portrait.any()


def test_an_address_that_nobody_knows_is_told_and_leaves_no_portrait() -> None:
    one = laid()
    with pytest.raises(SourceError, match="expected an address"):
        walked("ftp://gate", one)
    assert not one.document.portrait.any()


@pytest.mark.parametrize(
    ("zone", "verdict", "why"),
    [
        (None, Verdict.UNDETERMINED, "It was not read: too dark."),
        ("P<UTO", Verdict.NOT_GENUINE, "no machine readable zone"),
        (
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3204153ZE184226B<<<<<16",
            Verdict.UNDETERMINED,
            "check digits are right",
        ),
        (
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
            Verdict.NOT_GENUINE,
            "expired before 2026-11-25",
        ),
    ],
    ids=["not read", "no zone", "good", "expired"],
)
def test_print_alone(zone: str | None, verdict: Verdict, why: str) -> None:
    document = presented_print(zone, "too dark", NOW)
    assert (document.verdict, document.chip, document.portrait) == (verdict, False, None)
    assert why in document.why
