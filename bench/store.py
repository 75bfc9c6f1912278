"""What the event store takes: alarms kept durably, what is seen, its size for a day of one camera, retention.

Run: ``python bench/store.py [FOLDER]`` (FOLDER on the disk that is meant; it makes a folder of its own there).
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import numpy as np

from consentry.backends.retention import clear
from consentry.backends.store import SqlStore, open_store
from consentry.core.events import Alarm, AlarmState, Incident
from consentry.core.observation import HEAT_SHAPE, HeatMap, Observation, PlaceObservation
from consentry.ports import AlarmQuery

BEGAN = 1_795_000_000.0
STRETCH_S = 5.0
A_DAY = int(86_400 / STRETCH_S)


def alarm(number: int, camera: str = "hall") -> Alarm:
    """An alarm of usual length."""
    at = BEGAN + 9 * number
    why = "track 7 in the zone for 93 s, longer than 20 s; out of sight for 4 s of it"
    state = AlarmState.CLEARED if number % 2 else AlarmState.OPENED
    episode = f"{camera}-loitering-bench-{round(BEGAN) * 1000 + number // 2}"
    return Alarm("loitering", camera, "bench", episode, state, at, (7, 12), 0.62, why)


def tell(store: SqlStore, count: int, camera: str = "hall") -> None:
    """Report alarms one by one, as a watch does."""
    for number in range(count):
        told = alarm(number, camera)
        store.report(told, Incident(f"incident-{told.episode}", told.at, ()))


def seen(number: int) -> Observation:
    """A stretch of a camera with three places."""
    begin = BEGAN + STRETCH_S * number
    places = tuple(
        PlaceObservation(name, people=number % 7 / 3, density=0.123456789, dwell_s=12.4 + number % 50)
        for name in ("bench", "door", "queue")
    )
    return Observation("hall", begin, begin + STRETCH_S, 25, number % 11 / 7, number % 11, places)


def timed(act: Callable[[], object]) -> float:
    """How long it takes, s."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def alarms(folder: Path) -> None:
    """Alarms a second, from one thread and from eight, and the slowest."""
    with open_store(folder / "alarms", create=True) as store:
        store.begin_watch(BEGAN, "", "")
        single = []
        for number in range(2000):
            told = alarm(number)
            single.append(timed(lambda told=told: store.report(told, Incident("i", 0.0, ()))))  # type: ignore[misc]
        print(
            f"alarms, one thread: {len(single) / sum(single):.0f}/s, median {1e3 * float(np.median(single)):.2f} ms, "
        )
        print(
            f"    99 of 100 below {1e3 * float(np.quantile(single, 0.99)):.2f} ms, slowest {1e3 * max(single):.1f} ms"
        )
        threads = [Thread(target=tell, args=(store, 250, f"camera-{k}")) for k in range(8)]

        def together() -> None:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        print(f"alarms, eight threads: {2000 / timed(together):.0f}/s")


def a_day(folder: Path) -> None:
    """A day of one camera: stretches and heat one by one, 200 alarms; then all of it falls due."""
    with open_store(folder / "day", create=True) as store:
        store.begin_watch(BEGAN, "", "")
        heat = HeatMap("hall", np.full(HEAT_SHAPE, 0.01, np.float32))

        def see() -> None:
            for number in range(A_DAY):
                store.observe((seen(number),))

        def warm() -> None:
            for _ in range(2000):
                store.add_heat(heat)

        print(f"observations, one by one: {A_DAY / timed(see):.0f}/s")
        print(f"heat maps added: {2000 / timed(warm):.0f}/s")
        tell(store, 200)
        store.file.shrink_log()
        print(f"a day of one camera (3 places, 200 alarms): {store.file.path.stat().st_size / 1e6:.2f} MB")
        print(f"reading its observations: {1e3 * timed(lambda: store.observations('hall')):.0f} ms")
        limits = {"alarms_days": 1, "evidence_days": 1, "observations_days": 1}
        spent = timed(lambda: clear(store, store.file.path.parent, BEGAN + 10 * 86_400, **limits))
        print(f"retention, all of that day: {1e3 * spent:.0f} ms, {1e3 * spent / A_DAY * 2000:.0f} ms for 2,000 rows")


def many(folder: Path) -> None:
    """Asking among 100,000 alarms."""
    with open_store(folder / "many", create=True) as store:
        with store.file.writing("many alarms") as connection:
            row = (
                "INSERT INTO alarms (hazard, camera, place, episode, state, at, tracks, score, why, incident) "
                "VALUES ('loitering', 'hall', 'bench', ?, ?, ?, '[7]', 0.6, 'track 7 in the zone for 93 s', 'i')"
            )
            states = [state.value for state in AlarmState]
            rows = [(f"e{n // 2}", states[n % 2], BEGAN + 9 * n) for n in range(100_000)]
            connection.exec_driver_sql(row, rows)
        print(f"the newest 100 of 100,000 alarms: {1e3 * timed(lambda: store.alarms(AlarmQuery(limit=100))):.1f} ms")
        wanted = AlarmQuery(camera="elsewhere", hazard="queue")
        print(f"none of 100,000 by camera and hazard: {1e3 * timed(lambda: store.alarms(wanted)):.1f} ms")
        print(f"all of them, one by one: {timed(lambda: sum(1 for _ in store.each(AlarmQuery()))):.2f} s")


def main() -> None:
    """Measure in a folder of its own."""
    where = sys.argv[1] if len(sys.argv) > 1 else None
    with TemporaryDirectory(dir=where) as folder:
        for measure in (alarms, a_day, many):
            measure(Path(folder))


if __name__ == "__main__":
    main()
