"""Fall: somebody goes down fast and stays down.

::

    upright ──down to half his height within within_s──> sank ──┐
       │                                                        ├──lies, for seconds──> alarm ──stands, or gone──> over
       └──lost by the network where nobody can go──> lost ──────┘
                                                      │ nobody lies there
                                                      └──> nothing

Posture alone is never told: a person must have been seen upright, and to lie within the time that a fall takes. Person
networks mostly lose who lies. So what is doubtful is looked at again (``wishes``): by joints, and by what lies where
nothing lay before. Whoever has no second look to offer gets what boxes alone can tell.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consentry.core.events import Alarm
from consentry.core.geometry import Boxes, View, Zone
from consentry.core.scene import CloserLook, Label, Scene, Wish
from consentry.hazards.posture import HIGH, WIDE_LOW, Stature, around, bearing, covered, flat, reach
from consentry.hazards.rule import EPSILON_S, Danger, Episode, HazardSettings, SceneRule, TrackMemory
from consentry.hazards.words import seconds

_KEEP_S = 4.0
"""s that a track is remembered after it was last seen: longer than ``look_s``."""
_SUNK = 0.3
"""Parts of his height by which the head must have come down: a box that loses its legs behind a desk keeps its top."""
_EDGE = 0.01
"""Boxes nearer than this to the left or right edge of the picture leave it."""
_LAST_ROW = 0.999
"""Fraction of the picture's height that a zone which is drawn down to its edge still holds."""
_LEAST = 0.08
"""Height of a person, of the picture's, below which nothing is told: 29 px of 360, too few for joints."""
_HIDDEN = 0.5
"""Share of his last box that another person's covers when he is lost: he is behind him, not on the floor."""
_NEAR = 1.3
"""Parts of his height that what lies may be from where his feet were: a body's length and a step."""
_NEAR_M = 2.2
"""m, the same with a floor plan."""
_LOOK_EVERY_S, _WATCH_EVERY_S = 0.35, 2.0
"""s between two looks before it is told, and after: a look costs some ten of the person network's."""
_SLOWER, _ENOUGH = 1.5, 4
"""Each look that finds nobody makes the next one wait longer, and after so many of them, 2 s later, a lost track is
given up: who fell then would have taken longer than a fall does."""
_SLOW_S = 20.0
"""s for which it is remembered that somebody lay down slowly: longer than his height is remembered."""
_CASES = 6
"""Doubtful places followed at once: in a crowd tracks are lost by the dozen."""
_HITS = 3
"""Looks that must show somebody lying: one or two may take a bent back or a shadow for him."""
_FRESH = 0.5
"""Share of a lying person's joints that must be where nothing was before, when he is first found: who was lying there
already fell long ago."""
_UNSURE = 0.7
"""The score's factor where joints do not confirm."""
_AREA = 0.05
"""Part of the square of his height that what lies there must cover: a lying body about 0.15, a handbag 0.02."""
_LENGTH = 0.5
"""Parts of his height that it must be long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FallSettings(HazardSettings):
    """Somebody falls and does not get up."""

    seconds: float = 1.0
    """s that somebody must lie before it is told: who stumbles and is up again at once needs nobody, and at 5 looks/s
    it is five looks. KISA's window for falls closes 10 s after the head touches the ground."""
    within_s: float = 1.1
    """s from 0.85 to 0.5 of a person's height within which it is a fall: a body that drops by its own weight takes
    0.2-0.4 for that, the falls acted with care in the shared clips 0.2-1.1, who lies down in 4 s 1.18 (smoothly) to
    1.75 (evenly). Bourke and others (2008, from memory, not checked) found falls faster than 1.3 m/s; this asks for 0.5
    on average, because the lost moments of a track make a fall seem slower."""
    look_s: float = 3.0
    """s after the last upright look within which somebody must be found to lie: the second look answers within that."""
    clear_s: float = 6.0
    """s without anybody lying there before it is cleared: three looks, for one may miss."""


@dataclass(slots=True)
class _Case:
    """A place where somebody may have fallen."""

    number: int
    track: int
    foot: tuple[float, float]
    floor: tuple[float, float] | None
    tall: float
    stature: Stature
    began: float
    """The rule's time at which it became doubtful, s."""
    upright_at: float
    """s UTC of the last upright look."""
    sank: bool
    """Whether he was seen to go down, not only lost."""
    looked: float = float("-inf")
    """s UTC of the last second look."""
    slow: bool = False
    """Whether he lay down slowly: none of our business until he stands again."""
    misses: int = 0
    hits: int = 0
    """Scenes that showed somebody lying."""
    down: float | None = None
    """The rule's time at which he was first seen to lie, s."""
    fell: float = 0.0
    """s that the fall took."""
    seen: float = float("-inf")
    """The rule's time at which he was last seen to lie, s."""
    up: float | None = None
    """The rule's time since which he is seen upright, s."""
    by: str = ""
    sure: bool = False


