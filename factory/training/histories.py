"""Histories of vehicles by recipe: what the fleet's model is trained on, and what it is judged by.

Each fleet is what `factory backfill` writes with these options; seeds of training and evaluation are never the same, so
neither are vehicles, weather, roads and wear.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from factory.provision.request import vehicle
from maintenance.fleet_model import Readings, read_history
from maintenance.fleet_model.readings import HistoryFolder
from simulator.backfill import BackfillRequest, backfill, plan_timing
from simulator.scenario import scenario_text

Advance = Callable[[int], None]
INTERVAL_S = 60.0
WEAR_EVERY_S = 600.0
"""A reading in so long is learnt from: those between are nearly the same [s]."""
PLANT = "plant1"
UNATTENDED, MAINTAINED = "fleet-wear", "calm"
"""Scenarios of fleets that nobody looks after, and that are kept up."""


@dataclass(frozen=True, slots=True)
class FleetHistory:
    """One fleet, and how long it is watched.

    Attributes:
        scenario: what happens to it.
        seed: seed of everything random.
        start: first day, ISO 8601.
        vehicles: how many.
        days: how long [d].
    """

    scenario: str
    seed: int
    start: str
    vehicles: int
    days: float = 1.0

    @property
    def name(self) -> str:
        """For people.

        Example:
            >>> FleetHistory("calm", 7, "2026-01-14", 20).name
            'calm of seed 7'
        """
        return f"{self.scenario} of seed {self.seed}"

    @property
    def request(self) -> BackfillRequest:
        """What to play."""
        return BackfillRequest(
            identities=tuple(vehicle(number, PLANT) for number in range(1, self.vehicles + 1)),
            scenario_text=scenario_text(self.scenario),
            seed=self.seed,
            timing=plan_timing(
                datetime.fromisoformat(self.start).replace(tzinfo=UTC), self.days, INTERVAL_S, WEAR_EVERY_S
            ),
        )

    @property
    def command(self) -> str:
        """The command that makes the same."""
        return (
            f"factory backfill --machines 0 --vehicles {self.vehicles} --scenario {self.scenario} --seed {self.seed} "
            f"--start {self.start} --days {self.days:g} --interval {INTERVAL_S:g}s --wear-every {WEAR_EVERY_S:g}s"
        )


# Days of work in all seasons, as the air is part of how hot an engine gets.
TRAINING = (
    FleetHistory(UNATTENDED, 101, "2026-01-14", 400),
    FleetHistory(UNATTENDED, 102, "2026-04-08", 400),
    FleetHistory(UNATTENDED, 103, "2026-07-08", 400),
    FleetHistory(UNATTENDED, 104, "2026-10-14", 400),
    FleetHistory(MAINTAINED, 105, "2026-02-18", 400),
    FleetHistory(MAINTAINED, 106, "2026-05-20", 400),
    FleetHistory(MAINTAINED, 107, "2026-08-12", 400),
    FleetHistory(MAINTAINED, 108, "2026-11-11", 400),
)
QUICK_TRAINING = (
    FleetHistory(UNATTENDED, 101, "2026-01-14", 150),
    FleetHistory(UNATTENDED, 103, "2026-07-08", 150),
    FleetHistory(MAINTAINED, 105, "2026-02-18", 150),
    FleetHistory(MAINTAINED, 107, "2026-08-12", 150),
)
EVALUATION = (
    FleetHistory(UNATTENDED, 901, "2026-03-11", 300),
    FleetHistory(UNATTENDED, 902, "2026-09-09", 300),
    FleetHistory(MAINTAINED, 903, "2026-06-17", 300),
    FleetHistory(MAINTAINED, 904, "2026-12-09", 300),
)
QUICK_EVALUATION = (FleetHistory(UNATTENDED, 901, "2026-03-11", 100), FleetHistory(MAINTAINED, 903, "2026-06-17", 100))


def with_seed(histories: Sequence[FleetHistory], seed: int | None) -> tuple[FleetHistory, ...]:
    """The same fleets from other seeds: the first has this one, and each further one the next.

    Example:
        >>> [history.seed for history in with_seed(QUICK_EVALUATION, 40)]
        [40, 41]
    """
    if seed is None:
        return tuple(histories)
    return tuple(replace(history, seed=seed + place) for place, history in enumerate(histories))


def readings_of(histories: Sequence[FleetHistory]) -> int:
    """How many readings are played in all."""
    return sum(history.request.readings for history in histories)


def play(histories: Iterable[FleetHistory], advance: Advance = lambda _readings: None) -> dict[FleetHistory, Readings]:
    """Play fleets in a directory that is gone afterwards, and keep their readings and truth.

    Args:
        histories: which.
        advance: told how many readings have been made.
    """
    told: dict[FleetHistory, Readings] = {}
    for history in histories:
        with tempfile.TemporaryDirectory(prefix="fleet-history-") as folder:
            backfill(history.request, folder, advance=advance)
            told[history] = read_history(HistoryFolder(Path(folder)), history.name)
    return told


def recipe_digest(histories: Sequence[FleetHistory]) -> str:
    """Digest of a recipe: what is played, how often it is read, and the scenarios' texts."""
    parts = [repr(asdict(history)) + scenario_text(history.scenario) for history in histories]
    return hashlib.sha256("\n".join([f"{INTERVAL_S} {WEAR_EVERY_S}", *parts]).encode()).hexdigest()
