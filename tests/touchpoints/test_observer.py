"""What is added up for plots: people, heat, and nothing about anybody."""

import numpy as np
import pytest

from consentry.core.observation import HEAT_SHAPE, PlaceObservation
from consentry.core.scene import Label, Scene, StreamState
from consentry.touchpoints.observer import STRETCH_S, Observer


def scene(at: float, *feet: tuple[float, float]) -> Scene:
    n = len(feet)
    points = np.array(feet, np.float32).reshape(n, 2)
    return Scene(
        camera="cam",
        at=at,
        ids=np.arange(n, dtype=np.int64),
        labels=np.full(n, Label.PERSON, np.int16),
        boxes=np.zeros((n, 4), np.float32),
        feet=points,
        drift=np.zeros((n, 2), np.float32),
    )


class Reading:
    """A rule with a reading and no alarms."""

    def __init__(self, **known: float) -> None:
        self.known = known

    def step(self, _scene: Scene) -> tuple[()]:
        return ()

    def finish(self, _at: float, _why: str) -> tuple[()]:
        return ()

    def reading(self, _at: float) -> PlaceObservation:
        return PlaceObservation("gate", **self.known)  # type: ignore[arg-type]


def test_a_stretch_is_told_when_it_is_over() -> None:
    observer = Observer("cam", ())
    told = [o for k in range(60) for o in observer.see(scene(k * 0.2, *[(0.5, 0.5)] * (k % 3)))]
    assert [round(o.begin, 3) for o in told] == [0.0, 5.0]
    assert told[0].people == pytest.approx(np.mean([k % 3 for k in range(25)]))
    assert told[0].most == 2
    assert told[0].end - told[0].begin < STRETCH_S


@pytest.mark.parametrize("rate", [2.0, 5.0, 30.0])
def test_heat_counts_person_seconds_at_any_rate(rate: float) -> None:
    observer = Observer("cam", ())
    for k in range(int(20 * rate) + 1):
        observer.see(scene(k / rate, (0.5, 0.5), (0.99, 1.0)))
    heat = observer.take_heat()
    assert heat is not None
    assert heat.seconds.shape == HEAT_SHAPE
    assert heat.seconds.sum() == pytest.approx(40, abs=0.1)
    assert heat.seconds[-1, -1] == pytest.approx(20, abs=0.1), "feet on the lower edge count in the last row"
    assert observer.take_heat() is None


def test_a_silence_is_not_counted_as_presence() -> None:
    observer = Observer("cam", ())
    observer.see(scene(0, (0.5, 0.5)))
    observer.see(scene(100, (0.5, 0.5)))
    heat = observer.take_heat()
    assert heat is not None
    assert heat.seconds.sum() <= 2.0


def test_a_lost_stream_is_no_observation() -> None:
    observer = Observer("cam", ())
    assert observer.see(Scene.empty("cam", 1.0, StreamState.LOST)) == ()
    assert observer.finish() == ()


def test_two_rules_at_one_place_make_one_observation() -> None:
    observer = Observer("cam", (Reading(dwell_s=12.0), Reading(waiting_s=40.0, people=3.0)))
    observer.see(scene(0))
    (told,) = observer.finish()
    assert told.places == (PlaceObservation("gate", people=3.0, dwell_s=12.0, waiting_s=40.0),)
