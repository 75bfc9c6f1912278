"""The kiosk: what it gives can be checked by the traveller alone, and what fails leaves nothing."""

import dataclasses
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from consent.receipts import KEY
from consent.test_notice import FACTS
from consentry.app.kiosk import Answers, Journey, Kiosk
from consentry.app.kiosk_files import ConsentFiles
from consentry.app.kiosk_retention import clear_due
from consentry.backends.key_files import write_key
from consentry.backends.log_file import LogFile
from consentry.backends.vault import VaultFolder, Withdrawn
from consentry.backends.vault_held import HeldFolder
from consentry.backends.vault_key import write_vault_key
from consentry.consent.erasure import LoggedReceipt, erasure_record, unseal
from consentry.consent.purposes import DataClass, Purpose
from consentry.consent.receipt import check_consent
from consentry.consent.receipt_code import TravellerCode
from consentry.consent.retention import Hold
from consentry.consent.words import Language
from consentry.core.errors import MalformedError, ProofError, RefusedError, StorageError
from consentry.ledger.entry import Entry, Kind, commit
from consentry.ledger.note import Kind as Signs
from consentry.ledger.note import SigningKey
from consentry.ledger.policy import Policy
from consentry.ports import LogStore

GIVER = Path(__file__).resolve().parents[1] / "servers" / "kiosk_giver.py"
LOG_KEY = SigningKey.new("airport.example/log", Signs.ED25519)
ABOVE = bytes(range(32))
NOW = 1_800_000_000.75
JOURNEY = Journey("KE123 2027-01-15", NOW + 7_200)
BOTH = Answers(frozenset({Purpose.LOUNGE, Purpose.BOARDING}), frozenset(DataClass))


