"""The machine readable zone: the standard's own examples, every vector of the shared data, and what must be refused."""

import json
import string
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from consentry.document.check_digits import ALPHABET, check_digit
from consentry.document.mrz import Mrz, MrzError, MrzFields, parse_mrz, write_mrz
from consentry.document.mrz_dates import birth_date, expiry_date
from consentry.document.mrz_layout import LAYOUTS, TD1, TD2, TD3, Layout, layout_of
from consentry.document.mrz_names import Names, read_names, write_names
from consentry.document.states import CODES

TODAY = date(2026, 11, 25)
PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
CARD = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"


def test_the_standards_passport_says_what_the_standard_says() -> None:
    """Doc 9303-4, appendix A."""
    mrz = parse_mrz(PASSPORT, TODAY)
    assert (mrz.layout, mrz.code, mrz.issuer, mrz.nationality) == ("TD3", "P", "UTO", "UTO")
    assert (mrz.names.primary, mrz.names.secondary) == ("ERIKSSON", "ANNA MARIA")
    assert (mrz.number, mrz.optional, mrz.sex) == ("L898902C3", ("ZE184226B",), "female")
    assert (str(mrz.birth), str(mrz.expiry)) == ("1974-08-12", "2012-04-15")
    assert mrz.consistent
    assert [check.name for check in mrz.checks] == ["number", "birth", "expiry", "optional", "composite"]


def test_a_long_number_goes_on_in_the_optional_field() -> None:
    """Doc 9303-5, clause 4.2.2, note j."""
    fields = MrzFields(
        "I", "UTO", Names("STEVENSON", "PETER"), "D23145890734", "UTO", "340712", "M", "950712", "X1", "Y"
    )
    lines = write_mrz(fields, TD1)
    assert lines[0][5:30] == "D23145890<7349<X1<<<<<<<<"
    mrz = parse_mrz("\n".join(lines), TODAY)
    assert (mrz.number, mrz.optional, mrz.consistent) == ("D23145890734", ("X1", "Y"), True)


@pytest.mark.shared
def test_every_shared_vector_has_the_check_digits_that_are_written_beside_it(shared: Path) -> None:
    vectors = json.loads((shared / "data" / "documents" / "mrz" / "mrz_strings.json").read_text(encoding="utf-8"))
    names = {"doc": "number", "dob": "birth", "exp": "expiry", "pers": "optional", "comp": "composite"}
    read = 0
    for vector in vectors:
        if vector["format"] not in {layout.name for layout in LAYOUTS}:
            with pytest.raises(MrzError):
                parse_mrz(vector["mrz"], TODAY)
            continue
        try:
            mrz = parse_mrz(vector["mrz"], TODAY)
        except MrzError:
            assert not all(vector["checks"].values()), vector
            continue
        right = {check.name: check.right for check in mrz.checks}
        assert {names[key]: value for key, value in vector["checks"].items()} == right, vector
        read += 1
    assert read >= 40


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", [(1, 1)]),
        ("P<UTO", [(1, 1)]),
        (PASSPORT.replace("ERIKSSON", "ERIK5SON"), [(1, 10)]),
        (PASSPORT.replace("P<UTO", "P<UT0"), [(1, 5)]),
        (PASSPORT.replace("P<UTO", "P<UTX"), [(1, 3)]),
        (PASSPORT.replace("740812", "741312"), [(2, 14)]),
        (PASSPORT.replace("740812", "740230"), [(2, 14)]),
        (PASSPORT.replace("740812", "74O812"), [(2, 16)]),
        (PASSPORT.replace("2F1204159", "2X120415A"), [(2, 28)]),
        (PASSPORT.replace("2F", "2X"), [(2, 21)]),
        (PASSPORT.replace("ERIKSSON<<ANNA", "<ERIKSSON<<ANN"), [(1, 6)]),
        (PASSPORT.lower(), [(1, 1)]),
        (PASSPORT.replace("L898902C3", "Ł898902C3"), [(2, 1)]),
        (PASSPORT.replace("L898902C3", "٣898902C3"), [(2, 1)]),
    ],
    ids=[
        "nothing", "a fragment", "a digit in a name", "zero for O in a state", "a state that does not exist",
        "month 13", "30 February", "a letter in a date", "a letter as check digit", "sex X",
        "name begins with a filler", "small letters", "a letter beyond A-Z", "a digit beyond 0-9",
    ],
)  # fmt: skip
def test_what_is_no_zone_is_refused_and_the_place_is_named(text: str, places: list[tuple[int, int]]) -> None:
    with pytest.raises(MrzError) as refused:
        parse_mrz(text, TODAY)
    assert {(fault.line, fault.column) for fault in refused.value.faults} >= set(places)


@pytest.mark.parametrize("place", range(44))
def test_one_wrong_character_in_a_covered_field_shows(place: int) -> None:
    """A check digit finds every single substitution by one with another value modulo ten (clause 4.9)."""
    lines = PASSPORT.splitlines()
    covered = [*range(10), *range(13, 20), *range(21, 44)]
    if place not in covered:
        return
    was = lines[1][place]
    became = "7" if was != "7" else "8"
    try:
        mrz = parse_mrz(lines[0] + "\n" + lines[1][:place] + became + lines[1][place + 1 :], TODAY)
    except MrzError:
        return  # a date that does not exist is refused already
    assert not mrz.consistent


