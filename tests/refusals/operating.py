"""An operator at the installed command: each command is a process of its own, forked from one that has the libraries.

Starting Python and importing takes seconds for each command; a fork takes none, and is a process as any other: its own
memory, its own files, nothing left over from the command before.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

LIBRARIES = (
    "PIL.Image", "av", "cbor2", "cryptography.x509", "cv2", "jinja2", "matplotlib.figure", "numpy", "openvino",
    "pydantic", "requests", "rich.live", "segno", "sqlalchemy", "trackers", "typer",
)  # fmt: skip
"""Of others, loaded once."""
_CHILD = Path(__file__).with_name("operating_child.py")


@dataclass(frozen=True)
class Command:
    """One command as it is typed."""

    words: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    """Beside the machine's."""
    said: str = ""
    """On standard input."""
    script: str = ""
    """Python instead of the command, for what has no command yet; it sees what is installed."""
    path: str = ""
    """A folder whose packages stand before the installed ones: a copy that was weakened, or a plugin."""


@dataclass(frozen=True)
class Done:
    """How it ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> str:
        """Everything that was said, on one line, without frames."""
        return " ".join(f"{self.out} {self.err}".replace("│", " ").split())


def typed(*words: object, said: str = "", **env: str) -> Command:
    return Command(tuple(map(str, words)), env, said)


def closed_machine(home: Path, mirror: Path | str | None = None) -> dict[str, str]:
    """An environment with no mirror but the one named, an empty store, and a proxy at which nobody listens."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("CONSENTRY_")}
    env |= {"CONSENTRY_HOME": str(home), "COLUMNS": "300", "NO_COLOR": "1"}
    env |= {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    return env | ({} if mirror is None else {"CONSENTRY_MIRROR": str(mirror)})


def operate(folder: Path, commands: Iterable[Command], env: Mapping[str, str]) -> list[Done]:
    """Run commands one after another in a folder.

    Args:
        folder: working directory.
        commands: what is typed.
        env: the machine's.
    """
    listed = [asdict(command) for command in commands]
    # Where there is a copy, each command imports Consentry anew: what is wrong with it is told when it is read.
    anew = any(command["path"] for command in listed)
    asked = {"libraries": (*LIBRARIES, *(() if anew else ("consentry.cli.main",))), "commands": listed}
    ended = subprocess.run(
        [sys.executable, str(_CHILD)],
        input=json.dumps(asked), capture_output=True, text=True, timeout=280, check=False, cwd=folder,
        env=dict(env),
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return [Done(**one) for one in json.loads(ended.stdout)]


def one(folder: Path, command: Command, env: Mapping[str, str]) -> Done:
    return operate(folder, [command], env)[0]


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path there."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
