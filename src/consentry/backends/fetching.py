"""Fetch one file from one address over HTTP: resumed, patient, and never trusted.

1. Ask for what is still missing (``Range``), if the server's file is still the same (``If-Range``, RFC 9110).
2. Follow redirects by a rule of our own, at most ``_REDIRECTS``.
3. Take at most the bytes that the manifest names, and hash them as they come.
4. A connection that breaks, stalls or answers 5xx is tried again after a pause that doubles, from where it broke.
5. Whole and right: the file is in its place. Else it is removed.

Nothing from an address but its scheme, host, port and path is ever shown: the rest may hold credentials.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests

from consentry import __version__
from consentry.backends.landing import Landing, UnfitError
from consentry.core.addresses import without_credentials
from consentry.core.errors import SupplyError

_REDIRECTS = 5
"""GitHub's large files take two."""
_BLOCK = 1 << 13
"""bytes taken at once: what had come of a block when the connection broke is lost, so blocks are small."""
_PASSING = {429, 500, 502, 503, 504}
"""Answers that may be another one in a moment."""


class UnreachableError(SupplyError):
    """The address did not give the file."""


class _BrokenError(Exception):
    """Worth another try."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a server."""

    connect_s: float = 10.0
    """s for a connection: satellite links take 2, three retries of a lost packet 7."""
    read_s: float = 30.0
    """s without a byte after which a connection counts as stalled: longer than a mirror's disk takes to wake."""
    tries: int = 4
    pause_s: float = 1.0
    """s before the second try; each further pause is twice as long: 1, 2, 4."""


class _Session(requests.Session):
    """Leaves redirects to us. ``requests`` would read a redirect's whole body first, however long it is."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where ``requests`` shall go by itself: nowhere."""
        del resp
        return None


Told = Callable[[int], None]
"""Called with the bytes that have come so far."""


def fetch(url: str, landing: Landing, told: Told, patience: Patience) -> None:
    """Bring a file to its landing, whole and right.

    Raises:
        UnfitError: the address has another file. What came was removed.
        UnreachableError: the address did not give it; what came so far is kept for the next pull.
        StorageError: the disk did not take it.
    """
    with _Session() as session:
        _try(session, url, landing, told, patience)


def _try(session: requests.Session, url: str, landing: Landing, told: Told, patience: Patience) -> None:
    landing.resume(url)
    for attempt in range(1, patience.tries + 1):
        try:
            resumed = _once(session, url, landing, told, patience)
        except _BrokenError as error:
            if attempt == patience.tries:
                raise UnreachableError(f"{error} ({attempt} tries)") from error
            time.sleep(patience.pause_s * 2 ** (attempt - 1))
            continue
        try:
            landing.finish()
        except UnfitError:
            if not resumed:
                raise
            # The beginning may be from another state of the server's file: once more, from the first byte.
            continue
        return
    raise UnreachableError(f"the file changed while it came ({patience.tries} tries)")


def _once(session: requests.Session, url: str, landing: Landing, told: Told, patience: Patience) -> bool:
    """One try: go on from what is there, up to the end of the file.

    Returns:
        Whether the file's beginning is from an earlier answer.

    Raises:
        _BrokenError: worth another try.
        UnfitError: the server has another file.
        UnreachableError: another try would be answered alike.
    """
    if landing.size == landing.file.size:
        return True  # all of it came before, and the pull was ended before it was put in its place
    try:
        with _ask(session, url, landing, patience) as answer:
            if answer.status_code in _PASSING:
                raise _BrokenError(f"the server answered {answer.status_code}")
            if answer.status_code == 416:  # nothing beyond what we have: what we have is not from this file
                landing.restart(url, "")
                raise _BrokenError("the server's file ends before what had come of it")
            if answer.status_code not in {200, 206}:
                raise UnreachableError(_refusal(answer.status_code))
            _begin(url, landing, answer)
            told(landing.size)
            for block in answer.iter_content(_BLOCK):
                landing.write(block)
                told(landing.size)
            return answer.status_code == 206
    except requests.RequestException as error:
        raise _translated(error, patience) from error


