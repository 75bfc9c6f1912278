"""The published log before outsiders: our own check, Go's library, witnesses over loopback, and lies of every kind."""

import http.server
import os
import shutil
import socketserver
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import requests

from consentry.backends.log_file import LogFile
from consentry.backends.log_publish import publish
from consentry.backends.witness_client import WitnessClient
from consentry.backends.witness_server import WitnessKeeper, WitnessServer
from consentry.cli.verify import main as verify
from consentry.cli.verify import reader, verify_log
from consentry.core.errors import BackendError, ProofError, StorageError
from consentry.ledger.entry import Entry, Kind, commit
from consentry.ledger.note import Kind as Signs
from consentry.ledger.note import Note, SigningKey
from consentry.ledger.policy import read_policy
from consentry.ledger.tiles import Tile
from consentry.ledger.witness import Request

pytestmark = [pytest.mark.network, pytest.mark.timeout(120)]

ROOT = Path(__file__).resolve().parents[2]
KEY = SigningKey.new("airport.example/log", Signs.ED25519)
NGO = SigningKey.new("ngo.example/witness", Signs.COSIGNATURE)
COUNCIL = SigningKey.new("council.example/witness", Signs.COSIGNATURE_ML_DSA_44)
ALONE = f"log {KEY.verifier}\nquorum none\n"
WITNESSED = f"""log {KEY.verifier}
witness ngo {NGO.verifier}
witness council {COUNCIL.verifier}
group both all ngo council
quorum both
"""
SALT, RECORD = bytes(range(32)), b'{"receipt":"r-17"}'


def told(number: int) -> Entry:
    if number == 7:
        return Entry(Kind.ERASURE, 1_800_000_007.0, commitment=commit(SALT, RECORD))
    return Entry(Kind.COMPARISONS, 1_800_000_000.0 + number, "boarding", "gate 12", facts={"count": number})


