"""A plant, or a shard of one: machines as rows of arrays.

A machine is a row, not an object and not a thread: a step of ten thousand machines is some hundred operations on
arrays. There is no clock in here and nothing is sent anywhere; whoever owns a plant tells it the time, and must not
call it from two threads at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from contracts.identity import Identity
from contracts.telemetry import Signal
from simulator.arrays import Floats, States
from simulator.delivery import Delivery, Network
from simulator.drafts import TruthDraft
from simulator.errors import SimulatorUsageError
from simulator.faults import ActiveFault, Cause, FaultBoard, FaultRequest
from simulator.hall import HallAir
from simulator.influences import Influences
from simulator.load import IDLE, SETUP, STATES, Load
from simulator.models import parameter_columns
from simulator.physics import (
    degradation,
    drive_speed,
    electrical_power,
    induction_speed,
    rise_step,
    speed_step,
    steady_rise,
    torque_fraction,
    vibration_velocity,
)
from simulator.randomness import Randomness
from simulator.replay import REPLAY_MODEL
from simulator.scenario import Scenario
from simulator.sensors import SENSORS, digitise, measure
from simulator.wear import wear_at, wear_step

__all__ = ["REPLAY_MODEL", "STATES", "Plant", "Readings"]

INDIVIDUAL = ("temperature_rise_k", "thermal_time_constant_s", "vibration_new_mm_s", "fixed_loss_share")
"""Parameters in which each machine deviates from its nameplate and model."""
INDIVIDUAL_STD = 0.03
"""Standard deviation of that, by the parameter [1]."""
INDIVIDUAL_LIMIT = 2.5
"""Nobody deviates by more standard deviations than these: the maker would not have let it go."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What the sensors of all machines told at a moment. NaN: the sensor was silent.

    Attributes:
        timestamp: when they were read, UTC.
        temp: bearing housing temperature [°C].
        vibration: vibration velocity, RMS [mm/s].
        rpm: shaft speed [1/min].
        power: electrical power [kW].
        state: index into `STATES`.
        delivery: what becomes of the messages; None while there is no such fault.
        network: how the ways to the broker are; None while there is no such fault.
    """

    timestamp: datetime
    temp: Floats
    vibration: Floats
    rpm: Floats
    power: Floats
    state: States
    delivery: Delivery | None = None
    network: Network | None = None

    def signal(self, signal: Signal) -> Floats:
        """The readings of a signal."""
        values: Floats = getattr(self, signal.value)
        return values


class Plant:
    """The machines of a shard.

    The same seed, identities, start and steps give the same readings, bit by bit; and a machine gives the same
    readings in whatever shard it stands.

    Args:
        identities: who is in the shard; those of model `replay` are left out.
        scenario: which faults come when.
        seed: seed of everything random.
        start: when the plant is first seen; the scenario's times count from here.
        interval_s: time between two steps, as planned [s]; only the time that `step` is told counts.

    Raises:
        UsageError: a model that there is not; no interval.

    Attributes:
        identities: the machines, in the order of the rows.

    Example:
        >>> pump = Identity(device_id="M002", plant="plant1", line="line1", model="centrifugal_pump")
        >>> start = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        >>> plant = Plant([pump], Scenario(name="calm"), seed=1, start=start, interval_s=1.0)
        >>> readings = plant.step(start)
        >>> readings.temp.tolist(), readings.rpm.tolist(), STATES[readings.state[0]].value
        ([36.7], [2981.0], 'idle')
    """

    def __init__(
        self, identities: Sequence[Identity], scenario: Scenario, *, seed: int, start: datetime, interval_s: float
    ) -> None:
        if interval_s <= 0:
            raise SimulatorUsageError(f"interval_s={interval_s} is not a time between readings.", remedy="Try 1.")
        self.identities = tuple(identity for identity in identities if identity.model != REPLAY_MODEL)
        self.scenario, self.interval_s = scenario, interval_s
        self._start = start.astimezone(UTC)
        self._now_s, self._steps = self._start.timestamp(), 0
        self._randomness = Randomness(seed, [f"{one.plant}/{one.device_id}" for one in self.identities])
        self._columns = self._individual_columns()
        self._halls = [HallAir(seed, plant) for plant in dict.fromkeys(one.plant for one in self.identities)]
        self._hall_of = self._places_of_plants()
        self._load = Load(self.identities, self._columns, seed=seed, start_s=self._now_s, randomness=self._randomness)
        self._faults = FaultBoard(self.identities, self._randomness)
        self._settle()
        self.unmatched_targets = self._plan(scenario)

    # --- what the owner does -----------------------------------------------------------------------------------------

    def step(self, now: datetime) -> Readings:
        """Go on to a moment, and read all sensors.

        Args:
            now: the moment; not before the last one. If a clock was set back, the plant stands still until it is over.
        """
        moment_s = max(now.timestamp(), self._now_s)
        elapsed_s, self._now_s = moment_s - self._now_s, moment_s
        self._steps += 1
        self._faults.advance(moment_s)
        if elapsed_s > 0:
            self._advance(elapsed_s, moment_s)
        return self._sample(now.astimezone(UTC), moment_s)

    def catch_up(self, now: datetime) -> None:
        """Go on to a moment up to which the plant was played elsewhere, or not watched; nothing is told of it."""
        self.step(now)

    def inject(self, request: FaultRequest, at: datetime, cause: Cause) -> list[ActiveFault]:
        """Take up a fault.

        Args:
            request: which fault, on a machine, a line or everything.
            at: from when its times count.
            cause: who asks for it.

        Returns:
            The fault, once a machine that it hits.

        Raises:
            TargetError: the target is nobody here.
            FaultError: it cannot have such a fault.
        """
        return self._faults.inject(request, at, cause)

    def clear(self, fault_id: str, at: datetime) -> ActiveFault:
        """End a fault.

        Raises:
            TargetError: no fault of that id.
        """
        return self._faults.clear(fault_id, at)

    def clear_all(self, at: datetime) -> None:
        """End all faults, as when the plant is shut down."""
        self._faults.clear_all(at)

    def active_faults(self) -> list[ActiveFault]:
        """All faults: those to come, those at work, and those whose effect is going."""
        return self._faults.active(self._now_s)

    def take_truth(self) -> list[TruthDraft]:
        """What began and ended since the last call."""
        return self._faults.take_news()

    @property
    def wear(self) -> Floats:
        """How worn each machine is: used share of its bearings' life [1]. Truth; never on the wire."""
        return self._wear.copy()

    # --- what happens within -----------------------------------------------------------------------------------------

    def _individual_columns(self) -> dict[str, Floats]:
        columns = parameter_columns([identity.model for identity in self.identities])
        for name in INDIVIDUAL:
            deviation = self._randomness.normal(f"individual/{name}", 0).clip(-INDIVIDUAL_LIMIT, INDIVIDUAL_LIMIT)
            columns[name] = columns[name] * (1.0 + INDIVIDUAL_STD * deviation)
        return columns

    def _places_of_plants(self) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        plants = list(dict.fromkeys(identity.plant for identity in self.identities))
        return np.array([plants.index(identity.plant) for identity in self.identities], dtype=np.int64)

    def _plan(self, scenario: Scenario) -> tuple[str, ...]:
        """Take up the scenario's faults; those for other shards' machines are theirs."""
        mine = [request for request in scenario.faults if self._faults.concerns(request)]
        for request in mine:
            self._faults.inject(request, self._start, "scenario")
        return tuple(request.target for request in scenario.faults if request not in mine)

    def _settle(self) -> None:
        """Machines are first seen as if they had always had this load."""
        self._influences = Influences.neutral(len(self.identities))
        self._wear = wear_at(self._now_s, self._columns["rating_life_h"], self._randomness)
        self._torque = self._torque_now()
        self._speed = self._speed_command()
        self._power = self._power_now()
        self._rise = self._steady_rise()
        self._air = self._air_now(self._now_s)

    def _advance(self, elapsed_s: float, moment_s: float) -> None:
        columns = self._columns
        self._influences = Influences.neutral(len(self.identities))
        self._faults.influence(self._influences, moment_s, self._steps)
        self._load.step(elapsed_s, moment_s, self._steps)
        self._torque = self._torque_now()
        self._speed = speed_step(self._speed, self._speed_command(), elapsed_s, columns["run_up_s"])
        self._power = self._power_now()
        self._rise = rise_step(self._rise, self._steady_rise(), elapsed_s, columns["thermal_time_constant_s"])
        life_h = columns["rating_life_h"] / self._influences.damage
        self._wear = wear_step(self._wear, self._speed_share(), self._torque, elapsed_s, life_h)
        self._air = self._air_now(moment_s)

    def _torque_now(self) -> Floats:
        throughput = self._load.throughput * self._influences.throughput
        return torque_fraction(throughput, self._columns["no_load_torque"]) * self._influences.torque

    def _speed_command(self) -> Floats:
        columns, state = self._columns, self._load.state
        # The slip that a torque takes grows with the inverse square of the voltage (Fitzgerald et al. 2003, ch. 6).
        slip_torque = self._torque / self._influences.voltage**2
        on_mains = induction_speed(slip_torque, columns["synchronous_rpm"], columns["rated_speed_rpm"])
        by_servo = drive_speed(self._load.throughput, columns["lowest_speed"], columns["rated_speed_rpm"])
        share: Floats = np.select([state == IDLE, state == SETUP], [columns["idle_speed"], columns["setup_speed"]], 1.0)
        return np.where(columns["on_mains"] > 0, on_mains, by_servo) * share * self._influences.speed

    def _speed_share(self) -> Floats:
        return self._speed / self._columns["rated_speed_rpm"]

    def _power_now(self) -> Floats:
        columns = self._columns
        return electrical_power(
            self._torque,
            self._speed_share(),
            columns["rated_power_kw"],
            columns["efficiency"],
            columns["fixed_loss_share"],
        )

    def _steady_rise(self) -> Floats:
        rise = steady_rise(self._power, self._columns["rated_input_kw"], self._columns["temperature_rise_k"])
        return rise / self._influences.cooling

    def _air_now(self, moment_s: float) -> Floats:
        halls = np.array([hall.temperature_c(moment_s) for hall in self._halls], dtype=np.float64)
        around: Floats = halls[self._hall_of]
        return around + self._influences.air_k

    def _sample(self, timestamp: datetime, moment_s: float) -> Readings:
        true_values = {
            Signal.TEMP: self._air + self._rise,
            Signal.VIBRATION: self._vibration(),
            Signal.RPM: self._speed,
            Signal.POWER: self._power,
        }
        errors = [
            *self._randomness.normals("sensor/temp+vibration", self._steps),
            *self._randomness.normals("sensor/rpm+power", self._steps),
        ]
        moments_s, numbers, states = np.array([moment_s]), np.array([self._steps]), self._load.state[None, :]
        told = {}
        for (signal, true_value), error in zip(true_values.items(), errors, strict=True):
            value = measure(SENSORS[signal], true_value, error)
            self._faults.disturb(signal, value[None, :], moments_s, numbers, states, self._typical(signal))
            told[signal.value] = digitise(SENSORS[signal], value)
        readings = Readings(
            timestamp=timestamp,
            state=self._load.state.copy(),
            delivery=self._faults.delivery(moment_s, self._steps),
            network=self._faults.network(moment_s, self._steps),
            **told,
        )
        self._faults.settle(moment_s)
        return readings

    def _typical(self, signal: Signal) -> Floats:
        """What a sensor tells of a machine at rated load, in a hall of 22 °C."""
        columns = self._columns
        rated = {
            Signal.TEMP: 22.0 + columns["temperature_rise_k"],
            Signal.VIBRATION: columns["vibration_new_mm_s"],
            Signal.RPM: columns["rated_speed_rpm"],
            Signal.POWER: columns["rated_input_kw"],
        }
        return rated[signal]

    def _vibration(self) -> Floats:
        influences, speed = self._influences, self._speed_share()
        added = (
            (influences.unbalance_mm_s * speed**2) ** 2
            + influences.misalignment_mm_s**2 * self._torque * speed
            + influences.broadband_mm_s**2 * speed
        )
        return np.sqrt(self._own_vibration() ** 2 + added)

    def _own_vibration(self) -> Floats:
        columns = self._columns
        return vibration_velocity(
            self._speed_share(),
            self._torque,
            degradation(self._wear),
            columns["vibration_new_mm_s"],
            columns["vibration_load_share"],
            columns["vibration_wear_growth"],
        )
