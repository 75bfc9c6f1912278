"""The officer's page as its server gives it: to this machine, to who knows the address, and no picture afterwards."""

import http.client
import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest

from consentry.app.desk import Desk
from consentry.core.errors import BackendError
from consentry.core.frames import Image
from consentry.core.screening import Finding, Found, Reason, Screening, Step
from consentry.face.sample import FaceSample
from consentry.touchpoints.egate_parts import Prompt

pytestmark = pytest.mark.network

REFERRED = Screening(
    "gate 7", 0.0, (Finding(Step.DOCUMENT, Found.UNDETERMINED, "no <b>proof</b>", Reason.DOCUMENT_UNDETERMINED),)
)


@dataclass
class Got:
    status: int
    headers: dict[str, str]
    body: bytes


def get(address: str, name: str = "", *, method: str = "GET", **headers: str) -> Got:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    connection.request(method, parts.path + name, headers={key.replace("_", "-"): one for key, one in headers.items()})
    answer = connection.getresponse()
    got = Got(answer.status, dict(answer.getheaders()), answer.read())
    connection.close()
    return got


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Desk("gate 7") as served:
        yield served


def grey(level: int, height: int = 90, width: int = 70) -> Image:
    return np.full((height, width, 3), level, np.uint8)


def live(image: Image, *box: float) -> FaceSample:
    return FaceSample(0.0, image, np.array(box, np.float32), np.zeros((5, 2), np.float32), 0.9)


def decoded(got: Got) -> Image:
    return cv2.imdecode(np.frombuffer(got.body, np.uint8), cv2.IMREAD_COLOR)


def test_during_the_transaction_it_shows_both_faces_and_every_finding(desk: Desk) -> None:
    desk.portrait(grey(60))
    desk.live(live(grey(200, 400, 600), 200, 100, 300, 220))
    desk.found(Finding(Step.DOCUMENT, Found.GOOD, "genuine"))
    desk.prompt(Prompt("Look into the camera.", "카메라를 봐 주세요."))
    assert decoded(get(desk.address, "portrait.jpg?n=1")).shape == (90, 70, 3)
    shown = decoded(get(desk.address, "live.jpg"))
    assert shown.shape == (264, 220, 3), "the face with 0.6 of its size around it, not the whole lane"
    assert abs(int(shown.mean()) - 200) < 3
    state = json.loads(get(desk.address, "state").body)
    assert state["findings"] == [{"step": "document", "found": "good", "why": "genuine", "reason": None}]
    assert state["prompt"] == "Look into the camera."
    assert (state["advice"], state["gone"], state["pictures"]) == (None, False, {"portrait": 1, "live": 1})


def test_the_language_of_the_traveller() -> None:
    with Desk("gate 7", language="ko") as korean:
        korean.prompt(Prompt("Look into the camera.", "카메라를 봐 주세요."))
        assert json.loads(get(korean.address, "state").body)["prompt"] == "카메라를 봐 주세요."
        assert b'lang="ko"' in get(korean.address).body


def test_after_the_decision_pictures_are_gone_and_words_stay(desk: Desk) -> None:
    desk.portrait(grey(60))
    desk.live(live(grey(200), 10, 10, 40, 40))
    held = list(desk._pictures.values())
    desk.decided(REFERRED)
    assert [get(desk.address, name).status for name in ("portrait.jpg", "live.jpg")] == [410, 410]
    assert not any(picture.any() for picture in held), "overwritten, not only let go"
    state = json.loads(get(desk.address, "state").body)
    assert (state["advice"], state["gone"], state["pictures"]) == ("refer", True, {})
    assert state["reasons"] == ["document undetermined"]
    assert get(desk.address).status == 200
    desk.live(live(grey(200), 10, 10, 40, 40))
    assert get(desk.address, "live.jpg").status == 410, "what comes too late is not kept"


def test_a_picture_that_is_replaced_is_overwritten(desk: Desk) -> None:
    desk.portrait(grey(60))
    before = desk._pictures["portrait"]
    desk.portrait(grey(61))
    assert not before.any()


def test_what_it_keeps_are_copies_of_its_own(desk: Desk) -> None:
    image = grey(60)
    desk.portrait(image)
    image.fill(0)
    assert decoded(get(desk.address, "portrait.jpg")).any()


@pytest.mark.parametrize("name", ["", "state", "portrait.jpg", "live.jpg"])
def test_nothing_may_be_stored_framed_or_asked_for_from_elsewhere(desk: Desk, name: str) -> None:
    desk.portrait(grey(60))
    for got in (get(desk.address, name), get(desk.address, name, Sec_Fetch_Site="cross-site")):
        assert got.headers["Cache-Control"] == "no-store"
        assert got.headers["Referrer-Policy"] == "no-referrer"
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in got.headers["Content-Security-Policy"]
        assert "default-src 'none'" in got.headers["Content-Security-Policy"]
        assert not re.search("Python|BaseHTTP", got.headers["Server"])
    assert get(desk.address, name, Sec_Fetch_Site="cross-site").status == 404
    assert get(desk.address, name, Host="rebound.example").status == 404


def test_its_script_runs_by_a_nonce_that_is_never_used_again(desk: Desk) -> None:
    nonces = set()
    for _ in range(3):
        got = get(desk.address)
        (nonce,) = set(re.findall(r"'nonce-([^']+)'", got.headers["Content-Security-Policy"]))
        assert got.body.count(f'nonce="{nonce}"'.encode()) == 2
        nonces.add(nonce)
    assert len(nonces) == 3
    assert "unsafe" not in got.headers["Content-Security-Policy"]


def test_without_the_secret_there_is_nothing(desk: Desk) -> None:
    root = desk.address.removesuffix(urlsplit(desk.address).path)
    for path in ("/", "/state", "/portrait.jpg", "/wrong/", "/wrong/state", f"{urlsplit(desk.address).path[:-2]}/"):
        assert get(root, path).status == 404, path
    assert get(root, "/").body == get(desk.address, "nothing").body, "a wrong secret and a wrong name look the same"
    with Desk("gate 7") as other:
        assert urlsplit(other.address).path != urlsplit(desk.address).path
        assert len(urlsplit(other.address).path) > 30


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_it_takes_nothing(desk: Desk, method: str) -> None:
    assert get(desk.address, "state", method=method).status == 501


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "desk.example", "::"])
def test_it_is_for_this_machine_alone(host: str) -> None:
    with pytest.raises(BackendError, match="expected a loopback address"):
        Desk("gate 7", host)


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(BackendError, match="name another port"):
        Desk("gate 7", "127.0.0.1", taken.getsockname()[1]).__enter__()


def test_when_it_ends_nothing_answers() -> None:
    with Desk("gate 7") as served:
        address = served.address
        served.portrait(grey(60))
        held = served._pictures["portrait"]
    assert not held.any()
    with pytest.raises(OSError, match="refused"):
        get(address)
    with pytest.raises(BackendError):
        assert served.address


def test_the_gate_can_wait_for_its_page_to_be_opened(desk: Desk) -> None:
    assert not desk.wait_until_open(0)
    get(desk.address)
    assert not desk.wait_until_open(0), "the page is there, its script not yet"
    get(desk.address, "state")
    assert desk.wait_until_open(0)


def test_it_waits_for_a_page_that_is_open_and_for_nobody_else(desk: Desk) -> None:
    assert desk.wait_until_told(0), "nobody looked"
    get(desk.address, "state")
    desk.decided(REFERRED)
    assert not desk.wait_until_told(0)
    get(desk.address, "state")
    assert desk.wait_until_told(0)
