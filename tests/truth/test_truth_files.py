"""The truth itself: times within the clip, places that exist, zones that can be, nothing left unsaid."""

import hashlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from consentry.core.geometry import FloorPlan, Zone, crossing_edges, polygon_area
from consentry.hazards.catalogue import CATALOGUE
from truth.load import load, names

each_clip = pytest.mark.parametrize("name", names())


def test_every_shared_clip_has_a_truth() -> None:
    """The two clips and the four loops."""
    assert names() == ("classroom", "corridor", "one-by-one", "people-doorway", "vtest", "worker-zone")


@each_clip
def test_the_file_is_the_one_that_was_watched(name: str, shared: Path) -> None:
    """Another cut of the clip would have other times."""
    truth = load(name)
    with (shared / "data" / "cctv" / truth.file).open("rb") as clip:
        assert hashlib.file_digest(clip, "sha256").hexdigest() == truth.sha256


@each_clip
def test_times_lie_within_the_clip(name: str) -> None:
    """Begin before end, both while the clip lasts; events of one hazard at one place follow each other."""
    truth = load(name)
    for event in truth.events:
        assert 0 <= event.begin <= event.end <= truth.watched_s + 1e-6, event
        assert event.note
    assert all(0 <= crossing.at < truth.watched_s for crossing in truth.crossings)
    for key in {(e.hazard, e.place) for e in truth.events}:
        events = sorted((e for e in truth.events if (e.hazard, e.place) == key), key=lambda e: e.begin)
        assert all(one.end < later.begin for one, later in pairwise(events)), key


@each_clip
def test_places_are_drawn_inside_the_picture(name: str) -> None:
    """Names unique, corners within 0-1, no edge across another, an area, a floor that can be computed."""
    camera = load(name).camera
    zones, wires = camera.get("zone", []), camera.get("tripwire", [])
    places = [place["name"] for place in [*zones, *wires]]
    assert len(places) == len(set(places))
    points = [p for z in zones for p in z["corners"]] + [p for w in wires for p in (w["start"], w["end"])]
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in points)
    for zone in zones:
        corners = tuple((x, y) for x, y in zone["corners"])
        assert crossing_edges(corners) is None, zone["name"]
        assert polygon_area(np.array(corners)) > 0.001, zone["name"]
    if "floor" in camera:
        plan = FloorPlan(*(tuple((x, y) for x, y in camera["floor"][key]) for key in ("picture", "metres")))
        crowded = {h["place"] for h in camera["hazard"] if CATALOGUE[h["kind"]].needs_crowd}
        for zone in zones:
            if zone["name"] in crowded:
                assert 0.5 < plan.area(Zone(zone["name"], tuple((x, y) for x, y in zone["corners"]))) < 100


@each_clip
def test_every_hazard_is_told_of_or_said_to_be_quiet(name: str) -> None:
    """What is watched for either happens or is known not to, and nothing is told of what is not watched for."""
    truth = load(name)
    camera = truth.camera
    watched = {(h["kind"], h.get("place", camera["name"])) for h in camera["hazard"]}
    happening = {(e.hazard, e.place) for e in truth.events}
    assert happening | truth.quiet == watched
    assert not happening & truth.quiet
    zones = {place["name"] for place in camera.get("zone", [])}
    wires = {place["name"] for place in camera.get("tripwire", [])}
    for hazard, place in watched:
        known = wires if hazard == "line_crossing" else zones | {camera["name"]}
        assert hazard in CATALOGUE
        assert place in known, (hazard, place)
    assert {c.place for c in truth.crossings} <= wires


def test_crossings_in_company_are_one_event() -> None:
    """Fifteen forward crossings of the junction make seven events, four backward ones of the western line three."""
    events = [e for e in load("vtest").events if e.hazard == "line_crossing"]
    assert [e.begin for e in events if e.place == "junction"] == [11.2, 17.1, 35.9, 46.7, 60.7, 72.0, 77.3]
    assert [(e.begin, e.end) for e in events if e.place == "west"] == [(20.0, 22.2), (56.0, 56.0), (72.8, 72.8)]


def test_a_loop_repeats_its_crossings() -> None:
    """Ten loops, ten crossings of the tape."""
    truth = load("worker-zone")
    assert [round(c.at, 2) for c in truth.crossings[:3]] == [2.4, 7.14, 11.88]
    assert len(truth.crossings) == 10
