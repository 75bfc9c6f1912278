"""Train the network that reads a line: ``python -m training.mrz.train_reader OUT.onnx --seed 7 --steps 20000``.

Lines are cut from drawn pages by the product's own code, as inexactly as the finder places them. With ``--begin`` the
training goes on from a network written before; its batch norms are folded away and stay as they are.
"""

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from consentry.backends.mrz_lines import HEIGHT, WIDEST, Line, cut, prepared, shrunk
from training.mrz.learning import Course, asked, learn
from training.mrz.networks import CHARACTERS, Reader
from training.mrz.pages import draw_page
from training.mrz.texts import random_zone

BATCH = 16
_STEPS = WIDEST // 4
"""Steps of CTC from left to right."""


def line_of(corners: NDArray[np.float32]) -> Line:
    """Where a line lies whose corners are known."""
    a, b, c, d = corners.astype(np.float64)
    left, right = (a + d) / 2, (b + c) / 2
    length = float(np.linalg.norm(right - left))
    height = float(np.linalg.norm(d - a) + np.linalg.norm(c - b)) / 2
    return Line(left, (right - left) / length, np.zeros(3), 0.0, length, height)


def _missed(rng: np.random.Generator, line: Line) -> Line:
    """A line as a finder may place it: a little off, tilted, bent, too short or too long."""
    height, length = line.height, line.end - line.begin
    tilt, bow = rng.normal(0, 0.05) * height / length, rng.normal(0, 0.04) * height / length**2 * 4
    bend = np.array([bow, tilt - bow * length, -tilt * length / 2 + rng.normal(0, 0.06) * height])
    begin, end = line.begin + rng.normal(0, 0.35) * height, line.end + rng.normal(0, 0.35) * height
    return replace(line, bend=bend, begin=begin, end=end, height=height * float(np.exp(rng.normal(0, 0.08))))


def examples(rng: np.random.Generator) -> list[tuple[NDArray[np.float32], str]]:
    """The lines of one page, cut and prepared, and what stands in them."""
    pitch = float(np.exp(rng.uniform(np.log(6.5), np.log(26))))
    page = draw_page(
        rng, random_zone(rng), pitch, turn=float(rng.normal(0, 4)), perspective=float(rng.uniform(0, 0.03))
    )
    found = []
    for corners, text in zip(page.lines, page.texts, strict=True):
        line = line_of(corners)
        small, factor = shrunk(page.image, line)
        tall, margin = float(rng.uniform(1.2, 1.75)), float(rng.uniform(0.3, 1.2))
        straight = cut(small, _missed(rng, line.scaled(factor)), tall, margin)
        found.append((prepared(straight), text))
    return found


def main() -> None:
    """Train and write the file."""
    net, ctc = Reader(), nn.CTCLoss(zero_infinity=True)
    waiting: list[tuple[NDArray[np.float32], str]] = []

    def loss(rng: np.random.Generator) -> torch.Tensor:
        while len(waiting) < 4 * BATCH:  # lines of many pages in each batch
            waiting.extend(examples(rng))
        picked = [waiting.pop(int(rng.integers(len(waiting)))) for _ in range(BATCH)]
        grey = torch.from_numpy(np.stack([one for one, _ in picked])[:, None])
        target = torch.tensor([CHARACTERS.index(letter) + 1 for _, text in picked for letter in text])
        logits = net(grey).log_softmax(-1).permute(1, 0, 2)
        lengths = torch.tensor([len(text) for _, text in picked])
        wrong: torch.Tensor = ctc(logits, target, torch.full((BATCH,), _STEPS), lengths)
        return wrong

    course = Course(torch.zeros(1, 1, HEIGHT, WIDEST), {0: "n"}, fast=3e-3, gently=1e-3, slow=1e-6, decay=1e-3)
    learn(net, course, asked(__doc__, steps=20000), loss)


if __name__ == "__main__":
    main()
