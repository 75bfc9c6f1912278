"""Falls told, and the many ways of going down that are none; second looks asked for, answered and bounded."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from consentry.core.events import Alarm
from consentry.core.geometry import View
from consentry.core.scene import CloserLook, Joint, Scene, Wish
from consentry.hazards.fall import Fall
from hazards.golden_story import STORY
from hazards.walks import FLAT, METRIC, Story, Walk, make, run

HERE = ((0.0, 0.5, 0.7), (40.0, 0.5, 0.7))
"""In the middle of the zone throughout."""


def goes(*bearing: tuple[float, float], height: float = 0.4, hidden: tuple[tuple[float, float], ...] = ()) -> Walk:
    return Walk(1, HERE, height=height, bearing=bearing, hidden=hidden)


def smooth(begin: float, lasts: float, low: float) -> tuple[tuple[float, float], ...]:
    """Down as bodies do it: slowly, fast, slowly."""
    parts = np.linspace(0, 1, 21)
    return tuple((begin + lasts * p, 1 - (1 - low) * (1 - float(np.cos(np.pi * p))) / 2) for p in parts)


FALLS = {
    "falls and lies": goes((10, 1), (10.6, 0.25)),
    "falls smoothly in a second": goes(*smooth(10, 1.0, 0.25)),
    "a child falls": goes((10, 1), (10.5, 0.25), height=0.2),
    "sits on a chair, then falls off it": goes((5, 1), (6, 0.75), (14, 0.75), (14.5, 0.2)),
    "one look is missed while he falls": goes((10, 1), (10.6, 0.25), hidden=((10.3, 10.5),)),
    "one look is missed while he lies": goes((10, 1), (10.6, 0.25), hidden=((11.1, 11.3),)),
}
NO_FALLS = {
    "stands": goes((0, 1)),
    "sits down on a chair": goes((10, 1), (10.7, 0.75)),
    "drops onto the floor and sits": goes((10, 1), (10.6, 0.5)),
    "squats": goes((10, 1), (10.5, 0.55), (14, 0.55), (14.5, 1)),
    "kneels": goes((10, 1), (10.5, 0.72)),
    "bends to the floor and rises": goes((10, 1), (10.6, 0.45), (11.2, 0.45), (11.8, 1)),
    "ties a shoe for ten seconds": goes((10, 1), (10.8, 0.5), (20, 0.5), (21, 1)),
    "lies down smoothly in 4 s": goes(*smooth(10, 4.0, 0.2)),
    "lies down evenly in 4 s": goes((10, 1), (14, 0.2)),
    "lay there from the first": goes((0, 0.2)),
    "stumbles and is up at once": goes((10, 1), (10.4, 0.3), (10.9, 0.3), (11.4, 1)),
    "is hidden by a pillar": goes((0, 1), hidden=((10, 13),)),
    "is hidden and does not come back": goes((0, 1), hidden=((10, 50),)),
    "walks out of the picture": Walk(1, ((0, 0.5, 0.7), (10, 1.2, 0.7)), height=0.4),
    "walks out below": Walk(1, ((0, 0.5, 0.7), (10, 0.5, 1.3)), height=0.4),
    "walks away and grows small": Walk(1, ((0, 0.5, 0.9), (20, 0.5, 0.4)), height=0.4, bearing=((0, 1), (20, 0.3))),
}


def told(walk: Walk, rate: float = 5.0, view: View = FLAT, **options: float) -> list[Alarm]:
    return run(make("fall", view, **options), Story((walk,), length=40).scenes(rate, view))


@pytest.mark.parametrize("rate", [5, 10, 30])
@pytest.mark.parametrize("walk", FALLS.values(), ids=FALLS)
def test_a_fall_is_told_once(walk: Walk, rate: float) -> None:
    assert [alarm.state.value for alarm in told(walk, rate)] == ["opened", "cleared"]


@pytest.mark.parametrize("rate", [2, 5, 10, 30])
@pytest.mark.parametrize("walk", NO_FALLS.values(), ids=NO_FALLS)
def test_what_is_no_fall_is_not_told(walk: Walk, rate: float) -> None:
    assert not told(walk, rate)


@pytest.mark.parametrize("view", [FLAT, METRIC], ids=["without a floor plan", "with one"])
def test_2_and_30_pictures_a_second_give_the_same_alarm(view: View) -> None:
    slow, fast = (told(FALLS["falls and lies"], rate, view)[0].at for rate in (2, 30))
    assert abs(slow - fast) <= 0.8
    assert 11.3 <= fast <= 12.0, "half his height at 10.4 s, lies for 1 s"


def test_mirrored_and_smaller_it_is_the_same() -> None:
    fall = FALLS["falls and lies"]
    usual = told(fall)[0]
    mirrored = replace(fall, points=tuple((at, 1 - x, y) for at, x, y in fall.points))
    for other in (mirrored, replace(fall, height=0.2), replace(fall, height=0.6)):
        alarm = told(other)[0]
        assert (alarm.at, alarm.score) == (usual.at, pytest.approx(usual.score, abs=1e-4))


def test_the_reason_tells_how_fast_how_long_and_by_what() -> None:
    alarm = told(FALLS["falls and lies"])[0]
    assert alarm.why == (
        "somebody in hall went from upright to under half of his height within 0.3 s, limit 1.1 s, and has "
        "lain for 1 s: his box has 25% of his height; joints do not confirm it"
    )
    assert alarm.tracks == (1,)
    assert 0.5 < alarm.score < 0.7


def test_it_is_over_when_he_stands_up() -> None:
    opened, cleared = told(goes((10, 1), (10.6, 0.25), (20, 0.25), (21, 1)))
    assert (opened.state.value, cleared.state.value) == ("opened", "cleared")
    assert 26 <= cleared.at <= 27, "6 s after he began to rise"


@pytest.mark.parametrize("rate", [2, 5])
def test_the_story_of_other_hazards_holds_no_fall(rate: float) -> None:
    assert not run(make("fall", METRIC), STORY.scenes(rate, METRIC))


# Second looks. The network loses who lies: from 10.2 s on nobody is seen.
LOST = Walk(1, HERE, height=0.4, hidden=((10.1, 99.0),))
SINKS_AND_IS_LOST = replace(LOST, bearing=((9.8, 1.0), (10.1, 0.5)))


def body(*, lying: bool, x: float = 0.5, y: float = 0.7, tall: float = 0.4) -> np.ndarray:
    """Neck, shoulders, hips, knees, ankles of somebody with his feet at (x, y)."""
    person = np.zeros((18, 3), np.float32)
    for joint, up in (
        (Joint.NOSE, 0.92), (Joint.NECK, 0.82), (Joint.RIGHT_SHOULDER, 0.82), (Joint.RIGHT_HIP, 0.52),
        (Joint.LEFT_HIP, 0.52), (Joint.RIGHT_KNEE, 0.28), (Joint.RIGHT_ANKLE, 0.04),
    ):  # fmt: skip
        person[joint] = (x + up * tall * 9 / 16, y - 0.05, 0.6) if lying else (x, y - up * tall, 0.6)
    return person


Answer = Callable[[Wish, float], CloserLook]


def seen(*people: np.ndarray, fresh: float = 1.0, arrived: tuple[float, float, float, float] | None = None) -> Answer:
    joints = np.array(people, np.float32).reshape(-1, 18, 3)
    return lambda wish, _at: CloserLook(wish, joints, np.full(len(people), fresh, np.float32), arrived, 0.7)


def without_joints(arrived: tuple[float, float, float, float] | None) -> Answer:
    return lambda wish, _at: CloserLook(wish, None, None, arrived, 0.7)


def looked_at(walk: Walk, answer: Answer, rate: float = 5.0) -> tuple[list[Alarm], list[Wish]]:
    """The alarms, and the wishes that were answered."""
    rule, alarms, wishes = make("fall"), [], []
    assert isinstance(rule, Fall)
    for scene in Story((walk,), length=30).scenes(rate):
        asked = rule.wishes(scene.at)
        wishes += asked
        alarms += rule.step(replace(scene, looks=tuple(answer(wish, scene.at) for wish in asked)))
    return alarms, wishes


ON_THE_FLOOR = (0.4, 0.65, 0.6, 0.75)
"""A thing 0.36 picture heights long and 0.1 high."""
LOOKS = {
    "lost, and lies there": (LOST, seen(body(lying=True)), True),
    "lost, and lies there, the place unknown": (LOST, seen(body(lying=True), fresh=np.nan), True),
    "lost, but who lies there lay there before": (LOST, seen(body(lying=True), fresh=0.1), False),
    "lost, but somebody lies too far away": (LOST, seen(body(lying=True, x=0.05)), False),
    "lost, but stands there": (LOST, seen(body(lying=False)), False),
    "lost, and nobody is there": (LOST, seen(), False),
    "lost, and a suitcase is there": (LOST, seen(arrived=ON_THE_FLOOR), False),
    "sinks, and lies there": (SINKS_AND_IS_LOST, seen(body(lying=True)), True),
    "sinks, no joints, something long is there": (SINKS_AND_IS_LOST, seen(arrived=ON_THE_FLOOR), True),
    "sinks, no network, something long is there": (SINKS_AND_IS_LOST, without_joints(ON_THE_FLOOR), True),
    "sinks, no network, nothing is there": (SINKS_AND_IS_LOST, without_joints(None), False),
    "sinks, no network, something upright is there": (
        SINKS_AND_IS_LOST, without_joints((0.45, 0.4, 0.55, 0.75)), False,
    ),
    "sinks, but stands there": (SINKS_AND_IS_LOST, seen(body(lying=False), arrived=ON_THE_FLOOR), False),
    "a low box, but the joints are upright": (FALLS["falls and lies"], seen(body(lying=False)), False),
}  # fmt: skip


@pytest.mark.parametrize("rate", [2, 5, 30])
@pytest.mark.parametrize(("walk", "answer", "fall"), LOOKS.values(), ids=LOOKS)
def test_second_looks_decide(walk: Walk, answer: Answer, rate: float, *, fall: bool) -> None:
    alarms, wishes = looked_at(walk, answer, rate)
    assert wishes
    assert [a.state.value for a in alarms if a.state.value == "opened"] == ["opened"] * fall
    if fall:
        assert alarms[0].at <= 13.5, "within 3 s of the last upright look"


def test_who_lies_down_slowly_unseen_is_not_told() -> None:
    lying, rising = seen(body(lying=True)), seen(body(lying=False))
    alarms, _ = looked_at(LOST, lambda wish, at: (lying if at > 12.6 else rising)(wish, at))
    assert not alarms


def test_joints_make_it_surer() -> None:
    (sure, *_), _ = looked_at(SINKS_AND_IS_LOST, seen(body(lying=True)))
    (unsure, *_), _ = looked_at(SINKS_AND_IS_LOST, without_joints(ON_THE_FLOOR))
    assert sure.score > unsure.score
    assert "his trunk is 90 degrees from upright" in sure.why
    assert unsure.why.endswith("something 0.9 heights long lies where nothing lay; joints do not confirm it")


def test_looks_are_few_and_cover_the_place() -> None:
    _, wishes = looked_at(LOST, seen(), rate=30)
    assert 2 <= len(wishes) <= 4, "who is merely lost is looked for four times at most"
    left, top, right, bottom = wishes[0].box
    assert (left, top) <= (0.3, 0.4), "a body's length beside his feet, and where he stood"
    assert (right, bottom) >= (0.7, 0.8), "and in front of them"
    assert wishes[0].since == pytest.approx(10.1, abs=0.05)
    _, wishes = looked_at(Walk(1, HERE, height=0.4), seen())
    assert wishes == [], "nobody in doubt, nothing asked"


def test_in_a_crowd_that_is_lost_at_once_one_place_is_looked_at_a_time() -> None:
    crowd = tuple(Walk(k, ((0, 0.3 + k / 60, 0.7), (10, 0.3 + k / 60, 0.7)), height=0.2) for k in range(20))
    rule = make("fall")
    assert isinstance(rule, Fall)
    most = 0
    for scene in Story(crowd, length=30).scenes(10):
        asked = rule.wishes(scene.at)
        most = max(most, len(asked))
        rule.step(replace(scene, looks=tuple(seen()(wish, scene.at) for wish in asked)))
    assert most == 1


def test_a_look_for_another_rule_is_not_taken() -> None:
    rule = make("fall")
    assert isinstance(rule, Fall)
    alarms: list[Alarm] = []
    for scene in Story((LOST,), length=30).scenes(5):
        asked = tuple(replace(wish, by="fight:hall") for wish in rule.wishes(scene.at))
        alarms += rule.step(_with(scene, asked))
    assert not alarms


def _with(scene: Scene, asked: tuple[Wish, ...]) -> Scene:
    return replace(scene, looks=tuple(seen(body(lying=True))(wish, scene.at) for wish in asked))
