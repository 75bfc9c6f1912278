"""Named attacks, each caught by the cue that is made for it, a live person who passes, and what the networks miss."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from consentry.backends.face_attacks import load_attack_detector
from consentry.backends.face_attacks_networks import AttackNetworks
from consentry.backends.face_samples import load_acquiring_finder, samples
from consentry.backends.simulated_presentations import BONA_FIDE, KINDS, Motion, present_moving
from consentry.backends.simulated_presentations_person import Pose
from consentry.face.attack import PadResult, Verdict
from consentry.face.attack_fusion import with_challenge
from consentry.face.challenge import Challenge, Progress
from consentry.face.challenge_actions import Action, Stage
from consentry.ports import AttackDetector, FaceFinder

pytestmark = pytest.mark.shared

ASSETS = {
    "a print held in both hands: what is around the face moves with it": ("print", 5, 15, "surroundings"),
    "a print on a stand: no head is so still": ("print", 6, 16, "stillness"),
    "a print before the networks": ("print", 4, 4, "minifasnet"),
    "coarse dots of a halftone": ("halftone print", 1, 5, "fine_pattern"),
    "a print with its eyes cut out": ("cut eyes", 2, 4, "minifasnet"),
    "a monitor whose grid meets the sensor's": ("screen", 6, 5, "fine_pattern"),
    "a telephone whose backlight is pulsed": ("fine screen", 1, 5, "screen_refresh"),
    "a video on a display with a pulsed backlight": ("video replay", 2, 5, "screen_refresh"),
    "one picture again and again": ("injected still", 1, 7, "replayed_frames"),
    "one picture coded anew every time": ("re-encoded still", 1, 9, "replayed_frames"),
    "a loop of live pictures": ("injected loop", 1, 14, "replayed_frames"),
}
"""Kind, seed, frames, and the cue that must speak."""


@pytest.fixture(scope="module")
def make(shared: Path) -> Callable[[], AttackDetector]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
        return load_attack_detector(networks=True)


@pytest.fixture(scope="module")
def finder(shared: Path) -> FaceFinder:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
        found = load_acquiring_finder("yunet", longest=640)
        found.find(np.zeros((600, 800, 3), np.uint8))
        found.find(np.zeros((720, 720, 3), np.uint8))
        return found


@pytest.fixture(scope="module")
def portrait(shared: Path) -> np.ndarray:
    return cv2.imread(str(shared / "data" / "faces" / "003_neutral.jpg"))


@pytest.fixture(autouse=True)
def _mirror(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))


def shown(
    detector: AttackDetector,
    finder: FaceFinder,
    presentation: tuple[tuple[float, np.ndarray], ...],
    challenge: Challenge | None = None,
) -> tuple[PadResult, Progress | None]:
    told = None
    for at, picture in presentation:
        found = samples(finder, picture, at)
        for one in found[:1]:
            detector.see(one)
        if challenge is not None:
            told = challenge.see(found[0].landmarks if len(found) == 1 else None, at)
    return detector.judge(), told


def turning(degrees: float) -> Motion:
    """A second of looking into the camera, then a turn."""
    return lambda at: Pose(yaw=degrees * float(np.interp(at, [0.9, 1.5], [0, 1])))


def test_every_kind_of_attack_but_the_mask_is_an_asset() -> None:
    assert {kind for kind, *_ in ASSETS.values()} == set(KINDS) - {BONA_FIDE, "curved mask"}


@pytest.mark.parametrize(("kind", "seed", "frames", "name"), ASSETS.values(), ids=ASSETS.keys())
def test_an_attack_is_caught_by_the_cue_made_for_it(
    kind: str, seed: int, frames: int, name: str, make: Callable, finder: FaceFinder, portrait: np.ndarray
) -> None:
    result, _ = shown(make(), finder, present_moving(kind, portrait, seed, frames, None))
    cue = next(cue for cue in result.cues if cue.name == name)
    assert cue.score is not None, cue.why
    assert cue.score >= 0.5, cue.why
    assert result.verdict is Verdict.ATTACK
    assert cue in result.spoke[:3]


def test_a_live_person_who_turns_a_little_passes(make: Callable, finder: FaceFinder, portrait: np.ndarray) -> None:
    motion: Motion = lambda at: Pose(yaw=14 * float(np.sin(3 * at)))  # noqa: E731
    result, _ = shown(make(), finder, present_moving(BONA_FIDE, portrait, 1, 12, motion))
    assert result.verdict is Verdict.BONA_FIDE, [cue.why for cue in result.spoke]
    assert all(cue.why for cue in result.cues)


def test_a_single_photograph_is_never_enough(make: Callable, finder: FaceFinder, portrait: np.ndarray) -> None:
    result, _ = shown(make(), finder, ((0.0, portrait),))
    assert (result.verdict, result.frames) == (Verdict.UNDETERMINED, 1)


def test_a_live_person_meets_a_challenge(make: Callable, finder: FaceFinder, portrait: np.ndarray) -> None:
    challenge = Challenge((Action.TURN_LEFT,))
    pictures = present_moving(BONA_FIDE, portrait, 3, 21, turning(22))
    result, told = shown(make(), finder, pictures, challenge)
    assert told.stage is Stage.DONE, told.why
    assert with_challenge(result, challenge.cue(), 1.6).verdict is Verdict.BONA_FIDE


def test_a_replayed_video_of_another_turn_fails_it(make: Callable, finder: FaceFinder, portrait: np.ndarray) -> None:
    challenge = Challenge((Action.TURN_LEFT,))
    pictures = present_moving("video replay", portrait, 3, 21, turning(-22))
    result, told = shown(make(), finder, pictures, challenge)
    assert told.stage is Stage.FAILED
    assert with_challenge(result, challenge.cue(), 1.6).verdict is Verdict.ATTACK


def test_what_the_networks_alone_do_not_see(make: Callable, finder: FaceFinder, portrait: np.ndarray) -> None:
    # A photograph put in instead of the camera's picture, and a mask bent around a head: docs/attacks.md says so.
    for kind in ("injected still", "curved mask"):
        result, _ = shown(make(), finder, present_moving(kind, portrait, 1, 3, None))
        cue = result.cues[0]
        assert (cue.name, cue.score < 0.5) == ("minifasnet", True), cue.why


def test_the_networks_give_shares_of_three_classes(finder: FaceFinder, portrait: np.ndarray) -> None:
    networks = AttackNetworks()
    sample = samples(finder, portrait, 0.0)[0]
    shares = networks.shares(sample)
    assert shares.shape == (2, 3)
    assert shares.sum(axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert networks.live(sample) == pytest.approx(float(shares[:, 1].mean()))
    networks.forget()
    assert networks.live(sample) == pytest.approx(float(shares[:, 1].mean()))
