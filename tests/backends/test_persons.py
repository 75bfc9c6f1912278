"""Person networks: what their outputs mean, whom they find in the shared clips, in both runtimes."""

from functools import cache
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest

from consentry.backends.persons import decode_picodet, decode_retail, decode_yolox, load_detector
from consentry.core.errors import NetworkError, SupplyError
from consentry.core.geometry import overlap
from consentry.core.scene import Detections, Label

NETWORKS = ("person-detection-retail-0013", "picodet-s-320", "yolox-nano")


def test_an_ssds_list_ends_where_it_says() -> None:
    rows = np.zeros((1, 1, 200, 7), np.float32)
    rows[0, 0, :5] = [
        [0, 1, 0.9, 0.1, 0.2, 0.3, 0.4],
        [0, 1, 0.2, 0.5, 0.5, 0.6, 0.6],  # below the threshold
        [0, 2, 0.9, 0.5, 0.5, 0.6, 0.6],  # of another label
        [-1, 0, 0, 0, 0, 0, 0],
        [0, 1, 0.9, 0.7, 0.7, 0.8, 0.8],  # left over from the picture before
    ]
    boxes, scores, labels = decode_retail(rows, 0.5)
    np.testing.assert_allclose(boxes, [[0.1, 0.2, 0.3, 0.4]])
    np.testing.assert_allclose(scores, [0.9])
    assert labels.tolist() == [Label.PERSON]


@pytest.mark.parametrize(
    ("coco", "label"), [(0, Label.PERSON), (24, Label.BAG), (26, Label.BAG), (28, Label.BAG), (2, None)]
)
def test_yoloxs_cells_are_centres_and_logarithms_of_sizes(coco: int, label: Label | None) -> None:
    """A cell of stride 16 in a 416 px picture: they come after the 52 x 52 of stride 8."""
    cells = np.zeros((1, 52 * 52 + 26 * 26 + 13 * 13, 85), np.float32)
    number = 52 * 52 + 10 * 26 + 7  # row 10, column 7
    cells[0, number, :4] = [0.5, 0.25, np.log(3.0), np.log(6.0)]
    cells[0, number, 4], cells[0, number, 5 + coco] = 0.8, 0.9
    boxes, scores, labels = decode_yolox(cells, 416, 0.5)
    if label is None:
        assert len(boxes) == 0
        return
    centre_x, centre_y = 7.5 * 16, 10.25 * 16
    np.testing.assert_allclose(boxes, [[centre_x - 24, centre_y - 48, centre_x + 24, centre_y + 48]], rtol=1e-5)
    np.testing.assert_allclose(scores, [0.72], rtol=1e-5)
    assert labels.tolist() == [label]


@pytest.mark.parametrize(("coco", "label"), [(0, Label.PERSON), (28, Label.BAG), (56, None)])
def test_picodets_edges_are_expected_distances(coco: int, label: Label | None) -> None:
    """A cell of stride 32 in a 320 px picture: distances are means over 0-7 cells by softmax."""
    cells = 40 * 40 + 20 * 20 + 10 * 10 + 5 * 5
    classes, edges = np.zeros((cells, 80), np.float32), np.zeros((cells, 32), np.float32)
    number = 40 * 40 + 20 * 20 + 4 * 10 + 6  # row 4, column 6
    classes[number, coco] = 0.7
    logits = edges[number].reshape(4, 8)
    logits[0, 2] = logits[1, 3] = logits[3, 1] = 50.0  # two cells to the left, three up, one down
    # and to the right all distances alike: 3.5 cells
    boxes, scores, labels = decode_picodet(classes, edges, 320, 0.5)
    if label is None:
        assert len(boxes) == 0
        return
    x, y = 6.5 * 32, 4.5 * 32
    np.testing.assert_allclose(boxes * 320, [[x - 64, y - 96, x + 112, y + 32]], rtol=1e-4)
    np.testing.assert_allclose(scores, [0.7], rtol=1e-6)
    assert labels.tolist() == [label]


