"""Walks through the gate with painted faces: who clears, who is referred and why, and that nothing is kept."""

import ast
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import consentry.touchpoints
from consentry.core.errors import NetworkError, SourceError, SupplyError
from consentry.core.frames import Frame, Image, Lapse, LapseKind
from consentry.core.screening import ESSENTIAL, Advice, Found, Reason, Screening, Step
from consentry.document.checks import Verdict
from consentry.document.mrz_dates import PartialDate
from consentry.face.challenge import Challenge
from consentry.face.challenge_actions import Action
from consentry.face.sample import FaceSample
from consentry.touchpoints.egate import screen
from consentry.touchpoints.egate_parts import GateRules, PresentedDocument
from gate_fakes import ANNA, BORIS, NOW, Gate, Painted, document, frames, gate, painted

RULES = GateRules("gate 7", minimum_age=18, limit_s=5.0)
ANNA_ALONE = [[Painted(ANNA)]] * 8


def walk(
    faces: Sequence[Sequence[Painted]] | Gate, one: PresentedDocument | None = None, rules: GateRules = RULES
) -> tuple[Screening, Gate]:
    at_gate = faces if isinstance(faces, Gate) else gate(*frames(*faces))
    return screen(one or document(), at_gate.parts(), rules, NOW), at_gate


def test_the_right_person_with_a_genuine_document_clears() -> None:
    screening, at_gate = walk(ANNA_ALONE)
    assert screening.advice is Advice.CLEAR, screening
    assert screening.reasons == ()
    assert {finding.step for finding in screening.findings} == ESSENTIAL
    assert (screening.touchpoint, screening.at) == ("gate 7", NOW)
    assert screening.measures.score == pytest.approx(1)
    assert (screening.measures.fmr, screening.measures.quality) == (1e-3, 80)
    assert at_gate.source.given == 3, "decided with the third frame, the other five are never asked for"
    assert {timing.part for timing in screening.timings} == {
        "networks", "portrait", "live pictures", "face finder", "attack cues", "quality", "template", "comparison",
    }  # fmt: skip
    assert at_gate.notes.prompts[-1] == "Thank you, please go on"


BYSTANDER = Painted(BORIS, left=10, size=20)
LEAP = [[Painted(ANNA, left=10, size=60)], [Painted(ANNA, left=200, size=60)]]

REFERRALS = {
    "another person's document": (document(BORIS), ANNA_ALONE, Reason.NON_MATCH),
    "an attack": (document(), [[Painted(ANNA, attack=250)]] * 8, Reason.ATTACK),
    "an attack in one frame among many": (
        document(),
        [[Painted(ANNA)], [Painted(ANNA, attack=250)], *ANNA_ALONE],
        Reason.ATTACK,
    ),
    "two faces": (document(), [[Painted(ANNA, left=20), Painted(BORIS, left=180)]] * 8, Reason.SEVERAL_FACES),
    "two faces at the end of a short clip": (
        document(),
        [[Painted(ANNA, left=20), Painted(BORIS, left=180)]] * 2,
        Reason.SEVERAL_FACES,
    ),
    "a child": (document(birth=PartialDate(2010, 1, 1)), ANNA_ALONE, Reason.BELOW_AGE),
    "of age tomorrow": (document(birth=PartialDate(2008, 11, 26)), ANNA_ALONE, Reason.BELOW_AGE),
    "no date of birth": (document(birth=None), ANNA_ALONE, Reason.AGE_UNKNOWN),
    "nobody": (document(), [[]] * 8, Reason.NOBODY),
    "no picture at all": (document(), [], Reason.NOBODY),
    "too far away": (document(), [[Painted(ANNA, size=40)]] * 8, Reason.NOBODY),
    "never good enough": (document(), [[Painted(ANNA, quality=30)]] * 8, Reason.POOR_QUALITY),
    "a single frame": (document(), ANNA_ALONE[:1], Reason.ATTACK_UNDETERMINED),
    "one good frame among bad ones": (
        document(),
        [[Painted(ANNA)], *[[Painted(ANNA, quality=30)]] * 7],
        Reason.INCONCLUSIVE,
    ),
    "not genuine": (document(verdict=Verdict.NOT_GENUINE), ANNA_ALONE, Reason.DOCUMENT_NOT_GENUINE),
    "undetermined": (document(verdict=Verdict.UNDETERMINED), ANNA_ALONE, Reason.DOCUMENT_UNDETERMINED),
    "print alone": (document(verdict=Verdict.UNDETERMINED, chip=False), ANNA_ALONE, Reason.NO_CHIP),
    "print alone, said to be genuine": (document(chip=False), ANNA_ALONE, Reason.NO_CHIP),
    "wrong print alone": (
        document(verdict=Verdict.NOT_GENUINE, chip=False),
        ANNA_ALONE,
        Reason.DOCUMENT_NOT_GENUINE,
    ),
    "a portrait of nobody": (document(portrait=painted()), ANNA_ALONE, Reason.PORTRAIT_UNUSABLE),
    "a portrait of two": (
        document(portrait=painted(Painted(ANNA, left=20), Painted(BORIS, left=180))),
        ANNA_ALONE,
        Reason.PORTRAIT_UNUSABLE,
    ),
    "no portrait": (replace(document(), portrait=None), ANNA_ALONE, Reason.PORTRAIT_UNUSABLE),
    "a swap by a leap": (document(), [*LEAP, *LEAP, *LEAP], Reason.ATTACK_UNDETERMINED),
}


