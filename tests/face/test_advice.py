"""What a traveller is told: short, polite, in both languages, the most useful first."""

import re

import pytest

from consentry.face.advice import Language, advice, advice_for
from consentry.face.quality import Component, Measure, Quality


def lacking(component: Component, value: int = 0, native: float = 0.0) -> Measure:
    return Measure(component, value, native, "", good=False)


@pytest.mark.parametrize("component", list(Component))
def test_every_component_has_a_sentence_in_both_languages(component: Component) -> None:
    one = advice_for(lacking(component))
    assert re.fullmatch(r"[A-Z][A-Za-z ,:]+[a-z]", one.english)
    assert len(one.english.split()) <= 8
    assert re.fullmatch(r"[가-힣 ,]+(십시오)", one.korean), one.korean
    assert len(one.korean) <= 30
    assert (one.text(Language.ENGLISH), one.text(Language.KOREAN)) == (one.english, one.korean)


def test_no_sentence_names_what_a_person_is_or_feels() -> None:
    words = {"smile", "smiling", "happy", "sad", "angry", "old", "young", "man", "woman", "skin", "dark", "beard"}
    for component in Component:
        assert not words & set(advice_for(lacking(component)).english.lower().split())


@pytest.mark.parametrize(
    ("measures", "first"),
    [
        ([lacking(Component.EYE_DISTANCE, 10), lacking(Component.YAW)], "Step closer"),
        ([lacking(Component.SHARPNESS), lacking(Component.SINGLE_FACE)], "One person at a time, please"),
        ([lacking(Component.UNIFIED), lacking(Component.YAW, 50)], "Look straight into the camera"),
        ([lacking(Component.UNIFIED)], "Look into the camera and hold still"),
        ([lacking(Component.SHARPNESS), lacking(Component.FACE_VISIBLE)], "Show your whole face"),
        ([lacking(Component.EYES_OPEN), lacking(Component.MOUTH_CLOSED)], "Open your eyes"),
    ],
    ids=["far before turned", "alone before sharp", "a cause before the sum", "the sum alone", "cover", "eyes"],
)
def test_what_helps_most_comes_first(measures: list[Measure], first: str) -> None:
    assert advice(Quality(tuple(measures)))[0].english == first


@pytest.mark.parametrize(
    ("measure", "sentence"),
    [
        (lacking(Component.PITCH, 60, -30.0), "Raise your chin a little"),
        (lacking(Component.PITCH, 60, 30.0), "Lower your chin a little"),
        (lacking(Component.HEAD_SIZE, 10, 0.2), "Let the outline frame your head"),
        (lacking(Component.HEAD_SIZE, 10, 0.8), "Step back a little"),
    ],
    ids=["looks down", "looks up", "head too small", "head too large"],
)
def test_a_way_out_depends_on_the_side(measure: Measure, sentence: str) -> None:
    assert advice_for(measure).english == sentence


def test_what_is_good_is_not_spoken_of() -> None:
    assert advice(Quality((Measure(Component.YAW, 99, 3.0, "degrees", good=True),))) == ()


def test_a_sentence_is_said_once() -> None:
    told = advice(Quality((lacking(Component.CONTRAST), lacking(Component.DYNAMIC_RANGE))))
    assert [one.english for one in told] == ["Please wait: the light is being set"]


@pytest.mark.parametrize(("dark", "first"), [(3, "Step into the light"), (90, "Please wait: the light is being set")])
def test_a_lack_of_range_in_the_dark_asks_for_light(dark: int, first: str) -> None:
    exposure = Measure(Component.UNDER_EXPOSURE, dark, 0.9, "share", good=True)
    assert advice(Quality((exposure, lacking(Component.DYNAMIC_RANGE))))[0].english == first


@pytest.mark.parametrize(
    ("seen", "first"), [(0, "Move to the middle of the picture"), (1, "Look into the camera and hold still")]
)
def test_a_face_cut_off_by_the_edge_is_asked_to_the_middle(seen: int, first: str) -> None:
    crop = Measure(Component.CROP, 3, 0.4, "of the margin", good=True)
    whole = (Measure(Component.FACE_VISIBLE, 95, 0.05, "share", good=True),) * seen
    assert advice(Quality((crop, *whole, lacking(Component.UNIFIED, 40))))[0].english == first


def test_without_a_face_there_is_still_something_to_do() -> None:
    (one,) = advice(None)
    assert (one.english, one.korean) == ("Step before the camera", "카메라 앞에 서 주십시오")
