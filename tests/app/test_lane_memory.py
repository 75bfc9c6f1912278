"""After the decision nothing of a face, no template and no key is in a lane's memory, nor in any file that it wrote."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.test_screening_memory import NEEDLE, TESTS, Child, noise, rows
from consent.receipts import GIVEN, KEY, UNTIL, consent, signed
from consentry.backends.qr import write_code
from consentry.backends.sealed_store import HeldReferences
from consentry.backends.vault import VaultFolder
from consentry.backends.vault_held import HeldFolder
from consentry.consent.erasure import LoggedReceipt
from consentry.consent.profile import Construction, Installation, Profile
from consentry.face.gallery import gallery_reference
from consentry.face.pass_ import PassTerms, issue_pass
from consentry.face.quantised import quantised, restored
from consentry.face.sealed import seal_reference
from consentry.face.template import Template
from gate_fakes import MiddleFinder, PixelEmbedder
from lane_fakes import AT, GROUP
from process_memory import occurrences

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/PID/mem")

RECEIPT_ID = f"{7:032x}"


@contextmanager
def child(folder: Path, *words: str) -> Iterator[Child]:
    environment = os.environ | {
        "PYTHONPATH": f"{TESTS}:{TESTS.parent / 'src'}", "TMPDIR": str(folder), "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    command = [sys.executable, str(TESTS / "app" / "lane_child.py"), *words]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder, env=environment
    ) as process:
        try:
            yield Child(process.pid, process, folder=folder)
        finally:
            process.kill()


@dataclass
class Staged:
    folder: Path
    live: dict[str, bytes]
    """Stretches of the second live picture."""
    probe: dict[str, bytes]
    reference: dict[str, bytes]
    key: dict[str, bytes]


def template_of(image: np.ndarray) -> Template:
    (sample,) = MiddleFinder().samples(image, 0.0)
    return PixelEmbedder().embed(sample)


def needles(name: str, template: Template) -> dict[str, bytes]:
    return {name: template.vector[100 : 100 + NEEDLE // 4].tobytes()}


def staged(kind: str, folder: Path, *, enrolled: bool = True) -> Staged:
    """Somebody drawn by chance, live; and what lies at the airport and in his hands."""
    (folder / "live").mkdir()
    face = noise(21, 504, 392)
    pictures = [cv2.add(face // 2, 40 + k) for k in range(6)]
    for k, image in enumerate(pictures):
        cv2.imwrite(str(folder / "live" / f"{k}.png"), image)
    reference = template_of(face if enrolled else noise(33, 504, 392))
    (folder / "receipts.pub").write_text(str(KEY.verifier))
    (folder / "group").write_text(GROUP.private_bytes_raw().hex())
    found = Staged(folder, rows("live", pictures[1]), needles("probe", template_of(pictures[1])), {}, {})
    profile = Profile(kind)
    agreed = consent(GIVEN + 60, id=RECEIPT_ID, profile=profile)
    with VaultFolder(folder / "vault", bytes(range(32))) as vault:
        store = HeldFolder(folder / "vault")
        receipt = LoggedReceipt(signed(id=RECEIPT_ID, profile=profile), bytes(32))
        store.keep(receipt.sealed(vault.create(RECEIPT_ID), RECEIPT_ID, UNTIL))
        held = HeldReferences(vault, store, [KEY.verifier])
        found.reference = needles("reference", reference)
        if profile is Profile.SEALED:
            permit = Installation(profile).permit(Construction.SEALED_REFERENCE)
            content, key = seal_reference(agreed, reference, permit, AT)
            held.keep(agreed, content)
            found.key = {"key": bytes(key.secret)}
            write_code(folder / "shown.png", key.to_bytes())
        elif profile is Profile.GALLERY:
            permit = Installation(profile, ("A. Kim", "B. Lee")).permit(Construction.GALLERY)
            held.keep(agreed, gallery_reference(agreed, reference, permit, AT))
        else:
            permit = Installation(profile).permit(Construction.PASS)
            terms = PassTerms("Example Airport", "ICN", bytes(16), GIVEN + 60.0, float(UNTIL), 1)
            write_code(folder / "shown.png", issue_pass(agreed, reference, terms, permit, KEY, GROUP.public_key()))
            in_pass = quantised(reference)
            found.reference = needles("reference", restored(in_pass, reference.model))
            found.key = {"template in the pass": in_pass[100 : 100 + NEEDLE]}
    return found


CASES = {"wallet": "go", "sealed": "go", "gallery, a stranger": "not_enrolled"}


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_left_in_memory_or_in_files_after_the_decision(name: str, tmp_path: Path) -> None:
    kind = name.partition(",")[0]
    one = staged(kind, tmp_path, enrolled=name == kind)
    everything = one.live | one.probe | one.reference | one.key
    given = {path for path in tmp_path.rglob("*") if path.is_file()}
    with child(tmp_path, kind, str(tmp_path)) as process:
        assert process.hear() == "during"
        during = occurrences(process.pid, everything)
        process.go_on()
        assert process.hear() == f"after {CASES[name]}"
        after = occurrences(process.pid, everything)
        process.go_on()
        assert process.process.wait(60) == 0
    # While it lasts they are there, so looking finds them.
    assert any(during[needle] for needle in one.live), during
    assert all(during[needle] for needle in one.reference), during
    assert {needle: times for needle, times in after.items() if times} == {}
    for path in {path for path in tmp_path.rglob("*") if path.is_file()} - given:
        content = path.read_bytes()
        assert not any(needle in content for needle in everything.values()), path


def test_this_test_would_notice_what_is_kept(tmp_path: Path) -> None:
    one = staged("gallery", tmp_path)
    with child(tmp_path, "gallery", str(tmp_path), "keep") as process:
        assert process.hear() == "during"
        process.go_on()
        assert process.hear() == "after go"
        assert any(occurrences(process.pid, one.live).values())
