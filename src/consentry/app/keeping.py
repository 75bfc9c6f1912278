"""What a watch keeps, and for how long: events in the store, redacted pictures in the recorder, by the settings."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from consentry.app.settings import CameraSettings, Site
from consentry.backends.annotation import Annotator
from consentry.backends.faces import load_face_finder
from consentry.backends.recorder import FileRecorder
from consentry.backends.retention import clear
from consentry.backends.store import open_store
from consentry.core.errors import StorageError
from consentry.touchpoints.annotated import AnnotatedVideo
from consentry.touchpoints.camera import CameraParts
from consentry.touchpoints.evidence import EpisodeEvidence
from consentry.touchpoints.redactor import Redactor


class Keeping:
    """The output folder of one watch."""

    def __init__(self, site: Site, folder: Path, face: str) -> None:
        """Open the folder's store and make sure that pictures can be redacted before any is taken.

        Args:
            site: says how long what is kept.
            folder: made if it is missing.
            face: name of the face finder in the manifest.

        Raises:
            StorageError: the folder cannot be used.
            SupplyError: the face finder is not at hand.
        """
        self._folder, self._retention, self._evidence = folder, site.retention, site.evidence
        self._finder = load_face_finder(face)
        self._recorder = FileRecorder(folder, codec=site.evidence.codec, width=site.evidence.width)
        self.store = open_store(folder, create=True)

    def beside(self, parts: CameraParts) -> CameraParts:
        """The parts of a camera, with evidence."""
        evidence = EpisodeEvidence(
            parts.camera,
            Redactor(self._finder),
            self._recorder,
            lambda episode, still, clip: self.store.attach(episode, still=still, clip=clip),
            before_s=self._evidence.before_s,
            after_s=self._evidence.after_s,
        )
        return replace(parts, evidence=evidence)

    def video(self, camera: CameraSettings, tell: Callable[[float], str]) -> AnnotatedVideo:
        """An annotated, redacted video of a camera.

        Args:
            camera: its settings.
            tell: tells a capture time, s UTC, to people.
        """
        annotator = Annotator(camera.zones(), camera.tripwires(), tell)
        return AnnotatedVideo(camera.name, Redactor(self._finder).redact, annotator, self._recorder)

    def clear(self, now: float, trouble: Callable[[str], None]) -> None:
        """Remove what may no longer be kept (s UTC); what could not be removed is told."""
        kept = self._retention
        try:
            cleared = clear(
                self.store,
                self._folder,
                now,
                alarms_days=kept.alarms_days,
                evidence_days=kept.evidence_days,
                observations_days=kept.observations_days,
            )
        except StorageError as error:
            trouble(f"what fell due could not be removed: {error}")
            return
        for name in (*cleared.refused, *cleared.stuck):
            trouble(f"evidence that fell due could not be removed: {name}")

    def close(self) -> None:
        """Close the store."""
        self.store.close()
