"""What a chip says of holder and document, in words and rows for the officer who has both in front of him.

Nothing else may show it: it never goes into a log, and into standard output only where it was asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from consentry.document.data_groups import Details
from consentry.document.further_groups import FurtherGroups
from consentry.document.mrz import Mrz

_TITLES = {11: "More of the holder (DG11)", 12: "More of the document (DG12)", 16: "To be told in an emergency (DG16)"}
_KEYS = {11: "holder", 12: "document", 16: "persons_to_notify"}


@dataclass(frozen=True, slots=True, repr=False)
class Section:
    """Rows that belong together. It does not print itself."""

    title: str
    rows: tuple[tuple[str, str], ...]
    """What it is, and what it says."""

    def __repr__(self) -> str:
        """How much, and nothing of it."""
        return f"Section({self.title!r}, {len(self.rows)} rows)"


def zone_rows(zone: Mrz | None) -> tuple[tuple[str, str], ...]:
    """Of the zone in the chip; empty where it does not read."""
    if zone is None:
        return ()
    return (
        ("Name", f"{zone.names.primary}, {zone.names.secondary}".removesuffix(", ")),
        ("Nationality", zone.nationality),
        ("Born", str(zone.birth)),
        ("Sex", zone.sex),
        ("Document", f"{zone.code} {zone.number}"),
        ("Issued by", zone.issuer),
        ("Expires", str(zone.expiry)),
    )


def further_sections(further: FurtherGroups) -> tuple[Section, ...]:
    """Of the data groups behind zone and portrait, in the order of their numbers."""
    found = {
        number: Section(_TITLES[number], tuple(row for one in each for row in _rows(one)))
        for number, each in further.details.items()
    }
    if further.own is not None:
        what = f"{len(further.own)} bytes in a form of the state's own, not read here"
        found[13] = Section("Of the state's own (DG13)", (("Content", what),))
    return tuple(section for _, section in sorted(found.items()) if section.rows)


def details_json(zone: Mrz | None, further: FurtherGroups) -> dict[str, object]:
    """All of it for programs: of the zone one text each, of the others lists of texts."""
    told: dict[str, object] = {"zone": {name.lower().replace(" ", "_"): text for name, text in zone_rows(zone)}}
    told |= {
        _KEYS[number]: [_texts(one) for one in each] if number == 16 else _texts(each[0])
        for number, each in further.details.items()
    }
    return told if further.own is None else told | {"own_bytes": len(further.own)}


def _rows(details: Details) -> Iterable[tuple[str, str]]:
    return ((name[:1].upper() + name[1:], text) for name, texts in details.texts.items() for text in texts if text)


def _texts(details: Details) -> Mapping[str, list[str]]:
    return {name.replace(" ", "_"): list(texts) for name, texts in details.texts.items()}
