"""What lies in the memory of another process of ours (Linux: /proc/PID/mem): every page that it could write to."""

from collections.abc import Mapping
from io import FileIO
from pathlib import Path

CHUNK = 16 << 20
"""bytes read at once."""


def occurrences(pid: int, needles: Mapping[str, bytes]) -> dict[str, int]:
    """How often each needle is there. A needle across two pieces is found as well."""
    found = dict.fromkeys(needles, 0)
    longest = max(map(len, needles.values()))
    with FileIO(f"/proc/{pid}/mem") as memory:
        for begin, end in _writable(pid):
            for place in range(begin, end, CHUNK):
                piece = _read(memory, place, min(place + CHUNK + longest - 1, end))
                for name, needle in needles.items():
                    found[name] += piece.count(needle)
    return found


def _writable(pid: int) -> list[tuple[int, int]]:
    places = []
    for line in Path(f"/proc/{pid}/maps").read_text("utf-8").splitlines():
        span, rights, *_ = line.split()
        if "w" in rights:
            begin, end = (int(part, 16) for part in span.split("-"))
            places.append((begin, end))
    return places


def _read(memory: FileIO, begin: int, end: int) -> bytes:
    try:
        memory.seek(begin)
        return memory.read(end - begin) or b""
    except OSError:  # a guard page
        return b""
