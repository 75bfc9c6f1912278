"""What a touchpoint asks for."""

import pytest

from consentry.face.quality import Component
from consentry.face.quality_limits import LIVE, PORTRAIT, Limits


def test_what_is_not_asked_for_is_always_good() -> None:
    assert LIVE.least(Component.BACKGROUND) == 0
    assert Limits("nothing").least(Component.UNIFIED) == 0


def test_a_place_may_ask_for_more_without_changing_another() -> None:
    strict = LIVE.but("strict", {Component.BACKGROUND: 80})
    assert (strict.least(Component.BACKGROUND), LIVE.least(Component.BACKGROUND)) == (80, 0)
    assert strict.least(Component.SINGLE_FACE) == LIVE.least(Component.SINGLE_FACE)


@pytest.mark.parametrize("value", [-1, 101])
def test_what_is_no_quality_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="0 to 100"):
        Limits("wrong", {Component.YAW: value})


def test_values_cannot_be_changed_behind_ones_back() -> None:
    with pytest.raises(TypeError):
        LIVE.values[Component.YAW] = 0  # type: ignore[index]


def test_a_document_asks_for_more_than_a_gate() -> None:
    for component in (Component.YAW, Component.ROLL, Component.EYE_DISTANCE, Component.BACKGROUND, Component.CROP):
        assert PORTRAIT.least(component) > LIVE.least(component)