@pytest.fixture
def log(tmp_path: Path) -> Iterator[LogFile]:
    opened = LogFile(tmp_path / "log", KEY)
    yield opened
    opened.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Python's own web server over a folder: any server will do."""
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), partial(quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@contextmanager
def witness(folder: Path, key: SigningKey) -> Iterator[WitnessClient]:
    keeper = WitnessKeeper(folder, key, [KEY.verifier], lambda: 1_800_001_000.0)
    with WitnessServer(keeper, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield WitnessClient(f"http://127.0.0.1:{server.server_port}", key.verifier)
        server.shutdown()
        thread.join()


def grow(log: LogFile, count: int) -> None:
    log.extend(told(number) for number in range(log.size(), count))


def test_a_published_log_is_read_whole_from_a_folder_and_from_a_server(log: LogFile, tmp_path: Path) -> None:
    grow(log, 700)
    published = publish(log, tmp_path / "www")
    assert published.files == 7  # three bundles, three tiles of hashes, one above them
    for where in (str(tmp_path / "www"),):
        found = verify_log(where, read_policy(ALONE))
        assert (found["size"], found["kinds"]) == (700, {"comparisons": 699, "erasure": 1})
    with served(tmp_path / "www") as address:
        assert verify_log(address, read_policy(ALONE)) == found


def test_a_log_that_grew_continues_what_was_seen(log: LogFile, tmp_path: Path) -> None:
    kept: list[Path] = []
    for size in (1, 255, 256, 257, 600):
        grow(log, size)
        publish(log, tmp_path / "www")
        for old in kept:
            found = verify_log(str(tmp_path / "www"), read_policy(ALONE), old, entries=False)
            assert found["continues"] == int(old.name)
        kept.append(tmp_path / str(size))
        shutil.copy(tmp_path / "www" / "checkpoint", kept[-1])
    assert publish(log, tmp_path / "www").files == 0


def test_what_is_published_half_is_finished_the_next_time(log: LogFile, tmp_path: Path) -> None:
    grow(log, 300)
    publish(log, tmp_path / "www")
    grow(log, 900)
    (tmp_path / "www" / "tile" / "entries" / "002").mkdir()  # in the way
    with pytest.raises(StorageError, match="could not be published"):
        publish(log, tmp_path / "www")
    assert verify_log(str(tmp_path / "www"), read_policy(ALONE))["size"] == 300  # the old head still has all it needs
    (tmp_path / "www" / "tile" / "entries" / "002").rmdir()
    publish(log, tmp_path / "www")
    assert verify_log(str(tmp_path / "www"), read_policy(ALONE))["size"] == 900


def test_another_logs_folder_is_not_written_into(log: LogFile, tmp_path: Path) -> None:
    grow(log, 3)
    publish(log, tmp_path / "www")
    other = LogFile(tmp_path / "other", SigningKey.new("other.example/log", Signs.ED25519))
    with pytest.raises(StorageError, match="not an older one of other"):
        publish(other, tmp_path / "www")
    other.close()


LIES: dict[str, Callable[[Path], None]] = {
    "an entry changed": lambda www: _edit(www / Tile(None, 1).path, b'"count":300', b'"count":301'),
    "an entry left out": lambda www: (www / Tile(None, 2, 88).path).write_bytes(b""),
    "a hash changed": lambda www: _edit(www / Tile(0, 1).path, b"", b"", flip=True),
    "a tile removed": lambda www: (www / Tile(0, 0).path).unlink(),
    "the head changed": lambda www: _edit(www / "checkpoint", b"\n600\n", b"\n599\n"),
    "the signature removed": lambda www: (www / "checkpoint").write_bytes(
        (www / "checkpoint").read_bytes().rpartition(b"\n\n")[0] + b"\n\n\xe2\x80\x94 nobody AAAAAAA=\n"
    ),
    "an empty head": lambda www: (www / "checkpoint").write_bytes(b""),
}


def _edit(path: Path, old: bytes, new: bytes, *, flip: bool = False) -> None:
    content = bytearray(path.read_bytes())
    if flip:
        content[40] ^= 1
    else:
        assert old in content
        content = bytearray(bytes(content).replace(old, new, 1))
    path.write_bytes(content)


@pytest.mark.parametrize("lie", LIES)
def test_every_lie_is_found(log: LogFile, tmp_path: Path, lie: str, capsys: pytest.CaptureFixture[str]) -> None:
    grow(log, 300)
    publish(log, tmp_path / "www")
    shutil.copy(tmp_path / "www" / "checkpoint", tmp_path / "old")
    grow(log, 600)
    publish(log, tmp_path / "www")
    LIES[lie](tmp_path / "www")
    (tmp_path / "policy").write_text(ALONE)
    asked = [str(tmp_path / "www"), "--policy", str(tmp_path / "policy"), "--since", str(tmp_path / "old")]
    assert verify(asked) == 1
    assert "does not hold" in capsys.readouterr().err


def test_a_log_that_was_rewritten_is_found_by_who_kept_a_checkpoint(log: LogFile, tmp_path: Path) -> None:
    grow(log, 40)
    publish(log, tmp_path / "www")
    shutil.copy(tmp_path / "www" / "checkpoint", tmp_path / "old")
    forged = LogFile(tmp_path / "forged", KEY)  # the operator himself, with his own key
    forged.extend(told(number) for number in range(100, 150))
    publish(forged, tmp_path / "forged-www")
    forged.close()
    with pytest.raises(ProofError, match="the log was rewritten"):
        verify_log(str(tmp_path / "forged-www"), read_policy(ALONE), tmp_path / "old")


# Witnesses


def test_two_witnesses_sign_and_a_policy_asks_for_both(log: LogFile, tmp_path: Path) -> None:
    with witness(tmp_path / "ngo", NGO) as ngo, witness(tmp_path / "council", COUNCIL) as council:
        for size in (5, 300):
            grow(log, size)
            assert publish(log, tmp_path / "www", [ngo, council]).missing == ()
        found = verify_log(str(tmp_path / "www"), read_policy(WITNESSED))
        assert found["witnesses"] == dict.fromkeys(["council", "ngo"], "2027-01-15T08:16:40+00:00")
    grow(log, 301)
    done = publish(log, tmp_path / "www", [ngo])  # it is away now
    assert len(done.missing) == 1
    with pytest.raises(ProofError, match="quorum both, came 0 of 2"):
        verify_log(str(tmp_path / "www"), read_policy(WITNESSED))


def test_a_witness_signs_no_fork_even_after_a_restart(log: LogFile, tmp_path: Path) -> None:
    grow(log, 50)
    with witness(tmp_path / "ngo", NGO) as ngo:
        ngo.cosign(log, log.checkpoint())
    forged = LogFile(tmp_path / "forged", KEY)
    forged.extend(told(number) for number in range(200, 280))
    with witness(tmp_path / "ngo", NGO) as ngo:
        with pytest.raises((ProofError, BackendError)):
            ngo.cosign(forged, forged.checkpoint())
        grow(log, 60)
        ngo.cosign(log, log.checkpoint())
    forged.close()


def test_a_witness_that_lost_its_memory_does_not_start(log: LogFile, tmp_path: Path) -> None:
    grow(log, 5)
    with witness(tmp_path / "ngo", NGO) as ngo:
        ngo.cosign(log, log.checkpoint())
    (state,) = (tmp_path / "ngo").iterdir()
    state.write_text("{}")
    with pytest.raises(StorageError, match="a fork could be signed"):
        WitnessKeeper(tmp_path / "ngo", NGO, [KEY.verifier], lambda: 0.0)


FIVE = Note("airport.example/log\n5\n" + "A" * 43 + "=\n", ())


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"old 0\n\nnothing", 400),
        (b"old 00\n\n", 400),
        (b"old 0\n????\n\n", 400),
        (b"\xff", 400),
        (str(Request(9, (), FIVE.signed(KEY))).encode(), 400),
        (str(Request(3, (), FIVE.signed(KEY))).encode(), 409),
        (str(Request(0, (), FIVE.signed(NGO))).encode(), 403),
        (str(Request(0, (), Note("other.example/log\n5\n" + "A" * 43 + "=\n", ()).signed(KEY))).encode(), 404),
        (str(Request(0, (bytes(32),), FIVE.signed(KEY))).encode(), 422),
    ],
    ids=["empty", "no note", "leading zero", "no base64", "no text", "old is larger", "conflict", "unsigned",
         "unknown log", "no proof wanted"],
)  # fmt: skip
def test_the_answers_of_a_witness_are_the_specifications(tmp_path: Path, body: bytes, status: int) -> None:
    keeper = WitnessKeeper(tmp_path, NGO, [KEY.verifier], lambda: 0.0)
    with WitnessServer(keeper, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/add-checkpoint"
        answer = requests.post(address, body, timeout=10)
        large = requests.post(address, b"x" * 1_100_001, timeout=10)
        server.shutdown()
        thread.join()
    assert (answer.status_code, large.status_code) == (status, 413)
    if status == 409:
        assert (answer.headers["Content-Type"], answer.text) == ("text/x.tlog.size", "0\n")


# Outsiders


@pytest.fixture(scope="session")
def go_checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built with Debian's packages alone."""
    go, source = shutil.which("go"), Path("/usr/share/gocode/src/golang.org/x/mod")
    if go is None or not source.is_dir():
        pytest.skip("needs Debian's packages golang-go and golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("go")
    place = folder / "src" / "check_log"
    place.mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "tools" / "check_log.go", place / "main.go")
    how = {"GO111MODULE": "off", "GOPATH": f"{folder}:/usr/share/gocode", "GOCACHE": str(folder / "cache")}
    env = {**os.environ, **how, "GOFLAGS": "", "CGO_ENABLED": "0"}
    made = folder / "check_log"
    built = subprocess.run(
        [go, "build", "-o", made, "check_log"], env=env, capture_output=True, text=True, timeout=300, check=False
    )
    assert built.returncode == 0, built.stderr
    return made


@pytest.mark.timeout(400)
@pytest.mark.parametrize("size", [1, 256, 257, 70_000])
def test_gos_own_library_agrees(log: LogFile, tmp_path: Path, go_checker: Path, size: int) -> None:
    grow(log, size)
    publish(log, tmp_path / "www")
    asked = [go_checker, tmp_path / "www", str(KEY.verifier)]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=100, check=False)
    assert done.stdout == f"OK airport.example/log {size} 1\n"
    path = tmp_path / "www" / Tile(None, 0, min(size, 256)).path
    _edit(path, b'"count":0', b'"count":1')
    assert subprocess.run(asked, capture_output=True, timeout=100, check=False).returncode == 1


