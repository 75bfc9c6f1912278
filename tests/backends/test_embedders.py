"""Both embedders and their fusion on the shared faces; what is no embedder is refused; nothing of a face is printed."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from consentry.backends.embedders import align, load_embedder, pose_of
from consentry.backends.face_samples import load_acquiring_finder, samples
from consentry.backends.networks import Pixels, load_network
from consentry.core.errors import MalformedError, SupplyError
from consentry.face.alignment import ARCFACE, OPEN_MODEL_ZOO
from consentry.face.sample import FaceSample
from consentry.face.template import comparison_score

RETAIL, MOBILE = "face-reidentification-retail-0095", "mobilefacenet"
BOTH = f"{RETAIL}+{MOBILE}"
FEW = ("001", "005", "013", "031", "063", "087")


def ramp(landmarks: np.ndarray, size: tuple[int, int] = (480, 640)) -> FaceSample:
    """A picture that says where each pixel was: blue its column / 4, green its row / 4."""
    rows, columns = np.mgrid[: size[0], : size[1]]
    image = np.stack([columns / 4, rows / 4, np.zeros(size)], axis=-1).astype(np.uint8)
    return FaceSample(0.0, image, np.array([0, 0, 1, 1], np.float32), landmarks.astype(np.float32), 1.0)


@pytest.mark.parametrize("scale", [0.5, 1.0, 1.9, 2.0, 3.3])
@pytest.mark.parametrize("pose", [OPEN_MODEL_ZOO, ARCFACE], ids=["Open Model Zoo", "ArcFace"])
def test_the_landmarks_come_to_lie_where_the_network_wants_them(pose, scale: float) -> None:
    """Also where the face is cut out larger and averaged down: not half a pixel is lost on the way."""
    aligned = align(ramp(pose.points * scale + (60, 40)), pose).astype(np.float64)
    assert aligned.shape == (pose.height, pose.width, 3)
    for x, y in pose.points.round().astype(int):
        place = np.array([x, y]) * scale + (60, 40)
        assert aligned[y, x, :2] == pytest.approx(place / 4, abs=0.8), "rounded down, and to whole levels"


REFUSED = {
    "nothing": "",
    "a face finder": "yunet",
    "an attack detector": "minifasnet-v2",
    "an unknown one": "arcface",
    "a fusion with nothing": f"{RETAIL}+",
    "a fusion with itself": f"{RETAIL}+{RETAIL}",
    "a fusion with a finder": f"{RETAIL}+yunet",
    "a path": "../mobilefacenet",
}


@pytest.mark.parametrize("name", REFUSED.values(), ids=REFUSED)
def test_what_is_no_embedder_is_refused(name: str) -> None:
    with pytest.raises(SupplyError, match=r"expected .*embedders? "):
        load_embedder(name)


def test_without_its_files_it_says_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSENTRY_HOME", str(tmp_path))
    monkeypatch.setenv("CONSENTRY_MIRROR", "")
    monkeypatch.setattr("consentry.backends.networks._loaded", {})  # what another test loaded stays loaded
    with pytest.raises(SupplyError, match="consentry models pull mobilefacenet"):
        load_embedder(MOBILE)


@pytest.fixture(scope="module")
def faces(shared: Path) -> Iterator[dict[str, FaceSample]]:
    """A few of the shared faces, found."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
        finder = load_acquiring_finder()
        there = {}
        for one in FEW:
            for look in ("neutral", "smiling"):
                image = cv2.imread(str(shared / "data" / "faces" / f"{one}_{look}.jpg"))
                assert image is not None
                (there[f"{one} {look}"],) = samples(finder, image.astype(np.uint8), 7.0)
        yield there


@pytest.mark.shared
@pytest.mark.parametrize("name", [RETAIL, MOBILE, BOTH])
def test_two_pictures_of_one_person_score_above_all_pairs_of_two(name: str, faces: dict[str, FaceSample]) -> None:
    embedder = load_embedder(name)
    templates = {who: embedder.embed(sample) for who, sample in faces.items()}
    assert {template.model for template in templates.values()} == {name}
    mated, others = [], []
    for one in FEW:
        for other in FEW:
            score = comparison_score(templates[f"{one} neutral"], templates[f"{other} smiling"])
            (mated if one == other else others).append(score)
    assert min(mated) > 0.6, "seen: 0.67 and more on all 50"
    assert max(others) < 0.55, "seen: 0.49 and less on all 50"


@pytest.mark.shared
def test_a_fusion_is_the_weighted_sum_in_whatever_order_it_is_named(faces: dict[str, FaceSample]) -> None:
    one, other = faces["001 neutral"], faces["005 neutral"]
    score = {}
    for name in (RETAIL, MOBILE, BOTH, f"{MOBILE}+{RETAIL}"):
        embedder = load_embedder(name)
        score[name] = comparison_score(embedder.embed(one), embedder.embed(other))
        assert embedder.model in {name, BOTH}
    assert score[BOTH] == pytest.approx(0.75 * score[RETAIL] + 0.25 * score[MOBILE], abs=1e-4)
    assert score[BOTH] == score[f"{MOBILE}+{RETAIL}"]


@pytest.mark.shared
@pytest.mark.parametrize("name", [RETAIL, MOBILE])
def test_a_turned_and_larger_picture_gives_nearly_the_same_template(name: str, faces: dict[str, FaceSample]) -> None:
    """The alignment undoes it: what is left is resampling."""
    embedder = load_embedder(name)
    sample = faces["013 neutral"]
    turn = cv2.getRotationMatrix2D((360, 360), 25, 1.5).astype(np.float64)
    image = np.asarray(cv2.warpAffine(sample.image, turn, (1100, 1100), flags=cv2.INTER_CUBIC), np.uint8)
    marks = (sample.landmarks @ turn[:, :2].T + turn[:, 2]).astype(np.float32)
    turned = FaceSample(7.0, image, sample.box, marks, 1.0)
    assert comparison_score(embedder.embed(turned), embedder.embed(sample)) > 0.98


@pytest.mark.shared
def test_mobilefacenet_is_given_red_first_and_its_numbers(faces: dict[str, FaceSample]) -> None:
    """Held against the contract of the manifest, done by hand in another runtime."""
    aligned = align(faces["031 neutral"], pose_of(MOBILE))
    by_hand = Pixels((123.675, 116.28, 103.53), (58.395, 57.12, 57.375)).tensor(aligned[None, ..., ::-1])
    (output,) = load_network(MOBILE, runtime="onnx").run(by_hand).values()
    direction = output.reshape(-1) / np.linalg.norm(output)
    vector = load_embedder(MOBILE).embed(faces["031 neutral"]).vector
    assert float(direction @ vector) > 0.999, "the same but for bfloat16, where the processor has it"


@pytest.mark.shared
def test_a_face_without_extent_is_told_and_no_template_made(faces: dict[str, FaceSample]) -> None:
    one = faces["001 neutral"]
    with pytest.raises(MalformedError, match="five times the same point"):
        load_embedder(MOBILE).embed(FaceSample(0.0, one.image, one.box, np.ones((5, 2), np.float32), 1.0))


@pytest.mark.shared
def test_neither_sample_nor_template_prints_itself(faces: dict[str, FaceSample]) -> None:
    sample = faces["001 neutral"]
    template = load_embedder(MOBILE).embed(sample)
    assert repr(template) == "Template('mobilefacenet', 128 numbers)"
    assert repr(sample).startswith("FaceSample(at=7.000, face ")
    assert "array" not in repr([sample, template, (template,)])
