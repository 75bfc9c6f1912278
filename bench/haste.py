"""Running, panic and tailgating: recall and false alarms on made-up walks, and real footage without a false alarm.

``python -m bench.haste [--shared FOLDER] [--quick]``. The walks are synthetic: straight ways with jitter of the feet,
looks that miss somebody, and tracks that break; whoever wrote the rules wrote them too. They show that the rules hold
under such noise, not how a detector does on people who run.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from consentry.app.settings import parse_site
from consentry.app.wiring import wire
from consentry.core.gates import Authorisation
from consentry.core.geometry import FloorPlan, Tripwire, View, Zone
from consentry.core.scene import Label, Scene
from consentry.evaluation.intervals import binomial_interval, poisson_interval
from consentry.hazards.panic import Panic, PanicSettings
from consentry.hazards.rule import Rule
from consentry.hazards.running import Running, RunningSettings
from consentry.hazards.tailgating import Tailgating, TailgatingSettings
from consentry.touchpoints.camera import CameraListeners, CameraWatch

RATE, JITTER, MISSED, BREAKS = 5.0, 0.03, 0.05, 0.02
"""Looks a second; standard deviation of a foot in body heights; share of looks that miss somebody; share after which a
track has a new number."""
WIDTH_M, DEPTH_M, TALL = 24.0, 13.5, 0.13
"""What the picture shows of the floor, and a person's height in it: 1.75 m."""
VIEW = View(floor=FloorPlan(((0, 0), (1, 0), (1, 1), (0, 1)), ((0, 0), (WIDTH_M, 0), (WIDTH_M, DEPTH_M), (0, DEPTH_M))))
ALL = Zone("all", ((0, 0), (1, 0), (1, 1), (0, 1)))
LINE = Tripwire("line", (0.5, 1.0), (0.5, 0.0))
Places = Callable[[float], NDArray[np.float64]]
"""Time in s to float (n, 2), m; NaN for who is not there."""


@dataclass(frozen=True, slots=True)
class Played:
    """One made-up happening."""

    kind: str
    danger: bool
    places: Places
    seconds: float
    said: tuple[Authorisation, ...] = ()


def scenes(played: Played, noise: np.random.Generator) -> Iterator[Scene]:
    """What a camera would make of it."""
    numbers: dict[int, int] = {}
    fresh, said = 1000, list(played.said)
    for step in range(int(played.seconds * RATE)):
        at = step / RATE
        there = played.places(at)
        jitter = noise.normal(0, JITTER * 1.75, there.shape)
        floor, ids = [], []
        for person, place in enumerate(there + jitter):
            if np.isnan(place).any() or noise.random() < MISSED:
                continue
            if noise.random() < BREAKS / RATE:
                numbers[person], fresh = fresh, fresh + 1
            floor.append(place)
            ids.append(numbers.get(person, person))
        feet = (np.array(floor, np.float64).reshape(-1, 2) / (WIDTH_M, DEPTH_M)).astype(np.float32)
        half = np.array([[0.02, TALL]], np.float32)
        heard = tuple(one for one in said if one.at + 0.3 <= at)
        said = [one for one in said if one.at + 0.3 > at]
        yield Scene(
            camera="cam",
            at=at,
            ids=np.array(ids, np.int64),
            labels=np.full(len(ids), Label.PERSON, np.int16),
            boxes=np.hstack([feet - half, feet + half * (1, 0)]).astype(np.float32),
            feet=feet,
            drift=np.zeros_like(feet),
            floor=np.array(floor, np.float32).reshape(-1, 2),
            velocity=np.zeros_like(feet),
            authorisations=heard,
        )


def straight(start: NDArray[np.float64], velocity: NDArray[np.float64], begin: float = 0.0) -> Places:
    """Stand, then go straight."""
    return lambda at: start + velocity * max(at - begin, 0.0)


