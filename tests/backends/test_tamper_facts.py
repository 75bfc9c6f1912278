"""Facts against the learned place: each deed moves its own fact, and ordinary life moves none far."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from consentry.backends.tamper_facts import TamperFacts, TamperReading

SIZE = (180, 320)
Picture = NDArray[np.float32]


def place() -> Picture:
    """A room with enough edges."""
    picture = np.full(SIZE, 110.0, np.float32)
    chance = np.random.default_rng(4)
    for _ in range(60):
        y, x = chance.integers(0, SIZE[0] - 30), chance.integers(0, SIZE[1] - 40)
        picture[y : y + chance.integers(8, 30), x : x + chance.integers(8, 40)] = chance.uniform(50, 190)
    return picture


def noisy(picture: Picture, k: int) -> NDArray[np.uint8]:
    return np.clip(picture + np.random.default_rng(k).normal(0, 2, SIZE), 0, 255).astype(np.uint8)


def read(facts: TamperFacts, at: float, picture: Picture) -> TamperReading:
    small = noisy(picture, int(at * 10))
    return facts.read(at, small, float(small.std()))


def learned() -> TamperFacts:
    facts = TamperFacts()
    for k in range(60):
        read(facts, k / 2, place())
    return facts


def shifted(right: int, down: int) -> Picture:
    moved = cv2.warpAffine(
        place(), np.array([[1, 0, right], [0, 1, down]], float), SIZE[::-1], borderMode=cv2.BORDER_REFLECT
    )
    return np.asarray(moved, np.float32)


@pytest.mark.parametrize(
    ("picture", "edges", "sharpness", "shift"),
    [
        pytest.param(place(), (0.95, 1), (0.9, 1.1), (0, 0), id="as always"),
        pytest.param(place() * 0.5, (0.9, 1), (0.8, 1.3), (0, 0), id="half of the light"),
        pytest.param(place() * 0.25, (0.0, 1), (0.7, 2.5), (0, 0), id="a quarter of the light"),
        pytest.param(np.full(SIZE, 90, np.float32), (0, 0.1), (0, 9), (0, 0), id="covered"),
        pytest.param(cv2.GaussianBlur(place(), (0, 0), 4), (0, 0.6), (0, 0.35), (0, 0), id="out of focus"),
        pytest.param(shifted(1, 0), (0.6, 1), (0.7, 1.3), (0, 0), id="a px of wind"),
        pytest.param(shifted(26, 0), (0, 0.4), (0.2, 1.6), (0.075, 0.087), id="pushed to the side by 8 %"),
        pytest.param(shifted(-20, 15), (0, 0.4), (0.2, 1.6), (0.07, 0.086), id="pushed aslant"),
        pytest.param(place()[::-1, ::-1], (0, 0.4), (0, 9), (0, 0), id="another view altogether"),
    ],
)
def test_each_deed_moves_its_own_fact(
    picture: Picture, edges: tuple[float, float], sharpness: tuple[float, float], shift: tuple[float, float]
) -> None:
    reading = read(learned(), 30.0, picture)
    assert edges[0] <= reading.edges <= edges[1], reading
    assert sharpness[0] <= reading.sharpness <= sharpness[1], reading
    assert shift[0] <= reading.shift <= shift[1], reading


def during(picture: Picture, seconds: float, step: float = 1.0) -> tuple[TamperReading, TamperReading]:
    """Readings at the beginning and at the end of a time in which the place looks so."""
    facts = learned()
    readings = [read(facts, 30 + k * step, picture) for k in range(int(seconds / step))]
    return readings[0], readings[-1]


def test_a_cover_is_not_learned_for_ten_minutes() -> None:
    first, last = during(np.full(SIZE, 90, np.float32), 600)
    assert first.edges < 0.1
    assert last.edges < 0.1


def test_a_new_view_becomes_the_usual_one_in_the_end() -> None:
    first, last = during(place()[::-1, ::-1], 3600, step=3.0)
    assert first.edges < 0.4
    assert last.edges > 0.6


@pytest.mark.parametrize(
    "crowd",
    [
        pytest.param(lambda chance: [(chance.integers(0, 290), chance.integers(0, 120)) for _ in range(25)], id="many"),
        pytest.param(lambda _: [(10 + 34 * k, 60) for k in range(9)], id="a row of persons who stand for two minutes"),
    ],
)
def test_persons_before_the_place_leave_half_of_it(
    crowd: Callable[[np.random.Generator], list[tuple[int, int]]],
) -> None:
    facts, lowest = learned(), 1.0
    for k in range(120):
        picture = place()
        for x, y in crowd(np.random.default_rng(k)):
            picture[y : y + 55, x : x + 22] = 40 + (x * 7 + y) % 150
        reading = read(facts, 30 + k, picture)
        lowest = min(lowest, reading.edges)
        assert reading.sharpness > 0.5
        assert reading.shift < 0.01
    assert lowest > 0.35


def test_a_blank_wall_says_nothing() -> None:
    facts = TamperFacts()
    for k in range(20):
        assert read(facts, k / 2, np.full(SIZE, 120, np.float32)) == TamperReading()
