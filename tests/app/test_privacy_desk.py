"""The privacy desk: what is shown is his, what is withdrawn opens for nobody, and all of it can be proved later."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from app.test_kiosk import ABOVE, BOTH, JOURNEY, LOG_KEY, NOW
from consent.receipts import KEY
from consent.test_notice import FACTS
from consentry.app.kiosk import Given, Kiosk
from consentry.app.privacy_desk import PrivacyDesk, seal_place
from consentry.backends.log_file import LogFile
from consentry.backends.pass_register import PassRegister
from consentry.backends.vault import Ended, VaultFolder
from consentry.backends.vault_held import HeldFolder
from consentry.consent.access import HeldPassage
from consentry.consent.erasure import seal
from consentry.consent.passage import open_passage, seal_passage
from consentry.consent.purposes import DataClass
from consentry.consent.retention import Hold
from consentry.consent.words import Language
from consentry.core.errors import MalformedError, ProofError, RefusedError, StorageError
from consentry.face.status_list import read_list
from consentry.ledger.entry import Kind, commit
from consentry.ledger.policy import Policy
from consentry.ports import LogStore

PASSAGE = HeldPassage(NOW + 100, "gate 12", "boarding", "go")


class Airport:
    """A kiosk and a privacy desk over one folder."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        self.vault, self.store = VaultFolder(folder, ABOVE), HeldFolder(folder)
        self.log, self.passes = LogFile(folder / "log", LOG_KEY), PassRegister(folder / "passes")
        self.kiosk = Kiosk(FACTS, self.vault, self.store, self.open_log, KEY, lambda: self.now)
        self.desk = PrivacyDesk(self.vault, self.store, self.passes, self.open_log, (KEY.verifier,), lambda: self.now)

    def open_log(self) -> AbstractContextManager[LogStore]:
        return nullcontext(self.log)

    def enrol(self) -> Given:
        """A receipt, a pass and one passage."""
        given = self.kiosk.give(BOTH, JOURNEY, Language.EN)
        key = self.vault.key(given.receipt.id)
        assert key is not None
        until = given.receipt.passages_until
        self.store.keep(seal_place(self.passes.new_place(), key, given.receipt.id, until))
        self.store.keep(seal_passage(PASSAGE, key, given.receipt.id, until))
        return given

    def kinds(self) -> list[Kind]:
        return [self.log.entry(index).kind for index in range(self.log.size())]


@pytest.fixture
def airport(tmp_path: Path) -> Iterator[Airport]:
    made = Airport(tmp_path)
    yield made
    made.log.close()
    made.vault.close()


@pytest.mark.parametrize(("language", "word"), [(Language.EN, "gate 12"), (Language.KO, "통과 기록")])
def test_everything_held_is_shown_to_who_shows_his_code(airport: Airport, language: Language, word: str) -> None:
    given = airport.enrol()
    told = airport.desk.show(given.code, language, UTC)
    assert word in told
    assert given.receipt.id in told
    assert airport.kinds()[-1] is Kind.DISCLOSURE
    entry = airport.log.entry(airport.log.size() - 1)
    assert given.receipt.id not in entry.to_bytes().decode()


def test_a_code_of_another_opens_nothing(airport: Airport) -> None:
    one, other = airport.enrol(), airport.enrol()
    for code in (
        replace(one.code, secret=other.code.secret),
        replace(one.code, digest=other.code.digest),
        replace(one.code, receipt_id="f" * 32),
    ):
        for deed in (
            lambda code=code: airport.desk.show(code, Language.EN, UTC),
            lambda code=code: airport.desk.withdraw(code),
            lambda code=code: airport.desk.correct(code, "0" * 16),
        ):
            with pytest.raises(RefusedError):
                deed()
    assert airport.desk.opens(one.code)


