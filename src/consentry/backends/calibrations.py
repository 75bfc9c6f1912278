"""Thresholds with what was measured at them, in a file: those that come with Consentry, or an operator's own.

A threshold is of one model: a score means nothing to another. The file ``calibrations.json`` beside this one is part of
the package: figures measured on pictures of people, none of the pictures.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from importlib import resources
from pathlib import Path
from typing import Any

from consentry.core.errors import MalformedError, ModelMismatchError, StorageError, SupplyError
from consentry.face.verification import Threshold

_SHIPPED = "calibrations.json"
_LARGEST = 10_000_000
"""bytes: a threshold takes 300."""


@dataclass(frozen=True, slots=True)
class Point:
    """One threshold with what it did on the data it was chosen on. Rates and limits are 0-1."""

    score: float
    """From which a comparison is a match."""
    barely: float
    """From which one more is needed to say: the false match rate itself is as wanted, its interval's end is above."""
    fmr: float
    """Wanted: the upper end of the measured one's interval is at most this."""
    measured: float
    """False match rate that was seen."""
    low: float
    high: float
    """95 % interval of it."""
    fnmr: float
    """False non-match rate that was seen."""
    fnmr_low: float
    fnmr_high: float
    """95 % interval of it."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was measured of one model on one set of pictures."""

    model: str
    data: str
    """Which pictures of whom."""
    subjects: int
    mated: int
    """Comparisons."""
    non_mated: int
    """Comparisons."""
    date: str
    """ISO 8601."""
    finder: str
    """Face finder behind the samples."""
    pictures: str
    """SHA-256 over the hashes of all pictures, sorted: tells whether a set is the one that this was measured on."""
    points: tuple[Point, ...]
    """The strictest first."""

    def thresholds(self) -> tuple[Threshold, ...]:
        """As comparisons want them, the strictest first."""
        data = f"{self.data}: {self.subjects} people, {self.non_mated:,} non-mated comparisons"
        return tuple(
            Threshold(
                score=point.score,
                fmr=point.fmr,
                low=point.low,
                high=point.high,
                model=self.model,
                data=data,
                date=self.date,
                barely=point.barely,
                surely=point.score,
            )
            for point in self.points
        )


def load_thresholds(model: str, path: Path | None = None) -> tuple[Threshold, ...]:
    """The thresholds of one model, the strictest first.

    Args:
        model: as its templates name it; several names joined by ``+`` for a fusion.
        path: a calibration file of the operator's own; None: those that come with Consentry.

    Raises:
        SupplyError: there is no such file, or none of this model comes with Consentry.
        MalformedError: it is no calibration file.
        ModelMismatchError: the file was measured with other models.
    """
    return calibration_of(model, path).thresholds()


def load_threshold(model: str, fmr: float | None = None, path: Path | None = None) -> Threshold:
    """The threshold of one model for a wanted false match rate.

    Args:
        model: as ``load_thresholds``.
        fmr: the highest that is wanted, 0-1; None: the lowest that the calibration supports.
        path: as ``load_thresholds``.

    Raises:
        SupplyError: as ``load_thresholds``, or the calibration supports no rate so low.
        MalformedError: as ``load_thresholds``.
        ModelMismatchError: as ``load_thresholds``.
    """
    thresholds = load_thresholds(model, path)
    if fmr is None:
        return thresholds[0]
    fits = [one for one in thresholds if one.fmr <= fmr]
    if not fits:
        raise SupplyError(
            f"a false match rate of {fmr:g} was wanted; the calibration of {model} supports none below "
            f"{thresholds[0].fmr:g} ({thresholds[0].data}): calibrate with more people, consentry face calibrate"
        )
    return fits[-1]


