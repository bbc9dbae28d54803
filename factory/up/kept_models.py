"""Models in the user's cache: who uses one, and which are too many.

A new version of the code has a model of its own, and the older ones stay for factories that still run with them and for
those who change between branches. Beside each lies a mark, `NAME.used`: its time is that of the last use, and a process
that serves the model has it locked. The kernel gives the lock back however the process ends, so a mark is never stale.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KEPT = 5
"""So many models are kept, by their last use, beside those that are being served."""
_USED = ".used"


def hold(directory: Path) -> int | None:
    """Mark a model as used, and as being in use until this process ends, also as the program that it becomes.

    Args:
        directory: where it lies, in a cache.

    Returns:
        The open mark; None where no mark can be made, and the model is used without.
    """
    mark = _mark_of(directory)
    while True:
        try:
            held = os.open(mark, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(held, fcntl.LOCK_SH)
            os.utime(held)
        except OSError:
            return None
        if _is_at(held, mark):
            os.set_inheritable(held, True)
            return held
        os.close(held)  # it was taken away between its opening and its locking


def forget_superseded(used: Path, kept: int = KEPT) -> list[str]:
    """Remove models of the same kind, those that were last used longest ago, but none that is in use.

    Args:
        used: the model that is about to be served; it stays, whatever the marks say.
        kept: how many stay, with this one.

    Returns:
        Names of those that were removed.
    """
    kind = used.name.rpartition("-")[0]
    others = [one for one in used.parent.glob(f"{kind}-*") if one.is_dir() and one.suffix != _USED and one != used]
    by_last_use = sorted(others, key=_last_use, reverse=True)
    return sorted(one.name for one in by_last_use[kept - 1 :] if _remove(one))


def _mark_of(directory: Path) -> Path:
    return directory.with_name(f"{directory.name}{_USED}")


def _is_at(opened: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(opened), path.stat())
    except OSError:
        return False


def _last_use(directory: Path) -> float:
    for path in (_mark_of(directory), directory):  # one from before there were marks has none
        try:
            return path.stat().st_mtime
        except OSError:
            continue
    return 0.0


def _remove(directory: Path) -> bool:
    """Remove a model that nobody serves; whether that was done."""
    with _alone(_mark_of(directory)) as alone:
        if not alone:
            return False
        # First out of sight, in one step: nobody finds half a model, or takes one that is about to vanish.
        aside = directory.with_name(f".{directory.name}-{os.getpid()}.old")
        try:
            directory.rename(aside)
        except FileNotFoundError:  # another was faster, and to lock the mark has made it again
            _mark_of(directory).unlink(missing_ok=True)
            return False
        except OSError:
            return False
        shutil.rmtree(aside, ignore_errors=True)
        _mark_of(directory).unlink(missing_ok=True)
        return True


@contextmanager
def _alone(mark: Path) -> Iterator[bool]:
    """Have a mark to oneself, or not: somebody serves the model, or removes it at the same time."""
    try:
        held = os.open(mark, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield False
        return
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        alone = False
    else:
        alone = _is_at(held, mark)
    try:
        yield alone
    finally:
        os.close(held)
