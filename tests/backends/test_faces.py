"""Both face finders, read by hand-made outputs and held against portraits whose faces everybody can see."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from consentry.backends.faces import COVERING, LONGEST, decode_centerface, decode_yunet, load_face_finder
from consentry.core.errors import NetworkError, SupplyError
from consentry.core.scene import Label

NAMES = ["yunet", "centerface"]


@pytest.fixture
def _models(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))


def yunet_outputs(width: int, height: int) -> dict[str, np.ndarray]:
    """What YuNet says of a picture without faces."""
    outputs = {}
    for stride in (8, 16, 32):
        cells = (width // stride) * (height // stride)
        outputs |= {f"{kind}_{stride}": np.zeros((1, cells, 1), np.float32) for kind in ("cls", "obj")}
        outputs[f"bbox_{stride}"] = np.zeros((1, cells, 4), np.float32)
        outputs[f"kps_{stride}"] = np.zeros((1, cells, 10), np.float32)
    return outputs


def test_yunet_cell_by_hand() -> None:
    """Row 1, column 2 of the grid of 16 px: centre a quarter cell right of its corner, 32 px wide, 48 high."""
    outputs = yunet_outputs(64, 64)
    cell = 1 * 4 + 2
    outputs["cls_16"][0, cell], outputs["obj_16"][0, cell] = 0.9, 0.4
    outputs["bbox_16"][0, cell] = [0.25, 0.5, np.log(2), np.log(3)]
    outputs["kps_16"][0, cell, :2] = [-0.25, 0.0]
    boxes, scores, marks = decode_yunet(outputs, 64, 64, 0.5)
    assert scores == pytest.approx([0.6])
    assert boxes[0] == pytest.approx([36 - 16, 24 - 24, 36 + 16, 24 + 24])
    assert marks[0, 0] == pytest.approx([28, 16])
    assert len(decode_yunet(outputs, 64, 64, 0.61)[0]) == 0


def test_yunet_of_another_size_is_refused() -> None:
    with pytest.raises(NetworkError, match="expected 128 cells at stride 8"):
        decode_yunet(yunet_outputs(64, 64), 128, 64, 0.5)


def test_centerface_cell_by_hand() -> None:
    """Row 3, column 5 at a quarter of the size: centre (5.5 + 0.25, 3.5 - 0.25) x 4 px, 16 px wide, 24 high."""
    outputs = {name: np.zeros((1, depth, 8, 8), np.float32) for name, depth in zip(
        ("537", "538", "539", "540"), (1, 2, 2, 10), strict=True
    )}  # fmt: skip
    outputs["537"][0, 0, 3, 5] = 0.7
    outputs["538"][0, :, 3, 5] = np.log([6, 4])
    outputs["539"][0, :, 3, 5] = [-0.25, 0.25]
    outputs["540"][0, :2, 3, 5] = [0.5, 0.25]
    boxes, scores, marks = decode_centerface(outputs, 32, 32, 0.5)
    assert scores == pytest.approx([0.7])
    assert boxes[0] == pytest.approx([23 - 8, 13 - 12, 23 + 8, 13 + 12])
    assert marks[0, 0] == pytest.approx([15 + 4, 1 + 12])


@pytest.mark.shared
@pytest.mark.usefixtures("_models")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(720, 720), (90, 161), (361, 640), (1400, 700)], ids=str)
def test_a_portrait_has_one_face_with_its_marks_in_order(name: str, size: tuple[int, int], shared: Path) -> None:
    portrait = cv2.imread(str(shared / "data" / "faces" / "001_neutral.jpg"))
    height, width = size
    side = min(size)
    image = np.full((height, width, 3), 200, np.uint8)
    image[:side, :side] = cv2.resize(portrait, (side, side), interpolation=cv2.INTER_AREA)
    found = load_face_finder(name, threshold=0.5).find(image)
    assert found.labels.tolist() == [Label.FACE]
    assert (found.scores > 0.5).all()
    left, top, right, bottom = found.boxes[0] * np.array([width, height, width, height]) / side
    assert [left, top, right, bottom] == pytest.approx([0.345, 0.29, 0.67, 0.73], abs=0.07)
    eyes, nose, mouth = np.split(found.joints[0, :, :2] * np.array([width, height]) / side, [2, 3])
    assert ((found.joints[0, :, :2] * [width, height] / side > [left, top]).all(axis=1)).all()
    assert eyes[0, 0] < nose[0, 0] < eyes[1, 0]
    assert eyes[:, 1].max() < nose[0, 1] < mouth[:, 1].min()


@pytest.mark.parametrize(
    "image", [np.zeros((120, 200, 3), np.uint8), np.full((1, 1, 3), 90, np.uint8)], ids=["dark", "dot"]
)
def test_an_empty_picture_has_no_face(image: np.ndarray) -> None:
    """CenterFace comes with a Python dependency, so this runs everywhere."""
    found = load_face_finder("centerface").find(image)
    assert len(found) == 0
    assert found.boxes.shape == (0, 4)
    assert found.joints.shape == (0, 5, 3)


@pytest.mark.shared
@pytest.mark.usefixtures("_models")
@pytest.mark.parametrize("name", NAMES)
def test_what_is_covered_includes_all_that_usually_counts(name: str, shared: Path) -> None:
    """The thresholds for covering are lower than the usual 0.5 and lose nothing of it."""
    clip = cv2.VideoCapture(str(shared / "data" / "cctv" / "face-demographics-walking.gif"))
    _, image = clip.read()
    assert COVERING[name] < 0.5
    low = load_face_finder(name).find(image)
    usual = load_face_finder(name, threshold=0.5, longest=LONGEST[name]).find(image)
    assert len(low) >= len(usual) >= 1
    assert all((np.abs(low.boxes - box).max(axis=1) < 0.02).any() for box in usual.boxes)


@pytest.mark.parametrize("name", ["retinaface", "", "person-detection-retail-0013"])
def test_other_networks_are_no_face_finders(name: str) -> None:
    with pytest.raises(SupplyError, match="yunet, centerface"):
        load_face_finder(name)
