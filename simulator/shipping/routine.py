"""Shipments on a thread of their own, for as long as something plays, and one at its end."""

from __future__ import annotations

import fcntl
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

import structlog

from simulator.backoff import full_jitter
from simulator.errors import SimulatorUsageError
from simulator.shipping.meters import ShippingMeters
from simulator.shipping.shipper import Shipper, ShippingError

LOCK = "ledger/shipping.lock"
LAST_S = 10.0
"""How long the last shipment is tried when the program ends [s]: ECS kills a task 30 s after it asked it to end."""


class Routine:
    """Ships a directory while it is entered, and what is left when it is left.

    Of several programs on one directory one ships, whoever holds the lock; another goes on when that one has ended.

    Args:
        directory: SIMULATOR_DATA_DIR.
        shipper: makes the shipper, once this program may ship.
        every_s: time between two shipments [s].
        meters: what is counted.
        last_s: how long the last shipment is tried [s].
    """

    def __init__(
        self,
        directory: Path,
        shipper: Callable[[], Shipper],
        every_s: float,
        meters: ShippingMeters,
        last_s: float = LAST_S,
    ) -> None:
        self._path, self._make, self._every_s, self._meters = directory / LOCK, shipper, every_s, meters
        self._last_s = last_s
        self._shipper: Shipper | None = None
        self._lock: IO[bytes] | None = None
        self._failed = self._left = 0
        self._random = random.Random()  # noqa: S311 - spreads load; the same seed everywhere would defeat it
        self._stop, self._done = threading.Event(), False
        self._log = structlog.get_logger("simulator")
        self._thread = threading.Thread(target=self._run, name="shipping", daemon=True)

    def __enter__(self) -> Routine:
        """Begin.

        Raises:
            SimulatorUsageError: the directory cannot be written.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = self._path.open("wb")
        except OSError as error:
            raise SimulatorUsageError(
                f"{self._path.parent} cannot be written: {error.strerror}.", remedy="Name a directory of your own."
            ) from None
        self._meters.last_shipment.set_to_current_time()  # or one that never succeeds would not be noticed
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ship what is left, and end."""
        self._stop.set()
        self._thread.join(self._last_s + 1)
        if not self._done:
            self._log.error("ended before all of ledger and truth was shipped", bytes_left=self._left)
        elif self._lock is not None:
            self._lock.close()

    def _run(self) -> None:
        wait_s = self._every_s
        while not self._stop.wait(wait_s):
            wait_s = self._every_s if self._turn() else full_jitter(self._failed, self._random, cap=self._every_s)
        deadline_s = time.monotonic() + self._last_s
        while not self._turn():
            if time.monotonic() >= deadline_s:
                return
            time.sleep(0.5)
        self._done = True

    def _turn(self) -> bool:
        """Make a shipment; says whether nothing is left to do."""
        if not self._may_ship():
            self._meters.last_shipment.set_to_current_time()
            return True
        try:
            if self._shipper is None:
                self._shipper = self._make()
                self._log.info("ledger and truth are shipped", owner=self._shipper.owner, every_s=self._every_s)
            self._ship(self._shipper)
        except (ShippingError, OSError) as error:
            self._failed += 1
            self._meters.failures.inc()
            if self._failed == 1:
                self._log.warning("ledger and truth could not be shipped; tried again", error=str(error))
            return False
        if self._failed:
            self._log.info("ledger and truth are shipped again", failures=self._failed)
        self._failed = 0
        self._meters.last_shipment.set_to_current_time()
        return True

    def _ship(self, shipper: Shipper) -> None:
        before = shipper.shipped_bytes
        try:
            shipper.ship()
        finally:
            self._meters.shipped.inc(shipper.shipped_bytes - before)
            self._left = shipper.unshipped_bytes()
            self._meters.unshipped.set(self._left)

    def _may_ship(self) -> bool:
        """Whether no other program ships this directory; the kernel lets go of the lock when its holder dies."""
        try:
            if self._shipper is None and self._lock is not None:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
