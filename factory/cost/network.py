"""The network: load balancer, endpoints or NAT, addresses, names."""

from __future__ import annotations

from collections.abc import Mapping

from factory.cost.line import Bill
from factory.cost.request import CostRequest
from factory.cost.triggered import Metered, message_bytes
from factory.cost.units import GB, HOURS_A_MONTH
from factory.cost.workload import WIRE_BYTES, Kind


def network(bill: Bill, request: CostRequest, metered: Mapping[Kind, Metered], tasks: int) -> None:
    """Add what it costs that programs reach AWS and people reach programs.

    Args:
        bill: takes the lines.
        request: the plant.
        metered: a message of each kind; says how often it is published.
        tasks: that run all the time.
    """
    profile = request.profile
    bill.add("Load balancer", "hours", "alb_hour", HOURS_A_MONTH)
    bill.add("Load balancer", "capacity unit hours", "alb_lcu_hour", HOURS_A_MONTH * profile.load_balancer_units)
    bill.add("Network", "GB out to people", "data_out_gb", profile.out_gb)
    addresses = profile.zones + profile.nat_gateways + (tasks if profile.public_tasks else 0)
    bill.add("Network", "public address hours", "public_ipv4_hour", addresses * HOURS_A_MONTH)
    endpoints = len(profile.interface_endpoints)
    what = f"endpoint hours, {endpoints} in each of {profile.endpoint_zones} zones"
    bill.add("Network", what, "endpoint_hour", endpoints * profile.endpoint_zones * HOURS_A_MONTH)
    bill.add("Network", "NAT gateway hours", "nat_hour", profile.nat_gateways * HOURS_A_MONTH)
    carried = (
        request.messages(count) * metered[kind].copies * wire_bytes(request, kind) for kind, count in request.kinds
    )
    if "iot.data" in profile.interface_endpoints:
        bill.add("Network", "GB of messages, through endpoint", "endpoint_gb", sum(carried) / GB)
    elif profile.nat_gateways:
        bill.add("Network", "GB of messages, through NAT", "nat_gb", sum(carried) / GB)
    else:
        bill.add("Network", "GB of messages, by public addresses", "regional_gb", sum(carried) / GB)
    # That of Cloud Map, and where the broker has an endpoint the one that leads its name there.
    bill.add("Route 53", "private zones", "hosted_zone_month", 1 + ("iot.data" in profile.interface_endpoints))
    bill.add("Route 53", "tasks in Cloud Map", "cloud_map_instance_month", tasks)


def wire_bytes(request: CostRequest, kind: Kind) -> int:
    """A message with all that carries it, there and back [bytes]."""
    return message_bytes(request, kind) + kind.topic_bytes + WIRE_BYTES
