"""XML from strangers: elements and their text alone, within bounds.

A document type is refused as soon as it begins. So no entity is ever declared, and with that neither expanded (billion
laughs, quadratic blowup) nor fetched (external entities, external DTDs). Depth, elements, text and bytes are bounded;
attributes, comments and processing instructions are passed over.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from consentry.core.errors import MalformedError, StorageError

MOST_BYTES = 8 << 20
"""A result file holds about 200 bytes an alarm: room for 40,000."""
_DEEPEST = 32
"""Elements within each other; a KISA file has 6."""
_MOST_ELEMENTS = 200_000
"""An alarm has 4."""
_LONGEST = 1024
"""Characters of an element's text: names and times."""


@dataclass(slots=True)
class Element:
    """An element."""

    tag: str
    text: str = ""
    """All of its own text, blanks at both ends stripped."""
    children: list["Element"] = field(default_factory=list)

    def all(self, *path: str) -> Iterator["Element"]:
        """Every element at a path below."""
        if not path:
            yield self
            return
        for child in self.children:
            if child.tag == path[0]:
                yield from child.all(*path[1:])

    def one(self, *path: str) -> str | None:
        """The text of the first element at a path below; None if there is none."""
        return next((found.text for found in self.all(*path)), None)


class _Builder:
    def __init__(self, where: str) -> None:
        self.root: Element | None = None
        self._where = where
        self._open: list[Element] = []
        self._count = 0

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > _MOST_ELEMENTS or len(self._open) >= _DEEPEST:
            raise MalformedError(
                f"{self._where}: expected at most {_MOST_ELEMENTS:,} elements, {_DEEPEST} within each other, came more"
            )
        made = Element(tag)
        if self._open:
            self._open[-1].children.append(made)
        else:
            self.root = made
        self._open.append(made)

    def end(self, _tag: str) -> None:
        done = self._open.pop()
        done.text = done.text.strip()

    def data(self, text: str) -> None:
        mine = self._open[-1]
        mine.text += text if mine.text else text.lstrip()
        if len(mine.text) > _LONGEST:
            raise MalformedError(f"{self._where}: expected at most {_LONGEST} characters in <{mine.tag}>, came more")

    def refuse(self, *_declared: object) -> None:
        raise MalformedError(
            f"{self._where}: expected elements alone, came a document type, which may declare entities"
        )


def parse_xml(raw: bytes, where: str) -> Element:
    """The root element.

    Args:
        raw: the document, in UTF-8 or UTF-16 or as its declaration says.
        where: its name, for messages.

    Raises:
        MalformedError: it is no XML, has a document type, or exceeds the bounds.
    """
    if len(raw) > MOST_BYTES:
        raise MalformedError(f"{where}: expected at most {MOST_BYTES >> 20} MB of XML, came more")
    builder = _Builder(where)
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = builder.data, builder.refuse
    parser.buffer_text = True
    try:
        parser.Parse(raw, True)  # noqa: FBT003 - takes no keyword
    except (expat.ExpatError, ValueError, LookupError) as error:  # the latter two: an encoding that expat has not
        raise MalformedError(f"{where}: expected XML, the reader said: {error}") from error
    if builder.root is None:
        raise MalformedError(f"{where}: expected XML, came no element")
    return builder.root


def bounded_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """A file's bytes, one more than allowed at most, so that whoever reads them can tell.

    Raises:
        StorageError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise StorageError(f"expected to read {path}, the system said: {error.strerror or error}") from error
