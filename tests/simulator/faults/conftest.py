"""What tests of faults share: effects called by hand, without a plant."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from contracts.identity import Identity
from simulator.faults import FAULTS, Chance, FaultBoard, Reading
from simulator.randomness import Randomness


class Dice(Chance):
    """Random numbers that the test has chosen: `uniform`, `normal`, `lot`, the same for all purposes."""

    def __init__(self, **numbers: list[float]) -> None:
        object.__setattr__(self, "numbers", {name: np.array(some) for name, some in numbers.items()})

    def uniform(self, purpose: str = "uniform") -> np.ndarray:
        """The numbers chosen."""
        return self.numbers["uniform"]

    def normal(self, purpose: str = "normal") -> np.ndarray:
        """The numbers chosen."""
        return self.numbers["normal"]

    def lot(self, purpose: str = "lot") -> np.ndarray:
        """The numbers chosen."""
        return self.numbers["lot"]


@pytest.fixture
def make_dice() -> type[Dice]:
    """Makes random numbers that the test has chosen."""
    return Dice


@pytest.fixture
def told() -> Callable[..., list[float]]:
    """What sensors tell under a fault, one a machine, where the true reading is 60 unless the test says otherwise."""

    def tell(kind: str, parameters: dict[str, float], dice: dict[str, list[float]] | None = None, **reading: object):
        defaults = {"value": [60.0], "elapsed_s": [90.0], "over_s": [-1e9], "strength": [1.0], "held": [55.5]}
        defaults |= {"running": [True], "typical": [66.0]}
        columns = {name: np.array(value) for name, value in (defaults | reading).items() if name != "ramp_s"}
        definition = FAULTS[kind]
        given = Reading(**columns, ramp_s=reading.get("ramp_s", 0.0), chance=Dice(**(dice or {})))
        return definition.effect(given, definition.parameters(**parameters)).tolist()

    return tell


@pytest.fixture
def make_board(make_identities: Callable[..., list[Identity]]) -> Callable[..., FaultBoard]:
    """Faults of some machines, ten a line, models in turn."""

    def make(count: int = 20, seed: int = 1, first: int = 0) -> FaultBoard:
        identities = make_identities(count)[first:]
        return FaultBoard(
            identities,
            Randomness(seed, [identity.device_id for identity in identities]),
            Randomness(seed, [identity.plant for identity in identities]),
        )

    return make
