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
    same = path.stat().st_size >= progress.shipped and _tail_is(path, progress)
    # What was planned may be in the bucket under that key already: nothing else may be sent under it.
    if same and progress.planned > progress.shipped:
        same = zlib.crc32(cut(path, progress)) == progress.planned_sum
    return progress if same else Progress(begun=progress.begun + 1)


def _tail_is(path: Path, progress: Progress) -> bool:
    tail = bytes.fromhex(progress.tail)
    with path.open("rb") as file:
        file.seek(progress.shipped - len(tail))
        return file.read(len(tail)) == tail


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


def planned(progress: Progress, lines: bytes) -> Progress:
    """Progress when a segment is about to be sent that begins where it is."""
    return progress.model_copy(update={"planned": progress.shipped + len(lines), "planned_sum": zlib.crc32(lines)})


def after(progress: Progress, sent: bytes) -> Progress:
    """Progress when a segment was sent that begins where it was."""
    shipped, tail = progress.shipped + len(sent), (bytes.fromhex(progress.tail) + sent)[-TAIL_BYTES:]
    return Progress(begun=progress.begun, shipped=shipped, planned=shipped, tail=tail.hex())


def ends_with(path: Path, words: bytes) -> bool:
    """Whether a file's last bytes are these."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - len(words)))
        return file.read() == words
