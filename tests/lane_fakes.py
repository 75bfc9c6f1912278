"""A lane's parts as small true implementations: painted faces as at the e-gate, codes named by a picture's corner."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from consent.receipts import GIVEN, RECEIPT, UNTIL, consent
from consentry.consent.profile import Construction, Installation, Profile
from consentry.consent.purposes import Purpose
from consentry.core.frames import Frame, Image, Lapse
from consentry.face.pass_ import Gate, PassTerms, issue_pass
from consentry.ledger.note import Kind, SigningKey
from consentry.touchpoints.egate_parts import FaceParts, Prompt
from consentry.touchpoints.lane_parts import LaneParts, LaneRules
from fakes import ListSource
from gate_fakes import ANNA, Painted, PaintedAttacks, PaintedEmbedder, PaintedQuality, find, gate, painted

AT = GIVEN + 3600.0
GATE_12 = "gate 12"
ISSUER = SigningKey.new("airport.example/receipts", Kind.ED25519)
GROUP = X25519PrivateKey.generate()
WALLET, SEALED = Installation(Profile.WALLET), Installation(Profile.SEALED)
GALLERY = Installation(Profile.GALLERY, ("A. Kim", "B. Lee"))
RULES = LaneRules(GATE_12, Purpose.BOARDING, "gate 12 desk", limit_s=5.0, show_s=3.0)


def template_of(who: int):
    """The template that the painted embedder makes of somebody."""
    (sample,) = find(painted(Painted(who)), 0.0)
    return PaintedEmbedder().embed(sample)


def pass_of(who: int = ANNA, **changes: object) -> bytes:
    """A journey pass; ``changes`` are of its terms, ``model`` and ``group`` and ``key`` of what makes it."""
    terms = {
        "issuer": "Example Airport", "airport": "ICN", "id": bytes([who]) * 16, "begin": GIVEN + 60.0,
        "end": float(UNTIL), "status": who,
    }  # fmt: skip
    group, key = changes.pop("group", GROUP), changes.pop("key", ISSUER)
    receipt = changes.pop("receipt", {})
    return issue_pass(
        consent(GIVEN + 60, **receipt), template_of(who), PassTerms(**(terms | changes)),
        WALLET.permit(Construction.PASS), key, group.public_key(),
    )  # fmt: skip


def gate_12(**changes: object) -> Gate:
    told = {
        "touchpoint": GATE_12, "purpose": Purpose.BOARDING, "airport": "ICN", "group": GROUP,
        "issuers": (ISSUER.verifier,),
    }  # fmt: skip
    return Gate(**(told | changes))


@dataclass
class Scene:
    """Pictures with faces and codes; a code is a number in the corner."""

    codes: list[bytes] = field(default_factory=list)

    def picture(self, *faces: Painted, shows: Sequence[bytes] = ()) -> Image:
        image = painted(*faces)
        for place, content in enumerate(shows):
            if content not in self.codes:
                self.codes.append(content)
            image[0, place, 2] = self.codes.index(content) + 1
        return image

    def read(self, image: Image) -> tuple[bytes, ...]:
        return tuple(self.codes[number - 1] for number in image[0, :8, 2] if number)


def film(*images: Image, step: float = 0.25, begin: float = AT) -> list[Frame]:
    return [Frame("lane", begin + step * k, image) for k, image in enumerate(images)]


@dataclass
class Lane:
    """Everything of one lane, at hand for a test."""

    frames: Sequence[Frame | Lapse]
    installation: Installation = WALLET
    embedder: PaintedEmbedder = field(default_factory=PaintedEmbedder)
    quality: PaintedQuality = field(default_factory=PaintedQuality)
    attacks: PaintedAttacks = field(default_factory=PaintedAttacks)
    said: list[str] = field(default_factory=list)
    loaded: int = 0
    finder_forgotten: int = 0

    def __post_init__(self) -> None:
        self.source = ListSource(self.frames)
        self.pictures = self.source.frames()
        self.base = gate()

    def faces(self) -> FaceParts:
        self.loaded += 1
        return FaceParts(find, self.embedder, self.quality, self.attacks, self.base.threshold, None, self._forget)

    def parts(self) -> LaneParts:
        return LaneParts(self.installation.permit(Construction.CAMERA_LANE), self.faces, self._say, lambda: 0.0)

    def nothing_is_left(self) -> None:
        """No picture, and no template that was made, holds a number any more."""
        seen = self.frames[: self.source.given]
        assert all(not frame.image.any() for frame in seen if isinstance(frame, Frame))
        assert all(not np.any(template.vector) for template in self.embedder.made)
        if self.loaded:
            assert min(self.finder_forgotten, self.quality.forgotten, self.attacks.forgotten) >= 1
            assert not self.attacks.seen

    def _say(self, prompt: Prompt) -> None:
        self.said.append(prompt.english)

    def _forget(self) -> None:
        self.finder_forgotten += 1


JOURNEY = RECEIPT.journey
