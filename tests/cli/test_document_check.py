"""``consentry document check`` and ``consentry trust`` as an officer runs them."""

import base64
import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from backends.chips import Wish, document
from cli.here import Run, running
from consentry.app.document_check import check_document
from consentry.app.document_page import render_document
from consentry.backends.portrait_decoder import PortraitDecoder
from consentry.backends.simulated_emrtd import SimulatedEmrtd
from consentry.cli.document_check import came_from
from consentry.document.checks import Check, Outcome, Verdict
from consentry.document.chip_session import ChipReading
from consentry.document.issuing import write_com, write_mrz_group
from consentry.document.key_derivation import Suite
from consentry.document.lds import EF_COM, EF_SOD, TAGS, file_of
from consentry.document.security_infos import Mapping
from consentry.document.tlv import write_tlv
from document.fault_lists import PUBLISHER, REVOKED, TEXT, defect, defect_list, deviation, deviation_list, named
from document.further import FURTHER, SAID
from document.pki import MRZ, NOW, Passport, key, passport
from servers.virtual_reader import missing, virtual_reader

CHIP = Check("active_authentication", Outcome.SUCCESSFUL, "RSA 2048 with sha256", "ICAO Doc 9303-11, 6.1")
SECRETS = ("ERIKSSON", "ANNA", "L898902C3", "1974", "ZE184226")


@pytest.fixture
def consentry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return running(tmp_path, monkeypatch, capsys)


def chipped() -> Passport:
    return replace(passport(), more={15: write_tlv(TAGS[15], key("rsa2048", role="chip").public)})


@pytest.fixture
def laid(tmp_path: Path, consentry: Run) -> Path:
    """A folder with a passport, its printed zone and a folder of trust."""
    one = chipped()
    (tmp_path / "chip").mkdir()
    for identifier, file in one.files().items():
        (tmp_path / "chip" / f"ef{identifier:04X}.bin").write_bytes(file)
    (tmp_path / "csca.cer").write_bytes(one.csca.der)
    (tmp_path / "zone.txt").write_text("\n".join(MRZ))
    assert consentry("trust", "import", "csca.cer").code == 0
    return tmp_path


CHECK = ("document", "check", "--chip", "chip", "--trust", "trust", "--at", "2026-11-25")


def test_files_alone_are_undetermined_since_they_may_be_a_copy(laid: Path, consentry: Run) -> None:
    del laid
    ended = consentry(*CHECK, "--mrz", "zone.txt")
    assert ended.code == 4
    assert "UNDETERMINED. Nothing is wrong" in ended.out
    assert "Lacking: protection against copies." in ended.out
    assert not any(secret in ended.out + ended.err for secret in SECRETS)


def test_json_tells_every_check_and_nothing_of_the_holder(laid: Path, consentry: Run) -> None:
    del laid
    ended = consentry(*CHECK, "--json")
    told = json.loads(ended.out)
    assert (ended.code, told["verdict"], told["genuine"]) == (4, "undetermined", False)
    outcomes = {one["name"]: one["outcome"] for one in told["checks"]}
    assert outcomes["sod_signature"] == outcomes["signer_chain"] == outcomes["portrait_decoded"] == "successful"
    assert outcomes["optical_mrz"] == outcomes["clone_protection"] == "undetermined"
    assert all(one["clause"] and one["why"] for one in told["checks"])
    assert not any(secret in ended.out for secret in SECRETS)


@pytest.mark.parametrize(
    ("name", "data", "wrong"),
    [
        ("ef0101.bin", write_mrz_group((MRZ[0].replace("ANNA", "ANNE"), MRZ[1])), "contents of the chip"),
        ("ef011E.bin", write_com((1, 2)), "chip's own list against the signed one"),
        ("ef011D.bin", b"\x77\x02\x05\x00", "signed object (EF.SOD)"),
    ],
    ids=["altered data", "hidden group", "no signed object"],
)
def test_what_is_wrong_ends_with_3_and_says_what(
    name: str, data: bytes, wrong: str, laid: Path, consentry: Run
) -> None:
    (laid / "chip" / name).write_bytes(data)
    ended = consentry(*CHECK, "--mrz", "zone.txt")
    assert ended.code == 3
    assert f"NOT GENUINE. Wrong: {wrong}" in ended.out


