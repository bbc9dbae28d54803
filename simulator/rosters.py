"""The shards that were laid down for this process: read once each, and looked for as long as it runs."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import structlog

from contracts.errors import FactoryError
from simulator.errors import IdentitiesError
from simulator.roster import Roster, read_roster, shard_directories


class Rosters:
    """Shards by name, in the order in which they appeared.

    Args:
        directory: where the init container lays them down.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._read: dict[str, Roster] = {}
        self._unreadable: set[Path] = set()
        self._log = structlog.get_logger("simulator")

    def all(self) -> dict[str, Roster]:
        """Those that have been read."""
        return dict(self._read)

    def wait(self, stop: threading.Event, patience_s: float) -> None:
        """Wait for the first shard.

        Args:
            stop: ends the wait.
            patience_s: how long to wait [s].

        Raises:
            IdentitiesError: no shard was laid down in time, or one cannot be read.
            ScenarioError: a shard's scenario cannot be played.
        """
        deadline_s = time.monotonic() + patience_s
        while not stop.is_set() and not self.look(strict=True):
            if time.monotonic() >= deadline_s:
                raise IdentitiesError(
                    f"No shard has been laid down in {self._directory} after {patience_s:g} s.",
                    remedy="Run python -m init_container first, or set SIMULATOR_IDENTITIES_DIR.",
                )
            self._log.info("waiting for identities", directory=str(self._directory))
            stop.wait(min(2.0, max(0.05, deadline_s - time.monotonic())))

    def look(self, *, strict: bool = False) -> bool:
        """Read shards that have appeared; says whether there are any.

        Args:
            strict: raise what is wrong with one. A bad shard at the start is a mistake to be told; one that comes later
                must not stop the others.
        """
        for directory in shard_directories(self._directory):
            if directory.name in self._read or directory in self._unreadable:
                continue
            try:
                self._read[directory.name] = read_roster(directory)
            except FactoryError as error:
                if strict:
                    raise
                self._unreadable.add(directory)
                self._log.error("a shard cannot be played", error=str(error))
        return bool(self._read)
