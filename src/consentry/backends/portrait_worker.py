"""The worker that decodes portraits, locked into itself. Run as a script, never imported: it knows no Consentry.

What a chip calls a picture may be made to break the decoder (uclouvain/openjpeg issue 1652 is a heap overflow without a
release). So whoever breaks out of the decoder finds himself in a process that

1. may ask the kernel for nothing but memory, its two pipes and its own end (seccomp, by Debian's libseccomp2; where
   that is not there, the limits below stand alone, and the worker says so),
2. may open no file, write none, start no process, and has 600 MiB of address space,
3. is ended after 2 s of computing on one picture, and by its parent when it does not answer.

Protocol on standard input and output, numbers of 4 bytes, big-endian::

    worker: a line that says how it is locked
    parent: length, picture                     worker: 0, width, height, width x height x 3 bytes red green blue
                                                     or 1, length, why in words
"""

import ctypes
import os
import resource
import signal
import sys
from io import BytesIO

from PIL import Image, Jpeg2KImagePlugin, JpegImagePlugin

_FORMATS = (JpegImagePlugin.JpegImageFile.format or "", Jpeg2KImagePlugin.Jpeg2KImageFile.format or "")
_MOST_PIXELS = 4_000_000
"""As in ``consentry.document.picture_header``, which refuses larger ones before they come here."""
_MOST_BYTES = 1 << 20
_MEMORY = 600 << 20
"""bytes of address space: interpreter and libraries have 60 MB, a picture of 4 megapixels needs 100 MB in OpenJPEG."""
_COMPUTING_S = 2.0
"""s of processor time for one picture: a portrait needs 0.02, the slowest of 20,000 broken ones 3 while unlimited."""
_ALLOWED = (
    "read", "write", "mmap", "munmap", "mremap", "mprotect", "brk", "madvise", "futex", "rt_sigreturn",
    "rt_sigprocmask", "setitimer", "exit", "exit_group", "clock_gettime", "sched_yield", "restart_syscall",
)  # fmt: skip
_KILL, _ALLOW = 0x80000000, 0x7FFF0000
"""``SCMP_ACT_KILL_PROCESS`` and ``SCMP_ACT_ALLOW``."""
_NO_NEW_PRIVILEGES, _DUMPABLE = 38, 4
"""``prctl``: ``PR_SET_NO_NEW_PRIVS``, ``PR_SET_DUMPABLE``."""


def main() -> None:
    """Lock up, say how, and decode until the parent closes the pipe."""
    _warm_up()
    how = _lock()
    _write(f"{how}\n".encode("ascii"))
    while head := _read(4):
        length = int.from_bytes(head, "big")
        if length > _MOST_BYTES:
            return
        _write(_answer(_read(length)))


def _answer(data: bytes) -> bytes:
    signal.setitimer(signal.ITIMER_PROF, _COMPUTING_S)  # SIGPROF ends the process
    try:
        image = _decode(data)
    except Exception as error:  # noqa: BLE001 - whatever a decoder says, it is about this picture
        why = f"{type(error).__name__}: {error}".encode("ascii", "replace")[:200]
        return b"\1" + len(why).to_bytes(4, "big") + why
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return b"\0" + image.width.to_bytes(4, "big") + image.height.to_bytes(4, "big") + image.tobytes()


def _decode(data: bytes) -> Image.Image:
    with Image.open(BytesIO(data), formats=_FORMATS) as image:
        if image.width * image.height > _MOST_PIXELS:
            raise ValueError("more pixels than may be decoded")
        return image.convert("RGB")


def _warm_up() -> None:
    """Load every library that decoding needs: afterwards no file can be opened."""
    for name in _FORMATS:
        written = BytesIO()
        Image.new("RGB", (16, 16)).save(written, name)
        _decode(written.getvalue())


def _lock() -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    for option, value in ((_NO_NEW_PRIVILEGES, 1), (_DUMPABLE, 0)):
        libc.prctl(option, value, 0, 0, 0)
    filtered = _filter_loaded()
    for limit, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    if filtered is None:
        return "limits"
    library, context = filtered
    # The last thing: from here on only what is allowed.
    return "seccomp" if library.seccomp_load(ctypes.c_void_p(context)) == 0 else "limits"


def _filter_loaded() -> tuple[ctypes.CDLL, int] | None:
    """The filter, made but not yet in force; None where libseccomp is not there."""
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return None
    library.seccomp_init.restype = ctypes.c_void_p
    context = library.seccomp_init(ctypes.c_uint32(_KILL))
    for name in _ALLOWED:
        number = library.seccomp_syscall_resolve_name(name.encode("ascii"))
        library.seccomp_rule_add(ctypes.c_void_p(context), ctypes.c_uint32(_ALLOW), number, 0)
    return library, context


def _read(length: int) -> bytes:
    """So many bytes; none at the end."""
    data = b""
    while len(data) < length:
        piece = os.read(0, length - len(data))
        if not piece:
            return b""
        data += piece
    return data


def _write(data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(1, view) :]


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)
