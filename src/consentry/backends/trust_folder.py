"""A folder of certificates and of lists (master, revocation, deviation, defect) that somebody chose to trust.

::

    FOLDER/index.json            what is there, under which SHA-256, where it came from, when, and on whose word
    FOLDER/<sha256>.cer .ml .crl .dvl .dfl as it was published

A file that is not what the index says, or that the index does not name, is never loaded: somebody else put it there. A
master list or a defect list is taken only if its signature holds and its publisher's root was named by the person who
imports it: by its file, or by its fingerprint, which the publisher tells in another way than the list. A revocation
list or a deviation list is taken only if a trusted authority stands behind it.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from consentry.backends.trust_files import content_of, der_of
from consentry.core.errors import BackendError, MalformedError, StorageError
from consentry.document.certificates import Certificate, read_certificate
from consentry.document.cms import read_signed_data
from consentry.document.defect_list import CONTENT as DEFECTS
from consentry.document.defect_list import DefectList, read_defect_list
from consentry.document.deviation_list import CONTENT as DEVIATIONS
from consentry.document.deviation_list import read_deviation_list
from consentry.document.known_faults import KnownFaults
from consentry.document.master_list import LONGEST, MasterList, read_master_list
from consentry.document.revocation import RevocationList, read_revocation_list
from consentry.document.trust import TrustReport, may_sign, trust

_INDEX, _VERSION = "index.json", 1
_Rooted = TypeVar("_Rooted", MasterList, DefectList)


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
    """Of a publisher of master lists or defect lists; it vouches for lists, not for documents."""
    MASTER_LIST = "master list"
    REVOCATION = "revocation list"
    DEVIATIONS = "deviation list"
    """What a state says of faults in its own documents."""
    DEFECTS = "defect list"
    """What a publisher says of faults in documents of any state."""


_ENDINGS = {Kind.MASTER_LIST: "ml", Kind.REVOCATION: "crl", Kind.DEVIATIONS: "dvl", Kind.DEFECTS: "dfl"}
"""Of files that are no certificates."""


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
    """Of a master list or a defect list: fingerprint of the publisher's root that vouches for it."""

    @property
    def name(self) -> str:
        """Of the file in the folder."""
        return f"{self.sha256}.{_ENDINGS.get(self.kind, 'cer')}"


@dataclass(frozen=True, slots=True)
class Trusted:
    """What a folder holds, read and checked."""

    report: TrustReport
    entries: tuple[Entry, ...]
    faults: KnownFaults


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
                listed = self._vouched(entry, read_master_list(data, _root_of(entry, roots)))
                anchors += [(one, entry.told) for one in listed.certificates]
        links = [(one, entry.told) for entry, one in read if entry.kind is Kind.LINK]
        lists = [read_revocation_list(data) for entry, data in files if entry.kind is Kind.REVOCATION]
        signers = [one for entry, one in read if entry.kind is Kind.SIGNER]
        report = trust(anchors, links, lists, signers)
        authorities = report.store.authorities
        told = [read_deviation_list(data, authorities) for entry, data in files if entry.kind is Kind.DEVIATIONS]
        defects = [
            self._vouched(entry, read_defect_list(data, _root_of(entry, roots)))
            for entry, data in files
            if entry.kind is Kind.DEFECTS
        ]
        return Trusted(report, entries, KnownFaults(tuple(told), tuple(defects)))

    def add(self, path: Path, roots: Iterable[Certificate | str], now: float) -> tuple[Entry, bool]:
        """Import one file: a certificate or a list, in DER or PEM.

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
        data = der_of(path, content_of(path))
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
        """What a file is, with a list's root before it; tried in the order of their likelihood."""
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
            expected = "a certificate, or a list of authorities, of revoked, of deviations or of defects"
            raise MalformedError(f"{path}: expected {expected}; {error} (and {why})") from error
        if kind != DEVIATIONS:
            return self._rooted(path, data, roots, now, kind)
        store = self.load().report.store if self.entries() else trust(()).store
        made = read_deviation_list(data, store.authorities)
        told = f"deviation list of {made.country}, {len(made.deviations)} deviations"
        return [(Entry(hashlib.sha256(data).hexdigest(), Kind.DEVIATIONS, path.name, now, told), data)]

    def _rooted(
        self, path: Path, data: bytes, roots: tuple[Certificate | str, ...], now: float, content: str
    ) -> list[tuple[Entry, bytes]]:
        """A list that its publisher's root vouches for: a defect list, else a master list."""
        known = [root for root in roots if isinstance(root, Certificate)]
        known += [read_certificate(self._read(one)) for one in self.entries() if one.kind is Kind.ROOT]
        made = read_defect_list(data, known) if content == DEFECTS else read_master_list(data, known)
        kind = Kind.DEFECTS if isinstance(made, DefectList) else Kind.MASTER_LIST
        root = made.root.fingerprint
        if not made.root_known and root not in roots:
            raise UntrustedError(
                f"{path}: the signature over the {kind.value} of {made.publisher} holds, but nobody here vouches for "
                f"the root behind it, {made.root.country or '??'} {root}. Compare that fingerprint (SHA-256) with the "
                "one that its publisher tells in another way, then import again with --root and the fingerprint, or "
                "the root's file"
            )
        told = f"{kind.value} of {made.publisher}, {_count(made)}"
        own = Entry(hashlib.sha256(data).hexdigest(), kind, path.name, now, told, root)
        above = Entry(root, Kind.ROOT, path.name, now, f"root of {made.publisher}'s {kind.value}s")
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

    def _vouched(self, entry: Entry, made: _Rooted) -> _Rooted:
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


def _root_of(entry: Entry, roots: Iterable[Certificate]) -> list[Certificate]:
    return [root for root in roots if root.fingerprint == entry.root]


def _count(made: MasterList | DefectList) -> str:
    return f"{len(made.defects)} defects" if isinstance(made, DefectList) else f"{len(made.certificates)} certificates"


def _kind_of(certificate: Certificate) -> Kind:
    if not may_sign(certificate):
        return Kind.SIGNER
    return Kind.AUTHORITY if certificate.signed_by(certificate) else Kind.LINK
