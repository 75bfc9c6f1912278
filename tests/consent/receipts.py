"""Receipts for tests, as a kiosk makes them."""

import dataclasses
from typing import Any

from consentry.consent.profile import Profile
from consentry.consent.purposes import DataClass, Purpose
from consentry.consent.receipt import (
    AgreedPurpose,
    Consent,
    ConsentReceipt,
    Notice,
    Party,
    Role,
    SignedReceipt,
    holder_of,
    sign_receipt,
)
from consentry.ledger.note import Kind, SigningKey

KEY = SigningKey.new("airport.example/receipts", Kind.ED25519)
SECRET = bytes(range(32))
GIVEN = 1_800_000_000
UNTIL = GIVEN + 10 * 3600
RECEIPT = ConsentReceipt(
    id="0123456789abcdef0123456789abcdef",
    holder=holder_of(SECRET),
    journey="KE123 2027-01-15",
    profile=Profile.WALLET,
    notice=Notice("3", "https://airport.example/notice", "ab" * 32, "ko"),
    jurisdiction="EU",
    parties=(
        Party(Role.CONTROLLER, "공항 Example Airport", "1 Runway Road, Example", "privacy@airport.example"),
        Party(Role.PROCESSOR, "Lanes Ltd", "2 Runway Road, Example", "dpo@lanes.example"),
    ),
    purposes=(
        AgreedPurpose(Purpose.LOUNGE, ("lounge",), "terms of the lounge, checked at its door"),
        AgreedPurpose(Purpose.BOARDING, ("gate 12", "gate 14"), "Regulation (EU) 2015/1998, 1.3"),
    ),
    data_classes=tuple(DataClass),
    withdrawal="At every privacy desk, at once: show this receipt.",
    given=GIVEN,
    until=UNTIL,
    passages_until=UNTIL + 3 * 86_400,
)


def receipt(**changes: Any) -> ConsentReceipt:
    return dataclasses.replace(RECEIPT, **changes)


def signed(**changes: Any) -> SignedReceipt:
    return sign_receipt(receipt(**changes), KEY)


def consent(at: float = GIVEN + 60, **changes: Any) -> Consent:
    return signed(**changes).check([KEY.verifier], at, frozenset())