class Site:
    """A site in a folder, with a clock to turn."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, NOW
        self.vault, self.store = VaultFolder(folder, ABOVE), HeldFolder(folder)
        self.log = LogFile(folder / "log", LOG_KEY)
        self.kiosk = Kiosk(
            FACTS, self.vault, self.store, self.open_log, KEY, lambda: self.now, name="kiosk 1", longest_days=30
        )

    def open_log(self) -> AbstractContextManager[LogStore]:
        return nullcontext(self.log)

    def clear(self) -> None:
        clear_due(self.vault, self.store, self.open_log, self.now)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.log.close()
    made.vault.close()


def test_the_receipt_can_be_checked_by_the_traveller_alone(site: Site) -> None:
    site.log.append(Entry(Kind.COMPARISONS, 1.0))
    given = site.kiosk.give(BOTH, JOURNEY, Language.KO)
    receipt = given.signed.verified([KEY.verifier])
    assert receipt == given.receipt
    assert receipt.held_by(given.code.secret)
    assert given.code.is_of(given.signed)
    assert given.entry.commitment == commit(given.code.salt, given.signed.to_bytes())
    seen = given.proof.check(given.entry.to_bytes(), Policy((LOG_KEY.verifier,)))
    assert (seen.checkpoint.size, given.proof.index) == (2, 1)


def test_the_log_says_nothing_of_the_traveller(site: Site) -> None:
    given = site.kiosk.give(BOTH, JOURNEY, Language.EN)
    told = site.log.entry(given.proof.index)
    assert told == dataclasses.replace(given.entry, facts=told.facts)
    assert (told.kind, told.purpose, told.touchpoint) == (Kind.RECEIPT, "boarding+lounge", "kiosk 1")
    assert dict(told.facts) == {"notice": "2026-11", "profile": "wallet"}
    for secret in (given.receipt.id, given.receipt.holder, "KE123"):
        assert secret not in told.to_bytes().decode()


def test_a_consent_covers_what_was_answered_and_ends_with_the_journey(site: Site) -> None:
    given = site.kiosk.give(Answers(frozenset({Purpose.BOARDING}), BOTH.data_classes), JOURNEY, Language.EN)
    consent = site.kiosk.consent(given.signed)
    check_consent(consent, Purpose.BOARDING, "gate 12", site.now, DataClass)
    check_consent(consent, Purpose.BOARDING, "lane 1", site.now)
    assert not consent.covers(Purpose.LOUNGE, "lounge", site.now)
    assert not consent.covers(Purpose.SECURITY, "lane 1", site.now)
    assert consent.until == int(NOW + 7_200 + 10_800)
    longer = site.kiosk.give(BOTH, dataclasses.replace(JOURNEY, keep_days=2), Language.EN)
    assert longer.receipt.until == consent.until + 2 * 86_400


def test_where_two_touchpoints_serve_a_purpose_both_duties_are_told(site: Site) -> None:
    (agreed,) = site.kiosk.give(
        Answers(frozenset({Purpose.BOARDING}), BOTH.data_classes), JOURNEY, Language.EN
    ).receipt.purposes
    assert agreed.duty == "security programme, 4; security programme, 2"


DECLINED = {
    "nothing": Answers(frozenset(), frozenset()),
    "no purpose": Answers(frozenset(), frozenset(DataClass)),
    "a purpose that nothing here serves": Answers(frozenset({Purpose.BORDER}), frozenset(DataClass)),
    "no template": Answers(BOTH.purposes, frozenset(DataClass) - {DataClass.FEATURE_TEMPLATE}),
    "no data": Answers(BOTH.purposes, frozenset()),
}


@pytest.mark.parametrize("answers", DECLINED.values(), ids=DECLINED)
def test_a_no_leaves_nothing(site: Site, answers: Answers) -> None:
    with pytest.raises(RefusedError) as refused:
        site.kiosk.give(answers, JOURNEY, Language.EN)
    assert refused.value.check == "declined"
    assert (site.log.size(), site.vault.receipts(), site.store.everything()) == (0, (), ())


@pytest.mark.parametrize(
    "journey",
    [
        Journey("KE123", NOW - 10_801),
        dataclasses.replace(JOURNEY, keep_days=31),
        dataclasses.replace(JOURNEY, keep_days=-1),
        dataclasses.replace(JOURNEY, keep_days=float("nan")),
    ],
    ids=["over", "too long", "negative", "no number"],
)
def test_a_period_that_is_none_is_refused(site: Site, journey: Journey) -> None:
    with pytest.raises(RefusedError) as refused:
        site.kiosk.give(BOTH, journey, Language.EN)
    assert refused.value.check == "period"
    assert site.vault.receipts() == ()


class FullLog(LogFile):
    """A log whose disk is full."""

    def append(self, entry: Entry) -> int:
        raise StorageError(f"the log could not be written: No space left on device for {entry.kind}")


def test_a_receipt_that_could_not_be_logged_is_not_given_and_not_kept(site: Site) -> None:
    log = FullLog(site.folder / "full", LOG_KEY)
    kiosk = Kiosk(FACTS, site.vault, site.store, lambda: nullcontext(log), KEY, lambda: NOW)
    with pytest.raises(StorageError, match="No space"):
        kiosk.give(BOTH, JOURNEY, Language.EN)
    assert (site.vault.receipts(), site.store.everything()) == ((), ())
    log.close()


def test_what_is_held_opens_with_its_key_and_never_again_without(site: Site) -> None:
    given = site.kiosk.give(BOTH, JOURNEY, Language.EN)
    (item,) = site.store.held(given.receipt.id)
    key = site.vault.key(given.receipt.id)
    assert key is not None
    opened = LoggedReceipt.opened(key, item)
    assert (opened.signed, opened.salt) == (given.signed, given.code.salt)
    site.vault.destroy(given.receipt.id)
    with pytest.raises(RefusedError) as refused:
        site.kiosk.consent(given.signed)
    assert refused.value.check == "withdrawn"
    assert given.receipt.id in Withdrawn(site.vault)
    with pytest.raises(ProofError):
        unseal(bytes(32), item)


def test_after_its_end_and_a_downtime_it_is_erased_and_the_traveller_finds_that_in_the_log(site: Site) -> None:
    given = site.kiosk.give(BOTH, JOURNEY, Language.EN)
    site.now = given.receipt.passages_until - 1.0
    site.clear()
    assert site.vault.receipts() == (given.receipt.id,)
    site.now = given.receipt.passages_until + 90 * 86_400.0
    told = clear_due(site.vault, site.store, site.open_log, site.now)
    assert (told.items, told.keys, told.late) == (1, (given.receipt.id,), 90 * 86_400.0)
    assert (site.vault.receipts(), site.store.everything()) == ((), ())
    entry = site.log.entry(1)
    assert (entry.kind, entry.facts["cause"]) == (Kind.ERASURE, "retention")
    assert entry.commitment == commit(given.code.salt, erasure_record(given.receipt.id))
    assert clear_due(site.vault, site.store, site.open_log, site.now).keys == ()
    assert site.log.size() == 2


def test_an_erasure_that_was_broken_off_is_told_to_the_log_by_the_next(site: Site) -> None:
    given = site.kiosk.give(BOTH, JOURNEY, Language.EN)
    site.now = given.receipt.passages_until + 1.0
    site.vault.destroy(given.receipt.id)  # and then the power went
    told = clear_due(site.vault, site.store, site.open_log, site.now)
    assert told.keys == (given.receipt.id,)
    assert site.log.entry(1).kind is Kind.ERASURE
    assert site.store.everything() == ()


def test_a_hold_keeps_the_key_and_lifting_it_lets_it_go(site: Site) -> None:
    given = site.kiosk.give(BOTH, JOURNEY, Language.EN)
    site.store.hold(Hold(given.receipt.id, "order 4 C 12/26", ("A. Kim", "B. Lee"), int(NOW)))
    site.now = given.receipt.passages_until + 1.0
    told = clear_due(site.vault, site.store, site.open_log, site.now)
    assert ([item.kind for item in told.held_back], told.keys) == (["receipt"], ())
    assert site.vault.key(given.receipt.id) is not None
    site.store.lift(given.receipt.id)
    site.clear()
    assert site.vault.receipts() == ()


def keyed(folder: Path) -> Path:
    folder.mkdir()
    write_key(folder / "receipts.key", KEY)
    write_key(folder / "log.key", LOG_KEY)
    write_vault_key(folder / "vault.key")
    return folder


def test_one_key_for_receipts_and_the_log_is_refused(tmp_path: Path) -> None:
    keys = keyed(tmp_path / "keys")
    ConsentFiles(keys, tmp_path)
    (keys / "log.key").unlink()
    write_key(keys / "log.key", KEY)
    with pytest.raises(MalformedError, match="one for both"):
        ConsentFiles(keys, tmp_path)
    (keys / "log.key").unlink()
    write_key(keys / "log.key", SigningKey.new("w", Signs.COSIGNATURE))
    with pytest.raises(MalformedError, match="expected a key of kind log"):
        ConsentFiles(keys, tmp_path)


def test_who_finds_the_log_in_use_waits_and_then_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = ConsentFiles(keyed(tmp_path / "keys"), tmp_path)
    monkeypatch.setattr("consentry.app.kiosk_files.PATIENCE", 0.1)
    with files.open_log() as log, pytest.raises(StorageError, match="held by another process"), files.open_log():
        log.size()
    with files.open_log() as log:
        assert log.size() == 0


@pytest.mark.parametrize("given_before", [1, 2, 4, 7])
def test_killed_at_any_moment_every_receipt_given_is_kept_logged_and_can_be_erased(
    tmp_path: Path, given_before: int
) -> None:
    keys, state = keyed(tmp_path / "keys"), tmp_path / "state"
    command = [sys.executable, str(GIVER), str(keys), str(state)]
    place = os.environ | {"PYTHONPATH": os.pathsep.join(str(one) for one in sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=place) as giver:
        assert giver.stdout is not None
        lines = [giver.stdout.readline() for _ in range(given_before)]
        time.sleep(0.0013 * given_before)
        giver.kill()
        lines += giver.stdout.readlines()
    receipts = [line.split() for line in lines if line.endswith("\n")]
    assert len(receipts) >= given_before
    files = ConsentFiles(keys, state)
    with files.vault() as vault, files.open_log() as log:
        store = files.store()
        for receipt, index, commitment, code in receipts:
            assert log.entry(int(index)).commitment.hex() == commitment
            key = vault.key(receipt)
            assert key is not None
            (item,) = store.held(receipt)
            opened = LoggedReceipt.opened(key, item)
            opened.signed.check([KEY.verifier], time.time(), Withdrawn(vault))
            assert TravellerCode.parse(code).is_of(opened.signed)
        clear_due(vault, store, lambda: nullcontext(log), NOW * 2)
        left = set(vault.receipts())
        assert store.everything() == ()
        assert not left & {receipt for receipt, *_ in receipts}
        assert len(left) <= 1  # a key that was made just before the kill, under which nothing is


def test_two_kiosks_at_once_share_the_vault_and_the_log(tmp_path: Path) -> None:
    keys, state = keyed(tmp_path / "keys"), tmp_path / "state"
    command = [sys.executable, str(GIVER), str(keys), str(state)]
    place = os.environ | {"PYTHONPATH": os.pathsep.join(str(one) for one in sys.path)}
    givers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=place) for _ in range(2)]
    lines: list[str] = []
    for giver in givers:
        assert giver.stdout is not None
        lines += [giver.stdout.readline() for _ in range(4)]
    for giver in givers:
        giver.kill()
        giver.communicate(timeout=60)
    given = {index: commitment for _, index, commitment, _ in map(str.split, lines)}
    assert len(given) == 8
    with ConsentFiles(keys, state).open_log() as log:
        assert all(log.entry(int(index)).commitment.hex() == commitment for index, commitment in given.items())
