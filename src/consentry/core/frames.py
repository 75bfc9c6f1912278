"""Pictures with the time they were taken, and the silences between them."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""A picture: uint8, H x W x 3, blue green red."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of one camera."""

    camera: str
    """The camera's name in the settings."""
    at: float
    """Time of capture, s UTC."""
    image: Image
    """uint8, H x W x 3, blue green red."""

    def __repr__(self) -> str:
        """Never shows pixels."""
        height, width = self.image.shape[:2]
        return f"Frame({self.camera!r}, at={self.at:.3f}, {width}x{height})"


class LapseKind(StrEnum):
    """Why no picture comes."""

    STALLED = "stalled"
    """The stream is open and silent."""
    LOST = "lost"
    """The stream cannot be read; the source keeps trying."""
    CORRUPT = "corrupt"
    """Pictures came that could not be decoded; the source goes on."""
    ENDED = "ended"
    """A clip has come to its end, or to where it was cut off."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """A stretch without pictures, told as an event: a dead camera must not look like a quiet one."""

    camera: str
    """The camera's name in the settings."""
    at: float
    """When it was noticed, s UTC."""
    kind: LapseKind
    """Why no picture comes."""
    why: str
    """In words, without credentials of the address."""


@dataclass(frozen=True, slots=True)
class SourceTally:
    """What a source did with the pictures of its stream so far."""

    arrived: int = 0
    """Pictures in the stream, decoded or not."""
    decoded: int = 0
    """Pictures decoded."""
    spared: int = 0
    """Pictures not decoded because nobody needed them (between keyframes while idle, non-reference frames)."""
    given: int = 0
    """Pictures handed on to be analysed."""
    dropped: int = 0
    """Pictures due for analysis that a newer one replaced before anybody had time for them."""
    broken: int = 0
    """Pictures that could not be decoded."""
    reconnects: int = 0
    """How often the stream was opened again."""
