"""The allow-list of curves: checked by arithmetic and against the library, and the forgery that it exists for."""

import dataclasses

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from consentry.document.curves import CURVES, Curve, named_curve, same_curve

each = pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)


@each
def test_the_generator_lies_on_the_curve_and_has_the_order(curve: Curve) -> None:
    assert curve.holds(curve.generator)
    assert curve.multiply(curve.order - 1, curve.generator) == (curve.generator[0], curve.p - curve.generator[1])
    assert curve.add(curve.multiply(curve.order - 1, curve.generator), curve.generator) is None
    assert (4 * curve.a**3 + 27 * curve.b**2) % curve.p


@each
def test_the_library_multiplies_alike(curve: Curve) -> None:
    if curve.library is None:
        assert curve.name in {"brainpoolP192r1", "brainpoolP224r1", "brainpoolP320r1"}
        return
    assert curve.library().name == curve.name
    factor = 0x1234567890ABCDEF1234567890ABCDEF
    numbers = ec.derive_private_key(factor, curve.library()).public_key().public_numbers()
    assert curve.multiply(factor, curve.generator) == (numbers.x, numbers.y)


@each
def test_a_curve_written_out_is_known_by_all_of_its_values(curve: Curve) -> None:
    g = curve.encode(curve.generator)
    values = {"p": curve.p, "a": curve.a, "b": curve.b, "generator": g, "order": curve.order, "cofactor": 1}
    assert same_curve(**values) is curve  # type: ignore[arg-type]
    assert same_curve(**values | {"cofactor": None, "a": curve.a - curve.p}) is curve  # type: ignore[arg-type]
    forged = curve.encode(curve.multiply(5, curve.generator) or (0, 0))
    wrong = {"p": curve.p + 2, "a": curve.a + 1, "b": curve.b + 1, "generator": forged, "order": 7, "cofactor": 4}
    for name, value in wrong.items():
        assert same_curve(**values | {name: value}) is None, name  # type: ignore[arg-type]


@each
def test_points_off_the_curve_are_refused(curve: Curve) -> None:
    x, y = curve.generator
    assert curve.decode(curve.encode((x, y))) == (x, y)
    for encoded in (
        curve.encode((x, (y + 1) % curve.p)),
        curve.encode((x, y))[:-1],
        b"",
        b"\0",
        b"\2" + x.to_bytes(curve.size, "big"),
    ):
        with pytest.raises(ValueError, match="expected a point"):
            curve.decode(encoded)
    assert not curve.holds((x + curve.p, y))


def test_oids_name_curves_and_nothing_else_does() -> None:
    assert named_curve("1.3.36.3.3.2.8.1.1.7") == CURVES[7]
    assert named_curve("1.3.132.0.10") is None  # secp256k1 has no place in a passport
    assert len({dataclasses.astuple(curve)[3:] for curve in CURVES}) == len(CURVES)
