"""A lane in a process of its own, for tests that read its memory: it stops once during it, and once after it.

Usage: lane_child.py KIND FOLDER [keep], with KIND ``wallet``, ``sealed`` or ``gallery``; FOLDER has what is shown, live
pictures, and what lies at the airport. ``keep`` does it wrongly on purpose, so that the test is seen to notice.
"""

import sys
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from consent.receipts import RECEIPT, UNTIL
from consentry.app.lane import LaneBook, LaneWishes, OneLane
from consentry.app.lane_gallery import open_gallery
from consentry.app.lane_opening import key_act, pass_act, read_shown
from consentry.backends.lane_counts import LaneCounts
from consentry.backends.replay_guard import ReplayGuard
from consentry.backends.sealed_store import HeldReferences
from consentry.backends.vault import VaultFolder
from consentry.backends.vault_held import HeldFolder
from consentry.consent.profile import Construction, Installation, Profile
from consentry.face.gallery import GalleryPlace
from consentry.face.pass_ import Gate
from consentry.face.quality import Quality
from consentry.face.sample import FaceSample
from consentry.ledger.note import VerifierKey
from gate_fakes import EvenQuality, pixel_parts
from lane_fakes import AT, RULES


@dataclass
class Stopping(EvenQuality):
    """Says so at the third live frame, and waits."""

    keep: bool = False

    def __post_init__(self) -> None:
        self.seen, self.kept = 0, []

    def read(self, sample: FaceSample, faces: int) -> Quality:
        self.seen += 1
        if self.keep:
            self.kept.append(sample.image.copy())
        if self.seen == 3:
            say("during")
        return super().read(sample, faces)


def say(word: str) -> None:
    print(word, flush=True)  # noqa: T201 - that is how it speaks to the test
    sys.stdin.readline()


def main() -> None:
    kind, where, *more = sys.argv[1:]
    folder = Path(where)
    quality = Stopping(keep=bool(more))
    parts = replace(pixel_parts(), quality=quality)
    wishes = LaneWishes(str(folder / "live"), RULES)
    installation = Installation(Profile(kind), ("A. Kim", "B. Lee"))
    signer = VerifierKey.parse((folder / "receipts.pub").read_text())
    with VaultFolder(folder / "vault", bytes(range(32))) as vault:
        held = HeldReferences(vault, HeldFolder(folder / "vault"), [signer])
        book = LaneBook(LaneCounts(folder / "lanes.sqlite"), None)
        permit = installation.permit(Construction.CAMERA_LANE)
        with OneLane(wishes, permit, book, AT, lambda _prompt: None, lambda _wishes: parts) as lane:
            if kind == "gallery":
                place = GalleryPlace(RECEIPT.journey, RULES.touchpoint, RULES.purpose, float(UNTIL))
                opened = open_gallery(installation, held, place, (parts.threshold,), AT, fpir=0.05)
                decisions = [told.decision for told in lane.all(opened.parts)]
                opened.gallery.close()
            elif kind == "sealed":
                act = key_act(held, RULES, installation.permit(Construction.SEALED_REFERENCE))
                decisions = [lane.one(act, read_shown(folder / "shown.png")).decision]
            else:
                group = X25519PrivateKey.from_private_bytes(bytes.fromhex((folder / "group").read_text()))
                gate = Gate(RULES.touchpoint, RULES.purpose, "ICN", group, (signer,))
                guard = ReplayGuard(folder / "shown.sqlite")
                permit = installation.permit(Construction.PASS)
                act = pass_act(gate, permit, lambda _place, _at: False, guard.first_use)
                decisions = [lane.one(act, read_shown(folder / "shown.png")).decision]
    say(f"after {'; '.join(one.check or one.word for one in decisions)}")


if __name__ == "__main__":
    main()
