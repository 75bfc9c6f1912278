"""Portraits: the two record standards, what the picture says of itself, and what is no portrait."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.core.errors import MalformedError
from consentry.document.face_record_19794 import read_record_19794
from consentry.document.face_record_39794 import read_record_39794
from consentry.document.inspection import portrait_checks
from consentry.document.issuing import write_portrait_group
from consentry.document.picture_header import MOST_PIXELS, PictureError, PictureHeader, read_header
from consentry.document.portrait import read_portrait
from consentry.document.tlv import TlvError, read_tlv, write_tlv
from document.pki import picture

EMRTD = Path("data") / "documents" / "emrtd"


def group(record: bytes, tag: int = 0x5F2E, header: bytes | None = None, count: bytes = b"\x02\x01\x01") -> bytes:
    """Data group 2 around a record."""
    right = bytes.fromhex("80020101 810102 87020101 88020008")
    head = write_tlv(0xA1, right if header is None else header)
    return write_tlv(0x75, write_tlv(0x7F61, count, write_tlv(0x7F60, head, write_tlv(tag, record))))


def record_of(file: bytes) -> bytearray:
    """The record in a data group that ``write_portrait_group`` wrote."""
    return bytearray(file[file.index(b"FAC\0") :])


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "standard", "size", "stated"),
    [
        ("bsi2008/Datagroup2.bin", "ISO/IEC 19794-5", (413, 531), (337, 449)),
        ("loes2006/ef0102.bin", "ISO/IEC 19794-5", (449, 598), (449, 598)),
        ("iso39794-5/ICAO_39794_5_AP_DG2_MandFields.dat", "ISO/IEC 39794-5", (413, 531), None),
        ("iso39794-5/ICAO_39794_5_AP_DG2_AllFields.dat", "ISO/IEC 39794-5", (413, 531), (572, 731)),
    ],
)
def test_the_shared_portraits(
    name: str, standard: str, size: tuple[int, int], stated: tuple[int, int] | None, shared: Path
) -> None:
    portrait = read_portrait((shared / EMRTD / name).read_bytes())
    assert portrait.standard == standard
    assert (portrait.header.width, portrait.header.height) == size
    assert portrait.stated == stated
    differs = stated is not None and stated != size
    told = f"the record says {stated[0]}x{stated[1]}, the picture is {size[0]}x{size[1]}" if differs else ""
    assert portrait.misstated == told


@pytest.mark.shared
def test_the_pictures_in_the_shared_records_are_the_files_beside_them(shared: Path) -> None:
    folder = shared / EMRTD
    old = read_record_19794(memoryview((folder / "iso19794-5" / "ISO19794_Test1_Data.bin").read_bytes()))
    assert bytes(old.picture) == (folder / "iso19794-5" / "ISO19794_Test1_Face.jpg").read_bytes()
    for name in ("AllFields", "MandFields"):
        new = read_record_39794(read_tlv((folder / "iso39794-5" / f"ICAO_39794_5_AP_{name}.dat").read_bytes()))
        assert bytes(new.picture) == (folder / "iso39794-5" / "ICAO_39794_5_AP_Face.jpg").read_bytes()


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    ["iso19794-5/ISO19794_Test2_Data_InvalidImage.bin", "iso39794-5/ICAO_39794_5_AP_MandFields_InvalidImage.dat"],
)
def test_the_shared_invalid_pictures_are_refused(name: str, shared: Path) -> None:
    data = (shared / EMRTD / name).read_bytes()
    old = data.startswith(b"FAC")
    record = read_record_19794(memoryview(data)) if old else read_record_39794(read_tlv(data))
    with pytest.raises(PictureError):
        read_header(record.picture)


@pytest.mark.parametrize(("kind", "told"), [("JPEG", "JPEG"), ("JPEG2000", "JPEG 2000")])
def test_a_picture_says_its_size(kind: str, told: str) -> None:
    assert read_header(picture(kind, 120, 160)) == PictureHeader(told, 120, 160, 3)


@pytest.mark.parametrize("kind", ["JPEG", "JPEG2000"])
def test_a_header_cut_off_at_every_byte_is_refused(kind: str) -> None:
    """Up to where the header ends; behind that it is the decoder's matter."""
    data = picture(kind, 120, 160)
    end = data.index(b"\xff\xda" if kind == "JPEG" else b"\xff\x52")
    for length in range(end):
        with pytest.raises(PictureError):
            read_header(data[:length])


