"""Whole lines off a file that others append to."""

from __future__ import annotations

import zlib
from pathlib import Path

from simulator.shipping.journal import Progress

SEGMENT_BYTES = 4 * 1024 * 1024
"""A segment is no longer, unless a single line is [bytes]."""
TAIL_BYTES = 256
"""So much before a place in a file tells whether it is still the same file [bytes]: lines have their moment in them."""


def resume(path: Path, progress: Progress) -> Progress:
    """How far a file was shipped; from the beginning if it is not the file that was shipped.

    Raises:
        OSError: it cannot be read.
    """
    known = max(progress.shipped, progress.planned)
    if path.stat().st_size >= known and _tail(path, progress) == progress.tail:
        return progress
    return Progress(begun=progress.begun + 1)


def _tail(path: Path, progress: Progress) -> int:
    with path.open("rb") as file:
        file.seek(progress.shipped - progress.tail_bytes)
        return zlib.crc32(file.read(progress.tail_bytes))


def cut(path: Path, progress: Progress, most: int = SEGMENT_BYTES) -> bytes:
    """The next whole lines; those that were planned, if any were.

    Args:
        path: the file.
        progress: how far it was shipped.
        most: bytes at most, unless a single line is longer [bytes].

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        file.seek(progress.shipped)
        if progress.planned > progress.shipped:
            return file.read(progress.planned - progress.shipped)
        found = file.read(most)
        while found and b"\n" not in found and (more := file.read(most)):
            found += more
    return found[: found.rfind(b"\n") + 1]


def after(progress: Progress, sent: bytes) -> Progress:
    """Progress when a segment was sent that begins where it was."""
    shipped, tail = progress.shipped + len(sent), sent[-TAIL_BYTES:]
    return Progress(begun=progress.begun, shipped=shipped, planned=shipped, tail=zlib.crc32(tail), tail_bytes=len(tail))


def ends_with(path: Path, words: bytes) -> bool:
    """Whether a file's last bytes are these."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - len(words)))
        return file.read() == words
