"""A fleet, or a shard of one: vehicles as rows of arrays.

The counterpart of `simulator.plant.Plant`, with the same interface. There is no clock in here and nothing is sent
anywhere; whoever owns a fleet tells it the time, and must not call it from two threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np

from contracts.identity import Identity
from contracts.telemetry import MachineState, VehicleSignal
from simulator.afflicted import Afflicted
from simulator.arrays import Flags, Floats, States
from simulator.drafts import TruthDraft
from simulator.influences import Influences
from simulator.load import STATES
from simulator.scenario import Scenario
from simulator.vehicles.components import COMPONENTS, Use
from simulator.vehicles.engines import Engines
from simulator.vehicles.journeys import Journeys, Motion
from simulator.vehicles.models import vehicle_columns
from simulator.vehicles.readings import VehicleBlock, VehicleReadings
from simulator.vehicles.sensors import sense
from simulator.vehicles.timetable import DAY_S, SHIFT_STARTS_H, Timetable
from simulator.vehicles.weather import OpenAir
from simulator.vehicles.workshop import REFERENCE_S, Workshop
from simulator.wear import WearTable

OFF, IDLE, RUNNING, STOPPED, REPAIR = (
    STATES.index(state)
    for state in (
        MachineState.OFF,
        MachineState.IDLE,
        MachineState.RUNNING,
        MachineState.STOPPED,
        MachineState.REPAIR,
    )
)
OLDEST_DAYS = 5 * 365.0
"""Age of the oldest vehicle of a fleet of mixed age at the reference moment [d]."""
USUAL_SHIFTS = 3.0
"""Shifts a day for which a model's usual distance holds."""
TYPICAL_KMPH = 45.0
"""Speed of a vehicle under way [km/h]."""
LONGEST_CATCH_UP_STEP_S = 600.0
"""A fleet that has time to make up for does it in steps no longer than this [s]."""


