"""Renders people on a floor with panda3d's software renderer: no display, no GPU. Pictures with a known floor plan.

The people are ellipsoids with swinging limbs and clothes of many colours. That is enough for an honest silhouette, and
no proof of anything about real people.
"""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("panda3d", reason="needs panda3d, which renders the test crowds")

from direct.showbase.ShowBase import ShowBase
from panda3d.core import (
    AmbientLight,
    CardMaker,
    DirectionalLight,
    Geom,
    GeomNode,
    GeomTriangles,
    GeomVertexData,
    GeomVertexFormat,
    GeomVertexWriter,
    GraphicsOutput,
    NodePath,
    PNMImage,
    Point2,
    Point3,
    Texture,
    Vec3,
    load_prc_file_data,
)

from consentry.core.frames import Image
from consentry.core.geometry import FloorPlan, View, Zone

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZE = (640, 360)
TALL_M = 1.75
"""m, height of the model before it is scaled."""
_SKINS = ((0.93, 0.76, 0.65, 1), (0.8, 0.6, 0.47, 1), (0.55, 0.38, 0.28, 1))
_TROUSERS = ((0.12, 0.13, 0.2, 1), (0.2, 0.2, 0.22, 1), (0.35, 0.3, 0.25, 1), (0.15, 0.2, 0.35, 1))
_HAIR = ((0.08, 0.06, 0.05, 1), (0.25, 0.17, 0.1, 1), (0.5, 0.4, 0.25, 1))
_TRUNK = (
    (0.2, 0.12, 0.32, "top", 0, 1.22),
    (0.17, 0.11, 0.16, "trousers", 0, 0.93),
    (0.055, 0.055, 0.08, "skin", 0, 1.53),
    (0.085, 0.1, 0.12, "skin", 0, 1.64),
    (0.09, 0.105, 0.09, "hair", -0.012, 1.70),
    (0.21, 0.11, 0.09, "top", 0, 1.43),
)
"""Half axes in m, colour, y and z of the middle."""


@cache
def _base() -> Any:
    load_prc_file_data(
        "",
        f"load-display p3tinydisplay\nwindow-type offscreen\naudio-library-name null\n"
        f"win-size {SIZE[0]} {SIZE[1]}\nsync-video 0\ntextures-power-2 none\nnotify-level error",
    )
    return ShowBase(windowType="offscreen")


@cache
def _ball(columns: int = 8, rows: int = 6) -> Any:
    """A sphere of radius 1 without a colour."""
    vertices = GeomVertexData("ball", GeomVertexFormat.get_v3n3(), Geom.UH_static)
    place, normal = GeomVertexWriter(vertices, "vertex"), GeomVertexWriter(vertices, "normal")
    faces = GeomTriangles(Geom.UH_static)
    for row in range(rows + 1):
        for column in range(columns):
            down, round_ = math.pi * row / rows, 2 * math.pi * column / columns
            spot = Vec3(math.sin(down) * math.cos(round_), math.sin(down) * math.sin(round_), math.cos(down))
            place.add_data3(spot)
            normal.add_data3(spot)
            if row < rows:
                a, b = row * columns + column, row * columns + (column + 1) % columns
                faces.add_vertices(a, a + columns, b)
                faces.add_vertices(b, a + columns, b + columns)
    geom = Geom(vertices)
    geom.add_primitive(faces)
    node = GeomNode("ball")
    node.add_geom(geom)
    return node


def _part(parent: Any, axes: tuple[float, float, float], colour: tuple[float, ...], place: tuple[float, ...]) -> Any:
    part = NodePath(_ball().make_copy())
    part.set_color(*colour)
    part.set_scale(*axes)
    part.set_pos(*place)
    part.reparent_to(parent)
    return part


class Person:
    """An articulated figure."""

    def __init__(self, parent: Any, seed: int) -> None:
        chance = random.Random(seed)
        self.root = parent.attach_new_node("person")
        self.root.set_scale(chance.uniform(1.58, 1.88) / TALL_M)
        colours = {
            "skin": chance.choice(_SKINS),
            "top": (*(chance.uniform(0.1, 0.8) for _ in range(3)), 1),
            "trousers": chance.choice(_TROUSERS),
            "hair": chance.choice(_HAIR),
        }
        for a, b, c, colour, y, z in _TRUNK:
            _part(self.root, (a, b, c), colours[colour], (0, y, z))
        self._limbs = [self._side(side, colours) for side in (-1, 1)]
        self._phase = chance.uniform(0, 2 * math.pi)

    def _side(self, side: int, colours: Mapping[str, tuple[float, ...]]) -> tuple[Any, Any, Any, Any, float]:
        hip = self.root.attach_new_node("hip")
        hip.set_pos(0.09 * side, 0, 0.9)
        _part(hip, (0.085, 0.09, 0.25), colours["trousers"], (0, 0, -0.2))
        knee = hip.attach_new_node("knee")
        knee.set_pos(0, 0, -0.43)
        _part(knee, (0.062, 0.07, 0.24), colours["trousers"], (0, 0, -0.2))
        _part(knee, (0.05, 0.13, 0.045), (0.08, 0.08, 0.08, 1), (0, 0.06, -0.43))
        shoulder = self.root.attach_new_node("shoulder")
        shoulder.set_pos(0.23 * side, 0, 1.44)
        _part(shoulder, (0.055, 0.06, 0.17), colours["top"], (0, 0, -0.14))
        elbow = shoulder.attach_new_node("elbow")
        elbow.set_pos(0, 0, -0.29)
        _part(elbow, (0.042, 0.045, 0.14), colours["top"], (0, 0, -0.11))
        _part(elbow, (0.04, 0.045, 0.07), colours["skin"], (0, 0, -0.27))
        return hip, knee, shoulder, elbow, 0.0 if side > 0 else math.pi

    def stand(self, place: tuple[float, float], velocity: tuple[float, float], at: float) -> None:
        """Where and how fast it walks, m and m/s."""
        self.root.show()
        speed = math.hypot(*velocity)
        self.root.set_pos(place[0], place[1], 0)
        if speed > 0.05:
            self.root.set_h(math.degrees(math.atan2(velocity[1], velocity[0])) - 90)
        swing, pace = min(1.0, speed / 1.3) * 32, max(0.4, min(1.6, speed / 1.3))
        for hip, knee, shoulder, elbow, turn in self._limbs:
            a = math.sin(2 * math.pi * 0.95 * at * pace + self._phase + turn)
            hip.set_p(swing * a)
            knee.set_p(-max(0.0, -a) * swing * 1.3 - 4)
            shoulder.set_p(-swing * 0.8 * a)
            elbow.set_p(12 + 0.4 * swing)


