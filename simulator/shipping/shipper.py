"""One shipment: what the files of a directory have grown by since the last."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from contracts.segments import TRUTH_FILE, WEAR, Segment
from simulator.errors import SimulatorError
from simulator.shipping.cutting import SEGMENT_BYTES, after, cut, ends_with, planned, resume
from simulator.shipping.journal import Progress, load_journal

Put = Callable[[str, bytes], None]
"""Stores an object under a key; raises ShippingError if it could not."""
JOURNAL = "ledger/shipped.json"
"""Beside the ledger: on ECS nothing else of a task can be written but its volumes."""
CLOSED = b'"closed":true}\n'
_LEDGER_NAME = re.compile(r"(?P<run>\d{8})(?:-(?P<part>\d{4}))?\.jsonl")


class ShippingError(SimulatorError):
    """Ledger or truth could not be shipped; the same may work later."""


class Shipper:
    """Ships what is new under a directory; only one at a time may.

    Args:
        directory: SIMULATOR_DATA_DIR.
        put: stores an object.
        remove: whether files that are shipped and closed are taken away.
        segment_bytes: a segment is no longer, unless a single line is [bytes].

    Attributes:
        shipped_bytes: bytes that were taken, so far [bytes].
    """

    def __init__(self, directory: Path, put: Put, *, remove: bool = False, segment_bytes: int = SEGMENT_BYTES) -> None:
        self._directory, self._put, self._remove, self._segment_bytes = directory, put, remove, segment_bytes
        self._path = directory / JOURNAL
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._journal = load_journal(self._path)
        self.shipped_bytes = 0

    @property
    def owner(self) -> str:
        """Whose files these are, as it stands in the keys."""
        return self._journal.owner

    def ship(self) -> None:
        """Ship all that is new.

        Raises:
            ShippingError: something was not taken; what comes after it was not tried, and all of it waits.
        """
        try:
            for path in self._growing():
                self._ship_lines(path)
            for path in sorted(self._directory.glob(f"{WEAR}dt=*/*.parquet")):
                self._ship_whole(path)
            self._forget()
        except OSError as error:
            raise ShippingError(
                f"{error.filename or self._directory} cannot be shipped: {error.strerror or error}."
            ) from error

    def unshipped_bytes(self) -> int:
        """Bytes of ledger and truth that lie here alone [bytes]; wear tables, which are written whole, do not count."""
        waiting = 0
        for path in self._growing():
            size = path.stat().st_size
            waiting += max(0, size - self._journal.lines.get(self._name(path), Progress()).shipped)
        return waiting

    def _growing(self) -> Iterator[Path]:
        # The ledger first: without it nothing is proved.
        yield from sorted(self._directory.glob("ledger/*/*.jsonl"))
        if (truth := self._directory / TRUTH_FILE).exists():
            yield truth

    def _ship_lines(self, path: Path) -> None:
        name = self._name(path)
        progress = resume(path, self._journal.lines.get(name, Progress()))
        # Asked before the file is read: what is not closed now may have grown by the time that it is.
        closed = self._remove and self._closed(path)
        while lines := cut(path, progress, self._segment_bytes):
            self._journal.lines[name] = intent = planned(progress, lines)
            self._journal.save(self._path)
            owner = f"{self._journal.owner}-{progress.begun}"
            self._put(Segment(name, owner, progress.shipped, intent.planned).key, lines)
            self.shipped_bytes += len(lines)
            progress = self._journal.lines[name] = after(progress, lines)
        if closed and path.stat().st_size == progress.shipped:
            path.unlink()

    def _closed(self, path: Path) -> bool:
        """Whether a file is written no more: a ledger that is full, or whose publisher ended in order."""
        found = _LEDGER_NAME.fullmatch(path.name)
        if found is None:
            return False
        following = path.with_name(f"{found['run']}-{int(found['part'] or 0) + 1:04d}.jsonl")
        return following.exists() or ends_with(path, CLOSED)

    def _ship_whole(self, path: Path) -> None:
        # SHARD-RUN-HHMMSS.parquet under dt=YYYY-MM-DD: for a shard's run the paths are in the order of their time.
        name, series = self._name(path), path.name.rpartition("-")[0]
        if name > self._journal.whole.get(series, ""):
            content = path.read_bytes()
            self._put(name, content)
            self.shipped_bytes += len(content)
            self._journal.whole[series] = name
        if self._remove:
            path.unlink()

    def _forget(self) -> None:
        """Keep no account of files that are gone: no name comes again but that of the truth."""
        self._journal.lines = {
            name: progress
            for name, progress in self._journal.lines.items()
            if name == TRUTH_FILE or (self._directory / name).exists()
        }
        self._journal.save(self._path)

    def _name(self, path: Path) -> str:
        return path.relative_to(self._directory).as_posix()
