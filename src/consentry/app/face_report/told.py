"""An evaluation as plain values for JSON."""

from dataclasses import fields, is_dataclass
from enum import Enum
from math import isfinite
from typing import Any

import numpy as np

from consentry.evaluation.attacks import AttackErrors
from consentry.evaluation.differentials import Difference, GroupRates
from consentry.evaluation.rates import Transaction

_ALSO: dict[type, tuple[str, ...]] = {
    Transaction: ("far", "frr", "gfar", "gfrr"),
    AttackErrors: ("apcer",),
    GroupRates: ("enough",),
    Difference: ("seen",),
}
"""What follows from the fields and is told beside them."""


def told(value: object) -> Any:  # noqa: ANN401 - JSON's values
    """A value of an evaluation as dicts, lists, numbers and texts; what is no number becomes null.

    >>> told(Transaction(0.0, 0.5, 0.0))["frr"]
    0.5
    """
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value)] + list(_ALSO.get(type(value), ()))
        return {name: told(getattr(value, name)) for name in names}
    if isinstance(value, np.ndarray):
        return [told(one) for one in value.tolist()]
    if isinstance(value, (tuple, list)):
        return [told(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value
