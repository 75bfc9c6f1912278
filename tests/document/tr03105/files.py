"""ISO7816_C: reading files, also long ones, and where they end.

The reader takes a file's length from its first bytes and never asks for more, so it comes beyond a file's end in one
place alone: the first eight bytes of a file that has fewer. A data group 13 of five bytes has them.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from io import BytesIO

import numpy as np
from PIL import Image

from consentry.backends.simulated_chip_faults import Fault, Part, Step, swapped
from consentry.document.issuing import write_portrait_group
from consentry.document.tlv import write_tlv
from document.tr03105.case import ACCEPTED, Case, Expected, failed
from document.tr03105.specimen import Specimen, laid, with_bac

_SHORT_FILE = write_tlv(0x6D, b"\x02\x01\x05")
_NO_PORTRAIT = Fault(Step.SELECT_FILE, Part.VALUE, swapped("0102", "0202"))
"""The chip looks for another file whenever data group 2 is selected, by identifier or by short identifier."""


def _with_short_file(at_end: int) -> Specimen:
    one = with_bac()
    return replace(one, groups=dict(one.groups) | {13: _SHORT_FILE}, chip=replace(one.chip, at_end=at_end))


@cache
def _large_picture() -> bytes:
    """Noise, which no JPEG makes small: more than 32,767 bytes, where the offset of a read command ends."""
    noise = np.random.default_rng(1).integers(0, 255, (260, 200, 3), dtype=np.uint8)
    written = BytesIO()
    Image.fromarray(noise).save(written, "JPEG", quality=90)
    return written.getvalue()


def _large(largest: int) -> Specimen:
    one = with_bac()
    file = write_portrait_group(_large_picture(), 200, 260)
    assert len(file) > 0x7FFF + 1024
    master = {0x2F01: bytes.fromhex("7F6608020204000202") + b"\4\0"} if largest > 256 else {}
    return replace(one, groups=dict(one.groups) | {2: file}, chip=replace(one.chip, largest=largest, master=master))


def _empty_picture() -> Specimen:
    one = with_bac()
    return replace(one, groups=dict(one.groups) | {2: write_portrait_group(b"", 0, 0)})


Row = tuple[str, str, str, Callable[[], Specimen], tuple[Fault, ...], Expected]
_ROWS: tuple[Row, ...] = (
    ("01", "a data group is listed and not there", "6A82 for data group 2", with_bac, (_NO_PORTRAIT,),
     failed("reading", "DG2")),
    ("02", "a file of more than 32 kB, read at length", "data group 2", partial(_large, 1024), (), ACCEPTED),
    ("03", "read beyond the end: what there is", "9000 with fewer bytes", partial(_with_short_file, 0x9000), (),
     ACCEPTED),
    ("04", "read beyond the end: 6B00", "nothing comes", partial(_with_short_file, 0x6B00), (), ACCEPTED),
    ("05", "read beyond the end: 6282", "fewer bytes come", partial(_with_short_file, 0x6282), (), ACCEPTED),
    ("06", "read beyond the end: 6Cxx", "nothing comes, but how much there is", partial(_with_short_file, 0x6C00), (),
     ACCEPTED),
    ("07", "a file of more than 32 kB by the odd instruction", "data group 2", partial(_large, 256), (), ACCEPTED),
    ("08", "a portrait of no bytes", "data group 2", _empty_picture, (), failed("portrait")),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """All of them."""
    for number, title, altered, make, faults, expected in _ROWS:
        yield Case(f"ISO7816_C_{number}", title, altered, (laid(make, *faults),), expected)
