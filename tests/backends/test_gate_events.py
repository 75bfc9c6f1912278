"""What gates say: read, refused, handed to the right camera; from a file and by a real server."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from consentry.backends import gate_listener
from consentry.backends.gate_events import GateBook, read_authorisation
from consentry.backends.gate_file import GateFile
from consentry.backends.gate_listener import GateListener
from consentry.core.errors import BackendError, MalformedError, SourceError
from consentry.core.gates import Authorisation

NOW = 1_764_072_000.0
"""2025-11-25T12:00:00Z."""
TOKEN = "a-token-of-this-test-0123"
GIVEN_S = 20.0
"""s that any wait of these tests may take at most; all take a fraction of one."""


def no_trouble(words: str) -> None:
    raise AssertionError(words)


GOOD = {
    "a number": ({"gate": "A", "at": NOW}, Authorisation("A", NOW)),
    "a moment": ({"gate": "A", "at": "2025-11-25T13:00:00+01:00"}, Authorisation("A", NOW)),
    "a moment in UTC": ({"gate": "A", "at": "2025-11-25T12:00:00Z"}, Authorisation("A", NOW)),
    "a group": ({"gate": "A", "at": NOW, "persons": 3}, Authorisation("A", NOW, 3)),
    "no time": ({"gate": "A"}, Authorisation("A", NOW)),
}
BAD = {
    "a list": ([], "an object"),
    "nothing": (None, "an object"),
    "no gate": ({"at": NOW}, "gate: expected a name"),
    "an empty gate": ({"gate": "", "at": NOW}, "gate"),
    "a long gate": ({"gate": "x" * 65, "at": NOW}, "gate"),
    "a gate that is a number": ({"gate": 5, "at": NOW}, "gate: .*a number"),
    "a time without an offset": ({"gate": "A", "at": "2025-11-25T12:00:00"}, "at: expected s UTC"),
    "no time at all": ({"gate": "A", "at": "soon"}, "at"),
    "a time beyond the calendar": ({"gate": "A", "at": 1e18}, "at"),
    "not a number": ({"gate": "A", "at": float("nan")}, "at"),
    "true": ({"gate": "A", "at": True}, "at"),
    "no persons": ({"gate": "A", "at": NOW, "persons": 0}, "persons"),
    "half a person": ({"gate": "A", "at": NOW, "persons": 1.5}, "persons"),
    "a crowd": ({"gate": "A", "at": NOW, "persons": 21}, "persons"),
    "a name": ({"gate": "A", "at": NOW, "name": "ERIKA MUSTERMANN"}, "nothing of a person"),
    "a receipt": ({"gate": "A", "at": NOW, "receipt": "f00d"}, "nothing of a person"),
}


@pytest.mark.parametrize("name", GOOD)
def test_an_event_is_read(name: str) -> None:
    assert read_authorisation(GOOD[name][0], NOW) == GOOD[name][1]


@pytest.mark.parametrize("name", BAD)
def test_what_is_none_is_refused_and_not_quoted(name: str) -> None:
    with pytest.raises(MalformedError, match=BAD[name][1]) as told:
        read_authorisation(BAD[name][0], NOW)
    assert "MUSTERMANN" not in str(told.value)
    assert "f00d" not in str(told.value)


def test_a_file_needs_times() -> None:
    with pytest.raises(MalformedError, match="at: expected"):
        read_authorisation({"gate": "A"})


def test_each_camera_hears_its_own_gates_once_and_in_order() -> None:
    book = GateBook(no_trouble)
    one, both = book.reader({"A"}), book.reader({"A", "B"})
    assert [book.report(Authorisation(gate, at)) for gate, at in (("B", 5.0), ("A", 3.0), ("C", 1.0))] == [
        True,
        True,
        False,
    ]
    assert one.take(10.0) == (Authorisation("A", 3.0),)
    assert both.take(10.0) == (Authorisation("A", 3.0), Authorisation("B", 5.0))
    assert one.take(11.0) == both.take(11.0) == ()


def test_what_lies_ahead_of_a_clip_waits_for_its_time() -> None:
    book = GateBook(no_trouble)
    reader = book.reader({"A"})
    for at in (10.0, 500.0, 1000.0):
        book.report(Authorisation("A", at))
    assert [[one.at for one in reader.take(at)] for at in (0.0, 400.0, 450.0, 990.0)] == [[10.0], [], [500.0], [1000.0]]


def test_a_flood_drops_the_oldest_and_says_so_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consentry.backends.gate_events._MOST", 5)
    told: list[str] = []
    book = GateBook(told.append)
    reader = book.reader({"A"})
    for at in range(9):
        book.report(Authorisation("A", float(at)))
    assert [one.at for one in reader.take(100.0)] == [4.0, 5.0, 6.0, 7.0, 8.0]
    assert told == ["more than 5 events of gates wait for one camera; the oldest are dropped"]


# The file.


def line(at: float, gate: str = "A") -> str:
    return json.dumps({"gate": gate, "at": at}) + "\n"


def test_a_file_is_read_and_followed(tmp_path: Path) -> None:
    path, heard, told = tmp_path / "gates.jsonl", list[float](), list[str]()
    file = GateFile(path, lambda one: heard.append(one.at), told.append)  # it may come later
    path.write_text(line(1.0) + line(2.0) + '{"gate": "A", ')
    file.poll()
    assert heard == [1.0, 2.0]
    with path.open("a") as more:
        more.write('"at": 3.0}\n\n' + line(4.0))
    file.poll()
    file.poll()
    assert heard == [1.0, 2.0, 3.0, 4.0]
    assert told == []


def test_a_rotated_or_emptied_file_begins_anew(tmp_path: Path) -> None:
    path, heard = tmp_path / "gates.jsonl", list[float]()
    path.write_text(line(1.0))
    file = GateFile(path, lambda one: heard.append(one.at), no_trouble)
    path.rename(tmp_path / "gates.1")
    file.poll()
    path.write_text(line(2.0) + line(3.0))
    file.poll()
    path.write_text(line(4.0))
    file.poll()
    assert heard == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    "wrong",
    [
        "nonsense\n",
        '{"gate": "A"}\n',
        "[" * 3000 + "\n",
        "x" * 9000 + "\n",
        "\xff\xfe\n",
        '{"gate":"A","at":1,"id":7}\n',
    ],
)
def test_lines_that_are_none_are_passed_over_and_told_once(tmp_path: Path, wrong: str) -> None:
    path, heard, told = tmp_path / "gates.jsonl", list[float](), list[str]()
    path.write_bytes((line(1.0) + wrong * 3 + line(2.0)).encode("latin-1"))
    GateFile(path, lambda one: heard.append(one.at), told.append)
    assert heard == [1.0, 2.0]
    assert len(told) == 1
    assert "gates.jsonl, line 2: expected" in told[0] or "gates.jsonl, line 2: at: expected" in told[0]


def test_a_line_without_end_fills_no_memory(tmp_path: Path) -> None:
    path, heard, told = tmp_path / "gates.jsonl", list[float](), list[str]()
    path.write_bytes(b"x" * 5_000_000)
    file = GateFile(path, lambda one: heard.append(one.at), told.append)
    assert len(file._rest) <= 4097
    with path.open("a") as more:
        more.write("\n" + line(2.0))
    file.poll()
    assert heard == [2.0]
    assert len(told) == 1


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="expected a file of JSON lines"):
        GateFile(tmp_path, print, no_trouble)


# The server.


class Heard(list[Authorisation]):
    """Events as they came."""


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def listener(heard: Heard) -> Iterator[GateListener]:
    made = GateListener(("127.0.0.1", 0), TOKEN, {"A", "B"}, heard.append, lambda: NOW)
    yield made
    made.close()


def post(port: int, body: bytes, path: str = "/authorisations", **headers: str) -> tuple[int, str, dict[str, str]]:
    """An answer's status, words and headers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=GIVEN_S)
    sent = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("POST", path, body, {name: value for name, value in sent.items() if value})
    answer = connection.getresponse()
    told = answer.read().decode()
    connection.close()
    return answer.status, told, dict(answer.getheaders())


