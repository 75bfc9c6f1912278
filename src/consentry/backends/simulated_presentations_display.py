"""A phone, tablet or monitor that shows a face: bezel, tone curve, pixel grid against the sensor, refresh, reflections.

Moire is drawn as what the camera's sampling leaves of the grid of red, green and blue stripes: a wave of each colour
at the grid's own frequency, weakened by the lens and the sensor's aperture, sampled once a pixel. Where the grid is
much finer than the camera's pixels nothing of it is left, as with a telephone of 400 dots an inch an arm's length away;
where both are about alike (a monitor before a full-HD camera) it is strong. The scene's pixels stand for such ones.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from consentry.backends.simulated_presentations_camera import HEIGHT, Picture
from consentry.backends.simulated_presentations_person import Plane
from consentry.backends.simulated_presentations_plane import Homography, places_on

FINE = 1.5
"""px of the drawn display for one px of the scene; its own grid is drawn apart."""


@dataclass(frozen=True, slots=True)
class Display:
    """One display before one camera."""

    grid: float | None
    """Pixels of the display for one px of the scene; None: much too fine to be seen."""
    bands: float
    """Share of light by which the bands of the backlight are darker; 0: it is steady."""
    cycles: float
    """Bands in the height of the picture, set by the backlight's rate and the camera's rolling shutter."""
    drift: float
    """Bands by which they move from frame to frame."""
    contrast: float
    """Exponent of its tone curve against the camera's: above 1, contrast is added."""
    black: float
    """Grey values of its black."""
    tint: tuple[float, float, float]
    """Factors for blue, green and red."""
    bezel: float
    """Width of its frame, as a share of the picture shown."""
    mirror: float
    """Grey values of what its glass throws back."""


def some_display(random: np.random.Generator, *, coarse: bool) -> Display:
    """A display at random: a coarse one whose grid meets the sensor's, or a fine one."""
    return Display(
        grid=float(random.uniform(0.7, 1.6)) if coarse else None,
        bands=float(random.uniform(0.01, 0.06)) if random.random() < 0.7 else 0.0,
        cycles=float(random.uniform(0.8, 6.0)),
        drift=float(random.uniform(0.07, 0.93)),
        contrast=float(random.uniform(1.0, 1.3)),
        black=float(random.uniform(6, 22)),
        tint=(float(random.uniform(1.0, 1.1)), 1.0, float(random.uniform(0.9, 1.0))),
        bezel=float(random.uniform(0.02, 0.09)),
        mirror=float(random.uniform(0, 45)),
    )


def framed(content: Picture, display: Display) -> tuple[Picture, int]:
    """What the display shows, in its frame; and the frame's width, px."""
    toned = 255 * np.power(np.clip(content, 0, 255) / 255, display.contrast) * np.array(display.tint, np.float32)
    shown = np.clip(display.black + toned * (1 - display.black / 255), 0, 255).astype(np.float32)
    width = max(4, int(display.bezel * content.shape[1]))
    whole = cv2.copyMakeBorder(shown, *(width,) * 4, cv2.BORDER_CONSTANT, value=(24, 22, 22))
    return np.asarray(whole, np.float32), width


def lit(seen: Picture, alpha: Plane, display: Display, where: Homography, frame: int) -> Picture:
    """The display's light as the camera takes it: grid, bands of refresh."""
    light = seen
    if display.grid is not None:
        light = np.asarray(light * _grid(display.grid, where), np.float32)
    if display.bands > 0:
        rows = np.arange(HEIGHT, dtype=np.float32) / HEIGHT
        phase = 2 * np.pi * (display.cycles * rows + display.drift * frame)
        light = np.asarray(light * (1 - display.bands * (0.5 + 0.5 * np.cos(phase)))[:, None, None], np.float32)
    return np.asarray(np.where(alpha[..., None] > 0, light, seen), np.float32)


def _grid(grid: float, where: Homography) -> Picture:
    """Factor of the stripes and rows at each px of the scene, float32 (HEIGHT, WIDTH, 3)."""
    across, down = (part * np.float32(grid / FINE) for part in places_on(where))
    # Gaussian lens of 0.25 px and a sensor aperture as wide as a pixel: how much of the wave is left at that frequency.
    left = float(np.exp(-2 * (np.pi * 0.25 * grid) ** 2) * abs(np.sinc(grid)))
    stripes = np.stack([np.cos(2 * np.pi * (across - colour / 3)) for colour in range(3)], axis=-1)
    rows = np.cos(2 * np.pi * down)[..., None]
    # First harmonics of stripes a third as wide as a pixel, and of rows with a gap of a tenth.
    return np.asarray(1 + left * (1.65 * stripes + 0.2 * rows), np.float32)