def _ask(session: requests.Session, url: str, landing: Landing, patience: Patience) -> requests.Response:
    """Send the request and follow redirects."""
    headers = {"Accept-Encoding": "identity", "User-Agent": f"consentry/{__version__}"}
    if landing.size:
        headers["Range"] = f"bytes={landing.size}-"
        if landing.validator:
            headers["If-Range"] = landing.validator
    here = url
    for _ in range(_REDIRECTS + 1):
        answer = session.get(
            here, headers=headers, stream=True, allow_redirects=False, timeout=(patience.connect_s, patience.read_s)
        )
        if not answer.is_redirect:
            return answer
        answer.close()
        here = next_address(here, answer.headers["Location"])
    raise UnreachableError(f"it redirects more than {_REDIRECTS} times")


def next_address(here: str, location: str) -> str:
    """Where a redirect leads, if it may be followed.

    To https it may go anywhere: the hash decides about the content, and nobody on the way can bend an encrypted
    request. A plain http mirror may redirect within its own host and port only. Otherwise whoever sits on the way could
    send the request to any machine inside the airport. From https it never falls back to http.

    Raises:
        UnreachableError: it may not be followed.
    """
    try:
        there = urljoin(here, location)
        old, new = urlsplit(here), urlsplit(there)
        same = (old.scheme, old.hostname, old.port) == (new.scheme, new.hostname, new.port)
    except ValueError as error:
        raise UnreachableError("it redirects to what is no address") from error
    if new.scheme == "https" or (new.scheme == "http" and same):
        return there
    raise UnreachableError(f"it redirects to {shown_address(there)}; only https, or the same host, is followed")


def _begin(url: str, landing: Landing, answer: requests.Response) -> None:
    """Look at the answer's head: does it go on where we are, or begin anew, and is it as long as it must be?"""
    size = landing.file.size
    if answer.status_code == 206:
        told = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", answer.headers.get("Content-Range", ""))
        if told is None or int(told[1]) != landing.size or told[3] not in {str(size), "*"}:
            landing.restart(url, "")
            raise _BrokenError("the server gave another range than asked for")
        return
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) != size:
        landing.discard()
        raise UnfitError(f"expected {size:,} bytes, the server has {int(length):,}")
    landing.restart(url, _validator(answer))


def _validator(answer: requests.Response) -> str:
    """What can be sent as ``If-Range``: a strong ETag, else a date (RFC 9110 section 13.1.5)."""
    tag = answer.headers.get("ETag", "")
    return tag if tag.startswith('"') else answer.headers.get("Last-Modified", "")


def _refusal(status: int) -> str:
    told = {401: "it asks for a name and password", 403: "it does not let us in", 404: "it has no such file"}
    return f"{told.get(status, 'it does not give the file')} (HTTP {status})"


_FOR_GOOD = (
    (requests.exceptions.ProxyError, "the proxy did not let us through; see the variables HTTPS_PROXY and NO_PROXY"),
    (requests.exceptions.SSLError, "its certificate could not be checked; see the variable REQUESTS_CA_BUNDLE"),
    (requests.exceptions.ConnectTimeout, "no connection in time"),
)
_NO_CONNECTION = ("NewConnectionError", "NameResolution", "Failed to establish")
"""What ``requests`` says where nobody listens or nobody has the name: another try is answered alike."""


def _translated(error: requests.RequestException, patience: Patience) -> Exception:
    """In our words: those of ``requests`` quote the whole address, and with it what may be a password."""
    for kind, words in _FOR_GOOD:
        if isinstance(error, kind):
            return UnreachableError(words)
    text = str(error)
    if isinstance(error, requests.exceptions.ReadTimeout) or "Read timed out" in text:
        return _BrokenError(f"nothing came for {patience.read_s:g} s")
    if any(words in text for words in _NO_CONNECTION):
        return UnreachableError("no connection")
    broken = requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError
    if isinstance(error, broken):
        return _BrokenError("the connection broke")
    return UnreachableError(f"it is no address that can be asked ({type(error).__name__})")


def shown_address(url: str) -> str:
    """An address as it may be shown: without credentials, query and fragment.

    >>> shown_address("https://me:secret@mirror.example/models/a.onnx?signature=s3cret#x")
    'https://mirror.example/models/a.onnx'
    """
    return re.split(r"[?#]", without_credentials(url), maxsplit=1)[0]