class Fleet(Afflicted):
    """The vehicles of a shard.

    The same seed, identities, start and moments give the same readings, bit by bit, in whatever blocks they are played;
    and a vehicle gives the same readings in whatever shard it stands.

    Args:
        identities: who is in the shard; all of a vehicle model.
        scenario: how the fleet is run, and which faults come when.
        seed: seed of everything random.
        start: when the fleet is first seen; the scenario's times count from here.
        interval_s: time between two steps, as planned [s]; only the time that `step` is told counts.

    Raises:
        UsageError: a model that there is not; no interval.

    Attributes:
        identities: the vehicles, in the order of the rows.
        unmatched_targets: targets of the scenario's faults that are nobody here.

    Example:
        >>> from datetime import UTC
        >>> van = Identity(device_id="VHC001", plant="plant1", line="fleet", model="van")
        >>> start = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        >>> fleet = Fleet([van], Scenario(name="calm"), seed=1, start=start, interval_s=1.0)
        >>> readings = fleet.step(start)
        >>> STATES[readings.state[0]].value, bool(12 < readings.gps_latitude[0] < 13.2)
        ('running', True)
    """

    def __init__(
        self, identities: Sequence[Identity], scenario: Scenario, *, seed: int, start: datetime, interval_s: float
    ) -> None:
        super().__init__(identities, scenario, seed=seed, start=start, interval_s=interval_s, signals=VehicleSignal)
        columns = vehicle_columns([one.model for one in self.identities])
        self._columns, spec = columns, scenario.plant
        self._air = OpenAir(seed, self.identities[0].plant if self.identities else "", spec.climate)
        self._journeys = Journeys(
            self.identities, Timetable(spec.shifts, self._randomness), self._randomness, self._now_s
        )
        standing = self._journeys.step(self._now_s, np.ones(len(self.identities)))
        self._engines = Engines(columns, self._randomness, standing.engine_on, self._air.temperature_c(self._now_s))
        self._odometer_km = self._first_odometer(spec.age, len(SHIFT_STARTS_H[spec.shifts]))
        self._workshop = Workshop(
            self.identities,
            columns,
            self._randomness,
            start_s=self._now_s,
            spec=spec,
        )
        self._last = standing
        self._neutral = Influences.neutral(len(self.identities))

    # --- what the owner does -----------------------------------------------------------------------------------------

    def step(self, now: datetime) -> VehicleReadings:
        """Go on to a moment, and read all sensors.

        Args:
            now: the moment; if a clock was set back, the fleet stands still until it is over.
        """
        return self.play(np.array([now.timestamp()])).at(0)

    def play(self, moments_s: Floats) -> VehicleBlock:
        """Go on through some moments, and read all sensors at each.

        Args:
            moments_s: Unix times, in order, shape (T,) [s]; at least one.
        """
        moments_s = np.maximum.accumulate(np.maximum(moments_s, self._now_s))
        # Randomness goes with the moment, in milliseconds, so that it does not matter in how many steps it was reached.
        numbers = np.rint(moments_s * 1000).astype(np.int64)
        true_values: dict[VehicleSignal, list[Floats]] = {signal: [] for signal in VehicleSignal}
        states, delivery, network = [], [], []
        for moment_s, number in zip(moments_s.tolist(), numbers.tolist(), strict=True):
            self._advance(moment_s, number)
            delivery.append(self._faults.delivery(moment_s, number))
            network.append(self._faults.network(moment_s, number))
            states.append(self._states(moment_s))
            for signal, values in self._true_values().items():
                true_values[signal].append(values)
        state = np.stack(states)

        def disturb(signal: VehicleSignal, values: Floats) -> None:
            self._faults.disturb(signal, values, moments_s, numbers, state, self._typical(signal, truth[signal]))

        truth = {signal: np.stack(values) for signal, values in true_values.items()}
        told = sense(truth, numbers, self._randomness, disturb)
        self._faults.settle(self._now_s)
        return VehicleBlock(
            moments_s=moments_s,
            state=state,
            delivery=tuple(delivery),
            network=tuple(network),
            **{signal.value: values for signal, values in told.items()},
        )

    def catch_up(self, now: datetime, go_on: Callable[[], bool] = lambda: True) -> None:
        """Go on to a moment without reading sensors, in long steps: what happened since the start has happened.

        Args:
            now: the moment.
            go_on: is asked between steps; once it says no, the fleet stays where it has come to.
        """
        behind_s = now.timestamp() - self._now_s
        for place in range(int(behind_s // LONGEST_CATCH_UP_STEP_S)):
            if not go_on():
                return
            moment_s = self._now_s + LONGEST_CATCH_UP_STEP_S
            self._advance(moment_s, place)
            self._faults.settle(moment_s)

    def take_truth(self) -> list[TruthDraft]:
        """What happened since the last call: faults that began and ended, failures, repairs, planned maintenance."""
        return [*self._faults.take_news(), *self._workshop.take_news()]

    def wear_table(self) -> WearTable:
        """How worn each component is now. Truth; never on the wire."""
        count, workshop = len(self.identities), self._workshop
        return WearTable(
            row=np.tile(np.arange(count), len(COMPONENTS)),
            component=np.repeat(np.array(COMPONENTS), count),
            cycle=workshop.cycle.ravel().copy(),
            damage=workshop.damage.ravel().copy(),
            maintenance_due=workshop.due.ravel(),
            remaining_useful_life_h=workshop.remaining_h().ravel(),
        )

    @property
    def maintenance_due(self) -> Flags:
        """Vehicles that are due for maintenance: a component has passed its threshold. Truth; never on the wire."""
        due: Flags = np.logical_or.reduce(self._workshop.due)
        return due

    # --- what happens within -----------------------------------------------------------------------------------------

    def _first_odometer(self, age: str, shifts: int) -> Floats:
        """Distance that each has driven: its usual one since it was new, at any moment."""
        if age == "new":
            return np.zeros(len(self.identities))
        days = OLDEST_DAYS * self._randomness.uniform("odometer/age", 0) + (self._now_s - REFERENCE_S) / DAY_S
        usual_km: Floats = self._columns["usual_km_per_day"] * shifts / USUAL_SHIFTS * np.maximum(0.0, days)
        return usual_km

    def _advance(self, moment_s: float, number: int) -> None:
        self._faults.advance(moment_s)
        elapsed_s, self._now_s = moment_s - self._now_s, moment_s
        if elapsed_s <= 0:
            return
        influences = self._neutral
        if self._faults.influence(influences, moment_s, number):
            self._neutral = Influences.neutral(len(self.identities))
        air_c = self._air.temperature_c(moment_s)
        motion = self._journeys.step(moment_s, np.where(self._workshop.down, 0.0, self._engines.rate))
        self._engines.step(motion, self._workshop.shown, air_c + influences.air_k, influences.cooling, elapsed_s)
        self._odometer_km = self._odometer_km + motion.distance_m / 1000
        use = Use(elapsed_s, motion.engine_s, motion.braked_kj, motion.starts, air_c, self._engines.coolant_c)
        self._workshop.wear(use, influences.damage)
        self._workshop.attend(moment_s, motion.engine_on, motion.starts > 0, motion.at_depot)
        self._last = motion

    def _states(self, moment_s: float) -> States:
        motion, workshop = self._last, self._workshop
        states: States = np.full(len(motion.engine_on), OFF, dtype=np.int8)
        states[motion.engine_on] = IDLE
        states[workshop.down | self._engines.resting] = STOPPED
        states[workshop.down & (moment_s >= workshop.helped_s)] = REPAIR
        # Whoever pulls over is still under way; whoever stands has stopped.
        states[motion.speed_m_s > 0] = RUNNING
        return states

    def _true_values(self) -> dict[VehicleSignal, Floats]:
        motion: Motion = self._last
        return {
            VehicleSignal.SPEED: 3.6 * motion.speed_m_s,
            VehicleSignal.FUEL: self._engines.fuel_percent,
            VehicleSignal.ENGINE_TEMP: self._engines.coolant_c,
            VehicleSignal.LATITUDE: motion.latitude,
            VehicleSignal.LONGITUDE: motion.longitude,
            VehicleSignal.ODOMETER: self._odometer_km,
        }

    def _typical(self, signal: VehicleSignal, true_values: Floats) -> Floats:
        """What a sensor tells of a vehicle that is well and under way, where it is: shape (N,) or that of the truth."""
        if signal is VehicleSignal.SPEED:
            return np.full(len(self.identities), TYPICAL_KMPH)
        if signal is VehicleSignal.ENGINE_TEMP:
            return self._columns["thermostat_opens_c"] + 2.0
        return true_values
