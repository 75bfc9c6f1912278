"""Journey passes: size and QR version, gates' work for each on one core beside its bare cryptography, lost accuracy."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import cv2
import numpy as np
import segno
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from consentry.consent.profile import Construction, Installation, Profile
from consentry.consent.purposes import DataClass, Purpose
from consentry.consent.receipt import AgreedPurpose, Consent, ConsentReceipt, Notice, Party, Role, sign_receipt
from consentry.face.pass_ import Gate, PassTerms, issue_pass, open_pass
from consentry.face.quantised import quantised, restored
from consentry.face.template import Template, comparison_score
from consentry.ledger.note import Kind, SigningKey

_NOW = 1_800_000_000
_ISSUER = SigningKey.new("airport.example/passes", Kind.ED25519)
_GROUP = X25519PrivateKey.generate()


def consent() -> Consent:
    """A traveller who agreed to a lounge and a gate."""
    receipt = ConsentReceipt(
        "0123456789abcdef0123456789abcdef",
        "ab" * 32,
        "KE123 2027-01-15",
        Profile.WALLET,
        Notice("3", "https://airport.example/notice", "ab" * 32, "en"),
        "EU",
        (Party(Role.CONTROLLER, "Example Airport", "1 Runway Road", "privacy@airport.example"),),
        (
            AgreedPurpose(Purpose.LOUNGE, ("lounge",), "terms of the lounge"),
            AgreedPurpose(Purpose.BOARDING, ("gate 12",), "Regulation (EU) 2015/1998"),
        ),
        tuple(DataClass),
        "At every privacy desk.",
        _NOW,
        _NOW + 36_000,
        _NOW + 300_000,
    )
    return sign_receipt(receipt, _ISSUER).check([_ISSUER.verifier], _NOW + 60, frozenset())


def template(size: int) -> Template:
    """A direction at random."""
    vector = np.random.default_rng(size).normal(size=size).astype(np.float32)
    return Template("face-reidentification-retail-0095", vector / np.linalg.norm(vector))


def issued(size: int) -> bytes:
    """A pass with a template of so many numbers."""
    terms = PassTerms("Example Airport", "ICN", bytes(16), _NOW + 60.0, _NOW + 36_000.0, 17)
    permit = Installation(Profile.WALLET).permit(Construction.PASS)
    return issue_pass(consent(), template(size), terms, permit, _ISSUER, _GROUP.public_key())


def main() -> None:
    """Print the figures."""
    print(f"{os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}")
    for size in (128, 256, 384):
        content = issued(size)
        versions = ", ".join(
            f"{level} {segno.make_qr(content, error=level, boost_error=False).version}" for level in "LMQ"
        )
        print(f"template of {size}: {len(content)} bytes; version of the QR code by error correction: {versions}")
    content = issued(256)
    gate = Gate("gate 12", Purpose.BOARDING, "ICN", _GROUP, (_ISSUER.verifier,))
    opened = _times(lambda: open_pass(content, gate, _NOW + 100.0, lambda *_: False, lambda *_: True))
    bare = _times(_bare())
    print(
        f"opening: {1 / opened:,.0f} a second on one core ({opened * 1e3:.2f} ms), {opened / bare:.2f} times its bare "
        f"unsealing and signature"
    )
    print(f"issuing: {_times(lambda: issued(256)) * 1e3:.2f} ms")
    picture = np.array(
        [[255 * (not dark) for dark in row] for row in segno.make_qr(content, error="M").matrix], np.uint8
    )
    for px in (2, 4, 8):
        code = cv2.copyMakeBorder(np.kron(picture, np.ones((px, px), np.uint8)), 20, 20, 20, 20, 0, value=255)
        found = zxingcpp.read_barcodes(code)
        assert found
        assert found[0].bytes == content
        print(f"reading it from a picture of {code.shape[1]} px: {_times(_reader(code)) * 1e3:.1f} ms")
    _accuracy()


def _reader(code: np.ndarray) -> Callable[[], object]:
    return lambda: zxingcpp.read_barcodes(code)


def _bare() -> Callable[[], object]:
    suite, key = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM), Ed25519PrivateKey.generate()
    sealed = suite.encrypt(bytes(540), _GROUP.public_key(), b"x")
    public, signature = key.public_key(), key.sign(bytes(470))

    def both() -> None:
        suite.decrypt(sealed, _GROUP, b"x")
        public.verify(signature, bytes(470))

    return both


def _times(deed: Callable[[], object]) -> float:
    """Median s of CPU over 200."""
    spent = []
    for _ in range(200):
        begin = time.process_time()
        deed()
        spent.append(time.process_time() - begin)
    return median(spent)


def _accuracy() -> None:
    """Mated and non-mated scores of the shared faces, whole against quantised, where they are at hand."""
    shared = Path(os.environ.get("CONSENTRY_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    folder = shared / "data" / "faces"
    if not folder.is_dir():
        print("accuracy: needs the shared faces")
        return
    os.environ.setdefault("CONSENTRY_MIRROR", str(shared / "models"))
    from consentry.backends.embedders import load_embedder  # noqa: PLC0415 - only with the shared folder
    from consentry.backends.face_pictures import read_face_picture  # noqa: PLC0415
    from consentry.backends.face_samples import samples  # noqa: PLC0415
    from consentry.backends.faces import load_face_finder  # noqa: PLC0415

    finder = load_face_finder("yunet", threshold=0.6)
    for name in ("face-reidentification-retail-0095", "mobilefacenet"):
        embedder = load_embedder(name)
        made: dict[str, list[Template]] = {}
        for path in sorted(folder.glob("*.jpg")):
            sample = samples(finder, read_face_picture(path), 0.0)[0]
            made.setdefault(path.name[:3], []).append(embedder.embed(sample))
        whole, small = _scores(made, lambda one: one), _scores(made, lambda one: restored(quantised(one), one.model))
        moved = max(np.abs(whole[kind] - small[kind]).max() for kind in whole)
        print(
            f"{name}, {len(made)} people: scores move by {moved:.4f} at most; lowest mated {whole['mated'].min():.4f} "
            f"becomes {small['mated'].min():.4f}, highest non-mated {whole['others'].max():.4f} becomes "
            f"{small['others'].max():.4f}"
        )


def _scores(made: dict[str, list[Template]], how: Callable[[Template], Template]) -> dict[str, np.ndarray]:
    """A probe as it is against a reference as a pass holds it."""
    mated = [comparison_score(one[1], how(one[0])) for one in made.values()]
    others = [comparison_score(b[1], how(a[0])) for x, a in made.items() for y, b in made.items() if x != y]
    return {"mated": np.array(mated), "others": np.array(others)}


if __name__ == "__main__":
    main()
