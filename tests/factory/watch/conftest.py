"""Machines as a simulator tells them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from factory.watch.snapshot import Snapshot, read_snapshot

NOON = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def noon() -> datetime:
    """When the tests look."""
    return NOON


@pytest.fixture
def told() -> Callable[..., dict[str, Any]]:
    """A machine as `/api/machines` tells it; well unless said otherwise."""

    def tell(device_id: str = "M001", **changes: Any) -> dict[str, Any]:
        readings = {"temp": 50.0, "vibration": 1.0, "rpm": 2950.0, "power": 30.0}
        machine = {
            "device_id": device_id,
            "plant": "plant1",
            "line": "line1",
            "model": "centrifugal_pump",
            "shard": "shard-0000",
            "run": 3,
            "connected": True,
            "unsettled": 0,
            "seq": 7,
            "timestamp": NOON.isoformat(),
            "state": "running",
            "readings": readings,
        }
        return machine | changes

    return tell


@pytest.fixture
def snapshot() -> Callable[..., Snapshot]:
    """What a simulator told so many seconds after noon."""

    def take(
        machines: list[dict[str, Any]],
        after_s: float = 0.0,
        faults: list[dict[str, Any]] | None = None,
        totals: dict[str, float] | None = None,
    ) -> Snapshot:
        return read_snapshot(NOON + timedelta(seconds=after_s), "ok", machines, faults or [], totals or {})

    return take
