"""What each machine has to do: its shifts, the orders of its line, its own variation, its pauses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from contracts.identity import Identity
from contracts.telemetry import MachineState
from simulator.arrays import Flags, Floats, Integers, States
from simulator.orders import OrderBook, orders_at
from simulator.plant_spec import PlantSpec
from simulator.randomness import Randomness
from simulator.shifts import switched_on

STATES: tuple[MachineState, ...] = tuple(MachineState)
"""States by the small whole number that stands for them in arrays."""
OFF, IDLE, RUNNING, SETUP, STOPPED, REPAIR = (
    STATES.index(state)
    for state in (
        MachineState.OFF,
        MachineState.IDLE,
        MachineState.RUNNING,
        MachineState.SETUP,
        MachineState.STOPPED,
        MachineState.REPAIR,
    )
)

VARIATION_STD = 0.05
"""Standard deviation of a machine's own variation, by rated throughput [1]."""
VARIATION_TIME_S = 600.0
"""Correlation time of that variation [s]."""
LOAD_LIMITS = (0.1, 1.05)
"""Throughput of a running machine never leaves these, by rated throughput [1]."""

SETUP_LIMITS = (0.6, 1.4)
"""Setting up takes between these, by the model's mean [1]."""


class Load:
    """Throughput and state of the machines of a plant, as long as nothing breaks.

    A machine is on while its shift is. It runs and pauses by turns; lengths are exponential with the model's means, so
    that pauses come as a Poisson process. When the product changes it may have to be set up. Its throughput is that of
    the order and a variation of its own, an Ornstein-Uhlenbeck process in its exact discrete form (Gillespie, "Exact
    numerical simulation of the Ornstein-Uhlenbeck process and its integral", Phys. Rev. E 54, 1996, eq. 3.1)::

        x(t + Δt) = x(t) · μ + s · √(1 - μ²) · N(0, 1),      μ = exp(-Δt / τ)

    Args:
        identities: the machines.
        columns: parameters by name, one element a machine.
        spec: shifts and their time zone.
        seed: seed of the plant.
        start_s: Unix time at which the plant is first seen [s].
        randomness: randomness of the machines.
    """

    def __init__(
        self,
        identities: Sequence[Identity],
        columns: dict[str, Floats],
        spec: PlantSpec,
        *,
        seed: int,
        start_s: float,
        randomness: Randomness,
    ) -> None:
        lines = [f"{identity.plant}/{identity.line}" for identity in identities]
        known = {name: number for number, name in enumerate(dict.fromkeys(lines))}
        self._lines = Randomness(seed, known)
        self._line_of = np.array([known[name] for name in lines], dtype=np.int64)
        self._columns, self._spec, self._randomness = columns, spec, randomness
        self._late = randomness.uniform("load/late", 0)
        self._variation = VARIATION_STD * randomness.normal("load/variation", 0)
        self._begin_pauses(start_s)

    def play(self, moments_s: Floats, elapsed_s: Floats, numbers: Integers) -> tuple[Floats, States]:
        """Go on through some moments.

        Args:
            moments_s: Unix times [s], shape (T,), in order.
            elapsed_s: time from the moment before to each [s], shape (T,).
            numbers: number of each moment, by which randomness is drawn, shape (T,).

        Returns:
            Throughput by rated throughput, 0 unless running [1], and state, an index into `STATES`; shape (T, N).
        """
        book = orders_at(self._lines, moments_s)
        state = np.where(self._pauses(moments_s), IDLE, RUNNING).astype(np.int8)
        self._set_up(state, book)
        on = switched_on(self._spec.shifts, self._spec.zone, moments_s, self._late)
        if on is not None:
            state[~on] = OFF
        wanted = np.clip(book.level[:, self._line_of] + self._vary(elapsed_s, numbers), *LOAD_LIMITS)
        return np.where(state == RUNNING, wanted, 0.0), state

    # --- variation ---------------------------------------------------------------------------------------------------

    def _vary(self, elapsed_s: Floats, numbers: Integers) -> Floats:
        memory = np.exp(-elapsed_s / VARIATION_TIME_S)
        varied = self._randomness.noise("load/variation", numbers)[0].astype(np.float64)
        varied *= (VARIATION_STD * np.sqrt(1 - memory**2))[:, None]
        before = self._variation
        for place, kept in enumerate(memory.tolist()):
            varied[place] += before * kept
            before = varied[place]
        self._variation = before.copy()
        return varied

    # --- pauses ------------------------------------------------------------------------------------------------------

    def _begin_pauses(self, start_s: float) -> None:
        run, pause = self._columns["mean_run_s"], self._columns["mean_pause_s"]
        self._pausing: Flags = self._randomness.uniform("load/first", 0) < pause / (run + pause)
        self._turns = np.zeros(len(run), dtype=np.int64)
        # Exponential lengths have no memory: what is left of the first one is distributed like a whole one.
        self._until_s = start_s + self._length_s(np.arange(len(run)))

    def _length_s(self, rows: Integers) -> Floats:
        means = np.where(self._pausing[rows], self._columns["mean_pause_s"][rows], self._columns["mean_run_s"][rows])
        return -means * np.log1p(-self._randomness.take(rows).uniform("load/length", self._turns[rows]))

    def _pauses(self, moments_s: Floats) -> Flags:
        """Who pauses at which moment, shape (T, N)."""
        pausing: Flags = np.repeat(self._pausing[None, :], len(moments_s), axis=0)
        due = np.flatnonzero(self._until_s <= moments_s[-1])
        while due.size:
            turned = moments_s[:, None] >= self._until_s[due]
            self._pausing[due] = ~self._pausing[due]
            pausing[:, due] = np.where(turned, self._pausing[due], pausing[:, due])
            self._turns[due] += 1
            self._until_s[due] += self._length_s(due)
            due = due[self._until_s[due] <= moments_s[-1]]
        return pausing

    def _set_up(self, state: States, book: OrderBook) -> None:
        """Mark who is being set up for an order, in place."""
        since_s, longest_s = book.since_s[:, self._line_of], SETUP_LIMITS[1] * self._columns["setup_s"]
        moments, rows = np.nonzero((since_s < longest_s) & book.new_product[:, self._line_of])
        orders = book.number[moments, self._line_of[rows]]
        low, high = SETUP_LIMITS
        lengths = low + (high - low) * self._randomness.take(rows).uniform("load/setup", orders)
        under_way = since_s[moments, rows] < lengths * self._columns["setup_s"][rows]
        state[moments[under_way], rows[under_way]] = SETUP
