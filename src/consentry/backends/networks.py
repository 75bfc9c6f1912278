"""Neural networks behind one port, in two runtimes: OpenVINO (always there) and ONNX Runtime (``consentry[onnx]``).

A network is read as bytes whose hash was checked, and compiled once in a process: eight cameras share it, each thread
with its own request. One inference uses one thread, and as many run side by side as there are cores: with a single
stream all cameras would wait for each other (four threads on two shared cores, PicoDet-S: 44-58 looks/s with one
stream, 62-94 with two).

Where the processor multiplies bfloat16 (AVX512_BF16, AMX), OpenVINO uses it by itself: 6.9 ms a look of PicoDet-S
instead of 11, and of 70 persons checked by eye the same 65 are found.
"""

import logging
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

import numpy as np
import openvino
from numpy.typing import NDArray
from openvino.preprocess import PrePostProcessor

from consentry.backends.manifest import supply
from consentry.backends.supplies import read_verified
from consentry.backends.weights import prepared
from consentry.core.errors import NetworkError
from consentry.ports import Network

RUNTIMES = ("openvino", "onnx")


@dataclass(frozen=True, slots=True)
class Pixels:
    """How a network that is given plain pixels, uint8 (1, height, width, 3), turns them into its own numbers.

    OpenVINO takes it into its graph, which with PicoDet-S saves 1.3 of 9 ms a look.
    """

    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Of 255, taken off each of the three planes."""
    scale: tuple[float, float, float] = (1.0, 1.0, 1.0)
    """What is left is divided by it."""

    def tensor(self, image: NDArray[np.uint8]) -> NDArray[np.float32]:
        """float32 (1, 3, height, width) of uint8 (1, height, width, 3)."""
        planes = image.astype(np.float32)
        planes -= np.array(self.mean, np.float32)
        planes /= np.array(self.scale, np.float32)
        tensor = np.array(planes.transpose(0, 3, 1, 2), order="C")
        planes.fill(0)  # it may be a face: no copy of it is let go
        return tensor


def load_network(
    name: str,
    *,
    threads: int = 1,
    runtime: str | None = None,
    shape: tuple[int, ...] | None = None,
    pixels: Pixels | None = None,
) -> Network:
    """Load a network that the manifest names; the same one again for the same wish.

    Args:
        name: its name in the manifest.
        threads: how many threads one inference uses.
        runtime: ``openvino`` or ``onnx``; None: the one that the manifest prefers, if it is installed.
        shape: the input's shape (NCHW), where the network takes several.
        pixels: what is done to plain pixels; None: the network is given its own numbers.

    Raises:
        SupplyError: its files are missing or altered.
        NetworkError: the runtime is not installed or refused it.
    """
    wanted = runtime or supply(name).runtime
    if wanted not in RUNTIMES:
        raise NetworkError(f"expected a runtime of {', '.join(RUNTIMES)}, came {wanted!r}")
    if runtime is None and wanted == "onnx" and _onnxruntime() is None:
        wanted = "openvino"
    key = (name, threads, wanted, shape, pixels)
    with _lock:  # two cameras that start together must not compile the same network twice
        if key not in _loaded:
            contents = read_verified(name)
            if wanted == "openvino":
                _loaded[key] = _OpenVino(name, contents, threads, shape, pixels)
            else:
                _loaded[key] = _Onnx(name, contents, threads, shape, pixels)
        return _loaded[key]


_loaded: dict[tuple[str, int, str, tuple[int, ...] | None, Pixels | None], Network] = {}
_lock = threading.Lock()


@cache
def _core() -> openvino.Core:
    return openvino.Core()


class _OpenVino:
    """A network in OpenVINO, from ONNX or from an IR (description and weights)."""

    def __init__(
        self,
        name: str,
        contents: tuple[bytes, ...],
        threads: int,
        shape: tuple[int, ...] | None,
        pixels: Pixels | None,
    ) -> None:
        self._name = name
        try:
            if len(contents) == 2:
                weights = openvino.Tensor(np.frombuffer(contents[1], np.uint8).copy())
                model = _core().read_model(model=contents[0], weights=weights)
            else:
                model = _core().read_model(model=contents[0])
            if shape is not None:
                model.reshape(list(shape))
            if pixels is not None:
                model = _taking(pixels, model)
            # Compiling adds inner names to an output; the file's own are those that a decoder asks for.
            names = [_name(output, number) for number, output in enumerate(model.outputs)]
            streams = max(1, _cores() // threads)
            how = {"INFERENCE_NUM_THREADS": threads * streams, "NUM_STREAMS": streams, "PERFORMANCE_HINT": "LATENCY"}
            self._compiled = _core().compile_model(model, "CPU", how)
        except RuntimeError as error:
            raise NetworkError(f"OpenVINO could not load {name}: {_first_line(error)}") from error
        self._outputs = list(zip(self._compiled.outputs, names, strict=True))
        self._threads = threading.local()

    def run(self, tensor: NDArray[np.float32 | np.uint8], /) -> Mapping[str, NDArray[np.float32]]:
        """One input, all outputs by name."""
        request = getattr(self._threads, "request", None)
        if request is None:
            request = self._threads.request = self._compiled.create_infer_request()
        try:
            request.infer([tensor], share_inputs=True, share_outputs=True)  # each is this thread's; outputs are copied
        except RuntimeError as error:
            raise NetworkError(f"OpenVINO could not run {self._name}: {_first_line(error)}") from error
        return {name: request.get_tensor(output).data.copy() for output, name in self._outputs}

    def forget(self) -> None:
        """Run this thread's request on zeros, which overwrites its inputs, its outputs and what lay between."""
        request = getattr(self._threads, "request", None)
        if request is not None:
            port = self._compiled.inputs[0]
            request.infer([np.zeros(port.shape, port.element_type.to_dtype())], share_inputs=True, share_outputs=True)


