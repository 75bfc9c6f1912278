"""Pixel facts that attack cues rest on, on pictures that are made here: no face, no network."""

from functools import cache

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from consentry.backends.face_attacks import Detector, load_attack_detector
from consentry.backends.face_attacks_networks import cut_out
from consentry.backends.face_attacks_pixels import (
    _RINGS,
    bands,
    difference,
    eye_likeness,
    light_field,
    pattern_peak,
    window,
)
from consentry.backends.face_attacks_tracks import FaceTracks
from consentry.face.attack import Verdict
from consentry.face.attack_replay import ALIKE
from consentry.face.sample import FaceSample

BOX = np.array([230, 130, 370, 320], np.float32)
MARKS = np.array([[265, 200], [335, 200], [300, 240], [272, 280], [328, 280]], np.float32)
RANDOM = np.random.default_rng(3)


@cache
def texture(seed: int = 3, rows: int = 480, columns: int = 640) -> np.ndarray:
    """Blotches of some px, as skin and hair have, without noise: uint8."""
    rough = np.random.default_rng(seed).normal(0, 1, (rows, columns, 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(rough, (0, 0), 4)
    return np.clip(128 + smooth * 45 / smooth.std(), 0, 255).astype(np.uint8)


def noisy(image: np.ndarray, level: float = 2.5) -> np.ndarray:
    return np.clip(image + RANDOM.normal(0, level, image.shape), 0, 255).astype(np.uint8)


def sample(image: np.ndarray, at: float = 0.0, shift: float = 0.0) -> FaceSample:
    return FaceSample(at, image, BOX + np.float32(shift), MARKS + np.float32(shift), 0.9)


@pytest.mark.parametrize("period", [2.3, 2.9, 3.7, 5.1])
@pytest.mark.parametrize("angle", [0, 15, 45, 80])
def test_a_weak_grid_stands_out_of_texture_and_noise(period: float, angle: float) -> None:
    turn = np.deg2rad(angle)
    rows, columns = np.mgrid[:480, :640]
    wave = 6 * np.cos((columns * np.cos(turn) + rows * np.sin(turn)) * 2 * np.pi / period)
    plain = texture()
    assert pattern_peak(sample(noisy(plain))) < 2.0
    assert pattern_peak(sample(noisy(plain + wave[..., None]))) > 2.5


def test_colour_at_half_size_is_no_screen() -> None:
    plain = noisy(texture()).astype(np.float32)
    light = (plain @ np.array([0.114, 0.587, 0.299], np.float32))[..., None]
    doubled = np.repeat(np.repeat((plain - light)[::2, ::2], 2, axis=0), 2, axis=1)
    assert pattern_peak(sample(np.clip(light + 0.6 * doubled, 0, 255).astype(np.uint8))) < 2.45


def test_a_small_face_says_nothing_of_patterns() -> None:
    small = FaceSample(0.0, texture(), np.array([300, 200, 360, 280], np.float32), MARKS, 0.9)
    assert pattern_peak(small) is None


def lit(amplitude: float, phase: float, *, everywhere: bool) -> np.ndarray:
    """A grey wall, a display before its middle, bands on the display or everywhere."""
    image = np.full((480, 640, 3), 120.0)
    image[60:420, 140:460] = 170
    band = 1 - amplitude * (0.5 + 0.5 * np.cos(2 * np.pi * (3 * np.arange(480) / 480) + phase))
    if everywhere:
        image *= band[:, None, None]
    else:
        image[60:420, 140:460] *= band[60:420, None, None]
    return noisy(image)


@pytest.mark.parametrize(
    ("amplitude", "everywhere", "agree", "room"),
    [(0.03, False, True, False), (0.03, True, True, True), (0.0, False, False, False)],
    ids=["a display", "lamps on mains", "steady light"],
)
def test_bands_that_roll(amplitude: float, everywhere: bool, agree: bool, room: bool) -> None:  # noqa: FBT001
    one, other = (light_field(lit(amplitude, phase, everywhere=everywhere), BOX) for phase in (0.3, 2.6))
    found = bands(one, other)
    assert found is not None
    assert (found.agreement > 0.6) == agree
    assert (found.room > 0.5) == room


@given(st.integers(0, 400), st.integers(0, 300), st.integers(40, 240), st.integers(0, 4))
def test_light_is_read_from_around_the_face_and_the_two_edges_alone(left: int, top: int, wide: int, seed: int) -> None:
    box = np.array([left, top, min(640, left + wide), min(480, top + 1.3 * wide)], np.float32)
    image, elsewhere = texture(seed), texture(seed).copy()
    middle = (box[0] + box[2]) / 2
    read = np.zeros(640, np.bool_)
    read[:30] = read[-30:] = True
    half = 0.95 * (box[2] - box[0]) + 5
    read[max(0, int(middle - half)) : int(middle + half) + 1] = True
    elsewhere[:, ~read] = 255 - elsewhere[:, ~read]
    for one, other in zip(light_field(image, box), light_field(elsewhere, box), strict=True):
        assert np.allclose(one, other, rtol=0, atol=1e-4)  # Sobel rounds by how memory is aligned


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_the_strongest_peak_is_that_of_the_rings_one_by_one(seed: int) -> None:
    power = np.random.default_rng(seed).normal(0, 1, _RINGS.places.max()).astype(np.float32)
    rings = [row[:count] for row, count in zip(_RINGS.places, _RINGS.counts, strict=True)]
    alone = max(float(power[ring].max() - np.median(power[ring])) for ring in rings)
    assert _RINGS.highest(power) == pytest.approx(alone, abs=1e-5)


def test_where_nothing_is_even_there_are_no_bands() -> None:
    rough = RANDOM.integers(0, 255, (480, 640, 3)).astype(np.uint8)
    assert bands(light_field(rough, BOX), light_field(rough[::-1].copy(), BOX)) is None


@settings(max_examples=15)
@given(arrays(np.uint8, (40, 48, 3), elements=st.integers(0, 255)), st.integers(6, 9))
def test_identical_frames_are_a_replay_whatever_they_show(content: np.ndarray, frames: int) -> None:
    image = np.tile(content, (12, 14, 1))
    detector = Detector(None)
    for number in range(frames):
        detector.see(sample(image.copy(), number * 0.08))
    result = detector.judge()
    replay = next(cue for cue in result.cues if cue.name == "replayed_frames")
    assert replay.score == 1.0
    assert f"{frames - 1} of them exactly" in replay.why
    assert result.verdict is Verdict.ATTACK


@given(st.integers(0, 1000), st.integers(10, 630), st.integers(10, 470))
def test_a_frame_differs_from_itself_by_nothing(seed: int, across: int, down: int) -> None:
    one = window(texture(seed % 5), (across, down))
    assert difference(one, one) == 0


@pytest.mark.parametrize("level", [2.0, 3.0, 5.0])
def test_a_sensors_noise_breaks_identity(level: float) -> None:
    plain = texture()
    detector = Detector(None)
    for number in range(12):
        detector.see(sample(noisy(plain, level), number * 0.08))
    replay = next(cue for cue in detector.judge().cues if cue.name == "replayed_frames")
    assert replay.score == 0
    assert difference(window(noisy(plain, level), (300, 220)), window(noisy(plain, level), (300, 220))) > ALIKE


def test_likeness_of_eyes_bears_landmarks_that_are_off_by_a_pixel_or_two() -> None:
    cut = texture(5)[:60, :120, 0]
    eye = np.stack([cut[10:34, 20:60], cut[10:34, 70:110]])
    moved = np.stack([cut[12:36, 22:62], cut[11:35, 71:111]])
    assert eye_likeness(eye, moved) > 0.95
    assert eye_likeness(eye, np.stack([texture(9)[:24, :40, 0], texture(8)[:24, :40, 0]])) < 0.7


@pytest.mark.parametrize("shift", [0.0, 3.0, 7.0])
def test_tracks_follow_a_shift_of_the_face_alone(shift: int) -> None:
    wall, face = texture(1), texture(2)

    def frame(by: int) -> np.ndarray:
        image = wall.copy()
        image[120:330, 220 + by : 380 + by] = face[120:330, 220:380]
        return noisy(image, 1.5)

    tracks = FaceTracks()
    assert tracks.see(sample(frame(0))) is None
    found = tracks.see(sample(frame(int(shift)), 0.08))
    assert found is not None
    moved = np.median(found.face - found.face_was, axis=0) * 140
    assert moved == pytest.approx([shift, 0], abs=0.3)
    assert np.median(np.abs(found.around - found.around_was)) * 140 < 0.3
    assert len(found.around) >= 5


@pytest.mark.parametrize("scale", [2.7, 4.0])
@pytest.mark.parametrize("box", [(0, 0, 60, 80), (580, 400, 640, 480), (10, 10, 630, 470), (300, 200, 301, 201)])
def test_the_networks_cut_stays_in_the_picture(scale: float, box: tuple[int, ...]) -> None:
    cut = cut_out(texture(), np.array(box, np.float32), scale)
    assert (cut.shape, cut.dtype) == ((80, 80, 3), np.uint8)


def test_the_networks_cut_is_so_many_times_the_box() -> None:
    image = np.zeros((480, 640, 3), np.uint8)
    image[200:240, 300:340] = 255  # a box of 40 px is 80 / 2.7 px of the cut
    cut = cut_out(image, np.array([300, 200, 340, 240], np.float32), 2.7)
    assert (cut[40] > 127).sum() / 3 == pytest.approx(80 / 2.7, abs=1.5)


def test_forget_overwrites_what_was_kept_and_begins_anew() -> None:
    detector = Detector(None)
    for number in range(6):
        detector.see(sample(noisy(texture()), number * 0.08))
    kept = [*detector._windows, *detector._light, *detector._eyes, detector._tracks._reference]
    assert all(part.any() for part in kept)
    detector.forget()
    assert not any(part.any() for part in kept)
    assert detector.judge().frames == 0


@pytest.mark.parametrize(("period", "patterns"), [(0.08, 8), (0.2, 16)], ids=["12 frames a second", "5"])
def test_patterns_and_points_are_looked_at_ten_times_a_second_at_most(period: float, patterns: int) -> None:
    detector = Detector(None)
    for number in range(16):
        detector.see(sample(noisy(texture(), 1.0), number * period))
    assert len(detector._pattern._peaks) == patterns
    assert detector._motion._last == pytest.approx(15 * period)  # of the last frame, whichever the pace


def test_two_transactions_know_nothing_of_each_other() -> None:
    make = load_attack_detector(networks=False)
    one, other = make(), make()
    one.see(sample(texture()))
    assert (one.judge().frames, other.judge().frames) == (1, 0)


def test_without_the_networks_the_cue_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("CONSENTRY_MIRROR", str(tmp_path))
    monkeypatch.setenv("CONSENTRY_HOME", str(tmp_path))
    cue = load_attack_detector()().judge().cues[0]
    assert (cue.name, cue.score) == ("minifasnet", None)
    assert "consentry models pull" in cue.why


def test_a_picture_of_another_size_begins_comparisons_anew() -> None:
    detector = Detector(None)
    for number in range(8):
        image = texture()
        detector.see(sample(image if number % 2 else image[:470], number * 0.08))
    replay = next(cue for cue in detector.judge().cues if cue.name == "replayed_frames")
    assert replay.score is None
