"""Presentations at a gate simulated from one portrait: a live person, and attacks of the kinds that cost little.

**They are simulations, not artefacts of the real world** (ISO/IEC 30107-3 asks for real ones): no printer, screen,
glass, hand or camera took part. They are good for testing code, for telling which cue can see what, and for noticing
when a cue gets worse. Error rates measured with them say nothing about a particular camera, printer or attacker.

The same kind, portrait, seed and number of frames give the same pictures.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from consentry.backends import simulated_presentations_display as displays
from consentry.backends import simulated_presentations_paper as papers
from consentry.backends.simulated_presentations_camera import (
    HEIGHT,
    PERIOD,
    WIDTH,
    Camera,
    Picture,
    Wander,
    drawn_wall,
    laid_over,
    recoded,
)
from consentry.backends.simulated_presentations_person import Person, Pose, cut_out, mirrored, posed
from consentry.backends.simulated_presentations_plane import Hands, homography, seen_flat
from consentry.core.frames import Image

BONA_FIDE = "bona fide"
Motion = Callable[[float], Pose]
"""How a head is held at a time, s after the first frame."""
Presentation = tuple[tuple[float, Image], ...]
"""Times of capture, s, and pictures, in order."""
_Scenes = Iterator[Picture]


def present(kind: str, portrait: Image, seed: int, frames: int) -> Presentation:
    """Pictures of one presentation, as a camera at a gate would take them.

    Args:
        kind: one of ``KINDS``.
        portrait: a frontal photograph before an even wall.
        seed: of everything that differs from one presentation to the next.
        frames: how many pictures.

    Raises:
        ValueError: the kind is unknown.
        MalformedError: the portrait shows no face.
    """
    return present_moving(kind, portrait, seed, frames, None)


def present_moving(kind: str, portrait: Image, seed: int, frames: int, motion: Motion | None) -> Presentation:
    """The same with a motion of the head given: of the live person, or of the person in a replayed or injected video.

    Args:
        kind: one of ``KINDS``; a photograph does not move its head, whatever is given.
        portrait: a frontal photograph before an even wall.
        seed: of everything else.
        frames: how many pictures.
        motion: of the head; None: somebody who stands and waits, and blinks now and then.

    Raises:
        ValueError: the kind is unknown.
        MalformedError: the portrait shows no face.
    """
    return tuple(presenting(kind, portrait, seed, frames, motion))


def presenting(
    kind: str, portrait: Image, seed: int, frames: int, motion: Motion | None
) -> Iterator[tuple[float, Image]]:
    """The same, picture by picture: ``motion`` is asked anew for each, so a simulated person can read a screen.

    Args:
        kind: one of ``KINDS``.
        portrait: a frontal photograph before an even wall.
        seed: of everything else.
        frames: how many pictures.
        motion: of the head.

    Raises:
        ValueError: the kind is unknown.
        MalformedError: the portrait shows no face.
    """
    if kind not in _SCENES and kind not in _INJECTED:
        raise ValueError(f"expected a kind of presentation of {', '.join(KINDS)}; came {kind!r}")
    random = np.random.default_rng([seed, *kind.encode()])
    times = [number * PERIOD for number in range(frames)]
    scene, camera = _SCENES.get(kind, _live), Camera(random)
    wanted = frames if kind not in _INJECTED else min(frames, _INJECTED[kind](random))
    taken: list[Image] = []
    for at, one in zip(times, scene(portrait, random, times[:wanted], motion or _waiting(random)), strict=False):
        taken.append(camera.take(one))
        if kind not in _INJECTED:
            yield at, taken.pop()
    for number, at in enumerate(times if kind in _INJECTED else ()):
        picture = taken[number % wanted]
        yield at, recoded(picture, int(random.integers(70, 97))) if kind == "re-encoded still" else picture


def _waiting(random: np.random.Generator) -> Motion:
    """Somebody who looks into a camera: small turns, sway, breath, a blink every 1.5 to 4 s."""
    turn, nod, lean, right, down = (Wander(random, 0.1, 0.6) for _ in range(5))
    reach, breath = random.uniform(2, 6), random.uniform(0.2, 0.35)
    blinks = np.cumsum([random.uniform(0.3, 1.8), *random.uniform(1.5, 4, 40)])

    def motion(seconds: float) -> Pose:
        nearest = float(np.abs(blinks - seconds).min())
        return Pose(
            yaw=float(reach * turn.at(seconds)),
            pitch=float(0.6 * reach * nod.at(seconds)),
            roll=1.0 * lean.at(seconds),
            right=0.07 * right.at(seconds),
            down=0.04 * down.at(seconds),
            size=1 + 0.006 * float(np.sin(2 * np.pi * breath * seconds)),
            lids=float(np.clip(1.4 - nearest / 0.1, 0, 1)),  # shut for 80 ms, 0.28 s from open to open
        )

    return motion


def _unit(random: np.random.Generator) -> float:
    """Between the eyes, px: a face 130 to 180 px wide, as a gate's camera sees it."""
    return float(random.uniform(58, 80))


