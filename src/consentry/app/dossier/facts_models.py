"""The networks in use as facts: what the manifest says of each, with the hashes without which it is not loaded."""

from collections.abc import Iterator

from consentry.app.dossier.values import Fact
from consentry.app.networks_in_use import choose_networks
from consentry.app.settings_values import Site
from consentry.app.starting import touchpoint_models
from consentry.backends.manifest import MOTION, Role, Supply, manifest, supply

_MANIFEST = "manifest.toml of this installation"
UNPUBLISHED = ("not published", "not described", "not known")
"""How the manifest says that nobody knows what a model was trained on."""


def models_of(site: Site) -> tuple[str, ...]:
    """Names of the networks that an installation with these settings looks with, each once.

    What watches is chosen by what is at hand, as the watch itself does it; what compares is there only where a
    touchpoint is declared, and what reads documents only where one is a border gate.
    """
    watching = choose_networks(site.models)
    names = [name for name in (watching.person, watching.face) if name != MOTION]
    if site.touchpoints:
        names += touchpoint_models()
    if any(one.kind == "border_gate" for one in site.touchpoints):
        names += [one.name for one in manifest().values() if one.role is Role.DOCUMENTS]
    return tuple(dict.fromkeys(names))


def model_facts(site: Site) -> dict[str, Fact]:
    """Facts by key, ``model.NAME.role`` and so on."""
    watching = {"models.watching": Fact(choose_networks(site.models).why, "settings [models], and what is at hand")}
    return watching | {
        f"model.{name}.{key}": Fact(value, _MANIFEST)
        for name in models_of(site)
        for key, value in _told(supply(name))
        if value
    }


def _told(one: Supply) -> Iterator[tuple[str, str]]:
    yield "role", one.role.value
    yield "licence", one.licence
    yield "made by", one.source
    yield "input", one.input
    known = not any(words in one.training for words in UNPUBLISHED)
    yield ("trained on" if known else "training, as far as known"), one.training
    yield "its maker's figures", one.figures
    yield "SHA-256", ", ".join(f"{file.name} {file.sha256}" for file in one.files)
