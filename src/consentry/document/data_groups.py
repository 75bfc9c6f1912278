"""Data groups with text: more of the holder (11), of the document (12), of whom to tell (16) (Doc 9303-10, 4.7.11-16).

Data group 13 is the state's own and stays bytes; 14 is read by ``security_infos``, 15 by ``active_authentication``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from consentry.document.lds import read_group
from consentry.document.oids import read_integer
from consentry.document.tlv import Tlv, TlvError

_MOST = 64
"""Elements of a group: the standard names 14."""
_MOST_PERSONS = 16
_HOLDER = {
    0x5F0E: "name", 0x5F0F: "other name", 0x5F10: "personal number", 0x5F2B: "born", 0x5F11: "place of birth",
    0x5F42: "address", 0x5F12: "telephone", 0x5F13: "profession", 0x5F14: "title", 0x5F15: "summary",
    0x5F17: "other documents", 0x5F18: "custody",
}  # fmt: skip
_DOCUMENT = {
    0x5F19: "authority", 0x5F26: "issued", 0x5F1A: "other person", 0x5F1B: "endorsements", 0x5F1C: "tax or exit",
    0x5F55: "personalised", 0x5F56: "personalised by",
}  # fmt: skip
_PERSON = {0x5F50: "recorded", 0x5F51: "name", 0x5F52: "telephone", 0x5F53: "address"}
_DATES = frozenset({0x5F2B, 0x5F26, 0x5F55, 0x5F50})
_PICTURES = frozenset({0x5F16, 0x5F1D, 0x5F1E})
"""Proof of citizenship and pages of the document: pictures are no text, and nobody decodes them here."""
_LIST, _TEMPLATE = 0x5C, 0xA0


@dataclass(frozen=True, slots=True, repr=False)
class Details:
    """Text about holder or document, by what it is. It does not print itself."""

    texts: Mapping[str, tuple[str, ...]]
    """In the order of the group; lists of several, such as other names, keep theirs."""
    unknown: tuple[int, ...]
    """Tags that the standard does not name."""

    def __repr__(self) -> str:
        """How much, and nothing of it."""
        return f"Details({len(self.texts)} kinds)"


def read_holder_details(file: bytes | memoryview) -> Details:
    """Read data group 11.

    Raises:
        TlvError: it is none.
    """
    return _details(read_group(file, 11), _HOLDER)


def read_document_details(file: bytes | memoryview) -> Details:
    """Read data group 12.

    Raises:
        TlvError: it is none.
    """
    return _details(read_group(file, 12), _DOCUMENT)


def read_optional_details(file: bytes | memoryview) -> bytes:
    """Data group 13, whose form each state decides.

    Raises:
        TlvError: it is none.
    """
    return bytes(read_group(file, 13).value)


def read_persons_to_notify(file: bytes | memoryview) -> tuple[Details, ...]:
    """Read data group 16.

    Raises:
        TlvError: it is none, or announces another number of persons than it has.
    """
    group = read_group(file, 16)
    count, *persons = group.parts(1, 1 + _MOST_PERSONS)
    if read_integer(count, 1) != len(persons):
        raise TlvError(f"expected as many persons in data group 16 as announced, came {len(persons)}", count.begin)
    return tuple(_details(person, _PERSON) for person in persons)


def _details(group: Tlv, names: Mapping[int, str]) -> Details:
    texts: dict[str, tuple[str, ...]] = {}
    unknown = []
    for element in _flat(group):
        name = names.get(element.tag)
        if name is not None:
            texts[name] = (*texts.get(name, ()), _text(element))
        elif element.tag not in _PICTURES:
            unknown.append(element.tag)
    return Details(texts, tuple(unknown))


def _flat(group: Tlv) -> tuple[Tlv, ...]:
    """Elements in order, those of templates that hold several of a kind among them; lists and counts left out."""
    found: list[Tlv] = []
    for element in group.children(_MOST):
        if element.tag == _TEMPLATE:
            count, *several = element.parts(1, _MOST)
            if read_integer(count, 1) != len(several):
                raise TlvError(f"expected as many elements as announced, came {len(several)}", element.begin)
            found += several
        elif element.tag != _LIST:
            found.append(element)
    return tuple(found)


def _text(element: Tlv) -> str:
    """UTF-8 where it is, else Latin-1, fillers as blanks; dates of four bytes are packed digits (4.7.11, note)."""
    value = bytes(element.value)
    if element.tag in _DATES and len(value) in {4, 7}:
        return value.hex()
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    return " ".join(text.replace("<", " ").split())
