"""Error rates of presentation attack detection (ISO/IEC 30107-3:2023).

APCER is of one species of attack: the share of its presentations that were taken for bona fide. Species are never
averaged: the one that fares worst is the system's. BPCER is the share of bona fide presentations taken for attacks. A
presentation on which nothing could be decided is a non-response (APNRR, BPNRR): it lets no attack through, and it sends
an honest traveller away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from consentry.evaluation.bootstrap import Estimate, counted, draw, over_subjects


class Response(StrEnum):
    """What a detector said of one presentation."""

    BONA_FIDE = "bona fide"
    ATTACK = "attack"
    NONE = "no response"


@dataclass(frozen=True, slots=True)
class Presentation:
    """One presentation to the detector."""

    species: str | None
    """Which attack it was; None: a bona fide presentation."""
    subject: int
    """Number of the person shown."""
    response: Response


@dataclass(frozen=True, slots=True)
class Species:
    """One species of attack."""

    name: str
    apcer: Estimate
    """Share taken for bona fide."""
    apnrr: Estimate
    """Share without a response."""


@dataclass(frozen=True, slots=True)
class AttackErrors:
    """All presentations held against what they were."""

    species: tuple[Species, ...]
    """The one that fares worst first."""
    bpcer: Estimate | None
    """Share of bona fide presentations taken for attacks; None where there were none."""
    bpnrr: Estimate | None
    """Share of bona fide presentations without a response; None where there were none."""

    @property
    def apcer(self) -> Estimate | None:
        """Of the species that fares worst; None where there was no attack."""
        return self.species[0].apcer if self.species else None


def attack_errors(presentations: Sequence[Presentation], seed: int) -> AttackErrors:
    """Rates of each species, and of bona fide presentations, with intervals over the people shown.

    Args:
        presentations: in any order.
        seed: of the bootstrap.
    """
    names = sorted({one.species for one in presentations if one.species is not None})
    species = []
    for name in names:
        mine = [one for one in presentations if one.species == name]
        species.append(Species(name, _share(mine, Response.BONA_FIDE, seed), _share(mine, Response.NONE, seed)))
    species.sort(key=lambda one: (-one.apcer.rate, one.name))
    honest = [one for one in presentations if one.species is None]
    return AttackErrors(
        tuple(species),
        _share(honest, Response.ATTACK, seed) if honest else None,
        _share(honest, Response.NONE, seed) if honest else None,
    )


def _share(presentations: Sequence[Presentation], response: Response, seed: int) -> Estimate:
    _, whose = np.unique([one.subject for one in presentations], return_inverse=True)
    so = np.array([one.response is response for one in presentations], np.float64)
    people = int(whose.max()) + 1
    errors, trials = counted(whose, so, people), counted(whose, np.ones(len(whose)), people)
    return over_subjects(errors, trials, draw(people, seed))
