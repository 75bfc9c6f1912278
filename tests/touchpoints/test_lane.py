"""Walks through a lane with a pass: each refusal on its own check, and nothing kept of anybody."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from consent.receipts import GIVEN, RECEIPT, UNTIL
from consentry.app.lane_opening import PASS_BEGINS, pass_act, status_file
from consentry.backends.replay_guard import ReplayGuard
from consentry.consent.profile import Construction, Installation, Profile
from consentry.consent.purposes import Purpose
from consentry.core.errors import NetworkError, RefusedError, StorageError, SupplyError
from consentry.core.frames import Frame, Lapse, LapseKind
from consentry.core.geometry import Zone
from consentry.core.screening import Reason
from consentry.face.status_list import sign_list
from consentry.ledger.note import Kind, SigningKey
from consentry.touchpoints.lane import admit
from consentry.touchpoints.lane_live import _CHECKS
from consentry.touchpoints.lane_parts import ActParts, JustShown, LaneCheck, LaneDecision, LaneRules, Opens
from gate_fakes import ANNA, BORIS, Painted
from lane_fakes import AT, ISSUER, RULES, WALLET, Lane, Scene, film, gate_12, pass_of

PASS = pass_of()


class Airport:
    """A touchpoint's memory and list, in files."""

    def __init__(self, folder: Path) -> None:
        self.guard = ReplayGuard(folder / "shown.sqlite")
        self.list = folder / "withdrawn.list"
        self.withdraw()

    def withdraw(self, *places: int, size: int = 200, at: float = AT) -> None:
        self.list.write_bytes(sign_list(places, size, at, ISSUER))

    def act(self, scene: Scene, **changes: object) -> ActParts:
        revoked = status_file(self.list, (ISSUER.verifier,))
        made = pass_act(gate_12(**changes), WALLET.permit(Construction.PASS), revoked, self.guard.first_use)
        return replace(made, codes=scene.read)


@pytest.fixture
def airport(tmp_path: Path) -> Airport:
    return Airport(tmp_path)


def walk(
    airport: Airport, content: bytes = PASS, who: int = ANNA, rules: LaneRules = RULES, **changes: object
) -> tuple[LaneDecision, Lane]:
    """Somebody shows a pass to the camera, then his face."""
    scene = Scene()
    lane = Lane(film(scene.picture(), scene.picture(shows=[content]), *[scene.picture(Painted(who)) for _ in range(8)]))
    return admit(lane.parts(), airport.act(scene, **changes), rules, lane.pictures, AT), lane


def test_the_holder_of_a_pass_goes(airport: Airport) -> None:
    decision, lane = walk(airport)
    assert decision.go, decision
    assert (decision.check, decision.word, decision.receipt) == ("", "go", RECEIPT.id)
    assert decision.waited == pytest.approx(0.75), "from showing the pass to the third frame of the face"
    assert decision.comparisons == 3
    assert lane.source.given == 5, "what nobody needed to see stays for the next traveller"
    assert lane.said == ["Show your pass to the camera"] * 2 + ["Look into the camera and hold still"] * 3
    lane.nothing_is_left()


def test_a_pass_in_a_file_is_shown_too(airport: Airport) -> None:
    lane = Lane(film(*[Scene().picture(Painted(ANNA)) for _ in range(8)]))
    assert admit(lane.parts(), airport.act(Scene()), RULES, lane.pictures, AT, PASS).go
    lane.nothing_is_left()


def test_a_photographed_pass_of_somebody_else_fails_on_the_face(airport: Airport) -> None:
    decision, lane = walk(airport, who=BORIS)
    assert (decision.go, decision.check, decision.word) == (False, "face", "ask staff")
    assert decision.comparisons >= 2
    lane.nothing_is_left()


def altered(place: int) -> bytes:
    content = bytearray(PASS)
    content[place] ^= 1
    return bytes(content)


