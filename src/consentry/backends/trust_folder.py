"""A folder of certificates, master lists and revocation lists that somebody chose to trust.

::

    FOLDER/index.json            what is there, under which SHA-256, where it came from, when, and on whose word
    FOLDER/<sha256>.cer .ml .crl .dvl as it was published

A file that is not what the index says, or that the index does not name, is never loaded: somebody else put it there. A
master list is taken only if its signature holds and its publisher's root was named by the person who imports it: by its
file, or by its fingerprint, which the publisher tells in another way than the list.
"""

import base64
import binascii
import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from consentry.core.errors import BackendError, MalformedError, StorageError
from consentry.document.certificates import Certificate, read_certificate
from consentry.document.cms import read_signed_data
from consentry.document.deviation_list import CONTENT as DEVIATIONS
from consentry.document.deviation_list import DeviationList, read_deviation_list
from consentry.document.master_list import LONGEST, MasterList, read_master_list
from consentry.document.revocation import RevocationList, read_revocation_list
from consentry.document.trust import TrustReport, may_sign, trust

_INDEX, _VERSION = "index.json", 1
_PEM = b"-----BEGIN "
_PEM_BODY = re.compile(rb"-----BEGIN [A-Z0-9 ]+-----\s([A-Za-z0-9+/=\s]*)-----END ")


class UntrustedError(BackendError):
    """What came is signed, but nobody here vouches for who signed it."""


class Kind(StrEnum):
    """What an entry of the folder is."""

    AUTHORITY = "authority"
    """Trusted because the person who imported it said so."""
    LINK = "link"
    """Trusted as far as a trusted authority of the same state signed it."""
    SIGNER = "signer"
    """A document signer, for documents that do not carry theirs; trusted as far as an authority signed it."""
    ROOT = "root"
    """Of a publisher of master lists; it vouches for lists, not for documents."""
    MASTER_LIST = "master list"
    REVOCATION = "revocation list"
    DEVIATIONS = "deviation list"
    """What a state says of faults in its own documents."""


