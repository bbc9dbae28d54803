"""A plant, or a shard of one: machines as rows of arrays.

A machine is a row, not an object and not a thread, and a moment is a row of a block: what does not need the moment
before is done for a block of moments at once, so that few machines over a long time cost as little as many machines
now. There is no clock in here and nothing is sent anywhere; whoever owns a plant tells it the time, and must not call
it from two threads at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

import numpy as np

from contracts.identity import Identity
from contracts.telemetry import Signal
from simulator.afflicted import Afflicted
from simulator.arrays import Floats, Integers, States
from simulator.delivery import Delivery, Network
from simulator.drafts import TruthDraft
from simulator.hall import HallAir
from simulator.influences import Influences
from simulator.load import STATES, Load
from simulator.machines import Machines, individual_columns
from simulator.readings import Block, Readings
from simulator.replay import REPLAY_MODEL
from simulator.scenario import Scenario
from simulator.sensing import Sensing
from simulator.upkeep import SLOT_S, Upkeep
from simulator.wear import Wear, WearTable

__all__ = ["REPLAY_MODEL", "STATES", "Block", "Plant", "Readings"]

CATCH_UP_MOMENTS = 96
"""Moments of a block in which a plant catches up: a day in steps of a slot."""
LONGEST_CATCH_UP_STEPS = 50_000
"""A plant that has much to catch up does it in this many steps at most; then they are longer than a slot."""


class Plant(Afflicted):
    """The machines of a shard.

    The same seed, identities, start and moments give the same readings, bit by bit, in whatever blocks they are played;
    and a machine gives the same readings in whatever shard it stands.

    Args:
        identities: who is in the shard; those of model `replay` are left out.
        scenario: how the plant is run, and which faults come when.
        seed: seed of everything random.
        start: when the plant is first seen; the scenario's times count from here.
        interval_s: time between two steps, as planned [s]; only the time that `step` is told counts.

    Raises:
        UsageError: a model that there is not; no interval.

    Attributes:
        identities: the machines, in the order of the rows.
        unmatched_targets: targets of the scenario's faults that are nobody here.

    Example:
        >>> from datetime import UTC
        >>> pump = Identity(device_id="M002", plant="plant1", line="line1", model="centrifugal_pump")
        >>> start = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        >>> plant = Plant([pump], Scenario(name="calm"), seed=1, start=start, interval_s=1.0)
        >>> readings = plant.step(start)
        >>> readings.rpm.tolist(), STATES[readings.state[0]].value
        ([2979.0], 'idle')
    """

    def __init__(
        self, identities: Sequence[Identity], scenario: Scenario, *, seed: int, start: datetime, interval_s: float
    ) -> None:
        played = [identity for identity in identities if identity.model != REPLAY_MODEL]
        super().__init__(played, scenario, seed=seed, start=start, interval_s=interval_s, signals=Signal)
        columns = individual_columns(self.identities, self._randomness)
        spec = scenario.plant
        self._halls = [
            HallAir(seed, plant, spec.climate, spec.zone)
            for plant in dict.fromkeys(one.plant for one in self.identities)
        ]
        self._hall_of = self._places_of_plants()
        self._load = Load(self.identities, columns, spec, seed=seed, start_s=self._now_s, randomness=self._randomness)
        self._machines = Machines(columns)
        self._sensing = Sensing(self._randomness)
        self._wear = Wear(self.identities, spec, self._randomness)
        self._upkeep = Upkeep(self.identities, self._wear, self._randomness)
        self._slot = int(self._now_s // SLOT_S)

    # --- what the owner does -----------------------------------------------------------------------------------------

    def step(self, now: datetime) -> Readings:
        """Go on to a moment, and read all sensors.

        Args:
            now: the moment; if a clock was set back, the plant stands still until it is over.
        """
        return self.play(np.array([now.timestamp()])).at(0)

    def play(self, moments_s: Floats) -> Block:
        """Go on through some moments, and read all sensors at each.

        Args:
            moments_s: Unix times, in order, shape (T,) [s]; at least one.
        """
        course = self._advance(moments_s)

        def disturb(signal: Signal, values: Floats) -> None:
            typical = self._machines.typical(signal, course.air_c)
            self._faults.disturb(signal, values, course.moments_s, course.numbers, course.state, typical)

        told = self._sensing.play(course.true_values, course.elapsed_s, course.numbers, disturb)
        self._faults.settle(self._now_s)
        return Block(
            moments_s=moments_s,
            state=course.state,
            delivery=tuple(course.delivery),
            network=tuple(course.network),
            **{signal.value: values for signal, values in told.items()},
        )

    def catch_up(self, now: datetime, go_on: Callable[[], bool] = lambda: True) -> None:
        """Go on to a moment without reading sensors, in long steps: what happened since the start has happened.

        Args:
            now: the moment.
            go_on: is asked between steps; once it says no, the plant stays where it has come to.
        """
        behind_s = now.timestamp() - self._now_s
        steps = min(int(behind_s // SLOT_S), LONGEST_CATCH_UP_STEPS)
        moments_s: Floats = self._now_s + behind_s / (steps + 1) * np.arange(1.0, steps + 1)
        for first in range(0, steps, CATCH_UP_MOMENTS):
            if not go_on():
                return
            self._advance(moments_s[first : first + CATCH_UP_MOMENTS])
            self._faults.settle(self._now_s)

    def take_truth(self) -> list[TruthDraft]:
        """What happened since the last call, in order: faults began and ended, failures, repairs, maintenance."""
        return sorted([*self._faults.take_news(), *self._upkeep.take_news()], key=lambda draft: draft.at)

    def wear_table(self) -> WearTable:
        """How worn each component is now. Truth; never on the wire."""
        return self._wear.table()

    # --- what happens within -----------------------------------------------------------------------------------------

    def _places_of_plants(self) -> Integers:
        plants = {plant: place for place, plant in enumerate(dict.fromkeys(one.plant for one in self.identities))}
        return np.array([plants[identity.plant] for identity in self.identities], dtype=np.int64)

    def _advance(self, moments_s: Floats) -> _Course:
        """Let the machines work through some moments."""
        moments_s = np.maximum.accumulate(np.maximum(moments_s, self._now_s))
        elapsed_s = np.diff(moments_s, prepend=self._now_s)
        # Randomness goes with the moment, in milliseconds, so that it does not matter in how many steps it was reached.
        numbers = np.rint(moments_s * 1000).astype(np.int64)
        throughput, state = self._load.play(moments_s, elapsed_s, numbers)
        course = _Course(moments_s, elapsed_s, numbers, throughput, state, self._air(moments_s))
        # Wear changes from slot to slot only; within one, all moments are worked through at once.
        borders = np.flatnonzero(np.diff(moments_s // SLOT_S)) + 1
        parts = [
            self._work(course, slice(first, end))
            for first, end in itertools.pairwise([0, *borders.tolist(), len(moments_s)])
        ]
        course.true_values = {signal: np.concatenate([part[signal] for part in parts]) for signal in Signal}
        return course

    def _work(self, course: _Course, part: slice) -> dict[Signal, Floats]:
        """Let the machines work through the moments of one slot; returns what there is to be measured."""
        moments_s, state, throughput = course.moments_s[part], course.state[part], course.throughput[part]
        slot = int(moments_s[0] // SLOT_S)
        if slot != self._slot:
            self._slot = slot
            self._wear.settle(slot * SLOT_S)
            self._upkeep.look(slot * SLOT_S)
        self._upkeep.down(state, throughput, moments_s)
        influences = self._meet_faults(course, part)
        elapsed_s = course.elapsed_s[part]
        behaviour = self._machines.play(throughput, state, elapsed_s, course.air_c[part], self._wear.shown, influences)
        self._wear.use(behaviour.stress, elapsed_s)
        self._now_s = float(moments_s[-1])
        self._upkeep.advance(self._now_s)
        return behaviour.true_values

    def _meet_faults(self, course: _Course, part: slice) -> Influences | None:
        """Go through the faults at each moment; returns what they do to the machines, None: nothing."""
        faults, count = self._faults, len(self.identities)
        neutral, found = Influences.neutral(count), {}
        points = zip(course.moments_s[part].tolist(), course.numbers[part].tolist(), strict=True)
        for place, (moment_s, number) in enumerate(points):
            faults.advance(moment_s)
            if faults.influence(neutral, moment_s, number):
                found[place], neutral = neutral, Influences.neutral(count)
            course.delivery.append(faults.delivery(moment_s, number))
            course.network.append(faults.network(moment_s, number))
        if not found:
            return None
        every = [found.get(place, neutral) for place in range(part.stop - part.start)]
        return Influences(
            **{field.name: np.stack([getattr(one, field.name) for one in every]) for field in fields(Influences)}
        )

    def _air(self, moments_s: Floats) -> Floats:
        """Air around each machine, shape (T, N); (T, 1) where all share a hall."""
        if not self._halls:
            return np.zeros((len(moments_s), 1))
        halls = np.stack([hall.temperature_c(moments_s) for hall in self._halls], axis=1)
        return halls if len(self._halls) == 1 else halls[:, self._hall_of]


@dataclass(slots=True)
class _Course:
    """What happens in some moments, as far as it is known; arrays of shape (T, N) or (T,)."""

    moments_s: Floats
    elapsed_s: Floats
    numbers: Integers
    throughput: Floats
    state: States
    air_c: Floats
    true_values: dict[Signal, Floats] = field(default_factory=dict)
    delivery: list[Delivery | None] = field(default_factory=list)
    network: list[Network | None] = field(default_factory=list)
