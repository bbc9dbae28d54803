"""The publisher's own account of what it said and what was heard.

A file a shard and run, `SHARD/RUN.jsonl` under the ledger directory, and when that is full `SHARD/RUN-PART.jsonl`,
which stands for itself; a line a second at most, each the *news* since the line before. The ledger is written after the
fact it records, so a publisher that is killed has at worst said too little, never too much. How a line groups its
machines is in `contracts.ledger_lines`; lines that name each machine with its ranges are read as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from contracts.errors import FactoryError
from contracts.ledger_lines import by_machine
from contracts.telemetry import UtcDatetime

Outcome = Literal["published", "acknowledged", "refused", "overflowed", "sent_again"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
Ranges = dict[str, list[tuple[int, int]]]
"""Inclusive ranges of sequence numbers by device_id."""


class LedgerError(FactoryError):
    """A ledger that cannot be read."""


class LedgerEntry(BaseModel):
    """What is new since the entry before.

    `published`: given a number and handed to the connection or the offline store. `acknowledged`: the broker took it.
    `refused`: the broker's policy, or the size limit, said no for good. `overflowed`: dropped because the offline store
    was full. What is published and none of these three was under way when the publisher ended: the broker never took
    responsibility for it. `sent_again`: a fault had it sent once more under its number, and the broker took that as
    well.
    """

    model_config = ConfigDict(extra="forbid")

    at: UtcDatetime
    plant: str
    shard: str
    run: int = Field(ge=1)
    published: Ranges = Field(default_factory=dict)
    acknowledged: Ranges = Field(default_factory=dict)
    refused: Ranges = Field(default_factory=dict)
    overflowed: Ranges = Field(default_factory=dict)
    sent_again: Ranges = Field(default_factory=dict)
    closed: bool = Field(default=False, description="The publisher ended in order; nothing follows.")


def ledger_file(directory: Path, shard: str, run: int, part: int = 0) -> Path:
    """Where the ledger of a shard's run lies.

    Args:
        directory: of all ledgers.
        shard: what is played.
        run: generation.
        part: how many files of that run are full.

    Example:
        >>> [str(ledger_file(Path("ledger"), "shard-0000", 3, part)) for part in (0, 1)]
        ['ledger/shard-0000/00000003.jsonl', 'ledger/shard-0000/00000003-0001.jsonl']
    """
    return directory / shard / (f"{run:08d}-{part:04d}.jsonl" if part else f"{run:08d}.jsonl")


def read_ledger(path: Path) -> Iterator[LedgerEntry]:
    """The entries of a ledger file; a last line cut short by a killed writer is passed over.

    Raises:
        LedgerError: a line that is neither an entry nor the torn end.
    """
    yield from ledger_entries(path.read_bytes(), str(path))


def ledger_entries(content: bytes, name: str) -> Iterator[LedgerEntry]:
    """The entries that a ledger file's content holds; a last line cut short is passed over.

    Args:
        content: of the file, from its beginning: machines are named where a line first speaks of them.
        name: what people call it.

    Raises:
        LedgerError: a line that is neither an entry nor the torn end.
    """
    machines: list[str] = []
    lines = content.split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _entry(json.loads(line), machines)
        except (ValueError, TypeError) as error:  # of JSON, of its encoding, of the model
            if number == len(lines):  # a whole line ends with a newline, so this one was being written
                return
            raise LedgerError(f"{name}, line {number} is not an entry of a ledger: {line[:80]!r}.") from error


def _entry(line: Any, machines: list[str]) -> LedgerEntry:
    """An entry from what a line holds; `machines` grows by those that it names."""
    if isinstance(line, dict):
        machines += line.pop("machines", [])
        for outcome in OUTCOMES:
            if isinstance(line.get(outcome), list):
                line[outcome] = by_machine(line[outcome], machines)
    return LedgerEntry.model_validate(line)
