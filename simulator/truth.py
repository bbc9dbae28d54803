"""The file that says what really happened: a `contracts.truth.TruthRecord` a line."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from pathlib import Path

from contracts.truth import TruthRecord
from simulator.drafts import TruthDraft
from simulator.errors import SimulatorError


def truth_record(draft: TruthDraft, *, plant: str, scenario: str, seed: int, run: int) -> TruthRecord:
    """The record of an event.

    Args:
        draft: what the plant told.
        plant: name of the plant.
        scenario: name of the scenario being played.
        seed: seed of the plant.
        run: generation of the publisher.
    """
    return TruthRecord(
        fault_id=draft.fault_id,
        event=draft.event,
        at=draft.at,
        plant=plant,
        line=draft.line,
        device_id=draft.device_id,
        family=draft.family,
        kind=draft.kind,
        label=draft.label,
        signal=draft.signal,
        parameters=draft.parameters,
        cause=draft.cause,
        scenario=scenario,
        seed=seed,
        run=run,
    )


class TruthWriter:
    """Appends records to a file, so that no two writers mix their lines.

    Each call opens the file and writes all lines at once in append mode, which keeps lines whole between the shards'
    threads and between processes on one machine; a file that was moved away or deleted is begun again. A line that a
    killed writer left torn is ended first, so that it spoils no other.

    Args:
        path: the file; made with its directory when the first record comes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def write(self, records: Iterable[TruthRecord]) -> None:
        """Append records.

        Raises:
            SimulatorError: the file cannot be written.
        """
        lines = "".join(record.model_dump_json(exclude_none=True) + "\n" for record in records)
        if not lines:
            return
        try:
            with self._lock:
                self._append(lines.encode())
        except OSError as error:
            raise SimulatorError(f"The truth cannot be written to {self.path}: {error.strerror}.") from error

    def _append(self, data: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab+") as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    data = b"\n" + data
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
