"""What people do to cameras, done to real pictures. Every deed takes effect over half a second and shows noise.

A deed is a function of a picture (uint8, H x W x 3) and the seconds since it began; before that it is not called.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from consentry.core.frames import Frame, Image

Deed = Callable[[Image, float], Image]
GROWS_S = 0.5
"""s in which a hand, a cloth or a bag comes over the lens."""


@cache
def _noise(shape: tuple[int, ...], sigma: float, size: float, seed: int = 7) -> NDArray[np.float32]:
    """Normal noise (H, W, 1) of a standard deviation, smoothed over ``size`` px."""
    field = np.random.default_rng(seed).normal(0, 1, shape[:2]).astype(np.float32)
    if size > 0:
        field = cv2.GaussianBlur(field, (0, 0), size)
    return (field * (sigma / max(float(field.std()), 1e-6)))[..., None]


def _grain(shape: tuple[int, ...], seconds: float) -> NDArray[np.float32]:
    """A sensor's noise, another one in every picture."""
    return np.roll(_noise(shape, 2.0, 0.0), (int(seconds * 997) % shape[0], int(seconds * 613) % shape[1]), (0, 1))


def _whole(values: NDArray[np.floating]) -> Image:
    return np.clip(values, 0, 255).astype(np.uint8)


def _over(colour: tuple[float, float, float], sigma: float, size: float, reach: float = 1.0) -> Deed:
    """Something out of focus comes over the lens from the left, up to ``reach`` of the width."""

    def deed(image: Image, seconds: float) -> Image:
        shape = image.shape
        edge = shape[1] * reach * min(seconds / GROWS_S, 1.0)
        cover = (1 / (1 + np.exp((np.arange(shape[1], dtype=np.float32) - edge) / 8)))[None, :, None]
        if reach == 1.0 and seconds >= GROWS_S:
            cover = np.ones_like(cover)
        stuff = np.array(colour, np.float32) + _noise(shape, sigma, size) + _grain(shape, seconds)
        return _whole(image * (1 - cover) + stuff * cover)

    return deed


def _blur(sigma: float, ramp_s: float) -> Deed:
    """The focus is turned, ``sigma`` px in the end."""

    def deed(image: Image, seconds: float) -> Image:
        now = sigma * min(seconds / ramp_s, 1.0)
        return _whole(cv2.GaussianBlur(image, (0, 0), now) + _grain(image.shape, seconds)) if now > 0.1 else image

    return deed


def _pan(share: float, ramp_s: float) -> Deed:
    """The camera turns by a share of the width; what comes in is the picture's other side, mirrored."""

    def deed(image: Image, seconds: float) -> Image:
        shift = round(image.shape[1] * share * min(seconds / ramp_s, 1.0))
        if shift == 0:
            return image
        wide = cv2.copyMakeBorder(image, 0, 0, 0, shift, cv2.BORDER_REFLECT)
        return np.ascontiguousarray(wide[:, shift:])

    return deed


def _light(gain: float, ramp_s: float = 0.2) -> Deed:
    """All light changes by a factor."""

    def deed(image: Image, seconds: float) -> Image:
        now = gain ** min(seconds / ramp_s, 1.0)
        return _whole(image * np.float32(now) + _grain(image.shape, seconds))

    return deed


def _spray(share: float) -> Deed:
    """Opaque blots, more and more of them in a second, out of focus."""

    def deed(image: Image, seconds: float) -> Image:
        field = _noise(image.shape, 1.0, 18.0, seed=3)
        limit = float(np.quantile(field[::4, ::4], 1 - share * min(seconds, 1.0)))
        cover = 1 / (1 + np.exp(-(field - limit) * 12))
        return _whole(image * (1 - cover) + (60 + _grain(image.shape, seconds)) * cover)

    return deed


def _smear(image: Image, seconds: float) -> Image:
    """Grease: most of the light is scattered over some px, and some over the whole picture."""
    share = 0.85 * min(seconds / GROWS_S, 1.0)
    soft = cv2.GaussianBlur(image, (0, 0), 7.0).astype(np.float32) * 0.8 + float(image.mean()) * 0.2
    return _whole(image * (1 - share) + soft * share + _grain(image.shape, seconds))


