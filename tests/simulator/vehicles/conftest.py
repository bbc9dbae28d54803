"""Fixtures that several tests of the fleet share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest

from contracts.identity import Identity
from simulator.scenario import parse_scenario
from simulator.vehicles import VEHICLE_MODELS, Fleet, VehicleBlock

MONDAY = datetime(2026, 5, 18, 3, 0, tzinfo=UTC)
"""08:30 in the fleet's local time, in its hottest month."""


@pytest.fixture(scope="session")
def monday() -> datetime:
    """When the fleets of the tests are first seen."""
    return MONDAY


@pytest.fixture(scope="session")
def make_vehicles() -> Callable[..., list[Identity]]:
    """Vehicles VHC001 and on, models in turn or all of one."""

    def make(count: int, model: str | None = None) -> list[Identity]:
        models = [model] if model else list(VEHICLE_MODELS)
        return [
            Identity(device_id=f"VHC{place + 1:03d}", plant="plant1", line="fleet", model=models[place % len(models)])
            for place in range(count)
        ]

    return make


@pytest.fixture(scope="session")
def make_fleet(make_vehicles: Callable[..., list[Identity]]) -> Callable[..., Fleet]:
    """A fleet of some vehicles; calm unless a scenario says otherwise."""

    def make(count: int = 4, scenario: str = "name: calm", seed: int = 1, model: str | None = None) -> Fleet:
        vehicles = make_vehicles(count, model)
        return Fleet(vehicles, parse_scenario(scenario), seed=seed, start=MONDAY, interval_s=1.0)

    return make


@pytest.fixture(scope="session")
def play() -> Callable[..., VehicleBlock]:
    """Plays a fleet from the beginning: so many hours, in steps of so many seconds."""

    def hours(fleet: Fleet, length_h: float, step_s: float = 1.0) -> VehicleBlock:
        return fleet.play(MONDAY.timestamp() + step_s * np.arange(1, int(length_h * 3600 / step_s) + 1))

    return hours
