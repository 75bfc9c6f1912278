"""Alarms joined into incidents by place, neighbourhood and time."""

import pytest

from consentry.core.events import HEALTH, Alarm, AlarmState
from consentry.hazards.incidents import LONGEST_S, IncidentBook


def alarm(camera: str, at: float, episode: str = "", state: str = "opened", hazard: str = "loitering") -> Alarm:
    return Alarm(hazard, camera, "zone", episode or f"{camera}-{at:g}", AlarmState(state), at, (), 0.5, "")


NEAR = {"gate": frozenset({"hall"}), "hall": frozenset({"pier"})}


@pytest.mark.parametrize(
    ("told", "groups"),
    [
        pytest.param([("gate", 0), ("gate", 29)], [0, 0], id="same camera, 29 s later"),
        pytest.param([("gate", 0), ("gate", 31)], [0, 1], id="31 s later"),
        pytest.param([("gate", 0), ("hall", 20)], [0, 0], id="a neighbour"),
        pytest.param([("hall", 0), ("gate", 20)], [0, 0], id="a neighbour told the other way round"),
        pytest.param([("gate", 0), ("pier", 20)], [0, 1], id="a neighbour's neighbour alone"),
        pytest.param([("gate", 0), ("hall", 20), ("pier", 40)], [0, 0, 0], id="it walks on from camera to camera"),
        pytest.param([("gate", 20), ("hall", 10)], [0, 0], id="a slower camera's clock: earlier is near too"),
    ],
)
def test_joining(told: list[tuple[str, float]], groups: list[int]) -> None:
    book = IncidentBook(NEAR)
    ids = [book.step(alarm(camera, at)).id for camera, at in told]
    assert [sorted(set(ids), key=ids.index).index(i) for i in ids] == groups


def test_an_episode_stays_in_its_incident_however_late_it_clears() -> None:
    book = IncidentBook(NEAR)
    first = book.step(alarm("gate", 0, "e1"))
    book.step(alarm("gate", 500, "e2"))
    assert book.step(alarm("gate", 900, "e1", "cleared")).id == first.id
    assert book.step(alarm("gate", 910, "e1")).episodes == ("e1",), "and once"


def test_consentrys_own_troubles_are_not_mixed_with_dangers() -> None:
    book = IncidentBook(NEAR)
    assert book.step(alarm("gate", 0)).id != book.step(alarm("gate", 1, hazard=HEALTH)).id


def test_an_incident_ends_after_half_an_hour_however_busy_it_is() -> None:
    book = IncidentBook(NEAR)
    incidents = [book.step(alarm("gate", at)) for at in range(0, 3000, 20)]
    assert len({i.id for i in incidents}) == 2
    assert max(len(i.episodes) for i in incidents) <= LONGEST_S / 20 + 1


def test_the_book_stays_small() -> None:
    book = IncidentBook({})
    for k in range(10_000):
        book.step(alarm("gate", 100.0 * k))
    assert len(book) == len(book._of) == 1000
