"""Quality of a sample as values (ISO/IEC 29794-5:2025): a unified score and components that somebody can act on."""

from dataclasses import dataclass
from enum import StrEnum


class Component(StrEnum):
    """What is measured; in brackets the standard's clause on it where it has one."""

    UNIFIED = "unified score"
    BACKGROUND = "background uniformity"
    ILLUMINATION = "illumination uniformity"
    UNDER_EXPOSURE = "under-exposure prevention"
    OVER_EXPOSURE = "over-exposure prevention"
    DYNAMIC_RANGE = "dynamic range"
    CONTRAST = "contrast"
    SHARPNESS = "sharpness"
    COMPRESSION = "no compression artefacts"
    NATURAL_COLOUR = "natural colour"
    SINGLE_FACE = "single face present"
    EYES_OPEN = "eyes open"
    MOUTH_CLOSED = "mouth closed"
    EYES_VISIBLE = "eyes visible"
    FACE_VISIBLE = "no occlusion of the face"
    EYE_DISTANCE = "inter-eye distance"
    HEAD_SIZE = "head size"
    CROP = "crop of the face image"
    YAW = "head pose: yaw"
    PITCH = "head pose: pitch"
    ROLL = "head pose: roll"


@dataclass(frozen=True, slots=True)
class Measure:
    """One component of one sample."""

    component: Component
    value: int
    """Quality component value, 0-100, 100 the best."""
    native: float
    """The measure itself, before it was mapped to 0-100."""
    unit: str
    """Of ``native``: px, degrees, bit, a share."""
    good: bool
    """At or above what the touchpoint asks for."""
    how: str = ""
    """Which of several ways measured it: a network by its name, or ``landmarks``; empty where there is but one."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Everything measured on one sample."""

    measures: tuple[Measure, ...]

    def of(self, component: Component) -> Measure | None:
        """One component's measure; None where it was not measured."""
        return next((one for one in self.measures if one.component is component), None)

    @property
    def unified(self) -> int:
        """The unified score, 0-100; 0 where it was not measured: absence is never success."""
        found = self.of(Component.UNIFIED)
        return 0 if found is None else found.value

    @property
    def lacking(self) -> tuple[Measure, ...]:
        """What is not good enough, worst first."""
        return tuple(sorted((one for one in self.measures if not one.good), key=lambda one: one.value))
