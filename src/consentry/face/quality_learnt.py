"""Weights of the three readings of ``quality_parts``, written by ``training/face_quality/learn.py``.

They were learnt from 100 photos of 50 people (FRLL, CC BY 4.0) and from changes drawn into them. They are sums over
edges and colours; no face can be made from them.
"""

import base64
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A weighted sum of features."""

    weights: NDArray[np.float32]
    """float32 (n,)."""
    rest: float
    """What is added."""

    @classmethod
    def unpacked(cls, text: str, rest: float) -> Self:
        """From half-precision numbers in base64."""
        return cls(np.frombuffer(base64.b64decode(text), "<f2").astype(np.float32), rest)

    def of(self, features: NDArray[np.float32]) -> float:
        """What the features say."""
        return float(self.weights @ features) + self.rest


# learnt
EYES = Reading.unpacked(
    "zDM6rZWxGS83sHmymK3iMhSxbaWtMAq0ZrDxMRazApzNNmK0Fa+pNJip/rAlNRmdZrDTNAooULEmLeIyTbAQquQuZrEWr0QzyDUXtKi1aza0"
    "KYawjDS1M/WxnTKDOSGwiCzdNxksAjS/Oa6vmDEzNuQyujDhObguWx9XN2cyG6lyNUcwcbP/MpkwRLCIr6ywiyZXt1C39SePto+2YDGGs/Sx"
    "RaRVqOq03TbZMW82DKMSNF2v8jmHIrI1GS3aHkwpjqMFtic0tbbkKXw3/rbGtmmksbObtVwuZSsStCSzgilPLjujgLIssIMkrS1FpKOxRius"
    "srKv361Hq+CowivHseGimrEVrN6u/a46sRAuN7IbJ9guYrGBqV6sarKEsTKW",
    0.2700,
)

MOUTH = Reading.unpacked(
    "GKCFARwZ0qAypKyZvqEQlIeWMp7cnGSgxqJpndWeQpxao4ycJaBpncuhsp5aoweTPpsQlPeggqHcnNSbGZiFAZSeUpwypAGgcyskqK4mRBxT"
    "oTssuKrYp56hmKQDIsKaF6xjrL+opqbppIirlqhjrCmsXKvppAyn/aDYpyarpJEDIvGktSYkqG0rPyxToSYcxpxqnAsr7xoEpNYp/Kuyqk0p"
    "aaTTpaMsy6oyrs2sBKm1rJKpmqwyriurOam1rGmpdymyqoSsrSzTpUqlBStqnKKc0SkEpDAbvJX3kLwmsRWaoAKYK6g7oNEw4iQoqyEtjqnK"
    "qMqcWKY/qGuqGZjKqBOsgak/qE6o3jA7oLSq+ywoq1+gDib3kJqchJCaoDcY",
    0.1950,
)

COVER = Reading.unpacked(
    "naa7JnoXF439ptWjg6OFpfsivCOYoxCmkqo9GDUmjyi8JQ8g76N1IBEleSGeKM8m5CRhnkQhuCoiJ3aggaHHoYMgCKLmHvipLivaHVkkLh68"
    "JSejniU8JKQoriSEH1QYA5zun9mdaSWepHUf35k5pc8qiSf7jukmq6p3oI4fGSoZJ0sMdZz7pkmraCGXpkQp4iqDItegB6hXrFWRSCY5JuWo"
    "TR+0nw2fRyMGI9ul8B2frXMlVBR7LdIrh6amIeGuqiVCJEogua0tKf4m7aVCqMOn5J7ZDj0r0yY6mSYOZKekocEZ0CH0EgOZ55VgpmIhdSbX"
    "pHIknayCpAaiQx+WpVwWH6d+JNogVCLYIyyl0qVPJZ8dhiMgJpqpG6JEFAqknaEOKXWb5iwdokCaOiT5qgmr4yIMnEkcPChjnIwojabsJiEl"
    "DalFLMuY/Z2DGVOoXCHtpiId5xsIjnmk76PmocYf6CgYnDEqIK2nDBokrSFxqOUZigQPJdWpEyBqK74dTKMYp/+lCya7o++g4SdonYEXZiMV"
    "JzycNSLupVGcqClgpsGdQ6QpqIMkk5TiosMnQSZ2HB2dNCh4Iw0cDB2ToQ==",
    0.2843,
)
