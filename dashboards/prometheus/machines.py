"""What is known of each machine, kept while it is silent, so that silence resolves no alarm.

Prometheus forgets a series as soon as its target stops answering. Each value that an alarm judges is therefore
recorded as "the new value, or else the one before": only a fresh and good value can resolve an alarm.
"""

from __future__ import annotations

from contracts.metrics import (
    MACHINE_LAST_READING,
    MACHINE_POWER,
    MACHINE_TEMPERATURE,
    MACHINE_VIBRATION,
    NAMEPLATE_TEMPERATURE_LIMIT,
    SIMULATOR_RUN,
)
from dashboards.prometheus.request import PrometheusRequest
from dashboards.prometheus.rule import MACHINE, Recording, number, seconds

LAST_READING = "machine:last_reading:timestamp_seconds"
TEMPERATURE = "machine:temperature:celsius"
TEMPERATURE_LIMIT = "machine:temperature_limit:celsius"
VIBRATION = "machine:vibration:mm_per_second"
GENERATION = "machine:generation:number"


def keep(expr: str, record: str, selector: str = "") -> str:
    """The expression, or else what was recorded before of a machine that is still known."""
    return f"({expr})\nor on ({MACHINE}) ({record}{selector} and on ({MACHINE}) {LAST_READING})"


def median_window_s(request: PrometheusRequest) -> float:
    """Window of the running median of a signal [s]: a quarter of a minute, but at least three readings."""
    return max(15.0, 3 * reading_step_s(request))


def reading_step_s(request: PrometheusRequest) -> float:
    """Time between two readings that Prometheus sees [s]."""
    return max(request.scrape_interval_s, request.reading_interval_s)


def machine_recordings(request: PrometheusRequest) -> list[Recording]:
    """Last reading, temperature, its limit, vibration and generation of each machine."""
    limits = request.thresholds
    window = seconds(median_window_s(request))
    average = seconds(max(limits.vibration_average_s, 3 * reading_step_s(request)))
    temperature = f"avg by ({MACHINE}) (quantile_over_time(0.5, {MACHINE_TEMPERATURE.name}[{window}]))"
    vibration = f"avg by ({MACHINE}) (avg_over_time({MACHINE_VIBRATION.name}[{average}]))"
    limit = f"""
        max by ({MACHINE}) (
          {MACHINE_LAST_READING.name} * 0
          + on (plant, model) group_left () max by (plant, model) ({NAMEPLATE_TEMPERATURE_LIMIT.name})
        )"""
    generation = f"""
        max by ({MACHINE}) (
          {MACHINE_POWER.name} * 0 + on (job, instance) group_left () sum by (job, instance) ({SIMULATOR_RUN.name})
        )"""
    return [
        Recording(
            LAST_READING,
            f"max by ({MACHINE}) ({MACHINE_LAST_READING.name})\n"
            f"or ({LAST_READING} > time() - {number(limits.forget_after_s)})",
        ),
        Recording(TEMPERATURE, keep(temperature, TEMPERATURE)),
        Recording(TEMPERATURE_LIMIT, keep(limit, TEMPERATURE_LIMIT)),
        Recording(VIBRATION, keep(vibration, VIBRATION)),
        Recording(GENERATION, generation),
    ]
