"""The officer's page of one transaction: the portrait beside the live face, findings as they come, and the advice.

It is the one place where a face leaves a transaction, and so it is narrow:

1. It is served on a loopback address only, under a name that nobody can guess and that is told once.
2. Nothing of it may be stored (``Cache-Control: no-store``), framed, or asked for by another page.
3. Pictures are held as pixels in arrays of this object, encoded when they are asked for, and what was encoded is
   overwritten as soon as it was sent.
4. ``forget`` overwrites them and waits for whoever is still sending; from then on they are gone (410), and the page
   shows words.
"""

import hmac
import json
import secrets
import threading
from ipaddress import ip_address
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.app.desk_http import DeskServer, Reply, gone, not_found
from consentry.app.desk_page import render_desk
from consentry.app.screening_words import told
from consentry.core.errors import BackendError
from consentry.core.frames import Image
from consentry.core.screening import Finding, Screening
from consentry.face.sample import FaceSample
from consentry.touchpoints.egate_parts import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable

_PORTRAIT, _LIVE = "portrait", "live"
_AROUND = 0.6
"""Of the face's width and height: how much of the picture around a live face is shown. Hair, ears and shoulders help an
officer; whoever stands behind does not belong on the page."""
_WIDEST = 640
"""px of a picture on the page: a screen shows it at half of that."""
_FINISH_S = 2.0
"""s that forgetting waits for a browser to take the bytes that are on their way to it; on one machine it takes 0.01."""
_SECRET = 24
"""bytes of chance in the address: 192 bits."""


