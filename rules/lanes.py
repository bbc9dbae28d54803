"""A lane an action: a queue and a few threads, so that a service that hangs holds up no other action."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog

from rules.actions import Action, BatchingAction
from rules.errors import ActionError, FinalError
from rules.measures import Measures
from rules.retry import StoppedError, attempt
from rules.work import Job, Outcome

log = structlog.get_logger(__name__)


class Lane:
    """Carries out the jobs of one action, each until it succeeds or fails for good.

    Args:
        rule_name: the rule that the action belongs to.
        action: what to perform.
        report: told of each outcome, from one of the lane's threads.
        stopping: set when what is not done must be left undone.
    """

    def __init__(
        self,
        rule_name: str,
        action: Action[Any],
        report: Callable[[Outcome], None],
        stopping: threading.Event,
        measures: Measures,
    ) -> None:
        self._policy = action.policy
        # A batching action carries out batches, and nothing else, in its lane.
        self._attempts = action.deliveries if isinstance(action, BatchingAction) else action.attempts
        self._report = report
        self._stopping = stopping
        self._log = log.bind(rule=rule_name, action=action.kind)
        self._seconds = measures.action_seconds.labels(action.kind)
        self._retries = measures.action_retries.labels(rule_name, action.kind)
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        # Threads that a hanging call holds must not hold the process: hence daemons.
        for number in range(action.threads):
            name = f"{rule_name}-{action.kind}-{number}"
            threading.Thread(target=self._work, name=name, daemon=True).start()

    def submit(self, job: Job) -> None:
        """Have a job done."""
        self._jobs.put(job)

    def _work(self) -> None:
        while not self._stopping.is_set():
            job = self._jobs.get()
            try:
                self._report(self._carry_out(job))
            except StoppedError:
                return

    def _carry_out(self, job: Job) -> Outcome:
        try:
            call = self._attempts(job.request)
            attempt(
                lambda: self._timed(call),
                self._policy,
                wait=self._stopping.wait,
                on_retry=lambda error: self._on_retry(job, error),
            )
        except FinalError as error:
            self._log.error("the action failed", messages=len(job.tasks), error=str(error))
            return Outcome(job, str(error))
        except StoppedError:
            raise
        except Exception as error:  # noqa: BLE001 - see below; it is logged with its traceback
            # A fault of ours must not end the thread: the lane would go silent, and its messages with it.
            self._log.exception("the action failed in a way that was not foreseen", messages=len(job.tasks))
            return Outcome(job, f"{type(error).__name__}: {error}")
        return Outcome(job)

    def _timed(self, call: Callable[[], None]) -> None:
        started = time.perf_counter()
        try:
            call()
        finally:
            self._seconds.observe(time.perf_counter() - started)

    def _on_retry(self, job: Job, error: ActionError) -> None:
        self._retries.inc(len(job.tasks))
        self._log.warning("the action is tried again", messages=len(job.tasks), error=str(error))