@pytest.mark.network
def test_events_are_taken(listener: GateListener, heard: Heard) -> None:
    assert post(listener.port, b'{"gate": "A"}')[:2] == (202, "1 taken\n")
    assert (
        post(listener.port, json.dumps([{"gate": "B", "at": NOW - 1}, {"gate": "A", "persons": 2}]).encode())[0] == 202
    )
    assert heard == [Authorisation("A", NOW), Authorisation("B", NOW - 1), Authorisation("A", NOW, 2)]


REFUSED = {
    "a wrong token": (401, b'{"gate": "A"}', {"Authorization": "Bearer wrong"}),
    "no token": (401, b'{"gate": "A"}', {"Authorization": ""}),
    "a token of another kind": (401, b'{"gate": "A"}', {"Authorization": f"Basic {TOKEN}"}),
    "a token beyond ASCII": (401, b'{"gate": "A"}', {"Authorization": "Bearer \xe9\xff"}),
    "a page": (403, b'{"gate": "A"}', {"Origin": "http://127.0.0.1"}),
    "another path": (404, b'{"gate": "A"}', {"path": "/"}),
    "a form": (415, b"gate=A", {"Content_Type": "application/x-www-form-urlencoded"}),
    "text": (415, b'{"gate": "A"}', {"Content_Type": "text/plain"}),
    "no JSON": (400, b"gate A", {}),
    "no UTF-8": (400, b'{"gate": "\xff"}', {}),
    "depth": (400, b"[" * 60_000, {}),
    "a name beside it": (400, b'{"gate": "A", "name": "ERIKA"}', {}),
    "too many at once": (400, json.dumps([{"gate": "A"}] * 101).encode(), {}),
    "one wrong of two": (400, b'[{"gate": "A"}, {"gate": 7}]', {}),
    "an unknown gate": (422, b'{"gate": "C"}', {}),
    "a clock an hour off": (422, json.dumps({"gate": "A", "at": NOW - 3600}).encode(), {}),
    "a body too large": (413, b"x" * 70_000, {}),
}


