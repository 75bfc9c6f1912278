"""The bench of running, panic and tailgating runs, and its walks show what docs/measured.md says of them."""

import pytest

from bench import haste


@pytest.mark.parametrize("kind", ["running", "panic", "tailgating"])
def test_made_up_dangers_are_told_and_calm_ones_are_not(kind: str, told: dict[str, dict[str, object]]) -> None:
    counted = told[kind]
    assert int(str(counted["hits"])) >= 0.8 * int(str(counted["dangers"])) > 0
    assert counted["false"] == 0
    assert int(str(counted["calm"])) > 0


@pytest.fixture(scope="module")
def told() -> dict[str, dict[str, object]]:
    return haste.synthetic(4)
