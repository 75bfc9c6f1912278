"""The data groups behind zone and portrait that an officer may read: 11, 12, 13 and 16 (ICAO Doc 9303-10, 4.7.11-16).

They are optional, and what is in them decides nothing: that they are what the state signed is passive authentication's
matter. One that does not read as it should is told and does not make a document false.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from consentry.document.checks import Check, Outcome
from consentry.document.data_groups import (
    Details,
    read_document_details,
    read_holder_details,
    read_optional_details,
    read_persons_to_notify,
)
from consentry.document.tlv import TlvError

_NAME, _CLAUSE = "further_groups", "ICAO Doc 9303-10, 4.7.11-4.7.16"
_READERS: Mapping[int, Callable[[bytes], tuple[Details, ...]]] = {
    11: lambda file: (read_holder_details(file),),
    12: lambda file: (read_document_details(file),),
    16: read_persons_to_notify,
}


@dataclass(frozen=True, slots=True, repr=False)
class FurtherGroups:
    """What they say. It does not print itself."""

    details: Mapping[int, tuple[Details, ...]]
    """By number of the data group; several of them in data group 16, one a person."""
    own: bytes | None
    """Data group 13, in a form of the state's own; None: there is none, or it does not read."""
    faults: tuple[str, ...]
    """Why groups that are there do not read, in words."""

    def __repr__(self) -> str:
        """Which, and nothing of what they say."""
        return f"FurtherGroups({sorted(self.details)})"


def read_further_groups(groups: Mapping[int, bytes]) -> FurtherGroups:
    """Read those that are there.

    Args:
        groups: data groups as they lie in the chip, by number.
    """
    details: dict[int, tuple[Details, ...]] = {}
    own, faults = None, []
    for number in sorted(groups.keys() & {*_READERS, 13}):
        try:
            if number == 13:
                own = read_optional_details(groups[13])
            else:
                details[number] = _READERS[number](groups[number])
        except TlvError as error:
            faults.append(f"data group {number} is not what it should be: {error}")
    return FurtherGroups(details, own, tuple(faults))


def further_checks(further: FurtherGroups) -> tuple[Check, ...]:
    """Whether they read; nothing where there are none."""
    if further.faults:
        return (Check(_NAME, Outcome.UNDETERMINED, "; ".join(further.faults), _CLAUSE),)
    numbers = sorted(further.details.keys() | (set() if further.own is None else {13}))
    if not numbers:
        return ()
    unknown = sorted({f"{tag:X}" for each in further.details.values() for one in each for tag in one.unknown})
    why = f"{', '.join(f'DG{number}' for number in numbers)} read"
    why += f"; elements that the standard does not name: {', '.join(unknown)}" if unknown else ""
    return (Check(_NAME, Outcome.SUCCESSFUL, why, _CLAUSE),)
