"""Histories of which the plant's models are made: which plants are played, for how long, and which are kept apart.

Three kinds: calm ones, from which it is learnt what is normal; life tests, in which bearings run to failure; and lots
of faults. Those of the evaluation have seeds of their own, so none of their machines, lives or days was ever seen.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from factory.plant_training.fault_lottery import fault_lottery
from factory.provision.request import machine
from simulator.backfill import BackfillRequest, backfill, plan_timing
from simulator.scenario import scenario_text

Purpose = Literal["calm", "wear", "faults"]
START = datetime(2025, 1, 1, tzinfo=UTC)
PLANT = "plant1"


@dataclass(frozen=True, slots=True)
class Play:
    """A history to be made.

    Attributes:
        purpose: what it is for.
        seed: of everything random.
        machines: how many.
        days: how long [d].
        interval_s: between two readings [s].
    """

    purpose: Purpose
    seed: int
    machines: int
    days: int
    interval_s: float

    @property
    def name(self) -> str:
        """A name for its folder."""
        return f"{self.purpose}-{self.seed}"

    @property
    def readings(self) -> int:
        """How many readings it will have."""
        return round(self.machines * self.days * 86_400 / self.interval_s)

    @property
    def scenario(self) -> str:
        """Name of what is played."""
        return {"calm": "calm", "wear": "bearing-run-to-failure", "faults": "fault-lottery"}[self.purpose]

    def request(self) -> BackfillRequest:
        """What is asked of the simulator."""
        identities = tuple(machine(number, PLANT) for number in range(1, self.machines + 1))
        text = fault_lottery(identities, self.seed, self.days) if self.purpose == "faults" else ""
        return BackfillRequest(
            identities=identities,
            scenario_text=text or scenario_text(self.scenario),
            seed=self.seed,
            timing=plan_timing(START, self.days, self.interval_s, 3600.0),
        )


TRAINING = (
    Play("calm", 31, 48, 42, 120.0),
    *(Play("wear", seed, 48, 240, 300.0) for seed in (11, 12, 13, 14, 15, 16)),
    *(Play("faults", seed, 48, 42, 120.0) for seed in (51, 52, 53)),
)
EVALUATION = (
    Play("calm", 41, 48, 42, 120.0),
    *(Play("wear", seed, 48, 240, 300.0) for seed in (21, 22)),
    *(Play("faults", seed, 48, 42, 120.0) for seed in (61, 62)),
)
QUICK_TRAINING = (
    Play("calm", 31, 16, 14, 120.0),
    Play("wear", 11, 16, 90, 600.0),
    Play("faults", 51, 16, 28, 120.0),
)
QUICK_EVALUATION = (
    Play("calm", 41, 16, 14, 120.0),
    Play("wear", 21, 16, 90, 600.0),
    Play("faults", 61, 16, 28, 120.0),
)


def play(one: Play, directory: Path, advance: Callable[[int], None] = lambda _readings: None) -> str:
    """Play a history into a folder.

    Args:
        one: what to play.
        directory: where; a folder of its own is made in it.
        advance: told how many readings are made.

    Returns:
        Address of the history.
    """
    address = directory / one.name
    backfill(one.request(), str(address), processes=os.cpu_count() or 1, advance=advance)
    return str(address)


def readings_of(plays: Sequence[Play]) -> int:
    """Readings of all of them."""
    return sum(one.readings for one in plays)
