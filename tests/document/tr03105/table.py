"""The whole table: every case of TR-03105-5.1 that applies without terminal authentication, EF.DG3, EF.DG4, EF.CVCA."""

from collections import Counter
from collections.abc import Iterator
from functools import cache

from document.tr03105 import (
    access,
    certificate_faults,
    chip_proofs,
    directory,
    face,
    files,
    keys,
    pace_faults,
    pace_ways,
    sod_algorithms,
    sod_faults,
    zone,
)
from document.tr03105.case import Case

APPLICABLE = {
    "ISO7816_A": 3, "ISO7816_B": 10, "ISO7816_C": 8, "ISO7816_D": 15, "ISO7816_F": 9, "ISO7816_G": 41,
    "LDS_A": 10, "LDS_B": 28, "LDS_C": 28, "LDS_F": 7, "LDS_H": 98, "LDS_I": 3, "LDS_J": 4, "LDS_K": 4,
}  # fmt: skip
"""Cases of version 1.5 by unit. Left out: ISO7816_E (38), LDS_D (16), LDS_E (14), LDS_G (2)."""
_UNITS = (
    access,
    files,
    chip_proofs,
    pace_ways,
    pace_faults,
    directory,
    zone,
    face,
    keys,
    sod_algorithms,
    sod_faults,
    certificate_faults,
)


@cache
def table() -> tuple[Case, ...]:
    """All rows, by identifier."""
    return tuple(sorted((one for unit in _UNITS for one in unit.cases()), key=lambda one: one.identifier))


def named(unit: str) -> Iterator[str]:
    """The identifiers of a unit: BSI counts without gaps."""
    return (f"{unit}_{number:02d}" for number in range(1, APPLICABLE[unit] + 1))


def counted() -> dict[str, tuple[int, int]]:
    """Of each unit: cases that apply, rows of the table, each of which a test holds."""
    rows = Counter(one.identifier.rsplit("_", 1)[0] for one in table())
    return {unit: (count, rows[unit]) for unit, count in APPLICABLE.items()}
