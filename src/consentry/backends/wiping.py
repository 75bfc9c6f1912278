"""What is freed is overwritten: the C library is asked to fill every piece of memory that is given back to it.

Arrays that are ours are overwritten where they lie. What libraries made on the way (decoders, resizers, encoders) is
theirs, and is freed with its contents in it. glibc can fill it at that moment (mallopt(3), M_PERTURB); pieces with
pages of their own go back to the kernel, which hands pages to nobody unwiped. It costs 3 of 57 ms of computing a live
picture (800 x 600, all networks). Giving every piece of 128 KiB its own pages as well would cost 7 more, and was left.

Not reached: pieces of at most 1,032 bytes, which glibc keeps in each thread's cache without filling them, memory that
is in use, and libraries with an allocator of their own. Elsewhere than with glibc there is nothing to ask, and
``fill_freed`` says so.
"""

import ctypes
from functools import cache

_M_PERTURB = -6
"""Parameter of mallopt (malloc.h)."""
_FILL = 0xA5
"""What freed memory holds. Any value but 0 would do; fresh memory then holds its complement."""


@cache
def fill_freed() -> bool:
    """From now on and for the whole process: freed memory is overwritten. Returns whether the C library knows how."""
    try:
        libc = ctypes.CDLL(None)
        mallopt, _ = libc.mallopt, libc.gnu_get_libc_version
    except (OSError, AttributeError):
        return False
    return bool(mallopt(_M_PERTURB, _FILL) == 1)


def give_back() -> None:
    """Hand what is free back to the kernel, as far as glibc holds it at the top of a heap or in whole pages."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):
        return
