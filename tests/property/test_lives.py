"""Random lives of travellers over the real parts: whatever happens in whatever order, no promise is broken.

Travellers agree, enrol, enrol again, pass, try the wrong gate, show their code, say that it was not them, withdraw;
staff hold and lift; hours and days go by; the system starts anew, sleeps, is killed before any of its writes. After
each step every promise is looked at for every traveller. ``CONSENTRY_LIVES`` says how many lives (default 16).
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.test_kiosk import LOG_KEY, NOW
from consent.receipts import KEY
from consentry.app.kiosk import Answers, Given, Journey
from consentry.backends.log_publish import publish
from consentry.backends.vault import Ended
from consentry.consent.erasure import erasure_record, unseal
from consentry.consent.profile import Profile
from consentry.consent.purposes import NEEDED, DataClass, Purpose
from consentry.consent.retention import HOLDABLE, Hold
from consentry.consent.words import Language
from consentry.core.errors import RefusedError
from consentry.face.pass_ import read_pass
from consentry.face.quantised import quantised
from consentry.face.template import comparison_score
from consentry.ledger.checkpoint import Checkpoint
from consentry.ledger.entry import Entry, Kind, commit
from consentry.ledger.merkle import check_consistency
from consentry.ledger.note import Note
from consentry.ledger.policy import Policy
from consentry.ledger.proof import LoggedProof
from property.lives import GROUP, PLACES, STAFF, Airport, Carried, PowerCutError, made_up, never_seen

LIVES = int(os.environ.get("CONSENTRY_LIVES", "16"))
STEPS = 25
CUT = object()
"""The power went; what was asked for may or may not have been done."""
HOUR, DAY = 3_600, 86_400
POLICY = Policy((LOG_KEY.verifier,))


@dataclass
class Life:
    """One traveller, and what the airport promised."""

    given: Given
    carried: list[Carried] = field(default_factory=list)
    withdrawn: bool = False
    held: bool = False
    passages: int = 0
    """How many he agreed to have kept."""

    @property
    def id(self) -> str:
        return self.given.receipt.id

    def covers(self, place: str) -> bool:
        return any(one.purpose == PLACES[place] and place in one.touchpoints for one in self.given.receipt.purposes)


class Lives(RuleBasedStateMachine):
    """The machine. A step is a deed; a deed is done, refused by name, or cut off."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.lives: list[Life] = []
        self.acknowledged: list[tuple[Entry, LoggedProof]] = []
        self.head: Checkpoint | None = None
        self.seed = 0

    @initialize(profile=st.sampled_from([Profile.WALLET, Profile.WALLET, Profile.SEALED, Profile.GALLERY]))
    def begin(self, profile: Profile) -> None:
        """Three travellers are enrolled already; one of them wants the lounge alone, and no passages kept."""
        self.airport = Airport(Path(self._folder.name), profile, NOW)
        for passages in (True, True, False):
            self.arrive(set(PLACES.values()) if passages else {Purpose.LOUNGE}, passages, 5, 3, None)
            self.enrol(len(self.lives) - 1, None)

    # What can happen.

    @rule(
        purposes=st.sets(st.sampled_from(sorted(set(PLACES.values()))), min_size=1),
        passages=st.booleans(),
        hours=st.integers(1, 5),
        days=st.sampled_from([0, 0, 1, 3]),
        cut=st.sampled_from([None, None, None, None, 0, 1, 2]),
    )
    def arrive(self, purposes: set[Purpose], passages: bool, hours: int, days: int, cut: int | None) -> None:  # noqa: FBT001 - drawn
        classes = NEEDED | ({DataClass.PASSAGES} if passages else set())
        journey = Journey("KE123 2027-01-15", self.airport.now + hours * HOUR, days)
        given = self.do(
            lambda: self.airport.kiosk.give(Answers(frozenset(purposes), classes), journey, Language.EN), cut
        )
        if given is not CUT:
            self.acknowledged.append((given.entry, given.proof))
            self.lives.append(Life(given))

    @precondition(lambda self: self.lives)
    @rule(pick=st.integers(0, 7), cut=st.sampled_from([None, None, None, 0, 1, 2, 3]))
    def enrol(self, pick: int, cut: int | None) -> None:
        life = self.one(pick)
        self.seed += 1
        template = made_up(self.seed)

        def make() -> bytes:
            consent = self.airport.station.consent(life.given.signed)
            permit = self.airport.making.permit(self.airport.installation)
            return self.airport.making.make(consent, template, permit, self.airport.now).carried

        if life.withdrawn or self.airport.now >= life.given.receipt.until:
            with pytest.raises(RefusedError) as refused:
                make()
            assert refused.value.check in {"withdrawn", "expired"}
            return
        content = self.do(make, cut)
        for one in life.carried:
            if one.standing != "gone":
                one.standing = "unknown" if content is CUT else "gone"
        if content is not CUT:
            life.carried.append(Carried(content, template))
            if self.airport.profile is Profile.WALLET:
                claims, _ = read_pass(content, GROUP, (KEY.verifier,))
                assert claims.end <= life.given.receipt.until, "a pass outlives its consent"

    @precondition(lambda self: any(life.carried for life in self.lives))
    @rule(pick=st.integers(0, 7), which=st.integers(-2, 2), place=st.sampled_from(sorted(PLACES)))
    def go_through(self, pick: int, which: int, place: str) -> None:
        """Somebody shows what he has, new or old, at a touchpoint, right or wrong."""
        life = [one for one in self.lives if one.carried][pick % len([one for one in self.lives if one.carried])]
        self.go(life, life.carried[which % len(life.carried)], place)

    def go(self, life: Life, shown: Carried, place: str) -> None:
        wanted = self.expected(life, shown, place)
        try:
            found = self.opened(life, shown, place, self.airport.guard.first_use)
        except RefusedError as error:
            found, came = None, error.check
        else:
            came = ""
        assert came in wanted, (came, wanted)
        if found is None:
            return
        newest = max(shown.template, life.carried[-1].template, key=lambda one: comparison_score(one, found))
        assert comparison_score(newest, found) > 0.99
        if self.airport.profile is Profile.WALLET:
            shown.used.add(place)
        kept = self.airport.passed(life.id, place)
        assert kept == (DataClass.PASSAGES in life.given.receipt.data_classes)
        life.passages += kept

    @rule(pick=st.integers(0, 7), again=st.booleans())
    def travel(self, pick: int, again: bool) -> None:  # noqa: FBT001 - drawn
        """Everything that somebody has at every touchpoint, the newest first, perhaps each of them twice."""
        life = self.one(pick)
        for shown in reversed(life.carried):
            for place in sorted(PLACES) * (1 + again):
                self.go(life, shown, place)

    @precondition(lambda self: any(one.used for life in self.lives for one in life.carried))
    @rule(pick=st.integers(0, 7))
    def show_it_again(self, pick: int) -> None:
        """What was taken at a touchpoint is shown there again, perhaps by another, perhaps after a restart."""
        taken = [(life, one, place) for life in self.lives for one in life.carried for place in sorted(one.used)]
        life, shown, place = taken[pick % len(taken)]
        with pytest.raises(RefusedError) as refused:
            self.opened(life, shown, place, self.airport.guard.first_use)
        assert refused.value.check in self.expected(life, shown, place)

    @precondition(lambda self: len(self.lives) > 1)
    @rule(pick=st.integers(0, 7), other=st.integers(0, 7))
    def use_the_code_of_another(self, pick: int, other: int) -> None:
        mine, his = self.one(pick), self.one(other)
        if mine is his:
            return
        for code in (
            replace(mine.given.code, receipt_id=his.id),
            replace(his.given.code, secret=mine.given.code.secret),
        ):
            with pytest.raises(RefusedError):
                self.airport.desk.show(code, Language.EN, UTC)
            with pytest.raises(RefusedError):
                self.airport.desk.withdraw(code)

    @precondition(lambda self: self.lives)
    @rule(pick=st.integers(0, 7))
    def ask_what_is_held(self, pick: int) -> None:
        life = self.one(pick)
        if self.erased(life):
            with pytest.raises(RefusedError):
                self.airport.desk.show(life.given.code, Language.EN, UTC)
            return
        told = self.airport.desk.show(life.given.code, Language.EN, UTC)
        assert life.id in told
        assert told.count("[") == life.passages

    @precondition(lambda self: any(life.passages for life in self.lives))
    @rule(pick=st.integers(0, 7), which=st.integers(0, 7), cut=st.sampled_from([None, 0, 1, 2]))
    def say_that_was_not_me(self, pick: int, which: int, cut: int | None) -> None:
        with_some = [life for life in self.lives if life.passages and not self.erased(life)]
        if not with_some:
            return
        life = with_some[pick % len(with_some)]
        items = [one for one in self.airport.store.held(life.id) if one.kind == DataClass.PASSAGES]
        number = items[which % len(items)].number
        done = self.do(lambda: self.airport.desk.correct(life.given.code, number), cut)
        if done is not CUT:
            self.acknowledged.append((done.entry, done.proof))
        life.passages = self.count(life)

    @precondition(lambda self: self.lives)
    @rule(pick=st.integers(0, 7), cut=st.sampled_from([None, None, *range(8)]))
    def withdraw(self, pick: int, cut: int | None) -> None:
        life = self.one(pick)
        if self.erased(life) or life.withdrawn:
            with pytest.raises(RefusedError):
                self.airport.desk.withdraw(life.given.code)
            return
        done = self.do(lambda: self.airport.desk.withdraw(life.given.code), cut)
        if done is CUT:  # he tries again, as he is told to
            try:
                done = self.airport.desk.withdraw(life.given.code)
            except RefusedError as refused:
                assert refused.check == ("hold" if life.held else "code")  # noqa: PT017 - either is right
        if done is not CUT and done.erasure is not None:
            self.acknowledged.append((done.erasure.entry, done.erasure.proof))
        life.withdrawn = True
        if life.held:
            life.passages = self.count(life)
        else:
            assert self.told_of_erasure(life), "a withdrawal that nobody can prove"

    @precondition(lambda self: self.lives)
    @rule(pick=st.integers(0, 7), alone=st.booleans(), cut=st.sampled_from([None, 0, 1]))
    def hold(self, pick: int, alone: bool, cut: int | None) -> None:  # noqa: FBT001 - drawn
        life = self.one(pick)
        if alone:
            with pytest.raises(RefusedError):
                Hold(life.id, "claim 7", STAFF[:1], int(self.airport.now))
            return
        if self.erased(life):
            return
        hold = Hold(life.id, "claim 7", STAFF, int(self.airport.now))
        if self.do(lambda: self.airport.desk.hold(hold), cut) is CUT:
            self.airport.desk.hold(hold)
        life.held = True

    @precondition(lambda self: any(life.held for life in self.lives))
    @rule(pick=st.integers(0, 7), cut=st.sampled_from([None, None, *range(5)]))
    def lift(self, pick: int, cut: int | None) -> None:
        with_hold = [life for life in self.lives if life.held]
        life = with_hold[pick % len(with_hold)]
        with pytest.raises(RefusedError):
            self.airport.desk.lift(life.id, STAFF[:1])
        if self.do(lambda: self.airport.desk.lift(life.id, STAFF), cut) is CUT:
            self.airport.desk.lift(life.id, STAFF)
        life.held = False
        self.airport.clear()

    @rule(seconds=st.sampled_from([60, HOUR, 3 * HOUR, DAY, 5 * DAY]))
    def time_passes(self, seconds: int) -> None:
        self.airport.now += seconds

    @rule(cut=st.sampled_from([None, None, 0, 1, 2, 3]))
    def clear(self, cut: int | None) -> None:
        if self.do(self.airport.clear, cut) is CUT:
            self.airport.clear()
        self.nothing_is_overdue()

    @rule(asleep=st.sampled_from([0, 0, DAY, 40 * DAY]))
    def restart(self, asleep: int) -> None:
        self.airport.close()
        self.airport.now += asleep
        self.airport._open()
        self.airport.clear()
        self.nothing_is_overdue()

    # What must hold after each step.

    @invariant()
    def what_was_withdrawn_or_has_ended_opens_nowhere(self) -> None:
        for life in self.lives:
            over = self.airport.now >= life.given.receipt.until
            if not (life.withdrawn or over):
                continue
            with pytest.raises(RefusedError) as refused:
                life.given.signed.check([KEY.verifier], self.airport.now, Ended(self.airport.vault, self.airport.store))
            assert refused.value.check in {"withdrawn", "expired"}
            for shown in life.carried:
                for place in PLACES:
                    with pytest.raises(RefusedError):
                        self.opened(life, shown, place, never_seen)
            assert not self.airport.passed(life.id, "lounge"), "a passage is kept of who agreed to nothing any more"
            if life.withdrawn and not life.held:
                assert self.airport.vault.key(life.id) is None
                assert self.airport.store.held(life.id) == ()
                assert self.airport.desk.opens(life.given.code) == ()

    @invariant()
    def a_hold_keeps_what_was_done_and_nothing_of_a_face(self) -> None:
        for life in self.lives:
            if life.withdrawn and life.held:
                kinds = {item.kind for item in self.airport.store.held(life.id)}
                assert kinds <= HOLDABLE, kinds

    @invariant()
    def nobody_else_is_touched(self) -> None:
        for life in self.lives:
            if self.erased(life) or life.withdrawn:
                continue
            key = self.airport.vault.key(life.id)
            assert key is not None
            for item in self.airport.store.held(life.id):
                unseal(key, item)
            assert self.count(life) == life.passages
            if self.airport.now < life.given.receipt.until and life.carried and life.carried[-1].standing == "good":
                place = next(place for place in sorted(PLACES) if life.covers(place))
                found = self.opened(life, life.carried[-1], place, never_seen)
                assert comparison_score(found, life.carried[-1].template) > 0.99

    @invariant()
    def the_log_only_grew_and_every_deed_stands_in_it(self) -> None:
        if not hasattr(self, "airport") or not self.airport.log.size():
            return
        log = self.airport.log
        head = Checkpoint.parse(log.checkpoint().text)
        if self.head is not None:
            assert head.size >= self.head.size
            check_consistency(
                self.head.size, head.size, self.head.root, head.root, log.consistency(self.head.size, head.size)
            )
        self.head = head
        for entry, proof in self.acknowledged[-3:]:
            self.stands(entry, proof)

    @invariant()
    def the_log_says_nothing_of_anybody(self) -> None:
        if hasattr(self, "airport"):
            self.says_nothing((self.airport.folder / "log" / "entries").read_bytes())

    def teardown(self) -> None:
        try:
            if hasattr(self, "airport"):
                self.at_the_end()
        finally:
            if hasattr(self, "airport"):
                self.airport.close()
            self._folder.cleanup()

    def at_the_end(self) -> None:
        """The whole log again, as published; and no template on any disk."""
        for entry, proof in self.acknowledged:
            self.stands(entry, proof)
        files = self.airport.files()
        for life in self.lives:
            for shown in life.carried:
                plain = shown.template.vector.tobytes()[:32]
                assert not [name for name, content in files.items() if plain in content], "a template in the clear"
                assert not [name for name, content in files.items() if quantised(shown.template)[:32] in content]
                assert not [name for name, content in files.items() if shown.content and shown.content in content]
        if self.airport.log.size():
            public = self.airport.folder / "public"
            publish(self.airport.log, public)
            assert (
                Checkpoint.parse(Note.parse((public / "checkpoint").read_bytes()).text).size == self.airport.log.size()
            )
            self.says_nothing(b"".join(path.read_bytes() for path in public.rglob("*") if path.is_file()))

    # How it is asked.

    def do(self, deed: Callable[[], Any], cut: int | None) -> Any:
        """A deed with the power going after so many writes; afterwards the system starts anew."""
        self.airport.power.left = cut
        try:
            return deed()
        except PowerCutError:
            self.airport.reboot()
            return CUT
        finally:
            self.airport.power.left = None

    def one(self, pick: int) -> Life:
        return self.lives[pick % len(self.lives)]

    def opened(self, life: Life, shown: Carried, place: str, first: Callable[..., bool]) -> Any:
        return self.airport.opens(shown.content, life.id, life.given.receipt.journey, place, first)

    def expected(self, life: Life, shown: Carried, place: str) -> set[str]:
        """The checks that may refuse here and now; the empty word: it opens."""
        over = self.airport.now >= life.given.receipt.until
        if self.airport.profile is not Profile.WALLET:
            return self.expected_of_held(life, shown, place, over=over)
        if over:
            return {"expired"}
        if not life.covers(place):
            return {"touchpoint"}
        used = "replayed" if place in shown.used else ""
        if life.withdrawn or shown.standing == "gone":
            return {"revoked"}
        return {"revoked", used} if shown.standing == "unknown" else {used}

    def expected_of_held(self, life: Life, shown: Carried, place: str, *, over: bool) -> set[str]:
        """Where the reference lies at the airport: ``sealed`` and ``gallery``."""
        if life.withdrawn or over:
            return {"withdrawn", "expired", "consent", "not_enrolled"}
        if not life.covers(place):
            return {"coverage", "not_enrolled"}
        if self.unknown(life):
            return {"", "key", "consent", "not_enrolled"}
        newest = shown is life.carried[-1] or self.airport.profile is Profile.GALLERY
        return {""} if newest else {"key"}

    def unknown(self, life: Life) -> bool:
        return any(one.standing == "unknown" for one in life.carried)

    def erased(self, life: Life) -> bool:
        """Whether nothing may be left: withdrawn without a hold, or ended and cleared."""
        ended = self.airport.vault.key(life.id) is None and self.airport.now >= life.given.receipt.passages_until
        return (life.withdrawn and not life.held) or ended

    def count(self, life: Life) -> int:
        return sum(item.kind == DataClass.PASSAGES for item in self.airport.store.held(life.id))

    def told_of_erasure(self, life: Life) -> bool:
        wanted = commit(life.given.code.salt, erasure_record(life.id))
        log = self.airport.log
        entries = (log.entry(place) for place in range(log.size()))
        return any(entry.kind is Kind.ERASURE and entry.commitment == wanted for entry in entries)

    def nothing_is_overdue(self) -> None:
        holds = {hold.receipt_id for hold in self.airport.store.holds()}
        late = [item for item in self.airport.store.everything() if item.until <= self.airport.now]
        assert [item for item in late if item.receipt_id not in holds or item.kind not in HOLDABLE] == []

    def stands(self, entry: Entry, proof: LoggedProof) -> None:
        proof.check(entry.to_bytes(), POLICY)
        assert self.airport.log.raw(proof.index) == entry.to_bytes()
        self.airport.log.proof(proof.index).check(entry.to_bytes(), POLICY)

    def says_nothing(self, content: bytes) -> None:
        for life in self.lives:
            receipt, code = life.given.receipt, life.given.code
            needles = [code.secret, code.salt, bytes.fromhex(receipt.id), code.digest]
            needles += [needle.hex().encode() for needle in needles]
            needles += [receipt.holder.encode(), receipt.journey.encode(), hashlib.sha256(code.secret).digest()]
            needles += [quantised(shown.template)[:24] for shown in life.carried]
            assert not [needle for needle in needles if needle in content], "the log tells of a traveller"


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=LIVES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking lives on a disk takes minutes
)
