"""The officer's page: one template, its style and its script, and the policy that lets nothing else run."""

import secrets
from functools import cache
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from consentry.app.screening_words import TITLES

_TEMPLATE, _STYLE, _SCRIPT = "page.html", "page.css", "page.js"


def render_desk(touchpoint: str, language: str) -> tuple[str, str]:
    """The page as HTML, and the content security policy to send with it.

    Args:
        touchpoint: its name.
        language: of the sentences for the traveller: ``en`` or ``ko``.
    """
    nonce = secrets.token_urlsafe(16)
    page = (
        _environment()
        .get_template(_TEMPLATE)
        .render(
            nonce=nonce,
            style=Markup(_part(_STYLE)),  # noqa: S704 - a file of this package
            script=Markup(_part(_SCRIPT)),  # noqa: S704 - likewise
            touchpoint=touchpoint,
            language=language,
            steps=[(step.value, title) for step, title in TITLES.items()],
        )
    )
    policy = (
        f"default-src 'none'; img-src 'self'; connect-src 'self'; script-src 'nonce-{nonce}'; "
        f"style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'"
    )
    return page, policy


def _environment() -> Environment:
    return Environment(
        loader=DictLoader({_TEMPLATE: _part(_TEMPLATE)}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _part(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
