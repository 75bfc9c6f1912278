"""The officer's page: one template, its style and its script, and the policy that lets nothing else run."""

import secrets

from markupsafe import Markup

from consentry.app.pages import environment, package_text
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
        environment(__package__, _TEMPLATE)
        .get_template(_TEMPLATE)
        .render(
            nonce=nonce,
            style=Markup(package_text(__package__, _STYLE)),  # noqa: S704 - a file of this package
            script=Markup(package_text(__package__, _SCRIPT)),  # noqa: S704 - likewise
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
