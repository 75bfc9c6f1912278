"""The gates of a site, heard: what they say, from where the settings say, to the cameras that watch them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from consentry.app.settings_gates import address_of
from consentry.app.settings_values import CameraSettings, Site
from consentry.backends.gate_events import GateBook, GateReader
from consentry.backends.gate_file import GateFile
from consentry.backends.gate_listener import GateListener
from consentry.core.errors import StorageError
from consentry.core.gates import Authorisation
from consentry.hazards.tailgating import TailgatingSettings
from consentry.ports import Clock

_SHORTEST = 16
"""Letters of a token: 16 of base64 are 96 random bits."""
_LONGEST = 512


@dataclass(frozen=True, slots=True)
class Gates:
    """What is heard of a site's gates."""

    book: GateBook
    """A touchpoint in this process reports its passages here, by the gate's name and the time alone."""
    listener: GateListener | None

    def reader(self, camera: CameraSettings) -> GateReader | None:
        """What a camera reads; None: none of its hazards names a gate."""
        gates = watched_gates((camera,))
        return self.book.reader(gates) if gates else None

    def close(self) -> None:
        """Hear no more."""
        if self.listener is not None:
            self.listener.close()


def watched_gates(cameras: Iterable[CameraSettings]) -> frozenset[str]:
    """Names of gates that hazards of these cameras name."""
    settings = (hazard.settings for camera in cameras for hazard in camera.hazards)
    return frozenset(one.gate for one in settings if isinstance(one, TailgatingSettings) and one.gate)


def hear_gates(site: Site, clock: Clock, trouble: Callable[[str], None]) -> Gates:
    """Begin to hear the gates of a site, as its settings say.

    Args:
        site: its settings.
        clock: the time of day.
        trouble: told in words what goes wrong.

    Raises:
        StorageError: the token cannot be read, or is none.
        BackendError: the address cannot be listened at, or the file is none.
    """
    book = GateBook(trouble)
    wanted = site.gate_events
    gates = watched_gates(site.cameras)
    if wanted is None or not gates:
        return Gates(book, None)
    listener = None
    if wanted.listen is not None and wanted.token_file is not None:
        token = read_token(Path(wanted.token_file))
        listener = GateListener(address_of(wanted.listen), token, gates, book.report, clock)
    return Gates(book, listener)


def follow_file(gates: Gates, site: Site, trouble: Callable[[str], None]) -> None:
    """Read the file of events, once every camera has its reader: what is read before is nobody's.

    Raises:
        BackendError: the file is none.
    """
    if site.gate_events is not None and site.gate_events.file is not None and gates.book.gates:
        gates.book.ask(GateFile(Path(site.gate_events.file), gates.book.report, trouble).poll)


def let_in(gates: Gates, gate: str, at: float) -> bool:
    """Tell that a lane of this process let somebody go. It takes no decision and no receipt, so none can leak.

    Args:
        gates: as the watch hears them.
        gate: name of the gate, or of the touchpoint at it.
        at: when, s UTC.

    Returns:
        Whether a camera watches a gate of that name.
    """
    return gates.book.report(Authorisation(gate, at))


def read_token(path: Path) -> str:
    """The token of a file: one line of visible ASCII letters.

    Raises:
        StorageError: it cannot be read, or is none.
    """
    try:
        token = path.read_bytes()[: _LONGEST + 2].strip()
    except OSError as error:
        raise StorageError(f"{path}: the token of gate events cannot be read: {error.strerror}") from error
    if not _SHORTEST <= len(token) <= _LONGEST or not all(0x21 <= byte <= 0x7E for byte in token):
        raise StorageError(
            f"{path}: expected a token of {_SHORTEST} to {_LONGEST} visible ASCII letters on one line; "
            "make one with: openssl rand -hex 32"
        )
    return token.decode("ascii")
