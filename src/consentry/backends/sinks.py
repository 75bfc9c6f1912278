"""Where alarms go besides the store: one JSON object a line."""

import json
from typing import TextIO

from consentry.core.errors import StorageError
from consentry.core.events import Alarm, Incident


def as_json(alarm: Alarm) -> dict[str, object]:
    """An alarm in the shape of one line: the keys of docs/commands.md, in that order."""
    return {
        "hazard": alarm.hazard,
        "camera": alarm.camera,
        "place": alarm.place,
        "episode": alarm.episode,
        "state": alarm.state.value,
        "at": round(alarm.at, 3),
        "tracks": list(alarm.tracks),
        "score": round(alarm.score, 3),
        "why": alarm.why,
    }


class JsonLines:
    """Writes each alarm as one line, at once."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def report(self, alarm: Alarm, _incident: Incident, /) -> None:
        """Write one line.

        Raises:
            StorageError: the stream is closed or full.
        """
        try:
            self._stream.write(json.dumps(as_json(alarm), ensure_ascii=False) + "\n")
            self._stream.flush()
        except (OSError, ValueError) as error:
            raise StorageError(f"expected to write an alarm as a line of JSON, the stream said: {error}") from error
