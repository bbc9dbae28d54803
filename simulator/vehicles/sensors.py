"""The sensors of a vehicle."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contracts.telemetry import VehicleSignal
from simulator.arrays import Floats, Integers
from simulator.randomness import Randomness
from simulator.sensors import Sensor, digitise, measure

SLOSH_PERCENT = 0.8
"""Standard deviation that sloshing fuel adds to the float of a moving vehicle [%]."""
GPS_NOISE_DEGREES = 1.9e-5
"""2.1 m to the north and to the east each, 3 m together: a receiver for single frequency with free sky (U.S. Department
of Defense, "GPS SPS Performance Standard", 5th ed. 2020: 95 % within 8 m) [°]."""

VEHICLE_SENSORS: dict[VehicleSignal, Sensor] = {
    # Pulses of the wheels, counted over a second: none at standstill; tyres wear and slip.
    VehicleSignal.SPEED: Sensor(noise=0.0, noise_share=0.005, decimals=1, lowest=0.0, highest=250.0),
    # A float on a resistor.
    VehicleSignal.FUEL: Sensor(noise=0.2, noise_share=0.0, decimals=1, lowest=0.0, highest=100.0),
    # An NTC resistor in the coolant; the range is that of SAE J1939, SPN 110.
    VehicleSignal.ENGINE_TEMP: Sensor(noise=0.4, noise_share=0.0, decimals=1, lowest=-40.0, highest=210.0),
    VehicleSignal.LATITUDE: Sensor(noise=GPS_NOISE_DEGREES, noise_share=0.0, decimals=6, lowest=-90.0, highest=90.0),
    VehicleSignal.LONGITUDE: Sensor(noise=GPS_NOISE_DEGREES, noise_share=0.0, decimals=6, lowest=-180.0, highest=180.0),
    # A counter that only grows.
    VehicleSignal.ODOMETER: Sensor(noise=0.0, noise_share=0.0, decimals=1, lowest=0.0, highest=9_999_999.9),
}

Disturb = Callable[[VehicleSignal, Floats], None]
"""What faults of sensors do to readings, in place, before they are rounded and limited."""


def sense(
    true_values: Mapping[VehicleSignal, Floats], numbers: Integers, randomness: Randomness, disturb: Disturb
) -> dict[VehicleSignal, Floats]:
    """Read all sensors at some moments.

    Args:
        true_values: by signal, shape (T, N).
        numbers: number of each moment, by which randomness is drawn, shape (T,).
        randomness: of the vehicles.
        disturb: what faults do.

    Returns:
        Readings by signal, shape (T, N).
    """
    # Six signals, and noise comes in fours.
    errors = [*randomness.noise("sensor/vehicle", numbers), *randomness.noise("sensor/position", numbers)]
    moving = true_values[VehicleSignal.SPEED] > 0
    told = {}
    for error, (signal, true_value) in zip(errors, true_values.items(), strict=False):
        sensor = VEHICLE_SENSORS[signal]
        value = measure(sensor, true_value, error)
        if signal is VehicleSignal.FUEL:
            value += SLOSH_PERCENT * moving * error
        disturb(signal, value)
        told[signal] = digitise(sensor, value)
    return told
