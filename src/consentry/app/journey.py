"""The demo's journey, told as a story: what one traveller does from the kiosk to the withdrawal, step by step.

1. Kiosk: consent, a signed receipt, logged. 2. Enrolment: passport and live face; a pass comes out. 3. Lounge: the code
held before the camera, then the face. 4. Boarding likewise. 5. The pass shown at the gate once more: refused. 6. The
privacy desk: what is held, then the withdrawal. 7. The pass shown again: refused before any face is looked at. 8. The
log is published; an outsider checks it.

Every step runs the parts that the commands run. Where networks are missing the steps that need a face are left out, and
it is said which and why.
"""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from consentry.app.enrolment import Enrolment
from consentry.app.enrolment_making import Issuer, Making
from consentry.app.enrolment_papers import write_carried
from consentry.app.journey_face import SWAYS, JourneyFace, load_parts, write_code, write_live
from consentry.app.journey_site import GATE, LOUNGE, JourneySite
from consentry.app.kiosk import Answers, Given, Journey, Kiosk
from consentry.app.kiosk_papers import write_papers
from consentry.app.kiosk_settings import installation_of, notice_facts
from consentry.app.lane import LaneWishes, OneLane
from consentry.app.lane_site import declared, lane_site
from consentry.app.privacy_desk import PrivacyDesk, Withdrawal
from consentry.app.screening import GateWishes, prepare
from consentry.app.screening_document import Laid, read_simulated
from consentry.app.screening_words import sentence
from consentry.app.starting import tell_start, touchpoint_models
from consentry.backends.group_keys import read_group_public
from consentry.backends.key_files import read_key
from consentry.backends.log_file import LogFile
from consentry.backends.log_publish import publish
from consentry.backends.pass_register import PassRegister
from consentry.backends.portrait_decoder import PortraitDecoder
from consentry.backends.simulated_passport import simulated_passport
from consentry.backends.vault_disk import put
from consentry.consent.profile import Construction
from consentry.consent.purposes import DataClass, Purpose
from consentry.consent.words import Language
from consentry.core.errors import ConsentryError, StorageError, SupplyError
from consentry.ports import KeyVault, ReferenceStore
from consentry.touchpoints.egate_parts import FaceParts, GateRules
from consentry.touchpoints.lane_parts import LaneDecision

_DEPARTURE_S = 2 * 3_600.0
"""s from now to the made-up departure."""


@dataclass(frozen=True, slots=True)
class JourneyStep:
    """One step, as it is told."""

    said: str
    """A sentence or two; nothing of a face."""
    seconds: float
    """s that it took; the drawing of the camera's pictures is not counted."""
    done: bool = True
    """False: it was left out, and ``said`` says why."""