def running(noise: np.random.Generator, speed: float, others: int) -> Played:
    """One person at a speed among walkers."""
    start = noise.uniform((1, 1), (WIDTH_M - 1, DEPTH_M - 1), (others + 1, 2))
    angle = noise.uniform(0, 2 * np.pi, others + 1)
    pace = np.concatenate([[speed], noise.normal(1.34, 0.26, others).clip(0.3, 1.9)])
    start[0], angle[0] = (1.0, noise.uniform(3, DEPTH_M - 3)), noise.uniform(-0.2, 0.2)
    velocity = pace[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return Played("running", speed >= 3.0, straight(start, velocity), 7.0)


def panic(noise: np.random.Generator, speed: float, people: int, way: str) -> Played:
    """People who stroll for 6 s and then go at a speed, each within 1.5 s of the first."""
    start = noise.normal((WIDTH_M / 2, DEPTH_M / 2), (2.5, 2.0), (people, 2))
    angle = noise.uniform(0, 2 * np.pi, people)
    stroll = noise.uniform(0, 1.3, (people, 1)) * np.column_stack([np.cos(angle), np.sin(angle)]) * 0.5
    delay = noise.uniform(0, 1.5, (people, 1))
    turned = start + stroll * (6 + delay)
    out = turned - turned.mean(axis=0)
    heading = out / np.hypot(*out.T)[:, None] if way == "apart" else np.tile([1.0, 0.0], (people, 1))
    pace = speed * noise.uniform(0.85, 1.15, (people, 1))

    def places(at: float) -> NDArray[np.float64]:
        there: NDArray[np.float64] = start + stroll * np.minimum(at, 6 + delay)
        return there + heading * pace * np.maximum(at - 6 - delay, 0)

    return Played("panic", speed >= 2.8, places, 12.0)


def tailgating(noise: np.random.Generator, people: int, *, follower: bool) -> Played:
    """People through a gate, each let in 1 to 4 s before; one perhaps with somebody behind him. Clocks off by 1 s."""
    when = 20 + np.cumsum(noise.uniform(3, 9, people))
    said = tuple(Authorisation("G", float(at - noise.uniform(1, 4) + noise.uniform(-1, 1))) for at in when)
    if follower:
        when = np.append(when, when[int(noise.integers(people))] + noise.uniform(0.4, 2.0))
    lane, pace = noise.uniform(5, 8, len(when)), noise.uniform(0.7, 1.5, len(when))

    def places(at: float) -> NDArray[np.float64]:
        x = WIDTH_M / 2 + pace * (at - when)
        return np.where((np.abs(at - when) < 5)[:, None], np.column_stack([x, lane]), np.nan)

    early = Authorisation("G", 0.5)  # so that the gate is known to speak
    return Played("tailgating", follower, places, float(when.max()) + 8, (early, *said))


def rule_of(kind: str) -> Rule:
    """The rule as it comes."""
    if kind == "running":
        return Running("cam", ALL, RunningSettings(), VIEW)
    if kind == "panic":
        return Panic("cam", ALL, PanicSettings(), VIEW)
    return Tailgating("cam", LINE, TailgatingSettings(gate="G"), VIEW)


def happenings(seed: int, turns: int) -> Iterator[Played]:
    """The set: dangers, and what only looks like them."""
    noise = np.random.default_rng(seed)
    for _ in range(turns):
        yield running(noise, float(noise.uniform(3.0, 5.0)), int(noise.integers(0, 8)))
        yield running(noise, float(noise.uniform(1.2, 2.2)), int(noise.integers(0, 8)))
        for way in ("apart", "one way"):
            yield panic(noise, float(noise.uniform(2.8, 4.0)), int(noise.integers(6, 16)), way)
            yield panic(noise, float(noise.uniform(1.0, 1.9)), int(noise.integers(6, 16)), way)
        yield tailgating(noise, int(noise.integers(1, 6)), follower=True)
        yield tailgating(noise, int(noise.integers(1, 6)), follower=False)


def synthetic(turns: int) -> dict[str, dict[str, object]]:
    """Each rule on its own happenings; the two of haste also on those of the others that are calm."""
    noise, told = np.random.default_rng(7), dict[str, dict[str, object]]()
    counted = {kind: [0, 0, 0, 0] for kind in ("running", "panic", "tailgating")}
    for played in happenings(1, turns):
        seen = list(scenes(played, noise))
        for kind, counts in counted.items():
            if kind != played.kind and (played.danger or kind == "tailgating"):
                continue  # who panics runs: no negative of the other; and no gate lets the others in
            rule = rule_of(kind)
            raised = any(alarm.state == "opened" for scene in seen for alarm in rule.step(scene))
            danger = played.danger and kind == played.kind
            counts[0 if danger else 2] += raised
            counts[1 if danger else 3] += 1
    for kind, (hits, dangers, false, calm) in counted.items():
        told[kind] = {
            "hits": hits, "dangers": dangers, "recall 95 %": binomial_interval(hits, dangers),
            "false": false, "calm": calm, "false 95 %": binomial_interval(false, calm),
        }  # fmt: skip
    return told


SITE = """[[camera]]
name = "{name}"
source = "{source}"
{floor}
[[camera.zone]]
name = "all"
corners = [[0, 0], [1, 0], [1, 1], [0, 1]]
[[camera.hazard]]
kind = "running"
place = "all"
together = true
[[camera.hazard]]
kind = "panic"
place = "all"
"""


def footage(shared: Path) -> dict[str, object]:
    """Clips of people who do not run: seconds watched and what was told."""
    data, truth = shared / "data", Path(__file__).parents[1] / "tests" / "truth"
    clips = [*sorted((data / "cctv").iterdir()), *sorted((data / "fire").glob("*.mp4")), *data.rglob("fall/**/*.mp4")]
    watched, told = 0.0, list[str]()
    for path in clips:
        floor = ""
        site = truth / f"{path.stem}.site.toml"
        if path.stem == "vtest":  # the only plan that covers its whole picture
            floor = "[camera.floor]" + site.read_text("utf-8").partition("[camera.floor]")[2].partition("\n\n")[0]
        text = SITE.format(name=path.stem.replace(".", " "), source=path, floor=floor)
        if floor:
            text = text.replace('place = "all"\n"""', "").replace('kind = "panic"\nplace = "all"', PANIC)
        wired = wire(parse_site(text), lambda: 0.0, (), print)
        (watch,) = wired.watching.watches
        last, raised = [0.0, 0.0], list[str]()

        def see(scene: Scene, _frame: object, last: list[float] = last) -> None:
            last[0], last[1] = last[0] or scene.at, scene.at

        def hear(alarms: object, raised: list[str] = raised, name: str = path.stem) -> None:
            raised += [f"{name}: {one.why}" for one in alarms if one.state == "opened"]  # type: ignore[attr-defined]

        CameraWatch(watch.parts, CameraListeners(hear, see, lambda _seen, _heat: None)).run()
        wired.close()
        watched, told = watched + last[1] - last[0], told + raised
    low, high = poisson_interval(len(told))
    return {
        "clips": len(clips), "seconds": round(watched, 1), "told": told,
        "per hour 95 %": (low / watched * 3600, high / watched * 3600),
    }  # fmt: skip


PANIC = """kind = "panic"
place = "near"
[[camera.zone]]
name = "near"
corners = [[0.05, 0.45], [0.95, 0.45], [0.95, 0.98], [0.05, 0.98]]"""


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, help="folder of shared models and footage")
    parser.add_argument("--quick", action="store_true")
    wanted = parser.parse_args()
    print(json.dumps(synthetic(3 if wanted.quick else 100), indent=1))
    if wanted.shared is not None:
        print(json.dumps(footage(wanted.shared), indent=1))


if __name__ == "__main__":
    main()
