"""Pixel facts of one face, or of two frames of it, that the cues in ``face`` decide on. Each is a plain number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.core.frames import Image
from consentry.face.attack_screen import Bands
from consentry.face.sample import FaceSample, Landmarks

Grey = NDArray[np.float32]
"""float32, H x W, 0-255."""
_PATTERN = 128
"""px, side of the square whose spectrum is looked at, at the picture's own size: scaling would make patterns of its
own or lose them."""
_SMALLEST = 80.0
"""px, width of a face below which the square shows more of its surroundings than of it."""
_LOW, _HIGH = 0.1, 0.5
"""Cycles a px. Below, faces themselves are strong; above lies nothing."""
_DOUBLED = 0.4
"""Cycles a px likewise, along rows and columns, where a codec repeated values: that leaves a pattern near 0.5."""
_STEPS = 0.7
"""Share of the larger steps below which the smaller ones show that values were repeated; of noise it is above 0.9."""
_FIELD = 96
"""px, side of the field on which bands are measured."""
_EDGE = 4.0
"""Grey values a px: where it is steeper, motion changes more than light does."""
_COLUMNS = (slice(0, 30), slice(33, 63), slice(66, 96))
"""Of the field: left of the face, in it, right of it."""
_WINDOW = (96, 128)
"""px, width and height of what is compared for repetition, at the picture's own size."""
_BLOCK = 8
"""px, as JPEG's."""
_EYE = (40, 24)
"""px of an eye cut out, 0.7 by 0.42 distances between the eyes."""
_EYES_APART = 24.0
"""px between the eyes below which lids cannot be told from noise."""


def pattern_peak(sample: FaceSample) -> float | None:
    """The strongest regular pattern in the face: log10 of power above the median at that fineness; None: too small.

    Looked for in the light and in the difference of red and blue, where a display's stripes show by their colours.
    """
    rows, columns = sample.image.shape[:2]
    if sample.width < _SMALLEST or min(rows, columns) < _PATTERN:
        return None
    across, down = sample.landmarks[[0, 1, 3, 4]].mean(axis=0)
    left = int(np.clip(across - _PATTERN / 2, 0, columns - _PATTERN))
    top = int(np.clip(down - _PATTERN / 2, 0, rows - _PATTERN))
    part = sample.image[top : top + _PATTERN, left : left + _PATTERN].astype(np.float32)
    light = part @ np.array([0.114, 0.587, 0.299], np.float32)  # the weights by which codecs part light from colour
    colour = part[..., 2] - part[..., 0]
    return max(_peak(light, _RINGS), _peak(colour, _COARSE_RINGS if _doubled(colour) else _RINGS))


def _doubled(plane: NDArray[np.floating]) -> bool:
    """Whether a codec kept this plane at half the size and repeated each value: steps come at every second pixel."""
    for across in (plane, plane.T):
        step = np.abs(np.diff(across, axis=1)).mean(axis=0)
        even, odd = float(step[::2].mean()), float(step[1::2].mean())
        if min(even, odd) < _STEPS * max(even, odd):
            return True
    return False


def _peak(plane: NDArray[np.floating], rings: "_Rings") -> float:
    detail = plane - cv2.GaussianBlur(plane, (0, 0), 4)
    power = np.log10(np.abs(np.fft.rfft2(detail * _HANN)) ** 2 + 1e-3).ravel()
    return rings.highest(power)