def copied(one: PresentedDocument) -> PresentedDocument:
    return replace(one, portrait=None if one.portrait is None else one.portrait.copy())


@pytest.mark.parametrize("name", REFERRALS)
def test_who_is_referred_and_why(name: str) -> None:
    one, faces, reason = REFERRALS[name]
    screening, _ = walk(faces, copied(one))
    assert screening.advice is Advice.REFER
    assert reason in screening.reasons, screening
    assert {finding.step for finding in screening.findings} >= ESSENTIAL, "every step is told"
    assert all(finding.why for finding in screening.findings)


@pytest.mark.parametrize("name", ["a child", "no date of birth", "not genuine", "print alone"])
def test_where_the_document_refers_no_face_is_looked_at(name: str) -> None:
    one, faces, _ = REFERRALS[name]
    screening, at_gate = walk(faces, copied(one))
    assert (at_gate.loaded, at_gate.source.given, at_gate.notes.portraits, at_gate.notes.lives) == (0, 0, 0, 0)
    assert at_gate.source.closed
    assert screening.of(Step.COMPARISON).found is Found.NOT_LOOKED_AT


def test_an_undetermined_document_is_compared_for_the_officer_and_does_not_clear() -> None:
    screening, _ = walk(ANNA_ALONE, document(verdict=Verdict.UNDETERMINED))
    assert screening.of(Step.COMPARISON).found is Found.GOOD
    assert screening.reasons == (Reason.DOCUMENT_UNDETERMINED,)


def test_somebody_behind_the_lane_is_not_in_it() -> None:
    screening, at_gate = walk([[Painted(ANNA), BYSTANDER]] * 8)
    assert screening.advice is Advice.CLEAR
    assert len(at_gate.embedder.made) == 1 + 3, "the portrait and three live frames: never the bystander"


def test_somebody_who_passes_by_does_not_stop_the_traveller() -> None:
    both = [Painted(ANNA, left=20), Painted(BORIS, left=180)]
    screening, _ = walk([[Painted(ANNA, left=20)], both, *[[Painted(ANNA, left=20)]] * 6])
    assert screening.advice is Advice.CLEAR


@pytest.mark.parametrize("age", [0, 16])
def test_the_programme_says_its_age(age: int) -> None:
    one = document(birth=PartialDate(2010, 1, 1))
    assert walk(ANNA_ALONE, one, replace(RULES, minimum_age=age))[0].advice is Advice.CLEAR


def test_after_a_break_everything_begins_again() -> None:
    """Boris's photograph for the comparison, a face for the rest: what was seen before the break counts for nothing."""
    walked = [[Painted(BORIS, attack=0)]] * 2 + [[]] * 3 + ANNA_ALONE
    screening, at_gate = walk(walked, document(BORIS))
    assert screening.reasons == (Reason.NON_MATCH,)
    assert at_gate.attacks.forgotten == 2, "once at the break, once at the end"


def test_the_traveller_is_told_what_to_do() -> None:
    both = [Painted(ANNA, left=20), Painted(BORIS, left=180)]
    walked = [[], [Painted(ANNA, size=30)], both, [Painted(ANNA, quality=30)], *ANNA_ALONE]
    _, at_gate = walk(walked)
    assert list(dict.fromkeys(at_gate.notes.prompts)) == [
        "Step before the camera", "Step closer", "One person at a time, please",
        "Look into the camera and hold still", "Thank you, please go on",
    ]  # fmt: skip