@dataclass(frozen=True)
class Camera:
    """Where the camera hangs and looks, m, and how wide it sees, degrees."""

    place: tuple[float, float, float]
    aim: tuple[float, float, float]
    wide: float = 60.0


class Hall:
    """A textured floor, two lamps, a camera, people. One at a time: the renderer is the process's only one."""

    def __init__(self, camera: Camera) -> None:
        self._base = _base()
        self._world = self._base.render.attach_new_node("world")
        self._lights: list[Any] = []
        self._light()
        self._floor()
        lens = self._base.camLens
        lens.set_aspect_ratio(SIZE[0] / SIZE[1])
        lens.set_fov(camera.wide)
        self._base.cam.set_pos(*camera.place)
        self._base.cam.look_at(Point3(*camera.aim))
        self._base.set_background_color(0.7, 0.72, 0.75)
        self._people: dict[int, Person] = {}
        self._picture = Texture()
        self._base.win.clear_render_textures()
        self._base.win.add_render_texture(self._picture, GraphicsOutput.RTM_copy_ram)
        self._chance = np.random.default_rng(5)

    def _light(self) -> None:
        ambient, sun = AmbientLight("ambient"), DirectionalLight("sun")
        ambient.set_color((0.55, 0.55, 0.57, 1))
        sun.set_color((0.6, 0.6, 0.55, 1))
        self._lights = [self._world.attach_new_node(light) for light in (ambient, sun)]
        self._lights[1].set_hpr(40, -50, 0)
        for light in self._lights:
            self._world.set_light(light)

    def _floor(self) -> None:
        chance = random.Random(0)
        image = PNMImage(128, 128)
        for y in range(128):
            for x in range(128):
                grey = 0.55 + 0.04 * ((x // 32 + y // 32) % 2) + chance.uniform(-0.02, 0.02)
                image.set_xel(x, y, grey, grey * 0.98, grey * 0.95)
        texture = Texture()
        texture.load(image)
        card = CardMaker("floor")
        card.set_frame(-25, 25, -25, 25)
        card.set_uv_range((0, 0), (12, 12))
        floor = self._world.attach_new_node(card.generate())
        floor.set_p(-90)
        floor.set_texture(texture)
        floor.set_light_off()

    def picture(self, people: Mapping[int, tuple[tuple[float, float], tuple[float, float]]], at: float) -> Image:
        """Render who stands where (number: place in m, velocity in m/s), with a sensor's noise of 3 grey levels."""
        for number, person in self._people.items():
            if number not in people:
                person.root.hide()
        for number, (place, velocity) in people.items():
            if number not in self._people:
                self._people[number] = Person(self._world, number)
            self._people[number].stand(place, velocity, at)
        self._base.graphicsEngine.render_frame()
        raw = np.frombuffer(self._picture.get_ram_image(), np.uint8).reshape(SIZE[1], SIZE[0], -1)[::-1, :, :3]
        noise: NDArray[np.float32] = self._chance.normal(0, 3, (SIZE[1], SIZE[0], 1)).astype(np.float32)
        return np.clip(raw + noise, 0, 255).astype(np.uint8)

    def seen(self, x: float, y: float, z: float = 0.0) -> tuple[float, float]:
        """Where a point in m is in the picture, fractions."""
        point = Point2()
        self._base.camLens.project(self._base.cam.get_relative_point(self._base.render, Point3(x, y, z)), point)
        return (point.x + 1) / 2, (1 - point.y) / 2

    def view(self, metres: tuple[tuple[float, float], ...]) -> View:
        """How the camera looks at its place, by four points of the floor."""
        plan = FloorPlan(tuple(self.seen(*spot) for spot in metres), metres)
        return View(aspect=SIZE[0] / SIZE[1], floor=plan)

    def zone(self, name: str, box: tuple[float, float, float, float]) -> Zone:
        """A rectangle of the floor (left, lower, right, upper in m) as a zone of the picture."""
        left, low, right, high = box
        spots = ((left, low), (right, low), (right, high), (left, high))
        return Zone(name, tuple(self.seen(*spot) for spot in spots))

    def close(self) -> None:
        """Take everything down."""
        for light in self._lights:
            self._world.clear_light(light)
        self._world.remove_node()
