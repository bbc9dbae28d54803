"""Scenarios that were played, short ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from contracts.identity import Identity
from factory.pictures.recording import Recording, record
from factory.provision.request import machine
from simulator.scenario import parse_scenario

START = datetime(2026, 1, 5, 6, tzinfo=UTC)


@pytest.fixture
def played() -> Callable[..., Recording]:
    """Plays faults on M001 and on, or on VHC001 and on, for ten minutes unless told otherwise."""

    def play(
        faults: str = "[]",
        machines: int = 1,
        span_s: float = 600.0,
        plant: str = "{}",
        seed: int = 1,
        make: Callable[[int, str], Identity] = machine,
    ) -> Recording:
        scenario = parse_scenario(f"{{name: mine, description: A test., plant: {plant}, faults: {faults}}}")
        some = [make(number, "plant1") for number in range(1, machines + 1)]
        return record(scenario, some, seed=seed, start=START, span_s=span_s)

    return play
