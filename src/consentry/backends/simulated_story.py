"""What happens in the simulated hall: who walks where, and what a person who watches would tell.

::

    0     10    20    30    40    50    60    70    80    90 s
         ===================                                    somebody hangs about at the seats
              ==============================                    queue in front of the desk
                        ====                                    against the direction of the passage
                              ======                            in front of the staff-only door
                                      =                         back through the opening of the belts
                                                  ======        something hangs over the lens
"""

from typing import Final

from consentry.backends.simulated_people import Look, Stop, Walker
from consentry.evaluation.alarms import Event

SECONDS: Final = 90.0
"""s that the story lasts."""
COVERED: Final = (76.0, 86.0)
"""s: from when to when something hangs over the lens."""
LOITERING_S, INTRUSION_S, QUEUE_S, QUEUE_PEOPLE, TAMPERING_S = 20.0, 1.0, 10.0, 4.0, 5.0
"""The limits that the settings give to the rules: short, because the story is."""

_NAVY, _GREY, _BLACK, _SAND, _DENIM = (92, 58, 44), (96, 92, 90), (46, 42, 44), (92, 120, 146), (120, 84, 58)


def queue_slot(place: int) -> tuple[float, float]:
    """Where the n-th in the queue stands, m: 1.3 m apart, as people with bags do."""
    return -1.2 + 1.3 * place, 13.0


def _waiting(name: str, begin: float, moves: tuple[float, ...], leave: tuple[Stop, ...], look: Look) -> Walker:
    """Somebody who comes through the belts, queues, moves up and leaves.

    Args:
        name: in the story.
        begin: s.
        moves: s when each move up happens, and last when the queue is left. The first place is that of the tail.
        leave: where to then.
        look: clothes.
    """
    first = len(moves) - 1
    stops = [Stop(3.3, 3.0), Stop(3.0, 9.5), Stop(2.8, 11.0)]
    for move, until in enumerate(moves):
        stops.append(Stop(*queue_slot(first - move), until))
    return Walker(name, begin, (*stops, *leave), look, speed=1.25)


_OUT = (Stop(-3.4, 12.7), Stop(-9.8, 12.2))
"""From the head of the queue to the left and out."""

CAST: Final[tuple[Walker, ...]] = (
    Walker("passer-by", 3.0, (Stop(-7.0, 7.3), Stop(7.5, 7.0)), Look((60, 64, 168), _BLACK), 1.35),
    Walker(
        "loiterer",
        4.0,
        (
            Stop(-3.0, 2.8),
            Stop(-3.3, 9.6, 16.0),
            Stop(-2.5, 9.2, 24.0),
            Stop(-3.9, 10.4, 32.0),
            Stop(-3.0, 9.4, 40.0),
            Stop(-3.2, 2.6),
        ),
        Look((58, 96, 52), _DENIM, 1.80, hair=(30, 52, 84)),
        1.1,
    ),
    _waiting("first", 9.0, (51.0,), _OUT, Look((150, 84, 50), _BLACK, 1.70)),
    _waiting("second", 13.0, (53.0, 58.0), _OUT, Look((52, 50, 142), _GREY, 1.66, hair=(40, 70, 110))),
    _waiting("third", 18.0, (54.0, 60.0, 64.0), _OUT, Look(_SAND, _NAVY, 1.82, bag=(48, 60, 150))),
    _waiting("fourth", 23.0, (55.0, 61.0, 65.0, 67.0), _OUT, Look((74, 48, 88), _BLACK, 1.73)),
    Walker(
        "fifth",
        28.0,
        (
            Stop(3.3, 3.0),
            Stop(3.0, 9.5),
            Stop(2.9, 11.0),
            Stop(*queue_slot(4), 54.0),
            Stop(2.9, 11.0),
            Stop(3.1, 9.5),
            Stop(3.3, 2.6),
        ),
        Look((48, 118, 168), _DENIM, 1.77),
        1.25,
    ),
    Walker("to the gates", 8.0, (Stop(6.3, 5.0), Stop(6.9, 18.1)), Look(_NAVY, _GREY, 1.76, bag=_BLACK), 1.35),
    Walker("to the gates too", 22.0, (Stop(6.3, 5.0), Stop(7.1, 18.1)), Look((84, 44, 120), _BLACK, 1.68), 1.3),
    Walker("the wrong way", 33.0, (Stop(6.9, 18.1), Stop(6.5, 8.0), Stop(6.2, 4.4)), Look((40, 60, 170), _NAVY), 1.35),
    Walker("late to the gates", 55.0, (Stop(6.2, 5.0), Stop(6.9, 18.1)), Look(_GREY, _DENIM, 1.80, bag=_NAVY), 1.6),
    Walker(
        "at the staff's door",
        41.0,
        (Stop(-9.6, 12.4), Stop(-6.4, 15.4, 46.5), Stop(-6.7, 16.6, 51.0), Stop(-6.3, 14.6), Stop(-9.8, 12.0)),
        Look((70, 50, 130), _BLACK, 1.84),
        1.3,
    ),
)
"""Everybody, each by name."""

CAMERA: Final = "hall"
"""Name of the camera in the settings."""

TRUTH: Final[tuple[Event, ...]] = (
    Event("loitering", "seats", 28.9, 41.1, note="Comes at 8.9 s, hangs about, leaves at 41.1 s."),
    Event("counter_flow", "passage", 34.9, 39.5, note="Comes out of the gates at 33.4 s and down the passage."),
    Event("queue", "desk", 37.9, 58.2, note="Four have waited on average for 10 s; it shrinks from 51.6 s on."),
    Event("intrusion", "staff only", 44.3, 52.8, note="Comes at 43.3 s, goes up to the door, and leaves."),
    Event("line_crossing", "belts", 57.0, 57.0, note="The fifth in the queue gives up and goes back."),
    Event("tampering", CAMERA, 81.5, 86.0, note="Something hangs over the lens from 76.5 s on."),
)
"""What a person would tell, s: when the rule's limit is reached, and when it is over."""

FORWARD, BACKWARD = 5, 1
"""Crossings of the line between the belts, into the hall and back."""