def test_an_outsider_needs_the_ledger_one_file_and_the_errors(log: LogFile, tmp_path: Path) -> None:
    """Copied to an empty folder, in a process that finds nothing else of Consentry."""
    grow(log, 20)
    publish(log, tmp_path / "www")
    (tmp_path / "erasure.tlog-proof").write_text(str(log.proof(7)))
    (tmp_path / "erasure.entry").write_bytes(log.raw(7))
    (tmp_path / "record").write_bytes(RECORD)
    (tmp_path / "policy").write_text(ALONE)
    source, copied = ROOT / "src" / "consentry", tmp_path / "outsider" / "consentry"
    shutil.copytree(source / "ledger", copied / "ledger")
    for name in ("core/errors.py", "cli/verify.py"):
        (copied / name).parent.mkdir()
        shutil.copy(source / name, copied / name)

    def outsider(*words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-c", _OUTSIDER, tmp_path / "outsider", *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    whole = outsider(tmp_path / "www", "--policy", tmp_path / "policy")
    assert (whole.returncode, "20 entries" in whole.stdout) == (0, True), whole.stderr
    proof = (tmp_path / "erasure.tlog-proof", "--policy", tmp_path / "policy", "--entry", tmp_path / "erasure.entry")
    record = ("--record", tmp_path / "record", "--salt", SALT.hex())
    assert "entry 7 is in it: erasure" in outsider(*proof, *record).stdout
    other = outsider(*proof, "--record", tmp_path / "record", "--salt", bytes(32).hex())
    assert (other.returncode, "another record" in other.stderr) == (1, True)


_OUTSIDER = """
import sys
folder = sys.argv.pop(1)
sys.path = [folder, *(p for p in sys.path if not p.endswith('src'))]
sys.meta_path = [f for f in sys.meta_path if 'editable' not in str(f).lower()]
import consentry
assert folder in str(list(consentry.__path__)[0]), consentry.__path__
from consentry.cli.verify import main
assert not [m for m in sys.modules if m.startswith(('numpy', 'cv2', 'typer', 'pydantic'))]
raise SystemExit(main(sys.argv[1:]))
"""


def test_a_server_that_never_ends_is_left(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").write_bytes(b"x" * 1_000_002)
    with served(tmp_path) as address, pytest.raises(Exception, match="at most 1000000 bytes"):
        reader(address)("checkpoint", 1_000_000)
    with pytest.raises(BackendError, match="cannot be read"):
        reader("http://127.0.0.1:9")("checkpoint", 10)