def test_the_time_is_limited() -> None:
    screening, at_gate = walk([[]] * 100)
    assert at_gate.source.given == 22, "5 s at four a second, and the one that is too late"
    assert screening.reasons == (Reason.NOBODY,)
    late, _ = walk([[]] * 21 + ANNA_ALONE)
    assert late.reasons == (Reason.NOBODY,), "who comes too late is not looked at"


STREAMS = {
    "lost": ([Lapse("lane", NOW + 0.5, LapseKind.LOST, "the stream ended")], 2, Reason.STREAM_BROKEN),
    "stalled": ([Lapse("lane", NOW + 0.5, LapseKind.STALLED, "silent for 5 s")], 2, Reason.STREAM_BROKEN),
    "cut off": ([Lapse("lane", NOW + 0.5, LapseKind.ENDED, "cut off after 0.5 s")], 2, Reason.STREAM_BROKEN),
    "at once": ([Lapse("lane", NOW, LapseKind.LOST, "no route to host")], 0, Reason.STREAM_BROKEN),
}


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_that_breaks_off_refers(name: str) -> None:
    lapses, before, reason = STREAMS[name]
    given = frames(*ANNA_ALONE)
    screening, _ = walk(gate(*given[:before], *lapses, *given[before:]))
    assert screening.reasons[0] is reason
    assert screening.of(Step.FACE).why.endswith(lapses[0].why)


def test_one_broken_picture_among_good_ones_is_skipped() -> None:
    given = frames(*ANNA_ALONE)
    broken = Lapse("lane", NOW + 0.1, LapseKind.CORRUPT, "parts of it are damaged")
    assert walk(gate(given[0], broken, *given[1:]))[0].advice is Advice.CLEAR


def failing(error: Exception, at_gate: Gate) -> Gate:
    def fail(_image: Image, _at: float) -> tuple[FaceSample, ...]:
        raise error

    at_gate.samples = fail
    return at_gate


def test_a_part_that_fails_refers_and_is_told() -> None:
    screening, at_gate = walk(failing(NetworkError("the runtime refused"), gate(*frames(*ANNA_ALONE))))
    assert screening.reasons == (Reason.FAULT,)
    assert screening.of(Step.PORTRAIT).why == "the runtime refused"
    assert (at_gate.notes.forgotten, at_gate.embedder.forgotten) == (1, 1)


def test_networks_that_are_missing_refer_and_are_told() -> None:
    at_gate = gate(*frames(*ANNA_ALONE))

    def missing() -> None:
        raise SupplyError("mobilefacenet is not at hand: consentry models pull mobilefacenet")

    parts = replace(at_gate.parts(), faces=missing)
    screening = screen(document(), parts, RULES, NOW)
    assert screening.reasons == (Reason.NETWORKS_MISSING,)
    assert "consentry models pull" in screening.of(Step.NETWORKS).why


def test_a_threshold_of_another_model_compares_nothing() -> None:
    at_gate = gate(*frames(*ANNA_ALONE))
    at_gate.threshold = replace(at_gate.threshold, model="another")
    screening, _ = walk(at_gate)
    assert screening.reasons == (Reason.FAULT,)
    assert "expected a threshold measured with painted, came one of another" in screening.of(Step.NETWORKS).why
    assert at_gate.embedder.made == []


def test_a_source_that_cannot_be_opened_refers() -> None:
    at_gate = gate()

    class Closed(type(at_gate.source)):
        def frames(self) -> None:
            raise SourceError("camera lane: there is no such device")

    at_gate.source = Closed(())
    assert walk(at_gate)[0].reasons == (Reason.STREAM_BROKEN,)


# --- the challenge --------------------------------------------------------------------------------------------------


def challenged(sizes: list[int], actions: tuple[Action, ...] = (Action.COME_CLOSER,)) -> tuple[Screening, Gate]:
    """Somebody who gives no sign of life stands there for 4 s, is asked to come closer, and comes, or does not."""
    at_gate = gate(*frames(*[[Painted(ANNA)]] * 20, *([Painted(ANNA, size=size)] for size in sizes)))
    at_gate.attacks.still = True
    at_gate.challenge = lambda: Challenge(actions)
    return walk(at_gate, rules=replace(RULES, limit_s=20.0))


