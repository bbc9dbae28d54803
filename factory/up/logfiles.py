"""Logs of the programs: bounded, the older part kept beside the newer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

LIMIT_BYTES = 20 * 1024 * 1024
"""A log that has grown to this size goes to `NAME.log.1`, which it replaces."""


def bound_log(path: Path, limit: int = LIMIT_BYTES) -> bool:
    """Put a log that has grown too large aside; whether it had.

    The program keeps its file open and appends, so the content is copied and the file emptied under it: a line written
    between the two is lost, which a log can bear.
    """
    if not path.exists() or path.stat().st_size < limit:
        return False
    shutil.copyfile(path, path.with_name(f"{path.name}.1"))
    with path.open("r+b") as file:
        file.truncate(0)
    return True


def last_words(path: Path) -> str:
    """The last thing that a program's log says, as a sentence; empty where it says nothing."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 8192))
            lines = [line for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    except OSError:
        return ""
    return _told(lines[-1]) if lines else ""


def _told(line: str) -> str:
    try:
        record = json.loads(line)
    except ValueError:
        return line.strip()[:300]
    if not isinstance(record, dict):
        return line.strip()[:300]
    parts = [record.get(key) for key in ("event", "msg", "error", "err")]
    return ": ".join(str(part) for part in parts if part)[:300]
