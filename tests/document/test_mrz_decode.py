"""Decoding with a known length: held against every way to write a short line, counted one by one."""

from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.document.mrz_decode import CHARACTERS, allowed, log_lengths, read_line
from consentry.document.mrz_layout import LAYOUTS, MRV_A, TD1, TD3

SIZE = len(CHARACTERS) + 1


def seen_at_random(seed: int, steps: int, used: int) -> np.ndarray:
    """Probabilities of the blank and of the first characters; all others impossible."""
    rng = np.random.default_rng(seed)
    seen = np.zeros((steps, SIZE))
    seen[:, : used + 1] = rng.dirichlet(np.ones(used + 1), steps)
    return seen


def by_hand(seen: np.ndarray, used: int) -> dict[str, float]:
    """How probable each text is: every path summed up as CTC says (repeats joined, blanks dropped)."""
    found: dict[str, float] = {}
    for path in product(range(used + 1), repeat=len(seen)):
        text = "".join(CHARACTERS[k - 1] for k, _ in groupby(path) if k)
        found[text] = found.get(text, 0.0) + float(np.prod([seen[t, k] for t, k in enumerate(path)]))
    return found


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_places_are_what_counting_every_path_gives(seed: int, width: int) -> None:
    seen = seen_at_random(seed, 6, 2)
    texts = {text: p for text, p in by_hand(seen, 2).items() if len(text) == width}
    reading = read_line(seen, np.ones((width, SIZE - 1), np.bool_))
    assert reading.log_likelihood == pytest.approx(np.log(sum(texts.values())))
    for place in range(width):
        for k, character in enumerate(CHARACTERS[:2]):
            share = sum(p for text, p in texts.items() if text[place] == character) / sum(texts.values())
            assert reading.places[place, k] == pytest.approx(share, abs=1e-9)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_lengths_are_what_counting_every_path_gives(seed: int) -> None:
    seen = seen_at_random(seed, 6, 2)
    found = np.exp(log_lengths(seen, 6))
    for length in range(7):
        hand = sum(p for text, p in by_hand(seen, 2).items() if len(text) == length)
        assert found[length] == pytest.approx(hand, abs=1e-12)


def test_a_filler_lost_in_a_run_is_found_again() -> None:
    """Three fillers of which one is hardly told from its neighbour: the best at each step says two."""
    seen = np.full((9, SIZE), 1e-6)
    for step, (filler, blank) in enumerate([(0, 1), (0.9, 0.1), (0, 1), (0.9, 0.1), (0.8, 0.2), (0.9, 0.1), (0, 1)]):
        seen[step, 0], seen[step, 1] = blank + 1e-6, filler + 1e-6
    seen[7:, 0] = 1
    assert [int(k) for k, _ in groupby(seen.argmax(1)) if k] == [1, 1]
    assert read_line(seen, np.ones((3, SIZE - 1), np.bool_)).text == "<<<"


def test_a_zero_among_letters_is_read_as_the_letter_that_may_stand_there() -> None:
    seen = np.full((5, SIZE), 1e-4)
    zero, letter = CHARACTERS.index("0") + 1, CHARACTERS.index("O") + 1
    seen[:, 0] = 1
    seen[2, 0], seen[2, zero], seen[2, letter] = 0.1, 0.8, 0.1
    anything = np.ones((1, SIZE - 1), np.bool_)
    assert read_line(seen, anything).text == "0"
    assert read_line(seen, allowed(TD3)[:1, 3]).text == "O"


def test_what_cannot_be_written_so_long_is_told_by_its_likelihood() -> None:
    seen = np.zeros((3, SIZE))
    seen[:, 1] = 1  # one filler, whatever the number of steps
    assert read_line(seen, np.ones((1, SIZE - 1), np.bool_)).log_likelihood == pytest.approx(0)
    assert read_line(seen, np.ones((2, SIZE - 1), np.bool_)).log_likelihood == -np.inf


def test_two_hundred_steps_do_not_vanish() -> None:
    seen = np.full((192, SIZE), 1 / SIZE)
    reading = read_line(seen, np.ones((44, SIZE - 1), np.bool_))
    assert np.isfinite(reading.log_likelihood)
    assert np.allclose(reading.places, 1 / (SIZE - 1), atol=1e-6)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_place_of_a_layout_may_hold_something(layout) -> None:
    assert allowed(layout).any(2).all()


def test_kinds_of_character_stand_where_the_standard_puts_them() -> None:
    def text(layout, line, column):
        return "".join(c for c, may in zip(CHARACTERS, allowed(layout)[line, column], strict=True) if may)

    assert text(TD3, 1, 9) == "0123456789"
    assert text(TD1, 0, 14) == "<0123456789"  # a long number goes on elsewhere
    assert text(MRV_A, 0, 0) == "V"
    assert "V" not in text(TD3, 0, 0)
    assert text(TD3, 0, 5)[0] == "A"  # no name begins with a filler
