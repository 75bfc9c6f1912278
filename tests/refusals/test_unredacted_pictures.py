"""Pictures leave with every head covered, whoever writes them: stills, clips, annotated video, the report.

The day's walk is searched as a whole in ``test_exporting_templates_or_photos``; here each writer by itself, with what
the camera gave beside it, and the list of places in the product that can turn pixels into a file:
who adds one is asked.
"""

import re
from pathlib import Path

import cv2
import pytest

from refusals.searching import pictures_in, where_faces_show
from refusals.walk import Walk
from refusals.weakened import INSTALLED

WRITERS = {
    "stills of alarms": ("out/stills/*intrusion*.jpg", 2),
    "views of cameras": ("out/stills/view-*.jpg", 2),
    "clips of alarms": ("out/clips/*intrusion*.mp4", 2),
    "annotated video": ("out/clips/annotated-*.mp4", 2),
    "the report": ("out/report.html", 1),
    "the measurement's page": ("faces.html", 1),
    "the regulator's pages": ("dossier/*.html", 4),
    "a traveller's codes": ("papers/*.code.png", 1),
}


@pytest.mark.shared
@pytest.mark.usefixtures("mirror")
@pytest.mark.parametrize(("where", "least"), WRITERS.values(), ids=WRITERS)
def test_what_a_writer_wrote_shows_no_face(day: Walk, tmp_path: Path, where: str, least: int) -> None:
    files = {path.name: path.read_bytes() for path in day.folder.glob(where)}
    assert len(files) >= least, "it wrote something"
    assert where_faces_show(files, tmp_path) == {}


@pytest.mark.shared
@pytest.mark.usefixtures("mirror")
def test_the_camera_gave_a_face_in_every_picture(day: Walk, tmp_path: Path) -> None:
    """At the width at which the clips of alarms were kept: else finding none there would show nothing."""
    kept = [
        image
        for path in day.folder.glob("out/clips/a-intrusion*.mp4")
        for image in pictures_in(path.read_bytes(), tmp_path)
    ]
    ((height, width, _),) = {image.shape for image in kept}
    frames = pictures_in((day.folder / "a.mp4").read_bytes(), tmp_path)
    small = [cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA) for frame in frames]
    gave = {str(number): cv2.imencode(".png", frame)[1].tobytes() for number, frame in enumerate(small)}
    assert len(gave) == 20
    assert where_faces_show(gave, tmp_path) == dict.fromkeys(gave, 1)


WRITING = re.compile(
    r"imwrite|imencode|VideoWriter|from_ndarray|\.mux\(|\.save\(|imsave|savefig|write_png|tofile\(|\.to_image\("
)
"""Ways to turn pixels into a file or into what a browser shows."""
REVIEWED = {
    "backends/recorder.py": "takes RedactedFrame alone: stills and clips",
    "app/desk.py": "the officer's page: face and portrait while the transaction lasts, never a file",
    "app/report/pictures.py": "stills that the recorder wrote, smaller",
    "app/report/drawing.py": "plots of numbers",
    "app/document_page/page.py": "document check --html: the officer asks for the portrait of the document before him",
    "backends/simulated_passport.py": "the portrait of a simulated document, in memory",
    "backends/simulated_presentations_camera.py": "a simulated camera's compression, in memory",
    "backends/portrait_worker.py": "the portrait of a document, from one process to another",
    "backends/vault_qr.py": "codes of black and white",
    "backends/qr.py": "codes of black and white",
    "app/journey_face.py": "the demo's camera: live pictures simulated from a portrait that whoever runs it gives",
}
"""Every file of the product that does, and why it may."""


def test_every_place_that_can_write_a_picture_was_looked_at() -> None:
    found = {
        str(path.relative_to(INSTALLED))
        for path in INSTALLED.rglob("*.py")
        if any(WRITING.search(line.partition("#")[0]) for line in path.read_text("utf-8").splitlines())
    }
    assert found - set(REVIEWED) == set(), "whoever adds a place that writes pictures says here why it may"
    assert {"backends/recorder.py", "app/desk.py"} <= found