FAULTS = {
    "another identifier": (0, b"FAX\0"),
    "another version": (4, b"030\0"),
    "longer than it is": (8, (10**6).to_bytes(4, "big")),
    "no picture": (12, b"\0\0"),
    "a block longer than the record": (14, (10**6).to_bytes(4, "big")),
    "points beyond the end": (18, b"\xff\xff"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_record_with_a_fault_is_refused(fault: str) -> None:
    record = record_of(write_portrait_group(picture(), 413, 531))
    place, value = FAULTS[fault]
    record[place : place + len(value)] = value
    with pytest.raises(TlvError):
        read_portrait(group(bytes(record)))
    assert [one.name for one in portrait_checks(group(bytes(record)))] == ["portrait"]


REMARKS = {
    "gender": (20, 9),
    "eye colour": (21, 99),
    "hair colour": (22, 99),
    "a pose": (28, 200),
    "full frontal": (34, 7),
    "format of the picture": (35, 5),
}


@pytest.mark.parametrize("told", REMARKS)
def test_what_the_standard_does_not_know_is_told(told: str) -> None:
    record = record_of(write_portrait_group(picture(), 413, 531))
    place, value = REMARKS[told]
    record[place] = value
    assert told in " ".join(read_portrait(group(bytes(record))).remarks)


HEADERS = {
    "owner": bytes.fromhex("87020102 88020008"),
    "format is not the one of a face": bytes.fromhex("87020101 88020009"),
    "type is not face": bytes.fromhex("810108 87020101 88020008"),
}


@pytest.mark.parametrize("told", HEADERS)
def test_a_wrong_header_is_told(told: str) -> None:
    record = bytes(record_of(write_portrait_group(picture(), 413, 531)))
    assert told in " ".join(read_portrait(group(record, header=HEADERS[told])).remarks)
    assert read_portrait(group(record)).remarks == ()


@pytest.mark.parametrize(
    "file",
    [
        write_tlv(0x75),
        write_tlv(0x75, write_tlv(0x7F61)),
        write_tlv(0x75, write_tlv(0x7F61, b"\x02\x01\x01")),
        write_tlv(0x75, write_tlv(0x7F61, b"\x02\x01\x01", write_tlv(0x30))),
        write_tlv(0x75, write_tlv(0x7F61, b"\x02\x01\x01", write_tlv(0x7F60, write_tlv(0xA1)))),
        write_tlv(0x76, write_tlv(0x7F61, b"\x02\x01\x01")),
        group(write_tlv(0xA1, write_tlv(0x65)), 0x7F2E),
        group(b"", 0x7F2E),
        group(b""),
    ],
    ids=lambda file: file.hex()[:24],
)
def test_what_is_no_portrait_is_refused(file: bytes) -> None:
    with pytest.raises(MalformedError):
        read_portrait(file)


@pytest.mark.parametrize(("width", "height"), [(60, 80), (531, 413), (300, 900), (2600, 1500)])
def test_a_picture_of_another_size_or_shape_is_no_portrait(width: int, height: int) -> None:
    (present, *_) = portrait_checks(write_portrait_group(picture("JPEG", width, height), width, height))
    assert present.outcome == "failed"


def test_a_portrait_does_not_print_itself() -> None:
    data = picture()
    portrait = read_portrait(write_portrait_group(data, 413, 531))
    assert repr(portrait) == f"Portrait(JPEG, 413x531, {len(data)} bytes)"


@given(st.integers(1, 65_535), st.integers(1, 65_535))
@settings(max_examples=200)
def test_no_header_lets_more_pixels_through_than_may_be_decoded(width: int, height: int) -> None:
    data = bytearray(picture("JPEG", 120, 160))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    if width * height <= MOST_PIXELS:
        assert read_header(data).width == width
    else:
        with pytest.raises(PictureError, match="megapixels"):
            read_header(data)


@given(st.binary(max_size=400))
@settings(max_examples=300)
def test_no_bytes_break_the_readers(data: bytes) -> None:
    for read in (read_header, read_portrait, lambda one: read_record_19794(memoryview(one))):
        with pytest.raises(MalformedError):
            read(data)
