"""How well flames and smoke show in a single picture: ``python -m training.fire.stills FRAMES``.

FRAMES is the folder of 110 labelled pictures (CC BY 4.0, Roboflow "fire-wrpgm" v8; 0 fire, 1 other, 2 smoke). Many are
cut from the same film, so that pictures are held out by the film, told by eye, and never one by one. What learns is a
logistic regression on eighteen numbers of the picture. It is no part of the product: the watch has time, and uses it.
"""

import re
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from consentry.backends.fire_facts import reduced
from consentry.backends.flame_facts import warm_pixels
from consentry.core.frames import Image
from consentry.evaluation.intervals import wilson_interval

_FILMS = {
    "a street at night": "402 410 416 420 424 434 440 448 456 500",
    "a burning car's yard": "338 347 355 363 371 379 387 395 430 491 519 539",
    "a kitchen": "52 60 71",
    "a motorway": "602 616 621 629 634 640 648 655",
    "a back room": "700 708 713 727 735 741 749 755 761 769 775 783",
    "a patio": "14 23 7",
    "a stairwell": "81 88 97 55",
    "a shop": "1043 1057 2077 2085 2093 2123 2131 2150",
    "a depot": "1018 1031 943 950 958 965 971 987",
    "an office": "2037 2049 923 932",
    "a cloud": "806 812",
}
_FILM_OF = {number: film for film, numbers in _FILMS.items() for number in numbers.split()}
_SAME = {"fire1": "a stairwell", "fire2": "a burning car's yard", "newsmoke1": "a shop", "newsmoke2": "a depot"}
RIDGE = 0.03
"""Weight of the squared coefficients; 0.003 to 0.3 give F1 of 0.82 to 0.84 for fire."""

Rows = NDArray[np.float64]


def film_of(name: str) -> str:
    """Which film a picture is from, as far as the eye can tell.

    >>> film_of("img_402_jpg.rf.0.jpg"), film_of("fire2_mp4-30_jpg.rf.0.jpg"), film_of("img_107_jpg.rf.0.jpg")
    ('a street at night', "a burning car's yard", '107')
    """
    numbered = re.match(r"img_(\d+)", name)
    if numbered:
        return _FILM_OF.get(numbered[1], numbered[1])
    stem = re.sub(r"-\d+$", "", name.split("_mp4", maxsplit=1)[0])
    return _SAME.get(stem, stem)


def numbers(image: Image) -> Rows:
    """Eighteen numbers of a picture, float64 (18,): how much of it is warm, white-hot, how bright, how even."""
    small = reduced(image)
    channels = cv2.split(cv2.cvtColor(small, cv2.COLOR_BGR2YCrCb))
    luma, redness, blueness = (np.asarray(one, np.float32) for one in channels)
    red, tint = small[..., 2].astype(np.float32), redness - blueness
    mask = warm_pixels(small)[2]
    warm = mask > 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    hot = luma > 235
    ring = (cv2.dilate(hot.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0) & ~hot
    glowing = cv2.dilate(((tint > 15) & (luma > 120)).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    steep = cv2.magnitude(cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1))
    within = luma[warm] if warm.any() else np.zeros(2, np.float32)
    even = float(np.corrcoef(within, redness[warm])[0, 1]) if np.count_nonzero(warm) > 20 and within.std() > 0 else 0.0
    shares = (
        warm.mean(),
        stats[1:, 4].max(initial=0) / warm.size,
        hot.mean(),
        (hot & glowing).mean(),
        (hot & warm).mean(),
    )
    return np.array(
        [
            *(np.log(share + 1e-4) for share in shares),
            within.mean() / 255,
            within.std() / 64,
            even,
            *(
                (field[warm].mean() if warm.any() else 0.0) / unit
                for field, unit in ((tint, 60), (red, 255), (steep, 200))
            ),
            (tint[ring].mean() if ring.any() else 0.0) / 40,
            *(np.percentile(tint, (99, 99.9)) / 60),
            tint.mean() / 30,
            tint.std() / 20,
            luma.mean() / 128,
            luma.std() / 64,
        ],
        np.float64,
    )


def learn(rows: Rows, truth: NDArray[np.bool_], ridge: float = RIDGE) -> Rows:
    """Coefficients and, last, the constant; both classes weigh the same."""
    weights = np.where(truth, 0.5 / truth.mean(), 0.5 / (1 - truth.mean()))
    signs = np.where(truth, 1.0, -1.0)

    def loss(found: Rows) -> float:
        return float(
            (weights * np.logaddexp(0, -signs * (rows @ found[:-1] + found[-1]))).mean()
            + ridge * found[:-1] @ found[:-1]
        )

    return np.asarray(minimize(loss, np.zeros(rows.shape[1] + 1), method="L-BFGS-B").x)


def held_out(rows: Rows, truth: NDArray[np.bool_], films: NDArray[np.str_]) -> NDArray[np.bool_]:
    """What is said of each picture by what learned from all other films."""
    said = np.zeros(len(rows), bool)
    for film in np.unique(films):
        out = films == film
        mean, spread = rows[~out].mean(axis=0), rows[~out].std(axis=0) + 1e-6
        scaled = np.clip((rows - mean) / spread, -3, 3)
        found = learn(scaled[~out], truth[~out])
        said[out] = scaled[out] @ found[:-1] + found[-1] > 0
    return said


def main(folder: Path) -> None:
    """Hold out film by film and print what comes of it."""
    paths = sorted(folder.glob("*.jpg"))
    rows = np.array([numbers(np.asarray(cv2.imread(str(path)), np.uint8)) for path in paths])
    films = np.array([film_of(path.name) for path in paths])
    labels = [{line.split()[0] for line in path.with_suffix(".txt").read_text().splitlines()} for path in paths]
    for name, number in (("fire", "0"), ("smoke", "2")):
        truth = np.array([number in one for one in labels])
        said = held_out(rows, truth, films)
        hits, told, there = int((said & truth).sum()), int(said.sum()), int(truth.sum())
        low, high = wilson_interval(hits, there)
        print(  # noqa: T201
            f"{name}: F1 {2 * hits / (told + there):.2f}, precision {hits}/{told}, recall {hits}/{there} "
            f"({low:.2f}-{high:.2f}); {len(paths)} pictures of {len(set(films))} films, "
            f"{len(set(films[truth]))} with it"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
