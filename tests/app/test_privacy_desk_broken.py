"""The power goes before each write of the privacy desk in turn: done again, it is finished, and it can be proved."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from app.test_kiosk import BOTH, JOURNEY, NOW
from consentry.app.kiosk import Given
from consentry.consent.access import HeldPassage
from consentry.consent.erasure import erasure_record
from consentry.consent.passage import seal_passage
from consentry.consent.profile import Profile
from consentry.consent.retention import HOLDABLE, Hold
from consentry.consent.words import Language
from consentry.core.errors import RefusedError
from consentry.ledger.entry import Kind, commit
from property.lives import STAFF, Airport, PowerCutError, made_up

PASSAGE = HeldPassage(NOW + 100, "gate 12", "boarding", "go")
WRITES = range(6)
"""Each deed of the desk has at most five."""


@pytest.fixture(params=[Profile.WALLET, Profile.SEALED], ids=lambda one: one.value)
def airport(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Airport]:
    made = Airport(tmp_path, request.param, NOW)
    yield made
    made.close()


def enrolled(airport: Airport) -> Given:
    given = airport.kiosk.give(BOTH, JOURNEY, Language.EN)
    consent = airport.station.consent(given.signed)
    airport.making.make(consent, made_up(1), airport.making.permit(airport.installation), airport.now)
    key = airport.vault.key(given.receipt.id)
    airport.store.keep(seal_passage(PASSAGE, key, given.receipt.id, given.receipt.passages_until))
    return given


def cut(airport: Airport, deed: Callable[[], object], writes: int) -> bool:
    """Do it with the power going after so many writes, and start anew; whether it went."""
    airport.power.left = writes
    try:
        deed()
    except PowerCutError:
        airport.reboot()
        return True
    finally:
        airport.power.left = None
    return False


def erasures(airport: Airport, given: Given) -> int:
    wanted = commit(given.code.salt, erasure_record(given.receipt.id))
    entries = [airport.log.entry(place) for place in range(airport.log.size())]
    return sum(entry.kind is Kind.ERASURE and entry.commitment == wanted for entry in entries)


@pytest.mark.parametrize("writes", WRITES)
def test_a_withdrawal_is_finished_and_in_the_log(airport: Airport, writes: int) -> None:
    given = enrolled(airport)
    if cut(airport, lambda: airport.desk.withdraw(given.code), writes):
        try:
            airport.desk.withdraw(given.code)
        except RefusedError as error:
            assert "opens nothing here" in str(error)  # noqa: PT017 - everything had been done already
    assert airport.desk.opens(given.code) == ()
    assert airport.store.held(given.receipt.id) == ()
    assert erasures(airport, given) >= 1


@pytest.mark.parametrize("writes", WRITES)
def test_under_a_hold_nothing_of_a_face_is_left(airport: Airport, writes: int) -> None:
    given = enrolled(airport)
    airport.desk.hold(Hold(given.receipt.id, "claim 7", STAFF, int(NOW)))
    if cut(airport, lambda: airport.desk.withdraw(given.code), writes):
        try:
            airport.desk.withdraw(given.code)
        except RefusedError as error:
            assert error.check == "hold"  # noqa: PT017 - it was marked before the power went
    kinds = {item.kind for item in airport.store.held(given.receipt.id)}
    assert kinds == HOLDABLE - {"journey"}
    assert not airport.passed(given.receipt.id, "lounge"), "a passage is kept of who withdrew"


@pytest.mark.parametrize("writes", WRITES)
def test_lifting_a_hold_is_finished_by_lifting_it_again(airport: Airport, writes: int) -> None:
    given = enrolled(airport)
    airport.desk.hold(Hold(given.receipt.id, "claim 7", STAFF, int(NOW)))
    airport.desk.withdraw(given.code)
    if cut(airport, lambda: airport.desk.lift(given.receipt.id, STAFF), writes):
        airport.desk.lift(given.receipt.id, STAFF)
    assert airport.desk.opens(given.code) == ()
    assert airport.store.held(given.receipt.id) == ()
    entries = [airport.log.entry(place) for place in range(airport.log.size())]
    assert [entry for entry in entries if entry.kind is Kind.ERASURE]


def test_where_the_hold_was_lifted_and_nothing_more_the_traveller_can_finish_it(airport: Airport) -> None:
    given = enrolled(airport)
    airport.desk.hold(Hold(given.receipt.id, "claim 7", STAFF, int(NOW)))
    airport.desk.withdraw(given.code)
    assert cut(airport, lambda: airport.desk.lift(given.receipt.id, STAFF), 1)
    done = airport.desk.withdraw(given.code)
    assert done.erasure is not None
    assert erasures(airport, given) == 1


def test_an_item_that_was_half_removed_hides_nothing_else(airport: Airport) -> None:
    given = enrolled(airport)
    (item,) = [one for one in airport.store.held(given.receipt.id) if one.kind == "passages"]
    assert cut(airport, lambda: airport.desk.correct(given.code, item.number), 1)
    told = airport.desk.show(given.code, Language.EN, UTC)
    assert "contested" in told
    assert item.number not in told
    airport.now = given.receipt.passages_until + 1.0
    airport.clear()
    assert airport.store.everything() == ()


def test_a_receipt_that_was_not_given_goes_with_its_time(airport: Airport) -> None:
    for writes in range(3):
        assert cut(airport, lambda: airport.kiosk.give(BOTH, JOURNEY, Language.EN), writes)
    airport.now = NOW + 90 * 86_400
    airport.clear()
    assert airport.store.everything() == ()


def test_the_code_of_another_finishes_nothing(airport: Airport) -> None:
    given, other = enrolled(airport), enrolled(airport)
    airport.desk.hold(Hold(given.receipt.id, "claim 7", STAFF, int(NOW)))
    airport.desk.withdraw(given.code)
    with pytest.raises(RefusedError, match="does not belong"):
        airport.desk.withdraw(replace(other.code, receipt_id=given.receipt.id))
