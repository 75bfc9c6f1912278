"""Passes for tests, as a kiosk issues them."""

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from consent.receipts import GIVEN, UNTIL, consent
from consentry.consent.profile import Construction, Installation, Profile
from consentry.consent.purposes import Purpose
from consentry.face.pass_ import Gate, PassTerms, issue_pass
from consentry.face.template import Template
from consentry.ledger.note import Kind, SigningKey

ISSUER = SigningKey.new("airport.example/passes", Kind.ED25519)
GROUP = X25519PrivateKey.generate()
GATE = Gate("gate 12", Purpose.BOARDING, "ICN", GROUP, (ISSUER.verifier,))
TERMS = PassTerms("Example Airport", "ICN", bytes(range(16)), GIVEN + 60.0, float(UNTIL), 17)
PERMIT = Installation(Profile.WALLET).permit(Construction.PASS)


def template(seed: int = 1, size: int = 256) -> Template:
    vector = np.random.default_rng(seed).normal(size=size).astype(np.float32)
    return Template("face-reidentification-retail-0095", vector / np.linalg.norm(vector))


def issued(terms: PassTerms = TERMS, seed: int = 1) -> bytes:
    return issue_pass(consent(), template(seed), terms, PERMIT, ISSUER, GROUP.public_key())
