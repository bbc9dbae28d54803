"""The publisher's side: every ledger under a directory, or as simulators have shipped it to S3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from contracts.ledger import LedgerEntry, ledger_entries, read_ledger
from contracts.segments import LEDGER_SEGMENTS, ShippedFile, shipped_files
from factory.audit.stores import Store, contents
from factory.errors import LocalFactoryError, LocalFactoryUsageError


class Ledgers(Protocol):
    """All ledgers of a publisher."""

    @property
    def headless(self) -> list[str]:
        """Files whose beginning is gone: what is left of them cannot be read."""

    def entries(self, progress: Callable[[int, int], None] | None = None) -> Iterator[LedgerEntry]:
        """Their entries, one file after the other.

        Args:
            progress: told how many bytes of how many are read.

        Raises:
            LedgerError: a file is no ledger.
        """


class LedgerDirectory:
    """Ledgers as their publisher has written them: `SHARD/RUN.jsonl`.

    Args:
        directory: where they lie.

    Raises:
        LocalFactoryUsageError: there is none, so that nothing could be proved.
    """

    def __init__(self, directory: Path) -> None:
        self.headless: list[str] = []
        self._files = sorted(directory.glob("*/*.jsonl"))
        if not self._files:
            raise LocalFactoryUsageError(
                f"{directory} holds no ledger of a publisher.",
                remedy="Name the directory of a factory that has run (--data-dir), or its ledger (--ledger).",
            )

    def entries(self, progress: Callable[[int, int], None] | None = None) -> Iterator[LedgerEntry]:
        """Their entries, one file after the other."""
        sizes = [path.stat().st_size for path in self._files]
        for number, path in enumerate(self._files, 1):
            yield from read_ledger(path)
            if progress is not None:
                progress(sum(sizes[:number]), sum(sizes))


class ShippedLedgers:
    """Ledgers as simulators have shipped them, put together from their segments.

    A file without its beginning has had its time in the bucket: its lines speak of machines that an earlier line named.
    It is passed over, which proves less, and is told in `headless`. A gap behind the beginning has no such reason.

    Args:
        store: where segments lie, under `segments/ledger/`.

    Raises:
        LocalFactoryUsageError: there is none, so that nothing could be proved.
        LocalFactoryError: segments are missing between others.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        files = shipped_files(found.key for found in store.objects(LEDGER_SEGMENTS))
        if not files:
            raise LocalFactoryUsageError(
                f"{store.name} holds no ledger of a simulator under {LEDGER_SEGMENTS}.",
                remedy="Simulators ship theirs where SIMULATOR_TRUTH_BUCKET is set; the first after a minute.",
            )
        self.headless = [f"{file.file} of {file.owner}" for file in files if not file.begun]
        self._files = [file for file in files if file.begun]
        _refuse_gaps(store, self._files)

    def entries(self, progress: Callable[[int, int], None] | None = None) -> Iterator[LedgerEntry]:
        """Their entries, one file after the other; no more than a file is in memory."""
        total = sum(file.segments[-1].end for file in self._files)
        done = 0
        pieces = contents(self._store, (segment.key for file in self._files for segment in file.segments))
        for file in self._files:
            content = b"".join(next(pieces) for _ in file.segments)
            done += len(content)
            yield from ledger_entries(content, f"{self._store.name} {file.file} of {file.owner}")
            if progress is not None:
                progress(done, total)


def _refuse_gaps(store: Store, files: list[ShippedFile]) -> None:
    broken = [(file, end, start) for file in files for end, start in file.breaks]
    if broken:
        file, end, start = broken[0]
        raise LocalFactoryError(
            f"{store.name}: {len(broken)} gaps in {len({one for one, _, _ in broken})} ledgers; the first in "
            f"{file.file} of {file.owner}, where byte {end} should come and byte {start} does.",
            remedy="Segments were deleted, or left out of a copy: nothing behind a gap can be read. With versioning "
            "they can be brought back.",
        )
