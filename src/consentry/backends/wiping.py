"""What is freed is overwritten: the C library is asked to fill every piece of memory that is given back to it.

Arrays that are ours are overwritten where they lie. What libraries made on the way (decoders, resizers, encoders) is
theirs, and is freed with its contents in it. glibc can fill it at that moment (mallopt(3), M_PERTURB), and can give
large pieces back to the kernel at once (M_MMAP_THRESHOLD), which hands them to nobody unwiped.

Not reached: pieces of at most 1,032 bytes, which glibc keeps in each thread's cache without filling them, memory that
is in use, and libraries with an allocator of their own. Elsewhere than with glibc there is nothing to ask, and
``fill_freed`` says so.
"""

import ctypes
from functools import cache

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_PERTURB = -1, -3, -6
"""Parameters of mallopt (malloc.h)."""
_LARGE = 128 << 10
"""bytes from which a piece has pages of its own. It is glibc's first value; setting it keeps it from growing, which it
does otherwise with every large piece that is freed, up to 32 MiB."""
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
    return all(mallopt(name, value) == 1 for name, value in ((_M_MMAP_THRESHOLD, _LARGE), (_M_PERTURB, _FILL)))


def give_back() -> None:
    """Hand what is free back to the kernel, as far as glibc holds it at the top of a heap or in whole pages."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):
        return
