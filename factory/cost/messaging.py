"""AWS IoT Core: connections, messages, rules, and the audit of certificates."""

from __future__ import annotations

from collections.abc import Mapping

from factory.cost.line import Bill
from factory.cost.request import CostRequest
from factory.cost.triggered import Metered
from factory.cost.units import HOURS_A_MONTH, MINUTES_A_MONTH
from factory.cost.workload import VERDICTS_AN_HOUR, Kind

SERVICE = "IoT Core"


def messaging(bill: Bill, request: CostRequest, metered: Mapping[Kind, Metered]) -> None:
    """Add what the broker and its rules cost.

    Args:
        bill: takes the lines.
        request: the plant.
        metered: a message of each kind in AWS's units.
    """
    bill.add(SERVICE, "connection minutes", "iot_connection_minute", request.devices * MINUTES_A_MONTH)
    kinds = list(request.kinds)
    published = sum(request.messages(count) * metered[kind].published for kind, count in kinds)
    bill.add(SERVICE, "messages published", "iot_message", published)
    # A verdict is below 5 KB, and goes over the broker's HTTPS door, where Basic Ingest is not used.
    bill.add(SERVICE, "verdicts published", "iot_message", request.machines * VERDICTS_AN_HOUR * HOURS_A_MONTH)
    for what, price, of in (("rules triggered", "iot_rule", "rules_triggered"), ("actions", "iot_action", "actions")):
        units = sum(
            request.messages(count) * sum(getattr(rule, of) for rule in metered[kind].rules.values())
            for kind, count in kinds
        )
        bill.add(SERVICE, what, price, units)
    bill.add(SERVICE, "devices audited", "iot_audit_device_month", request.devices)
