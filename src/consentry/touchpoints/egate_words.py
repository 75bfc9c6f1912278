"""Sentences for the traveller at the gate, in English and Korean, about where one stands and what comes next.

Those about quality are ``face.advice``'s, in the same manner: what to do, never what is wrong with a person.
"""

from consentry.face.advice import advice
from consentry.face.quality import Quality
from consentry.touchpoints.egate_lane import Lane
from consentry.touchpoints.egate_parts import Prompt

LANE = {
    Lane.NOBODY: Prompt("Step before the camera", "카메라 앞에 서 주십시오"),
    Lane.TOO_FAR: Prompt("Step closer", "조금 더 가까이 와 주십시오"),
    Lane.SEVERAL: Prompt("One person at a time, please", "한 분씩 서 주십시오"),
    Lane.TOGETHER: Prompt("Please go to the officer together", "함께 직원에게 가 주십시오"),
}
"""By what a picture shows."""
STAY = Prompt("Look into the camera and hold still", "카메라를 보고 잠시 그대로 계십시오")
CLEAR = Prompt("Thank you, please go on", "감사합니다. 지나가십시오")
REFER = Prompt("Please go to the officer", "직원에게 가 주십시오")
"""It says nothing of the reason, which is for the officer."""


def prompt_for(quality: Quality) -> Prompt:
    """The most useful thing to do about a picture that is not good enough."""
    first = next(iter(advice(quality)), None)
    return STAY if first is None else Prompt(first.english, first.korean)
