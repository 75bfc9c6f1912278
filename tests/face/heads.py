"""Five landmarks of a head in space, seen by a camera: for tests of what is decided on landmarks alone."""

import numpy as np

SPACE = np.array([[-0.5, 0, 0], [0.5, 0, 0], [0, 0.6, 0.5], [-0.4, 1.1, 0.1], [0.4, 1.1, 0.1]])
"""Eyes, tip of the nose, corners of the mouth; distances between the eyes, the third towards the camera."""
FLAT = SPACE * [1, 1, 0]
"""The same on paper."""


def landmarks(
    yaw: float = 0,
    pitch: float = 0,
    size: float = 60,
    *,
    space: np.ndarray = SPACE,
    at: tuple[float, float] = (300, 200),
) -> np.ndarray:
    """float32 (5, 2), px. Degrees; yaw to the right of the picture (the traveller's left), pitch down; from 9.5
    distances between the eyes, about 60 cm."""
    about_y, about_x = np.deg2rad([yaw, pitch])
    x, y, z = space.T
    x, z = x * np.cos(about_y) + z * np.sin(about_y), z * np.cos(about_y) - x * np.sin(about_y)
    y, z = y * np.cos(about_x) + z * np.sin(about_x), z * np.cos(about_x) - y * np.sin(about_x)
    nearer = 9.5 / (9.5 - z)
    return (np.stack([x * nearer, y * nearer], axis=1) * size + at).astype(np.float32)
