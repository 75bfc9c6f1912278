"""Whoever reads the screen in the bench does what it says, at a person's pace, and the table counts it."""

import numpy as np
from bench.attack_challenge import OBEYING, Met, _Reader, lines
from hypothesis import given
from hypothesis import strategies as st

from consentry.face.attack import Verdict
from consentry.face.challenge_actions import Action


@given(st.integers(0, 1000), st.sampled_from([Action.TURN_LEFT, Action.TURN_RIGHT]))
def test_a_reader_turns_after_a_moment_and_not_in_a_jump(seed: int, action: Action) -> None:
    reader, yaws = _Reader(seed), []
    for number in range(40):
        reader.action = action if number >= 10 else None
        yaws.append(reader(number * 0.08).yaw)
    assert np.abs(yaws[:16]).max() < 2  # 0.5 s to react
    assert np.abs(np.diff(yaws)).max() < 4
    assert np.sign(yaws[-1]) == (1 if action is Action.TURN_LEFT else -1)
    assert abs(yaws[-1]) > 18


def test_the_table_counts_and_tells_why() -> None:
    rows = [
        Met(OBEYING[0], 0, met=True, why="", verdict=Verdict.BONA_FIDE, score=0.1, spoke=(("blink", 0.1),), flat=0.05),
        Met(
            OBEYING[0],
            1,
            met=False,
            why="the face jumped",
            verdict=Verdict.ATTACK,
            score=0.8,
            spoke=(("challenge", 0.8),),
            flat=None,
        ),
        Met(OBEYING[1], 0, met=True, why="", verdict=Verdict.BONA_FIDE, score=0.2, spoke=(("blink", 0.2),), flat=0.2),
    ]
    told = list(lines(rows))
    assert told[0].startswith(
        "bona fide     met 1/2; verdict 1 bona fide, 1 attack, 0 undetermined; flat_motion [0.05]"
    )
    assert told[1:3] == ["    not met: the face jumped", "    attack: challenge 0.80"]
    assert "    bona fide: blink 0.20" in told