def _standing(person: Person, random: np.random.Generator) -> tuple[float, float]:
    """Where the middle of the face is, so that the portrait's lower edge is the picture's."""
    below = person.picture.shape[0] - float(person.centre[1])
    return WIDTH / 2 + float(random.uniform(-60, 60)), HEIGHT - below


def _live(portrait: Image, random: np.random.Generator, times: list[float], motion: Motion) -> _Scenes:
    person, wall = cut_out(portrait, _unit(random)), drawn_wall(random)
    place = _standing(person, random)
    for at in times:
        yield laid_over(wall, *posed(person, motion(at), place, (WIDTH, HEIGHT)))


def _print(portrait: Image, random: np.random.Generator, times: list[float], _motion: Motion) -> _Scenes:
    yield from _sheet(portrait, random, times, None)


def _halftone(portrait: Image, random: np.random.Generator, times: list[float], _motion: Motion) -> _Scenes:
    yield from _sheet(portrait, random, times, float(random.uniform(2.4, 4.5)))


def _sheet(portrait: Image, random: np.random.Generator, times: list[float], dots: float | None) -> _Scenes:
    unit, wall = _unit(random), drawn_wall(random)
    sheet = papers.printed(cut_out(portrait, unit * papers.FINE), random, dots)
    hands, place, lamp = Hands(random, unit), _before(random), _lamp(random)
    for at in times:
        tilt = hands.at(at)
        where = homography(sheet.marks[:4].mean(axis=0), 1 / papers.FINE, unit, place, tilt)
        seen, alpha = seen_flat(sheet.picture, sheet.alpha, where)
        # A lamp's mirror image moves by twice the tilt.
        shine = papers.highlight(sheet.gloss, (lamp[0] + 12 * tilt.yaw, lamp[1] - 12 * tilt.pitch), 0.9 * unit)
        yield laid_over(wall, np.asarray(seen + shine, np.float32), alpha)


def _before(random: np.random.Generator) -> tuple[float, float]:
    """Where the face of a thing held up is, px."""
    return WIDTH / 2 + float(random.uniform(-50, 50)), HEIGHT * float(random.uniform(0.48, 0.6))


def _lamp(random: np.random.Generator) -> tuple[float, float]:
    return WIDTH / 2 + float(random.uniform(-120, 120)), HEIGHT / 2 + float(random.uniform(-120, 60))


def _cut_eyes(portrait: Image, random: np.random.Generator, times: list[float], motion: Motion) -> _Scenes:
    """A print with holes: an attacker's eyes behind it, darker, a little further away, blinking."""
    unit, wall = _unit(random), drawn_wall(random)
    sheet = papers.without_eyes(papers.printed(cut_out(portrait, unit * papers.FINE), random, None))
    behind = mirrored(cut_out(portrait, unit))
    hands, place = Hands(random, unit), _before(random)
    eyes = behind.centre - behind.marks[:2].mean(axis=0)
    for at in times:
        tilt = hands.at(at)
        where = homography(sheet.marks[:2].mean(axis=0), 1 / papers.FINE, unit, place, tilt)
        seen, alpha = seen_flat(sheet.picture, sheet.alpha, where)
        own = replace(motion(at), right=tilt.right / unit, down=tilt.down / unit)
        head, there = posed(behind, own, (place[0] + float(eyes[0]), place[1] + float(eyes[1])), (WIDTH, HEIGHT))
        yield laid_over(laid_over(wall, np.asarray(head * 0.75, np.float32), there), seen, alpha)


