"""What a traveller carries away from an enrolment, as a QR code and a file that only their owner can read."""

import os
from pathlib import Path

from consentry.app.enrolment_making import Made
from consentry.backends.qr import write_code
from consentry.consent.profile import Construction
from consentry.core.errors import StorageError

_NAMES = {Construction.PASS: "pass", Construction.SEALED_REFERENCE: "key"}


def write_carried(made: Made, receipt_id: str, folder: Path, kind: str = "svg") -> dict[str, Path]:
    """Write it.

    ::

        NAME.pass    the journey pass (profile wallet), and NAME.pass.svg: its QR code
        NAME.key     the key to the sealed reference (profile sealed), and NAME.key.svg

    An earlier pass of the same receipt is replaced: it was withdrawn when this one was made.

    Args:
        made: what was made; where nothing is carried nothing is written.
        receipt_id: its first digits name the files.
        folder: made if it is not there.
        kind: of the picture, ``svg`` or ``png``.

    Raises:
        StorageError: they could not be written.
    """
    if not made.carried:
        return {}
    name = _NAMES[made.construction]
    path, code = folder / f"{receipt_id[:8]}.{name}", folder / f"{receipt_id[:8]}.{name}.{kind}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(made.carried)
    except OSError as error:
        raise StorageError(f"{path} could not be written: {error.strerror}") from error
    write_code(code, made.carried)
    return {name: path, "code": code}
