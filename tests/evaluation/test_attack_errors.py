"""APCER and BPCER by hand: species are never averaged, and no answer lets no attack through."""

import pytest

from consentry.evaluation.attacks import Presentation, Response, attack_errors
from consentry.evaluation.intervals import binomial_interval

B, A, N = Response.BONA_FIDE, Response.ATTACK, Response.NONE


def test_by_hand() -> None:
    told = attack_errors(
        [Presentation("print", subject, response) for subject, response in enumerate([A, A, A, B])]
        + [Presentation("screen", subject, response) for subject, response in enumerate([B, B, N, A])]
        + [Presentation(None, subject, response) for subject, response in enumerate([B, B, B, A, N])],
        seed=1,
    )
    assert [(one.name, one.apcer.rate, one.apnrr.rate) for one in told.species] == [
        ("screen", 0.5, 0.25),
        ("print", 0.25, 0.0),
    ]
    assert told.apcer is told.species[0].apcer, "the worst, not the mean"
    assert told.bpcer is not None
    assert told.bpnrr is not None
    assert (told.bpcer.rate, told.bpnrr.rate) == (0.2, 0.2)


def test_many_presentations_of_one_person_are_one_look() -> None:
    told = attack_errors([Presentation("print", 1, A)] * 100, seed=1)
    assert told.species[0].apcer.high == binomial_interval(0, 1)[1]
    assert told.bpcer is None


def test_no_attack_no_rate() -> None:
    told = attack_errors([], seed=1)
    assert told.apcer is None
    assert told.species == ()


@pytest.mark.parametrize("people", [10, 50])
def test_none_seen_is_not_none(people: int) -> None:
    told = attack_errors([Presentation("print", number, A) for number in range(people)], seed=1)
    assert told.apcer is not None
    assert told.apcer.high == pytest.approx(binomial_interval(0, people)[1])
