"""Files for the regulator: what is set, logged and measured stands in them with its source; what is not stays open."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.test_report_browser import visit
from consentry.app.dossier import Sources, Written, gather, read_facts, write_dossier
from consentry.app.dossier.facts_accuracy import read_evaluation
from consentry.app.dossier.facts_log import count
from consentry.app.dossier.facts_settings import settings_hash
from consentry.app.dossier.values import Facts
from consentry.app.settings import parse_site
from consentry.app.settings_values import Site
from consentry.backends.log_file import LogFile
from consentry.consent.words import Language
from consentry.core.errors import MalformedError, StorageError
from consentry.ledger.entry import Entry, Kind
from consentry.ledger.note import Kind as KeyKind
from consentry.ledger.note import SigningKey

AT = 1_795_600_000.0
SEOUL = ZoneInfo("Asia/Seoul")
CAMERA = '[[camera]]\nname = "hall"\nsource = "rtsp://guard:s3cret@10.0.0.7/1"\n'
CONSENT = """
[consent]
controller = "Example Airport"
controller_address = "1 Runway Road"
privacy_contact = "privacy@airport.example"
jurisdiction = "{where}"
notice_version = "7"
notice_address = "https://airport.example/notice"
withdrawal = "At every privacy desk."
"""
PROCESSOR = '[[consent.processor]]\nname = "Lanes Ltd"\naddress = "2 Runway Road"\ncontact = "dpo@lanes.example"\n'
TOUCHPOINT = """
[[touchpoint]]
name = "{name}"
kind = "{kind}"
purpose = ["{purpose}"]
duty = "Security programme, chapter 4"
manual_lane = "desk 12"
"""
GATE = TOUCHPOINT.format(name="gate 12", kind="boarding_gate", purpose="boarding")
BORDER = TOUCHPOINT.format(name="border 1", kind="border_gate", purpose="border")


def profile(name: str, *parts: str, where: str = "EU") -> Site:
    consent = CONSENT.format(where=where) if parts else ""
    return parse_site(f'[site]\nname = "Terminal 2"\nprofile = "{name}"\n{consent}{"".join(parts)}{CAMERA}')


WATCHING = parse_site(CAMERA)
WALLET = profile("wallet", PROCESSOR, GATE)


def facts_of(site: Site, **parts: object) -> Facts:
    return gather(
        Sources(**{"site": site, "settings": Path("site.toml"), "made_at": AT, "log": None, "measured": None} | parts)
    )


def documents(folder: Path, facts: Facts, old: Facts | None = None, language: Language = Language.EN) -> dict[str, str]:
    """The Markdown of each document, by its name."""
    written = write_dossier(facts, old, folder, SEOUL, language)
    return {
        name.removesuffix(".md"): (folder / name).read_text("utf-8") for name in written.hashes if name.endswith(".md")
    }


SENTENCES: Mapping[str, tuple[Site, str, tuple[str, ...], tuple[str, ...]]] = {
    "cameras alone": (
        WATCHING, "dpia", ("without identifying anybody", "Covered stills and clips are kept for | 3 d"),
        ("signed receipt", "Profile wallet: the template", "feature template (Art. 9)"),
    ),
    "a wallet": (
        WALLET, "dpia", ("Profile wallet: the template lives with the traveller alone", "Lanes Ltd, 2 Runway Road"),
        ("gallery of one journey", "EDPB Opinion 11/2024"),
    ),
    "a wallet by the AI Act": (
        WALLET, "ai-act-technical-file", ("biometric verification, which Annex III, point 1(a) leaves out",),
        ("this file takes it to be high-risk", "law enforcement", "point 7(d)"),
    ),
    "sealed": (
        profile("sealed", GATE), "ai-act-technical-file",
        ("biometric verification", "the key with the traveller alone"),
        ("this file takes it to be high-risk",),
    ),
    "a gallery": (
        profile("gallery", GATE), "ai-act-technical-file",
        ("this file takes it to be high-risk", "Is it ever used for law enforcement?", "FPIR"),
        ("biometric verification, which",),
    ),
    "a gallery by the GDPR": (profile("gallery", GATE), "dpia", ("EDPB Opinion 11/2024", "Which statute"), ()),
    "a border gate": (
        profile("wallet", BORDER), "ai-act-technical-file", ("point 7(d)", "consentry-mrz-reader"), ("gate 12",),
    ),
    "the laboratory": (
        parse_site(f'[site]\nprofile = "lab"\n{CAMERA}'), "ai-act-technical-file", ("Art. 2(8)",),
        ("biometric verification, which",),
    ),
    "another jurisdiction": (
        profile("wallet", GATE, where="KR"), "dpia", ("The jurisdiction is KR",), (),
    ),
    "the record of cameras": (
        WATCHING, "record-of-processing", ("Cameras watched for dangers: purposes",), ("Travellers who agreed",),
    ),
    "the record of travellers": (
        WALLET, "record-of-processing",
        ("Travellers who agreed: time limits", "Passages are kept after the consent's end for | 3 d"), (),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("site", "name", "there", "not_there"), SENTENCES.values(), ids=SENTENCES)
def test_settings_decide_what_is_said(
    tmp_path: Path, site: Site, name: str, there: tuple[str, ...], not_there: tuple[str, ...]
) -> None:
    text = documents(tmp_path, facts_of(site))[name].replace("\\", "")
    assert [words for words in there if words not in text] == []
    assert [words for words in not_there if words in text] == []


MISSING = {
    "no controller": (WATCHING, "record-of-processing", "- Controller\n"),
    "no processor": (profile("wallet", GATE), "dpia", "- Processors\n"),
    "no authority": (WALLET, "dpia", "- Supervisory authority\n"),
    "no log": (WALLET, "ai-act-technical-file", "- Entries of the log\n"),
    "no measurement": (WALLET, "ai-act-technical-file", "- Accuracy was measured on\n"),
    "no attacks measured": (WALLET, "ai-act-technical-file", "None were measured"),
    "no groups measured": (WALLET, "ai-act-technical-file", "No groups were measured"),
    "training that nobody told": (WALLET, "ai-act-technical-file", "What was minifasnet-v2 trained on?"),
    "what a person must judge": (WALLET, "dpia", "how likely and how severe"),
    "an officer's advice": (WALLET, "dpia", "Who is the data protection officer"),
    "a declaration": (WALLET, "ai-act-technical-file", "where is the declaration"),
}


@pytest.mark.parametrize(("site", "name", "question"), MISSING.values(), ids=MISSING)
def test_what_is_not_known_is_asked_and_not_made_up(tmp_path: Path, site: Site, name: str, question: str) -> None:
    text = documents(tmp_path, facts_of(site))[name].replace("\\", "")
    where = text.index(question)
    assert text.rfind("**Open**", 0, where) > text.rfind("\n## ", 0, where), "it stands under the open questions"


ARTICLES = {
    "dpia": (
        "35(7)(a)", "35(7)(c)-(d)", "35(8)", "5(1)(b)", "Art. 6, 9", "5(1)(c)", "5(1)(e)", "12-14", "15, 20",
        "16-19, 21", "Art. 28", "44-49", "Art. 36", "35(2)", "35(9)", "35(11)",
    ),
    "record-of-processing": tuple(f"30(1)({letter})" for letter in "abcdefg"),
    "ai-act-technical-file": (
        "Art. 6)", *(f"Art. {number})" for number in range(9, 16)), *(f"Annex IV, {point})" for point in range(1, 10)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("site", [WATCHING, WALLET, profile("gallery", GATE)], ids=["watching", "wallet", "gallery"])
def test_every_article_has_its_section(tmp_path: Path, site: Site) -> None:
    texts = documents(tmp_path, facts_of(site))
    for name, articles in ARTICLES.items():
        headings = "\n".join(re.findall(r"^## .*$", texts[name], re.MULTILINE))
        assert [article for article in articles if article not in headings] == [], name


def test_every_fact_names_where_it_comes_from_and_no_camera_its_address(tmp_path: Path) -> None:
    facts = facts_of(WALLET)
    assert all(fact.value and fact.source for fact in facts.known.values())
    for path in [tmp_path / name for name in write_dossier(facts, None, tmp_path, SEOUL, Language.EN).hashes]:
        assert "s3cret" not in path.read_text("utf-8")
        assert "10.0.0.7" not in path.read_text("utf-8")


@pytest.fixture
def log(tmp_path: Path) -> LogFile:
    made = LogFile(tmp_path / "log", SigningKey.new("airport.example/log", KeyKind.ED25519))
    made.append(Entry(Kind.PROFILE_START, AT, facts={"profile": "wallet"}))
    made.append(Entry(Kind.SETTINGS, AT, facts={"sha256": settings_hash(WALLET)}))
    made.append(Entry(Kind.COMPARISONS, AT + 1, "boarding", "gate 12", facts={"count": 40, "go": 31}))
    made.append(Entry(Kind.COMPARISONS, AT + 2, "boarding", "gate 12", facts={"count": 2, "go": 1}))
    made.append(Entry(Kind.ERASURE, AT + 3))
    return made


def test_the_log_is_counted(tmp_path: Path, log: LogFile) -> None:
    facts = facts_of(WALLET, log=count(log))
    known = {key: fact.value for key, fact in facts.known.items() if key.startswith("log.")}
    assert known["log.size"] == "5"
    assert known["log.comparisons.gate 12, count"] == "42"
    assert (known["log.kinds.erasure"], known["log.kinds.withdrawal"]) == ("1", "0")
    assert facts.doubts == ()
    assert "5 entries" in facts.known["log.kinds.erasure"].source
    text = documents(tmp_path / "out", facts)["ai-act-technical-file"]
    assert "| Comparisons counted gate 12, count | 42 |" in text


def test_a_log_of_other_settings_or_another_profile_is_a_question(tmp_path: Path, log: LogFile) -> None:
    facts = facts_of(profile("gallery", GATE), log=count(log))
    assert len(facts.doubts) == 2
    text = documents(tmp_path / "out", facts)["ai-act-technical-file"]
    assert "- The log names other settings" in text
    assert "- The log names profile wallet" in text


def estimate(rate: float, errors: int, trials: int) -> dict[str, object]:
    return {"rate": rate, "low": rate / 2, "high": rate * 2, "errors": errors, "trials": trials, "subjects": 20}


def evaluation(model: str = "face-reidentification-retail-0095") -> dict[str, object]:
    threshold = {"score": 0.41, "data": "drawn"}
    used = {"threshold": threshold, "fmr": estimate(0.001, 4, 4000), "fnmr": estimate(0.02, 2, 100)}
    group = {"name": "north", "fmr": estimate(0.002, 1, 500), "fnmr": None}
    return {
        "about": {"date": "2026-11-20", "subjects": 20, "pictures": 60, "digest": "ab" * 32},
        "acquisition": {"fta": estimate(0.03, 2, 60), "fte": estimate(0.0, 0, 20)},
        "models": [{
            "model": model, "in_use": used,
            "searched": [{"size": 19, "fpir": estimate(0.1, 6, 60), "fnir": estimate(0.0, 0, 60)}],
            "differentials": [{"column": "region", "groups": [group]}],
        }],
        "attacks": {"bpcer": estimate(0.05, 1, 20), "species": [{"name": "print", "apcer": estimate(0.25, 5, 20)}]},
    }  # fmt: skip


def test_measured_accuracy_stands_there_with_its_interval_and_date(tmp_path: Path) -> None:
    (tmp_path / "faces.json").write_text(json.dumps(evaluation()))
    facts = facts_of(WALLET, measured=read_evaluation(tmp_path / "faces.json"))
    assert facts.doubts == ()
    text = documents(tmp_path / "out", facts)["ai-act-technical-file"].replace("\\", "")
    assert (
        "face-reidentification-retail-0095: fmr | 0.10 % (0.050-0.20 %), 4 / 4,000 | faces.json, measured 2026-11-20"
        in text
    )
    assert "apcer print | 25 % (12-50 %), 5 / 20" in text
    assert "group region north, fmr" in text
    for settled in ("None were measured", "No groups were measured", "- Accuracy was measured on"):
        assert settled not in text


def test_a_measurement_of_another_model_is_a_question(tmp_path: Path) -> None:
    (tmp_path / "faces.json").write_text(json.dumps(evaluation("mobilefacenet")))
    facts = facts_of(WALLET, measured=read_evaluation(tmp_path / "faces.json"))
    assert "face-reidentification-retail-0095 makes templates here" in facts.doubts[0].en


NO_EVALUATION = {
    "no JSON": "faces",
    "another thing": "[]",
    "nothing in it": "{}",
    "a rate beyond 1": json.dumps(evaluation()).replace('"high": 0.5', '"high": 3'),
    "words for a rate": json.dumps(evaluation()).replace('"rate": 0.25', '"rate": "none"'),
    "no number": json.dumps(evaluation()).replace('"high": 0.5', '"high": NaN'),
}  # fmt: skip


@pytest.mark.parametrize("content", NO_EVALUATION.values(), ids=NO_EVALUATION)
def test_what_is_no_evaluation_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "faces.json").write_text(content)
    with pytest.raises(MalformedError, match="evaluate faces --json"):
        read_evaluation(tmp_path / "faces.json")


def test_what_changed_is_told_key_by_key(tmp_path: Path) -> None:
    old = facts_of(replace(WALLET, cameras=()))
    write_dossier(old, None, tmp_path / "old", SEOUL, Language.EN)
    changed = profile("sealed", GATE.replace("chapter 4", "chapter 5"))
    text = documents(tmp_path / "new", facts_of(changed), read_facts(tmp_path / "old"))["changes"].replace("\\", "")
    sections = dict(re.findall(r"^## (\w[\w ]*) \(GDPR.*?\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE))
    assert "Legal profile | wallet -> sealed" in sections["Changed"]
    assert "chapter 4 -> Security programme, chapter 5" in sections["Changed"]
    assert "Camera hall: hazards" in sections["New"]
    assert "Processors | Lanes Ltd" in sections["No longer there"]
    assert "Controller" not in text, "what stayed is not told"


def test_nothing_changed_is_told_too(tmp_path: Path) -> None:
    facts = facts_of(WALLET)
    write_dossier(facts, None, tmp_path / "old", SEOUL, Language.EN)
    assert read_facts(tmp_path / "old").known == facts.known
    text = documents(tmp_path / "new", replace(facts, made_at=AT + 60), read_facts(tmp_path / "old"))["changes"]
    assert "Nothing changed." in text


@pytest.mark.parametrize(
    "content", ["", "[]", '{"form": 2, "made_at": 1, "facts": {}}', '{"form": 1, "facts": {"a": 1}}']
)
def test_what_is_no_earlier_dossier_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(StorageError, match="folder of the last dossier"):
        read_facts(tmp_path)
    (tmp_path / "facts.json").write_text(content)
    with pytest.raises(MalformedError, match="expected"):
        read_facts(tmp_path)


def test_no_dossier_is_written_over(tmp_path: Path) -> None:
    write_dossier(facts_of(WALLET), None, tmp_path, SEOUL, Language.EN)
    with pytest.raises(StorageError, match="--since"):
        write_dossier(facts_of(WALLET), None, tmp_path, SEOUL, Language.EN)


def test_a_disk_that_takes_not_all_keeps_none(tmp_path: Path) -> None:
    (tmp_path / "changes.html").mkdir()
    with pytest.raises(StorageError, match="could not be written"):
        write_dossier(facts_of(WALLET), None, tmp_path, SEOUL, Language.EN)
    assert [path.name for path in tmp_path.iterdir()] == ["changes.html"]


def test_korean_says_every_sentence_in_korean(tmp_path: Path) -> None:
    texts = documents(tmp_path, facts_of(profile("gallery", BORDER)), language=Language.KO)
    for name, text in texts.items():
        prose = [line for line in text.splitlines()[3:] if line and not line.startswith("|")]
        assert [line for line in prose if not re.search("[가-힣]", line)] == [], name


HOSTILE = "<img src=http://127.0.0.1:9/x.png>|**x** # [a](b)"


def test_a_hostile_name_does_nothing(tmp_path: Path) -> None:
    site = parse_site(f'[site]\nname = "T"\n{CONSENT.format(where="EU")}{GATE.replace("chapter 4", HOSTILE)}{CAMERA}')
    texts = documents(tmp_path, facts_of(site))
    assert "<img" not in texts["dpia"].replace("\\<", "")
    assert "<img" not in (tmp_path / "dpia.html").read_text("utf-8")
    assert "&lt;img" in (tmp_path / "dpia.html").read_text("utf-8")


def test_a_browser_opens_every_page_and_asks_nobody_for_anything(tmp_path: Path, log: LogFile) -> None:
    """That this way of looking would notice is shown in ``test_report_browser``."""
    written: Written = write_dossier(facts_of(WALLET, log=count(log)), None, tmp_path / "out", SEOUL, Language.KO)
    for name in [name for name in written.hashes if name.endswith(".html")]:
        (tmp_path / name).mkdir()
        seen = visit(tmp_path / "out" / name, tmp_path / name)
        assert (seen.console, seen.asked) == ([], [])
        assert "Terminal 2" in seen.dom