def calibration_of(model: str, path: Path | None = None) -> Calibration:
    """Everything that was measured of one model; arguments and errors as ``load_thresholds``."""
    known = read_calibrations(path)
    if model in known:
        return known[model]
    told = ", ".join(sorted(known)) or "none"
    if path is None:
        raise SupplyError(
            f"no calibration of {model} comes with Consentry, only of {told}: "
            "make one with consentry face calibrate, and name its file"
        )
    raise ModelMismatchError(
        f"{path}: expected a calibration of {model}, came {told}; a threshold of another model means nothing here"
    )


def read_calibrations(path: Path | None = None) -> dict[str, Calibration]:
    """All calibrations of a file, by model.

    Args:
        path: of the file; None: those that come with Consentry.

    Raises:
        SupplyError: there is no such file, or it cannot be read.
        MalformedError: it is no calibration file.
    """
    if path is None:
        return _parse(resources.files("consentry.backends").joinpath(_SHIPPED).read_text("utf-8"), _SHIPPED)
    try:
        if path.stat().st_size > _LARGEST:
            raise MalformedError(f"{path}: expected a calibration file, came {path.stat().st_size:,} bytes")
        text = path.read_text("utf-8")
    except OSError as error:
        raise SupplyError(
            f"expected calibrations in {path}, which cannot be read: {error.strerror}; "
            "make them with consentry face calibrate"
        ) from error
    except UnicodeDecodeError as error:
        raise MalformedError(f"{path}: expected a calibration file in UTF-8, came other bytes") from error
    return _parse(text, str(path))


def write_calibrations(calibrations: Sequence[Calibration], path: Path) -> None:
    """Write calibrations into a file; those of other models that it holds stay.

    Raises:
        MalformedError: the file is there and is no calibration file: it is left alone.
        StorageError: it could not be written.
    """
    known = read_calibrations(path) if path.exists() else {}
    known |= {one.model: one for one in calibrations}
    text = json.dumps({"calibrations": [asdict(known[model]) for model in sorted(known)]}, indent=1)
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(f"{text}\n", encoding="utf-8")
        os.replace(part, path)  # noqa: PTH105 - Path.replace is the same call; a file is there whole or not at all
    except OSError as error:
        raise StorageError(f"{path} could not be written: {error.strerror}") from error


def _parse(text: str, where: str) -> dict[str, Calibration]:
    try:
        told = json.loads(text)
        calibrations = [_calibration(one, where) for one in told["calibrations"]]
    except (json.JSONDecodeError, KeyError, TypeError, RecursionError) as error:
        raise MalformedError(f"{where}: expected a file of consentry face calibrate, came something else") from error
    return {one.model: one for one in calibrations}


def _calibration(told: dict[str, Any], where: str) -> Calibration:
    points = tuple(_point(one, where) for one in told["points"])
    if not points or list(points) != sorted(points, key=lambda point: (point.fmr, -point.score)):
        raise MalformedError(f"{where}: expected thresholds from the strictest on, came none or in disorder")
    values = {field.name: told[field.name] for field in fields(Calibration) if field.name != "points"}
    for name, value in values.items():
        wanted = int if name in {"subjects", "mated", "non_mated"} else str
        if type(value) is not wanted:
            raise MalformedError(f"{where}: {name}: expected {wanted.__name__}, came {value!r}")
    return Calibration(**values, points=points)


def _point(told: dict[str, Any], where: str) -> Point:
    values = {field.name: told[field.name] for field in fields(Point)}
    for name, value in values.items():
        least, most = (-1.0, 1.0 + 1e-6) if name in {"score", "barely"} else (0.0, 1.0)
        if type(value) not in {int, float} or not least <= value <= most:
            raise MalformedError(f"{where}: {name}: expected a number from {least:g} to {most:g}, came {value!r}")
    if not (
        values["low"] <= values["measured"] <= values["high"] <= values["fmr"] and values["barely"] <= values["score"]
    ):
        raise MalformedError(f"{where}: expected low <= measured <= high <= fmr, and barely <= score, came {values}")
    return Point(**{name: float(value) for name, value in values.items()})
