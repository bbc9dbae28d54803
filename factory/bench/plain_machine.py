"""A machine as a program without arrays has it: one object, one step in plain Python.

The baseline of the benchmark of the plant. The equations are those of `simulator/physics/`; a test compares the two.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.telemetry import Signal
from simulator.load import LOAD_LIMITS, VARIATION_STD, VARIATION_TIME_S
from simulator.sensors import SENSORS, Sensor


@dataclass(frozen=True, slots=True)
class Told:
    """What a machine tells: signals in their units."""

    temp: float
    vibration: float
    rpm: float
    power: float


class PlainMachine:
    """A running machine.

    Args:
        parameters: of its model and itself, by the names of `simulator.models.base.MachineModel`.
        level: throughput of its line's order, by rated throughput [1].
        seed: seed of its random numbers.
    """

    def __init__(self, parameters: Mapping[str, float], level: float, seed: int) -> None:
        self._parameters = parameters
        self._level = level
        self._random = random.Random(seed)  # noqa: S311 - no secret is drawn
        self._variation = 0.0
        self._speed_rpm: float | None = None
        self._rise_k: float | None = None
        self._felt_c: float | None = None

    def step(self, elapsed_s: float, air_c: float, bias_k: float, noise_mm_s: float) -> Told:
        """Go on, and read the sensors.

        Args:
            elapsed_s: time since the step before [s].
            air_c: air around it, a warmed hall included [°C].
            bias_k: what its temperature sensor lies [K].
            noise_mm_s: noise that a fault adds to its vibration sensor, standard deviation [mm/s].
        """
        memory = math.exp(-elapsed_s / VARIATION_TIME_S)
        news = VARIATION_STD * math.sqrt(1 - memory * memory) * self._random.gauss(0.0, 1.0)
        self._variation = self._variation * memory + news
        throughput = min(max(self._level + self._variation, LOAD_LIMITS[0]), LOAD_LIMITS[1])
        true = self.work(throughput, elapsed_s, air_c)
        self._felt_c = _follow(self._felt_c, true.temp, elapsed_s, SENSORS[Signal.TEMP].lag_s)
        return Told(
            temp=self._read(SENSORS[Signal.TEMP], self._felt_c, bias_k),
            vibration=self._read(SENSORS[Signal.VIBRATION], true.vibration, self._random.gauss(0.0, noise_mm_s)),
            rpm=self._read(SENSORS[Signal.RPM], true.rpm, 0.0),
            power=self._read(SENSORS[Signal.POWER], true.power, 0.0),
        )

    def _read(self, sensor: Sensor, true_value: float, lie: float) -> float:
        error = (sensor.noise + sensor.noise_share * true_value) * self._random.gauss(0.0, 1.0)
        return round(min(max(true_value + error + lie, sensor.lowest), sensor.highest), sensor.decimals)

    def work(self, throughput: float, elapsed_s: float, air_c: float) -> Told:
        """What there is to be measured of a new machine that runs."""
        one = self._parameters
        torque = one["no_load_torque"] + (1.0 - one["no_load_torque"]) * throughput
        rated_rpm, synchronous_rpm = one["rated_speed_rpm"], one["synchronous_rpm"]
        if one["on_mains"] > 0:
            command_rpm = synchronous_rpm - (synchronous_rpm - rated_rpm) * torque
        else:
            command_rpm = rated_rpm * (one["lowest_speed"] + (1.0 - one["lowest_speed"]) * throughput)
        self._speed_rpm = _follow(self._speed_rpm, command_rpm, elapsed_s, one["run_up_s"])
        speed = self._speed_rpm / rated_rpm
        losses_kw = one["rated_power_kw"] * (1.0 / one["efficiency"] - 1.0)
        copper = (1.0 - one["fixed_loss_share"]) * torque * torque
        power_kw = one["rated_power_kw"] * torque * speed + losses_kw * (one["fixed_loss_share"] + copper)
        goal_k = one["temperature_rise_k"] * power_kw / one["rated_input_kw"]
        self._rise_k = _follow(self._rise_k, goal_k, elapsed_s, one["thermal_time_constant_s"])
        process = one["vibration_load_share"] * torque * torque * speed
        energy = (1.0 - one["vibration_load_share"]) * speed**4 + process
        return Told(
            temp=air_c + self._rise_k,
            vibration=one["vibration_new_mm_s"] * math.sqrt(energy),
            rpm=self._speed_rpm,
            power=power_kw,
        )


def _follow(before: float | None, goal: float, elapsed_s: float, time_constant_s: float) -> float:
    """A first-order lag; what is first seen has always been so."""
    if before is None:
        return goal
    return goal + (before - goal) * math.exp(-elapsed_s / time_constant_s)
