"""What watches cannot reach what compares faces: not by a setting, not by a name, not by an import."""

import subprocess
import sys

import grimp
import pytest

from consentry.app.settings_tables import person_networks
from consentry.backends.faces import load_face_finder
from consentry.backends.manifest import SCREENING, WATCHING, manifest, model_sets, supply
from consentry.backends.persons import load_detector
from consentry.core.errors import SupplyError

SCREENING_MODELS = [one.name for one in manifest().values() if one.role in SCREENING]
COMPARING = ("consentry.backends.embedders", "consentry.face.alignment", "consentry.face.verification")
WATCHERS = ("consentry.app.watching", "consentry.cli.watch", "consentry.cli.demo", "consentry.touchpoints.camera")


@pytest.mark.parametrize("name", SCREENING_MODELS)
def test_no_door_of_the_watch_opens_to_a_model_of_the_screening_side(name: str) -> None:
    assert name not in person_networks()
    with pytest.raises(SupplyError):
        load_detector(name)
    with pytest.raises(SupplyError):
        load_face_finder(name)


def test_there_are_models_of_the_screening_side_to_keep_away() -> None:
    assert {"face-reidentification-retail-0095", "mobilefacenet"} <= set(SCREENING_MODELS)
    for one in model_sets().values():
        assert {supply(name).role for name in one.supplies} <= WATCHING


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    """Who imports whom, in all of Consentry."""
    return grimp.build_graph("consentry", cache_dir=None)


@pytest.mark.parametrize("watcher", WATCHERS)
@pytest.mark.parametrize("comparing", COMPARING)
def test_no_chain_of_imports_leads_from_the_watch_to_comparing(
    imports: grimp.ImportGraph, watcher: str, comparing: str
) -> None:
    assert imports.find_shortest_chain(watcher, comparing) is None


def test_the_graph_knows_both_sides(imports: grimp.ImportGraph) -> None:
    """The test above could not fail if a module were misspelt."""
    assert {*WATCHERS, *COMPARING} <= imports.modules
    assert imports.find_shortest_chain("consentry.cli.face_compare", "consentry.backends.embedders")


def test_a_watch_that_is_loaded_has_loaded_nothing_that_compares() -> None:
    script = "import sys; import consentry.app.watching, consentry.app.wiring; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    loaded = set(ended.stdout.split())
    assert "consentry.app.watching" in loaded
    assert not loaded & set(COMPARING)
