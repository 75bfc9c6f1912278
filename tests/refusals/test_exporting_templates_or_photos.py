"""Refused: exporting templates or enrolment photos to third parties.

A whole day is spent with real faces, and every file that any command wrote, and every word it said, is searched for the
templates of everybody who was seen and for faces. A journey pass has a template in it, sealed: found with the gate's
key, which shows that it is there, and not without.
"""

import base64
import json
import re
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import typer.main

from consentry.backends.group_keys import read_group_key
from consentry.backends.key_files import read_key
from consentry.cli.main import app
from consentry.consent.purposes import Purpose
from consentry.face.pass_ import Gate, open_pass
from consentry.face.quantised import quantised
from consentry.face.template import Template, comparison_score
from refusals.operating import files_below, operate, typed
from refusals.searching import EMBEDDERS, templates_of, where_faces_show, where_templates_lie
from refusals.walk import WATCHED, Walk

pytestmark = [pytest.mark.shared, pytest.mark.usefixtures("mirror")]
EXPORTING = re.compile(r"export|dump|template|embedding|vector|descriptor|portrait-out|save-face|crop", re.IGNORECASE)


@pytest.fixture(scope="module")
def templates(day: Walk) -> dict[str, Template]:
    """Everybody's who was seen on that day."""
    return templates_of(sorted((day.folder / "lab").glob("*.jpg")))


def test_the_day_was_spent(day: Walk) -> None:
    """What is searched below was really done, and not refused for another reason."""
    codes = {name: done.code for name, done in day.done.items()}
    assert {name: code for name, code in codes.items() if code} == {
        "a stranger in the lane": 3, "lane again": 3, "lane after it": 3, "screen another": 3,
        "document": 4,  # a copied chip: genuine, and nobody can say that it is no clone
    }  # fmt: skip
    findings = {name: json.loads(day.done[name].out)["findings"] for name in ("screen", "screen another")}
    compared = {name: {one["step"]: one["found"] for one in told}["comparison"] for name, told in findings.items()}
    assert compared == {"screen": "good", "screen another": "bad"}


def test_no_file_and_no_word_of_the_day_holds_a_template(day: Walk, templates: dict[str, Template]) -> None:
    assert where_templates_lie(day.written(), templates) == []


FORMS: dict[str, Callable[[Template], bytes]] = {
    "as the network gives it": lambda t: b"head" + t.vector.tobytes() + b"tail",
    "in one byte a number": lambda t: b"head" + quantised(t),
    "in half precision": lambda t: t.vector.astype(np.float16).tobytes(),
    "big end first": lambda t: t.vector.astype(">f4").tobytes(),
    "as JSON": lambda t: json.dumps({"v": t.vector.tolist()}).encode(),
    "as a table": lambda t: ";".join(f"{x:.4f}" for x in t.vector).encode(),
    "in base64": lambda t: b'{"v":"' + base64.b64encode(t.vector.tobytes()) + b'"}',
    "in base64 for addresses, behind something": lambda t: base64.urlsafe_b64encode(b"id7" + t.vector.tobytes()),
    "in hexadecimal": lambda t: t.vector.tobytes().hex().encode(),
    "packed": lambda t: b"head" + zlib.compress(t.vector.tobytes()),
}


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_template_would_have_been_found(form: str, templates: dict[str, Template]) -> None:
    """The search finds what it looks for, in each form that it claims to know."""
    leaked = FORMS[form](next(iter(templates.values())))
    assert where_templates_lie({"leak": leaked, "nothing": b"nothing"}, templates) == ["leak"]


def test_no_picture_of_the_day_shows_a_face(day: Walk, tmp_path: Path) -> None:
    written = day.written()
    assert {Path(name).suffix for name in written} >= {".jpg", ".mp4", ".html"}, "there are pictures to look at"
    assert where_faces_show(written, tmp_path) == {}


def test_a_face_would_have_been_found(day: Walk, tmp_path: Path) -> None:
    """In the clips that the cameras gave, in a picture, and in a picture within a page."""
    photo = (day.folder / "lab" / "021_neutral.jpg").read_bytes()
    page = b'<img src="data:image/jpeg;base64,' + base64.b64encode(photo) + b'">'
    brought = {name: (day.folder / name).read_bytes() for name in ("a.mp4", "b.mp4")}
    found = where_faces_show(brought | {"photo": photo, "page": page, "words": b"words"}, tmp_path)
    assert found == {"a.mp4": 20, "b.mp4": 40, "photo": 1, "page": 1}


def test_no_command_and_no_option_offers_it() -> None:
    offered = []
    waiting = [("consentry", typer.main.get_command(app))]
    while waiting:
        name, command = waiting.pop()
        offered += [name, *(flag for one in command.params for flag in one.opts if flag.startswith("--"))]
        waiting += [(f"{name} {sub}", below) for sub, below in getattr(command, "commands", {}).items()]
    assert len(offered) > 100
    assert [one for one in offered if EXPORTING.search(one)] == []
    assert EXPORTING.search("--export-templates")


ATTACKS = {
    "a command": ("export", "templates"),
    "of the face group": ("face", "export", "lab/021_neutral.jpg"),
    "an option of comparing": ("face", "compare", "lab/021_neutral.jpg", "lab/021_smiling.jpg", "--template", "x.npy"),
    "an option of screening": ("screen", "--simulated", "lab/021_neutral.jpg", "--live", "a.mp4", "--save", "x.jpg"),
    "an option of the watch": ("watch", "site.toml", "--faces", "x"),
    "an option of the vault": ("vault", "export", "state/vault"),
}


def test_who_asks_for_it_is_not_understood_and_gets_nothing(day: Walk) -> None:
    before = files_below(day.folder)
    done = dict(zip(ATTACKS, operate(day.folder, [typed(*words) for words in ATTACKS.values()], day.env), strict=True))
    assert {name: one.code for name, one in done.items()} == dict.fromkeys(ATTACKS, 2)
    assert all("No such" in one.told for one in done.values())
    assert files_below(day.folder) == before


def test_the_pass_has_a_template_in_it_for_the_gate_alone(day: Walk, templates: dict[str, Template]) -> None:
    """What was searched and not found above is there: with the touchpoints' key the pass opens to his template."""
    content = (day.folder / "papers" / "mine.pass").read_bytes()
    gate = Gate(
        "gate 12", Purpose.BOARDING, "ZZZZ", read_group_key(day.folder / "keys" / "touchpoints.key"),
        (read_key(day.folder / "keys" / "receipts.key").verifier,),
    )  # fmt: skip
    opened = open_pass(content, gate, time.time(), lambda *_: False, lambda *_: True)
    alike = {name: comparison_score(opened.reference, one) for name, one in templates.items() if EMBEDDERS[0] in name}
    assert max(alike, key=lambda name: alike[name]).startswith(WATCHED)
    assert where_templates_lie({"opened": quantised(opened.reference)}, {"": opened.reference}) == ["opened"]
    assert where_templates_lie(day.written(), {"": opened.reference}) == []
