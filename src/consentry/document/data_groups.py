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
_LONGEST_TEXT = 4096
"""bytes of one text: the longest that the standard bounds have 99, and no officer reads ten pages."""
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
_NAMES = frozenset({0x5F0E, 0x5F0F, 0x5F1A, 0x5F51})
"""A double filler stands between the parts of a name, a single one is a blank (Doc 9303-3, 4.6)."""
_FIELDS = frozenset({0x5F11, 0x5F42, 0x5F17, 0x5F53})
"""Places, addresses and numbers of documents: a filler stands between one and the next."""
_PICTURES = frozenset({0x5F16, 0x5F1D, 0x5F1E})
"""Proof of citizenship and pages of the document: pictures are no text, and nobody decodes them here."""
_LIST, _TEMPLATE, _LAST_TEMPLATE = 0x5C, 0xA0, 0xAF


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
    return tuple(_details(_template(person), _PERSON) for person in persons)


def _template(element: Tlv) -> Tlv:
    if not _TEMPLATE <= element.tag <= _LAST_TEMPLATE:
        raise TlvError(f"expected the template of a person, came tag {element.tag:X}", element.begin)
    return element


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
    """UTF-8 where it is, else Latin-1; dates of four bytes are packed digits, as some states write them.

    What does not print, such as commands to a terminal or to the direction of writing, is shown as a blank.
    """
    value = bytes(element.value)
    if len(value) > _LONGEST_TEXT:
        raise TlvError(f"expected a text of at most {_LONGEST_TEXT} bytes, came {len(value)}", element.begin)
    if element.tag in _DATES and len(value) in {4, 7}:
        return _date(value.hex())
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    if element.tag in _DATES:
        return _date(text)
    shown = "".join(character if character.isprintable() else " " for character in text)
    between = "<<" if element.tag in _NAMES else "<" if element.tag in _FIELDS else None
    parts = [shown] if between is None else shown.split(between)
    return ", ".join(filter(None, (" ".join(part.replace("<", " ").split()) for part in parts)))


def _date(text: str) -> str:
    """``20220415`` and ``20220415123059`` as they are read best; anything else as it stands, as far as it prints."""
    if not (text.isascii() and text.isdigit() and len(text) in {8, 14}):
        return "".join(character for character in text if character.isprintable())
    day = f"{text[:4]}-{text[4:6]}-{text[6:8]}"
    return day if len(text) == 8 else f"{day} {text[8:10]}:{text[10:12]}:{text[12:]}"
