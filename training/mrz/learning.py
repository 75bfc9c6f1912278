"""How both networks learn: what may be asked, a rate that rises quickly and falls slowly, a file now and then."""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from training.mrz.networks import rows, save_onnx, take_over

_RISE = 0.05
"""Part of the training in which the rate rises from nothing."""
_TOLD, _KEPT = 50, 300
"""Steps between lines on standard output, and between files."""


@dataclass(frozen=True, slots=True)
class Course:
    """How a network learns."""

    example: Tensor
    """What it is traced with for its file."""
    free: dict[int, str]
    """Axes of its input that may be of any size."""
    fast: float
    """Highest rate, from chance on."""
    gently: float
    """Highest rate where it goes on from a file."""
    slow: float
    """Lowest rate."""
    decay: float
    """Of weights."""


def asked(about: str | None, *, steps: int) -> argparse.Namespace:
    """What the command line asks for: ``out``, ``seed``, ``steps``, ``minutes``, ``begin``."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--minutes", type=float, default=0, help="stop early; the rate then falls with time")
    parser.add_argument("--begin", help="an ONNX file of the same network to go on from")
    return parser.parse_args()


def rate(done: float, course: Course, *, begun: bool) -> float:
    """The rate when a part of the training is done.

    >>> course = Course(torch.zeros(1), {}, fast=4e-3, gently=1e-3, slow=0.0, decay=0.0)
    >>> [round(rate(done, course, begun=True), 5) for done in (0.0, 0.05, 1.0)]
    [0.0, 0.00099, 0.0]
    """
    highest = course.gently if begun else course.fast
    return highest * min(done / _RISE, 1.0) * (0.5 + 0.5 * float(np.cos(np.pi * done))) + course.slow


def learn(
    net: nn.Module, course: Course, wish: argparse.Namespace, loss_of: Callable[[np.random.Generator], Tensor]
) -> None:
    """Train a network on one core, and write its file.

    Args:
        net: to be trained.
        course: how.
        wish: of ``asked``.
        loss_of: draws a batch and says how wrong the network is on it.
    """
    torch.manual_seed(wish.seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    rng, begun = np.random.default_rng(wish.seed), bool(wish.begin)
    if begun:
        take_over(net, wish.begin)
    net.train(not begun)  # batch norms of a file are folded away, and stay as they are
    sys.stdout.write(f"{rows(net)} parameters\n")
    steps = torch.optim.AdamW(net.parameters(), weight_decay=course.decay)
    began, mean = time.monotonic(), None
    for step in range(wish.steps):
        spent = time.monotonic() - began
        done = max(step / wish.steps, spent / 60 / wish.minutes if wish.minutes else 0.0)
        if done >= 1:
            break
        for group in steps.param_groups:
            group["lr"] = rate(done, course, begun=begun)
        loss = loss_of(rng)
        steps.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5)
        steps.step()
        mean = loss.item() if mean is None else mean + 0.02 * (loss.item() - mean)
        if step % _TOLD == 0:
            sys.stdout.write(f"step {step} loss {mean:.4f} {spent:.0f} s\n")
            sys.stdout.flush()
        if step % _KEPT == _KEPT - 1:
            save_onnx(net, course.example, wish.out, course.free)
            net.train(not begun)
    save_onnx(net, course.example, wish.out, course.free)