class Desk:
    """See above. Use it as a context; it is a ``Witness`` of the transaction."""

    def __init__(self, touchpoint: str, host: str = "127.0.0.1", port: int = 0, *, language: str = "en") -> None:
        """Nothing is served yet.

        Args:
            touchpoint: its name, shown on the page.
            host: a loopback address.
            port: 0: any that is free.
            language: of the sentences for the traveller: ``en`` or ``ko``.

        Raises:
            BackendError: the address is reachable from other machines.
        """
        if not is_loopback(host):
            raise BackendError(
                f"expected a loopback address for the officer's page, such as 127.0.0.1, came {host}: it shows faces, "
                "and is for a browser on this machine"
            )
        self._touchpoint, self._host, self._port, self._language = touchpoint, host, port, language
        self._secret = secrets.token_urlsafe(_SECRET)
        self._changed = threading.Condition()
        self._pictures: dict[str, Image] = {}
        self._numbers = {_PORTRAIT: 0, _LIVE: 0}
        self._findings: list[Finding] = []
        self._prompt: Prompt | None = None
        self._screening: Screening | None = None
        self._forgotten = self._looked = self._told = False
        self._sending = 0
        self._server: DeskServer | None = None

    def __enter__(self) -> Self:
        self._server = DeskServer(self._host, self._port, self._answer)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.forget()
        server, self._server = self._server, None
        if server is not None:
            server.close()

    @property
    def address(self) -> str:
        """Of the page, with its secret: to be told to the officer and nobody else.

        Raises:
            BackendError: it is not served now.
        """
        if self._server is None:
            raise BackendError("expected the officer's page to be served, it is not: enter the context first")
        return f"http://{self._server.authority}/{self._secret}/"

    def portrait(self, image: Image, /) -> None:
        """See ``Witness``."""
        self._keep(_PORTRAIT, image)

    def live(self, sample: FaceSample, /) -> None:
        """See ``Witness``."""
        self._keep(_LIVE, _around(sample))

    def prompt(self, prompt: Prompt, /) -> None:
        """See ``Witness``."""
        with self._changed:
            self._prompt = prompt

    def found(self, finding: Finding, /) -> None:
        """See ``Witness``."""
        with self._changed:
            self._findings.append(finding)

    def forget(self) -> None:
        """See ``Witness``: overwrite the pictures, and wait until none is on its way any more."""
        with self._changed:
            self._forgotten = True
            for picture in self._pictures.values():
                picture.fill(0)
            self._pictures.clear()
            self._changed.wait_for(lambda: self._sending == 0, _FINISH_S)

    def decided(self, screening: Screening, /) -> None:
        """See ``Witness``."""
        self.forget()
        with self._changed:
            self._screening, self._prompt = screening, None

    def wait_until_open(self, seconds: float) -> bool:
        """Wait for the page to be opened; returns whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._looked, seconds)

    def wait_until_told(self, seconds: float) -> bool:
        """Give a page that is open the time to fetch the decision. Returns at once where nobody looked."""
        with self._changed:
            return not self._looked or self._changed.wait_for(lambda: self._told, seconds)

    def _keep(self, name: str, image: Image) -> None:
        small = _fitting(image)
        with self._changed:
            if self._forgotten:
                small.fill(0)
                return
            if name in self._pictures:
                self._pictures[name].fill(0)
            self._pictures[name] = small
            self._numbers[name] += 1

    def _answer(self, path: str) -> Reply:
        """What a path asks for. A wrong secret and a wrong name look the same from outside."""
        _, _, rest = path.partition("/")
        secret, slash, name = rest.partition("/")
        if not (slash and hmac.compare_digest(secret.encode(), self._secret.encode())):
            return not_found()
        answers: dict[str, Callable[[], Reply]] = {
            "": self._page,
            "state": self._state,
            f"{_PORTRAIT}.jpg": lambda: self._picture(_PORTRAIT),
            f"{_LIVE}.jpg": lambda: self._picture(_LIVE),
        }
        return answers.get(name, not_found)()

    def _page(self) -> Reply:
        page, policy = render_desk(self._touchpoint, self._language)
        return Reply(200, "text/html; charset=utf-8", page.encode(), policy=policy)

    def _state(self) -> Reply:
        with self._changed:
            words = self._words()
            self._looked, self._told = True, self._screening is not None
            self._changed.notify_all()
        return Reply(200, "application/json", json.dumps(words).encode())

    def _words(self) -> dict[str, Any]:
        screening = self._screening
        findings = self._findings if screening is None else screening.findings
        return {
            "findings": [told(finding) for finding in findings],
            "prompt": None if self._prompt is None else self._prompt.said(self._language),
            "advice": None if screening is None else screening.advice.value,
            "reasons": [] if screening is None else [reason.value for reason in screening.reasons],
            "pictures": {} if self._forgotten else {name: number for name, number in self._numbers.items() if number},
            "gone": self._forgotten,
        }

    def _picture(self, name: str) -> Reply:
        with self._changed:
            if self._forgotten:
                return gone()
            if name not in self._pictures:
                return not_found()
            encoded = _encoded(self._pictures[name])
            self._sending += 1

        def sent() -> None:
            encoded.fill(0)
            with self._changed:
                self._sending -= 1
                self._changed.notify_all()

        return Reply(200, "image/jpeg", encoded.data, sent=sent)


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own and nobody else's.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0"), is_loopback("desk.example")
    (True, True, False, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _around(sample: FaceSample) -> Image:
    """The face with a margin, a view of the sample's picture; rounded outward."""
    height, width = sample.image.shape[:2]
    left, top, right, bottom = (float(side) for side in sample.box)
    wide, high = (right - left) * _AROUND, (bottom - top) * _AROUND
    columns = slice(max(int(left - wide), 0), min(int(np.ceil(right + wide)), width))
    rows = slice(max(int(top - high), 0), min(int(np.ceil(bottom + high)), height))
    return sample.image[rows, columns]


def _fitting(image: Image) -> Image:
    """A copy that fits the page."""
    height, width = image.shape[:2]
    scale = min(1.0, _WIDEST / max(width, 1))
    if scale == 1.0:
        return np.array(image, np.uint8, order="C")
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _encoded(image: Image) -> NDArray[np.uint8]:
    done, encoded = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, 90))
    if not done:
        raise BackendError("a picture for the officer's page could not be encoded")
    return np.asarray(encoded, np.uint8)
