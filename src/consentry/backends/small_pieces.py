"""What is freed in small pieces is written over: the part that ``wiping`` does not reach.

Python keeps pieces of up to 512 bytes in pools of its own, and glibc keeps those of up to 1,032 in a cache of each
thread; neither fills what it takes back. What an immutable ``bytes`` held, or a library's copy of it, such as the
numbers in a pass, lies there until somebody asks for a piece of that size. So we ask: for every size as many pieces as
are likely to lie about, all at once, fill them with zeros, and give them back.

A piece that is in use is not reached, nor one of another thread's cache.
"""

import ctypes
from sys import getsizeof

_STEP = 16
"""bytes between two sizes, in Python's pools (CPython, ``ALIGNMENT``) and in glibc's cache on 64-bit machines."""
_POOLED, _CACHED = 512, 1_032
"""bytes of the largest pieces of either kind."""
_EMPTY = getsizeof(b"")
"""bytes of a ``bytes`` beside its content."""
_POOL_BYTES = 1 << 18
"""bytes asked for of each size: 16 of Python's pools of 16 KiB. After a decision 2 to 8 pools of a size have gaps."""
_IN_CACHE = 32
"""Pieces asked for of each size: glibc's cache keeps at most 7, and its lists behind it some more."""


def overwrite_small() -> None:
    """Write over what small pieces held that this thread freed; takes some 40 ms."""
    pieces: list[bytes] = []
    for size in range(_EMPTY + _STEP, _POOLED + 1, _STEP):
        pieces.extend(_zeros(size - _EMPTY) for _ in range(_POOL_BYTES // size))
    pieces.clear()
    _overwrite_cached()


def _overwrite_cached() -> None:
    """The same in glibc's cache; where there is no C library to ask, nothing is done."""
    try:
        libc = ctypes.CDLL(None)
        libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, (ctypes.c_size_t,)
        libc.free.restype, libc.free.argtypes = None, (ctypes.c_void_p,)
    except (OSError, AttributeError):
        return
    held = []
    for size in range(_STEP // 2, _CACHED + 1, _STEP):  # 24, 40, ...: what fits into a piece beside its head
        for _ in range(_IN_CACHE):
            piece = libc.malloc(size)
            if piece:
                ctypes.memset(piece, 0, size)
                held.append(piece)
    for piece in held:
        libc.free(piece)


def _zeros(length: int) -> bytes:
    """A new object each time, which a constant would not be."""
    return bytes(length)
