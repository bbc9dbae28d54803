"""Writing identities to disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from init_container import lay_down as module
from init_container.lay_down import exchange, lay_down, remove, same

OLD = {"manifest.json": b"1", "identities/M001.key.pem": b"old"}
NEW = {"manifest.json": b"2", "identities/M002.key.pem": b"new"}


def content(directory: Path) -> dict[str, bytes]:
    """Every file of a directory."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*") if path.is_file()
    }


def test_files_and_directories_are_for_their_owner_to_read(tmp_path: Path) -> None:
    """Nobody writes there, not even the owner, and nobody else reads."""
    lay_down(tmp_path / "shard-0000", OLD)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "shard-0000").rglob("*")}
    assert modes == {"manifest.json": 0o400, "identities": 0o500, "M001.key.pem": 0o400}
    assert (tmp_path / "shard-0000").stat().st_mode & 0o777 == 0o500


def test_twice_changes_nothing(tmp_path: Path) -> None:
    """The second time nothing is written at all."""
    assert lay_down(tmp_path / "shard-0000", OLD)
    inode = (tmp_path / "shard-0000").stat().st_ino
    assert not lay_down(tmp_path / "shard-0000", OLD)
    assert (tmp_path / "shard-0000").stat().st_ino == inode


@pytest.mark.parametrize("atomic", [True, False])
def test_new_identities_take_the_place_of_the_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, atomic: bool
) -> None:
    """With the kernel's exchange and without it; nothing is left beside."""
    if not atomic:
        monkeypatch.setattr(module.sys, "platform", "other")
    lay_down(tmp_path / "shard-0000", OLD)
    assert lay_down(tmp_path / "shard-0000", NEW)
    assert content(tmp_path / "shard-0000") == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["shard-0000"]


def test_a_file_that_was_changed_or_opened_to_others_is_put_right(tmp_path: Path) -> None:
    """What is on disk is looked at, not believed."""
    key = tmp_path / "shard-0000/identities/M001.key.pem"
    lay_down(tmp_path / "shard-0000", OLD)
    key.chmod(0o644)
    assert lay_down(tmp_path / "shard-0000", OLD)
    key.chmod(0o600)
    key.write_bytes(b"forged")
    key.chmod(0o400)
    assert lay_down(tmp_path / "shard-0000", OLD)
    assert key.read_bytes() == b"old"


def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path) -> None:
    """A draft that was never exchanged is no harm."""
    draft = tmp_path / ".shard-0000.draft"
    draft.mkdir()
    (draft / "half").write_text("x")
    lay_down(tmp_path / "shard-0000", NEW)
    assert [path.name for path in tmp_path.iterdir()] == ["shard-0000"]


def test_a_run_killed_between_two_renames_loses_nothing(tmp_path: Path) -> None:
    """Where the kernel cannot exchange, the old identities are found again."""
    lay_down(tmp_path / "shard-0000", OLD)
    (tmp_path / "shard-0000").rename(tmp_path / ".shard-0000.old")
    assert not lay_down(tmp_path / "shard-0000", OLD)
    assert content(tmp_path / "shard-0000") == OLD


def test_a_reader_finds_old_or_new_and_never_some_of_each(tmp_path: Path) -> None:
    """An open directory keeps showing what it showed."""
    lay_down(tmp_path / "shard-0000", OLD)
    lay_down(tmp_path / "other", NEW)
    descriptor = os.open(tmp_path / "shard-0000", os.O_RDONLY)
    exchange(tmp_path / "other", tmp_path / "shard-0000", tmp_path / "spare")
    assert sorted(os.listdir(descriptor)) == ["identities", "manifest.json"]  # noqa: PTH208 - of an open directory
    os.close(descriptor)
    assert content(tmp_path / "shard-0000") == NEW


@given(st.dictionaries(st.sampled_from(["a", "b", "d/c", "d/e"]), st.binary(max_size=8), min_size=1))
def test_whatever_is_laid_down_is_the_same(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    """Any files, read back, are those files."""
    directory = tmp_path_factory.mktemp("any") / "shard"
    lay_down(directory, files)
    assert same(directory, files)
    assert content(directory) == files
    remove(directory)
    assert not directory.exists()


def test_half_a_file_is_not_laid_down_as_a_whole_one(
    tmp_path: Path, full_disk: Callable[[int], AbstractContextManager[None]]
) -> None:
    """The first bytes of a key were taken: that is a failure, and the directory stays as it was."""
    with full_disk(50), pytest.raises(OSError, match="File too large"):
        lay_down(tmp_path / "shard-0000", {"key.pem": b"x" * 100})

    assert not (tmp_path / "shard-0000").exists()
