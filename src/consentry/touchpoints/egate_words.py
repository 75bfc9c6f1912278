"""Sentences for the traveller at the gate, in English and Korean, about where one stands and what comes next."""

from consentry.touchpoints.egate_lane import Lane
from consentry.touchpoints.egate_parts import Prompt

LOOK = Prompt("Look into the camera.", "카메라를 봐 주세요.")
LANE = {
    Lane.NOBODY: LOOK,
    Lane.TOO_FAR: Prompt("Step closer to the camera.", "카메라에 더 가까이 와 주세요."),
    Lane.SEVERAL: Prompt("One person at a time, please.", "한 분씩 서 주세요."),
    Lane.TOGETHER: Prompt("Please go to the officer together.", "함께 직원에게 가 주세요."),
}
"""By what a picture shows."""
STAY = Prompt("Please stay as you are.", "그대로 계세요.")
CLEAR = Prompt("Thank you. Please go on.", "감사합니다. 지나가세요.")
REFER = Prompt("Please go to the officer.", "직원에게 가 주세요.")
"""It says nothing of the reason, which is for the officer."""
