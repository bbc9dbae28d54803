"""The publisher's side: every ledger under a directory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from contracts.ledger import LedgerEntry, read_ledger
from factory.errors import LocalFactoryUsageError


def ledger_files(directory: Path) -> list[Path]:
    """All ledgers of a publisher, by shard and run.

    Raises:
        LocalFactoryUsageError: there is none, so that nothing could be proved.
    """
    files = sorted(directory.glob("*/*.jsonl"))
    if not files:
        raise LocalFactoryUsageError(
            f"{directory} holds no ledger of a publisher.",
            remedy="Name the directory of a factory that has run (--data-dir), or its ledger (--ledger).",
        )
    return files


def entries(files: list[Path]) -> Iterator[LedgerEntry]:
    """The entries of ledgers, one file after the other."""
    for path in files:
        yield from read_ledger(path)
