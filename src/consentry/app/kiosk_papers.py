"""The papers that a traveller takes along: receipt, words, codes, and the proof that the receipt was logged."""

import os
from datetime import tzinfo
from pathlib import Path

from consentry.app.kiosk import Given
from consentry.backends.vault_qr import write_qr
from consentry.consent.access import receipt_words
from consentry.consent.receipt_code import packed
from consentry.consent.words import Language
from consentry.core.errors import StorageError


def write_papers(given: Given, folder: Path, language: Language, zone: tzinfo, kind: str = "svg") -> dict[str, Path]:
    """Write a traveller's papers; for him alone, so only the owner can read them.

    ::

        NAME.receipt       the signed receipt, which `consentry verify --record` takes
        NAME.entry         the log's entry
        NAME.tlog-proof    the proof that it was logged (C2SP tlog-proof), checked offline
        NAME.txt           the receipt in words, and the code
        NAME.code.svg      the code as QR: shown at the privacy desk, it withdraws
        NAME.whole.svg     the whole receipt as QR

    Args:
        given: what the kiosk gave.
        folder: made if it is not there.
        language: of the words.
        zone: of the times.
        kind: of the pictures, ``svg`` or ``png``.

    Raises:
        StorageError: they could not be written.
    """
    stem = given.receipt.id[:8]
    words = f"{receipt_words(given.receipt, language, zone)}\n{given.code}\n"
    contents = {
        "receipt": given.signed.to_bytes(),
        "entry": given.entry.to_bytes(),
        "tlog-proof": str(given.proof).encode(),
        "txt": words.encode(),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for ending, content in contents.items():
            handle = os.open(folder / f"{stem}.{ending}", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
    except OSError as error:
        raise StorageError(f"the receipt could not be written to {folder}: {error.strerror}") from error
    paths = {ending: folder / f"{stem}.{ending}" for ending in contents}
    codes: dict[str, str | bytes] = {"code": str(given.code), "whole": packed(given.signed)}
    for name, code in codes.items():
        paths[name] = folder / f"{stem}.{name}.{kind}"
        write_qr(paths[name], code)
    return paths
