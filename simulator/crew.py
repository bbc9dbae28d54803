"""Several processes that play one plant, and how they look as one.

Python runs one thread at a time, so a process plays some five thousand machines at a message a second and no more. A
crew is as many such processes as the machine has cores for. Each takes leases for itself, as a container of its own
would; this process plays nothing: it starts them, starts anew what dies, and asks all of them what people want to know.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, disable_created_metrics
from prometheus_client.core import CounterMetricFamily

from contracts import metrics
from simulator.errors import TargetError
from simulator.faults import ActiveFault, FaultRequest
from simulator.hand import GoneError, Hand
from simulator.settings import SimulatorSettings
from simulator.shipping import ShippingMeters
from simulator.snapshot import Snapshot, merged, text
from simulator.views import Health, MachineView, status_of

LOOK_EVERY_S = 0.5
"""Time between two looks whether all are alive [s]."""

RESTART_AFTER_S = 2.0
"""Time between two starts of one that dies [s]."""

PATIENCE_S = 10.0
"""What a stop takes beyond the wait for answers: goodbyes, books, leases [s]."""


class Crew:
    """Processes that play, and one door to all of them.

    Args:
        settings: of the whole; each process gets its part of what is a limit.

    Attributes:
        shipping_meters: what `/metrics` tells of shipments, which are this process's work.
    """

    def __init__(self, settings: SimulatorSettings) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series a counter that nobody asks for
        self._settings, self._part = settings, part_of(settings)
        self._context = multiprocessing.get_context("spawn")
        self._registry = CollectorRegistry()
        self.shipping_meters = ShippingMeters(self._registry)
        self._hands: list[Hand] = []
        self._buried = Snapshot()
        self._restarts = 0
        self._changing = threading.Lock()
        self._pool = ThreadPoolExecutor(4 * settings.workers, thread_name_prefix="ask")
        self._log = structlog.get_logger("simulator")

    # --- the processes -----------------------------------------------------------------------------------------------

    def run(self, stop: threading.Event) -> int:
        """Let them play until `stop` is set; returns the exit status.

        One that ends by itself with a sentence that says why (a scenario that cannot be played, say) ends them all
        with its status, since the others would come to the same; one that dies is started anew.
        """
        self._hands = [Hand(self._context, self._part) for _ in range(self._settings.workers)]
        try:
            while not stop.wait(LOOK_EVERY_S):
                for place, hand in enumerate(self._hands):
                    status = hand.exit_status
                    if status in (1, 2):
                        return status
                    if status is not None and hand.age_s > RESTART_AFTER_S:
                        self._replace(place, status)
        finally:
            in_order = self._stop()
        return 0 if in_order else 1

    def _replace(self, place: int, status: int) -> None:
        dead = self._hands[place]
        self._log.error("a worker died; another is started", pid=dead.pid, status=status)
        with self._changing:
            self._restarts += 1
            self._buried = Snapshot(merged([*self._buried.families, *dead.last.counters().families]))
            self._hands[place] = Hand(self._context, self._part)

    def _stop(self) -> bool:
        """Let all end; says whether all did in order."""
        for hand in self._hands:
            hand.stop()
        in_order = True
        deadline_s = time.monotonic() + self._settings.drain_seconds + PATIENCE_S
        for hand in self._hands:
            if not hand.join(max(0.0, deadline_s - time.monotonic())):
                self._log.error("a worker did not stop in time and was killed", pid=hand.pid)
                in_order = False
            # Not those below zero: one too young to listen dies of the signal, and has played nothing.
            in_order = in_order and hand.exit_status != 1
        self._pool.shutdown(cancel_futures=True)
        return in_order

    # --- the door (simulator.views.Door) -----------------------------------------------------------------------------

    def render(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return text(self.snapshots())

    def snapshots(self) -> list[Snapshot]:
        """What all processes have to tell, those that are gone included."""
        with self._changing:
            hands, buried, restarts = list(self._hands), self._buried, self._restarts
        list(self._pool.map(Hand.refresh, hands))
        told = metrics.SIMULATOR_WORKER_RESTARTS
        restarted = CounterMetricFamily(told.declared_name, told.help, value=restarts)
        own = Snapshot([restarted, *self._registry.collect()])
        return [own, buried, *(hand.last if hand.alive else hand.last.counters() for hand in hands)]

    def health(self) -> Health:
        """How all are; a process that does not answer is frozen, one that has just died does not count."""
        answers = self._ask("health")
        silent = any(isinstance(answer, TimeoutError) for answer in answers)
        shards = [shard for answer in answers if isinstance(answer, Health) for shard in answer.shards]
        return Health(status="frozen" if silent else status_of(shards), shards=shards)

    def machines(self) -> list[MachineView]:
        """All machines."""
        return self._all("machines")

    def machine(self, device_id: str) -> MachineView:
        """One machine.

        Raises:
            TargetError: it is not played here.
        """
        view: MachineView = self._somebodys("machine", device_id)[0]
        return view

    def faults(self) -> list[ActiveFault]:
        """All faults that plants know of."""
        return self._all("faults")

    def inject(self, request: FaultRequest) -> list[ActiveFault]:
        """Put a fault on a machine, a line or everything.

        Raises:
            TargetError: no such machine or line is played here.
            FaultError: it cannot have that fault.
        """
        return [fault for answer in self._somebodys("inject", request) for fault in answer]

    def clear(self, fault_id: str) -> ActiveFault:
        """End a fault.

        Raises:
            TargetError: no fault of that id.
        """
        fault: ActiveFault = self._somebodys("clear", fault_id)[0]
        return fault

    # --- within ------------------------------------------------------------------------------------------------------

    def _ask(self, name: str, *arguments: Any) -> list[Any]:
        """What each process that is there answers, or the error that it raised."""

        def one(hand: Hand) -> Any:
            try:
                return hand.ask(name, *arguments)
            except Exception as error:  # noqa: BLE001 - the caller decides which of them matter
                return error

        with self._changing:
            hands = list(self._hands)
        return [answer for answer in self._pool.map(one, hands) if not isinstance(answer, GoneError)]

    def _somebodys(self, name: str, *arguments: Any) -> list[Any]:
        """What those processes answer that know of it; another error than that nobody does is raised."""
        answers = self._ask(name, *arguments)
        known = [answer for answer in answers if not isinstance(answer, TargetError)]
        for answer in known or answers:
            if isinstance(answer, Exception):
                raise answer
        if not known:
            raise TargetError("No machine is played here now.", remedy="See GET /healthz.")
        return known

    def _all(self, name: str) -> list[Any]:
        """The lists of all processes as one."""
        answers = self._ask(name)
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return [one for answer in answers for one in answer]


def part_of(settings: SimulatorSettings) -> SimulatorSettings:
    """The settings of one process: its part of the limits that hold for all together.

    Example:
        >>> whole = SimulatorSettings(
        ...     identities_dir="x", leases_table="leases", workers=2, connects_per_second=100, max_shards=5
        ... )
        >>> part = part_of(whole)
        >>> part.connects_per_second, part.max_shards, part.store_limit
        (50.0, 3, 50000)
    """
    count = settings.workers
    return settings.model_copy(
        update={
            "connects_per_second": settings.connects_per_second / count,
            "store_limit": -(-settings.store_limit // count),
            "max_shards": -(-settings.max_shards // count),
        }
    )
