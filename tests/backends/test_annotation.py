"""What is drawn on redacted pictures: read back from the pixels."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from consentry.backends.annotation import Annotator
from consentry.backends.lettering import word
from consentry.core.events import Alarm, AlarmState
from consentry.core.frames import Frame, Image
from consentry.core.geometry import Tripwire, Zone
from consentry.core.redaction import RedactedFrame, redact
from consentry.core.scene import Label, Scene

FLOOR = Zone("floor", ((0.3, 0.5), (0.7, 0.5), (0.7, 0.9), (0.3, 0.9)))
HEAD = np.array([[0.40, 0.30, 0.46, 0.42]], np.float32)
PX = 17
"""Size of letters at 960 px."""
GREEN = (80, 140, 90)


def moment(at: float) -> str:
    return f"t={at:.0f}"


def picture(at: float = 0.0, *, width: int = 960, colour: tuple[int, int, int] = GREEN) -> RedactedFrame:
    image = np.full((width * 9 // 16, width, 3), colour, np.uint8)
    return redact(Frame("hall", at, image), HEAD)


def scene(at: float = 0.0, boxes: tuple[tuple[float, float, float, float], ...] = (), speed: float = 0.0) -> Scene:
    corners = np.array(boxes, np.float32).reshape(-1, 4)
    n = len(corners)
    feet = np.column_stack([(corners[:, 0] + corners[:, 2]) / 2, corners[:, 3]]).astype(np.float32)
    return replace(
        Scene.empty("hall", at),
        ids=np.arange(7, 7 + n),
        labels=np.full(n, Label.PERSON, np.int16),
        boxes=corners,
        feet=feet,
        drift=np.zeros((n, 2), np.float32),
        floor=feet * 10,
        velocity=np.full((n, 2), speed / np.sqrt(2), np.float32),
    )


def alarm(hazard: str = "loitering", place: str = "floor", why: str = "1 person for 20 s") -> Alarm:
    return Alarm(hazard, "hall", place, f"{hazard}-{place}", AlarmState.OPENED, 0.0, (7,), 0.5, why)


def draw(told: tuple[Alarm, ...] = (), seen: Scene | None = None, wires: tuple[Tripwire, ...] = ()) -> Image:
    annotator = Annotator((FLOOR,), wires, moment)
    return annotator.draw(picture(), seen or scene(), told).image


def reads(image: Image, text: str, px: int = PX, *, bold: bool = False) -> bool:
    """Whether a text stands somewhere in the picture, white on dark."""
    ink = word(text, px, bold=bold)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    found = cv2.matchTemplate(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), ink, cv2.TM_CCOEFF_NORMED)
    return bool(found.max() > 0.995)  # where one digit differs it is below


BOX = (0.42, 0.4, 0.5, 0.8)


def test_what_was_covered_cannot_come_back() -> None:
    """Two pictures that differ in a head alone are the same when redacted, and the same when drawn on."""
    plain = np.full((540, 960, 3), GREEN, np.uint8)
    drawn = []
    for shade in (30, 220):
        image = plain.copy()
        image[165:225, 388:438] = shade
        safe = redact(Frame("hall", 0.0, image), HEAD)
        drawn.append(Annotator((FLOOR,), (), moment).draw(safe, scene(0.0, (BOX,)), (alarm(),)).image)
    assert np.array_equal(drawn[0], drawn[1])


def test_the_picture_that_was_given_stays_as_it_was() -> None:
    given = picture()
    before = given.image.copy()
    Annotator((FLOOR,), (), moment).draw(given, scene(0.0, (BOX,)), (alarm(),))
    assert np.array_equal(given.image, before)


def test_camera_time_and_what_was_done_to_the_picture_are_written() -> None:
    image = draw()
    assert reads(image, "hall   t=0", bold=True)
    assert reads(image, "heads found are covered")
    assert reads(image, "floor")


def test_a_person_carries_number_dwell_and_speed() -> None:
    annotator = Annotator((FLOOR,), (), moment)
    for at in range(6):
        image = annotator.draw(picture(at), scene(float(at), (BOX,), speed=1.2), ()).image
    assert all(reads(image, words) for words in ("#7", "5 s", "1.2 m/s"))


def test_a_scene_shown_twice_counts_once_and_who_stands_has_no_speed() -> None:
    annotator = Annotator((FLOOR,), (), moment)
    annotator.draw(picture(), scene(0.0, (BOX,)), ())
    for _ in range(3):
        image = annotator.draw(picture(), scene(3.0, (BOX,)), ()).image
    assert reads(image, "3 s")
    assert not reads(image, "m/s")


def test_labels_of_people_side_by_side_do_not_cover_each_other() -> None:
    boxes = tuple((0.40 + 0.02 * k, 0.5, 0.43 + 0.02 * k, 0.8) for k in range(3))
    annotator = Annotator((FLOOR,), (), moment)
    for at in range(5):
        image = annotator.draw(picture(at), scene(float(at), boxes), ()).image
    assert all(reads(image, f"#{7 + k}") for k in range(3))


def test_an_open_alarm_stands_in_words_and_its_place_turns_red() -> None:
    calm, told = draw(), draw((alarm(),))
    assert reads(told, "loitering: floor", bold=True)
    assert reads(told, "1 person for 20 s")
    assert not reads(calm, "loitering: floor", bold=True)
    blue, _, red = (told[400, 600].astype(int) - calm[400, 600]).tolist()
    assert red > 30 > blue


def test_the_box_of_whom_the_alarm_is_about_turns_red() -> None:
    corner = (round(BOX[1] * 540) + 30, round(BOX[0] * 960))
    calm, told = draw((), scene(0.0, (BOX,))), draw((alarm(),), scene(0.0, (BOX,)))
    assert calm[corner].tolist() == [240, 240, 240]
    assert told[corner][2] > 200
    assert told[corner][0] < 100


def test_of_a_long_reason_the_beginning_is_shown_and_the_hazard_is_whole() -> None:
    image = draw((alarm("counter_flow", why="came the wrong way " * 30),))
    assert reads(image, "counter flow: floor", bold=True)
    assert reads(image, "came the wrong way came the wrong way")
    assert reads(image, "…")


def test_more_alarms_than_fit_are_counted() -> None:
    image = draw(tuple(alarm("intrusion", f"gate {k}") for k in range(9)))
    assert all(reads(image, f"intrusion: gate {k}", bold=True) for k in range(3))
    assert not any(reads(image, f"intrusion: gate {k}", bold=True) for k in range(3, 9))
    assert reads(image, "and 6 more", bold=True)


@pytest.mark.parametrize(
    ("start", "end", "way"),
    [
        ((0.5, 0.6), (0.5, 0.2), (1, 0)),
        ((0.5, 0.2), (0.5, 0.6), (-1, 0)),
        ((0.3, 0.4), (0.7, 0.4), (0, 1)),
        ((0.7, 0.4), (0.3, 0.4), (0, -1)),
    ],
    ids=["to the right", "to the left", "downwards", "upwards"],
)
def test_the_arrow_points_the_way_that_counts_as_forward(
    start: tuple[float, float], end: tuple[float, float], way: tuple[int, int]
) -> None:
    wire = Tripwire("w", start, end)
    image = draw(wires=(wire,))
    x, y = round((start[0] + end[0]) * 480), round((start[1] + end[1]) * 270)
    yellow = (60, 200, 250)
    assert image[y + 25 * way[1], x + 25 * way[0]].tolist() == pytest.approx(yellow, abs=12)
    assert image[y - 25 * way[1], x - 25 * way[0]].tolist() != pytest.approx(yellow, abs=60)
    # And forward is what the rule counts as forward.
    middle, step = np.array([[x / 960, y / 540]]), 0.02 * np.array(way)
    assert wire.crossings((middle - step).astype(np.float32), (middle + step).astype(np.float32)).tolist() == [1]


@pytest.mark.parametrize("width", [64, 320, 640, 1280, 1920])
@pytest.mark.parametrize("name", ["floor", "대기 구역", "x" * 64, "a\u202eb"])
def test_any_name_at_any_size_is_drawn(width: int, name: str) -> None:
    corners = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    annotator = Annotator((Zone(name, corners),), (Tripwire(name, (0.0, 0.0), (1.0, 1.0)),), moment)
    boxes = ((-0.2, -0.2, 0.1, 0.3), (0.9, 0.8, 1.3, 1.4), (0.5, 0.5, 0.5, 0.5))
    given = picture(width=width)
    drawn = annotator.draw(given, scene(0.0, boxes), (alarm(place=name, why=name),) * 6)
    assert drawn.image.shape == given.image.shape
    assert not np.array_equal(drawn.image, given.image)
