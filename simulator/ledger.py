"""The publisher's own account: writes what `contracts.ledger` describes."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any

from contracts.ledger import OUTCOMES, Outcome, ledger_file
from contracts.ledger_lines import grouped
from contracts.telemetry import format_timestamp

PART_BYTES = 8 * 1024 * 1024
"""A file of the ledger is full at that size [bytes]; a full one is never touched again, so it can be taken away."""


class LedgerWriter:
    """Collects the fate of messages, and appends the news as a line when told to.

    Args:
        directory: the ledger directory.
        plant: plant of the shard.
        shard: what is played.
        run: generation; each has files of its own.
        part_bytes: size at which a file is full [bytes].

    Attributes:
        path: the file being written.
    """

    def __init__(self, directory: Path, plant: str, shard: str, run: int, part_bytes: int = PART_BYTES) -> None:
        self._part, self._part_bytes = 0, part_bytes
        self._path_of = partial(ledger_file, directory, shard, run)
        self.path = self._path_of()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._head = {"plant": plant, "shard": shard, "run": run}
        self._news: dict[Outcome, list[tuple[str, int]]] = {outcome: [] for outcome in OUTCOMES}
        self._numbers: dict[str, int] = {}
        self._named = 0
        # Unbuffered: a line that was written survives the kill of this process in the system's cache.
        self._file: IO[bytes] = self.path.open("ab", buffering=0)

    def note(self, outcome: Outcome, device_id: str, seq: int) -> None:
        """A message has come so far; nothing is written yet."""
        self._news[outcome].append((device_id, seq))

    def write(self, at: datetime, *, closed: bool = False) -> None:
        """Append the news since the last line; nothing if there are none, unless this is the last line.

        Raises:
            OSError: it cannot be written, or not whole; the news is kept for the next time.
        """
        told = {outcome: news for outcome, news in self._news.items() if news}
        if not told and not closed:
            return
        machines = self._number(told.values())
        entry: dict[str, Any] = {"at": format_timestamp(at), **self._head}
        if len(machines) > self._named:
            entry["machines"] = machines[self._named :]
        entry |= {outcome: grouped(news, self._numbers) for outcome, news in told.items()}
        if closed:
            entry["closed"] = True
        self._append(json.dumps(entry, separators=(",", ":")).encode() + b"\n")
        self._named = len(machines)
        for news in told.values():
            news.clear()
        if not closed and os.fstat(self._file.fileno()).st_size >= self._part_bytes:
            self._begin_part()

    def _number(self, told: Iterable[list[tuple[str, int]]]) -> list[str]:
        """Give numbers to machines that have none; all names, in the order of their numbers."""
        for news in told:
            new = {device_id for device_id, _ in news} - self._numbers.keys()
            for device_id in (dict.fromkeys(one for one, _ in news if one in new)) if new else ():
                self._numbers[device_id] = len(self._numbers)
        return list(self._numbers)

    def close(self, at: datetime) -> None:
        """Write the last line: nothing follows."""
        try:
            self.write(at, closed=True)
        finally:
            self._file.close()

    def _begin_part(self) -> None:
        """Go on in a file of its own, in which all machines are named anew."""
        path = self._path_of(self._part + 1)
        file = path.open("ab", buffering=0)
        self._file.close()
        self._file, self.path, self._part = file, path, self._part + 1
        self._numbers.clear()
        self._named = 0

    def _append(self, line: bytes) -> None:
        end = os.fstat(self._file.fileno()).st_size
        # A disk that becomes full takes a part, without an error; the next line would be spoilt by it.
        if self._file.write(line) < len(line):
            self._file.truncate(end)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
