"""What all pages have in common: templates of a package, escaped throughout, and files written whole or not at all."""

import os
import re
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from consentry.core.errors import StorageError

_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Control characters, signs that turn the reading direction of what follows, and half surrogates, which no UTF-8 file
can hold."""


def environment(package: str, *names: str, escaped: bool = True) -> Environment:
    """Templates that refuse what they are not given, and clean every word before it is escaped.

    Args:
        package: in which the templates' files lie.
        names: of the files.
        escaped: for HTML; False: the templates escape for another language.
    """
    return Environment(
        loader=DictLoader({name: package_text(package, name) for name in names}),
        autoescape=escaped,  # noqa: S701 - False for Markdown alone, which is escaped as Markdown
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def package_text(package: str, name: str) -> str:
    """A text file that lies in a package."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def style_of(package: str) -> Markup:
    """The watch report's layout and colours, and what a page of another package adds to them."""
    sheets = (package_text("consentry.app.report", "page.css"), package_text(package, "page.css"))
    return Markup("".join(sheets))  # noqa: S704 - files of this package


def write_page(path: Path, text: str) -> None:
    """Write a page, as a whole or not at all.

    Raises:
        StorageError: it could not be written.
    """
    part = path.with_name(f".{path.name[:40]}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)  # noqa: PTH105 - the same call as Path.replace
    except OSError as error:
        raise StorageError(f"{path} could not be written: {error.strerror}; give another file with --out") from error


def clean(text: str) -> str:
    r"""A text without what could garble a page; escaping is the template's part.

    >>> clean("gate\u202e1")
    'gate�1'
    """
    return _UNSHOWABLE.sub("\ufffd", text)


def _shown(value: object) -> object:
    """What every expression of a template passes through before it is escaped."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
