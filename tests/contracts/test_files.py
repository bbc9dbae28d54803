"""A reader finds what was there before or what is there now, and never a part."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from contracts.files import PRIVATE, write_whole


def names(directory: Path) -> list[str]:
    """Of what is in a directory."""
    return [path.name for path in directory.iterdir()]


def test_text_and_bytes_take_the_place_of_what_was_there(tmp_path: Path) -> None:
    """Text as UTF-8, with its ends of lines as they are."""
    path = tmp_path / "a.txt"
    path.write_text("before")
    write_whole(path, "Grüße\r\n")
    assert path.read_bytes() == b"Gr\xc3\xbc\xc3\x9fe\r\n"
    write_whole(path, b"\x00", sync=True)
    assert (path.read_bytes(), names(tmp_path)) == (b"\x00", ["a.txt"])


def test_a_secret_is_its_owners_from_the_first_byte_on(tmp_path: Path) -> None:
    """Also where the file was open to others before: the new one takes its name and not its rights."""
    path = tmp_path / "key"
    path.write_text("open")
    path.chmod(0o644)
    write_whole(path, "closed", mode=PRIVATE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("moment", ["write", "replace"])
def test_what_was_there_stays_where_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """Nor is a half of it left; a disk that is full is told as such."""
    path = tmp_path / "a.txt"
    path.write_text("before")

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((os, "fsync") if moment == "write" else (Path, "replace")), full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, "after", sync=True)
    assert (path.read_text(), names(tmp_path)) == ("before", ["a.txt"])


def test_a_pattern_finds_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers list directories by the ends of names, while somebody writes there."""
    seen: list[list[Path]] = []
    replace = Path.replace

    def look(draft: Path, target: Path) -> Path:
        seen.append([*tmp_path.glob("*.parquet"), *tmp_path.glob("**/*.json")])
        return replace(draft, target)

    monkeypatch.setattr(Path, "replace", look)
    write_whole(tmp_path / "a.parquet", b"1")
    write_whole(tmp_path / "a.json", "{}")
    assert seen == [[], [tmp_path / "a.parquet"]]
