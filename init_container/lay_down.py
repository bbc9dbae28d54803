"""Writing identities to disk: whole or not at all, for their owner's eyes only.

A shard is written beside its place and then exchanged with what was there in one step of the kernel, so that a reader
finds either the old identities or the new ones, never some of each. Nothing is forced to the disk: the init container
runs before every start, and finds out if a power failure took something.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

FILE_MODE = 0o400
DIRECTORY_MODE = 0o500
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def same(directory: Path, files: Mapping[str, bytes]) -> bool:
    """Whether a directory holds exactly these files, unreadable for others."""
    if not directory.is_dir():
        return False
    there = {path.relative_to(directory).as_posix(): path for path in directory.rglob("*") if not path.is_dir()}
    if there.keys() != files.keys():
        return False
    return all(
        (path.stat().st_mode & 0o777) == FILE_MODE and path.read_bytes() == files[name] for name, path in there.items()
    )


def lay_down(directory: Path, files: Mapping[str, bytes]) -> bool:
    """Make a directory hold exactly these files; return whether anything had to be done.

    Args:
        directory: its place; its parent is made if need be.
        files: content by path below it.
    """
    directory.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft, old = _beside(directory, "draft"), _beside(directory, "old")
    if old.exists() and not directory.exists():
        # An earlier run was killed between the two renames of a file system that cannot exchange.
        old.rename(directory)
    remove(draft)
    remove(old)
    if same(directory, files):
        return False
    _write(draft, files)
    if directory.exists():
        exchange(draft, directory, old)
        remove(draft)
        remove(old)
    else:
        draft.rename(directory)
    return True


def exchange(one: Path, other: Path, spare: Path) -> None:
    """Let two directories change places; through a third place where the kernel cannot do it at once.

    Args:
        one: a directory.
        other: a directory beside it.
        spare: a free name beside them; it holds what was at `other` if the third place was needed.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        renamed = getattr(libc, "renameat2", None)
        if renamed and not renamed(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE):
            return
        number = ctypes.get_errno()
        if renamed and number not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
            raise OSError(number, os.strerror(number), str(other))
    other.rename(spare)
    one.rename(other)


def remove(directory: Path) -> None:
    """Remove a directory that we laid down; its own modes forbid that until they are changed."""
    if not directory.exists():
        return
    for path in (directory, *(path for path in directory.rglob("*") if path.is_dir())):
        path.chmod(0o700)
    shutil.rmtree(directory)


def _write(directory: Path, files: Mapping[str, bytes]) -> None:
    directory.mkdir(mode=0o700)
    inner = {(directory / name).parent for name in files} - {directory}
    for path in inner:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in files.items():
        descriptor = os.open(directory / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        # Not os.write: a disk that becomes full takes a part, and says so only to who asks.
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    for path in (*inner, directory):
        path.chmod(DIRECTORY_MODE)


def _beside(directory: Path, what: str) -> Path:
    return directory.with_name(f".{directory.name}.{what}")