class Fall(SceneRule):
    """D7: a person in the zone goes down fast and lies for ``seconds``."""

    def __init__(self, camera: str, place: Zone, settings: FallSettings, view: View) -> None:
        super().__init__(camera, place.name)
        self._zone, self._settings, self._view = place, settings, view
        self._bodies: TrackMemory[tuple[Stature, NDArray[np.float32]]] = TrackMemory(_KEEP_S)
        self._cases: list[_Case] = []
        self._next = 0
        self._offset = 0.0
        self._episode = Episode("fall", camera, place.name, settings)
        self.episodes = (self._episode,)

    def forget(self) -> None:
        """Forget every track and every doubt."""
        self._bodies = TrackMemory(_KEEP_S)
        self._cases = []

    def wishes(self, at: float) -> tuple[Wish, ...]:
        """Where to look again in the picture of a time, s UTC: at most one place at once."""
        due = [
            case
            for case in self._cases
            if not case.slow
            and at - case.looked
            >= (_WATCH_EVERY_S if self._told(case) else _LOOK_EVERY_S * _SLOWER**case.misses) - EPSILON_S
        ]
        if not due:
            return ()
        case = min(due, key=lambda one: one.looked)
        box = around(case.foot, case.tall, self._view.aspect)
        return (Wish(f"fall:{self.place}", case.number, box, case.upright_at),)

    def look(self, scene: Scene, now: float) -> tuple[Alarm, ...]:
        """Who goes down, who is lost, and who lies."""
        self._offset = scene.at - now
        # 1. Everybody's height; who sinks or is lost becomes a case.
        people = {int(scene.ids[k]): int(k) for k in np.flatnonzero(scene.labels == Label.PERSON)}
        self._remember(scene, now, people)
        # 2. What boxes and second looks say of each case.
        answers = {look.wish.number: look for look in scene.looks if look.wish.by == f"fall:{self.place}"}
        for case in self._cases:
            self._judge(case, scene, now, people, answers.get(case.number))
        self._cases = [case for case in self._cases if not self._over(case, now)]
        return self._episode.step(scene.at, self._danger(now), now)

    def _remember(self, scene: Scene, now: float, people: dict[int, int]) -> None:
        others = scene.boxes[list(people.values())] if people else np.zeros((0, 4), np.float32)
        held = {case.track for case in self._cases}
        lost = [
            t for t, (s, _) in self._bodies.items() if t not in people and t not in held and s.upright_at() is not None
        ]
        for track in lost:
            stature, box = self._bodies[track]
            edge = box[0] < _EDGE or box[2] > 1 - _EDGE
            if not edge and covered(box, others) < _HIDDEN:
                self._open(track, stature, box, now, sank=stature.sunk() >= _SUNK)
            del self._bodies[track]
        self._bodies.forget(now, frozenset())
        for track, row in people.items():
            kept = next((case.stature for case in self._cases if case.track == track), None)
            stature = kept or (self._bodies[track][0] if track in self._bodies else Stature())
            stature.add(now, scene.boxes[row])
            self._bodies[track] = (stature, scene.boxes[row])
            if track in held:
                case = next(one for one in self._cases if one.track == track)
                case.sank = case.sank or stature.sunk() >= _SUNK
                continue
            high = float(scene.boxes[row, 3] - scene.boxes[row, 1])
            if high <= WIDE_LOW * stature.tall and stature.sunk() >= _SUNK:
                self._open(track, stature, scene.boxes[row], now, sank=True)

    def _open(self, track: int, stature: Stature, box: NDArray[np.float32], now: float, *, sank: bool) -> None:
        foot = (float(box[0] + box[2]) / 2, min(float(box[3]), _LAST_ROW))  # feet below the picture stand at its edge
        upright = stature.upright_at()
        if upright is None or stature.tall < _LEAST or len(self._cases) >= _CASES:
            return
        if not self._zone.contains(np.array([foot], np.float32))[0]:
            return
        self._next += 1
        at = upright + self._offset
        self._cases.append(
            _Case(self._next, track, foot, self._to_floor(foot), stature.tall, stature, now, at, sank=sank)
        )

    def _to_floor(self, point: tuple[float, float]) -> tuple[float, float] | None:
        if self._view.floor is None:
            return None
        x, y = self._view.floor.to_floor(np.array([point], np.float32))[0]
        return float(x), float(y)

    def _near(self, case: _Case, point: tuple[float, float]) -> bool:
        """Whether somebody who stood where the case began can lie at a point."""
        floor = self._to_floor(point)
        if floor is not None and case.floor is not None:
            return float(np.hypot(floor[0] - case.floor[0], floor[1] - case.floor[1])) <= _NEAR_M
        return reach(case.foot, point, self._view.aspect) <= _NEAR * case.tall

    def _judge(self, case: _Case, scene: Scene, now: float, people: dict[int, int], look: CloserLook | None) -> None:
        """Note whether somebody lies at the case's place, and by what that is known."""
        box, risen = self._boxed(case, scene, people)
        by, sure, stands = box, False, False
        if look is not None:
            case.looked = scene.at
            others = scene.boxes[[row for track, row in people.items() if track != case.track]]
            joints, stands = self._joints(case, look, others)
            arrived = self._arrived(case, look)
            sure = bool(joints)
            by = joints or ("" if stands or not case.sank else arrived or box)
        elif case.looked > float("-inf"):
            by = ""  # second looks decide, where there are any
        elif not case.sank:
            by = ""
        if by:
            self._lies(case, now, by, sure=sure)
        elif look is not None:
            case.misses += look.arrived is None
            if stands and not self._told(case):
                case.down, case.hits = None, 0  # he sat up, or it was somebody else
        if risen and not by:
            case.up = now if case.up is None else case.up
        elif not risen:
            case.up = None

    def _lies(self, case: _Case, now: float, by: str, *, sure: bool) -> None:
        if case.down is None:
            fell = case.stature.fell_within(now, case.tall)
            case.slow = case.slow or fell is None or fell > self._settings.within_s + EPSILON_S
            if case.slow or fell is None:
                return
            case.down, case.fell = now, fell
        case.seen, case.by, case.sure, case.misses, case.hits = now, by, sure, 0, case.hits + 1

    def _boxed(self, case: _Case, scene: Scene, people: dict[int, int]) -> tuple[str, bool]:
        """What the boxes at the place say: of somebody who lies, in words, and whether somebody stands there."""
        aspect, lies, stands = self._view.aspect, "", False
        for track, row in people.items():
            left, top, right, bottom = (float(edge) for edge in scene.boxes[row])
            high, wide = bottom - top, (right - left) * aspect
            middle = ((left + right) / 2, bottom)
            if track != case.track and reach(case.foot, middle, aspect) > case.tall / 2:
                continue
            if flat(wide, high, case.tall) and bottom < 1 - _EDGE:
                lies = f"his box has {high / case.tall:.0%} of his height"
            stands = stands or high >= HIGH * case.tall
        return lies, stands

    def _joints(self, case: _Case, look: CloserLook, others: Boxes) -> tuple[str, bool]:
        """What the joints found there say: of somebody who lies, in words, and whether somebody is upright.

        Joints in the midst of another person's box are not asked: two who wrestle share them.
        """
        lies, stands = "", False
        people = () if look.joints is None else look.joints
        for person, fresh in zip(people, [] if look.fresh is None else look.fresh, strict=True):
            held = bearing(person, case.tall, self._view.aspect)
            if held is None or not self._near(case, held.middle) or _inside(held.middle, others):
                continue
            if (held.lies or (held.low and case.sank)) and (case.down is not None or not fresh < _FRESH):
                lies = f"his trunk is {held.lean:.0f} degrees from upright"
            stands = stands or held.upright
        return lies, stands

    def _arrived(self, case: _Case, look: CloserLook) -> str:
        """Whether something the size and shape of a lying body is there that was not before, in words."""
        if look.arrived is None:
            return ""
        left, top, right, bottom = look.arrived
        high, wide = bottom - top, (right - left) * self._view.aspect
        body = look.covers * high * wide >= _AREA * case.tall**2 and max(wide, high) >= _LENGTH * case.tall
        if body and flat(wide, high, case.tall):
            return f"something {wide / case.tall:.1f} heights long lies where nothing lay"
        return ""

    def _told(self, case: _Case) -> bool:
        """Whether the case is past its doubts."""
        lain = 0.0 if case.down is None else case.seen - case.down
        return case.hits >= _HITS and lain >= self._settings.seconds - EPSILON_S

    def _over(self, case: _Case, now: float) -> bool:
        if case.down is not None:
            stood = case.up is not None and now - case.up >= 1.0
            return stood or now - case.seen > self._settings.clear_s + EPSILON_S
        back = case.up is not None
        if case.slow:
            return back or now - case.began > _SLOW_S
        gone = not case.sank and case.misses >= _ENOUGH
        return back or gone or case.misses > 2 * _ENOUGH or now - case.began > self._settings.look_s + EPSILON_S

    def _danger(self, now: float) -> Danger | None:
        lying = [case for case in self._cases if case.seen == now and self._told(case)]
        if not lying:
            return None
        case = min(lying, key=lambda one: one.down or 0.0)
        since = case.down if case.down is not None else now
        score = self._settings.within_s / max(self._settings.within_s + case.fell, 1e-9)
        looked = "" if case.sure else "; joints do not confirm it"
        why = (
            f"somebody in {self.place} went from upright to under half of his height within {seconds(case.fell)}, "
            f"limit {seconds(self._settings.within_s)}, and has lain for {seconds(now - since)}: {case.by}{looked}"
        )
        return Danger(tuple(one.track for one in lying), score if case.sure else score * _UNSURE, why, since=since)


def _inside(point: tuple[float, float], boxes: Boxes) -> bool:
    """Whether a point is in any of the boxes."""
    return bool(np.any((boxes[:, :2] <= point).all(axis=1) & (boxes[:, 2:] >= point).all(axis=1)))
