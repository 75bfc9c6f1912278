"""Tailgating: who passed a gate that let fewer in; and, where no gate says anything, who passed too close behind.

The wire stands upright in the middle of the picture; forward is to the right.
"""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.core.events import Alarm
from consentry.core.gates import Authorisation
from consentry.core.geometry import View
from consentry.core.scene import Scene
from hazards.walks import FLAT, METRIC, Story, Walk, brief, make, run

GATE = "A12"
QUIET = 16.0
"""s before anybody comes: longer than a window and its clocks, so that what was said before the watch is no excuse."""


def passes(track: int, at: float, *, back: float | None = None, y: float = 0.6, speed: float = 1.3) -> Walk:
    """Walks through the gate, meeting the line at a time; comes back to it at another, if told."""
    lead = 0.3 * 16 / speed
    points = [(at - lead, 0.2, y), (at + lead, 0.8, y)]
    if back is not None:
        points = [(at - lead, 0.2, y), (at, 0.5, y), (at + 1, 0.58, y), (back - 1, 0.58, y), (back + lead, 0.2, y)]
    return Walk(track, tuple(points))


def turns_back(track: int, at: float) -> Walk:
    """Comes to a step before the line and goes away again."""
    return Walk(track, ((at - 4, 0.2, 0.6), (at, 0.46, 0.6), (at + 1, 0.46, 0.6), (at + 4, 0.2, 0.6)))


def with_gate(scenes: Sequence[Scene], told: Sequence[tuple[float, Authorisation]]) -> list[Scene]:
    """Scenes with what the gate said, each in the first scene after it was heard."""
    waiting, out = sorted(told, key=lambda row: row[0]), []
    for scene in scenes:
        now = [one for heard, one in waiting if heard <= scene.at]
        waiting = [row for row in waiting if row[0] > scene.at]
        out.append(replace(scene, authorisations=tuple(now)))
    return out


def lets(*times: float, skew: float = 0.0, late: float = 0.0, persons: int = 1) -> list[tuple[float, Authorisation]]:
    """Authorisations at true times; the gate's clock is off by ``skew`` and its word comes ``late``."""
    return [(at + late, Authorisation(GATE, at + skew, persons)) for at in times]


def told(
    walks: Sequence[Walk],
    said: Sequence[tuple[float, Authorisation]],
    *,
    rate: float = 5.0,
    view: View = METRIC,
    **options: object,
) -> list[Alarm]:
    end = max(w.points[-1][0] for w in walks) + 5
    rule = make("tailgating", view, **{"gate": GATE, **options})
    return run(rule, with_gate(Story(tuple(walks), length=end).scenes(rate, view), said))


