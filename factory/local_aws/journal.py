"""Every change of an item in DynamoDB, a line each, on disk before it is acknowledged.

The emulator's state file of DynamoDB holds all items of all tables, so that writing it at each change takes longer with
each item: 3,000 items in batches of 25 took 18 s. A change is therefore a line at the end of a file; the state file is
written when a table is made or changed, when the lines have become many, and at an orderly stop. At the start the lines
are played again over it: each says what an item is afterwards, so that one that the state file has already changes
nothing.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

Play = Callable[[str, str, str, Any], object]
"""Is told table, both keys, and the item, or None where it was deleted."""

LONG_BYTES = 64 * 1024 * 1024
"""Lines beyond it are many: reading them again takes a second or two."""


class ItemJournal:
    """The lines since the last state file.

    Args:
        directory: where the emulator's state is.
        long_bytes: from this size on the state file is to be written [bytes].
    """

    def __init__(self, directory: Path, long_bytes: int = LONG_BYTES) -> None:
        self._directory = directory
        self._long_bytes = long_bytes
        self._lock = threading.Lock()
        self._descriptor: int | None = None
        self._number = max(self._numbers(), default=0)
        self._size = sum(path.stat().st_size for path in self._paths())

    @property
    def is_long(self) -> bool:
        """Whether the state file is to be written."""
        return self._size >= self._long_bytes

    def record(self, table: str, partition: str, sort: str, item: Any) -> None:
        """Put a change on disk.

        Args:
            table: ARN of the table.
            partition: value of its partition key.
            sort: value of its sort key.
            item: what it is now; None: deleted.

        Raises:
            OSError: it cannot be written, so it must not be acknowledged.
        """
        line = json.dumps([table, partition, sort, item]).encode() + b"\n"
        with self._lock:
            if self._descriptor is None:
                self._open()
            assert self._descriptor is not None  # noqa: S101 - opened above
            written = os.write(self._descriptor, line)
            self._size += written
            if written < len(line):
                self._close()  # the next line must not stand behind half a one
        if written < len(line):
            raise OSError(f"{self._path(self._number)} took {written} of {len(line)} bytes.")

    def begin(self) -> int:
        """Begin another file; the number up to which a state that is copied from now on has all lines."""
        with self._lock:
            before = self._number
            self._close()
            self._number += 1
        return before

    def drop(self, number: int) -> None:
        """Remove the files up to that number: a state file with all of it is on disk."""
        with self._lock:
            for path in self._paths():
                if int(path.suffixes[0][1:]) <= number:
                    self._size -= path.stat().st_size
                    path.unlink()

    def replay(self, play: Play) -> int:
        """Tell all lines in order; how many they were. A last line that was cut off is none."""
        told = 0
        for path in self._paths():
            for line in path.read_bytes().splitlines():
                try:
                    table, partition, sort, item = json.loads(line)
                except ValueError:
                    continue
                play(table, partition, sort, item)
                told += 1
        return told

    def _open(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Never behind a line of an earlier life, which may have been cut off.
        self._number = max(self._number, max(self._numbers(), default=0) + 1)
        self._descriptor = os.open(self._path(self._number), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _path(self, number: int) -> Path:
        return self._directory / f"dynamodb.{number:06d}.journal"

    def _paths(self) -> list[Path]:
        return sorted(self._directory.glob("dynamodb.*.journal"))

    def _numbers(self) -> list[int]:
        return [int(path.suffixes[0][1:]) for path in self._paths()]


def keep_items(dynamodb: Any, journal: ItemJournal) -> None:
    """Have the emulator's DynamoDB write every change of an item into the journal, and play it when it loads its state.

    Args:
        dynamodb: `ministack.services.dynamodb`, whose names were checked.
        journal: where to.
    """
    set_item, remove_item, load = dynamodb._set_item, dynamodb._remove_item, dynamodb.load_persisted_state  # noqa: SLF001

    def set_and_record(table: Any, partition: str, sort: str, item: Any) -> Any:
        before = set_item(table, partition, sort, item)
        journal.record(table["TableArn"], partition, sort, item)
        return before

    def remove_and_record(table: Any, partition: str, sort: str) -> Any:
        before = remove_item(table, partition, sort)
        if before is not None:
            journal.record(table["TableArn"], partition, sort, None)
        return before

    def play(arn: str, partition: str, sort: str, item: Any) -> None:
        *_, region, account, table_name = arn.split(":", 5)
        table = dynamodb._tables.get_scoped(account, region, table_name.removeprefix("table/"))  # noqa: SLF001
        if table is not None and item is None:
            remove_item(table, partition, sort)
        elif table is not None:
            set_item(table, partition, sort, item)

    def load_and_play(data: Any) -> None:
        load(data)
        journal.replay(play)

    dynamodb._set_item, dynamodb._remove_item = set_and_record, remove_and_record  # noqa: SLF001
    dynamodb.load_persisted_state = load_and_play