def test_what_is_withdrawn_opens_for_nobody_and_is_proved(airport: Airport) -> None:
    given, other = airport.enrol(), airport.enrol()
    done = airport.desk.withdraw(given.code)
    assert done.erasure is not None
    seen = done.erasure.proof.check(done.erasure.entry.to_bytes(), Policy((LOG_KEY.verifier,)))
    assert seen.checkpoint.size == airport.log.size()
    assert done.erasure.entry.commitment == commit(given.code.salt, done.erasure.record)
    assert airport.kinds()[-2:] == [Kind.WITHDRAWAL, Kind.ERASURE]
    assert airport.desk.opens(given.code) == ()
    assert airport.store.held(given.receipt.id) == ()
    with pytest.raises(RefusedError, match="withdrawn"):
        given.signed.check([KEY.verifier], NOW + 5, Ended(airport.vault, airport.store))
    with pytest.raises(RefusedError, match="opens nothing"):
        airport.desk.show(given.code, Language.EN, UTC)
    listed = read_list(airport.passes.signed_list(NOW, KEY), [KEY.verifier])
    assert [listed.revoked(place, NOW) for place in (0, 1)] == [True, False]
    assert airport.desk.opens(other.code)


def test_withdrawing_that_was_broken_off_is_finished_the_next_time(airport: Airport) -> None:
    given = airport.enrol()
    airport.vault.destroy(given.receipt.id)  # the power went right after the key did
    done = airport.desk.withdraw(given.code)
    assert done.erasure is not None
    assert airport.store.held(given.receipt.id) == ()
    assert airport.kinds()[-1] is Kind.ERASURE


def test_that_was_not_me(airport: Airport) -> None:
    given = airport.enrol()
    key = airport.vault.key(given.receipt.id)
    assert key is not None
    (item,) = [one for one in airport.store.held(given.receipt.id) if one.kind == DataClass.PASSAGES]
    done = airport.desk.correct(given.code, item.number)
    assert (done.entry.kind, done.entry.touchpoint) == (Kind.CORRECTION, "gate 12")
    (left,) = [one for one in airport.store.held(given.receipt.id) if one.kind == DataClass.PASSAGES]
    assert open_passage(key, left).decision == "contested"
    with pytest.raises(RefusedError, match="no passage"):
        airport.desk.correct(given.code, item.number)


def test_a_legal_hold_keeps_what_was_done_and_no_more(airport: Airport) -> None:
    given = airport.enrol()
    with pytest.raises(RefusedError):
        Hold(given.receipt.id, "claim 7", ("kim",), int(NOW))
    airport.desk.hold(Hold(given.receipt.id, "claim 7", ("kim", "lee"), int(NOW)))
    done = airport.desk.withdraw(given.code)
    assert (done.erasure, done.kept) == (None, ("passages", "receipt"))
    with pytest.raises(RefusedError, match="withdrawn"):
        given.signed.check([KEY.verifier], NOW + 5, Ended(airport.vault, airport.store))
    with pytest.raises(RefusedError, match="withdrawn"):
        airport.kiosk.consent(given.signed)
    with pytest.raises(RefusedError, match="legal hold"):
        airport.desk.withdraw(given.code)
    with pytest.raises(RefusedError):
        airport.desk.lift(given.receipt.id, ("kim",))
    assert airport.desk.lift(given.receipt.id, ("kim", "lee")) is True
    assert airport.desk.opens(given.code) == ()
    assert airport.kinds()[-1] is Kind.ERASURE
    assert airport.desk.lift(given.receipt.id, ("kim", "lee")) is False


def test_a_passage_that_is_none_is_told() -> None:
    key = bytes(32)
    item = seal_passage(PASSAGE, key, "0" * 32, 5)
    assert open_passage(key, item) == replace(PASSAGE, number=item.number)
    with pytest.raises(ProofError):
        open_passage(bytes([1]) * 32, item)
    for content in (
        b"",
        b"[]",
        b'{"at":"x"}',
        b'{"at":1,"touchpoint":"' + b"x" * 300 + b'","purpose":"","decision":""}',
    ):
        with pytest.raises(MalformedError):
            open_passage(key, seal(key, "0" * 32, "passages", 5, content))


def test_the_register_gives_each_pass_a_place_of_its_own(tmp_path: Path) -> None:
    one, other = PassRegister(tmp_path), PassRegister(tmp_path)
    assert [one.new_place(), other.new_place(), one.new_place()] == [0, 1, 2]
    other.revoke(1)
    other.revoke(1)
    found = read_list(one.signed_list(NOW, KEY), [KEY.verifier])
    assert [found.revoked(place, NOW) for place in range(4)] == [False, True, False, None]
    with pytest.raises(StorageError, match="one of 3 passes"):
        one.revoke(3)
    (tmp_path / "places.json").write_text("{}")
    with pytest.raises(StorageError, match="it knows withdrawals"):
        one.new_place()
