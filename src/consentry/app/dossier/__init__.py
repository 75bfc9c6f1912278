"""``consentry dossier``: the files that a regulator asks for, from what is set, logged, measured; nothing is made up.

::

    settings, manifest ──facts_settings, facts_models──┐
    log ────────────────facts_log──────────────────────┼──> Facts ──impact, record, technical, changes──> Documents
    evaluation.json ────facts_accuracy─────────────────┘      │                                              │
    facts.json of the last dossier ──changes──────────────────┘                     page (jinja2) ──> .md and .html
"""

from consentry.app.dossier.facts import Sources, gather
from consentry.app.dossier.writing import Written, read_facts, write_dossier

__all__ = ["Sources", "Written", "gather", "read_facts", "write_dossier"]
