"""The last measured accuracy as facts: what ``consentry evaluate faces --json`` wrote, checked, then believed."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consentry.app.dossier.values import Fact
from consentry.core.errors import MalformedError, StorageError
from consentry.evaluation.bootstrap import Estimate, percent

LARGEST = 64 << 20
"""bytes: an evaluation with all its curves has some hundred thousand."""
_RATES, _COUNTS = ("rate", "low", "high"), ("errors", "trials", "subjects")


@dataclass(frozen=True, slots=True)
class Measured:
    """An evaluation, as it was written."""

    told: Any
    """JSON's values."""
    digest: str
    """SHA-256 of the file."""
    name: str
    """Of the file."""


def read_evaluation(path: Path) -> Measured:
    """Read what ``consentry evaluate faces --json`` wrote.

    Raises:
        StorageError: it cannot be read.
        MalformedError: it is no such thing.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from error
    try:
        made = Measured(json.loads(content[:LARGEST]), hashlib.sha256(content).hexdigest(), path.name)
        accuracy_facts(made)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, IndexError) as error:
        raise MalformedError(
            f"{path}: expected what consentry evaluate faces --json writes, came something else"
        ) from error
    return made


def accuracy_facts(measured: Measured) -> dict[str, Fact]:
    """Facts by key, ``accuracy.MODEL.fmr`` and so on.

    Raises:
        KeyError, TypeError, ValueError: it is no evaluation.
    """
    about = measured.told["about"]
    source = f"{measured.name}, measured {_words(about['date'])}"
    found = dict(_all(measured.told))
    found["accuracy.file"] = f"SHA-256 {measured.digest}"
    return {key: Fact(value, source) for key, value in found.items()}


def _all(told: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON's values
    about = told["about"]
    yield "accuracy.date", _words(about["date"])
    yield (
        "accuracy.data",
        f"{int(about['subjects'])} people, {int(about['pictures'])} pictures, {_words(about['digest'])}",
    )
    yield "accuracy.fta", _rate(told["acquisition"]["fta"])
    yield "accuracy.fte", _rate(told["acquisition"]["fte"])
    for model in told["models"]:
        key, used = f"accuracy.{_words(model['model'])}", model["in_use"]
        yield f"{key}.threshold", f"{float(used['threshold']['score']):.3f} ({_words(used['threshold']['data'])})"
        yield f"{key}.fmr", _rate(used["fmr"])
        yield f"{key}.fnmr", _rate(used["fnmr"])
        for one in model["searched"]:
            yield f"{key}.fpir at {int(one['size'])}", _rate(one["fpir"])
            yield f"{key}.fnir at {int(one['size'])}", _rate(one["fnir"])
        for column in model["differentials"]:
            for group in column["groups"]:
                yield from _group(f"{key}.group {_words(column['column'])} {_words(group['name'])}", group)
    attacks = told["attacks"]
    if attacks is not None:
        if attacks["bpcer"] is not None:
            yield "accuracy.attacks.bpcer", _rate(attacks["bpcer"])
        for species in attacks["species"]:
            yield f"accuracy.attacks.apcer {_words(species['name'])}", _rate(species["apcer"])


def _group(key: str, group: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON's values
    for rate in ("fmr", "fnmr"):
        if group[rate] is not None:
            yield f"{key}, {rate}", _rate(group[rate])


def _rate(told: Any) -> str:  # noqa: ANN401 - JSON's values
    rates, counts = [float(told[name]) for name in _RATES], [int(told[name]) for name in _COUNTS]
    one = Estimate(rates[0], rates[1], rates[2], counts[0], counts[1], counts[2])
    if not 0 <= one.low <= one.high <= 1:
        raise ValueError("expected a rate with its interval")
    return f"{percent(one.rate)} % ({percent(one.low)}-{percent(one.high)} %), {one.errors:,} / {one.trials:,}"


def _words(told: object) -> str:
    if not isinstance(told, str):
        raise TypeError("expected words")
    return told[:300]
