"""A copy of the installed product with one file changed, for what an attacker with write access would try."""

import os
from pathlib import Path

import consentry

INSTALLED = Path(consentry.__file__).parent


def copy_with(folder: Path, changed: dict[str, bytes]) -> Path:
    """A folder to stand first on Python's path: the package by links, but for the files that are changed."""
    package = folder / "consentry"
    real = {Path(name).parent for name in changed} | {parent for name in changed for parent in Path(name).parents}
    for here in sorted(real, key=lambda path: len(path.parts)):
        (package / here).mkdir(parents=True, exist_ok=True)
        for entry in os.scandir(INSTALLED / here):
            below = here / entry.name
            if entry.name != "__pycache__" and below not in real and str(below) not in changed:
                (package / below).symlink_to(entry.path)
    for name, content in changed.items():
        (package / name).write_bytes(content)
    return folder