def test_another_day_is_another_verdict(laid: Path, consentry: Run) -> None:
    del laid
    ended = consentry(*CHECK[:-1], "2040-01-01")
    assert ended.code == 3
    assert "expired before 2040-01-01" in ended.out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("document", "check", "--trust", "trust"), 2, "one of the two"),
        (("document", "check", "--trust", "trust", "--chip", "chip", "--reader"), 2, "one of the two"),
        (("document", "check", "--chip", "chip"), 2, "--trust"),
        ((*CHECK[:-1], "yesterday"), 2, "expected a day"),
        (("document", "check", "--chip", "nowhere", "--trust", "trust"), 1, "expected a folder"),
        (("document", "check", "--chip", "chip", "--trust", "nowhere"), 1, "consentry trust import"),
        ((*CHECK, "--mrz", "nowhere.txt"), 1, "expected the lines of a zone"),
        (("document", "check", "--trust", "trust", "--reader"), 1, "the chip asks for what is printed"),
        ((*CHECK, "--html", "nowhere/page.html"), 1, "could not be written"),
    ],
)
def test_what_cannot_be_done_is_told(words: tuple[str, ...], code: int, told: str, laid: Path, consentry: Run) -> None:
    del laid
    ended = consentry(*words)
    assert ended.code == code
    assert told in " ".join(ended.err.replace("│", " ").split())


def test_the_page_is_for_its_owner_and_needs_nothing(laid: Path, consentry: Run) -> None:
    consentry(*CHECK, "--html", "page.html")
    page = laid / "page.html"
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    text = page.read_text("utf-8")
    assert "ERIKSSON, ANNA MARIA" in text
    assert "<script" not in text
    assert "http://" not in text
    assert "https://" not in text
    assert base64.b64decode(text.partition("data:image/png;base64,")[2].partition('"')[0])[:4] == b"\x89PNG"
    assert list(laid.glob("*.part")) == []


@pytest.fixture
def full(laid: Path) -> Path:
    """The same passport with the data groups behind zone and portrait."""
    one = replace(chipped(), more=dict(chipped().more) | FURTHER)
    for identifier, file in one.files().items():
        (laid / "chip" / f"ef{identifier:04X}.bin").write_bytes(file)
    return laid


def test_details_are_shown_where_they_are_asked_for_and_nowhere_else(full: Path, consentry: Run) -> None:
    del full
    plain, plain_json = consentry(*CHECK), consentry(*CHECK, "--json")
    for ended in (plain, plain_json):
        assert not [said for said in (*SAID, *SECRETS) if said in ended.out + ended.err]
    assert "DG11, DG12, DG13, DG16 read" in plain.out
    shown = consentry(*CHECK, "--details")
    assert not [said for said in SAID if said not in shown.out]
    assert "3 bytes in a form of the state's own" in shown.out
    assert "ERIKSSON, ANNA MARIA" in shown.out
    assert shown.err == plain.err


def test_details_for_programs(full: Path, consentry: Run) -> None:
    del full
    told = json.loads(consentry(*CHECK, "--json", "--details").out)["details"]
    assert told["holder"]["other_name"] == ["SVENSSON, ANNA"]
    assert told["document"] == {"authority": ["HARBOUR OFFICE"], "issued": ["2022-04-15"]}
    assert told["persons_to_notify"] == [
        {"recorded": ["2022-04-15"], "name": ["ERIKSSON, KARL"], "telephone": ["555 0199"]}
    ]
    assert told["own_bytes"] == 3
    assert told["zone"]["name"] == "ERIKSSON, ANNA MARIA"


def test_the_page_shows_what_the_chip_says_beyond_the_zone(full: Path, consentry: Run) -> None:
    consentry(*CHECK, "--html", "page.html")
    text = (full / "page.html").read_text()
    assert not [said for said in SAID if said not in text]
    assert "More of the holder (DG11)" in text
    assert "Further data groups" in text


def test_what_a_chip_says_is_escaped_on_the_page(laid: Path) -> None:
    del laid
    hostile = write_tlv(TAGS[11], write_tlv(0x5F15, b"&lt;b>\xe2\x80\xae<script>alert(1)</script>"))
    _verdict, text = rendered(replace(chipped(), more=dict(chipped().more) | {11: hostile}))
    assert "<script" not in text
    assert "\u202e" not in text
    assert "&amp;lt;b&gt;" in text
    assert "alert(1)" in text


def test_lists_of_faults_are_imported_and_told(laid: Path, consentry: Run) -> None:
    (laid / "one.dvl").write_bytes(deviation_list(deviation()))
    (laid / "one.dfl").write_bytes(defect_list(defect(named(chipped().dsc), REVOKED)))
    (laid / "root.cer").write_bytes(PUBLISHER.der)
    ended = consentry("trust", "import", "one.dvl", "one.dfl", "--root", "root.cer")
    assert ended.code == 0, ended.err
    assert "deviation list of UT, 1 deviations" in ended.out
    assert "defect list of XX, 1 defects" in consentry("trust", "list").out
    checked = consentry(*CHECK)
    assert checked.code == 3
    assert f'"{TEXT.decode()}"' in checked.out
    assert "XX says: its signer is revoked" in checked.out


def rendered(one: Passport, files: dict[int, bytes] | None = None) -> tuple[Verdict, str]:
    with PortraitDecoder() as decoder:
        document = check_document(
            one.files() if files is None else files,
            one.store(), NOW, decoder, optical_mrz="\n".join(MRZ), chip_checks=(CHIP,),
        )  # fmt: skip
    return document.report.verdict, render_document(document, "the test", "one authority")


