"""Networks in two runtimes: loaded once, run from many threads, refused in words."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from consentry.backends import networks
from consentry.backends.networks import RUNTIMES, Pixels, load_network
from consentry.backends.weights import prepared
from consentry.core.errors import NetworkError

SHAPE = (1, 3, 64, 96)
"""CenterFace takes any multiple of 32, and a Python dependency carries it: no shared folder is needed."""


@pytest.fixture(params=RUNTIMES)
def runtime(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def noise(seed: int, shape: tuple[int, ...] = SHAPE) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 255, shape).astype(np.float32)


def test_the_same_wish_gives_the_same_network(runtime: str) -> None:
    one = load_network("centerface", runtime=runtime, shape=SHAPE)
    assert load_network("centerface", runtime=runtime, shape=SHAPE) is one
    assert load_network("centerface", runtime=runtime, shape=(1, 3, 96, 64)) is not one


def test_threads_do_not_mix_their_pictures_up(runtime: str) -> None:
    network = load_network("centerface", runtime=runtime, shape=SHAPE)
    alone = [network.run(noise(seed)) for seed in range(6)]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(lambda seed: network.run(noise(seed)), [*range(6)] * 4))
    for number, outputs in enumerate(together):
        for name, values in outputs.items():
            np.testing.assert_array_equal(values, alone[number % 6][name])


def test_outputs_stay_as_they_were_when_the_next_picture_comes(runtime: str) -> None:
    network = load_network("centerface", runtime=runtime, shape=SHAPE)
    first = network.run(noise(1))
    kept = {name: values.copy() for name, values in first.items()}
    network.run(noise(2))
    for name, values in first.items():
        np.testing.assert_array_equal(values, kept[name])


def test_both_runtimes_give_the_same_numbers() -> None:
    """To what bfloat16 leaves of them, where the processor makes OpenVINO use it."""
    one, other = (load_network("centerface", runtime=name, shape=SHAPE).run(noise(3)) for name in RUNTIMES)
    assert one.keys() == other.keys()
    for name, values in one.items():
        spread = float(np.abs(values).max())
        np.testing.assert_allclose(other[name], values, atol=0.05 * max(spread, 1.0))


def test_plain_pixels_become_the_numbers_that_they_would_have_been(runtime: str) -> None:
    """To what bfloat16 leaves of them, as above."""
    pixels = Pixels((100.0, 110.0, 120.0), (50.0, 55.0, 60.0))
    image = np.random.default_rng(4).integers(0, 256, (1, *SHAPE[2:], 3)).astype(np.uint8)
    by_hand = np.stack([(image[0, ..., n] - pixels.mean[n]) / pixels.scale[n] for n in range(3)])[None]
    wanted = load_network("centerface", runtime=runtime, shape=SHAPE).run(by_hand.astype(np.float32))
    found = load_network("centerface", runtime=runtime, shape=SHAPE, pixels=pixels).run(image)
    for name, values in found.items():
        np.testing.assert_allclose(values, wanted[name], atol=0.05 * max(float(np.abs(values).max()), 1.0))


def test_a_tensor_of_another_shape_is_refused_in_words(runtime: str) -> None:
    network = load_network("centerface", runtime=runtime, shape=SHAPE)
    with pytest.raises(NetworkError, match="could not run centerface"):
        network.run(noise(4, (1, 3, 32, 32)))


def test_an_unknown_runtime_is_told_with_the_known() -> None:
    with pytest.raises(NetworkError, match="openvino, onnx, came 'tensorflow'"):
        load_network("centerface", runtime="tensorflow")


def test_without_onnx_runtime_the_manifests_wish_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "_onnxruntime", lambda: None)
    monkeypatch.setattr(networks, "_loaded", {})
    with pytest.raises(NetworkError, match=r"consentry\[onnx\]"):
        load_network("centerface", runtime="onnx", shape=SHAPE)


@pytest.mark.parametrize("content", [b"", b"no model", b"\x08\x07" * 40], ids=["empty", "text", "noise"])
def test_bytes_that_are_no_model(content: bytes) -> None:
    try:
        prepared(content, None)
    except NetworkError as error:
        assert "ONNX" in str(error)  # noqa: PT017 - an empty message parses as a model without a graph
