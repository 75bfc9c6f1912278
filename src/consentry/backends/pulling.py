"""Pull supplies: from a mirror folder, from a mirror's address, from upstream, in this order.

A mirror is a convenience and never an authority: what it gives is checked against the manifest like anything else. One
that has an altered or cut file is named, and the next is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from consentry.backends.fetching import Patience, UnreachableError, fetch, shown_address
from consentry.backends.landing import Landing, UnfitError
from consentry.backends.manifest import Supply, SupplyFile, supply
from consentry.backends.supplies import (
    Located,
    carried,
    copies,
    how_to_get,
    is_address,
    mirrors,
    store_folder,
)
from consentry.core.addresses import without_credentials
from consentry.core.errors import StorageError, SupplyError

_BLOCK = 1 << 20
"""bytes copied at once."""


def _say_nothing(_text: str) -> None:
    """For who does not listen."""


def _show_nothing(_file: SupplyFile, _size: int) -> None:
    """For who does not look."""


@dataclass(frozen=True, slots=True)
class Pull:
    """A way to pull supplies. It remembers which servers did not answer, so that each is waited for once."""

    shown: Callable[[SupplyFile, int], None] = _show_nothing
    """Called with the bytes of a file that have come so far."""
    told: Callable[[str], None] = _say_nothing
    """Called with what goes wrong on the way, in words."""
    patience: Patience = field(default_factory=Patience)
    _silent: set[str] = field(default_factory=set)
    """Hosts that gave no connection."""

    def pull(self, name: str) -> Located:
        """Bring every file of a supply into the store, unless something installed carries it or it is there.

        Raises:
            SupplyError: nobody has it as the manifest names it; the text says who was asked and what to do.
            StorageError: the disk did not take it.
        """
        wanted = supply(name)
        return Located(wanted, tuple(self._file(wanted, file) for file in wanted.files))

    def _file(self, wanted: Supply, file: SupplyFile) -> Path:
        for path, _, trouble in copies(file, [store_folder() / file.name, *carried(file)]):
            if not trouble:
                self.shown(file, file.size)
                return path
            if path.parent == store_folder():
                self.told(f"{path}: {trouble}; it is removed and pulled anew")
                _remove(path)
        reasons = []
        with Landing(store_folder(), file) as landing:
            for origin in filter(None, (*mirrors(), file.url)):
                try:
                    self._bring(origin, file, landing)
                except SupplyError as error:
                    reasons.append(f"{_shown(origin)}: {error}")
                    if origin != file.url:
                        self.told(f"mirror {reasons[-1]}; the next one is asked")
                else:
                    return landing.path
        raise SupplyError(how_to_get(wanted, file, "; ".join(reasons)))

    def _bring(self, origin: str, file: SupplyFile, landing: Landing) -> None:
        if not is_address(origin):
            self._copy(Path(origin).expanduser(), landing)
            return
        try:
            host = urlsplit(origin).netloc
            url = origin if origin == file.url else address_in(origin, file.name)
        except ValueError as error:
            raise UnreachableError("it is no address") from error
        if host in self._silent:
            raise UnreachableError("no connection before, not asked again")
        try:
            fetch(url, landing, lambda size: self.shown(file, size), self.patience)
        except UnreachableError as error:
            if str(error).startswith("no connection"):
                self._silent.add(host)
            raise

    def _copy(self, folder: Path, landing: Landing) -> None:
        """From a mirror folder: copied, so that the medium can be taken away afterwards."""
        path = folder / landing.file.name
        if not folder.is_dir():
            raise UnreachableError("there is no such folder")
        try:
            with path.open("rb") as source:
                landing.restart(str(path), "")
                while block := source.read(_BLOCK):
                    landing.write(block)
                    self.shown(landing.file, landing.size)
        except FileNotFoundError as error:
            raise UnreachableError("it has no such file") from error
        except OSError as error:
            raise UnreachableError(f"it cannot be read: {error.strerror}") from error
        try:
            landing.finish()
        except UnfitError as error:
            raise UnfitError(f"it has another file: {error}") from error


def address_in(mirror: str, name: str) -> str:
    """The address of a file in a mirror; a query (a token, say) stays behind it.

    >>> address_in("https://mirror.example/models?token=t", "a.onnx")
    'https://mirror.example/models/a.onnx?token=t'
    """
    parts = urlsplit(mirror)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{quote(name)}"))


def _shown(origin: str) -> str:
    return shown_address(origin) if is_address(origin) else without_credentials(origin)


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise StorageError(f"{path} was altered and cannot be removed: {error.strerror}; remove it yourself") from error
