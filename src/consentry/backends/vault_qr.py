"""QR codes of receipts: on a terminal, and as a file that is printed or photographed."""

import io
from pathlib import Path

import segno

from consentry.core.errors import StorageError

_BORDER = 4
"""modules of quiet around a code (ISO/IEC 18004)."""
_SCALE = 6
"""px, or units of the SVG, for a module."""


def terminal_qr(text: str) -> str:
    """A code in half blocks, for a terminal."""
    out = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(out, border=_BORDER, compact=True)
    return out.getvalue()


def write_qr(path: Path, content: str | bytes) -> int:
    """Write a code as a picture; the kind is that of the name, ``.svg`` or ``.png``.

    A text gets error correction M, for paper that is folded; bytes get L, or a whole receipt would not fit.

    Returns:
        The version, 1 to 40: its width is 17 + 4 * version modules.

    Raises:
        StorageError: it could not be written, or the content does not fit into any code.
    """
    try:
        error = "m" if isinstance(content, str) else "l"
        made = segno.make(content, error=error, micro=False, boost_error=False)
        made.save(str(path), scale=_SCALE, border=_BORDER)
        path.chmod(0o600)
    except segno.DataOverflowError as overflow:
        raise StorageError(f"{path}: {len(content)} bytes do not fit into a QR code") from overflow
    except OSError as error_of_disk:
        raise StorageError(f"{path} could not be written: {error_of_disk.strerror}") from error_of_disk
    return int(made.version)
