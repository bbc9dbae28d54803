"""What a backfill is asked for, checked before anything is played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.identity import Identity
from simulator.backfill.layout import Format
from simulator.backfill.timeline import DAY_MS, Timeline, unix_ms
from simulator.errors import SimulatorUsageError
from simulator.scenario import Scenario, parse_scenario

CELLS = 150_000
"""Readings of a block, which bounds memory; from 20,000 to 1,000,000 no difference in speed was to be seen."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When the machines are read and their wear is looked at.

    Attributes:
        timeline: moments of the readings.
        wear_every: steps between two looks at the wear.
    """

    timeline: Timeline
    wear_every: int


@dataclass(frozen=True, slots=True)
class BackfillRequest:
    """A run on the virtual clock; the same request gives the same files, byte by byte.

    Attributes:
        identities: the machines, and the vehicles.
        scenario_text: the scenario, as YAML.
        seed: seed of everything random.
        timing: when they are read.
        file_format: how the archive is written.
        openmetrics: whether the gauges are written as well.
    """

    identities: tuple[Identity, ...]
    scenario_text: str
    seed: int
    timing: Timing
    file_format: Format = "parquet"
    openmetrics: bool = False

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        return parse_scenario(self.scenario_text)

    @property
    def readings(self) -> int:
        """Machines and vehicles times moments."""
        return len(self.identities) * self.timing.timeline.count

    def of(self, identities: Sequence[Identity]) -> BackfillRequest:
        """The same for some of the machines or vehicles."""
        return replace(self, identities=tuple(identities))


def plan_timing(start: datetime, days: float, interval_s: float, wear_every_s: float) -> Timing:
    """Moments from a start and a length.

    Args:
        start: the first moment; it is cut to the millisecond.
        days: length of the run [d].
        interval_s: time between two readings of a machine; whole milliseconds [s].
        wear_every_s: time between two looks at the wear; rounded to whole intervals [s].

    Raises:
        SimulatorUsageError: no reading at all, or a time that is not a number of milliseconds.

    Example:
        >>> from datetime import UTC
        >>> timing = plan_timing(datetime(2026, 1, 1, tzinfo=UTC), days=2, interval_s=60, wear_every_s=3600)
        >>> timing.timeline.count, timing.wear_every
        (2880, 60)
    """
    interval_ms = round(interval_s * 1000)
    if interval_ms < 1 or abs(interval_ms - interval_s * 1000) > 1e-6:
        raise SimulatorUsageError(
            f"An interval of {interval_s:g} s is not a whole number of milliseconds.",
            remedy="Messages tell time in milliseconds: 60, 1 or 0.5 would do.",
        )
    count = round(days * DAY_MS / interval_ms)
    if count < 1:
        raise SimulatorUsageError(
            f"{days:g} days have no reading at an interval of {interval_s:g} s.", remedy="Ask for more days."
        )
    timeline = Timeline(unix_ms(start), interval_ms, count)
    return Timing(timeline, max(1, round(wear_every_s * 1000 / interval_ms)))
