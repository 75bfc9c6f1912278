"""Where events of gates come from, as ``[gate_events]`` of ``site.toml`` says, and what must hold of it."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from consentry.app.settings_faults import Fault, shown
from consentry.app.settings_keys import TABLE, Words

_LISTEN = re.compile(r"(?:\[([0-9a-fA-F:]+)\]|([0-9.]+)):([0-9]{1,5})")


def address_of(text: str) -> tuple[str, int]:
    """Host and port of a loopback address.

    Raises:
        ValueError: it is none.
    """
    found = _LISTEN.fullmatch(text)
    try:
        host = ip_address((found[1] or found[2]) if found else text)
    except ValueError:
        found = None
    if found is None or not host.is_loopback or not 0 < int(found[3]) < 65_536:
        raise ValueError(
            "expected a loopback address and a port such as 127.0.0.1:8790; for other machines set a proxy with TLS "
            "before it"
        )
    return str(host), int(found[3])


def _loopback(text: str) -> str:
    address_of(text)
    return text


class GateEventsTable(BaseModel):
    """Where gates say that they let somebody in, for the `tailgating` hazard: by HTTP, from a file, or both."""

    model_config = TABLE

    listen: (
        Annotated[str, AfterValidator(_loopback), Field(json_schema_extra={"pattern": f"^(?:{_LISTEN.pattern})$"})]
        | None
    ) = None
    """Loopback address and port such as `127.0.0.1:8790`: `POST /authorisations` there with the token."""
    token_file: Words | None = None
    """File with the token that a sender must show, 16 letters or more on one line. A relative path begins at the
    settings file's folder."""
    file: Words | None = None
    """File of JSON lines that another program appends to; it is followed. Relative as above."""


def gate_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """What must hold between ``[gate_events]`` and the hazards that name a gate."""
    table = raw.get("gate_events")
    if isinstance(table, dict):
        if "listen" in table and "token_file" not in table:
            yield Fault(
                ("gate_events",),
                "events by HTTP need a token, no token_file is named",
                "write a long random word into a file and name it as token_file",
            )
        if "token_file" in table and "listen" not in table:
            yield Fault(("gate_events", "token_file"), "a token is named and nothing listens", "add listen")
        if not {"listen", "file"} & set(table):
            yield Fault(("gate_events",), "events come from nowhere", "add listen with token_file, or file")
    elif "gate_events" not in raw:
        for path, gate in named_gates(raw):
            yield Fault(
                (*path, "gate"),
                f"events of gate {shown(gate)} are asked for, and the site hears none",
                "add [gate_events] with listen or file, or leave gate out: then spacing alone gives advisories",
            )


def named_gates(raw: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every hazard that names a gate: its path of keys and the name."""
    for camera, hazard, table in _hazards(raw):
        gate = table.get("gate")
        if table.get("kind") == "tailgating" and isinstance(gate, str) and gate:
            yield ("camera", camera, "hazard", hazard), gate


def _hazards(raw: Mapping[str, Any]) -> Iterator[tuple[int, int, Mapping[str, Any]]]:
    cameras = raw.get("camera")
    for number, camera in enumerate(cameras if isinstance(cameras, list) else []):
        hazards = camera.get("hazard") if isinstance(camera, dict) else None
        for place, hazard in enumerate(hazards if isinstance(hazards, list) else []):
            if isinstance(hazard, dict):
                yield number, place, hazard
