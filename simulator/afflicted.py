"""What plants and fleets have alike: who is there, since when, and the faults that they have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from contracts.identity import Identity
from contracts.telemetry import AnySignal
from simulator.errors import SimulatorUsageError
from simulator.faults import ActiveFault, Cause, FaultBoard, FaultRequest
from simulator.randomness import Randomness
from simulator.scenario import Scenario


class Afflicted:
    """Machines or vehicles that can have faults; base of plant and fleet.

    Args:
        identities: who is there.
        scenario: which faults come when.
        seed: seed of everything random.
        start: when they are first seen; the scenario's times count from here.
        interval_s: time between two steps, as planned [s].
        signals: what they measure.

    Raises:
        UsageError: no interval.

    Attributes:
        identities: who is there, in the order of the rows.
        unmatched_targets: targets of the scenario's faults that are nobody here.
    """

    def __init__(
        self,
        identities: Sequence[Identity],
        scenario: Scenario,
        *,
        seed: int,
        start: datetime,
        interval_s: float,
        signals: Iterable[AnySignal],
    ) -> None:
        if interval_s <= 0:
            raise SimulatorUsageError(f"interval_s={interval_s} is not a time between readings.", remedy="Try 1.")
        self.identities = tuple(identities)
        self.scenario, self.interval_s = scenario, interval_s
        self._now_s = start.astimezone(UTC).timestamp()
        self._randomness = Randomness(seed, [f"{one.plant}/{one.device_id}" for one in self.identities])
        common = Randomness(seed, [f"{one.plant}/all" for one in self.identities])
        self._faults = FaultBoard(self.identities, self._randomness, common, tuple(signals))
        self.unmatched_targets = self._plan(scenario, start.astimezone(UTC))

    def inject(self, request: FaultRequest, at: datetime, cause: Cause) -> list[ActiveFault]:
        """Take up a fault.

        Args:
            request: which fault, on a machine or vehicle, a line or everything.
            at: from when its times count.
            cause: who asks for it.

        Returns:
            The fault, once a machine that it hits.

        Raises:
            TargetError: the target is nobody here.
            FaultError: it cannot have such a fault.
        """
        return self._faults.inject(request, at, cause)

    def clear(self, fault_id: str, at: datetime) -> ActiveFault:
        """End a fault.

        Raises:
            TargetError: no fault of that id.
        """
        return self._faults.clear(fault_id, at)

    def clear_all(self, at: datetime) -> None:
        """End all faults, as when everything is shut down."""
        self._faults.clear_all(at)

    def active_faults(self) -> list[ActiveFault]:
        """All faults: those to come, those at work, and those whose effect is going."""
        return self._faults.active(self._now_s)

    def _plan(self, scenario: Scenario, start: datetime) -> tuple[str, ...]:
        """Take up the scenario's faults; those for other shards' machines are theirs."""
        mine = [request for request in scenario.faults if self._faults.concerns(request)]
        for request in mine:
            self._faults.inject(request, start, "scenario")
        return tuple(request.target for request in scenario.faults if request not in mine)
