"""One line of the log a minute: how much this process carries.

Where logs are read by machines, they make metrics of it: on AWS the number of simulators follows `machines` and
`oldest_unanswered_s`, and nothing beside the program has to run for that.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType

import structlog

from contracts import metrics
from contracts.metrics import Metric
from simulator.snapshot import Snapshot, merged

EVERY_S = 60.0
EVENT = "load"


def load_of(snapshots: Sequence[Snapshot], now_s: float) -> dict[str, float]:
    """What is carried now: machines, messages not settled, and the age of the oldest that waits for a PUBACK [s].

    Args:
        snapshots: of the processes that play.
        now_s: Unix time [s]; shards that have not moved for a minute were given up, and their gauges are of long ago.
    """
    families = {family.name: family for family in merged(one for each in snapshots for one in each.families)}

    def samples(metric: Metric) -> dict[str, float]:
        family = families.get(metric.declared_name)
        return {one.labels.get("shard", ""): one.value for one in family.samples} if family else {}

    moving = {shard for shard, step_s in samples(metrics.SIMULATOR_LAST_STEP).items() if now_s - step_s < EVERY_S}
    ages_s = [age_s for shard, age_s in samples(metrics.SIMULATOR_OLDEST_UNANSWERED).items() if shard in moving]
    return {
        "machines": sum(samples(metrics.SIMULATOR_MACHINES).values()),
        "stored_messages": sum(samples(metrics.SIMULATOR_STORED).values()),
        "oldest_unanswered_s": round(max(ages_s, default=0.0), 3),
    }


class LoadLine:
    """Tells the load each minute while it is entered.

    Args:
        snapshots: what there is to tell, now.
        every_s: time between two lines [s].
    """

    def __init__(self, snapshots: Callable[[], Sequence[Snapshot]], every_s: float = EVERY_S) -> None:
        self._snapshots, self._every_s = snapshots, every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._tell, name="load-line", daemon=True)

    def __enter__(self) -> LoadLine:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End, and wait for a line that is being written."""
        self._stop.set()
        self._thread.join()

    def _tell(self) -> None:
        log = structlog.get_logger("simulator")
        while not self._stop.wait(self._every_s):
            log.info(EVENT, **load_of(self._snapshots(), time.time()))
