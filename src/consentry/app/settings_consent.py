"""The tables of ``site.toml`` about consent: who answers for it, what the notice says, and the declared touchpoints."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from consentry.app.settings_keys import TABLE, Days, Name, Words
from consentry.consent.purposes import Purpose, TouchpointKind

_JURISDICTION = re.compile(r"[A-Z]{2}")
_ADDRESS = re.compile(r"https://[^\s/]+\.[^\s]+")
_AIRPORT = re.compile(r"[A-Z0-9]{3,4}")
NOWHERE = "ZZZZ"
"""ICAO's code for a place that has none (Doc 7910)."""
_SHORTEST_DUTY = 10
"""letters: no law, order or contract is named in fewer."""


def _jurisdiction(text: str) -> str:
    if not _JURISDICTION.fullmatch(text):
        raise ValueError("expected EU or two capital letters of a country (ISO 3166), such as KR")
    return text


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError("expected an address that begins with https://")
    return text


def _airport(text: str) -> str:
    if not _AIRPORT.fullmatch(text):
        raise ValueError("expected an IATA or ICAO code, such as ZRH or LSZH")
    return text


def _duty(text: str) -> str:
    if len(text.strip()) < _SHORTEST_DUTY:
        raise ValueError(f"expected the duty to check identities in words, at least {_SHORTEST_DUTY} letters")
    return text


class AuthorityTable(BaseModel):
    """The supervisory authority that a traveller may complain to."""

    model_config = TABLE

    name: Words
    """Its name."""
    address: Words
    """Its postal address."""
    contact: Words
    """Its mail address, telephone or web address."""


class ProcessorTable(BaseModel):
    """A company that works with travellers' data on the controller's instruction; named in the notice."""

    model_config = TABLE

    name: Words
    """Its name."""
    address: Words
    """Its postal address."""
    contact: Words
    """Its mail address, telephone or web address for questions of privacy."""


class ConsentTable(BaseModel):
    """Who answers for what travellers agree to, and what their receipts say."""

    model_config = TABLE

    controller: Words
    """Who decides why and how faces are used, and answers for it: the name that travellers read."""
    controller_address: Words
    """Postal address of the controller."""
    privacy_contact: Words
    """Mail address, telephone or web address for questions of privacy."""
    jurisdiction: Annotated[str, AfterValidator(_jurisdiction), Field(json_schema_extra={"pattern": "^[A-Z]{2}$"})]
    """Whose law applies: `EU`, or a country's two capital letters (ISO 3166)."""
    notice_version: Words
    """Version of the notice; a new one whenever the settings that it tells of change."""
    notice_address: Annotated[str, AfterValidator(_address), Field(json_schema_extra={"pattern": "^https://"})]
    """Where the notice can be read again, `https://`."""
    airport: Annotated[str, AfterValidator(_airport), Field(json_schema_extra={"pattern": "^[A-Z0-9]{3,4}$"})] = NOWHERE
    """The airport that journey passes are for: its IATA or ICAO code; `ZZZZ` is ICAO's for a place that has none."""
    withdrawal: Words
    """Where and how a traveller withdraws, as easily as he agreed (GDPR Art. 7(3)), in the words that he reads."""
    withdrawal_ko: Words | None = None
    """The same in Korean; without it Korean receipts tell the words above."""
    after_departure_s: Annotated[float, Field(ge=0, le=86_400)] = 10_800.0
    """s after the planned departure at which a journey ends, and the consent with it: three hours, for delays."""
    longest_days: Days = 30.0
    """days beyond the journey that a traveller may choose to keep his consent for; if he chooses nothing, it ends with
    the journey."""
    passages_days: Days = 3.0
    """days after the consent's end that passages are kept, so that a traveller can contest one: as long as evidence."""
    authority: AuthorityTable | None = None
    """The supervisory authority."""
    processor: tuple[ProcessorTable, ...] = ()
    """Companies that work on the controller's instruction."""


class TouchpointTable(BaseModel):
    """A place where a traveller who agreed to it may be compared; nobody is compared anywhere else."""

    model_config = TABLE

    name: Name
    """Its name, unique in the site; it stands in receipts and in the log."""
    kind: TouchpointKind
    """`bag_drop`, `security_lane`, `lounge_door`, `boarding_gate`, `border_gate` or `walk_through`."""
    purpose: Annotated[tuple[Purpose, ...], Field(min_length=1)]
    """What for: a list of `bag_drop`, `security`, `lounge`, `boarding`, `border`, as its kind allows."""
    duty: Annotated[Words, AfterValidator(_duty), Field(json_schema_extra={"minLength": _SHORTEST_DUTY})]
    """The duty to check an identity that it serves: a law with its article, an order, a contract. Without such a duty
    faces may not be used (R7)."""
    manual_lane: Name
    """Name of the lane beside it where a person checks instead, without a camera and without disadvantage (R8)."""
