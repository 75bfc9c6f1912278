"""The touchpoints' common key in files: the two halves belong together, and only the owner reads the private one."""

from pathlib import Path

import pytest

from consentry.backends.group_keys import read_group_key, read_group_public, write_group_key
from consentry.core.errors import MalformedError, StorageError


def test_the_halves_belong_together_and_none_is_written_over(tmp_path: Path) -> None:
    private, public = tmp_path / "touchpoints.key", tmp_path / "touchpoints.pub"
    write_group_key(private, public)
    read = read_group_key(private)
    assert read.public_key().public_bytes_raw() == read_group_public(public).public_bytes_raw()
    assert private.stat().st_mode & 0o777 == 0o600
    with pytest.raises(StorageError, match="never written over"):
        write_group_key(private, public)


@pytest.mark.parametrize("text", ["", "CONSENTRY+TOUCHPOINTS+PRIVATE+", "CONSENTRY+TOUCHPOINTS+PRIVATE+zz", "ab" * 32])
def test_what_is_no_key_is_told_without_telling_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "touchpoints.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(MalformedError, match="64 hexadecimal digits"):
        read_group_key(path)
    with pytest.raises(MalformedError, match="PUBLIC"):
        read_group_public(path)


def test_one_that_others_can_read_or_that_is_not_there_is_refused(tmp_path: Path) -> None:
    private, public = tmp_path / "touchpoints.key", tmp_path / "touchpoints.pub"
    write_group_key(private, public)
    private.chmod(0o640)
    with pytest.raises(StorageError, match="by others"):
        read_group_key(private)
    with pytest.raises(StorageError, match="pass keygen"):
        read_group_public(tmp_path / "none.pub")