@pytest.mark.network
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_leaves_nothing(name: str, listener: GateListener, heard: Heard) -> None:
    status, body, headers = REFUSED[name]
    got, words, answered = post(listener.port, body, **headers)
    assert got == status
    assert words.strip()
    assert "ERIKA" not in words
    assert not [key for key in answered if key.lower().startswith("access-control")], "no page is invited"
    assert heard == []


@pytest.mark.network
@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS", "HEAD"])
def test_other_methods_are_none(method: str, listener: GateListener, heard: Heard) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=GIVEN_S)
    connection.request(method, "/authorisations", headers={"Authorization": f"Bearer {TOKEN}"})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 501
    assert answer.getheader("Access-Control-Allow-Origin") is None
    assert heard == []


@pytest.mark.network
def test_a_length_that_is_a_lie_is_not_waited_for_and_none_is_refused(listener: GateListener) -> None:
    for length, status in (("99999999999", b"413"), ("-1", b"411"), ("1e3", b"411"), ("\xb2", b"411")):
        with socket.create_connection(("127.0.0.1", listener.port), timeout=GIVEN_S) as raw:
            raw.sendall(
                b"POST /authorisations HTTP/1.1\r\nContent-Type: application/json\r\n"
                + f"Authorization: Bearer {TOKEN}\r\nContent-Length: {length}\r\n\r\n".encode("latin-1")
            )
            assert status in raw.recv(200)


@pytest.mark.network
def test_who_drips_is_let_go_and_stops_nobody(
    monkeypatch: pytest.MonkeyPatch, listener: GateListener, heard: Heard
) -> None:
    """A byte every 0.1 s keeps any time limit by the byte happy; the whole request has one."""
    monkeypatch.setattr(gate_listener, "_SLOW_S", 0.5)
    with socket.create_connection(("127.0.0.1", listener.port), timeout=GIVEN_S) as raw:
        raw.sendall(b"POST /authorisations HTTP/1.1\r\nX-Slow: ")
        assert post(listener.port, b'{"gate": "A"}')[0] == 202, "others are served meanwhile"
        until, gone = time.monotonic() + GIVEN_S, False
        while not gone and time.monotonic() < until:
            try:
                raw.sendall(b"x")
                raw.settimeout(0.1)
                gone = raw.recv(1) == b""
            except TimeoutError:
                continue
            except OSError:
                gone = True
    assert gone
    assert len(heard) == 1


@pytest.mark.network
def test_connections_that_say_nothing_leave_room_in_the_end(
    monkeypatch: pytest.MonkeyPatch, listener: GateListener, heard: Heard
) -> None:
    monkeypatch.setattr(gate_listener, "_SLOW_S", 0.5)
    idle = [socket.create_connection(("127.0.0.1", listener.port), timeout=GIVEN_S) for _ in range(40)]
    until, status = time.monotonic() + GIVEN_S, 0
    while status != 202 and time.monotonic() < until:
        try:
            status = post(listener.port, b'{"gate": "A"}')[0]
        except OSError:
            time.sleep(0.05)
    for one in idle:
        one.close()
    assert status == 202
    assert len(heard) == 1


@pytest.mark.network
def test_a_burst_is_taken_whole(listener: GateListener) -> None:
    """Four senders, 200 events each, to a book that two cameras read."""
    book = GateBook(no_trouble)
    listener._server.report = book.report
    readers = [book.reader({"A"}), book.reader({"A"})]

    def send(number: int) -> None:
        for k in range(10):
            events = [{"gate": "A", "at": NOW + (number * 200 + k * 20 + j) / 100} for j in range(20)]
            assert post(listener.port, json.dumps(events).encode())[0] == 202

    threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(GIVEN_S)
    for reader in readers:
        assert len({one.at for one in reader.take(NOW)}) == 800


@pytest.mark.network
def test_a_port_in_use_is_told(listener: GateListener) -> None:
    with pytest.raises(BackendError, match=r"cannot be heard at 127\.0\.0\.1:\d+: .*gate_events\.listen"):
        GateListener(("127.0.0.1", listener.port), TOKEN, {"A"}, print, lambda: NOW)


SERVE = """
import sys, threading, time
from consentry.backends.gate_listener import GateListener
made = GateListener(("127.0.0.1", int(sys.argv[1])), sys.argv[2], {"A"}, lambda one: None, lambda: 1764072000.0)
print(made.port, flush=True)
threading.Event().wait(120)
"""


@pytest.mark.network
def test_killed_and_started_again_it_hears_at_the_same_address() -> None:
    port = "0"
    for _ in range(2):
        child = subprocess.Popen([sys.executable, "-c", SERVE, port, TOKEN], stdout=subprocess.PIPE, text=True)
        try:
            assert child.stdout is not None
            port = child.stdout.readline().strip()
            assert post(int(port), b'{"gate": "A"}')[0] == 202
        finally:
            os.kill(child.pid, signal.SIGKILL)
            child.wait(GIVEN_S)
            assert child.stdout is not None
            child.stdout.close()
        with pytest.raises(OSError, match="refused"):
            post(int(port), b'{"gate": "A"}')
