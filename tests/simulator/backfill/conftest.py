"""Requests and blocks that the tests of backfills share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest

from contracts.identity import Identity
from factory.provision.request import vehicle
from simulator.backfill.layout import Format
from simulator.backfill.request import BackfillRequest, plan_timing
from simulator.delivery import Delivery, Network
from simulator.readings import Block

START = datetime(2026, 1, 2, 22, 30, tzinfo=UTC)
START_MS = 1_767_393_000_000


@pytest.fixture
def make_request(make_identities: Callable[..., list[Identity]]) -> Callable[..., BackfillRequest]:
    """A run of some machines and vehicles, by default of three hours over midnight, a reading each ten minutes."""

    def make(
        machines: int = 3,
        hours: float = 3,
        interval_s: float = 600,
        scenario: str = "name: calm",
        file_format: Format = "parquet",
        *,
        openmetrics: bool = False,
        vehicles: int = 0,
    ) -> BackfillRequest:
        timing = plan_timing(START, hours / 24, interval_s, wear_every_s=3600)
        members = [*make_identities(machines), *(vehicle(number, "plant1") for number in range(1, vehicles + 1))]
        return BackfillRequest(tuple(members), scenario, 1, timing, file_format, openmetrics)

    return make


@pytest.fixture
def make_block() -> Callable[..., Block]:
    """Readings of some moments, a minute apart; each temperature is 100 times the moment plus the machine."""

    def make(
        moments: int,
        machines: int,
        delivery: dict[int, Delivery] | None = None,
        network: dict[int, Network] | None = None,
        first: int = 0,
    ) -> Block:
        values = 100.0 * np.arange(first, first + moments)[:, None] + np.arange(machines)
        return Block(
            moments_s=START_MS / 1000 + 60.0 * np.arange(first, first + moments),
            temp=values,
            vibration=values / 10,
            rpm=values,
            power=values / 100,
            state=np.full((moments, machines), 2, dtype=np.int8),
            delivery=tuple((delivery or {}).get(number) for number in range(moments)),
            network=tuple((network or {}).get(number) for number in range(moments)),
        )

    return make
