"""The bench of attacks counts as ISO/IEC 30107-3 does: silence is no response, and a species is never averaged away."""

from bench.attacks import PHOTO, Row, errors, tables

from consentry.backends.simulated_presentations import BONA_FIDE
from consentry.face.attack import Verdict


def row(kind: str, person: int, verdict: Verdict, score: float | None) -> Row:
    return Row(kind, person, verdict, score or 0.0, {"minifasnet": score, "blink": None}, 15.0)


ROWS = [
    row(BONA_FIDE, 0, Verdict.BONA_FIDE, 0.1),
    row(BONA_FIDE, 1, Verdict.ATTACK, 0.6),
    row("print", 0, Verdict.ATTACK, 0.9),
    row("print", 1, Verdict.ATTACK, 0.8),
    row("mask", 0, Verdict.BONA_FIDE, 0.2),
    row("mask", 1, Verdict.UNDETERMINED, None),
    row(PHOTO, 0, Verdict.UNDETERMINED, 0.3),
]


def test_errors_of_the_fusion() -> None:
    whole = errors(ROWS)
    rates = {one.name: (one.apcer.rate, one.apnrr.rate) for one in whole.species}
    assert rates == {"mask": (0.5, 0.5), "print": (0, 0)}
    assert whole.species[0].name == "mask", "the worst first"
    assert (whole.bpcer.rate, whole.bpnrr.rate) == (0.5, 0)


def test_errors_of_one_cue() -> None:
    alone = errors(ROWS, "blink")
    assert all(one.apnrr.rate == 1 for one in alone.species)
    assert alone.bpnrr.rate == 1


def test_tables_name_every_kind_and_say_silence_with_a_dash() -> None:
    text = "\n".join(tables(ROWS))
    assert all(kind in text for kind in ("bona fide", "print", "mask", PHOTO))
    caught = next(line for line in text.splitlines() if line.startswith("mask") and line.endswith("0/2"))
    assert caught.split()[-3:] == ["0/1", "-", "0/2"]
