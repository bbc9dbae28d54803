"""Readings of vehicles whose truth is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from maintenance.fleet_model import Readings


def make(vehicles: int = 40, a_vehicle: int = 40, *, hotter_k: float = 10.0, seed: int = 1) -> Readings:
    """Vehicles of which every other one is due, and hotter than the rest."""
    random = np.random.default_rng(seed)
    count = vehicles * a_vehicle
    number = np.repeat(np.arange(vehicles), a_vehicle)
    due = number % 2 == 1
    columns = np.column_stack(
        [
            1.77e9 + 600.0 * np.tile(np.arange(a_vehicle), vehicles),
            random.uniform(0, 80, count),
            random.uniform(40, 97, count),
            90.0 + hotter_k * due + random.normal(0, 2.0, count),
            np.full(count, 12.4),
            np.full(count, 79.9),
            10_000.0 * number,
        ]
    )
    return Readings(np.char.add(f"{seed}/VHC", number.astype(str)), columns, due, due, f"{seed:064d}")


@pytest.fixture
def make_readings() -> Callable[..., Readings]:
    """Makes some."""
    return make
