"""What an effect is told: how far its fault is, on some machines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Flags, Floats, Integers
from simulator.randomness import Randomness


@dataclass(frozen=True, slots=True)
class Chance:
    """Random numbers of a fault, drawn when an effect asks for them: most ask for none.

    Each is a pure function of seed, machine, request and number of the step.

    Attributes:
        randomness: that of the machines that the request hits.
        stream: name of the request's random numbers.
        places: which of those machines are meant.
        numbers: numbers of the steps, (T,); or of one step, ().
        occurrences: how often the fault has come before on each machine.
    """

    randomness: Randomness
    stream: str
    places: Integers
    numbers: Integers
    occurrences: Integers

    def uniform(self, purpose: str = "uniform") -> Floats:
        """Numbers in [0, 1), new at each step: (T, M), or (M,) for one step."""
        return self._rows([self.randomness.uniform(f"{self.stream}/{purpose}", number) for number in self._steps()])

    def normal(self, purpose: str = "normal") -> Floats:
        """Standard normal numbers, new at each step: (T, M), or (M,) for one step."""
        return self._rows([self.randomness.normal(f"{self.stream}/{purpose}", number) for number in self._steps()])

    def lot(self, purpose: str = "lot") -> Floats:
        """Numbers in [0, 1) that stay as long as the fault: (M,)."""
        return self.randomness.take(self.places).uniform(f"{self.stream}/{purpose}", self.occurrences)

    def _steps(self) -> list[int]:
        steps: list[int] = self.numbers.reshape(-1).tolist()
        return steps

    def _rows(self, drawn: list[Floats]) -> Floats:
        taken = [one[self.places] for one in drawn]
        return np.stack(taken) if self.numbers.ndim else taken[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a fault is: arrays with one element a machine that has it, and for sensors one row a moment.

    Attributes:
        elapsed_s: time since the fault began [s].
        over_s: time since it ended; negative before [s].
        strength: 0 to 1: how far it has come up, or gone [1]. Where it is 0, an effect's answer is not used.
        ramp_s: time in which it comes up [s].
        chance: random numbers.
    """

    elapsed_s: Floats
    over_s: Floats
    strength: Floats
    ramp_s: float
    chance: Chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Progress):
    """What the effect of a sensor fault works on: M machines that have it, at T moments.

    Attributes:
        value: what the sensor would tell, (T, M) [unit of the signal].
        held: what it told when the fault, or the present burst of it, began, (T, M) [unit of the signal].
        running: whether the machine is running, (T, M).
        typical: what it tells when the machine runs at rated load, (T, M) [unit of the signal].
    """

    value: Floats
    held: Floats
    running: Flags
    typical: Floats
