"""Keeps a job going: begins anew when the plant's machines change, and tries again what AWS did not take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

import structlog

from maintenance.errors import MaintenanceError
from maintenance.verdicts.job import VerdictJob
from maintenance.verdicts.measures import Measures
from maintenance.verdicts.registry import Machine

LONGEST_WAIT_S = 60.0
"""After failures the wait doubles up to this [s]."""

_log = structlog.get_logger("verdicts")


class VerdictService:
    """Runs jobs until it is stopped.

    Args:
        machines: asks which machines there are.
        make_job: makes a job for them.
        measures: where failures are counted.
        look_s: time between two turns [s].
        machines_s: time between two questions for machines [s].
    """

    def __init__(
        self,
        machines: Callable[[], Mapping[str, Machine]],
        make_job: Callable[[Mapping[str, Machine]], VerdictJob],
        measures: Measures,
        look_s: float,
        machines_s: float,
    ) -> None:
        self._ask, self._make_job, self._measures = machines, make_job, measures
        self._look_s, self._machines_s = look_s, machines_s
        self._machines: Mapping[str, Machine] = {}
        self._job: VerdictJob | None = None
        self._asked_s = float("-inf")
        self._alive_s = time.monotonic()

    @property
    def silent_s(self) -> float:
        """How long nothing was done [s]."""
        return time.monotonic() - max(self._alive_s, self._job.alive_at if self._job else self._alive_s)

    def run(self, stop: threading.Event) -> None:
        """Work until stopped; the turn that is under way is finished."""
        failed = 0
        while not stop.is_set():
            wait_s = self._look_s
            try:
                self._turn()
                failed = 0
            except MaintenanceError as error:
                wait_s = min(self._look_s * 2**failed, max(LONGEST_WAIT_S, self._look_s))
                failed = min(failed + 1, 10)
                self._measures.failures.inc()
                _log.warning("turn_failed", error=" ".join(str(error).split()), again_in_s=wait_s)
            self._alive_s = time.monotonic()
            stop.wait(wait_s)

    def _turn(self) -> None:
        if time.monotonic() - self._asked_s >= self._machines_s or not self._machines:
            self._look_for_machines()
        if self._job is not None:
            self._job.turn()
        self._measures.turn.set(time.time())

    def _look_for_machines(self) -> None:
        machines = self._ask()
        self._asked_s = time.monotonic()
        if machines == self._machines:
            return
        _log.info("machines", count=len(machines), before=len(self._machines))
        job = self._make_job(machines) if machines else None
        if job is not None:
            job.recall()
        # Only now: a recall that failed is tried again with the next turn.
        self._machines, self._job = machines, job
