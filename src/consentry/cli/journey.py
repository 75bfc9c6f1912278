"""The second half of ``consentry demo``: one traveller's journey, in a process that compares faces and watches nobody.

``python -m consentry.cli.journey OUT [FACES]`` is what the demo starts.
"""

import shlex
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from consentry.app.journey import JourneyWalk
from consentry.app.journey_face import choose_face
from consentry.app.journey_site import free_folder, make_site, shared_faces
from consentry.core.errors import ConsentryError, ProofError

_WAIT_S = 60.0
"""s for an outsider's check, which takes one."""


def journey(out: Path, faces: Path | None, console: Console) -> None:
    """Walk it, and tell each step.

    Args:
        out: folder; the journey's lies in it.
        faces: folder of portraits; None: the shared ones, if there are any.
        console: for all that is told.

    Raises:
        ConsentryError: something could not be done.
    """
    begun, face, site = time.monotonic(), choose_face(faces or shared_faces()), make_site(free_folder(out, "journey"))
    console.print(f"\n[bold]a journey:[/] {escape(face.about)}")
    # 1. The traveller's walk.
    walk = JourneyWalk(site, face)
    for number, step in enumerate(walk.steps(), 1):
        mark = f"[bold]{number}.[/]" if step.done else f"[bold yellow]{number}. left out:[/]"
        console.print(f"{mark} {escape(step.said)} [dim]({step.seconds:.1f} s)[/]", highlight=False)
    # 2. An outsider, in a process of its own, with the published files, the policy and the traveller's papers.
    for words in walk.checks:
        console.print(f"[bold]an outsider:[/] consentry verify {escape(shlex.join(words))}", highlight=False)
        console.print(escape(_outsider(words)), highlight=False)
    # 3. What is left.
    console.print(
        f"[bold]the journey took {time.monotonic() - begun:.0f} s;[/] public log: {escape(str(site.public))}, policy: "
        f"{escape(str(site.policy))}, the traveller's papers: {escape(str(site.papers))}",
        highlight=False,
    )


def _outsider(words: tuple[str, ...]) -> str:
    """What ``consentry.cli.verify`` says, which knows nothing of Consentry but the ledger.

    Raises:
        ProofError: it does not hold.
    """
    command = [sys.executable, "-m", "consentry.cli.verify", *words]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=_WAIT_S, check=False)  # noqa: S603 - ours
    if ended.returncode:
        raise ProofError(f"the outsider says: {ended.stderr.strip()}")
    return ended.stdout.rstrip()


def main(words: list[str]) -> int:
    """The module by itself: 0 walked, 1 something could not be done, 2 not understood."""
    console = Console(stderr=True, soft_wrap=True)
    if not 1 <= len(words) <= 2:
        console.print("expected: python -m consentry.cli.journey OUT [FACES]", markup=False)
        return 2
    try:
        journey(Path(words[0]), Path(words[1]) if len(words) > 1 else None, console)
    except ConsentryError as error:
        console.print(f"[bold red]consentry:[/] {escape(str(error))}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
