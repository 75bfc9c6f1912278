"""What the settings say, as facts. Sources of cameras are left out: an address may hold credentials."""

import hashlib
from collections.abc import Iterator

from consentry.app.dossier.values import Fact
from consentry.app.settings import describe
from consentry.app.settings_consent import AuthorityTable, ConsentTable, ProcessorTable, TouchpointTable
from consentry.app.settings_values import CameraSettings, Site

DAY = 86_400
"""s."""


def settings_hash(site: Site) -> str:
    """SHA-256 of the settings as ``consentry check`` shows them: the one that the log names (``app/starting.py``)."""
    return hashlib.sha256(describe(site).encode()).hexdigest()


def settings_facts(site: Site, name: str) -> dict[str, Fact]:
    """Facts by key.

    Args:
        site: the settings.
        name: of their file.
    """
    told = dict(_site(site))
    if site.consent is not None:
        told |= dict(_consent(site.consent))
    for touchpoint in site.touchpoints:
        told |= dict(_touchpoint(touchpoint))
    for camera in site.cameras:
        told |= dict(_camera(camera))
    return {key: Fact(value, f"{name} {_table(key)}") for key, value in told.items() if value}


def _table(key: str) -> str:
    """The table of the settings in which a fact stands."""
    first = key.partition(".")[0]
    return f"[[{first}]]" if first in {"touchpoint", "camera"} else f"[{first}]"


def _site(site: Site) -> Iterator[tuple[str, str]]:
    yield "site.name", site.name
    yield "site.profile", site.profile
    yield "site.timezone", str(site.timezone)
    yield "site.settings", settings_hash(site)
    yield "retention.alarms", f"{site.retention.alarms_days:g} d"
    yield "retention.evidence", f"{site.retention.evidence_days:g} d"
    yield "retention.observations", f"{site.retention.observations_days:g} d"
    yield "evidence.clips", f"{site.evidence.before_s:g} s + {site.evidence.after_s:g} s, {site.evidence.width} px"


def _consent(consent: ConsentTable) -> Iterator[tuple[str, str]]:
    yield "consent.controller", f"{consent.controller}, {consent.controller_address}"
    yield "consent.airport", consent.airport
    yield "consent.contact", consent.privacy_contact
    yield "consent.jurisdiction", consent.jurisdiction
    yield "consent.notice", f"{consent.notice_version}, {consent.notice_address}"
    yield "consent.withdrawal", consent.withdrawal
    yield "consent.after_departure", f"{consent.after_departure_s / 3600:g} h"
    yield "consent.longest", f"{consent.longest_days:g} d"
    yield "consent.passages", f"{consent.passages_days:g} d"
    yield "consent.authority", "" if consent.authority is None else _party(consent.authority)
    yield "consent.processors", "; ".join(_party(one) for one in consent.processor)


def _party(one: AuthorityTable | ProcessorTable) -> str:
    return f"{one.name}, {one.address} ({one.contact})"


def _touchpoint(one: TouchpointTable) -> Iterator[tuple[str, str]]:
    key = f"touchpoint.{one.name}"
    yield f"{key}.kind", one.kind.value
    yield f"{key}.purposes", ", ".join(purpose.value for purpose in one.purpose)
    yield f"{key}.duty", one.duty
    yield f"{key}.manual lane", one.manual_lane


def _camera(one: CameraSettings) -> Iterator[tuple[str, str]]:
    hazards = dict.fromkeys(f"{hazard.kind} ({hazard.place})" for hazard in one.hazards)
    yield f"camera.{one.name}.hazards", ", ".join(hazards) or "-"
    yield f"camera.{one.name}.pictures", f"{one.rate:g}/s"
