"""A virtual PC/SC reader with a simulated document on it: pcscd, its driver vpcd, and the chip's side of vpcd's wire.

vpcd connects to this process on loopback, one port for each of its slots. Every message is preceded by its length in
two bytes; one byte alone is a control message: power off, power on, reset, or the wish for the answer to reset.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from consentry.backends.simulated_emrtd import ATR, Personalisation, SimulatedEmrtd

PACKAGES = "pcscd vsmartcard-vpcd libpcsclite1"
_DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
_SERVICE = Path("/run/pcscd/pcscd.comm")
_ASK_ATR = 4


def missing() -> str | None:
    """Why there can be no virtual reader here; None: there can."""
    if shutil.which("pcscd") is None or not _DRIVER.exists():
        return f"needs Debian's packages {PACKAGES}"
    if os.geteuid() != 0:
        return "needs the right to start pcscd"
    return "another pcscd is running on this machine" if _running() else None


def _running() -> bool:
    """Whether somebody listens where the service does; a killed one leaves its socket behind."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(_SERVICE))
        except OSError:
            return False
        return True


@contextmanager
def virtual_reader(chip: SimulatedEmrtd, folder: Path) -> Iterator[str]:
    """Start the service with one document on its first slot; gives the reader's name. One at a time on a machine."""
    with (Path(tempfile.gettempdir()) / "consentry-tests-pcscd.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _served(chip, folder) as name:
            yield name


@contextmanager
def _served(chip: SimulatedEmrtd, folder: Path) -> Iterator[str]:
    listeners = _listen()
    port = listeners[0].getsockname()[1]
    for listener, served in zip(listeners, (chip, SimulatedEmrtd(Personalisation({}))), strict=True):
        threading.Thread(target=_serve, args=(listener, served), daemon=True).start()
    config = folder / "readers"
    config.mkdir()
    (config / "vpcd").write_text(
        f'FRIENDLYNAME "Virtual reader"\nDEVICENAME 127.0.0.1:0x{port:X}\nLIBPATH {_DRIVER}\nCHANNELID 0x{port:X}\n'
    )
    _SERVICE.parent.mkdir(exist_ok=True)
    _SERVICE.unlink(missing_ok=True)
    with (folder / "pcscd.log").open("wb") as log:
        service = subprocess.Popen(
            [shutil.which("pcscd") or "pcscd", "--foreground", "--config", str(config)],
            stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _until(lambda: _running() or service.poll() is not None)
            yield "Virtual reader"
        finally:
            service.terminate()
            service.wait(20)
            for listener in listeners:
                listener.close()


def _listen() -> list[socket.socket]:
    """One listener for each of vpcd's two slots, on ports one behind the other; it wants both before it starts."""
    for _ in range(50):
        first = socket.create_server(("127.0.0.1", 0))
        try:
            second = socket.create_server(("127.0.0.1", first.getsockname()[1] + 1))
        except OSError:
            first.close()
            continue
        return [first, second]
    raise OSError("expected two free ports one behind the other")


def _serve(listener: socket.socket, chip: SimulatedEmrtd) -> None:
    with suppress(OSError):
        while True:
            peer, _ = listener.accept()
            with peer, suppress(EOFError, OSError):
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _talk(peer, chip)


def _talk(peer: socket.socket, chip: SimulatedEmrtd) -> None:
    while True:
        message = _receive(peer, int.from_bytes(_receive(peer, 2), "big"))
        if len(message) == 1:
            if message[0] == _ASK_ATR:
                _send(peer, ATR)
            else:
                chip.reset()
        else:
            _send(peer, chip.transmit(message))


def _receive(peer: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = peer.recv(count - len(data))
        if not piece:
            raise EOFError
        data += piece
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)  # else 44 ms a command
    return data


def _send(peer: socket.socket, data: bytes) -> None:
    peer.sendall(len(data).to_bytes(2, "big") + data)


def _until(done: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.05)
