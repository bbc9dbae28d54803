"""The publisher's own account: writes what `contracts.ledger` describes."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from contracts.ledger import OUTCOMES, Outcome, ledger_file
from contracts.sequences import SequenceRanges
from contracts.telemetry import format_timestamp


class LedgerWriter:
    """Collects the fate of messages, and appends the news as a line when told to.

    Args:
        directory: the ledger directory.
        plant: plant of the shard.
        shard: what is played.
        run: generation; each has a file of its own.
    """

    def __init__(self, directory: Path, plant: str, shard: str, run: int) -> None:
        self.path = ledger_file(directory, shard, run)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._head = {"plant": plant, "shard": shard, "run": run}
        self._news: dict[Outcome, dict[str, SequenceRanges]] = {outcome: {} for outcome in OUTCOMES}
        # Unbuffered: a line that was written survives the kill of this process in the system's cache.
        self._file: IO[bytes] = self.path.open("ab", buffering=0)

    def note(self, outcome: Outcome, device_id: str, seq: int) -> None:
        """A message has come so far; nothing is written yet."""
        devices = self._news[outcome]
        ranges = devices.get(device_id)
        if ranges is None:
            ranges = devices[device_id] = SequenceRanges()
        ranges.add(seq)

    def write(self, at: datetime, *, closed: bool = False) -> None:
        """Append the news since the last line; nothing if there are none, unless this is the last line.

        Raises:
            OSError: it cannot be written, or not whole; the news is kept for the next time.
        """
        news: dict[str, Any] = {outcome: _ranges(devices) for outcome, devices in self._news.items() if devices}
        if not news and not closed:
            return
        entry: dict[str, Any] = {"at": format_timestamp(at), **self._head} | news
        if closed:
            entry["closed"] = True
        self._append(json.dumps(entry, separators=(",", ":")).encode() + b"\n")
        for devices in self._news.values():
            devices.clear()

    def close(self, at: datetime) -> None:
        """Write the last line: nothing follows."""
        try:
            self.write(at, closed=True)
        finally:
            self._file.close()

    def _append(self, line: bytes) -> None:
        end = os.fstat(self._file.fileno()).st_size
        # A disk that becomes full takes a part, without an error; the next line would be spoilt by it.
        if self._file.write(line) < len(line):
            self._file.truncate(end)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))


def _ranges(devices: Mapping[str, SequenceRanges]) -> dict[str, tuple[tuple[int, int], ...]]:
    return {device_id: ranges.ranges for device_id, ranges in devices.items()}
