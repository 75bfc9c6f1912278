"""The page from frozen values: one template, escaped throughout, nothing in it is fetched from anywhere.

It holds a face and a name. So it is written for its owner's eyes only (mode 0600), and whoever asks for it decides
where it lies and when it goes.
"""

import base64
import io
import os
from datetime import UTC, datetime
from pathlib import Path

from markupsafe import Markup
from PIL import Image as Pictures

from consentry.app.document_check import CheckedDocument
from consentry.app.document_details import further_sections, zone_rows
from consentry.app.document_page.words import OUTCOMES, grouped, sentence
from consentry.app.pages import environment, package_text
from consentry.core.errors import StorageError
from consentry.document.portrait import PortraitSample

_TEMPLATE, _STYLE = "page.html", "page.css"
_ICONS = {"genuine": "✓", "not genuine": "✕", "undetermined": "?"}


def render_document(document: CheckedDocument, source: str, trusted: str) -> str:
    """The page as HTML.

    Args:
        document: what was checked.
        source: where its files came from, in words.
        trusted: whom the inspection trusted, in words.
    """
    report = document.report
    return (
        environment(__package__, _TEMPLATE)
        .get_template(_TEMPLATE)
        .render(
            style=Markup(package_text(__package__, _STYLE)),  # noqa: S704 - a file of this package
            verdict=report.verdict.value,
            icon=_ICONS[report.verdict.value],
            sentence=sentence(report),
            groups=grouped(report),
            outcomes=OUTCOMES,
            holder=zone_rows(document.zone),
            further=further_sections(document.further),
            portrait=None if document.portrait is None else _embedded(document.portrait),
            at=f"{datetime.fromtimestamp(document.at, UTC):%Y-%m-%d %H:%M} UTC",
            source=source,
            trusted=trusted,
        )
    )


def write_document_page(document: CheckedDocument, path: Path, source: str, trusted: str) -> None:
    """Write the page so that only its owner can read it.

    Raises:
        StorageError: it could not be written.
    """
    text = render_document(document, source, trusted)
    part = path.with_name(f"{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        part.replace(path)
    except OSError as error:
        raise StorageError(f"{path} could not be written: {error.strerror}") from error


def _embedded(portrait: PortraitSample) -> str:
    """The decoded pixels anew as PNG: nothing of what the chip called a picture reaches the browser."""
    written = io.BytesIO()
    Pictures.fromarray(portrait.image[:, :, ::-1]).save(written, "PNG")
    return f"data:image/png;base64,{base64.b64encode(written.getvalue()).decode('ascii')}"