def test_a_zone_does_not_print_its_holder() -> None:
    mrz = parse_mrz(CARD, TODAY)
    assert "ERIKSSON" not in repr(mrz)
    assert "D23145890" not in repr(mrz)


@pytest.mark.parametrize(
    ("text", "today", "birth"),
    [
        ("261125", date(2026, 11, 25), "2026-11-25"),
        ("261126", date(2026, 11, 25), "1926-11-26"),
        ("26<<<<", date(2026, 11, 25), "2026-??-??"),
        ("27<<<<", date(2026, 11, 25), "1927-??-??"),
        ("<<<<<<", date(2026, 11, 25), "????-??-??"),
        ("000229", date(2026, 11, 25), "2000-02-29"),
        ("991231", date(2000, 1, 1), "1999-12-31"),
    ],
    ids=["today", "tomorrow a century ago", "this year", "next year a century ago", "unknown", "leap day", "turn"],
)
def test_nobody_was_born_in_the_future(text: str, today: date, birth: str) -> None:
    assert str(birth_date(text, today)) == birth


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_an_expiry_within_fifty_years_is_read_with_its_century(today: date, expiry: date) -> None:
    assume(abs(expiry.year - today.year) < 50)
    assert expiry_date(f"{expiry:%y%m%d}", today).last() == expiry


letters = st.text(string.ascii_uppercase, min_size=1, max_size=12)
words = st.lists(letters, min_size=1, max_size=4).map(" ".join)


@st.composite
def zones(draw: st.DrawFn) -> tuple[MrzFields, Layout]:
    layout = draw(st.sampled_from(LAYOUTS))
    optional = layout.field("optional").span
    longest = 20 if layout is TD1 else 14 if layout is TD2 else 9
    number = draw(st.text(ALPHABET, min_size=1, max_size=longest))
    room = optional.end - optional.begin - (max(0, len(number) - 9) + 2 if len(number) > 9 else 0)
    return (
        MrzFields(
            code=("V" if layout.visa else "I" if layout in (TD1, TD2) else "P"),
            issuer=draw(st.sampled_from(sorted(CODES))),
            names=Names(draw(words), draw(st.one_of(st.just(""), words))),
            number=number,
            nationality=draw(st.sampled_from(sorted(CODES))),
            birth=f"{draw(st.dates(date(1930, 1, 1), TODAY)):%y%m%d}",
            sex=draw(st.sampled_from("MF<")),
            expiry=f"{draw(st.dates(date(2000, 1, 1), date(2060, 1, 1))):%y%m%d}",
            optional=draw(st.text(ALPHABET, max_size=max(room, 0))),
            optional2=draw(st.text(ALPHABET, max_size=11)) if layout is TD1 else "",
        ),
        layout,
    )


@given(zones())
def test_what_is_written_is_read_again(zone: tuple[MrzFields, Layout]) -> None:
    fields, layout = zone
    lines = write_mrz(fields, layout)
    assert layout_of(lines) is layout
    mrz: Mrz = parse_mrz("\n".join(lines), TODAY)
    assert mrz.consistent
    assert mrz.number == fields.number
    assert mrz.optional == ((fields.optional, fields.optional2) if layout is TD1 else (fields.optional,))
    if not mrz.names.truncated:
        assert mrz.names == fields.names


@given(words, st.one_of(st.just(""), words), st.sampled_from((30, 31, 39)))
@example("AAA AAAAAAAAAA AAAAAAAAAAAA A", "A", 31)  # the cut fell on a blank
def test_a_name_that_was_cut_ends_with_a_letter_and_keeps_an_initial(primary: str, secondary: str, width: int) -> None:
    """Doc 9303-4, clause 4.2.3: a letter in the last place says that the name may be cut."""
    field = write_names(Names(primary, secondary), width)
    assert len(field) == width
    read = read_names(field)
    if (read.primary, read.secondary) != (primary, secondary):
        assert field[-1] != "<"
        assert read.truncated
    assert bool(read.secondary) == bool(secondary)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        parse_mrz(text, TODAY)
    except MrzError as error:
        refused = error
    else:
        return
    assert refused.faults


def test_the_standards_check_digits() -> None:
    """Doc 9303-3, clause 4.9, examples 1 to 3."""
    assert check_digit("520727") == "3"
    assert check_digit("AB2134<<<") == "5"
    assert check_digit("HA672242<" + "6" + "580225" + "4" + "960921" + "5" + "<" * 7) == "8"
    with pytest.raises(ValueError, match="expected a digit"):
        check_digit("a")


def test_the_layouts_cover_every_place_once() -> None:
    """Each place belongs to one field or is one check digit; nothing overlaps, nothing is left over."""
    for layout in LAYOUTS:
        places = [(f.span.line, k) for f in layout.fields for k in range(f.span.begin, f.span.end)]
        places += [(check.line, check.column) for check in layout.checks]
        assert sorted(places) == [(line, k) for line in range(layout.rows) for k in range(layout.width)], layout.name
    assert TD3.checks[-1].name == "composite"
