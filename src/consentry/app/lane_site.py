"""A touchpoint of a site's settings, wired to its keys and stores: what a lane of it opens, counts and tells.

Under ``wallet`` a lane needs two keys and a clock (``touchpoints.key``, ``receipts.pub``); vault and log are used where
they are at hand. Under ``sealed`` and ``gallery`` the references lie in the vault, so it must be there.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from consentry.app.kiosk_files import ConsentFiles
from consentry.app.kiosk_retention import clear_due
from consentry.app.lane import LaneBook, LaneWishes, OneLane, tell_hours
from consentry.app.lane_gallery import OpenedGallery, open_gallery, switched
from consentry.app.lane_opening import key_act, pass_act, status_file
from consentry.app.lane_passages import Passages
from consentry.app.settings import Site
from consentry.app.starting import tell_start, touchpoint_models
from consentry.backends.group_keys import read_group_key
from consentry.backends.lane_counts import LaneCounts
from consentry.backends.pass_register import PassRegister
from consentry.backends.replay_guard import ReplayGuard
from consentry.backends.sealed_store import HeldReferences
from consentry.consent.profile import Construction, Installation, Profile
from consentry.consent.purposes import Purpose
from consentry.core.errors import RefusedError, StorageError
from consentry.core.geometry import Zone
from consentry.face.gallery import GalleryPlace
from consentry.face.pass_ import Gate, Revoked
from consentry.face.search_threshold import FPIR
from consentry.face.status_list import read_list
from consentry.face.verification import Threshold
from consentry.ledger.entry import Kind
from consentry.ledger.note import VerifierKey
from consentry.ports import KeyVault, ReferenceStore
from consentry.touchpoints.egate_parts import Prompt
from consentry.touchpoints.lane_parts import ActParts, LaneRules


def declared(site: Site, name: str, purpose: Purpose | None = None, mask: Zone | None = None) -> LaneRules:
    """The rules of a lane, from the touchpoint that the settings declare.

    Args:
        site: its settings.
        name: of the touchpoint.
        purpose: None: its only one.
        mask: capture mask.

    Raises:
        RefusedError: it is not declared, or not for this purpose; nobody is compared anywhere else (R7).
    """
    found = [one for one in site.touchpoints if one.name == name]
    if not found:
        known = ", ".join(one.name for one in site.touchpoints) or "none"
        raise RefusedError(f"the settings declare no touchpoint {name!r}, only {known}", "settings")
    (table,) = found
    if purpose is None and len(table.purpose) > 1:
        known = ", ".join(table.purpose)
        raise RefusedError(f"{name} serves several purposes: say which of {known}", "settings")
    chosen = table.purpose[0] if purpose is None else purpose
    if chosen not in table.purpose:
        raise RefusedError(f"{name} serves {', '.join(table.purpose)}, not {chosen.value}", "settings")
    return LaneRules(name, chosen, table.manual_lane, mask)


@dataclass(frozen=True, slots=True)
class JourneyWishes:
    """Which gallery a lane is to search."""

    journey: str
    """Flight and day, as the receipts say."""
    departure: float
    """s UTC, as planned."""
    fpir: float = FPIR


@dataclass(slots=True)
class LaneSite:
    """One touchpoint's stores, opened. Use ``lane_site``."""

    site: Site
    installation: Installation
    keys: Path
    state: Path
    counts: LaneCounts
    files: ConsentFiles | None
    """None: this lane stands outside the network, with keys and a clock."""
    vault: KeyVault | None
    store: ReferenceStore | None
    guards: list[ReplayGuard] = field(default_factory=list)

    @property
    def verifiers(self) -> tuple[VerifierKey, ...]:
        """Who signs receipts and passes here."""
        if self.files is not None:
            return (self.files.receipt_key.verifier,)
        path = self.keys / "receipts.pub"
        try:
            return tuple(VerifierKey.parse(line) for line in path.read_text("ascii").split("\n") if line.strip())
        except (OSError, UnicodeDecodeError) as error:
            raise StorageError(
                f"{path} cannot be read; it holds the public key of whoever signs receipts and passes, a line each"
            ) from error

    def book(self) -> LaneBook:
        """Where decisions are written."""
        if self.vault is None or self.store is None:
            return LaneBook(self.counts, None)
        return LaneBook(self.counts, Passages(self.vault, self.store, self.verifiers))

    def act(self, rules: LaneRules, withdrawn: Path | None = None) -> ActParts:
        """How a traveller shows something here.

        Args:
            rules: of the lane.
            withdrawn: file with the signed list of withdrawn passes; None: the register, where it is at hand, else
                ``STATE/withdrawn.list``.

        Raises:
            RefusedError: the profile has nothing that is shown.
            StorageError: a key cannot be read.
        """
        if self.installation.profile is Profile.SEALED:
            permit = self.installation.permit(Construction.SEALED_REFERENCE)
            return key_act(self.held(), rules, permit)
        permit = self.installation.permit(Construction.PASS)
        airport = "" if self.site.consent is None else self.site.consent.airport
        group = read_group_key(self.keys / "touchpoints.key")
        gate = Gate(rules.touchpoint, rules.purpose, airport, group, self.verifiers)
        guard = ReplayGuard(self.state / "shown.sqlite")
        self.guards.append(guard)
        return pass_act(gate, permit, self._revoked(withdrawn), guard.first_use)

    def held(self) -> HeldReferences:
        """The references at the airport.

        Raises:
            StorageError: this lane has no vault at hand.
        """
        if self.vault is None or self.store is None:
            raise StorageError(
                f"expected vault.key, receipts.key and log.key in {self.keys}: references lie in the vault"
            )
        return HeldReferences(self.vault, self.store, self.verifiers)

    @contextmanager
    def gallery(
        self, rules: LaneRules, wishes: JourneyWishes, thresholds: tuple[Threshold, ...], at: float
    ) -> Iterator[OpenedGallery]:
        """A journey's gallery, switched on while the context lasts, and the log told of both ends.

        Raises:
            RefusedError: see ``open_gallery``.
            StorageError: a store or the log did not answer.
        """
        held, files = self.held(), self.files
        assert files is not None  # noqa: S101 - ``held`` saw to it; this tells the type checker
        after = 0.0 if self.site.consent is None else self.site.consent.after_departure_s
        place = GalleryPlace(wishes.journey, rules.touchpoint, rules.purpose, wishes.departure + after)
        opened = open_gallery(self.installation, held, place, thresholds, at, fpir=wishes.fpir)
        people = len(set(self.installation.confirmed_by))
        try:
            switched(opened, Kind.GALLERY_ON, at, files.open_log, people)
            try:
                yield opened
            finally:
                switched(opened, Kind.GALLERY_OFF, time.time(), files.open_log, people)
        finally:
            opened.gallery.close()

    def lane(self, wishes: LaneWishes, at: float, say: Callable[[Prompt], None]) -> OneLane:
        """The lane itself.

        Raises:
            RefusedError: this profile sees no traveller.
        """
        return OneLane(wishes, self.installation.permit(Construction.CAMERA_LANE), self.book(), at, say)

    def tell_hours(self, at: float) -> int:
        """Tell the log of hours that are over; without a log they wait."""
        return 0 if self.files is None else tell_hours(self.counts, self.files.open_log, at)

    def hours_between(self, at: float) -> str:
        """The same between two travellers: trouble stops no lane; it is told in words, and tried again."""
        try:
            self.tell_hours(at)
        except StorageError as error:
            return str(error)
        return ""

    def _revoked(self, withdrawn: Path | None) -> Revoked:
        files = self.files
        if withdrawn is not None or files is None:
            return status_file(withdrawn or self.state / "withdrawn.list", self.verifiers)
        register = PassRegister(self.state / "passes")

        def revoked(place: int, at: float) -> bool | None:
            content = register.signed_list(at, files.receipt_key)
            return read_list(content, (files.receipt_key.verifier,)).revoked(place, at)

        return revoked


@contextmanager
def lane_site(site: Site, installation: Installation, keys: Path, state: Path, at: float) -> Iterator[LaneSite]:
    """Open a touchpoint's stores: what has ended goes first, and the log is told under what this runs.

    Args:
        site: its settings.
        installation: the profile, and who confirmed what needs two persons.
        keys: folder of keys.
        state: folder of vault, log, counts and the memory of passes.
        at: now, s UTC.

    Raises:
        StorageError: a key or a store cannot be used.
    """
    files = ConsentFiles(keys, state) if (keys / "vault.key").exists() else None
    counts = LaneCounts(state / "lanes.sqlite")
    made = LaneSite(site, installation, keys, state, counts, files, None, None)
    try:
        if files is None:
            yield made
            return
        with files.vault() as vault:
            made.vault, made.store = vault, files.store()
            clear_due(vault, made.store, files.open_log, at)
            tell_start(site, files.open_log, state / "started.json", at, touchpoint_models())
            made.tell_hours(at)
            yield made
            made.tell_hours(time.time())
    finally:
        for guard in made.guards:
            guard.close()
        counts.close()
