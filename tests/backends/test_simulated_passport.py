"""A passport with a face of one's own choice: genuine to whoever trusts its state, and to nobody else."""

import os
from datetime import date

import numpy as np
import pytest

from consentry.backends.portrait_decoder import PortraitDecoder
from consentry.backends.simulated_passport import SimulatedPassport, simulated_passport
from consentry.document.checks import DocumentReport, Verdict
from consentry.document.chip_session import read_chip
from consentry.document.inspection import inspect
from consentry.document.lds import EF_COM, EF_SOD, file_of
from consentry.document.portrait import read_portrait
from consentry.document.trust import TrustStore, trust

NOW = 1_795_564_800.0
"""s UTC: 2026-11-25."""
ramp = np.clip(np.add.outer(np.arange(300), np.arange(500))[..., None] / 4 + np.zeros(3), 0, 255).astype(np.uint8)


def inspected(one: SimulatedPassport, store: TrustStore | None = None) -> DocumentReport:
    reading = read_chip(one.chip.transmit, [one.password], os.urandom)
    assert reading.com is not None
    assert reading.sod is not None
    files = {file_of(number): file for number, file in reading.groups.items()}
    files |= {EF_COM: reading.com, EF_SOD: reading.sod}
    return inspect(
        files, store or one.trusted, NOW, optical_mrz="\n".join(one.mrz), chip_checks=reading.checks
    )  # fmt: skip


def test_it_is_genuine_to_whoever_trusts_its_state() -> None:
    report = inspected(simulated_passport(ramp, NOW))
    assert report.verdict is Verdict.GENUINE, report.lacking
    proofs = {check.name for check in report.checks}
    assert {"pace", "chip_authentication"} <= proofs


def test_nobody_else_trusts_it() -> None:
    one = simulated_passport(ramp, NOW)
    assert inspected(one, trust([]).store).verdict is Verdict.UNDETERMINED
    other = simulated_passport(ramp, NOW)
    assert inspected(one, other.trusted).verdict is not Verdict.GENUINE, "another run's state is another state"


@pytest.mark.parametrize(
    ("wish", "wrong"),
    [({"expires": date(2026, 11, 24)}, "expiry"), ({"altered": ramp[::-1]}, "group_hashes")],
    ids=["expired yesterday", "another portrait than the state signed"],
)
def test_what_is_wrong_with_it_is_found(wish: dict[str, object], wrong: str) -> None:
    report = inspected(simulated_passport(ramp, NOW, **wish))
    assert [check.name for check in report.failed] == [wrong]


def test_the_portrait_is_the_middle_of_the_picture() -> None:
    one = simulated_passport(ramp, NOW)
    reading = read_chip(one.chip.transmit, [one.password], os.urandom)
    with PortraitDecoder() as decoder:
        decoded = decoder.decode(read_portrait(reading.groups[2]).picture).image
    assert decoded.shape == (531, 413, 3)
    # 500 x 300 px have their middle 233 x 300 as a portrait: it begins at column 133 of row 0.
    assert int(decoded[2, 2, 0]) == pytest.approx(int(ramp[1, 134, 0]), abs=4)
    assert int(decoded[-3, -3, 0]) == pytest.approx(int(ramp[-2, 365, 0]), abs=4)
