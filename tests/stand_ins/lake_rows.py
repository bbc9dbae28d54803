"""Readings of machines as rows of the lake's table."""

from __future__ import annotations

import pyarrow as pa

HOUR = 482_136
"""2025-01-01T00:00Z [h since 1970]."""


def rows_of(*readings: tuple[str, float, int], hour: int = HOUR) -> pa.Table:
    """Readings of machines in the columns of the lake's table: name, hours after `hour`, number."""
    at_ms = [round((hour + after) * 3_600_000) for _, after, _ in readings]
    count = len(readings)
    return pa.table({
        "device_id": pa.array([name for name, _, _ in readings], pa.string()),
        "timestamp": pa.array(at_ms, pa.timestamp("ms", "UTC")),
        "run": pa.array([1] * count, pa.int64()), "seq": pa.array([seq for _, _, seq in readings], pa.int64()),
        "temp": pa.array([50.0] * count), "vibration": pa.array([1.0] * count), "rpm": pa.array([1400.0] * count),
        "power": pa.array([3.0] * count), "state": pa.array(["running"] * count), "line": pa.array(["line1"] * count),
    })  # fmt: skip
