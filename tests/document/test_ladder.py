"""Products of secrets and points on the curves that the library lacks: by OpenSSL, the library, a group's laws."""

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from consentry.document import ladder
from consentry.document.curves import CURVES, Curve, Point
from consentry.document.key_agreement import EcGroup
from consentry.document.key_derivation import Suite
from consentry.document.ladder import add, product
from consentry.document.pace import choose
from consentry.document.security_infos import Mapping, PaceInfo
from consentry.document.tlv import read_only, read_tlv

OPENSSL = shutil.which("openssl") or ""
OURS = tuple(curve for curve in CURVES if curve.library is None)
BY_NAME = {curve.name: curve for curve in CURVES}
KNOWN = {
    # secret, peer, what both have in common: keys drawn and agreed by OpenSSL 3.0.22's command
    "brainpoolP192r1": (
        "a01e7b75c7d11ba89dc24bec7877a7a2a255db487b0913b9",
        "0472c8a86899789ba0776546ee55c8f8ca65c0414e90ecda685730ee3cdeb5266536b9fd53d50cdde4d44d140fe3b0fede",
        "636ace7977239f7efb6dea6d6fada2391733765dda74d8f0",
    ),
    "brainpoolP224r1": (
        "8f9461f548120b275c24d126f7ec108572662823adb99886040422fb",
        (
            "0436c404a65f58eb11f258bc8a4b52e4efcec39c75ce77577b601c30eca1506a4a274e38aca52d2e7ac3e1123e92cc9b1e"
            "bdbd61dc97fb64f9"
        ),
        "b6193fb57ba9f6b16227d8277fa63df4993c1471f46c0cd6e1f0293e",
    ),
    "brainpoolP320r1": (
        "d13db515c41c5cb329baeed01255ccd7e9aab6e6f25f2833cb6db8f9d0b05158f100001dca3f2ddb",
        (
            "04b7839bc366b078f101e322a6cbf07c41cf402ff8a40af45bc5231114f259aaa1ba3bf5d115f9abe915c32d94f0c4a668"
            "532e3202a3d08ce096ac6960166ca38f880e0b73a4a4a41fb18a26f1d9003d08"
        ),
        "56eb754b2639638bec5d5a18d623bca33a099742486395f49f269c0bebb40490e57f0bab95485b81",
    ),
}
ours = pytest.mark.parametrize("curve", OURS, ids=lambda curve: curve.name)


def projective(point: Point, factor: int, curve: Curve) -> tuple[int, int, int]:
    if point is None:
        return 0, factor, 0
    return point[0] * factor % curve.p, point[1] * factor % curve.p, factor


def affine(point: tuple[int, int, int], curve: Curve) -> Point:
    x, y, z = point
    if z == 0:
        assert x == 0 != y
        return None
    inverse = pow(z, -1, curve.p)
    return x * inverse % curve.p, y * inverse % curve.p


@ours
def test_what_openssl_agreed_on(curve: Curve) -> None:
    secret, peer, common = KNOWN[curve.name]
    assert product(curve, int(secret, 16), curve.decode(bytes.fromhex(peer)))[0] == int(common, 16)
    assert EcGroup.of(curve).shared(int(secret, 16), bytes.fromhex(peer)).hex() == common


