"""What searches written files for a face: its template in every form that a program would write, and its pixels."""

import base64
import re
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import av
import cv2
import numpy as np

from consentry.backends.embedders import load_embedder
from consentry.backends.face_pictures import read_face_picture
from consentry.backends.face_samples import load_acquiring_finder, samples
from consentry.face.acquisition import acquire
from consentry.face.quantised import quantised
from consentry.face.template import Template

EMBEDDERS = ("face-reidentification-retail-0095", "mobilefacenet")
PIECE = 24
"""bytes of a template that are looked for: by chance they are in no file."""
_RUN = 6
"""numbers in a row that are looked for in texts."""
_NUMBER = re.compile(rb"-?\d*\.\d+(?:[eE]-?\d+)?|-?\d+")
_DATA = re.compile(rb"data:image/[a-z+]+;base64,([A-Za-z0-9+/=]+)")
_WORD = re.compile(rb"[A-Za-z0-9+/_-]{64,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){32,}")


def templates_of(pictures: Iterable[Path]) -> dict[str, Template]:
    """The templates of faces, by picture and embedder, as the product makes them."""
    finder, found = load_acquiring_finder(), {}
    networks = [load_embedder(name) for name in EMBEDDERS]
    for path in pictures:
        taken = acquire(samples(finder, read_face_picture(path), 0.0))
        assert taken.sample is not None
        for network in networks:
            found[f"{path.name} by {network.model}"] = network.embed(taken.sample)
    return found


def where_templates_lie(files: Mapping[str, bytes], templates: Mapping[str, Template]) -> list[str]:
    """Files in which a template lies: numbers of 1 to 8 bytes, plain, packed, in base64, hexadecimal, decimals."""
    needles = [piece for template in templates.values() for piece in _pieces(template)]
    rows = [np.round(template.vector[:_RUN], 3) for template in templates.values()]
    found = []
    for name, content in files.items():
        texts = [content, *_unpacked(content)]
        if any(needle in text for text in texts for needle in needles) or any(_in_decimals(t, rows) for t in texts):
            found.append(name)
    return found


def _pieces(template: Template) -> list[bytes]:
    """The first bytes of each binary form; where a number lies big end first, too."""
    vector = template.vector
    forms = [vector.astype(kind).tobytes() for kind in ("<f4", ">f4", "<f2", "<f8")]
    return [form[:PIECE] for form in (*forms, quantised(template))]


def _unpacked(content: bytes) -> list[bytes]:
    """What lies in a file under an encoding: base64, hexadecimal, deflate."""
    inner = []
    for word in _WORD.findall(content):
        for begin in range(4):  # it may begin anywhere in a longer word
            part = word[begin:].rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
            inner.append(base64.b64decode(part[: len(part) // 4 * 4]))
    inner += [bytes.fromhex(digits.decode()) for digits in _HEX.findall(content)]
    for begin in (found.start() for found in re.finditer(rb"\x78[\x01\x9c\xda]", content)):
        packed = zlib.decompressobj()
        try:
            inner.append(packed.decompress(content[begin:], 1 << 22))
        except zlib.error:
            continue
    return inner


def _in_decimals(text: bytes, rows: Iterable[np.ndarray]) -> bool:
    numbers = np.array([float(one) for one in _NUMBER.findall(text)] or [0.0])
    numbers = numbers[np.isfinite(numbers)]
    if len(numbers) < _RUN:
        return False
    windows = np.lib.stride_tricks.sliding_window_view(numbers, _RUN)
    return any(bool((np.abs(windows - row) < 6e-4).all(axis=1).any()) for row in rows)


def where_faces_show(files: Mapping[str, bytes], folder: Path) -> dict[str, int]:
    """Pictures, videos and pictures within pages in which a face can be found, with how many faces."""
    finder = load_acquiring_finder()
    return {
        name: found
        for name, content in files.items()
        if (found := sum(len(finder.find(image)) for image in pictures_in(content, folder)))
    }


def pictures_in(content: bytes, folder: Path) -> list[np.ndarray]:
    """Every picture of a file, uint8 H x W x 3: it is one, it is a video, or it carries some."""
    found = [cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)] if content else []
    carried = [base64.b64decode(coded) for coded in _DATA.findall(content)]
    found += [cv2.imdecode(np.frombuffer(coded, np.uint8), cv2.IMREAD_COLOR) for coded in carried]
    if content[4:8] == b"ftyp" or content[:4] == b"\x1aE\xdf\xa3":
        path = folder / "looked-at.video"
        path.write_bytes(content)
        with av.open(str(path)) as video:
            found += [frame.to_ndarray(format="bgr24") for frame in video.decode(video=0)]
    return [image for image in found if image is not None]
