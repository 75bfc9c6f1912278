"""Which networks look: the wish of the settings, or what is at hand, and always the reason in words."""

from pathlib import Path

import pytest

from consentry.app.networks_in_use import choose_networks
from consentry.app.settings_tables import ModelsTable

RETAIL = "person-detection-retail-0013"


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with no mirror and an empty store."""
    monkeypatch.delenv("CONSENTRY_MIRROR", raising=False)
    monkeypatch.setenv("CONSENTRY_HOME", str(tmp_path))


@pytest.mark.usefixtures("closed")
def test_a_closed_machine_works_with_what_the_dependencies_carry_and_says_so() -> None:
    chosen = choose_networks(ModelsTable())
    assert (chosen.person, chosen.face) == ("motion", "centerface")
    assert chosen.why.startswith("basic")
    assert "consentry models pull" in chosen.why


@pytest.mark.usefixtures("closed")
def test_a_wish_for_the_standard_set_is_not_quietly_turned_into_another() -> None:
    """The settings ask for it: what is missing is then told when it is loaded, not replaced."""
    assert choose_networks(ModelsTable(set="standard")).person != "motion"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("wish", "person", "face"),
    [
        (ModelsTable(set="basic"), "motion", "centerface"),
        (ModelsTable(set="basic", person="yolox-nano"), "yolox-nano", "centerface"),
        (ModelsTable(person=RETAIL), RETAIL, "yunet"),
        (ModelsTable(person="motion"), "motion", "yunet"),
    ],
    ids=["basic", "basic but one network", "a network by name", "motion by name"],
)
def test_where_the_mirror_is_the_wish_is_met(
    wish: ModelsTable, person: str, face: str, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    chosen = choose_networks(wish)
    assert (chosen.person, chosen.face) == (person, face)


def test_the_record_names_files_by_their_hash() -> None:
    assert "6f09cb7061328942" in choose_networks(ModelsTable(set="standard", person=RETAIL)).record()
