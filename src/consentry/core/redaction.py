"""The only way a picture leaves: with every head made unrecognisable."""

from dataclasses import dataclass

from consentry.core.frames import Image


@dataclass(frozen=True, slots=True, eq=False)
class RedactedFrame:
    """A picture in which no head can be recognised."""

    camera: str
    at: float
    image: Image
