"""What must hold between the tables about consent, and what is probably not meant."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from consentry.app.settings_faults import Fault, nearest, shown
from consentry.consent.purposes import ALLOWED, Purpose, TouchpointKind

if TYPE_CHECKING:
    from consentry.app.settings_lines import Path
    from consentry.app.settings_values import Site

GDPR = frozenset({
    "EU", "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU",
    "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO",
})  # fmt: skip
"""Jurisdictions under the GDPR: the Union, its 27 states, and the three others of the EEA."""


def consent_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong between ``[consent]``, ``[[touchpoint]]`` and ``[site]``."""
    found = raw.get("touchpoint")
    touchpoints = [table if isinstance(table, dict) else {} for table in (found if isinstance(found, list) else [])]
    if touchpoints and "consent" not in raw:
        yield Fault(
            ("touchpoint", 0),
            "a touchpoint compares travellers who agreed to it, and nothing says what they agree to",
            "add [consent] with the controller, its contact and the notice",
        )
    site = raw.get("site")
    if touchpoints and isinstance(site, dict) and site.get("profile") == "lab":
        yield Fault(
            ("site", "profile"),
            "profile lab measures on data sets and sees no traveller, and touchpoints are declared",
            "remove the touchpoints, or choose wallet",
        )
    names = [table.get("name") for table in touchpoints]
    for number, table in enumerate(touchpoints):
        path: Path = ("touchpoint", number)
        name = table.get("name")
        if isinstance(name, str) and name in names[:number]:
            yield Fault(
                (*path, "name"), f"expected a name of its own, another touchpoint is {name!r} too", "rename one"
            )
        yield from _purposes(path, table)
        manual = table.get("manual_lane")
        if isinstance(manual, str) and manual in names:
            yield Fault(
                (*path, "manual_lane"),
                f"expected a lane where a person checks, came the touchpoint {manual!r}",
                "name the lane beside it that has no camera (R8)",
            )


def _purposes(path: "Path", table: Mapping[str, Any]) -> Iterator[Fault]:
    kind, listed = table.get("kind"), table.get("purpose")
    if not (isinstance(kind, str) and kind in set(TouchpointKind) and isinstance(listed, list)):
        return
    allowed = ALLOWED[TouchpointKind(kind)]
    for number, purpose in enumerate(listed):
        here = (*path, "purpose", number)
        if not (isinstance(purpose, str) and purpose in set(Purpose)):
            continue
        if purpose not in allowed:
            names = sorted(one.value for one in allowed)
            yield Fault(here, f"a {kind} may not be used for {shown(purpose)}", nearest("", names))
        elif purpose in listed[:number]:
            yield Fault(here, f"expected each purpose once, came {shown(purpose)} again", "leave it out")


def consent_doubts(site: "Site") -> Iterator[Fault]:
    """What is probably not meant, and no reason to refuse the file."""
    if site.consent is None:
        return
    if not site.touchpoints:
        yield Fault(("consent",), "nobody can agree to anything: no touchpoint is declared", "add a [[touchpoint]]")
    if site.profile == "gallery" and site.consent.jurisdiction in GDPR:
        yield Fault(
            ("site", "profile"),
            "EDPB Opinion 11/2024 holds a gallery under the operator's control not compatible with the GDPR, and the "
            f"jurisdiction is {site.consent.jurisdiction}",
            "use wallet or sealed, or name the statute in each touchpoint's duty and have it examined",
        )
