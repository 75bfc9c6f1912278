"""From which quality a component is good: what a touchpoint asks of a live face, what a document asks of a portrait.

Values are quality component values, 0-100. ICAO Doc 9303-9 and ISO/IEC 39794-5 ask for properties (a pose within 5
degrees, 90 px between the eyes), not for values; where they do, the value is that of the property. A component that
cannot be measured on a sample is neither good nor bad: it is missing, and who needs it must say so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Self

from consentry.face.quality import Component


@dataclass(frozen=True, slots=True)
class Limits:
    """What one place asks for."""

    name: str
    values: Mapping[Component, int] = field(default_factory=dict)
    """0-100; what is not named is not asked for: whatever its value, it is good."""

    def __post_init__(self) -> None:
        """Refuse what is no quality.

        Raises:
            ValueError: a value is not within 0-100.
        """
        wrong = {one.value: value for one, value in self.values.items() if not 0 <= value <= 100}
        if wrong:
            raise ValueError(f"expected qualities of 0 to 100, came {wrong}")
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def least(self, component: Component) -> int:
        """From which value on it is good."""
        return self.values.get(component, 0)

    def but(self, name: str, values: Mapping[Component, int]) -> Self:
        """The same with some values changed.

        >>> LIVE.but("kiosk", {Component.SHARPNESS: 60}).least(Component.SHARPNESS)
        60
        """
        return type(self)(name, {**self.values, **values})


LIVE = Limits(
    "live",
    {
        # Of 2,605 samples, nearly all spoilt, a tenth is below; among them 32 of 45 and 54 of 105 mated ones that two
        # embedders did not match at the highest score seen between strangers. The lowest of 50 unspoilt photos is 85.
        Component.UNIFIED: 70,
        # Whose face is compared must not be a guess.
        Component.SINGLE_FACE: 100,
        # 47 px: as far apart as in the sample of face-reidentification-retail-0095; below, pixels are blown up.
        Component.EYE_DISTANCE: 24,
        # Blurred with a sigma of 4 px, eyes 113 px apart: 2-7 % of the comparison score is gone, with 6 px 7-21 %.
        Component.SHARPNESS: 20,
        # A fifth of the face burnt out. Photos made twice as bright have 2, and have lost 8-12 % of the score.
        Component.OVER_EXPOSURE: 5,
        # 3.2 bit. With two fifths of their light left photos have 47 and have lost 1-2 %, with a fifth 22 and 4-9 %.
        Component.DYNAMIC_RANGE: 40,
        # 23 degrees: at 25 6-7 % of the score is gone, at 35 16-18 %.
        Component.YAW: 85,
        # 30 degrees: what is read of faces that look ahead spreads by 8 degrees (standard deviation).
        Component.PITCH: 75,
        # 30 degrees, where 3-7 % is gone; at 45 it is 9-51 %, for landmarks are then misplaced.
        Component.ROLL: 75,
        # 0.34 of open. The lowest of 100 shared photos, all with open eyes, reads 0.39; drawn closed they read 0.06.
        Component.EYES_OPEN: 20,
        # An opening of a quarter of the height from eyes to chin; 3-5 % is gone at 0.3.
        Component.MOUTH_CLOSED: 30,
        # 0.35 of the face. Uncovered faces read 0.25 at most (99 %), half covered ones 0.35 and more (95 %).
        Component.FACE_VISIBLE: 65,
    },
)
"""Of a live face at a gate.

Not asked for is what costs nearly no comparison score, so that it need not hold up a traveller: background, head size,
crop, contrast, colour, and light from one side (uniformity is 0 where 2 % of the score is gone). Nor under-exposure
prevention: it counts px with a luminance of at most 25, which is grey 89 of 255, and well lit dark skin is below that;
the lowest of 100 shared photos has 16, and all were taken in one studio. Dynamic range sees the dark as well."""

PORTRAIT = LIVE.but(
    "portrait",
    {
        # The lowest of 50 unspoilt photos is 85.
        Component.UNIFIED: 80,
        # 90 px between the eyes: ISO/IEC 39794-5, D.1 (Doc 9303-9 refers to it).
        Component.EYE_DISTANCE: 73,
        # 5 degrees of yaw would be 99; the landmarks' spread is 4 degrees, so 12 are let through. Pitch likewise, 20.
        Component.YAW: 95,
        Component.PITCH: 88,
        # 8 degrees: ISO/IEC 39794-5, D.1.
        Component.ROLL: 98,
        # Where the standard's curves give 50: 0.9 eye distances beside, 1.4 and 1.8 heights above and below.
        Component.CROP: 50,
        # The height from eyes to chin is 0.35 to 0.55 of the picture.
        Component.HEAD_SIZE: 24,
        # The lowest of 100 shared photos before a studio's grey wall, hair within the bands included, is 73.
        Component.BACKGROUND: 70,
        # Blurred with a sigma of 2 px at 113 px between the eyes it is 79; the shared photos have 98 and more.
        Component.SHARPNESS: 90,
        # No cast: within 11 of the standard's range of colours.
        Component.NATURAL_COLOUR: 50,
        # The shared photos have 70 and more.
        Component.ILLUMINATION: 60,
        Component.DYNAMIC_RANGE: 50,
        # Neutral faces among the shared photos have 89 and more.
        Component.MOUTH_CLOSED: 85,
        Component.EYES_OPEN: 50,
        # No more than a tenth burnt out.
        Component.OVER_EXPOSURE: 9,
    },
)
"""Of a portrait for a document, after ISO/IEC 39794-5, as far as it is measured here: no verdict of conformity."""
