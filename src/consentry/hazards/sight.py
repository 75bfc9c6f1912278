"""A rule's sense of time: it stands still while the camera is blind."""

from consentry.core.scene import Scene, StreamState


class Sight:
    """A rule's time: that of the scenes, less the time for which the camera was blind.

    >>> sight = Sight()
    >>> lost = StreamState.LOST
    >>> scenes = (Scene.empty("c", 0), Scene.empty("c", 5, lost), Scene.empty("c", 9), Scene.empty("c", 10))
    >>> [sight.step(scene) for scene in scenes]
    [0.0, None, 0.0, 1.0]
    """

    def __init__(self) -> None:
        self.now = 0.0
        """The rule's time of the last live scene, s."""
        self.blind_s = 0.0
        """How long the camera was blind just before the last live scene."""
        self._at: float | None = None
        self._blind = False
        self._spared = 0.0

    def step(self, scene: Scene) -> float | None:
        """The rule's time of a scene; None when it shows nothing."""
        if scene.stream is not StreamState.LIVE:
            self._blind = True
            return None
        before = scene.at if self._at is None else self._at
        self.blind_s = scene.at - before if self._blind else 0.0
        self._spared += self.blind_s
        self._blind, self._at = False, max(scene.at, before)
        self.now = self._at - self._spared
        return self.now
