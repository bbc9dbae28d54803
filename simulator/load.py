"""What each machine has to do: the orders of its line, its own variation, its pauses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from contracts.identity import Identity
from contracts.telemetry import MachineState
from simulator.arrays import Floats, Integers, States
from simulator.orders import OrderBook, orders_at
from simulator.randomness import Randomness

STATES: tuple[MachineState, ...] = tuple(MachineState)
"""States by the small whole number that stands for them in arrays."""
IDLE, RUNNING, SETUP = (STATES.index(state) for state in (MachineState.IDLE, MachineState.RUNNING, MachineState.SETUP))

VARIATION_STD = 0.05
"""Standard deviation of a machine's own variation, by rated throughput [1]."""
VARIATION_TIME_S = 600.0
"""Correlation time of that variation [s]."""
LOAD_LIMITS = (0.1, 1.05)
"""Throughput of a running machine never leaves these, by rated throughput [1]."""


class Load:
    """Throughput and state of the machines of a plant.

    A machine runs and pauses by turns; lengths are exponential with the model's means, so that pauses come as a
    Poisson process. At the start of an order it may have to be set up. Its throughput is that of the order and a
    variation of its own, an Ornstein-Uhlenbeck process in its exact discrete form (Gillespie, "Exact numerical
    simulation of the Ornstein-Uhlenbeck process and its integral", Phys. Rev. E 54, 1996, eq. 3.1)::

        x(t + Δt) = x(t) · μ + s · √(1 - μ²) · N(0, 1),      μ = exp(-Δt / τ)

    Args:
        identities: the machines.
        columns: parameters by name, one element a machine.
        seed: seed of the plant.
        start_s: Unix time at which the plant is first seen [s].
        randomness: randomness of the machines.

    Attributes:
        throughput: by rated throughput; 0 unless running [1].
        state: index into `STATES`.
    """

    def __init__(
        self,
        identities: Sequence[Identity],
        columns: dict[str, Floats],
        *,
        seed: int,
        start_s: float,
        randomness: Randomness,
    ) -> None:
        lines = [f"{identity.plant}/{identity.line}" for identity in identities]
        known = {name: number for number, name in enumerate(dict.fromkeys(lines))}
        self._lines = Randomness(seed, known)
        self._line_of = np.array([known[name] for name in lines], dtype=np.int64)
        self._columns, self._randomness = columns, randomness
        self._variation = VARIATION_STD * randomness.normal("load/variation", 0)
        self._begin_states(start_s)
        self.throughput: Floats
        self.state: States
        self._settle(start_s)

    def step(self, elapsed_s: float, moment_s: float, number: int) -> None:
        """Go on to a moment.

        Args:
            elapsed_s: time since the step before [s].
            moment_s: Unix time [s].
            number: number of the step, from 1.
        """
        memory = np.exp(-elapsed_s / VARIATION_TIME_S)
        news = VARIATION_STD * np.sqrt(1 - memory**2) * self._randomness.normal("load/variation", number)
        self._variation = self._variation * memory + news
        self._turn(moment_s)
        self._settle(moment_s)

    def _begin_states(self, start_s: float) -> None:
        run, pause = self._columns["mean_run_s"], self._columns["mean_pause_s"]
        self._pausing = self._randomness.uniform("load/first", 0) < pause / (run + pause)
        self._turns = np.zeros(len(run), dtype=np.int64)
        # Exponential lengths have no memory: what is left of the first one is distributed like a whole one.
        self._until_s = start_s + self._length_s(np.arange(len(run)))

    def _length_s(self, rows: Integers) -> Floats:
        means = np.where(self._pausing, self._columns["mean_pause_s"], self._columns["mean_run_s"])[rows]
        return -means * np.log1p(-self._randomness.take(rows).uniform("load/length", self._turns[rows]))

    def _turn(self, moment_s: float) -> None:
        due = np.flatnonzero(self._until_s <= moment_s)
        while due.size:
            self._pausing[due] = ~self._pausing[due]
            self._turns[due] += 1
            self._until_s[due] += self._length_s(due)
            due = due[self._until_s[due] <= moment_s]

    def _settle(self, moment_s: float) -> None:
        book = orders_at(self._lines, moment_s)
        self.state = np.where(self._pausing, IDLE, RUNNING).astype(np.int8)
        self.state[self._being_set_up(book)] = SETUP
        wanted = np.clip(book.level[self._line_of] + self._variation, *LOAD_LIMITS)
        self.throughput = np.where(self.state == RUNNING, wanted, 0.0)

    def _being_set_up(self, book: OrderBook) -> Integers:
        lengths = self._randomness.uniform("load/setup", book.number[self._line_of]) * 0.8 + 0.6
        return np.flatnonzero(book.since_s[self._line_of] < lengths * self._columns["setup_s"])
