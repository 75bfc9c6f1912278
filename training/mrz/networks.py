"""The two networks, in PyTorch: where the lines of a zone lie, and what stands in a line."""

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

CHARACTERS = "<ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
"""Classes 1 to 37 of the reader; class 0 is the blank of CTC."""


def _step(came: int, gives: int, *, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(came, gives, 3, stride, dilation, dilation, bias=False),
        nn.BatchNorm2d(gives),
        nn.ReLU(inplace=True),
    )


class Finder(nn.Module):
    """N x 1 x H x W grey (sides multiples of 16) to N x 1 x H/2 x W/2: how surely a pixel lies within a line."""

    def __init__(self) -> None:
        super().__init__()
        self.at2 = nn.Sequential(_step(1, 12, stride=2), _step(12, 12))
        self.at4 = nn.Sequential(_step(12, 24, stride=2), _step(24, 24))
        self.at8 = nn.Sequential(_step(24, 40, stride=2), _step(40, 40), _step(40, 40, dilation=2))
        self.at16 = nn.Sequential(_step(40, 48, stride=2), _step(48, 48, dilation=2), _step(48, 48, dilation=3))
        self.up8 = nn.Conv2d(48, 40, 1)
        self.join8 = _step(40, 32)
        self.up4 = nn.Conv2d(32, 24, 1)
        self.join4 = _step(24, 20)
        self.up2 = nn.Conv2d(20, 12, 1)
        self.join2 = _step(12, 12)
        self.out = nn.Conv2d(12, 1, 1)
        self.larger = nn.Upsample(scale_factor=2, mode="nearest")

    def forward(self, grey: Tensor) -> Tensor:
        """Logits."""
        half = self.at2(grey)
        quarter = self.at4(half)
        eighth = self.at8(quarter)
        deep = self.at16(eighth)
        deep = self.join8(self.larger(self.up8(deep)) + eighth)
        deep = self.join4(self.larger(self.up4(deep)) + quarter)
        deep = self.join2(self.larger(self.up2(deep)) + half)
        logits: Tensor = self.out(deep)
        return logits


class Reader(nn.Module):
    """N x 1 x 32 x 768 grey, a line, to N x 192 x 38: logits of CTC from left to right."""

    def __init__(self) -> None:
        super().__init__()
        self.look = nn.Sequential(
            nn.Conv2d(1, 16, 5, 2, 2, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True),
            _step(16, 40), nn.MaxPool2d(2), _step(40, 64), nn.MaxPool2d((2, 1)), _step(64, 96), nn.MaxPool2d((2, 1)),
        )  # fmt: skip
        self.read = nn.Sequential(
            nn.Conv1d(192, 128, 5, 1, 2, bias=False), nn.BatchNorm1d(128), nn.ReLU(inplace=True),
            nn.Conv1d(128, 128, 5, 1, 2, bias=False), nn.BatchNorm1d(128), nn.ReLU(inplace=True),
            nn.Conv1d(128, len(CHARACTERS) + 1, 1),
        )  # fmt: skip

    def forward(self, grey: Tensor) -> Tensor:
        """Logits."""
        seen = self.look(grey)
        logits: Tensor = self.read(seen.flatten(1, 2)).permute(0, 2, 1)
        return logits


def rows(network: nn.Module) -> int:
    """How many numbers a network has learnt."""
    return sum(p.numel() for p in network.parameters())


def save_onnx(network: nn.Module, example: Tensor, path: str, free: dict[int, str]) -> None:
    """Write a network for the product: input ``grey``, output ``logits``; batch norms are folded away."""
    network.eval()
    torch.onnx.export(
        network, (example,), path, input_names=["grey"], output_names=["logits"],
        dynamic_axes={"grey": free, "logits": {0: "n"}}, opset_version=17, dynamo=False,
    )  # fmt: skip


def take_over(net: nn.Module, path: str) -> None:
    """Fill a network from a file: folded convolutions and biases, in the order in which they stand."""
    graph = onnx.load(path).graph
    held = {one.name: torch.from_numpy(numpy_helper.to_array(one).copy()) for one in graph.initializer}
    folded = [node.input[1:3] for node in graph.node if node.op_type == "Conv"]
    layers = [layer for layer in net.modules() if isinstance(layer, nn.Conv1d | nn.Conv2d)]
    norms = iter([layer for layer in net.modules() if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d)])
    with torch.no_grad():
        for layer, (weight, bias) in zip(layers, folded, strict=True):
            layer.weight.copy_(held[weight])
            if layer.bias is not None:
                layer.bias.copy_(held[bias])
                continue
            norm = next(norms)
            norm.bias.copy_(held[bias])
            norm.running_var.fill_(1 - norm.eps)
