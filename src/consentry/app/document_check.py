"""Check one travel document from its files to its verdict and its decoded portrait."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from consentry.backends.portrait_decoder import PortraitDecoder
from consentry.core.errors import BackendError, MalformedError
from consentry.document.checks import Check, DocumentReport, Outcome
from consentry.document.further_groups import FurtherGroups, read_further_groups
from consentry.document.inspection import inspect
from consentry.document.known_faults import NONE_KNOWN, KnownFaults
from consentry.document.lds import TAGS, file_of, read_mrz_group
from consentry.document.mrz import Mrz, parse_mrz
from consentry.document.portrait import PortraitSample, read_portrait
from consentry.document.trust import TrustStore

_DECODED, _DECODED_CLAUSE = "portrait_decoded", "ICAO Doc 9303-10, 4.7.2"


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """What came of it. It does not print the holder."""

    report: DocumentReport
    at: float
    """The moment that was asked about, s UTC."""
    zone: Mrz | None = field(repr=False)
    """Of data group 1, where it reads."""
    portrait: PortraitSample | None = field(repr=False)
    """Of data group 2, where it decodes."""
    further: FurtherGroups
    """Of the data groups behind them, as far as they are there and read."""


def check_document(
    files: Mapping[int, bytes],
    trust: TrustStore,
    at: float,
    decoder: PortraitDecoder,
    *,
    optical_mrz: str | None = None,
    chip_checks: tuple[Check, ...] = (),
    faults: KnownFaults = NONE_KNOWN,
) -> CheckedDocument:
    """Inspect a document, and decode its portrait, which is one more thing without which nothing is genuine.

    Args:
        files: see ``inspect``; the others likewise.
        trust: whom to trust.
        at: s UTC.
        decoder: of portraits.
        optical_mrz: the printed zone.
        chip_checks: what came of the dialogue with the chip.
        faults: see ``inspect``.
    """
    report = inspect(files, trust, at, optical_mrz=optical_mrz, chip_checks=chip_checks, faults=faults)
    portrait, decoded = _decode(files.get(file_of(2)), decoder)
    whole = DocumentReport((*report.checks, decoded), report.essential | {_DECODED})
    further = read_further_groups({number: files[file_of(number)] for number in TAGS if file_of(number) in files})
    return CheckedDocument(whole, at, _zone(files.get(file_of(1)), at), portrait, further)


def _decode(file: bytes | None, decoder: PortraitDecoder) -> tuple[PortraitSample | None, Check]:
    if file is None:
        return None, Check(_DECODED, Outcome.UNDETERMINED, "data group 2 could not be read", _DECODED_CLAUSE)
    try:
        sample = decoder.decode(read_portrait(file).picture)
    except MalformedError as error:
        return None, Check(_DECODED, Outcome.FAILED, str(error), _DECODED_CLAUSE)
    except BackendError as error:
        return None, Check(_DECODED, Outcome.UNDETERMINED, str(error), _DECODED_CLAUSE)
    why = f"decoded in a worker locked by {decoder.confined}"
    return sample, Check(_DECODED, Outcome.SUCCESSFUL, why, _DECODED_CLAUSE)


def _zone(file: bytes | None, at: float) -> Mrz | None:
    if file is None:
        return None
    try:
        return parse_mrz(read_mrz_group(file), datetime.fromtimestamp(at, UTC).date())
    except MalformedError:
        return None  # the report says so
