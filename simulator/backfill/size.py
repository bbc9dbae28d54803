"""How much a backfill will write, before it writes."""

from __future__ import annotations

from simulator.backfill.layout import Format
from simulator.backfill.openmetrics import BLOCK_MS
from simulator.backfill.parts import named_parts
from simulator.backfill.request import BackfillRequest
from simulator.population import of_vehicles

# Measured on plants of 50 to 1,000 machines and on fleets of 50 and 300 vehicles in the scenario `calm`, rounded up.
BYTES_A_READING: dict[Format, float] = {"parquet": 10.0, "jsonl": 18.0}
BYTES_A_VEHICLE_READING: dict[Format, float] = {"parquet": 16.0, "jsonl": 26.0}
BYTES_A_FILE = 5_000
"""Least that a file takes: its head, its foot, and the rest of its last block on the disk."""
OPENMETRICS_BYTES_A_READING = 770.0
LARGEST_OPENMETRICS_FILE = 1e9
"""A file is put together in memory [bytes]."""
WEAR_BYTES_A_MACHINE = 60.0
"""Of one look at one machine's components."""


def expected_bytes(request: BackfillRequest) -> int:
    """About how much will be written in one place [bytes].

    Example:
        >>> from datetime import UTC, datetime
        >>> from contracts.identity import Identity
        >>> from simulator.backfill.request import plan_timing
        >>> one = Identity(device_id="M001", plant="plant1", line="line1", model="conveyor")
        >>> year = plan_timing(datetime(2025, 1, 1, tzinfo=UTC), days=365, interval_s=60, wear_every_s=3600)
        >>> request = BackfillRequest((one,) * 50, "name: calm", 1, year)
        >>> expected_bytes(request) // 1_000_000  # 26 million readings in 8,760 files
        334
    """
    return round(sum(_part_bytes(request.of(members)) for _, members in named_parts(request.identities)))


def _part_bytes(part: BackfillRequest) -> float:
    timing = part.timing
    hours = timing.timeline.count * timing.timeline.interval_ms / 3_600_000 + 1
    of_reading = BYTES_A_VEHICLE_READING if of_vehicles(part.identities) else BYTES_A_READING
    archive = part.readings * of_reading[part.file_format]
    gauges = part.readings * OPENMETRICS_BYTES_A_READING * part.openmetrics
    files = hours * (1 + 1 / 24 + part.openmetrics / 2)
    wear = timing.timeline.count / timing.wear_every * len(part.identities) * WEAR_BYTES_A_MACHINE
    return archive + gauges + files * BYTES_A_FILE + wear


def openmetrics_file_bytes(request: BackfillRequest) -> float:
    """About how large the largest file of gauges will be: two hours of a part [bytes]."""
    timeline = request.timing.timeline
    moments = min(timeline.count, BLOCK_MS / timeline.interval_ms)
    largest = max(len(members) for _, members in named_parts(request.identities))
    return largest * moments * OPENMETRICS_BYTES_A_READING
