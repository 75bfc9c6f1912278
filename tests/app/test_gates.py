"""The gates of a site: settings and their mistakes; what is heard reaches the right rule by the gate's name."""

import http.client
import json
import socket
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from consentry.app.gates import Gates, follow_file, hear_gates, let_in, read_token
from consentry.app.settings import describe, json_schema, load_site, parse_site, read_text
from consentry.app.settings_gates import address_of
from consentry.app.settings_values import Site
from consentry.app.wiring import look
from consentry.core.errors import StorageError
from consentry.core.events import Alarm
from consentry.core.gates import Authorisation
from consentry.core.scene import Label, Scene

TOKEN = "sixteen-letters-at-least"
NOW = 1_764_072_000.0
HEAR = '[gate_events]\nfile = "gates.jsonl"\n'
CAMERA = """[[camera]]
name = "{name}"
source = "rtsp://10.0.0.7/1"
[[camera.tripwire]]
name = "line"
start = [0.5, 1.0]
end = [0.5, 0.0]
[[camera.hazard]]
kind = "tailgating"
place = "line"
gate = "{gate}"
window_s = 5
"""


def camera(name: str = "cam", gate: str = "A") -> str:
    return CAMERA.format(name=name, gate=gate)


def heard(keys: str) -> str:
    return f"[gate_events]\n{keys}\n{camera()}"


