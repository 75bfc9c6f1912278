"""Sentences for the traveller in a lane, in English and Korean."""

from consentry.touchpoints.egate_parts import Prompt
from consentry.touchpoints.lane_parts import LaneDecision

SHOW = Prompt("Show your pass to the camera", "패스를 카메라에 보여 주십시오")
ONE_PASS = Prompt("One pass at a time, please", "패스를 하나씩 보여 주십시오")
GO = Prompt("Thank you, please go on", "감사합니다. 지나가십시오")


def ask_staff(manual_lane: str) -> Prompt:
    """It says nothing of the reason, which is for the staff.

    >>> ask_staff("gate 12 desk").english
    'Please go to gate 12 desk; a person will help you'
    """
    return Prompt(
        f"Please go to {manual_lane}; a person will help you", f"{manual_lane}(으)로 가 주십시오. 직원이 도와 드립니다"
    )


def last_words(decision: LaneDecision) -> Prompt:
    """What the traveller reads at the end."""
    return GO if decision.go else ask_staff(decision.rules.manual_lane)
