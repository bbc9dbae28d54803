"""Where the next unit of money goes, and what would be saved by running the plant otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from factory.cost.estimate import Estimate
from factory.cost.request import CostRequest

MORE: Final = 0.1
"""So much larger a plant is looked at: whole tasks and shards make a single machine cost nothing or very much."""
BATCH: Final = 24
"""Readings of a batch that is looked at: archived they just fill the 5 KB for which Firehose asks anyway."""
SLOW_SCRAPE_S: Final = 15.0
Estimator = Callable[[CostRequest], Estimate]


@dataclass(frozen=True, slots=True)
class Lever:
    """Another way to run the plant.

    Args:
        words: what is done.
        price: what one gives up for it.
        usd: what is saved [USD/month]; below 0 it is dearer.
    """

    words: str
    price: str
    usd: float


def next_machine(now: Estimate, estimator: Estimator) -> dict[str, float]:
    """What one more machine costs [USD/month], by service, the dearest first.

    Args:
        now: the bill of the plant.
        estimator: makes the bill of another.
    """
    request = now.request
    more = max(1, round(request.machines * MORE))
    larger = estimator(replace(request, machines=request.machines + more)).by_service()
    smaller = now.by_service()
    each = {service: (usd - smaller.get(service, 0.0)) / more for service, usd in larger.items()}
    return dict(sorted(each.items(), key=lambda item: -item[1]))


def levers(now: Estimate, estimator: Estimator) -> list[Lever]:
    """Ways to run the plant that change its bill, the greatest saving first; those that save nothing are left out."""
    found = [Lever(words, price, now.usd - estimator(other).usd) for words, price, other in _others(now.request)]
    return sorted((lever for lever in found if lever.usd >= 0.01), key=lambda lever: -lever.usd)


def _others(request: CostRequest) -> Iterator[tuple[str, str, CostRequest]]:
    if request.ingest == "broker":
        yield ("Basic Ingest to every rule", "each message is sent once a rule", replace(request, ingest="basic"))
        alone = replace(request, ingest="basic-archive")
        yield ("Basic Ingest to the archive alone", "no quarantine, no critical mails, no vehicle judged", alone)
    if request.batch == 1:
        batched = replace(request, batch=BATCH)
        delay = f"{BATCH / request.rate_hz:.0f} s"
        price = f"not built: rules and simulator must learn it; alerts of the rules come {delay} later"
        yield (f"{BATCH} readings a message", price, batched)
    if request.rate_hz > 0.1:
        yield ("a reading each 10 s", "drifts are seen later", replace(request, rate_hz=0.1))
    if request.history != "none":
        yield ("no Managed Prometheus", "history dies with Prometheus's task", replace(request, history="none"))
        if request.scrape_s < SLOW_SCRAPE_S:
            slow = replace(request, scrape_s=SLOW_SCRAPE_S)
            yield (f"a scrape each {SLOW_SCRAPE_S:g} s", "alarms come later; their thresholds are tuned to 1 s", slow)
    if request.retention_days > 30:
        yield ("30 days of archive", "less to train on", replace(request, kept_days=30))
    yield from _other_ways_out(request)


def _other_ways_out(request: CostRequest) -> Iterator[tuple[str, str, CostRequest]]:
    profile = request.profile
    if not profile.interface_endpoints:
        return
    public = replace(profile, interface_endpoints=(), public_tasks=True)
    yield (
        "a public address for each task instead of all endpoints",
        "tasks can reach the Internet; nobody reaches them, by their security groups",
        replace(request, profile=public),
    )
    if not profile.nat_gateways:
        nat = replace(profile, nat_gateways=1, interface_endpoints=("iot.data",))
        yield (
            "one NAT gateway and the endpoint iot.data instead of all endpoints",
            "one zone's failure cuts all off, and tasks can reach the Internet",
            replace(request, profile=nat),
        )
    if profile.endpoint_zones > 1:
        zone = replace(profile, endpoint_zones=1)
        yield ("endpoints in one zone only", "that zone's failure cuts all off", replace(request, profile=zone))
