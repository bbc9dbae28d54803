"""The machines of a plant as physics: from what they have to do to what there is to be measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contracts.identity import Identity
from contracts.telemetry import Signal
from simulator.arrays import Floats, States
from simulator.influences import Influences
from simulator.load import IDLE, OFF, REPAIR, SETUP, STOPPED
from simulator.models import parameter_columns
from simulator.physics import (
    drive_speed,
    electrical_power,
    first_order,
    induction_speed,
    steady_rise,
    stress,
    torque_fraction,
    vibration_velocity,
    with_process_faults,
)
from simulator.randomness import Randomness
from simulator.wear import Shown

INDIVIDUAL = ("temperature_rise_k", "thermal_time_constant_s", "vibration_new_mm_s", "fixed_loss_share")
"""Parameters in which each machine deviates from its nameplate and model."""
INDIVIDUAL_STD = 0.03
"""Standard deviation of that, by the parameter [1]."""
INDIVIDUAL_LIMIT = 2.5
"""Nobody deviates by more standard deviations than these: the maker would not have let it go."""
STALLED = 0.05
"""No fault takes speed, voltage or cooling below this [1]: what is less is a machine that does not run at all."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the machines do at some moments, arrays of shape (T, N).

    Attributes:
        true_values: what there is to be measured, by signal and in its unit.
        stress: how hard components are used, for each load exponent [1].
    """

    true_values: dict[Signal, Floats]
    stress: tuple[Floats, Floats, Floats, Floats]


def individual_columns(identities: Sequence[Identity], randomness: Randomness) -> dict[str, Floats]:
    """The parameters of each machine: those of its model, and how it deviates from them."""
    columns = parameter_columns([identity.model for identity in identities])
    for name in INDIVIDUAL:
        deviation = randomness.normal(f"individual/{name}", 0).clip(-INDIVIDUAL_LIMIT, INDIVIDUAL_LIMIT)
        columns[name] = columns[name] * (1.0 + INDIVIDUAL_STD * deviation)
    return columns


class Machines:
    """Speed, power, heat and vibration of the machines; keeps the speed and the warmth of the moment before.

    Args:
        columns: parameters by name, one element a machine.
    """

    def __init__(self, columns: dict[str, Floats]) -> None:
        self._columns = columns
        self._speed: Floats | None = None
        self._rise: Floats | None = None

    def typical(self, signal: Signal, air_c: Floats) -> Floats:
        """What a signal is like on machines at rated load.

        Args:
            signal: the signal.
            air_c: air around each machine, shape (T, N) or (T, 1) [°C].

        Returns:
            Shape (N,); (T, N) for what goes with the air [unit of the signal].
        """
        columns = self._columns
        return {
            Signal.TEMP: air_c + columns["temperature_rise_k"],
            Signal.VIBRATION: columns["vibration_new_mm_s"],
            Signal.RPM: columns["rated_speed_rpm"],
            Signal.POWER: columns["rated_input_kw"],
        }[signal]

    def play(
        self,
        throughput: Floats,
        state: States,
        elapsed_s: Floats,
        air_c: Floats,
        worn: Shown,
        influences: Influences | None,
    ) -> Behaviour:
        """Go on through some moments. Machines first seen are as if they had always had this load.

        Args:
            throughput: by rated throughput, shape (T, N) [1].
            state: index into `STATES`, shape (T, N).
            elapsed_s: length of the step to each moment, shape (T,) [s].
            air_c: air around each machine, shape (T, N) or (T, 1) [°C].
            worn: what wear does to each machine.
            influences: what faults do, arrays of shape (T, N); None: nothing.
        """
        columns = self._columns
        energised = (state != OFF) & (state != STOPPED) & (state != REPAIR)
        torque = self._torque(throughput, energised, worn, influences)
        command = self._speed_command(throughput, torque, state, worn, influences)
        command[~energised] = 0.0
        speed_rpm = first_order(self._begin("_speed", command), command, elapsed_s, columns["run_up_s"])
        speed = speed_rpm / columns["rated_speed_rpm"]
        power = electrical_power(
            torque,
            speed,
            columns["rated_power_kw"],
            columns["efficiency"],
            columns["fixed_loss_share"],
            1.0 if influences is None else np.maximum(influences.voltage, STALLED),
        )
        power = np.where(energised, power, columns["standby_share"] * columns["rated_input_kw"])
        cooling = 1.0 if influences is None else np.maximum(influences.cooling, STALLED)
        goal = steady_rise(power, columns["rated_input_kw"], columns["temperature_rise_k"] * worn.temperature, cooling)
        rise = first_order(self._begin("_rise", goal), goal, elapsed_s, columns["thermal_time_constant_s"])
        self._speed, self._rise = speed_rpm[-1].copy(), rise[-1].copy()
        true_values = {
            Signal.TEMP: rise + (air_c if influences is None else air_c + influences.air_k),
            Signal.VIBRATION: self._vibration(speed, torque, worn, influences),
            Signal.RPM: speed_rpm,
            Signal.POWER: power,
        }
        used = stress(speed, torque)
        if influences is not None:
            used = (
                used[0] * influences.damage,
                used[1] * influences.damage,
                used[2] * influences.damage,
                used[3] * influences.damage,
            )
        return Behaviour(true_values, used)

    def _begin(self, name: str, goals: Floats) -> Floats:
        before: Floats | None = getattr(self, name)
        return goals[0] if before is None else before

    def _torque(self, throughput: Floats, energised: States, worn: Shown, influences: Influences | None) -> Floats:
        asked = throughput if influences is None else throughput * influences.throughput
        torque = torque_fraction(asked, self._columns["no_load_torque"]) * worn.torque
        if influences is not None:
            torque = torque * influences.torque
        return torque * energised

    def _speed_command(
        self, throughput: Floats, torque: Floats, state: States, worn: Shown, influences: Influences | None
    ) -> Floats:
        columns = self._columns
        voltage = 1.0 if influences is None else np.maximum(influences.voltage, STALLED)
        on_mains = induction_speed(torque, columns["synchronous_rpm"], columns["rated_speed_rpm"], voltage)
        by_servo = drive_speed(throughput, columns["lowest_speed"], columns["rated_speed_rpm"])
        if influences is not None:
            by_servo = by_servo * np.minimum(voltage, 1.0)
        command = np.where(columns["on_mains"] > 0, on_mains, by_servo) * worn.speed
        np.multiply(command, columns["idle_speed"], out=command, where=state == IDLE)
        np.multiply(command, columns["setup_speed"], out=command, where=state == SETUP)
        if influences is not None:
            command *= np.maximum(influences.speed, STALLED)
        return np.maximum(command, 0.0)

    def _vibration(self, speed: Floats, torque: Floats, worn: Shown, influences: Influences | None) -> Floats:
        columns = self._columns
        velocity = vibration_velocity(
            speed, torque, worn.vibration_mm_s, columns["vibration_new_mm_s"], columns["vibration_load_share"]
        )
        if influences is None:
            return velocity
        return with_process_faults(
            velocity,
            speed,
            torque,
            influences.unbalance_mm_s,
            influences.misalignment_mm_s,
            influences.broadband_mm_s,
        )
