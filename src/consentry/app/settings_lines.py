"""On which line of a TOML text each key stands. ``tomllib`` reads the values and forgets where they were.

The text has been accepted by ``tomllib`` before, so the reader here follows the grammar and checks nothing.
"""

import tomllib
from bisect import bisect_right
from collections.abc import Mapping

Path = tuple[str | int, ...]
"""Keys and positions in lists, from the outside in: ``("camera", 0, "zone", 1, "corners")``."""


def lines_of(text: str) -> dict[Path, int]:
    r"""The line, counted from 1, of every table, key and list element.

    >>> lines_of('[site]\nname = "T1"\n[[camera]]\nname = "hall"')[("camera", 0, "name")]
    4
    """
    return _Reader(text.replace("\r\n", "\n")).read()


def line_of(lines: Mapping[Path, int], path: Path) -> int | None:
    """The line of a key, or of the nearest table around it that is there.

    >>> line_of({("camera",): 7}, ("camera", 3, "source"))
    7
    """
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._breaks = [at for at, letter in enumerate(text) if letter == "\n"]
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        """How many ``[[tables]]`` of a name there were so far."""

    def read(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip_blank():
            if self._text.startswith("[[", self._at):
                table = self._header(2)
            elif self._text[self._at] == "[":
                table = self._header(1)
            else:
                self._pair(table)
        return self._lines

    def _note(self, path: Path) -> None:
        self._lines.setdefault(path, bisect_right(self._breaks, self._at - 1) + 1)

    def _skip_blank(self) -> bool:
        """Go to what comes next that is neither space nor comment; whether there is anything."""
        text = self._text
        while self._at < len(text):
            if text[self._at] == "#":
                self._at = (text.find("\n", self._at) + 1) or len(text)
            elif text[self._at] in " \t\n":
                self._at += 1
            else:
                return True
        return False

    def _header(self, brackets: int) -> Path:
        began = self._at
        self._at += brackets
        names = self._names()
        after = self._at + brackets
        self._at = began  # the table's line is that of its header's first bracket
        path: Path = ()
        for depth, name in enumerate(names):
            path += (name,)
            self._note(path)
            if brackets == 2 and depth == len(names) - 1:
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path += (self._counts[path] - 1,)
                self._note(path)
        self._at = after
        return path

    def _pair(self, table: Path) -> None:
        began = self._at
        names = self._names()
        after, self._at = self._at, began
        for depth in range(len(names)):
            self._note(table + tuple(names[: depth + 1]))
        self._at = after + 1  # past the equals sign
        self._value(table + tuple(names))

    def _names(self) -> list[str]:
        """A key, dotted or not, up to the ``=`` or ``]`` behind it."""
        names = []
        while True:
            self._skip_blank()
            began = self._at
            if self._text[began] in "\"'":
                self._skip_string()
                names.append(_unquoted(self._text[began : self._at]))
            else:
                while self._text[self._at] not in " \t.=]":
                    self._at += 1
                names.append(self._text[began : self._at])
            self._skip_blank()
            if self._text[self._at] != ".":
                return names
            self._at += 1

    def _value(self, path: Path) -> None:
        self._skip_blank()
        first = self._text[self._at]
        if first in "\"'":
            self._skip_string()
        elif first == "[":
            self._list(path)
        elif first == "{":
            self._inline(path)
        else:
            while self._at < len(self._text) and self._text[self._at] not in ",]}#\n":
                self._at += 1

    def _list(self, path: Path) -> None:
        self._at += 1
        count = 0
        while self._skip_blank() and self._text[self._at] != "]":
            self._note((*path, count))
            self._value((*path, count))
            count += 1
            self._past_comma()
        self._at += 1

    def _inline(self, path: Path) -> None:
        self._at += 1
        while self._skip_blank() and self._text[self._at] != "}":
            self._pair(path)
            self._past_comma()
        self._at += 1

    def _past_comma(self) -> None:
        self._skip_blank()
        if self._text[self._at] == ",":
            self._at += 1

    def _skip_string(self) -> None:
        quote = self._text[self._at]
        long = self._text.startswith(quote * 3, self._at)
        fence = quote * (3 if long else 1)
        self._at += len(fence)
        while not self._text.startswith(fence, self._at):
            self._at += 2 if quote == '"' and self._text[self._at] == "\\" else 1
        self._at += len(fence)
        while long and self._text.startswith(quote, self._at):
            self._at += 1  # up to two quotes may stand before the closing three


def _unquoted(key: str) -> str:
    (value,) = tomllib.loads(f"key = {key}").values()
    return str(value)
