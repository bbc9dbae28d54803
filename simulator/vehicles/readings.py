"""What the sensors of a fleet tell: at one moment, or at many. NaN: the sensor was silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from contracts.telemetry import VehicleSignal
from simulator.arrays import Floats, States
from simulator.delivery import Delivery, Network


@dataclass(frozen=True, slots=True)
class VehicleReadings:
    """What the sensors of all vehicles told at a moment.

    Attributes:
        timestamp: when they were read, UTC.
        speed_kmph: speed over ground [km/h].
        fuel_level_percent: fuel in the tank [%].
        engine_temp_c: coolant [°C].
        gps_latitude: WGS 84 [°].
        gps_longitude: WGS 84 [°].
        odometer_km: since new [km].
        state: index into `simulator.load.STATES`; not in the message.
        delivery: what becomes of the messages; None: nothing unusual.
        network: how the ways to the broker are; None: as they should be.
    """

    timestamp: datetime
    speed_kmph: Floats
    fuel_level_percent: Floats
    engine_temp_c: Floats
    gps_latitude: Floats
    gps_longitude: Floats
    odometer_km: Floats
    state: States
    delivery: Delivery | None = None
    network: Network | None = None

    def signal(self, signal: VehicleSignal) -> Floats:
        """The readings of a signal."""
        values: Floats = getattr(self, signal.value)
        return values


@dataclass(frozen=True, slots=True)
class VehicleBlock:
    """What the sensors of all vehicles told at some moments: arrays of shape (T, N), units as in `VehicleReadings`.

    Attributes:
        moments_s: Unix times, shape (T,) [s].
        delivery: what becomes of the messages of each moment.
        network: how the ways to the broker are at each moment.
    """

    moments_s: Floats
    speed_kmph: Floats
    fuel_level_percent: Floats
    engine_temp_c: Floats
    gps_latitude: Floats
    gps_longitude: Floats
    odometer_km: Floats
    state: States
    delivery: tuple[Delivery | None, ...]
    network: tuple[Network | None, ...]

    def signal(self, signal: VehicleSignal) -> Floats:
        """The readings of a signal."""
        values: Floats = getattr(self, signal.value)
        return values

    def at(self, place: int) -> VehicleReadings:
        """The readings of one of the moments."""
        return VehicleReadings(
            timestamp=datetime.fromtimestamp(round(float(self.moments_s[place]), 6), UTC),
            state=self.state[place],
            delivery=self.delivery[place],
            network=self.network[place],
            **{signal.value: self.signal(signal)[place] for signal in VehicleSignal},
        )
