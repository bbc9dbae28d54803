"""What machines and vehicles say: one pydantic model each, with units and ranges in the field docs."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

DEVICE_ID_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"
"""Letters, digits, `_` and `-`: what a thing name, an MQTT topic level and a file name can all carry."""


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


UtcDatetime = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class MachineState(StrEnum):
    """What a machine is doing."""

    OFF = "off"
    IDLE = "idle"
    RUNNING = "running"
    SETUP = "setup"
    STOPPED = "stopped"
    REPAIR = "repair"


class Telemetry(BaseModel):
    """What every message carries, so that loss, repetition and reordering can be measured end to end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    device_id: str = Field(pattern=DEVICE_ID_PATTERN, description="Name of the machine or vehicle; its thing name.")
    timestamp: UtcDatetime = Field(description="When the sensors were read, UTC, in milliseconds.")
    run: int = Field(ge=1, description="Generation of the publisher; grows with each start, never returns.")
    seq: int = Field(ge=1, description="Number of the message within the run, from 1, without gaps.")


class MachineTelemetry(Telemetry):
    """One reading of a machine's sensors. A signal that its sensor did not deliver is absent.

    Example:
        >>> reading = MachineTelemetry.model_validate_json(
        ...     '{"device_id":"M001","timestamp":"2026-01-02T03:04:05.678Z","run":3,"seq":17,'
        ...     '"temp":59.2,"vibration":0.42,"rpm":1425,"power":7.5,"state":"running"}')
        >>> reading.temp
        59.2
    """

    temp: float | None = Field(default=None, ge=-60, le=500, description="Bearing housing temperature [°C].")
    vibration: float | None = Field(
        default=None, ge=0, le=200, description="Vibration velocity, RMS, 10-1000 Hz (ISO 20816-3) [mm/s]."
    )
    rpm: float | None = Field(default=None, ge=0, le=100_000, description="Shaft speed [1/min].")
    power: float | None = Field(default=None, ge=0, le=10_000, description="Electrical power taken in [kW].")
    state: MachineState = Field(description="What the machine is doing.")


class VehicleTelemetry(Telemetry):
    """One reading of a vehicle's sensors. A signal that its sensor did not deliver is absent.

    Example:
        >>> reading = VehicleTelemetry.model_validate_json(
        ...     '{"device_id":"VHC001","timestamp":"2026-01-02T03:04:05.678Z","run":3,"seq":17,"speed_kmph":73.0,'
        ...     '"fuel_level_percent":98.0,"engine_temp_c":91.4,"gps_latitude":12.398542,"gps_longitude":79.921675,'
        ...     '"odometer_km":10365.2}')
        >>> reading.engine_temp_c
        91.4
    """

    speed_kmph: float | None = Field(default=None, ge=0, le=300, description="Speed over ground [km/h].")
    fuel_level_percent: float | None = Field(default=None, ge=0, le=100, description="Fuel in the tank [%].")
    engine_temp_c: float | None = Field(
        default=None, ge=-60, le=300, description="Coolant temperature at the engine [°C]."
    )
    gps_latitude: float | None = Field(default=None, ge=-90, le=90, description="Latitude, WGS 84 [°].")
    gps_longitude: float | None = Field(default=None, ge=-180, le=180, description="Longitude, WGS 84 [°].")
    odometer_km: float | None = Field(default=None, ge=0, le=10_000_000, description="Distance driven since new [km].")


class Signal(StrEnum):
    """The measured signals of a machine, by their key in the telemetry."""

    TEMP = "temp"
    VIBRATION = "vibration"
    RPM = "rpm"
    POWER = "power"


class VehicleSignal(StrEnum):
    """The measured signals of a vehicle, by their key in the telemetry."""

    SPEED = "speed_kmph"
    FUEL = "fuel_level_percent"
    ENGINE_TEMP = "engine_temp_c"
    LATITUDE = "gps_latitude"
    LONGITUDE = "gps_longitude"
    ODOMETER = "odometer_km"


AnySignal = Signal | VehicleSignal


class SignalUnit(BaseModel):
    """How a signal is written for people and named in the metrics."""

    model_config = ConfigDict(frozen=True)

    title: str
    unit: str
    metric: str


SIGNAL_UNITS: dict[Signal, SignalUnit] = {
    Signal.TEMP: SignalUnit(title="temperature", unit="°C", metric="machine_temperature_celsius"),
    Signal.VIBRATION: SignalUnit(title="vibration", unit="mm/s", metric="machine_vibration_velocity_mm_per_second"),
    Signal.RPM: SignalUnit(title="speed", unit="1/min", metric="machine_rotation_rpm"),
    Signal.POWER: SignalUnit(title="power", unit="kW", metric="machine_power_kilowatts"),
}

VEHICLE_SIGNAL_UNITS: dict[VehicleSignal, SignalUnit] = {
    VehicleSignal.SPEED: SignalUnit(title="speed", unit="km/h", metric="vehicle_speed_kilometers_per_hour"),
    VehicleSignal.FUEL: SignalUnit(title="fuel", unit="%", metric="vehicle_fuel_percent"),
    VehicleSignal.ENGINE_TEMP: SignalUnit(
        title="engine temperature", unit="°C", metric="vehicle_engine_temperature_celsius"
    ),
    VehicleSignal.LATITUDE: SignalUnit(title="latitude", unit="°", metric="vehicle_latitude_degrees"),
    VehicleSignal.LONGITUDE: SignalUnit(title="longitude", unit="°", metric="vehicle_longitude_degrees"),
    VehicleSignal.ODOMETER: SignalUnit(title="odometer", unit="km", metric="vehicle_odometer_kilometers"),
}


def format_timestamp(moment: datetime) -> str:
    """The text of a moment in a message: UTC, milliseconds, `Z`.

    Example:
        >>> format_timestamp(datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC))
        '2026-01-02T03:04:05.678Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
