"""One day at an airport for all the tests that search what it left behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from refusals.operating import closed_machine
from refusals.walk import Walk, walk


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Walk:
    """A whole day, spent once."""
    return walk(tmp_path_factory.mktemp("day"), tmp_path_factory.mktemp("home"), shared)


@pytest.fixture(scope="session")
def closed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment with no mirror and no models."""
    return closed_machine(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def mirror(shared: Path) -> Iterator[None]:
    """The shared models for the tests' own searching."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
        yield
