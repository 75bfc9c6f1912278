"""``consentry face calibrate``: thresholds for wanted false match rates, measured on a folder of pictures."""

from collections.abc import Sequence

import numpy as np

from consentry.app.face_evaluation import compared_of
from consentry.app.face_evaluation_folder import Pictures
from consentry.app.face_evaluation_gathering import Progress, Tools, gather
from consentry.backends.calibrations import Calibration, Point
from consentry.evaluation.comparisons import Comparisons
from consentry.evaluation.thresholds import choose


def calibrate(
    pictures: Pictures, tools: Tools, fmrs: Sequence[float], name: str, seed: int, date: str, progress: Progress
) -> tuple[Calibration, ...]:
    """Thresholds of each embedder for each wanted rate.

    Args:
        pictures: of many people, two or more of each.
        tools: reader, finder, embedders.
        fmrs: wanted, 0-1.
        name: what to call the pictures.
        seed: of the bootstrap.
        date: ISO 8601.
        progress: told how far it is.

    Raises:
        TooFewSubjectsError: the pictures cannot support one of the rates.
        SourceError: there is nothing to compare.
        NetworkError: a runtime refused.
    """
    digest = pictures.digest()
    gathered = gather(pictures, tools, (), progress)
    try:
        made = []
        for embedder in tools.embedders:
            compared = compared_of(gathered, embedder.model)
            made.append(
                Calibration(
                    model=embedder.model,
                    data=name,
                    subjects=len(compared.where(~compared.mated).subjects),
                    mated=int(np.count_nonzero(compared.mated)),
                    non_mated=int(np.count_nonzero(~compared.mated)),
                    date=date,
                    finder=tools.finder.name,
                    pictures=digest,
                    points=tuple(_point(compared, fmr, seed) for fmr in sorted(set(fmrs))),
                )
            )
    finally:
        gathered.wipe()
    return tuple(made)


def _point(compared: Comparisons, fmr: float, seed: int) -> Point:
    chosen = choose(compared, fmr, seed)
    return Point(
        score=chosen.score,
        barely=chosen.barely,
        fmr=fmr,
        measured=chosen.fmr.rate,
        low=chosen.fmr.low,
        high=chosen.fmr.high,
        fnmr=chosen.fnmr.rate,
        fnmr_low=chosen.fnmr.low,
        fnmr_high=chosen.fnmr.high,
    )