def _taking(pixels: Pixels, model: openvino.Model) -> openvino.Model:
    """The network with what is done to plain pixels before its first layer."""
    steps = PrePostProcessor(model)
    steps.input().tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC"))
    steps.input().model().set_layout(openvino.Layout("NCHW"))
    steps.input().preprocess().convert_element_type(openvino.Type.f32).mean(list(pixels.mean)).scale(list(pixels.scale))
    return steps.build()


def _cores() -> int:
    """Cores that this process may use; a container's share may be fewer than the machine has."""
    allowed = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _name(output: openvino.Output, number: int) -> str:
    names: set[str] = output.get_names()
    return min(names) if names else str(number)


class _Onnx:
    """A network in ONNX Runtime, on whichever of CUDA and the CPU it was built for."""

    def __init__(
        self,
        name: str,
        contents: tuple[bytes, ...],
        threads: int,
        shape: tuple[int, ...] | None,
        pixels: Pixels | None,
    ) -> None:
        runtime = _onnxruntime()
        if runtime is None:
            raise NetworkError(
                f"{name} was asked for in ONNX Runtime, which is not installed: pip install 'consentry[onnx]', or "
                "leave the runtime to the manifest"
            )
        if len(contents) != 1:
            raise NetworkError(f"expected an ONNX file for ONNX Runtime, came the OpenVINO IR of {name}")
        options = runtime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        # Spinning burns a core while waiting for the next picture.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3  # errors alone: its warnings on stderr are not for operators
        self._name, self._errors, self._pixels = name, _onnx_errors(), pixels
        try:
            self._session = runtime.InferenceSession(
                prepared(contents[0], shape), options, providers=_providers(runtime)
            )
        except self._errors as error:
            raise NetworkError(f"ONNX Runtime could not load {name}: {_first_line(error)}") from error
        self._input = self._session.get_inputs()[0].name
        self._outputs = [output.name for output in self._session.get_outputs()]

    def run(self, tensor: NDArray[np.float32 | np.uint8], /) -> Mapping[str, NDArray[np.float32]]:
        """One input, all outputs by name."""
        own = self._pixels is not None
        if self._pixels is not None:
            tensor = self._pixels.tensor(tensor.astype(np.uint8, copy=False))
        try:
            found = self._session.run(self._outputs, {self._input: tensor})
        except self._errors as error:
            raise NetworkError(f"ONNX Runtime could not run {self._name}: {_first_line(error)}") from error
        finally:
            if own:
                tensor.fill(0)
        return dict(zip(self._outputs, found, strict=True))

    def forget(self) -> None:
        """Run on zeros: the runtime gives the same stretches of its arena to the same layers again."""
        given = self._session.get_inputs()[0]
        shape = [side if isinstance(side, int) else 1 for side in given.shape]
        self._session.run(self._outputs, {self._input: np.zeros(shape, np.float32)})


@cache
def _onnxruntime() -> ModuleType | None:
    try:
        import onnxruntime  # noqa: PLC0415 - an extra: only there for who asked for it
    except ImportError:
        logging.getLogger(__name__).debug("ONNX Runtime is not installed")
        return None
    module: ModuleType = onnxruntime
    return module


def _onnx_errors() -> tuple[type[Exception], ...]:
    """What ONNX Runtime may raise: its own kinds, which share no base but Exception, and those of its Python part."""
    state = import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    kinds = [kind for kind in vars(state).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    return (*kinds, RuntimeError, ValueError)


def _providers(runtime: ModuleType) -> list[str]:
    there = runtime.get_available_providers()
    return [name for name in ("CUDAExecutionProvider", "CPUExecutionProvider") if name in there]


def _first_line(error: Exception) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