MISTAKES = {
    "a gate and nothing heard": (camera(), 11, "hazard[0].gate", "the site hears none", "add [gate_events]"),
    "nowhere": (heard(""), 1, "gate_events", "come from nowhere", "add listen with token_file"),
    "no token": (heard('listen = "127.0.0.1:8790"'), 1, "gate_events", "need a token", "token_file"),
    "a token for nothing": (heard('token_file = "t"\nfile = "f"'), 2, "token_file", "nothing listens", "add listen"),
    "the whole network": (heard('listen = "0.0.0.0:8790"\ntoken_file = "t"'), 2, "listen", "a loopback address", ""),
    "a name": (heard('listen = "localhost:8790"\ntoken_file = "t"'), 2, "listen", "a loopback address", ""),
    "no port": (heard('listen = "127.0.0.1"\ntoken_file = "t"'), 2, "listen", "and a port", ""),
    "port 0": (heard('listen = "127.0.0.1:0"\ntoken_file = "t"'), 2, "listen", "and a port", ""),
    "a port too high": (heard('listen = "127.0.0.1:70000"\ntoken_file = "t"'), 2, "listen", "and a port", ""),
    "an unknown key": (heard('mqtt = "x"'), 2, "gate_events.mqtt", "unknown key", ""),
    "a token in the settings": (heard('file = "f"\ntoken = "s3cret"'), 3, "gate_events.token", "unknown key", ""),
    "a clip without a date": (
        HEAR + camera().replace("rtsp://10.0.0.7/1", "clip.mp4"),
        13, "gate", "at what time it was taken", "recorded_at",
    ),
    "both ways": (HEAR + camera() + 'direction = "both"', 15, "direction", "forward or backward", ""),
    "half a companion": (HEAR + camera() + "companions = 1.5", 15, "companions", "a whole number", ""),
    "a zone of no use": (
        HEAR + camera().replace('place = "line"', 'place = "zone"'), 12, "place", "name of a tripwire", "there is line",
    ),
    "running that is none": (
        HEAR + camera() + '[[camera.zone]]\nname="z"\ncorners=[[0,0],[1,0],[1,1]]\n'
        '[[camera.hazard]]\nkind="running"\nplace="z"\nspeed=0', 21, "speed", "above 0", "",
    ),
    "a panic of more than all": (
        HEAR + camera() + '[[camera.zone]]\nname="z"\ncorners=[[0,0],[1,0],[1,1]]\n'
        '[[camera.hazard]]\nkind="panic"\nplace="z"\nshare=50', 21, "share", "0 to 1", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_its_line(name: str) -> None:
    text, line, where, why, remedy = MISTAKES[name]
    reading = read_text(text, "site.toml")
    told = [(p.place, p.why, p.remedy) for p in reading.problems]
    found = [p for p in told if p[0].startswith(f"site.toml:{line}:") and where in p[0] and why in p[1]]
    assert found, told
    assert remedy in found[0][2]
    assert "s3cret" not in str(told)


def test_warnings_of_what_is_probably_not_meant(tmp_path: Path) -> None:
    listens = '[gate_events]\nlisten = "[::1]:8790"\ntoken_file = "t"\n'
    (warning,) = read_text(listens + camera(), "site.toml", tmp_path).warnings
    assert "token at" in warning.why
    (tmp_path / "t").write_text(TOKEN)
    assert read_text(listens + camera(), "site.toml", tmp_path).warnings == ()
    (warning,) = read_text(HEAR + camera(gate=""), "site.toml").warnings
    assert "no hazard names a gate" in warning.why


def test_what_is_in_force_reads_again_alike_and_editors_know_the_keys() -> None:
    site = parse_site(HEAR + camera())
    assert parse_site(describe(site)) == site
    assert set(json_schema()["$defs"]["GateEventsTable"]["properties"]) == {"listen", "token_file", "file"}
    assert json_schema()["$defs"]["Hazard_tailgating"]["properties"]["gate"]["default"] == ""


@pytest.mark.parametrize("text", ["127.0.0.1:8790", "127.8.0.1:1", "[::1]:65535"])
def test_loopback_addresses_are_taken(text: str) -> None:
    host, port = address_of(text)
    assert text in (f"{host}:{port}", f"[{host}]:{port}")


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 600, b"two words are no token", b"\xff" * 20])
def test_a_token_that_is_none_is_refused_and_not_quoted(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t").write_bytes(content)
    with pytest.raises(StorageError, match="16 to 512 visible ASCII letters") as told:
        read_token(tmp_path / "t")
    assert "two words" not in str(told.value)


def test_a_token_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be read: No such file"):
        read_token(tmp_path / "t")


# From the gate's word to the alarm.


def crossing(name: str, track: int, at: float, begin: float, length: float) -> list[Scene]:
    """Scenes of a camera in which one person crosses the line from left to right at a time; 5 looks a second."""
    scenes = []
    for k in range(int(length * 5)):
        now = begin + k / 5
        x = 0.5 + 0.1 * (now - at)
        there = 0.05 < x < 0.95
        feet = np.array([[x, 0.7]] if there else [], np.float32).reshape(-1, 2)
        half = np.array([[0.03, 0.2]], np.float32)
        scenes.append(
            Scene(
                camera=name,
                at=now,
                ids=np.array([track] if there else [], np.int64),
                labels=np.full(len(feet), Label.PERSON, np.int16),
                boxes=np.hstack([feet - half, feet + half * (1, 0)]).astype(np.float32),
                feet=feet,
                drift=np.zeros_like(feet),
            )
        )
    return scenes


def watched(site: Site, gates: Gates, at: float) -> dict[str, list[Alarm]]:
    """Every camera's alarms, as ``touchpoints.camera`` brings scenes and gates' words together."""
    told: dict[str, list[Alarm]] = {}
    for number, own in enumerate(site.cameras):
        reader, (rule,) = gates.reader(own), look(own, 16 / 9).rules
        assert reader is not None
        if number == 0:
            follow_file(gates, site, print)
        told[own.name] = [
            alarm
            for scene in crossing(own.name, number, at, at - 20, 30)
            for alarm in rule.step(replace(scene, authorisations=reader.take(scene.at)))
            if alarm.state == "opened"
        ]
    return told


@pytest.mark.parametrize(("gate", "alarms"), [("A", 0), ("B", 1)])
def test_a_file_s_events_reach_the_rule_of_their_gate(tmp_path: Path, gate: str, alarms: int) -> None:
    (tmp_path / "gates.jsonl").write_text(json.dumps({"gate": gate, "at": NOW - 2}) + "\n")
    (tmp_path / "site.toml").write_text(HEAR + camera())
    site = load_site(tmp_path / "site.toml")
    gates = hear_gates(site, lambda: NOW, print)
    told = watched(site, gates, NOW)["cam"]
    gates.close()
    assert len(told) == alarms
    assert all(one.why.endswith("is the gate connected?") for one in told)


@pytest.mark.network
def test_http_and_a_touchpoint_in_the_process_reach_two_cameras(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "token").write_text(TOKEN + "\n")
    (tmp_path / "site.toml").write_text(
        f'[gate_events]\nlisten = "127.0.0.1:{port}"\ntoken_file = "token"\n'
        + camera("one", "A") + camera("two", "B") + camera("three", "A")
    )  # fmt: skip
    site = load_site(tmp_path / "site.toml")
    gates = hear_gates(site, lambda: NOW, print)
    readers = [gates.reader(own) for own in site.cameras]
    assert gates.listener is not None
    connection = http.client.HTTPConnection("127.0.0.1", gates.listener.port, timeout=20)
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    connection.request("POST", "/authorisations", b'{"gate": "A"}', headers)
    assert connection.getresponse().status == 202
    assert let_in(gates, "B", NOW + 1)
    assert not let_in(gates, "nobody's", NOW + 1)
    gates.close()
    taken = [reader.take(NOW) for reader in readers if reader is not None]
    assert taken == [(Authorisation("A", NOW),), (Authorisation("B", NOW + 1),), (Authorisation("A", NOW),)]


def test_a_site_without_gates_hears_none() -> None:
    site = parse_site(HEAR + camera(gate=""))
    gates = hear_gates(site, lambda: NOW, print)
    assert gates.reader(site.cameras[0]) is None
    assert gates.listener is None
