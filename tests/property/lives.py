"""An airport over one folder whose power can be cut before any write: the real parts, and a switch in front of each.

A cut ends everything at once, as a kill does: nothing after it runs, no undoing, no closing. What a half-done write
leaves is put there: a torn end of the log, a key or an item whose file was overwritten and not yet removed.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from app.test_kiosk import ABOVE, LOG_KEY
from consent.receipts import KEY
from consent.test_notice import FACTS
from consentry.app.enrolment import Enrolment
from consentry.app.enrolment_making import Issuer, Making
from consentry.app.kiosk import Kiosk
from consentry.app.kiosk_retention import clear_due
from consentry.app.lane_opening import key_act, pass_act
from consentry.app.lane_passages import Passages
from consentry.app.privacy_desk import PrivacyDesk
from consentry.backends.log_file import LogFile
from consentry.backends.pass_register import PassRegister
from consentry.backends.replay_guard import ReplayGuard
from consentry.backends.sealed_store import HeldReferences
from consentry.backends.vault import VaultFolder
from consentry.backends.vault_held import HeldFolder
from consentry.consent.profile import Construction, Installation, Profile
from consentry.consent.purposes import Purpose
from consentry.core.errors import RefusedError
from consentry.face.pass_ import Gate
from consentry.face.reference_form import reference_of
from consentry.face.status_list import read_list
from consentry.face.template import Template
from consentry.ledger.entry import Entry
from consentry.ports import LogStore
from consentry.touchpoints.lane_parts import LaneDecision, LaneRules

GROUP = X25519PrivateKey.generate()
STAFF = ("A. Kim", "B. Lee")
PLACES = {"lounge": Purpose.LOUNGE, "gate 12": Purpose.BOARDING, "lane 1": Purpose.SECURITY}
"""Touchpoints of ``FACTS``, and what each is asked for here."""


class PowerCutError(BaseException):
    """The power went; no ``except`` of the product may think that it can go on."""


@dataclass
class Power:
    """Counts writes, and goes before one of them."""

    left: int | None = None
    """Writes until it goes; None: it stays."""
    gone: bool = False

    def draw(self, torn: Callable[[], None]) -> None:
        """Before a write; ``torn`` leaves what a half of it would."""
        if self.gone:
            raise PowerCutError
        if self.left is None:
            return
        if self.left == 0:
            self.gone = True
            torn()
            raise PowerCutError
        self.left -= 1


class Switched:
    """A part whose writes need power."""

    def __init__(self, part: Any, power: Power, torn: dict[str, Callable[..., None]]) -> None:
        self._part, self._power, self._torn = part, power, torn

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        if name not in self._torn:
            return found

        def write(*words: Any, **named: Any) -> Any:
            self._power.draw(lambda: self._torn[name](*words, **named))
            return found(*words, **named)

        return write


def nothing(*_words: Any, **_named: Any) -> None:
    """A write that leaves nothing unless it is whole."""


class Airport:
    """Everything of one site. ``reboot`` is a power cut and a start."""

    def __init__(self, folder: Path, profile: Profile, now: float) -> None:
        self.folder, self.profile, self.now = folder, profile, now
        self.installation = Installation(profile, STAFF)
        self.power = Power()
        self._open()

    def _open(self) -> None:
        state = self.folder / "vault"
        self._vault, self._store = VaultFolder(state, ABOVE), HeldFolder(state)
        self.log, self.guard = LogFile(self.folder / "log", LOG_KEY), ReplayGuard(self.folder / "shown.sqlite")
        zeroed = {"create": nothing, "destroy": lambda one: zero(state.glob(f"keys-*/{one}"))}
        dropped = {"keep": nothing, "hold": nothing, "lift": nothing, "drop": self._half_dropped}
        self.vault: Any = Switched(self._vault, self.power, zeroed)
        self.store: Any = Switched(self._store, self.power, dropped)
        self.passes: Any = Switched(
            PassRegister(self.folder / "passes"), self.power, {"new_place": nothing, "revoke": nothing}
        )
        facts, keys = replace(FACTS, profile=self.profile), (KEY.verifier,)
        self.kiosk = Kiosk(facts, self.vault, self.store, self.open_log, KEY, self.clock, longest_days=3)
        self.desk = PrivacyDesk(self.vault, self.store, self.passes, self.open_log, keys, self.clock)
        issuer = Issuer("Example Airport", "ZZZZ", KEY, GROUP.public_key())
        self.making = Making(self.vault, self.store, self.passes, issuer)
        self.station = Enrolment(
            self.installation, self.vault, self.store, self.open_log, keys, self.making, self.clock
        )
        self.held = HeldReferences(self.vault, self.store, keys)
        self.passages = Passages(self.vault, self.store, keys)

    def clock(self) -> float:
        return self.now

    @contextmanager
    def open_log(self) -> Iterator[LogStore]:
        switched: Any = Switched(self.log, self.power, {"append": self._torn_log})
        yield switched

    def close(self) -> None:
        self.log.close()
        self.guard.close()
        self._vault.close()

    def reboot(self) -> None:
        """A start after whatever happened; as every command does, it clears what is due."""
        self.close()
        self.power.left, self.power.gone = None, False
        self._open()
        self.clear()

    def clear(self) -> None:
        clear_due(self.vault, self.store, self.open_log, self.now)

    def opens(self, carried: bytes, receipt: str, journey: str, place: str, first: Callable[..., bool]) -> Template:
        """What a touchpoint does with what is shown, up to the face.

        Raises:
            RefusedError: one of the checks, by name.
        """
        rules = LaneRules(place, PLACES[place], "desk")
        if self.profile is Profile.WALLET:
            gate = Gate(place, PLACES[place], "ZZZZ", GROUP, (KEY.verifier,))
            listed = read_list(self.passes.signed_list(self.now, KEY), [KEY.verifier])
            permit = self.installation.permit(Construction.PASS)
            return pass_act(gate, permit, listed.revoked, first).opens(carried, self.now).reference
        if self.profile is Profile.SEALED:
            permit = self.installation.permit(Construction.SEALED_REFERENCE)
            return key_act(self.held, rules, permit).opens(carried, self.now).reference
        for consent, content in self.held.enrolled(journey, self.now):
            if consent.receipt_id == receipt and consent.covers(PLACES[place], place, self.now):
                return reference_of(content)
        raise RefusedError("nobody of this gallery", "not_enrolled")

    def passed(self, receipt: str, place: str) -> bool:
        """Somebody went through; whether it was kept as a passage."""
        rules = LaneRules(place, PLACES[place], "desk")
        decision = LaneDecision(rules, self.now, go=True, check="", why="", waited=1.0, comparisons=3, receipt=receipt)
        return self.passages.keep(decision)

    def files(self) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}

    def _torn_log(self, entry: Entry) -> None:
        with (self.folder / "log" / "entries").open("ab") as file:
            file.write(len(entry.to_bytes()).to_bytes(4, "big") + entry.to_bytes()[:9])

    def _half_dropped(self, receipt: str, kind: str | None = None, number: str | None = None) -> None:
        shelf = self.folder / "vault" / "held" / receipt[:2]
        zero(list(shelf.glob(f"{receipt}.{kind or '*'}.*.{number or '*'}"))[:1])


def zero(paths: Collection[Path] | Iterator[Path]) -> None:
    """Overwrite files and leave them: what a kill in the middle of shredding leaves."""
    for path in paths:
        path.write_bytes(bytes(path.stat().st_size))


def made_up(seed: int) -> Template:
    """A template of nobody."""
    vector = np.random.default_rng(seed).normal(size=64).astype(np.float32)
    return Template("made up", vector / np.float32(np.linalg.norm(vector)))


def never_seen(*_: object) -> bool:
    """A touchpoint without a memory, to ask what would open without using it up."""
    return True


@dataclass
class Carried:
    """Something that a traveller was given at an enrolment."""

    content: bytes
    template: Template
    standing: str = "good"
    """``good``, ``gone`` (replaced or withdrawn), or ``unknown``: the power went while it was being replaced."""
    used: set[str] = field(default_factory=set)
    """Touchpoints where it was taken."""
