"""Reads a report as a browser would: its tags, its text, its addresses, its ids."""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "img", "br", "input", "hr"}


@dataclass
class Reader(HTMLParser):
    """What a page consists of."""

    tags: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    ids: list[str] = field(default_factory=list)
    addresses: list[tuple[str, str]] = field(default_factory=list)
    """Tag and address, whatever attribute it stands in."""
    meta: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    alternatives: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        told = dict(attrs)
        if "id" in told:
            self.ids.append(told["id"] or "")
        for name in ("href", "src", "xlink:href", "action", "poster", "data"):
            if name in told:
                self.addresses.append((tag, told[name] or ""))
        if tag == "meta" and "http-equiv" in told:
            self.meta[told["http-equiv"] or ""] = told["content"] or ""
        if told.get("alt"):
            self.alternatives.append(told["alt"] or "")
        if tag not in VOID:
            self.unclosed.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.unclosed.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.unclosed or self.unclosed.pop() != tag:
            self.problems.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if self.unclosed and self.unclosed[-1] == "script":
            self.scripts.append(data)
        elif self.unclosed and self.unclosed[-1] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        """All text, blanks as one."""
        return re.sub(r"\s+", " ", " ".join(self.texts))


def read(path: Path) -> Reader:
    """A page that is well formed, keeps to itself and lets only its own script run; else the test fails here."""
    content = path.read_text(encoding="utf-8")
    reader = Reader()
    reader.feed(content)
    reader.close()
    assert reader.problems == []
    assert reader.unclosed == []
    assert len(reader.ids) == len(set(reader.ids)), "an id stands twice"
    _keeps_to_itself(reader, content, path)
    assert not {name for name in reader.attributes if name.startswith("on")}, "no attribute runs anything"
    (script,) = reader.scripts
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in reader.meta["Content-Security-Policy"]
    return reader


def _keeps_to_itself(reader: Reader, content: str, path: Path) -> None:
    for tag, address in reader.addresses:
        if address.startswith("#"):
            assert address[1:] in reader.ids, f"{address} leads nowhere"
        elif not address.startswith("data:"):
            assert tag == "a", f"<{tag}> would fetch {address}"
            assert ":" not in address, f"{address} leads out of the folder"
            assert not address.startswith(("/", "\\")), f"{address} leads out of the folder"
    for url in re.findall(r"url\(([^)]*)\)", content):
        assert url.startswith("#"), f"a style would fetch {url}"
        assert url[1:] in reader.ids, f"{url} leads nowhere"
    assert "@import" not in content
    assert path.stat().st_size < 15_000_000