@dataclass(frozen=True, slots=True, eq=False)
class _Rings:
    """Places of the spectrum by fineness, one row a ring: sorted at once they take a third of the time."""

    places: NDArray[np.intp]
    """(rings, most places), filled up with the place behind the spectrum's last."""
    counts: NDArray[np.intp]

    @classmethod
    def of(cls, rings: list[NDArray[np.intp]], behind: int) -> "_Rings":
        counts = np.array([len(ring) for ring in rings])
        places = np.full((len(rings), int(counts.max())), behind)
        for row, ring in zip(places, rings, strict=True):
            row[: len(ring)] = ring
        return cls(places, counts)

    def highest(self, power: NDArray[np.floating]) -> float:
        """How far any place stands above the median of its ring."""
        # What fills a ring up comes last.
        ordered, row = np.sort(np.append(power, np.float32(np.inf))[self.places], axis=1), np.arange(len(self.counts))
        middle = (ordered[row, (self.counts - 1) // 2] + ordered[row, self.counts // 2]) / 2
        return float((ordered[row, self.counts - 1] - middle).max())


def _rings(finest: float) -> _Rings:
    """Places of the spectrum by fineness, without those where JPEG's own blocks show: multiples of 1/8 on the axes.

    Args:
        finest: cycles a px along a row or a column.
    """
    down, across = np.fft.fftfreq(_PATTERN)[:, None], np.fft.rfftfreq(_PATTERN)[None]
    wide = 1.6 / _PATTERN  # the window smears a line over one and a half places
    blocks = [np.abs(part - np.round(part * 8) / 8) < wide for part in (across, down)]
    jpeg = ((np.abs(across) < wide) & blocks[1]) | ((np.abs(down) < wide) & blocks[0])
    kept = ~jpeg & (np.maximum(np.abs(across), np.abs(down)) <= finest)
    fineness = np.floor(np.hypot(across, down) * _PATTERN)
    rings = [(fineness == ring) & kept for ring in range(int(_LOW * _PATTERN), int(_HIGH * _PATTERN))]
    return _Rings.of([np.flatnonzero(ring) for ring in rings if ring.any()], fineness.size)


_HANN = np.outer(np.hanning(_PATTERN), np.hanning(_PATTERN)).astype(np.float32)
_RINGS, _COARSE_RINGS = _rings(_HIGH), _rings(_DOUBLED)


class Light(NamedTuple):
    """The light around a face, and that at the picture's two edges in the same rows; slopes are worked out once."""

    field: Grey
    """Logarithm, float32 (96, 96), of 1.9 by 1.5 times the face's box."""
    field_slope: Grey
    """Grey values a px."""
    beside: Grey
    """Logarithm, float32 (96, 16), of both edges."""
    beside_slope: Grey


def light_field(image: Image, box: NDArray[np.float32]) -> Light:
    """Measure it.

    Args:
        image: the picture.
        box: px; the same for all frames that are to be compared.
    """
    wide, high = float(box[2] - box[0]), float(box[3] - box[1])
    middle, centre = float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2
    top, bottom = int(max(0, centre - 0.8 * high)), int(min(image.shape[0], centre + 0.8 * high)) + 1
    # Only what is read, and 2 px around it for the blur: a strip of all 1280 px takes 0.1 ms more.
    columns = image.shape[1]
    left = int(np.clip(middle - 0.95 * wide - 2, 0, columns - 1))
    right = int(np.clip(middle + 0.95 * wide + 3, left + 1, columns))
    across, down = _FIELD / (1.9 * wide), _FIELD / (1.5 * high)
    onto = np.array(
        [[across, 0, 48 - (middle - left) * across], [0, down, 48 - (centre - top) * down]],
        np.float32,
    )
    part = _soft(image[top:bottom, left:right])
    field = cv2.warpAffine(part, onto, (_FIELD, _FIELD), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    edge = max(8, columns // 24)
    sides = np.concatenate(
        [_soft(image[top:bottom, : edge + 1])[:, :edge], _soft(image[top:bottom, -edge - 1 :])[:, -edge:]], axis=1
    )
    onto[0] = (16 / sides.shape[1], 0, 0)
    beside = cv2.warpAffine(sides, onto, (16, _FIELD), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return Light(*_light(np.asarray(field, np.float32)), *_light(np.asarray(beside, np.float32)))


def _light(field: Grey) -> tuple[Grey, Grey]:
    across, down = cv2.Sobel(field, cv2.CV_32F, 1, 0), cv2.Sobel(field, cv2.CV_32F, 0, 1)
    return np.asarray(np.log(field + 6), np.float32), np.asarray(cv2.magnitude(across, down) / 8, np.float32)


def _soft(part: Image) -> Grey:
    return np.asarray(cv2.boxFilter(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), cv2.CV_32F, (3, 3)), np.float32)


def bands(before: Light, after: Light) -> Bands | None:
    """Rows that became lighter or darker between two fields of light; None: too little of them is even."""
    change = _change(before.field, after.field, np.maximum(before.field_slope, after.field_slope))
    profiles = [_profile(change[:, columns]) for columns in _COLUMNS]
    pairs = [_common(profiles[one], profiles[other]) for one, other in ((0, 2), (0, 1), (1, 2))]
    known = [pair for pair in pairs if pair is not None]
    if not known:
        return None
    shared, agreement = max(known)
    beside = _change(before.beside, after.beside, np.maximum(before.beside_slope, after.beside_slope))
    room = _common(_mean(profiles), _profile(beside, 4))
    return Bands(max(0.0, shared) ** 0.5, max(0.0, agreement), 0.0 if room is None else room[1])


def _change(before: Grey, after: Grey, slope: Grey) -> Grey:
    """Change of the logarithm of light; NaN where the picture is not even."""
    even = cv2.erode((slope < _EDGE).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.asarray(np.where(even, after - before, np.nan), np.float32)


def _profile(change: Grey, fewest: int = 8) -> Grey:
    """The median of each row, NaN where fewer than so many pixels are even."""
    counted = (~np.isnan(change)).sum(axis=1)
    ordered, row = np.sort(change, axis=1), np.arange(len(change))  # NaN comes last
    middle = (ordered[row, np.maximum(counted - 1, 0) // 2] + ordered[row, counted // 2]) / 2
    return np.asarray(np.where(counted >= fewest, middle, np.nan), np.float32)


def _mean(profiles: list[Grey]) -> Grey:
    """Of the profiles that know a row; NaN where none does."""
    stacked = np.stack(profiles)
    known = (~np.isnan(stacked)).sum(axis=0)
    return np.asarray(np.where(known > 0, np.nansum(stacked, axis=0) / np.maximum(known, 1), np.nan), np.float32)


def _common(one: Grey, other: Grey) -> tuple[float, float] | None:
    """Covariance and correlation of two profiles without their slow change; None: too few rows are known of both."""
    known = ~np.isnan(one) & ~np.isnan(other)
    if known.sum() < 0.4 * _FIELD:
        return None
    place = np.linspace(-1, 1, _FIELD)[known]
    slow = np.stack([np.ones_like(place), place, place**2], axis=1)  # shade that a nod or the exposure moves
    both = np.stack([one[known], other[known]], axis=1)
    both = both - slow @ np.linalg.solve(slow.T @ slow, slow.T @ both)  # 38 rows or more: never singular
    first, second = both.T
    shared = float((first * second).mean())
    return shared, shared / float(np.sqrt((first**2).mean() * (second**2).mean()) + 1e-12)


def window(image: Image, middle: tuple[int, int]) -> Grey:
    """What is compared for repetition, at the picture's own size: float32, at most 128 x 96."""
    rows, columns = image.shape[:2]
    left = int(np.clip(middle[0] - _WINDOW[0] // 2, 0, max(0, columns - _WINDOW[0])))
    top = int(np.clip(middle[1] - _WINDOW[1] // 2, 0, max(0, rows - _WINDOW[1])))
    part = image[top : top + _WINDOW[1], left : left + _WINDOW[0]]
    return np.asarray(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), np.float32)


def difference(one: Grey, other: Grey) -> float:
    """Where two windows differ most, grey values: the 90th percentile of the mean differences of blocks."""
    gap = cv2.absdiff(one, other)
    rows, columns = (max(1, side // _BLOCK) for side in gap.shape)
    ordered = np.sort(cv2.resize(gap, (columns, rows), interpolation=cv2.INTER_AREA), axis=None)
    below, part = divmod(0.9 * (len(ordered) - 1), 1.0)  # between two places, as np.quantile does in 40 us
    low, high = float(ordered[int(below)]), float(ordered[min(int(below) + 1, len(ordered) - 1)])
    return low + (high - low) * part


def eyes(sample: FaceSample) -> NDArray[np.uint8] | None:
    """Both eyes cut out level, the left of the picture first: uint8 (2, 24, 40), grey; None: the face is too small."""
    if sample.eye_distance < _EYES_APART:
        return None
    grey = cv2.cvtColor(_around_eyes(sample.image, sample.landmarks), cv2.COLOR_BGR2GRAY)
    return np.stack([grey[:, : _EYE[0]], grey[:, _EYE[0] :]]).astype(np.uint8)


def usual_eyes(last: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """The median of the last frames' eyes, uint8 (2, 24, 40): sorted, for ``np.median`` takes three times as long."""
    ordered, many = np.sort(np.stack(last), axis=0), len(last)
    return np.asarray((ordered[(many - 1) // 2].astype(np.uint16) + ordered[many // 2]) // 2, np.uint8)


def eye_likeness(usual: NDArray[np.uint8], now: NDArray[np.uint8]) -> float:
    """How much the eyes look as they usually do, 0-1: correlation of that eye which looks more so.

    Args:
        usual: of the last frames, uint8 (2, 24, 40).
        now: of this frame, likewise; landmarks may be off by 4 px across and 3 px down.
    """
    found = [
        float(cv2.matchTemplate(one, other[3:-3, 4:-4], cv2.TM_CCOEFF_NORMED).max())
        for one, other in zip(usual, now, strict=True)
    ]
    return max(0.0, *found)


def _around_eyes(image: Image, marks: Landmarks) -> Image:
    """Both eyes cut out level, side by side: uint8 (24, 80, 3)."""
    line = marks[1] - marks[0]
    scale = _EYE[0] / 0.7 / float(np.hypot(*line))
    turn = scale * line / float(np.hypot(*line))
    cuts = []
    for mark in marks[:2]:
        onto = np.array([[turn[0], turn[1], 0], [-turn[1], turn[0], 0]], np.float32)
        onto[:, 2] = np.array([_EYE[0] / 2, _EYE[1] / 2]) - onto[:, :2] @ mark
        cuts.append(cv2.warpAffine(image, onto, _EYE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
    return np.asarray(np.concatenate(cuts, axis=1), np.uint8)
