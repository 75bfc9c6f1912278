"""A memory of tracks that forgets."""

from collections.abc import Iterator, MutableMapping
from typing import Generic, TypeVar

T = TypeVar("T")


class TrackMemory(MutableMapping[int, T], Generic[T]):
    """What a rule remembers of each track, forgotten when the track ends or was not touched for ``keep_s``.

    A per-track memory that never forgets leaks on a camera that runs for months.

    >>> memory = TrackMemory(keep_s=10)
    >>> memory[7] = "entered"
    >>> memory.forget(at=5, ended=frozenset()), len(memory)
    (None, 1)
    >>> memory.forget(at=16, ended=frozenset()), len(memory)
    (None, 0)
    """

    def __init__(self, keep_s: float) -> None:
        self._keep_s = keep_s
        self._items: dict[int, T] = {}
        self._touched: dict[int, float] = {}
        self._now = 0.0

    def forget(self, at: float, ended: frozenset[int]) -> None:
        """Call once a scene, first: drop ended tracks and those not written for ``keep_s``."""
        self._now = at
        stale = [k for k, touched in self._touched.items() if k in ended or at - touched > self._keep_s]
        for k in stale:
            del self[k]

    def __getitem__(self, key: int) -> T:
        return self._items[key]

    def __setitem__(self, key: int, value: T) -> None:
        self._items[key] = value
        self._touched[key] = self._now

    def __delitem__(self, key: int) -> None:
        del self._items[key]
        del self._touched[key]

    def __iter__(self) -> Iterator[int]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)
