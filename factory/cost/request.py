"""What an estimate is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from factory.cost.profiles import MINIMAL, Profile
from factory.cost.units import SECONDS_A_MONTH
from factory.cost.workload import MACHINE, VEHICLE, Kind

Ingest = Literal["broker", "basic", "basic-archive"]
"""How messages reach the rules: published once and seen by each rule whose FROM selects them; by Basic Ingest, once to
each of these rules; by Basic Ingest to the rule `archive` alone, so that the others see nothing."""
History = Literal["all", "signals", "none"]
"""What of Prometheus is kept for long: everything, the series of /metrics of machines and vehicles, nothing."""


@dataclass(frozen=True, slots=True)
class CostRequest:
    """A plant, and how it is run.

    Args:
        machines: how many.
        vehicles: how many.
        rate_hz: readings of each [1/s].
        kept_days: how long the archive is kept; by default as the profile says [d].
        profile: what is deployed.
        ingest: how messages reach the rules.
        batch: readings that one message holds.
        history: what of Prometheus goes to Amazon Managed Service for Prometheus.
        partitioned: whether Firehose files by the reading's own time (dynamic partitioning) and not by arrival.
        scrape_s: time between two scrapes [s].
    """

    machines: int
    vehicles: int = 0
    rate_hz: float = 1.0
    kept_days: float | None = None
    profile: Profile = MINIMAL
    ingest: Ingest = "broker"
    batch: int = 1
    history: History = "signals"
    partitioned: bool = False
    scrape_s: float = 1.0

    @property
    def kinds(self) -> Iterator[tuple[Kind, int]]:
        """Machines and vehicles, and how many."""
        yield MACHINE, self.machines
        yield VEHICLE, self.vehicles

    @property
    def devices(self) -> int:
        """Machines and vehicles together, each with its connection."""
        return self.machines + self.vehicles

    def readings(self, count: int) -> float:
        """Readings of so many machines or vehicles [1/month]."""
        return count * self.rate_hz * SECONDS_A_MONTH

    def messages(self, count: int) -> float:
        """Messages of so many [1/month]."""
        return self.readings(count) / self.batch

    @property
    def all_messages(self) -> float:
        """Messages of all [1/month]."""
        return self.messages(self.devices)

    @property
    def retention_days(self) -> float:
        """How long the archive is kept [d]."""
        return self.profile.retention_days if self.kept_days is None else self.kept_days
