"""What a traveller can do about a component that is not good: one short sentence in English and in Korean.

The sentences are those of a sign or a calm voice: what to do, never what is wrong with a person. Korean is in the
polite style of airport signs (하십시오체). What only the staff can change (a blue lamp, a lens out of focus) says so.
"""

from dataclasses import dataclass
from enum import StrEnum

from consentry.face.quality import Component, Measure, Quality


class Language(StrEnum):
    """A language that the sentences are in (ISO 639-1)."""

    ENGLISH = "en"
    KOREAN = "ko"


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do."""

    component: Component
    """What it would make better."""
    english: str
    korean: str

    def text(self, language: Language) -> str:
        """In one language."""
        return self.korean if language is Language.KOREAN else self.english


@dataclass(frozen=True, slots=True)
class _Row:
    english: str
    korean: str
    first: int
    """Order of use, 1 first: what hides the rest comes before it. Who is alone, near and in the picture can be helped
    with the pose; who looks into the camera, with eyes and mouth; light and focus are the staff's."""


_WAIT, _WAIT_KOREAN = "Please wait: the light is being set", "조명을 조정하고 있으니 잠시 기다려 주십시오"
_ROWS = {
    Component.SINGLE_FACE: _Row("One person at a time, please", "한 분씩 서 주십시오", 1),
    Component.EYE_DISTANCE: _Row("Step closer", "조금 더 가까이 와 주십시오", 2),
    Component.CROP: _Row("Move to the middle of the picture", "화면 가운데에 서 주십시오", 3),
    Component.HEAD_SIZE: _Row("Let the outline frame your head", "얼굴을 화면의 테두리에 맞춰 주십시오", 4),
    Component.FACE_VISIBLE: _Row("Show your whole face", "얼굴을 가리지 말아 주십시오", 5),
    Component.EYES_VISIBLE: _Row("Take off your sunglasses", "선글라스를 벗어 주십시오", 6),
    Component.YAW: _Row("Look straight into the camera", "카메라를 정면으로 봐 주십시오", 7),
    Component.PITCH: _Row("Hold your head level", "고개를 똑바로 들어 주십시오", 8),
    Component.ROLL: _Row("Hold your head upright", "고개를 기울이지 말아 주십시오", 9),
    Component.EYES_OPEN: _Row("Open your eyes", "눈을 떠 주십시오", 10),
    Component.MOUTH_CLOSED: _Row("Close your mouth", "입을 다물어 주십시오", 11),
    Component.SHARPNESS: _Row("Hold still", "움직이지 말고 잠시 그대로 계십시오", 12),
    Component.OVER_EXPOSURE: _Row("Step out of the bright light", "밝은 빛을 피해 서 주십시오", 13),
    Component.UNDER_EXPOSURE: _Row("Step into the light", "더 밝은 곳에 서 주십시오", 14),
    Component.ILLUMINATION: _Row("Turn towards the light", "빛이 얼굴에 고루 비치도록 서 주십시오", 15),
    Component.DYNAMIC_RANGE: _Row(_WAIT, _WAIT_KOREAN, 16),
    Component.CONTRAST: _Row(_WAIT, _WAIT_KOREAN, 17),
    Component.NATURAL_COLOUR: _Row(_WAIT, _WAIT_KOREAN, 18),
    Component.COMPRESSION: _Row("Please ask our staff for help", "직원에게 문의해 주십시오", 19),
    Component.BACKGROUND: _Row("Stand before the plain wall", "무늬 없는 벽 앞에 서 주십시오", 20),
    Component.UNIFIED: _Row("Look into the camera and hold still", "카메라를 보고 잠시 그대로 계십시오", 21),
}
_DOWN = _Row("Raise your chin a little", "턱을 조금 들어 주십시오", 8)
_UP = _Row("Lower your chin a little", "턱을 조금 당겨 주십시오", 8)
_FAR = _Row("Step back a little", "한 걸음 뒤로 물러서 주십시오", 4)
_NOBODY = Advice(Component.SINGLE_FACE, "Step before the camera", "카메라 앞에 서 주십시오")
"""Where no face was found, so that nothing could be measured."""


def advice_for(measure: Measure) -> Advice:
    """What to do about one component.

    >>> advice_for(Measure(Component.PITCH, 60, -30.0, "degrees", good=False)).english
    'Raise your chin a little'
    """
    row = _row(measure)
    return Advice(measure.component, row.english, row.korean)


def advice(quality: Quality | None) -> tuple[Advice, ...]:
    """What to do about everything that is not good, the most useful first, no sentence twice.

    Args:
        quality: of a sample; None: no face was found.
    """
    if quality is None:
        return (_NOBODY,)
    told: dict[str, Advice] = {}
    for measure in sorted(
        (_cause(one, quality) for one in quality.lacking), key=lambda one: (_row(one).first, one.value)
    ):
        one = advice_for(measure)
        told.setdefault(one.english, one)
    return tuple(told.values())


_DARK = 10
"""Under-exposure prevention below which a lack of range comes of too little light, whether it is asked for or not."""
_CUT = 20
"""Crop below which the edge may cut the face: an eye 0.76 eye distances from it, or nearer."""


def _cause(measure: Measure, quality: Quality) -> Measure:
    """What somebody can do something about.

    A lack of range comes of the dark, where it is dark. A face whose parts could not be measured is cut off by the edge
    of the picture, where that is near.
    """
    dark, crop = quality.of(Component.UNDER_EXPOSURE), quality.of(Component.CROP)
    if measure.component is Component.DYNAMIC_RANGE and dark is not None and dark.value < _DARK:
        return dark
    if measure.component is Component.UNIFIED and crop is not None and crop.value < _CUT:
        return crop if quality.of(Component.FACE_VISIBLE) is None else measure
    return measure


def _row(measure: Measure) -> _Row:
    """The sentence of a component; of two that have two ways out, the way that the native value shows."""
    if measure.component is Component.PITCH:
        return _DOWN if measure.native < 0 else _UP
    if measure.component is Component.HEAD_SIZE and measure.native > 0.45:  # the share of the height that is best
        return _FAR
    return _ROWS[measure.component]
