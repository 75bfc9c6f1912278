"""Kept pictures as parts of the page: read again, made small, written into the page itself; links for the rest."""

import base64
import io
import os
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from PIL import Image as Pictures

from consentry.app.report.episodes import Episode

WIDTH = 960
"""pixels that a picture in the page is wide at most."""
_QUALITY = 72
"""JPEG quality: blocks do not show at the size of a card, and a picture of a hall takes some 60 to 110 kB."""
MOST = 60
"""Pictures of alarms in the page at most."""
MOST_BYTES = 9_000_000
"""Characters of pictures in the page at most, so that it can be mailed and opened on any machine."""
_MOST_PIXELS = 40_000_000
"""Pixels of a picture that is opened at all: above 8K, which no camera here gives; more is a trap or a mistake."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A picture in the page."""

    address: str
    """``data:image/jpeg;base64,...``."""
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What a card shows of its episode's evidence."""

    picture: Embedded | None = None
    link: str | None = None
    """Where the still lies, relative to the page; None: there is none."""
    clip: str | None = None
    """Where the clip lies, relative to the page; None: there is none."""
    trouble: tuple[str, ...] = ()
    """What is missing or cannot be shown, in words."""


class Folder:
    """A watch's output folder as seen from the page."""

    def __init__(self, folder: Path, page: Path) -> None:
        """Make a view.

        Args:
            folder: where stills and clips are.
            page: where the page will lie.
        """
        self._folder, self._page = folder.resolve(), page.resolve().parent

    def find(self, name: str) -> Path | None:
        """A file of the folder; None: it is not there, or its name leads out of the folder."""
        try:
            path = (self._folder / name).resolve()
            return path if path.is_relative_to(self._folder) and path.is_file() else None
        except (OSError, ValueError):  # too long for the file system, or with a zero byte
            return None

    def link(self, path: Path) -> str:
        """The address of a file relative to the page; every sign with a meaning in addresses is escaped."""
        return quote(os.path.relpath(path, self._page).replace(os.sep, "/").encode("utf-8", "surrogateescape"))


def embed(path: Path) -> Embedded | str:
    """A picture small enough for the page, or in words why not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pictures.DecompressionBombWarning)
            with Pictures.open(path) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    return f"it has {picture.width} x {picture.height} pixels, more than is opened here"
                picture.draft("RGB", (WIDTH, WIDTH))
                small = picture.convert("RGB")
        small.thumbnail((WIDTH, WIDTH))
    except (OSError, ValueError, SyntaxError, Pictures.DecompressionBombWarning, Pictures.DecompressionBombError):
        return "it cannot be read as a picture"
    return embedded(small, "JPEG", quality=_QUALITY, optimize=True)


def embedded(picture: Pictures.Image, kind: str, **options: int | bool) -> Embedded:
    """A picture as text.

    Args:
        picture: what is shown.
        kind: ``JPEG`` or ``PNG``.
        options: of Pillow's writer.
    """
    out = io.BytesIO()
    picture.save(out, kind, **options)
    text = base64.b64encode(out.getvalue()).decode("ascii")
    return Embedded(f"data:image/{kind.lower()};base64,{text}", picture.width, picture.height)


def choose(episodes: Iterable[Episode], most: int = MOST) -> tuple[int, ...]:
    """Numbers of the episodes whose pictures the page holds, in the order of their claim: the worst half, the newest.

    >>> choose([], 60)
    ()
    """
    pictured = [episode for episode in episodes if episode.still]
    worst = sorted(pictured, key=lambda episode: (-episode.score, -episode.opened))[: most // 2]
    newest = sorted(pictured, key=lambda episode: -episode.opened)
    return tuple(dict.fromkeys(episode.number for episode in (*worst, *newest)))[:most]


def show(episodes: Iterable[Episode], folder: Folder, most: int = MOST) -> dict[int, Shown]:
    """What each card shows, by the episode's number."""
    by_number = {episode.number: episode for episode in episodes}
    shown: dict[int, Shown] = {}
    room = MOST_BYTES
    for number in choose(by_number.values(), most):
        shown[number] = _shown(by_number[number], folder, room)
        picture = shown[number].picture
        room -= 0 if picture is None else len(picture.address)
    return {number: shown.get(number) or _shown(by_number[number], folder, 0) for number in by_number}


def _shown(episode: Episode, folder: Folder, room: int) -> Shown:
    trouble = []
    picture: Embedded | None = None
    still = folder.find(episode.still) if episode.still else None
    if not episode.still:
        trouble.append("No picture was kept.")
    elif still is None:
        trouble.append(f"The picture {episode.still} is not there; stills are removed after their storage period.")
    elif room > 0:
        made = embed(still)
        if isinstance(made, str):
            trouble.append(f"The picture {episode.still} cannot be shown: {made}.")
        elif len(made.address) <= room:
            picture = made
    clip = folder.find(episode.clip) if episode.clip else None
    if episode.clip and clip is None:
        trouble.append(f"The clip {episode.clip} is not there; clips are removed after their storage period.")
    return Shown(
        picture=picture,
        link=None if still is None else folder.link(still),
        clip=None if clip is None else folder.link(clip),
        trouble=tuple(trouble),
    )
