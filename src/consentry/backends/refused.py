"""Kinds of model that Consentry refuses, and how a name gives one away.

A name proves nothing: who wants to deceive can call a network of moods ``person-detection``. What keeps such a network
out is that a supply is a row of a reviewed file with a closed list of roles (``manifest``). The check here stops the
honest mistake and the lazy trick, and makes the promise something that a test can try (docs/adr/0007-supplies.md).
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RefusedKind:
    """A kind of model that may not stand in the manifest."""

    name: str
    promise: str
    """What it would break (docs/why.md)."""
    within: tuple[str, ...] = ()
    """Letters that give the kind away also inside a longer word: no honest name has them by chance."""
    alone: tuple[str, ...] = ()
    """Words that give it away only when they stand by themselves: ``age`` is in ``image``, ``sex`` in ``Essex``."""
    honest: str = ""
    """A name of upstream's that sounds like the kind and is another one: it is passed over."""


REFUSED_KINDS = (
    RefusedKind(
        "emotion",
        "nobody's mood is inferred from a face or a gait",
        ("emotion", "ferplus", "affectnet", "facialexpression", "sentiment", "valencearousal"),
        ("fer", "mood", "moods", "affect", "smile", "smiles", "stress"),
    ),
    RefusedKind(
        "age",
        "nobody's age is inferred from a face",
        ("fairface",),
        ("age", "ages", "aging", "agenet", "ageestimation", "ageestimator", "apparentage", "ssrnet", "child", "adult"),
    ),
    RefusedKind(
        "sex", "nobody's sex is inferred from a face", (), ("sex", "sexes", "sexnet", "male", "female", "males")
    ),
    RefusedKind("gender", "nobody's sex is inferred from a face", ("gender",)),
    RefusedKind(
        "ethnicity",
        "nobody's ethnicity is inferred from a face",
        ("ethnic", "demographic", "skintone", "skincolo"),
        ("race", "races", "racial", "racenet", "skin"),
    ),
    RefusedKind("nationality", "nobody's nationality is inferred from a face", ("nationalit", "citizenship")),
    RefusedKind(
        "person-reidentification",
        "nobody is followed across cameras by appearance",
        ("personreid", "fastreid", "transreid", "personattribute", "market1501", "dukemtmc"),
        ("reid", "reids", "reidentification", "osnet", "clothing", "clothes"),
        "face-reidentification",  # Open Model Zoo's name for comparing faces: refused to the watch, below
    ),
    RefusedKind("gait", "nobody is recognised by the way they walk", ("gait",)),
    RefusedKind(
        "intent",
        "nobody is scored",
        ("intention", "suspici", "deception", "trustworth", "personality", "criminal"),
        ("intent", "intents", "lie", "lies", "threat", "threats"),
    ),
)
"""Refused everywhere, for good: the promises of docs/why.md."""

REFUSED_ON_WATCH = (
    RefusedKind(
        "face-template",
        "no face template is computed on the watching side",
        ("facerecognition", "facereid", "faceverification", "faceembed", "arcface", "adaface", "cosface", "facenet"),
        ("sface", "templates", "template", "embedder", "embedding", "embeddings", "insightface", "edgeface", "vggface"),
    ),
)
"""Refused for the roles of the watching side. The screening side's models (templates of travellers at a touchpoint,
attack detection, quality) have roles of their own; what is refused to the watch is not refused to those."""


def refused_kind(text: str, kinds: tuple[RefusedKind, ...] = REFUSED_KINDS) -> RefusedKind | None:
    """The refused kind that a name, role, address or path gives away; None: it gives away none.

    >>> refused_kind("Emotions_Recognition-retail-0003").name
    'emotion'
    >>> refused_kind("package/image-detector.onnx") is None
    True
    """
    # A capital inside a word begins a word too: AgeNet is age, net.
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    for kind in kinds:
        lower = text.lower().replace(kind.honest, "") if kind.honest else text.lower()
        words = set(re.findall(r"[a-z]+", f"{lower} {parted if lower == text.lower() else ''}".lower()))
        inside = any(part in lower or _spelled(part, lower, "") for part in kind.within)
        if inside or words & set(kind.alone) or any(_spelled(word, lower, "(?![a-z])") for word in kind.alone):
            return kind
    return None


def _spelled(word: str, text: str, end: str) -> bool:
    """Whether a word is spelled with dividers between its letters: ``r-e-i-d``, ``re_id``, ``person-re-id``."""
    return re.search(rf"(?<![a-z]){'[^a-z0-9]*'.join(word)}{end}", text) is not None
