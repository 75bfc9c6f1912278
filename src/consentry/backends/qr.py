"""QR codes of bytes: written for a phone's screen or paper, and found in a camera's picture.

Which error correction. A code that holds more repair bytes has more modules, and on the same paper each is smaller. 60
codes for each case, blurred by 1 px, turned by up to 20 degrees, noisy, a third with glare and a third with a fold
across: of 300 px wide codes of 840 bytes all 60 were read at level L, 50 at M, none at Q; of 690 bytes 60, 60 and 21.
At 360 and 480 px all but one were read at each level. What a pass meets is few pixels for a module, so passes get L. A
key of 52 bytes has large modules at any level and is carried on folded paper, so it gets M.
"""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import segno
import zxingcpp

from consentry.core.errors import MalformedError, StorageError
from consentry.core.frames import Image

SHORT = 128
"""bytes up to which a code gets level M: version 7 of 40 at most."""
_FORMATS = zxingcpp.barcode_formats_from_str("QRCode")
_BORDER = 4
"""modules of quiet around a code (ISO/IEC 18004)."""
_SCALE = 8
"""px for a module, in pictures: a pass then is some 750 px wide, sharp on every screen."""
_TRIED = (None, 960, 640)
"""px: widths of the picture in which codes are looked for, one after the other until one is found. In a large picture
the grain of a screen and noise stand between the modules; averaged down they are gone."""


def read_qr(image: Image) -> tuple[bytes, ...]:
    """The contents of every QR code in a picture, as bytes; what is no QR code is passed over.

    Args:
        image: uint8, H x W x 3, blue green red.
    """
    for picture, own in _sizes(image):
        try:
            found = zxingcpp.read_barcodes(picture, formats=_FORMATS, text_mode=zxingcpp.TextMode.Hex)
        except (ValueError, RuntimeError) as error:
            raise MalformedError(f"expected a picture of blue green red, came {image.shape}: {error}") from error
        finally:
            if own:
                picture.fill(0)  # the traveller may be in it
        contents = tuple(dict.fromkeys(bytes(one.bytes) for one in found if one.valid))
        if contents:
            return contents
    return ()


def qr_picture(content: bytes) -> Image:
    """A code as a picture, black on white with its quiet zone: uint8, H x W x 3.

    Raises:
        MalformedError: the content does not fit into any code.
    """
    code = _code(content)
    modules = np.array([[0 if dark else 255 for dark in row] for row in code.matrix_iter(border=_BORDER)], np.uint8)
    large = modules.repeat(_SCALE, axis=0).repeat(_SCALE, axis=1)
    return np.repeat(large[:, :, None], 3, axis=2)


def write_code(path: Path, content: bytes) -> int:
    """Write a code as a file for its owner alone; the kind is that of the name, ``.svg`` or ``.png``.

    Returns:
        The version, 1 to 40: its width is 17 + 4 * version modules.

    Raises:
        MalformedError: the content does not fit into any code.
        StorageError: it could not be written.
    """
    code = _code(content)
    try:
        code.save(str(path), scale=_SCALE, border=_BORDER)
        path.chmod(0o600)
    except OSError as error:
        raise StorageError(f"{path} could not be written: {error.strerror}") from error
    return int(code.version)


def version_of(content: bytes) -> int:
    """The version that a content needs, 1 to 40; raises as ``qr_picture``.

    >>> version_of(bytes(598)), version_of(bytes(52))
    (17, 4)
    """
    return int(_code(content).version)


def _code(content: bytes) -> segno.QRCode:
    level = "m" if len(content) <= SHORT else "l"
    try:
        return segno.make_qr(content, error=level, mode="byte", boost_error=False)
    except segno.DataOverflowError as error:
        raise MalformedError(f"expected what fits into a QR code, came {len(content)} bytes") from error


def _sizes(image: Image) -> Iterator[tuple[Image, bool]]:
    """The picture, then smaller ones that are this module's own."""
    rows, columns = image.shape[:2]
    for width in _TRIED:
        if width is None:
            yield image, False
        elif columns > width:
            size = (width, max(1, round(rows * width / columns)))
            yield np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8), True