def _curved_mask(portrait: Image, random: np.random.Generator, times: list[float], motion: Motion) -> _Scenes:
    """A photograph cut to the face, bent around the wearer's head, which moves and blinks as heads do."""
    unit, wall = _unit(random), drawn_wall(random)
    mask = papers.cut_to_face(papers.printed(cut_out(portrait, unit * papers.FINE), random, None))
    wearer = mirrored(cut_out(portrait, unit))
    place, radius = _standing(wearer, random), float(random.uniform(1.2, 1.5))
    anchor, tall = mask.marks[[0, 1, 3, 4]].mean(axis=0), Hands(random, unit)
    for at in times:
        own = motion(at)
        head, there = posed(wearer, own, place, (WIDTH, HEIGHT))
        slip = replace(tall.at(0), yaw=0, pitch=own.pitch, roll=own.roll, right=own.right * unit, down=own.down * unit)
        where = homography(anchor, own.size / papers.FINE, unit, place, slip)
        yield laid_over(laid_over(wall, head, there), *papers.bent(mask, own.yaw, where, radius))


def _screen(portrait: Image, random: np.random.Generator, times: list[float], _motion: Motion) -> _Scenes:
    yield from _shown(portrait, random, times, None, coarse=True)


def _fine_screen(portrait: Image, random: np.random.Generator, times: list[float], _motion: Motion) -> _Scenes:
    yield from _shown(portrait, random, times, None, coarse=False)


def _video(portrait: Image, random: np.random.Generator, times: list[float], motion: Motion) -> _Scenes:
    yield from _shown(portrait, random, times, motion, coarse=bool(random.random() < 0.5))


def _shown(
    portrait: Image, random: np.random.Generator, times: list[float], motion: Motion | None, *, coarse: bool
) -> _Scenes:
    """A display held up: the portrait as it is, or the person moving before the portrait's wall."""
    unit, wall, display = _unit(random), drawn_wall(random), displays.some_display(random, coarse=coarse)
    person, hands, place, lamp = (
        cut_out(portrait, unit * displays.FINE),
        Hands(random, unit),
        _before(random),
        _lamp(random),
    )
    size = person.picture.shape[1::-1]
    centre = (float(person.centre[0]), float(person.centre[1]))
    backdrop = np.full_like(person.picture, np.median(person.picture[: size[1] // 8], axis=(0, 1)))
    for number, at in enumerate(times):
        still = motion is None
        content = person.picture if motion is None else laid_over(backdrop, *posed(person, motion(at), centre, size))
        picture, frame = displays.framed(content, display)
        where = homography(person.centre + np.float32(frame), 1 / displays.FINE, unit, place, hands.at(at))
        seen, alpha = seen_flat(picture, np.ones(picture.shape[:2], np.float32), where)
        light = displays.lit(seen, alpha, display, where, number)
        shine = papers.highlight(display.mirror, lamp, (1.2 if still else 1.0) * unit)
        yield laid_over(wall, np.asarray(light + shine, np.float32), alpha)


_SCENES: dict[str, Callable[[Image, np.random.Generator, list[float], Motion], _Scenes]] = {
    BONA_FIDE: _live,
    "print": _print,
    "halftone print": _halftone,
    "cut eyes": _cut_eyes,
    "curved mask": _curved_mask,
    "screen": _screen,
    "fine screen": _fine_screen,
    "video replay": _video,
}
_INJECTED: dict[str, Callable[[np.random.Generator], int]] = {
    "injected still": lambda _random: 1,
    "re-encoded still": lambda _random: 1,
    "injected loop": lambda random: int(random.integers(4, 9)),
}
"""Pictures of a live person put in instead of the camera's, and how many of them before they come again."""
KINDS = (*_SCENES, *_INJECTED)
"""What can be simulated: bona fide first, then attacks by instrument (PAI species of ISO/IEC 30107-3)."""
