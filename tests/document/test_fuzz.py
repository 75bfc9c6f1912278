"""Spoiled input to every parser: nothing comes out but what the tree of exceptions names.

A million of them are run by ``python -m bench.fuzz``; some thousand here. What a run
has found once stands below by name, and is never found again.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from bench.fuzz import run
from bench.fuzz.inputs import parsers_with_inputs
from bench.fuzz.run import feed, make

from consentry.core.errors import ConsentryError

SEED = 20_261_125
INPUTS = 4000
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_comes_out_but_what_the_tree_names(part: int) -> None:
    size = INPUTS // PARTS
    tally = feed(range(part * size, (part + 1) * size), SEED)
    assert [(one.parser, one.number, one.kind) for one in tally.finds] == []
    assert tally.inputs.total() == size
    assert 0 < tally.accepted.total() < size


def test_every_parser_reads_its_own_inputs_before_they_are_spoiled(tmp_path: Path) -> None:
    """Else the fuzzing would only show that everything is refused."""
    mute = {"trust_index", "active_signature", "chip_answer"}
    for parser in parsers_with_inputs(tmp_path):
        for seed in parser.seeds if parser.name not in mute else ():
            parser.read(seed)


def test_an_input_is_the_same_by_its_number_in_every_process(tmp_path: Path) -> None:
    parsers = parsers_with_inputs(tmp_path)
    shares = [sum(one.share for one in parsers[: k + 1]) for k in range(len(parsers))]
    assert all(make(number, SEED, parsers, shares) == make(number, SEED, parsers, shares) for number in range(50))
    assert make(1, SEED, parsers, shares)[1] != make(1, SEED + 1, parsers, shares)[1]


FOUND = {
    "an index of trust that is no text": ("trust_index", b'{"version": 1, "entries": [\xff]}'),
    "an index of trust in a thousand brackets": ("trust_index", b"[" * 100_000),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_once(name: str, tmp_path: Path) -> None:
    parser, data = FOUND[name]
    read = next(one.read for one in parsers_with_inputs(tmp_path) if one.name == parser)
    with pytest.raises(ConsentryError):
        read(data)


def test_a_hang_is_a_find_and_the_run_goes_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def endless(_data: bytes) -> None:
        while True:
            pass

    (one, *_) = parsers_with_inputs(tmp_path)
    monkeypatch.setattr(run, "parsers_with_inputs", lambda *_: (replace(one, read=endless),))
    monkeypatch.setattr(run, "HANG_S", 0.05)
    tally = run.feed(range(3), SEED)
    assert [find.number for find in tally.finds] == [0, 1, 2]
    assert all(find.kind.startswith("HangError") for find in tally.finds)
