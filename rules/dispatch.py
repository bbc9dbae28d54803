"""Who does what, and what follows from how it went.

A run's actions go to their lanes; when all have reported, failures go to the error action together, in one envelope. If
that fails too, the message rests and all that failed is tried again from the beginning, for as long as it takes: the
message stays unacknowledged and is never dropped. Belongs to the engine's thread, but for the lanes' reports.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from prometheus_client import Counter

from rules.actions import Action, BatchingAction, BatchLimits, Occasion
from rules.batches import Batches
from rules.envelope import error_occasion
from rules.errors import FinalError
from rules.lanes import Lane
from rules.loading import Rule
from rules.lookups import LookUpPool
from rules.measures import Measures
from rules.retry import RetryPolicy
from rules.work import Failure, Job, Outcome, Run, Task

ROUNDS = RetryPolicy(attempts=None, base_s=1.0, cap_s=30.0)
"""How long a message rests when its action and its error action have both failed for good."""

log = structlog.get_logger(__name__)


class Dispatcher:
    """Lanes and batches of all actions, and the rules of what follows.

    Args:
        rules: those that run.
        batch_seconds: age at which a batch is written [s].
        batch_bytes: size at which a batch is written [bytes].
        on_done: told of each run that is done.
        wake: wakes the engine's thread when a lane has reported.
        measures: what is counted.
        rounds: how long a message rests when everything failed.
        pool: where templates that look something up are filled; without one they are filled here.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        *,
        batch_seconds: float,
        batch_bytes: int,
        on_done: Callable[[Run], None],
        wake: Callable[[], None],
        measures: Measures,
        rounds: RetryPolicy = ROUNDS,
        pool: LookUpPool | None = None,
    ) -> None:
        self._on_done = on_done
        self._wake = wake
        self._measures = measures
        self._rounds = rounds
        self._pool = pool
        self._stopping = threading.Event()
        self._outcomes: deque[Outcome] = deque()
        self._resting: list[tuple[float, int, Run]] = []
        self._count = itertools.count()
        self._successes: dict[int, Counter] = {}
        self._lanes: dict[int, Lane] = {}
        self._batches: dict[int, tuple[BatchingAction[Any, Any], Batches[Task]]] = {}
        for rule in rules:
            for action in (*rule.actions, *filter(None, [rule.error_action])):
                self._lanes[id(action)] = Lane(rule.name, action, self._report, self._stopping, measures)
                if isinstance(action, BatchingAction):
                    self._batches[id(action)] = (action, _batches(action.limits, batch_seconds, batch_bytes))

    @property
    def batched_bytes(self) -> int:
        """Bytes in open batches."""
        return sum(batches.size for _, batches in self._batches.values())

    @property
    def due_in_s(self) -> float:
        """How soon the next batch is due [s]; whoever turns must not sleep longer."""
        times = [batches.due_at for _, batches in self._batches.values() if batches.due_at is not None]
        return max(0.0, min(times) - time.monotonic()) if times else float("inf")

    def start(self, run: Run) -> None:
        """Have all actions of a run done."""
        # SQL that failed by a fault of ours gave no result to act on.
        actions = () if run.failures else run.rule.actions
        # One more than there are, so that the run cannot end before the last was started.
        run.open_tasks = len(actions) + 1
        for action in actions:
            self._prepare(run, action, run.occasion)
        self._task_done(run)

    def settle(self) -> None:
        """Take what the lanes have reported."""
        while self._outcomes:
            outcome = self._outcomes.popleft()
            for task in outcome.job.tasks:
                self._conclude(task, outcome.error)

    def flush(self, *, everything: bool = False) -> None:
        """Send batches whose time has come, or all of them."""
        for action, batches in self._batches.values():
            for _, tasks in batches.close_all() if everything else batches.due(time.monotonic()):
                self._send_batch(action, tasks)

    def try_again(self) -> None:
        """Start the runs that have rested long enough."""
        while self._resting and self._resting[0][0] <= time.monotonic():
            _, _, run = heapq.heappop(self._resting)
            again = [failure.task for failure in run.failures if failure.task is not None]
            run.failures = [failure for failure in run.failures if failure.task is None]
            run.open_tasks = len(again) + 1
            for task in again:
                self._send(task)
            self._task_done(run)

    def stop(self) -> None:
        """Leave undone what is not done."""
        self._stopping.set()

    def _report(self, outcome: Outcome) -> None:
        self._outcomes.append(outcome)
        self._wake()

    def _prepare(self, run: Run, action: Action[Any], occasion: Occasion, *, is_error_action: bool = False) -> None:
        if self._pool is None or not run.rule.asks.templates:
            self._begin(run, action, _prepared(run, action, occasion), is_error_action=is_error_action)
            return
        self._pool.submit(
            lambda: _prepared(run, action, occasion),
            lambda prepared: self._begin(run, action, prepared, is_error_action=is_error_action),
        )

    def _begin(self, run: Run, action: Action[Any], prepared: Any, *, is_error_action: bool) -> None:
        if not isinstance(prepared, FinalError):
            self._send(Task(run, action, prepared, is_error_action))
        elif is_error_action:
            self._conclude_error_action(run, str(prepared))
        else:
            self._measures.action_failures.labels(run.rule.name, action.kind).inc()
            run.failures.append(Failure(action.failed_action, action.resource, str(prepared)))
            self._task_done(run)

    def _send(self, task: Task) -> None:
        lane_id = id(task.action)
        if lane_id not in self._batches:
            self._lanes[lane_id].submit(Job([task], task.request))
            return
        action, batches = self._batches[lane_id]
        part = task.request
        for _, tasks in batches.add(part.partition, task, part.size, time.monotonic()):
            self._send_batch(action, tasks)

    def _send_batch(self, action: BatchingAction[Any, Any], tasks: list[Task]) -> None:
        batch = action.batch([task.request for task in tasks])
        self._lanes[id(action)].submit(Job(tasks, batch))

    def _conclude(self, task: Task, error: str | None) -> None:
        run, action = task.run, task.action
        if task.is_error_action:
            self._conclude_error_action(run, error)
            return
        if error is None:
            self._count_success(run, action)
        else:
            self._measures.action_failures.labels(run.rule.name, action.kind).inc()
            run.failures.append(Failure(action.failed_action, action.resource, error, task))
        self._task_done(run)

    def _count_success(self, run: Run, action: Action[Any]) -> None:
        counter = self._successes.get(id(action))
        if counter is None:
            # Looked up once an action: the client of Prometheus takes a lock for it, which each message would pay.
            counter = self._successes[id(action)] = self._measures.actions.labels(run.rule.name, action.kind)
        counter.inc()

    def _task_done(self, run: Run) -> None:
        run.open_tasks -= 1
        if run.open_tasks:
            return
        if not run.failures:
            self._on_done(run)
        elif run.rule.error_action is None:
            # As on AWS: without an error action a message that cannot be delivered is logged and dropped.
            log.error("a message is dropped: its rule has no error action", rule=run.rule.name, **_first(run))
            self._on_done(run)
        else:
            self._start_error_action(run, run.rule.error_action)

    def _start_error_action(self, run: Run, action: Action[Any]) -> None:
        occasion = error_occasion(run.rule.name, run.occasion, run.failures)
        self._prepare(run, action, occasion, is_error_action=True)

    def _conclude_error_action(self, run: Run, error: str | None) -> None:
        if error is None:
            self._measures.error_actions.labels(run.rule.name).inc()
            self._on_done(run)
            return
        run.rounds += 1
        wait = self._rounds.delay(run.rounds)
        log.error("the error action failed too; the message is held", rule=run.rule.name, error=error, **_first(run))
        heapq.heappush(self._resting, (time.monotonic() + wait, next(self._count), run))


def _batches(limits: BatchLimits, batch_seconds: float, batch_bytes: int) -> Batches[Task]:
    """Batches within an action's own limits, or else within the engine's."""
    return Batches(
        max_age_s=batch_seconds if limits.max_age_s is None else limits.max_age_s,
        max_bytes=batch_bytes if limits.max_bytes is None else limits.max_bytes,
        max_count=limits.max_count,
    )


def _prepared(run: Run, action: Action[Any], occasion: Occasion) -> Any:
    """What an action would do; a FinalError where nothing can be done.

    Be that by a fault of ours: the message must not stay open for ever.
    """
    try:
        return action.prepare(occasion)
    except FinalError as error:
        return error
    except Exception as error:
        topic = occasion.message.topic
        log.exception("an action could not be prepared", rule=run.rule.name, action=action.kind, topic=topic)
        return FinalError(f"{type(error).__name__}: {error}")


def _first(run: Run) -> dict[str, str]:
    return {"topic": run.delivery.message.topic, "failure": run.failures[0].message}
