"""Data groups 11 to 16 over the session with a chip: read as they are listed, held against what the state signed."""

from dataclasses import replace

import pytest

from backends.chips import ZONE, Wish, document
from consentry.backends.simulated_emrtd import SimulatedEmrtd
from consentry.document.checks import DocumentReport, Outcome
from consentry.document.chip_session import ChipReading, read_chip
from consentry.document.inspection import inspect
from consentry.document.lds import EF_COM, EF_SOD, TAGS, file_of
from consentry.document.tlv import write_tlv
from document.further import FURTHER, SAID
from document.pki import MRZ, NOW, Passport

CLOSED = {3: write_tlv(TAGS[3], b"fingers"), 4: write_tlv(TAGS[4], b"irises")}
FULL = document(Wish(active="rsa1024", chip=None))


def read(more: dict[int, bytes], hidden: tuple[int, ...] = ()) -> tuple[ChipReading, Passport, list[str]]:
    """Read a document with further groups; hidden ones are signed, and the chip does not give them to this reader."""
    one = replace(FULL.passport, more=dict(FULL.passport.more) | more)
    files = {name: file for name, file in one.files().items() if name not in map(file_of, hidden)}
    told: list[str] = []
    chip = SimulatedEmrtd(replace(FULL.made, files=files))
    reading = read_chip(chip.transmit, [ZONE], bytes_of, progress=lambda name, _read, _all: told.append(name))
    return reading, one, told


def bytes_of(count: int) -> bytes:
    return bytes(range(1, count + 1))


def inspected(reading: ChipReading, one: Passport) -> DocumentReport:
    files = {file_of(number): file for number, file in reading.groups.items()}
    assert reading.com is not None
    assert reading.sod is not None
    files |= {EF_COM: reading.com, EF_SOD: reading.sod}
    return inspect(files, one.store(), NOW, optical_mrz="\n".join(MRZ), chip_checks=reading.checks)


def test_the_groups_that_the_chip_lists_are_read_and_are_what_the_state_signed() -> None:
    reading, one, told = read(FURTHER)
    assert {number: reading.groups[number] for number in FURTHER} == FURTHER
    assert {f"DG{number}" for number in FURTHER} <= set(told)
    report = inspected(reading, one)
    assert report.genuine
    (hashes,) = (check for check in report.checks if check.name == "group_hashes")
    assert hashes.why == "DG1, DG2, DG11, DG12, DG13, DG15, DG16 are what the state signed"
    (further,) = (check for check in report.checks if check.name == "further_groups")
    assert (further.outcome, further.why) == (Outcome.SUCCESSFUL, "DG11, DG12, DG13, DG16 read")


def test_nothing_of_them_stands_in_any_check_or_in_what_prints() -> None:
    reading, one, _ = read(FURTHER)
    printed = repr(reading) + repr(inspected(reading, one))
    assert not [said for said in SAID if said in printed]


@pytest.mark.parametrize("number", sorted(FURTHER))
def test_one_altered_byte_in_any_of_them_is_found(number: int) -> None:
    reading, one, _ = read(FURTHER)
    altered = FURTHER[number][:-1] + bytes([FURTHER[number][-1] ^ 1])
    report = inspected(replace(reading, groups=dict(reading.groups) | {number: altered}), one)
    (hashes,) = (check for check in report.checks if check.name == "group_hashes")
    assert (hashes.outcome, hashes.why) == (Outcome.FAILED, f"DG{number}: not what the state signed")


def test_fingers_and_irises_are_never_asked_for_and_said_to_be_closed() -> None:
    reading, one, told = read(CLOSED)
    assert not {"DG3", "DG4"} & set(told)
    report = inspected(reading, one)
    (closed,) = (check for check in report.checks if check.name == "closed_groups")
    assert closed.outcome is Outcome.NOT_SUPPORTED
    assert closed.why.startswith("DG3 and DG4: not readable without terminal authentication")
    assert report.genuine


def test_a_group_that_is_listed_and_not_given_is_told() -> None:
    reading, _, _ = read(FURTHER, hidden=(12,))
    assert [check.why for check in reading.checks if check.name == "reading"] == [
        "listed, but the chip does not give: DG12"
    ]


def test_a_chip_without_them_is_not_asked_for_them() -> None:
    reading, one, told = read({})
    assert not {"DG11", "DG12", "DG13", "DG16"} & set(told)
    assert not {"further_groups", "closed_groups"} & {check.name for check in inspected(reading, one).checks}
