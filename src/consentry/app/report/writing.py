"""From a store to a page on disk."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from consentry.app.report.charts import Chart, charts_of
from consentry.app.report.coverage import coverage_of
from consentry.app.report.page import CameraPart, Page, render, settings_texts
from consentry.app.report.pictures import Embedded, Folder, embed, show
from consentry.app.report.places import places_of
from consentry.app.report.plan import plan
from consentry.app.report.story import CameraStory, Story, gather
from consentry.app.report.summary import summarise
from consentry.app.report.timeline import hazard_colours, story_axes, timeline
from consentry.backends.recorder import still_path
from consentry.core.errors import StorageError
from consentry.ports import EventStore

PAGE = "report.html"
"""Name of the page in the watch's output folder."""


def write_report(store: EventStore, folder: Path, target: Path | None = None) -> Path:
    """Write the report of everything that a store holds; returns where it lies.

    An older page is replaced as a whole or not at all.

    Args:
        store: what was told and seen.
        folder: the watch's output folder, with its stills and clips.
        target: where the page goes; None: ``report.html`` in the folder.

    Raises:
        StorageError: the store cannot be read, or the page cannot be written.
    """
    target = folder / PAGE if target is None else target
    page = render(_page(gather(store), Folder(folder, target)))
    try:
        _replace(target, page.encode("utf-8"))
    except OSError as error:
        raise StorageError(
            f"expected to write the report to {target}, the system said: {error.strerror or error}; "
            "give another file with --output"
        ) from error
    return target


def _replace(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}-")
    new = Path(name)
    try:
        with os.fdopen(number, "wb") as out:
            out.write(content)
        new.chmod(0o644)  # a page is to be read by others, too; mkstemp makes files for oneself
        new.replace(target)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _page(story: Story, folder: Folder) -> Page:
    axes = story_axes(story)
    cameras = tuple(_camera(camera, folder) for camera in story.cameras)
    colours = hazard_colours()
    return Page(
        name="Consentry" if story.site is None else story.site.name,
        zone=story.zone,
        zone_name=str(story.zone),
        models=tuple(dict.fromkeys(watch.models for watch in story.watches)),
        summary=summarise(story, [camera.coverage for camera in cameras], axes),
        timelines=tuple(timeline(story, axis, colours) for axis in axes),
        incidents=story.incidents,
        notices=story.notices,
        shown=show((*story.episodes, *story.notices), folder),
        colours=colours,
        cameras=cameras,
        settings=settings_texts([(watch.number, watch.settings) for watch in story.watches]),
    )


def _camera(camera: CameraStory, folder: Folder) -> CameraPart:
    view = _view(camera, folder)
    rows, columns = places_of(camera)
    return CameraPart(
        coverage=coverage_of(camera),
        plan=plan(camera.settings, view if isinstance(view, Embedded) else None, camera.heat),
        trouble=view if isinstance(view, str) else None,
        charts=tuple(_charts(camera)),
        places=rows,
        columns=columns,
    )


def _view(camera: CameraStory, folder: Folder) -> Embedded | str:
    path = folder.find(still_path(f"view-{camera.name}"))
    if path is None:
        return "No picture of this camera's view was kept."
    made = embed(path)
    return f"The kept picture of the view cannot be shown: {made}." if isinstance(made, str) else made


def _charts(camera: CameraStory) -> Iterator[Chart]:
    for number, (axis, series) in enumerate(camera.sight.lines):
        yield from charts_of(series, axis, f"c{camera.number}a{number}")