@pytest.mark.skipif(not OPENSSL, reason="needs Debian's openssl")
@ours
def test_openssl_agrees_on_keys_drawn_now(curve: Curve, tmp_path: Path) -> None:
    def run(*words: str) -> bytes:
        done = subprocess.run([OPENSSL, *words], cwd=tmp_path, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
        return done.stdout

    secrets = {}
    for name in ("a", "b"):
        run("ecparam", "-name", curve.name, "-genkey", "-noout", "-out", f"{name}.pem")
        run("ec", "-in", f"{name}.pem", "-pubout", "-out", f"{name}.pub")
        _, number, _, public = read_only(run("ec", "-in", f"{name}.pem", "-outform", "DER"), 0x30).parts(4)
        point = bytes(read_tlv(public.value).value)[1:]
        secrets[name] = int.from_bytes(number.value, "big"), point
        assert EcGroup.of(curve).public(secrets[name][0]) == point
    theirs = run("pkeyutl", "-derive", "-inkey", "a.pem", "-peerkey", "b.pub")
    assert EcGroup.of(curve).shared(secrets["a"][0], secrets["b"][1]) == theirs
    assert EcGroup.of(curve).shared(secrets["b"][0], secrets["a"][1]) == theirs


@given(st.sampled_from([curve for curve in CURVES if curve.library is not None]), st.data())
def test_it_is_what_the_library_gives_on_the_curves_that_it_has(curve: Curve, data: st.DataObject) -> None:
    """Among them P-192 to P-521, whose a is -3, and brainpool, whose a is any."""
    assert curve.library is not None
    secret, other = (data.draw(st.integers(1, curve.order - 1)) for _ in range(2))
    peer = ec.derive_private_key(other, curve.library()).public_key()
    numbers = peer.public_numbers()
    theirs = ec.derive_private_key(secret, curve.library()).exchange(ec.ECDH(), peer)
    whole = product(curve, secret, (numbers.x, numbers.y))
    assert whole[0] == int.from_bytes(theirs, "big")
    if secret < curve.order - 1:
        assert whole == EcGroup.of(curve).times(secret, (numbers.x, numbers.y))


@given(st.sampled_from(OURS), st.data())
def test_sums_keep_the_laws_of_a_group(curve: Curve, data: st.DataObject) -> None:
    """With points equal, opposite and at infinity among them: the formulas have no exception."""
    numbers = st.integers(-3, 3) | st.integers(0, curve.order - 1)
    factors = st.integers(1, curve.p - 1)
    a, b, c = (data.draw(numbers) for _ in range(3))
    one, other, third = (projective(curve.multiply(k, curve.generator), data.draw(factors), curve) for k in (a, b, c))
    total = add(curve, one, other)
    assert affine(total, curve) == curve.multiply(a + b, curve.generator)
    assert affine(total, curve) == affine(add(curve, other, one), curve)
    assert affine(add(curve, total, third), curve) == affine(add(curve, one, add(curve, other, third)), curve)


@given(st.sampled_from(OURS), st.data())
def test_the_order_of_two_products_does_not_matter(curve: Curve, data: st.DataObject) -> None:
    group = EcGroup.of(curve)
    one, other = (data.draw(st.integers(1, curve.order - 2)) for _ in range(2))
    assert group.shared(one, group.public(other)) == group.shared(other, group.public(one))


@ours
def test_the_ends_of_the_range(curve: Curve) -> None:
    for secret in (1, 2, 3, curve.order - 2, curve.order - 1):
        assert product(curve, secret, curve.generator) == curve.multiply(secret, curve.generator)
    for secret in (-1, 0, curve.order, curve.order + 1):
        with pytest.raises(ValueError, match="expected a secret"):
            product(curve, secret, curve.generator)


@ours
def test_a_point_of_another_curve_is_refused(curve: Curve) -> None:
    """It could have a small order, and tell the secret piece by piece (invalid curve attack)."""
    x, y = curve.generator
    for point in ((x, y + 1), (0, 0), (x + curve.p, y), BY_NAME["secp192r1"].generator):
        with pytest.raises(ValueError, match="expected a point on"):
            product(curve, 5, point)


@ours
def test_every_secret_takes_the_same_steps_and_never_meets_the_same_numbers(
    curve: Curve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many sums for a small secret as for a large one, and other coordinates each time."""
    seen: list[tuple[int, int, int]] = []

    def watched(on: Curve, one: tuple[int, int, int], other: tuple[int, int, int]) -> tuple[int, int, int]:
        seen.append(other)
        return add(on, one, other)

    monkeypatch.setattr(ladder, "add", watched)
    counts, begins = set(), set()
    for secret in (1, 1, 2, curve.order >> 1, curve.order - 1):
        seen.clear()
        product(curve, secret, curve.generator)
        counts.add(len(seen))
        begins.add(seen[0])
    assert counts == {2 * (curve.order.bit_length() + 64)}
    assert len(begins) == 5


def test_a_group_of_the_librarys_is_preferred_and_ours_is_taken_where_there_is_no_other() -> None:
    def offer(group: int) -> PaceInfo:
        return PaceInfo("0.4.0.127.0.7.2.2.4.2.2", "ECDH", Mapping.GENERIC, Suite.AES_128, 2, group)

    brainpool_320, p_256 = offer(14), offer(12)
    assert choose((brainpool_320, p_256)) == p_256
    assert choose((brainpool_320,)) == brainpool_320