def _glare(image: Image, seconds: float) -> Image:
    """A lamp shines into the lens: white in the middle, a veil everywhere."""
    y, x = np.ogrid[: image.shape[0], : image.shape[1]]
    far = np.hypot((x / image.shape[1] - 0.5) * 1.6, y / image.shape[0] - 0.45)
    shine = (60 + 600 * np.exp(-((far / 0.25) ** 2))).astype(np.float32)[..., None]
    return _whole(image + shine * min(seconds / GROWS_S, 1.0) + _grain(image.shape, seconds))


def _truck(image: Image, seconds: float) -> Image:
    """A striped side fills the view for two seconds."""
    length = image.shape[1] * 5
    front = int((seconds / 2.5) * (length + image.shape[1]))
    x = front - np.arange(image.shape[1])
    there = (x >= 0) & (x < length)
    stripe = np.where((x // 90) % 2 == 0, 150, 165)[None, :, None] + _grain(image.shape, seconds)
    return np.where(there[None, :, None], _whole(np.broadcast_to(stripe, image.shape)), image)


def _lamp(image: Image, seconds: float) -> Image:
    """One of two lamps goes out for ten seconds: the left darkens to a third, the right by a fifth."""
    if seconds > 10:
        return image
    gain = np.linspace(0.33, 0.8, image.shape[1], dtype=np.float32)[None, :, None]
    return _whole(image * gain + _grain(image.shape, seconds))


DEEDS: dict[str, Deed] = {
    "hand over the lens": _over((105, 125, 165), 9.0, 60.0),
    "grey cloth": _over((120, 120, 120), 6.0, 5.0),
    "black bag": _over((8, 8, 8), 1.5, 20.0),
    "half covered": _over((105, 125, 165), 9.0, 60.0, reach=0.5),
    "three quarters covered": _over((105, 125, 165), 9.0, 60.0, reach=0.75),
    "focus turned": _blur(6.0, 3.0),
    "pushed by 8 %": _pan(0.08, 0.6),
    "turned by 45 %": _pan(0.45, 1.0),
    "lights out": _light(0.04),
    "sprayed to 60 %": _spray(0.6),
    "sprayed to 95 %": _spray(0.95),
    "smeared": _smear,
    "glare": _glare,
}
"""What should be told, and three of which some may be missed."""
ORDINARY: dict[str, Deed] = {
    "a truck for two seconds": _truck,
    "one of two lamps out": _lamp,
    "half of the light out": _light(0.5),
    "light doubled": _light(2.0),
}
"""What should not be told."""


def looped(frames: Sequence[Frame], until: float) -> Iterator[Frame]:
    """The same pictures again and again, their times running on; the loop closes after its mean step."""
    step = (frames[-1].at - frames[0].at) / max(len(frames) - 1, 1)
    length, begin = frames[-1].at - frames[0].at + step, 0.0
    while True:
        for frame in frames:
            at = begin + frame.at - frames[0].at
            if at >= until:
                return
            yield replace(frame, at=at)
        begin += length


def befall(frames: Iterator[Frame], deed: Deed, begin: float, end: float) -> Iterator[Frame]:
    """The deed is done from ``begin`` to ``end``."""
    for frame in frames:
        if begin <= frame.at < end:
            yield replace(frame, image=deed(frame.image, frame.at - begin))
        else:
            yield frame


def frozen(frames: Iterator[Frame], begin: float, end: float) -> Iterator[Frame]:
    """The same picture from ``begin`` to ``end``."""
    last: Frame | None = None
    for frame in frames:
        last = frame if last is None or not begin <= frame.at < end else last
        yield replace(frame, image=last.image.copy())


def dusk(frames: Iterator[Frame], length: float) -> Iterator[Frame]:
    """The light falls evenly in its logarithm to a twentieth in ``length`` s."""
    for frame in frames:
        yield replace(frame, image=_light(0.05 ** min(frame.at / length, 1.0), 1e-6)(frame.image, frame.at + 1e-3))
