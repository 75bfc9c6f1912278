"""Mistakes about consent in ``site.toml``: each is told at its line, all at once; what is right comes back alike."""

import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from consentry.app.settings import describe, json_schema, parse_site, read_text
from consentry.app.settings_consent import ConsentTable
from consentry.consent.purposes import ALLOWED, Purpose, TouchpointKind

CAMERA = '[[camera]]\nname = "cam"\nsource = "rtsp://10.0.0.7/1"\n'  # lines 1-3
CONSENT = (  # lines 4-11 behind CAMERA
    '[consent]\ncontroller = "Example Airport"\ncontroller_address = "1 Runway Road"\n'
    'privacy_contact = "privacy@airport.example"\njurisdiction = "EU"\nnotice_version = "3"\n'
    'notice_address = "https://airport.example/notice"\nwithdrawal = "At every privacy desk, at once."\n'
)
DUTY = "Regulation (EU) 2015/1998, Annex, 1.3"
TOUCHPOINT = (  # lines 12-17 behind CAMERA + CONSENT
    f'[[touchpoint]]\nname = "gate 12"\nkind = "boarding_gate"\npurpose = ["boarding"]\nduty = "{DUTY}"\n'
    'manual_lane = "desk 12"\n'
)
GOOD = CAMERA + CONSENT + TOUCHPOINT
PARTY = 'name = "Lanes Ltd"\naddress = "2 Runway Road"\ncontact = "dpo@lanes.example"\n'

