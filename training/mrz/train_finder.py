"""Train the network that finds the lines: ``python -m training.mrz.train_finder OUT.onnx --seed 7 --steps 2500``."""

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from consentry.backends.mrz_lines import CORE, evened
from training.mrz.learning import Course, asked, learn
from training.mrz.networks import Finder
from training.mrz.pages import Page, draw_page
from training.mrz.texts import random_zone

SIDE = 288
"""px of a training picture's side: 15 letters or more of a line."""
PAGES, CUTS = 3, 2
"""Pages in a batch, and cuts of each: a page costs as much as learning from a cut."""


def random_page(rng: np.random.Generator) -> Page:
    """A page as a camera may give it to the finder: any quarter turn, seldom any angle, 5 to 19 px a letter."""
    turn = float(rng.integers(4) * 90 + rng.normal(0, 4)) if rng.random() < 0.85 else float(rng.uniform(0, 360))
    pitch = float(np.exp(rng.uniform(np.log(5), np.log(19))))
    return draw_page(rng, random_zone(rng), pitch, turn=turn, perspective=float(rng.uniform(0, 0.05)))


def examples(rng: np.random.Generator) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Square cuts of a page, evened, and which pixels of half the size belong to lines."""
    page = random_page(rng)
    truth = np.zeros(page.image.shape, np.uint8)
    for line in page.lines:
        core = _core(line)
        cv2.fillPoly(truth, [np.round(core * 8).astype(np.int32)], 255, cv2.LINE_AA, shift=3)
    found = []
    for _ in range(CUTS):
        grey, marked = _cut(rng, page, truth)
        half = cv2.resize(marked, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        found.append((evened(grey), half.astype(np.float32) / 255))
    return found


def _core(line: NDArray[np.float32]) -> NDArray[np.float32]:
    left, right, right_down, left_down = line
    trim = (1 - CORE) / 2
    return np.stack([
        left + trim * (left_down - left), right + trim * (right_down - right),
        right_down + trim * (right - right_down), left_down + trim * (left - left_down),
    ])  # fmt: skip


def _cut(rng: np.random.Generator, page: Page, truth: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    image = page.image
    pad = [max(SIDE - image.shape[axis], 0) for axis in (0, 1)]
    if any(pad):
        fill = int(rng.integers(256))
        border = (pad[0] // 2, pad[0] - pad[0] // 2, pad[1] // 2, pad[1] - pad[1] // 2)
        image = cv2.copyMakeBorder(image, *border, cv2.BORDER_CONSTANT, value=fill)
        truth = cv2.copyMakeBorder(truth, *border, cv2.BORDER_CONSTANT, value=0)
    aim = page.lines.reshape(-1, 2)[rng.integers(page.lines.size // 2)] if rng.random() < 0.6 else None
    begin = []
    for axis, room in ((0, image.shape[0] - SIDE), (1, image.shape[1] - SIDE)):
        wish = int(aim[1 - axis] - rng.uniform(0, SIDE)) if aim is not None else int(rng.integers(room + 1))
        begin.append(min(max(wish, 0), room))
    spot = np.s_[begin[0] : begin[0] + SIDE, begin[1] : begin[1] + SIDE]
    return np.ascontiguousarray(image[spot]), truth[spot]


def loss_of(logits: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """Cross-entropy, and overlap (Dice), which does not care how small the lines are in the picture."""
    each = functional.binary_cross_entropy_with_logits(logits, truth)
    sure = logits.sigmoid()
    overlap = (2 * (sure * truth).sum() + 1) / (sure.sum() + truth.sum() + 1)
    return each + 0.5 * (1 - overlap)


def main() -> None:
    """Train and write the file."""
    net = Finder()

    def loss(rng: np.random.Generator) -> torch.Tensor:
        pairs = [pair for _ in range(PAGES) for pair in examples(rng)]
        grey = torch.from_numpy(np.stack([one for one, _ in pairs])[:, None])
        truth = torch.from_numpy(np.stack([one for _, one in pairs])[:, None])
        return loss_of(net(grey), truth)

    size = {0: "n", 2: "h", 3: "w"}
    course = Course(torch.zeros(1, 1, 320, 320), size, fast=4e-3, gently=1.5e-3, slow=1e-5, decay=1e-4)
    learn(net, course, asked(__doc__, steps=2500), loss)


if __name__ == "__main__":
    main()
