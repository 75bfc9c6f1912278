"""Documents: passive authentication beside bare signatures, loading of trust, portraits, sessions with a chip.

    python -m bench.documents [--quick] [--json]

Each row is measured in turns with its baseline within the same minute. Master lists are those of the shared folder;
where they are not at hand, a store of as many synthetic authorities stands in, and nothing is said of loading.
"""

import argparse
import gc
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import cryptography
import numpy as np
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from PIL import Image

from bench import utopia
from bench.watch import Say, machine
from consentry.backends.portrait_decoder import PortraitDecoder
from consentry.backends.simulated_chip import Personalisation
from consentry.backends.simulated_emrtd import SimulatedEmrtd
from consentry.backends.trust_folder import TrustFolder
from consentry.document.certificates import Certificate, read_certificate
from consentry.document.checks import Outcome
from consentry.document.chip_session import read_chip
from consentry.document.inspection import inspect
from consentry.document.issuing_certificates import SigningKey, Wish, issue
from consentry.document.lds import EF_SOD
from consentry.document.master_list import read_master_list
from consentry.document.passive import authenticate
from consentry.document.portrait import read_portrait
from consentry.document.public_keys import EcKey, RsaKey
from consentry.document.sod import read_security_object
from consentry.document.trust import TrustStore, trust

LISTS = ("DE_ML_2026-05-28-08-28-45.ml", "NL_ML_2026-07-22.ml", "ICAO_allowlist_2025-08.ml")
_AUTHORITIES = 520
"""In a synthetic store: as many as ICAO's list has."""
_GROUPS = {"P-256": 12, "brainpoolP320r1 (ladder)": 14}
"""Standard groups of PACE."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measure, and the same without what is measured."""

    name: str
    ms: float
    """Median."""
    p95_ms: float
    cpu_ms: float
    """Median of this process's computing: on a machine that is busy it says more than the time on the wall."""
    baseline_ms: float | None
    """Median; None: there is none."""
    baseline: str = ""

    def __str__(self) -> str:
        told = f"  {self.name:60} {self.ms:8.2f} {self.p95_ms:8.2f} {self.cpu_ms:8.2f}"
        if self.baseline_ms is None:
            return told
        return f"{told} {self.baseline_ms:8.2f} {self.ms / self.baseline_ms:6.1f}   {self.baseline}"


def main() -> None:
    """Print the rows, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    parser.add_argument("--quick", action="store_true", help="a few turns")
    asked = parser.parse_args()
    turns = 3 if asked.quick else 300
    say: Say = (lambda _text: None) if asked.json else (lambda text: print(text, flush=True))
    say(f"{machine()}, cryptography {cryptography.__version__}; {time.strftime('%Y-%m-%d')}")
    say(f"  {'ms':60} {'median':>8} {'p95':>8} {'CPU':>8} {'baseline':>8}  ratio")
    rows: list[Row] = []
    documents = Path(os.environ.get("CONSENTRY_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    store, loaded = loading(documents / "data" / "documents" / "masterlists", max(2, turns // 30))
    groups: tuple[Callable[[], Sequence[Row]], ...] = (
        lambda: loaded,
        lambda: passive(store, turns),
        lambda: portraits(documents / "data" / "documents" / "emrtd", max(3, turns // 5)),
        lambda: sessions(max(2, turns // 10)),
    )
    for measured in groups:
        for row in measured():
            say(str(row))
            rows.append(row)
    say(f"  authorities in the store: {len(store.authorities)}")
    if asked.json:
        print(json.dumps({"machine": machine(), "authorities": len(store.authorities), "rows": [*map(asdict, rows)]}))


def row(name: str, turns: int, ours: Callable[[], object], other: Callable[[], object] | None, baseline: str) -> Row:
    """Measure two in turns."""
    spent: tuple[list[float], list[float]] = ([], [])
    computing = []
    gc.collect()
    for turn in range(turns + 1):
        for times, run in zip(spent, (ours, other or (lambda: None)), strict=True):
            begin, cpu = time.perf_counter(), time.process_time()
            run()
            if turn:  # the first warms caches up
                times.append((time.perf_counter() - begin) * 1e3)
                computing += [(time.process_time() - cpu) * 1e3] if run is ours else []
    p95 = quantiles(spent[0], n=20)[-1]
    return Row(name, median(spent[0]), p95, median(computing), None if other is None else median(spent[1]), baseline)


def loading(lists: Path, turns: int) -> tuple[TrustStore, list[Row]]:
    """A store of what the three lists hold, with Utopia's authority put in, and how long it took."""
    own = [(read_certificate(utopia.passport(*kind).csca.der), "bench") for kind in (("secp256r1",), ("rsa2048",))]
    own.append((read_certificate(utopia.passport("brainpoolP256r1", explicit=True).csca.der), "bench"))
    files = [lists / name for name in LISTS]
    if not all(file.is_file() for file in files):
        synthetic = [issue(_authority(k), SigningKey.make("secp256r1")) for k in range(_AUTHORITIES)]
        return trust([*own, *((read_certificate(one.der), "bench") for one in synthetic)]).store, []
    with TemporaryDirectory() as folder:
        trusted = TrustFolder(Path(folder))
        for file in files:
            # Whoever imports compares the fingerprint; a bench believes the list.
            trusted.add(file, [read_master_list(file.read_bytes()).root.fingerprint], utopia.NOW)
        measured = row("load three master lists, checked (1,519)", turns, trusted.load, None, "")
        listed = trusted.load().report.store.authorities
    return trust([*own, *((one, "list") for one in listed)]).store, [measured]