class JourneyWalk:
    """One journey. ``steps`` walks it, once."""

    def __init__(self, site: JourneySite, face: JourneyFace) -> None:
        """Take where it is and who travels."""
        self._site, self._face = site, face
        self._register = PassRegister(site.state / "passes")
        self._keys = (site.files.receipt_key.verifier,)
        self._sways = iter(SWAYS)
        self._parts: FaceParts | None = None
        self._carried: bytes | None = None
        self._clips = Path()
        self.checks: list[tuple[str, ...]] = []
        """What an outsider calls: the words behind ``consentry verify``."""

    def steps(self) -> Iterator[JourneyStep]:
        """Walk it, step by step.

        Raises:
            ConsentryError: something could not be done, or came out otherwise than it must.
        """
        prepare()
        files, now = self._site.files, time.time
        with tempfile.TemporaryDirectory() as clips, files.vault() as vault:
            self._clips, store = Path(clips), files.store()
            # 1. Consent.
            begun = time.monotonic()
            tell_start(self._site.site, files.open_log, self._site.state / "started.json", now(), touchpoint_models())
            given = self._give(
                Kiosk(notice_facts(self._site.site), vault, store, files.open_log, files.receipt_key, now)
            )
            yield _told(
                "kiosk: the traveller agreed to lounge and boarding; receipt signed, kept sealed, logged", begun
            )
            # 2. to 5. The face.
            try:
                yield from self._enrol(given, vault, store)
                yield from self._lanes()
            except SupplyError as error:
                yield JourneyStep(f"enrolment, lounge and boarding are left out: {error}", 0.0, done=False)
            # 6. to 8. The end, and the proof.
            desk = PrivacyDesk(vault, store, self._register, files.open_log, self._keys, now)
            yield from self._withdraw(desk, given)
            yield from self._refused()
            yield self._publish()

    def _give(self, kiosk: Kiosk) -> Given:
        answers = Answers(frozenset({Purpose.LOUNGE, Purpose.BOARDING}), frozenset(DataClass))
        given = kiosk.give(answers, Journey("XX123, the demo", time.time() + _DEPARTURE_S), Language.EN)
        write_papers(given, self._site.papers, Language.EN, UTC)
        return given

    def _enrol(self, given: Given, vault: KeyVault, store: ReferenceStore) -> Iterator[JourneyStep]:
        """Step 2."""
        rules, files, begun = GateRules("enrolment"), self._site.files, time.monotonic()
        self._parts = parts = load_parts(self._face, GateWishes("", rules))
        yield _told(f"networks loaded: templates by {parts.embedder.model}", begun)
        live = write_live(self._face, self._clips / "enrolment", next(self._sways))
        making = Making(vault, store, self._register, self._issuer())
        station = Enrolment(
            installation_of(self._site.site), vault, store, files.open_log, self._keys, making, time.time
        )
        begun = time.monotonic()
        done = station.enrol(
            given.signed, self._passport, GateWishes(str(live), rules), faces=lambda _: parts, simulated=True
        )
        if done.made is None:
            raise ConsentryError(f"the demo's traveller was not enrolled: {sentence(done.screening)}")
        self._carried = done.made.carried
        write_carried(done.made, given.receipt.id, self._site.papers)
        measures = done.screening.measures
        yield _told(
            f"enrolment: passport genuine, live face against its portrait {measures.score:.2f} at threshold "
            f"{measures.threshold:.2f}; a pass of {len(self._carried)} bytes, with the traveller alone",
            begun,
        )

    def _issuer(self) -> Issuer:
        consent, files = self._site.site.consent, self._site.files
        assert consent is not None  # noqa: S101 - the settings are ours
        group = read_group_public(self._site.keys / "touchpoints.pub")
        return Issuer(consent.controller, consent.airport, files.receipt_key, group)

    def _passport(self) -> Laid:
        now = time.time()
        with PortraitDecoder() as decoder:
            return read_simulated(simulated_passport(self._face.document.copy(), now), now, decoder)

    def _lanes(self) -> Iterator[JourneyStep]:
        """Steps 3 to 5."""
        for name, wanted in ((LOUNGE, "go"), (GATE, "go"), (GATE, "replayed")):
            yield self._through(name, wanted)

    def _through(self, name: str, wanted: str) -> JourneyStep:
        """Show the pass at a touchpoint, and the face where it is to be looked at."""
        carried, folder = self._carried, self._clips / f"{name} {wanted}"
        assert carried is not None  # noqa: S101 - it was made before
        again = wanted != "go"
        live = write_code(folder, carried) if again else write_live(self._face, folder, next(self._sways), carried)
        begun = time.monotonic()
        decision = self._lane(name, live)
        if (decision.check or "go") != wanted:
            raise ConsentryError(f"expected {wanted} at {name}, came {decision.check or 'go'}: {decision.why}")
        return _told(_decided(name, decision, again=again), begun)

    def _lane(self, name: str, live: Path) -> LaneDecision:
        site, now, parts = self._site, time.time(), self._parts
        assert parts is not None  # noqa: S101 - without networks nobody comes here
        with lane_site(site.site, installation_of(site.site), site.keys, site.state, now) as here:
            rules = declared(site.site, name)
            permit, wishes = here.installation.permit(Construction.CAMERA_LANE), LaneWishes(str(live), rules)
            with OneLane(wishes, permit, here.book(), now, lambda _: None, lambda _: parts) as lane:
                return lane.one(here.act(rules)).decision

    def _withdraw(self, desk: PrivacyDesk, given: Given) -> Iterator[JourneyStep]:
        begun = time.monotonic()
        told = desk.show(given.code, Language.EN, UTC)
        self._paper("held.txt", told.encode())
        yield _told(f"privacy desk: shown everything that is held, {told.count('[')} passages among it", begun)
        begun = time.monotonic()
        done = desk.withdraw(given.code)
        left = desk.opens(given.code)
        if left:
            raise ConsentryError(f"after the withdrawal {'; '.join(left)}")
        self._proof(done, given)
        yield _told("withdrawn: the key is destroyed, nothing opens any more, and the traveller has the proof", begun)

    def _proof(self, done: Withdrawal, given: Given) -> None:
        assert done.erasure is not None  # noqa: S101 - nobody put a legal hold on it
        code, stem = given.code, self._site.papers / "erasure"
        self._paper("erasure.tlog-proof", str(done.erasure.proof).encode())
        self._paper("erasure.entry", done.erasure.entry.to_bytes())
        self._paper("erasure.record", done.erasure.record)
        words = (f"{stem}.tlog-proof", "--policy", str(self._site.policy), "--entry", f"{stem}.entry")
        self.checks.append((*words, "--record", f"{stem}.record", "--salt", code.salt.hex()))

    def _paper(self, name: str, content: bytes) -> None:
        """A paper of the traveller's, for its owner alone."""
        try:
            put(self._site.papers / name, content, replace=True)
        except OSError as error:
            raise StorageError(f"{name} could not be written to {self._site.papers}: {error.strerror}") from error

    def _refused(self) -> Iterator[JourneyStep]:
        """Step 7."""
        if self._carried is not None:
            yield self._through(LOUNGE, "revoked")

    def _publish(self) -> JourneyStep:
        begun = time.monotonic()
        log = LogFile(self._site.state / "log", read_key(self._site.keys / "log.key"))
        try:
            size = log.size()
            publish(log, self._site.public)
        finally:
            log.close()
        self.checks.insert(0, (str(self._site.public), "--policy", str(self._site.policy)))
        return _told(f"log published: {size} entries as plain files that say nothing of anybody", begun)


def _told(said: str, begun: float) -> JourneyStep:
    return JourneyStep(said, time.monotonic() - begun)


def _decided(name: str, decision: LaneDecision, *, again: bool) -> str:
    shown = f"{name}: the pass shown again" if again else f"{name}: the code held up, then the face"
    if decision.go:
        score = decision.measures.score
        return (
            f"{shown}: go ({score:.2f} over {decision.measures.compared} pictures; {decision.waited:.1f} s of waiting)"
        )
    return f"{shown}: to the staff, check {decision.check}; no face was looked at"
