"""Documents as Markdown and as pages that fetch nothing: two templates, one for each form."""

import re
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment

from consentry.app.dossier.values import Document
from consentry.app.pages import clean, environment, style_of
from consentry.consent.words import Language

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
"""What Markdown reads as more than letters."""
_WORDS = {
    Language.EN: {
        "made": "Made by consentry dossier; each fact names where it comes from, and what is not known stays open.",
        "open_count": "Open questions: {}.",
        "fact": "Fact", "value": "Value", "source": "From", "open": "Open", "skip": "To the content",
    },
    Language.KO: {
        "made": "consentry dossier로 생성했습니다. 각 사실에 출처를 적고 알 수 없는 것은 미해결로 남깁니다.",
        "open_count": "미해결 질문: {}건.",
        "fact": "사실", "value": "값", "source": "출처", "open": "미해결", "skip": "본문으로",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """What all documents of a dossier have in common."""

    site: str
    when: str
    """In words."""
    language: Language


def as_markdown(document: Document, setting: Setting) -> str:
    """A document as Markdown (CommonMark with tables)."""
    text = _environment(escaped=False).get_template("document.md").render(_given(document, setting))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def as_page(document: Document, setting: Setting) -> str:
    """A document as a page of its own, without script, that fetches nothing."""
    given = _given(document, setting) | {"style": style_of(__package__)}
    return _environment(escaped=True).get_template("document.html").render(given)


def _given(document: Document, setting: Setting) -> dict[str, object]:
    return {
        "document": document,
        "site": setting.site,
        "when": setting.when,
        "language": setting.language,
        "words": _WORDS[setting.language],
    }


@cache
def _environment(*, escaped: bool) -> Environment:
    made = environment(__package__, "document.md", "document.html", escaped=escaped)
    made.filters["md"] = _plain
    return made


def _plain(text: str) -> str:
    r"""Words that Markdown shows as they are, on one line.

    >>> _plain("a|b\n# <img> _x_")
    'a\\|b \\# \\<img\\> \\_x\\_'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(clean(text).split()))
