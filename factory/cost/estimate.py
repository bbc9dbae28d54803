"""The estimate: every line of a month's bill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factory.cost.archive import archive
from factory.cost.fargate import tasks
from factory.cost.fleet import fleet
from factory.cost.ledger import ledger
from factory.cost.line import Bill, Line
from factory.cost.messaging import messaging
from factory.cost.monitoring import monitoring
from factory.cost.network import network
from factory.cost.prices import Price
from factory.cost.profiles import Task
from factory.cost.programs import programs
from factory.cost.request import CostRequest
from factory.cost.security import alerts, leases, security
from factory.cost.triggered import Rule, metered_message
from factory.cost.units import MILLION


@dataclass(frozen=True, slots=True)
class Estimate:
    """A month's bill.

    Args:
        request: what it is for.
        lines: of the bill.
        tasks: on Fargate.
        triggered: rules that a machine's message triggers, by name.
    """

    request: CostRequest
    lines: tuple[Line, ...]
    tasks: tuple[Task, ...]
    triggered: tuple[str, ...]

    @property
    def usd(self) -> float:
        """All of it [USD/month]."""
        return sum(line.usd for line in self.lines)

    def by_service(self) -> dict[str, float]:
        """What each service costs [USD/month], the dearest first."""
        services: dict[str, float] = {}
        for line in self.lines:
            services[line.service] = services.get(line.service, 0.0) + line.usd
        return dict(sorted(services.items(), key=lambda item: -item[1]))

    def a_million(self, usd: float) -> float:
        """A part of the bill for a million readings [USD]; without batching a reading is a message."""
        readings = self.request.readings(self.request.devices)
        return usd / readings * MILLION if readings else 0.0


def estimate(request: CostRequest, prices: Mapping[str, Price], rules: Sequence[Rule]) -> Estimate:
    """What a plant costs in a month.

    Args:
        request: the plant, and how it is run.
        prices: of a region, by name.
        rules: the catalog.

    Raises:
        CostError: a message or a task is larger than AWS has.
    """
    bill = Bill(prices)
    metered = {kind: metered_message(request, kind, rules) for kind, _ in request.kinds}
    copies = max(metered[kind].copies for kind, count in request.kinds if count or not request.devices)
    run = tuple(tasks(request, copies))
    always = sum(task.count for task in run if task.hours is None)
    messaging(bill, request, metered)
    archive(bill, request)
    ledger(bill, request)
    programs(bill, request.profile, run)
    network(bill, request, metered, always)
    monitoring(bill, request, always)
    fleet(bill, request)
    leases(bill, request, run[0].count)
    alerts(bill, request)
    security(bill, request)
    triggered = next(iter(metered.values())).rules
    return Estimate(request, tuple(bill.lines), run, tuple(triggered))
