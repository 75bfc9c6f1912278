"""The motion gate: it rests on empty noisy scenes and never misses somebody who walks."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from consentry.backends.stirring import Stirring
from consentry.tracking.attention import AttentionSettings

WAKES = AttentionSettings().motion
SIZE = (180, 320)


def place(level: float = 120.0, noise: float = 0.0, seed: int = 0) -> NDArray[np.float32]:
    """A room: a floor, a wall, some furniture."""
    picture = np.full(SIZE, level, np.float32)
    picture[:80] *= 1.2
    for x in (40, 130, 250):
        picture[70:110, x : x + 25] *= 0.6
    return picture + np.random.default_rng(seed).normal(0, noise, SIZE).astype(np.float32)


def bytes_of(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.clip(picture, 0, 255).astype(np.uint8)


class Eye:
    """A gate and the last picture, from which the reader takes the change."""

    def __init__(self) -> None:
        self._stirring, self._last = Stirring(), None

    def see(self, at: float, picture: NDArray[np.float32]) -> bool:
        small = bytes_of(picture)
        last = small if self._last is None or self._last.shape != small.shape else self._last
        self._last = small
        return self._stirring.read(at, small, float(cv2.norm(small, last, cv2.NORM_L1)) / small.size) >= WAKES


def walker(picture: NDArray[np.float32], x: float, y: int = 100, tall: int = 25, contrast: float = 25.0) -> None:
    """Somebody 25 px tall and 9 wide, trousers half as different from the floor as the coat."""
    left = round(x)
    picture[y : y + tall // 2, left : left + 9] -= contrast
    picture[y + tall // 2 : y + tall, left + 1 : left + 8] -= contrast / 2


@pytest.mark.parametrize("rate", [2.0, 5.0, 15.0])
@pytest.mark.parametrize(
    ("noise", "contrast"),
    [
        pytest.param(0.5, 25.0, id="by day, a coat 25 of 255 darker than the floor"),
        pytest.param(2.0, 30.0, id="a small sensor"),
        pytest.param(4.0, 45.0, id="by night"),
    ],
)
@pytest.mark.parametrize("pace", [0.5, 1.4], ids=["slowly", "briskly"])
def test_a_walker_of_25_px_wakes_it_in_every_second(rate: float, noise: float, contrast: float, pace: float) -> None:
    """Noise is learned for 12 s first. A body of 1.7 m in 25 px: 15 px to the metre."""
    eye, seen = Eye(), []
    for k in range(int(20 * rate)):
        at = k / rate
        picture = place(noise=noise, seed=k)
        if at >= 12:
            walker(picture, 30 + 15 * pace * (at - 12), contrast=contrast)
        woken = eye.see(at, picture)
        if at >= 12:
            seen.append((at, woken))
    for second in range(13, 19):
        assert any(woken for at, woken in seen if second <= at < second + 1), second


@pytest.mark.parametrize("noise", [0.5, 2.0, 4.0, 8.0])
@pytest.mark.parametrize("rate", [2.0, 5.0, 15.0])
def test_it_rests_on_an_empty_noisy_scene(noise: float, rate: float) -> None:
    eye = Eye()
    woken = [eye.see(k / rate, place(level=60, noise=noise, seed=k)) for k in range(int(30 * rate))]
    assert not any(woken[int(2 * rate) :]), "2 s to learn how noisy it is"


def test_a_lamp_that_is_switched_is_motion_for_a_moment_and_no_storm() -> None:
    eye = Eye()
    woken = [eye.see(k / 5, place(level=120 if k < 100 else 70, noise=1.0, seed=k)) for k in range(200)]
    assert woken[100], "who switched it is worth a look"
    assert not any(woken[101:])


def test_a_lamp_over_a_third_of_the_picture_settles_within_three_seconds() -> None:
    eye, woken = Eye(), []
    for k in range(200):
        picture = place(noise=1.0, seed=k)
        picture[:, :100] *= 0.6 if k >= 100 else 1.0
        woken.append(eye.see(k / 5, picture))
    assert all(woken[100:105])
    assert not any(woken[115:])


def test_the_ghost_of_somebody_who_stood_for_long_fades_within_three_seconds() -> None:
    eye, woken = Eye(), []
    for k in range(250):
        picture = place(noise=1.0, seed=k)
        if 50 <= k < 200:
            walker(picture, 150, tall=80, contrast=80.0)
        woken.append(eye.see(k / 5, picture))
    assert woken[50]
    assert woken[200], "he goes"
    assert not any(woken[215:])


def test_pictures_of_another_size_begin_anew() -> None:
    eye = Eye()
    assert eye.see(0.0, place())
    assert not eye.see(0.2, place())
    assert eye.see(0.4, place()[:90])
    assert not eye.see(0.6, place()[:90])
