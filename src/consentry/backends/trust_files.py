"""Files that people import into a folder of trust: certificates and lists, in DER or PEM."""

import base64
import binascii
import re
from pathlib import Path

from consentry.core.errors import MalformedError, StorageError
from consentry.document.certificates import Certificate, read_certificate
from consentry.document.master_list import LONGEST

_PEM = b"-----BEGIN "
_PEM_BODY = re.compile(rb"-----BEGIN [A-Z0-9 ]+-----\s([A-Za-z0-9+/=\s]*)-----END ")


def read_root(text: str) -> Certificate | str:
    """A publisher's root as a person names it: the fingerprint, or the file of the certificate.

    Raises:
        MalformedError: the file is no certificate.
        StorageError: it cannot be read.
    """
    plain = text.replace(":", "").replace(" ", "").lower()
    if len(plain) == 64 and set(plain) <= set("0123456789abcdef"):
        return plain
    path = Path(text)
    return read_certificate(der_of(path, content_of(path)))


def content_of(path: Path) -> bytes:
    """What a file holds, if it is no longer than the longest list.

    Raises:
        MalformedError: it is longer.
        StorageError: it cannot be read.
    """
    try:
        if path.stat().st_size > LONGEST:
            raise MalformedError(f"{path}: expected at most {LONGEST} bytes, came {path.stat().st_size}")
        return path.read_bytes()
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from error


def der_of(path: Path, data: bytes) -> bytes:
    """The bytes behind PEM, where it is PEM (RFC 7468), of the first object in it.

    Raises:
        MalformedError: it begins as PEM and is none.
    """
    if not data.lstrip().startswith(_PEM):
        return data
    body = _PEM_BODY.search(data)
    try:
        return base64.b64decode(b"".join(body[1].split()) if body else b"?", validate=True)
    except binascii.Error as error:
        raise MalformedError(f"{path}: expected PEM, its lines are no base64") from error