@pytest.fixture
def clips(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    return shared / "data" / "cctv"


@cache
def picture(path: Path, number: int) -> np.ndarray:
    with av.open(str(path)) as clip:
        return next(islice(clip.decode(video=0), number, None)).to_ndarray(format="bgr24")


def found(name: str, image: np.ndarray, runtime: str | None = None) -> Detections:
    return load_detector(name, runtime=runtime).detect(image).only(Label.PERSON)


@pytest.mark.shared
@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize(
    ("clip", "number", "persons"),
    [
        ("vtest.avi", 200, 7),
        ("vtest.avi", 290, 6),
        ("one-by-one-person-detection.mp4", 0, 0),
        ("one-by-one-person-detection.mp4", 250, 1),
        ("worker-zone-detection.gif", 25, 1),
        ("face-demographics-walking.gif", 10, 2),
    ],
)
def test_persons_whom_anybody_sees(clips: Path, name: str, clip: str, number: int, persons: int) -> None:
    """YOLOX-nano also takes a window for a person, hence one more in vtest."""
    there = len(found(name, picture(clips / clip, number)))
    assert persons <= there <= persons + (1 if name == "yolox-nano" and clip == "vtest.avi" else 0)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["picodet-s-320", "yolox-nano"])
def test_both_runtimes_see_the_same(clips: Path, name: str) -> None:
    """To a tenth of a score: one of them may count in bfloat16, where the processor can."""
    image = picture(clips / "vtest.avi", 480)
    sure = [load_detector(name, threshold=0.6, runtime=runtime).detect(image) for runtime in ("openvino", "onnx")]
    every = [load_detector(name, threshold=0.5, runtime=runtime).detect(image) for runtime in ("onnx", "openvino")]
    for few, many in zip(sure, every, strict=True):
        assert len(few) >= 2
        best = overlap(few.boxes, many.boxes).max(axis=1)
        assert (best > 0.9).all()


@pytest.mark.shared
@pytest.mark.parametrize("name", NETWORKS)
def test_a_place_in_the_picture_is_the_same_at_any_size(clips: Path, name: str) -> None:
    """Fractions of the picture, whatever the network's own input: the picture mirrored gives mirrored boxes."""
    image = picture(clips / "one-by-one-person-detection.mp4", 250)
    box, mirrored = found(name, image).boxes, found(name, np.ascontiguousarray(image[:, ::-1])).boxes
    np.testing.assert_allclose(mirrored[0, [2, 1, 0, 3]], box[0] * [-1, 1, -1, 1] + [1, 0, 1, 0], atol=0.05)
    assert (box >= 0).all()
    assert (box <= 1).all()


@pytest.mark.shared
@pytest.mark.parametrize("shape", [(1, 1, 3), (3000, 40, 3), (40, 3000, 3)], ids=["a dot", "a post", "a strip"])
@pytest.mark.parametrize("name", NETWORKS)
def test_odd_pictures_break_nothing(clips: Path, name: str, shape: tuple[int, int, int]) -> None:
    del clips
    boxes = load_detector(name).detect(np.full(shape, 90, np.uint8)).boxes
    assert np.isfinite(boxes).all()


@pytest.mark.shared
def test_a_stricter_threshold_keeps_the_stronger(clips: Path) -> None:
    image = picture(clips / "vtest.avi", 480)
    loose, strict = (load_detector("picodet-s-320", threshold=score).detect(image) for score in (0.3, 0.6))
    np.testing.assert_array_equal(strict.boxes, loose.where(loose.scores >= 0.6).boxes)
    assert 0 < len(strict) < len(loose)


def test_what_is_no_detector_is_told_with_what_is() -> None:
    with pytest.raises(SupplyError, match=r"picodet-s-320.*motion.*came 'yunet'"):
        load_detector("yunet")


@pytest.mark.shared
def test_a_network_without_an_onnx_file_says_so(clips: Path) -> None:
    del clips
    with pytest.raises(NetworkError, match="expected an ONNX file"):
        load_detector("person-detection-retail-0013", runtime="onnx")


@pytest.mark.shared
def test_one_changed_byte_and_it_is_not_loaded(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from consentry.backends import networks  # noqa: PLC0415 - only to forget what other tests loaded

    monkeypatch.setattr(networks, "_loaded", {})
    monkeypatch.setenv("CONSENTRY_HOME", str(tmp_path / "home"))
    content = bytearray((shared / "models" / "picodet_s_320_coco.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "picodet_s_320_coco.onnx").write_bytes(content)
    monkeypatch.setenv("CONSENTRY_MIRROR", str(tmp_path))
    with pytest.raises(SupplyError, match="SHA-256"):
        load_detector("picodet-s-320")