MISTAKES = {
    # name: (text, line, where, what is said, what to do)
    "no consent": (CAMERA + TOUCHPOINT, 4, 'touchpoint[0] "gate 12"', "nothing says what they agree to", "[consent]"),
    "no duty": (GOOD.replace(f'duty = "{DUTY}"\n', ""), 12, "duty", "expected the key 'duty'", "The duty to check"),
    "an empty duty": (GOOD.replace(DUTY, "  "), 16, 'touchpoint[0] "gate 12" duty', "expected words", "a law"),
    "a duty of one word": (GOOD.replace(DUTY, "security"), 16, "duty", "at least 10 letters", "a law with its"),
    "no manual lane": (GOOD.replace('manual_lane = "desk 12"\n', ""), 12, "manual_lane", "expected the key", "without"),
    "a touchpoint as manual lane": (
        GOOD.replace('"desk 12"', '"gate 12"'), 17, "manual_lane", "lane where a person checks", "no camera (R8)",
    ),
    "no purpose": (GOOD.replace('["boarding"]', "[]"), 15, "purpose", "at least 1 entries", "What for"),
    "an unknown purpose": (GOOD.replace('"boarding"]', '"shopping"]'), 15, "purpose[0]", "came 'shopping'", "What for"),
    "a purpose of another kind": (
        GOOD.replace('["boarding"]', '["boarding", "lounge"]'), 15, "purpose[1]",
        "a boarding_gate may not be used for 'lounge'", "there is boarding",
    ),
    "a purpose twice": (GOOD.replace('["boarding"]', '["boarding", "boarding"]'), 15, "purpose[1]", "once", "leave"),
    "an unknown kind": (GOOD.replace('"boarding_gate"', '"shop"'), 14, "kind", "came 'shop'", "`bag_drop`"),
    "two of one name": (GOOD + TOUCHPOINT, 19, 'touchpoint[1] "gate 12" name', "another touchpoint", "rename"),
    "a lab with travellers": ('[site]\nprofile = "lab"\n' + GOOD, 2, "profile", "sees no traveller", "choose wallet"),
    "no controller": (GOOD.replace('controller = "Example Airport"\n', ""), 4, "consent.controller", "expected", "Who"),
    "a nameless controller": (GOOD.replace("Example Airport", " "), 5, "consent.controller", "expected words", ""),
    "no law": (GOOD.replace('"EU"', '"Europe"'), 8, "consent.jurisdiction", "two capital letters", "Whose law"),
    "a notice nowhere": (GOOD.replace("https://", ""), 10, "notice_address", "begins with https://", "read again"),
    "a nameless processor": (GOOD + '[[consent.processor]]\nname = "L"\n', 18, "processor[0]", "'address'", "postal"),
    "an unknown key": (GOOD + "camera = 5\n", 18, 'touchpoint[0] "gate 12" camera', "unknown key", ""),
    "no airport": (CAMERA + CONSENT + 'airport = "zurich"\n', 12, "consent.airport", "IATA or ICAO", "passes"),
    "for ever": (CAMERA + CONSENT + "passages_days = 1e9\n", 12, "passages_days", "or less", "days"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "where", "why", "remedy"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_line_and_what_to_do(
    text: str, line: int, where: str, why: str, remedy: str
) -> None:
    reading = read_text(text, "site.toml")
    assert reading.site is None
    told = [f"{p.place} | {p.why} | {p.remedy}" for p in reading.problems]
    found = [p for p in reading.problems if where in p.place and why in p.why and remedy in p.remedy]
    assert found, told
    assert found[0].place.startswith(f"site.toml:{line}:"), told
    assert found[0].remedy


def test_all_mistakes_come_at_once() -> None:
    text = GOOD.replace('"EU"', '"Europe"').replace('"boarding_gate"', '"lounge_door"').replace("desk 12", "gate 12")
    assert len(read_text(text, "site.toml").problems) == 3


RIGHT = {
    "the least": GOOD,
    "no consent at all": CAMERA,
    "processors and an authority": GOOD + f"[consent.authority]\n{PARTY}[[consent.processor]]\n{PARTY}" * 1
    + f'[[consent.processor]]\n{PARTY.replace("Lanes", "레인")}',
    "a walk-through lane": GOOD.replace("boarding_gate", "walk_through").replace('["b', '["security", "b'),
}  # fmt: skip


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_what_is_right_is_taken_and_told_again_alike(text: str) -> None:
    site = parse_site(text)
    assert parse_site(describe(site)) == site
    assert parse_site(describe(site)).consent == site.consent


def test_every_kind_allows_its_purposes_and_no_other() -> None:
    for kind in TouchpointKind:
        for purpose in Purpose:
            text = GOOD.replace('"boarding_gate"', f'"{kind}"').replace('["boarding"]', f'["{purpose}"]')
            assert (read_text(text, "s").site is not None) is (purpose in ALLOWED[kind])


def test_a_gallery_under_the_gdpr_is_warned_of() -> None:
    gallery = '[site]\nprofile = "gallery"\n' + GOOD
    assert ["EDPB" in one.why for one in read_text(gallery, "s").warnings].count(True) == 1
    assert not [one for one in read_text(gallery.replace('"EU"', '"KR"'), "s").warnings if "EDPB" in one.why]
    assert [one for one in read_text(CAMERA + CONSENT, "s").warnings if "no touchpoint" in one.why]


def test_the_schema_knows_the_tables() -> None:
    schema = json_schema()
    assert schema["properties"]["touchpoint"]["items"] == {"$ref": "#/$defs/TouchpointTable"}
    asked = schema["$defs"]["TouchpointTable"]
    assert set(asked["required"]) == {"name", "kind", "purpose", "duty", "manual_lane"}
    assert schema["$defs"]["ConsentTable"]["properties"]["jurisdiction"]["pattern"] == "^[A-Z]{2}$"
    assert json.loads(json.dumps(schema)) == schema
    assert TypeAdapter(ConsentTable).json_schema()["required"]


def test_the_example_has_touchpoints_that_serve_a_duty() -> None:
    path = Path(__file__).resolve().parents[2] / "examples" / "airport.site.toml"
    site = parse_site(path.read_text("utf-8"))
    assert site.consent is not None
    assert {one.kind for one in site.touchpoints} >= {TouchpointKind.LOUNGE_DOOR, TouchpointKind.BOARDING_GATE}
