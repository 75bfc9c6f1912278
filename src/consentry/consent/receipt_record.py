"""What a consent receipt says, field by field, and its one spelling as JSON (ISO/IEC TS 27560:2023).

The receipt is a full copy of the consent record, in the five parts of the specification: header (6.3.3, 6.4.5),
processing (6.3.4), each kind of data (6.3.5), parties (6.3.6), events (6.3.7). It is signed as these very bytes;
nothing is made canonical afterwards.
"""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from consentry.consent.profile import Profile
from consentry.consent.purposes import BIOMETRIC, DataClass, Purpose, lacking
from consentry.consent.retention import place_of
from consentry.core.errors import MalformedError

SCHEMA = "consentry-receipt-1 (ISO/IEC TS 27560:2023)"
LONGEST = 16_000
"""bytes of a receipt: a large airport's with six touchpoints has some 4,000."""
SECRET = 32
"""bytes of the traveller's secret, by which he shows that a receipt is his."""
_ID = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_LAST = 253_402_300_799
"""s UTC: the end of the year 9999, where calendars end."""


class Role(StrEnum):
    """What a party does."""

    CONTROLLER = "pii_controller"
    """Decides, and answers for it."""
    PROCESSOR = "pii_processor"
    """Acts on the controller's instruction; named one by one (R17)."""
    AUTHORITY = "authority"
    """Whom a traveller may complain to."""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who has to do with the data (6.3.6)."""

    role: Role
    name: str
    address: str
    contact: str
    """Mail address, telephone or web address for questions of privacy."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice that was read (ISO/IEC 29184)."""

    version: str
    address: str
    """Where it can be read again."""
    digest: str
    """SHA-256 of the text that was shown, as 64 hexadecimal digits."""
    language: str
    """Language tag of that text."""


@dataclass(frozen=True, slots=True)
class AgreedPurpose:
    """One purpose that the traveller agreed to."""

    purpose: Purpose
    touchpoints: tuple[str, ...]
    """Names in the settings."""
    duty: str
    """The duty to check an identity that the touchpoints serve (R7)."""


