"""Nothing of a head remains, odd boxes stop the picture, and nobody else can make a redacted one."""

import ast
import copy
import dataclasses
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import consentry
from consentry.core import redaction
from consentry.core.errors import RedactionError
from consentry.core.frames import Frame
from consentry.core.redaction import FILL, RedactedFrame, drawn_on, redact

NOBODY = np.zeros((0, 4), np.float32)
_RANDOM = np.random.default_rng(20261125)


def noise(height: int = 40, width: int = 60) -> Frame:
    """A picture without a single pixel of the fill's colour."""
    return Frame("hall", 12.5, _RANDOM.integers(0, FILL, (height, width, 3), np.uint8))


def boxes(*rows: tuple[float, float, float, float]) -> np.ndarray:
    return np.array(rows, np.float32).reshape(-1, 4)


def filled(picture: RedactedFrame) -> np.ndarray:
    return (picture.image == FILL).all(axis=2)


@given(
    side=st.tuples(st.integers(1, 50), st.integers(1, 50)),
    box=st.tuples(*[st.floats(-2, 3, width=32) for _ in range(4)]),
)
def test_every_pixel_that_a_box_touches_is_filled_and_the_frame_stays_as_it_was(
    side: tuple[int, int], box: tuple[float, float, float, float]
) -> None:
    left, right = sorted((box[0], box[2]))
    top, bottom = sorted((box[1], box[3]))
    frame = noise(*side)
    before = frame.image.copy()
    grey = filled(redact(frame, boxes((left, top, right, bottom))))
    height, width = side
    for y in range(height):
        for x in range(width):
            if x < right * width and x + 1 > left * width and y < bottom * height and y + 1 > top * height:
                assert grey[y, x], f"pixel {x},{y} of {width}x{height} shines through"
    assert np.array_equal(frame.image, before)


@pytest.mark.parametrize(
    ("box", "share"),
    [
        ((0.0, 0.0, 1.0, 1.0), 1.0),
        ((-1e30, -1e30, 1e30, 1e30), 1.0),
        ((-0.5, -0.5, 0.45, 0.45), 0.25),  # 0.95 wide, hence 0.0475 of margin: 49.75 px
        ((1.5, 0.2, 2.5, 0.4), 0.0),
        ((-3.0, 0.0, -2.0, 1.0), 0.0),
    ],
    ids=["whole picture", "huge", "over the corner", "beyond the right edge", "beyond the left edge"],
)
def test_boxes_at_and_beyond_the_edge(box: tuple[float, float, float, float], share: float) -> None:
    assert filled(redact(noise(100, 100), boxes(box))).mean() == pytest.approx(share, abs=1e-9)


def test_what_is_filled_does_not_depend_on_who_was_there() -> None:
    heads = boxes((0.2, 0.2, 0.6, 0.7))
    one, other = (redact(noise(), heads) for _ in range(2))
    assert np.array_equal(one.image[filled(one)], other.image[filled(other)])
    assert np.array_equal(filled(one), filled(other))


@pytest.mark.parametrize(
    ("heads", "word"),
    [
        (boxes((np.nan, 0, 1, 1)), "finite"),
        (boxes((0, 0, np.inf, 1)), "finite"),
        (boxes((0.6, 0, 0.4, 1)), "ends before"),
        (np.zeros((1, 5), np.float32), "(n, 4)"),
        (np.zeros(4, np.float32), "(n, 4)"),
        (None, "(n, 4)"),
        ("faces", "numbers"),
    ],
    ids=["nan", "infinite", "inside out", "five sides", "flat", "none", "words"],
)
def test_a_box_that_is_none_stops_the_picture(heads: object, word: str) -> None:
    with pytest.raises(RedactionError, match="expected") as told:
        redact(noise(), heads)  # type: ignore[arg-type]
    assert word in str(told.value)


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8),
        None,
    ],
    ids=["grey", "with alpha", "floats", "no rows", "nothing"],
)
def test_a_picture_that_is_none_does_not_leave(image: object) -> None:
    with pytest.raises(RedactionError, match="expected a picture"):
        redact(Frame("hall", 0.0, image), NOBODY)  # type: ignore[arg-type]


def test_drawing_leaves_the_redacted_picture_as_it_was() -> None:
    picture = redact(noise(), boxes((0, 0, 0.5, 0.5)))
    before = picture.image.copy()

    def line(image: np.ndarray) -> None:
        image[-1] = 255

    drawn = drawn_on(picture, line)
    assert (drawn.image[-1] == 255).all()
    assert np.array_equal(drawn.image[:-1], before[:-1])
    assert np.array_equal(picture.image, before)
    assert (drawn.camera, drawn.at) == (picture.camera, picture.at)


def test_its_pixels_can_neither_be_printed_nor_painted_over() -> None:
    picture = redact(noise(), NOBODY)
    assert repr(picture) == "RedactedFrame('hall', at=12.500, 60x40)"
    with pytest.raises(ValueError, match="read-only"):
        picture.image[0, 0] = 1


def test_nobody_else_can_make_one() -> None:
    picture = redact(noise(), NOBODY)
    with pytest.raises(RedactionError, match="nothing else"):
        RedactedFrame("hall", 0.0, noise().image, object())
    with pytest.raises(TypeError):
        RedactedFrame("hall", 0.0, noise().image)  # type: ignore[call-arg]
    with pytest.raises((ValueError, TypeError)):
        dataclasses.replace(picture, image=noise().image)


def test_copies_hold_the_same_redacted_pixels() -> None:
    picture = redact(noise(), boxes((0, 0, 1, 1)))
    for twin in (copy.copy(picture), pickle.loads(pickle.dumps(picture))):
        assert filled(twin).all()


def mentions(source: str) -> list[str]:
    """Every way in which a module could make a redacted frame without ``redact``: a call, an alias, the seal.

    A module that has a seal of its own speaks of that one where it names it alone.
    """
    found = []
    tree = ast.parse(source)
    own = (
        any(
            isinstance(target, ast.Name) and target.id == "_SEAL"
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
        )
        and "RedactedFrame" not in source
    )
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="RedactedFrame") | ast.Attribute(attr="RedactedFrame")):
                found.append(f"line {node.lineno} constructs one")
            case ast.Call(func=ast.Attribute(attr="__new__")) if "RedactedFrame" in ast.unparse(node):
                found.append(f"line {node.lineno} constructs one past its check")
            case ast.alias(name="RedactedFrame", asname=str()):
                found.append(f"line {node.lineno} gives it another name")
            case ast.Name(id="_SEAL") if own:
                continue
            case ast.Name(id="_SEAL") | ast.Attribute(attr="_SEAL") | ast.alias(name="_SEAL"):
                found.append(f"line {node.lineno} uses the seal")
    return found


@pytest.mark.parametrize(
    "forgery",
    [
        "RedactedFrame('hall', 0.0, image, None)",
        "redaction.RedactedFrame('hall', 0.0, image, None)",
        "object.__new__(RedactedFrame)",
        "from consentry.core.redaction import RedactedFrame as Clear",
        "from consentry.core.redaction import _SEAL",
        "redaction._SEAL",
    ],
)
def test_the_search_finds_forgeries(forgery: str) -> None:
    assert mentions(forgery)


def test_only_this_module_constructs_redacted_frames() -> None:
    package = Path(consentry.__file__).parent
    home = Path(redaction.__file__)
    assert len(mentions(home.read_text())) >= 3, "the search itself has gone blind"
    places = {path: mentions(path.read_text()) for path in package.rglob("*.py") if path != home}
    assert len(places) > 30
    assert {str(path): found for path, found in places.items() if found} == {}
