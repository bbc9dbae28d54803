"""Whether an earlier process on this machine is dead, so that its shards need not be waited for.

Each process holds a lock on a file named after it in the data directory for as long as it lives; the kernel drops the
lock when it dies, also by kill -9. Another process that gets the lock has proof. Without the file (another machine,
an empty disk) nothing is known, and the lease's own time decides.
"""

from __future__ import annotations

import fcntl
import os
import socket
import uuid
from pathlib import Path
from types import TracebackType
from typing import IO

from simulator.errors import SimulatorUsageError


class Presence:
    """This process's sign of life, as a context.

    Args:
        directory: where the lock files lie.
    """

    def __init__(self, directory: Path) -> None:
        self.owner = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._directory = directory
        self._file: IO[bytes] | None = None
        self._dead: set[str] = set()

    def __enter__(self) -> Presence:
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._file = self._path(self.owner).open("wb")
        except OSError as error:
            raise SimulatorUsageError(
                f"SIMULATOR_DATA_DIR={str(self._directory.parent)!r} cannot be written: {error.strerror}.",
                remedy="Name a directory of your own.",
            ) from None
        fcntl.flock(self._file, fcntl.LOCK_EX)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._path(self.owner).unlink(missing_ok=True)
        if self._file is not None:
            self._file.close()

    def is_dead(self, owner: str) -> bool:
        """Whether the process of that name is known to have died here."""
        if owner in self._dead:
            return True
        path = self._path(owner)
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink(missing_ok=True)
        except (FileNotFoundError, BlockingIOError):
            return False
        self._dead.add(owner)  # the file is gone, but it stays dead
        return True

    def _path(self, owner: str) -> Path:
        # The name comes from a table that others write, so it must not lead out of the directory.
        return self._directory / f"{owner.replace('/', '_')}.lock"
