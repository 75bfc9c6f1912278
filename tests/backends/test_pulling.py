"""Pulling from real servers that behave as servers do: well, badly, and on purpose."""

import hashlib
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from consentry.backends import manifest as manifest_module
from consentry.backends import pulling, supplies
from consentry.backends.fetching import Patience, UnreachableError, next_address
from consentry.backends.landing import Landing
from consentry.backends.manifest import Role, Supply, SupplyFile
from consentry.backends.pulling import Pull
from consentry.core.errors import StorageError, SupplyError
from mirror_server import Mirror, serving

CONTENT = bytes(range(256)) * 400  # 102,400 bytes: more than one block of the fetcher
IMPATIENT = Patience(connect_s=5, read_s=0.4, tries=3, pause_s=0.01)
pytestmark = pytest.mark.network


def file_of(name: str, url: str, content: bytes = CONTENT) -> SupplyFile:
    return SupplyFile(name, url, len(content), hashlib.sha256(content).hexdigest())


@pytest.fixture(autouse=True)
def _clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSENTRY_HOME", str(tmp_path / "home"))
    for name in ("CONSENTRY_MIRROR", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def upstream(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """Upstream on loopback, and a manifest of one supply that lies there. Only its address is not https."""
    with serving(Mirror({"/a.onnx": CONTENT})) as mirror:
        one = Supply("net", Role.FACES, (file_of("a.onnx", f"{mirror.address}/a.onnx"),), "MIT", "us")
        known = {"net": one}
        for module in (manifest_module, supplies):
            monkeypatch.setattr(module, "manifest", lambda: known)
        yield mirror


def store() -> Path:
    return supplies.store_folder()


def left() -> set[str]:
    return {path.name for path in store().iterdir()} if store().exists() else set()


def pull(**kwargs) -> supplies.Located:
    return Pull(patience=IMPATIENT, **kwargs).pull("net")


@pytest.mark.usefixtures("upstream")
def test_a_pull_puts_the_file_in_the_store_and_shows_how_it_comes() -> None:
    seen: list[int] = []
    located = pull(shown=lambda _file, size: seen.append(size))
    assert located.paths == (store() / "a.onnx",)
    assert located.paths[0].read_bytes() == CONTENT
    assert left() == {"a.onnx"}
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, len(CONTENT))
    assert len(seen) > 2
    assert supplies.locate("net") == located


def test_what_is_there_is_not_asked_for_again(upstream: Mirror) -> None:
    pull()
    pull()
    assert len(upstream.asked) == 1


GOOD_IN_THE_END = {
    # what the server does, request by request: the bytes that had come before each (of whole blocks of 8192)
    "a server without lengths": (["unannounced"], [0]),
    "a slow server": (["slow 0.01"], [0]),
    "an error of the server, then not": (["status 500", "status 503", ""], [0, 0, 0]),
    "a busy server": (["status 429", ""], [0, 0]),
    "a connection that is reset": (["reset", ""], [0, 0]),
    "a server that says nothing, then does": (["silent 5", ""], [0, 0]),
    "a connection that breaks": (["cut 70000", ""], [0, 65536]),
    "one that breaks twice": (["cut 70000", "cut 20000", ""], [0, 65536, 81920]),
    "one that stalls in the middle": (["stall 5", ""], [0, 49152]),
    "one that breaks, without ranges": (["cut 70000", "no-ranges"], [0, 65536]),
    "another range than asked for": (["cut 70000", "shifted", ""], [0, 65536, 0]),
    "a redirect within the host": (["redirect /b.onnx"], [0]),
    "a redirect whose own body never ends": (["heavy-redirect /b.onnx"], [0]),
}


def begins(mirror: Mirror) -> list[int]:
    """Where each request for the file asked to begin."""
    return [int((asked.range or "bytes=0-")[6:-1]) for asked in mirror.asked if asked.path == "/a.onnx"]


@pytest.mark.parametrize(("ways", "expected"), GOOD_IN_THE_END.values(), ids=GOOD_IN_THE_END)
def test_a_server_in_trouble_is_borne_with(upstream: Mirror, ways: list[str], expected: list[int]) -> None:
    upstream.files["/b.onnx"] = CONTENT
    upstream.ways["/a.onnx"] = list(ways)
    assert pull().paths[0].read_bytes() == CONTENT
    assert begins(upstream) == expected
    assert left() == {"a.onnx"}


REFUSED = {
    # what the server does: what is said, and how often it is asked
    "one byte altered": (["altered"], "SHA-256", 1),
    "cut, and announced so": (["whole-but-short 102399"], "102,400 bytes, the server has 102,399", 1),
    "cut, not announced": (["unannounced 102399"], "expected 102,400 bytes, came 102,399", 1),
    "empty": (["whole-but-short 0"], "the server has 0", 1),
    "longer, and announced so": (["longer"], "the server has", 1),
    "endless": (["endless"], "more came", 1),
    "not there": (["status 404"], "no such file (HTTP 404)", 1),
    "not for us": (["status 403"], "does not let us in", 1),
    "with a password": (["status 401"], "name and password", 1),
    "an odd answer": (["status 204"], "HTTP 204", 1),
    "errors without end": (["status 500"], "answered 500 (3 tries)", 3),
    "resets without end": (["reset"], "the connection broke (3 tries)", 3),
    "silence without end": (["silent 5"], "nothing came for 0.4 s (3 tries)", 3),
    "a redirect to itself": (["redirect /a.onnx"], "more than 5 times", 6),
    "a redirect to another host without encryption": (["redirect http://192.0.2.1/a.onnx"], "only https", 1),
    "a redirect to a file": (["redirect file:///etc/passwd"], "only https", 1),
    "a redirect to nonsense": (["redirect http://[::1/a.onnx"], "no address", 1),
}


@pytest.mark.parametrize(("ways", "told", "requests"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_the_file_is_refused_and_removed(
    upstream: Mirror, ways: list[str], told: str, requests: int
) -> None:
    if ways == ["longer"]:
        upstream.files["/a.onnx"] = CONTENT + b"x"
    else:
        upstream.ways["/a.onnx"] = ways
    with pytest.raises(SupplyError) as refused:
        pull()
    text = str(refused.value)
    assert told in text
    for way_out in ("consentry models pull net", "CONSENTRY_MIRROR", f"{upstream.address}/a.onnx", str(store())):
        assert way_out in text
    assert len(upstream.asked) == requests
    assert left() == set()
    assert not supplies.at_hand("net")


@contextmanager
def broken_pull(upstream: Mirror) -> Iterator[None]:
    """A pull that breaks after some of the file, and is not tried again; then a well served one."""
    upstream.ways["/a.onnx"] = ["cut 70000"]
    with pytest.raises(SupplyError, match="the connection broke"):
        Pull(patience=replace(IMPATIENT, tries=1)).pull("net")
    assert left() == {"a.onnx.part", "a.onnx.part.from"}
    assert not supplies.at_hand("net"), "a part is never loaded"
    upstream.ways.clear()
    upstream.asked.clear()
    yield
    assert (store() / "a.onnx").read_bytes() == CONTENT
    assert left() == {"a.onnx"}


def test_the_next_pull_goes_on_where_the_last_one_broke(upstream: Mirror) -> None:
    with broken_pull(upstream):
        pull()
        assert [(asked.range, asked.if_range) for asked in upstream.asked] == [("bytes=65536-", '"v1"')]


def test_a_server_whose_file_changed_is_asked_for_all_of_it(upstream: Mirror) -> None:
    with broken_pull(upstream):
        upstream.etag = '"v2"'
        pull()
        assert begins(upstream) == [65536]  # one request: If-Range made the server send it whole


def test_a_server_without_validators_is_resumed_on_trust_in_the_hash(upstream: Mirror) -> None:
    upstream.etag = None
    with broken_pull(upstream):
        pull()
        assert [(asked.range, asked.if_range) for asked in upstream.asked] == [("bytes=65536-", None)]


@pytest.mark.parametrize("wrong", [b"?" * 65536, b"?" * len(CONTENT)], ids=["in part", "in full"])
def test_a_part_that_does_not_fit_is_dropped_and_the_file_fetched_whole(upstream: Mirror, wrong: bytes) -> None:
    with broken_pull(upstream):
        (store() / "a.onnx.part").write_bytes(wrong)
        pull()
        assert begins(upstream)[-1] == 0


def test_a_part_that_is_whole_is_put_in_its_place_without_a_request(upstream: Mirror) -> None:
    with broken_pull(upstream):
        (store() / "a.onnx.part").write_bytes(CONTENT)
        pull()
        assert upstream.asked == []


@pytest.mark.parametrize("note", [b"", b"[]", b"{", b"\xff", b'{"origin": "x"}'], ids=repr)
def test_a_part_of_unknown_origin_is_not_gone_on_with(upstream: Mirror, note: bytes) -> None:
    with broken_pull(upstream):
        (store() / "a.onnx.part.from").write_bytes(note)
        pull()
        assert begins(upstream) == [0]


def test_a_part_survives_another_place_that_does_not_answer(upstream: Mirror, monkeypatch) -> None:
    with broken_pull(upstream):
        with serving(Mirror({}, {"/a.onnx": ["status 404"]})) as other:
            monkeypatch.setenv("CONSENTRY_MIRROR", other.address)
            pull()
        assert begins(upstream) == [65536]


@pytest.mark.usefixtures("upstream")
def test_an_altered_file_in_the_store_is_removed_and_pulled_anew() -> None:
    store().mkdir(parents=True)
    (store() / "a.onnx").write_bytes(b"?" * len(CONTENT))
    told: list[str] = []
    assert pull(told=told.append).paths[0].read_bytes() == CONTENT
    assert "SHA-256" in told[0]


# --- mirrors


def test_mirrors_are_asked_in_order_before_upstream(upstream: Mirror, tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "a.onnx").write_bytes(CONTENT)
    monkeypatch.setenv("CONSENTRY_MIRROR", f"{tmp_path / 'nowhere'} , {folder}")
    told: list[str] = []
    assert pull(told=told.append).paths == (store() / "a.onnx",)
    assert upstream.asked == []
    assert len(told) == 1
    assert "no such folder" in told[0]
    (folder / "a.onnx").unlink()
    assert supplies.locate("net").paths == (store() / "a.onnx",)  # the medium may be taken away


BAD_FOLDERS = {
    "altered": (b"?" * len(CONTENT), "another file"),
    "cut": (CONTENT[:-1], "another file"),
    "longer": (CONTENT + b"x", "more came"),
    "missing": (None, "no such file"),
}


@pytest.mark.parametrize(("content", "told"), BAD_FOLDERS.values(), ids=BAD_FOLDERS)
def test_a_bad_mirror_is_named_and_the_next_one_asked(
    upstream: Mirror, tmp_path: Path, monkeypatch, content: bytes | None, told: str
) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    if content is not None:
        (folder / "a.onnx").write_bytes(content)
    with serving(Mirror({"/files/a.onnx": CONTENT}, {"/files/a.onnx": ["altered"]})) as liar:
        monkeypatch.setenv("CONSENTRY_MIRROR", f"{folder},{liar.address}/files/,ftp://old.example/x")
        said: list[str] = []
        assert pull(told=said.append).paths[0].read_bytes() == CONTENT
    assert [told in said[0], "SHA-256" in said[1], "no such folder" in said[2]] == [True] * 3
    assert str(folder) in said[0]
    assert f"{liar.address}/files/" in said[1]
    assert len(upstream.asked) == 1
    assert left() == {"a.onnx"}
    if content is not None:
        assert (folder / "a.onnx").read_bytes() == content  # a mirror is not ours to clean


def test_an_address_may_hold_credentials_and_they_are_never_told(upstream: Mirror, monkeypatch) -> None:
    upstream.ways["/a.onnx"] = ["status 404"]
    with serving(Mirror({"/deep/a.onnx": CONTENT})) as mirror:
        host = mirror.address.removeprefix("http://")
        monkeypatch.setenv("CONSENTRY_MIRROR", f"http://me:s3cret@{host}/deep?ticket=t1cket")
        assert pull().paths[0].read_bytes() == CONTENT
        assert mirror.asked[0].path == "/deep/a.onnx?ticket=t1cket"
        assert mirror.asked[0].authorization is not None
        for way in ("status 403", "altered", "redirect http://you:s3cret@192.0.2.1/?ticket=t1cket", "reset"):
            (store() / "a.onnx").unlink(missing_ok=True)
            mirror.ways["/deep/a.onnx"] = [way]
            said: list[str] = []
            with pytest.raises(SupplyError) as refused:
                pull(told=said.append)
            everything = " ".join([*said, str(refused.value), str(refused.value.__cause__)])
            assert "s3cret" not in everything
            assert "t1cket" not in everything
            assert host in everything
    assert not any("s3cret" in path.read_text("utf-8", "replace") for path in store().iterdir())


@pytest.mark.usefixtures("upstream")
def test_a_proxy_of_the_environment_is_asked(monkeypatch) -> None:
    with serving(Mirror({})) as proxy:  # it answers 404 to everything, and so shows that it was asked
        monkeypatch.setenv("HTTP_PROXY", proxy.address)
        monkeypatch.setenv("http_proxy", proxy.address)
        monkeypatch.setenv("CONSENTRY_MIRROR", "http://mirror.example/models")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        pull()
        assert [asked.path for asked in proxy.asked] == ["http://mirror.example/models/a.onnx"]


@pytest.mark.usefixtures("upstream")
def test_a_host_that_gives_no_connection_is_tried_once_for_all_files(monkeypatch) -> None:
    with serving(Mirror({})) as gone:
        address = gone.address
    monkeypatch.setenv("CONSENTRY_MIRROR", f"{address}/one,{address}/two")
    said: list[str] = []
    pull(told=said.append)
    assert ["no connection;" in said[0], "not asked again" in said[1]] == [True, True]


@pytest.mark.parametrize(
    ("here", "location", "there"),
    [
        ("https://a.example/x", "https://b.example/y", "https://b.example/y"),
        ("https://a.example/x", "/y", "https://a.example/y"),
        ("http://a.example/x", "https://b.example/y", "https://b.example/y"),
        ("http://a.example/x", "y", "http://a.example/y"),
        ("https://me:s3cret@a.example/x", "https://b.example/y", "https://b.example/y"),  # credentials stay behind
        ("http://a.example:81/x", "http://a.example/y", None),
        ("https://a.example/x", "http://a.example/y", None),
        ("http://a.example/x", "http://10.0.0.1/admin", None),
        ("https://a.example/x", "ftp://a.example/y", None),
        ("https://a.example/x", "http://a.example:99999/y", None),
    ],
)
def test_which_redirects_are_followed(here: str, location: str, there: str | None) -> None:
    if there is not None:
        assert next_address(here, location) == there
        return
    with pytest.raises(UnreachableError):
        next_address(here, location)


# --- the disk


@pytest.mark.usefixtures("upstream")
def test_a_full_disk_is_told_with_what_to_do() -> None:
    store().mkdir(parents=True)
    (store() / "a.onnx.part").symlink_to("/dev/full")  # the kernel's own full disk
    with pytest.raises(StorageError, match=r"No space left.*make room.*CONSENTRY_HOME"):
        pull()


@pytest.mark.usefixtures("upstream")
def test_a_limit_on_the_size_of_files_is_told() -> None:
    program = f"""
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        from consentry.backends.landing import Landing
        from consentry.backends.manifest import SupplyFile
        from consentry.core.errors import StorageError
        from pathlib import Path
        with Landing(Path({str(store())!r}), SupplyFile("a.onnx", "https://x", 102_400, "0" * 64)) as landing:
            landing.restart("here", "")
            try:
                landing.write(bytes(102_400))
            except StorageError as error:
                print(error)
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=60, check=True
    )
    assert "File too large; make room" in ended.stdout


@pytest.mark.usefixtures("upstream")
def test_a_store_that_may_not_be_written_is_told(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CONSENTRY_HOME", str(tmp_path / "file"))
    with pytest.raises(StorageError, match="Not a directory; make it writable, or set CONSENTRY_HOME"):
        pull()


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """A folder that may be read and not written; root becomes nobody for as long, since rights do not hold root."""
    folder.chmod(0o555)
    if os.geteuid() != 0:
        yield
        return
    for parent in folder.parents:
        if "pytest" in str(parent):
            parent.chmod(0o755)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.usefixtures("upstream")
def test_a_store_that_may_only_be_read_is_told() -> None:
    store().mkdir(parents=True)
    with without_rights(store()), pytest.raises(StorageError, match="Permission denied; make it writable"):
        pull()


@pytest.mark.usefixtures("upstream")
def test_two_processes_do_not_pull_the_same_file_at_once() -> None:
    with Landing(store(), supplies.supply("net").files[0]), pytest.raises(StorageError, match="another process"):
        pull()
    assert pull().paths[0].read_bytes() == CONTENT


def test_what_an_installed_package_carries_is_not_pulled(monkeypatch) -> None:
    monkeypatch.setattr(pulling, "fetch", None)  # nothing is asked: calling it would raise
    assert Pull().pull("centerface").paths[0].name == "centerface.onnx"
    assert left() == set()


@pytest.mark.shared
def test_the_standard_set_comes_from_the_shared_mirror(shared: Path, monkeypatch) -> None:
    monkeypatch.setenv("CONSENTRY_MIRROR", str(shared / "models"))
    for name in manifest_module.model_sets()["standard"].supplies:
        Pull().pull(name)
    monkeypatch.delenv("CONSENTRY_MIRROR")
    assert left() == {
        "picodet_s_320_coco.onnx",
        "face_detection_yunet_2023mar.onnx",
        "human-pose-estimation-0001-int8.xml",
        "human-pose-estimation-0001-int8.bin",
    }
    assert all(supplies.at_hand(name) for name in manifest_module.model_sets()["standard"].supplies)
