"""Queues: length, waiting time by those served, by Little's law where tracks break, and by those who stand."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from hazards.walks import Story, Walk, brief, crowd, make, run, series, stand

Walks = Callable[[float, float, float], tuple[Walk, ...]]
HEAD = (0.7, 0.6)
"""The middle of the zone's right edge."""


def served(wait_s: float, every_s: float, length: float) -> tuple[Walk, ...]:
    """People who come in at the left, wait, and leave through the head."""
    walks = []
    for k in range(int(length / every_s)):
        begin = k * every_s
        walks.append(
            Walk(
                k,
                (
                    (begin, 0.2, 0.6),
                    (begin + 2, 0.32, 0.6),
                    (begin + wait_s, 0.68, 0.6),
                    (begin + wait_s + 2, 0.8, 0.6),
                ),
            )
        )
    return tuple(walks)


def broken(wait_s: float, every_s: float, length: float, piece_s: float = 10.0) -> tuple[Walk, ...]:
    """The same people, whose tracks break into pieces with new numbers."""
    pieces = []
    for walk in served(wait_s, every_s, length):
        begin, end = walk.points[0][0], walk.points[-1][0]
        cuts = [begin + k * piece_s for k in range(int((end - begin) / piece_s) + 1)] + [end]
        for a, b in pairwise(cuts):
            if b - a > 1:
                inner = tuple(p for p in walk.points if a < p[0] < b)
                pieces.append(Walk(1000 + len(pieces), ((a, *walk.where(a)), *inner, (b, *walk.where(b)))))
    return tuple(pieces)


@pytest.mark.parametrize(
    ("walks", "way"),
    [pytest.param(served, "median of", id="whole tracks"), pytest.param(broken, "Little's law", id="broken tracks")],
)
def test_waiting_time(walks: Walks, way: str) -> None:
    # 60 s of waiting, one served every 8 s: about 7 persons stand there.
    story = Story(walks(60.0, 8.0, 240.0), length=240)
    rule = make("queue", people=50.0, wait_s=40.0, head=HEAD)
    alarms = run(rule, story.scenes(2))
    assert alarms[0].state == "opened"
    assert way in alarms[-1].why, alarms[-1].why
    assert not run(make("queue", people=50.0, wait_s=90.0, head=HEAD), story.scenes(2))


@pytest.mark.parametrize("walks", [served, broken], ids=["whole tracks", "broken tracks"])
def test_the_reading_gives_length_and_waiting_time(walks: Walks) -> None:
    rule = make("queue", head=HEAD)
    for scene in Story(walks(60.0, 8.0, 240.0), length=200).scenes(2):
        rule.step(scene)
    told = rule.reading(200.0)
    assert told.waiting_s == pytest.approx(60, rel=0.15)
    assert told.people == pytest.approx(6.0, abs=1.0)


def test_too_many_people_is_told_with_both_numbers_in_words() -> None:
    story = Story(tuple(stand(k, 5, 60, x=0.35 + k / 40) for k in range(12)), length=100)
    alarms = run(make("queue", wait_s=600.0), story.scenes(5))
    assert brief(alarms)[0] == ("opened", pytest.approx(17.6, abs=0.4))
    assert alarms[0].why == "10 persons wait in hall, limit 10"
    assert brief(alarms)[1][0] == "cleared"


def test_a_family_that_passes_by_is_no_queue() -> None:
    walks = tuple(Walk(k, ((k / 4, 0.1, 0.5), (k / 4 + 12, 0.9, 0.5))) for k in range(12))
    assert not run(make("queue"), Story(walks).scenes(5))


def test_nobody_served_at_all_is_a_long_wait() -> None:
    story = Story(tuple(stand(k, 0, 400, x=0.35 + k / 20) for k in range(5)), length=400)
    alarms = run(make("queue", wait_s=300.0), story.scenes(2))
    assert alarms[0].why == "waiting in hall takes about 300 s, limit 300 s (median of those still waiting)"


def test_one_who_stands_there_all_day_is_no_long_wait() -> None:
    assert not run(make("queue", wait_s=300.0), Story((stand(1, 0, 400),), length=400).scenes(2))


def test_where_persons_hide_each_other_the_crowd_reading_counts() -> None:
    story = Story(tuple(stand(k, 0, 60) for k in range(3)), signals=crowd(people=series((0, 14))))
    alarms = run(make("queue"), story.scenes(5))
    assert alarms[0].why == "14 persons wait in hall, limit 10"