def _authority(number: int) -> Wish:
    begin, end = utopia.NOW - utopia.YEAR, utopia.NOW + 9 * utopia.YEAR
    return Wish("UT", f"CSCA {number}", begin, end, serial=number + 1, authority=True)


def passive(store: TrustStore, turns: int) -> list[Row]:
    """From bytes to every check, beside the two signatures in them with keys and data ready to hand."""
    rows, printed = [], "\n".join(utopia.MRZ)
    for kind, explicit in (("secp256r1", False), ("brainpoolP256r1", True), ("rsa2048", False)):
        one = utopia.passport(kind, explicit=explicit)
        files, groups = one.files(), dict(one.groups)
        said = {check.name: check.outcome for check in authenticate(files[EF_SOD], groups, store, utopia.NOW).checks}
        assert {said[name] for name in ("sod_signature", "signer_chain", "group_hashes")} == {Outcome.SUCCESSFUL}
        ours = partial(authenticate, files[EF_SOD], groups, store, utopia.NOW)
        whole = partial(inspect, files, store, utopia.NOW, optical_mrz=printed)
        bare = _bare(files[EF_SOD], read_certificate(one.csca.der))
        name = f"{kind}{', written out' if explicit else ''}"
        rows.append(row(f"passive authentication, {name}", turns, ours, bare, "two bare signatures"))
        rows.append(row(f"whole inspection, {name}", turns, whole, bare, "two bare signatures"))
    return rows


def _bare(sod: bytes, csca: Certificate) -> Callable[[], None]:
    """Both signatures, everything read beforehand."""
    signed = read_security_object(sod).signed
    signer, dsc = signed.signers[0], signed.certificates[0]
    one = _verifier(dsc, signer.signature, signer.attributes or b"")
    other = _verifier(csca, dsc.signature, dsc.body)
    return lambda: (one(), other())[0]


def _verifier(by: Certificate, signature: bytes, data: bytes) -> Callable[[], None]:
    if isinstance(by.key, EcKey):
        assert by.key.curve.library is not None
        curve = ec.EllipticCurvePublicNumbers(*by.key.point, by.key.curve.library()).public_key()
        return lambda: curve.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    assert isinstance(by.key, RsaKey)
    key = rsa.RSAPublicNumbers(by.key.exponent, by.key.modulus).public_key()
    return lambda: key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())


def portraits(emrtd: Path, turns: int) -> list[Row]:
    """In the locked worker, and in this process, where nobody should decode what a chip gave."""
    pictures = {f"Utopia's {kind}": utopia.picture(kind) for kind in ("JPEG", "JPEG2000")}
    for name in ("bsi2008/Datagroup2.bin", "loes2006/ef0102.bin"):
        if (emrtd / name).is_file():
            pictures[name.partition("/")[0]] = read_portrait((emrtd / name).read_bytes()).picture
    rows = []
    with PortraitDecoder() as decoder:
        for name, picture in pictures.items():
            made = decoder.decode(picture)
            height, width = made.image.shape[:2]
            title = f"portrait by the worker, {name}, {width}x{height}"
            ours, here = partial(decoder.decode, picture), partial(_decoded, picture)
            rows.append(row(title, turns, ours, here, "in this process"))
    return rows


def _decoded(picture: bytes) -> object:
    rgb = np.asarray(Image.open(BytesIO(picture)).convert("RGB"))
    return np.ascontiguousarray(rgb[:, :, ::-1])


def sessions(turns: int) -> list[Row]:
    """Whole sessions with the simulated chip, whose plain integers take most of it, beside the reader's part alone."""
    rows = []
    for opened, name, group in (("BAC", "", 12), *(("PACE", f", {name}", group) for name, group in _GROUPS.items())):
        one = utopia.passport(pace_group=group)
        session = _Session(utopia.chip(opened, one))
        size = sum(map(len, one.groups.values()))
        title = f"{opened}{name}, {size / 1000:.1f} kB read"
        rows.append(row(title, turns, session.whole, session.alone, "the reader's part"))
    return rows


class _Session:
    """One chip, always the same "random" numbers on both sides, so that its answers can be given again."""

    def __init__(self, made: Personalisation) -> None:
        self._made = made
        self._answers: list[bytes] = []

    def whole(self) -> None:
        chip = SimulatedEmrtd(self._made, random=utopia.steady("chip"))
        self._answers.clear()

        def transmit(command: bytes) -> bytes:
            self._answers.append(chip.transmit(command))
            return self._answers[-1]

        self._read(transmit)

    def alone(self) -> None:
        answers = iter(self._answers)
        self._read(lambda _command: next(answers))

    @staticmethod
    def _read(transmit: Callable[[bytes], bytes]) -> None:
        reading = read_chip(transmit, (utopia.PASSWORD,), utopia.steady("reader"))
        assert set(reading.groups) == {1, 2, 14, 15}


if __name__ == "__main__":
    main()
