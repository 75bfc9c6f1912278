"""Files of a chip under the names that readers give them."""

from pathlib import Path

import pytest

from consentry.backends.chip_folder import file_identifier, read_chip_folder
from consentry.core.errors import SourceError


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("ef0101.bin", 0x0101), ("EF011D.BIN", 0x011D), ("011e.bin", 0x011E), ("EF_COM.bin", 0x011E),
        ("ef.sod", None), ("EF.SOD.bin", 0x011D), ("EF_DG16.bin", 0x0110), ("dg2", 0x0102), ("DG02.bin", 0x0102),
        ("Datagroup14.bin", 0x010E), ("datagroup_1.dat", 0x0101), ("EF_DG17.bin", None), ("EF_DG0.bin", None),
        ("ef0111.bin", None), ("ef011C.bin", None), ("readme.txt", None), ("EF_DG1.jpg", None), ("", None),
    ],
)  # fmt: skip
def test_names(name: str, identifier: int | None) -> None:
    assert file_identifier(name) == identifier


@pytest.mark.shared
@pytest.mark.parametrize(
    ("folder", "identifiers"),
    [
        ("loes2006", {0x0101, 0x0102, 0x010F, 0x011D, 0x011E}),
        ("bsi2008", {0x0101, 0x0102, 0x0103, 0x0104, 0x010E, 0x010F, 0x011D, 0x011E}),
        ("tsemrtd", {*range(0x0101, 0x0106), 0x0107, 0x010B, 0x010C, 0x010E, 0x010F, 0x011D, 0x011E}),
    ],
)
def test_the_shared_documents_are_found(folder: str, identifiers: set[int], shared: Path) -> None:
    assert set(read_chip_folder(shared / "data" / "documents" / "emrtd" / folder)) == identifiers


def test_what_cannot_be_told_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="none at"):
        read_chip_folder(tmp_path / "nowhere")
    with pytest.raises(SourceError, match="found none"):
        read_chip_folder(tmp_path)
    (tmp_path / "EF_DG1.bin").write_bytes(b"1")
    (tmp_path / "ef0101.bin").write_bytes(b"2")
    with pytest.raises(SourceError, match="a second 0101"):
        read_chip_folder(tmp_path)


def test_a_file_longer_than_any_is_refused(tmp_path: Path) -> None:
    (tmp_path / "EF_DG2.bin").write_bytes(bytes((1 << 20) + 1))
    with pytest.raises(SourceError, match="at most"):
        read_chip_folder(tmp_path)