FORGER = SigningKey.new("airport.example/receipts", Kind.ED25519)
REFUSALS: dict[str, tuple[bytes, dict[str, object], str]] = {
    "altered": (altered(-1), {}, "seal"),
    "altered in the middle": (altered(100), {}, "seal"),
    "sealed to other touchpoints": (pass_of(group=X25519PrivateKey.generate()), {}, "seal"),
    "signed by somebody else": (pass_of(key=FORGER), {}, "issuer"),
    "expired": (pass_of(end=AT - 1), {}, "expired"),
    "future-dated": (pass_of(begin=AT + 600), {}, "not_yet_valid"),
    "of another airport": (pass_of(airport="GMP"), {}, "airport"),
    "for other touchpoints": (PASS, {"touchpoint": "gate 99"}, "touchpoint"),
    "for another purpose": (PASS, {"purpose": Purpose.SECURITY}, "touchpoint"),
    "beyond the list": (pass_of(status=900), {}, "status_unknown"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_each_refusal_says_its_own_check_and_no_face_is_looked_at(name: str, airport: Airport) -> None:
    content, changes, check = REFUSALS[name]
    decision, lane = walk(airport, content, **changes)
    assert (decision.go, decision.check) == (False, check), decision
    assert decision.why
    assert decision.receipt is None
    assert (lane.loaded, lane.embedder.made) == (0, [])
    assert lane.source.given == 2, "not a picture more than the one with the code"
    lane.nothing_is_left()
    assert airport.guard.remembered() == 0, "a pass that was refused is not used up"


def test_a_pass_is_shown_once(airport: Airport) -> None:
    assert walk(airport)[0].go
    decision, lane = walk(airport)
    assert (decision.go, decision.check) == (False, "replayed")
    assert lane.loaded == 0
    assert walk(airport, pass_of(id=bytes(16)))[0].go


def test_a_withdrawn_pass_and_a_list_that_is_old_or_missing(airport: Airport) -> None:
    airport.withdraw(ANNA)
    assert walk(airport)[0].check == "revoked"
    airport.withdraw(at=AT - 2 * 86_400)
    assert walk(airport)[0].check == "status_unknown"
    airport.list.unlink()
    assert walk(airport)[0].check == "status_unknown"
    airport.withdraw()
    assert walk(airport)[0].go


def test_without_the_act_nobody_is_compared(airport: Airport) -> None:
    scene = Scene()
    lane = Lane(film(*[scene.picture(Painted(ANNA)) for _ in range(40)]))
    decision = admit(lane.parts(), airport.act(scene), RULES, lane.pictures, AT)
    assert (decision.go, decision.check) == (False, LaneCheck.NOTHING_SHOWN)
    assert (lane.loaded, lane.embedder.made) == (0, [])
    assert lane.source.given == 14, "3 s at four a second"
    lane.nothing_is_left()


def test_a_code_that_is_no_pass_is_passed_over(airport: Airport) -> None:
    scene = Scene()
    faces = [scene.picture(Painted(ANNA)) for _ in range(6)]
    lane = Lane(film(scene.picture(shows=[b"https://example.org"]), scene.picture(shows=[b"x", PASS]), *faces))
    assert admit(lane.parts(), airport.act(scene), RULES, lane.pictures, AT).go


def test_of_two_passes_neither_is_taken_until_one_is_shown(airport: Airport) -> None:
    scene = Scene()
    faces = [scene.picture(Painted(ANNA)) for _ in range(6)]
    lane = Lane(film(scene.picture(shows=[PASS, pass_of(BORIS)]), scene.picture(shows=[PASS]), *faces))
    assert admit(lane.parts(), airport.act(scene), RULES, lane.pictures, AT).go
    assert "One pass at a time, please" in lane.said
    assert airport.guard.remembered() == 1


def test_a_pass_that_is_still_held_up_is_not_shown_again(airport: Airport) -> None:
    """Whoever goes on takes a moment to put his phone away; after two seconds out of view it is shown anew."""
    scene = Scene()
    holding = [scene.picture(Painted(BORIS), shows=[PASS]) for _ in range(6)]
    faces = [scene.picture(Painted(ANNA)) for _ in range(3)]
    away = [scene.picture() for _ in range(10)]
    lane = Lane(film(scene.picture(shows=[PASS]), *faces, *holding, *away, scene.picture(shows=[PASS])))
    just, act, rules = JustShown(bytes(16)), airport.act(scene), replace(RULES, show_s=30.0)
    assert admit(lane.parts(), act, rules, lane.pictures, AT, just=just).go
    again = admit(lane.parts(), act, rules, lane.pictures, AT, just=just)
    assert again.check == "replayed"
    assert lane.source.given == len(lane.frames), "not before it was away for two seconds"
    assert PASS not in (just.digest, just.salt)


@pytest.mark.parametrize(
    "content", [b"", b"CJP1", b"no pass", PASS_BEGINS + bytes(3000)], ids=["nothing", "head", "text", "long"]
)
def test_a_file_that_is_no_pass(content: bytes, airport: Airport) -> None:
    lane = Lane(film())
    decision = admit(lane.parts(), airport.act(Scene()), RULES, lane.pictures, AT, content)
    assert not decision.go
    assert decision.check in {LaneCheck.MALFORMED, "seal"}


def walked(airport: Airport, faces: list[list[Painted]], rules: LaneRules = RULES) -> tuple[LaneDecision, Lane]:
    scene = Scene()
    lane = Lane(film(*[scene.picture(*one) for one in faces]))
    return admit(lane.parts(), airport.act(scene), rules, lane.pictures, AT, PASS), lane


LIVE = {
    "nobody": ([[]] * 30, "nobody"),
    "no picture at all": ([], "nobody"),
    "two people": ([[Painted(ANNA, left=20), Painted(BORIS, left=180)]] * 8, "several_faces"),
    "an attack": ([[Painted(ANNA, attack=250)]] * 8, "attack"),
    "one frame": ([[Painted(ANNA)]], "attack_undetermined"),
    "poor pictures": ([[Painted(ANNA, quality=30)]] * 8, "quality"),
    "one good frame": ([[Painted(ANNA)], *[[Painted(ANNA, quality=30)]] * 7], "inconclusive"),
    "too far away": ([[Painted(ANNA, size=40)]] * 8, "nobody"),
    "an attack by somebody else": ([[Painted(BORIS, attack=250)]] * 8, "attack"),
}


@pytest.mark.parametrize("name", LIVE)
def test_what_the_face_fails_on(name: str, airport: Airport) -> None:
    faces, check = LIVE[name]
    decision, lane = walked(airport, faces)
    assert (decision.go, decision.check) == (False, check), decision
    lane.nothing_is_left()


def test_every_reason_of_the_live_part_has_a_check() -> None:
    elsewhere = {
        Reason.DOCUMENT_NOT_GENUINE, Reason.DOCUMENT_UNDETERMINED, Reason.NO_CHIP, Reason.BELOW_AGE, Reason.AGE_UNKNOWN,
        Reason.NETWORKS_MISSING, Reason.PORTRAIT_UNUSABLE, Reason.FAULT,
    }  # fmt: skip
    assert set(_CHECKS) == set(Reason) - elsewhere


RIGHT = Zone("lane", ((0.5, 0), (1, 0), (1, 1), (0.5, 1)))


def test_outside_the_capture_mask_nobody_is_looked_at(airport: Airport) -> None:
    decision, lane = walked(airport, [[Painted(ANNA, left=10)]] * 30, replace(RULES, mask=RIGHT))
    assert decision.check == "nobody"
    assert lane.embedder.made == []
    assert lane.attacks.forgotten == 1
    decision, lane = walked(airport, [[Painted(ANNA, left=200)]] * 8, replace(RULES, mask=RIGHT))
    assert decision.check == "replayed", "the same pass, already used up"


def test_somebody_outside_the_mask_is_not_in_the_lane(airport: Airport) -> None:
    both = [Painted(BORIS, left=10), Painted(ANNA, left=200)]
    decision, lane = walked(airport, [both] * 8, replace(RULES, mask=RIGHT))
    assert decision.go
    assert len(lane.embedder.made) == 3, "Anna's frames; never Boris"


FAULTS: dict[str, tuple[Exception, str]] = {
    "networks missing": (SupplyError("expected yunet"), "networks"),
    "networks failing": (NetworkError("the runtime refused"), "fault"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_fails_asks_the_staff(name: str, airport: Airport) -> None:
    error, check = FAULTS[name]
    scene = Scene()
    lane = Lane(film(scene.picture(Painted(ANNA))))

    def fail() -> object:
        raise error

    lane.faces = fail  # type: ignore[method-assign, assignment]
    decision = admit(lane.parts(), airport.act(scene), RULES, lane.pictures, AT, PASS)
    assert (decision.go, decision.check) == (False, check)


def test_a_memory_that_does_not_answer_lets_nobody_pass(airport: Airport) -> None:
    airport.guard._file.execute("DROP TABLE shown")
    decision, _ = walk(airport)
    assert (decision.go, decision.check) == (False, LaneCheck.STORAGE)


def test_a_stream_that_breaks_off(airport: Airport) -> None:
    scene = Scene()
    lapse = Lapse("lane", AT + 0.1, LapseKind.LOST, "the stream ended")
    lane = Lane([lapse])
    assert admit(lane.parts(), airport.act(scene), RULES, lane.pictures, AT).check == LaneCheck.STREAM
    broken = Lapse("lane", AT + 0.1, LapseKind.CORRUPT, "parts of it are damaged")
    faces = [scene.picture(Painted(ANNA)) for _ in range(6)]
    frames: list[Frame | Lapse] = [broken, *film(scene.picture(shows=[PASS]), *faces)]
    lane = Lane(frames)
    assert admit(lane.parts(), airport.act(scene), RULES, lane.pictures, AT).go


def test_the_reference_is_overwritten_however_it_ends(airport: Airport) -> None:
    for who in (ANNA, BORIS):
        kept = []

        def noting(inner: Opens, kept: list = kept) -> Opens:
            def opens(content: bytes, at: float):
                shown = inner(content, at)
                kept.append(shown.reference)
                return shown

            return opens

        scene = Scene()
        act = airport.act(scene)
        lane = Lane(film(*[scene.picture(Painted(who)) for _ in range(8)]))
        act = replace(act, opens=noting(act.opens))
        admit(lane.parts(), act, RULES, lane.pictures, AT, pass_of(id=bytes([who, 1] * 8)))
        assert len(kept) == 1
        assert not np.any(kept[0].vector)


@pytest.mark.parametrize("construction", [Construction.PASS, Construction.EVALUATION])
def test_no_lane_without_its_permit(construction: Construction, airport: Airport) -> None:
    profile = Profile.WALLET if construction is Construction.PASS else Profile.LAB
    lane = Lane(film())
    parts = replace(lane.parts(), permit=Installation(profile).permit(construction))
    with pytest.raises(RefusedError):
        admit(parts, airport.act(Scene()), RULES, lane.pictures, AT, PASS)
    with pytest.raises(RefusedError):
        Installation(Profile.LAB).permit(Construction.CAMERA_LANE)


def test_no_passes_where_the_profile_has_none() -> None:
    permit = Installation(Profile.SEALED).permit(Construction.SEALED_REFERENCE)
    with pytest.raises(RefusedError):
        pass_act(gate_12(), permit, lambda *_: False, lambda *_: True)


def test_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        status_file(tmp_path, ())(1, AT)


assert GIVEN < AT < UNTIL
