"""Readings of made-up machines."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from contracts.nameplates import NAMEPLATES
from maintenance.features import NormalBehaviour, Readings
from maintenance.features.readings import DOWN, RUNNING

START_S = 1_735_689_600.0
"""2025-01-01T00:00:00Z, a full hour."""


@pytest.fixture
def normal() -> NormalBehaviour:
    """Behaviour of all models, with numbers of no particular plant."""
    return NormalBehaviour.from_plain({name: [0.3, 1.02, -0.02, 0.0] for name in NAMEPLATES})


@pytest.fixture
def make_readings() -> Callable[..., Readings]:
    """Readings at even moments, with pauses, a repair and silent sensors here and there."""

    def made(seed: int, count: int, interval_s: float = 300.0, start_s: float = START_S) -> Readings:
        random = np.random.default_rng(seed)
        power = random.uniform(4.0, 30.0, count).round(2)
        signals = [random.normal(50.0, 3.0, count).round(1), random.uniform(0.5, 4.0, count).round(2)]
        speed = random.normal(2950.0, 20.0, count).round()
        for values in (*signals, speed, power):
            values[random.random(count) < 0.03] = np.nan
        state = np.where(random.random(count) < 0.85, RUNNING, 1)
        if count > 60:
            state[40:60] = DOWN[1]
        return Readings(
            at_s=start_s + np.arange(count) * interval_s,
            run=np.ones(count, dtype=np.int64),
            seq=np.arange(1, count + 1),
            temp=signals[0],
            vibration=signals[1],
            rpm=speed,
            power=power,
            state=state.astype(np.int64),
            driving=power,
        )

    return made