def test_the_page_says_the_verdict_in_words() -> None:
    verdict, text = rendered(chipped())
    assert verdict is Verdict.GENUINE
    assert "<h1>Genuine</h1>" in text


def test_the_page_of_a_document_without_anything_that_reads() -> None:
    one = chipped()
    verdict, text = rendered(one, {file_of(1): b"\x61\x00", file_of(2): b"\x75\x00"})
    assert verdict is Verdict.NOT_GENUINE
    assert "No portrait that may be shown" in text
    assert "The data of the holder could not be read." in text


def test_a_picture_that_does_not_decode_makes_a_document_not_genuine() -> None:
    one = chipped()
    broken = replace(one, face=one.face[: len(one.face) // 2])
    verdict, text = rendered(broken)
    assert verdict is Verdict.NOT_GENUINE
    assert "Decoding of the portrait" in text


def test_what_a_session_gave_becomes_files_and_checks() -> None:
    one = chipped()
    reading = ChipReading((CHIP,), b"com", b"sod", {1: b"one", 15: b"key"}, None, b"unreadable")
    came = came_from(reading, one.store(), NOW)
    assert came.files == {file_of(1): b"one", file_of(15): b"key", EF_COM: b"com", EF_SOD: b"sod"}
    assert [check.name for check in came.checks] == ["active_authentication", "card_security"]


@pytest.mark.network
@pytest.mark.skipif(missing() is not None, reason=f"a virtual PC/SC reader: {missing()}")
def test_a_document_on_a_reader_is_genuine_from_the_chip_to_the_exit_code(tmp_path: Path, consentry: Run) -> None:
    """PACE, active authentication, everything read over PC/SC; its copy has all files and another key."""
    (tmp_path / "zone.txt").write_text("\n".join(MRZ))
    for copied, code in ((False, 0), (True, 3)):
        one = document(Wish(pace=((12, Mapping.GENERIC, Suite.AES_128),), active="rsa1024", copied=copied))
        (tmp_path / "csca.cer").write_bytes(one.passport.csca.der)
        assert consentry("trust", "import", "csca.cer").code == 0
        lying = tmp_path / f"service-{copied}"
        lying.mkdir()
        with virtual_reader(SimulatedEmrtd(one.made), lying):
            words = ("--trust", "trust", "--mrz", "zone.txt", "--at", "2026-11-25")
            ended = consentry("document", "check", "--reader", *words)
        assert ended.code == code, ended
        assert ("Protection against copies: the chip is no original" in ended.out) is copied


# --- consentry trust ------------------------------------------------------------------------------------------------


def test_trust_is_listed_and_shown(laid: Path, consentry: Run) -> None:
    del laid
    listed = consentry("trust", "list")
    assert listed.code == 0
    assert "1 authorities of 1 countries, 1 valid today" in listed.out
    told = json.loads(consentry("trust", "list", "--json").out)
    assert told["authorities"] == 1
    assert told["countries"][0]["country"] == "UT"
    shown = consentry("trust", "show", "ut")
    assert "secp256r1" in shown.out
    assert json.loads(consentry("trust", "show", "UT", "--json").out)[0]["sha256"] in shown.out
    missing = consentry("trust", "show", "XX")
    assert missing.code == 1
    assert "there are those of UT" in missing.err


def test_an_import_goes_on_behind_what_cannot_be_imported(laid: Path, consentry: Run) -> None:
    (laid / "odd.cer").write_bytes(b"odd")
    ended = consentry("trust", "import", "odd.cer", "csca.cer")
    assert ended.code == 1
    assert "1 of 2 could not be imported" in ended.err
    assert "already there: csca.cer" in ended.out


@pytest.mark.shared
def test_the_shared_documents_by_the_command(shared: Path, consentry: Run) -> None:
    """Their authorities are in no list of today: undetermined; one group the state did not sign: not genuine."""
    data = shared / "data" / "documents"
    consentry("trust", "import", str(data / "masterlists" / "DE_ROOT_CA_CSCA07.cer"))
    words = ("--trust", "trust", "--at", "2008-06-01", "--json")
    loes = json.loads(consentry("document", "check", "--chip", str(data / "emrtd" / "loes2006"), *words).out)
    lacking = {one["name"] for one in loes["checks"] if one["essential"] and one["outcome"] != "successful"}
    assert loes["verdict"] == "undetermined"
    assert lacking == {"signer_chain", "signer_validity", "optical_mrz", "clone_protection"}
    bsi = json.loads(consentry("document", "check", "--chip", str(data / "emrtd" / "bsi2008"), *words).out)
    assert {one["name"] for one in bsi["checks"] if one["outcome"] == "failed"} == {"group_hashes"}
