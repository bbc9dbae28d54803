"""The sensors of a plant: true values in, readings out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from contracts.telemetry import Signal
from simulator.arrays import Floats, Integers
from simulator.physics import first_order
from simulator.randomness import Randomness
from simulator.sensors import SENSORS, digitise, measure

Disturb = Callable[[Signal, Floats], None]
"""What faults of sensors do to readings, in place, before they are rounded and limited."""


class Sensing:
    """Sensors with lag, random error, resolution and range; keeps what the slow ones felt the moment before.

    Args:
        randomness: randomness of the machines.
    """

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness
        self._felt: dict[Signal, Floats] = {}

    def play(
        self, true_values: Mapping[Signal, Floats], elapsed_s: Floats, numbers: Integers, disturb: Disturb
    ) -> dict[Signal, Floats]:
        """Read all sensors at some moments.

        Args:
            true_values: by signal, shape (T, N).
            elapsed_s: length of the step to each moment, shape (T,) [s].
            numbers: number of each moment, by which randomness is drawn, shape (T,).
            disturb: what faults do.

        Returns:
            Readings by signal, shape (T, N); NaN: silent.
        """
        told = {}
        errors = self._randomness.noise("sensor", numbers)
        for error, (signal, true_value) in zip(errors, true_values.items(), strict=True):
            sensor = SENSORS[signal]
            felt = self._feel(signal, true_value, elapsed_s) if sensor.lag_s else true_value
            value = measure(sensor, felt, error)
            disturb(signal, value)
            told[signal] = digitise(sensor, value)
        return told

    def _feel(self, signal: Signal, true_value: Floats, elapsed_s: Floats) -> Floats:
        before = self._felt.get(signal, true_value[0])
        lag_s = np.full(true_value.shape[1], SENSORS[signal].lag_s)
        felt = first_order(before, true_value, elapsed_s, lag_s)
        self._felt[signal] = felt[-1].copy()
        return felt
