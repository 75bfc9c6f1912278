"""Facts with where they come from, and documents made of them, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from consentry.consent.words import Language


class Text(NamedTuple):
    """One sentence or heading in the languages that a dossier is written in."""

    en: str
    ko: str

    def of(self, language: Language) -> str:
        """The words in a language."""
        return self.ko if language is Language.KO else self.en


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is known, and from where."""

    value: str
    source: str
    """A file with a table, the log with its size, a measurement with its date."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is known, by its key such as ``consent.controller``; what is not here is not known."""

    made_at: float
    """s UTC."""
    known: Mapping[str, Fact]
    doubts: tuple[Text, ...] = ()
    """What the sources say that does not go together."""

    def value(self, key: str) -> str:
        """A fact's value; empty if it is not known."""
        return self.known[key].value if key in self.known else ""

    def below(self, prefix: str) -> dict[str, Fact]:
        """Facts whose key begins so, by the rest of it, in order."""
        return {key.removeprefix(prefix): fact for key, fact in self.known.items() if key.startswith(prefix)}

    def names(self, prefix: str) -> tuple[str, ...]:
        """The names that come next in the keys that begin so: ``touchpoint.`` gives the touchpoints."""
        return tuple(dict.fromkeys(rest.rpartition(".")[0] for rest in self.below(prefix)))


@dataclass(frozen=True, slots=True)
class Row:
    """One fact in a document, or the gap where it should stand."""

    label: Text
    fact: Fact | None
    """None: not known; the label then stands under the open questions."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence on what the system does, with what shows it."""

    text: Text
    source: str
    """A document, a test or a law that the reader can look up."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section, which answers one provision."""

    law: str
    """Such as ``GDPR Art. 35(7)(a)``."""
    title: Text
    said: tuple[Said, ...] = ()
    rows: tuple[Row, ...] = ()
    open: tuple[Text, ...] = ()
    """Questions that nothing at hand answers; a person of the controller does."""

    def gaps(self) -> tuple[Text, ...]:
        """Every open question of the section: facts that are not known, then those that a person must answer."""
        return tuple(row.label for row in self.rows if row.fact is None) + self.open


@dataclass(frozen=True, slots=True)
class Document:
    """One file for the regulator."""

    name: str
    """Of its files, without an ending."""
    title: Text
    law: str
    sections: tuple[Section, ...]

    def open_count(self) -> int:
        """How many questions are open in it."""
        return sum(len(section.gaps()) for section in self.sections)


def row(facts: Facts, key: str, label: Text) -> Row:
    """A row of a document from a fact, or its gap."""
    return Row(label, facts.known.get(key))
