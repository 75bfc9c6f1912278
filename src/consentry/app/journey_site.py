"""A small airport for the demo's journey: settings, keys, folders, all made anew and worth nothing elsewhere."""

import os
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from consentry.app.kiosk_files import ConsentFiles
from consentry.app.settings import Site, load_site
from consentry.backends.group_keys import read_group_public, write_group_key
from consentry.backends.key_files import write_key
from consentry.backends.vault_disk import put
from consentry.backends.vault_key import write_vault_key
from consentry.core.errors import StorageError
from consentry.ledger.note import Kind, SigningKey

_NAME = "demo.consentry.example"
_SHARED = "CONSENTRY_SHARED"
"""The variable that names the folder of shared models and footage; its ``data/faces`` has portraits."""
LOUNGE, GATE = "lounge", "gate 12"
"""Touchpoints of the settings."""


@dataclass(frozen=True, slots=True)
class JourneySite:
    """Where everything of the journey lies."""

    folder: Path
    site: Site
    files: ConsentFiles

    @property
    def keys(self) -> Path:
        """The airport's keys."""
        return self.folder / "keys"

    @property
    def state(self) -> Path:
        """Vault, log, register, counts."""
        return self.folder / "state"

    @property
    def papers(self) -> Path:
        """What the traveller carries."""
        return self.folder / "papers"

    @property
    def public(self) -> Path:
        """The log as any web server can serve it."""
        return self.folder / "public"

    @property
    def policy(self) -> Path:
        """Whom an outsider believes: the log's key."""
        return self.folder / "policy.txt"


def make_site(folder: Path) -> JourneySite:
    """Make the airport in a folder that is not there yet.

    Raises:
        StorageError: it is there, or cannot be written.
    """
    keys, settings = folder / "keys", folder / "site.toml"
    log = SigningKey.new(f"{_NAME}/log", Kind.ED25519)
    try:
        keys.mkdir(parents=True, mode=0o700)
        settings.write_text(resources.files("consentry.app").joinpath("journey.site.toml").read_text("utf-8"), "utf-8")
        write_key(keys / "receipts.key", SigningKey.new(f"{_NAME}/receipts", Kind.ED25519))
        write_key(keys / "log.key", log)
        write_vault_key(keys / "vault.key")
        write_group_key(keys / "touchpoints.key", keys / "touchpoints.pub")
        put(folder / "policy.txt", f"log {log.verifier}\nquorum none\n".encode(), replace=True)
    except FileExistsError as error:
        raise StorageError(f"{folder} holds a journey already; name another folder") from error
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror}") from error
    read_group_public(keys / "touchpoints.pub")
    return JourneySite(folder, load_site(settings), ConsentFiles(keys, folder / "state"))


def shared_faces() -> Path | None:
    """The folder of shared portraits; None: there is none on this machine."""
    named = os.environ.get(_SHARED)
    folder = None if not named else Path(named) / "data" / "faces"
    return folder if folder is not None and folder.is_dir() else None


def free_folder(out: Path, name: str) -> Path:
    """A folder that is not there yet: OUT/NAME, OUT/NAME-2 and so on."""
    number = 1
    while (out / (name if number == 1 else f"{name}-{number}")).exists():
        number += 1
    return out / (name if number == 1 else f"{name}-{number}")