@dataclass(frozen=True, slots=True, repr=False)
class ConsentReceipt:
    """A traveller's consent, not yet signed. It does not print itself."""

    id: str
    """32 hexadecimal digits, random."""
    holder: str
    """Who gave it: ``holder_of`` a secret that the traveller alone has; no name."""
    journey: str
    """Flight and day, such as ``KE123 2026-12-01``."""
    profile: Profile
    notice: Notice
    jurisdiction: str
    """Whose law applies, such as ``EU`` or ``KR``."""
    parties: tuple[Party, ...]
    """One controller at least; every processor."""
    purposes: tuple[AgreedPurpose, ...]
    data_classes: tuple[DataClass, ...]
    """In the order of ``DataClass``."""
    withdrawal: str
    """How to withdraw, in the language of the notice."""
    given: int
    """s UTC."""
    until: int
    """s UTC, not included: the end of the journey if the traveller chose nothing else (R6)."""
    passages_until: int
    """s UTC until which passages are kept, so that the traveller can contest one."""

    def __post_init__(self) -> None:
        """Refuse what is no consent.

        Raises:
            MalformedError: names the field.
        """
        for problem in _problems(self):
            raise MalformedError(f"consent receipt: {problem}")

    def __repr__(self) -> str:
        """Nothing of the traveller."""
        return f"ConsentReceipt({len(self.purposes)} purposes, {self.profile.value})"

    def held_by(self, secret: bytes) -> bool:
        """Whether the receipt belongs to whoever has this secret."""
        return hmac.compare_digest(self.holder, holder_of(secret))

    def to_bytes(self) -> bytes:
        """The receipt as it is signed: JSON in UTF-8 without spaces."""
        return json.dumps(_told(self), ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def parse(cls, content: bytes) -> "ConsentReceipt":
        """Read a receipt; only the very bytes that ``to_bytes`` gives are one. No signature is checked here.

        Raises:
            MalformedError: it is none.
        """
        if len(content) > LONGEST:
            raise MalformedError(f"expected a consent receipt of at most {LONGEST} bytes, came {len(content)}")
        try:
            made = _made(json.loads(content))
            again = made.to_bytes()
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
            raise MalformedError(f"expected a consent receipt in JSON with the fields of {SCHEMA}") from error
        if again != content:
            raise MalformedError("expected a consent receipt in its one spelling: these fields in order, nothing else")
        return made


def holder_of(secret: bytes) -> str:
    """The number of whoever has this secret, as 64 hexadecimal digits.

    Raises:
        MalformedError: the secret has another length.
    """
    if len(secret) != SECRET:
        raise MalformedError(f"expected a secret of {SECRET} bytes, came {len(secret)}")
    return hashlib.sha256(b"consentry holder v1\0" + secret).hexdigest()


def _problems(receipt: ConsentReceipt) -> list[str]:
    """What is wrong with the fields, in words."""
    purposes = [agreed.purpose for agreed in receipt.purposes]
    missing = lacking(receipt.data_classes)
    in_order = tuple(one for one in DataClass if one in receipt.data_classes)
    texts = {
        "a journey": receipt.journey, "a jurisdiction": receipt.jurisdiction, "a way to withdraw": receipt.withdrawal,
        "a notice's version": receipt.notice.version, "a notice's address": receipt.notice.address,
        "a language": receipt.notice.language,
    }  # fmt: skip
    found = {
        "expected an id of 32 hexadecimal digits": not _ID.fullmatch(receipt.id),
        "expected a holder of 64 hexadecimal digits": not _HASH.fullmatch(receipt.holder),
        "expected a notice's digest of 64 hexadecimal digits": not _HASH.fullmatch(receipt.notice.digest),
        "expected a controller": all(party.role is not Role.CONTROLLER for party in receipt.parties),
        "expected parties with name, address and contact": not all(
            party.name and party.address and party.contact for party in receipt.parties
        ),
        "expected at least one purpose": not purposes,
        "expected each purpose once": len(set(purposes)) != len(purposes),
        "expected touchpoints and a duty for each purpose": not all(
            agreed.touchpoints and all(agreed.touchpoints) and agreed.duty for agreed in receipt.purposes
        ),
        f"expected agreement to {', '.join(missing)}": bool(missing),
        "expected each class of data once, in order": in_order != receipt.data_classes,
        "expected a period that begins before it ends": not 0 <= receipt.given < receipt.until <= _LAST,
        "expected passages to be kept to the end or longer": not receipt.until <= receipt.passages_until <= _LAST,
        **{f"expected {name}": not text for name, text in texts.items()},
    }
    return [words for words, wrong in found.items() if wrong]


def _told(receipt: ConsentReceipt) -> dict[str, object]:
    ids = _party_ids(receipt.parties)
    return {
        "schema_version": SCHEMA,
        "receipt_id": receipt.id,
        "record_id": receipt.id,
        "pii_principal_id": receipt.holder,
        "pii_processing": {
            "privacy_notice": receipt.notice.address,
            "privacy_notice_version": receipt.notice.version,
            "privacy_notice_sha256": receipt.notice.digest,
            "language": receipt.notice.language,
            "profile": receipt.profile.value,
            "journey": receipt.journey,
            "purposes": [
                {
                    "purpose": one.purpose.value,
                    "lawful_basis": "explicit consent",
                    "touchpoints": list(one.touchpoints),
                    "identity_check_duty": one.duty,
                }
                for one in receipt.purposes
            ],
            "pii_information": [_pii(receipt, one) for one in receipt.data_classes],
            "pii_controllers": [ids[party] for party in receipt.parties if party.role is Role.CONTROLLER],
            "pii_processors": [ids[party] for party in receipt.parties if party.role is Role.PROCESSOR],
            "recipient_third_parties": [],
            "storage_locations": sorted({place_of(receipt.profile, one).value for one in receipt.data_classes}),
            "retention_period": {"until": _moment(receipt.until), "passages_until": _moment(receipt.passages_until)},
            "jurisdiction": receipt.jurisdiction,
            "withdrawal_method": receipt.withdrawal,
        },
        "parties": [
            {
                "party_id": ids[party],
                "party_type": party.role.value,
                "party_name": party.name,
                "party_address": party.address,
                "party_contact": party.contact,
            }
            for party in receipt.parties
        ],
        "events": [
            {
                "event_time": _moment(receipt.given),
                "validity_duration": f"PT{receipt.until - receipt.given}S",
                "entity_id": receipt.holder,
                "event_type": "explicit",
                "event_state": "consent_given",
            }
        ],
    }


def _pii(receipt: ConsentReceipt, kind: DataClass) -> dict[str, object]:
    return {
        "pii_type": kind.value,
        "special_pii_category": kind in BIOMETRIC,
        "storage_location": place_of(receipt.profile, kind).value,
    }


def _made(told: dict[str, Any]) -> ConsentReceipt:
    processing, event = told["pii_processing"], told["events"][0]
    return ConsentReceipt(
        id=_words(told["receipt_id"]),
        holder=_words(told["pii_principal_id"]),
        journey=_words(processing["journey"]),
        profile=Profile(processing["profile"]),
        notice=Notice(
            _words(processing["privacy_notice_version"]),
            _words(processing["privacy_notice"]),
            _words(processing["privacy_notice_sha256"]),
            _words(processing["language"]),
        ),
        jurisdiction=_words(processing["jurisdiction"]),
        parties=tuple(
            Party(
                Role(one["party_type"]),
                _words(one["party_name"]),
                _words(one["party_address"]),
                _words(one["party_contact"]),
            )
            for one in told["parties"]
        ),
        purposes=tuple(
            AgreedPurpose(
                Purpose(one["purpose"]), tuple(map(_words, one["touchpoints"])), _words(one["identity_check_duty"])
            )
            for one in processing["purposes"]
        ),
        data_classes=tuple(DataClass(one["pii_type"]) for one in processing["pii_information"]),
        withdrawal=_words(processing["withdrawal_method"]),
        given=_seconds(event["event_time"]),
        until=_seconds(processing["retention_period"]["until"]),
        passages_until=_seconds(processing["retention_period"]["passages_until"]),
    )


def _words(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected a text, came {type(value).__name__}")
    return value


def _party_ids(parties: tuple[Party, ...]) -> dict[Party, str]:
    return {party: f"party-{number}" for number, party in enumerate(parties, 1)}


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _seconds(moment: str) -> int:
    return int(datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())