T = 20.0
CASES = {
    "one let in, one passes": ([passes(1, T)], lets(T - 2), {}, 0),
    "nobody passes": ([turns_back(1, T)], lets(T - 1), {}, 0),
    "two on one": ([passes(1, T), passes(2, T + 1.5)], lets(T - 2), {}, 1),
    "two at once, side by side": ([passes(1, T), passes(2, T, y=0.7)], lets(T - 2), {}, 1),
    "two on two": ([passes(1, T), passes(2, T + 3)], lets(T - 2, T + 1), {}, 0),
    "three on two": ([passes(1, T), passes(2, T + 2), passes(3, T + 3)], lets(T - 2, T + 0.5), {}, 1),
    "two let in before either passes": ([passes(1, T), passes(2, T + 1)], lets(T - 5, T - 3), {}, 0),
    "without any": ([passes(1, T)], lets(1.0), {}, 1),
    "too late": ([passes(1, T + 13)], lets(T), {}, 1),
    "late within the clocks": ([passes(1, T + 11)], lets(T), {}, 0),
    "a slow gate": ([passes(1, T + 13)], lets(T), {"window_s": 15.0}, 0),
    "out through it": ([replace(passes(1, T), points=((T - 4, 0.8, 0.6), (T + 4, 0.2, 0.6)))], lets(1.0), {}, 0),
    "the other way is watched": (
        [replace(passes(1, T), points=((T - 4, 0.8, 0.6), (T + 4, 0.2, 0.6)))], lets(1.0), {"direction": "backward"}, 1,
    ),
    "turns back behind it, a stranger comes": (
        [passes(1, T, back=T + 3), passes(2, T + 6)], lets(T - 2), {}, 1,
    ),
    "turns back behind it and comes again": (
        [Walk(1, (*passes(1, T, back=T + 3).points[:-1], (T + 4, 0.4, 0.6), (T + 8, 0.8, 0.6)))],
        lets(T - 2), {"window_s": 12.0}, 0,
    ),
    "turns back before it, a stranger comes": ([turns_back(1, T), passes(2, T + 7)], lets(T - 0.5), {}, 1),
    "turns back before it, comes again himself": (
        [Walk(1, ((T - 4, 0.2, 0.6), (T, 0.46, 0.6), (T + 1, 0.46, 0.6), (T + 2.5, 0.32, 0.6), (T + 6, 0.8, 0.6)))],
        lets(T - 0.5), {}, 0,
    ),
    "a bystander walks away, the holder passes": (
        [passes(1, T), Walk(2, ((0, 0.4, 0.7), (T - 1, 0.4, 0.7), (T + 3, 0.1, 0.7)))], lets(T - 2), {}, 0,
    ),
    "a group's ticket": ([passes(k, T + k) for k in range(3)], lets(T - 1, persons=3), {}, 0),
    "a group's ticket and one more": ([passes(k, T + k) for k in range(4)], lets(T - 1, persons=3), {}, 1),
    "a wheelchair and who pushes it": ([passes(1, T), passes(2, T + 0.8)], lets(T - 2), {"companions": 1}, 0),
    "a wheelchair, its pusher and a stranger": (
        [passes(1, T), passes(2, T + 0.8), passes(3, T + 2)], lets(T - 2), {"companions": 1}, 1,
    ),
    "another gate's word": ([passes(1, T)], [(T - 2, Authorisation("B7", T - 2)), *lets(1.0)], {}, 1),
    "the same word twice": ([passes(1, T), passes(2, T + 1.5)], [*lets(T - 2), *lets(T - 2, late=1.0)], {}, 1),
    "the gate's clock is 1.5 s ahead": ([passes(1, T)], lets(T - 0.5, skew=1.5), {}, 0),
    "the gate's clock is 1.5 s behind": ([passes(1, T)], lets(T - 2, skew=-1.5), {}, 0),
    "its word comes 1.5 s after the passage": ([passes(1, T)], lets(T - 0.5, late=2.0), {}, 0),
    "its word comes 3 s after the passage": ([passes(1, T)], [*lets(1.0), *lets(T - 0.5, late=3.5)], {}, 1),
    "a clock 5 s ahead is too much": ([passes(1, T)], [*lets(1.0), *lets(T - 0.5, skew=5.0)], {}, 1),
    "a clock 5 s ahead, allowed for": ([passes(1, T)], [*lets(1.0), *lets(T - 0.5, skew=5.0)], {"skew_s": 5.0}, 0),
    "in the first seconds nobody can know": ([passes(1, 6.0)], lets(30.0), {}, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("rate", [2.0, 12.0])
def test_with_gate_events(name: str, rate: float) -> None:
    walks, said, options, expected = CASES[name]
    alarms = [a for a in told(walks, said, rate=rate, **options) if a.state == "opened"]
    assert len(alarms) == expected, alarms
    if expected:
        assert alarms[0].score == 1.0


def test_the_reason_tells_what_became_of_the_authorisation() -> None:
    whys = {name: told(*CASES[name][:2], **CASES[name][2])[0].why for name in CASES if CASES[name][3]}
    window = "(window 10 s and 2 s for clocks)"
    begins = "1 person passed gate without an authorisation of A12: "
    assert whys["two on one"] == f"{begins}that of 3.5 s before was for 1 person and is used {window}"
    assert whys["too late"] == f"{begins}the last was 13 s before {window}"
    assert whys["turns back before it, a stranger comes"].endswith("before is its holder's, who turned back")
    assert whys["without any"].startswith(begins)


def test_a_gate_that_never_spoke_is_doubted_and_scored_low() -> None:
    (opened, _) = told([passes(1, T)], [])
    assert opened.why.endswith("no authorisation was heard since the watch began; is the gate connected?")
    assert opened.score == 0.25


def test_it_is_told_when_clocks_and_messages_have_had_their_time() -> None:
    (opened, _) = told([passes(1, T), passes(2, T + 1.6)], lets(T - 2))
    assert brief([opened]) == [("opened", T + 1.6 + 2.0)]
    assert opened.tracks == (2,)


@pytest.mark.parametrize("missing", [-0.3, 0.0, 0.3])
def test_one_look_without_them_at_the_line_changes_nothing(missing: float) -> None:
    walks = [replace(w, hidden=((T + missing, T + missing + 0.25),)) for w in (passes(1, T), passes(2, T + 1.5))]
    assert len(told(walks, lets(T - 2))) == 2
    assert told(walks[:1], lets(T - 2)) == []


def test_mirrored_moved_and_renumbered_it_is_the_same() -> None:
    walks = [passes(1, T), passes(2, T + 1.5)]
    plain = brief(told(walks, lets(T - 2)))
    lower = [replace(w, points=tuple((t, x, y + 0.2) for t, x, y in w.points)) for w in walks]
    other = [replace(w, track=90 - w.track) for w in walks]
    mirrored = [replace(w, points=tuple((t, 1 - x, y) for t, x, y in w.points)) for w in walks]
    assert brief(told(lower, lets(T - 2))) == brief(told(other, lets(T - 2))) == plain
    assert brief(told(mirrored, lets(T - 2), direction="backward")) == plain


def test_after_a_long_loss_of_the_camera_nobody_knows_who_was_let_in() -> None:
    story = Story((passes(1, 110.0),), length=130, blind=((20.0, 105.0),))
    rule = make("tailgating", METRIC, gate=GATE)
    assert run(rule, with_gate(story.scenes(5, METRIC), lets(5.0))) == []


def test_the_next_duty_begins_without_the_last_ones_authorisations() -> None:
    rule = make("tailgating", METRIC, gate=GATE)
    scenes = with_gate(Story((passes(1, T),), length=T + 10).scenes(5, METRIC), lets(1.0))
    first = [s for s in scenes if s.at < T - 5]
    run(rule, first, finish=first[-1].at)
    assert run(rule, [s for s in scenes if s.at >= T - 5]) == []


@settings(max_examples=15, deadline=None)
@given(
    people=st.lists(st.integers(0, 100).map(lambda k: k / 5), min_size=1, max_size=6, unique=True),
    spare=st.integers(0, 3),
    skew=st.floats(-1.8, 1.8),
    rate=st.sampled_from([2.0, 5.0]),
)
def test_whoever_has_an_authorisation_of_his_own_is_never_told(
    people: list[float], spare: int, skew: float, rate: float
) -> None:
    """However close they follow and whatever the clock's error within ``skew_s``."""
    times = sorted(QUIET + at for at in people)
    walks = [passes(k, at, y=0.3 + 0.05 * k) for k, at in enumerate(times)]
    said = lets(*(at - 3 for at in times), *(at - 4 for at in times[:spare]), skew=skew)
    assert told(walks, said, rate=rate) == []


# Without gate events.

SPACING = {
    "two at 3 s": ([passes(1, T), passes(2, T + 3)], {}, False),
    "two at 1 s": ([passes(1, T), passes(2, T + 1)], {}, True),
    "two at 1.9 s, less is asked": ([passes(1, T), passes(2, T + 1.9)], {"seconds": 2.5}, True),
    "two side by side": ([passes(1, T), passes(2, T, y=0.7)], {}, True),
    "a pair, companions allowed": ([passes(1, T), passes(2, T + 0.8)], {"companions": 1}, False),
    "three, one companion allowed": (
        [passes(1, T), passes(2, T + 0.8), passes(3, T + 1.6)], {"companions": 1}, True,
    ),
    "a pair and then another pair, companions allowed": (
        [passes(k, T + at) for k, at in enumerate((0.0, 0.8, 6.0, 6.8))], {"companions": 1}, False,
    ),
    "slowly and 0.5 m behind": ([passes(1, T, speed=0.3), passes(2, T + 1.7, speed=0.3)], {}, True),
    "slowly and 1.2 m behind": ([passes(1, T, speed=0.3), passes(2, T + 4, speed=0.3)], {}, False),
    "one to and fro": ([passes(1, T, back=T + 3)], {}, False),
    "in and out": (
        [passes(1, T), replace(passes(2, T), points=((T - 4, 0.8, 0.7), (T + 4, 0.2, 0.7)))], {}, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SPACING)
@pytest.mark.parametrize("rate", [2.0, 12.0])
def test_by_spacing_alone(name: str, rate: float) -> None:
    walks, options, expected = SPACING[name]
    alarms = told(walks, [], rate=rate, gate="", **options)
    assert bool(alarms) is expected, alarms
    assert all(
        a.score <= 0.5 and a.why.startswith("advisory, by spacing alone: ") for a in alarms if a.state == "opened"
    )


def test_an_advisory_says_seconds_or_metres() -> None:
    by_time = told([passes(1, T), passes(2, T + 1)], [], gate="", view=FLAT)[0]
    assert "1 person passed gate 1 s after the one before, limit 1.5 s; no gate says who was let in" in by_time.why
    assert 0.25 <= by_time.score <= 0.5
    by_place = told(SPACING["slowly and 0.5 m behind"][0], [], gate="")[0]
    assert "0.5 m behind the one before, limit 0.8 m" in by_place.why


def test_a_gate_is_passed_one_way() -> None:
    with pytest.raises(ValueError, match="direction: expected forward or backward"):
        make("tailgating", direction="both")


@pytest.mark.parametrize("persons", [0, 21])
def test_an_authorisation_is_for_one_to_twenty(persons: int) -> None:
    with pytest.raises(ValueError, match="persons: expected 1 to 20"):
        Authorisation(GATE, 0.0, persons)