_ENDINGS = {Kind.MASTER_LIST: "ml", Kind.REVOCATION: "crl", Kind.DEVIATIONS: "dvl"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the folder, as the index names it."""

    sha256: str
    kind: Kind
    source: str
    """Name of the file that it was imported from, without its folder."""
    imported: float
    """s UTC."""
    told: str
    """What it is, in words."""
    root: str = ""
    """Of a master list: fingerprint of the publisher's root that vouches for it."""

    @property
    def name(self) -> str:
        """Of the file in the folder."""
        return f"{self.sha256}.{_ENDINGS.get(self.kind, 'cer')}"


@dataclass(frozen=True, slots=True)
class Trusted:
    """What a folder holds, read and checked."""

    report: TrustReport
    entries: tuple[Entry, ...]
    deviations: tuple[DeviationList, ...]


class TrustFolder:
    """See above. Reading needs no lock; one process at a time imports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def entries(self) -> tuple[Entry, ...]:
        """What the index names; none where there is no index yet.

        Raises:
            StorageError: it cannot be read, or is none.
        """
        try:
            text = (self.folder / _INDEX).read_bytes()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise StorageError(f"{self.folder / _INDEX} cannot be read: {error.strerror}") from error
        try:
            index = json.loads(text)
            if index["version"] != _VERSION:
                raise StorageError(f"{self.folder / _INDEX}: expected version {_VERSION}, came {index['version']}")
            return tuple(Entry(**(one | {"kind": Kind(one["kind"])})) for one in index["entries"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:  # an index that is no text is a ValueError
            raise StorageError(
                f"{self.folder / _INDEX} is no index of trust: {error}; import into a new folder"
            ) from error

    def load(self) -> Trusted:
        """Read everything.

        Raises:
            StorageError: a file is missing or is not what the index names; it says which.
            MalformedError: a file no longer reads as what it is.
        """
        entries = self.entries()
        if not entries:
            raise StorageError(
                f"expected trusted certificates in {self.folder}, there are none: consentry trust import"
            )
        files = [(entry, self._read(entry)) for entry in entries]
        read = [(entry, read_certificate(data)) for entry, data in files if entry.kind not in _ENDINGS]
        roots = [one for entry, one in read if entry.kind is Kind.ROOT]
        anchors = [(one, entry.told) for entry, one in read if entry.kind is Kind.AUTHORITY]
        for entry, data in files:
            if entry.kind is Kind.MASTER_LIST:
                made = self._master_list(entry, data, roots)
                anchors += [(one, entry.told) for one in made.certificates]
        links = [(one, entry.told) for entry, one in read if entry.kind is Kind.LINK]
        lists = [read_revocation_list(data) for entry, data in files if entry.kind is Kind.REVOCATION]
        signers = [one for entry, one in read if entry.kind is Kind.SIGNER]
        report = trust(anchors, links, lists, signers)
        authorities = report.store.authorities
        told = tuple(read_deviation_list(data, authorities) for entry, data in files if entry.kind is Kind.DEVIATIONS)
        return Trusted(report, entries, told)

    def add(self, path: Path, roots: Iterable[Certificate | str], now: float) -> tuple[Entry, bool]:
        """Import one file: a certificate, a master list or a revocation list, in DER or PEM.

        Args:
            path: the file.
            roots: publishers' roots that are trusted beforehand: certificates, or fingerprints (SHA-256, hexadecimal).
            now: s UTC.

        Returns:
            What it is, and whether it is new here.

        Raises:
            MalformedError: it is none of these.
            UntrustedError: nobody here vouches for who signed it.
            StorageError: it could not be read or kept.
        """
        data = _der(path, _content(path))
        with self._alone():
            entries = self.entries()
            made = self._entry(path, data, tuple(roots), now, entries)
            there = {(entry.sha256, entry.kind) for entry in entries}
            fresh = [one for one in made if (one[0].sha256, one[0].kind) not in there]
            for entry, content in fresh:
                self._write(entry.name, content)
            if fresh:
                kept = (*entries, *(entry for entry, _ in fresh))
                index = {"version": _VERSION, "entries": [asdict(entry) for entry in kept]}
                self._write(_INDEX, json.dumps(index, indent=1).encode("utf-8"))
        return made[-1][0], bool(fresh)

    def _entry(
        self, path: Path, data: bytes, roots: tuple[Certificate | str, ...], now: float, entries: tuple[Entry, ...]
    ) -> list[tuple[Entry, bytes]]:
        """What a file is, with the root of a master list before it; tried in the order of their likelihood."""
        try:
            certificate = read_certificate(data)
        except MalformedError as error:
            why = str(error)
        else:
            kind = _kind_of(certificate)
            told = f"{kind.value} of {certificate.country or '??'}, {certificate.key.name}"
            return [(Entry(certificate.fingerprint, kind, path.name, now, told), certificate.der)]
        try:
            revoked = read_revocation_list(data)
        except MalformedError:
            return self._signed_list(path, data, roots, now, why)
        return [(self._revocation(path, data, revoked, now, entries), data)]

    def _signed_list(
        self, path: Path, data: bytes, roots: tuple[Certificate | str, ...], now: float, why: str
    ) -> list[tuple[Entry, bytes]]:
        try:
            kind = read_signed_data(data, longest=LONGEST).content_type
        except MalformedError as error:
            expected = "a certificate, or a list of authorities, of revoked or of deviations"
            raise MalformedError(f"{path}: expected {expected}; {error} (and {why})") from error
        if kind != DEVIATIONS:
            return self._listed(path, data, roots, now)
        store = self.load().report.store if self.entries() else trust(()).store
        made = read_deviation_list(data, store.authorities)
        told = f"deviation list of {made.country}, {len(made.deviations)} deviations"
        return [(Entry(hashlib.sha256(data).hexdigest(), Kind.DEVIATIONS, path.name, now, told), data)]

    def _listed(
        self, path: Path, data: bytes, roots: tuple[Certificate | str, ...], now: float
    ) -> list[tuple[Entry, bytes]]:
        known = [root for root in roots if isinstance(root, Certificate)]
        known += [read_certificate(self._read(one)) for one in self.entries() if one.kind is Kind.ROOT]
        made = read_master_list(data, known)
        root = made.root.fingerprint
        if not made.root_known and root not in roots:
            raise UntrustedError(
                f"{path}: the signature over the master list of {made.publisher} holds, but nobody here vouches for "
                f"the root behind it, {made.root.country or '??'} {root}. Compare that fingerprint (SHA-256) with the "
                "one that its publisher tells in another way, then import again with --root and the fingerprint, or "
                "the root's file"
            )
        told = f"master list of {made.publisher}, {len(made.certificates)} certificates"
        own = Entry(hashlib.sha256(data).hexdigest(), Kind.MASTER_LIST, path.name, now, told, root)
        above = Entry(root, Kind.ROOT, path.name, now, f"root of {made.publisher}'s master lists")
        return [(above, made.root.der), (own, data)]

    def _revocation(
        self, path: Path, data: bytes, revoked: RevocationList, now: float, entries: tuple[Entry, ...]
    ) -> Entry:
        store = self.load().report.store if entries else trust(()).store
        makers = [one for one in store.authorities if one.subject == revoked.issuer and revoked.signed_by(one)]
        if not makers:
            raise UntrustedError(f"{path}: no trusted authority signed this revocation list: import its state's first")
        told = f"revocation list of {makers[0].country}, {len(revoked.revoked)} revoked"
        return Entry(hashlib.sha256(data).hexdigest(), Kind.REVOCATION, path.name, now, told)

    def _master_list(self, entry: Entry, data: bytes, roots: list[Certificate]) -> MasterList:
        made = read_master_list(data, [root for root in roots if root.fingerprint == entry.root])
        if not made.root_known:
            raise StorageError(f"{self.folder}: the root of the {entry.told} is not there any more: import it again")
        return made

    def _read(self, entry: Entry) -> bytes:
        path = self.folder / entry.name
        try:
            data = path.read_bytes()
        except OSError as error:
            raise StorageError(f"{path} cannot be read: {error.strerror}; import {entry.source} again") from error
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            raise StorageError(f"{path} was altered: its SHA-256 is another one; nothing of this folder is trusted")
        return data

    def _write(self, name: str, data: bytes) -> None:
        path = self.folder / name
        part = path.with_name(f"{name}.part")
        try:
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            raise StorageError(f"{path} could not be written: {error.strerror}") from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / ".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise StorageError(f"{self.folder} cannot be used as a folder of trust: {error.strerror}") from error


def _kind_of(certificate: Certificate) -> Kind:
    if not may_sign(certificate):
        return Kind.SIGNER
    return Kind.AUTHORITY if certificate.signed_by(certificate) else Kind.LINK


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
    return read_certificate(_der(path, _content(path)))


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LONGEST:
            raise MalformedError(f"{path}: expected at most {LONGEST} bytes, came {path.stat().st_size}")
        return path.read_bytes()
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from error


def _der(path: Path, data: bytes) -> bytes:
    """The bytes behind PEM, where it is PEM (RFC 7468), of the first object in it."""
    if not data.lstrip().startswith(_PEM):
        return data
    body = _PEM_BODY.search(data)
    try:
        return base64.b64decode(b"".join(body[1].split()) if body else b"?", validate=True)
    except binascii.Error as error:
        raise MalformedError(f"{path}: expected PEM, its lines are no base64") from error
