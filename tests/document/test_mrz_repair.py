"""Repair and refusal: what the checks settle, what they cannot, and what nothing confirms."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.document.check_digits import check_digit
from consentry.document.mrz import MrzFields, write_mrz
from consentry.document.mrz_decode import CHARACTERS, LineReading
from consentry.document.mrz_layout import LAYOUTS, TD1, TD3, Layout
from consentry.document.mrz_names import Names
from consentry.document.mrz_repair import Doubt, Settled, settle

TODAY = date(2026, 11, 25)
FIELDS = MrzFields(
    "P", "UTO", Names("ERIKSSON", "ANNA MARIA"), "L898902C3", "NLD", "740812", "F", "320415", "ZE184226B"
)
LINES = write_mrz(FIELDS, TD3)
Seen = dict[tuple[int, int], dict[str, float]]
"""What was seen otherwise than clearly: line and column from 0, probabilities of characters."""


def readings(lines: tuple[str, ...], seen: Seen) -> list[LineReading]:
    found = []
    for row, line in enumerate(lines):
        places = np.full((len(line), len(CHARACTERS)), 1e-7)
        for column, character in enumerate(line):
            for other, chance in seen.get((row, column), {character: 1.0}).items():
                places[column, CHARACTERS.index(other)] = chance
        found.append(LineReading(places / places.sum(1, keepdims=True), -0.1))
    return found


def settled(lines: tuple[str, ...], seen: Seen, layout: Layout = TD3, free: tuple[str, ...] | None = None):
    read = readings(lines, seen)
    return settle(read, free or [one.text for one in read], layout, TODAY)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_zone_seen_clearly_is_taken_as_it_is(layout: Layout) -> None:
    fields = MrzFields("V" if layout.visa else "P", "UTO", Names("ERIKSSON"), "L898902C3", "D", "740812", "F", "320415")
    lines = write_mrz(fields, layout)
    found = settled(lines, {}, layout)
    assert isinstance(found, Settled)
    assert (found.mrz.lines, found.repairs, found.mrz.layout) == (lines, (), layout.name)
    assert found.surety > 0.999


def test_a_zero_in_a_code_is_repaired_and_told() -> None:
    free = (LINES[0].replace("P<UTO", "P<UT0"), LINES[1])
    found = settled(LINES, {}, free=free)
    assert isinstance(found, Settled)
    assert found.mrz.issuer == "UTO"
    assert [str(one) for one in found.repairs] == [
        "line 1, character 5: 0 read as O: the one cannot stand there",
    ]


def test_a_code_that_no_state_has_becomes_the_one_that_was_nearly_seen() -> None:
    found = settled(LINES, {(1, 10): {"M": 0.6, "N": 0.4}, (1, 11): {"L": 1.0}})
    assert isinstance(found, Settled)
    assert found.mrz.nationality == "NLD"
    assert [(one.was, one.became, one.why) for one in found.repairs] == [
        ("M", "N", "there is no state of that code"),
    ]


def test_two_states_that_may_both_stand_there_are_refused() -> None:
    found = settled(LINES, {(0, 2): {"A": 1}, (0, 3): {"U": 1}, (0, 4): {"S": 0.55, "T": 0.45}})
    assert isinstance(found, Doubt)
    assert "issuer" in found.why


def test_what_is_no_code_at_all_is_refused() -> None:
    assert isinstance(settled(LINES, {(0, 2): {"Q": 1}, (0, 3): {"Q": 1}, (0, 4): {"Q": 1}}), Doubt)


def test_a_wrong_digit_is_repaired_where_the_check_digits_agree_with_another() -> None:
    at = LINES[1].index("8")
    found = settled(LINES, {(1, at): {"B": 0.7, "8": 0.3}})
    assert isinstance(found, Settled)
    assert found.mrz.number == "L898902C3"
    (repair,) = found.repairs
    assert (repair.line, repair.column, repair.was, repair.became) == (2, at + 1, "B", "8")
    assert repair.why == "the check digits agree with the other alone"


@pytest.mark.parametrize(("one", "other"), [("G", "6"), ("K", "<"), ("A", "0"), ("S", "8")])
def test_characters_of_one_value_are_refused_unless_clearly_seen(one: str, other: str) -> None:
    """16 and 6, 20 and 0, 10 and 0, 28 and 8: no check digit can tell (clause 4.9)."""
    assert check_digit(one) == check_digit(other)
    lines = write_mrz(MrzFields("P", "UTO", Names("ERIKSSON"), f"L1{one}345678", "UTO", "740812", "F", "320415"), TD3)
    doubtful = settled(lines, {(1, 2): {one: 0.9, other: 0.1}})
    assert isinstance(doubtful, Doubt)
    assert "two readings" in doubtful.why
    clear = settled(lines, {(1, 2): {one: 0.9999, other: 0.0001}})
    assert isinstance(clear, Settled)
    assert clear.mrz.number == f"L1{one}345678"


def test_two_swaps_that_cancel_out_are_refused() -> None:
    """O counts 24 and 0 counts 0: with weights 7 and 3 the two differences add up to 240."""
    lines = write_mrz(MrzFields("P", "UTO", Names("ERIKSSON"), "001234567", "UTO", "740812", "F", "320415"), TD3)
    swapped = lines[1].replace("00", "OO", 1)
    assert check_digit(swapped[:9]) == swapped[9]
    for first, second in ((0.6, 0.6), (0.99, 0.6), (0.6, 0.4)):
        seen: Seen = {(1, 0): {"0": first, "O": 1 - first}, (1, 1): {"0": second, "O": 1 - second}}
        assert isinstance(settled(lines, seen), Doubt)


@pytest.mark.parametrize(
    ("place", "field"), [((0, 5), "names"), ((0, 43), "names"), ((0, 1), "code"), ((1, 20), "sex")], ids=str
)
def test_what_no_check_digit_covers_must_be_seen_clearly(place: tuple[int, int], field: str) -> None:
    was = LINES[place[0]][place[1]]
    found = settled(LINES, {place: {was: 0.93, "M" if was != "M" else "F": 0.07}})
    assert isinstance(found, Doubt)
    assert field in found.why
    assert isinstance(settled(LINES, {place: {was: 0.96, "M" if was != "M" else "F": 0.04}}), Settled)


def test_a_visa_has_a_field_that_nothing_covers() -> None:
    layout = next(one for one in LAYOUTS if one.name == "MRV-B")
    lines = write_mrz(MrzFields("V", "UTO", Names("A"), "1", "UTO", "740812", "F", "320415", "12345678"), layout)
    found = settled(lines, {(1, 30): {"3": 0.6, "8": 0.4}}, layout)
    assert isinstance(found, Doubt)
    assert "optional" in found.why


def test_a_zone_whose_printed_check_digit_is_wrong_is_refused() -> None:
    wrong = (LINES[0], LINES[1][:9] + "7" + LINES[1][10:])
    found = settled(wrong, {})
    assert isinstance(found, Doubt)
    assert "check digits" in found.why


def test_a_date_that_does_not_exist_is_no_reading_though_its_digit_is_right() -> None:
    birth = "741342"
    line = LINES[1][:13] + birth + check_digit(birth) + LINES[1][20:43]
    wrong = (LINES[0], line + check_digit(line[:10] + line[13:20] + line[21:43]))
    assert isinstance(settled(wrong, {}), Doubt)


def test_a_long_number_of_a_card_is_settled_with_its_digit_in_the_optional_field() -> None:
    fields = MrzFields("I", "UTO", Names("STEVENSON"), "D23145890734", "UTO", "340712", "M", "320712")
    lines = write_mrz(fields, TD1)
    found = settled(lines, {(0, 17): {"A": 0.6, lines[0][17]: 0.4}}, TD1)
    assert isinstance(found, Settled)
    assert found.mrz.number == "D23145890734"
    assert len(found.repairs) == 1


def test_noise_is_refused_within_bounds() -> None:
    noise = [LineReading(np.full((44, len(CHARACTERS)), 1 / len(CHARACTERS)), -50.0) for _ in range(2)]
    assert isinstance(settle(noise, LINES, TD3, TODAY), Doubt)
    # Codes and names clear, all that is covered even: the search must end.
    clear = readings(LINES, {})
    clear[1].places[[*range(10), *range(13, 20), *range(21, 44)]] = 1 / len(CHARACTERS)
    found = settle(clear, LINES, TD3, TODAY)
    assert isinstance(found, Doubt)


def test_a_refusal_holds_nothing_of_the_holder() -> None:
    for place in ((0, 7), (1, 3), (1, 10), (1, 15)):
        found = settled(LINES, {place: {"1": 0.3, "A": 0.3, "<": 0.4}})
        assert isinstance(found, Doubt)
        assert not any(secret in found.why for secret in ("ERIKSSON", "L898902", "740812", "NLD"))
    assert "ERIKSSON" not in repr(settled(LINES, {}))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_was_seen_less_than_half_surely_is_never_accepted_wrong(data: st.DataObject) -> None:
    """Up to three places of the second line are seen as something else, a little likelier than what is printed."""
    places = data.draw(st.sets(st.integers(0, 43), min_size=1, max_size=3))
    seen: Seen = {}
    for column in places:
        was = LINES[1][column]
        other = data.draw(st.sampled_from(sorted(set(CHARACTERS) - {was})))
        seen[1, column] = {other: 0.55, was: 0.45}
    found = settled(LINES, seen)
    assert isinstance(found, Doubt) or found.mrz.lines == LINES