def test_who_gives_no_sign_of_life_is_asked_to_move_and_clears() -> None:
    screening, at_gate = challenged([103, 106, 110, 114, 118, 122, 126])
    assert screening.advice is Advice.CLEAR, screening
    assert "did what was asked: come closer" in screening.of(Step.ATTACK).why
    assert screening.of(Step.CHALLENGE).why.startswith("1 of 1 movements")
    assert "Come a little closer." in at_gate.notes.prompts


def test_who_is_not_asked_needs_no_challenge() -> None:
    screening, _ = walk(ANNA_ALONE)
    assert screening.of(Step.CHALLENGE) is None


@pytest.mark.parametrize(
    ("sizes", "reason"),
    [([100] * 40, Reason.CHALLENGE_FAILED), ([103], Reason.CHALLENGE_FAILED), ([100, 180, 180], Reason.ATTACK)],
    ids=["did not move", "the clip ends in the middle", "a leap, as between two clips"],
)
def test_a_challenge_that_is_not_met_refers(sizes: list[int], reason: Reason) -> None:
    screening, _ = challenged(sizes)
    assert screening.advice is Advice.REFER
    assert reason in screening.reasons, screening


def test_a_lane_without_challenge_refers_whoever_gives_no_sign_of_life() -> None:
    at_gate = gate(*frames(*[[Painted(ANNA)]] * 40))
    at_gate.attacks.still = True
    screening, _ = walk(at_gate)
    assert screening.reasons == (Reason.ATTACK_UNDETERMINED,)


# --- nothing is kept ------------------------------------------------------------------------------------------------


def kept(given: Sequence[Frame], one: PresentedDocument, at_gate: Gate) -> list[str]:
    """What still holds something of a face."""
    left = [f"frame {k}" for k, frame in enumerate(given[: at_gate.source.given]) if frame.image.any()]
    left += [f"template {k}" for k, template in enumerate(at_gate.embedder.made) if template.vector.any()]
    left += ["portrait"] if one.portrait is not None and one.portrait.any() else []
    forgotten = (
        at_gate.embedder.forgotten, at_gate.quality.forgotten, at_gate.finder_forgotten, at_gate.notes.forgotten,
    )  # fmt: skip
    return left + (["a buffer"] if 0 in forgotten or at_gate.attacks.seen else [])


@pytest.mark.parametrize("name", ["clear", *REFERRALS])
def test_nothing_of_a_face_is_left_however_it_ends(name: str) -> None:
    one, faces, _ = REFERRALS.get(name, (document(), ANNA_ALONE, None))
    one, given = copied(one), frames(*faces)
    at_gate = gate(*given)
    walk(at_gate, one)
    if at_gate.loaded:
        assert kept(given, one, at_gate) == []
    else:
        assert one.portrait is None or not one.portrait.any()


def test_a_fault_of_ours_leaves_nothing_either() -> None:
    one, given = document(), frames(*ANNA_ALONE)
    at_gate = gate(*given)
    at_gate.quality.read = None  # type: ignore[assignment]
    with pytest.raises(TypeError):
        walk(at_gate, one)
    assert kept(given, one, at_gate) == []
    assert at_gate.notes.screening is None


def test_this_test_would_notice() -> None:
    one, given = document(), frames(*ANNA_ALONE)
    at_gate = gate(*given)
    at_gate.source.given = 8
    assert {"frame 0", "portrait", "a buffer"} <= set(kept(given, one, at_gate))


def test_a_screening_holds_no_picture_and_no_numbers_of_a_face() -> None:
    screening, _ = walk(ANNA_ALONE)
    waiting: list[object] = [screening]
    while waiting:
        thing = waiting.pop()
        assert not isinstance(thing, np.ndarray | bytes | bytearray | memoryview), thing
        if isinstance(thing, tuple | list):
            waiting.extend(thing)
        waiting.extend(getattr(thing, name) for name in getattr(type(thing), "__slots__", ()))


def test_who_watches_holds_no_embedder() -> None:
    """The modules of the watch, which stand beside the gate, cannot make a template."""
    folder = Path(consentry.touchpoints.__file__).parent
    for stem in ("annotated", "camera", "evidence", "observer", "recent", "redactor", "relay", "trouble", "views"):
        names = {
            name.name
            for node in ast.walk(ast.parse((folder / f"{stem}.py").read_text("utf-8")))
            if isinstance(node, ast.ImportFrom)
            for name in node.names
        }
        assert not names & {"FaceEmbedder", "Template", "FaceSample", "FaceParts"}, stem
